// Package report computes a line's numbers, clocks and waits from what happened to
// its threads as work. It never sees a word of a message, and it keeps nothing:
// asked twice, it says the same.
//
// Each thread's events are read once, in order, into a life: who had it when,
// since when the assister's side waits, when it was the assister's turn, how it
// ended. Every number is a count or a sum over lives. What a number means stands as
// a sentence beside it and travels with it, because two offices that call the same
// word by different formulas cannot be compared.
//
// A thread counts for the line where it is now. Lengths of time are open time
// unless they say otherwise.
package report

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/desk/rules"
	"arcline/store"
)

// Ask is what a report is about.
type Ask struct {
	Line     *rules.Line
	Rows     []store.Work         // every thread of the line that something happened to in the range, and all that are open
	Shifts   map[store.ID][]Shift // of the line's people; the last change before the range belongs to it
	From, To time.Time            // the range; To is not in it
	Interval time.Duration        // of one row; whole days follow the calendar, 0: only the total
	Short    time.Duration        // by the clock; a question taken back sooner was a mistake and is not counted
	Now      time.Time
}

// Shift is one change of whether somebody is at work.
type Shift struct {
	At    int64  // Unix milliseconds
	State string // store.ShiftAvailable, ShiftAway or ShiftOff
}

// MaxIntervals is how many rows one report has at most: four weeks by the hour, and
// some.
const MaxIntervals = 1000

// ErrRange is returned for a range that ends before it begins or has more than
// MaxIntervals rows.
var ErrRange = errors.New("there is no report for this range")

// What the numbers mean, as screens show it.
const (
	MeansArrived    = "Threads in which the assister's side asked for the first time. Threads that staff began do not count."
	MeansAnswered   = "Threads that got their first answer, in writing or by a call that reached the assister. Threads that staff began do not count."
	MeansClosed     = "How often a thread was closed. One that was closed, reopened and closed again counts twice."
	MeansReopened   = "How often a closed thread was opened again by a message."
	MeansAbandoned  = "Threads that ended before a first answer because the assister's side closed them, or cancelled their call and asked nothing after it."
	MeansShort      = "Threads that the assister's side took back right after they asked. They count nowhere else but under arrived and closed."
	MeansUnanswered = "Threads that the line closed before a first answer, such as duplicates. They are not part of the service level."
	MeansLevel      = "First answers within the promise, divided by first answers plus abandoned threads. Threads without a promise do not count."
	MeansAverage    = "Open time from the question to the first answer, on average."
	MeansMedian     = "Open time from the question to the first answer. Half of the answers took no longer."
	MeansHandle     = "Open time during which somebody had a thread and it waited for the line, on average for each closing. Threads that nobody worked on do not count."
	MeansOccupancy  = "The part of the open time in which people were available that they also had a thread that waited for the line. Several threads at once count once."
	MeansResolved   = "Closings as answered after which nobody reopened the thread for 7 days, divided by all closings that were not abandoned. The newest ones can still change."
	MeansCalls      = "Calls back that were asked for, that reached the assister, tries that nobody picked up, and calls that were given up after the last try."
	MeansBacklog    = "Threads open now, by the open time since the assister's side first asked or, if they never did, since staff began the thread. Waiting are those in which they wait for an answer."
	MeansLate       = "Threads open now whose clock has run out."
	MeansCountdown  = "Threads about life events open now, the business days left before open enrollment, and how many must be closed each business day to have none left."
)

// Meanings are the sentences by the JSON name of the number.
func Meanings() map[string]string {
	return map[string]string{
		"arrived": MeansArrived, "answered": MeansAnswered, "closed": MeansClosed, "reopened": MeansReopened, "abandoned": MeansAbandoned,
		"short_abandoned": MeansShort, "closed_unanswered": MeansUnanswered, "service_level": MeansLevel, "average_speed": MeansAverage, "median_speed": MeansMedian,
		"handle": MeansHandle, "occupancy": MeansOccupancy, "first_contact": MeansResolved, "calls": MeansCalls,
		"backlog": MeansBacklog, "late": MeansLate, "countdown": MeansCountdown,
	}
}

// Report is a line's numbers.
type Report struct {
	Total     Numbers           `json:"total"`
	Intervals []Numbers         `json:"intervals"`
	Backlog   []Band            `json:"backlog"`
	Late      int               `json:"late"`
	Countdown *Countdown        `json:"countdown,omitempty"` // not where nothing is counted down
	Meanings  map[string]string `json:"meanings"`            // of each number, by its name
}

// Numbers are what happened from a moment to another, which is not in it.
type Numbers struct {
	From       int64 `json:"from"` // Unix milliseconds
	To         int64 `json:"to"`
	Arrived    int   `json:"arrived"`           // MeansArrived
	Answered   int   `json:"answered"`          // MeansAnswered
	Closed     int   `json:"closed"`            // MeansClosed
	Reopened   int   `json:"reopened"`          // MeansReopened
	Abandoned  int   `json:"abandoned"`         // MeansAbandoned
	Short      int   `json:"short_abandoned"`   // MeansShort
	Unanswered int   `json:"closed_unanswered"` // MeansUnanswered
	Level      Share `json:"service_level"`     // MeansLevel
	Speed
	Handle    int64 `json:"handle"`        // MeansHandle; milliseconds, 0: nothing was closed
	Occupancy Share `json:"occupancy"`     // MeansOccupancy; milliseconds
	Resolved  Share `json:"first_contact"` // MeansResolved
	Calls     Calls `json:"calls"`         // MeansCalls
}

// Share is a part of a whole. Without a whole there is no share, which is not the
// same as none of it.
type Share struct {
	Part  int64 `json:"part"`
	Whole int64 `json:"whole"`
}

// Speed is how long first answers took, in milliseconds; 0 where there were none.
type Speed struct {
	Average int64 `json:"average_speed"` // MeansAverage
	Median  int64 `json:"median_speed"`  // MeansMedian; of an even number the lower of the two in the middle
}

// Calls are numbers of call-backs.
type Calls struct {
	Asked   int `json:"asked"`
	Reached int `json:"reached"`
	Missed  int `json:"missed"` // attempts, the last one of a call that was given up among them
	GivenUp int `json:"given_up"`
}

// Make computes a report. The error is ErrRange.
func Make(q Ask) (Report, error) {
	edges, err := q.edges()
	if err != nil {
		return Report{}, err
	}
	s := newSums(q, edges)
	var lives []*life
	for _, w := range q.Rows {
		l := live(w, q.Now)
		lives = append(lives, l)
		s.take(l)
	}
	s.occupancy(lives)
	r := Report{Total: s.total.finish(), Intervals: []Numbers{}, Meanings: Meanings()}
	for _, one := range s.rows {
		r.Intervals = append(r.Intervals, one.finish())
	}
	r.Backlog, r.Late = q.backlog(lives)
	r.Countdown = q.countdown(lives)
	return r, nil
}

// edges are where intervals begin, and the end of the range.
func (q Ask) edges() ([]time.Time, error) {
	if !q.From.Before(q.To) || q.Interval < 0 {
		return nil, fmt.Errorf("%w: from %v to %v by %v", ErrRange, q.From, q.To, q.Interval)
	}
	const day = 24 * time.Hour
	from := q.From.In(q.Line.Hours.Zone())
	edges := []time.Time{from}
	for i := 1; q.Interval > 0; i++ {
		next := from.Add(time.Duration(i) * q.Interval)
		if q.Interval%day == 0 {
			next = from.AddDate(0, 0, i*int(q.Interval/day))
		}
		if !next.Before(q.To) {
			break
		}
		if len(edges) == MaxIntervals {
			return nil, fmt.Errorf("%w: it has more than %d rows", ErrRange, MaxIntervals)
		}
		edges = append(edges, next)
	}
	return append(edges, q.To), nil
}

// sums gathers one report.
type sums struct {
	q     Ask
	total *sum
	rows  []*sum
}

// sum gathers one row.
type sum struct {
	n       Numbers
	speeds  []time.Duration
	handled []time.Duration
}

func newSums(q Ask, edges []time.Time) *sums {
	row := func(from, to time.Time) *sum { return &sum{n: Numbers{From: from.UnixMilli(), To: to.UnixMilli()}} }
	s := &sums{q: q, total: row(q.From, q.To)}
	for i := 1; i < len(edges) && q.Interval > 0; i++ {
		s.rows = append(s.rows, row(edges[i-1], edges[i]))
	}
	return s
}

// at counts something where it belongs.
func (s *sums) at(at int64, count func(*sum)) {
	if at < s.total.n.From || at >= s.total.n.To {
		return
	}
	count(s.total)
	i, found := slices.BinarySearchFunc(s.rows, at, func(r *sum, at int64) int { return int(r.n.From - at) })
	if !found {
		i--
	}
	if i >= 0 {
		count(s.rows[i])
	}
}

func (s *sums) take(l *life) {
	if !l.outreach && l.arrived != 0 {
		s.at(l.arrived, func(r *sum) { r.n.Arrived++ })
	}
	if l.replied != 0 && !l.outreach {
		took, kept, promised := s.q.answer(l)
		s.at(l.answered, func(r *sum) {
			r.n.Answered++
			r.speeds = append(r.speeds, took)
			r.n.Level.Part += one(kept)
			r.n.Level.Whole += one(promised)
		})
	}
	for i := range l.endings {
		s.end(l, i)
	}
	for _, at := range l.reopened {
		s.at(at, func(r *sum) { r.n.Reopened++ })
	}
	for _, e := range l.work.Events {
		s.call(e)
	}
}

func (s *sums) call(e store.WorkEvent) {
	s.at(e.At, func(r *sum) {
		switch {
		case e.What == store.WorkCallAsked:
			r.n.Calls.Asked++
		case e.What != store.WorkCallEnded:
		case e.Code == callReached:
			r.n.Calls.Reached++
		case e.Code == callMissed:
			r.n.Calls.Missed++
		case e.Code == callGivenUp: // the last try was missed, too
			r.n.Calls.Missed++
			r.n.Calls.GivenUp++
		}
	})
}

// answer says how long the first answer took, and whether a promise was kept.
func (q Ask) answer(l *life) (took time.Duration, kept, promised bool) {
	asked, answered := time.UnixMilli(l.replied), time.UnixMilli(l.answered)
	p := q.Line.Promises(l.work.Topic).First
	promised = !p.None()
	return q.Line.Hours.Between(asked, answered), promised && !answered.After(q.Line.Hours.Due(asked, p)), promised
}

// resolvedFor is how long nobody reopens a thread that was resolved at once.
const resolvedFor = 7 * 24 * time.Hour

func (s *sums) end(l *life, i int) {
	e := l.endings[i]
	withdrawn := e.first && e.withdrawn && e.question != 0
	short := withdrawn && e.at-e.question < s.q.Short.Milliseconds()
	promised := !s.q.Line.Promises(l.work.Topic).First.None()
	again := slices.ContainsFunc(l.reopened, func(at int64) bool { return at >= e.at && at-e.at <= resolvedFor.Milliseconds() })
	took := s.q.handled(l, i)
	s.at(e.at, func(r *sum) {
		r.n.Closed++
		if took > 0 {
			r.handled = append(r.handled, took)
		}
		switch {
		case short:
			r.n.Short++
			return
		case withdrawn:
			r.n.Abandoned++
			r.n.Level.Whole += one(promised)
			return
		case e.first:
			r.n.Unanswered++
		}
		r.n.Resolved.Whole++
		r.n.Resolved.Part += one(e.outcome == envelope.OutcomeAnswered && !again)
	})
}

// handled is the handling time since the closing before.
func (q Ask) handled(l *life, i int) (took time.Duration) {
	from, to := int64(0), l.endings[i].at
	if i > 0 {
		from = l.endings[i-1].at
	}
	for _, h := range l.handling {
		if h.from >= from && h.to <= to {
			took += q.Line.Hours.Between(time.UnixMilli(h.from), time.UnixMilli(h.to))
		}
	}
	return took
}

func (r *sum) finish() Numbers {
	slices.Sort(r.speeds)
	if n := len(r.speeds); n > 0 {
		r.n.Speed = Speed{average(r.speeds), r.speeds[(n-1)/2].Milliseconds()}
	}
	r.n.Handle = average(r.handled)
	return r.n
}

func average(all []time.Duration) int64 {
	total := time.Duration(0)
	for _, d := range all {
		total += d
	}
	return total.Milliseconds() / int64(max(len(all), 1))
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
