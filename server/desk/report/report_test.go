package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"arcline/server/desk/report"
	"arcline/server/desk/rules"
	"arcline/server/wire"
	"arcline/store"
)

const desk = `{"desks": [{
  "line": "arc",
  "hours": {"zone": "America/Chicago",
    "week": [{"day": "mon", "open": [{"from": "08:00", "to": "16:00"}]}, {"day": "tue", "open": [{"from": "08:00", "to": "16:00"}]},
      {"day": "wed", "open": [{"from": "08:00", "to": "16:00"}]}, {"day": "thu", "open": [{"from": "08:00", "to": "16:00"}]},
      {"day": "fri", "open": [{"from": "08:00", "to": "16:00"}]}],
    "holidays": [{"day": "2026-06-19", "name": "Juneteenth"}]},
  "promise": {"first": "1d", "next": "4h", "close": "2d"}, "at_risk": "2h",
  "topics": [{"id": "plain", "title": "Plain", "identifiers": 0},
    {"id": "life", "title": "Life", "identifiers": 0, "countdown": true},
    {"id": "quick", "title": "Quick", "identifiers": 0, "promise": {"first": "1h"}},
    {"id": "slow", "title": "Slow", "identifiers": 0, "promise": {"close": "3d"}},
    {"id": "free", "title": "Free", "identifiers": 0, "promise": {}}],
  "season": "2026-06-15"}]}`

func line(t rapid.TB) *rules.Line {
	t.Helper()
	set, err := rules.Parse([]byte(desk))
	if err != nil {
		t.Fatal(err)
	}
	l, _ := set.Desk("arc")
	return l
}

// at reads 02 10:00 as a moment of June 2026, in Chicago. The first is a Monday.
func at(t rapid.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	v, err := time.ParseInLocation("2006-01 02 15:04", "2026-06 "+s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func person(name string) (id store.ID) {
	if name != "-" {
		copy(id[:], name)
	}
	return id
}

// thread makes a row of lines such as "02 10:00 handed sam eva": the moment, what,
// by whom, and to whom, which number or which word.
func thread(t rapid.TB, topic, script string) store.Work {
	t.Helper()
	w := store.Work{Thread: person("t" + topic), Opener: person("ann"), Topic: topic, Consumers: 1}
	for l := range strings.Lines(script) {
		f := append(strings.Fields(l), "")
		if len(f) < 5 {
			continue
		}
		e := store.WorkEvent{At: at(t, f[0]+" "+f[1]).UnixMilli(), What: f[2], By: person(f[3])}
		if n, err := strconv.Atoi(f[4]); err == nil {
			e.N = int64(n)
		} else if e.What == store.WorkHanded || e.What == store.WorkOffered {
			e.To = person(f[4])
		} else {
			e.Code = f[4]
		}
		w.Events = append(w.Events, e)
	}
	w.Opened = w.Events[0].At
	return w
}

// simple is asked on Tuesday at ten, taken at noon and answered at one.
const simple = `02 10:00 opened ann
	02 10:00 asked ann
	02 12:00 taken sam
	02 13:00 answered sam 4
	`

func TestClock(t *testing.T) {
	for name, c := range map[string]struct {
		topic, script, now string
		kind               wire.ClockKind
		due, risk          string
		paused             bool
	}{
		"first, until an answer":                  {"plain", "02 10:00 opened ann", "02 11:00", wire.ClockFirst, "03 10:00", "03 08:00", false},
		"taken is not answered":                   {"plain", "02 10:00 opened ann\n02 11:00 taken sam", "02 12:00", wire.ClockFirst, "03 10:00", "03 08:00", false},
		"first of a topic":                        {"quick", "02 10:00 opened ann", "02 10:01", wire.ClockFirst, "02 11:00", "02 10:00", false},
		"in the evening, at risk in the morning":  {"plain", "02 20:00 opened ann", "02 20:00", wire.ClockFirst, "04 08:00", "03 14:00", false},
		"no promise of a first answer":            {"slow", "02 10:00 opened ann", "02 11:00", wire.ClockClose, "05 10:00", "05 08:00", false},
		"close, paused since the answer":          {"plain", simple, "02 15:00", wire.ClockClose, "04 12:00", "04 10:00", true},
		"next, from the later message":            {"plain", simple + "02 14:00 asked ann", "02 15:00", wire.ClockNext, "03 10:00", "03 08:00", false},
		"asked again while it waits":              {"plain", simple + "02 14:00 asked ann\n02 15:00 asked ann", "02 15:30", wire.ClockNext, "03 10:00", "03 08:00", false},
		"close again, without the pauses":         {"slow", simple + "02 14:00 asked ann", "02 15:00", wire.ClockClose, "05 11:00", "05 09:00", false},
		"it waits for the assister all the same":  {"plain", simple + "02 14:00 asked ann\n02 14:30 waits sam assister", "02 15:00", wire.ClockClose, "04 11:30", "04 09:30", true},
		"it waits for another office":             {"plain", simple + "02 14:00 asked ann\n02 14:30 waits sam office", "02 15:00", wire.ClockNext, "03 10:00", "03 08:00", false},
		"a message ends a wait":                   {"plain", simple + "02 14:00 waits sam assister\n03 09:00 asked ann", "03 10:00", wire.ClockNext, "03 13:00", "03 11:00", false},
		"a call that reached them is an answer":   {"plain", "02 10:00 opened ann\n02 11:00 taken sam\n02 12:00 call-ended sam reached\n", "02 13:00", wire.ClockClose, "04 11:00", "04 09:00", true},
		"a missed call is none":                   {"plain", "02 10:00 opened ann\n02 11:00 taken sam\n02 12:00 call-ended sam missed\n", "02 13:00", wire.ClockFirst, "03 10:00", "03 08:00", false},
		"reopened without an answer: first again": {"plain", "02 10:00 opened ann\n02 11:00 taken sam\n02 12:00 closed sam 3\n08 09:00 reopened ann", "08 10:00", wire.ClockFirst, "09 09:00", "08 15:00", false},
		"reopened: next":                          {"plain", simple + "02 14:00 closed sam 1\n08 09:00 reopened ann\n08 09:00 asked ann", "08 10:00", wire.ClockNext, "08 13:00", "08 11:00", false},
		"reopened and answered: close, anew":      {"plain", simple + "02 14:00 closed sam 1\n08 09:00 reopened ann\n08 10:00 answered sam", "08 12:00", wire.ClockClose, "10 11:00", "10 09:00", true},
		"staff began, they asked":                 {"plain", "02 10:00 opened sam\n02 10:00 taken sam\n02 10:00 answered sam\n02 12:00 asked ann", "02 13:00", wire.ClockNext, "02 16:00", "02 14:00", false},
		"staff only began, they asked":            {"plain", "02 10:00 opened sam\n02 10:00 taken sam\n02 12:00 asked ann", "02 13:00", wire.ClockNext, "02 16:00", "02 14:00", false},
		"moved, with the same clock":              {"plain", "02 10:00 opened ann\n02 11:00 taken sam\n02 12:00 moved sam", "02 13:00", wire.ClockFirst, "03 10:00", "03 08:00", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := report.Clock(thread(t, c.topic, c.script), line(t), at(t, c.now))
			want := wire.Clock{Kind: c.kind, Due: at(t, c.due).UnixMilli(), Risk: at(t, c.risk).UnixMilli(), Paused: c.paused, Rule: got.Rule}
			if !ok || got != want {
				t.Errorf("%+v, %v, want %+v; due %v, at risk %v", got, ok, want, time.UnixMilli(got.Due), time.UnixMilli(got.Risk))
			}
			p := line(t).Promises(c.topic)
			if rule := map[wire.ClockKind]string{wire.ClockFirst: p.First.String(), wire.ClockNext: p.Next.String(), wire.ClockClose: p.Close.String()}[c.kind]; got.Rule != rule {
				t.Errorf("the rule is %s, want %s", got.Rule, rule)
			}
		})
	}
	merged := thread(t, "plain", "02 10:00 opened ann")
	merged.Linked = []store.LinkedWork{{Kind: "merged"}}
	older := thread(t, "plain", "02 10:00 opened ann")
	older.Closed = true // before there were events
	for name, w := range map[string]store.Work{
		"closed without an event": older,
		"closed":                  thread(t, "plain", simple+"02 14:00 closed sam 1"), "merged": merged, "nothing is promised": thread(t, "free", "02 10:00 opened ann"),
		"nobody asked": thread(t, "plain", "02 10:00 opened sam\n02 10:00 taken sam\n02 10:00 answered sam"),
	} {
		if got, ok := report.Clock(w, line(t), at(t, "02 15:00")); ok {
			t.Errorf("%s: %+v runs", name, got)
		}
	}
}

func TestWaiting(t *testing.T) {
	for script, since := range map[string]string{
		"02 10:00 opened ann\n02 11:00 asked ann": "02 10:00", simple: "", simple + "02 14:00 asked ann": "02 14:00",
		"02 10:00 opened sam\n02 10:00 taken sam": "", "02 10:00 opened ann\n02 11:00 taken sam\n02 12:00 call-ended sam reached": "",
		"02 10:00 opened sam\n02 10:00 taken sam\n02 11:00 asked ann": "02 11:00",
		simple + "02 14:00 closed sam 1":                              "", simple + "02 14:00 closed sam 1\n03 10:00 reopened ann": "03 10:00",
	} {
		got, waiting := report.Waiting(thread(t, "plain", script), at(t, "04 10:00"))
		if waiting != (since != "") || waiting && got != at(t, since).UnixMilli() {
			t.Errorf("%s\nwaits since %v, %v", script, time.UnixMilli(got), waiting)
		}
	}
}

// week is a report about the first week of June.
func week(t *testing.T, rows ...store.Work) report.Ask {
	return report.Ask{Line: line(t), Rows: rows, From: at(t, "01 00:00"), To: at(t, "08 00:00"), Now: at(t, "12 12:00"), Short: 5 * time.Minute}
}

func made(t *testing.T, q report.Ask) report.Report {
	t.Helper()
	r, err := report.Make(q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const hour = int64(time.Hour / time.Millisecond)

func TestNumbers(t *testing.T) {
	kept := thread(t, "plain", simple+"02 15:00 closed sam 1")
	late := thread(t, "quick", "01 14:00 opened ann\n02 09:00 taken eva\n02 10:00 answered eva\n02 10:00 closed eva 1\n03 10:00 reopened ann\n03 12:00 answered eva\n03 12:00 closed eva 2")
	free := thread(t, "free", "03 09:00 opened ann\n03 09:00 taken sam\n03 15:00 answered sam")
	rows := []store.Work{
		kept, late, free,
		thread(t, "plain", "03 10:00 opened ann\n03 10:10 taken sam\n03 11:00 closed ann 0"),                                                             // abandoned
		thread(t, "plain", "03 10:00 opened ann\n03 10:01 taken sam\n03 10:04 closed ann 0"),                                                             // right after
		thread(t, "plain", "03 10:00 opened ann\n03 10:30 taken sam\n03 11:00 closed sam 3"),                                                             // a duplicate
		thread(t, "plain", "04 10:00 opened ann\n04 10:00 call-asked ann\n04 11:00 call-ended ann cancelled\n04 12:00 taken sam\n04 12:00 closed sam 2"), // taken back by cancelling
		thread(t, "plain", "04 10:00 opened ann\n04 10:00 call-asked ann\n04 11:00 taken sam\n04 11:10 call-begun sam 1\n04 11:20 call-ended sam missed\n04 12:00 call-ended sam reached"),
		thread(t, "plain", "04 10:00 opened sam\n04 10:00 taken sam\n04 10:00 answered sam 0\n04 12:00 closed sam 1"), // staff began
		thread(t, "plain", "12 10:00 opened ann"), // after the range
	}
	got := made(t, week(t, rows...)).Total
	want := report.Numbers{
		From: at(t, "01 00:00").UnixMilli(), To: at(t, "08 00:00").UnixMilli(),
		Arrived: 8, Answered: 4, Closed: 8, Reopened: 1, Abandoned: 2, Short: 1, Unanswered: 1,
		Level:    report.Share{Part: 2, Whole: 5},
		Speed:    report.Speed{Average: (3*hour + 4*hour + 6*hour + 2*hour) / 4, Median: 3 * hour},
		Resolved: report.Share{Part: 2, Whole: 5},
		Calls:    report.Calls{Asked: 2, Reached: 1, Missed: 1},
		Handle:   (hour + hour + 2*hour + 50*hour/60 + 3*hour/60 + hour/2) / 6,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A thread from before there were events has a holder whom no event names. They
// close it for the line.
func TestOlderThread(t *testing.T) {
	w := thread(t, "plain", "02 10:00 opened ann\n02 12:00 closed sam 3")
	if got := made(t, week(t, w)).Total; got.Abandoned != 1 {
		t.Errorf("the control, closed by somebody unknown: %+v", got)
	}
	w.Holder = person("sam")
	if got := made(t, week(t, w)).Total; got.Abandoned != 0 || got.Unanswered != 1 {
		t.Errorf("closed by its holder: %+v", got)
	}
}

// A promise is kept to its last moment, and the end of a range is not in it.
func TestEdges(t *testing.T) {
	for answered, want := range map[string]int64{"03 10:00": 1, "03 10:01": 0} {
		q := week(t, thread(t, "plain", "02 10:00 opened ann\n02 11:00 taken sam\n"+answered+" answered sam"))
		if got := made(t, q).Total.Level; got != (report.Share{Part: want, Whole: 1}) {
			t.Errorf("answered at %s: %v", answered, got)
		}
		q.From, q.To = at(t, "02 09:00"), at(t, answered)
		if got := made(t, q).Total; got.Answered != 0 || got.Arrived != 1 {
			t.Errorf("until %s: %+v", answered, got)
		}
		q.From, q.To = at(t, answered), at(t, "08 00:00")
		if got := made(t, q).Total; got.Answered != 1 || got.Arrived != 0 {
			t.Errorf("from %s: %+v", answered, got)
		}
	}
}

// A closing counts as resolved when nobody came back for seven days.
func TestResolved(t *testing.T) {
	for again, want := range map[string]int64{"": 1, "09 14:00 reopened ann": 0, "09 14:01 reopened ann": 1} {
		q := week(t, thread(t, "plain", simple+"02 14:00 closed sam 1\n"+again))
		if got := made(t, q).Total.Resolved; got != (report.Share{Part: want, Whole: 1}) {
			t.Errorf("%q: %v", again, got)
		}
	}
}

// Sam has three threads at once, is away over noon, and stays after closing.
func TestOccupancy(t *testing.T) {
	q := week(t,
		thread(t, "plain", "02 09:00 opened ann\n02 09:00 taken sam\n02 11:00 answered sam"),
		thread(t, "plain", "02 09:00 opened ann\n02 10:00 taken sam\n02 13:00 answered sam"),
		thread(t, "plain", "02 15:00 opened ann\n02 15:30 taken sam\n02 15:40 waits sam office\n02 15:50 resumed sam\n02 18:00 handed sam eva"))
	q.Shifts = map[store.ID][]report.Shift{
		person("sam"): {{at(t, "02 08:00").UnixMilli(), store.ShiftAvailable}, {at(t, "02 12:00").UnixMilli(), store.ShiftAway},
			{at(t, "02 12:30").UnixMilli(), store.ShiftAvailable}, {at(t, "02 18:00").UnixMilli(), store.ShiftOff}},
		person("eva"): {{at(t, "02 08:00").UnixMilli(), store.ShiftOff}},
	}
	q.Interval = time.Hour
	r := made(t, q)
	busy := 3*hour + hour/2 + hour/3
	if want := (report.Share{Part: busy, Whole: 7*hour + hour/2}); r.Total.Occupancy != want {
		t.Errorf("%v, want %v", r.Total.Occupancy, want)
	}
	var sum report.Share
	for _, one := range r.Intervals {
		sum.Part, sum.Whole = sum.Part+one.Occupancy.Part, sum.Whole+one.Occupancy.Whole
		if one.Occupancy.Part > one.Occupancy.Whole {
			t.Errorf("more than all of the time: %+v", one)
		}
	}
	if sum != r.Total.Occupancy {
		t.Errorf("the hours have %v, the total %v", sum, r.Total.Occupancy)
	}
	q.Now = at(t, "02 13:00") // what goes on ends now
	if got := made(t, q).Total.Occupancy.Whole; got != 4*hour+hour/2 {
		t.Errorf("until one o'clock sam was there for %v ms", got)
	}
}

func TestIntervals(t *testing.T) {
	q := week(t, thread(t, "plain", simple), thread(t, "plain", "02 23:59 opened ann"), thread(t, "plain", "03 00:00 opened ann"))
	q.Interval = 24 * time.Hour
	r := made(t, q)
	if len(r.Intervals) != 7 || r.Intervals[1].Arrived != 2 || r.Intervals[2].Arrived != 1 || r.Total.Arrived != 3 {
		t.Errorf("%+v", r.Intervals)
	}
	// Days follow the calendar over the night of 25 hours.
	q.From, q.To = time.Date(2026, 10, 31, 0, 0, 0, 0, q.Line.Hours.Zone()), time.Date(2026, 11, 3, 12, 0, 0, 0, q.Line.Hours.Zone())
	r = made(t, q)
	for i, want := range []int64{24, 25, 24, 12} {
		if got := (r.Intervals[i].To - r.Intervals[i].From) / hour; got != want {
			t.Errorf("day %d has %d hours, want %d", i, got, want)
		}
	}
	q.Interval = 0
	if r := made(t, q); len(r.Intervals) != 0 {
		t.Errorf("only the total was asked for: %+v", r.Intervals)
	}
	for _, step := range []time.Duration{-1, time.Minute} {
		q.Interval = step
		if _, err := report.Make(q); !errors.Is(err, report.ErrRange) {
			t.Errorf("rows of %v: %v", step, err)
		}
	}
	q.Interval, q.To = 0, q.From
	if _, err := report.Make(q); !errors.Is(err, report.ErrRange) {
		t.Errorf("an empty range: %v", err)
	}
}

func TestBacklog(t *testing.T) {
	merged := thread(t, "life", "11 10:00 opened ann")
	merged.Linked = []store.LinkedWork{{Kind: "merged"}}
	q := week(t, merged,
		thread(t, "life", "12 11:00 opened ann"),          // one hour
		thread(t, "life", "12 08:00 opened ann"),          // four
		thread(t, "plain", "11 08:00 opened ann"),         // twelve, late since eight
		thread(t, "life", simple),                         // answered
		thread(t, "life", simple+"02 14:00 closed sam 1"), // closed
		thread(t, "plain", "08 10:00 opened sam\n08 10:00 taken sam\n08 10:00 answered sam"))
	r := made(t, q)
	open, waiting := []int{}, []int{}
	for _, b := range r.Backlog {
		open, waiting = append(open, b.Open), append(waiting, b.Waiting)
	}
	if !slices.Equal(open, []int{1, 1, 1, 1, 1, 0}) || !slices.Equal(waiting, []int{1, 1, 1, 0, 0, 0}) || r.Late != 1 {
		t.Errorf("open %v, waiting %v, late %d", open, waiting, r.Late)
	}
	if c := r.Countdown; c == nil || c.Open != 3 || c.Days != 1 || c.Rate != 3 || c.Season != at(t, "15 00:00").UnixMilli() {
		t.Errorf("countdown %+v", c)
	}
	q.Now = at(t, "11 12:00")
	if c := made(t, q).Countdown; c.Days != 2 || c.Rate != 2 {
		t.Errorf("countdown a day before %+v", c)
	}
	q.Now = at(t, "13 12:00")
	if c := made(t, q).Countdown; c.Days != 0 || c.Rate != c.Open {
		t.Errorf("countdown on the last weekend %+v", c)
	}
	q.Now = at(t, "15 00:00")
	if c := made(t, q).Countdown; c != nil {
		t.Errorf("open enrollment has begun, and there is %+v", c)
	}
}

func TestExpected(t *testing.T) {
	cal := line(t).Hours
	takings := func(gaps ...int) []time.Time {
		out := []time.Time{at(t, "02 09:00")}
		for _, g := range gaps {
			out = append(out, cal.Add(out[len(out)-1], time.Duration(g)*time.Minute))
		}
		return out
	}
	tens, mixed := slices.Repeat([]int{10}, 20), []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	now := at(t, "03 15:50")
	for name, c := range map[string]struct {
		takings  []time.Time
		n        int
		from, to string
	}{
		"evenly":              {takings(tens...), 1, "03 16:00", "03 16:00"},
		"over the night":      {takings(tens...), 3, "04 08:20", "04 08:20"},
		"far behind":          {takings(tens...), 40, "04 14:30", "04 14:30"},
		"a range":             {takings(mixed...), 1, "03 15:53", "03 15:59"},
		"only the last fifty": {takings(append(slices.Repeat([]int{100}, 30), slices.Repeat([]int{10}, 50)...)...), 1, "03 16:00", "03 16:00"},
	} {
		want := wire.Expected{From: at(t, c.from).UnixMilli(), To: at(t, c.to).UnixMilli()}
		if got := report.Expected(c.takings, cal, c.n, now); got != want {
			t.Errorf("%s: %v to %v", name, time.UnixMilli(got.From), time.UnixMilli(got.To))
		}
	}
	for _, few := range [][]time.Time{nil, takings(), takings(tens[:9]...)} {
		if got := report.Expected(few, cal, 1, now); got != (wire.Expected{}) {
			t.Errorf("%d takings say %v", len(few), got)
		}
	}
	if got := report.Expected(takings(tens...), cal, 0, now); got != (wire.Expected{}) {
		t.Errorf("no place in line is expected at %v", got)
	}
	got := report.Takings([]store.Work{
		thread(t, "plain", simple+"02 13:30 returned sam\n02 14:00 taken eva\n02 14:30 handed eva sam"),
		thread(t, "plain", "02 10:00 opened sam\n02 10:00 taken sam"), thread(t, "plain", "02 08:00 opened ann\n02 11:00 taken sam"),
	})
	if !slices.EqualFunc(got, []string{"02 11:00", "02 12:00", "02 14:00"}, func(a time.Time, b string) bool { return a.Equal(at(t, b)) }) {
		t.Errorf("taken at %v", got)
	}
}

func TestRows(t *testing.T) {
	evil := thread(t, "plain", simple+"02 14:00 handed sam eva\n02 15:00 closed eva 1")
	evil.Topic, evil.Urgent = "=HYPERLINK(\"http://example.org\")", "  +1"
	q := week(t, evil, thread(t, "quick", "03 10:00 opened ann\n03 12:00 taken sam\n03 12:00 closed ann 0"), thread(t, "plain", "30 10:00 opened ann"))
	var b bytes.Buffer
	if err := report.Write(&b, report.Rows(q)); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	if err != nil || len(records) != 3 {
		t.Fatalf("%v, %v", records, err)
	}
	got := map[string]string{}
	for i, name := range records[0] {
		got[name] = records[1][i]
	}
	for name, want := range map[string]string{
		"topic": "'=HYPERLINK(\"http://example.org\")", "urgent": "'  +1", "opened": "2026-06-02T10:00:00-05:00", "first_answer": "2026-06-02T13:00:00-05:00",
		"seconds_to_answer": "10800", "promise_kept": "yes", "seconds_handled": "3600", "outcome": "answered", "hand_overs": "1", "closed": "2026-06-02T15:00:00-05:00",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if outcome := records[2][slices.Index(records[0], "outcome")]; outcome != "taken back" {
		t.Errorf("a question that was taken back ends as %q", outcome)
	}
	for _, record := range records {
		for _, c := range record {
			if c != "" && strings.ContainsAny(c[:1], "=+-@\t\r\n") {
				t.Errorf("%q would be a formula", c)
			}
		}
	}
	for _, name := range []string{"ann", "sam", "eva"} {
		id := person(name)
		if strings.Contains(b.String(), name) || strings.Contains(b.String(), string(id[:])) {
			t.Errorf("the table names %s", name)
		}
	}
}

// Every number has its sentence, and every sentence its number.
func TestMeanings(t *testing.T) {
	numbers := map[string]bool{"backlog": true, "late": true, "countdown": true}
	raw, err := json.Marshal(report.Numbers{})
	var there, wired map[string]any
	if err != nil || json.Unmarshal(raw, &there) != nil {
		t.Fatal(err)
	}
	for name := range there {
		numbers[name] = name != "from" && name != "to"
	}
	if raw, err = json.Marshal(wire.Numbers{}); err != nil || json.Unmarshal(raw, &wired) != nil || !maps.EqualFunc(there, wired, func(a, b any) bool { return true }) {
		t.Errorf("the names on the wire are others: %v, %v", there, wired)
	}
	maps.DeleteFunc(numbers, func(_ string, number bool) bool { return !number })
	means := report.Meanings()
	for name := range numbers {
		if !strings.HasSuffix(means[name], ".") {
			t.Errorf("%s has no sentence", name)
		}
	}
	if len(means) != len(numbers) {
		t.Errorf("%d sentences for %d numbers", len(means), len(numbers))
	}
	raw, err = json.Marshal(made(t, week(t)))
	if err != nil || !strings.Contains(string(raw), report.MeansLevel) || !strings.Contains(string(raw), `"intervals":[]`) {
		t.Errorf("%s, %v", raw, err)
	}
}

// A month of a busy line, by the hour.
func BenchmarkMake(b *testing.B) {
	q := report.Ask{Line: line(b), From: at(b, "01 00:00"), To: at(b, "30 00:00"), Now: at(b, "30 12:00"), Interval: time.Hour, Short: time.Minute, Shifts: map[store.ID][]report.Shift{}}
	for i := range 10_000 {
		w := thread(b, "plain", simple+"02 14:00 asked ann\n02 14:30 answered sam 5\n02 15:00 closed sam 1")
		for e := range w.Events {
			w.Events[e].At += int64(i%25) * 24 * hour
		}
		q.Rows = append(q.Rows, w)
	}
	for i := range 8 {
		who := person("sam")
		who[15] = byte(i)
		for day := range 25 {
			begin := at(b, "02 08:00").AddDate(0, 0, day).UnixMilli()
			q.Shifts[who] = append(q.Shifts[who], report.Shift{At: begin, State: store.ShiftAvailable}, report.Shift{At: begin + 9*hour, State: store.ShiftOff})
		}
	}
	for b.Loop() {
		if _, err := report.Make(q); err != nil {
			b.Fatal(err)
		}
	}
}
