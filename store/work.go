package store

import (
	"arcline/store/table"
)

// Work is a thread as work: what a line's queue, clocks and reports are made of.
// It holds no content, and it stays when a thread's content is destroyed, so
// that the numbers of a year do not change afterwards.
type Work struct {
	Thread    ID     `json:"thread"`
	Line      ID     `json:"line"`
	Opener    ID     `json:"opener"`
	Holder    ID     `json:"holder"` // who has it; zero: it waits in line
	Topic     string `json:"topic"`
	Urgent    string `json:"urgent,omitempty"` // code of the reason; empty: no
	Review    string `json:"review,omitempty"` // what a lead said: waits, agreed, refused
	Consumers int    `json:"consumers"`
	Opened    int64  `json:"opened"`
	Since     int64  `json:"since"` // its place in line counts from here
	Closed    bool   `json:"closed"`

	Offered   ID    `json:"offered"` // to whom it is suggested
	OfferEnds int64 `json:"offer_ends,omitempty"`

	WaitFor   string `json:"wait_for,omitempty"` // assister, office, until; empty: nothing
	WaitUntil int64  `json:"wait_until,omitempty"`

	Call     *Call        `json:"call,omitempty"`
	Linked   []LinkedWork `json:"linked,omitempty"`
	Verified bool         `json:"verified,omitempty"`
	Late     int64        `json:"late,omitempty"` // due time of the clock that the leads were told of
	Events   []WorkEvent  `json:"events"`
}

// Call is a call-back. The number is on file or lies sealed in a card.
type Call struct {
	State    string `json:"state"`
	Number   string `json:"number"`
	Card     ID     `json:"card"`
	Slot     int64  `json:"slot,omitempty"`
	NotUntil int64  `json:"not_until,omitempty"`
	Attempt  int    `json:"attempt"`
	By       ID     `json:"by"`
	Accepted bool   `json:"accepted,omitempty"` // whoever is called is ready
}

// LinkedWork is another thread that belongs to this one.
type LinkedWork struct {
	Thread ID     `json:"thread"`
	Kind   string `json:"kind"`
}

// WorkEvent is one fact of a thread's life as work. All clocks and reports are
// computed from these, never stored.
type WorkEvent struct {
	At   int64  `json:"at"` // Unix milliseconds
	What string `json:"what"`
	By   ID     `json:"by"`             // who did it; zero: the service
	To   ID     `json:"to,omitzero"`    // moved: the line it came to; handed, offered: the person
	N    int64  `json:"n,omitempty"`    // answered: index of the entry; attempt: its number; waits: until when; closed: the outcome
	Code string `json:"code,omitempty"` // waits: for what; urgent: the reason; review: what the lead said
}

// What happens to a thread as work.
const (
	WorkOpened       = "opened"   // by the assister, or by staff who write first (then it is taken, too)
	WorkAsked        = "asked"    // the assister's side wrote, and nothing of theirs waited for an answer
	WorkAnswered     = "answered" // staff wrote, and something waited for an answer, or it was their first
	WorkTaken        = "taken"    // somebody of the line has it
	WorkReturned     = "returned" // back in line
	WorkMoved        = "moved"    // to another line
	WorkHanded       = "handed"   // to a colleague
	WorkClosed       = "closed"   // N: the outcome
	WorkReopened     = "reopened" // by a message
	WorkWaits        = "waits"    // for the assister, another office, or a time
	WorkResumed      = "resumed"  // the wait is over
	WorkUrgent       = "urgent"   // asked to go first
	WorkReviewed     = "reviewed" // a lead agreed or refused
	WorkOffered      = "offered"  // suggested to somebody
	WorkCallAsked    = "call-asked"
	WorkCallBegun    = "call-begun"    // N: which attempt
	WorkCallEnded    = "call-ended"    // Code: reached, missed, given-up, cancelled, snoozed
	WorkCallAccepted = "call-accepted" // whoever is called is ready
	WorkVerified     = "verified"      // consumer on the line
	WorkLinked       = "linked"        // To: the other thread; Code: the kind
	WorkUnlinked     = "unlinked"
	WorkDisclosed    = "disclosed" // Code: kinds of data, comma separated; N: index of the message
)

// Shift is whether somebody of a line's staff is at work, in the account's
// partition.
type Shift struct {
	Account ID       `json:"account"`
	State   string   `json:"state"` // available, away, off
	Until   int64    `json:"until,omitempty"`
	At      int64    `json:"at"`
	Skills  []string `json:"skills,omitempty"`
}

// ShiftEvent is one change of it, for occupancy. It lies in the account's partition.
type ShiftEvent struct {
	State string `json:"state"`
}

// ShiftKey orders a person's changes.
type ShiftKey struct {
	Account ID
	At      int64
}

// Reveal says until when a sealed card is handed out to somebody who has said, in
// the thread, that they open it.
type Reveal struct {
	Until int64 `json:"until"`
}

// RevealKey lies in the thread's partition.
type RevealKey struct{ Thread, Card, Account ID }

// SavedReply is a line's saved reply, sealed to the line.
type SavedReply struct {
	Gen     uint32 `json:"gen"`
	Version uint64 `json:"version"`
	Sealed  []byte `json:"sealed,omitempty"` // nothing: it was taken away
	By      ID     `json:"by"`
	At      int64  `json:"at"`
}

// ReplyKey lies in the line's desk partition.
type ReplyKey struct{ Line, Reply ID }

// PartDesk is what a line keeps for its desk: saved replies.
func PartDesk(line ID) string { return "d" + string(line[:]) }

func (t *tables) addDesk() {
	none := func(*table.KeyWriter, ID) {}
	t.Work = table.New(t.schema, table.Spec[ID, Work]{Name: "work", Tag: 50, Part: PartThread, Key: none, ParseKey: partID})
	t.InLine = table.NewIndex(t.schema, t.Work, table.IndexSpec[ID, Work]{Name: "work in line", Tag: 50,
		Key: func(w *table.KeyWriter, _ ID, v Work) bool {
			w.ID(v.Line)
			w.U8(1 - asByte(v.First()))
			w.U64(uint64(v.Since))
			return v.InLine()
		}})
	t.ByHolder = table.NewIndex(t.schema, t.Work, table.IndexSpec[ID, Work]{Name: "work by holder", Tag: 51,
		Key: func(w *table.KeyWriter, _ ID, v Work) bool {
			w.ID(v.Holder)
			w.U64(uint64(v.Since))
			return v.Holder != ID{} && !v.Closed
		}})
	t.WorkOfLine = table.NewIndex(t.schema, t.Work, table.IndexSpec[ID, Work]{Name: "work of a line", Tag: 52,
		Key: func(w *table.KeyWriter, _ ID, v Work) bool { w.ID(v.Line); w.U64(uint64(v.Opened)); return true }})
	t.OpenOfLine = table.NewIndex(t.schema, t.Work, table.IndexSpec[ID, Work]{Name: "open work of a line", Tag: 56,
		Key: func(w *table.KeyWriter, _ ID, v Work) bool { w.ID(v.Line); w.U64(uint64(v.Opened)); return !v.Closed }})
	t.WakesAt = table.NewIndex(t.schema, t.Work, table.IndexSpec[ID, Work]{Name: "work that wakes at a time", Tag: 53,
		Key: func(w *table.KeyWriter, _ ID, v Work) bool {
			at := v.Wakes()
			w.U64(uint64(at))
			return at != 0
		}})
	t.BySlot = table.NewIndex(t.schema, t.Work, table.IndexSpec[ID, Work]{Name: "call-backs by slot", Tag: 55,
		Key: func(w *table.KeyWriter, _ ID, v Work) bool {
			if v.Call == nil || v.Call.Slot == 0 || v.Closed {
				return false
			}
			w.ID(v.Line)
			w.U64(uint64(v.Call.Slot))
			return v.Call.State == "waits"
		}})
	t.Shifts = table.New(t.schema, table.Spec[ID, Shift]{Name: "shifts", Tag: 51, Part: PartAccount, Key: none, ParseKey: partID})
	t.AtWork = table.NewIndex(t.schema, t.Shifts, table.IndexSpec[ID, Shift]{Name: "people at work", Tag: 54,
		Key: func(w *table.KeyWriter, _ ID, v Shift) bool { w.U64(uint64(v.At)); return v.State == ShiftAvailable }})
	t.ShiftEvents = table.New(t.schema, table.Spec[ShiftKey, ShiftEvent]{Name: "changes of shift", Tag: 52, Part: func(k ShiftKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k ShiftKey) { w.U64(uint64(k.At)) },
		ParseKey: func(r *table.KeyReader) ShiftKey { return ShiftKey{partID(r), int64(r.U64())} }})
	t.Reveals = table.New(t.schema, table.Spec[RevealKey, Reveal]{Name: "reveals", Tag: 53, Part: func(k RevealKey) string { return PartThread(k.Thread) },
		Key:      func(w *table.KeyWriter, k RevealKey) { w.ID(k.Card); w.ID(k.Account) },
		ParseKey: func(r *table.KeyReader) RevealKey { return RevealKey{partID(r), r.ID(), r.ID()} }})
	t.Replies = table.New(t.schema, table.Spec[ReplyKey, SavedReply]{Name: "saved replies", Tag: 54, Part: func(k ReplyKey) string { return PartDesk(k.Line) },
		Key:      func(w *table.KeyWriter, k ReplyKey) { w.ID(k.Reply) },
		ParseKey: func(r *table.KeyReader) ReplyKey { return ReplyKey{partID(r), r.ID()} }})
}

// States of a shift.
const (
	ShiftAvailable = "available"
	ShiftAway      = "away"
	ShiftOff       = "off"
)

// InLine reports whether a thread waits for somebody to take it.
func (w Work) InLine() bool { return w.Holder == ID{} && !w.Closed }

// First reports whether a thread goes ahead of the others: asked for with a
// reason, and not refused by a lead.
func (w Work) First() bool { return w.Urgent != "" && w.Review != "refused" }

// Wakes is when a job has to look at the thread: the end of a wait or of a pause
// between attempts to call. Zero: never.
func (w Work) Wakes() int64 {
	at := int64(0)
	for _, t := range []int64{w.WaitUntil, w.callWakes(), w.OfferEnds} {
		if t != 0 && (at == 0 || t < at) {
			at = t
		}
	}
	return at
}

func (w Work) callWakes() int64 {
	if w.Call == nil {
		return 0
	}
	return w.Call.NotUntil
}
