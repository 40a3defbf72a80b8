// Package desk runs the lines: what a thread is about, its place in line, its
// clocks, who is suggested to take it, and call-backs. A thread as work is one
// row of facts (store.Work); everything that a screen shows of it, from due
// times to reports, is computed from these facts and never stored.
//
// The desk knows no content. It decides what may be asked of a line, never who
// can read: that is crypto/chain's and the thread's row.
package desk

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/account"
	"arcline/server/desk/report"
	"arcline/server/desk/rules"
	"arcline/server/record"
	"arcline/server/thread"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Service is the room's door.
type Service struct {
	st      *store.Store
	people  *account.Service
	threads *thread.Service
	rules   *rules.Set
	kept    *tallies
}

// New opens the room with the agency's desk file.
func New(st *store.Store, people *account.Service, threads *thread.Service, set *rules.Set) *Service {
	return &Service{st: st, people: people, threads: threads, rules: set, kept: newTallies()}
}

// line is how a line answers. A line that the desk file does not name has no
// topics, no promise and no clock.
func (s *Service) line(id store.ID) (*rules.Line, bool) { return s.rules.Desk(s.people.LineSlug(id)) }

// Move is an entry on its way into a thread.
type Move struct {
	Who    account.Standing
	Head   envelope.Head
	Told   *wire.Told
	From   string // address that it came from
	Now    time.Time
	Change thread.Changed // what it changed; only in Took
}

func (m Move) told() wire.Told {
	if m.Told == nil {
		return wire.Told{}
	}
	return *m.Told
}

// opener reports whether it was made by whoever asked.
func (m Move) opener() bool { return m.Who.ID == m.Change.After.Opener }

// Check refuses what a line's rules refuse, before anything is written.
func (s *Service) Check(tx *table.Tx, m Move) error {
	switch m.Head.Type {
	case envelope.EntryOpen, envelope.EntryOutreach:
		return s.checkOpen(tx, m)
	case envelope.EntryClose:
		return s.checkClose(tx, m)
	case envelope.EntryMessage:
		return s.checkMessage(tx, m)
	}
	if m.Told != nil {
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("nothing is told with this kind of entry"))
	}
	return nil
}

func (s *Service) checkOpen(tx *table.Tx, m Move) error {
	told, out := m.told(), m.Head.Type == envelope.EntryOutreach
	if out && told.From != nil {
		if err := s.checkSplit(tx, m, store.ID(*told.From)); err != nil {
			return err
		}
	}
	l, ok := s.line(store.ID(m.Head.Line))
	switch {
	case len(told.Disclosed) > 0 || told.Verified != nil || !out && told.From != nil || out && (told.Urgent != "" || told.CallBack != nil):
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("told with another kind of entry"))
	case told.Urgent != "" && !slices.Contains(wire.UrgentReasons, told.Urgent):
		return wire.Refuse(wire.CodeMalformed).Because(fmt.Errorf("no reason %q", told.Urgent))
	case told.Consumers < 0 || told.Consumers > wire.MaxConsumers:
		return wire.Refuse(wire.CodeTopic).Because(fmt.Errorf("%d consumers", told.Consumers))
	case told.Topic != "" && !ok:
		return wire.Refuse(wire.CodeTopic).Because(errors.New("this line has no topics"))
	case told.Topic != "": // without: a program of before topics, or one that has none to say
		if err := checkTopic(m, l, told, out); err != nil {
			return err
		}
	}
	if told.CallBack == nil {
		return nil
	}
	if !ok || !l.Desk.CallBack.Offered {
		return wire.Refuse(wire.CodeCallBack).Because(errors.New("this line does not call back"))
	}
	if err := checkAsk(*told.CallBack); err != nil {
		return err
	}
	return s.checkSlot(tx, l, store.ID(m.Head.Line), told.CallBack.Slot, m.Now)
}

// checkTopic holds what begins to the rules of its topic.
func checkTopic(m Move, l *rules.Line, told wire.Told, out bool) error {
	t, ok := l.Topic(told.Topic)
	switch {
	case !ok:
		return wire.Refuse(wire.CodeTopic).Because(fmt.Errorf("no topic %q", told.Topic))
	case out:
		return nil
	case t.Elsewhere != "":
		return wire.Refuse(wire.CodeTopic).Because(errors.New("not for this line"))
	case len(t.Roles) > 0 && !slices.Contains(t.Roles, wire.Role(m.Who.Role)):
		return wire.Refuse(wire.CodeTopic).Because(errors.New("not for this role"))
	case told.Consumers > max(1, t.Consumers):
		return wire.Refuse(wire.CodeTopic).Because(fmt.Errorf("%d consumers where %d are the most", told.Consumers, max(1, t.Consumers)))
	case t.Identifiers > 0 && told.Consumers == 0:
		return wire.Refuse(wire.CodeTopic).Because(errors.New("it must be about a consumer"))
	case t.Sensitive && m.Head.Flags&envelope.FlagSensitive == 0:
		return wire.Refuse(wire.CodeTopic).Because(errors.New("this topic is sensitive and the thread is not marked so"))
	case t.Phone && told.CallBack == nil:
		return wire.Refuse(wire.CodeTopic).Because(errors.New("this topic is settled by phone"))
	}
	return nil
}

func (s *Service) checkMessage(tx *table.Tx, m Move) error {
	told := m.told()
	if told.Topic != "" || told.Consumers != 0 || told.Urgent != "" || told.From != nil {
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("told with another kind of entry"))
	}
	if len(told.Disclosed) > 0 && wire.Role(m.Who.Role).Assister() {
		return wire.Refuse(wire.CodeForbidden).Because(errors.New("staff disclose"))
	}
	if len(told.Disclosed) > len(wire.Disclosures) {
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("a kind of data twice"))
	}
	for _, d := range told.Disclosed {
		if !slices.Contains(wire.Disclosures, d) {
			return wire.Refuse(wire.CodeMalformed).Because(fmt.Errorf("no kind of data %q", d))
		}
	}
	return s.checkPhone(tx, m, told)
}

// checkPhone holds what a message tells of a call-back to the state of the thread.
func (s *Service) checkPhone(tx *table.Tx, m Move, told wire.Told) error {
	if told.CallBack == nil && told.Verified == nil {
		return nil
	}
	w, err := s.st.Work.Get(tx, store.ID(m.Head.Thread))
	if errors.Is(err, table.ErrNotFound) {
		return refuse(wire.CodeState, "a thread of before there was a desk: its next entry begins the work")
	}
	if err != nil {
		return fmt.Errorf("read the work: %w", err)
	}
	if actsOf(w, m.Who.ID) >= maxActs { // a code that is final: the message does not wait for a time that never comes
		return refuse(wire.CodeState, "too many acts in one thread")
	}
	if told.CallBack != nil {
		err = s.checkCall(tx, m, w, *told.CallBack)
	}
	if err == nil && told.Verified != nil {
		err = checkVerified(m, w, *told.Verified)
	}
	return err
}

// checkClose holds the rule of topics that are settled by phone: they are not
// done before the consumer was on the line. Whoever asked may withdraw at any time.
func (s *Service) checkClose(tx *table.Tx, m Move) error {
	if m.Told != nil {
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("nothing is told with this kind of entry"))
	}
	w, err := s.st.Work.Get(tx, store.ID(m.Head.Thread))
	if errors.Is(err, table.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the work: %w", err)
	}
	done := m.Head.Outcome == envelope.OutcomeAnswered || m.Head.Outcome == envelope.OutcomeElsewhere || m.Head.Outcome == envelope.OutcomeNone
	l, ok := s.line(w.Line)
	if !ok || !done || m.Who.ID == w.Opener || w.Verified {
		return nil
	}
	if t, ok := l.Topic(w.Topic); ok && t.Phone {
		return wire.Refuse(wire.CodeUnverified).Because(errors.New("the consumer was not on the line"))
	}
	return nil
}

// Took writes down what an accepted entry means for the thread as work. The
// transaction owns the thread's partition, and that of the thread it was split
// from.
func (s *Service) Took(tx *table.Tx, m Move) error {
	if m.Change.Notes {
		return nil
	}
	id := m.Change.After.ID
	w, err := s.st.Work.Get(tx, id)
	if errors.Is(err, table.ErrNotFound) {
		w, err = begin(m), nil
	}
	if err != nil {
		return fmt.Errorf("read the work: %w", err)
	}
	if m.Head.Type == envelope.EntryReveal {
		k := store.RevealKey{Thread: id, Card: store.ID(m.Head.Card), Account: m.Who.ID}
		return s.st.Reveals.Put(tx, k, store.Reveal{Until: m.Now.Add(wire.RevealFor * time.Second).UnixMilli()})
	}
	before := len(w.Events)
	s.apply(&w, m)
	if len(w.Events) == before {
		return nil
	}
	if from := m.told().From; from != nil {
		if err := s.tie(tx, &w, store.ID(*from), "from", m.Who.ID, m.Now); err != nil {
			return err
		}
	}
	for _, e := range w.Events[before:] {
		act := audited[e.What]
		if act == "" || m.Head.Type != envelope.EntryMessage {
			continue
		}
		if err := s.audit(tx, id, m.Who, act, e.Code, m.From, m.Now); err != nil {
			return err
		}
	}
	return s.st.Work.Put(tx, id, w)
}

// audited are the facts told with a message that the thread's record names, as it
// names them.
var audited = map[string]string{store.WorkDisclosed: "disclosure", store.WorkCallAsked: "call-back", store.WorkVerified: "verified"}

// begin is the row of a thread at its first entry.
func begin(m Move) store.Work {
	t, told := m.Change.After, m.told()
	w := store.Work{Thread: t.ID, Line: t.Line, Opener: t.Opener, Topic: told.Topic, Consumers: told.Consumers, Opened: t.Opened, Since: t.Opened, Urgent: told.Urgent}
	if w.Topic == "" {
		w.Topic = otherTopic
	}
	if m.Head.Index > 0 { // it was opened before there was a desk
		w.Holder, w.Closed = t.Claimer, t.State == string(wire.StateClosed)
		w.Events = append(w.Events, store.WorkEvent{At: t.Opened, What: store.WorkOpened, By: t.Opener})
	}
	return w
}

// waitAssister is what a thread waits for after a question back: staff's own
// messages do not end that.
const waitAssister = "assister"

// otherTopic is what a thread is about when nobody said.
const otherTopic = "other"

// apply adds the facts of an entry to the row.
func (s *Service) apply(w *store.Work, m Move) {
	at, by, after := m.Now.UnixMilli(), m.Who.ID, m.Change.After
	add := func(e store.WorkEvent) { e.At, e.By = at, by; w.Events = append(w.Events, e) }
	switch m.Head.Type {
	case envelope.EntryOpen:
		add(store.WorkEvent{What: store.WorkOpened})
		if w.Urgent != "" {
			w.Review = reviewWaits
			add(store.WorkEvent{What: store.WorkUrgent, Code: w.Urgent})
		}
		if ask := m.told().CallBack; ask != nil {
			w.Call = callOf(*ask)
			add(store.WorkEvent{What: store.WorkCallAsked, N: ask.Slot})
		}
	case envelope.EntryOutreach:
		w.Holder = by
		add(store.WorkEvent{What: store.WorkOpened})
		add(store.WorkEvent{What: store.WorkTaken})
	case envelope.EntryClaim:
		w.Holder, w.Offered, w.OfferEnds = by, store.ID{}, 0
		add(store.WorkEvent{What: store.WorkTaken})
	case envelope.EntryRequeue:
		w.Holder, w.WaitFor, w.WaitUntil = store.ID{}, "", 0
		hangUp(w, add)
		if after.Line != w.Line {
			w.Line, w.Offered, w.OfferEnds = after.Line, store.ID{}, 0
			add(store.WorkEvent{What: store.WorkMoved, To: after.Line})
			if w.Call != nil && w.Call.Slot != 0 { // a time of the line that it left
				w.Call.Slot, w.Call.NotUntil = 0, 0
			}
			break
		}
		add(store.WorkEvent{What: store.WorkReturned})
	case envelope.EntryTransfer:
		w.Holder = after.Claimer
		hangUp(w, add)
		add(store.WorkEvent{What: store.WorkHanded, To: after.Claimer})
	case envelope.EntryClose:
		w.Closed, w.WaitFor, w.WaitUntil = true, "", 0
		if w.Call != nil && !over(w.Call.State) {
			w.Call.State, w.Call.NotUntil = string(wire.CallCancelled), 0
		}
		add(store.WorkEvent{What: store.WorkClosed, N: int64(m.Head.Outcome)})
	case envelope.EntryMessage:
		said(w, m, add)
	}
}

// said adds the facts of a message. A message ends a wait and opens what was
// closed.
func said(w *store.Work, m Move, add func(store.WorkEvent)) {
	if w.Closed {
		// It is a new question: it has no place from long ago to come back to, and
		// whether it goes first is asked anew.
		w.Closed, w.Verified, w.Since, w.Urgent = false, false, m.Now.UnixMilli(), ""
		if w.Review != reviewRefused {
			w.Review = ""
		}
		add(store.WorkEvent{What: store.WorkReopened})
	}
	if w.WaitFor != "" && (m.opener() || w.WaitFor != waitAssister) {
		w.WaitFor, w.WaitUntil = "", 0
		add(store.WorkEvent{What: store.WorkResumed})
	}
	if ask := m.told().CallBack; ask != nil {
		asked(w, *ask)
		add(store.WorkEvent{What: store.WorkCallAsked, N: ask.Slot})
	}
	if m.opener() {
		if !Pending(*w) {
			add(store.WorkEvent{What: store.WorkAsked})
		}
		return
	}
	if Pending(*w) {
		add(store.WorkEvent{What: store.WorkAnswered, N: int64(m.Head.Index)})
	}
	if d := m.told().Disclosed; len(d) > 0 {
		add(store.WorkEvent{What: store.WorkDisclosed, N: int64(m.Head.Index), Code: joined(d)})
	}
	if v := m.told().Verified; v != nil {
		w.Verified = true
		add(store.WorkEvent{What: store.WorkVerified, N: int64(v.Identifiers)})
	}
}

func joined(codes []string) string {
	out := ""
	for i, c := range codes {
		if i > 0 {
			out += ","
		}
		out += c
	}
	return out
}

// Pending reports whether something that the assister's side wrote waits for an
// answer of the line.
func Pending(w store.Work) bool {
	_, waits := report.Waiting(w, time.Time{})
	return waits
}

// audit writes a record into the thread's audit chain.
func (s *Service) audit(tx *table.Tx, id store.ID, who account.Standing, act, object, from string, now time.Time) error {
	tail, err := s.st.Tails.Get(tx, id)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	ev := record.Event{At: now.UnixMilli(), Account: who.ID, Device: who.Device.ID, Act: act, Object: object, Outcome: record.Done, From: from}
	if err := record.InThread(s.st, tx, id, &tail, ev); err != nil {
		return err
	}
	return s.st.Tails.Put(tx, id, tail)
}
