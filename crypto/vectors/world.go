package vectors

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// worldNow is when everything in the world happens, in Unix milliseconds.
const worldNow = uint64(1_795_000_000_000)

const year = uint64(365 * 24 * 3600 * 1000)

// world is a made-up agency whose every secret is known: what the sealed cases
// start from. Keys and ids come from words; only generation secrets and boxes
// are random, and stand in the file.
type world struct {
	file   []byte // world.txt, for forks
	book   *chain.Book
	leaf   uint64
	log    []chain.Logged
	creds  []chain.SignedCredential
	people map[string]*person
	lines  map[string]*line
}

type person struct {
	id  envelope.ID
	dev seal.Device
	rec seal.Recovery
	puk []seal.Secret
}

type line struct {
	id      envelope.ID
	lk, led []seal.Secret
}

var (
	agencyID, issuerID, recordsID = idOf("agency"), idOf("issuer"), idOf("records")
	rootKey, issuerKey, stepUpKey = key.SigningFromSeed(digest("root")), key.SigningFromSeed(digest("issuer")), key.SigningFromSeed(digest("step-up"))
	recordsKey                    = key.BoxFromSeed(digest("records"))
)

// at is the place in time of every link.
var at = seal.LinkAt{Agency: agencyID, Time: worldNow}

func deviceOf(words ...string) seal.Device {
	seed := func(use string) [32]byte { return digest(append(words, use)...) }
	return seal.Device{ID: idOf(append(words, "device")...), Sign: key.SigningFromSeed(seed("sign")), Box: key.BoxFromSeed(seed("box")), Session: key.SigningFromSeed(seed("session"))}
}

func recoveryOf(words ...string) seal.Recovery {
	return seal.Recovery{Sign: key.SigningFromSeed(digest(append(words, "recovery sign")...)), Box: key.BoxFromSeed(digest(append(words, "recovery box")...))}
}

func (p *person) maker() seal.Maker {
	return seal.Maker{Acct: p.id, Dev: p.dev.ID, Sign: p.dev.Sign}
}

func (w *world) account(name string) *chain.Account { return must(w.book.Account(w.people[name].id)) }

func (w *world) lineState(name string) *chain.Line { return must(w.book.Line(w.lines[name].id)) }

// append takes a link into the world's log.
func (w *world) append(s envelope.SignedLink) {
	l := chain.Logged{SignedLink: s, Leaf: w.leaf}
	if err := w.book.Apply(l); err != nil {
		panic("vectors: the world refuses its own link: " + err.Error())
	}
	w.log, w.leaf = append(w.log, l), w.leaf+1
}

// agencyLink signs the next link of the agency's chain, by the root or the issuer.
func (w *world) agencyLink(t envelope.LinkType, byRoot bool, body []byte) envelope.SignedLink {
	a := w.book.Agency()
	if byRoot {
		return seal.AgencyLink(t, agencyID, a.Seq, a.Hash, worldNow, envelope.ID{}, rootKey, body)
	}
	return seal.AgencyLink(t, agencyID, a.Seq, a.Hash, worldNow, issuerID, issuerKey, body)
}

func (w *world) credential(name, role string, lines ...string) envelope.Credential {
	p := w.people[name]
	c := envelope.Credential{Agency: agencyID, Serial: idOf(name, "serial"), Account: p.id, Genesis: w.account(name).Genesis, Role: role,
		AssisterID: "A-0001", DisplayName: name + " (made up)", NotBefore: worldNow - 1000, NotAfter: worldNow + year}
	for _, x := range lines {
		c.Lines = append(c.Lines, w.lines[x].id)
	}
	return c
}

func (w *world) certify(c envelope.Credential) {
	b := c.Encode()
	s := chain.SignedCredential{Credential: b, Sig: issuerKey.Sign(key.SigCredential, b)}
	w.append(w.agencyLink(envelope.AgencyCredential, false, envelope.CredentialLinkBody{Serial: c.Serial, Account: c.Account, Digest: envelope.CredentialDigest(b, s.Sig)}.Encode()))
	if err := w.book.AddCredential(s); err != nil {
		panic("vectors: " + err.Error())
	}
	w.creds = append(w.creds, s)
}

// enrol makes an account with its first device.
func (w *world) enrol(name string) *person {
	p := &person{id: idOf(name), dev: deviceOf(name), rec: recoveryOf(name)}
	s, puk, _, err := seal.AccountGenesis(p.id, at, p.dev, p.rec, func([]byte) [32]byte { return digest(name, "invite") })
	p.puk = []seal.Secret{must(puk, err)}
	w.people[name] = p
	w.append(s)
	return p
}

func (w *world) rotateLine(name string, p envelope.Purpose, by string, who ...string) {
	x, secrets := w.lines[name], &w.lines[name].lk
	if p == envelope.PurposeLead {
		secrets = &x.led
	}
	var cur *seal.Secret
	if n := len(*secrets); n > 0 {
		cur = &(*secrets)[n-1]
	}
	var ids []envelope.ID
	for _, n := range who {
		ids = append(ids, w.people[n].id)
	}
	s, fresh, _, err := seal.LineRotate(w.lineState(name), p, at, w.people[by].maker(), cur, ids, w.book)
	*secrets = append(*secrets, must(fresh, err))
	w.append(s)
}

func (w *world) newLine(name, lead string) {
	w.append(seal.IssuerLineLink(envelope.LineGenesis, w.lines[name].id, 0, envelope.Hash{}, at, issuerID, issuerKey,
		envelope.LineGenesisBody{Name: name, Admins: []envelope.ID{w.people[lead].id}}.Encode()))
	w.rotateLine(name, envelope.PurposeLine, lead, lead)
	w.rotateLine(name, envelope.PurposeLead, lead, lead)
}

func (w *world) addMember(line, lead, name string) {
	x := w.lines[line]
	s, _, err := seal.LineAdd(w.lineState(line), at, w.people[lead].maker(), x.lk[len(x.lk)-1], w.people[name].id, w.book)
	w.append(must(s, err))
}

func emptyWorld() *world {
	return &world{book: chain.NewBook(agencyID), people: map[string]*person{},
		lines: map[string]*line{"first": {id: idOf("first line")}, "second": {id: idOf("second line")}}}
}

// newWorld makes two lines with a lead each, an assister and two specialists.
func newWorld() (*File, error) {
	w := emptyWorld()
	w.append(w.agencyLink(envelope.AgencyGenesis, true, envelope.AgencyGenesisBody{Root: rootKey.Public().Bytes(), Name: "Made-up Exchange"}.Encode()))
	w.append(w.agencyLink(envelope.AgencyIssuer, true, envelope.IssuerBody{ID: issuerID, Key: issuerKey.Public().Bytes(), NotBefore: worldNow - year, NotAfter: worldNow + year}.Encode()))
	w.append(w.agencyLink(envelope.AgencyCustodian, true, envelope.CustodianBody{ID: recordsID, Gen: 1, Box: recordsKey.Public().Bytes(), Mode: envelope.CustodianRequired}.Encode()))
	w.append(w.agencyLink(envelope.AgencyPolicy, true, envelope.PolicyBody{MinSuite: envelope.Suite, MinClient: 1, LineEscrow: true, LogKey: "none", StepUpKey: stepUpKey.Public().Bytes()}.Encode()))
	for _, p := range []struct{ name, role, line string }{{"lead", chain.RoleLead, "first"}, {"other-lead", chain.RoleLead, "second"},
		{"ann", chain.RoleNavigator, "first"}, {"sam", chain.RoleSpecialist, "first"}, {"eva", chain.RoleSpecialist, "first"}} {
		w.enrol(p.name)
		w.certify(w.credential(p.name, p.role, p.line))
	}
	w.newLine("first", "lead")
	w.newLine("second", "other-lead")
	w.addMember("first", "lead", "sam")
	w.addMember("first", "lead", "eva")
	return w.render(), nil
}

// render writes the world with all its secrets.
func (w *world) render() *File {
	f := ok("world", "an agency, two lines and five people, with every secret there is").add("agency", agencyID).add("now", worldNow).add("size", w.leaf).
		add("root-seed", rootKey.Seed()).add("issuer", issuerID, issuerKey.Seed()).add("step-up-seed", stepUpKey.Seed()).add("records", recordsID, recordsKey.Seed())
	for _, name := range []string{"lead", "other-lead", "ann", "sam", "eva"} {
		p := w.people[name]
		f.add("person", name, p.id, p.dev.ID, p.dev.Sign.Seed(), p.dev.Box.Seed(), p.dev.Session.Seed(), p.rec.Sign.Seed(), p.rec.Box.Seed(), p.puk[0].Bytes())
	}
	for _, name := range []string{"first", "second"} {
		x := w.lines[name]
		f.add("line", name, x.id, x.lk[0].Bytes(), x.led[0].Bytes())
	}
	for _, l := range w.log {
		f.link("link", l)
	}
	for _, c := range w.creds {
		f.add("credential", c.Credential, c.Sig)
	}
	return f
}

// link writes a link with its leaf.
func (f *File) link(name string, l chain.Logged) *File {
	return f.add(name, l.Leaf, l.Link, l.Sig, l.Countersig)
}

// words splits a value into its bytes.
func words(v string) ([][]byte, error) {
	var out [][]byte
	for _, w := range strings.Fields(v) {
		if w == "-" {
			out = append(out, nil)
			continue
		}
		b, err := hex.DecodeString(w)
		if err != nil {
			return nil, fmt.Errorf("%.20q is not hexadecimal", w)
		}
		out = append(out, b)
	}
	return out, nil
}

// links reads the links of a name.
func (f File) links(name string) ([]chain.Logged, error) {
	var out []chain.Logged
	for _, v := range f.All(name) {
		leaf, rest, _ := strings.Cut(v, " ")
		n, err := strconv.ParseUint(leaf, 10, 64)
		if err != nil {
			return nil, err
		}
		b, err := words(rest)
		if err != nil || len(b) != 3 {
			return nil, errors.Join(err, errors.New("a link has three values after its leaf"))
		}
		out = append(out, chain.Logged{SignedLink: envelope.SignedLink{Link: b[0], Sig: b[1], Countersig: b[2]}, Leaf: n})
	}
	return out, nil
}

// loadWorld reads a world and verifies it.
func loadWorld(b []byte) (*world, error) {
	f, err := Parse(b)
	if err != nil {
		return nil, err
	}
	w := emptyWorld()
	w.file = b
	if w.log, err = f.links("link"); err != nil {
		return nil, err
	}
	for _, v := range f.All("credential") {
		c, err := words(v)
		if err != nil || len(c) != 2 {
			return nil, errors.Join(err, errors.New("a credential has two values"))
		}
		w.creds = append(w.creds, chain.SignedCredential{Credential: c[0], Sig: c[1]})
	}
	if err := w.secrets(f); err != nil {
		return nil, err
	}
	w.leaf = uint64(len(w.log))
	return w, w.replay(w.log)
}

// secrets reads what cannot be made of words again.
func (w *world) secrets(f File) error {
	for _, v := range f.All("person") {
		name, rest, _ := strings.Cut(v, " ")
		b, err := words(rest)
		if err != nil || len(b) != 8 || len(b[7]) != 32 {
			return errors.Join(err, fmt.Errorf("person %q", name))
		}
		w.people[name] = &person{id: idOf(name), dev: deviceOf(name), rec: recoveryOf(name), puk: []seal.Secret{seal.SecretFrom([32]byte(b[7]))}}
	}
	for _, v := range f.All("line") {
		name, rest, _ := strings.Cut(v, " ")
		b, err := words(rest)
		if err != nil || len(b) != 3 || len(b[1]) != 32 || len(b[2]) != 32 || w.lines[name] == nil {
			return errors.Join(err, fmt.Errorf("line %q", name))
		}
		w.lines[name].lk, w.lines[name].led = []seal.Secret{seal.SecretFrom([32]byte(b[1]))}, []seal.Secret{seal.SecretFrom([32]byte(b[2]))}
	}
	return nil
}

func (w *world) replay(log []chain.Logged) error {
	kinds := map[envelope.ChainKind][]chain.Logged{}
	for _, l := range log {
		d, err := envelope.DecodeLink(l.Link)
		if err != nil {
			return err
		}
		kinds[d.Kind] = append(kinds[d.Kind], l)
	}
	return w.book.Replay(kinds[envelope.ChainAgency], kinds[envelope.ChainAccount], w.creds, kinds[envelope.ChainLine])
}

// fork is the same world again, for a case to change.
func (w *world) fork() *world {
	n := must(loadWorld(w.file))
	n.log = slices.Clip(n.log)
	return n
}
