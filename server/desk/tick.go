package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/server/desk/assign"
	"arcline/server/desk/report"
	"arcline/server/desk/rules"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// What the clock does at the desk: ends waits whose time has come, brings
// call-backs back after a pause, lets suggestions go to somebody else, and makes
// new ones. Each change is a transaction of its own that looks again: what was
// read before may have changed since.

// wakeAtOnce is how many threads one tick wakes.
const wakeAtOnce = 500

// Wake does what is due and returns the threads that changed.
func (s *Service) Wake(ctx context.Context, now time.Time) ([]store.Work, error) {
	var due []store.ID
	err := s.st.View(ctx, func(tx *table.Tx) error {
		r := table.Range{To: func(w *table.KeyWriter) { w.U64(uint64(now.UnixMilli()) + 1) }, Limit: wakeAtOnce}
		_, err := s.st.WakesAt.Keys(tx, r, func(id store.ID) (bool, error) { due = append(due, id); return true, nil })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for what is due: %w", err)
	}
	var out []store.Work
	for _, id := range due {
		w, changed, err := s.change(ctx, id, func(w *store.Work) bool { return wake(w, now) })
		if err != nil {
			return out, fmt.Errorf("wake a thread: %w", err)
		}
		if changed {
			out = append(out, w)
		}
	}
	return out, nil
}

// wake takes what is over out of a thread's row.
func wake(w *store.Work, now time.Time) (changed bool) {
	at := now.UnixMilli()
	if w.WaitUntil != 0 && w.WaitUntil <= at {
		w.WaitFor, w.WaitUntil, changed = "", 0, true
		w.Events = append(w.Events, store.WorkEvent{At: at, What: store.WorkResumed})
	}
	if w.OfferEnds != 0 && w.OfferEnds <= at {
		w.Offered, w.OfferEnds, changed = store.ID{}, 0, true
	}
	if c := w.Call; c != nil && c.NotUntil != 0 && c.NotUntil <= at {
		c.NotUntil, changed = 0, true
		if c.State == string(wire.CallMissed) || c.State == string(wire.CallSnoozed) {
			c.State = string(wire.CallWaits)
		}
	}
	return changed
}

// Told is told of a thread that changed, in the transaction that changes it, which
// owns the thread's partition.
type Told func(tx *table.Tx, w store.Work) error

// change runs one change of a thread's row in a transaction of its own.
func (s *Service) change(ctx context.Context, id store.ID, fn func(*store.Work) bool) (store.Work, bool, error) {
	return s.changeWith(ctx, id, func(*table.Tx, store.Work) error { return nil }, fn)
}

func (s *Service) changeWith(ctx context.Context, id store.ID, told Told, fn func(*store.Work) bool) (w store.Work, changed bool, err error) {
	err = s.st.Update(ctx, func(tx *table.Tx) error {
		changed = false
		if w, err = s.st.Work.Get(tx, id); errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if changed = fn(&w); !changed {
			return nil
		}
		if err := s.st.Work.Put(tx, id, w); err != nil {
			return err
		}
		return told(tx, w)
	}, kv.Own(store.PartThread(id)))
	return w, changed, err
}

// Assign suggests what waits to whoever is free, on the lines that ask for it,
// and returns the threads that changed. When a line is closed nothing is suggested.
// told is run with each change, in its transaction.
func (s *Service) Assign(ctx context.Context, now time.Time, told Told) ([]store.Work, error) {
	var out []store.Work
	for _, line := range s.people.Lines() {
		desk, ok := s.line(store.ID(line.ID))
		if !ok || !desk.Desk.Assign.Auto || !desk.Hours.Open(now) {
			continue
		}
		next, err := s.next(ctx, line.ID, desk, now)
		if err != nil {
			return out, fmt.Errorf("look at the line %s: %w", line.Name, err)
		}
		for _, x := range next {
			w, changed, err := s.changeWith(ctx, x.Thread, told, func(w *store.Work) bool {
				if !w.InLine() || w.Offered != (store.ID{}) {
					return false
				}
				s.suggest(w, x.To, store.ID{}, s.offerFor(desk), now)
				return true
			})
			if err != nil {
				return out, fmt.Errorf("suggest a thread: %w", err)
			}
			if changed {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// next reads a line and who is free, and asks assign.
func (s *Service) next(ctx context.Context, line store.ID, desk *rules.Line, now time.Time) (out []assign.Suggestion, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		people, err := s.free(tx, line, desk, now)
		if err != nil || len(people) == 0 {
			return err
		}
		var waiting []assign.Waiting
		if _, err := s.st.InLine.Scan(tx, ofLine(line), func(id store.ID, w store.Work) (bool, error) {
			x := assign.Waiting{ID: id, Weight: Weight(w, desk), To: w.Offered}
			if t, ok := desk.Topic(w.Topic); ok && (desk.Assign.Relax <= 0 || desk.Hours.Between(time.UnixMilli(w.Since), now) < desk.Assign.Relax) {
				x.Skill = t.Skill
			}
			if w.Call != nil && w.Call.NotUntil > now.UnixMilli() {
				return true, nil // its time has not come
			}
			waiting = append(waiting, x)
			return true, nil
		}); err != nil {
			return err
		}
		out = assign.Next(waiting, people, desk.Desk.Assign.Capacity)
		return nil
	})
	return out, err
}

// Late finds threads whose clock has run out and of which the leads were not told
// yet; told is run for each in its transaction. waiting are those who asked what is
// still in line.
func (s *Service) Late(ctx context.Context, now time.Time, told Told) (out []store.Work, waiting []store.ID, err error) {
	for _, line := range s.people.Lines() {
		desk, ok := s.line(store.ID(line.ID))
		if !ok {
			continue
		}
		var late []store.ID
		if err := s.st.View(ctx, func(tx *table.Tx) error {
			_, err := s.st.OpenOfLine.Scan(tx, ofLine(store.ID(line.ID)), func(id store.ID, w store.Work) (bool, error) {
				if due, is := isLate(w, desk, now); is && due != w.Late {
					late = append(late, id)
				}
				if w.InLine() {
					waiting = append(waiting, w.Opener)
				}
				return true, nil
			})
			return err
		}); err != nil {
			return out, waiting, fmt.Errorf("look for what is late on %s: %w", line.Name, err)
		}
		for _, id := range late {
			w, changed, err := s.changeWith(ctx, id, told, func(w *store.Work) bool {
				due, is := isLate(*w, desk, now)
				is = is && due != w.Late
				w.Late = due
				return is
			})
			if err != nil {
				return out, waiting, fmt.Errorf("tell of a late thread: %w", err)
			}
			if changed {
				out = append(out, w)
			}
		}
	}
	return out, waiting, nil
}

func isLate(w store.Work, desk *rules.Line, now time.Time) (due int64, late bool) {
	c, runs := report.Clock(w, desk, now)
	return c.Due, runs && !merged(w) && !c.Paused && c.Due <= now.UnixMilli()
}

// Leads lists who leads a line.
func (s *Service) Leads(line store.ID) []store.ID { return s.threads.Leads(line) }
