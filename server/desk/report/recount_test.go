package report_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"arcline/server/desk/report"
	"arcline/server/wire"
	"arcline/store"
)

// recount counts again, in another way: it keeps no state and adds no spans. It
// asks of every minute what the last events before it say, and knows the line's
// hours by heart.
type recount struct {
	q      report.Ask
	double bool // the wrong rule: two threads at once are twice the work
	deaf   bool // the wrong rule: a thread that waits for another office waits for the line
}

func opened(t time.Time) bool {
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && t.Hour() >= 8 && t.Hour() < 16 && t.Format("01-02") != "06-19"
}

// last finds the newest event of some kinds among the first n.
func last(w store.Work, n int, is func(store.WorkEvent) bool) (store.WorkEvent, int) {
	for i := n - 1; i >= 0; i-- {
		if is(w.Events[i]) {
			return w.Events[i], i
		}
	}
	return store.WorkEvent{}, -1
}

func kinds(names ...string) func(store.WorkEvent) bool {
	return func(e store.WorkEvent) bool { return slices.Contains(names, e.What) }
}

func asks(e store.WorkEvent) bool {
	return e.What == store.WorkAsked || (e.What == store.WorkOpened || e.What == store.WorkReopened) && e.By == person("ann")
}

func answers(e store.WorkEvent) bool {
	return e.What == store.WorkAnswered || e.What == store.WorkCallEnded && e.Code == "reached"
}

func (r recount) waits(w store.Work, n int) bool {
	e, _ := last(w, n, func(e store.WorkEvent) bool { return asks(e) || answers(e) || e.What == store.WorkClosed })
	return asks(e)
}

func (r recount) waitFor(w store.Work, n int) string {
	e, _ := last(w, n, func(e store.WorkEvent) bool {
		return asks(e) || answers(e) || kinds(store.WorkWaits, store.WorkResumed, store.WorkClosed, store.WorkReturned, store.WorkMoved)(e)
	})
	if e.What == store.WorkWaits {
		return e.Code
	}
	return ""
}

func (r recount) closed(w store.Work, n int) bool {
	e, _ := last(w, n, kinds(store.WorkClosed, store.WorkReopened))
	return e.What == store.WorkClosed
}

func (r recount) holder(w store.Work, n int) store.ID {
	switch e, _ := last(w, n, kinds(store.WorkTaken, store.WorkHanded, store.WorkReturned, store.WorkMoved)); e.What {
	case store.WorkTaken:
		return e.By
	case store.WorkHanded:
		return e.To
	}
	return store.ID{}
}

// before is how many events had happened when a minute began.
func before(w store.Work, t time.Time) int {
	n := 0
	for n < len(w.Events) && w.Events[n].At <= t.UnixMilli() {
		n++
	}
	return n
}

func (r recount) handles(w store.Work, t time.Time) store.ID {
	n := before(w, t)
	wait := r.waitFor(w, n)
	if !r.waits(w, n) || r.closed(w, n) || wait != "" && (!r.deaf || wait == "assister") {
		return store.ID{}
	}
	return r.holder(w, n)
}

// minutes counts the open minutes for which something is so.
func (r recount) minutes(from, to int64, so func(time.Time) bool) (ms int64) {
	for t := time.UnixMilli(from).In(r.q.Line.Hours.Zone()); t.UnixMilli() < to; t = t.Add(time.Minute) {
		if opened(t) && so(t) {
			ms += time.Minute.Milliseconds()
		}
	}
	return ms
}

func always(time.Time) bool { return true }

// due walks to the same minute of the day, so many open days later.
func (r recount) due(from int64, days int) int64 {
	t := time.UnixMilli(from).In(r.q.Line.Hours.Zone())
	for !opened(t) {
		t = t.Add(time.Minute)
	}
	for days > 0 {
		if t = t.AddDate(0, 0, 1); opened(t) {
			days--
		}
	}
	return t.UnixMilli()
}

// runs walks until so many open minutes have passed for which something is so.
func (r recount) runs(from, ms int64, so func(time.Time) bool) int64 {
	t := time.UnixMilli(from).In(r.q.Line.Hours.Zone())
	for ; ms > 0; t = t.Add(time.Minute) {
		if opened(t) && so(t) {
			ms -= time.Minute.Milliseconds()
		}
	}
	return t.UnixMilli()
}

// question is the first one since the thread was closed last, among the first n.
func question(w store.Work, n int) int64 {
	_, from := last(w, n, kinds(store.WorkClosed))
	for _, e := range w.Events[from+1 : n] {
		if asks(e) {
			return e.At
		}
	}
	return 0
}

func (r recount) numbers(from, to int64) report.Numbers {
	n := report.Numbers{From: from, To: to}
	within := func(at int64) bool { return at >= from && at < to }
	var speeds, handled []int64
	for _, w := range r.q.Rows {
		theirs := w.Events[0].By == person("ann")
		if theirs && within(w.Events[0].At) {
			n.Arrived++
		}
		if i := slices.IndexFunc(w.Events, answers); i >= 0 && theirs && within(w.Events[i].At) && question(w, i) != 0 {
			n.Answered++
			asked := question(w, i)
			speeds = append(speeds, r.minutes(asked, w.Events[i].At, always))
			switch w.Topic {
			case "plain":
				n.Level.Whole++
				n.Level.Part += btoi(w.Events[i].At <= r.due(asked, 1))
			case "quick":
				n.Level.Whole++
				n.Level.Part += btoi(w.Events[i].At <= r.runs(asked, hour, always))
			}
		}
		for i, e := range w.Events {
			if !within(e.At) {
				continue
			}
			switch {
			case e.What == store.WorkReopened:
				n.Reopened++
			case e.What == store.WorkCallAsked:
				n.Calls.Asked++
			case e.What == store.WorkCallEnded && e.Code == "reached":
				n.Calls.Reached++
			case e.What == store.WorkCallEnded && e.Code == "missed":
				n.Calls.Missed++
			case e.What == store.WorkCallEnded && e.Code == "given-up":
				n.Calls.GivenUp++
				n.Calls.Missed++
			case e.What == store.WorkClosed:
				r.ends(&n, w, i)
				begin, _ := last(w, i, kinds(store.WorkClosed))
				begin.At = max(begin.At, w.Events[0].At)
				if ms := r.minutes(begin.At, e.At, func(t time.Time) bool { return r.handles(w, t) != store.ID{} }); ms > 0 {
					handled = append(handled, ms)
				}
			}
		}
	}
	slices.Sort(speeds)
	n.Speed = report.Speed{Average: mean(speeds)}
	if len(speeds) > 0 {
		n.Speed.Median = speeds[(len(speeds)-1)/2]
	}
	n.Handle = mean(handled)
	n.Occupancy = r.occupancy(from, to)
	return n
}

func (r recount) ends(n *report.Numbers, w store.Work, i int) {
	n.Closed++
	e, theirs := w.Events[i], w.Events[0].By == person("ann")
	first := theirs && !slices.ContainsFunc(w.Events[:i], answers)
	stop, _ := last(w, i, func(e store.WorkEvent) bool {
		return asks(e) || kinds(store.WorkClosed, store.WorkCallAsked)(e) || e.What == store.WorkCallEnded && e.Code == "cancelled"
	})
	back := e.By == person("ann") || stop.What == store.WorkCallEnded
	switch asked := question(w, i); {
	case first && back && asked != 0 && e.At-asked < r.q.Short.Milliseconds():
		n.Short++
		return
	case first && back && asked != 0:
		n.Abandoned++
		n.Level.Whole += btoi(w.Topic != "free")
		return
	case first:
		n.Unanswered++
	}
	n.Resolved.Whole++
	again := false
	for _, later := range w.Events[i+1:] {
		again = again || later.What == store.WorkReopened && later.At <= e.At+7*24*hour
	}
	n.Resolved.Part += btoi(e.N == 1 && !again)
}

func (r recount) occupancy(from, to int64) (s report.Share) {
	for who, shifts := range r.q.Shifts {
		there := func(t time.Time) bool {
			state := ""
			for _, one := range shifts {
				if one.At <= t.UnixMilli() {
					state = one.State
				}
			}
			return state == store.ShiftAvailable && t.Before(r.q.Now)
		}
		s.Whole += r.minutes(from, to, there)
		if r.double {
			for _, w := range r.q.Rows {
				s.Part += r.minutes(from, to, func(t time.Time) bool { return there(t) && r.handles(w, t) == who })
			}
			continue
		}
		s.Part += r.minutes(from, to, func(t time.Time) bool {
			return there(t) && slices.ContainsFunc(r.q.Rows, func(w store.Work) bool { return r.handles(w, t) == who })
		})
	}
	return s
}

// clock is the clock of a plain thread.
func (r recount) clock(w store.Work) (kind wire.ClockKind, due int64, paused bool) {
	n := len(w.Events)
	asked := question(w, n)
	if r.closed(w, n) || asked == 0 {
		return "", 0, false
	}
	waits, answered := r.waits(w, n), w.Events[0].By != person("ann") || slices.ContainsFunc(w.Events, answers)
	if waits && !answered {
		return wire.ClockFirst, r.due(asked, 1), false
	}
	turn := func(t time.Time) bool {
		n := before(w, t)
		return t.Before(r.q.Now) && (!r.waits(w, n) || r.waitFor(w, n) == "assister")
	}
	if waits && r.waitFor(w, n) != "assister" {
		_, i := last(w, n, func(e store.WorkEvent) bool { return answers(e) || e.What == store.WorkClosed })
		for !asks(w.Events[i+1]) {
			i++
		}
		return wire.ClockNext, r.runs(w.Events[i+1].At, 4*hour, always), false
	}
	due = r.due(asked, 2)
	if r.minutes(asked, due, turn) > 0 {
		due = r.runs(asked, r.minutes(asked, due, always), func(t time.Time) bool { return !turn(t) })
	}
	return wire.ClockClose, due, true
}

func btoi(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func mean(all []int64) (sum int64) {
	for _, v := range all {
		sum += v
	}
	return sum / int64(max(len(all), 1))
}

var steps = []string{"asked ann", "asked ann", "taken sam", "taken eva", "taken sam", "answered sam", "answered eva", "returned sam", "moved sam", "handed sam eva", "handed eva sam",
	"waits sam office", "waits sam assister", "waits sam until", "resumed -", "call-asked ann", "call-ended sam missed", "call-ended sam reached",
	"call-ended sam given-up", "call-ended ann cancelled", "closed ann 0", "closed sam 1", "closed eva 3", "closed - 0", "linked sam", "verified eva"}

func drawThread(t *rapid.T) store.Work {
	when := at(t, "01 08:00").Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "begin")) * time.Minute)
	script := ""
	add := func(what string) { script += when.Format("02 15:04 ") + what + "\n" }
	if rapid.IntRange(0, 4).Draw(t, "outreach") == 0 {
		add("opened sam")
		add("taken sam")
	} else {
		add("opened ann")
	}
	closed := false
	for range rapid.IntRange(0, 12).Draw(t, "steps") {
		when = when.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 3, 20, 60, 200, 900, 3000}).Draw(t, "gap")) * time.Minute)
		if closed { // a closed thread is only reopened
			add(rapid.SampledFrom([]string{"reopened ann", "reopened sam"}).Draw(t, "again"))
			closed = false
			continue
		}
		step := rapid.SampledFrom(steps).Draw(t, "step")
		closed = step[:6] == "closed"
		add(step)
	}
	add("verified sam") // so that both are known as staff, whatever was drawn
	add("verified eva")
	return thread(t, rapid.SampledFrom([]string{"plain", "plain", "quick", "free"}).Draw(t, "topic"), script)
}

func drawAsk(t *rapid.T) report.Ask {
	q := report.Ask{Line: line(t), From: at(t, "01 00:00"), Now: at(t, "30 12:00"), Short: 5 * time.Minute, Shifts: map[store.ID][]report.Shift{}}
	q.To = q.From.Add(time.Duration(rapid.IntRange(1, 10*24*60).Draw(t, "range")) * time.Minute)
	q.Interval = rapid.SampledFrom([]time.Duration{0, 7 * time.Hour, 24 * time.Hour, 48 * time.Hour}).Draw(t, "interval")
	for range rapid.IntRange(0, 4).Draw(t, "threads") {
		q.Rows = append(q.Rows, drawThread(t))
	}
	for _, who := range []string{"sam", "eva"} {
		when := q.From
		for range rapid.IntRange(0, 5).Draw(t, "shifts") {
			when = when.Add(time.Duration(rapid.IntRange(-100, 1500).Draw(t, "shift")+101) * time.Minute)
			state := rapid.SampledFrom([]string{store.ShiftAvailable, store.ShiftAvailable, store.ShiftAway, store.ShiftOff}).Draw(t, "state")
			q.Shifts[person(who)] = append(q.Shifts[person(who)], report.Shift{At: when.UnixMilli(), State: state})
		}
	}
	return q
}

func TestRecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawAsk(t)
		r, err := report.Make(q)
		if err != nil {
			t.Fatal(err)
		}
		again := recount{q: q}
		for _, got := range append(r.Intervals, r.Total) {
			if want := again.numbers(got.From, got.To); got != want {
				t.Fatalf("%v\ngot  %+v\nwant %+v", says(q), got, want)
			}
		}
		for _, w := range q.Rows {
			since, waiting := report.Waiting(w, q.Now)
			if want := again.waits(w, len(w.Events)); waiting != want || waiting == (since == 0) {
				t.Fatalf("%v\nwaits %v, want %v", says(q), waiting, want)
			}
			if w.Topic != "plain" {
				continue
			}
			kind, due, paused := again.clock(w)
			if got, ok := report.Clock(w, q.Line, q.Now); ok != (kind != "") || got.Kind != kind || got.Due != due || got.Paused != paused {
				t.Fatalf("%v\nclock %+v, %v, want %v, %v, %v", says(q), got, ok, kind, time.UnixMilli(due), paused)
			}
		}
	})
}

func says(q report.Ask) (out string) {
	for _, w := range q.Rows {
		out += w.Topic + "\n"
		for _, e := range w.Events {
			out += fmt.Sprintf("  %s %s by %.3s %.3s %s %d\n", time.UnixMilli(e.At).In(q.Line.Hours.Zone()).Format("02 15:04"), e.What, e.By[:], e.To[:], e.Code, e.N)
		}
	}
	return out
}

// A wrong rule is seen: the recount with it and the report do not agree.
func TestRecountControl(t *testing.T) {
	q := week(t,
		thread(t, "plain", "02 09:00 opened ann\n02 09:00 taken sam\n02 11:00 answered sam"),
		thread(t, "plain", "02 09:00 opened ann\n02 10:00 taken sam\n02 11:00 waits sam office\n02 12:00 resumed -\n02 13:00 answered sam"))
	q.Shifts = map[store.ID][]report.Shift{person("sam"): {{At: at(t, "02 08:00").UnixMilli(), State: store.ShiftAvailable}}}
	q.To = at(t, "03 00:00")
	got := made(t, q).Total
	for name, c := range map[string]struct {
		r    recount
		same bool
	}{
		"the right rule": {recount{q: q}, true}, "two at once count twice": {recount{q: q, double: true}, false}, "another office is the line": {recount{q: q, deaf: true}, false},
	} {
		if same := c.r.numbers(got.From, got.To) == got; same != c.same {
			t.Errorf("%s: agrees %v", name, same)
		}
	}
}
