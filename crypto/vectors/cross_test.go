package vectors

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
)

// The two implementations meet over fresh files: Go makes files for TypeScript to
// judge (Node, Chromium, Firefox), and judges what TypeScript has made there.
// client-web/scripts/cross.mjs runs both halves around the browsers; without its
// folder there is nothing to do.
const crossFolder = "ARCLINE_CROSS"

func crossDir(t *testing.T) string {
	dir := os.Getenv(crossFolder)
	if dir == "" {
		t.Skip("run by `arcdev cross`")
	}
	return dir
}

// Everything that is sealed is sealed anew, and random lives of threads are added.
func TestCrossMake(t *testing.T) {
	dir := filepath.Join(crossDir(t), "go")
	out, err := Make(nil)
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Log("seed", seed)
	maps.Copy(out, bent(t, rand.New(rand.NewPCG(seed, 2)), out))
	for i := range 4 {
		maps.Copy(out, newLife(t, seed+uint64(i), fmt.Sprintf("life-%d", i)).run())
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, b := range out {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What the engines have made holds, and is refused for the reason they say.
func TestCrossJudge(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(crossDir(t), "made-*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal("no engine has made anything:", err)
	}
	for _, dir := range dirs {
		all := map[string][]byte{}
		names, _ := filepath.Glob(filepath.Join(dir, "*.txt"))
		for _, n := range names {
			if all[filepath.Base(n)], err = os.ReadFile(n); err != nil {
				t.Fatal(err)
			}
		}
		if len(all) < 30 {
			t.Errorf("%s: only %d files", dir, len(all))
		}
		for _, name := range slices.Sorted(maps.Keys(all)) {
			t.Run(filepath.Base(dir)+"/"+name, func(t *testing.T) { judgeMade(t, all, name) })
		}
	}
}

func judgeMade(t *testing.T, all map[string][]byte, name string) {
	f, err := Parse(all[name])
	if err != nil {
		t.Fatal(err)
	}
	if f.Kind == "world" { // another agency than the one that the judge renders; the cases on it replay it
		return
	}
	j, known := judges[f.Kind]
	if !known {
		t.Fatalf("kind %q", f.Kind)
	}
	err = j(&judge{T: t, File: f, all: all})
	if (f.Expect == OK) != (err == nil) || f.Expect != OK && !errors.Is(err, Reasons[f.Expect]) {
		t.Errorf("%v, not %s", err, f.Expect)
	}
}

// life is a world in which random people do random things, allowed or not.
type life struct {
	*chaintest.World
	r       *rand.Rand
	name    string
	lines   []*chaintest.Line
	people  []*chaintest.Person
	threads []*chaintest.Thread
	notes   []*chaintest.Notes // of the threads, one each
	out     map[string][]byte
	tries   []File // refused entries, without their world's links
}

func newLife(t *testing.T, seed uint64, name string) *life {
	l := &life{World: chaintest.New(t), r: rand.New(rand.NewPCG(seed, 1)), name: name, out: map[string][]byte{}}
	for i := range 2 {
		x := l.Line(fmt.Sprint("Line ", i))
		l.lines = append(l.lines, x)
		l.people = append(l.people, x.Lead, x.Specialist("Specialist"), l.Person("Assister", chain.RoleNavigator, x.ID))
	}
	return l
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// run lives for a while and writes the threads with where they ended, and what
// was refused on the way.
func (l *life) run() map[string][]byte {
	for range 3 {
		t := l.NewThread()
		opener := l.people[2+3*l.r.IntN(2)]
		if err := t.Open(opener, l.lines[0].ID); err != nil {
			l.Must(t.Open(l.people[2], l.lines[0].ID))
		}
		l.threads, l.notes = append(l.threads, t), append(l.notes, l.NewNotes(t.State.ID))
	}
	for range 90 {
		switch l.r.IntN(12) {
		case 0:
			l.turn()
			continue
		case 1, 2, 3, 4:
			l.noted(pick(l.r, l.notes), pick(l.r, l.people))
			continue
		}
		l.act(pick(l.r, l.threads), pick(l.r, l.people))
	}
	world := ok("world", "a made-up agency").add("agency", l.Agency).add("size", l.Leaf)
	for _, s := range l.Log {
		world.link("link", s)
	}
	for _, c := range l.Creds {
		world.add("credential", c.Credential, c.Sig)
	}
	l.out[l.name+"-world.txt"] = world.Encode()
	for i, t := range l.threads {
		f := l.thread(OK, t, t.Entries[:len(t.Entries)-1], t.Entries[len(t.Entries)-1])
		f.after(t.State)
		l.out[fmt.Sprintf("%s-thread-%d.txt", l.name, i)] = f.Encode()
		l.boxes(i, t)
	}
	l.writeNotes()
	for i, f := range l.tries {
		l.out[fmt.Sprintf("%s-refused-%02d.txt", l.name, i)] = f.Encode()
	}
	return l.out
}

func (l *life) thread(expect string, t *chaintest.Thread, before []envelope.Entry, last envelope.Entry) *File {
	f := (&File{Expect: expect, What: "a random life", Kind: "thread"}).add("world", l.name+"-world.txt").add("thread", t.State.ID)
	for _, e := range before {
		f.add("entry", e.Head, e.Sig, e.Body)
	}
	return f.add("last", last.Head, last.Sig, last.Body)
}

// turn changes somebody's keys, or a line's.
func (l *life) turn() {
	p := pick(l.r, l.people)
	switch l.r.IntN(4) {
	case 0:
		p.Turn()
	case 1:
		p.ReplaceRecovery()
	case 2:
		p.Revoke(p.AddDevice().ID)
	case 3:
		x := pick(l.r, l.lines)
		x.Rotate(x.Lead, pick(l.r, []envelope.Purpose{envelope.PurposeLine, envelope.PurposeLead}))
	}
}

// act tries one entry. A refused one is kept as a case of its own.
func (l *life) act(t *chaintest.Thread, p *chaintest.Person) {
	typ := pick(l.r, slices.DeleteFunc(slices.Clone(envelope.EntryTypes[1:]), envelope.EntryType.OfNotes))
	h := envelope.Head{Type: typ, Outcome: envelope.Outcome(l.r.IntN(6)), Place: t.Place(t.State.Epoch), Account: pick(l.r, l.people).ID, Line: pick(l.r, l.lines).ID, Card: envelope.ID{15: byte(l.r.IntN(4))}, UpTo: l.r.Uint64N(t.State.Next + 1)}
	if l.r.IntN(3) > 0 {
		h.Attest = []byte("an attestation")
	}
	var e envelope.Entry
	switch {
	case typ == envelope.EntryMessage:
		e = t.Message(p, fmt.Sprintf("message %d", t.State.Next))
	case typ.StartsEpoch():
		h.Place = t.Head(typ).Place
		l.epoch(t, p, h)
		return
	default:
		e = seal.Sign(p.Maker(), h, nil)
	}
	l.kept(t, e, t.Append(e))
}

// epoch seals to whom the rules name, or, where they refuse, to whom they named last.
func (l *life) epoch(t *chaintest.Thread, p *chaintest.Person, h envelope.Head) {
	to, err := t.Readers(p, h)
	if err != nil {
		to = nil
		for _, r := range t.State.Roster {
			box, err := l.BoxOf(r)
			l.Must(err)
			x, err := seal.Reader(r.Kind, r.ID, r.Gen, box)
			l.Must(err)
			to = append(to, x)
		}
	}
	before, tk := t.TK[t.State.Epoch], seal.NewSecret()
	e, boxes, err := seal.Epoch(p.Maker(), h, tk, &before, to)
	l.Must(err)
	err = t.Append(e)
	if err == nil {
		t.TK[h.Epoch], t.Boxes[h.Epoch] = tk, boxes
	}
	l.kept(t, e, err)
}

func (l *life) kept(t *chaintest.Thread, e envelope.Entry, err error) {
	if err == nil || len(l.tries) >= 40 {
		return
	}
	l.tries = append(l.tries, *l.thread(reasonOf(err), t, t.Entries, e))
}

// reasonOf is the name that the second implementation gives a refusal: the
// outermost where one reason stands for another.
func reasonOf(err error) string {
	for _, first := range []string{"stale", "signature", "signer"} {
		if errors.Is(err, Reasons[first]) {
			return first
		}
	}
	for _, name := range slices.Sorted(maps.Keys(Reasons)) {
		if errors.Is(err, Reasons[name]) {
			return name
		}
	}
	return "no reason: " + err.Error()
}

// boxes writes, for every epoch and message, what its readers open.
func (l *life) boxes(i int, t *chaintest.Thread) {
	for epoch, boxes := range t.Boxes {
		k := t.Statement(epoch)
		for _, b := range boxes {
			seed, held := l.seedOf(b)
			if !held {
				continue
			}
			l.out[fmt.Sprintf("%s-box-%d-%d-%s-%x.txt", l.name, i, epoch, b.Kind, b.ID[:2])] = ok("box", "an epoch's box").add("purpose", "epoch").
				add("statement", k.Encode()).add("reader", string(b.Kind), b.ID).add("box-seed", seed).add("box", b.Sealed).add("secret", t.TK[epoch].Bytes()).Encode()
		}
		if len(k.PrevBox) > 0 {
			l.out[fmt.Sprintf("%s-history-%d-%d.txt", l.name, i, epoch)] = ok("history", "the epoch before").add("purpose", "epoch").add("statement", k.Encode()).
				add("before", t.Statement(epoch-1).Encode()).add("secret", t.TK[epoch].Bytes()).add("previous", t.TK[epoch-1].Bytes()).Encode()
		}
	}
	for n, h := range t.Heads {
		if h.Type == envelope.EntryMessage {
			l.out[fmt.Sprintf("%s-message-%d-%d.txt", l.name, i, n)] = ok("message", "a message").add("key", t.TK[h.Epoch].Bytes()).add("head", t.Entries[n].Head).
				add("body", t.Entries[n].Body).add("plain", fmt.Appendf(nil, "message %d", h.Index)).Encode()
		}
	}
}

// seedOf finds the seed that a box is sealed to.
func (l *life) seedOf(b seal.Box) ([32]byte, bool) {
	var gens []seal.Secret
	switch b.Kind {
	case envelope.KindCustodian:
		return l.Records.Seed(), true
	case envelope.KindAccount:
		for _, p := range l.people {
			if p.ID == b.ID {
				gens = p.PUK
			}
		}
	default:
		for _, x := range l.lines {
			if x.ID == b.ID && b.Kind == envelope.KindLine {
				gens = x.LK
			} else if x.ID == b.ID {
				gens = x.Lk
			}
		}
	}
	if int(b.Gen) > len(gens) {
		return [32]byte{}, false
	}
	return gens[b.Gen-1].Box().Seed(), true
}

// bent are statements and codes with something changed: most are refused, some
// are other good ones, and both implementations must say which.
func bent(t *testing.T, r *rand.Rand, made map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for name, b := range made {
		f, err := Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 6 {
			g := f.with(f.Expect, "something was changed")
			switch f.Kind {
			case "statement":
				g.set("bytes", bend(r, must(words(f.Text("bytes")))[0]))
			case "recovery", "invite", "pair":
				g.set("text", bendText(r, f.Text("text")))
			default:
				continue
			}
			g.Expect = outcome(t, *g)
			if g.Expect == OK && f.Kind != "statement" && hexOf(reads(*g)) != f.Text("locator") {
				continue // one mistyped code in 32 passes its check: another code, with nothing to be compared with
			}
			out[fmt.Sprintf("bent-%d-%s", i, name)] = g.Encode()
		}
	}
	return out
}

// outcome asks the judge of this side.
func outcome(t *testing.T, f File) string {
	var err error
	if f.Kind == "statement" {
		_, err = family(f.Text("family"))(must(words(f.Text("bytes")))[0])
	} else {
		_, err = locator(f)
	}
	if err == nil {
		return OK
	}
	return reasonOf(err)
}

// reads is the locator of a good code.
func reads(f File) []byte {
	l := must(locator(f))
	return l[:]
}

func locator(f File) ([32]byte, error) {
	var c interface{ Locator() [32]byte }
	var err error
	switch f.Kind {
	case "recovery":
		c, err = vault.ParseRecoveryCode(f.Text("text"))
	case "invite":
		c, err = vault.ParseInviteCode(f.Text("text"))
	default:
		c, err = vault.ParsePairCode(f.Text("text"))
	}
	if err != nil {
		return [32]byte{}, err
	}
	return c.Locator(), nil
}

func bend(r *rand.Rand, b []byte) []byte {
	b = slices.Clone(b)
	if len(b) == 0 {
		return []byte{0}
	}
	at := r.IntN(len(b))
	switch r.IntN(5) {
	case 0:
		b[at] ^= 1 << r.IntN(8)
	case 1:
		b[at] = byte(r.Uint32())
	case 2:
		return b[:at]
	case 3:
		return slices.Insert(b, at, byte(r.Uint32()))
	case 4: // somewhere in the first parts, where lengths and small fields are
		b[min(len(b)-1, r.IntN(120))] ^= byte(1 + r.IntN(3))
	}
	return b
}

func bendText(r *rand.Rand, text string) string {
	letters := []rune(text)
	for range 1 + r.IntN(2) {
		at := r.IntN(len(letters) + 1)
		other := pick(r, []rune("0O1IlLuU-–—\u2002\u00a0\ufeff\u200bzZ9é\u0131\u212a"))
		switch {
		case at == len(letters) || r.IntN(3) == 0:
			letters = slices.Insert(letters, at, other)
		case r.IntN(2) == 0:
			letters[at] = other
		default:
			letters = slices.Delete(letters, at, at+1)
		}
	}
	return strings.TrimSpace(string(letters))
}
