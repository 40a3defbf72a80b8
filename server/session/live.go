package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"arcline/server/account"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// refreshGrace is how long the same request id gets the same answer, so that an
// answer lost on the way does not look like theft.
const refreshGrace = 10 * time.Second

// Refresh exchanges a refresh secret for new tokens. An old secret means that
// two parties hold it: the session ends, and the answer beside the error names
// its account, so that its sockets can be closed.
func (s *Service) Refresh(ctx context.Context, in wire.Refresh, p Proof, from string, now time.Time) (wire.Tokens, error) {
	acct, sid, err := splitRefresh(in.Refresh)
	if err != nil {
		return wire.Tokens{}, wire.Refuse(wire.CodeSignIn).Because(err)
	}
	dev, err := s.sessionDevice(ctx, acct, sid)
	if err != nil {
		return wire.Tokens{}, err
	}
	if err := s.prove(p, dev, "", now); err != nil {
		return wire.Tokens{}, err
	}
	var out store.Session
	var role wire.Role
	var secret string
	var refused error
	err = s.st.Update(ctx, func(tx *table.Tx) error {
		refused = nil
		key := store.SessionKey{Account: acct, Session: sid}
		row, err := s.st.Sessions.Get(tx, key)
		if err != nil {
			return wire.Refuse(wire.CodeSignIn).Because(err)
		}
		standing, err := s.people.Now(tx, acct, row.Device, now, false)
		if err != nil {
			return err
		}
		role = wire.Role(standing.Role)
		if err := s.aliveFor(row, role, now, true); err != nil { // what is done with it is asked at each act
			return err
		}
		sum := digest(in.Refresh)
		switch {
		case subtle.ConstantTimeCompare(sum[:], row.Refresh[:]) == 1:
			row.Turn, row.Previous, row.Request = row.Turn+1, row.Refresh, store.ID(in.Request)
			secret = s.refreshSecret(row, in.Request)
			row.Refresh, row.Turned = digest(secret), now.UnixMilli()
		case subtle.ConstantTimeCompare(sum[:], row.Previous[:]) == 1 && row.Request == store.ID(in.Request) &&
			now.UnixMilli()-row.Turned <= refreshGrace.Milliseconds():
			secret = s.refreshSecret(row, in.Request)
		default:
			row.Ended = "an old refresh secret was used"
			refused = wire.Refuse(wire.CodeReplayed).Because(errors.New(row.Ended))
			if err := record.In(s.st, tx, store.PartAccount(acct), record.Event{At: now.UnixMilli(), Account: acct, Device: row.Device,
				Act: "refresh reuse", Object: fmt.Sprintf("%x", sid), Outcome: record.Refused, From: from}); err != nil {
				return err
			}
		}
		out = row
		return s.st.Sessions.Put(tx, key, row)
	}, kv.Own(store.PartAccount(acct)))
	switch {
	case err != nil:
		return wire.Tokens{}, err
	case refused != nil:
		return wire.Tokens{Account: wire.ID(acct)}, refused
	}
	return s.tokens(out, dev, role, secret, now)
}

func (s *Service) sessionDevice(ctx context.Context, acct, sid store.ID) (d store.Device, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		row, err := s.st.Sessions.Get(tx, store.SessionKey{Account: acct, Session: sid})
		if err == nil {
			d, err = s.st.Devices.Get(tx, store.DeviceKey{Account: acct, Device: row.Device})
		}
		if err != nil {
			return wire.Refuse(wire.CodeSignIn).Because(err)
		}
		return nil
	})
	return d, err
}

func splitRefresh(text string) (acct, sid store.ID, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != 16+16+32 {
		return acct, sid, errors.New("not a refresh secret")
	}
	copy(acct[:], b[:16])
	copy(sid[:], b[16:32])
	return acct, sid, nil
}

func (s *Service) prove(p Proof, dev store.Device, access string, now time.Time) error {
	jti, err := readProof(p, dev.Session, access, now)
	if err != nil {
		return wire.Refuse(wire.CodeProof).Because(err)
	}
	if !s.proofs.use(dev.ID, jti, now) {
		return wire.Refuse(wire.CodeReplayed).Because(errors.New("proof used before"))
	}
	return nil
}

// Authorize checks an access token, the proof that belongs to it, and that
// session, device and person still stand, for one act.
func (s *Service) Authorize(ctx context.Context, access string, p Proof, act wire.Act, now time.Time) (Grip, error) {
	c, err := s.signer.readAccess(access, now)
	if err != nil {
		return Grip{}, wire.Refuse(wire.CodeSignIn).Because(err)
	}
	acct, err1 := hexID(c.Subject)
	dev, err2 := hexID(c.Device)
	sid, err3 := hexID(c.Session)
	if err := errors.Join(err1, err2, err3); err != nil {
		return Grip{}, wire.Refuse(wire.CodeSignIn).Because(err)
	}
	g := Grip{Account: store.ID(acct), Device: store.ID(dev), Session: store.ID(sid)}
	var d store.Device
	err = s.st.View(ctx, func(tx *table.Tx) error {
		st, err := s.check(tx, g, now, wire.Act{Name: act.Name})
		d, g.Role = st.Device, wire.Role(st.Role)
		return err
	})
	if err != nil {
		return Grip{}, err
	}
	if c.Cnf.JKT != Thumbprint(d.Session) {
		return Grip{}, wire.Refuse(wire.CodeProof).Because(errors.New("the token is bound to another key"))
	}
	return g, s.prove(p, d, access, now)
}

// check reads whether a session may go on. It is asked again at every command
// of a socket, in the command's own transaction.
func (s *Service) check(tx *table.Tx, g Grip, now time.Time, act wire.Act) (account.Standing, error) {
	row, err := s.st.Sessions.Get(tx, store.SessionKey{Account: g.Account, Session: g.Session})
	if err != nil {
		return account.Standing{}, wire.Refuse(wire.CodeSignIn).Because(err)
	}
	if row.Device != g.Device {
		return account.Standing{}, wire.Refuse(wire.CodeSignIn).Because(errors.New("another device's session"))
	}
	if row.Ended != "" {
		return account.Standing{}, wire.Refuse(wire.CodeSignIn).Because(errors.New(row.Ended))
	}
	st, err := s.people.Now(tx, g.Account, g.Device, now, act.Write)
	if err != nil {
		return account.Standing{}, err
	}
	return st, s.aliveFor(row, wire.Role(st.Role), now, act.Name == actWatch)
}

// Check is check for the rooms above. For a command that writes, the person must
// be certified now.
func (s *Service) Check(tx *table.Tx, g Grip, now time.Time, act wire.Act) (account.Standing, error) {
	st, err := s.check(tx, g, now, act)
	if err != nil || !s.cfg.StaffPasskey || act.Setup || wire.Role(st.Role).Assister() {
		return st, err
	}
	row, err := s.st.Sessions.Get(tx, store.SessionKey{Account: g.Account, Session: g.Session})
	if err == nil && !row.Passkey {
		err = wire.Refuse(wire.CodePasskey)
	}
	return st, err
}

// actWatch is what a witness does under an auditor's session.
const actWatch = "GET /v1/log"

// Until is when a session ends if its person does nothing more: a time before
// which nobody has to look at it again.
func (s *Service) Until(tx *table.Tx, g Grip, role wire.Role) (time.Time, error) {
	row, err := s.st.Sessions.Get(tx, store.SessionKey{Account: g.Account, Session: g.Session})
	return time.UnixMilli(s.until(row, role, false)), err
}

// End ends a session.
func (s *Service) End(ctx context.Context, g Grip, why, from string, now time.Time) error {
	return s.st.Update(ctx, func(tx *table.Tx) error {
		k := store.SessionKey{Account: g.Account, Session: g.Session}
		row, err := s.st.Sessions.Get(tx, k)
		if err != nil {
			return wire.Refuse(wire.CodeSignIn).Because(err)
		}
		row.Ended = why
		if err := s.st.Sessions.Put(tx, k, row); err != nil {
			return err
		}
		return record.In(s.st, tx, store.PartAccount(g.Account), record.Event{At: now.UnixMilli(), Account: g.Account, Device: g.Device,
			Act: "sign out", Outcome: record.Done, From: from})
	}, kv.Own(store.PartAccount(g.Account)))
}

// The parts of a ticket: three ids, until when, a number of its own, a tag.
const (
	ticketWho  = 48
	ticketSaid = ticketWho + 8 + 16
	ticketLen  = ticketSaid + sha256.Size
)

// Ticket makes a ticket for one socket: who, until when, and a tag by a key
// that dies with the process. Nothing of it is stored until it is used. Its
// number keeps two tickets of one moment apart.
func (s *Service) Ticket(g Grip, now time.Time) string {
	b := make([]byte, 0, ticketLen)
	b = append(append(append(b, g.Account[:]...), g.Device[:]...), g.Session[:]...)
	b = appendTime(b, now.Add(wire.TicketSeconds*time.Second))
	b = b[:ticketSaid]
	rand.Read(b[ticketWho+8:])
	return b64url(append(b, s.tag(b, g.Role)...)) + "." + string(g.Role)
}

func appendTime(b []byte, t time.Time) []byte {
	n := uint64(t.UnixNano())
	for i := 7; i >= 0; i-- {
		b = append(b, byte(n>>(8*i)))
	}
	return b
}

func (s *Service) tag(b []byte, role wire.Role) []byte {
	m := hmac.New(sha256.New, s.secret[:])
	m.Write(b)
	m.Write([]byte(role))
	return m.Sum(nil)
}

// UseTicket takes a ticket, once.
func (s *Service) UseTicket(ticket string, now time.Time) (Grip, error) {
	bad := wire.Refuse(wire.CodeTicket)
	if len(ticket) > 256 {
		return Grip{}, bad
	}
	var text, role string
	for i := range ticket {
		if ticket[i] == '.' {
			text, role = ticket[:i], ticket[i+1:]
			break
		}
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != ticketLen || subtle.ConstantTimeCompare(s.tag(b[:ticketSaid], wire.Role(role)), b[ticketSaid:]) != 1 {
		return Grip{}, bad
	}
	var n uint64
	for _, c := range b[ticketWho : ticketWho+8] {
		n = n<<8 | uint64(c)
	}
	until := time.Unix(0, int64(n))
	if now.After(until) {
		return Grip{}, wire.Refuse(wire.CodeTicket).Because(errors.New("too late"))
	}
	if !s.tickets.use(store.ID(b[16:32]), text, now) {
		return Grip{}, wire.Refuse(wire.CodeTicket).Because(errors.New("used before"))
	}
	g := Grip{Role: wire.Role(role)}
	copy(g.Account[:], b[:16])
	copy(g.Device[:], b[16:32])
	copy(g.Session[:], b[32:48])
	return g, nil
}

// StepUp attests that the caller has just given a second factor for this act on
// this object. Readers see its age; the server takes it once.
func (s *Service) StepUp(ctx context.Context, g Grip, in wire.StepUp, from string, now time.Time) (wire.Attestation, error) {
	if len(in.Act) > 64 || len(in.Object) > 64 || in.Act == "" {
		return wire.Attestation{}, wire.Refuse(wire.CodeMalformed)
	}
	var out wire.Attestation
	t := try{acct: g.Account, by: g.Device, code: in.Code, act: "step up: " + in.Act, from: from, passkey: in.Passkey, challenge: stepUpPurpose(g, in.Act, in.Object)}
	err := s.factor(ctx, t, now, func(tx *table.Tx, _ *store.Authenticator) error {
		if _, err := s.check(tx, g, now, wire.Act{}); err != nil {
			return err
		}
		text, _, exp, err := s.signer.attest(wire.ID(g.Account), wire.ID(g.Device), in.Act, in.Object, t.method(), now)
		out = wire.Attestation{Attestation: text, Expires: exp.Unix()}
		return err
	})
	return out, err
}

// Spendable is a step-up attestation that was found good and is not yet used up.
type Spendable struct {
	key   store.StepUpKey
	until int64
}

// CheckStepUp reads an attestation in the transaction of the act it is for: the
// right person, device, act and object, fresh, and not used before. Nothing is
// written: an act that is refused costs nobody a second factor.
func (s *Service) CheckStepUp(tx *table.Tx, g Grip, text, act, object string, now time.Time) (Spendable, error) {
	c, err := s.signer.readStepUp(text, now)
	if err != nil {
		return Spendable{}, wire.Refuse(wire.CodeStepUp).Because(err)
	}
	if c.Subject != fmt.Sprintf("%x", g.Account) || c.Device != fmt.Sprintf("%x", g.Device) || c.Act != act || c.Object != object {
		return Spendable{}, wire.Refuse(wire.CodeStepUp).Because(errors.New("attested for another person, device, act or object"))
	}
	if now.Unix()-c.AuthTime > wire.StepUpSeconds || c.AuthTime > now.Unix()+int64(skew.Seconds()) {
		return Spendable{}, wire.Refuse(wire.CodeStepUp).Because(errors.New("not fresh"))
	}
	sp := Spendable{store.StepUpKey{Account: g.Account, ID: digest(c.ID)}, c.ExpiresAt.UnixMilli()}
	used, err := s.st.StepUps.Has(tx, sp.key)
	if err == nil && used {
		err = wire.Refuse(wire.CodeReplayed).Because(errors.New("attestation used before"))
	}
	return sp, err
}

// Spend uses an attestation up, in the same transaction.
func (s *Service) Spend(tx *table.Tx, sp Spendable) error {
	return s.st.StepUps.Insert(tx, sp.key, store.UsedStepUp{Until: sp.until})
}
