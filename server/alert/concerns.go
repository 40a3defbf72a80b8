package alert

import (
	"context"
	"errors"
	"fmt"

	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// concerns reports whether a thread still has to do with somebody who is to be
// told of it: they are not shut out, and they are one of its two sides, it is still
// suggested to them, or they were told as a lead that it is late and it is not
// closed. A thread that somebody lost is nothing to be told of, and could not be
// opened.
func (s *Service) concerns(tx *table.Tx, k store.AlertKey, a store.Alert) (bool, error) {
	if who, err := s.st.Accounts.Get(tx, k.Account); err != nil || who.Barred != "" || who.State == store.AccountDisabled {
		return false, err
	}
	t, err := s.st.Threads.Get(tx, k.Thread)
	if errors.Is(err, table.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the thread of an alert: %w", err)
	}
	if k.Account == t.Opener || k.Account == t.Claimer {
		return true, nil
	}
	w, err := s.st.Work.Get(tx, k.Thread)
	if errors.Is(err, table.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the work of an alert: %w", err)
	}
	return a.Kind == store.AlertLate && !w.Closed || w.InLine() && w.Offered == k.Account, nil
}

// end takes away an alert that concerns nobody any more. It looks again: the
// thread may have come back to them since.
func (s *Service) end(ctx context.Context, k store.AlertKey) error {
	err := s.st.Update(ctx, func(tx *table.Tx) error {
		a, err := s.st.Alerts.Get(tx, k)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if still, err := s.concerns(tx, k, a); still || err != nil {
			return err
		}
		return s.Seen(tx, k.Thread, k.Account)
	}, kv.Own(store.PartThread(k.Thread)), kv.See(store.PartAccount(k.Account)))
	if err != nil {
		err = fmt.Errorf("end an alert: %w", err)
	}
	return err
}
