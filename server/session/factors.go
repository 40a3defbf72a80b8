package session

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"arcline/server/account"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// NewAuthenticator makes the authenticator of a new account: the password's
// record and a fresh second-factor seed. It returns the otpauth address to show
// once.
func (s *Service) NewAuthenticator(ctx context.Context, acct store.ID, name, password string) (store.Authenticator, string, error) {
	rec, err := s.NewPassword(ctx, name, password)
	if err != nil {
		return store.Authenticator{}, "", err
	}
	app, seed, address, err := s.newApp(acct, name)
	return store.Authenticator{Password: rec, Seed: seed, App: app}, address, err
}

// NewPassword makes the record of a password, if it may be chosen.
func (s *Service) NewPassword(ctx context.Context, name, password string) (string, error) {
	rec, err := s.hasher.Make(ctx, password, name)
	if errors.Is(err, ErrPassword) {
		err = wire.Refuse(wire.CodePassword).Because(err)
	}
	return rec, err
}

// newApp makes the seed of an authenticator app (RFC 6238: SHA-1, 160 bits, six
// digits, 30 seconds) and the address that shows it, once.
func (s *Service) newApp(acct store.ID, name string) (app store.ID, seed []byte, address string, err error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: "arcline", AccountName: name, Period: stepSeconds, SecretSize: 20, Algorithm: otp.AlgorithmSHA1, Rand: rand.Reader})
	if err != nil {
		return app, nil, "", fmt.Errorf("make a second-factor seed: %w", err)
	}
	rand.Read(app[:])
	return app, s.kek.SealSeed(acct, app, []byte(k.Secret())), k.URL(), nil
}

// codeStep finds the time step that a code belongs to: the present one or, with
// grace, the one before. Zero means none.
func (s *Service) codeStep(seed, code string, now time.Time) int64 {
	if len(code) != 6 {
		return 0
	}
	step := now.Unix() / stepSeconds
	for i := int64(0); i <= int64(s.cfg.Grace); i++ {
		want, err := hotp.GenerateCodeCustom(seed, uint64(step-i), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step - i
		}
	}
	return 0
}

var (
	errFactor  = errors.New("a factor was wrong")
	errPutBack = errors.New("the second factor was put back from the past: restore the newest backup")
)

// useCode checks a one-time code and uses it up, in the caller's transaction.
func (s *Service) useCode(tx *table.Tx, a *store.Authenticator, acct store.ID, code string, now time.Time) error {
	app, err := s.people.App(tx, acct)
	if err != nil {
		return err
	}
	if app != a.App {
		return errPutBack
	}
	seed, err := s.kek.OpenSeed(acct, a.App, a.Seed)
	if err != nil {
		return err
	}
	step := s.codeStep(string(seed), code, now)
	if step == 0 || step <= a.LastStep {
		return errFactor
	}
	a.LastStep = step
	return nil
}

// try is one try at a second factor: whose, by whom, with what, for what.
type try struct {
	acct store.ID
	by   store.ID // device, or what else was shown: failures are counted by it
	code string
	act  string
	from string
	next bool // the code is of the app that waits for its first code

	passkey   string // an authenticator's answer, in the place of the code
	challenge string // what it was asked for
}

// method is the kind of second factor as attestations name it (RFC 8176).
func (t try) method() string {
	if t.passkey != "" {
		return "pop"
	}
	return "otp"
}

// use checks the second factor of a try, and uses it up.
func (s *Service) use(tx *table.Tx, a *store.Authenticator, t try, now time.Time) error {
	switch {
	case t.passkey != "":
		return s.usePasskey(tx, t, now)
	case t.next:
		return s.useNext(tx, a, t.acct, t.code, now)
	}
	return s.useCode(tx, a, t.acct, t.code, now)
}

// factor checks a second factor inside one transaction and then does what
// depends on it. Failures are counted and committed; the act is audited. While
// a device rests nothing is written, so a flood of tries leaves no trace but one.
func (s *Service) factor(ctx context.Context, t try, now time.Time, then func(*table.Tx, *store.Authenticator) error) error {
	var refused error
	err := s.st.Update(ctx, func(tx *table.Tx) error {
		refused = nil
		a, err := s.st.Auth.Get(tx, t.acct)
		if err != nil {
			return wire.Refuse(wire.CodeSignInFailed).Because(err)
		}
		k := store.GuessKey{Account: t.acct, By: t.by}
		g, err := s.guesses(tx, k)
		if err != nil {
			return err
		}
		if now.UnixMilli() < g.Locked {
			return wire.Refuse(wire.CodeLocked)
		}
		outcome := record.Done
		switch wrong := s.use(tx, &a, t, now); {
		case errors.Is(wrong, errFactor):
			fail(&g, now)
			refused, outcome = wire.Refuse(wire.CodeSignInFailed).Because(wrong), record.Refused
			err = s.st.Guesses.Put(tx, k, g)
		case wrong != nil:
			return wrong
		default:
			if err := errors.Join(s.st.Guesses.Delete(tx, k), then(tx, &a), s.st.Auth.Put(tx, t.acct, a)); err != nil {
				return err
			}
		}
		return errors.Join(err, record.In(s.st, tx, store.PartAccount(t.acct), record.Event{At: now.UnixMilli(), Account: t.acct, Device: t.by,
			Act: t.act, Outcome: outcome, From: t.from}))
	}, kv.Own(store.PartAccount(t.acct)))
	if refused != nil {
		err = errors.Join(err, s.failed(ctx, now))
	}
	return errors.Join(err, refused)
}

// Confirm proves that the second factor was set up during enrolment. It works
// until it has worked once.
func (s *Service) Confirm(ctx context.Context, in wire.Confirm, from string, now time.Time) error {
	acct, err := s.people.Invited(ctx, in.Locator)
	if err != nil {
		return err
	}
	var by store.ID
	copy(by[:], in.Locator[:]) // whoever holds the invitation has a count of their own
	t := try{acct: acct.ID, by: by, code: in.Code, act: "confirm second factor", from: from}
	return s.factor(ctx, t, now, func(_ *table.Tx, a *store.Authenticator) error {
		if a.Confirmed {
			return wire.Refuse(wire.CodeInvitation).Because(errors.New("confirmed before"))
		}
		a.Confirmed = true
		return nil
	})
}

// CheckPassword checks the password of somebody who is signed in. A failure is
// counted with those of the device.
func (s *Service) CheckPassword(ctx context.Context, g Grip, password, from string, now time.Time) error {
	var a store.Authenticator
	k := store.GuessKey{Account: g.Account, By: g.Device}
	err := s.st.View(ctx, func(tx *table.Tx) (err error) {
		if a, err = s.st.Auth.Get(tx, g.Account); err != nil {
			return err
		}
		n, err := s.guesses(tx, k)
		if err == nil && now.UnixMilli() < n.Locked {
			err = wire.Refuse(wire.CodeLocked)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !s.underWay.enter(g.Device) {
		return wire.Refuse(wire.CodeRate)
	}
	defer s.underWay.leave(g.Device)
	ok := false
	if len(password) <= MaxPassword {
		if ok, _, err = s.hasher.Check(ctx, a.Password, password); err != nil {
			return err
		}
	}
	if ok {
		return nil
	}
	// No code is empty: this counts the failure and records it.
	return s.factor(ctx, try{acct: g.Account, by: g.Device, act: "give the old password", from: from}, now, func(*table.Tx, *store.Authenticator) error { return nil })
}

// SetPassword puts a new password in force and ends every other session of the
// person. The transaction owns the account.
func (s *Service) SetPassword(tx *table.Tx, g Grip, rec string, by account.Actor, now time.Time) error {
	a, err := s.st.Auth.Get(tx, g.Account)
	if err != nil {
		return err
	}
	a.Password = rec
	return errors.Join(s.st.Auth.Put(tx, g.Account, a), s.people.Bind(tx, g.Account, account.KindPassword, store.ID{}, by, "changed by its owner", now),
		s.people.Notify(tx, g.Account, account.NoticePassword, now), s.note(tx, by, "change password", now),
		s.EndAll(tx, g.Account, g.Session, "the password was changed", by, now))
}

// appWaits is how long a new authenticator app waits for its first code
// (SP 800-63B-4, section 4.1.2.1: a binding code lives ten minutes).
const appWaits = 10 * time.Minute

// OfferApp makes the seed of a new authenticator app. The old one works until
// the new one has given its first code.
func (s *Service) OfferApp(tx *table.Tx, g Grip, by account.Actor, now time.Time) (address string, err error) {
	acct, err := s.st.Accounts.Get(tx, g.Account)
	if err != nil {
		return "", err
	}
	a, err := s.st.Auth.Get(tx, g.Account)
	if err != nil {
		return "", err
	}
	if a.NextApp, a.Next, address, err = s.newApp(g.Account, acct.Login); err != nil {
		return "", err
	}
	a.NextUntil = now.Add(appWaits).UnixMilli()
	return address, errors.Join(s.st.Auth.Put(tx, g.Account, a), s.note(tx, by, "offer a new app", now))
}

// useNext checks the first code of an app that waits for it.
func (s *Service) useNext(_ *table.Tx, a *store.Authenticator, acct store.ID, code string, now time.Time) error {
	if len(a.Next) == 0 || now.UnixMilli() > a.NextUntil {
		return wire.Refuse(wire.CodeExpired).Because(errors.New("no app waits"))
	}
	seed, err := s.kek.OpenSeed(acct, a.NextApp, a.Next)
	if err != nil {
		return err
	}
	step := s.codeStep(string(seed), code, now)
	if step == 0 {
		return errFactor
	}
	a.Seed, a.App, a.LastStep = a.Next, a.NextApp, step
	a.Next, a.NextApp, a.NextUntil = nil, store.ID{}, 0
	return nil
}

// TakeApp puts the waiting authenticator app in force with its first code, and
// ends every other session of the person.
func (s *Service) TakeApp(ctx context.Context, g Grip, code string, by account.Actor, now time.Time) error {
	t := try{acct: g.Account, by: g.Device, code: code, act: "change app", from: by.From, next: true}
	return s.factor(ctx, t, now, func(tx *table.Tx, a *store.Authenticator) error {
		if err := by.Enter(tx); err != nil {
			return err
		}
		return errors.Join(s.people.Bind(tx, g.Account, account.KindApp, a.App, by, "replaced by its owner", now),
			s.people.Notify(tx, g.Account, account.NoticeApp, now),
			s.EndAll(tx, g.Account, g.Session, "the authenticator app was changed", by, now))
	})
}

// note records an act in the account's audit chain.
func (s *Service) note(tx *table.Tx, by account.Actor, act string, now time.Time) error {
	return record.In(s.st, tx, store.PartAccount(by.Account), record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device,
		Act: act, Outcome: record.Done, From: by.From})
}
