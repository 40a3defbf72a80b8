// Package chaintest builds a small agency with people, lines and threads in
// memory, for tests and vectors of the crypto rooms. Everybody in it is made up.
package chaintest

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// Year is a year in milliseconds.
const Year = 365 * 24 * 3600 * 1000

// World is an agency and the book of everything that was logged.
type World struct {
	T         testing.TB
	Agency    envelope.ID
	Root      *key.Signing
	IssuerID  envelope.ID
	Issuer    *key.Signing
	Records   *key.Box // records key, generation 1
	RecordsID envelope.ID
	StepUp    *key.Signing
	Book      *chain.Book
	Log       []chain.Logged
	Leaf      uint64
	Now       uint64
	// RootOf gives the key log's root at a size; nil makes one up.
	RootOf func(size uint64) envelope.Hash
	Creds  []chain.SignedCredential
}

// Person is somebody with one device, whose secrets the test holds.
type Person struct {
	W       *World
	ID      envelope.ID
	Name    string
	Device  seal.Device
	Rec     seal.Recovery
	PUK     []seal.Secret // PUK[g-1] is generation g
	Serial  envelope.ID
	Genesis envelope.SignedLink
}

// Line is a line with the secrets of its generations.
type Line struct {
	W    *World
	ID   envelope.ID
	Lead *Person
	LK   []seal.Secret
	Lk   []seal.Secret // leads' key
}

// NewID draws a random id.
func NewID() (id envelope.ID) {
	rand.Read(id[:])
	return id
}

// New makes an agency with a policy (line escrow on) and a required records key.
func New(t testing.TB) *World {
	w := &World{T: t, Agency: NewID(), Root: key.NewSigning(), IssuerID: NewID(), Issuer: key.NewSigning(),
		Records: key.NewBox(), RecordsID: NewID(), StepUp: key.NewSigning(), Now: 1_795_000_000_000}
	w.Book = chain.NewBook(w.Agency)
	root := w.Root.Public().Bytes()
	w.AgencyLink(envelope.AgencyGenesis, true, envelope.AgencyGenesisBody{Root: root, Name: "Made-up Exchange"}.Encode())
	w.AgencyLink(envelope.AgencyIssuer, true, envelope.IssuerBody{ID: w.IssuerID, Key: w.Issuer.Public().Bytes(), NotBefore: w.Now - Year, NotAfter: w.Now + Year}.Encode())
	w.AgencyLink(envelope.AgencyCustodian, true, envelope.CustodianBody{ID: w.RecordsID, Gen: 1, Box: w.Records.Public().Bytes(), Mode: envelope.CustodianRequired}.Encode())
	w.AgencyLink(envelope.AgencyPolicy, true, envelope.PolicyBody{MinSuite: 1, MinClient: 1, LineEscrow: true, LogKey: "none", StepUpKey: w.StepUp.Public().Bytes()}.Encode())
	return w
}

// At is the place of the next link in time.
func (w *World) At() seal.LinkAt { return seal.LinkAt{Agency: w.Agency, Time: w.Now} }

// Must ends the test on an error.
func (w *World) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Append logs a link or returns why it was refused.
func (w *World) Append(s envelope.SignedLink) error {
	l := chain.Logged{SignedLink: s, Leaf: w.Leaf}
	if err := w.Book.Apply(l); err != nil {
		return err
	}
	w.Log = append(w.Log, l)
	w.Leaf++
	return nil
}

// MakeAgencyLink signs a link of the agency's chain without logging it.
func (w *World) MakeAgencyLink(t envelope.LinkType, root bool, body []byte) envelope.SignedLink {
	a := w.Book.Agency()
	if root {
		return seal.AgencyLink(t, w.Agency, a.Seq, a.Hash, w.Now, envelope.ID{}, w.Root, body)
	}
	return seal.AgencyLink(t, w.Agency, a.Seq, a.Hash, w.Now, w.IssuerID, w.Issuer, body)
}

// AgencyLink signs and logs a link of the agency's chain.
func (w *World) AgencyLink(t envelope.LinkType, root bool, body []byte) {
	w.T.Helper()
	w.Must(w.Append(w.MakeAgencyLink(t, root, body)))
}

// Enrol makes a person's account without a credential.
func (w *World) Enrol(name string) *Person {
	w.T.Helper()
	p := &Person{W: w, ID: NewID(), Name: name, Device: seal.NewDevice(NewID()), Rec: seal.Recovery{Sign: key.NewSigning(), Box: key.NewBox()}}
	s, puk, _, err := seal.AccountGenesis(p.ID, w.At(), p.Device, p.Rec, func([]byte) [32]byte { return [32]byte{1} })
	w.Must(err)
	w.Must(w.Append(s))
	p.PUK, p.Genesis = []seal.Secret{puk}, s
	return p
}

// Credential makes the credential that Certify would give.
func (w *World) Credential(p *Person, role string, lines ...envelope.ID) envelope.Credential {
	a, err := w.Book.Account(p.ID)
	w.Must(err)
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, b envelope.ID) int { return slices.Compare(a[:], b[:]) })
	return envelope.Credential{Agency: w.Agency, Serial: NewID(), Account: p.ID, Genesis: a.Genesis, Role: role,
		AssisterID: "A-0001", DisplayName: p.Name, Lines: lines, NotBefore: w.Now - 1000, NotAfter: w.Now + Year}
}

// Certify signs a credential and logs it.
func (w *World) Certify(c envelope.Credential) {
	w.T.Helper()
	b := c.Encode()
	sig := w.Issuer.Sign(key.SigCredential, b)
	w.AgencyLink(envelope.AgencyCredential, false, envelope.CredentialLinkBody{Serial: c.Serial, Account: c.Account, Digest: envelope.CredentialDigest(b, sig)}.Encode())
	w.Creds = append(w.Creds, chain.SignedCredential{Credential: b, Sig: sig})
	w.Must(w.Book.AddCredential(w.Creds[len(w.Creds)-1]))
}

// Person enrols and certifies somebody.
func (w *World) Person(name, role string, lines ...envelope.ID) *Person {
	w.T.Helper()
	p := w.Enrol(name)
	c := w.Credential(p, role, lines...)
	p.Serial = c.Serial
	w.Certify(c)
	return p
}

// Maker signs for the person's device.
func (p *Person) Maker() seal.Maker {
	return seal.Maker{Acct: p.ID, Dev: p.Device.ID, Sign: p.Device.Sign}
}

// Account is the person's verified state.
func (p *Person) Account() *chain.Account {
	a, err := p.W.Book.Account(p.ID)
	p.W.Must(err)
	return a
}

// Line makes a line led by a new person, with both keys.
func (w *World) Line(name string) *Line {
	w.T.Helper()
	x := &Line{W: w, ID: NewID()}
	x.Lead = w.Person("Lead of "+name, chain.RoleLead, x.ID)
	w.Must(w.Append(seal.IssuerLineLink(envelope.LineGenesis, x.ID, 0, envelope.Hash{}, w.At(), w.IssuerID, w.Issuer,
		envelope.LineGenesisBody{Name: name, Admins: []envelope.ID{x.Lead.ID}}.Encode())))
	x.Rotate(x.Lead, envelope.PurposeLine)
	x.Rotate(x.Lead, envelope.PurposeLead)
	return x
}

// State is the line's verified state.
func (x *Line) State() *chain.Line {
	s, err := x.W.Book.Line(x.ID)
	x.W.Must(err)
	return s
}

// Rotate makes a new generation by one of its people.
func (x *Line) Rotate(by *Person, p envelope.Purpose) {
	x.W.T.Helper()
	who, secrets := x.State().Members(x.W.Leaf), &x.LK
	if p == envelope.PurposeLead || len(x.LK) == 0 {
		who = x.State().Admins(x.W.Leaf)
	}
	if p == envelope.PurposeLead {
		secrets = &x.Lk
	}
	var cur *seal.Secret
	if n := len(*secrets); n > 0 {
		cur = &(*secrets)[n-1]
	}
	s, fresh, _, err := seal.LineRotate(x.State(), p, x.W.At(), by.Maker(), cur, who, x.W.Book)
	x.W.Must(err)
	x.W.Must(x.W.Append(s))
	*secrets = append(*secrets, fresh)
}

// Add puts a person on the line.
func (x *Line) Add(p *Person) error {
	s, _, err := seal.LineAdd(x.State(), x.W.At(), x.Lead.Maker(), x.LK[len(x.LK)-1], p.ID, x.W.Book)
	if err != nil {
		return err
	}
	return x.W.Append(s)
}

// Remove takes a person off the line.
func (x *Line) Remove(p *Person) {
	x.W.T.Helper()
	s, fresh, _, err := seal.LineRemove(x.State(), x.W.At(), x.Lead.Maker(), x.LK[len(x.LK)-1], p.ID, x.W.Book)
	x.W.Must(err)
	x.W.Must(x.W.Append(s))
	x.LK = append(x.LK, fresh)
}

// Specialist enrols, certifies and adds a specialist.
func (x *Line) Specialist(name string) *Person {
	x.W.T.Helper()
	p := x.W.Person(name, chain.RoleSpecialist, x.ID)
	x.W.Must(x.Add(p))
	return p
}

// Thread is a thread's log with its epoch keys and boxes.
type Thread struct {
	W       *World
	State   *chain.Thread
	Entries []envelope.Entry
	Heads   []envelope.Head
	TK      map[uint32]seal.Secret
	Boxes   map[uint32][]seal.Box
}

// NewThread is an empty thread.
func (w *World) NewThread() *Thread {
	return &Thread{W: w, State: chain.NewThread(NewID()), TK: map[uint32]seal.Secret{}, Boxes: map[uint32][]seal.Box{}}
}

// Place is where the next entry stands, seen by somebody up to date.
func (t *Thread) Place(epoch uint32) envelope.Place {
	return envelope.Place{Thread: t.State.ID, Epoch: epoch, Index: t.State.Next, Prev: t.State.Head, Time: t.W.Now, KTSize: t.W.Leaf, KTRoot: t.W.root()}
}

func (w *World) root() envelope.Hash {
	if w.RootOf != nil {
		return w.RootOf(w.Leaf)
	}
	return envelope.Sum(fmt.Appendf(nil, "root %d", w.Leaf))
}

// Append applies an entry or returns why it was refused.
func (t *Thread) Append(e envelope.Entry) error {
	n, h, err := t.State.Apply(e, t.W.Book)
	if err != nil {
		return err
	}
	t.State, t.Entries, t.Heads = n, append(t.Entries, e), append(t.Heads, h)
	return nil
}

// Readers are whom the entry must seal to.
func (t *Thread) Readers(p *Person, h envelope.Head) ([]seal.To, error) {
	h.Acct = p.ID
	cred, err := t.W.Book.Credential(p.ID, h.KTSize, h.Time)
	if err != nil {
		return nil, err
	}
	rs, err := t.State.ReadersAfter(h, cred, t.W.Book)
	if err != nil {
		return nil, err
	}
	to := make([]seal.To, len(rs))
	for i, r := range rs {
		box, err := t.W.BoxOf(r)
		if err != nil {
			return nil, err
		}
		if to[i], err = seal.Reader(r.Kind, r.ID, r.Gen, box); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// BoxOf finds the public key of a recipient.
func (w *World) BoxOf(r envelope.Recipient) ([]byte, error) { return w.Book.BoxOf(r) }

// Head is the head of the next entry of a type that starts an epoch.
func (t *Thread) Head(typ envelope.EntryType) envelope.Head {
	epoch := t.State.Epoch + 1
	if typ.Begins() {
		epoch = 0
	}
	return envelope.Head{Type: typ, Place: t.Place(epoch)}
}

// Epoch makes and appends an entry that starts an epoch.
func (t *Thread) Epoch(p *Person, h envelope.Head, history bool) error {
	to, err := t.Readers(p, h)
	if err != nil {
		return err
	}
	return t.EpochTo(p, h, history, to)
}

// EpochTo is Epoch for readers of the test's choosing.
func (t *Thread) EpochTo(p *Person, h envelope.Head, history bool, to []seal.To) error {
	var before *seal.Secret
	if history {
		s := t.TK[t.State.Epoch]
		before = &s
	}
	tk := seal.NewSecret()
	e, boxes, err := seal.Epoch(p.Maker(), h, tk, before, to)
	if err != nil {
		return err
	}
	if err := t.Append(e); err != nil {
		return err
	}
	t.TK[h.Epoch], t.Boxes[h.Epoch] = tk, boxes
	return nil
}

// Open opens the thread to a line.
func (t *Thread) Open(p *Person, line envelope.ID) error {
	h := t.Head(envelope.EntryOpen)
	h.Line = line
	return t.Epoch(p, h, false)
}

// Claim takes the thread.
func (t *Thread) Claim(p *Person) error { return t.Epoch(p, t.Head(envelope.EntryClaim), true) }

// Message makes a message entry without appending it.
func (t *Thread) Message(p *Person, text string) envelope.Entry {
	e, err := seal.Message(p.Maker(), t.TK[t.State.Epoch], t.Place(t.State.Epoch), 0, []byte(text))
	t.W.Must(err)
	return e
}

// Say appends a message.
func (t *Thread) Say(p *Person, text string) error { return t.Append(t.Message(p, text)) }

// Plain makes an entry without keys or body and appends it.
func (t *Thread) Plain(p *Person, h envelope.Head) error {
	h.Place = t.Place(t.State.Epoch)
	return t.Append(seal.Sign(p.Maker(), h, nil))
}
