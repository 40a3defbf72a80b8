package wire

// A line's numbers, from what happened to its threads and never from what was
// said in them. Lengths of time are in milliseconds, and open time: while the line
// was open.

// Board is what a lead sees of a line now, and of today.
type Board struct {
	Line      ID         `json:"line"`
	Now       int64      `json:"now"`
	Open      bool       `json:"open"`
	Waiting   int        `json:"waiting"`   // threads in line
	Oldest    int64      `json:"oldest"`    // since when the oldest of them waits; 0: none does
	Urgent    []ID       `json:"urgent"`    // threads whose reason to go first waits for a lead
	AtRisk    []ID       `json:"at_risk"`   // threads whose clock runs out soon
	Late      []ID       `json:"late"`      // threads whose clock has run out
	Unclaimed []ID       `json:"unclaimed"` // of these, the ones that nobody has
	Stranded  []ID       `json:"stranded"`  // threads of somebody who does not work on the line any more
	Report    Report     `json:"report"`    // of today
	Staff     []StaffRow `json:"staff"`
}

// Report is a line's numbers over a stretch of time.
type Report struct {
	Total     Numbers    `json:"total"`
	Intervals []Numbers  `json:"intervals"`
	Backlog   []Band     `json:"backlog"`
	Late      int        `json:"late"`
	Countdown *Countdown `json:"countdown,omitempty"`
	Meanings  []Meaning  `json:"meanings"`
}

// Numbers are what happened from a moment to another, which is not in it.
type Numbers struct {
	From       int64   `json:"from"` // Unix milliseconds
	To         int64   `json:"to"`
	Arrived    int     `json:"arrived"`
	Answered   int     `json:"answered"`
	Closed     int     `json:"closed"`
	Reopened   int     `json:"reopened"`
	Abandoned  int     `json:"abandoned"`
	Short      int     `json:"short_abandoned"`
	Unanswered int     `json:"closed_unanswered"`
	Level      Portion `json:"service_level"`
	Average    int64   `json:"average_speed"`
	Median     int64   `json:"median_speed"`
	Handle     int64   `json:"handle"`
	Occupancy  Portion `json:"occupancy"`
	Resolved   Portion `json:"first_contact"`
	Calls      Calls   `json:"calls"`
}

// Portion is a part of a whole. Without a whole there is no share.
type Portion struct {
	Part  int64 `json:"part"`
	Whole int64 `json:"whole"`
}

// Calls are numbers of call-backs.
type Calls struct {
	Asked   int `json:"asked"`
	Reached int `json:"reached"`
	Missed  int `json:"missed"` // attempts
	GivenUp int `json:"given_up"`
}

// Band is a part of the backlog: open threads of an age.
type Band struct {
	From    int64 `json:"from"`
	To      int64 `json:"to"` // not in it; 0: without end
	Open    int   `json:"open"`
	Waiting int   `json:"waiting"`
}

// Countdown is how a line gets to no open threads of some topics before open
// enrollment.
type Countdown struct {
	Open   int   `json:"open"`
	Season int64 `json:"season"` // when open enrollment begins, Unix milliseconds
	Days   int   `json:"days"`   // business days left
	Rate   int   `json:"rate"`   // to be closed on each of them
}

// Meaning says what a number is, in a sentence.
type Meaning struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// ReportAsk says what a report is about: the address of GET /v1/lines/{line}/report
// carries it as ?from=&to=&every=, in Unix milliseconds and minutes; every=0 gives
// the total alone.
type ReportAsk struct {
	From  int64 `json:"from"`
	To    int64 `json:"to"`
	Every int   `json:"every"` // minutes
}
