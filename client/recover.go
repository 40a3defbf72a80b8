package client

import (
	"context"
	"errors"
	"fmt"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

type deviceInfo = chain.DeviceInfo

// ownNow is this person's account and its secret in force.
func (c *Client) ownNow() (*chain.Account, seal.Secret, error) {
	c.learning.Lock()
	defer c.learning.Unlock()
	a, err := c.book.Account(c.me.Account)
	if err != nil {
		return nil, seal.Secret{}, err
	}
	g, _ := a.Generation(newest)
	b, ok := c.secrets.Account[g.Gen]
	if !ok {
		return nil, seal.Secret{}, errors.New("this device does not hold your account's newest keys")
	}
	return a, seal.SecretFrom(b), nil
}

// Recovered is a device that has come back into its person's account.
type Recovered struct {
	*Client
	Recovery string // the new recovery code, shown once
}

// Recover makes this device and brings it into the account with the recovery
// code, the password and a code of the authenticator app. Every other device is
// removed and the recovery code replaced: what was lost may be in somebody's
// hands. The letter tells where the service is and which agency to believe: an
// old invitation, the agency's card, or what FindRecoveryLetter found. Its own
// code is not used.
func Recover(ctx context.Context, cfg Config, l Letter, recovery, password, code string) (*Recovered, error) {
	rc, err := vault.ParseRecoveryCode(recovery)
	if err != nil {
		return nil, fmt.Errorf("the recovery code: %w", err)
	}
	c, err := freshDevice(cfg, identity{URL: l.URL, Agency: l.Agency, Root: l.Root, Name: l.Name})
	if err != nil {
		return nil, err
	}
	var r wire.Recovery
	in := wire.Recover{Name: l.Name, Password: password, Code: code, Device: c.device.Public().Encode()}
	if err := c.req.call(ctx, "POST", "/v1/recovery", "", in, &r); err != nil {
		return nil, err
	}
	if envelope.ID(r.Agency) != l.Agency {
		return nil, fmt.Errorf("%w: it is not the agency of your letter", ErrAlarm)
	}
	c.me.Account, c.me.LogKey = envelope.ID(r.Account), r.LogKey
	sign, box := rc.Keys()
	b, err := c.readBack(r.Links, envelope.KindRecovery, seal.Recovery{Sign: sign, Box: box})
	if err != nil {
		return nil, err
	}
	if !b.account.RecoveryIs(sign.Public().Bytes(), box.Public().Hash()) {
		return nil, errors.New("this recovery code is not the one in force; nothing was changed")
	}
	links, fresh, err := b.statements(seal.Maker{Acct: c.me.Account, Sign: sign})
	if err != nil {
		return nil, err
	}
	return c.finishBack(fresh, func() error {
		return c.req.call(ctx, "POST", "/v1/recovery/finish", "", wire.FinishRecovery{Grant: r.Grant, Links: links}, nil)
	})
}

// back is an account that is being brought back: read from what the service
// shows, proved by the pair that its person or two officers hold. That it is
// this person's is proved later, by the agency's credential in the key log.
type back struct {
	c       *Client
	book    *chain.Book
	account *chain.Account
	cur     seal.Secret
	leaf    uint64
	links   []wire.AppendLink
}

// readBack replays an account's chain and opens its secret with a pair.
func (c *Client) readBack(in []wire.Logged, kind envelope.RecipientKind, pair seal.Recovery) (*back, error) {
	mem := &rememberedLog{Kind: envelope.ChainAccount}
	for _, x := range in {
		s := signedLink(x.Link)
		l, err := envelope.DecodeLink(s.Link)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrAlarm, err)
		}
		mem.Links = append(mem.Links, chain.Logged{SignedLink: s, Leaf: x.Leaf})
		mem.Boxes = append(mem.Boxes, ownBoxes(l, x.Boxes)...)
	}
	b := &back{c: c, book: chain.NewBook(c.me.Agency)}
	if err := b.book.Replay(nil, mem.Links, nil, nil); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	var err error
	if b.account, err = b.book.Account(c.me.Account); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	b.leaf = mem.Links[len(mem.Links)-1].Leaf
	byGen, byBox := statements(mem, envelope.PurposeAccount)
	for _, x := range mem.Boxes {
		k, ok := byBox[envelope.Sum(x.Sealed)]
		if !ok {
			continue
		}
		s, err := seal.Open(k, kind, c.me.Account, pair.Box, x.Sealed)
		if errors.Is(err, seal.ErrNotForMe) {
			continue // sealed to the pair before
		}
		if err != nil {
			return nil, fmt.Errorf("open your account's keys: %w", err)
		}
		c.secrets.Account[x.Gen] = s.Bytes()
	}
	if err := fillHistory(c.secrets.Account, byGen); err != nil {
		return nil, err
	}
	g, _ := b.account.Generation(newest)
	cur, ok := c.secrets.Account[g.Gen]
	if !ok {
		return nil, errors.New("what you hold does not open your account; nothing was changed")
	}
	b.cur = seal.SecretFrom(cur)
	return b, nil
}

// statements adds this device by a pair, then by this device removes every other
// and replaces the recovery code. It returns the new code.
func (b *back) statements(by seal.Maker) ([]wire.AppendLink, string, error) {
	c := b.c
	s, boxes, err := seal.DeviceAdd(b.account, c.at(), by, b.cur, c.device)
	if err := b.take(s, boxes, err); err != nil {
		return nil, "", err
	}
	var others []envelope.ID
	for _, d := range b.account.Devices() {
		if !d.Revoked && d.Device != c.me.Device {
			others = append(others, d.Device)
		}
	}
	if len(others) > 0 {
		s, next, boxes, err := seal.DeviceRevoke(b.account, c.at(), c.maker(), b.cur, others)
		if err := b.take(s, boxes, err); err != nil {
			return nil, "", err
		}
		b.cur = next
	}
	code := vault.NewRecoveryCode()
	sign, box := code.Keys()
	s, _, boxes, err = seal.RecoveryReplace(b.account, c.at(), c.maker(), b.cur, seal.Recovery{Sign: sign, Box: box})
	if err := b.take(s, boxes, err); err != nil {
		return nil, "", err
	}
	letter, err := c.letterUnder(code)
	b.links[len(b.links)-1].Recovery = &letter
	return b.links, code.Text(), err
}

// take applies a statement here, as the service will.
func (b *back) take(s envelope.SignedLink, boxes []seal.Box, err error) error {
	if err != nil {
		return fmt.Errorf("bring the account back: %w", err)
	}
	b.leaf++
	if err := b.book.Apply(chain.Logged{SignedLink: s, Leaf: b.leaf}); err != nil {
		return fmt.Errorf("bring the account back: %w", err)
	}
	b.account, err = b.book.Account(b.c.me.Account)
	b.links = append(b.links, wire.AppendLink{Link: wireLink(s), Boxes: wireBoxes(boxes)})
	return errors.Join(err, b.c.knowOwn(func(k *ownKnown) { k.Made = append(k.Made, wire.Hash(s.Hash())) }))
}

// finishBack keeps the device before the service hears of it, so that an answer
// that is lost on the way loses nothing, and forgets it if it is refused.
func (c *Client) finishBack(code string, send func() error) (*Recovered, error) {
	// What was read from the chain is learned again from the key log, with proofs.
	c.secrets = secrets{}
	c.secrets.init()
	if err := errors.Join(c.unpack(), saveJSON(c.vault, vaultMe, c.me), c.saveLog()); err != nil {
		return nil, err
	}
	err := send()
	if err != nil && !errors.Is(err, ErrOffline) && !IsCode(err, wire.CodeWitnessAway) && !IsCode(err, wire.CodeUnknownOutcome) {
		return nil, errors.Join(err, c.forget())
	}
	return &Recovered{Client: c, Recovery: code}, err
}
