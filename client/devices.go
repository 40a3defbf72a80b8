package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// ErrPairing is wrapped when the two devices do not agree about each other.
var ErrPairing = errors.New("the two devices do not fit together")

// Device is a device of this person.
type Device struct {
	ID      wire.ID `json:"device"`
	Number  string  `json:"number"` // as a person reads it out
	Revoked bool    `json:"removed"`
	Here    bool    `json:"here"` // it is this one
}

// Devices lists every device that this person's account ever had, oldest first.
func (c *Client) Devices(ctx context.Context) ([]Device, error) {
	if err := c.learn(ctx); err != nil {
		return nil, err
	}
	a, err := c.book.Account(c.me.Account)
	if err != nil {
		return nil, err
	}
	var out []Device
	for _, d := range a.Devices() {
		out = append(out, Device{wire.ID(d.Device), vault.DeviceNumber(d.DeviceKeys), d.Revoked, d.Device == c.me.Device})
	}
	return out, nil
}

// Pairing is a new device that waits for an old one of its person.
type Pairing struct {
	c    *Client
	name string
	code vault.PairCode
}

// Pair makes this device and leaves its public keys with the service, for the
// person's old device to find under a code. The vault must be empty; it stays
// empty until the old device has said yes.
func Pair(ctx context.Context, cfg Config, url, name string) (*Pairing, error) {
	c, err := freshDevice(cfg, identity{URL: url, Name: name})
	if err != nil {
		return nil, err
	}
	p := &Pairing{c: c, name: name, code: vault.NewPairCode()}
	keys := c.device.Public().Encode()
	in := wire.PairOffer{Locator: wire.Hash(p.code.Locator()), Name: name, Device: keys, MAC: wire.Hash(p.code.MACNew(name, keys))}
	return p, c.req.call(ctx, "POST", "/v1/pairings", "", in, nil)
}

// freshDevice makes a device's keys, in memory.
func freshDevice(cfg Config, me identity) (*Client, error) {
	c := newClient(cfg)
	if _, err := c.vault.Load(vaultMe); !errors.Is(err, ErrNothing) {
		return nil, errors.Join(errors.New("this folder already holds a device"), err)
	}
	d := seal.NewDevice(envelope.ID(uuid.New()))
	me.Device, me.Sign, me.Box, me.Session = d.ID, d.Sign.Text(), d.Box.Text(), d.Session.Text()
	c.me = me
	return c, c.unpack()
}

// Code is what this device shows and its person types into the old one.
func (p *Pairing) Code() string { return p.code.Text() }

// Collect asks once whether the old device has said yes, and if so takes this
// device's place in the account and keeps it. nil and no error: not yet.
func (p *Pairing) Collect(ctx context.Context) (*Client, error) {
	var a wire.PairAnswer
	if err := p.c.req.call(ctx, "POST", "/v1/pairings/answer", "", wire.PairAsk{Locator: wire.Hash(p.code.Locator())}, &a); err != nil {
		return nil, err
	}
	if a.Refused {
		return nil, fmt.Errorf("%w: the other device said no; nothing was added", ErrPairing)
	}
	if len(a.Link) == 0 {
		return nil, nil
	}
	mac := p.code.MACOld(a.Welcome, a.Link)
	if !key.Equal(mac[:], a.MAC[:]) {
		return nil, fmt.Errorf("%w: whoever answered does not know the code; nothing was kept", ErrPairing)
	}
	w, err := envelope.DecodeWelcome(a.Welcome)
	if err != nil {
		return nil, err
	}
	if err := seal.CheckAdd(p.c.device, w.Account, w.Agency, a.Link); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPairing, err)
	}
	root, err := key.NewVerify(w.Root[:])
	if err != nil {
		return nil, err
	}
	c := p.c
	c.me.Agency, c.me.Root, c.me.LogKey, c.me.Name, c.me.Account, c.me.Genesis = w.Agency, root.Text(), w.LogKey, w.Name, w.Account, w.Genesis
	if err := errors.Join(c.unpack(), saveJSON(c.vault, vaultMe, c.me)); err != nil {
		return nil, err
	}
	in := wire.PairAccept{Locator: wire.Hash(p.code.Locator()), Countersig: seal.Countersign(c.device, a.Link)}
	return c, c.req.call(ctx, "POST", "/v1/pairings/accept", "", in, nil)
}

// pairPause is how often the two devices ask for each other.
const pairPause = time.Second

// Await is Collect until the old device has answered or ctx ends.
func (p *Pairing) Await(ctx context.Context) (*Client, error) {
	for {
		c, err := p.Collect(ctx)
		if c != nil || err != nil && !errors.Is(err, ErrOffline) {
			return c, err
		}
		if err := pause(ctx, pairPause); err != nil {
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NewDevice is what an old device is told of a new one, after it was proved that
// the new one shows the code.
type NewDevice struct {
	Number string `json:"number"`
	From   string `json:"from"` // the address it came from
	At     int64  `json:"at"`   // Unix milliseconds

	keys envelope.DeviceKeys
	code vault.PairCode
}

// LookAtDevice finds the new device that shows a code.
func (c *Client) LookAtDevice(ctx context.Context, code string) (n NewDevice, err error) {
	if n.code, err = vault.ParsePairCode(code); err != nil {
		return n, err
	}
	seen, err := c.pairSeen(ctx, n.code)
	if err != nil {
		return n, err
	}
	mac := n.code.MACNew(seen.Name, seen.Device)
	if !key.Equal(mac[:], seen.MAC[:]) || seen.Name != c.me.Name {
		return n, fmt.Errorf("%w: that device does not show this code, or is for another person; nothing was done", ErrPairing)
	}
	if n.keys, err = envelope.DecodeDeviceKeys(seen.Device); err != nil {
		return n, err
	}
	n.Number, n.From, n.At = vault.DeviceNumber(n.keys), seen.From, seen.At
	return n, nil
}

func (c *Client) pairSeen(ctx context.Context, code vault.PairCode) (seen wire.PairSeen, err error) {
	return seen, c.authed(ctx, "POST", "/v1/pairings/look", wire.PairAsk{Locator: wire.Hash(code.Locator())}, &seen)
}

// RefuseDevice says no to a new device: it is told so, and its code is dead.
func (c *Client) RefuseDevice(ctx context.Context, n NewDevice) error {
	return c.authed(ctx, "POST", "/v1/pairings/refuse", wire.PairAsk{Locator: wire.Hash(n.code.Locator())}, nil)
}

// ApproveDevice adds a new device to the account: it is given what this one can
// read. It waits for the new device to accept its place, until ctx ends.
func (c *Client) ApproveDevice(ctx context.Context, f Factor, n NewDevice) error {
	if err := errors.Join(c.learn(ctx), c.undisturbed()); err != nil {
		return err
	}
	a, cur, err := c.ownNow()
	if err != nil {
		return err
	}
	s, boxes, err := seal.DeviceAddFor(a, c.at(), c.maker(), cur, n.keys)
	if err != nil {
		return fmt.Errorf("add the device: %w", err)
	}
	root := c.book.Agency().Root()
	welcome := envelope.Welcome{Agency: c.me.Agency, Root: root.Bytes(), LogKey: c.me.LogKey, Name: c.me.Name, Account: c.me.Account, Genesis: a.Genesis, Head: a.Hash}.Encode()
	in := wire.PairWelcome{Locator: wire.Hash(n.code.Locator()), Welcome: welcome, Link: s.Link, MAC: wire.Hash(n.code.MACOld(welcome, s.Link))}
	if err := c.authed(ctx, "POST", "/v1/pairings/welcome", in, nil); err != nil {
		return err
	}
	for len(s.Countersig) == 0 {
		seen, err := c.pairSeen(ctx, n.code)
		if err != nil {
			return err
		}
		if s.Countersig = seen.Countersig; len(s.Countersig) > 0 {
			break
		}
		if err := pause(ctx, pairPause); err != nil {
			return err
		}
	}
	return c.PostLink(ctx, s, boxes, nil, f)
}

// RemoveDevices unbinds other devices of this person and makes new keys without
// them, for the account and for every line that they could read.
func (c *Client) RemoveDevices(ctx context.Context, f Factor, ids ...wire.ID) error {
	if err := c.learn(ctx); err != nil {
		return err
	}
	a, cur, err := c.ownNow()
	if err != nil {
		return err
	}
	var who []envelope.ID
	for _, id := range ids {
		i := slices.IndexFunc(a.Devices(), func(d deviceInfo) bool { return d.Device == envelope.ID(id) && !d.Revoked })
		if i < 0 || envelope.ID(id) == c.me.Device {
			return fmt.Errorf("%s is no other device of yours that is in use; nothing was done", id)
		}
		who = append(who, envelope.ID(id))
	}
	s, _, boxes, err := seal.DeviceRevoke(a, c.at(), c.maker(), cur, who)
	if err != nil {
		return fmt.Errorf("remove the device: %w", err)
	}
	if err := c.PostLink(ctx, s, boxes, nil, f); err != nil {
		return err
	}
	return c.AuditBoxes(ctx)
}

// ReplaceRecovery makes a new recovery code in the place of the old one, which
// opens nothing new from then on. It is returned to be shown once.
func (c *Client) ReplaceRecovery(ctx context.Context, f Factor) (string, error) {
	if err := c.learn(ctx); err != nil {
		return "", err
	}
	a, cur, err := c.ownNow()
	if err != nil {
		return "", err
	}
	code := vault.NewRecoveryCode()
	sign, box := code.Keys()
	s, _, boxes, err := seal.RecoveryReplace(a, c.at(), c.maker(), cur, seal.Recovery{Sign: sign, Box: box})
	if err != nil {
		return "", fmt.Errorf("replace the recovery code: %w", err)
	}
	letter, err := c.letterUnder(code)
	if err != nil {
		return "", err
	}
	in := wire.AppendLink{Link: wireLink(s), Boxes: wireBoxes(boxes), Recovery: &letter}
	if err := c.PostLinks(ctx, []wire.AppendLink{in}, f); err != nil {
		return "", err
	}
	return code.Text(), c.AuditBoxes(ctx)
}
