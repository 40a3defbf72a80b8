// Package hours is business time: when a line works, and how long something takes
// when only those hours count.
//
// A calendar is a rule about the clock on the wall: a moment is open when the
// local time of that moment lies in a span of its local date. Everything else
// follows from this one sentence. A span over the hour that is missing in spring
// is shorter, one over the hour that comes twice in autumn is longer, and nobody
// has to decide what 02:30 means on a day that has none.
//
// Nothing here looks at a clock, and nothing steps by the minute: a calendar walks
// a day at a time through stretches in which the zone keeps its distance to UTC.
package hours

import (
	"iter"
	"time"
	_ "time/tzdata" // the line's zone must be known on any machine
)

// Calendar answers for one line's hours. It does not change and may be shared.
type Calendar struct {
	zone     *time.Location
	week     week
	seasons  []season
	holidays map[int][]span // by day
	settled  int            // the day after the last one that has a rule of its own
}

// span is a stretch of a day by the clock on the wall, in nanoseconds from 00:00.
type span struct{ from, to time.Duration }

// week has the spans of each time.Weekday, in order, without overlap.
type week [7][]span

type season struct {
	from, to int // days, both within
	week     week
}

// piece is a stretch of open time that lies in one local date.
type piece struct {
	from, to time.Time
	day      int
	wall     time.Duration // what the clock on the wall says at from, since 00:00
}

// Zone is where the clock on the line's wall hangs.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Open reports whether the line works at t. At the end of a span it does not.
func (c *Calendar) Open(t time.Time) bool {
	day, wall := c.local(t)
	for _, s := range c.spans(day) {
		if wall >= s.from && wall < s.to {
			return true
		}
	}
	return false
}

// Next is when the line opens or closes next after t, and whether it opens then. A
// line that is always open has no next change: the time is zero.
func (c *Calendar) Next(t time.Time) (at time.Time, opens bool) {
	if !c.Open(t) {
		return c.Opens(t), true
	}
	day, _ := c.local(t)
	at = t
	for p := range c.pieces(t) {
		if p.from.After(at) {
			return at, false
		}
		if p.day > max(day, c.settled)+unbroken {
			break
		}
		at = p.to
	}
	return time.Time{}, false
}

// unbroken days of open time, after the last day with a rule of its own, mean that
// every week to come is unbroken. It is two weeks, because the only closed hour of
// a week can be the one that is missing in spring.
const unbroken = 15

// Opens is t itself when the line works then, else when it opens next.
func (c *Calendar) Opens(t time.Time) time.Time {
	for p := range c.pieces(t) {
		return p.from
	}
	return t
}

// Add is the first moment when d of open time has passed since t. For no time or
// less than none it is t.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t
	}
	for p := range c.pieces(t) {
		if has := p.to.Sub(p.from); has < d {
			d -= has
			continue
		}
		return p.from.Add(d)
	}
	return t
}

// Between is the open time from a to b; none when b is not after a.
func (c *Calendar) Between(a, b time.Time) (d time.Duration) {
	for p := range c.pieces(a) {
		if !p.from.Before(b) {
			break
		}
		if p.to.After(b) {
			return d + b.Sub(p.from)
		}
		d += p.to.Sub(p.from)
	}
	return d
}

// Days counts the business days from a to b: local dates with open time that is
// neither before a nor after b.
func (c *Calendar) Days(a, b time.Time) (n int) {
	last := 0
	for p := range c.pieces(a) {
		if !p.from.Before(b) {
			break
		}
		if n == 0 || p.day > last {
			n++
			last = p.day
		}
	}
	return n
}

// pieces yields the open time from t on, in order, for ever.
func (c *Calendar) pieces(t time.Time) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		for at := t; ; {
			_, end := at.In(c.zone).ZoneBounds()
			if !c.steady(at, end, yield) {
				return
			}
			at = end
		}
	}
}

// steady yields the open time from at to end, between which the zone keeps its
// distance to UTC; a zero end is never. It returns false when that is enough.
func (c *Calendar) steady(at, end time.Time, yield func(piece) bool) bool {
	day, wall := c.local(at)
	midnight := at.Add(-wall)
	for ; end.IsZero() || midnight.Before(end); day, midnight = day+1, midnight.Add(24*time.Hour) {
		for _, s := range c.spans(day) {
			p := piece{from: midnight.Add(s.from), to: midnight.Add(s.to), day: day, wall: s.from}
			if p.from.Before(at) {
				p.from, p.wall = at, at.Sub(midnight)
			}
			if !end.IsZero() && p.to.After(end) {
				p.to = end
			}
			if p.from.Before(p.to) && !yield(p) {
				return false
			}
		}
	}
	return true
}

// local is the local date of t, as days since 1970, and what the clock on the wall
// says, since 00:00.
func (c *Calendar) local(t time.Time) (day int, wall time.Duration) {
	t = t.In(c.zone)
	h, m, s := t.Clock()
	wall = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
	return dayOf(t.Date()), wall
}

const daySeconds = 24 * 3600

func dayOf(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// spans are the hours of a local date: a holiday's, else the first season's that
// has the day, else the week's.
func (c *Calendar) spans(day int) []span {
	if h, ok := c.holidays[day]; ok {
		return h
	}
	weekday := ((day+int(time.Thursday))%7 + 7) % 7 // day 0 was a Thursday
	for _, s := range c.seasons {
		if day >= s.from && day <= s.to {
			return s.week[weekday]
		}
	}
	return c.week[weekday]
}
