package hours

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Promise is how soon something is done: a number of business days, or an amount
// of open time. The zero value promises nothing.
type Promise struct {
	Days int           // business days
	Time time.Duration // open time; zero where days count
}

// None reports whether nothing is promised.
func (p Promise) None() bool { return p == Promise{} }

// String is the promise as ParsePromise reads it.
func (p Promise) String() string {
	switch h, m := int(p.Time.Hours()), int(p.Time.Minutes())%60; {
	case p.Days > 0:
		return fmt.Sprintf("%dd", p.Days)
	case h > 0 && m > 0:
		return fmt.Sprintf("%dh%dm", h, m)
	case h > 0:
		return fmt.Sprintf("%dh", h)
	case m > 0:
		return fmt.Sprintf("%dm", m)
	}
	return ""
}

var promise = regexp.MustCompile(`^(?:([0-9]{1,3})d|(?:([0-9]{1,3})h)?(?:([0-9]{1,4})m)?)$`)

// ParsePromise reads 2d, 4h, 90m or 1h30m; nothing is no promise. Days and hours
// do not mix, because a day is as long as the line is open on it.
func ParsePromise(text string) (Promise, error) {
	if text == "" {
		return Promise{}, nil
	}
	found := promise.FindStringSubmatch(text)
	if found == nil {
		return Promise{}, fmt.Errorf("%q is no length of time; write business days such as 2d, or open time such as 4h, 90m or 1h30m", text)
	}
	n := func(i int) int { v, _ := strconv.Atoi(found[i]); return v } // the pattern lets nothing else through than digits or nothing
	p := Promise{Days: n(1), Time: time.Duration(n(2))*time.Hour + time.Duration(n(3))*time.Minute}
	if p.None() {
		return Promise{}, fmt.Errorf("%q is no time at all", text)
	}
	return p, nil
}

// Due is when a promise about a question that came at start has to be kept.
//
// Hours and minutes are open time from start on. For days the question counts as
// asked when the line is next open, and the promise is due that many business days
// later at the same time of day: at the day's end if that is after closing, and
// when the line opens next on that day if it is closed then. Without a promise it
// is start.
func (c *Calendar) Due(start time.Time, p Promise) time.Time {
	if p.Days == 0 {
		return c.Add(start, p.Time)
	}
	asked := c.Opens(start)
	day, wall := c.local(asked)
	end, counted := time.Time{}, 0
	for piece := range c.pieces(asked) {
		if counted == p.Days && piece.day > day+1 {
			break // past the date, even where a zone goes back over midnight
		}
		if counted < p.Days && piece.day > day {
			day = piece.day
			counted++
		}
		if counted < p.Days || piece.day != day {
			continue
		}
		if ahead := wall - piece.wall; ahead < piece.to.Sub(piece.from) {
			return piece.from.Add(max(ahead, 0))
		}
		end = piece.to
	}
	return end
}

// DuePaused is Due moved on by the open time of the pauses that lie before it: the
// first moment at which all that was promised has run outside the pauses. A pause
// is from its first time to its second; pauses may overlap and come in any order.
// One that has not ended yet ends now, for whoever asks.
func (c *Calendar) DuePaused(start time.Time, p Promise, pauses [][2]time.Time) time.Time {
	due := c.Due(start, p)
	pauses = slices.Clone(pauses)
	slices.SortFunc(pauses, func(a, b [2]time.Time) int {
		return cmp.Or(a[0].Compare(b[0]), a[1].Compare(b[1]))
	})
	counted := start // pauses up to here are counted
	for _, pause := range pauses {
		from, to := pause[0], pause[1]
		if from.Before(counted) {
			from = counted
		}
		if !from.Before(to) || !c.Opens(from).Before(due) {
			continue
		}
		due = c.Add(due, c.Between(from, to))
		counted = to
	}
	return due
}
