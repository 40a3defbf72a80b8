package report

import (
	"slices"
	"time"

	"arcline/server/desk/hours"
	"arcline/server/wire"
	"arcline/store"
)

const (
	gapsUsed   = 50 // the last ones; older ones were another day
	gapsNeeded = 10 // with fewer a range would be a guess
)

// Takings are when somebody took a thread out of the line, in order. What staff
// began themselves never stood in it.
func Takings(rows []store.Work) []time.Time {
	var out []time.Time
	for _, w := range rows {
		for _, at := range live(w, time.Time{}).takings {
			out = append(out, time.UnixMilli(at))
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// Expected is when the n-th in line, from 1, will be taken, as far as the recent
// takings (in order) say: between the 20th and the 80th of a hundred such waits.
// It is zero when there were too few of them to say anything.
//
// A wait of n is the open time over n takings in a row, of which the last fifty
// give many. For a place further back than half of them, waits over half of them
// are stretched. Takings also stop when nobody waits, so it rather says too much.
func Expected(takings []time.Time, cal *hours.Calendar, n int, now time.Time) wire.Expected {
	if len(takings) > gapsUsed+1 {
		takings = takings[len(takings)-gapsUsed-1:]
	}
	gaps := len(takings) - 1
	if n < 1 || gaps < gapsNeeded {
		return wire.Expected{}
	}
	steps := min(n, gaps/2)
	var waits []time.Duration
	for i := steps; i < len(takings); i++ {
		waits = append(waits, cal.Between(takings[i-steps], takings[i])*time.Duration(n)/time.Duration(steps))
	}
	slices.Sort(waits)
	at := func(percent int) int64 { return cal.Add(now, waits[(len(waits)-1)*percent/100]).UnixMilli() }
	return wire.Expected{From: at(20), To: at(80)}
}
