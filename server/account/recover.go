package account

import (
	"context"
	"crypto/sha256"
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

// RecoveryLetter hands out the letter of the recovery code in force to whoever
// shows the code's locator. Every other locator has one answer.
func (s *Service) RecoveryLetter(ctx context.Context, q wire.LetterQuery) (out wire.LetterAnswer, err error) {
	digest, found := sha256.Sum256(q.Locator[:]), false
	err = s.st.View(ctx, func(tx *table.Tx) error {
		_, err := s.st.ByRecovery.Scan(tx, table.Range{Prefix: func(w *table.KeyWriter) { w.Fixed(digest[:]) }, Limit: 1}, func(_ store.ID, l store.RecoveryLetter) (bool, error) {
			out, found = wire.LetterAnswer{Letter: l.Letter, MAC: wire.Hash(l.MAC)}, true
			return false, nil
		})
		return err
	})
	if err == nil && !found {
		err = wire.Refuse(wire.CodeRecovery)
	}
	return out, err
}

// checkLetter demands the letter beside a statement that binds a recovery code,
// and nowhere else. What it says is for the person; whoever wrote it, the size is
// the letter's own.
func (s *Service) checkLetter(l envelope.Link, in *wire.RecoveryLetter) error {
	binds := l.Type == envelope.AccountGenesis || l.Type == envelope.AccountRecovery
	if binds != (in != nil) {
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("a letter travels with the statement that binds its recovery code"))
	}
	if in == nil {
		return nil
	}
	if x, err := envelope.DecodeLetter(in.Letter); err != nil || x.Agency != l.Agency {
		return wire.Refuse(wire.CodeMalformed).Because(fmt.Errorf("letter of a recovery code: %w", err))
	}
	return nil
}

// putLetter stores the letter of a new recovery code in the place of the one
// before: an account has one at most.
func (s *Service) putLetter(tx *table.Tx, acct envelope.ID, login string, in wire.RecoveryLetter) error {
	if l, err := envelope.DecodeLetter(in.Letter); err != nil || l.Name != login {
		return wire.Refuse(wire.CodeMalformed).Because(fmt.Errorf("letter of another sign-in name: %w", err))
	}
	return s.st.Letters.Put(tx, acct, store.RecoveryLetter{Locator: store.Hash(in.Locator), Letter: in.Letter, MAC: store.Hash(in.MAC)})
}

// replaced is what follows from a new recovery code.
func (s *Service) replaced(tx *table.Tx, acct envelope.ID, by Actor, in *wire.RecoveryLetter, now time.Time) error {
	a, err := s.st.Accounts.Get(tx, store.ID(acct))
	if err != nil {
		return err
	}
	return errors.Join(s.putLetter(tx, acct, a.Login, *in), s.noted(tx, store.ID(acct), by, NoticeRecovery, now))
}

// spent takes the letter of a recovery code away that has added a device: the
// code opens nothing more.
func (s *Service) spent(tx *table.Tx, l envelope.Link) error {
	if !l.SignerDev.IsZero() {
		return nil
	}
	err := s.st.Letters.Delete(tx, store.ID(l.Chain))
	if errors.Is(err, table.ErrNotFound) { // made before there were letters
		return nil
	}
	return err
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
