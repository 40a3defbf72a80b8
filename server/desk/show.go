package desk

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"arcline/server/account"
	"arcline/server/desk/report"
	"arcline/server/desk/rules"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Lens reads work for one request: the order of each line is read once.
type Lens struct {
	s    *Service
	tx   *table.Tx
	now  time.Time
	out  Out
	line map[store.ID]*queue
}

// queue is a line's order at one moment.
type queue struct {
	place    map[store.ID]int
	expected func(place int) *wire.Expected
}

// Out says until when somebody is out of office, in Unix milliseconds; zero: they
// are not.
type Out func(tx *table.Tx, acct store.ID, now time.Time) (int64, error)

// Look begins a request.
func (s *Service) Look(tx *table.Tx, now time.Time, out Out) *Lens {
	return &Lens{s: s, tx: tx, now: now, out: out, line: map[store.ID]*queue{}}
}

// Show is what the service knows of a thread as work; nil for a thread of before
// there was a desk.
func (l *Lens) Show(id store.ID) (*wire.Work, error) {
	w, err := l.s.st.Work.Get(l.tx, id)
	if errors.Is(err, table.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the work: %w", err)
	}
	out, err := l.of(w)
	if err == nil {
		out.OpenerOut, err = l.out(l.tx, w.Opener, l.now)
	}
	if err == nil && w.Holder != (store.ID{}) {
		out.HolderOut, err = l.out(l.tx, w.Holder, l.now)
	}
	return out, err
}

func (l *Lens) of(w store.Work) (*wire.Work, error) {
	out := &wire.Work{Topic: w.Topic, Lane: wire.LaneNormal, Consumers: w.Consumers, Since: w.Since, For: idOrNil(w.Offered), Verified: w.Verified}
	if w.First() {
		out.Lane = wire.LaneUrgent
	}
	if w.Urgent != "" {
		out.Urgent = &wire.Urgent{Reason: w.Urgent, Review: w.Review}
	}
	if w.WaitFor != "" {
		out.Wait = &wire.Wait{For: w.WaitFor, Until: w.WaitUntil}
	}
	for _, t := range w.Linked {
		out.Linked = append(out.Linked, wire.Linked{Thread: wire.ID(t.Thread), Kind: t.Kind})
	}
	desk, ok := l.s.line(w.Line)
	if !ok {
		return out, nil
	}
	if c := w.Call; c != nil {
		out.CallBack = &wire.CallBack{State: wire.CallState(c.State), Number: c.Number, Card: idOrNil(c.Card), Slot: c.Slot, NotUntil: c.NotUntil, Attempt: c.Attempt,
			Attempts: max(1, desk.Desk.CallBack.Attempts), By: idOrNil(c.By), Accepted: c.Accepted}
	}
	if clock, runs := report.Clock(w, desk, l.now); runs && !merged(w) {
		out.Clock = &clock
	}
	if !w.InLine() {
		return out, nil
	}
	q, err := l.queue(w.Line, desk)
	if err != nil {
		return out, err
	}
	out.Place = q.place[w.Thread]
	out.Expected = q.expected(out.Place)
	return out, nil
}

// merged reports whether a thread goes on in another one: its clock has stopped.
func merged(w store.Work) bool {
	return slices.ContainsFunc(w.Linked, func(t store.LinkedWork) bool { return t.Kind == "merged" })
}

// queue reads a line's order: urgent first, then by when each joined.
func (l *Lens) queue(line store.ID, desk *rules.Line) (*queue, error) {
	if q := l.line[line]; q != nil {
		return q, nil
	}
	q := &queue{place: map[store.ID]int{}}
	if _, err := l.s.st.InLine.Keys(l.tx, ofLine(line), func(id store.ID) (bool, error) {
		q.place[id] = len(q.place) + 1
		return true, nil
	}); err != nil {
		return nil, fmt.Errorf("read the line's order: %w", err)
	}
	takings, err := l.s.takings(l.tx, line)
	if err != nil {
		return nil, err
	}
	q.expected = func(place int) *wire.Expected {
		x := report.Expected(takings, desk.Hours, place, l.now)
		if x == (wire.Expected{}) {
			return nil
		}
		return &x
	}
	l.line[line] = q
	return q, nil
}

func ofLine(line store.ID) table.Range {
	return table.Range{Prefix: func(w *table.KeyWriter) { w.ID(line) }}
}

// newestThreads is how many threads of a line are looked at for how fast they are
// taken.
const newestThreads = 100

// takings are the newest moments at which threads of a line were taken.
func (s *Service) takings(tx *table.Tx, line store.ID) ([]time.Time, error) {
	var rows []store.Work
	r := ofLine(line)
	r.Reverse, r.Limit = true, newestThreads
	if _, err := s.st.WorkOfLine.Scan(tx, r, func(_ store.ID, w store.Work) (bool, error) {
		rows = append(rows, w)
		return true, nil
	}); err != nil {
		return nil, fmt.Errorf("read the newest threads: %w", err)
	}
	return report.Takings(rows), nil
}

// Desks lists how the lines answer that somebody has to do with.
func (s *Service) Desks(tx *table.Tx, who account.Standing, now time.Time) (wire.DeskList, error) {
	out := wire.DeskList{Desks: []wire.DeskInfo{}}
	lens := s.Look(tx, now, nil)
	for _, line := range s.people.Lines() {
		desk, ok := s.line(store.ID(line.ID))
		if !ok || !slices.Contains(who.Lines, store.ID(line.ID)) && !wire.Role(who.Role).Overseer() {
			continue
		}
		info, err := lens.desk(store.ID(line.ID), desk)
		if err != nil {
			return out, err
		}
		out.Desks = append(out.Desks, info)
	}
	return out, nil
}

func (l *Lens) desk(line store.ID, desk *rules.Line) (wire.DeskInfo, error) {
	turns, _ := desk.Hours.Next(l.now)
	out := wire.DeskInfo{ID: wire.ID(line), Desk: desk.Desk, Open: desk.Hours.Open(l.now), Turns: turns.UnixMilli()}
	q, err := l.queue(line, desk)
	if err != nil {
		return out, err
	}
	out.Waiting, out.Expected = len(q.place), q.expected(len(q.place)+1)
	out.CallBacks = desk.Desk.CallBack.Offered && (desk.CallBack.Above == 0 || out.Expected != nil && desk.Hours.Between(l.now, time.UnixMilli(out.Expected.To)) > desk.CallBack.Above)
	if out.Slots, err = l.s.slots(l.tx, desk, line, l.now); err != nil {
		return out, err
	}
	out.Kept, out.Broken, err = l.s.kept.month(l.tx, l.s, line, desk, l.now)
	return out, err
}

// tallies remember how often each line kept its promise this month, since that is
// asked for often and reads every thread of the month.
type tallies struct {
	mu   sync.Mutex
	line map[store.ID]tally
}

type tally struct {
	at           time.Time
	kept, broken int
}

// tallyFor is how long a count is good for.
const tallyFor = time.Minute

func newTallies() *tallies { return &tallies{line: map[store.ID]tally{}} }

func (t *tallies) month(tx *table.Tx, s *Service, line store.ID, desk *rules.Line, now time.Time) (kept, broken int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x, ok := t.line[line]; ok && !now.Before(x.at) && now.Sub(x.at) < tallyFor {
		return x.kept, x.broken, nil
	}
	local := now.In(desk.Hours.Zone())
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, local.Location())
	rows, err := s.rows(tx, line, first, now)
	if err != nil {
		return 0, 0, err
	}
	n, err := report.Make(report.Ask{Rows: rows, Line: desk, From: first, To: now, Now: now})
	if err != nil {
		return 0, 0, fmt.Errorf("count the line's promises: %w", err)
	}
	kept, broken = int(n.Total.Level.Part), int(n.Total.Level.Whole-n.Total.Level.Part)
	t.line[line] = tally{now, kept, broken}
	return kept, broken, nil
}

// rows are a line's threads that were opened in a stretch of time.
func (s *Service) rows(tx *table.Tx, line store.ID, from, to time.Time) (out []store.Work, err error) {
	r := ofLine(line)
	r.From = func(w *table.KeyWriter) { w.U64(uint64(from.UnixMilli())) }
	r.To = func(w *table.KeyWriter) { w.U64(uint64(to.UnixMilli())) }
	_, err = s.st.WorkOfLine.Scan(tx, r, func(_ store.ID, w store.Work) (bool, error) {
		out = append(out, w)
		return true, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the line's threads: %w", err)
	}
	return out, nil
}
