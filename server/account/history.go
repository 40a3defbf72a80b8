package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/store"
	"arcline/store/table"
)

// Kinds of authenticator in the history.
const (
	KindPassword = "password"
	KindApp      = "app"
	KindPasskey  = "passkey"
)

// Name is the sign-in name of an account.
func (s *Service) Name(ctx context.Context, acct store.ID) (name string, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		a, err := s.st.Accounts.Get(tx, acct)
		name = a.Login
		return err
	})
	return name, err
}

// History lists every authenticator that an account ever had, oldest first
// (SP 800-63B-4, section 4.1: a record of all that are or were bound).
func (s *Service) History(tx *table.Tx, acct store.ID) (out []store.Bound, err error) {
	_, err = s.st.Bound.Scan(tx, store.PartAccount(acct), table.Range{}, func(_ store.BoundKey, b store.Bound) (bool, error) {
		out = append(out, b)
		return true, nil
	})
	return out, err
}

// App is the id of the authenticator app in force. A row with a seed of another
// one was put back from the past.
func (s *Service) App(tx *table.Tx, acct store.ID) (id store.ID, err error) {
	all, err := s.History(tx, acct)
	for _, b := range all {
		if b.Kind == KindApp && b.Ended == 0 {
			id = b.ID
		}
	}
	return id, err
}

// Bind notes that an authenticator of a kind is in force from now on, and that
// the one before it ended, and why. The transaction owns the account.
func (s *Service) Bind(tx *table.Tx, acct store.ID, kind string, id store.ID, by Actor, why string, now time.Time) error {
	all, err := s.History(tx, acct)
	if err != nil {
		return err
	}
	for i, b := range all {
		if kind == KindPasskey || b.Kind != kind || b.Ended != 0 { // of passkeys there may be several
			continue
		}
		if err := s.unbind(tx, acct, i, b, why, now); err != nil {
			return err
		}
	}
	row := store.Bound{Kind: kind, ID: id, At: now.UnixMilli(), By: by.Account, From: by.From}
	if err := s.st.Bound.Insert(tx, store.BoundKey{Account: acct, N: uint64(len(all))}, row); err != nil {
		return fmt.Errorf("bind an authenticator: %w", err)
	}
	return nil
}

// Unbind notes that one authenticator ended. The transaction owns the account.
func (s *Service) Unbind(tx *table.Tx, acct store.ID, kind string, id store.ID, why string, now time.Time) error {
	all, err := s.History(tx, acct)
	for i, b := range all {
		if b.Kind == kind && b.ID == id && b.Ended == 0 {
			err = errors.Join(err, s.unbind(tx, acct, i, b, why, now))
		}
	}
	return err
}

func (s *Service) unbind(tx *table.Tx, acct store.ID, n int, b store.Bound, why string, now time.Time) error {
	b.Ended, b.Why = now.UnixMilli(), why
	if err := s.st.Bound.Put(tx, store.BoundKey{Account: acct, N: uint64(n)}, b); err != nil {
		return fmt.Errorf("end an authenticator: %w", err)
	}
	return nil
}

// bindFirst notes the authenticators that an account begins with.
func (s *Service) bindFirst(tx *table.Tx, acct store.ID, auth store.Authenticator, from string, now time.Time) error {
	by := Actor{Account: acct, From: from}
	if err := s.Bind(tx, acct, KindPassword, store.ID{}, by, "", now); err != nil {
		return err
	}
	return s.Bind(tx, acct, KindApp, auth.App, by, "", now)
}
