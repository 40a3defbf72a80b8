// Package alert sees to it that people hear of what waits for them. Somebody who
// was written to and has not read it is told after a while: by a push, then by
// mail, then by mail once more. What is told is one constant sentence; there is no
// name, no topic and no number in it. Reading ends it.
//
// An alert lies beside the thread it is about and is raised in the transaction of
// what it is about: no message without its alert.
package alert

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/thread"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Steps are how long after it came somebody is told, in this order: by push, by
// mail, by mail once more.
type Steps struct{ Push, Mail, Again time.Duration }

// at is how long after it came a step is due; false: there is none any more.
func (s Steps) at(step int) (time.Duration, bool) {
	all := []time.Duration{s.Push, s.Mail, s.Again}
	if step >= len(all) {
		return 0, false
	}
	return all[step], true
}

// Service is the room's door.
type Service struct {
	st    *store.Store
	steps Steps
	zone  *time.Location // in which quiet hours are meant
	hosts []string       // to which pushes may be sent; none: there are no pushes
	key   string         // public key of pushes, base64url
}

// New opens the room. Pushes go only to the hosts; a leading dot stands for any
// name below.
func New(st *store.Store, steps Steps, zone *time.Location, hosts []string, key string) *Service {
	return &Service{st: st, steps: steps, zone: zone, hosts: hosts, key: key}
}

// Said raises and ends alerts for an entry that was accepted, in its transaction,
// which owns the thread's partition.
func (s *Service) Said(tx *table.Tx, ch thread.Changed, h envelope.Head, now time.Time) error {
	t, by := ch.After, store.ID(h.Acct)
	if ch.Notes {
		return nil
	}
	var to store.ID
	switch h.Type {
	case envelope.EntryMessage:
		to = t.Opener
		if by == t.Opener {
			to = t.Claimer
		}
	case envelope.EntryTransfer:
		to = t.Claimer
	case envelope.EntryAck, envelope.EntryClaim:
	default:
		return nil
	}
	if err := s.Seen(tx, t.ID, by); err != nil {
		return err
	}
	if to == (store.ID{}) || to == by {
		return nil
	}
	return s.Raise(tx, t.ID, to, store.AlertMessage, now)
}

// Raise begins to tell somebody of a thread, unless that was begun already. The
// transaction owns the thread's partition.
func (s *Service) Raise(tx *table.Tx, id, to store.ID, kind string, now time.Time) error {
	k := store.AlertKey{Thread: id, Account: to}
	a, err := s.st.Alerts.Get(tx, k)
	if err == nil && a.Next != 0 {
		return nil
	}
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return fmt.Errorf("raise an alert: %w", err)
	}
	return s.st.Alerts.Put(tx, k, store.Alert{Kind: kind, Since: now.UnixMilli(), Next: now.Add(s.steps.Push).UnixMilli()})
}

// Seen ends telling somebody of a thread: they were there.
func (s *Service) Seen(tx *table.Tx, id, who store.ID) error {
	err := s.st.Alerts.Delete(tx, store.AlertKey{Thread: id, Account: who})
	if errors.Is(err, table.ErrNotFound) {
		return nil
	}
	return err
}

// Due is somebody to be told now, and of how many things.
type Due struct {
	Account store.ID
	Keys    []store.AlertKey
	Kind    string // of the newest
	Step    int    // 0: by push; above: by mail
	Contact store.Contact
	Pushes  map[store.PushKey]store.Push
}

// Due lists who is to be told now. Who wants quiet, or is out of office, is told
// when that is over.
func (s *Service) Due(ctx context.Context, now time.Time, most int) ([]Due, error) {
	by := map[store.ID]*Due{}
	later := map[store.AlertKey]int64{}
	var over []store.AlertKey
	var order []store.ID
	err := s.st.View(ctx, func(tx *table.Tx) error {
		r := table.Range{To: func(w *table.KeyWriter) { w.U64(uint64(now.UnixMilli()) + 1) }, Limit: most}
		_, err := s.st.AlertsDue.Scan(tx, r, func(k store.AlertKey, a store.Alert) (bool, error) {
			if still, err := s.concerns(tx, k, a); !still || err != nil {
				over = append(over, k)
				return true, err
			}
			d := by[k.Account]
			if d == nil {
				reach, err := s.reach(tx, k.Account)
				if err != nil {
					return false, err
				}
				if until := s.quiet(reach, now); until.After(now) {
					later[k] = until.UnixMilli()
					return true, nil
				}
				if d, err = s.person(tx, k.Account, reach); err != nil {
					return false, err
				}
				by[k.Account], order = d, append(order, k.Account)
			}
			d.Keys, d.Kind, d.Step = append(d.Keys, k), a.Kind, max(d.Step, a.Step)
			return true, nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for who is to be told: %w", err)
	}
	out := make([]Due, 0, len(order))
	for _, id := range order {
		out = append(out, *by[id])
	}
	for _, k := range over {
		if err := s.end(ctx, k); err != nil {
			return out, err
		}
	}
	for k, at := range later {
		if err := s.change(ctx, k, func(a *store.Alert) { a.Next = at }); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (s *Service) person(tx *table.Tx, acct store.ID, reach store.Reach) (*Due, error) {
	d := &Due{Account: acct, Pushes: map[store.PushKey]store.Push{}}
	c, err := s.st.Contacts.Get(tx, acct)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return d, err
	}
	if !reach.NoMail {
		d.Contact = c
	}
	_, err = s.st.Pushes.Scan(tx, store.PartAccount(acct), table.Range{}, func(k store.PushKey, p store.Push) (bool, error) {
		d.Pushes[k] = p
		return true, nil
	})
	return d, err
}

// Told notes that a step was done. What was read meanwhile is left alone.
func (s *Service) Told(ctx context.Context, d Due) error {
	var errs []error
	for _, k := range d.Keys {
		errs = append(errs, s.change(ctx, k, func(a *store.Alert) {
			a.Step++
			a.Next = 0
			if after, more := s.steps.at(a.Step); more {
				a.Next = a.Since + after.Milliseconds()
			}
		}))
	}
	return errors.Join(errs...)
}

// change changes one alert that still stands, in a transaction of its own.
func (s *Service) change(ctx context.Context, k store.AlertKey, fn func(*store.Alert)) error {
	err := s.st.Update(ctx, func(tx *table.Tx) error {
		a, err := s.st.Alerts.Get(tx, k)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		fn(&a)
		return s.st.Alerts.Put(tx, k, a)
	}, kv.Own(store.PartThread(k.Thread)))
	if err != nil {
		err = fmt.Errorf("change an alert: %w", err)
	}
	return err
}

// Gone forgets where a browser was told, since it is not there any more.
func (s *Service) Gone(ctx context.Context, k store.PushKey) error {
	return s.st.Update(ctx, func(tx *table.Tx) error {
		err := s.st.Pushes.Delete(tx, k)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		return err
	}, kv.Own(store.PartAccount(k.Account)))
}

func (s *Service) reach(tx *table.Tx, acct store.ID) (store.Reach, error) {
	r, err := s.st.Reach.Get(tx, acct)
	if errors.Is(err, table.ErrNotFound) {
		return r, nil
	}
	if err != nil {
		err = fmt.Errorf("read how somebody is reached: %w", err)
	}
	return r, err
}

// Out is until when somebody is out of office; zero: they are not.
func (s *Service) Out(tx *table.Tx, acct store.ID, now time.Time) (int64, error) {
	r, err := s.reach(tx, acct)
	if r.Out <= now.UnixMilli() {
		return 0, err
	}
	return r.Out, err
}

// quiet is until when somebody does not want to be told.
func (s *Service) quiet(r store.Reach, now time.Time) time.Time {
	if r.Out > now.UnixMilli() {
		return time.UnixMilli(r.Out)
	}
	from, ferr := time.Parse("15:04", r.QuietFrom)
	to, terr := time.Parse("15:04", r.QuietTo)
	if ferr != nil || terr != nil || from.Equal(to) {
		return now
	}
	local := now.In(s.zone)
	on := func(t time.Time, days int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+days, t.Hour(), t.Minute(), 0, 0, s.zone)
	}
	for days := -1; days <= 0; days++ {
		begin, end := on(from, days), on(to, days)
		if !end.After(begin) {
			end = on(to, days+1)
		}
		if !now.Before(begin) && now.Before(end) {
			return end
		}
	}
	return now
}

// Reach is how somebody wants to be told.
func (s *Service) Reach(tx *table.Tx, acct, dev store.ID) (wire.Reach, error) {
	r, err := s.reach(tx, acct)
	if err != nil {
		return wire.Reach{}, err
	}
	_, err = s.st.Pushes.Get(tx, store.PushKey{Account: acct, Device: dev})
	here := err == nil
	if errors.Is(err, table.ErrNotFound) {
		err = nil
	}
	return wire.Reach{Mail: !r.NoMail, QuietFrom: r.QuietFrom, QuietTo: r.QuietTo, Out: r.Out, Push: here, PushKey: s.key}, err
}
