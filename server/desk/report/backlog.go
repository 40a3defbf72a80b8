package report

import (
	"time"
)

// Band is a part of the backlog: threads of an age.
type Band struct {
	From    int64 `json:"from"` // open time, milliseconds
	To      int64 `json:"to"`   // not in it; 0: without end
	Open    int   `json:"open"`
	Waiting int   `json:"waiting"` // of them, those in which the assister's side waits for an answer
}

// bands are where bands begin, in open time. A day of a line is about eight hours.
var bands = []time.Duration{0, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 40 * time.Hour, 80 * time.Hour}

// Countdown is how a line gets to no open threads of some topics before open
// enrollment.
type Countdown struct {
	Open   int   `json:"open"`
	Season int64 `json:"season"` // when open enrollment begins, Unix milliseconds
	Days   int   `json:"days"`   // business days left, today included while the line is still to be open
	Rate   int   `json:"rate"`   // to be closed on each of them, rounded up; without a day left: all
}

// backlog counts the open threads by age, and those whose clock has run out.
func (q Ask) backlog(lives []*life) (out []Band, late int) {
	for i, from := range bands {
		b := Band{From: from.Milliseconds()}
		if i+1 < len(bands) {
			b.To = bands[i+1].Milliseconds()
		}
		out = append(out, b)
	}
	for _, l := range lives {
		if l.gone() {
			continue
		}
		since := l.arrived
		if since == 0 {
			since = l.work.Opened
		}
		age, i := q.Line.Hours.Between(time.UnixMilli(since), q.Now), 0
		for i+1 < len(bands) && age >= bands[i+1] {
			i++
		}
		out[i].Open++
		out[i].Waiting += int(one(l.waits != 0))
		if c, ok := l.clock(q.Line); ok && !c.Paused && c.Due < q.Now.UnixMilli() {
			late++
		}
	}
	return out, late
}

// countdown is nothing where no topic is counted down or open enrollment has begun.
func (q Ask) countdown(lives []*life) *Countdown {
	counted := map[string]bool{}
	for _, t := range q.Line.Desk.Topics {
		if t.Countdown {
			counted[t.ID] = true
		}
	}
	if len(counted) == 0 || !q.Now.Before(q.Line.Season) {
		return nil
	}
	c := &Countdown{Season: q.Line.Season.UnixMilli(), Days: q.Line.Hours.Days(q.Now, q.Line.Season)}
	for _, l := range lives {
		c.Open += int(one(counted[l.work.Topic] && !l.gone()))
	}
	days := max(c.Days, 1)
	c.Rate = (c.Open + days - 1) / days
	return c
}
