package report

import (
	"cmp"
	"slices"
	"time"

	"arcline/store"
)

// occupancy sums up when people were available and how much of it they were busy.
// What somebody had while they were not available does not count: the share is
// never above the whole.
func (s *sums) occupancy(lives []*life) {
	busy := map[store.ID][][2]int64{}
	for _, l := range lives {
		for _, h := range l.handling {
			busy[h.who] = append(busy[h.who], [2]int64{h.from, h.to})
		}
	}
	for who, shifts := range s.q.Shifts {
		there := available(shifts, s.q.Now.UnixMilli())
		both := meet(there, union(busy[who]))
		for _, r := range slices.Concat(s.rows, []*sum{s.total}) {
			r.n.Occupancy.Whole += s.q.open(there, r.n.From, r.n.To)
			r.n.Occupancy.Part += s.q.open(both, r.n.From, r.n.To)
		}
	}
}

// open is the open time of spans from one moment to another, in milliseconds.
func (q Ask) open(spans [][2]int64, from, to int64) (ms int64) {
	for _, one := range meet(spans, [][2]int64{{from, to}}) {
		ms += q.Line.Hours.Between(time.UnixMilli(one[0]), time.UnixMilli(one[1])).Milliseconds()
	}
	return ms
}

// available are the spans in which somebody was, in order. The last one goes on
// until now.
func available(shifts []Shift, now int64) (out [][2]int64) {
	shifts = slices.Clone(shifts)
	slices.SortStableFunc(shifts, func(a, b Shift) int { return cmp.Compare(a.At, b.At) })
	for i, one := range shifts {
		end := now
		if i+1 < len(shifts) {
			end = min(now, shifts[i+1].At)
		}
		if one.State == store.ShiftAvailable && one.At < end {
			out = append(out, [2]int64{one.At, end})
		}
	}
	return out
}

// union puts spans in order and joins those that overlap.
func union(spans [][2]int64) (out [][2]int64) {
	slices.SortFunc(spans, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	for _, one := range spans {
		if last := len(out) - 1; last >= 0 && one[0] <= out[last][1] {
			out[last][1] = max(out[last][1], one[1])
			continue
		}
		out = append(out, one)
	}
	return out
}

// meet is what lies in both; each is in order and without overlap.
func meet(a, b [][2]int64) (out [][2]int64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if from, to := max(a[i][0], b[j][0]), min(a[i][1], b[j][1]); from < to {
			out = append(out, [2]int64{from, to})
		}
		if a[i][1] < b[j][1] {
			i++
		} else {
			j++
		}
	}
	return out
}
