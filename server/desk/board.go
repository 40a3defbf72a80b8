package desk

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"arcline/server/account"
	"arcline/server/desk/report"
	"arcline/server/desk/rules"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// A lead's view of a line, from facts about threads alone.

// shortAbandon is how soon a question is taken back that was a mistake: it is not
// counted as abandoned.
const shortAbandon = 5 * time.Minute

// Board is what a lead sees of a line now.
func (s *Service) Board(tx *table.Tx, who account.Standing, line store.ID, now time.Time) (wire.Board, error) {
	out := wire.Board{Line: wire.ID(line), Now: now.UnixMilli()}
	desk, err := s.leads(who, line, now)
	if err != nil {
		return out, err
	}
	local := now.In(desk.Hours.Zone())
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	q, err := s.ask(tx, line, desk, wire.ReportAsk{From: today.UnixMilli(), To: today.AddDate(0, 0, 1).UnixMilli(), Every: 60}, now)
	if err != nil {
		return out, err
	}
	if out.Report, err = numbers(q); err != nil {
		return out, err
	}
	out.Open = desk.Hours.Open(now)
	for _, w := range q.Rows {
		boardRow(&out, w, desk, now)
		gone, err := s.gone(tx, w, now)
		if err != nil {
			return out, err
		}
		if gone {
			out.Stranded = append(out.Stranded, wire.ID(w.Thread))
		}
	}
	staff, err := s.Staff(tx, who, line, now)
	out.Staff = staff.Staff
	return out, err
}

// gone reports whether whoever has a thread cannot go on with it: their grant or
// certification has ended, or they were shut out.
func (s *Service) gone(tx *table.Tx, w store.Work, now time.Time) (bool, error) {
	if w.Closed || w.Holder == (store.ID{}) {
		return false, nil
	}
	a, err := s.st.Accounts.Get(tx, w.Holder)
	if err != nil {
		return false, fmt.Errorf("read who has a thread: %w", err)
	}
	return a.Barred != "" || a.State == store.AccountDisabled || !(account.Standing{Account: a}).Reaches(w.Line, now), nil
}

// boardRow puts one thread where it belongs on the board.
func boardRow(out *wire.Board, w store.Work, desk *rules.Line, now time.Time) {
	id, at := wire.ID(w.Thread), now.UnixMilli()
	if w.Closed {
		return
	}
	if w.InLine() {
		out.Waiting++
		if out.Oldest == 0 || w.Since < out.Oldest {
			out.Oldest = w.Since
		}
	}
	if w.Review == reviewWaits {
		out.Urgent = append(out.Urgent, id)
	}
	clock, runs := report.Clock(w, desk, now)
	if !runs || clock.Paused || merged(w) || at < clock.Risk {
		return
	}
	if at < clock.Due {
		out.AtRisk = append(out.AtRisk, id)
		return
	}
	out.Late = append(out.Late, id)
	if w.InLine() {
		out.Unclaimed = append(out.Unclaimed, id)
	}
}

// leads is the desk of a line for somebody who leads it.
func (s *Service) leads(who account.Standing, line store.ID, now time.Time) (*rules.Line, error) {
	desk, ok := s.line(line)
	if !ok || !s.threads.WorksOn(who, line, now) {
		return nil, wire.Refuse(wire.CodeNotFound)
	}
	if !s.threads.Lead(who, line, now) {
		return nil, wire.Refuse(wire.CodeForbidden).Because(errors.New("a lead of the line sees its numbers"))
	}
	return desk, nil
}

// Report is a line's numbers over a stretch of time.
func (s *Service) Report(tx *table.Tx, who account.Standing, line store.ID, in wire.ReportAsk, now time.Time) (wire.Report, error) {
	desk, err := s.leads(who, line, now)
	if err != nil {
		return wire.Report{}, err
	}
	q, err := s.ask(tx, line, desk, in, now)
	if err != nil {
		return wire.Report{}, err
	}
	return numbers(q)
}

// Rows is one row for each thread that was opened in a stretch of time, as CSV.
func (s *Service) Rows(tx *table.Tx, who account.Standing, line store.ID, in wire.ReportAsk, now time.Time) ([]byte, error) {
	desk, err := s.leads(who, line, now)
	if err != nil {
		return nil, err
	}
	q, err := s.ask(tx, line, desk, in, now)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := report.Write(&out, report.Rows(q)); err != nil {
		return nil, fmt.Errorf("write the rows: %w", err)
	}
	return out.Bytes(), nil
}

// lookBack is how long before a report's beginning a thread may have been opened
// and still be read for it. What is open is read however old it is.
const lookBack = 180 * 24 * time.Hour

// ask gathers what a report is made from.
func (s *Service) ask(tx *table.Tx, line store.ID, desk *rules.Line, in wire.ReportAsk, now time.Time) (report.Ask, error) {
	q := report.Ask{Line: desk, From: time.UnixMilli(in.From), To: time.UnixMilli(in.To), Interval: time.Duration(in.Every) * time.Minute, Short: shortAbandon, Now: now, Shifts: map[store.ID][]report.Shift{}}
	if in.Every < 0 || in.To <= in.From || q.To.Sub(q.From) > 400*24*time.Hour {
		return q, refuse(wire.CodeMalformed, "no such stretch of time")
	}
	old := q.From.Add(-lookBack)
	rows, err := s.rows(tx, line, old, q.To)
	if err != nil {
		return q, err
	}
	q.Rows = rows
	r := ofLine(line)
	r.To = func(w *table.KeyWriter) { w.U64(uint64(old.UnixMilli())) }
	if _, err := s.st.OpenOfLine.Scan(tx, r, func(_ store.ID, w store.Work) (bool, error) {
		q.Rows = append(q.Rows, w)
		return true, nil
	}); err != nil {
		return q, fmt.Errorf("read the line's open threads: %w", err)
	}
	for _, acct := range s.threads.Members(line) {
		if q.Shifts[acct], err = s.shifts(tx, acct, in.From, in.To); err != nil {
			return q, fmt.Errorf("read the shifts: %w", err)
		}
	}
	return q, nil
}

// shifts is when somebody was at work in a stretch of time: what they were at its
// beginning, and each change in it.
func (s *Service) shifts(tx *table.Tx, acct store.ID, from, to int64) (out []report.Shift, err error) {
	take := func(k store.ShiftKey, e store.ShiftEvent) (bool, error) {
		out = append(out, report.Shift{At: k.At, State: e.State})
		return true, nil
	}
	begin := func(w *table.KeyWriter) { w.U64(uint64(max(0, from))) }
	if _, err = s.st.ShiftEvents.Scan(tx, store.PartAccount(acct), table.Range{To: begin, Reverse: true, Limit: 1}, take); err != nil {
		return nil, err
	}
	_, err = s.st.ShiftEvents.Scan(tx, store.PartAccount(acct), table.Range{From: begin, To: func(w *table.KeyWriter) { w.U64(uint64(max(0, to))) }}, take)
	return out, err
}

// numbers computes a report and writes it as it goes over the wire.
func numbers(q report.Ask) (wire.Report, error) {
	r, err := report.Make(q)
	if err != nil {
		return wire.Report{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	out := wire.Report{Total: numbersOf(r.Total), Late: r.Late}
	for _, n := range r.Intervals {
		out.Intervals = append(out.Intervals, numbersOf(n))
	}
	for _, b := range r.Backlog {
		out.Backlog = append(out.Backlog, wire.Band(b))
	}
	if r.Countdown != nil {
		c := wire.Countdown(*r.Countdown)
		out.Countdown = &c
	}
	for _, name := range slices.Sorted(maps.Keys(r.Meanings)) {
		out.Meanings = append(out.Meanings, wire.Meaning{Name: name, Text: r.Meanings[name]})
	}
	return out, nil
}

func numbersOf(n report.Numbers) wire.Numbers {
	return wire.Numbers{From: n.From, To: n.To, Arrived: n.Arrived, Answered: n.Answered, Closed: n.Closed, Reopened: n.Reopened, Abandoned: n.Abandoned,
		Short: n.Short, Unanswered: n.Unanswered, Level: wire.Portion(n.Level), Average: n.Speed.Average, Median: n.Speed.Median, Handle: n.Handle,
		Occupancy: wire.Portion(n.Occupancy), Resolved: wire.Portion(n.Resolved), Calls: wire.Calls(n.Calls)}
}
