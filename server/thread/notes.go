package thread

import (
	"errors"
	"fmt"
	"time"

	"arcline/crypto/chain"
	"arcline/server/account"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// The staff's notes about a thread: a log of its own in the thread's partition,
// served to nobody of the assister's side.

// appendNote puts a prepared entry at the end of the note log beside a thread.
// The log must speak of the line and the claimer that the thread has now, which
// is looked at in the same transaction, and there is one log for a thread.
func (s *Service) appendNote(tx *table.Tx, who account.Standing, p Prepared, row store.Thread, tail store.Tail, from string, now time.Time) error {
	if row.State == "" {
		return wire.Refuse(wire.CodeNotFound).Because(errors.New("notes about no thread"))
	}
	log, err := s.noteLog(tx, row.ID, store.ID(p.Head.Thread))
	if err != nil {
		return err
	}
	// The roster can only take away from the credential: of a line that was taken
	// from somebody they hand on no notes. The thread itself may be elsewhere by now.
	line := log.Line
	if log.Next == 0 {
		line = store.ID(p.Head.Line)
	}
	if who.ID == row.Opener || !who.Reaches(line, now) {
		return wire.Refuse(wire.CodeNotFound).Because(errors.New("not served to this person"))
	}
	t, l := state(row, tail), notesState(row.ID, log)
	after, err := l.Advance(p.Head, p.Entry, s.people.Book())
	if err != nil {
		return s.refuseNote(err, log)
	}
	if err := after.Fits(t); err != nil {
		return wire.Refuse(wire.CodeReaders).Because(err)
	}
	if !after.Follows(t) {
		return wire.Refuse(wire.CodeStale).Because(errors.New("the thread is somebody else's now"))
	}
	return s.writeNote(tx, p, row.ID, tail, after, from, now)
}

// noteLog is the thread's log, or an empty one that takes the id. An entry with
// another id than the log's does not follow it: of two first entries one is lost.
func (s *Service) noteLog(tx *table.Tx, thread, id store.ID) (store.NoteLog, error) {
	log, err := s.st.NoteLogs.Get(tx, thread)
	if errors.Is(err, table.ErrNotFound) {
		return store.NoteLog{ID: id}, nil
	}
	return log, err
}

func (s *Service) refuseNote(err error, log store.NoteLog) error {
	r := Refusal(err)
	var e *wire.Error
	if errors.As(r, &e) && e.Code == wire.CodeConflict {
		e.Next = log.Next
	}
	return r
}

func (s *Service) writeNote(tx *table.Tx, p Prepared, id store.ID, tail store.Tail, after *chain.Notes, from string, now time.Time) error {
	at := now.UnixMilli()
	e := store.Entry{At: at, Head: p.Entry.Head, Sig: p.Entry.Sig, Body: p.Entry.Body}
	if err := s.st.NoteEntries.Insert(tx, store.EntryKey{Thread: id, Index: p.Head.Index}, e); err != nil {
		return fmt.Errorf("store the note entry: %w", err)
	}
	if err := s.st.Seen.Put(tx, store.SeenKey{Thread: id, ID: store.ID(p.Frame.ID)}, store.Seen{Index: p.Head.Index, At: at, By: store.ID(p.Head.Acct)}); err != nil {
		return err
	}
	for _, b := range p.Frame.Boxes {
		k := store.EpochBoxKey{Thread: id, Epoch: p.Head.Epoch, Kind: string(b.Kind), ID: store.ID(b.ID), Gen: b.Gen}
		if err := s.st.NoteBoxes.Put(tx, k, store.Box{Sealed: b.Sealed}); err != nil {
			return fmt.Errorf("store a note box: %w", err)
		}
	}
	if err := s.st.NoteLogs.Put(tx, id, notesRow(after, at)); err != nil {
		return err
	}
	ev := record.Event{At: at, Account: store.ID(p.Head.Acct), Device: store.ID(p.Head.Dev), Act: string(p.Head.Type), Outcome: record.Done, From: from}
	if err := record.InThread(s.st, tx, id, &tail, ev); err != nil {
		return err
	}
	return s.st.Tails.Put(tx, id, tail) // only its audit end moved: the assister's list says nothing new
}

func notesState(thread store.ID, row store.NoteLog) *chain.Notes {
	l := &chain.Notes{ID: row.ID, Line: row.Line, Holder: row.Holder, Epoch: row.Epoch, Commit: row.Commit, Handed: row.Handed,
		Next: row.Next, Head: row.Head, KTSize: row.KTSize, KTRoot: row.KTRoot, Roster: rosterOf(row.Roster)}
	if row.Next > 0 {
		l.Thread = thread
	}
	return l
}

func notesRow(l *chain.Notes, at int64) store.NoteLog {
	return store.NoteLog{ID: l.ID, Line: l.Line, Holder: l.Holder, Epoch: l.Epoch, Commit: l.Commit, Handed: l.Handed,
		Next: l.Next, Head: l.Head, KTSize: l.KTSize, KTRoot: l.KTRoot, Changed: at, Roster: readersOf(l.Roster)}
}

// servedNotes reads a note log for somebody it is served to: staff who reach
// the thread's line and have the thread, may take it, or lead the line; and the
// log's own holder, who must be able to move it along after a hand-over. Whoever
// opened the thread is refused whatever else they are.
func (s *Service) servedNotes(tx *table.Tx, who account.Standing, id store.ID, now time.Time) (store.NoteLog, relation, error) {
	nothing := wire.Refuse(wire.CodeNotFound)
	row, err := s.st.Threads.Get(tx, id)
	if err != nil {
		if errors.Is(err, table.ErrNotFound) {
			err = nothing
		}
		return store.NoteLog{}, relation{}, err
	}
	if who.ID == row.Opener || !chain.Staff(who.Role) {
		return store.NoteLog{}, relation{}, nothing.Because(errors.New("notes are the staff's"))
	}
	log, err := s.st.NoteLogs.Get(tx, id)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return log, relation{}, err
	}
	r := s.relation(who, row, now)
	holds := log.Holder == who.ID && who.Reaches(log.Line, now)
	if !r.served(row) && !holds {
		return log, r, nothing.Because(errors.New("not served to this person"))
	}
	return log, r, nil
}

// ReadNotes is Read for the note log beside a thread.
func (s *Service) ReadNotes(tx *table.Tx, who account.Standing, id store.ID, from uint64, now time.Time) (out []wire.Stored, next uint64, more bool, err error) {
	_, rel, err := s.servedNotes(tx, who, id, now)
	if err != nil {
		return nil, from, false, err
	}
	return s.piece(tx, log{s.st.NoteEntries, s.st.NoteBoxes}, who.ID, id, rel, from)
}

// OpenedNotes writes into the thread's audit chain that somebody opened its
// notes to read.
func (s *Service) OpenedNotes(tx *table.Tx, who account.Standing, id store.ID, from string, now time.Time) error {
	log, _, err := s.servedNotes(tx, who, id, now)
	if err != nil || log.Next == 0 {
		return err // nothing to read yet: nothing to record
	}
	return s.opened(tx, who, id, "read notes", from, now)
}
