package report

import (
	"slices"
	"time"

	"arcline/crypto/envelope"
	"arcline/store"
)

// stretch is a time during which somebody had a thread and it waited for the line.
type stretch struct {
	from, to int64
	who      store.ID
}

// ending is one closing of a thread.
type ending struct {
	at        int64
	outcome   envelope.Outcome
	question  int64 // when the question came that it ends; 0: there was none
	first     bool  // the line had said nothing before
	withdrawn bool  // by the assister's side, or after they had cancelled their call
}

// life is what a thread's events say, read once. The zero time is never.
type life struct {
	work     store.Work
	staff    map[store.ID]bool
	outreach bool  // staff wrote first
	arrived  int64 // the assister's side asked for the first time
	answered int64 // first answer, in writing or by a call that reached them
	replied  int64 // the question that the first answer answers; 0: staff wrote first

	holder   store.ID
	closed   bool
	question int64 // the first one since it was opened or reopened
	waits    int64 // since when the assister's side waits for an answer; 0: it does not
	waitFor  string
	stopped  bool // their call was cancelled by them, and they did not ask since

	handling []stretch
	pauses   [][2]int64 // when it waited for the assister
	endings  []ending
	reopened []int64
	takings  []int64 // when somebody took it out of the line
	handed   int
	calls    map[string]int // by what became of them; asked under the empty word
	last     int64          // the time of the last event that was read
}

// live reads a thread's events in their order. What goes on at the end is taken to
// go on until now.
func live(w store.Work, now time.Time) *life {
	l := &life{work: w, staff: staffOf(w), calls: map[string]int{}}
	for _, e := range w.Events {
		l.pass(e.At)
		l.step(e)
	}
	l.pass(now.UnixMilli())
	return l
}

// staffOf finds who is of the line's side: those who did, or were given, what only
// staff do. Who has it is known of a thread that is older than its events, too.
func staffOf(w store.Work) map[store.ID]bool {
	staff := map[store.ID]bool{w.Holder: true}
	for _, e := range w.Events {
		switch e.What {
		case store.WorkHanded, store.WorkOffered:
			staff[e.To] = true
		case store.WorkTaken, store.WorkAnswered, store.WorkWaits, store.WorkReviewed, store.WorkCallBegun, store.WorkVerified, store.WorkDisclosed:
			staff[e.By] = true
		}
	}
	delete(staff, store.ID{})
	return staff
}

// pass lets the time until at go by in the state that the thread is in.
func (l *life) pass(at int64) {
	from := l.last
	l.last = max(l.last, at)
	if l.last <= from || l.closed || from == 0 {
		return
	}
	if l.holder != (store.ID{}) && l.waits != 0 && l.waitFor == "" {
		l.handling = append(l.handling, stretch{from, l.last, l.holder})
	}
	if l.question != 0 && l.forAssister() {
		l.pauses = append(l.pauses, [2]int64{from, l.last})
	}
}

// forAssister reports whether it is the assister's turn.
func (l *life) forAssister() bool { return l.waits == 0 || l.waitFor == forAssister }

const forAssister = "assister" // as WorkWaits says it

func (l *life) step(e store.WorkEvent) {
	switch e.What {
	case store.WorkOpened:
		l.outreach = l.staff[e.By]
		if !l.outreach {
			l.ask(e.At)
		}
	case store.WorkAsked:
		l.ask(e.At)
	case store.WorkAnswered:
		l.answer(e.At)
	case store.WorkTaken:
		if l.holder == (store.ID{}) && l.question != 0 { // what staff begin themselves never stood in line
			l.takings = append(l.takings, e.At)
		}
		l.holder = e.By
	case store.WorkHanded:
		l.holder = e.To
		l.handed++
	case store.WorkReturned, store.WorkMoved:
		l.holder, l.waitFor = store.ID{}, ""
	case store.WorkClosed:
		l.close(e)
	case store.WorkReopened:
		l.closed = false
		l.reopened = append(l.reopened, e.At)
		if !l.staff[e.By] {
			l.ask(e.At)
		}
	case store.WorkWaits:
		l.waitFor = e.Code
	case store.WorkResumed:
		l.waitFor = ""
	case store.WorkCallAsked:
		l.calls[""]++
		l.stopped = false
	case store.WorkCallEnded:
		l.call(e)
	}
}

func (l *life) ask(at int64) {
	if l.arrived == 0 {
		l.arrived = at
	}
	if l.question == 0 {
		l.question = at
	}
	if l.waits == 0 {
		l.waits = at
	}
	l.waitFor, l.stopped = "", false
}

func (l *life) answer(at int64) {
	if l.answered == 0 {
		l.answered, l.replied = at, l.question
	}
	l.waits, l.waitFor = 0, ""
}

func (l *life) call(e store.WorkEvent) {
	l.calls[e.Code]++
	switch e.Code {
	case callReached:
		l.answer(e.At)
	case callCancelled:
		l.stopped = true
	}
}

// What became of a call-back, as WorkCallEnded says it.
const (
	callReached   = "reached"
	callMissed    = "missed"
	callGivenUp   = "given-up"
	callCancelled = "cancelled"
)

func (l *life) close(e store.WorkEvent) {
	theirs := e.By != (store.ID{}) && !l.staff[e.By]
	l.endings = append(l.endings, ending{e.At, envelope.Outcome(e.N), l.question, l.unanswered(), theirs || l.stopped})
	l.closed, l.question, l.waits, l.waitFor, l.stopped = true, 0, 0, "", false
}

// unanswered reports whether the line has said nothing yet. Where staff wrote first
// it has.
func (l *life) unanswered() bool { return l.answered == 0 && !l.outreach }

// gone reports whether nothing is to be done any more: the thread is closed, or goes
// on in another one.
func (l *life) gone() bool {
	return l.closed || l.work.Closed || slices.ContainsFunc(l.work.Linked, func(other store.LinkedWork) bool { return other.Kind == "merged" })
}
