package hours_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"arcline/server/desk/hours"
	"arcline/server/wire"
)

func days(names string, spans ...wire.Span) (out []wire.DayOpen) {
	for d := range strings.FieldsSeq(names) {
		out = append(out, wire.DayOpen{Day: d, Open: spans})
	}
	return out
}

// exchange works 8:00 to 16:30 on weekdays, and longer in open enrollment.
func exchange() wire.Hours {
	return wire.Hours{
		Zone: "America/Chicago",
		Week: days("mon tue wed thu fri", wire.Span{From: "08:00", To: "16:30"}),
		Seasons: []wire.Season{{Name: "open enrollment", From: "2026-11-01", To: "2027-01-15",
			Week: append(days("mon tue wed thu fri", wire.Span{From: "08:00", To: "18:00"}), days("sat", wire.Span{From: "09:00", To: "13:00"})...)}},
		Holidays: []wire.Holiday{
			{Day: "2026-07-03", Name: "Independence Day"}, {Day: "2026-11-26", Name: "Thanksgiving Day"},
			{Day: "2026-12-24", Name: "a short day", Open: []wire.Span{{From: "08:00", To: "12:00"}}}, {Day: "2026-12-25", Name: "Christmas Day"},
		},
	}
}

func calendar(t *testing.T, h wire.Hours) *hours.Calendar {
	t.Helper()
	c, err := hours.New(h)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t *testing.T, c *hours.Calendar, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, c.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func promised(t *testing.T, s string) hours.Promise {
	t.Helper()
	p, err := hours.ParsePromise(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDue(t *testing.T) {
	lunch := exchange()
	lunch.Week = days("mon tue wed thu fri", wire.Span{From: "08:00", To: "12:00"}, wire.Span{From: "13:00", To: "16:30"})
	lunch.Week[1].Open = []wire.Span{{From: "08:00", To: "16:30"}} // on Tuesdays somebody stays
	for name, c := range map[string]struct {
		h                   wire.Hours
		start, promise, due string
	}{
		"a question at ten is due at ten the next day":       {exchange(), "2026-06-02 10:00", "1d", "2026-06-03 10:00"},
		"on a Friday it is due on Monday":                    {exchange(), "2026-06-05 10:00", "1d", "2026-06-08 10:00"},
		"in the evening it counts from the morning":          {exchange(), "2026-06-02 20:00", "1d", "2026-06-04 08:00"},
		"on a Saturday it counts from Monday":                {exchange(), "2026-06-06 10:00", "2d", "2026-06-10 08:00"},
		"over a holiday and a weekend":                       {exchange(), "2026-07-02 15:00", "1d", "2026-07-06 15:00"},
		"two days over Thanksgiving, with a Saturday":        {exchange(), "2026-11-25 11:00", "2d", "2026-11-28 11:00"},
		"in the season's evening, due on a shorter day":      {exchange(), "2026-11-27 17:30", "1d", "2026-11-28 13:00"},
		"in the morning, due before the Saturday opens":      {exchange(), "2026-11-27 08:15", "1d", "2026-11-28 09:00"},
		"due at the end of a short day before a holiday":     {exchange(), "2026-12-23 15:00", "1d", "2026-12-24 12:00"},
		"the season's last evening is due in normal hours":   {exchange(), "2027-01-15 17:00", "1d", "2027-01-18 16:30"},
		"due in the gap: when the day goes on":               {lunch, "2026-06-02 12:30", "1d", "2026-06-03 13:00"},
		"hours go over the night":                            {exchange(), "2026-06-02 15:00", "4h", "2026-06-03 10:30"},
		"minutes that run out at closing are due at closing": {exchange(), "2026-06-02 15:00", "90m", "2026-06-02 16:30"},
		"hours of a question in the evening":                 {exchange(), "2026-06-02 20:00", "1h30m", "2026-06-03 09:30"},
		"no promise":                                         {exchange(), "2026-06-02 20:00", "", "2026-06-02 20:00"},
	} {
		t.Run(name, func(t *testing.T) {
			cal := calendar(t, c.h)
			if got := cal.Due(at(t, cal, c.start), promised(t, c.promise)).In(cal.Zone()).Format("2006-01-02 15:04"); got != c.due {
				t.Errorf("due at %s, want %s", got, c.due)
			}
		})
	}
}

func TestDuePaused(t *testing.T) {
	cal := calendar(t, exchange())
	pause := func(from, to string) [2]time.Time { return [2]time.Time{at(t, cal, from), at(t, cal, to)} }
	for name, c := range map[string]struct {
		promise string
		pauses  [][2]time.Time
		due     string
	}{
		"none":                                     {"1d", nil, "2026-06-03 10:00"},
		"an hour of the day":                       {"1d", [][2]time.Time{pause("2026-06-02 12:00", "2026-06-02 13:00")}, "2026-06-03 11:00"},
		"a night costs nothing":                    {"1d", [][2]time.Time{pause("2026-06-02 16:30", "2026-06-03 08:00")}, "2026-06-03 10:00"},
		"after it was due":                         {"1d", [][2]time.Time{pause("2026-06-03 10:00", "2026-06-03 12:00")}, "2026-06-03 10:00"},
		"over the moment it was due":               {"1d", [][2]time.Time{pause("2026-06-03 09:00", "2026-06-03 12:00")}, "2026-06-03 13:00"},
		"a second pause that the first one let in": {"4h", [][2]time.Time{pause("2026-06-02 14:30", "2026-06-02 15:30"), pause("2026-06-02 13:00", "2026-06-02 14:00")}, "2026-06-02 16:00"},
		"two at the same time count once":          {"4h", [][2]time.Time{pause("2026-06-02 11:00", "2026-06-02 12:00"), pause("2026-06-02 11:30", "2026-06-02 12:30")}, "2026-06-02 15:30"},
	} {
		t.Run(name, func(t *testing.T) {
			got := cal.DuePaused(at(t, cal, "2026-06-02 10:00"), promised(t, c.promise), c.pauses).In(cal.Zone()).Format("2006-01-02 15:04")
			if got != c.due {
				t.Errorf("due at %s, want %s", got, c.due)
			}
		})
	}
}

// Asked before opening, it is due at opening: a pause of the night takes nothing from it.
func TestDuePausedNight(t *testing.T) {
	cal := calendar(t, exchange())
	night := [2]time.Time{at(t, cal, "2026-06-02 20:00"), at(t, cal, "2026-06-03 09:00")}
	got := cal.DuePaused(at(t, cal, "2026-06-02 07:00"), promised(t, "1d"), [][2]time.Time{night})
	if !got.Equal(at(t, cal, "2026-06-03 08:00")) {
		t.Errorf("due at %v: everything had run before the pause", got)
	}
}

// In Goose Bay Sunday was a minute old when it was Saturday again.
func TestDueDateTwice(t *testing.T) {
	h := wire.Hours{Zone: "America/Goose_Bay", Week: append(append(days("fri", wire.Span{From: "22:00", To: "24:00"}),
		days("sat", wire.Span{From: "22:00", To: "23:30"})...), days("sun", wire.Span{From: "00:00", To: "12:00"})...)}
	cal := calendar(t, h)
	got := cal.Due(at(t, cal, "2010-11-05 23:45"), promised(t, "1d"))
	if want := time.Date(2010, 11, 7, 3, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("due at %v, want %v: the end of Saturday's second evening", got, want)
	}
}

// The night shift of the two odd nights: eight hours by the wall are seven and nine.
func TestDaylightSaving(t *testing.T) {
	cal := calendar(t, wire.Hours{Zone: "America/Chicago", Week: days("sun mon", wire.Span{From: "00:00", To: "08:00"}, wire.Span{From: "20:00", To: "24:00"})})
	for day, want := range map[string]time.Duration{"2026-03-01": 12 * time.Hour, "2026-03-08": 11 * time.Hour, "2026-11-01": 13 * time.Hour} {
		from := at(t, cal, day+" 00:00")
		if got := cal.Between(from, from.AddDate(0, 0, 1)); got != want {
			t.Errorf("%s has %v of open time, want %v", day, got, want)
		}
	}
	if got, opens := cal.Next(at(t, cal, "2026-03-08 21:00")); opens || !got.Equal(at(t, cal, "2026-03-09 08:00")) {
		t.Errorf("24:00 is the next midnight, and the line is open over it: %v, %v", got, opens)
	}
	if got := cal.Add(at(t, cal, "2026-03-08 01:30"), time.Hour); !got.Equal(at(t, cal, "2026-03-08 03:30")) {
		t.Errorf("an hour over the missing one ends at %v", got)
	}
	if got := cal.Days(at(t, cal, "2026-03-01 09:00"), at(t, cal, "2026-03-08 00:00")); got != 2 {
		t.Errorf("%d business days, want the rest of Sunday and Monday", got)
	}
}

func TestAlwaysOpen(t *testing.T) {
	cal := calendar(t, wire.Hours{Zone: "America/Chicago", Week: days("sun mon tue wed thu fri sat", wire.Span{From: "00:00", To: "24:00"}),
		Holidays: []wire.Holiday{{Day: "2027-12-25", Name: "Christmas Day"}}})
	if got, opens := cal.Next(at(t, cal, "2026-06-01 12:00")); opens || !got.Equal(at(t, cal, "2027-12-25 00:00")) {
		t.Errorf("the only closed day begins at %v", got)
	}
	if got, _ := cal.Next(at(t, cal, "2028-01-01 12:00")); !got.IsZero() {
		t.Errorf("a line that never closes closes at %v", got)
	}
}

func TestNewRefuses(t *testing.T) {
	monday := days("mon", wire.Span{From: "08:00", To: "16:00"})
	for name, c := range map[string]struct {
		h    wire.Hours
		says string
	}{
		"no zone":         {wire.Hours{Week: monday}, `zone: ""`},
		"machine's zone":  {wire.Hours{Zone: "Local", Week: monday}, `zone: "Local"`},
		"unknown zone":    {wire.Hours{Zone: "America/Nowhere", Week: monday}, "America/Nowhere"},
		"never open":      {wire.Hours{Zone: "UTC", Week: days("mon")}, "no day is open"},
		"unknown day":     {wire.Hours{Zone: "UTC", Week: append(days("Monday"), monday...)}, `"Monday" is no day`},
		"day twice":       {wire.Hours{Zone: "UTC", Week: append(days("mon"), monday...)}, "mon stands twice"},
		"overlap":         {wire.Hours{Zone: "UTC", Week: days("tue", wire.Span{From: "12:00", To: "16:00"}, wire.Span{From: "08:00", To: "12:30"})}, "week: tue: two spans overlap at 12:00"},
		"reversed":        {wire.Hours{Zone: "UTC", Week: days("tue", wire.Span{From: "16:00", To: "08:00"})}, "16:00 to 08:00 ends before it starts"},
		"empty span":      {wire.Hours{Zone: "UTC", Week: days("tue", wire.Span{From: "08:00", To: "08:00"})}, "ends before it starts"},
		"no time":         {wire.Hours{Zone: "UTC", Week: days("tue", wire.Span{From: "8:00", To: "16:00"})}, `"8:00" is not a time`},
		"too late":        {wire.Hours{Zone: "UTC", Week: days("tue", wire.Span{From: "08:00", To: "24:30"})}, `"24:30" is not a time`},
		"bad holiday":     {wire.Hours{Zone: "UTC", Week: monday, Holidays: []wire.Holiday{{Day: "2026-02-30", Name: "Leap"}}}, `holiday 1 (Leap): "2026-02-30" is not a date`},
		"holiday twice":   {wire.Hours{Zone: "UTC", Week: monday, Holidays: []wire.Holiday{{Day: "2026-02-03"}, {Day: "2026-02-03"}}}, "stands twice"},
		"season backward": {wire.Hours{Zone: "UTC", Week: monday, Seasons: []wire.Season{{Name: "rush", From: "2026-02-03", To: "2026-02-02", Week: monday}}}, "season 1 (rush): it ends on 2026-02-02, before it starts on 2026-02-03"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := hours.New(c.h); !errors.Is(err, hours.ErrHours) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v does not say %q", err, c.says)
			}
		})
	}
	_, err := hours.New(wire.Hours{Week: days("Monday"), Holidays: []wire.Holiday{{Day: "soon"}}})
	for _, says := range []string{"zone", "Monday", "soon"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v leaves out %q: all that is wrong is said at once", err, says)
		}
	}
}

func TestParsePromise(t *testing.T) {
	for text, want := range map[string]hours.Promise{
		"": {}, "2d": {Days: 2}, "4h": {Time: 4 * time.Hour}, "90m": {Time: 90 * time.Minute}, "1h30m": {Time: 90 * time.Minute},
	} {
		got, err := hours.ParsePromise(text)
		if err != nil || got != want || got.None() != (text == "") {
			t.Errorf("%q is %v, %v", text, got, err)
		}
		if again, err := hours.ParsePromise(got.String()); err != nil || again != got {
			t.Errorf("%q reads back as %v, %v", got, again, err)
		}
	}
	for _, text := range []string{"0d", "0h0m", "2", "d", "1d4h", "30m1h", "-1d", "+4h", "1.5h", "4 h", "4H", "90s", " 2d", "2d\n", "9999d"} {
		if got, err := hours.ParsePromise(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func BenchmarkBetweenYear(b *testing.B) {
	cal, err := hours.New(exchange())
	if err != nil {
		b.Fatal(err)
	}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, cal.Zone())
	for b.Loop() {
		cal.Between(from, from.AddDate(1, 0, 0))
	}
}
