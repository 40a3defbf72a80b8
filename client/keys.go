package client

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// openOwnBoxes opens every secret that was handed to this device or to its
// account and is not yet held: first the account's generations, then, with
// those, the lines'.
func (c *Client) openOwnBoxes() error {
	if mine := c.log.Chains[idKey(c.me.Account)]; mine != nil {
		if err := c.openAccount(mine); err != nil {
			return err
		}
	}
	for id, l := range c.log.Chains {
		if l.Kind == envelope.ChainLine {
			if err := c.openLine(id, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// statements lists the key statements of a chain by purpose and number. A grant
// and the rotation it hands over have the same commitment, so the first serves.
func statements(l *rememberedLog, p envelope.Purpose) (map[uint32]envelope.Keys, map[envelope.Hash]envelope.Keys) {
	byGen, byBox := map[uint32]envelope.Keys{}, map[envelope.Hash]envelope.Keys{}
	for _, s := range l.Links {
		d, err := envelope.DecodeLink(s.Link)
		if err != nil {
			continue
		}
		k, ok, err := chain.KeysOf(d)
		if !ok || err != nil || k.Purpose != p {
			continue
		}
		_, _, gen, err := envelope.ParseCtx(k.Ctx)
		if err != nil {
			continue
		}
		if _, have := byGen[gen]; !have {
			byGen[gen] = k
		}
		for _, r := range k.Recipients {
			byBox[r.Box] = k
		}
	}
	return byGen, byBox
}

func (c *Client) openAccount(l *rememberedLog) error {
	byGen, byBox := statements(l, envelope.PurposeAccount)
	for _, b := range l.Boxes {
		if b.Kind != wire.BoxDevice {
			continue
		}
		if _, have := c.secrets.Account[b.Gen]; have {
			continue
		}
		k, ok := byBox[envelope.Sum(b.Sealed)]
		if !ok {
			continue
		}
		s, err := seal.Open(k, envelope.KindDevice, c.me.Device, c.device.Box, b.Sealed)
		if err != nil {
			return fmt.Errorf("open your account's keys: %w", err)
		}
		c.secrets.Account[b.Gen] = s.Bytes()
	}
	if err := fillHistory(c.secrets.Account, byGen); err != nil {
		return err
	}
	return c.fits(envelope.KindAccount, c.me.Account, c.secrets.Account)
}

// fits checks that every generation held is the one whose public half was
// published: whoever made it could have published another key, and then what
// others seal to us would not open.
func (c *Client) fits(kind envelope.RecipientKind, id envelope.ID, gens map[uint32][32]byte) error {
	for g, b := range gens {
		if c.fitted[fittedKey{kind, id, g}] {
			continue
		}
		box, err := c.book.BoxOf(envelope.Recipient{Kind: kind, ID: id, Gen: g})
		if err != nil {
			return err
		}
		if err := seal.SecretFrom(b).Fits(envelope.Sum(box)); err != nil {
			return fmt.Errorf("%w: %w", ErrAlarm, err)
		}
		c.fitted[fittedKey{kind, id, g}] = true
	}
	return nil
}

type fittedKey struct {
	kind envelope.RecipientKind
	id   envelope.ID
	gen  uint32
}

func (c *Client) openLine(id string, l *rememberedLog) error {
	first, err := envelope.DecodeLink(l.Links[0].Link)
	if err != nil {
		return err
	}
	lineID := first.Chain
	for _, t := range []struct {
		p    envelope.Purpose
		kind envelope.RecipientKind
		into map[string]map[uint32][32]byte
	}{{envelope.PurposeLine, envelope.KindLine, c.secrets.Line}, {envelope.PurposeLead, envelope.KindLead, c.secrets.Lead}} {
		byGen, byBox := statements(l, t.p)
		if t.into[id] == nil {
			t.into[id] = map[uint32][32]byte{}
		}
		for _, b := range l.Boxes {
			k, ok := byBox[envelope.Sum(b.Sealed)]
			_, have := t.into[id][b.Gen]
			if b.Kind != wire.BoxAccount || !ok || have {
				continue
			}
			s, err := c.openAsAccount(k, b.Sealed)
			if errors.Is(err, seal.ErrNotForMe) {
				continue
			}
			if err != nil {
				return fmt.Errorf("open a line's keys: %w", err)
			}
			t.into[id][b.Gen] = s.Bytes()
		}
		if err := fillHistory(t.into[id], byGen); err != nil {
			return err
		}
		if err := c.fits(t.kind, lineID, t.into[id]); err != nil {
			return err
		}
	}
	return nil
}

// openAsAccount opens a box that is sealed to this account, under whichever of
// its generations the statement names.
func (c *Client) openAsAccount(k envelope.Keys, box []byte) (seal.Secret, error) {
	for _, r := range k.Recipients {
		if r.Kind != envelope.KindAccount || r.ID != c.me.Account {
			continue
		}
		puk, ok := c.secrets.Account[r.Gen]
		if !ok {
			return seal.Secret{}, seal.ErrNotForMe
		}
		return seal.Open(k, envelope.KindAccount, c.me.Account, seal.SecretFrom(puk).Box(), box)
	}
	return seal.Secret{}, seal.ErrNotForMe
}

// fillHistory opens older generations from newer ones, as far as they were
// handed over.
func fillHistory(have map[uint32][32]byte, byGen map[uint32]envelope.Keys) error {
	gens := make([]uint32, 0, len(byGen))
	for g := range byGen {
		gens = append(gens, g)
	}
	slices.SortFunc(gens, func(a, b uint32) int { return cmp.Compare(b, a) })
	for _, g := range gens {
		if _, ok := have[g]; ok || g == ^uint32(0) {
			continue
		}
		newer, ok := have[g+1]
		if !ok {
			continue
		}
		s, err := seal.Previous(byGen[g+1], seal.SecretFrom(newer), byGen[g])
		if errors.Is(err, seal.ErrNoHistory) {
			continue
		}
		if err != nil {
			return fmt.Errorf("open an older generation: %w", err)
		}
		have[g] = s.Bytes()
	}
	return nil
}

// openEpoch opens an epoch's key with whatever this device holds: its account,
// the line, or the leads' key.
func (c *Client) openEpoch(k envelope.Keys, boxes []wire.Box) (seal.Secret, error) {
	c.learning.Lock()
	defer c.learning.Unlock()
	for _, b := range boxes {
		var s seal.Secret
		var err error
		id := envelope.ID(b.ID)
		switch b.Kind {
		case wire.BoxAccount:
			s, err = c.openAsAccount(k, b.Sealed)
		case wire.BoxLine:
			s, err = openWith(k, envelope.KindLine, id, c.secrets.Line[idKey(id)], b)
		case wire.BoxLead:
			s, err = openWith(k, envelope.KindLead, id, c.secrets.Lead[idKey(id)], b)
		default:
			continue
		}
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, seal.ErrNotForMe) {
			return s, err
		}
	}
	return seal.Secret{}, seal.ErrNotForMe
}

func openWith(k envelope.Keys, kind envelope.RecipientKind, id envelope.ID, gens map[uint32][32]byte, b wire.Box) (seal.Secret, error) {
	g, ok := gens[b.Gen]
	if !ok {
		return seal.Secret{}, seal.ErrNotForMe
	}
	return seal.Open(k, kind, id, seal.SecretFrom(g).Box(), b.Sealed)
}
