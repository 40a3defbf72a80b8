package wire

// Bodies of the acts on a thread as work, and of what a line's people see of it.

// WaitAct says what a thread that the caller has waits for. A message ends it.
type WaitAct struct {
	For   string `json:"for"`             // assister, office, until; empty: it waits for nothing any more
	Until int64  `json:"until,omitempty"` // Unix milliseconds
}

// UrgentAct asks that a thread goes first.
type UrgentAct struct {
	Reason string `json:"reason"` // a code of UrgentReasons; empty: not any more
}

// ReviewAct is what a lead says to it.
type ReviewAct struct {
	Agree bool `json:"agree"`
}

// SuggestAct suggests a waiting thread to somebody; nobody: to all.
type SuggestAct struct {
	To *ID `json:"to,omitempty"`
}

// LinkAct ties two threads together or undoes it: both must be served to the caller.
type LinkAct struct {
	Other ID     `json:"other"`
	Kind  string `json:"kind"` // link; merge: this thread goes on in the other and its clock stops; none: undo
}

// CallAct moves a call-back on.
type CallAct struct {
	Do    string `json:"do"`              // accept, snooze, cancel (the assister); begin, reached, missed (whoever has the thread)
	Until int64  `json:"until,omitempty"` // snooze: not before, Unix milliseconds
}

// Number is a telephone number on file.
type Number struct {
	Number string `json:"number"`
}

// WorkHistory answers what has happened to a thread as work. Both sides see it.
type WorkHistory struct {
	Events []WorkEvent `json:"events"`
}

// WorkEvent is one fact of it.
type WorkEvent struct {
	At   int64  `json:"at"` // Unix milliseconds
	What string `json:"what"`
	By   *ID    `json:"by,omitempty"`
	To   *ID    `json:"to,omitempty"`
	N    int64  `json:"n,omitempty"`
	Code string `json:"code,omitempty"`
}

// ShiftState says whether somebody of a line's staff is at work.
type ShiftState string

// The states of a shift.
const (
	ShiftAvailable ShiftState = "available"
	ShiftAway      ShiftState = "away" // keeps what they have; nothing new is suggested
	ShiftOff       ShiftState = "off"
)

// Shift is the caller's own state.
type Shift struct {
	State ShiftState `json:"state"`
	Until int64      `json:"until,omitempty"` // away until, Unix milliseconds
}

// StaffList answers who works on a line.
type StaffList struct {
	Staff []StaffRow `json:"staff"`
}

// StaffRow is one of them.
type StaffRow struct {
	Account ID         `json:"account"`
	Name    string     `json:"name"`
	Lead    bool       `json:"lead"`
	State   ShiftState `json:"state"`
	Since   int64      `json:"since"` // of the state, Unix milliseconds; 0: never at work yet
	Load    int        `json:"load"`  // weight of what they have
	Has     int        `json:"has"`   // threads
	Skills  []string   `json:"skills"`
	Grant   int64      `json:"grant,omitempty"` // a limited grant ends then
}

// SkillsAct says what somebody is good at.
type SkillsAct struct {
	Account ID       `json:"account"`
	Skills  []string `json:"skills"`
}

// SavedReply is a line's saved reply, sealed to whoever works on the line.
type SavedReply struct {
	Reply   ID     `json:"reply"`
	Gen     uint32 `json:"gen"`              // of the line key that it is sealed under
	Version uint64 `json:"version"`          // above the one that is kept, from 1
	Sealed  []byte `json:"sealed,omitempty"` // none: taken away
}

// SavedReplies answers with all of a line's.
type SavedReplies struct {
	Replies []SavedReply `json:"replies"`
}

// PlanAsk asks how many people a line needs (Erlang C). Shares and rates are in
// millionths: 800000 is 80 percent.
type PlanAsk struct {
	PerHour   int64 `json:"per_hour"`  // contacts, millionths
	Handle    int64 `json:"handle"`    // handle time of one, seconds
	Staff     int   `json:"staff"`     // 0: the least that reaches the target
	Target    int64 `json:"target"`    // share answered in time, millionths
	Within    int64 `json:"within"`    // seconds
	Shrinkage int64 `json:"shrinkage"` // share of paid time that is not at the desk, millionths
}

// Plan is the answer. Traffic, shares and the average are in millionths, of an
// erlang, of one, and of a second.
type Plan struct {
	Traffic   int64  `json:"traffic"`
	Staff     int    `json:"staff"`   // at the desk
	Paid      int    `json:"paid"`    // with shrinkage
	Waits     int64  `json:"waits"`   // probability of having to wait
	Level     int64  `json:"level"`   // service level
	Average   int64  `json:"average"` // average speed of answer
	Occupancy int64  `json:"occupancy"`
	Assumes   string `json:"assumes"`
}

// Reach is how the caller wants to hear that something came.
type Reach struct {
	Mail      bool   `json:"mail"`
	QuietFrom string `json:"quiet_from"` // 22:00 by the agency's clock; empty with QuietTo: no quiet hours
	QuietTo   string `json:"quiet_to"`
	Out       int64  `json:"out"`      // out of office until, Unix milliseconds; 0: not
	Push      bool   `json:"push"`     // this device is told by push; set with Push
	PushKey   string `json:"push_key"` // with which a browser asks for pushes; empty: there are none
}

// Push is where the caller's browser is told that something came. What is sent
// there is empty.
type Push struct {
	Endpoint string `json:"endpoint"` // empty: not any more
}
