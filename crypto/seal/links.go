package seal

import (
	"bytes"
	"fmt"
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// Device is a device's private half.
type Device struct {
	ID      envelope.ID
	Sign    *key.Signing
	Box     *key.Box
	Session *key.Signing // proves possession at sign-in and never signs a statement
}

// NewDevice makes a device's keys.
func NewDevice(id envelope.ID) Device {
	return Device{ID: id, Sign: key.NewSigning(), Box: key.NewBox(), Session: key.NewSigning()}
}

// Public is what the account's chain says about the device.
func (d Device) Public() envelope.DeviceKeys {
	return envelope.DeviceKeys{Device: d.ID, Sign: d.Sign.Public().Bytes(), Box: d.Box.Public().Bytes(), Session: d.Session.Public().Bytes()}
}

// LinkAt is whose link it is and when it was made.
type LinkAt struct {
	Agency envelope.ID
	Time   uint64 // Unix milliseconds
}

func link(t envelope.LinkType, kind envelope.ChainKind, id envelope.ID, seq uint64, prev envelope.Hash, at LinkAt, m Maker, body []byte) (envelope.Link, envelope.SignedLink) {
	l := envelope.Link{Kind: kind, Type: t, Chain: id, Seq: seq + 1, Prev: prev, Time: at.Time, Agency: at.Agency,
		SignerAcct: m.Acct, SignerDev: m.Dev, Body: body}
	b := l.Encode()
	return l, envelope.SignedLink{Link: b, Sig: m.Sign.Sign(key.SigLink(t), b)}
}

// AgencyLink signs a link of the agency's chain: by the root (issuer zero) or
// by an issuer.
func AgencyLink(t envelope.LinkType, id envelope.ID, seq uint64, prev envelope.Hash, now uint64, issuer envelope.ID, sign *key.Signing, body []byte) envelope.SignedLink {
	_, s := link(t, envelope.ChainAgency, id, seq, prev, LinkAt{id, now}, Maker{Dev: issuer, Sign: sign}, body)
	return s
}

// IssuerLineLink signs a line's genesis or admin-set by an issuer.
func IssuerLineLink(t envelope.LinkType, line envelope.ID, seq uint64, prev envelope.Hash, at LinkAt, issuer envelope.ID, sign *key.Signing, body []byte) envelope.SignedLink {
	_, s := link(t, envelope.ChainLine, line, seq, prev, at, Maker{Dev: issuer, Sign: sign}, body)
	return s
}

// Recovery is an account's recovery pair.
type Recovery struct {
	Sign *key.Signing
	Box  *key.Box
}

// rotate seals a fresh generation to the readers.
func rotate(p envelope.Purpose, ctx []byte, m Maker, before *Secret, to []To) (Secret, []byte, []Box, error) {
	s := NewSecret()
	k, boxes, err := Keys(p, ctx, m, s, before, to)
	if err != nil {
		return s, nil, nil, err
	}
	r := envelope.Rotation{Box: s.Box().Public().Bytes(), Keys: k.Encode()}
	return s, r.Encode(), boxes, nil
}

// AccountGenesis starts an account. mac proves the invitation over the link
// with 32 zero bytes in its place.
func AccountGenesis(acct envelope.ID, at LinkAt, d Device, rec Recovery, mac func(linkWithZeroMAC []byte) [32]byte) (envelope.SignedLink, Secret, []Box, error) {
	m := Maker{acct, d.ID, d.Sign}
	dev, err := Reader(envelope.KindDevice, d.ID, 0, d.Box.Public().Bytes())
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	r, err := Reader(envelope.KindRecovery, acct, 1, rec.Box.Public().Bytes())
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	s, rotation, boxes, err := rotate(envelope.PurposeAccount, envelope.AccountCtx(acct, 1), m, nil, []To{dev, r})
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	body := envelope.AccountGenesisBody{Device: d.Public(), RecoverySign: rec.Sign.Public().Bytes(),
		RecoveryBox: rec.Box.Public().Bytes(), Rotation: rotation, InviteMAC: make([]byte, 32)}
	l, _ := link(envelope.AccountGenesis, envelope.ChainAccount, acct, 0, envelope.Hash{}, at, m, body.Encode())
	sum := mac(l.Encode())
	body.InviteMAC = sum[:]
	_, signed := link(envelope.AccountGenesis, envelope.ChainAccount, acct, 0, envelope.Hash{}, at, m, body.Encode())
	return signed, s, boxes, nil
}

// GenesisWithoutMAC gives the bytes that an invitation's MAC covers.
func GenesisWithoutMAC(linkBytes []byte) (without, mac []byte, err error) {
	l, err := envelope.DecodeLink(linkBytes)
	if err != nil {
		return nil, nil, err
	}
	b, err := envelope.DecodeAccountGenesis(l.Body)
	if err != nil {
		return nil, nil, err
	}
	mac = b.InviteMAC
	b.InviteMAC = make([]byte, 32)
	l.Body = b.Encode()
	return l.Encode(), mac, nil
}

// DeviceAdd binds a further device, whose private half is at hand, and hands it
// the current generation.
func DeviceAdd(a *chain.Account, at LinkAt, m Maker, cur Secret, fresh Device) (envelope.SignedLink, []Box, error) {
	s, boxes, err := DeviceAddFor(a, at, m, cur, fresh.Public())
	if err == nil {
		s.Countersig = Countersign(fresh, s.Link)
	}
	return s, boxes, err
}

// Countersign accepts a place in an account, by the new device over the link
// that binds it. The device reads the link first: see CheckAdd.
func Countersign(fresh Device, link []byte) []byte {
	return fresh.Sign.Sign(key.SigCountersign(envelope.AccountAdd), link)
}

// CheckAdd is what a new device demands of the link that it is asked to accept:
// that it binds exactly this device, to this account of this agency.
func CheckAdd(fresh Device, acct, agency envelope.ID, link []byte) error {
	l, err := envelope.DecodeLink(link)
	if err != nil {
		return err
	}
	b, err := envelope.DecodeDeviceAdd(l.Body)
	if err != nil {
		return err
	}
	if l.Type != envelope.AccountAdd || l.Chain != acct || l.Agency != agency || !bytes.Equal(b.Device.Encode(), fresh.Public().Encode()) {
		return fmt.Errorf("%w: the statement binds another device or account", chain.ErrSigner)
	}
	return nil
}

// DeviceAddFor is DeviceAdd for a device elsewhere: the countersignature is
// missing, and the device itself adds it.
func DeviceAddFor(a *chain.Account, at LinkAt, m Maker, cur Secret, fresh envelope.DeviceKeys) (envelope.SignedLink, []Box, error) {
	g, ok := a.Generation(latest)
	if !ok {
		return envelope.SignedLink{}, nil, chain.ErrUnknown
	}
	to, err := Reader(envelope.KindDevice, fresh.Device, 0, fresh.Box)
	if err != nil {
		return envelope.SignedLink{}, nil, err
	}
	k, boxes, err := Keys(envelope.PurposeAccount, envelope.AccountCtx(a.ID, g.Gen), m, cur, nil, []To{to})
	if err != nil {
		return envelope.SignedLink{}, nil, err
	}
	body := envelope.DeviceAddBody{Device: fresh, Grant: k.Encode()}
	_, s := link(envelope.AccountAdd, envelope.ChainAccount, a.ID, a.Seq, a.Hash, at, m, body.Encode())
	return s, boxes, nil
}

const latest = ^uint64(0)

// accountReaders are the devices in force, less some, and the recovery key.
func accountReaders(a *chain.Account, without []envelope.ID) ([]To, error) {
	var to []To
	for _, r := range a.Readers() {
		if r.Kind == envelope.KindDevice && slices.Contains(without, r.ID) {
			continue
		}
		box, ok := a.BoxOf(r)
		if !ok {
			return nil, fmt.Errorf("%w: %s %x", chain.ErrUnknown, r.Kind, r.ID[:4])
		}
		t, err := Reader(r.Kind, r.ID, r.Gen, box)
		if err != nil {
			return nil, err
		}
		to = append(to, t)
	}
	return to, nil
}

// DeviceRevoke unbinds devices and rotates the account key without them.
func DeviceRevoke(a *chain.Account, at LinkAt, m Maker, cur Secret, revoked []envelope.ID) (envelope.SignedLink, Secret, []Box, error) {
	g, _ := a.Generation(latest)
	to, err := accountReaders(a, revoked)
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	s, rotation, boxes, err := rotate(envelope.PurposeAccount, envelope.AccountCtx(a.ID, g.Gen+1), m, &cur, to)
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	revoked = slices.Clone(revoked)
	slices.SortFunc(revoked, func(x, y envelope.ID) int { return slices.Compare(x[:], y[:]) })
	body := envelope.DeviceRevokeBody{Devices: revoked, Rotation: rotation}
	_, signed := link(envelope.AccountRevoke, envelope.ChainAccount, a.ID, a.Seq, a.Hash, at, m, body.Encode())
	return signed, s, boxes, nil
}

// AccountRotate makes a new generation for the same devices.
func AccountRotate(a *chain.Account, at LinkAt, m Maker, cur Secret) (envelope.SignedLink, Secret, []Box, error) {
	g, _ := a.Generation(latest)
	to, err := accountReaders(a, nil)
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	s, rotation, boxes, err := rotate(envelope.PurposeAccount, envelope.AccountCtx(a.ID, g.Gen+1), m, &cur, to)
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	body := envelope.EncodeRotate(envelope.AccountRotate, envelope.PurposeAccount, rotation)
	_, signed := link(envelope.AccountRotate, envelope.ChainAccount, a.ID, a.Seq, a.Hash, at, m, body)
	return signed, s, boxes, nil
}

// RecoveryReplace retires the recovery code and rotates, so that the old code
// opens nothing new. The maker is a device, or the old recovery key (device
// id zero).
func RecoveryReplace(a *chain.Account, at LinkAt, m Maker, cur Secret, fresh Recovery) (envelope.SignedLink, Secret, []Box, error) {
	g, _ := a.Generation(latest)
	to, err := accountReaders(a, nil)
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	for i, t := range to {
		if t.Kind == envelope.KindRecovery {
			if to[i], err = Reader(envelope.KindRecovery, a.ID, t.Gen+1, fresh.Box.Public().Bytes()); err != nil {
				return envelope.SignedLink{}, Secret{}, nil, err
			}
		}
	}
	s, rotation, boxes, err := rotate(envelope.PurposeAccount, envelope.AccountCtx(a.ID, g.Gen+1), m, &cur, to)
	if err != nil {
		return envelope.SignedLink{}, Secret{}, nil, err
	}
	body := envelope.RecoveryBody{RecoverySign: fresh.Sign.Public().Bytes(), RecoveryBox: fresh.Box.Public().Bytes(), Rotation: rotation}
	_, signed := link(envelope.AccountRecovery, envelope.ChainAccount, a.ID, a.Seq, a.Hash, at, m, body.Encode())
	return signed, s, boxes, nil
}

// LineRotate makes a new generation of the line key or of the leads' key for
// the given people.
func LineRotate(x *chain.Line, p envelope.Purpose, at LinkAt, m Maker, cur *Secret, who []envelope.ID, people chain.People) (envelope.SignedLink, Secret, []Box, error) {
	body, s, boxes, err := lineRotation(x, p, m, cur, who, people)
	if err != nil {
		return envelope.SignedLink{}, s, nil, err
	}
	_, signed := link(envelope.LineRotate, envelope.ChainLine, x.ID, x.Seq, x.Hash, at, m, envelope.EncodeRotate(envelope.LineRotate, p, body))
	return signed, s, boxes, nil
}

func lineRotation(x *chain.Line, p envelope.Purpose, m Maker, cur *Secret, who []envelope.ID, people chain.People) ([]byte, Secret, []Box, error) {
	g, _ := x.Generation(latest)
	ctx := envelope.LineCtx(x.ID, g.Gen+1)
	if p == envelope.PurposeLead {
		g, _ = x.LeadGeneration(latest)
		ctx = envelope.LeadCtx(x.ID, g.Gen+1)
	} else if x.Floor > g.Gen {
		cur = nil
	}
	to := make([]To, len(who))
	for i, id := range who {
		t, err := accountReader(id, people)
		if err != nil {
			return nil, Secret{}, nil, err
		}
		to[i] = t
	}
	s, rotation, boxes, err := rotate(p, ctx, m, cur, to)
	return rotation, s, boxes, err
}

func accountReader(id envelope.ID, people chain.People) (To, error) {
	a, err := people.Account(id)
	if err != nil {
		return To{}, err
	}
	g, ok := a.Generation(latest)
	if !ok {
		return To{}, fmt.Errorf("%w: account %x has no key", chain.ErrUnknown, id[:4])
	}
	return Reader(envelope.KindAccount, id, g.Gen, g.Box)
}

// LineAdd puts a person on the line and hands them its current generation.
func LineAdd(x *chain.Line, at LinkAt, m Maker, cur Secret, who envelope.ID, people chain.People) (envelope.SignedLink, []Box, error) {
	g, ok := x.Generation(latest)
	if !ok {
		return envelope.SignedLink{}, nil, fmt.Errorf("%w: the line has no key", chain.ErrUnknown)
	}
	to, err := accountReader(who, people)
	if err != nil {
		return envelope.SignedLink{}, nil, err
	}
	k, boxes, err := Keys(envelope.PurposeLine, envelope.LineCtx(x.ID, g.Gen), m, cur, nil, []To{to})
	if err != nil {
		return envelope.SignedLink{}, nil, err
	}
	body := envelope.LineMemberBody{Account: who, Keys: k.Encode()}
	_, s := link(envelope.LineAdd, envelope.ChainLine, x.ID, x.Seq, x.Hash, at, m, body.Encode(envelope.LineAdd))
	return s, boxes, nil
}

// LineRemove takes a person off the line and rotates its key without them.
func LineRemove(x *chain.Line, at LinkAt, m Maker, cur Secret, who envelope.ID, people chain.People) (envelope.SignedLink, Secret, []Box, error) {
	rest := slices.DeleteFunc(x.Members(latest), func(id envelope.ID) bool { return id == who })
	rotation, s, boxes, err := lineRotation(x, envelope.PurposeLine, m, &cur, rest, people)
	if err != nil {
		return envelope.SignedLink{}, s, nil, err
	}
	body := envelope.LineMemberBody{Account: who, Keys: rotation}
	_, signed := link(envelope.LineRemove, envelope.ChainLine, x.ID, x.Seq, x.Hash, at, m, body.Encode(envelope.LineRemove))
	return signed, s, boxes, nil
}

// LineFloor states the lowest generation still needed.
func LineFloor(x *chain.Line, at LinkAt, m Maker, gen uint32) envelope.SignedLink {
	_, s := link(envelope.LineFloor, envelope.ChainLine, x.ID, x.Seq, x.Hash, at, m, envelope.EncodeFloor(gen))
	return s
}
