package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"arcline/crypto/envelope"
	"arcline/server/account"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Coming back without a device. Whoever asks is a stranger, so nothing in the
// answers may tell whether a name exists: an unknown name is looked at as long
// as a known one, a resting account is answered as a wrong password, and no
// answer comes before recoverFloor.
const (
	recoverFloor = time.Second
	grantLife    = 10 * time.Minute
	typRecover   = "arc-recover+jwt"
)

// grantClaims is the permission to add one device to one account.
type grantClaims struct {
	jwt.RegisteredClaims
	Keys string `json:"keys"` // digest of the device's public keys
}

// Recover checks password and one-time code of somebody who has the recovery
// code and no device, and permits exactly the device that asks. Failures have a
// count of their own, so that a stranger's tries here never lock a device.
func (s *Service) Recover(ctx context.Context, in wire.Recover, from string, now time.Time) (acct store.ID, grant string, err error) {
	if !s.AllowStranger(from, now) {
		return acct, "", wire.Refuse(wire.CodeRate)
	}
	device, err := envelope.DecodeDeviceKeys(in.Device)
	if err != nil {
		return acct, "", wire.Refuse(wire.CodeMalformed).Because(err)
	}
	floor := time.NewTimer(recoverFloor)
	defer func() { <-floor.C }()
	if len(in.Name) > maxName || len(in.Password) > MaxPassword {
		in.Name, in.Password = "", ""
	}
	w, err := s.lookup(ctx, in.Name, store.ID{})
	if err != nil {
		return acct, "", err
	}
	rec := w.auth.Password
	if w.acct.ID == (store.ID{}) {
		rec = s.hasher.nobody()
	}
	ok, _, err := s.hasher.Check(ctx, rec, in.Password)
	if err != nil {
		return acct, "", err
	}
	if !ok {
		in.Code = ""
	}
	t := try{acct: w.acct.ID, code: in.Code, act: "ask for recovery", from: from}
	err = s.factor(ctx, t, now, func(_ *table.Tx, a *store.Authenticator) error {
		if !a.Confirmed || w.acct.State != store.AccountActive || w.acct.Barred != "" {
			return wire.Refuse(wire.CodeSignInFailed).Because(errors.New("not in force"))
		}
		grant, err = s.signer.grant(w.acct.ID, device, now)
		return err
	})
	if err != nil {
		var r *wire.Error
		if errors.As(err, &r) && r.Code == wire.CodeLocked {
			err = wire.Refuse(wire.CodeSignInFailed).Because(err)
		}
		return store.ID{}, "", err
	}
	return w.acct.ID, grant, nil
}

// AllowStranger reports whether somebody without a device may have one more try
// from an address.
func (s *Service) AllowStranger(from string, now time.Time) bool {
	return s.byIP.allow(network(from), now)
}

// Granted reads a grant: the account and the digest of the device's keys.
func (s *Service) Granted(text string, now time.Time) (acct store.ID, keys string, err error) {
	c, err := s.signer.readGrant(text, now)
	if err != nil {
		return acct, "", wire.Refuse(wire.CodeExpired).Because(err)
	}
	id, err := hexID(c.Subject)
	return store.ID(id), c.Keys, err
}

// KeysDigest is how a grant names a device.
func KeysDigest(k envelope.DeviceKeys) string {
	sum := envelope.Sum(k.Encode())
	return fmt.Sprintf("%x", sum[:])
}

func (s *Signer) grant(acct store.ID, device envelope.DeviceKeys, now time.Time) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, grantClaims{RegisteredClaims: jwt.RegisteredClaims{Issuer: s.Issuer, Subject: wire.ID(acct).String(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(grantLife))}, Keys: KeysDigest(device)})
	t.Header["typ"] = typRecover
	return t.SignedString(s.stepUp)
}

func (s *Signer) readGrant(text string, now time.Time) (c grantClaims, err error) {
	if len(text) > maxToken {
		return c, errors.New("grant too long")
	}
	_, err = parser(now, jwt.WithIssuer(s.Issuer), jwt.WithExpirationRequired()).ParseWithClaims(text, &c, func(t *jwt.Token) (any, error) {
		if err := header(t, typRecover); err != nil {
			return nil, err
		}
		return s.stepUp.Public(), nil
	})
	return c, err
}

// nobody is a record that no password fits, as costly to look at as any.
func (h *Hasher) nobody() string {
	salt, sum := make([]byte, saltLen), make([]byte, hashLen)
	rand.Read(salt)
	rand.Read(sum)
	return formatRecord(h.iterations, salt, sum)
}

// ConfirmNew proves that the authenticator app of a re-issue was set up. Whoever
// holds the letter was shown the seed, so there is nothing to guess.
func (s *Service) ConfirmNew(acct store.ID, code string, now time.Time) func(*store.Authenticator) error {
	return func(a *store.Authenticator) error {
		seed, err := s.kek.OpenSeed(acct, a.App, a.Seed)
		if err != nil {
			return err
		}
		step := s.codeStep(string(seed), code, now)
		if step == 0 || step <= a.LastStep {
			return wire.Refuse(wire.CodeSignInFailed).Because(errFactor)
		}
		a.LastStep, a.Confirmed = step, true
		return nil
	}
}

// Replace puts the authenticators of a re-issue in the place of those that were
// lost: what is lost may be in somebody's hands, so every sign-in ends.
func (s *Service) Replace(tx *table.Tx, acct store.ID, a store.Authenticator, by account.Actor, now time.Time) error {
	const why = "replaced with two officers"
	return errors.Join(s.st.Auth.Put(tx, acct, a), s.people.Bind(tx, acct, account.KindPassword, store.ID{}, by, why, now),
		s.people.Bind(tx, acct, account.KindApp, a.App, by, why, now), s.forgetPasskeys(tx, acct, why, now), s.ForgetFailures(tx, acct), s.EndAll(tx, acct, store.ID{}, why, by, now))
}
