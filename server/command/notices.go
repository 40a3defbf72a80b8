package command

import (
	"context"

	"arcline/server/account"
)

// Due is a notice that is to be sent now.
type Due = account.Due

// DueNotices lists what is to be sent now; a job asks.
func (d *Door) DueNotices(ctx context.Context, most int) ([]Due, error) {
	return d.people.DueNotices(ctx, d.now(), most)
}

// SettleNotice notes how sending went.
func (d *Door) SettleNotice(ctx context.Context, due Due, sent error) error {
	return d.people.SettleNotice(ctx, due, sent, d.now())
}
