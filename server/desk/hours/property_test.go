package hours_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"arcline/server/desk/hours"
	"arcline/server/wire"
)

// zones with their odd days: an hour missing and twice, half an hour, a minute
// after midnight, and a whole date that never was.
var oddDays = []struct{ zone, day string }{
	{"America/Chicago", "2026-03-08"}, {"America/Chicago", "2026-11-01"}, {"America/Chicago", "2026-07-04"},
	{"Australia/Lord_Howe", "2026-04-05"}, {"Australia/Lord_Howe", "2026-10-04"},
	{"America/Goose_Bay", "2010-11-07"}, {"America/Goose_Bay", "2010-03-14"},
	{"Pacific/Apia", "2011-12-30"}, {"America/Sao_Paulo", "2018-11-04"}, {"UTC", "2026-05-25"},
}

type world struct {
	h   wire.Hours
	cal *hours.Calendar
	o   oracle
	day time.Time // the odd day, at 00:00 UTC
}

func draw(t *rapid.T) world {
	odd := rapid.SampledFrom(oddDays).Draw(t, "odd")
	day, err := time.Parse("2006-01-02", odd.day)
	if err != nil {
		t.Fatal(err)
	}
	w := world{h: wire.Hours{Zone: odd.zone, Week: drawWeek(t, "week")}, day: day}
	date := func(name string) string {
		return day.AddDate(0, 0, rapid.IntRange(-3, 6).Draw(t, name)).Format("2006-01-02")
	}
	for range rapid.IntRange(0, 2).Draw(t, "seasons") {
		from, to := date("from"), date("to")
		w.h.Seasons = append(w.h.Seasons, wire.Season{From: min(from, to), To: max(from, to), Week: drawWeek(t, "season")})
	}
	seen := map[string]bool{}
	for range rapid.IntRange(0, 3).Draw(t, "holidays") {
		if d := date("holiday"); !seen[d] {
			seen[d] = true
			w.h.Holidays = append(w.h.Holidays, wire.Holiday{Day: d, Open: drawSpans(t, "short day")})
		}
	}
	w.h.Week = append(w.h.Week, wire.DayOpen{Day: "wed", Open: []wire.Span{{From: "09:00", To: "17:00"}}}) // some day is open
	if w.cal, err = hours.New(w.h); err != nil {
		t.Fatal(err)
	}
	w.o = oracle{h: w.h, zone: w.cal.Zone()}
	return w
}

func drawWeek(t *rapid.T, name string) (out []wire.DayOpen) {
	for _, d := range []string{"mon", "tue", "thu", "fri", "sat", "sun"} {
		if spans := drawSpans(t, name+" "+d); len(spans) > 0 {
			out = append(out, wire.DayOpen{Day: d, Open: spans})
		}
	}
	return out
}

func drawSpans(t *rapid.T, name string) (out []wire.Span) {
	clock := func(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }
	at := 0
	for range rapid.IntRange(0, 3).Draw(t, name) {
		from := at + rapid.SampledFrom([]int{0, 1, 30, 60, 95, 240}).Draw(t, "gap")
		to := from + rapid.SampledFrom([]int{1, 29, 60, 125, 480}).Draw(t, "long")
		if to > 24*60 {
			to = 24 * 60
		}
		if from >= to {
			break
		}
		out, at = append(out, wire.Span{From: clock(from), To: clock(to)}), to
	}
	return out
}

func (w world) moment(t *rapid.T, name string) time.Time {
	return w.day.Add(time.Duration(rapid.IntRange(-3*24*60, 5*24*60).Draw(t, name)) * time.Minute)
}

func (w world) promise(t *rapid.T) hours.Promise {
	if rapid.Bool().Draw(t, "in days") {
		return hours.Promise{Days: rapid.IntRange(1, 3).Draw(t, "days")}
	}
	return hours.Promise{Time: time.Duration(rapid.IntRange(1, 20*60).Draw(t, "minutes")) * time.Minute}
}

// differs says what the calendar and the oracle do not agree on; empty: nothing.
func (w world) differs(t *rapid.T) string {
	a, b := w.moment(t, "a"), w.moment(t, "b")
	if w.cal.Open(a) != w.o.open(a) {
		return fmt.Sprintf("open at %v: %v", a.In(w.cal.Zone()), w.cal.Open(a))
	}
	if got, want := w.cal.Between(a, b), w.o.between(a, b); got != want {
		return fmt.Sprintf("between %v and %v: %v, want %v", a, b, got, want)
	}
	d := time.Duration(rapid.IntRange(0, 30*60).Draw(t, "d")) * time.Minute
	if want, ok := w.o.add(a, d); ok && !w.cal.Add(a, d).Equal(want) {
		return fmt.Sprintf("%v and %v: %v, want %v", a, d, w.cal.Add(a, d), want)
	}
	if want, ok := w.o.opens(a); ok && !w.cal.Opens(a).Equal(want) {
		return fmt.Sprintf("%v opens %v, want %v", a, w.cal.Opens(a), want)
	}
	p := w.promise(t)
	if want, ok := w.o.due(a, p.Days, p.Time); ok && !w.cal.Due(a, p).Equal(want) {
		return fmt.Sprintf("%v due after %v: %v, want %v", a, p, w.cal.Due(a, p).In(w.cal.Zone()), want.In(w.cal.Zone()))
	}
	var pauses [][2]time.Time
	for range rapid.IntRange(0, 3).Draw(t, "pauses") {
		from := w.moment(t, "pause")
		pauses = append(pauses, [2]time.Time{from, from.Add(time.Duration(rapid.IntRange(-5, 2000).Draw(t, "long")) * time.Minute)})
	}
	if want, ok := w.o.duePaused(a, p.Days, p.Time, pauses); ok && !w.cal.DuePaused(a, p, pauses).Equal(want) {
		return fmt.Sprintf("%v due after %v without %v: %v, want %v", a, p, pauses, w.cal.DuePaused(a, p, pauses), want)
	}
	return ""
}

func TestOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		if d := w.differs(t); d != "" {
			t.Fatal(d)
		}
	})
}

// A wrong rule is seen: on the days that it is wrong about, the oracle with it and
// the calendar do not agree.
func TestOracleControl(t *testing.T) {
	h := wire.Hours{Zone: "America/Chicago", Week: []wire.DayOpen{{Day: "sun", Open: []wire.Span{{From: "00:00", To: "08:00"}}}},
		Holidays: []wire.Holiday{{Day: "2026-11-08", Name: "Made-Up Day"}}}
	cal, err := hours.New(h)
	if err != nil {
		t.Fatal(err)
	}
	right := oracle{h: h, zone: cal.Zone()}
	blind, fixed := right, right
	blind.blindHolidays, fixed.fixed = true, time.FixedZone("", -5*3600)
	from, to := time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)
	if got, want := cal.Between(from, to), right.between(from, to); got != want || got != 9*time.Hour {
		t.Errorf("the night of nine hours has %v, the oracle says %v", got, want)
	}
	if blind.between(from, to) == cal.Between(from, to) {
		t.Error("nobody saw a rule that does not know holidays")
	}
	if fixed.between(from, to) == cal.Between(from, to) {
		t.Error("nobody saw a rule that does not know daylight saving")
	}
}

// The laws hold to the nanosecond, far from whole minutes.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		a := w.moment(t, "a").Add(time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "ns")))
		d := time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(t, "d"))
		more := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "more"))
		end := w.cal.Add(a, d)
		if got := w.cal.Between(a, end); got != d {
			t.Fatalf("%v of open time to the moment when %v have passed", got, d)
		}
		if w.cal.Add(a, d+more).Before(end) || w.cal.Add(a.Add(more), d).Before(end) {
			t.Fatal("later or longer is earlier")
		}
		if !w.cal.Add(end, more).Equal(w.cal.Add(a, d+more)) {
			t.Fatal("two parts are not the whole")
		}
		p := w.promise(t)
		due := w.cal.Due(a, p)
		if !w.cal.Open(due) && !w.cal.Open(due.Add(-1)) {
			t.Fatalf("%v after %v is due at %v, when the line is closed", p, a, due)
		}
		pause := w.moment(t, "pause")
		paused := w.cal.DuePaused(a, p, [][2]time.Time{{pause, pause.Add(d)}})
		if paused.Before(due) {
			t.Fatal("a pause made it earlier")
		}
		if again := w.cal.DuePaused(a, p, [][2]time.Time{{pause, pause.Add(d)}, {pause, pause.Add(d / 2)}}); !again.Equal(paused) {
			t.Fatal("a pause counted twice")
		}
		if !w.cal.DuePaused(a, p, nil).Equal(due) {
			t.Fatal("no pause moved it")
		}
	})
}

// A change is a change: just before it the line is otherwise, and nothing between
// changes.
func TestNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		a := w.moment(t, "a")
		at, opens := w.cal.Next(a)
		if at.IsZero() {
			t.Fatal("a line that closes on some days never changes")
		}
		if !at.After(a) || w.cal.Open(at) != opens || w.cal.Open(at.Add(-1)) == opens || w.cal.Open(a) == opens {
			t.Fatalf("after %v it changes at %v, opens: %v", a, at, opens)
		}
		if between := w.cal.Between(a, at); opens && between != 0 || !opens && between != at.Sub(a) {
			t.Fatalf("it changes between %v and %v", a, at)
		}
	})
}
