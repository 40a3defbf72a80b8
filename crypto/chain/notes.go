package chain

import (
	"bytes"
	"errors"
	"fmt"

	"arcline/crypto/envelope"
)

// Notes is the verified state of a note log: the staff's notes about a thread
// (PROTOCOL.md, section 5.2). The thread's opener is never a reader of it.
type Notes struct {
	ID     envelope.ID
	Thread envelope.ID // that it is about; zero while the log is empty
	Line   envelope.ID
	Holder envelope.ID // zero: the whole line
	Epoch  uint32
	Commit envelope.Hash        // of the current epoch's key
	Roster []envelope.Recipient // who can read the current epoch
	Handed bool                 // its key was made by somebody who may not read it: the next writer makes another
	Next   uint64               // index of the next entry
	Head   envelope.Hash
	KTSize uint64
	KTRoot envelope.Hash
}

// NewNotes is the empty note log of an id.
func NewNotes(id envelope.ID) *Notes { return &Notes{ID: id} }

// Fits demands that the log is about the thread (else ErrOrder) and that its
// holder has not opened it (else ErrRoster). A log's own rules know nothing of
// other logs; this is the rule between the two, and whoever has both asks it.
func (l *Notes) Fits(t *Thread) error {
	switch {
	case l.Thread.IsZero():
		return nil
	case l.Thread != t.ID:
		return fmt.Errorf("%w: these notes are about another thread", ErrOrder)
	case l.Holder == t.Opener:
		return fmt.Errorf("%w: the thread's opener among the readers of its notes", ErrRoster)
	}
	return nil
}

// Follows reports whether the log names the line and the claimer that the
// thread has now: only then a note may be written.
func (l *Notes) Follows(t *Thread) bool {
	return l.Thread == t.ID && l.Line == t.Line && l.Holder == t.Claimer
}

// Apply checks the next entry and returns the state after it. A missing body is
// accepted (it may have been purged); a present one must be the one signed.
func (l *Notes) Apply(e envelope.Entry, people People) (*Notes, envelope.Head, error) {
	h, err := envelope.DecodeHead(e.Head)
	if err != nil {
		return nil, h, fmt.Errorf("note log: %w", err)
	}
	if err := stands(h, l.ID, l.Next, l.Head); err != nil {
		return nil, h, fmt.Errorf("note log: %w", err)
	}
	if err := CheckSignature(h, e, people); err != nil {
		return nil, h, fmt.Errorf("note log: entry %d (%s): %w", h.Index, h.Type, err)
	}
	n, err := l.Advance(h, e, people)
	return n, h, err
}

// Advance is Apply for an entry whose head was decoded and whose signature was
// checked before.
func (l *Notes) Advance(h envelope.Head, e envelope.Entry, people People) (*Notes, error) {
	n := *l
	if err := n.apply(h, e, people); err != nil {
		return nil, fmt.Errorf("note log: entry %d (%s): %w", h.Index, h.Type, err)
	}
	n.Next, n.Head, n.KTSize, n.KTRoot = h.Index+1, e.Hash(), h.KTSize, h.KTRoot
	return &n, nil
}

// Reject moves past an entry that a device has signed for this place and that
// Apply refuses, as Thread.Reject does.
func (l *Notes) Reject(e envelope.Entry, people People) (*Notes, error) {
	h, err := envelope.DecodeHead(e.Head)
	if err != nil {
		return nil, fmt.Errorf("note log: reject: %w", err)
	}
	if err := stands(h, l.ID, l.Next, l.Head); err != nil {
		return nil, fmt.Errorf("note log: reject: %w", err)
	}
	if _, _, err := l.Apply(e, people); err == nil {
		return nil, fmt.Errorf("note log: reject entry %d: %w: it holds", h.Index, ErrState)
	} else if errors.Is(err, ErrAhead) {
		return nil, fmt.Errorf("note log: reject: %w", err)
	}
	if err := everSigned(h, e, people); err != nil {
		return nil, fmt.Errorf("note log: reject entry %d: %w", h.Index, err)
	}
	n := *l
	n.Next, n.Head = h.Index+1, e.Hash()
	return &n, nil
}

func (l *Notes) apply(h envelope.Head, e envelope.Entry, people People) error {
	if err := stands(h, l.ID, l.Next, l.Head); err != nil {
		return err
	}
	if !h.Type.OfNotes() {
		return fmt.Errorf("%w: no entry of a note log", ErrState)
	}
	if err := newer(h, l.Next, l.KTSize, l.KTRoot); err != nil {
		return err
	}
	cred, err := people.Credential(h.Acct, h.KTSize, h.Time)
	if err != nil {
		return err
	}
	if h.Type == envelope.EntryNote {
		return l.note(h, e, cred, people)
	}
	if len(e.Body) != 0 {
		return fmt.Errorf("%w: only a note has one", ErrBody)
	}
	return l.startEpoch(h, cred, people)
}

// note takes a note: by one of those who read the epoch, which is sealed to
// exactly those who may.
func (l *Notes) note(h envelope.Head, e envelope.Entry, cred envelope.Credential, people People) error {
	if l.Thread.IsZero() || h.Epoch != l.Epoch {
		return fmt.Errorf("%w: epoch %d in epoch %d", ErrState, h.Epoch, l.Epoch)
	}
	if err := staffOf(cred, l.Line); err != nil {
		return err
	}
	want, err := l.readers(h.KTSize, people)
	if err != nil {
		return err
	}
	if in, err := among(h, want, people); err != nil {
		return err
	} else if !in {
		return fmt.Errorf("%w: nobody who may read the notes", ErrSigner)
	}
	if err := fits(e, h); err != nil {
		return err
	}
	if l.Handed {
		return fmt.Errorf("%w: its maker may not read this epoch", ErrStale)
	}
	if err := sameReaders(l.Roster, want); err != nil {
		return fmt.Errorf("%w: %w", ErrStale, err)
	}
	return nil
}

// startEpoch takes the entry that says who may read from here on.
func (l *Notes) startEpoch(h envelope.Head, cred envelope.Credential, people People) error {
	k, err := envelope.DecodeKeys(envelope.PurposeEpoch, h.Keys)
	if err != nil {
		return err
	}
	first, epoch := l.Thread.IsZero(), l.Epoch+1
	if first {
		epoch = 0
	}
	if h.Epoch != epoch || !bytes.Equal(k.Ctx, envelope.ThreadCtx(l.ID, epoch)) {
		return fmt.Errorf("%w: it should be epoch %d", ErrGeneration, epoch)
	}
	if err := madeBy(k, h.Acct, h.Dev); err != nil {
		return err
	}
	if history := len(k.PrevBox) != 0; history == first {
		return fmt.Errorf("%w: history handed over: %v", ErrGeneration, history)
	}
	if err := l.enter(h, cred, people); err != nil {
		return err
	}
	want, err := l.readers(h.KTSize, people)
	if err != nil {
		return err
	}
	if err := sameReaders(k.Recipients, want); err != nil {
		return err
	}
	l.Epoch, l.Commit, l.Roster = epoch, k.Commit, k.Recipients
	in, err := among(h, want, people)
	l.Handed = !in
	return err
}

// enter moves the state machine: who holds the notes hands them on.
func (l *Notes) enter(h envelope.Head, cred envelope.Credential, people People) error {
	first := l.Thread.IsZero()
	if !first && h.About != l.Thread || h.About == l.ID || h.About.IsZero() {
		return fmt.Errorf("%w: a note log is about one thread, and another log than it", ErrState)
	}
	before := l.Line
	if first {
		before = h.Line
	}
	if err := staffOf(cred, before); err != nil {
		return err
	}
	line, err := people.Line(before)
	if err != nil {
		return err
	}
	if !l.mayMove(h, line, people) {
		return fmt.Errorf("%w: the notes are somebody else's to hand on", ErrSigner)
	}
	next, err := people.Line(h.Line)
	if err != nil {
		return err
	}
	if !h.Account.IsZero() {
		if err := mayTake(h.Account, h, next, people); err != nil {
			return err
		}
	}
	l.Thread, l.Line, l.Holder = h.About, h.Line, h.Account
	return nil
}

// mayMove reports whether an entry's signer may say who reads next: a member of
// the line while nobody holds the notes, else the holder, or a lead whom policy
// lets read.
func (l *Notes) mayMove(h envelope.Head, line *Line, people People) bool {
	if l.Holder.IsZero() {
		return line.Member(h.Acct, h.KTSize)
	}
	pol, _ := people.Agency().Policy(h.KTSize)
	return h.Acct == l.Holder || pol.LineEscrow && line.Admin(h.Acct, h.KTSize)
}

func (l *Notes) readers(n uint64, people People) ([]envelope.Recipient, error) {
	var party []envelope.ID
	if !l.Holder.IsZero() {
		party = []envelope.ID{l.Holder}
	}
	return readersOf(party, l.Line, l.Holder.IsZero(), n, people)
}

// ReadersAfter lists whom the next epoch must be sealed to if the given entry
// is made: what a client fills its roster from.
func (l *Notes) ReadersAfter(h envelope.Head, cred envelope.Credential, people People) ([]envelope.Recipient, error) {
	n := *l
	if err := n.enter(h, cred, people); err != nil {
		return nil, err
	}
	return n.readers(h.KTSize, people)
}

// Current reports whether the epoch is sealed to exactly the current keys of
// exactly those who may read, at n, and was made by one of them; if not, the
// next writer begins another.
func (l *Notes) Current(n uint64, people People) (bool, error) {
	if l.Handed || l.Thread.IsZero() {
		return false, nil
	}
	want, err := l.readers(n, people)
	if err != nil {
		return false, err
	}
	err = sameReaders(l.Roster, want)
	if err != nil && !errors.Is(err, ErrRoster) {
		return false, err
	}
	return err == nil, nil
}
