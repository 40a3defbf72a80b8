package account

import (
	"errors"
	"fmt"
	"time"

	"arcline/crypto/chain"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// stands refuses whoever is not active or, for writing, not certified now.
func (s *Service) stands(a store.Account, now time.Time, write bool) error {
	switch {
	case a.State == store.AccountPending:
		return wire.Refuse(wire.CodeNotCertified).Because(errors.New("no credential yet"))
	case a.State == store.AccountDisabled:
		return wire.Refuse(wire.CodeSignIn).Because(errors.New("account is disabled"))
	case a.Barred != "":
		return wire.Refuse(wire.CodeSuspended).Because(errors.New(a.Barred))
	case !s.rules.Support && a.Role == string(wire.RoleSupport):
		return wire.Refuse(wire.CodeSuspended).Because(errors.New("this exchange has no support staff"))
	case write && (now.UnixMilli() > a.NotAfter || a.Until != 0 && now.UnixMilli() > a.Until):
		return wire.Refuse(wire.CodeNotCertified)
	}
	return nil
}

// Addressed refuses unless a line's staff can begin a thread with somebody now, who
// could write back: an assister in standing, given this line by the roster. Whoever asks learns
// nothing of the reason. The transaction sees the account's partition.
func (s *Service) Addressed(tx *table.Tx, acct, line store.ID, now time.Time) error {
	a, err := s.st.Accounts.Get(tx, acct)
	if err == nil {
		err = s.stands(a, now, true)
	}
	if err != nil && !errors.Is(err, table.ErrNotFound) && wire.CodeOf(err) == wire.CodeInternal {
		return fmt.Errorf("read whom a thread is begun with: %w", err)
	}
	if err != nil || !chain.Assister(a.Role) || !(Standing{Account: a}).Reaches(line, now) {
		return wire.Refuse(wire.CodeNotFound).Because(errors.Join(errors.New("nobody whom this line can write to"), err))
	}
	return nil
}
