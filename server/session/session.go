// Package session is signing in: password and one-time code together, tokens
// bound to a key of the device, refresh that notices a stolen secret, tickets
// for sockets, and step-up on demand.
//
// A token is worth nothing without the device: every request carries a proof
// (RFC 9449) by the device's session key, which signs nothing else. A refresh
// secret works once; using an old one ends the session.
package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
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

// Config holds the room's settings.
type Config struct {
	Grace    int           // how many steps a one-time code may be late
	Idle     time.Duration // without activity
	Absolute time.Duration
	Auditor  time.Duration // instead of both, for an auditor; 0: no exception
}

// Lock rules: failures counted over both factors, kept in the store.
const (
	maxFailures   = 5
	failureWindow = 15 * time.Minute
	lockTime      = 30 * time.Minute
	stepSeconds   = 30
)

// Service is the room's door.
type Service struct {
	st      *store.Store
	people  *account.Service
	kek     account.KEK
	signer  *Signer
	refresh [32]byte
	hasher  *Hasher
	cfg     Config
	proofs  *once
	tickets *once
	byIP    *throttle
	secret  [32]byte // of tickets; gone with the process
}

// New opens the room.
func New(st *store.Store, people *account.Service, kek account.KEK, keys account.ServiceKeys, issuer string, h *Hasher, cfg Config) *Service {
	s := &Service{st: st, people: people, kek: kek, signer: NewSigner(issuer, keys.Token, keys.StepUp), refresh: keys.Refresh, hasher: h, cfg: cfg,
		proofs: newOnce(200_000), tickets: newOnce(100_000), byIP: newThrottle(600, time.Minute, 20_000)}
	rand.Read(s.secret[:])
	return s
}

// Grip is a session that has proved itself for one request.
type Grip struct {
	Account, Device, Session store.ID
	Role                     wire.Role
}

// NewAuthenticator makes the authenticator of a new account: the password's
// record and a fresh second-factor seed. It returns the otpauth address to show
// once.
func (s *Service) NewAuthenticator(ctx context.Context, acct store.ID, name, password string) (store.Authenticator, string, error) {
	rec, err := s.hasher.Make(ctx, password, name)
	if err != nil {
		return store.Authenticator{}, "", wire.Refuse(wire.CodeMalformed).Because(err)
	}
	k, err := totp.Generate(totp.GenerateOpts{Issuer: "arcline", AccountName: name, Period: stepSeconds, SecretSize: 20, Algorithm: otp.AlgorithmSHA1, Rand: rand.Reader})
	if err != nil {
		return store.Authenticator{}, "", fmt.Errorf("make a second-factor seed: %w", err)
	}
	return store.Authenticator{Password: rec, Seed: s.kek.SealSeed(acct, []byte(k.Secret()))}, k.URL(), nil
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

// useCode checks a one-time code and uses it up, in the caller's transaction.
// A failure is counted; the caller must keep the row either way.
func (s *Service) useCode(a *store.Authenticator, acct store.ID, code string, now time.Time) error {
	seed, err := s.kek.OpenSeed(acct, a.Seed)
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

var errFactor = errors.New("a factor was wrong")

// fail counts a failure and locks when there were too many in the window.
func fail(a *store.Authenticator, now time.Time) {
	keep := a.Failures[:0]
	for _, t := range a.Failures {
		if now.UnixMilli()-t < failureWindow.Milliseconds() {
			keep = append(keep, t)
		}
	}
	a.Failures = append(keep, now.UnixMilli())
	a.Total++
	if len(a.Failures) >= maxFailures {
		a.Locked, a.Failures = now.Add(lockTime).UnixMilli(), nil
	}
}

// Confirm proves that the second factor was set up during enrolment.
func (s *Service) Confirm(ctx context.Context, in wire.Confirm, now time.Time) error {
	acct, err := s.people.Invited(ctx, in.Locator)
	if err != nil {
		return err
	}
	return s.factor(ctx, acct.ID, in.Code, now, "confirm second factor", "", func(_ *table.Tx, a *store.Authenticator) error {
		a.Confirmed = true
		return nil
	})
}

// factor checks a second factor inside one transaction and then does what
// depends on it. Failures are counted and committed; the act is audited.
func (s *Service) factor(ctx context.Context, acct store.ID, code string, now time.Time, act, from string, then func(*table.Tx, *store.Authenticator) error) error {
	var refused error
	err := s.st.Update(ctx, func(tx *table.Tx) error {
		refused = nil
		a, err := s.st.Auth.Get(tx, acct)
		if err != nil {
			return wire.Refuse(wire.CodeSignInFailed).Because(err)
		}
		outcome := record.Done
		if now.UnixMilli() < a.Locked {
			refused = wire.Refuse(wire.CodeLocked)
		} else if err := s.useCode(&a, acct, code, now); err != nil {
			fail(&a, now)
			refused = wire.Refuse(wire.CodeSignInFailed).Because(err)
		}
		if refused != nil {
			outcome = record.Refused
		} else {
			a.Failures, a.Total = nil, 0
			if err := then(tx, &a); err != nil {
				return err
			}
		}
		if err := s.st.Auth.Put(tx, acct, a); err != nil {
			return err
		}
		return record.In(s.st, tx, store.PartAccount(acct), record.Event{At: now.UnixMilli(), Account: acct, Act: act, Outcome: outcome, From: from})
	}, kv.Own(store.PartAccount(acct)))
	return errors.Join(err, refused)
}

// lookup finds the account behind a sign-in name, its password record and its
// device. An unknown name finds nothing and is no error.
func (s *Service) lookup(ctx context.Context, name string, dev store.ID) (acct store.Account, auth store.Authenticator, d store.Device, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		l, err := s.st.Logins.Get(tx, strings.ToLower(name))
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if acct, err = s.st.Accounts.Get(tx, l.Account); err != nil {
			return err
		}
		if auth, err = s.st.Auth.Get(tx, l.Account); err != nil {
			return err
		}
		d, err = s.st.Devices.Get(tx, store.DeviceKey{Account: l.Account, Device: dev})
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		return err
	})
	return acct, auth, d, err
}

// SignIn checks name, password, one-time code and the device's proof, in one
// answer that does not say which was wrong.
func (s *Service) SignIn(ctx context.Context, in wire.SignIn, p Proof, from string, now time.Time) (wire.Tokens, error) {
	if !s.byIP.allow(from, now) {
		return wire.Tokens{}, wire.Refuse(wire.CodeRate)
	}
	if len(in.Name) > 64 || len(in.Password) > MaxPassword {
		return wire.Tokens{}, wire.Refuse(wire.CodeSignInFailed)
	}
	acct, auth, dev, err := s.lookup(ctx, in.Name, store.ID(in.Device))
	if err != nil {
		return wire.Tokens{}, err
	}
	if now.UnixMilli() < auth.Locked {
		return wire.Tokens{}, wire.Refuse(wire.CodeLocked)
	}
	ok, renew, err := s.hasher.Check(ctx, auth.Password, in.Password)
	if err != nil {
		return wire.Tokens{}, err
	}
	jti, perr := readProof(p, dev.Session, "", now)
	if acct.ID == (store.ID{}) {
		return wire.Tokens{}, wire.Refuse(wire.CodeSignInFailed).Because(errors.New("no such name"))
	}
	if ok && (perr != nil || dev.Revoked || !s.proofs.use(jti, now, now.Add(proofAge+skew))) {
		ok = false
	}
	record := ""
	if ok && renew {
		if record, err = s.hasher.Make(ctx, in.Password, ""); err != nil {
			record = "" // an old password that today's rules refuse still signs in
		}
	}
	return s.start(ctx, acct, dev, ok, in.Code, record, from, now)
}

// start finishes a sign-in in one transaction.
func (s *Service) start(ctx context.Context, acct store.Account, dev store.Device, ok bool, code, renewed, from string, now time.Time) (wire.Tokens, error) {
	if !ok {
		code = "" // fails and is counted, in the same time as a wrong code
	}
	var row store.Session
	var secret string
	err := s.factor(ctx, acct.ID, code, now, "sign in", from, func(tx *table.Tx, a *store.Authenticator) error {
		if !a.Confirmed {
			return wire.Refuse(wire.CodeSignInFailed).Because(errors.New("second factor not confirmed"))
		}
		if _, err := s.people.Now(tx, acct.ID, dev.ID, now, false); err != nil {
			return err
		}
		if renewed != "" {
			a.Password = renewed
		}
		row = store.Session{Account: acct.ID, ID: store.ID(uuid.New()), Device: dev.ID, Created: now.UnixMilli(), Used: now.UnixMilli(), Turned: now.UnixMilli()}
		secret = s.refreshSecret(row, wire.ID{})
		row.Refresh = digest(secret)
		return s.st.Sessions.Put(tx, store.SessionKey{Account: acct.ID, Session: row.ID}, row)
	})
	if err != nil {
		return wire.Tokens{}, err
	}
	return s.tokens(row, dev, wire.Role(acct.Role), secret, now)
}

// refreshSecret derives the refresh secret of a session's turn. Deriving it
// lets the same request have the same answer twice without storing the secret.
func (s *Service) refreshSecret(row store.Session, request wire.ID) string {
	m := hmac.New(sha256.New, s.refresh[:])
	m.Write(row.Account[:])
	m.Write(row.ID[:])
	m.Write(binary.BigEndian.AppendUint64(nil, row.Turn))
	m.Write(request[:])
	b := append(append(append([]byte{}, row.Account[:]...), row.ID[:]...), m.Sum(nil)...)
	return base64.RawURLEncoding.EncodeToString(b)
}

func (s *Service) tokens(row store.Session, dev store.Device, role wire.Role, secret string, now time.Time) (wire.Tokens, error) {
	access, exp, err := s.signer.access(wire.ID(row.Account), wire.ID(row.Device), fmt.Sprintf("%x", row.ID), Thumbprint(dev.Session), now)
	if err != nil {
		return wire.Tokens{}, fmt.Errorf("sign a token: %w", err)
	}
	return wire.Tokens{Access: access, Refresh: secret, Expires: exp.Unix(), Account: wire.ID(row.Account), Role: role, Version: wire.Version}, nil
}
