package command

import (
	"context"
	"time"

	"arcline/server/account"
	"arcline/server/alert"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Reach is how the caller wants to hear that something came.
func (d *Door) Reach(ctx context.Context, c Caller) (out wire.Reach, err error) {
	err = d.ask(ctx, c, "GET /v1/reach", func(tx *table.Tx, _ account.Standing, _ time.Time) error {
		out, err = d.alerts.Reach(tx, c.Grip.Account, c.Grip.Device)
		return err
	})
	return out, err
}

// SetReach changes it.
func (d *Door) SetReach(ctx context.Context, c Caller, in wire.Reach) error {
	return d.change(ctx, c, "PUT /v1/reach", func(tx *table.Tx, _ account.Standing, _ time.Time) error {
		return d.alerts.SetReach(tx, c.Grip.Account, in)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
}

// SetPush tells the caller's device by push from now on, or not any more.
func (d *Door) SetPush(ctx context.Context, c Caller, in wire.Push) error {
	return d.change(ctx, c, "PUT /v1/push", func(tx *table.Tx, _ account.Standing, now time.Time) error {
		return d.alerts.SetPush(tx, c.Grip.Account, c.Grip.Device, in, now)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
}

// DueAlert is somebody to be told now that something came.
type DueAlert = alert.Due

// DueAlerts lists who is to be told now that something came; a job asks.
func (d *Door) DueAlerts(ctx context.Context, most int) ([]DueAlert, error) {
	return d.alerts.Due(ctx, d.now(), most)
}

// Told notes that somebody was told.
func (d *Door) Told(ctx context.Context, due DueAlert) error { return d.alerts.Told(ctx, due) }

// PushGone forgets where a browser was told.
func (d *Door) PushGone(ctx context.Context, k store.PushKey) error { return d.alerts.Gone(ctx, k) }
