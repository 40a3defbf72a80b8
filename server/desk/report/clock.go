package report

import (
	"time"

	"arcline/server/desk/hours"
	"arcline/server/desk/rules"
	"arcline/server/wire"
	"arcline/store"
)

// Waiting reports whether the assister's side waits for an answer, and since when,
// in Unix milliseconds. A call-back that reached them is an answer, a thread that
// staff began asks nothing, and nobody waits in a closed one. Whoever writes events
// must ask this before asked and answered: a message counts by what it found.
func Waiting(w store.Work, now time.Time) (since int64, waiting bool) {
	l := live(w, now)
	return l.waits, l.waits != 0
}

// Clock is which clock of a thread runs, and until when. False: none does, because
// the thread is closed, goes on in another one, nobody asked anything, or the line
// promises nothing.
//
// The first clock runs until the first answer; it was begun when the thread was
// opened or, if it was closed without an answer, reopened. After it, and where staff
// wrote first, the next clock runs while the assister's side waits for an answer. Otherwise, and where the
// line has no such promise, it is the close clock, from the question on. That one
// is paused while it is the assister's turn: nothing of theirs is unanswered, or the
// thread waits for them. Its due time is then as if the pause ended now.
func Clock(w store.Work, line *rules.Line, now time.Time) (wire.Clock, bool) {
	return live(w, now).clock(line)
}

func (l *life) clock(line *rules.Line) (wire.Clock, bool) {
	if l.gone() || l.question == 0 {
		return wire.Clock{}, false
	}
	p := line.Promises(l.work.Topic)
	switch {
	case l.waits != 0 && l.unanswered() && !p.First.None():
		return clock(line, wire.ClockFirst, p.First, l.question, nil), true
	case l.waits != 0 && !l.unanswered() && l.waitFor != forAssister && !p.Next.None():
		return clock(line, wire.ClockNext, p.Next, l.waits, nil), true
	case p.Close.None():
		return wire.Clock{}, false
	}
	c := clock(line, wire.ClockClose, p.Close, l.question, l.pauses)
	c.Paused = l.forAssister()
	return c, true
}

func clock(line *rules.Line, kind wire.ClockKind, p hours.Promise, from int64, pauses [][2]int64) wire.Clock {
	start := time.UnixMilli(from)
	var away [][2]time.Time
	for _, one := range pauses {
		away = append(away, [2]time.Time{time.UnixMilli(one[0]), time.UnixMilli(one[1])})
	}
	due := line.Hours.DuePaused(start, p, away)
	return wire.Clock{Kind: kind, Due: due.UnixMilli(), Risk: risk(line, start, due).UnixMilli(), Rule: p.String()}
}

// risk is from when on less open time than the line's limit is left. When as much
// as the limit is left over a night, that is in the morning.
func risk(line *rules.Line, start, due time.Time) time.Time {
	if line.AtRisk == 0 {
		return due
	}
	before := line.Hours.Between(start, due) - line.AtRisk
	if before < 0 {
		return start
	}
	return line.Hours.Opens(line.Hours.Add(start, before))
}
