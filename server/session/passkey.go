package session

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"arcline/server/account"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Passkeys (WebAuthn Level 3) take the place of the six digits, never of the
// password or of the device's own proof. The browser binds an answer to the
// page's address, so a false page gets nothing that works here.

// NewPasskeys is the relying party for a domain and the pages on it.
func NewPasskeys(domain string, origins []string) (*webauthn.WebAuthn, error) {
	if domain == "" {
		return nil, nil
	}
	return webauthn.New(&webauthn.Config{RPID: domain, RPDisplayName: "arcline", RPOrigins: origins, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
}

// challengeLife is how long an authenticator has to answer.
const challengeLife = 5 * time.Minute

// maxPasskeys is how many passkeys somebody may have.
const maxPasskeys = 10

// challenge is what an authenticator signs: when and for what it was asked,
// under a secret of this process. Nothing is kept until it comes back.
func (s *Service) challenge(purpose string, now time.Time) []byte {
	at := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli()))
	m := hmac.New(sha256.New, s.secret[:])
	m.Write([]byte("passkey\n" + purpose + "\n"))
	m.Write(at)
	return m.Sum(at)
}

// asked checks a challenge that came back: made here, for this, not long ago and
// not answered before.
func (s *Service) asked(text, purpose string, by store.ID, now time.Time) error {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != 8+sha256.Size {
		return errors.New("no challenge of ours")
	}
	at := time.UnixMilli(int64(binary.BigEndian.Uint64(b)))
	if !hmac.Equal(b, s.challenge(purpose, at)) || now.Sub(at) > challengeLife || at.Sub(now) > skew {
		return errors.New("a challenge for another purpose or time")
	}
	if !s.answered.use(by, text, now) {
		return errors.New("a challenge that was answered before")
	}
	return nil
}

func signInPurpose(name string, device wire.ID) string {
	return fmt.Sprintf("sign in\n%q\n%s", name, device)
}

func stepUpPurpose(g Grip, act, object string) string {
	return fmt.Sprintf("step up\n%x\n%x\n%q\n%q", g.Account, g.Device, act, object)
}

func addPurpose(g Grip) string { return fmt.Sprintf("add\n%x\n%x\n%x", g.Account, g.Device, g.Session) }

// passkeyUser is a person as the library sees one.
type passkeyUser struct {
	id    store.ID
	login string
	rows  map[store.ID]store.Passkey
	creds []webauthn.Credential
}

func (u passkeyUser) WebAuthnID() []byte                         { return u.id[:] }
func (u passkeyUser) WebAuthnName() string                       { return u.login }
func (u passkeyUser) WebAuthnDisplayName() string                { return u.login }
func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.creds }

func (s *Service) passkeyUser(tx *table.Tx, acct store.ID) (passkeyUser, error) {
	u := passkeyUser{id: acct, rows: map[store.ID]store.Passkey{}}
	a, err := s.st.Accounts.Get(tx, acct)
	if err != nil {
		return u, err
	}
	u.login = a.Login
	_, err = s.st.Passkeys.Scan(tx, store.PartAccount(acct), table.Range{}, func(_ store.PasskeyKey, p store.Passkey) (bool, error) {
		var c webauthn.Credential
		if err := json.Unmarshal(p.Credential, &c); err != nil {
			return false, fmt.Errorf("read a passkey: %w", err)
		}
		u.rows[p.ID], u.creds = p, append(u.creds, c)
		return true, nil
	})
	return u, err
}

func (s *Service) havePasskeys() error {
	if s.cfg.Passkeys == nil {
		return wire.Refuse(wire.CodeState).Because(errors.New("no passkey-domain is set"))
	}
	return nil
}

// creation is what an authenticator is asked to make, and what its answer is
// held against.
func (s *Service) creation(u passkeyUser, challenge []byte) (*protocol.CredentialCreation, *webauthn.SessionData, error) {
	var not []protocol.CredentialDescriptor
	for _, c := range u.creds {
		not = append(not, c.Descriptor())
	}
	options, held, err := s.cfg.Passkeys.BeginRegistration(u, webauthn.WithExclusions(not))
	if err != nil {
		return nil, nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	options.Response.Challenge, held.Challenge = challenge, base64.RawURLEncoding.EncodeToString(challenge)
	return options, held, nil
}

// BeginPasskey asks for a new passkey.
func (s *Service) BeginPasskey(tx *table.Tx, g Grip, now time.Time) (out wire.PasskeyOptions, err error) {
	if err := s.havePasskeys(); err != nil {
		return out, err
	}
	u, err := s.passkeyUser(tx, g.Account)
	if err != nil {
		return out, err
	}
	if len(u.creds) >= maxPasskeys {
		return out, wire.Refuse(wire.CodeTooMany)
	}
	options, _, err := s.creation(u, s.challenge(addPurpose(g), now))
	if err != nil {
		return out, err
	}
	b, err := json.Marshal(options)
	return wire.PasskeyOptions{Options: string(b)}, err
}

// AddPasskey binds the passkey that an authenticator has made. The transaction
// owns the account; the second factor was given when it was asked for.
func (s *Service) AddPasskey(tx *table.Tx, g Grip, in wire.NewPasskey, by account.Actor, now time.Time) error {
	if err := s.havePasskeys(); err != nil {
		return err
	}
	if in.Name == "" || len(in.Name) > 64 {
		return wire.Refuse(wire.CodeMalformed)
	}
	p, err := protocol.ParseCredentialCreationResponseBytes([]byte(in.Answer))
	if err != nil {
		return wire.Refuse(wire.CodeMalformed).Because(err)
	}
	text := p.Response.CollectedClientData.Challenge
	if err := s.asked(text, addPurpose(g), g.Device, now); err != nil {
		return wire.Refuse(wire.CodeExpired).Because(err)
	}
	challenge, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return wire.Refuse(wire.CodeMalformed).Because(err)
	}
	u, err := s.passkeyUser(tx, g.Account)
	if err != nil {
		return err
	}
	_, held, err := s.creation(u, challenge)
	if err != nil {
		return err
	}
	c, err := s.cfg.Passkeys.CreateCredential(u, *held, p)
	if err != nil {
		return wire.Refuse(wire.CodeRefused).Because(err)
	}
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	row := store.Passkey{ID: passkeyID(c.ID), Name: in.Name, Added: now.UnixMilli(), Credential: b}
	if _, there := u.rows[row.ID]; there || len(u.creds) >= maxPasskeys {
		return wire.Refuse(wire.CodeState)
	}
	return errors.Join(s.st.Passkeys.Insert(tx, store.PasskeyKey{Account: g.Account, ID: row.ID}, row),
		s.people.Bind(tx, g.Account, account.KindPasskey, row.ID, by, "", now), s.note(tx, by, "add a passkey", now), s.people.Notify(tx, g.Account, account.NoticePasskey, now))
}

func passkeyID(credential []byte) store.ID {
	sum := sha256.Sum256(credential)
	return store.ID(sum[:16])
}

// ListPasskeys lists a person's passkeys.
func (s *Service) ListPasskeys(tx *table.Tx, g Grip) (wire.PasskeyList, error) {
	out := wire.PasskeyList{Passkeys: []wire.PasskeyInfo{}}
	_, err := s.st.Passkeys.Scan(tx, store.PartAccount(g.Account), table.Range{}, func(_ store.PasskeyKey, p store.Passkey) (bool, error) {
		out.Passkeys = append(out.Passkeys, wire.PasskeyInfo{ID: wire.ID(p.ID), Name: p.Name, Added: p.Added, Used: p.Used})
		return true, nil
	})
	return out, err
}

// RemovePasskey takes a passkey away. The transaction owns the account.
func (s *Service) RemovePasskey(tx *table.Tx, g Grip, id store.ID, by account.Actor, now time.Time) error {
	k := store.PasskeyKey{Account: g.Account, ID: id}
	if there, err := s.st.Passkeys.Has(tx, k); err != nil || !there {
		return wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return errors.Join(s.st.Passkeys.Delete(tx, k), s.people.Unbind(tx, g.Account, account.KindPasskey, id, "removed by its owner", now),
		s.note(tx, by, "remove a passkey", now), s.people.Notify(tx, g.Account, account.NoticePasskey, now))
}

// forgetPasskeys takes all of a person's passkeys away.
func (s *Service) forgetPasskeys(tx *table.Tx, acct store.ID, why string, now time.Time) error {
	var ids []store.ID
	_, err := s.st.Passkeys.Scan(tx, store.PartAccount(acct), table.Range{}, func(k store.PasskeyKey, _ store.Passkey) (bool, error) {
		ids = append(ids, k.ID)
		return true, nil
	})
	for _, id := range ids {
		err = errors.Join(err, s.st.Passkeys.Delete(tx, store.PasskeyKey{Account: acct, ID: id}), s.people.Unbind(tx, acct, account.KindPasskey, id, why, now))
	}
	return err
}

// ask is what an authenticator is asked at sign-in or for an act. It names no
// passkey and nobody, so it tells a stranger nothing.
func (s *Service) ask(purpose string, now time.Time) (out wire.PasskeyOptions, err error) {
	if err := s.havePasskeys(); err != nil {
		return out, err
	}
	options, _, err := s.cfg.Passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired), webauthn.WithChallenge(s.challenge(purpose, now)))
	if err != nil {
		return out, fmt.Errorf("ask for a passkey: %w", err)
	}
	b, err := json.Marshal(options)
	return wire.PasskeyOptions{Options: string(b)}, err
}

// BeginSignIn is what a passkey has to answer at sign-in.
func (s *Service) BeginSignIn(in wire.BeginSignIn, now time.Time) (wire.PasskeyOptions, error) {
	if len(in.Name) > maxName {
		return wire.PasskeyOptions{}, wire.Refuse(wire.CodeMalformed)
	}
	return s.ask(signInPurpose(in.Name, in.Device), now)
}

// BeginStepUp is what a passkey has to answer for one act on one object.
func (s *Service) BeginStepUp(g Grip, in wire.BeginStepUp, now time.Time) (wire.PasskeyOptions, error) {
	return s.ask(stepUpPurpose(g, in.Act, in.Object), now)
}

// usePasskey checks an authenticator's answer and writes its counter down.
func (s *Service) usePasskey(tx *table.Tx, t try, now time.Time) error {
	if err := s.havePasskeys(); err != nil {
		return err
	}
	p, err := protocol.ParseCredentialRequestResponseBytes([]byte(t.passkey))
	if err != nil {
		return fmt.Errorf("%w: %w", errFactor, err)
	}
	text := p.Response.CollectedClientData.Challenge
	if err := s.asked(text, t.challenge, t.by, now); err != nil {
		return fmt.Errorf("%w: %w", errFactor, err)
	}
	u, err := s.passkeyUser(tx, t.acct)
	if err != nil {
		return err
	}
	held := webauthn.SessionData{Challenge: text, RelyingPartyID: s.cfg.Passkeys.Config.RPID, UserID: u.WebAuthnID(), UserVerification: protocol.VerificationRequired}
	c, err := s.cfg.Passkeys.ValidateLogin(u, held, p)
	if err == nil && c.Authenticator.CloneWarning {
		err = errors.New("its counter went back: it may have been copied")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errFactor, err)
	}
	row := u.rows[passkeyID(c.ID)]
	if row.Credential, err = json.Marshal(c); err != nil {
		return err
	}
	row.Used = now.UnixMilli()
	return s.st.Passkeys.Put(tx, store.PasskeyKey{Account: t.acct, ID: row.ID}, row)
}
