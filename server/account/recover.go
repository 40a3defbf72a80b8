package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// RecoveryOf is what a recovery code of an account needs to be used.
func (s *Service) RecoveryOf(ctx context.Context, acct store.ID) (out wire.Recovery, err error) {
	book := s.Book()
	if book == nil {
		return out, wire.Refuse(wire.CodeSignInFailed)
	}
	out = wire.Recovery{Account: wire.ID(acct), Agency: wire.ID(book.Agency().ID), LogKey: s.keys.LogKey}
	err = s.st.View(ctx, func(tx *table.Tx) error {
		out.Links, err = s.chainFor(tx, acct, wire.BoxRecovery)
		return err
	})
	return out, err
}

// maxBack bounds the statements that bring an account back: one device, those it
// revokes, what was used, and the officers' pair.
const maxBack = 5

// BringBack logs the statements that bring an account back: the first adds the
// device that was granted, signed by the recovery key or the officers' key; the
// others are by that device. They are one list and end with what was used being
// replaced; first runs with the first statement, in its transaction.
func (s *Service) BringBack(ctx context.Context, by Actor, acct store.ID, device envelope.DeviceKeys, signer envelope.ID, in []wire.AppendLink,
	first func(*table.Tx) error, now time.Time) ([]Logged, error) {
	if err := checkBack(in, acct, device, signer); err != nil {
		return nil, err
	}
	var out []Logged
	for i, l := range in {
		also := func(tx *table.Tx) error {
			if i == 0 && first != nil {
				return first(tx)
			}
			return nil
		}
		logged, err := s.appendLink(ctx, s.Book(), by, l, now, also, by.Also...)
		if err != nil {
			return out, fmt.Errorf("statement %d of %d: %w", i+1, len(in), err)
		}
		out = append(out, logged)
	}
	return out, nil
}

// checkBack reads the list before anything is logged.
func checkBack(in []wire.AppendLink, acct store.ID, device envelope.DeviceKeys, signer envelope.ID) error {
	if len(in) == 0 || len(in) > maxBack {
		return wire.Refuse(wire.CodeMalformed)
	}
	for i, x := range in {
		l, err := envelope.DecodeLink(x.Link.Link)
		if err != nil {
			return wire.Refuse(wire.CodeMalformed).Because(err)
		}
		if l.Chain != envelope.ID(acct) || l.Kind != envelope.ChainAccount {
			return wire.Refuse(wire.CodeRefused).Because(errors.New("another account"))
		}
		if i > 0 {
			if l.SignerDev != device.Device {
				return wire.Refuse(wire.CodeRefused).Because(errors.New("signed by another than the new device"))
			}
			continue
		}
		b, err := envelope.DecodeDeviceAdd(l.Body)
		if err != nil || l.Type != envelope.AccountAdd || l.SignerDev != signer {
			return wire.Refuse(wire.CodeRefused).Because(errors.Join(errors.New("it does not begin with the new device"), err))
		}
		if string(b.Device.Encode()) != string(device.Encode()) {
			return wire.Refuse(wire.CodeRefused).Because(errors.New("another device than was granted"))
		}
	}
	return nil
}

// noted writes into an account's records that something about its devices
// changed, and puts the notice to its person on its way.
func (s *Service) noted(tx *table.Tx, acct store.ID, by Actor, kind string, now time.Time) error {
	if err := s.Notify(tx, acct, kind, now); err != nil {
		return err
	}
	return record.In(s.st, tx, store.PartAccount(acct), record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device, Act: kind, Outcome: record.Done, From: by.From})
}
