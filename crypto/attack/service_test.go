package attack

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/crypto/seal"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	origin = "log.example"
	day    = uint64(24 * 3600 * 1000)
)

// evil is a service that keeps an honest key log and honest threads, and has
// one switch for each kind of lie. With every switch off it is honest.
type evil struct {
	*chaintest.World
	leaves  [][]byte
	hashes  []tlog.Hash
	logged  int // links of the world that are leaves by now
	heads   map[envelope.ID]keylog.Head
	dir     *keylog.Directory
	sign    note.Signer
	witness *witness
	policy  keylog.Verifier

	// The switches.
	entries func([]envelope.Entry) []envelope.Entry // what of a thread is served
	links   func(chain.Logged) chain.Logged         // what a link looks like when served
}

// witness signs only what extends what it has signed.
type witness struct {
	sign *keylog.Cosigner
	size uint64
	root envelope.Hash
}

func noteKey(t testing.TB, name string) (note.Signer, string) {
	t.Helper()
	skey, vkey, err := keylog.NewNoteKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s, vkey
}

func cosigner(t testing.TB, name string) (*keylog.Cosigner, string) {
	t.Helper()
	skey, vkey, err := keylog.NewCosignerKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := keylog.ReadCosigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return c, vkey
}

func newEvil(t testing.TB) *evil {
	e := &evil{World: chaintest.New(t), heads: map[envelope.ID]keylog.Head{}, witness: &witness{}}
	var lk, wk string
	e.sign, lk = noteKey(t, origin)
	e.witness.sign, wk = cosigner(t, "witness.example")
	e.policy = keylog.Verifier{LogKey: lk, Witnesses: []string{wk}, Quorum: 1}
	e.RootOf = e.root
	return e
}

// ReadHashes serves the log's tree.
func (e *evil) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = e.hashes[x]
	}
	return out, nil
}

func (e *evil) root(size uint64) envelope.Hash {
	if size > uint64(len(e.leaves)) {
		e.T.Fatal("the test has not published")
	}
	h, err := keylog.TreeRoot(int64(size), e)
	e.Must(err)
	return h
}

func (e *evil) add(leaf keylog.Leaf) {
	b := leaf.Encode()
	h, err := keylog.Append(int64(len(e.leaves)), b, e)
	e.Must(err)
	e.hashes, e.leaves = append(e.hashes, h...), append(e.leaves, b)
}

// publish logs what the world has appended and a directory root after it.
func (e *evil) publish() {
	for _, l := range e.Log[e.logged:] {
		d, err := envelope.DecodeLink(l.Link)
		e.Must(err)
		if l.Leaf != uint64(len(e.leaves)) {
			e.T.Fatal("the test's leaves are not the log's")
		}
		e.heads[d.Chain] = keylog.Head{Seq: d.Seq, Hash: l.Hash()}
		e.add(keylog.LinkLeaf{Chain: d.Chain, Seq: d.Seq, Hash: l.Hash()})
	}
	e.logged = len(e.Log)
	e.dir = keylog.BuildDirectory(e.heads)
	e.add(keylog.DirRootLeaf{Size: uint64(len(e.leaves)), Count: e.dir.Count(), Time: e.Now, Root: e.dir.Root()})
	e.Leaf = uint64(len(e.leaves))
}

// cosign is the witness's own work: it holds its last state and asks for a proof.
func (w *witness) cosign(e *evil, v keylog.Verifier, msg []byte, size uint64, root envelope.Hash) []byte {
	if w.size > size {
		return msg
	}
	proof, err := keylog.ProveConsistency(int64(w.size), int64(size), e)
	if err != nil || keylog.CheckConsistency(w.size, w.root, size, root, proof) != nil {
		return msg
	}
	out, err := v.Cosign(msg, w.sign.At(e.Now/1000))
	if err != nil {
		return msg
	}
	w.size, w.root = size, root
	return out
}

// state is the log's newest state for somebody who has seen size leaves.
func (e *evil) state(size uint64) keylog.Update {
	n := uint64(len(e.leaves))
	root := e.root(n)
	msg, err := keylog.SignCheckpoint(origin, n, root, e.sign)
	e.Must(err)
	con, err := keylog.ProveConsistency(int64(min(size, n)), int64(n), e)
	e.Must(err)
	inc, err := keylog.ProveInclusion(int64(n), int64(n)-1, e)
	e.Must(err)
	return keylog.Update{Checkpoint: e.witness.cosign(e, e.policy, msg, n, root), Consistency: con, DirRoot: e.leaves[n-1], Index: n - 1, Inclusion: inc}
}

// client is one person's program: what it has pinned, verified and read.
type client struct {
	e     *evil
	who   *chaintest.Person
	view  keylog.View
	book  *chain.Book
	mine  []envelope.Hash // links of the own chain that this person made or approved
	th    *chain.Thread
	heads []envelope.Head
}

func (e *evil) client(p *chaintest.Person, th *chaintest.Thread) *client {
	return &client{e: e, who: p, book: chain.NewBook(e.Agency), th: chain.NewThread(th.State.ID)}
}

var (
	errHead  = errors.New("chain does not end where the directory says")
	errAlarm = errors.New("a statement in the own chain that its person does not know")
)

// sync brings the view and the book up to date, or refuses.
func (c *client) sync() error {
	v, err := keylog.Advance(c.view, c.e.state(c.view.Size), c.e.policy, c.e.Now, day)
	if err != nil {
		return err
	}
	book := chain.NewBook(c.e.Agency)
	if err := c.replay(book, v); err != nil {
		return err
	}
	book.Reached(v.Size)
	c.view, c.book = v, book
	return nil
}

// replay verifies every link that is served, its place in the log, and that
// each chain ends where the directory says.
func (c *client) replay(book *chain.Book, v keylog.View) error {
	var agency, accounts, lines []chain.Logged
	ends := map[envelope.ID]keylog.Head{}
	for _, l := range c.e.Log[:c.e.logged] {
		if c.e.links != nil {
			l = c.e.links(l)
		}
		d, err := envelope.DecodeLink(l.Link)
		if err != nil {
			return err
		}
		proof, err := keylog.ProveInclusion(int64(v.Size), int64(l.Leaf), c.e)
		c.e.Must(err)
		leaf := keylog.LinkLeaf{Chain: d.Chain, Seq: d.Seq, Hash: l.Hash()}.Encode()
		if err := keylog.CheckInclusion(v.Size, v.Root, l.Leaf, leaf, proof); err != nil {
			return err
		}
		ends[d.Chain] = keylog.Head{Seq: d.Seq, Hash: l.Hash()}
		switch d.Kind {
		case envelope.ChainAgency:
			agency = append(agency, l)
		case envelope.ChainAccount:
			accounts = append(accounts, l)
		default:
			lines = append(lines, l)
		}
	}
	for id, end := range ends {
		head, present, err := c.e.dir.Lookup(id).Verify(id, v.DirRoot, v.DirCount)
		if err != nil {
			return err
		}
		if !present || head != end {
			return errHead
		}
	}
	return book.Replay(agency, accounts, c.e.Creds, lines)
}

// monitor is what every client does with its own chain at every start.
func (c *client) monitor() error {
	for _, l := range c.e.Log[:c.e.logged] {
		d, err := envelope.DecodeLink(l.Link)
		if err != nil {
			return err
		}
		if d.Chain == c.who.ID && !slices.Contains(c.mine, l.Hash()) {
			return fmt.Errorf("%w: number %d", errAlarm, d.Seq)
		}
	}
	return nil
}

// read verifies the served log from where the client stands. gossip says
// whether the checkpoints that signers name are held against the own view.
func (c *client) read(th *chaintest.Thread, gossip bool) error {
	entries := slices.Clone(th.Entries)
	if c.e.entries != nil {
		entries = c.e.entries(entries)
	}
	for _, e := range entries[min(uint64(len(entries)), c.th.Next):] {
		n, h, err := c.th.Apply(e, c.book)
		if err != nil {
			return err
		}
		if gossip {
			if err := c.sameLog(h); err != nil {
				return err
			}
		}
		c.th, c.heads = n, append(c.heads, h)
	}
	return nil
}

func (c *client) sameLog(h envelope.Head) error {
	proof, err := keylog.ProveConsistency(int64(h.KTSize), int64(c.view.Size), c.e)
	if err != nil {
		return err
	}
	return keylog.CheckConsistency(h.KTSize, h.KTRoot, c.view.Size, c.view.Root, proof)
}

// errNotSent is a client's decision to seal nothing.
var errNotSent = errors.New("nothing is sent")

// say does everything that comes before a message, and seals one only then.
func (c *client) say(th *chaintest.Thread, text string) (envelope.Entry, error) {
	if err := c.sync(); err != nil {
		return envelope.Entry{}, fmt.Errorf("%w: %w", errNotSent, err)
	}
	if err := c.read(th, true); err != nil {
		return envelope.Entry{}, fmt.Errorf("%w: %w", errNotSent, err)
	}
	if ok, err := c.th.Current(c.view.Size, c.book); err != nil || !ok {
		return envelope.Entry{}, fmt.Errorf("%w: the epoch is not current: %w", errNotSent, chain.ErrStale)
	}
	at := envelope.Place{Thread: c.th.ID, Epoch: c.th.Epoch, Index: c.th.Next, Prev: c.th.Head, Time: c.e.Now, KTSize: c.view.Size, KTRoot: c.view.Root}
	return seal.Message(c.who.Maker(), th.TK[c.th.Epoch], at, 0, []byte(text))
}

// scene is a line, its people and a thread that Ann has opened and Sam claimed.
type scene struct {
	*evil
	line          *chaintest.Line
	ann, sam, eva *chaintest.Person
	mallory       *chaintest.Person // certified, of another line
	th            *chaintest.Thread
}

func newScene(t testing.TB) *scene {
	t.Helper()
	s := &scene{evil: newEvil(t)}
	s.line = s.Line("Verification")
	other := s.Line("Other")
	s.ann, s.sam, s.eva = s.Person("Ann", chain.RoleNavigator, s.line.ID), s.line.Specialist("Sam"), s.line.Specialist("Eva")
	s.mallory = other.Lead
	s.publish()
	s.th = s.NewThread()
	s.Must(s.th.Open(s.ann, s.line.ID))
	s.Must(s.th.Say(s.ann, "hello"))
	return s
}

// honest demands that with every switch off the client reads and speaks.
func (s *scene) honest(c *client) {
	s.T.Helper()
	e, err := c.say(s.th, "honest")
	s.Must(err)
	s.Must(s.th.Append(e))
}

func want(t testing.TB, why string, err, reason error) {
	t.Helper()
	if !errors.Is(err, reason) {
		t.Errorf("%s: %v, not %v", why, err, reason)
	}
}
