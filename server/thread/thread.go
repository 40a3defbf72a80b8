// Package thread keeps threads: their entries, boxes and state. It refuses what
// crypto/chain refuses, which is hygiene and not trust, and serves a thread only
// to whom its row says: the epoch decides who can read, the row who is served.
package thread

import (
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

// Service is the room's door.
type Service struct {
	st     *store.Store
	people *account.Service
}

// New opens the room.
func New(st *store.Store, people *account.Service) *Service { return &Service{st, people} }

// Prepared is an entry that was read and whose signature was checked: the part
// of appending that needs no transaction.
type Prepared struct {
	Frame wire.Append
	Head  envelope.Head
	Entry envelope.Entry
	keys  *envelope.Keys
}

// Prepare reads an entry and checks everything that does not depend on the
// thread: its form, that the caller made it for this thread, and its signature.
func (s *Service) Prepare(acct, dev store.ID, f wire.Append) (Prepared, error) {
	p := Prepared{Frame: f, Entry: envelope.Entry{Head: f.Entry.Head, Sig: f.Entry.Sig, Body: f.Entry.Body}}
	h, err := envelope.DecodeHead(f.Entry.Head)
	if err != nil {
		return p, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	p.Head = h
	switch {
	case string(h.Type) != string(f.Kind):
		return p, wire.Refuse(wire.CodeMalformed).Because(errors.New("the head is of another kind than the frame"))
	case !h.Type.OfNotes() && h.Thread != envelope.ID(f.Thread), h.Type == envelope.EntryNotes && h.About != envelope.ID(f.Thread):
		return p, wire.Refuse(wire.CodeWrongThread)
	case h.Acct != envelope.ID(acct) || h.Dev != envelope.ID(dev):
		return p, wire.Refuse(wire.CodeBadSignature).Because(errors.New("made by another person or device"))
	case h.KTSize > s.people.Log().State().Size:
		return p, wire.Refuse(wire.CodeRefused).Because(errors.New("a checkpoint from the future"))
	case h.Type.HasBody() != (len(f.Entry.Body) > 0):
		return p, wire.Refuse(wire.CodeMalformed).Because(errors.New("a message or note has a body, nothing else has"))
	case f.ID.IsZero():
		return p, wire.Refuse(wire.CodeMalformed).Because(errors.New("the request has no id"))
	}
	if err := p.readKeys(); err != nil {
		return p, err
	}
	if err := chain.CheckSignature(h, p.Entry, s.people.Book()); err != nil {
		return p, Refusal(err)
	}
	return p, nil
}

func (p *Prepared) readKeys() error {
	if !p.Head.Type.StartsEpoch() {
		if len(p.Frame.Boxes) > 0 {
			return wire.Refuse(wire.CodeReaders).Because(errors.New("boxes where none belong"))
		}
		return nil
	}
	k, err := envelope.DecodeKeys(envelope.PurposeEpoch, p.Head.Keys)
	if err != nil {
		return wire.Refuse(wire.CodeMalformed).Because(err)
	}
	p.keys = &k
	return account.MatchBoxes(k, p.Frame.Boxes)
}

// Changed is what an append changed, for telling those it concerns.
type Changed struct {
	Before, After store.Thread
	Moved         bool // state, line or parties changed
	Notes         bool // it was an entry of the note log: nothing of the thread changed
	Again         bool // the request was known: nothing changed
}

// Again answers a request that was answered before, as it was then.
func (s *Service) Again(tx *table.Tx, p Prepared) (wire.Posted, bool, error) {
	out := wire.Posted{RID: p.Frame.RID, Thread: p.Frame.Thread, ID: p.Frame.ID}
	seen, err := s.st.Seen.Get(tx, store.SeenKey{Thread: store.ID(p.Frame.Thread), ID: store.ID(p.Frame.ID)})
	if errors.Is(err, table.ErrNotFound) {
		return out, false, nil
	}
	if err != nil {
		return out, false, err
	}
	if seen.By != store.ID(p.Head.Acct) {
		return out, false, wire.Refuse(wire.CodeReplayed).Because(errors.New("another person's request id"))
	}
	out.Index, out.At = seen.Index, seen.At
	return out, true, nil
}

// Append puts a prepared entry at the end of its thread, in the caller's
// transaction, which owns the thread's partition. A refusal has written nothing.
func (s *Service) Append(tx *table.Tx, who account.Standing, p Prepared, from string, now time.Time) (wire.Posted, Changed, error) {
	id, f := store.ID(p.Frame.Thread), p.Frame
	out := wire.Posted{RID: f.RID, Thread: f.Thread, ID: f.ID, Index: p.Head.Index, At: now.UnixMilli()}
	row, tail, err := s.load(tx, id)
	if err != nil {
		return out, Changed{}, err
	}
	if p.Head.Type.OfNotes() {
		return out, Changed{Before: row, After: row, Notes: true}, s.appendNote(tx, who, p, row, tail, from, now)
	}
	if err := mayAct(who, p.Head, row, now); err != nil {
		return out, Changed{}, err
	}
	if p.Head.Type == envelope.EntryOutreach {
		if err := s.people.Addressed(tx, store.ID(p.Head.Account), store.ID(p.Head.Line), now); err != nil {
			return out, Changed{}, err
		}
	}
	after, err := state(row, tail).Advance(p.Head, p.Entry, s.people.Book())
	if err != nil {
		return out, Changed{}, s.refuse(err, p.Head, row, tail)
	}
	fresh := rowOf(after, row, now)
	ch := Changed{Before: row, After: fresh, Moved: p.keys != nil || fresh.State != row.State || fresh.Offer != row.Offer || fresh.Asked != row.Asked || fresh.Outcome != row.Outcome}
	return out, ch, s.write(tx, p, ch, tail, after, from, now)
}

// mayAct is what the roster says about an entry, over what the credential says:
// a line that was taken from somebody is closed to them at once.
func mayAct(who account.Standing, h envelope.Head, row store.Thread, now time.Time) error {
	staff := chain.Staff(who.Role)
	switch {
	case (h.Type == envelope.EntryOpen || h.Type == envelope.EntryRequeue && !staff) && !who.Reaches(h.Line, now):
		return wire.Refuse(wire.CodeWrongLine)
	case staff && row.State != "" && !who.Reaches(row.Line, now), h.Type == envelope.EntryOutreach && !who.Reaches(h.Line, now):
		return wire.Refuse(wire.CodeNotFound).Because(errors.New("the roster does not give this line"))
	}
	return nil
}

func (s *Service) load(tx *table.Tx, id store.ID) (row store.Thread, tail store.Tail, err error) {
	row, err = s.st.Threads.Get(tx, id)
	if errors.Is(err, table.ErrNotFound) {
		return store.Thread{ID: id}, tail, nil
	}
	if err != nil {
		return row, tail, err
	}
	tail, err = s.st.Tails.Get(tx, id)
	return row, tail, err
}

// write stores everything that an accepted entry changes.
func (s *Service) write(tx *table.Tx, p Prepared, ch Changed, tail store.Tail, after *chain.Thread, from string, now time.Time) error {
	id, at := ch.Before.ID, now.UnixMilli()
	tail.Next, tail.Head, tail.KTSize, tail.KTRoot, tail.Changed = after.Next, store.Hash(after.Head), after.KTSize, store.Hash(after.KTRoot), at
	e := store.Entry{At: at, Head: p.Entry.Head, Sig: p.Entry.Sig, Body: p.Entry.Body}
	if err := s.st.Entries.Insert(tx, store.EntryKey{Thread: id, Index: p.Head.Index}, e); err != nil {
		return fmt.Errorf("store the entry: %w", err)
	}
	if err := s.st.Seen.Put(tx, store.SeenKey{Thread: id, ID: store.ID(p.Frame.ID)}, store.Seen{Index: p.Head.Index, At: at, By: store.ID(p.Head.Acct)}); err != nil {
		return err
	}
	if p.keys != nil {
		if err := s.putBoxes(tx, p, ch.Before); err != nil {
			return err
		}
	}
	if ch.Moved {
		if err := s.st.Threads.Put(tx, id, ch.After); err != nil {
			return err
		}
	}
	ev := record.Event{At: at, Account: store.ID(p.Head.Acct), Device: store.ID(p.Head.Dev), Act: string(p.Head.Type), Outcome: record.Done, From: from}
	if err := record.InThread(s.st, tx, id, &tail, ev); err != nil {
		return err
	}
	return s.st.Tails.Put(tx, id, tail)
}

// putBoxes stores the epoch's boxes. At a claim the line's box of the epoch
// before is deleted: from then on the service has nothing to hand to the line.
func (s *Service) putBoxes(tx *table.Tx, p Prepared, row store.Thread) error {
	for _, b := range p.Frame.Boxes {
		k := store.EpochBoxKey{Thread: row.ID, Epoch: p.Head.Epoch, Kind: string(b.Kind), ID: store.ID(b.ID), Gen: b.Gen}
		if err := s.st.EpochBoxes.Put(tx, k, store.Box{Sealed: b.Sealed}); err != nil {
			return fmt.Errorf("store a box: %w", err)
		}
	}
	if p.Head.Type != envelope.EntryClaim {
		return nil
	}
	for _, r := range row.Roster {
		if r.Kind == string(envelope.KindLine) {
			k := store.EpochBoxKey{Thread: row.ID, Epoch: row.Epoch, Kind: r.Kind, ID: r.ID, Gen: r.Gen}
			if err := s.st.EpochBoxes.Delete(tx, k); err != nil {
				return fmt.Errorf("delete the line's box: %w", err)
			}
		}
	}
	return nil
}

func state(row store.Thread, tail store.Tail) *chain.Thread {
	t := &chain.Thread{ID: row.ID, State: chain.State(row.State), Line: row.Line, Opener: row.Opener, Claimer: row.Claimer, Offer: row.Offer,
		Epoch: row.Epoch, Commit: row.Commit, Handed: row.Handed, Sensitive: row.Sensitive, OnBehalf: row.OnBehalf, Asked: row.Asked, AskedBy: row.AskedBy, Outcome: envelope.Outcome(row.Outcome), Next: tail.Next, Head: tail.Head, KTSize: tail.KTSize, KTRoot: tail.KTRoot}
	t.Roster = rosterOf(row.Roster)
	return t
}

func rowOf(t *chain.Thread, before store.Thread, now time.Time) store.Thread {
	row := store.Thread{ID: before.ID, State: string(t.State), Line: t.Line, Opener: t.Opener, Claimer: t.Claimer, Offer: t.Offer,
		Epoch: t.Epoch, Commit: t.Commit, Opened: before.Opened, Handed: t.Handed,
		Sensitive: t.Sensitive, OnBehalf: t.OnBehalf, Asked: t.Asked, AskedBy: t.AskedBy, Outcome: byte(t.Outcome), Roster: readersOf(t.Roster)}
	if before.State == "" {
		row.Opened = now.UnixMilli()
	}
	return row
}

func rosterOf(rows []store.Reader) []envelope.Recipient {
	out := make([]envelope.Recipient, len(rows))
	for i, r := range rows {
		out[i] = envelope.Recipient{Kind: envelope.RecipientKind(r.Kind), ID: r.ID, Gen: r.Gen, PK: r.PK, Box: r.Box}
	}
	return out
}

func readersOf(roster []envelope.Recipient) (out []store.Reader) {
	for _, r := range roster {
		out = append(out, store.Reader{Kind: string(r.Kind), ID: r.ID, Gen: r.Gen, PK: r.PK, Box: r.Box})
	}
	return out
}

// refuse names a refusal of the thread's rules. Losing a race for a claim has
// a code of its own, so that the loser can be told; a claim that only came after
// a message can be made again.
func (s *Service) refuse(err error, h envelope.Head, row store.Thread, tail store.Tail) error {
	r := Refusal(err)
	var e *wire.Error
	if errors.As(r, &e) && e.Code == wire.CodeNotCertified && h.Type == envelope.EntryOpen {
		e.Code = wire.CodeWrongLine // the caller is certified now: it is the line that does not serve them
	}
	if errors.As(r, &e) && e.Code == wire.CodeNotCertified && h.Type == envelope.EntryOutreach {
		e.Code = wire.CodeNotFound // nor are they: it is the assister who cannot be written to
	}
	if errors.As(r, &e) && e.Code == wire.CodeConflict {
		e.Next = tail.Next
		if h.Type == envelope.EntryClaim && row.Claimer != (store.ID{}) {
			e.Code = wire.CodeTaken
		}
	}
	return r
}

// Refusal turns a refusal by crypto/chain into the code that a client sees.
func Refusal(err error) error {
	code := wire.CodeRefused
	switch {
	case errors.Is(err, chain.ErrFactor):
		code = wire.CodeStepUp
	case errors.Is(err, chain.ErrStale):
		code = wire.CodeStale
	case errors.Is(err, chain.ErrOrder):
		code = wire.CodeConflict
	case errors.Is(err, chain.ErrSignature):
		code = wire.CodeBadSignature
	case errors.Is(err, chain.ErrRevoked):
		code = wire.CodeDevice
	case errors.Is(err, chain.ErrRoster):
		code = wire.CodeReaders
	case errors.Is(err, chain.ErrCredential):
		code = wire.CodeNotCertified
	case errors.Is(err, chain.ErrSigner):
		code = wire.CodeForbidden
	case errors.Is(err, chain.ErrState), errors.Is(err, chain.ErrGeneration):
		code = wire.CodeState
	case errors.Is(err, chain.ErrBody):
		code = wire.CodeMalformed
	case errors.Is(err, envelope.ErrMalformed):
		code = wire.CodeMalformed
	}
	return wire.Refuse(code).Because(err)
}
