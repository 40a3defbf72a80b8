package hours_test

import (
	"time"

	"arcline/server/wire"
)

// oracle answers the same questions by walking minute by minute and reading the
// raw hours anew for each minute. It knows nothing of days, pieces or zone bounds.
// A rule that is wrong on purpose is put in by changing one of its switches.
type oracle struct {
	h             wire.Hours
	zone          *time.Location
	blindHolidays bool           // the wrong rule: holidays are days like others
	fixed         *time.Location // the wrong rule: no daylight saving
}

func (o oracle) wall(t time.Time) time.Time {
	if o.fixed != nil {
		return t.In(o.fixed)
	}
	return t.In(o.zone)
}

func (o oracle) spans(t time.Time) []wire.Span {
	date := t.Format("2006-01-02")
	for _, h := range o.h.Holidays {
		if h.Day == date && !o.blindHolidays {
			return h.Open
		}
	}
	week := o.h.Week
	for _, s := range o.h.Seasons {
		if s.From <= date && date <= s.To {
			week = s.Week
			break
		}
	}
	for _, d := range week {
		if d.Day == map[time.Weekday]string{0: "sun", 1: "mon", 2: "tue", 3: "wed", 4: "thu", 5: "fri", 6: "sat"}[t.Weekday()] {
			return d.Open
		}
	}
	return nil
}

func (o oracle) open(t time.Time) bool {
	w := o.wall(t)
	clock := w.Format("15:04")
	for _, s := range o.spans(w) {
		if s.From <= clock && clock < s.To {
			return true
		}
	}
	return false
}

// far is when the oracle gives up: the property then says nothing about this case.
const far = 40 * 24 * 60

func (o oracle) opens(t time.Time) (time.Time, bool) {
	for range far {
		if o.open(t) {
			return t, true
		}
		t = t.Add(time.Minute)
	}
	return t, false
}

// runs is the first moment when d has run, where only what counts says yes.
func runs(t time.Time, d time.Duration, counts func(time.Time) bool) (time.Time, bool) {
	for range far {
		if d <= 0 {
			return t, true
		}
		if counts(t) {
			d -= time.Minute
		}
		t = t.Add(time.Minute)
	}
	return t, false
}

func (o oracle) add(t time.Time, d time.Duration) (time.Time, bool) { return runs(t, d, o.open) }

func (o oracle) between(a, b time.Time) (d time.Duration) {
	for t := a; t.Before(b); t = t.Add(time.Minute) {
		if o.open(t) {
			d += time.Minute
		}
	}
	return d
}

func (o oracle) due(start time.Time, days int, d time.Duration) (time.Time, bool) {
	if days == 0 {
		return o.add(start, d)
	}
	asked, ok := o.opens(start)
	if !ok {
		return start, false
	}
	clock, last := o.wall(asked).Format("15:04"), o.wall(asked).Format("2006-01-02")
	end := time.Time{}
	for t := asked; t.Before(asked.Add(far * time.Minute)); t = t.Add(time.Minute) {
		w := o.wall(t)
		date := w.Format("2006-01-02")
		if days == 0 && date > last && t.After(end.Add(26*time.Hour)) {
			return end, true
		}
		if !o.open(t) {
			continue
		}
		if days > 0 && date > last {
			days--
			last = date
		}
		if days > 0 || date != last {
			continue
		}
		if w.Format("15:04") >= clock {
			return t, true
		}
		end = t.Add(time.Minute)
	}
	return end, false
}

// duePaused starts at the due moment without pauses and lets run outside them what
// was promised, minute by minute from the question on.
func (o oracle) duePaused(start time.Time, days int, d time.Duration, pauses [][2]time.Time) (time.Time, bool) {
	due, ok := o.due(start, days, d)
	if !ok {
		return due, false
	}
	promised, ran := o.between(start, due), time.Duration(0)
	for t := start; t.Before(start.Add(far * time.Minute)); t = t.Add(time.Minute) {
		if ran >= promised && !t.Before(due) {
			return t, true
		}
		if o.open(t) && !paused(t, pauses) {
			ran += time.Minute
		}
	}
	return due, false
}

func paused(t time.Time, pauses [][2]time.Time) bool {
	for _, p := range pauses {
		if !t.Before(p[0]) && t.Before(p[1]) {
			return true
		}
	}
	return false
}
