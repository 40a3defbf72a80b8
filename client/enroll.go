package client

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// Enrolment is a device that has just been made.
type Enrolment struct {
	*Client
	OTPAuth  string // otpauth:// address for an authenticator app, shown once
	Recovery string // recovery code, shown once: it is kept nowhere
	locator  wire.Hash
}

// About asks a service what anybody may know of it.
func About(ctx context.Context, cfg Config, url string) (about wire.About, err error) {
	c := newClient(cfg)
	c.req.base = url
	return about, c.req.call(ctx, "GET", "/v1/about", "", nil, &about)
}

// Prepare makes this device and the person's account, and what must be sent to
// enrol them; nothing is sent. The keys are made here and are on this device's
// disk when it returns. The vault must be empty.
func Prepare(cfg Config, l Letter, about wire.About, password string) (*Enrolment, wire.Enroll, error) {
	c, err := freshDevice(cfg, identity{URL: l.URL, Agency: l.Agency, Root: l.Root, Name: l.Name, Account: envelope.ID(uuid.New()),
		LogKey: about.LogKey}) // the agency's policy must confirm it
	if err != nil {
		return nil, wire.Enroll{}, err
	}
	code, err := vault.ParseInviteCode(l.Code)
	if err != nil {
		return nil, wire.Enroll{}, fmt.Errorf("the invitation's code: %w", err)
	}
	recovery := vault.NewRecoveryCode()
	rs, rb := recovery.Keys()
	genesis, puk, boxes, err := seal.AccountGenesis(c.me.Account, c.at(), c.device, seal.Recovery{Sign: rs, Box: rb}, code.MAC)
	if err != nil {
		return nil, wire.Enroll{}, fmt.Errorf("make the account: %w", err)
	}
	c.secrets.Account[1] = puk.Bytes()
	if err := errors.Join(saveJSON(c.vault, vaultMe, c.me), c.saveLog()); err != nil {
		return nil, wire.Enroll{}, err
	}
	letter, err := c.letterUnder(recovery)
	if err != nil {
		return nil, wire.Enroll{}, err
	}
	e := &Enrolment{Client: c, Recovery: recovery.Text(), locator: wire.Hash(code.Locator())}
	return e, wire.Enroll{Locator: e.locator, Genesis: wireLink(genesis), Boxes: wireBoxes(boxes), Password: password,
		Recovery: letter}, nil
}

// Enroll makes this device and starts the person's account. The service gets
// public halves and sealed boxes.
func Enroll(ctx context.Context, cfg Config, l Letter, password string) (*Enrolment, error) {
	about, err := About(ctx, cfg, l.URL)
	if err != nil {
		return nil, err
	}
	if envelope.ID(about.Agency) != l.Agency {
		return nil, fmt.Errorf("%w: it is not the agency of your invitation", ErrAlarm)
	}
	e, in, err := Prepare(cfg, l, about, password)
	if err != nil {
		return nil, err
	}
	return e, e.send(ctx, "/v1/enroll", in)
}

// Bootstrap sends what makes an agency and its first registrar, whose device
// this is.
func (e *Enrolment) Bootstrap(ctx context.Context, in wire.Bootstrap) error {
	return e.send(ctx, "/v1/bootstrap", in)
}

func (e *Enrolment) send(ctx context.Context, path string, in any) error {
	var out wire.Enrolled
	if err := e.req.call(ctx, "POST", path, "", in, &out); err != nil {
		if errors.Is(err, ErrOffline) {
			return err // it may have arrived: the device's keys stay
		}
		return errors.Join(err, e.forget())
	}
	e.OTPAuth = out.OTPAuth
	return nil
}

// forget empties the vault after an enrolment that the service refused.
func (c *Client) forget() error {
	return errors.Join(c.vault.Delete(vaultMe), c.vault.Delete(vaultLog), c.vault.Delete(vaultSecrets), c.vault.Delete(vaultOwn))
}

// Confirm proves that the second factor was set up.
func (e *Enrolment) Confirm(ctx context.Context, code string) error {
	return e.req.call(ctx, "POST", "/v1/enroll/confirm", "", wire.Confirm{Locator: e.locator, Code: code}, nil)
}

func wireLink(s envelope.SignedLink) wire.Link {
	return wire.Link{Link: s.Link, Sig: s.Sig, Countersig: s.Countersig}
}

// signedLink is the other direction of wireLink.
func signedLink(l wire.Link) envelope.SignedLink {
	return envelope.SignedLink{Link: l.Link, Sig: l.Sig, Countersig: l.Countersig}
}

func wireBoxes(boxes []seal.Box) []wire.Box {
	out := make([]wire.Box, len(boxes))
	for i, b := range boxes {
		out[i] = wire.Box{Kind: wire.BoxKind(b.Kind), ID: wire.ID(b.ID), Gen: b.Gen, Sealed: b.Sealed}
	}
	return out
}

// PostLink brings a signed statement to the service and then verifies that it
// is in the log where the service says. f is the second factor where the
// statement needs one, else nil. While a witness is away the refusal is
// wire.CodeWitnessAway: the statement is written down and nobody sees it yet.
func (c *Client) PostLink(ctx context.Context, s envelope.SignedLink, boxes []seal.Box, cred *wire.Credential, f Factor) error {
	return c.PostLinks(ctx, []wire.AppendLink{{Link: wireLink(s), Boxes: wireBoxes(boxes), Credential: cred}}, f)
}

// PostLinks is PostLink for several statements under one second factor. Those
// before the first that is refused stay.
func (c *Client) PostLinks(ctx context.Context, in []wire.AppendLink, f Factor) error {
	for _, x := range in {
		if err := c.mayPost(signedLink(x.Link)); err != nil {
			return err
		}
	}
	if err := c.withFactor(ctx, f, "POST", "/v1/links", wire.AppendLinks{Links: in}, nil); err != nil {
		return err
	}
	for _, x := range in {
		s := signedLink(x.Link)
		if err := c.isLogged(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// isLogged verifies that a statement that was accepted stands in the log.
func (c *Client) isLogged(ctx context.Context, s envelope.SignedLink) error {
	l, err := envelope.DecodeLink(s.Link)
	if err != nil {
		return err
	}
	if err := c.learn(ctx, l.Chain); err != nil {
		return err
	}
	if got := c.lastHash(l.Chain); got != s.Hash() {
		// Somebody may have added after us; ours must then be among them.
		for _, x := range c.log.Chains[idKey(l.Chain)].Links {
			if x.Hash() == s.Hash() {
				return nil
			}
		}
		return fmt.Errorf("%w: a statement was accepted and is not in the log", ErrAlarm)
	}
	return nil
}

// Pending lists the enrolments that wait for the registrar.
func (c *Client) Pending(ctx context.Context) ([]wire.Pending, error) {
	var out wire.PendingList
	err := c.authed(ctx, "GET", "/v1/enrolments", nil, &out)
	return out.Pending, err
}
