package envelope

import (
	"fmt"
	"slices"
)

// ChainKind is the kind of principal whose statements a chain orders.
type ChainKind string

// The three kinds of chain. Threads have entries, not links.
const (
	ChainAgency  ChainKind = "agency"
	ChainAccount ChainKind = "account"
	ChainLine    ChainKind = "line"
)

// LinkType names one kind of statement in a chain, with its chain's kind in
// front: the same word in two chains is two types.
type LinkType string

// Every link type there is. An unknown type is refused, never skipped.
const (
	AgencyGenesis          LinkType = "agency/genesis"
	AgencyIssuer           LinkType = "agency/issuer"
	AgencyIssuerRevoke     LinkType = "agency/issuer-revoke"
	AgencyCustodian        LinkType = "agency/custodian"
	AgencyPolicy           LinkType = "agency/policy"
	AgencyCredential       LinkType = "agency/credential"
	AgencyCredentialRevoke LinkType = "agency/credential-revoke"

	AccountGenesis  LinkType = "account/genesis"
	AccountAdd      LinkType = "account/device-add"
	AccountRevoke   LinkType = "account/device-revoke"
	AccountRotate   LinkType = "account/puk-rotate"
	AccountRecovery LinkType = "account/recovery-replace"
	AccountOfficers LinkType = "account/officers"

	LineGenesis LinkType = "line/genesis"
	LineAdmins  LinkType = "line/admin-set"
	LineAdd     LinkType = "line/member-add"
	LineRemove  LinkType = "line/member-remove"
	LineRotate  LinkType = "line/rotate"
	LineFloor   LinkType = "line/floor"
)

// LinkTypes lists every link type by chain kind.
var LinkTypes = map[ChainKind][]LinkType{
	ChainAgency:  {AgencyGenesis, AgencyIssuer, AgencyIssuerRevoke, AgencyCustodian, AgencyPolicy, AgencyCredential, AgencyCredentialRevoke},
	ChainAccount: {AccountGenesis, AccountAdd, AccountRevoke, AccountRotate, AccountRecovery, AccountOfficers},
	ChainLine:    {LineGenesis, LineAdmins, LineAdd, LineRemove, LineRotate, LineFloor},
}

// Link is one signed statement of a chain.
type Link struct {
	Kind       ChainKind
	Type       LinkType
	Chain      ID
	Seq        uint64 // starts at 1, no gaps
	Prev       Hash   // hash of the link before; zero in the first
	Time       uint64 // Unix milliseconds, the signer's clock: shown, never trusted
	Agency     ID
	SignerAcct ID // zero where the root or an issuer signs
	SignerDev  ID // device; issuer id; zero for the root and for a recovery key
	Body       []byte
}

// Encode writes the bytes that are signed.
func (l Link) Encode() []byte {
	return Enc("arc1/link/"+string(l.Type), U8(Suite), []byte(l.Kind), l.Chain[:], U64(l.Seq), l.Prev[:],
		U64(l.Time), l.Agency[:], l.SignerAcct[:], l.SignerDev[:], l.Body)
}

// DecodeLink reads a link of any known type.
func DecodeLink(b []byte) (Link, error) {
	label, err := Label(b)
	if err != nil {
		return Link{}, err
	}
	if len(b) > MaxStatement {
		return Link{}, fmt.Errorf("%w: longer than a statement may be", ErrMalformed)
	}
	kind, typ := linkTypeOf(label)
	if typ == "" {
		return Link{}, fmt.Errorf("%w: unknown link type %q", ErrMalformed, clip(label))
	}
	f := open(label, b)
	f.suite()
	l := Link{Type: typ, Kind: ChainKind(f.text(16)), Chain: f.id(), Seq: f.u64(), Prev: f.hash(), Time: f.u64(),
		Agency: f.id(), SignerAcct: f.id(), SignerDev: f.id(), Body: f.next()}
	if f.err == nil && l.Kind != kind {
		f.fail("the type belongs to another kind of chain")
	}
	return l, f.done()
}

func linkTypeOf(label string) (ChainKind, LinkType) {
	for kind, types := range LinkTypes {
		for _, t := range types {
			if label == "arc1/link/"+string(t) {
				return kind, t
			}
		}
	}
	return "", ""
}

// SignedLink is a link with its signatures as it is stored and served.
// Countersig is present only where a new device accepts its place.
type SignedLink struct {
	Link       []byte
	Sig        []byte // 64 bytes
	Countersig []byte // 64 bytes or empty
}

// Hash names the link for the next one's Prev and for the key log.
func (s SignedLink) Hash() Hash { return Sum(Enc("arc1/linkhash", s.Link, s.Sig, s.Countersig)) }

// DeviceKeys are the three public keys of a device: for statements, for boxes
// and for sign-in. No key does another's work.
type DeviceKeys struct {
	Device  ID
	Sign    [32]byte // Ed25519, signs statements
	Box     []byte   // X-Wing, 1216 bytes
	Session [32]byte // Ed25519, proves possession at sign-in and signs nothing else
}

// BoxKeyLen is the size of an X-Wing public key, BoxLen of a sealed 32-byte secret.
const (
	BoxKeyLen = 1216
	BoxLen    = 1120 + 32 + 16
)

// Encode writes the keys; its hash is what pairing compares.
func (d DeviceKeys) Encode() []byte {
	return Enc("arc1/device", d.Device[:], d.Sign[:], d.Box, d.Session[:])
}

// DecodeDeviceKeys reads DeviceKeys.
func DecodeDeviceKeys(b []byte) (DeviceKeys, error) {
	f := open("arc1/device", b)
	d := DeviceKeys{Device: f.id(), Sign: f.hash(), Box: f.bytes(BoxKeyLen, BoxKeyLen), Session: f.hash()}
	return d, f.done()
}

// Rotation publishes a new generation: its public key, which others seal to,
// and the key statement that hands its seed to the roster.
type Rotation struct {
	Box  []byte // X-Wing public key derived from the seed
	Keys []byte
}

// Encode writes the rotation.
func (r Rotation) Encode() []byte { return Enc("arc1/rotation", r.Box, r.Keys) }

// DecodeRotation reads it.
func DecodeRotation(p []byte) (r Rotation, err error) {
	f := open("arc1/rotation", p)
	r.Box, r.Keys = f.bytes(BoxKeyLen, BoxKeyLen), f.next()
	return r, f.done()
}

// AccountGenesisBody starts an account: its first device, its recovery pair and
// its first generation. InviteMAC proves the one-time invitation code to the
// registrar; it is computed over the link with 32 zero bytes in its place.
type AccountGenesisBody struct {
	Device       DeviceKeys
	RecoverySign [32]byte
	RecoveryBox  []byte
	Rotation     []byte // generation 1
	InviteMAC    []byte // 32 bytes
}

// Encode writes the body.
func (b AccountGenesisBody) Encode() []byte {
	return Enc("arc1/account/genesis", b.Device.Encode(), b.RecoverySign[:], b.RecoveryBox, b.Rotation, b.InviteMAC)
}

// DecodeAccountGenesis reads the body.
func DecodeAccountGenesis(p []byte) (b AccountGenesisBody, err error) {
	f := open("arc1/account/genesis", p)
	dev := f.next()
	b.RecoverySign, b.RecoveryBox, b.Rotation = f.hash(), f.bytes(BoxKeyLen, BoxKeyLen), f.next()
	b.InviteMAC = f.bytes(32, 32)
	if err := f.done(); err != nil {
		return b, err
	}
	b.Device, err = DecodeDeviceKeys(dev)
	return b, err
}

// DeviceAddBody binds a further device and hands it the current generation.
type DeviceAddBody struct {
	Device DeviceKeys
	Grant  []byte // key statement with the new device as its only recipient
}

// Encode writes the body.
func (b DeviceAddBody) Encode() []byte {
	return Enc("arc1/account/device-add", b.Device.Encode(), b.Grant)
}

// DecodeDeviceAdd reads the body.
func DecodeDeviceAdd(p []byte) (b DeviceAddBody, err error) {
	f := open("arc1/account/device-add", p)
	dev, grant := f.next(), f.next()
	if err := f.done(); err != nil {
		return b, err
	}
	b.Grant = grant
	b.Device, err = DecodeDeviceKeys(dev)
	return b, err
}

// DeviceRevokeBody unbinds devices and rotates the account key without them.
type DeviceRevokeBody struct {
	Devices  []ID
	Rotation []byte
}

// Encode writes the body.
func (b DeviceRevokeBody) Encode() []byte {
	return Enc("arc1/account/device-revoke", encIDs(b.Devices), b.Rotation)
}

// DecodeDeviceRevoke reads the body.
func DecodeDeviceRevoke(p []byte) (b DeviceRevokeBody, err error) {
	f := open("arc1/account/device-revoke", p)
	ids, rotation := f.next(), f.next()
	if err := f.done(); err != nil {
		return b, err
	}
	b.Rotation = rotation
	b.Devices, err = decIDs(ids, 1)
	return b, err
}

// RecoveryBody replaces the recovery pair and rotates the account key, so that
// the old recovery code opens nothing new.
type RecoveryBody struct {
	RecoverySign [32]byte
	RecoveryBox  []byte
	Rotation     []byte
}

// Encode writes the body.
func (b RecoveryBody) Encode() []byte {
	return Enc("arc1/account/recovery-replace", b.RecoverySign[:], b.RecoveryBox, b.Rotation)
}

// DecodeRecovery reads the body.
func DecodeRecovery(p []byte) (b RecoveryBody, err error) {
	f := open("arc1/account/recovery-replace", p)
	b.RecoverySign, b.RecoveryBox, b.Rotation = f.hash(), f.bytes(BoxKeyLen, BoxKeyLen), f.next()
	return b, f.done()
}

// OfficersSigner stands where a device id stands when the officers' key signs.
var OfficersSigner = ID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// OfficersBody binds a pair of keys that nobody holds: its seed is divided among
// the agency's officers, and any two of them can hand it to a new device of the
// account's person. It replaces the pair before it, and hands the current
// generation to the new one.
type OfficersBody struct {
	Sign   [32]byte // Ed25519
	Box    []byte   // X-Wing, 1216 bytes
	Commit Hash     // to the seed, as crypto/vault binds shares
	Held   []ID     // the officers\' accounts that hold a share; any two suffice
	Grant  []byte   // key statement with the officers' key as its only recipient
}

// Encode writes the body.
func (b OfficersBody) Encode() []byte {
	return Enc("arc1/account/officers", b.Sign[:], b.Box, b.Commit[:], encIDs(b.Held), b.Grant)
}

// DecodeOfficers reads the body.
func DecodeOfficers(p []byte) (b OfficersBody, err error) {
	f := open("arc1/account/officers", p)
	b.Sign, b.Box, b.Commit = f.hash(), f.bytes(BoxKeyLen, BoxKeyLen), f.hash()
	held, grant := f.next(), f.next()
	if err := f.done(); err != nil {
		return b, err
	}
	b.Grant = grant
	b.Held, err = decIDs(held, 2)
	return b, err
}

// LineGenesisBody names a line and the leads who run it.
type LineGenesisBody struct {
	Name   string
	Admins []ID
}

// Encode writes the body.
func (b LineGenesisBody) Encode() []byte {
	return Enc("arc1/line/genesis", []byte(b.Name), encIDs(b.Admins))
}

// DecodeLineGenesis reads the body.
func DecodeLineGenesis(p []byte) (b LineGenesisBody, err error) {
	f := open("arc1/line/genesis", p)
	b.Name = f.text(64)
	ids := f.next()
	if err := f.done(); err != nil {
		return b, err
	}
	b.Admins, err = decIDs(ids, 1)
	return b, err
}

// EncodeLineAdmins writes the body of an admin-set link.
func EncodeLineAdmins(admins []ID) []byte { return Enc("arc1/line/admin-set", encIDs(admins)) }

// DecodeLineAdmins reads it.
func DecodeLineAdmins(p []byte) ([]ID, error) {
	f := open("arc1/line/admin-set", p)
	ids := f.next()
	if err := f.done(); err != nil {
		return nil, err
	}
	return decIDs(ids, 1)
}

// LineMemberBody adds a member (Keys is the key statement that hands over the
// current generation) or removes one (Keys is the rotation that omits them).
type LineMemberBody struct {
	Account ID
	Keys    []byte
}

// Encode writes the body under its link type's label.
func (b LineMemberBody) Encode(t LinkType) []byte {
	return Enc("arc1/"+string(t), b.Account[:], b.Keys)
}

// DecodeLineMember reads the body.
func DecodeLineMember(t LinkType, p []byte) (b LineMemberBody, err error) {
	f := open("arc1/"+string(t), p)
	b.Account, b.Keys = f.id(), f.next()
	return b, f.done()
}

// EncodeRotate writes the body of a rotate link: a purpose and a rotation.
func EncodeRotate(t LinkType, p Purpose, rotation []byte) []byte {
	return Enc("arc1/"+string(t), []byte(p), rotation)
}

// DecodeRotate reads it. The purpose must be one of the link's own kind of
// chain: an account rotates its account key, a line its line or leads' key.
func DecodeRotate(t LinkType, b []byte) (p Purpose, rotation []byte, err error) {
	f := open("arc1/"+string(t), b)
	p = Purpose(f.text(8))
	if f.err == nil && !slices.Contains(rotates[t], p) {
		f.fail("a key that this chain does not rotate")
	}
	rotation = f.next()
	return p, rotation, f.done()
}

var rotates = map[LinkType][]Purpose{AccountRotate: {PurposeAccount}, LineRotate: {PurposeLine, PurposeLead}}

// EncodeFloor writes the body of a floor link: the lowest generation still needed.
func EncodeFloor(gen uint32) []byte { return Enc("arc1/line/floor", U32(gen)) }

// DecodeFloor reads it.
func DecodeFloor(p []byte) (uint32, error) {
	f := open("arc1/line/floor", p)
	g := f.u32()
	return g, f.done()
}

func encIDs(ids []ID) []byte {
	parts := make([][]byte, len(ids))
	for i := range ids {
		parts[i] = ids[i][:]
	}
	return Enc("ids", parts...)
}

// decIDs reads a list of distinct ids in ascending order, so that one set has
// one encoding.
func decIDs(b []byte, least int) ([]ID, error) {
	f := open("ids", b)
	var ids []ID
	for f.err == nil && f.at < len(f.parts) {
		id := f.id()
		if n := len(ids); n > 0 && slices.Compare(ids[n-1][:], id[:]) >= 0 {
			f.fail("ids out of order or repeated")
		}
		ids = append(ids, id)
	}
	if f.err == nil && len(ids) < least {
		f.fail("too few ids")
	}
	return ids, f.done()
}
