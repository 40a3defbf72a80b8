package thread

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/server/account"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// newest asks a chain state about the present.
const newest = ^uint64(0)

// relation is what a person is to a thread.
type relation struct{ party, member, lead bool }

// relation looks at the chains and at the roster: whom the roster keeps off a
// line is no member of it here, whatever its chain still says.
func (s *Service) relation(st account.Standing, row store.Thread, now time.Time) relation {
	reaches := st.Reaches(row.Line, now)
	r := relation{party: st.ID == row.Opener || st.ID == row.Claimer && reaches}
	if line, err := s.people.Book().Line(envelope.ID(row.Line)); err == nil && reaches {
		r.member, r.lead = line.Member(st.ID, newest), line.Admin(st.ID, newest)
	}
	return r
}

// served reports whether the service hands a thread to a person at all.
func (r relation) served(row store.Thread) bool {
	return r.party || r.lead || r.member && row.State == string(wire.StateOpen)
}

// served reads a thread's row for somebody it is served to; for anybody else
// there is no such thread.
func (s *Service) served(tx *table.Tx, st account.Standing, id store.ID, now time.Time) (store.Thread, relation, error) {
	row, err := s.st.Threads.Get(tx, id)
	if err != nil {
		if errors.Is(err, table.ErrNotFound) {
			err = wire.Refuse(wire.CodeNotFound)
		}
		return row, relation{}, err
	}
	r := s.relation(st, row, now)
	if !r.served(row) {
		return row, r, wire.Refuse(wire.CodeNotFound).Because(errors.New("not served to this person"))
	}
	return row, r, nil
}

// Bounds of one read, so that a long thread is sent in pieces.
const (
	readEntries = 256
	readBytes   = 256 << 10
)

// Read returns entries from an index on, with those of their boxes that are for
// the reader, and the index after them. It reads at most a piece; more says
// whether there is another.
func (s *Service) Read(tx *table.Tx, who account.Standing, id store.ID, from uint64, now time.Time) (out []wire.Stored, next uint64, more bool, err error) {
	_, rel, err := s.served(tx, who, id, now)
	if err != nil {
		return nil, from, false, err
	}
	return s.piece(tx, log{s.st.Entries, s.st.EpochBoxes}, who.ID, id, rel, from)
}

// log is where the entries and boxes of one log lie: a thread's, or of the note
// log beside it.
type log struct {
	entries *table.Table[store.EntryKey, store.Entry]
	boxes   *table.Table[store.EpochBoxKey, store.Box]
}

func (s *Service) piece(tx *table.Tx, l log, acct, id store.ID, rel relation, from uint64) (out []wire.Stored, next uint64, more bool, err error) {
	size := 0
	next = from
	rest, err := l.entries.Scan(tx, store.PartThread(id), table.Range{From: func(w *table.KeyWriter) { w.U64(from) }, Limit: readEntries},
		func(k store.EntryKey, e store.Entry) (bool, error) {
			if k.Index != next {
				return false, errors.New("thread has a gap: run arcline verify")
			}
			st := wire.Stored{Index: k.Index, At: e.At, Entry: wire.Entry{Head: e.Head, Sig: e.Sig, Body: e.Body}}
			if len(e.Body) == 0 {
				if st.Boxes, err = s.boxes(tx, l, acct, id, rel, e.Head); err != nil {
					return false, err
				}
			}
			out, next = append(out, st), k.Index+1
			size += len(e.Head) + len(e.Body)
			return size < readBytes, nil
		})
	return out, next, rest != nil, err
}

// boxes finds the reader's own boxes of an entry that starts an epoch.
func (s *Service) boxes(tx *table.Tx, l log, acct, id store.ID, rel relation, head []byte) ([]wire.Box, error) {
	h, err := envelope.DecodeHead(head)
	if err != nil || !h.Type.StartsEpoch() {
		return nil, err
	}
	var out []wire.Box
	_, err = l.boxes.Scan(tx, store.PartThread(id), table.Range{Prefix: func(w *table.KeyWriter) { w.U32(h.Epoch) }},
		func(k store.EpochBoxKey, b store.Box) (bool, error) {
			mine := k.Kind == string(wire.BoxAccount) && k.ID == acct ||
				k.Kind == string(wire.BoxLine) && rel.member || k.Kind == string(wire.BoxLead) && rel.lead
			if mine {
				out = append(out, wire.Box{Kind: wire.BoxKind(k.Kind), ID: wire.ID(k.ID), Gen: k.Gen, Sealed: b.Sealed})
			}
			return true, nil
		})
	return out, err
}

// Opened writes into the thread's audit chain that somebody opened it to read.
// The transaction owns the thread's partition.
func (s *Service) Opened(tx *table.Tx, who account.Standing, id store.ID, from string, now time.Time) error {
	if _, _, err := s.served(tx, who, id, now); err != nil {
		return err
	}
	return s.opened(tx, who, id, "read", from, now)
}

func (s *Service) opened(tx *table.Tx, who account.Standing, id store.ID, act, from string, now time.Time) error {
	tail, err := s.st.Tails.Get(tx, id)
	if err != nil {
		return err
	}
	if err := record.InThread(s.st, tx, id, &tail, record.Event{At: now.UnixMilli(), Account: who.ID, Device: who.Device.ID, Act: act, Outcome: record.Done, From: from}); err != nil {
		return err
	}
	return s.st.Tails.Put(tx, id, tail)
}

// Mine lists the threads that a person opened or has claimed.
func (s *Service) Mine(tx *table.Tx, acct store.ID) ([]wire.Summary, error) {
	out, seen := []wire.Summary{}, map[store.ID]bool{}
	collect := func(id store.ID, row store.Thread) (bool, error) {
		if seen[id] {
			return true, nil
		}
		seen[id] = true
		sum, err := s.summary(tx, row)
		out = append(out, sum)
		return true, err
	}
	person := table.Range{Prefix: func(w *table.KeyWriter) { w.ID(acct) }, Reverse: true, Limit: wire.MaxList}
	if _, err := s.st.ByPerson.Scan(tx, person, collect); err != nil {
		return nil, err
	}
	_, err := s.st.ByClaimer.Scan(tx, person, collect)
	return out, err
}

// Unfinished counts the threads that are not closed and that a person opened or
// has claimed.
func (s *Service) Unfinished(ctx context.Context, acct store.ID) (int, error) {
	seen := map[store.ID]bool{}
	err := s.st.View(ctx, func(tx *table.Tx) error {
		count := func(id store.ID, row store.Thread) (bool, error) {
			if row.State != string(wire.StateClosed) {
				seen[id] = true
			}
			return true, nil
		}
		person := table.Range{Prefix: func(w *table.KeyWriter) { w.ID(acct) }}
		if _, err := s.st.ByPerson.Scan(tx, person, count); err != nil {
			return err
		}
		_, err := s.st.ByClaimer.Scan(tx, person, count)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count a person's threads: %w", err)
	}
	return len(seen), nil
}

// OfLine lists a line's threads, oldest first: those that wait for its members,
// all that are not closed for its leads.
func (s *Service) OfLine(tx *table.Tx, who account.Standing, id store.ID, now time.Time) ([]wire.Summary, error) {
	line, err := s.worksOn(who, id, now)
	if err != nil {
		return nil, err
	}
	states := []wire.ThreadState{wire.StateOpen}
	if line.Admin(who.ID, newest) {
		states = append(states, wire.StateClaimed)
	}
	out := []wire.Summary{}
	for _, st := range states {
		r := table.Range{Prefix: func(w *table.KeyWriter) { w.ID(id); w.String(string(st)) }, Limit: wire.MaxList}
		if _, err := s.st.ByLine.Scan(tx, r, func(_ store.ID, row store.Thread) (bool, error) {
			sum, err := s.summary(tx, row)
			out = append(out, sum)
			return true, err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// worksOn is a line that a person works on: as a member or as a lead.
func (s *Service) worksOn(who account.Standing, id store.ID, now time.Time) (*chain.Line, error) {
	line, err := s.people.Book().Line(envelope.ID(id))
	if err != nil || !who.Reaches(id, now) || !line.Member(who.ID, newest) && !line.Admin(who.ID, newest) {
		return nil, wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return line, nil
}

// At refuses unless a person works on a line and, where a thread is named, the
// thread is on it.
func (s *Service) At(tx *table.Tx, who account.Standing, line store.ID, thread *wire.ID, now time.Time) error {
	if _, err := s.worksOn(who, line, now); err != nil || thread == nil {
		return err
	}
	row, err := s.st.Threads.Get(tx, store.ID(*thread))
	if err != nil || row.Line != line {
		return wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return nil
}

func (s *Service) summary(tx *table.Tx, row store.Thread) (wire.Summary, error) {
	tail, err := s.st.Tails.Get(tx, row.ID)
	sum := wire.Summary{Thread: wire.ID(row.ID), Line: wire.ID(row.Line), State: wire.ThreadState(row.State), Opener: wire.ID(row.Opener),
		Next: tail.Next, Opened: row.Opened, Changed: tail.Changed}
	if row.Claimer != (store.ID{}) {
		id := wire.ID(row.Claimer)
		sum.Claimer = &id
	}
	sum.Sensitive = row.Sensitive
	if row.OnBehalf != (store.ID{}) {
		id := wire.ID(row.OnBehalf)
		sum.OnBehalf = &id
	}
	if row.Offer != (store.ID{}) {
		id := wire.ID(row.Offer)
		sum.Offer = &id
	}
	return sum, err
}

// Waiting counts a line's open threads.
func (s *Service) Waiting(tx *table.Tx, id store.ID) (n int, err error) {
	_, err = s.st.ByLine.Keys(tx, table.Range{Prefix: func(w *table.KeyWriter) { w.ID(id); w.String(string(wire.StateOpen)) }},
		func(store.ID) (bool, error) { n++; return true, nil })
	return n, err
}

// PutFile notes a sealed file that belongs to a thread. The transaction owns
// the thread's partition.
func (s *Service) PutFile(tx *table.Tx, who account.Standing, id, file store.ID, f store.File, from string) error {
	row, _, err := s.served(tx, who, id, time.UnixMilli(f.At))
	if err != nil {
		return err
	}
	if who.ID != row.Opener && who.ID != row.Claimer {
		return wire.Refuse(wire.CodeForbidden)
	}
	if err := s.st.Files.Insert(tx, store.FileKey{Thread: id, File: file}, f); err != nil {
		if errors.Is(err, table.ErrExists) {
			return s.sameFile(tx, id, file, f)
		}
		return err
	}
	tail, err := s.st.Tails.Get(tx, id)
	if err != nil {
		return err
	}
	if err := record.InThread(s.st, tx, id, &tail, record.Event{At: f.At, Account: who.ID, Device: who.Device.ID, Act: "file", Object: wire.ID(file).String(), Outcome: record.Done, From: from}); err != nil {
		return err
	}
	return s.st.Tails.Put(tx, id, tail)
}

// sameFile makes a repeated upload harmless.
func (s *Service) sameFile(tx *table.Tx, id, file store.ID, f store.File) error {
	old, err := s.st.Files.Get(tx, store.FileKey{Thread: id, File: file})
	if err == nil && (old.Hash != f.Hash || old.By != f.By || old.Card != f.Card) {
		err = wire.Refuse(wire.CodeConflict)
	}
	return err
}

// GetFile reads the row of a file for somebody its thread is served to.
func (s *Service) GetFile(tx *table.Tx, who account.Standing, id, file store.ID, now time.Time) (store.File, error) {
	if _, _, err := s.served(tx, who, id, now); err != nil {
		return store.File{}, err
	}
	f, err := s.st.Files.Get(tx, store.FileKey{Thread: id, File: file})
	if errors.Is(err, table.ErrNotFound) || err == nil && f.Card {
		err = wire.Refuse(wire.CodeNotFound)
	}
	return f, err
}

// MayWrite reports whether a person may put a file into a thread, before the
// bytes are taken in.
func (s *Service) MayWrite(tx *table.Tx, who account.Standing, id store.ID, now time.Time) error {
	row, _, err := s.served(tx, who, id, now)
	if err == nil && who.ID != row.Opener && who.ID != row.Claimer {
		err = wire.Refuse(wire.CodeForbidden)
	}
	return err
}
