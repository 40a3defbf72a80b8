package client

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// sharesNeeded is how many officers bring an account back.
const sharesNeeded = 2

// Upkeep does what a device does by itself after signing in: new line keys where
// the present ones are too widely held, and shares of this account for the
// agency's officers, so that its person can be given their messages back.
func (c *Client) Upkeep(ctx context.Context) error {
	return errors.Join(c.AuditBoxes(ctx), c.ensureOfficers(ctx))
}

// ensureOfficers divides a fresh officers' pair among the registrars in force
// whenever who they are, or their keys, have changed, or the pair was used. The
// service says who they are; the key log has to confirm each.
func (c *Client) ensureOfficers(ctx context.Context) error {
	var said wire.Officers
	if err := c.authed(ctx, "GET", "/v1/officers", nil, &said); err != nil {
		return err
	}
	var ids []envelope.ID
	for _, id := range said.Officers {
		ids = append(ids, envelope.ID(id))
	}
	if err := c.learn(ctx, ids...); err != nil {
		return err
	}
	var to []seal.To
	for _, id := range ids {
		t, err := c.officer(id)
		if err != nil {
			return err
		}
		if t != nil {
			to = append(to, *t)
		}
	}
	if len(to) < sharesNeeded || c.undisturbed() != nil {
		return nil // too few, or its person is asked something first
	}
	a, cur, err := c.ownNow()
	if err != nil {
		return err
	}
	if o := a.Officers(); o.Number == 0 || o.Used || !holdAll(said.Held, to) {
		if err := c.bindOfficers(ctx, to, cur); err != nil {
			return err
		}
	}
	return c.endOldPair(ctx)
}

// officer is how to seal to somebody who is a registrar by the key log; nil for
// anybody else.
func (c *Client) officer(id envelope.ID) (*seal.To, error) {
	cred, err := c.book.Credential(id, newest, c.nowMillis())
	if err != nil || wire.Role(cred.Role) != wire.RoleRegistrar || id == c.me.Account {
		return nil, nil
	}
	a, err := c.book.Account(id)
	if err != nil {
		return nil, err
	}
	g, ok := a.Generation(newest)
	if !ok {
		return nil, nil
	}
	box, err := c.book.BoxOf(envelope.Recipient{Kind: envelope.KindAccount, ID: id, Gen: g.Gen})
	if err != nil {
		return nil, err
	}
	t, err := seal.Reader(envelope.KindAccount, id, g.Gen, box)
	return &t, err
}

// holdAll reports whether exactly these hold a share, under their present keys.
func holdAll(held []wire.Share, want []seal.To) bool {
	return len(held) == len(want) && !slices.ContainsFunc(want, func(t seal.To) bool {
		return !slices.ContainsFunc(held, func(h wire.Share) bool {
			return envelope.ID(h.Officer) == t.ID && h.Gen == t.Gen && envelope.Hash(h.PK) == t.PK
		})
	})
}

func (c *Client) bindOfficers(ctx context.Context, to []seal.To, cur seal.Secret) error {
	a, _, err := c.ownNow()
	if err != nil {
		return err
	}
	seed := seal.NewSecret()
	shares, commit, err := vault.SplitBound(seed.Bytes(), len(to), sharesNeeded)
	if err != nil {
		return fmt.Errorf("divide the officers' key: %w", err)
	}
	var held []envelope.ID
	in := wire.AppendLink{}
	for i, t := range to {
		x, err := seal.SealShare(c.me.Account, a.Officers().Number+1, commit, t, shares[i])
		if err != nil {
			return err
		}
		held = append(held, t.ID)
		in.Shares = append(in.Shares, wire.Share{Officer: wire.ID(t.ID), Gen: t.Gen, PK: wire.Hash(t.PK), Box: x.Box, Sealed: x.Sealed})
	}
	s, boxes, err := seal.Officers(a, c.at(), c.maker(), cur, seal.OfficersPair(seed), commit, held)
	if err != nil {
		return fmt.Errorf("bind the officers' key: %w", err)
	}
	in.Link, in.Boxes = wireLink(s), wireBoxes(boxes)
	return c.PostLinks(ctx, []wire.AppendLink{in}, nil)
}

// endOldPair makes a new account key where an officers' pair was replaced and
// none was made since: the pair before was handed the present one. That it is
// looked for in the chain makes up for a device that was stopped between the two.
func (c *Client) endOldPair(ctx context.Context) error {
	owed, err := c.owesRotation()
	if err != nil || !owed {
		return err
	}
	a, cur, err := c.ownNow()
	if err != nil {
		return err
	}
	s, _, boxes, err := seal.AccountRotate(a, c.at(), c.maker(), cur)
	if err != nil {
		return err
	}
	return errors.Join(c.PostLink(ctx, s, boxes, nil, nil), c.AuditBoxes(ctx))
}

func (c *Client) owesRotation() (owed bool, err error) {
	c.learning.Lock()
	defer c.learning.Unlock()
	mem, pairs := c.log.Chains[idKey(c.me.Account)], 0
	if mem == nil {
		return false, nil
	}
	for _, s := range mem.Links {
		l, err := envelope.DecodeLink(s.Link)
		if err != nil {
			return false, err
		}
		switch l.Type {
		case envelope.AccountOfficers:
			pairs++
			owed = pairs > 1
		case envelope.AccountAdd:
		default: // every other statement of an account makes a new key
			owed = false
		}
	}
	return owed, nil
}

// StartReissue begins, as an officer, to bring back the account of somebody whom
// this officer has proofed anew. The letter is for the person.
func (c *Client) StartReissue(ctx context.Context, f Factor, who wire.ID, level int, method string) (Letter, error) {
	code := vault.NewInviteCode()
	in := wire.StartReissue{Account: who, Locator: LocatorDigest(code), Level: level, Method: method}
	l := Letter{URL: c.me.URL, Agency: c.me.Agency, Root: c.me.Root, Code: code.Text()}
	return l, c.withFactor(ctx, f, "POST", "/v1/reissues", in, nil)
}

// Reissues lists the re-issues.
func (c *Client) Reissues(ctx context.Context) ([]wire.ReissueRow, error) {
	var out wire.ReissueList
	err := c.authed(ctx, "GET", "/v1/reissues", nil, &out)
	return out.Reissues, err
}

// CancelReissue ends a re-issue.
func (c *Client) CancelReissue(ctx context.Context, f Factor, id wire.ID) error {
	return c.withFactor(ctx, f, "POST", "/v1/reissues/"+id.String()+"/cancel", nil, nil)
}

// ReleaseShare gives this officer's share to the new device of a re-issue. number
// is the device's, as its person has read it out on the telephone; called is the
// telephone number that was called, which must be the one on file.
func (c *Client) ReleaseShare(ctx context.Context, f Factor, id wire.ID, number, called string) error {
	all, err := c.Reissues(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(r wire.ReissueRow) bool { return r.ID == id })
	if i < 0 {
		return &Error{Problem: problem(wire.CodeNotFound)}
	}
	r := all[i]
	device, err := envelope.DecodeDeviceKeys(r.Device)
	if err != nil {
		return errors.New("the new device has not come yet; nothing was done")
	}
	if !sameNumber(number, vault.DeviceNumber(device)) {
		return errors.New("that is not the number of the device that came: somebody else may have come with the letter; nothing was done")
	}
	share, err := c.resealShare(ctx, r, device)
	if err != nil {
		return err
	}
	in := wire.ReleaseShare{Called: called, Device: r.Device, Share: share}
	return c.withFactor(ctx, f, "POST", "/v1/reissues/"+id.String()+"/release", in, nil)
}

// sameNumber compares what a person typed with a device's number.
func sameNumber(typed, number string) bool {
	x, err1 := vault.ParsePairCode(typed)
	y, err2 := vault.ParsePairCode(number)
	return err1 == nil && err2 == nil && x.Text() == y.Text()
}

// resealShare opens this officer's share, as the account's chain in the key log
// binds it, and seals it to one device.
func (c *Client) resealShare(ctx context.Context, r wire.ReissueRow, device envelope.DeviceKeys) (out wire.Share, err error) {
	if r.Share == nil {
		return out, errors.New("you hold no share of this account; another officer does")
	}
	acct := envelope.ID(r.Account)
	if err := c.learn(ctx, acct); err != nil {
		return out, err
	}
	a, err := c.book.Account(acct)
	if err != nil {
		return out, err
	}
	o := a.Officers()
	mine, ok := c.secrets.Account[r.Share.Gen]
	if !ok || r.Number != o.Number {
		return out, errors.New("the share is not one that you can open; nothing was done")
	}
	from := envelope.Recipient{Kind: envelope.KindAccount, ID: c.me.Account, Gen: r.Share.Gen, PK: envelope.Hash(r.Share.PK)}
	share, err := seal.OpenShare(acct, o.Number, o.Commit, seal.SecretFrom(mine).Box(), seal.Share{Reader: from, Box: r.Share.Box, Sealed: r.Share.Sealed})
	if err != nil {
		return out, fmt.Errorf("open your share: %w", err)
	}
	to, err := seal.Reader(envelope.KindDevice, device.Device, 0, device.Box)
	if err != nil {
		return out, err
	}
	x, err := seal.SealShare(acct, o.Number, o.Commit, to, share)
	return wire.Share{Officer: wire.ID(c.me.Account), PK: wire.Hash(to.PK), Box: x.Box, Sealed: x.Sealed}, err
}

// vaultReissue holds a new device until two officers have given their shares.
const vaultReissue = "reissue"

// Reissue is a new device of somebody who has lost everything.
type Reissue struct {
	c    *Client
	kept keptReissue
}

type keptReissue struct {
	Me      identity `json:"me"`
	Code    string   `json:"code"`
	OTPAuth string   `json:"otpauth"`
}

// BeginReissue makes this device under a letter from an officer. Nothing of the
// account changes until Finish.
func BeginReissue(ctx context.Context, cfg Config, l Letter, password string) (*Reissue, error) {
	if _, err := vault.ParseInviteCode(l.Code); err != nil {
		return nil, fmt.Errorf("the letter's code: %w", err)
	}
	c, err := freshDevice(cfg, identity{URL: l.URL, Agency: l.Agency, Root: l.Root})
	if err != nil {
		return nil, err
	}
	r := &Reissue{c: c, kept: keptReissue{Me: c.me, Code: l.Code}}
	if err := saveJSON(c.vault, vaultReissue, r.kept); err != nil {
		return nil, err
	}
	return r, r.Offer(ctx, password)
}

// Offer brings this device and the new password to the service. It can be asked
// for again where the answer was lost.
func (r *Reissue) Offer(ctx context.Context, password string) error {
	code, err := vault.ParseInviteCode(r.kept.Code)
	if err != nil {
		return err
	}
	c := r.c
	var out wire.Enrolled
	in := wire.ReissueOffer{Locator: wire.Hash(code.Locator()), Device: c.device.Public().Encode(), Password: password}
	if err := c.req.call(ctx, "POST", "/v1/reissue/offer", "", in, &out); err != nil {
		if errors.Is(err, ErrOffline) {
			return err // it may have arrived: the device's keys stay
		}
		return errors.Join(err, c.vault.Delete(vaultReissue))
	}
	c.me.Account, c.me.Name = envelope.ID(out.Account), out.Name
	r.kept.Me, r.kept.OTPAuth = c.me, out.OTPAuth
	return saveJSON(c.vault, vaultReissue, r.kept)
}

// OpenReissue goes on with a re-issue that this vault has begun.
func OpenReissue(cfg Config) (*Reissue, error) {
	c := newClient(cfg)
	r := &Reissue{c: c}
	if err := loadJSON(c.vault, vaultReissue, &r.kept); err != nil {
		return nil, err
	}
	c.me = r.kept.Me
	return r, c.unpack()
}

// OTPAuth is the set-up of the new authenticator app; empty until Offer was
// answered.
func (r *Reissue) OTPAuth() string { return r.kept.OTPAuth }

// Number is the device's, to be read out to the officers who call.
func (r *Reissue) Number() string { return vault.DeviceNumber(r.c.device.Public()) }

// State asks how far it is; with a code it confirms the new authenticator app.
func (r *Reissue) State(ctx context.Context, code string) (out wire.ReissueState, err error) {
	letter, err := vault.ParseInviteCode(r.kept.Code)
	if err != nil {
		return out, err
	}
	return out, r.c.req.call(ctx, "POST", "/v1/reissue/collect", "", wire.ReissueCollect{Locator: wire.Hash(letter.Locator()), Code: code}, &out)
}

// ErrNotReady says that two officers have not given their shares yet.
var ErrNotReady = errors.New("two officers have not called yet")

// Finish puts the officers' shares together and takes the device's place in the
// account. Every other device is removed and the recovery code replaced.
func (r *Reissue) Finish(ctx context.Context) (*Recovered, error) {
	st, err := r.State(ctx, "")
	if err != nil {
		return nil, err
	}
	if st.State != "ready" {
		return nil, fmt.Errorf("%w: %d of %d; nothing was changed", ErrNotReady, st.Released, sharesNeeded)
	}
	c := r.c
	if envelope.ID(st.Agency) != c.me.Agency || envelope.ID(st.Account) != c.me.Account {
		return nil, fmt.Errorf("%w: it is not the agency or the account of your letter", ErrAlarm)
	}
	c.me.LogKey = st.LogKey
	pair, err := c.combine(st)
	if err != nil {
		return nil, err
	}
	b, err := c.readBack(st.Links, envelope.KindOfficers, pair)
	if err != nil {
		return nil, err
	}
	links, code, err := b.statements(seal.Maker{Acct: c.me.Account, Dev: envelope.OfficersSigner, Sign: pair.Sign})
	if err != nil {
		return nil, err
	}
	letter, err := vault.ParseInviteCode(r.kept.Code)
	if err != nil {
		return nil, err
	}
	out, err := c.finishBack(code, func() error {
		return c.req.call(ctx, "POST", "/v1/reissue/finish", "", wire.FinishReissue{Locator: wire.Hash(letter.Locator()), Links: links}, nil)
	})
	if err != nil {
		return out, err
	}
	return out, c.vault.Delete(vaultReissue)
}

// combine opens the shares that officers have sealed to this device.
func (c *Client) combine(st wire.ReissueState) (pair seal.Recovery, err error) {
	commit, number, err := officersOf(st)
	if err != nil {
		return pair, err
	}
	pub := c.device.Public()
	to := envelope.Recipient{Kind: envelope.KindDevice, ID: pub.Device, PK: envelope.Sum(pub.Box)}
	var shares [][]byte
	for _, x := range st.Shares {
		b, err := seal.OpenShare(c.me.Account, number, commit, c.device.Box, seal.Share{Reader: to, Box: x.Box, Sealed: x.Sealed})
		if err != nil {
			return pair, fmt.Errorf("open an officer's share: %w", err)
		}
		shares = append(shares, b)
	}
	seed, err := vault.CombineBound(shares, commit)
	if err != nil {
		return pair, fmt.Errorf("the officers' shares do not fit: %w", err)
	}
	return seal.OfficersPair(seal.SecretFrom(seed)), nil
}

// officersOf reads what binds the shares out of the account's chain.
func officersOf(st wire.ReissueState) (commit envelope.Hash, number uint32, err error) {
	for _, x := range st.Links {
		l, err := envelope.DecodeLink(x.Link.Link)
		if err != nil {
			return commit, 0, err
		}
		if l.Type != envelope.AccountOfficers {
			continue
		}
		b, err := envelope.DecodeOfficers(l.Body)
		if err != nil {
			return commit, 0, err
		}
		commit, number = b.Commit, number+1
	}
	if number == 0 {
		return commit, 0, errors.New("the account has no officers' key")
	}
	return commit, number, nil
}
