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
	actKeepDraft = "PUT /v1/drafts"
	actDrafts    = "GET /v1/drafts"
)

// KeepDraft keeps one of the caller's drafts for their other devices.
func (d *Door) KeepDraft(ctx context.Context, c Caller, in wire.Draft) error {
	return d.change(ctx, c, actKeepDraft, func(tx *table.Tx, _ account.Standing, now time.Time) error {
		return d.people.KeepDraft(tx, c.Grip.Account, in, now)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
}

// Drafts lists the caller's drafts.
func (d *Door) Drafts(ctx context.Context, c Caller) (out wire.DraftList, err error) {
	err = d.ask(ctx, c, actDrafts, func(tx *table.Tx, _ account.Standing, _ time.Time) error {
		out, err = d.people.Drafts(tx, c.Grip.Account)
		return err
	})
	return out, err
}
