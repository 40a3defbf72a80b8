// Package command is the one door for every change. Each command goes the same
// five steps, in this order: permission, one transaction with the rule and its
// audit record, commit, answer, notice. Nothing else in the house changes
// anything, and nobody is told of what is not yet on disk.
//
// Here, and in the rooms above, the clock is read; the rules below take it as
// an argument.
package command

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"arcline/server/account"
	"arcline/server/alert"
	"arcline/server/announce"
	"arcline/server/desk"
	"arcline/server/hub"
	"arcline/server/session"
	"arcline/server/thread"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Door is the way in.
type Door struct {
	st       *store.Store
	people   *account.Service
	sessions *session.Service
	threads  *thread.Service
	desk     *desk.Service
	alerts   *alert.Service

	announcements *announce.Service
	hub           *hub.Hub
	presence      hub.Presence
	now           func() time.Time
	words         Words
	rotating      sync.Mutex // one change of the key of access tokens at a time
}

// Words are what the agency says of itself.
type Words struct {
	House   wire.House
	Replies map[string]string // by a line's short name: when it usually answers
}

// New opens the door. A nil clock is the system's.
func New(st *store.Store, people *account.Service, sessions *session.Service, threads *thread.Service, line *desk.Service, alerts *alert.Service, announcements *announce.Service, h *hub.Hub, words Words, clock func() time.Time) *Door {
	if clock == nil {
		clock = time.Now
	}
	return &Door{st: st, people: people, sessions: sessions, threads: threads, desk: line, alerts: alerts, announcements: announcements, hub: h, words: words, now: clock}
}

// Caller is who asks, proved by a token or a ticket, and from where.
type Caller struct {
	Grip   session.Grip
	From   string
	Factor Factor // brought by this request; empty where it brings none
	Quiet  bool   // a program asks by itself: it keeps no sign-in alive
}

// Quietly is the same caller, asking by itself.
func (c Caller) Quietly(quiet bool) Caller {
	c.Quiet = c.Quiet || quiet
	return c
}

// Factor is the attestation of a second factor and what it must have been given
// for.
type Factor struct{ Text, Object string }

// Now is the door's clock.
func (d *Door) Now() time.Time { return d.now() }

// allow asks the permission table.
func allow(act string, role wire.Role) (wire.Act, error) {
	a, ok := wire.FindAct(act)
	if !ok {
		return a, wire.Refuse(wire.CodeUnknownFrame).Because(fmt.Errorf("no act %q", act))
	}
	if !a.Allows(role) {
		return a, wire.Refuse(wire.CodeForbidden).Because(fmt.Errorf("%s may not %s", role, act))
	}
	return a, nil
}

// enter is the first step of every command on behalf of a person, inside its
// transaction: the session lives, the person and the device stand, the role may
// ask, and, for what writes, the certification holds now.
func (d *Door) enter(tx *table.Tx, c Caller, act string, now time.Time) (account.Standing, error) {
	a, ok := wire.FindAct(act)
	if !ok {
		return account.Standing{}, wire.Refuse(wire.CodeUnknownFrame).Because(fmt.Errorf("no act %q", act))
	}
	st, err := d.sessions.Check(tx, c.Grip, now, a)
	if err != nil {
		return st, err
	}
	if !a.Allows(wire.Role(st.Role)) {
		return st, wire.Refuse(wire.CodeForbidden).Because(fmt.Errorf("%s may not %s", st.Role, act))
	}
	if !a.Passive && !c.Quiet {
		d.sessions.Touch(c.Grip, now)
	}
	return st, nil
}

// fresh demands a second factor given for exactly this act on exactly this
// object, and uses it up. The transaction owns the caller's account.
func (d *Door) fresh(tx *table.Tx, c Caller, act string, now time.Time) error {
	sp, err := d.sessions.CheckStepUp(tx, c.Grip, c.Factor.Text, act, c.Factor.Object, now)
	if err != nil {
		return err
	}
	return d.sessions.Spend(tx, sp)
}

// change runs a command that writes: enter, the second factor where the act
// needs one, then fn, in one transaction that owns the given parts and at least
// sees the caller's account.
func (d *Door) change(ctx context.Context, c Caller, act string, fn func(tx *table.Tx, st account.Standing, now time.Time) error, parts ...kv.Part) error {
	now := d.now()
	a, _ := wire.FindAct(act)
	me := kv.See(store.PartAccount(c.Grip.Account))
	if a.StepUp {
		me = kv.Own(store.PartAccount(c.Grip.Account))
	}
	err := d.st.Update(ctx, func(tx *table.Tx) error {
		st, err := d.enter(tx, c, act, now)
		if err == nil && a.StepUp {
			err = d.fresh(tx, c, act, now)
		}
		if err != nil {
			return err
		}
		return fn(tx, st, now)
	}, kv.Join(append(parts, me)...)...)
	return outcome(err)
}

// ask runs a command that only reads.
func (d *Door) ask(ctx context.Context, c Caller, act string, fn func(tx *table.Tx, st account.Standing, now time.Time) error) error {
	now := d.now()
	return outcome(d.st.View(ctx, func(tx *table.Tx) error {
		st, err := d.enter(tx, c, act, now)
		if err != nil {
			return err
		}
		return fn(tx, st, now)
	}))
}

// outcome names an error whose effect cannot be known.
func outcome(err error) error {
	if errors.Is(err, kv.ErrStopped) {
		return wire.Refuse(wire.CodeUnknownOutcome).Because(err)
	}
	return err
}

// nothing is the question whether one may ask.
func nothing(*table.Tx, account.Standing, time.Time) error { return nil }

// Alive reports whether a caller's session may go on, and until when it does if
// its person does nothing more. Sockets ask when woken.
func (d *Door) Alive(ctx context.Context, c Caller) (until time.Time, err error) {
	err = d.ask(ctx, c, "ping", func(tx *table.Tx, _ account.Standing, _ time.Time) error {
		until, err = d.sessions.Until(tx, c.Grip, c.Grip.Role)
		return err
	})
	return until, err
}

// actor is the caller for the rooms that run their own transaction: its first
// step is Enter, which asks for everything that the act demands of the caller.
func (d *Door) actor(c Caller, act string, now time.Time) account.Actor {
	by := account.Actor{Account: c.Grip.Account, Device: c.Grip.Device, From: c.From, Part: kv.See(store.PartAccount(c.Grip.Account))}
	a, _ := wire.FindAct(act)
	if a.StepUp {
		by.Part = kv.Own(store.PartAccount(c.Grip.Account))
	}
	by.Enter = func(tx *table.Tx) error {
		if _, err := d.enter(tx, c, act, now); err != nil || !a.StepUp {
			return err
		}
		return d.fresh(tx, c, act, now)
	}
	return by
}

// Hub is where sockets wait.
func (d *Door) Hub() *hub.Hub { return d.hub }
