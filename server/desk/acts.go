package desk

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"arcline/server/account"
	"arcline/server/thread"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// What a lead says to an urgent thread.
const (
	reviewWaits   = "waits"
	reviewAgreed  = "agreed"
	reviewRefused = "refused"
)

// Act is somebody's act on a thread as work, in a transaction that owns the
// thread's partition.
type Act struct {
	Who  account.Standing
	ID   store.ID // of the thread
	From string   // address that it came from
	Now  time.Time
}

// on runs an act: it reads thread and work for somebody they are served to, lets
// fn change the work, and writes both work and audit record.
func (s *Service) on(tx *table.Tx, a Act, name string, fn func(w *store.Work, row store.Thread, rel thread.Relation) error) (store.Work, error) {
	row, rel, err := s.threads.Served(tx, a.Who, a.ID, a.Now)
	if err != nil {
		return store.Work{}, err
	}
	w, err := s.st.Work.Get(tx, a.ID)
	if errors.Is(err, table.ErrNotFound) {
		return w, refuse(wire.CodeState, "a thread of before there was a desk: its next entry begins the work")
	}
	if err != nil {
		return w, fmt.Errorf("read the work: %w", err)
	}
	before := len(w.Events)
	if err := fn(&w, row, rel); err != nil {
		return w, err
	}
	if len(w.Events) > before && actsOf(w, a.Who.ID) > maxActs {
		return w, refuse(wire.CodeTooMany, "too many acts in one thread")
	}
	if err := s.st.Work.Put(tx, a.ID, w); err != nil {
		return w, fmt.Errorf("write the work: %w", err)
	}
	return w, s.audit(tx, a.ID, a.Who, name, "", a.From, a.Now)
}

// maxActs bounds the facts that one person adds to a thread. The row is read and
// written whole at every entry: whoever goes to and fro for ever would make it so
// large that nothing could be written in the thread any more.
const maxActs = 500

// actsOf counts what somebody has added apart from what any entry says, which are
// bounded by themselves.
func actsOf(w store.Work, who store.ID) (n int) {
	for _, e := range w.Events {
		switch e.What {
		case store.WorkAsked, store.WorkAnswered, store.WorkDisclosed, store.WorkReopened, store.WorkClosed:
		default:
			if e.By == who {
				n++
			}
		}
	}
	return n
}

// event is a fact of this act.
func (a Act) event(what string) store.WorkEvent {
	return store.WorkEvent{At: a.Now.UnixMilli(), What: what, By: a.Who.ID}
}

func refuse(c wire.Code, why string) error { return wire.Refuse(c).Because(errors.New(why)) }

// Wait says what a thread waits for, or that it waits no longer.
func (s *Service) Wait(tx *table.Tx, a Act, in wire.WaitAct) (store.Work, error) {
	return s.on(tx, a, "wait", func(w *store.Work, _ store.Thread, _ thread.Relation) error {
		if w.Holder != a.Who.ID || w.Closed {
			return refuse(wire.CodeState, "only who has a thread says what it waits for")
		}
		e := a.event(store.WorkWaits)
		switch in.For {
		case "":
			if w.WaitFor == "" {
				return nil
			}
			e.What, in.Until = store.WorkResumed, 0
		case waitAssister, "office":
			if in.Until != 0 && in.Until <= e.At {
				return refuse(wire.CodeMalformed, "a time that has passed")
			}
		case "until":
			if in.Until <= e.At {
				return refuse(wire.CodeMalformed, "a time that has passed")
			}
		default:
			return refuse(wire.CodeMalformed, "nothing that one can wait for")
		}
		e.Code, e.N = in.For, in.Until
		w.WaitFor, w.WaitUntil, w.Events = in.For, in.Until, append(w.Events, e)
		return nil
	})
}

// Urgent asks that a thread goes first, or takes that back.
func (s *Service) Urgent(tx *table.Tx, a Act, in wire.UrgentAct) (store.Work, error) {
	return s.on(tx, a, "urgent", func(w *store.Work, _ store.Thread, rel thread.Relation) error {
		switch {
		case !rel.Party && !rel.Lead:
			return refuse(wire.CodeForbidden, "not a party of the thread")
		case w.Closed:
			return refuse(wire.CodeState, "it is closed")
		case in.Reason != "" && !slices.Contains(wire.UrgentReasons, in.Reason):
			return refuse(wire.CodeMalformed, "no such reason")
		case in.Reason != "" && w.Review == reviewRefused && !rel.Lead:
			return refuse(wire.CodeForbidden, "a lead has refused it")
		}
		e := a.event(store.WorkUrgent)
		e.Code, w.Urgent = in.Reason, in.Reason
		switch {
		case in.Reason != "":
			w.Review = reviewWaits
		case w.Review != reviewRefused || rel.Lead: // taken back and asked for again, a refusal stands
			w.Review = ""
		}
		if in.Reason != "" && rel.Lead {
			w.Review = reviewAgreed
		}
		w.Events = append(w.Events, e)
		return nil
	})
}

// Review is what a lead says to an urgent thread.
func (s *Service) Review(tx *table.Tx, a Act, in wire.ReviewAct) (store.Work, error) {
	return s.on(tx, a, "review", func(w *store.Work, _ store.Thread, rel thread.Relation) error {
		if !rel.Lead {
			return refuse(wire.CodeForbidden, "a lead of the line says so")
		}
		if w.Urgent == "" {
			return refuse(wire.CodeState, "nobody asked that it goes first")
		}
		w.Review = reviewRefused
		if in.Agree {
			w.Review = reviewAgreed
		}
		e := a.event(store.WorkReviewed)
		e.Code = w.Review
		w.Events = append(w.Events, e)
		return nil
	})
}

// suggestFor is how long a lead's suggestion stands, where the desk file does not
// say.
const suggestFor = 30 * time.Minute

// Suggest suggests a thread in line to somebody who can take it. It stays in
// line, and anybody may still take it: work is never locked to somebody away.
func (s *Service) Suggest(tx *table.Tx, a Act, in wire.SuggestAct) (store.Work, error) {
	return s.on(tx, a, "suggest", func(w *store.Work, _ store.Thread, rel thread.Relation) error {
		if !rel.Lead {
			return refuse(wire.CodeForbidden, "a lead of the line says so")
		}
		if !w.InLine() {
			return refuse(wire.CodeState, "it does not wait in line")
		}
		if in.To == nil {
			w.Offered, w.OfferEnds = store.ID{}, 0
			return nil
		}
		if !s.threads.Member(w.Line, store.ID(*in.To)) {
			return refuse(wire.CodeNotFound, "nobody of the line")
		}
		l, _ := s.line(w.Line)
		s.suggest(w, store.ID(*in.To), a.Who.ID, s.offerFor(l), a.Now)
		return nil
	})
}

func (s *Service) suggest(w *store.Work, to, by store.ID, d time.Duration, now time.Time) {
	w.Offered, w.OfferEnds = to, now.Add(d).UnixMilli()
	w.Events = append(w.Events, store.WorkEvent{At: now.UnixMilli(), What: store.WorkOffered, By: by, To: to})
}

// opposite is how the other thread sees a tie.
var opposite = map[string]string{"link": "link", "merged": "into", "into": "merged", "from": "split", "split": "from"}

// Link ties two threads together or undoes it. The transaction owns both
// partitions, and both threads are served to the caller.
func (s *Service) Link(tx *table.Tx, a Act, in wire.LinkAct) (store.Work, error) {
	other := store.ID(in.Other)
	if other == a.ID {
		return store.Work{}, refuse(wire.CodeMalformed, "the same thread twice")
	}
	there, _, err := s.threads.Served(tx, a.Who, other, a.Now)
	if err != nil {
		return store.Work{}, err
	}
	return s.on(tx, a, "link", func(w *store.Work, row store.Thread, rel thread.Relation) error {
		if !rel.Lead && w.Holder != a.Who.ID {
			return refuse(wire.CodeForbidden, "only who has a thread ties it to another")
		}
		switch in.Kind {
		case "none":
			return s.untie(tx, w, other, a.Who.ID, a.Now)
		case "link":
			return s.tie(tx, w, other, "link", a.Who.ID, a.Now)
		case "merge":
			if row.Opener != there.Opener || row.Line != there.Line {
				return refuse(wire.CodeState, "threads of two people or lines stay apart")
			}
			return s.tie(tx, w, other, "merged", a.Who.ID, a.Now)
		}
		return refuse(wire.CodeMalformed, "no such tie")
	})
}

// checkSplit refuses a thread that is split off from one that the caller does not
// have, or that takes no more ties: this is known before anything is written.
func (s *Service) checkSplit(tx *table.Tx, m Move, from store.ID) error {
	row, rel, err := s.threads.Served(tx, m.Who, from, m.Now)
	if err != nil {
		return err
	}
	if !rel.Lead && row.Claimer != m.Who.ID {
		return refuse(wire.CodeForbidden, "only who has a thread ties it to another")
	}
	w, err := s.st.Work.Get(tx, from)
	if errors.Is(err, table.ErrNotFound) {
		return wire.Refuse(wire.CodeNotFound).Because(err)
	}
	if err == nil && len(w.Linked) >= wire.MaxLinked {
		err = refuse(wire.CodeTooMany, "tied to too many threads")
	}
	return err
}

// tie writes a tie into both rows; w is written by the caller.
func (s *Service) tie(tx *table.Tx, w *store.Work, other store.ID, kind string, by store.ID, now time.Time) error {
	o, err := s.st.Work.Get(tx, other)
	if errors.Is(err, table.ErrNotFound) {
		return wire.Refuse(wire.CodeNotFound).Because(err)
	}
	if err != nil {
		return fmt.Errorf("read the other thread: %w", err)
	}
	if len(w.Linked) >= wire.MaxLinked || len(o.Linked) >= wire.MaxLinked {
		return refuse(wire.CodeTooMany, "tied to too many threads")
	}
	put := func(w *store.Work, other store.ID, kind string) {
		w.Linked = append(slices.DeleteFunc(slices.Clone(w.Linked), func(l store.LinkedWork) bool { return l.Thread == other }), store.LinkedWork{Thread: other, Kind: kind})
		w.Events = append(w.Events, store.WorkEvent{At: now.UnixMilli(), What: store.WorkLinked, By: by, To: other, Code: kind})
	}
	put(w, other, kind)
	put(&o, w.Thread, opposite[kind])
	return s.st.Work.Put(tx, other, o)
}

func (s *Service) untie(tx *table.Tx, w *store.Work, other, by store.ID, now time.Time) error {
	o, err := s.st.Work.Get(tx, other)
	if err != nil {
		return fmt.Errorf("read the other thread: %w", err)
	}
	cut := func(w *store.Work, other store.ID) bool {
		n := len(w.Linked)
		w.Linked = slices.DeleteFunc(slices.Clone(w.Linked), func(l store.LinkedWork) bool { return l.Thread == other })
		if len(w.Linked) < n {
			w.Events = append(w.Events, store.WorkEvent{At: now.UnixMilli(), What: store.WorkUnlinked, By: by, To: other})
		}
		return len(w.Linked) < n
	}
	if !cut(w, other) || !cut(&o, w.Thread) {
		return refuse(wire.CodeNotFound, "they are not tied")
	}
	return s.st.Work.Put(tx, other, o)
}

// History lists what has happened to a thread as work, for those it is served to.
func (s *Service) History(tx *table.Tx, a Act) (wire.WorkHistory, error) {
	out := wire.WorkHistory{Events: []wire.WorkEvent{}}
	if _, _, err := s.threads.Served(tx, a.Who, a.ID, a.Now); err != nil {
		return out, err
	}
	w, err := s.st.Work.Get(tx, a.ID)
	if errors.Is(err, table.ErrNotFound) {
		return out, nil // of before there was a desk
	}
	if err != nil {
		return out, fmt.Errorf("read the work: %w", err)
	}
	for _, e := range w.Events {
		out.Events = append(out.Events, wire.WorkEvent{At: e.At, What: e.What, By: idOrNil(e.By), To: idOrNil(e.To), N: e.N, Code: e.Code})
	}
	return out, nil
}

func idOrNil(id store.ID) *wire.ID {
	if id == (store.ID{}) {
		return nil
	}
	out := wire.ID(id)
	return &out
}
