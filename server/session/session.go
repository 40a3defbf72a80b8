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
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"arcline/server/account"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Config holds the room's settings.
type Config struct {
	Grace        int // how many steps a one-time code may be late
	Staff        Limits
	Assisters    Limits
	Watching     time.Duration      // how long an auditor's session reads the key log, and nothing else
	StaffPasskey bool               // staff can do nothing before they have signed in with a passkey
	Passkeys     *webauthn.WebAuthn // nil: there are none
	PerPerson    int                // sign-ins of one person that may live at the same time
	Alarm        int                // failures of everybody in a minute that are reason for an alarm; 0: none
	Log          *slog.Logger
}

const stepSeconds = 30

// Bounds of what is kept in memory.
const (
	perAddress     = 30 // tries at once by strangers from one network, and as many a minute
	addresses      = 100_000
	proofsEach     = 4096 // proofs of one device that are remembered
	proofsAll      = 1 << 20
	signInsAtATime = 5 // of one device
)

// Service is the room's door.
type Service struct {
	st       *store.Store
	people   *account.Service
	kek      account.KEK
	signer   *Signer
	refresh  [32]byte
	hasher   *Hasher
	cfg      Config
	proofs   *once
	answered *once // challenges
	tickets  *once
	byIP     *throttle
	underWay some
	watch    watch
	tried    strangers
	acts     activity
	secret   [32]byte // of tickets; gone with the process
}

// New opens the room.
func New(st *store.Store, people *account.Service, kek account.KEK, keys account.ServiceKeys, issuer string, h *Hasher, cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{st: st, people: people, kek: kek, signer: NewSigner(issuer, keys), refresh: keys.Refresh, hasher: h, cfg: cfg,
		proofs: newOnce(proofAge+skew, proofsEach, proofsAll), answered: newOnce(challengeLife+skew, few, proofsAll),
		tickets:  newOnce((wire.TicketSeconds+1)*time.Second, proofsEach, proofsAll),
		byIP:     newThrottle(perAddress, time.Minute/perAddress, addresses),
		underWay: some{most: signInsAtATime, now: map[store.ID]int{}}, tried: strangers{tried: map[store.ID]string{}},
		acts: activity{at: map[store.SessionKey]int64{}}}
	rand.Read(s.secret[:])
	return s
}

// Grip is a session that has proved itself for one request.
type Grip struct {
	Account, Device, Session store.ID
	Role                     wire.Role
}

// who is what a sign-in is about: the account behind the name, its
// authenticators and its device. All of it is empty where nothing was found.
type who struct {
	acct    store.Account
	auth    store.Authenticator
	dev     store.Device
	guesses store.Guesses
}

// lookup finds who a sign-in is about. It reads as many rows for a name that
// does not exist as for one that does.
func (s *Service) lookup(ctx context.Context, name string, dev store.ID) (w who, err error) {
	none := func(err error) error {
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		return err
	}
	err = s.st.View(ctx, func(tx *table.Tx) error {
		l, err0 := s.st.Logins.Get(tx, strings.ToLower(name))
		var err1, err2, err3, err4 error
		w.acct, err1 = s.st.Accounts.Get(tx, l.Account)
		w.auth, err2 = s.st.Auth.Get(tx, l.Account)
		w.dev, err3 = s.st.Devices.Get(tx, store.DeviceKey{Account: l.Account, Device: dev})
		w.guesses, err4 = s.guesses(tx, store.GuessKey{Account: l.Account, By: dev})
		return errors.Join(none(err0), none(err1), none(err2), none(err3), err4)
	})
	return w, err
}

// SignIn checks name, password, one-time code and the device's proof, in one
// answer that does not say which was wrong. ended says that an older session had
// to make room.
//
// Whoever holds no device of the account is a stranger. Nothing a stranger sends
// can succeed, so no password is compared for one: there is nothing to learn
// from answer or time, nothing to burn, and no way to lock the owner out.
func (s *Service) SignIn(ctx context.Context, in wire.SignIn, p Proof, from string, now time.Time) (t wire.Tokens, ended bool, err error) {
	if len(in.Name) > maxName || len(in.Password) > MaxPassword {
		in.Name, in.Device = "", wire.ID{} // nobody's
	}
	w, err := s.lookup(ctx, in.Name, store.ID(in.Device))
	if err != nil {
		return t, false, err
	}
	if !s.isDevice(p, w.dev, now) {
		return t, false, s.stranger(ctx, w.acct.ID, from, now)
	}
	if now.UnixMilli() < w.guesses.Locked {
		return t, false, errors.Join(s.failed(ctx, now), wire.Refuse(wire.CodeLocked))
	}
	if !s.underWay.enter(w.dev.ID) {
		return t, false, wire.Refuse(wire.CodeRate).Because(errors.New("too many sign-ins of one device at once"))
	}
	defer s.underWay.leave(w.dev.ID)
	ok, renew, err := s.hasher.Check(ctx, w.auth.Password, in.Password)
	if err != nil {
		return t, false, err
	}
	renewed := ""
	if ok && renew {
		if renewed, err = s.hasher.Make(ctx, in.Password, ""); err != nil {
			renewed = "" // an old password that today's rules refuse still signs in
		}
	}
	if !ok {
		in.Code, in.Passkey = "", "" // fails and is counted, in the same time as a wrong code
	}
	return s.start(ctx, w, in, renewed, from, now)
}

const maxName = 64

// isDevice reports whether a proof was made by a device that the account has.
// The signature is checked in any case, so that time does not tell.
func (s *Service) isDevice(p Proof, dev store.Device, now time.Time) bool {
	jti, err := readProof(p, dev.Session, "", now)
	return err == nil && dev.ID != (store.ID{}) && !dev.Revoked && s.proofs.use(dev.ID, jti, now)
}

// stranger answers a try without a device of the account.
func (s *Service) stranger(ctx context.Context, acct store.ID, from string, now time.Time) error {
	if !s.byIP.allow(network(from), now) {
		return wire.Refuse(wire.CodeRate)
	}
	if acct != (store.ID{}) {
		s.tried.add(acct, from)
	}
	return errors.Join(s.failed(ctx, now), wire.Refuse(wire.CodeSignInFailed).Because(errors.New("not a device of that name")))
}

// start finishes a sign-in in one transaction.
func (s *Service) start(ctx context.Context, w who, in wire.SignIn, renewed, from string, now time.Time) (t wire.Tokens, ended bool, err error) {
	var row store.Session
	var secret string
	try := try{acct: w.acct.ID, by: w.dev.ID, code: in.Code, act: "sign in", from: from, passkey: in.Passkey, challenge: signInPurpose(in.Name, in.Device)}
	err = s.factor(ctx, try, now, func(tx *table.Tx, a *store.Authenticator) error {
		if !a.Confirmed {
			return wire.Refuse(wire.CodeSignInFailed).Because(errors.New("second factor not confirmed"))
		}
		st, err := s.people.Now(tx, w.acct.ID, w.dev.ID, now, false)
		if err != nil {
			return err
		}
		if renewed != "" {
			a.Password = renewed
		}
		if ended, err = s.makeRoom(tx, w.acct.ID, wire.Role(st.Role), from, now); err != nil {
			return err
		}
		row = store.Session{Account: w.acct.ID, ID: store.ID(uuid.New()), Device: w.dev.ID, Created: now.UnixMilli(), Used: now.UnixMilli(), Turned: now.UnixMilli(),
			Passkey: in.Passkey != ""}
		secret = s.refreshSecret(row, wire.ID{})
		row.Refresh = digest(secret)
		return s.st.Sessions.Put(tx, store.SessionKey{Account: w.acct.ID, Session: row.ID}, row)
	})
	if err != nil {
		return t, false, err
	}
	t, err = s.tokens(row, w.dev, wire.Role(w.acct.Role), secret, now)
	return t, ended, err
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
