package chain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// Account is the verified state of one account's chain. Its identity is the
// hash of its first link; devices come and go without changing it.
type Account struct {
	head
	Genesis    envelope.Hash
	InviteMAC  []byte
	devices    map[envelope.ID]device
	recoveries []recovery
	officers   []officers
	gens       generations
}

// officers is a pair whose seed is divided among the agency's officers.
type officers struct {
	recovery
	commit envelope.Hash
	held   []envelope.ID
}

type device struct {
	span
	envelope.DeviceKeys
	sign key.Verify
	pk   envelope.Hash
}

type recovery struct {
	sign key.Verify
	box  []byte
	pk   envelope.Hash
	// used is set once the code has added a device. The code was out of its
	// envelope then, so it must be replaced before anything is added again.
	used bool
}

// NewAccount is the empty chain of an account.
func NewAccount(id envelope.ID) *Account {
	return &Account{head: head{Kind: envelope.ChainAccount, ID: id}, devices: map[envelope.ID]device{}}
}

// Apply checks the next link, logged at the given leaf, and returns the state after it.
func (a *Account) Apply(s envelope.SignedLink, leaf uint64) (*Account, error) {
	l, err := a.follows(s, leaf)
	if err != nil {
		return nil, fmt.Errorf("account statement: %w", err)
	}
	n := *a
	n.devices = maps.Clone(a.devices)
	if err := n.apply(l, s, leaf); err != nil {
		return nil, fmt.Errorf("account statement %d (%s): %w", l.Seq, l.Type, err)
	}
	n.head = a.advance(l, s, leaf)
	if n.Seq == 1 {
		n.Genesis = n.Hash
	}
	return &n, nil
}

func (a *Account) apply(l envelope.Link, s envelope.SignedLink, leaf uint64) error {
	if l.SignerAcct != a.ID {
		return fmt.Errorf("%w: an account speaks for itself", ErrSigner)
	}
	if (l.Type == envelope.AccountGenesis) != (l.Seq == 1) {
		return fmt.Errorf("%w: a chain has one beginning", ErrOrder)
	}
	if l.Type == envelope.AccountGenesis {
		return a.applyGenesis(l, s, leaf)
	}
	if err := a.checkSigner(l, s); err != nil {
		return err
	}
	if a.spent() && (l.Type == envelope.AccountAdd || l.Type == envelope.AccountRotate) {
		return fmt.Errorf("%w: a recovery key was used and has to be replaced first", ErrState)
	}
	switch l.Type {
	case envelope.AccountAdd:
		return a.applyAdd(l, s, leaf)
	case envelope.AccountRevoke:
		return a.applyRevoke(l, leaf)
	case envelope.AccountOfficers:
		return a.applyOfficers(l)
	case envelope.AccountRotate:
		_, body, err := envelope.DecodeRotate(l.Type, l.Body)
		if err != nil {
			return err
		}
		return a.rotate(l, body, leaf)
	default:
		return a.applyRecovery(l, leaf)
	}
}

// spent reports whether the recovery code or the officers' key has added a
// device and was not replaced since: whoever brought it back knows it.
func (a *Account) spent() bool {
	o, ok := a.officersPair()
	return a.recovery().used || ok && o.used
}

// officersPair is the pair in force, if one was ever bound.
func (a *Account) officersPair() (officers, bool) {
	if len(a.officers) == 0 {
		return officers{}, false
	}
	return a.officers[len(a.officers)-1], true
}

// checkSigner finds the signing key: a device that is not revoked, the recovery
// key where the device id is zero, or the officers' key under its own id.
func (a *Account) checkSigner(l envelope.Link, s envelope.SignedLink) error {
	if l.SignerDev == envelope.OfficersSigner {
		o, ok := a.officersPair()
		if !ok || l.Type != envelope.AccountAdd || o.used {
			return fmt.Errorf("%w: the officers' key adds one device and is replaced", ErrSigner)
		}
		return checkLink(o.sign, l, s)
	}
	if l.SignerDev.IsZero() {
		r := a.recovery()
		if l.Type == envelope.AccountRotate || l.Type == envelope.AccountOfficers || r.used && l.Type != envelope.AccountRecovery {
			return fmt.Errorf("%w: the recovery key adds one device, revokes before that, and is replaced", ErrSigner)
		}
		return checkLink(r.sign, l, s)
	}
	d, ok := a.devices[l.SignerDev]
	if !ok {
		return fmt.Errorf("%w: no such device", ErrSigner)
	}
	if d.until != forever {
		return fmt.Errorf("%w: signer", ErrRevoked)
	}
	return checkLink(d.sign, l, s)
}

// recovery is the pair in force. A chain has one from its first link on.
func (a *Account) recovery() recovery { return a.recoveries[len(a.recoveries)-1] }

func (a *Account) applyGenesis(l envelope.Link, s envelope.SignedLink, leaf uint64) error {
	b, err := envelope.DecodeAccountGenesis(l.Body)
	if err != nil {
		return err
	}
	if b.Device.Device != l.SignerDev {
		return fmt.Errorf("%w: the first device signs", ErrSigner)
	}
	if err := a.addDevice(b.Device, leaf); err != nil {
		return err
	}
	if err := checkLink(a.devices[l.SignerDev].sign, l, s); err != nil {
		return err
	}
	if err := a.addRecovery(b.RecoverySign, b.RecoveryBox); err != nil {
		return err
	}
	a.InviteMAC = b.InviteMAC
	return a.rotate(l, b.Rotation, leaf)
}

func (a *Account) applyAdd(l envelope.Link, s envelope.SignedLink, leaf uint64) error {
	b, err := envelope.DecodeDeviceAdd(l.Body)
	if err != nil {
		return err
	}
	if err := a.addDevice(b.Device, leaf); err != nil {
		return err
	}
	d := a.devices[b.Device.Device]
	if err := verify(d.sign, key.SigCountersign(l.Type), s.Link, s.Countersig); err != nil {
		return fmt.Errorf("the new device did not accept: %w", err)
	}
	switch l.SignerDev {
	case envelope.ID{}:
		a.recoveries = slices.Clone(a.recoveries)
		a.recoveries[len(a.recoveries)-1].used = true
	case envelope.OfficersSigner:
		a.officers = slices.Clone(a.officers)
		a.officers[len(a.officers)-1].used = true
	}
	cur, _ := a.gens.last()
	return grant(envelope.PurposeAccount, b.Grant, l, cur, envelope.AccountCtx(a.ID, cur.Gen), d.recipient())
}

func (a *Account) applyRevoke(l envelope.Link, leaf uint64) error {
	b, err := envelope.DecodeDeviceRevoke(l.Body)
	if err != nil {
		return err
	}
	for _, id := range b.Devices {
		d, ok := a.devices[id]
		switch {
		case !ok || d.until != forever:
			return fmt.Errorf("%w: device to revoke", ErrUnknown)
		case id == l.SignerDev:
			return fmt.Errorf("%w: a device does not revoke itself", ErrSigner)
		}
		d.until = leaf
		a.devices[id] = d
	}
	return a.rotate(l, b.Rotation, leaf)
}

func (a *Account) applyRecovery(l envelope.Link, leaf uint64) error {
	b, err := envelope.DecodeRecovery(l.Body)
	if err != nil {
		return err
	}
	if err := a.addRecovery(b.RecoverySign, b.RecoveryBox); err != nil {
		return err
	}
	return a.rotate(l, b.Rotation, leaf)
}

func (a *Account) applyOfficers(l envelope.Link) error {
	b, err := envelope.DecodeOfficers(l.Body)
	if err != nil {
		return err
	}
	r, err := a.freshPair(b.Sign, b.Box)
	if err != nil {
		return err
	}
	a.officers = append(slices.Clone(a.officers), officers{r, b.Commit, b.Held})
	cur, _ := a.gens.last()
	to := envelope.Recipient{Kind: envelope.KindOfficers, ID: a.ID, Gen: uint32(len(a.officers)), PK: r.pk}
	return grant(envelope.PurposeAccount, b.Grant, l, cur, envelope.AccountCtx(a.ID, cur.Gen), to)
}

func (a *Account) addDevice(k envelope.DeviceKeys, leaf uint64) error {
	sign, err := key.NewVerify(k.Sign[:])
	if err != nil {
		return err
	}
	if _, err := key.NewVerify(k.Session[:]); err != nil {
		return err
	}
	box, err := key.NewBoxPublic(k.Box)
	if err != nil {
		return err
	}
	if k.Device.IsZero() || k.Device == envelope.OfficersSigner || k.Session == k.Sign {
		return fmt.Errorf("%w: a device needs an id and one key for each use", ErrState)
	}
	if _, used := a.devices[k.Device]; used || a.usedKey(k.Sign, box.Hash()) || a.usedKey(k.Session, box.Hash()) {
		return fmt.Errorf("%w: the device or one of its keys was used before", ErrState)
	}
	a.devices[k.Device] = device{span: since(leaf), DeviceKeys: k, sign: sign, pk: box.Hash()}
	return nil
}

// usedKey reports whether a key has ever done any work in this account: nothing
// of a device or of a recovery code is used a second time or for another purpose.
func (a *Account) usedKey(sign [32]byte, box envelope.Hash) bool {
	for _, d := range a.devices {
		if d.Sign == sign || d.Session == sign || d.pk == box {
			return true
		}
	}
	same := func(r recovery) bool { return r.sign.Bytes() == sign || r.pk == box }
	return slices.ContainsFunc(a.recoveries, same) || slices.ContainsFunc(a.officers, func(o officers) bool { return same(o.recovery) })
}

// freshPair checks a recovery pair that was never used in this account.
func (a *Account) freshPair(sign [32]byte, box []byte) (recovery, error) {
	v, err := key.NewVerify(sign[:])
	if err != nil {
		return recovery{}, err
	}
	pk, err := key.NewBoxPublic(box)
	if err != nil {
		return recovery{}, err
	}
	if a.usedKey(sign, pk.Hash()) {
		return recovery{}, fmt.Errorf("%w: a key of the recovery pair was used before", ErrState)
	}
	return recovery{sign: v, box: box, pk: pk.Hash()}, nil
}

func (a *Account) addRecovery(sign [32]byte, box []byte) error {
	r, err := a.freshPair(sign, box)
	if err != nil {
		return err
	}
	a.recoveries = append(slices.Clone(a.recoveries), r)
	return nil
}

// rotate accepts a new generation sealed to exactly the devices in force and
// the recovery key in force.
func (a *Account) rotate(l envelope.Link, body []byte, leaf uint64) error {
	ctx := func(gen uint32) []byte { return envelope.AccountCtx(a.ID, gen) }
	g, err := rotation(envelope.PurposeAccount, body, l, a.gens, ctx, a.Readers(), len(a.gens) > 0, leaf)
	if err != nil {
		return err
	}
	a.gens = append(slices.Clone(a.gens), g)
	return nil
}

func (d device) recipient() envelope.Recipient {
	return envelope.Recipient{Kind: envelope.KindDevice, ID: d.Device, PK: d.pk}
}

// Readers are the devices in force, the recovery key and the officers' key:
// whoever a new generation must be sealed to.
func (a *Account) Readers() []envelope.Recipient {
	var out []envelope.Recipient
	for _, d := range a.devices {
		if d.until == forever {
			out = append(out, d.recipient())
		}
	}
	if n := len(a.recoveries); n > 0 {
		r := a.recoveries[n-1]
		out = append(out, envelope.Recipient{Kind: envelope.KindRecovery, ID: a.ID, Gen: uint32(n), PK: r.pk})
	}
	if o, ok := a.officersPair(); ok {
		out = append(out, envelope.Recipient{Kind: envelope.KindOfficers, ID: a.ID, Gen: uint32(len(a.officers)), PK: o.pk})
	}
	slices.SortFunc(out, envelope.Recipient.Compare)
	return out
}

// BoxOf returns the public key behind a recipient that Readers has named.
func (a *Account) BoxOf(r envelope.Recipient) ([]byte, bool) {
	if r.Kind == envelope.KindRecovery && r.Gen > 0 && uint64(r.Gen) <= uint64(len(a.recoveries)) {
		return a.recoveries[r.Gen-1].box, true
	}
	if r.Kind == envelope.KindOfficers && r.Gen > 0 && uint64(r.Gen) <= uint64(len(a.officers)) {
		return a.officers[r.Gen-1].box, true
	}
	d, ok := a.devices[r.ID]
	return d.Box, ok
}

// RecoveryIs reports whether a recovery code's keys are the account's pair in force.
func (a *Account) RecoveryIs(sign [32]byte, box envelope.Hash) bool {
	r := a.recovery()
	return r.sign.Bytes() == sign && r.pk == box
}

// Officers is what an account's chain says about its officers' pair in force.
type Officers struct {
	Number uint32 // from 1; 0: there is none
	Commit envelope.Hash
	Held   []envelope.ID // who holds a share
	Used   bool
	sign   key.Verify
	pk     envelope.Hash
}

// Officers returns the officers' pair in force.
func (a *Account) Officers() Officers {
	o, ok := a.officersPair()
	if !ok {
		return Officers{}
	}
	return Officers{uint32(len(a.officers)), o.commit, o.held, o.used, o.sign, o.pk}
}

// Is reports whether a pair's public halves are these.
func (o Officers) Is(sign [32]byte, box envelope.Hash) bool {
	return o.Number > 0 && o.sign.Bytes() == sign && o.pk == box
}

// Spent reports whether a recovery key was used and must be replaced.
func (a *Account) Spent() bool { return a.spent() }

// Device returns a device's statement key if the device is in force at n.
func (a *Account) Device(id envelope.ID, n uint64) (key.Verify, error) {
	d, ok := a.devices[id]
	switch {
	case !ok || d.from >= n:
		return key.Verify{}, fmt.Errorf("%w: device", ErrUnknown)
	case d.until < n:
		return key.Verify{}, ErrRevoked
	}
	return d.sign, nil
}

// DeviceInfo is what screens and the server need to know of a device.
type DeviceInfo struct {
	envelope.DeviceKeys
	Added   uint64 // leaf
	Revoked bool
}

// Devices lists every device ever bound, in order of arrival.
func (a *Account) Devices() []DeviceInfo {
	var out []DeviceInfo
	for _, d := range a.devices {
		out = append(out, DeviceInfo{DeviceKeys: d.DeviceKeys, Added: d.from, Revoked: d.until != forever})
	}
	slices.SortFunc(out, func(x, y DeviceInfo) int { return cmp.Compare(x.Added, y.Added) })
	return out
}

// Generation returns the account key known at n.
func (a *Account) Generation(n uint64) (Generation, bool) { return a.gens.at(n) }

// GenerationNo returns a generation by its number.
func (a *Account) GenerationNo(gen uint32) (Generation, bool) { return a.gens.find(gen) }
