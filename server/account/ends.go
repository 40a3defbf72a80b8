package account

import (
	"context"
	"time"

	"arcline/crypto/envelope"
	"arcline/store"
	"arcline/store/table"
)

// OnlyEnds reports whether a statement takes somebody off a line that the roster
// does not give them any more: a grant that has ended. A lead's device says so by
// itself, without a second factor: nobody comes by anything.
func (s *Service) OnlyEnds(ctx context.Context, l envelope.Link, now time.Time) bool {
	if l.Type != envelope.LineRemove {
		return false
	}
	b, err := envelope.DecodeLineMember(envelope.LineRemove, l.Body)
	if err != nil {
		return false
	}
	ended := false
	err = s.st.View(ctx, func(tx *table.Tx) error {
		a, err := s.st.Accounts.Get(tx, store.ID(b.Account))
		ended = err == nil && (a.Barred != "" || a.State == store.AccountDisabled || !(Standing{Account: a}).Reaches(store.ID(l.Chain), now))
		return err
	})
	return err == nil && ended
}
