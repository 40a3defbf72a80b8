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

// Announce takes in an announcement that the caller signed.
func (d *Door) Announce(ctx context.Context, c Caller, in wire.Signed) error {
	return d.change(ctx, c, "POST /v1/announcements", func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.announcements.Put(tx, st, in, c.From, now)
	}, kv.Own(store.PartAnnouncements))
}

// Announcements lists those for the caller.
func (d *Door) Announcements(ctx context.Context, c Caller) (out wire.AnnouncementList, err error) {
	err = d.ask(ctx, c, "GET /v1/announcements", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.announcements.Show(tx, st, now)
		return err
	})
	return out, err
}

// ReadAnnouncement notes that the caller has read one.
func (d *Door) ReadAnnouncement(ctx context.Context, c Caller, id wire.ID) error {
	return d.change(ctx, c, "POST /v1/announcements/{announcement}/read", func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.announcements.Read(tx, st, store.ID(id), now)
	}, kv.Own(store.PartAnnouncements))
}

// WithdrawAnnouncement stops showing one.
func (d *Door) WithdrawAnnouncement(ctx context.Context, c Caller, id wire.ID) error {
	return d.change(ctx, c, "POST /v1/announcements/{announcement}/withdraw", func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.announcements.Withdraw(tx, st, store.ID(id), c.From, now)
	}, kv.Own(store.PartAnnouncements))
}

// Find looks for assisters whom a line can write to, by the numbers of their
// credentials.
func (d *Door) Find(ctx context.Context, c Caller, line wire.ID, in wire.FindAsk) (out wire.FoundList, err error) {
	err = d.ask(ctx, c, "POST /v1/lines/{line}/find", func(tx *table.Tx, st account.Standing, now time.Time) error {
		if !d.threads.WorksOn(st, store.ID(line), now) {
			return wire.Refuse(wire.CodeNotFound)
		}
		out, err = d.people.Find(tx, store.ID(line), in, now)
		return err
	})
	return out, err
}
