package account

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Log is the key log: every statement of every chain, in the order in which it
// was accepted, and after each the directory of all newest heads under a signed
// checkpoint. The tree's hashes are held in memory (64 bytes a statement) and
// change only after the store has committed them.
//
// There are two newest moments. What is written is on disk and signed by the
// log; statements are appended to it. What is shown is what clients are
// answered from: the same moment, or, where the agency's policy asks for
// witnesses, the newest one that enough of them have cosigned.
type Log struct {
	st     *store.Store
	signer note.Signer
	origin string

	append sync.Mutex // one statement at a time: the book, the tree and the store move together

	mu      sync.RWMutex // guards what follows
	written moment
	shown   moment
	quorum  bool // the newest policy asks for witnesses
}

// moment is the log at one size. It never changes: later ones share its lists.
type moment struct {
	hashes     hashList
	size       uint64 // leaves
	heads      map[envelope.ID]keylog.Head
	dir        *keylog.Directory
	checkpoint store.Checkpoint
	root       envelope.Hash
}

// Rows of the checkpoints: the newest that the log has signed, and the newest
// that clients were shown under a policy with witnesses.
const (
	rowWritten = 0
	rowShown   = 1
)

// hashList serves a list of stored hashes to tlog.
type hashList []tlog.Hash

func (h hashList) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(h)) {
			return nil, fmt.Errorf("key log: hash %d of %d", x, len(h))
		}
		out[i] = h[x]
	}
	return out, nil
}

func openLog(ctx context.Context, st *store.Store, k ServiceKeys) (*Log, error) {
	signer, err := note.NewSigner(k.LogSigner)
	if err != nil {
		return nil, fmt.Errorf("key log's key: %w", err)
	}
	l := &Log{st: st, signer: signer, origin: signer.Name()}
	m := moment{heads: map[envelope.ID]keylog.Head{}}
	err = st.View(ctx, func(tx *table.Tx) error {
		if _, err := st.LogHashes.Scan(tx, store.PartLog, table.Range{}, func(i uint64, h []byte) (bool, error) {
			if i != uint64(len(m.hashes)) || len(h) != tlog.HashSize {
				return false, fmt.Errorf("key log: hash %d is missing", len(m.hashes))
			}
			m.hashes = append(m.hashes, tlog.Hash(h))
			return true, nil
		}); err != nil {
			return err
		}
		if _, err := st.Heads.Scan(tx, store.PartLog, table.Range{}, func(id store.ID, h store.ChainHead) (bool, error) {
			m.heads[id] = keylog.Head{Seq: h.Seq, Hash: h.Hash}
			return true, nil
		}); err != nil {
			return err
		}
		cp, err := st.Checkpoints.Get(tx, rowWritten)
		if err == nil {
			m.checkpoint, m.size = cp, cp.Size
		} else if len(m.hashes) > 0 {
			return fmt.Errorf("key log without a checkpoint: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if tlog.StoredHashCount(int64(m.size)) != int64(len(m.hashes)) {
		return nil, fmt.Errorf("key log: %d hashes do not belong to %d leaves", len(m.hashes), m.size)
	}
	m.dir = keylog.BuildDirectory(m.heads)
	if m.root, err = keylog.TreeRoot(int64(m.size), m.hashes); err != nil {
		return nil, err
	}
	l.written, l.shown = m, m
	return l, nil
}

// plan adds an optional chain head and then publishes: directory root and checkpoint.
func (l *Log) plan(h *store.ChainHead, now time.Time) (next, error) { return l.planAll(h, nil, now) }

// planLeaf adds a leaf that belongs to no chain, and publishes.
func (l *Log) planLeaf(leaf keylog.Leaf, now time.Time) (next, error) {
	return l.planAll(nil, leaf, now)
}

// needsQuorum reports whether the newest state is shown only once witnesses have
// signed it.
func (l *Log) needsQuorum() bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.quorum
}

func (l *Log) planAll(h *store.ChainHead, extra keylog.Leaf, now time.Time) (next, error) {
	was := l.newest()
	n := next{head: h, after: was}
	all, size := was.hashes, was.size
	add := func(leaf []byte) error {
		hs, err := keylog.Append(int64(size), leaf, all)
		if err != nil {
			return err
		}
		// A fresh backing array each time: readers may hold the old list.
		all = append(all[:len(all):len(all)], hs...)
		n.leaves, size = append(n.leaves, leaf), size+1
		return nil
	}
	if h != nil {
		if err := add(keylog.LinkLeaf{Chain: h.Chain, Seq: h.Seq, Hash: h.Hash}.Encode()); err != nil {
			return n, err
		}
		n.after.heads = make(map[envelope.ID]keylog.Head, len(was.heads)+1)
		for id, x := range was.heads {
			n.after.heads[id] = x
		}
		n.after.heads[h.Chain] = keylog.Head{Seq: h.Seq, Hash: h.Hash}
		n.after.dir = keylog.BuildDirectory(n.after.heads)
	}
	if extra != nil {
		if err := add(extra.Encode()); err != nil {
			return n, err
		}
	}
	at := max(now.UnixMilli(), was.checkpoint.At) // after our clock was set back the log's stands still until it is caught up with
	dirRoot := keylog.DirRootLeaf{Size: size, Count: n.after.dir.Count(), Time: uint64(at), Root: n.after.dir.Root()}.Encode()
	if err := add(dirRoot); err != nil {
		return n, err
	}
	n.hashes = all[len(was.hashes):]
	n.after.hashes, n.after.size = all, size
	var err error
	if n.after.root, err = keylog.TreeRoot(int64(size), all); err != nil {
		return n, err
	}
	msg, err := keylog.SignCheckpoint(l.origin, size, n.after.root, l.signer)
	n.after.checkpoint = store.Checkpoint{Size: size, Note: msg, DirRoot: dirRoot, At: at}
	return n, err
}

// next is what the log becomes by one step; nothing is changed until it is committed.
type next struct {
	leaves [][]byte
	hashes []tlog.Hash // new ones only
	head   *store.ChainHead
	after  moment
}

// write stores a step inside a transaction that owns the log's partition. With
// a policy that asks for witnesses it also keeps what is shown meanwhile, so
// that a restart shows no less.
func (l *Log) write(tx *table.Tx, n next, quorum bool) error {
	was := l.newest()
	for i, leaf := range n.leaves {
		if err := l.st.Leaves.Insert(tx, was.size+uint64(i), leaf); err != nil {
			return fmt.Errorf("key log leaf: %w", err)
		}
	}
	for i, h := range n.hashes {
		if err := l.st.LogHashes.Insert(tx, uint64(len(was.hashes)+i), h[:]); err != nil {
			return fmt.Errorf("key log hash: %w", err)
		}
	}
	if n.head != nil {
		if err := l.st.Heads.Put(tx, n.head.Chain, *n.head); err != nil {
			return err
		}
	}
	if quorum {
		if err := l.st.Checkpoints.Put(tx, rowShown, l.State().Checkpoint); err != nil {
			return err
		}
	}
	return l.st.Checkpoints.Put(tx, rowWritten, n.after.checkpoint)
}

// take makes a committed step the newest one, and shows it at once where the
// policy asks for no witnesses.
func (l *Log) take(n next, quorum bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written, l.quorum = n.after, quorum
	if !quorum {
		l.shown = n.after
	}
}

func (l *Log) newest() moment {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.written
}

// Publish signs a fresh checkpoint, so that clients can tell that nothing has
// been kept from them for long.
func (l *Log) publish(ctx context.Context, now time.Time) error {
	l.append.Lock()
	defer l.append.Unlock()
	n, err := l.plan(nil, now)
	if err != nil {
		return err
	}
	l.mu.RLock()
	quorum := l.quorum
	l.mu.RUnlock()
	if err := l.st.Update(ctx, func(tx *table.Tx) error { return l.write(tx, n, quorum) }, kv.Own(store.PartLog)); err != nil {
		return fmt.Errorf("publish the key log: %w", err)
	}
	l.take(n, quorum)
	return nil
}

// State is one moment of the log for answering questions.
type State struct {
	hashes     hashList
	Size       uint64
	Root       envelope.Hash
	Checkpoint store.Checkpoint
	Dir        *keylog.Directory
}

func (m moment) state() State { return State{m.hashes, m.size, m.root, m.checkpoint, m.dir} }

// State returns the newest state that clients may see.
func (l *Log) State() State {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.shown.state()
}

// Written returns the newest state that is on disk; witnesses and auditors see it.
func (l *Log) Written() State { return l.newest().state() }

// Inclusion proves a leaf under the state's checkpoint.
func (s State) Inclusion(leaf uint64) ([]envelope.Hash, error) {
	return keylog.ProveInclusion(int64(s.Size), int64(leaf), s.hashes)
}

// Consistency proves that an older size is a prefix.
func (s State) Consistency(older uint64) ([]envelope.Hash, error) {
	if older > s.Size {
		return nil, fmt.Errorf("the log has %d leaves, not %d", s.Size, older)
	}
	return keylog.ProveConsistency(int64(older), int64(s.Size), s.hashes)
}

// loadBook replays every chain in the order in which they depend on each other.
func loadBook(ctx context.Context, st *store.Store) (*chain.Book, error) {
	byKind := map[string][]chain.Logged{}
	var creds []chain.SignedCredential
	err := st.View(ctx, func(tx *table.Tx) error {
		_, err := st.Heads.Scan(tx, store.PartLog, table.Range{}, func(id store.ID, h store.ChainHead) (bool, error) {
			_, err := st.Links.Scan(tx, store.PartChain(id), table.Range{}, func(_ store.LinkKey, x store.Link) (bool, error) {
				byKind[h.Kind] = append(byKind[h.Kind], chain.Logged{SignedLink: envelope.SignedLink{Link: x.Link, Sig: x.Sig, Countersig: x.Countersig}, Leaf: x.Leaf})
				return true, nil
			})
			if err != nil || h.Kind != string(envelope.ChainAccount) {
				return err == nil, err
			}
			_, err = st.Credentials.Scan(tx, store.PartAccount(id), table.Range{}, func(_ store.CredentialKey, c store.Credential) (bool, error) {
				creds = append(creds, chain.SignedCredential{Credential: c.Credential, Sig: c.Sig})
				return true, nil
			})
			return err == nil, err
		})
		return err
	})
	if err != nil || len(byKind[string(envelope.ChainAgency)]) == 0 {
		return nil, err
	}
	first, err := envelope.DecodeLink(byKind[string(envelope.ChainAgency)][0].Link)
	if err != nil {
		return nil, err
	}
	book := chain.NewBook(first.Chain)
	return book, book.Replay(byKind[string(envelope.ChainAgency)], byKind[string(envelope.ChainAccount)], creds, byKind[string(envelope.ChainLine)])
}
