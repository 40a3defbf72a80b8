package command

import (
	"context"
	"time"

	"arcline/server/account"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

const (
	actBeginPasskey  = "POST /v1/passkeys/begin"
	actAddPasskey    = "POST /v1/passkeys"
	actPasskeys      = "GET /v1/passkeys"
	actRemovePasskey = "DELETE /v1/passkeys/{passkey}"
	actBeginStepUp   = "POST /v1/stepup/begin"
)

// BeginSignIn answers what a passkey has to sign at sign-in.
func (d *Door) BeginSignIn(in wire.BeginSignIn) (wire.PasskeyOptions, error) {
	return d.sessions.BeginSignIn(in, d.now())
}

// BeginStepUp answers what a passkey has to sign for one act on one object.
func (d *Door) BeginStepUp(ctx context.Context, c Caller, in wire.BeginStepUp) (wire.PasskeyOptions, error) {
	if err := d.ask(ctx, c, actBeginStepUp, nothing); err != nil {
		return wire.PasskeyOptions{}, err
	}
	return d.sessions.BeginStepUp(c.Grip, in, d.now())
}

// BeginPasskey asks for a new passkey, under a second factor.
func (d *Door) BeginPasskey(ctx context.Context, c Caller) (out wire.PasskeyOptions, err error) {
	err = d.change(ctx, c, actBeginPasskey, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		out, err = d.sessions.BeginPasskey(tx, c.Grip, now)
		return err
	})
	return out, err
}

// AddPasskey binds the passkey that was made.
func (d *Door) AddPasskey(ctx context.Context, c Caller, in wire.NewPasskey) error {
	return d.change(ctx, c, actAddPasskey, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		return d.sessions.AddPasskey(tx, c.Grip, in, d.actor(c, actAddPasskey, now), now)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
}

// Passkeys lists the caller's passkeys.
func (d *Door) Passkeys(ctx context.Context, c Caller) (out wire.PasskeyList, err error) {
	err = d.ask(ctx, c, actPasskeys, func(tx *table.Tx, _ account.Standing, _ time.Time) error {
		out, err = d.sessions.ListPasskeys(tx, c.Grip)
		return err
	})
	return out, err
}

// RemovePasskey takes one of the caller's passkeys away.
func (d *Door) RemovePasskey(ctx context.Context, c Caller, id wire.ID) error {
	return d.change(ctx, c, actRemovePasskey, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		return d.sessions.RemovePasskey(tx, c.Grip, store.ID(id), d.actor(c, actRemovePasskey, now), now)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
}
