package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Witnesses asks those who watch the key log. Cosign returns the signature
// lines that came in time, of whoever answered; it believes none of them. prove
// makes the proof that the checkpoint extends the log of an older size.
type Witnesses interface {
	Cosign(ctx context.Context, checkpoint []byte, size uint64, prove func(older uint64) ([]envelope.Hash, error)) [][]byte
}

// policy is whom clients believe about the log by the newest policy.
func policy(book *chain.Book) (v keylog.Verifier) {
	if book == nil {
		return v
	}
	if p, ok := book.Agency().Policy(^uint64(0)); ok {
		v = keylog.Verifier{LogKey: p.LogKey, Witnesses: p.Witnesses, Quorum: int(p.Quorum)}
	}
	return v
}

// quorumAfter reports whether a state waits for witnesses once a link is
// logged. Before there is a policy nothing is shown: it may ask for them.
func quorumAfter(book *chain.Book, l envelope.Link) bool {
	if l.Type == envelope.AgencyPolicy {
		if b, err := envelope.DecodePolicy(l.Body); err == nil {
			return b.Quorum > 0
		}
	}
	_, ok := book.Agency().Policy(^uint64(0))
	return !ok || policy(book).Quorum > 0
}

// restore sets what was shown before a restart under a policy with witnesses.
func (l *Log) restore(ctx context.Context) error {
	l.quorum = true
	old := moment{heads: map[envelope.ID]keylog.Head{}}
	err := l.st.View(ctx, func(tx *table.Tx) (err error) {
		old.checkpoint, err = l.st.Checkpoints.Get(tx, rowShown)
		if errors.Is(err, table.ErrNotFound) {
			return nil // nothing was shown yet
		}
		if err != nil {
			return err
		}
		old.size = old.checkpoint.Size
		_, err = l.st.Leaves.Scan(tx, store.PartLog, table.Range{Limit: int(old.size)}, func(i uint64, b []byte) (bool, error) {
			leaf, err := keylog.DecodeLeaf(b)
			if x, ok := leaf.(keylog.LinkLeaf); ok && i < old.size {
				old.heads[x.Chain] = keylog.Head{Seq: x.Seq, Hash: x.Hash}
			}
			return i < old.size, err
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("what of the key log was shown: %w", err)
	}
	if old.size > l.written.size {
		return fmt.Errorf("the key log was shown with %d leaves and has %d", old.size, l.written.size)
	}
	old.hashes = l.written.hashes[:tlog.StoredHashCount(int64(old.size))]
	old.dir = keylog.BuildDirectory(old.heads)
	if old.root, err = keylog.TreeRoot(int64(old.size), old.hashes); err != nil {
		return err
	}
	l.shown = old
	return nil
}

// Waiting says how many leaves are written and not yet shown, and how often in
// a row the witnesses have not answered.
func (s *Service) Waiting() (leaves, failures uint64) {
	s.log.mu.RLock()
	defer s.log.mu.RUnlock()
	return s.log.written.size - s.log.shown.size, s.failures.Load()
}

// Publish signs a fresh checkpoint and shows it once it is witnessed.
func (s *Service) Publish(ctx context.Context, now time.Time) error {
	if err := s.log.publish(ctx, now); err != nil {
		return err
	}
	return s.Show(ctx, 0)
}

// Show asks the witnesses, where the policy has any, for the newest state and
// shows it to clients. It does nothing if a state of at least the given size is
// shown already; zero means the newest. Those who wait together ask once.
func (s *Service) Show(ctx context.Context, size uint64) error {
	s.showing.Lock()
	defer s.showing.Unlock()
	m := s.log.newest()
	if size == 0 {
		size = m.size
	}
	if s.log.State().Size >= size {
		return nil
	}
	v := policy(s.Book())
	signed, err := s.cosigned(ctx, v, m)
	if err != nil {
		s.failures.Add(1)
		return wire.Refuse(wire.CodeWitnessAway).Because(err)
	}
	s.failures.Store(0)
	m.checkpoint.Note = signed
	s.log.append.Lock() // what is shown and its row move together
	defer s.log.append.Unlock()
	err = s.st.Update(ctx, func(tx *table.Tx) error { return s.st.Checkpoints.Put(tx, rowShown, m.checkpoint) }, kv.Own(store.PartLog))
	if err != nil {
		return fmt.Errorf("keep the witnessed checkpoint: %w", err)
	}
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	if m.size > s.log.shown.size { // the policy may have let go of the witnesses meanwhile
		s.log.shown = m
	}
	return nil
}

// cosigned collects cosignatures until the policy's quorum is reached. A line
// that does not verify is passed over: one bad witness must not spoil the rest.
func (s *Service) cosigned(ctx context.Context, v keylog.Verifier, m moment) ([]byte, error) {
	any := v
	any.Quorum = 0
	signed := m.checkpoint.Note
	for _, line := range s.witnesses.Cosign(ctx, signed, m.size, m.state().Consistency) {
		more := append(signed[:len(signed):len(signed)], line...)
		_, before, err1 := any.OpenTimed(signed)
		_, after, err2 := any.OpenTimed(more)
		if errors.Join(err1, err2) == nil && len(after) > len(before) {
			signed = more
		}
	}
	_, err := v.Open(signed)
	return signed, err
}

// noWitnesses is where none are set up: nobody answers.
type noWitnesses struct{}

func (noWitnesses) Cosign(context.Context, []byte, uint64, func(uint64) ([]envelope.Hash, error)) [][]byte {
	return nil
}
