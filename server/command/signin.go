package command

import (
	"context"
	"errors"
	"time"

	"arcline/server/account"
	"arcline/server/hub"
	"arcline/server/session"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

const (
	actSessions    = "GET /v1/sessions"
	actEndSession  = "DELETE /v1/sessions/{session}"
	actSignOutWho  = "POST /v1/people/{account}/sign-out"
	actHistory     = "GET /v1/authenticators"
	actPassword    = "POST /v1/password"
	actApp         = "POST /v1/app"
	actConfirmApp  = "POST /v1/app/confirm"
	actRotateToken = "POST /v1/token-keys"
)

// tellStanding wakes whoever is connected as a person: sockets look whether they
// may go on.
func (d *Door) tellStanding(acct store.ID) {
	d.hub.Notify(hub.Topic{Kind: hub.AccountTopic, ID: acct})
}

// Sessions lists the caller's sign-ins.
func (d *Door) Sessions(ctx context.Context, c Caller) (out wire.SessionList, err error) {
	err = d.ask(ctx, c, actSessions, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		out, err = d.sessions.List(tx, c.Grip, c.Grip.Role, now)
		return err
	})
	return out, err
}

// EndSession ends one of the caller's sign-ins.
func (d *Door) EndSession(ctx context.Context, c Caller, id wire.ID) error {
	err := d.change(ctx, c, actEndSession, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		return d.sessions.EndOne(tx, store.ID(id), "ended by its owner", d.actor(c, actEndSession, now), now)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
	d.tellStanding(c.Grip.Account)
	return err
}

// SignOutPerson ends every sign-in of a person, by a registrar.
func (d *Door) SignOutPerson(ctx context.Context, c Caller, who wire.ID) error {
	err := d.change(ctx, c, actSignOutWho, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		if there, err := d.st.Accounts.Has(tx, store.ID(who)); err != nil || !there {
			return wire.Refuse(wire.CodeNotFound).Because(err)
		}
		return d.sessions.EndAll(tx, store.ID(who), store.ID{}, "ended by the registrar", d.actor(c, actSignOutWho, now), now)
	}, kv.Own(store.PartAccount(store.ID(who))))
	d.tellStanding(store.ID(who))
	return err
}

// Authenticators lists everything the caller could ever sign in with.
func (d *Door) Authenticators(ctx context.Context, c Caller) (out wire.AuthenticatorList, err error) {
	err = d.ask(ctx, c, actHistory, func(tx *table.Tx, _ account.Standing, _ time.Time) error {
		out.Authenticators = []wire.AuthenticatorInfo{}
		all, err := d.people.History(tx, c.Grip.Account)
		for _, b := range all {
			out.Authenticators = append(out.Authenticators, wire.AuthenticatorInfo{Kind: b.Kind, Bound: b.At, By: wire.ID(b.By), From: b.From, Ended: b.Ended, Why: b.Why})
		}
		return err
	})
	return out, err
}

// ChangePassword puts a new password in force and ends the person's other
// sign-ins. The old password is asked for besides the second factor: an unlocked
// device alone must not be enough.
func (d *Door) ChangePassword(ctx context.Context, c Caller, in wire.ChangePassword) error {
	if c.Factor.Text == "" {
		return wire.Refuse(wire.CodeStepUp)
	}
	if err := d.sessions.CheckPassword(ctx, c.Grip, in.Old, c.From, d.now()); err != nil {
		return outcome(err)
	}
	name, err := d.people.Name(ctx, c.Grip.Account)
	if err != nil {
		return err
	}
	rec, err := d.sessions.NewPassword(ctx, name, in.New)
	if err != nil {
		return err
	}
	err = d.change(ctx, c, actPassword, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		return d.sessions.SetPassword(tx, c.Grip, rec, d.actor(c, actPassword, now), now)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
	d.tellStanding(c.Grip.Account)
	return err
}

// OfferApp makes a new authenticator app's seed. The old app works until the new
// one has given its first code.
func (d *Door) OfferApp(ctx context.Context, c Caller) (out wire.AppOffer, err error) {
	err = d.change(ctx, c, actApp, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		out.OTPAuth, err = d.sessions.OfferApp(tx, c.Grip, d.actor(c, actApp, now), now)
		return err
	}, kv.Own(store.PartAccount(c.Grip.Account)))
	return out, err
}

// ConfirmApp puts the new authenticator app in force and ends the person's other
// sign-ins.
func (d *Door) ConfirmApp(ctx context.Context, c Caller, in wire.ConfirmApp) error {
	now := d.now()
	err := d.sessions.TakeApp(ctx, c.Grip, in.Code, d.actor(c, actConfirmApp, now), now)
	d.tellStanding(c.Grip.Account)
	return outcome(err)
}

// RotateTokenKeys makes a new key for access tokens. Nobody is signed out: in an
// emergency everybody's program asks for a new token at once, else when the old
// one ends.
func (d *Door) RotateTokenKeys(ctx context.Context, c Caller, in wire.RotateTokenKeys) error {
	d.rotating.Lock()
	defer d.rotating.Unlock()
	var keys []account.TokenKey
	err := d.change(ctx, c, actRotateToken, func(tx *table.Tx, _ account.Standing, now time.Time) (err error) {
		keys, err = d.sessions.RotateTokens(tx, in.Emergency, d.actor(c, actRotateToken, now), now)
		return err
	}, kv.Own(store.PartSystem))
	if err == nil {
		d.sessions.TakeTokens(keys)
	}
	return err
}

// RotateDueTokenKeys makes a new key for access tokens when the newest has its
// age; a job asks for it.
func (d *Door) RotateDueTokenKeys(ctx context.Context) error {
	d.rotating.Lock()
	defer d.rotating.Unlock()
	var keys []account.TokenKey
	now := d.now()
	err := d.st.Update(ctx, func(tx *table.Tx) error {
		keys = nil
		due, err := d.sessions.RotationDue(tx, now)
		if err == nil && due {
			keys, err = d.sessions.RotateTokens(tx, false, account.Actor{}, now)
		}
		return err
	}, kv.Own(store.PartSystem))
	if err == nil && keys != nil {
		d.sessions.TakeTokens(keys)
	}
	return outcome(err)
}

// Remember writes down what only memory knows of sign-ins; a job asks for it,
// and a stopping service.
func (d *Door) Remember(ctx context.Context) error {
	return outcome(d.sessions.Remember(ctx, d.now()))
}

// Tidy removes sign-ins and used second factors that ended long ago; a job asks
// for it.
func (d *Door) Tidy(ctx context.Context) error {
	all, err := d.people.Accounts(ctx)
	for _, acct := range all {
		err = errors.Join(err, d.sessions.Tidy(ctx, acct, d.now()))
	}
	return outcome(err)
}

// SignInStats are counters of signing in, for metrics.
func (d *Door) SignInStats() session.Stats { return d.sessions.Stats() }
