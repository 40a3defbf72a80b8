package envelope

import (
	"fmt"
	"strings"
)

// EntryType names what an entry does to its thread.
type EntryType string

// Every entry type there is. An unknown type is refused, never skipped.
const (
	EntryOpen     EntryType = "open"           // epoch 0, sealed to the line
	EntryClaim    EntryType = "claim"          // a member of the line takes it; new epoch
	EntryRekey    EntryType = "rekey"          // same readers, current generations; new epoch
	EntryRequeue  EntryType = "requeue"        // back to a line; new epoch
	EntryOffer    EntryType = "transfer-offer" // names a successor; no key content
	EntryTransfer EntryType = "transfer"       // the successor takes over; new epoch
	EntryMessage  EntryType = "msg"
	EntryAck      EntryType = "ack" // how far the signer has read
	EntryClose    EntryType = "close"
	EntryAsk      EntryType = "ask"      // a party asks the other to show that it is them
	EntryConfirm  EntryType = "confirm"  // the other answers with a fresh second factor
	EntryReveal   EntryType = "reveal"   // the signer is about to open a consumer's sealed details
	EntryOutreach EntryType = "outreach" // epoch 0: a specialist begins a thread with an assister

	// The two of a note log, which lies beside its thread and has an id of its own.
	EntryNotes EntryType = "notes" // begins the log, or names who may read from here on; new epoch
	EntryNote  EntryType = "note"  // a note of the staff
)

// Flags say of an open or msg entry what the service must know of it without
// reading it.
type Flags byte

// The flags. A bit without a name is refused.
const (
	FlagSensitive   Flags = 1 // open: taking the thread needs a fresh second factor
	FlagIdentifiers Flags = 1 // msg: a consumer's identifiers are inside
)

// Outcome is how a thread ended, as the entry that closes it says. It is not
// sealed: the service counts by it.
type Outcome byte

// Every outcome there is. Another value is refused.
const (
	OutcomeNone      Outcome = iota // whoever closed it did not say
	OutcomeAnswered                 // the question was answered
	OutcomeNoAnswer                 // no answer was needed
	OutcomeDuplicate                // it is in another thread already
	OutcomeWrongLine                // nothing for this line
	OutcomeElsewhere                // solved another way

	lastOutcome = OutcomeElsewhere
)

// EntryTypes lists them all.
var EntryTypes = []EntryType{EntryOpen, EntryClaim, EntryRekey, EntryRequeue, EntryOffer, EntryTransfer, EntryMessage, EntryAck, EntryClose, EntryAsk, EntryConfirm,
	EntryReveal, EntryOutreach, EntryNotes, EntryNote}

// OfNotes reports whether entries of this type stand in a note log, and in no thread.
func (t EntryType) OfNotes() bool { return t == EntryNotes || t == EntryNote }

// HasBody reports whether entries of this type carry something sealed.
func (t EntryType) HasBody() bool { return t == EntryMessage || t == EntryNote }

// Begins reports whether entries of this type begin a thread: each stands only
// as the first of its log that holds, and with it the thread has an opener.
func (t EntryType) Begins() bool { return t == EntryOpen || t == EntryOutreach }

// StartsEpoch reports whether entries of this type carry a key statement.
func (t EntryType) StartsEpoch() bool {
	switch t {
	case EntryOpen, EntryClaim, EntryRekey, EntryRequeue, EntryTransfer, EntryOutreach, EntryNotes:
		return true
	}
	return false
}

// MaxAttest bounds the step-up attestation in an entry.
const MaxAttest = 2048

// Place is where an entry stands and who put it there: the part that all types
// share, and that a message is sealed under.
type Place struct {
	Thread ID // or the note log
	Epoch  uint32
	Index  uint64 // position in the log, from 0, without gaps
	Prev   Hash   // hash of the entry before; zero in the first
	Time   uint64 // Unix milliseconds, the signer's clock: shown, never trusted
	Acct   ID
	Dev    ID
	KTSize uint64 // the signer's newest verified key-log checkpoint: it may not
	KTRoot Hash   // go down along a thread, and shows split views
	Attest []byte // step-up attestation of the service, or empty
}

func (p Place) parts() [][]byte {
	return [][]byte{U8(Suite), p.Thread[:], U32(p.Epoch), U64(p.Index), p.Prev[:], U64(p.Time), p.Acct[:], p.Dev[:],
		U64(p.KTSize), p.KTRoot[:], p.Attest}
}

// Head is the signed part of an entry. Which of the last fields are used
// depends on Type.
type Head struct {
	Type EntryType
	Place

	Salt     Hash    // msg, note
	Commit   Hash    // msg, note
	BodyLen  uint32  // msg, note
	BodyHash Hash    // msg, note
	Line     ID      // open, outreach, requeue, notes
	Account  ID      // transfer-offer, transfer: the successor; outreach: the assister; notes: the holder, zero for the whole line
	Keys     []byte  // types that start an epoch
	UpTo     uint64  // ack: last index read; confirm: index of the question
	Flags    Flags   // open, msg
	OnBehalf ID      // open: the broker for whom support staff write; else zero
	About    ID      // notes: the thread that the log is about
	Outcome  Outcome // close
	Card     ID      // reveal: the sealed card of a consumer, or their telephone number
}

// Encode writes the bytes that are signed.
func (h Head) Encode() []byte {
	p := h.parts()
	switch h.Type {
	case EntryOpen:
		p = append(p, h.Line[:], U8(byte(h.Flags)), h.OnBehalf[:], h.Keys)
	case EntryRequeue:
		p = append(p, h.Line[:], h.Keys)
	case EntryClaim, EntryRekey:
		p = append(p, h.Keys)
	case EntryOffer:
		p = append(p, h.Account[:])
	case EntryTransfer:
		p = append(p, h.Account[:], h.Keys)
	case EntryMessage:
		p = append(p, U8(byte(h.Flags)), h.Salt[:], h.Commit[:], U32(h.BodyLen), h.BodyHash[:])
	case EntryAck, EntryConfirm:
		p = append(p, U64(h.UpTo))
	case EntryClose:
		p = append(p, U8(byte(h.Outcome)))
	case EntryReveal:
		p = append(p, h.Card[:])
	case EntryOutreach:
		p = append(p, h.Line[:], h.Account[:], h.Keys)
	case EntryNotes:
		p = append(p, h.About[:], h.Line[:], h.Account[:], h.Keys)
	case EntryNote:
		p = append(p, h.Salt[:], h.Commit[:], U32(h.BodyLen), h.BodyHash[:])
	}
	return Enc("arc1/entry/"+string(h.Type), p...)
}

// DecodeHead reads a head of any known type.
func DecodeHead(b []byte) (Head, error) {
	label, err := Label(b)
	if err != nil {
		return Head{}, err
	}
	if len(b) > MaxStatement {
		return Head{}, fmt.Errorf("%w: longer than a statement may be", ErrMalformed)
	}
	name, ok := strings.CutPrefix(label, "arc1/entry/")
	h := Head{Type: EntryType(name)}
	if !ok || !h.known() {
		return Head{}, fmt.Errorf("%w: unknown entry type %q", ErrMalformed, clip(label))
	}
	f := open(label, b)
	f.suite()
	h.Place = Place{Thread: f.id(), Epoch: f.u32(), Index: f.u64(), Prev: f.hash(), Time: f.u64(), Acct: f.id(),
		Dev: f.id(), KTSize: f.u64(), KTRoot: f.hash(), Attest: f.bytes(0, MaxAttest)}
	switch h.Type {
	case EntryOpen:
		h.Line, h.Flags, h.OnBehalf, h.Keys = f.id(), f.flags(), f.id(), f.next()
	case EntryRequeue:
		h.Line, h.Keys = f.id(), f.next()
	case EntryClaim, EntryRekey:
		h.Keys = f.next()
	case EntryOffer:
		h.Account = f.id()
	case EntryTransfer:
		h.Account, h.Keys = f.id(), f.next()
	case EntryMessage:
		h.Flags, h.Salt, h.Commit, h.BodyLen, h.BodyHash = f.flags(), f.hash(), f.hash(), f.u32(), f.hash()
	case EntryAck, EntryConfirm:
		h.UpTo = f.u64()
	case EntryClose:
		h.Outcome = f.outcome()
	case EntryReveal:
		h.Card = f.id()
	case EntryOutreach:
		h.Line, h.Account, h.Keys = f.id(), f.id(), f.next()
	case EntryNotes:
		h.About, h.Line, h.Account, h.Keys = f.id(), f.id(), f.id(), f.next()
	case EntryNote:
		h.Salt, h.Commit, h.BodyLen, h.BodyHash = f.hash(), f.hash(), f.u32(), f.hash()
	}
	return h, f.done()
}

func (f *fields) outcome() Outcome {
	o := Outcome(f.u8())
	if f.err == nil && o > lastOutcome {
		f.fail("an outcome without a meaning")
	}
	return o
}

// flags reads one byte of which only the lowest bit has a meaning.
func (f *fields) flags() Flags {
	b := f.u8()
	if f.err == nil && b > 1 {
		f.fail("a flag without a meaning")
	}
	return Flags(b)
}

func (h Head) known() bool {
	for _, t := range EntryTypes {
		if h.Type == t {
			return true
		}
	}
	return false
}

// MessageAAD is what a message body is sealed under: its whole place, its salt
// and its commitment. Nobody can move or re-attribute a body.
func (h Head) MessageAAD() []byte {
	return Enc("arc1/msgaad", append(h.parts(), U8(byte(h.Flags)), h.Salt[:], h.Commit[:])...)
}

// MessageKeyInfo feeds the derivation of a message key, so that even a repeated
// salt gives another key at every place.
func (h Head) MessageKeyInfo() []byte {
	return Enc("arc1/mk", h.Thread[:], U32(h.Epoch), U64(h.Index), h.Prev[:], h.Acct[:], h.Dev[:])
}

// Entry is one line of a thread's log as it is stored and served. The body is
// bound by its hash inside the head, so it can be purged while the log still
// verifies.
type Entry struct {
	Head []byte
	Sig  []byte // 64 bytes
	Body []byte // sealed message or note, empty for other types
}

// Hash names the entry for the next one's Prev.
func (e Entry) Hash() Hash { return Sum(Enc("arc1/entryhash", e.Head, e.Sig)) }
