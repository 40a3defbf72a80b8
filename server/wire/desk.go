package wire

import "time"

// How a line answers: its hours, promises, topics and forms, as the agency's desk
// file says them, and what the service knows of a thread as work. No word of a
// message is here, and no consumer's identifier.

// DeskFile is the agency's own file: one desk for each line, by its short name.
type DeskFile struct {
	Desks []Desk `json:"desks"`
}

// Desk is how one line answers.
type Desk struct {
	Line     string        `json:"line"` // short name: arc, broker
	Hours    Hours         `json:"hours"`
	Promise  Promise       `json:"promise"`
	AtRisk   string        `json:"at_risk"` // a clock is at risk when less open time than this is left, such as 2h
	Topics   []Topic       `json:"topics"`
	CallBack CallBackRules `json:"call_back"`
	Assign   AssignRules   `json:"assign"`
	Season   string        `json:"season"` // first day of open enrollment, 2006-01-02: the board counts down to it; empty: it does not
}

// Hours is when a line works. Days without a span are closed.
type Hours struct {
	Zone     string    `json:"zone"` // IANA name
	Week     []DayOpen `json:"week"`
	Seasons  []Season  `json:"seasons,omitempty"` // other weeks for a time, such as open enrollment; the first that fits counts
	Holidays []Holiday `json:"holidays,omitempty"`
}

// DayOpen is when a day of the week is open.
type DayOpen struct {
	Day  string `json:"day"` // mon, tue, wed, thu, fri, sat, sun
	Open []Span `json:"open"`
}

// Span is a stretch of a day, by the clock on the wall: 08:00 to 16:30. 24:00 is
// the end of the day.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Season is a stretch of days with a week of its own.
type Season struct {
	Name string    `json:"name"`
	From string    `json:"from"` // 2006-01-02, the first day
	To   string    `json:"to"`   // the last day
	Week []DayOpen `json:"week"`
}

// Holiday is one day with hours of its own; without a span it is closed.
type Holiday struct {
	Day  string `json:"day"` // 2006-01-02
	Name string `json:"name"`
	Open []Span `json:"open,omitempty"`
}

// Promise says how soon a line answers. Each is a number of business days, such as
// 2d, or of hours and minutes of open time, such as 4h or 90m; empty: no promise.
type Promise struct {
	First string `json:"first"` // from the question to the first answer
	Next  string `json:"next"`  // from a later message to its answer
	Close string `json:"close"` // from the question to the end, without the time that waited for the assister
}

// CallBackRules are a line's rules for calling back.
type CallBackRules struct {
	Offered  bool   `json:"offered"`
	Above    string `json:"above"`    // offered when the expected wait is above this, such as 30m; empty: always
	Attempts int    `json:"attempts"` // 1 to 3
	Pause    string `json:"pause"`    // before another attempt, such as 15m
	Slot     string `json:"slot"`     // length of one slot, such as 30m; empty: no slots, only now
	PerSlot  int    `json:"per_slot"` // call-backs that one slot takes
	Days     int    `json:"days"`     // how many days ahead slots can be had
}

// AssignRules say how work is handed out.
type AssignRules struct {
	Auto     bool   `json:"auto"`     // waiting work is suggested to whoever has least; without, people take it
	Capacity int    `json:"capacity"` // weight that one person is given at most
	Thread   int    `json:"thread"`   // weight of a thread
	Batch    int    `json:"batch"`    // weight of each started five consumers in a thread of more than one
	CallBack int    `json:"call_back"`
	Offer    string `json:"offer"` // how long a suggestion stands before somebody else gets it
	Relax    string `json:"relax"` // after this wait a skill is not asked for any more
}

// Topic is what a thread can be about, with the rules that come with it.
type Topic struct {
	ID          string      `json:"id"`
	Title       string      `json:"title"`
	Hint        string      `json:"hint,omitempty"`
	Roles       []Role      `json:"roles,omitempty"`       // who may choose it; empty: all who reach the line
	Identifiers int         `json:"identifiers"`           // that each consumer's card needs; 0: no card
	Consumers   int         `json:"consumers,omitempty"`   // at most in one thread; 0 counts as 1
	Consent     bool        `json:"consent,omitempty"`     // a recorded authorization is needed
	Sensitive   bool        `json:"sensitive,omitempty"`   // taking it needs a second factor
	Phone       bool        `json:"phone,omitempty"`       // settled only with the consumer on the line
	ByPhone     []PhoneKind `json:"by_phone,omitempty"`    // kinds within the topic that must go by phone
	Elsewhere   string      `json:"elsewhere,omitempty"`   // not for this line: where to go. Nothing is sent
	Form        *Form       `json:"form,omitempty"`        // asked for in the first message
	Skill       string      `json:"skill,omitempty"`       // that whoever takes it should have
	Promise     *Promise    `json:"promise,omitempty"`     // instead of the line's
	Countdown   bool        `json:"countdown,omitempty"`   // the board counts it down to zero before open enrollment
	PlainNames  bool        `json:"plain_names,omitempty"` // warn of special characters in names
}

// PhoneKind is a kind of report that must go by phone, found by words.
type PhoneKind struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Words []string `json:"words,omitempty"` // lower case; in what somebody types they mean this kind
}

// Deadline is a clock of a rule: so long after the date in a field of the form.
type Deadline struct {
	Title  string `json:"title"`
	Field  string `json:"field"`
	Months int    `json:"months,omitempty"`
	Days   int    `json:"days,omitempty"`
}

// On is the last day of the clock that begins on a day, both as 2006-01-02; false
// for what is no day. Months end where the shorter month ends: six months from
// August 31 is the last of February.
func (d Deadline) On(day string) (string, bool) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", false
	}
	first := time.Date(t.Year(), t.Month()+time.Month(d.Months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1+d.Days).Format(time.DateOnly), true
}

// Form is a list of questions. It travels with its answers, sealed, so that they
// can be read when the agency's file has long changed, and so do its clocks.
type Form struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Fields    []Field    `json:"fields"`
	Deadlines []Deadline `json:"deadlines,omitempty"` // the law's clocks, by a date that is asked for
}

// FieldKind says what an answer looks like.
type FieldKind string

// The kinds of field.
const (
	FieldText   FieldKind = "text"
	FieldLong   FieldKind = "long"
	FieldName   FieldKind = "name" // stored exactly
	FieldDate   FieldKind = "date" // 2006-01-02
	FieldNumber FieldKind = "number"
	FieldChoice FieldKind = "choice"
	FieldMany   FieldKind = "many" // several of the choices
	FieldYesNo  FieldKind = "yesno"
	FieldTable  FieldKind = "table" // rows of columns
)

// Field is one question.
type Field struct {
	ID       string    `json:"id"`
	Label    string    `json:"label"`
	Hint     string    `json:"hint,omitempty"`
	Kind     FieldKind `json:"kind"`
	Required bool      `json:"required,omitempty"`
	Choices  []string  `json:"choices,omitempty"`
	Columns  []Column  `json:"columns,omitempty"` // of a table
}

// Column is one question that each row of a table answers.
type Column struct {
	ID       string    `json:"id"`
	Label    string    `json:"label"`
	Kind     FieldKind `json:"kind"` // anything but a table
	Required bool      `json:"required,omitempty"`
	Choices  []string  `json:"choices,omitempty"`
}

// Bounds of a desk.
const (
	MaxConsumers = 20 // in one thread
	MaxTopics    = 40
	MaxFields    = 60
	MaxAttempts  = 3
	MaxLinked    = 20  // threads linked to one
	RevealFor    = 300 // seconds that a revealed card is handed out for
	MaxCard      = 8 << 10
	MaxReply     = 8 << 10 // one sealed saved reply
	MaxReplies   = 200     // of one line
)

// Lane is where a thread stands in the queue.
type Lane string

// The lanes.
const (
	LaneNormal Lane = "normal"
	LaneUrgent Lane = "urgent" // ahead of the others, for a named reason that a lead looks at
)

// ClockKind says what a clock counts towards.
type ClockKind string

// The clocks of a thread, one of which runs.
const (
	ClockFirst ClockKind = "first"
	ClockNext  ClockKind = "next"
	ClockClose ClockKind = "close"
)

// Told is what the maker of an entry tells the service about it in the clear, so
// that it can be put in the right place. It travels with the entry and is stored
// with it or not at all.
type Told struct {
	Topic     string   `json:"topic,omitempty"`     // open, outreach
	Consumers int      `json:"consumers,omitempty"` // open: how many it is about
	Urgent    string   `json:"urgent,omitempty"`    // open: why it goes first; a code of UrgentReasons
	CallBack  *CallAsk `json:"call_back,omitempty"` // open, msg of the opener: asks for a call in the same place of the line
	From      *ID      `json:"from,omitempty"`      // outreach: the thread that it was split from
	Disclosed []string `json:"disclosed,omitempty"` // msg of staff: kinds of private data that it gives out; codes of Disclosures

	Verified *Verified `json:"verified,omitempty"` // msg of who has the thread: the consumer was on the line
}

// Verified records that the consumer was on the line: how many identifiers
// were verified and that the warnings were read out. Which ones stands sealed in
// the thread.
type Verified struct {
	Identifiers int  `json:"identifiers"`
	Warnings    bool `json:"warnings"`
}

// UrgentReasons are why a thread may go first.
var UrgentReasons = []string{"care-now", "coverage-ends", "newborn", "deadline-today"}

// Disclosures are kinds of private data that an answer gives out.
var Disclosures = []string{"application", "status", "income", "household", "notices", "enrollment", "other"}

// Work is what the service knows of a thread as work. Times are Unix milliseconds.
type Work struct {
	Topic     string    `json:"topic"`
	Lane      Lane      `json:"lane"`
	Urgent    *Urgent   `json:"urgent,omitempty"`
	Consumers int       `json:"consumers"`
	Since     int64     `json:"since"`              // its place in line counts from here; a hand-over keeps it
	Place     int       `json:"place,omitempty"`    // in line, from 1; 0: it does not wait for somebody to take it
	Expected  *Expected `json:"expected,omitempty"` // when it will be taken, as far as one can say
	Clock     *Clock    `json:"clock,omitempty"`
	Wait      *Wait     `json:"wait,omitempty"`
	For       *ID       `json:"for,omitempty"` // to whom it is suggested
	CallBack  *CallBack `json:"call_back,omitempty"`
	Linked    []Linked  `json:"linked,omitempty"`
	OpenerOut int64     `json:"opener_out,omitempty"` // whoever asked is out of office until then, Unix milliseconds
	HolderOut int64     `json:"holder_out,omitempty"` // the same of who has it
	Verified  bool      `json:"verified"`             // consumer on the line: identifiers verified and warnings read, since it was last opened
}

// Urgent is why a thread goes first and what a lead said to it.
type Urgent struct {
	Reason string `json:"reason"`
	Review string `json:"review"` // waits, agreed or refused
}

// Expected is a wait with its range, in Unix milliseconds.
type Expected struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// Clock is the clock of a thread that runs, or is paused.
type Clock struct {
	Kind   ClockKind `json:"kind"`
	Due    int64     `json:"due"`    // Unix milliseconds
	Risk   int64     `json:"risk"`   // from here on it is at risk
	Paused bool      `json:"paused"` // it waits for the assister
	Rule   string    `json:"rule"`   // the promise, as in Promise
}

// Wait is what a claimed thread waits for. A message of the assister's side ends
// it; one of staff ends any but the wait for the assister.
type Wait struct {
	For   string `json:"for"`             // assister, office or until
	Until int64  `json:"until,omitempty"` // Unix milliseconds; with until, and with office where a day is known
}

// Linked is another thread that belongs to this one.
type Linked struct {
	Thread ID     `json:"thread"`
	Kind   string `json:"kind"` // link; merged (this one goes on in the other), into (the other goes on here); split, from
}

// CallAsk asks for a call-back.
type CallAsk struct {
	Number string `json:"number"`         // file: the number on file; sealed: one that was confirmed with a second factor
	Card   *ID    `json:"card,omitempty"` // of the sealed number
	Slot   int64  `json:"slot,omitempty"` // start of the slot, Unix milliseconds; 0: as soon as it is its turn
}

// CallState is where a call-back stands.
type CallState string

// The states of a call-back.
const (
	CallWaits     CallState = "waits"     // in its place in line, or for its slot
	CallSnoozed   CallState = "snoozed"   // the assister asked for later
	CallNow       CallState = "now"       // an attempt is under way
	CallMissed    CallState = "missed"    // nobody answered; another attempt comes
	CallReached   CallState = "reached"   // they spoke
	CallGivenUp   CallState = "given-up"  // all attempts were missed
	CallCancelled CallState = "cancelled" // by the assister
)

// CallBack is a call-back as the service knows it: no number.
type CallBack struct {
	State    CallState `json:"state"`
	Number   string    `json:"number"` // as in CallAsk
	Card     *ID       `json:"card,omitempty"`
	Slot     int64     `json:"slot,omitempty"`
	NotUntil int64     `json:"not_until,omitempty"` // no attempt before this
	Attempt  int       `json:"attempt"`             // attempts begun
	Attempts int       `json:"attempts"`            // allowed
	By       *ID       `json:"by,omitempty"`        // who calls, while an attempt is under way
	Accepted bool      `json:"accepted"`            // whoever is called has said that they are ready
}

// DeskList answers how the lines answer that the caller has to do with.
type DeskList struct {
	Desks []DeskInfo `json:"desks"`
}

// DeskInfo is a line's desk with what it does at the moment.
type DeskInfo struct {
	ID        ID        `json:"id"` // of the line
	Desk      Desk      `json:"desk"`
	Open      bool      `json:"open"`
	Turns     int64     `json:"turns"`              // when it opens or closes next, Unix milliseconds
	Waiting   int       `json:"waiting"`            // threads in line
	Expected  *Expected `json:"expected,omitempty"` // for a thread that came now
	Kept      int       `json:"kept"`               // promises of a first answer kept this month
	Broken    int       `json:"broken"`             // not kept this month
	CallBacks bool      `json:"call_backs"`         // a call-back is offered now
	Slots     []Slot    `json:"slots,omitempty"`
}

// Slot is a time for a call-back, and how many it still takes.
type Slot struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	Left int   `json:"left"`
}
