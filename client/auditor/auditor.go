// Package auditor replays a whole key log: every leaf in order, every statement
// by its hash and by all rules of crypto/chain, every directory root computed
// anew, every credential with its signature. A client sees the chains it deals
// with; only somebody who reads everything can say that the log holds nothing
// wrong, and that the directories clients trust are the ones that follow from it.
//
// What the replay cannot know is whether the agency meant it. So it also
// compares who is certified in the log with the agency's own roster: a person
// whom nobody enrolled, certified with a stolen issuer key, stands there by
// their serial.
//
// An Auditor goes on where it stopped, so a witness can be one: it reads the new
// leaves before it signs. It trusts no answer of the service; an Auditor is not
// safe for concurrent use.
package auditor

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
)

// What can be wrong with a leaf, besides the refusals of crypto/chain.
var (
	// ErrMissing says that the service did not show what a leaf logs.
	ErrMissing = errors.New("what the leaf logs was not shown")
	// ErrOther says that the statement shown is not the one that the leaf logs.
	ErrOther = errors.New("another statement than the leaf logs")
	// ErrDirectory says that a directory root is not the one that follows from
	// the leaves before it.
	ErrDirectory = errors.New("wrong directory of the newest statements")
	// ErrTime says that the log's clock ran back, or ahead of ours.
	ErrTime = errors.New("impossible time")
	// ErrAgency says that the log is of another agency than ours.
	ErrAgency = errors.New("another agency than ours")
	// ErrRoot says that a checkpoint was signed for other leaves than we were shown.
	ErrRoot = errors.New("the signed state is of other leaves than were shown")
	// ErrNotDirRoot says that a checkpoint does not end in a directory root:
	// what comes after the last one would be in no directory.
	ErrNotDirRoot = errors.New("the signed state does not end with a directory")
	// ErrPage is returned for an answer that does not go on where we stand.
	ErrPage = errors.New("the service answered another question")
)

// Bad is the first leaf that is wrong, and why.
type Bad struct {
	Index uint64
	Err   error
}

func (b *Bad) Error() string { return fmt.Sprintf("leaf %d of the key log: %v", b.Index, b.Err) }

// Unwrap gives the reason.
func (b *Bad) Unwrap() error { return b.Err }

// Source serves the log a page at a time; a signed-in client of an auditor is one.
type Source interface {
	KeyLog(ctx context.Context, from uint64) (wire.LogPage, error)
}

// Auditor is a replay that has come to some leaf.
type Auditor struct {
	root string // text of the agency's root key
	now  func() uint64
	book *chain.Book
	tree hashList
	size uint64

	heads   map[envelope.ID]keylog.Head
	dirRoot envelope.Hash
	stale   bool   // heads have changed since dirRoot was computed
	time    uint64 // of the newest directory root
	ends    map[uint64]bool
	given   []Given
	bad     *Bad
}

// Given is a credential as the log has it.
type Given struct {
	envelope.Credential
	Leaf uint64 // that logged it
}

type hashList []tlog.Hash

// ReadHashes serves the tree to tlog.
func (h hashList) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(h)) {
			return nil, fmt.Errorf("hash %d of %d", x, len(h))
		}
		out[i] = h[x]
	}
	return out, nil
}

// New begins the replay of an agency's log. root is the text of the agency's
// root key, from outside the service; now gives Unix milliseconds.
func New(agency envelope.ID, root string, now func() uint64) *Auditor {
	return &Auditor{root: root, now: now, book: chain.NewBook(agency), heads: map[envelope.ID]keylog.Head{}, stale: true, ends: map[uint64]bool{}}
}

// Size is how many leaves were replayed.
func (a *Auditor) Size() uint64 { return a.size }

// Book holds what the log says, verified.
func (a *Auditor) Book() *chain.Book { return a.book }

// Given lists every credential ever given, in the order of the log.
func (a *Auditor) Given() []Given { return a.given }

// Follow reads and replays until the log's written end or until size leaves,
// whichever comes first; size 0 means the end. It returns the newest page. A
// Bad leaf ends it, now and whenever it is called again.
func (a *Auditor) Follow(ctx context.Context, from Source, size uint64) (wire.LogPage, error) {
	for {
		p, err := from.KeyLog(ctx, a.size)
		if err != nil {
			return p, fmt.Errorf("read the key log from leaf %d: %w", a.size, err)
		}
		if p.From != a.size || uint64(len(p.Leaves)) > wire.MaxLogPage || p.Size < a.size || len(p.Leaves) == 0 && p.Size > a.size {
			return p, ErrPage
		}
		for _, l := range p.Leaves {
			if size > 0 && a.size == size {
				return p, nil
			}
			if err := a.Add(l); err != nil {
				return p, err
			}
		}
		if a.size >= p.Size || size > 0 && a.size >= size {
			return p, nil
		}
	}
}

// Add replays the next leaf.
func (a *Auditor) Add(l wire.LogLeaf) error {
	if a.bad != nil {
		return a.bad
	}
	if err := a.add(l); err != nil {
		a.bad = &Bad{a.size, err}
		return a.bad
	}
	return nil
}

func (a *Auditor) add(l wire.LogLeaf) error {
	leaf, err := keylog.DecodeLeaf(l.Leaf)
	if err != nil {
		return err
	}
	switch x := leaf.(type) {
	case keylog.LinkLeaf:
		err = a.addLink(x, l)
	case keylog.DirRootLeaf:
		err = a.addDirRoot(x)
	}
	if err != nil {
		return err
	}
	hashes, err := keylog.Append(int64(a.size), l.Leaf, a.tree)
	if err != nil {
		return err
	}
	a.tree, a.size = append(a.tree, hashes...), a.size+1
	return nil
}

func (a *Auditor) addLink(leaf keylog.LinkLeaf, l wire.LogLeaf) error {
	if l.Link == nil {
		return fmt.Errorf("%w: a statement", ErrMissing)
	}
	s := envelope.SignedLink{Link: l.Link.Link, Sig: l.Link.Sig, Countersig: l.Link.Countersig}
	if s.Hash() != leaf.Hash {
		return ErrOther
	}
	d, err := envelope.DecodeLink(s.Link)
	if err != nil {
		return err
	}
	if d.Chain != leaf.Chain || d.Seq != leaf.Seq {
		return ErrOther
	}
	if err := a.book.Apply(chain.Logged{SignedLink: s, Leaf: a.size}); err != nil {
		return err
	}
	if d.Type == envelope.AgencyGenesis && a.book.Agency().Root().Text() != a.root {
		return ErrAgency
	}
	a.heads[leaf.Chain], a.stale = keylog.Head{Seq: leaf.Seq, Hash: leaf.Hash}, true
	if d.Type != envelope.AgencyCredential {
		return nil
	}
	if l.Credential == nil {
		return fmt.Errorf("%w: a credential", ErrMissing)
	}
	c := chain.SignedCredential{Credential: l.Credential.Credential, Sig: l.Credential.Sig}
	if err := a.book.AddCredential(c); err != nil {
		return err
	}
	cred, err := envelope.DecodeCredential(c.Credential)
	a.given = append(a.given, Given{cred, a.size})
	return err
}

func (a *Auditor) addDirRoot(d keylog.DirRootLeaf) error {
	if a.stale {
		a.dirRoot, a.stale = keylog.BuildDirectory(a.heads).Root(), false
	}
	switch {
	case d.Size != a.size:
		return fmt.Errorf("%w: it describes %d leaves", ErrDirectory, d.Size)
	case d.Count != uint64(len(a.heads)):
		return fmt.Errorf("%w: it counts %d chains, and there are %d", ErrDirectory, d.Count, len(a.heads))
	case d.Root != a.dirRoot:
		return fmt.Errorf("%w: its root is another", ErrDirectory)
	case d.Time < a.time:
		return fmt.Errorf("%w: the log's clock ran back", ErrTime)
	case d.Time > a.now()+keylog.MaxFuture:
		return fmt.Errorf("%w: the log's clock is ahead of ours", ErrTime)
	}
	a.time, a.ends[a.size+1] = d.Time, true
	return nil
}

// Check compares a signed state with the leaves that were replayed.
func (a *Auditor) Check(c keylog.Checkpoint) error {
	if c.Size > a.size {
		return fmt.Errorf("%w: %d leaves are signed, %d were shown", ErrRoot, c.Size, a.size)
	}
	root, err := keylog.TreeRoot(int64(c.Size), a.tree)
	if err != nil {
		return err
	}
	switch {
	case root != c.Root:
		return ErrRoot
	case !a.ends[c.Size]:
		return ErrNotDirRoot
	}
	return nil
}

// Verifier is whom the newest policy says to believe about the log.
func (a *Auditor) Verifier() (keylog.Verifier, error) {
	p, ok := a.book.Agency().Policy(^uint64(0))
	if !ok {
		return keylog.Verifier{}, fmt.Errorf("%w: the agency has no policy yet", ErrMissing)
	}
	return keylog.Verifier{LogKey: p.LogKey, Witnesses: p.Witnesses, Quorum: int(p.Quorum)}, nil
}

// Finish checks what came beside the last page: the newest signed state, and
// the one that clients are shown, with its witnesses.
func (a *Auditor) Finish(p wire.LogPage) error {
	v, err := a.Verifier()
	if err != nil {
		return err
	}
	alone := v
	alone.Quorum = 0
	for _, x := range []struct {
		by   keylog.Verifier
		note string
	}{{alone, p.Checkpoint}, {v, p.Shown}} {
		c, err := x.by.Open([]byte(x.note))
		if err != nil {
			return err
		}
		if err := a.Check(c); err != nil {
			return err
		}
	}
	return nil
}

// Root is the root over the first leaves that were replayed.
func (a *Auditor) Root(size uint64) (envelope.Hash, error) {
	return keylog.TreeRoot(int64(size), a.tree)
}
