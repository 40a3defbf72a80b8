package chain

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"arcline/crypto/envelope"
)

// State is where a thread stands.
type State string

// The states of a thread.
const (
	StateNone    State = ""        // not opened yet
	StateOpen    State = "open"    // waits for the line; the line's members can read
	StateClaimed State = "claimed" // one specialist has it
	StateClosed  State = "closed"  // a message by either side opens it again
)

// Thread is the verified state of a thread's log.
type Thread struct {
	ID      envelope.ID
	State   State
	Line    envelope.ID
	Opener  envelope.ID
	Claimer envelope.ID // zero while open
	Offer   envelope.ID // successor named by a transfer-offer, or zero
	Epoch   uint32
	Commit  envelope.Hash        // of the current epoch's key
	Roster  []envelope.Recipient // who can read the current epoch: a fact, not a setting
	Handed  bool                 // its key was made by somebody who may not read it: the next sender makes another
	Next    uint64               // index of the next entry
	Head    envelope.Hash
	KTSize  uint64
	KTRoot  envelope.Hash

	Sensitive bool        // its opener marked it: taking it needs a fresh second factor
	OnBehalf  envelope.ID // the broker for whom support staff opened it, or zero
	Asked     uint64      // 1 + index of an unanswered question who is there, or zero
	AskedBy   envelope.ID
	Outcome   envelope.Outcome // while closed
}

// NewThread is the empty log of a thread.
func NewThread(id envelope.ID) *Thread { return &Thread{ID: id} }

// Roles as credentials spell them.
const (
	RoleNavigator   = "navigator"
	RoleCAC         = "cac"
	RoleBroker      = "broker"
	RoleSupport     = "support"
	RoleSpecialist  = "specialist"
	RoleLead        = "lead"
	RoleAgencyAdmin = "agency-admin"
	RoleRegistrar   = "registrar"
	RoleRecords     = "records"
	RoleAuditor     = "auditor"
)

// Assister reports whether a role opens threads.
func Assister(role string) bool {
	return role == RoleNavigator || role == RoleCAC || role == RoleBroker || role == RoleSupport
}

// Staff reports whether a role may be put on a line.
func Staff(role string) bool { return role == RoleSpecialist || role == RoleLead }

// Apply checks the next entry and returns the state after it. A missing body is
// accepted (it may have been purged); a present one must be the one signed.
func (t *Thread) Apply(e envelope.Entry, people People) (*Thread, envelope.Head, error) {
	h, err := envelope.DecodeHead(e.Head)
	if err != nil {
		return nil, h, fmt.Errorf("entry: %w", err)
	}
	if err := t.place(h); err != nil {
		return nil, h, fmt.Errorf("entry: %w", err)
	}
	if err := CheckSignature(h, e, people); err != nil {
		return nil, h, fmt.Errorf("entry %d (%s): %w", h.Index, h.Type, err)
	}
	n, err := t.Advance(h, e, people)
	return n, h, err
}

// Advance is Apply for an entry whose head was decoded and whose signature was
// checked before: a server does that work outside its store's transaction.
func (t *Thread) Advance(h envelope.Head, e envelope.Entry, people People) (*Thread, error) {
	n := *t
	if err := n.apply(h, e, people); err != nil {
		return nil, fmt.Errorf("entry %d (%s): %w", h.Index, h.Type, err)
	}
	n.Next, n.Head, n.KTSize, n.KTRoot = h.Index+1, e.Hash(), h.KTSize, h.KTRoot
	return &n, nil
}

// Reject moves past an entry that a device has signed for this place and that
// Apply refuses: it stays in the log, is shown as rejected, and changes nothing
// but the place of the next one. What nobody signed is not skipped, since only
// the service can have put it there; nor what Apply accepts, nor what it cannot
// judge yet.
func (t *Thread) Reject(e envelope.Entry, people People) (*Thread, error) {
	after, err := t.Skip(e)
	if err != nil {
		return nil, fmt.Errorf("reject: %w", err)
	}
	_, h, err := t.Apply(e, people)
	if err == nil {
		return nil, fmt.Errorf("reject entry %d: %w: it holds", h.Index, ErrState)
	} else if errors.Is(err, ErrAhead) {
		return nil, fmt.Errorf("reject: %w", err)
	}
	if err := everSigned(h, e, people); err != nil {
		return nil, fmt.Errorf("reject entry %d: %w", h.Index, err)
	}
	return after, nil
}

// Skip is the step of Reject without its checks: past any entry that reads as
// one and stands in its place. Whoever calls it has seen Apply refuse.
func (t *Thread) Skip(e envelope.Entry) (*Thread, error) {
	h, err := envelope.DecodeHead(e.Head)
	if err != nil {
		return nil, err
	}
	if err := t.place(h); err != nil {
		return nil, err
	}
	n := *t
	n.Next, n.Head = h.Index+1, e.Hash()
	return &n, nil
}

func (t *Thread) place(h envelope.Head) error { return stands(h, t.ID, t.Next, t.Head) }

func (t *Thread) apply(h envelope.Head, e envelope.Entry, people People) error {
	if err := t.place(h); err != nil {
		return err
	}
	if h.Type.OfNotes() {
		return fmt.Errorf("%w: no entry of a thread", ErrState)
	}
	if err := newer(h, t.Next, t.KTSize, t.KTRoot); err != nil {
		return err
	}
	cred, err := people.Credential(h.Acct, h.KTSize, h.Time)
	if err != nil {
		return err
	}
	if t.NeedsFactor(h) && len(h.Attest) == 0 {
		return fmt.Errorf("%w: %s", ErrFactor, h.Type)
	}
	if h.Type != envelope.EntryMessage && len(e.Body) != 0 {
		return fmt.Errorf("%w: only a message has one", ErrBody)
	}
	if h.Type.StartsEpoch() {
		return t.startEpoch(h, cred, people)
	}
	return t.speak(h, e, cred, people)
}

// isParty reports whether an account is one of the thread's two sides. While
// nobody has claimed, the claimer is the zero id, which is no account.
func (t *Thread) isParty(acct envelope.ID) bool {
	return acct == t.Opener || acct == t.Claimer && !acct.IsZero()
}

// waitsFor reports whether an open thread waits for this signer: a member of
// the line whose credential still names it.
func (t *Thread) waitsFor(h envelope.Head, line *Line, cred envelope.Credential) bool {
	return t.State == StateOpen && line.Member(h.Acct, h.KTSize) && staffOf(cred, line.ID) == nil
}

// speak handles the entries that carry no keys.
func (t *Thread) speak(h envelope.Head, e envelope.Entry, cred envelope.Credential, people People) error {
	if h.Epoch != t.Epoch || t.State == StateNone {
		return fmt.Errorf("%w: epoch %d in epoch %d", ErrState, h.Epoch, t.Epoch)
	}
	line, err := people.Line(t.Line)
	if err != nil {
		return err
	}
	if h.Type == envelope.EntryReveal {
		return t.applyReveal(h, line, cred, people)
	}
	party := t.isParty(h.Acct)
	if h.Type != envelope.EntryOffer && !party && !t.waitsFor(h, line, cred) {
		return fmt.Errorf("%w: not a party of the thread", ErrSigner)
	}
	switch h.Type {
	case envelope.EntryMessage:
		return t.applyMessage(h, e, people)
	case envelope.EntryAck:
		if h.UpTo >= t.Next {
			return fmt.Errorf("%w: read up to %d of %d", ErrState, h.UpTo, t.Next)
		}
	case envelope.EntryOffer:
		return t.applyOffer(h, line, cred, people)
	case envelope.EntryAsk:
		return t.applyAsk(h, party)
	case envelope.EntryConfirm:
		return t.applyConfirm(h)
	case envelope.EntryClose:
		if !party || t.State != StateClaimed {
			return fmt.Errorf("%w: only a claimed thread is closed, by one of its parties", ErrState)
		}
		t.State, t.Outcome = StateClosed, h.Outcome
	}
	return nil
}

func (t *Thread) applyOffer(h envelope.Head, line *Line, cred envelope.Credential, people People) error {
	if t.State != StateClaimed {
		return fmt.Errorf("%w: the thread is %s", ErrState, t.State)
	}
	if h.Acct != t.Claimer && (!line.Admin(h.Acct, h.KTSize) || staffOf(cred, line.ID) != nil) {
		return fmt.Errorf("%w: the claimer or a lead offers a transfer", ErrSigner)
	}
	if h.Account == t.Claimer || h.Account == t.Opener {
		return fmt.Errorf("%w: the successor is a party already", ErrSigner)
	}
	if err := mayTake(h.Account, h, line, people); err != nil {
		return err
	}
	t.Offer = h.Account
	return nil
}

// mayTake demands that a person can have a thread of the line: a member, whose
// credential in force names it.
func mayTake(acct envelope.ID, h envelope.Head, line *Line, people People) error {
	if !line.Member(acct, h.KTSize) {
		return fmt.Errorf("%w: not a member of the line", ErrSigner)
	}
	c, err := people.Credential(acct, h.KTSize, h.Time)
	if err != nil {
		return err
	}
	return staffOf(c, line.ID)
}

func (t *Thread) applyMessage(h envelope.Head, e envelope.Entry, people People) error {
	if err := fits(e, h); err != nil {
		return err
	}
	// Nothing is said to somebody whose credential has ended.
	for _, id := range t.party() {
		if _, err := people.Credential(id, h.KTSize, h.Time); err != nil {
			return fmt.Errorf("party of the thread: %w", err)
		}
	}
	if t.Handed {
		return fmt.Errorf("%w: its maker may not read this epoch", ErrStale)
	}
	// A sender whose own checkpoint shows a replaced key must re-key first.
	want, err := t.readers(t.party(), t.Line, h.KTSize, people)
	if err != nil {
		return err
	}
	if err := sameReaders(t.Roster, want); err != nil {
		return fmt.Errorf("%w: %w", ErrStale, err)
	}
	if t.State == StateClosed {
		t.State, t.Outcome = StateClaimed, envelope.OutcomeNone
	}
	return nil
}

func (t *Thread) party() []envelope.ID {
	if t.Claimer.IsZero() {
		return []envelope.ID{t.Opener}
	}
	return []envelope.ID{t.Opener, t.Claimer}
}

// startEpoch handles the entries that carry a new epoch's keys.
func (t *Thread) startEpoch(h envelope.Head, cred envelope.Credential, people People) error {
	k, err := envelope.DecodeKeys(envelope.PurposeEpoch, h.Keys)
	if err != nil {
		return err
	}
	epoch := t.Epoch + 1
	if t.State == StateNone {
		epoch = 0
	}
	if h.Epoch != epoch || !bytes.Equal(k.Ctx, envelope.ThreadCtx(t.ID, epoch)) {
		return fmt.Errorf("%w: it should be epoch %d", ErrGeneration, epoch)
	}
	if err := madeBy(k, h.Acct, h.Dev); err != nil {
		return err
	}
	history := len(k.PrevBox) != 0
	if h.Type != envelope.EntryRequeue && history == h.Type.Begins() {
		return fmt.Errorf("%w: history handed over: %v", ErrGeneration, history)
	}
	if err := t.enter(h, cred, people); err != nil {
		return err
	}
	want, err := t.readers(t.party(), t.Line, h.KTSize, people)
	if err != nil {
		return err
	}
	if err := sameReaders(k.Recipients, want); err != nil {
		return err
	}
	t.Epoch, t.Commit, t.Roster = epoch, k.Commit, k.Recipients
	in, err := among(h, want, people)
	t.Handed = !in
	return err
}

// enter moves the state machine for an entry that starts an epoch.
func (t *Thread) enter(h envelope.Head, cred envelope.Credential, people People) error {
	if h.Type.Begins() != (t.State == StateNone) {
		return fmt.Errorf("%w: a thread begins once", ErrState)
	}
	lineID := t.Line
	if h.Type.Begins() || h.Type == envelope.EntryRequeue {
		lineID = h.Line
	}
	line, err := people.Line(lineID)
	if err != nil {
		return err
	}
	switch h.Type {
	case envelope.EntryOpen:
		if !Assister(cred.Role) || !slices.Contains(cred.Lines, h.Line) {
			return fmt.Errorf("%w: the credential does not name this line", ErrCredential)
		}
		if err := onBehalf(h, cred, people); err != nil {
			return err
		}
		t.State, t.Line, t.Opener = StateOpen, h.Line, h.Acct
		t.Sensitive, t.OnBehalf = h.Flags&envelope.FlagSensitive != 0, h.OnBehalf
	case envelope.EntryClaim:
		if t.State != StateOpen {
			return fmt.Errorf("%w: the thread is %s", ErrState, t.State)
		}
		if h.Acct == t.Opener {
			return fmt.Errorf("%w: nobody takes their own thread", ErrSigner)
		}
		if err := mayTake(h.Acct, h, line, people); err != nil {
			return err
		}
		t.State, t.Claimer = StateClaimed, h.Acct
	case envelope.EntryRekey:
		if !t.isParty(h.Acct) && !t.waitsFor(h, line, cred) {
			return fmt.Errorf("%w: not a party of the thread", ErrSigner)
		}
	case envelope.EntryRequeue:
		if !t.isParty(h.Acct) {
			return fmt.Errorf("%w: not a party of the thread", ErrSigner)
		}
		// An assister reaches by a detour no line that they could not open to.
		if h.Acct == t.Opener && !slices.Contains(cred.Lines, h.Line) {
			return fmt.Errorf("%w: the credential does not name this line", ErrCredential)
		}
		t.State, t.Line, t.Claimer, t.Offer = StateOpen, h.Line, envelope.ID{}, envelope.ID{}
		t.Asked, t.AskedBy, t.Outcome = 0, envelope.ID{}, envelope.OutcomeNone
	case envelope.EntryTransfer:
		return t.enterTransfer(h, line, cred, people)
	case envelope.EntryOutreach:
		return t.enterOutreach(h, line, people)
	}
	return nil
}

// enterOutreach begins a thread from the other side: whoever could take a
// thread of the line has it at once, and the assister they name is its opener.
func (t *Thread) enterOutreach(h envelope.Head, line *Line, people People) error {
	if err := mayTake(h.Acct, h, line, people); err != nil {
		return err
	}
	if h.Account == h.Acct {
		return fmt.Errorf("%w: nobody writes to themselves", ErrSigner)
	}
	to, err := people.Credential(h.Account, h.KTSize, h.Time)
	if err != nil {
		return fmt.Errorf("the assister written to: %w", err)
	}
	if !Assister(to.Role) || !slices.Contains(to.Lines, line.ID) {
		return fmt.Errorf("%w: not an assister whom this line serves", ErrCredential)
	}
	t.State, t.Line, t.Opener, t.Claimer = StateClaimed, line.ID, h.Account, h.Acct
	return nil
}

func (t *Thread) enterTransfer(h envelope.Head, line *Line, cred envelope.Credential, people People) error {
	if t.State != StateClaimed || t.Offer.IsZero() || h.Account != t.Offer {
		return fmt.Errorf("%w: no such transfer was offered", ErrState)
	}
	if !t.isParty(h.Acct) && !leadsByPolicy(h, line, cred, people) {
		return fmt.Errorf("%w: not a party of the thread", ErrSigner)
	}
	if err := mayTake(h.Account, h, line, people); err != nil {
		return err
	}
	t.Claimer, t.Offer = h.Account, envelope.ID{}
	t.Asked, t.AskedBy = 0, envelope.ID{}
	return nil
}

// readers lists exactly who must be able to read: the parties, the line while
// nobody has claimed, the leads once somebody has (where policy says so), and
// the records key (where policy says so). All under the generations known at n.
func (t *Thread) readers(party []envelope.ID, lineID envelope.ID, n uint64, people People) ([]envelope.Recipient, error) {
	return readersOf(party, lineID, t.State == StateOpen, n, people)
}

// ReadersAfter lists whom the next epoch must be sealed to if the given entry
// is made at n: what a client fills its roster from.
func (t *Thread) ReadersAfter(h envelope.Head, cred envelope.Credential, people People) ([]envelope.Recipient, error) {
	n := *t
	if err := n.enter(h, cred, people); err != nil {
		return nil, err
	}
	return n.readers(n.party(), n.Line, h.KTSize, people)
}

// Current reports whether the epoch is sealed to exactly the current keys of
// exactly those who may read, at n, and was made by one of them; if not, the
// next sender re-keys first.
func (t *Thread) Current(n uint64, people People) (bool, error) {
	if t.Handed {
		return false, nil
	}
	want, err := t.readers(t.party(), t.Line, n, people)
	if err != nil {
		return false, err
	}
	err = sameReaders(t.Roster, want)
	if err != nil && !errors.Is(err, ErrRoster) {
		return false, err
	}
	return err == nil, nil
}
