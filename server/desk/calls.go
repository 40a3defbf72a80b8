package desk

import (
	"fmt"
	"time"

	"arcline/server/desk/rules"
	"arcline/server/thread"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// A call-back stands in the thread's own place in line. The one who has the
// thread calls, from their own telephone; the service knows no number but the one
// on file, and hands that out only while an attempt is under way.

func checkAsk(ask wire.CallAsk) error {
	switch {
	case ask.Number != "file" && ask.Number != "sealed", (ask.Number == "sealed") != (ask.Card != nil):
		return refuse(wire.CodeMalformed, "a number on file, or a sealed one")
	case ask.Slot < 0:
		return refuse(wire.CodeMalformed, "no time")
	}
	return nil
}

func callOf(ask wire.CallAsk) *store.Call {
	c := &store.Call{State: string(wire.CallWaits), Number: ask.Number, Slot: ask.Slot, NotUntil: ask.Slot}
	if ask.Card != nil {
		c.Card = store.ID(*ask.Card)
	}
	return c
}

// over reports whether a call-back has ended.
func over(state string) bool {
	switch wire.CallState(state) {
	case wire.CallReached, wire.CallGivenUp, wire.CallCancelled:
		return true
	}
	return false
}

// checkCall refuses a call-back that cannot be asked for in a thread.
func (s *Service) checkCall(tx *table.Tx, m Move, w store.Work, ask wire.CallAsk) error {
	if err := checkAsk(ask); err != nil {
		return err
	}
	l, ok := s.line(w.Line)
	switch {
	case m.Who.ID != w.Opener:
		return refuse(wire.CodeForbidden, "whoever asked is called back")
	case !ok || !l.Desk.CallBack.Offered:
		return refuse(wire.CodeCallBack, "this line does not call back")
	case w.Call != nil && !over(w.Call.State):
		return refuse(wire.CodeCallBack, "one is asked for already")
	}
	return s.checkSlot(tx, l, w.Line, ask.Slot, m.Now)
}

// asked puts a call-back into a thread, which keeps its place in line.
func asked(w *store.Work, ask wire.CallAsk) {
	tries := 0
	if w.Call != nil && w.Call.State == string(wire.CallCancelled) {
		tries = w.Call.Attempt // asked for anew, it has no more tries than before
	}
	w.Call = callOf(ask)
	w.Call.Attempt = tries
}

// checkVerified refuses a record of a consumer on the line when there was none, or
// too little was checked.
func checkVerified(m Move, w store.Work, v wire.Verified) error {
	switch {
	case w.Holder != m.Who.ID || w.Closed:
		return refuse(wire.CodeState, "only who has a thread records it")
	case v.Identifiers < verifiedAtLeast || !v.Warnings:
		return refuse(wire.CodeUnverified, "three details and the warnings")
	case w.Call != nil && w.Call.State != string(wire.CallNow) && w.Call.State != string(wire.CallReached):
		return refuse(wire.CodeUnverified, "nobody has spoken yet")
	}
	return nil
}

// verifiedAtLeast is how many of a consumer's identifiers are verified on the
// phone (45 CFR 155 practice of the exchange: three).
const verifiedAtLeast = 3

// checkSlot refuses a time that the line does not have, or that is full. The
// transaction sees the index of slots.
func (s *Service) checkSlot(tx *table.Tx, l *rules.Line, line store.ID, slot int64, now time.Time) error {
	if slot == 0 {
		return nil
	}
	at := time.UnixMilli(slot)
	if !isSlot(l, at) || !at.After(now) || at.After(now.AddDate(0, 0, l.Desk.CallBack.Days)) {
		return refuse(wire.CodeCallBack, "no such time")
	}
	n := 0
	_, err := s.st.BySlot.Keys(tx, table.Range{Prefix: func(w *table.KeyWriter) { w.ID(line); w.U64(uint64(slot)) }}, func(store.ID) (bool, error) { n++; return true, nil })
	if err == nil && n >= l.Desk.CallBack.PerSlot {
		err = refuse(wire.CodeCallBack, "that time is full")
	}
	return err
}

// isSlot reports whether a slot begins at a time: slots follow each other from
// midnight UTC, and the line is open for the whole of one.
func isSlot(l *rules.Line, at time.Time) bool {
	return l.CallBack.Slot > 0 && l.Desk.CallBack.PerSlot > 0 && at.Equal(at.Truncate(l.CallBack.Slot)) && l.Hours.Between(at, at.Add(l.CallBack.Slot)) == l.CallBack.Slot
}

// slots lists the times for a call-back that are still to be had.
func (s *Service) slots(tx *table.Tx, l *rules.Line, line store.ID, now time.Time) ([]wire.Slot, error) {
	out := []wire.Slot{}
	if l.CallBack.Slot <= 0 {
		return out, nil
	}
	taken := map[int64]int{}
	if _, err := s.st.BySlot.Scan(tx, ofLine(line), func(_ store.ID, v store.Work) (bool, error) {
		taken[v.Call.Slot]++
		return true, nil
	}); err != nil {
		return nil, fmt.Errorf("read the slots: %w", err)
	}
	end := now.AddDate(0, 0, l.Desk.CallBack.Days)
	for at := now.Truncate(l.CallBack.Slot).Add(l.CallBack.Slot); at.Before(end) && len(out) < maxSlots; at = at.Add(l.CallBack.Slot) {
		if left := l.Desk.CallBack.PerSlot - taken[at.UnixMilli()]; left > 0 && isSlot(l, at) {
			out = append(out, wire.Slot{From: at.UnixMilli(), To: at.Add(l.CallBack.Slot).UnixMilli(), Left: left})
		}
	}
	return out, nil
}

// maxSlots bounds how many times are offered at once.
const maxSlots = 60

// MoveCall moves a call-back on: the assister accepts, snoozes or cancels; whoever
// has the thread begins an attempt and says how it ended.
func (s *Service) MoveCall(tx *table.Tx, a Act, in wire.CallAct) (store.Work, error) {
	return s.on(tx, a, "call-back "+in.Do, func(w *store.Work, _ store.Thread, _ thread.Relation) error {
		if w.Call == nil || over(w.Call.State) || w.Closed {
			return refuse(wire.CodeCallBack, "no call-back is asked for")
		}
		switch in.Do {
		case "accept", "snooze", "cancel":
			if a.Who.ID != w.Opener {
				return refuse(wire.CodeForbidden, "whoever is called says so")
			}
			l, _ := s.line(w.Line)
			return answerCall(w, a, in, l)
		case "begin", "reached", "missed":
			if a.Who.ID != w.Holder {
				return refuse(wire.CodeForbidden, "whoever has the thread calls")
			}
			l, ok := s.line(w.Line)
			if !ok {
				return refuse(wire.CodeCallBack, "this line does not call back")
			}
			return attempt(w, a, in.Do, l)
		}
		return refuse(wire.CodeMalformed, "no such act")
	})
}

// answerCall is the part of whoever is called.
func answerCall(w *store.Work, a Act, in wire.CallAct, l *rules.Line) error {
	e := a.event(store.WorkCallEnded)
	switch in.Do {
	case "accept":
		if w.Call.Accepted {
			return nil
		}
		e.What, w.Call.Accepted = store.WorkCallAccepted, true
	case "snooze":
		if in.Until <= e.At || w.Call.State == string(wire.CallNow) {
			return refuse(wire.CodeCallBack, "later than now, and not during a call")
		}
		if l == nil || in.Until > a.Now.AddDate(0, 0, max(1, l.Desk.CallBack.Days)).UnixMilli() {
			return refuse(wire.CodeCallBack, "further off than the line calls back")
		}
		w.Call.State, w.Call.NotUntil, w.Call.Slot, e.Code, e.N = string(wire.CallSnoozed), in.Until, 0, string(wire.CallSnoozed), in.Until
	case "cancel":
		w.Call.State, w.Call.NotUntil, e.Code = string(wire.CallCancelled), 0, string(wire.CallCancelled)
	}
	w.Events = append(w.Events, e)
	return nil
}

// attempt is the part of whoever calls. After a missed attempt the thread goes to
// the end of the line: others wait, too.
func attempt(w *store.Work, a Act, do string, l *rules.Line) error {
	now := a.Now.UnixMilli()
	if do == "begin" {
		if w.Call.State == string(wire.CallNow) || now < w.Call.NotUntil {
			return refuse(wire.CodeCallBack, "it is not its time yet")
		}
		w.Call.State, w.Call.NotUntil, w.Call.By = string(wire.CallNow), 0, a.Who.ID
		w.Call.Attempt++
		e := a.event(store.WorkCallBegun)
		e.N = int64(w.Call.Attempt)
		w.Events = append(w.Events, e)
		return nil
	}
	if w.Call.State != string(wire.CallNow) || w.Call.By != a.Who.ID {
		return refuse(wire.CodeCallBack, "no attempt is under way")
	}
	e := a.event(store.WorkCallEnded)
	e.N, w.Call.By = int64(w.Call.Attempt), store.ID{}
	switch {
	case do == "reached":
		w.Call.State = string(wire.CallReached)
	case w.Call.Attempt >= max(1, l.Desk.CallBack.Attempts):
		w.Call.State, w.Since = string(wire.CallGivenUp), a.Now.Add(l.CallBack.Pause).UnixMilli()
	default:
		w.Call.State, w.Call.NotUntil = string(wire.CallMissed), a.Now.Add(l.CallBack.Pause).UnixMilli()
		w.Since = w.Call.NotUntil
	}
	e.Code = w.Call.State
	w.Events = append(w.Events, e)
	return nil
}

// hangUp ends an attempt of somebody who has the thread no longer: it is no longer
// theirs to end, and whoever takes the thread could never begin another.
func hangUp(w *store.Work, add func(store.WorkEvent)) {
	if w.Call == nil || w.Call.State != string(wire.CallNow) {
		return
	}
	w.Call.State, w.Call.By = string(wire.CallWaits), store.ID{}
	add(store.WorkEvent{What: store.WorkCallEnded, N: int64(w.Call.Attempt), Code: string(wire.CallMissed)})
}

// Number is the number on file of whoever asked for a call-back. It is handed to
// whoever has the thread, while they call.
func (s *Service) Number(tx *table.Tx, a Act) (out wire.Number, err error) {
	_, err = s.on(tx, a, "number", func(w *store.Work, _ store.Thread, _ thread.Relation) error {
		if w.Call == nil || w.Call.State != string(wire.CallNow) || w.Call.By != a.Who.ID || w.Holder != a.Who.ID || w.Call.Number != "file" {
			return refuse(wire.CodeCallBack, "only during an attempt")
		}
		c, err := s.st.Contacts.Get(tx, w.Opener)
		if err != nil || c.Phone == "" {
			return wire.Refuse(wire.CodeNotFound).Because(fmt.Errorf("no number on file: %w", err))
		}
		out.Number = c.Phone
		return nil
	})
	return out, err
}
