package hours

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"arcline/server/wire"
)

// ErrHours is returned for hours that do not make a calendar. The message says
// what is wrong and where, for whoever writes the file; it is all that is wrong,
// not the first of it.
var ErrHours = errors.New("the hours are not right")

// New makes a calendar of a line's hours.
func New(h wire.Hours) (*Calendar, error) {
	c := &Calendar{holidays: map[int][]span{}}
	var wrong []error
	note := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	var err error
	c.zone, err = zone(h.Zone)
	note(err)
	c.week, err = readWeek(h.Week)
	note(within("week", err))
	if err == nil && !slices.ContainsFunc(c.week[:], func(s []span) bool { return len(s) > 0 }) {
		note(errors.New("week: no day is open, so nobody would ever answer"))
	}
	for i, s := range h.Seasons {
		where := fmt.Sprintf("season %d (%s)", i+1, s.Name)
		out, err := readSeason(s)
		note(within(where, err))
		c.seasons = append(c.seasons, out)
		c.settled = max(c.settled, out.to+1)
	}
	for i, d := range h.Holidays {
		note(within(fmt.Sprintf("holiday %d (%s)", i+1, d.Name), c.holiday(d)))
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%w: %w", ErrHours, errors.Join(wrong...))
	}
	return c, nil
}

// within puts the place before what is wrong there.
func within(where string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", where, err)
}

// zone knows no machine's own zone: the same file must mean the same everywhere.
func zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("zone: %q is no time zone; write one such as America/Chicago", name)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone: %q is no time zone; write one such as America/Chicago: %w", name, err)
	}
	return z, nil
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // as time.Weekday counts

func readWeek(days []wire.DayOpen) (w week, err error) {
	seen := map[string]bool{}
	var wrong []error
	for _, d := range days {
		i := slices.Index(weekdays, d.Day)
		if i < 0 {
			wrong = append(wrong, fmt.Errorf("%q is no day; the days are mon, tue, wed, thu, fri, sat, sun", d.Day))
			continue
		}
		if seen[d.Day] {
			wrong = append(wrong, fmt.Errorf("%s stands twice", d.Day))
			continue
		}
		seen[d.Day] = true
		if w[i], err = readSpans(d.Open); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", d.Day, err))
		}
	}
	return w, errors.Join(wrong...)
}

func readSeason(s wire.Season) (season, error) {
	from, errFrom := readDay(s.From)
	to, errTo := readDay(s.To)
	w, errWeek := readWeek(s.Week)
	if errFrom == nil && errTo == nil && to < from {
		errTo = fmt.Errorf("it ends on %s, before it starts on %s", s.To, s.From)
	}
	return season{from, to, w}, errors.Join(errFrom, errTo, errWeek)
}

func (c *Calendar) holiday(h wire.Holiday) error {
	day, err := readDay(h.Day)
	if err != nil {
		return err
	}
	if _, twice := c.holidays[day]; twice {
		return fmt.Errorf("%s stands twice", h.Day)
	}
	c.holidays[day], err = readSpans(h.Open)
	c.settled = max(c.settled, day+1)
	return err
}

func readDay(s string) (int, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date like 2026-11-01", s)
	}
	return dayOf(t.Date()), nil
}

// readSpans puts a day's spans in order and joins those that touch.
func readSpans(spans []wire.Span) (out []span, err error) {
	for _, s := range spans {
		from, errFrom := readClock(s.From)
		to, errTo := readClock(s.To)
		if err := errors.Join(errFrom, errTo); err != nil {
			return nil, err
		}
		if to <= from {
			return nil, fmt.Errorf("%s to %s ends before it starts", s.From, s.To)
		}
		out = append(out, span{from, to})
	}
	slices.SortFunc(out, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	joined := out[:0]
	for _, s := range out {
		last := len(joined) - 1
		switch {
		case last >= 0 && s.from < joined[last].to:
			return nil, fmt.Errorf("two spans overlap at %02d:%02d", int(s.from.Hours()), int(s.from.Minutes())%60)
		case last >= 0 && s.from == joined[last].to:
			joined[last].to = s.to
		default:
			joined = append(joined, s)
		}
	}
	return joined, nil
}

// readClock reads 08:00; 24:00 is the end of the day.
func readClock(s string) (time.Duration, error) {
	if s == "24:00" {
		return 24 * time.Hour, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%q is not a time like 08:00", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
