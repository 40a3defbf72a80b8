package envelope

import "fmt"

// AgencyGenesisBody starts an agency: its root key and its name.
type AgencyGenesisBody struct {
	Root [32]byte // Ed25519, kept off line
	Name string
}

// Encode writes the body.
func (b AgencyGenesisBody) Encode() []byte {
	return Enc("arc1/agency/genesis", b.Root[:], []byte(b.Name))
}

// DecodeAgencyGenesis reads the body.
func DecodeAgencyGenesis(p []byte) (b AgencyGenesisBody, err error) {
	f := open("arc1/agency/genesis", p)
	b.Root, b.Name = f.hash(), f.text(128)
	return b, f.done()
}

// IssuerBody appoints the key that signs credentials and line genesis links,
// for a time. It lives on an agency-run machine, never on the service.
type IssuerBody struct {
	ID                  ID
	Key                 [32]byte
	NotBefore, NotAfter uint64 // Unix milliseconds
}

// Encode writes the body.
func (b IssuerBody) Encode() []byte {
	return Enc("arc1/agency/issuer", b.ID[:], b.Key[:], U64(b.NotBefore), U64(b.NotAfter))
}

// DecodeIssuer reads the body.
func DecodeIssuer(p []byte) (b IssuerBody, err error) {
	f := open("arc1/agency/issuer", p)
	b.ID, b.Key, b.NotBefore, b.NotAfter = f.id(), f.hash(), f.u64(), f.u64()
	return b, f.done()
}

// EncodeIssuerRevoke writes the body that ends an issuer's power.
func EncodeIssuerRevoke(id ID) []byte { return Enc("arc1/agency/issuer-revoke", id[:]) }

// DecodeIssuerRevoke reads it.
func DecodeIssuerRevoke(p []byte) (ID, error) {
	f := open("arc1/agency/issuer-revoke", p)
	id := f.id()
	return id, f.done()
}

// CustodianMode says whether epochs are sealed to the records key.
type CustodianMode byte

// The modes. With CustodianRequired an epoch without the records key is refused.
const (
	CustodianNone     CustodianMode = 0
	CustodianOptional CustodianMode = 1
	CustodianRequired CustodianMode = 2
)

// CustodianBody publishes one generation of the records key.
type CustodianBody struct {
	ID   ID
	Gen  uint32
	Box  []byte // X-Wing public key; empty only in mode none
	Mode CustodianMode
}

// Encode writes the body.
func (b CustodianBody) Encode() []byte {
	return Enc("arc1/agency/custodian", b.ID[:], U32(b.Gen), b.Box, U8(byte(b.Mode)))
}

// DecodeCustodian reads the body.
func DecodeCustodian(p []byte) (b CustodianBody, err error) {
	f := open("arc1/agency/custodian", p)
	b.ID, b.Gen, b.Box = f.id(), f.u32(), f.bytes(0, BoxKeyLen)
	b.Mode = CustodianMode(f.u8())
	if f.err == nil && (b.Mode > CustodianRequired || (b.Mode != CustodianNone) != (len(b.Box) == BoxKeyLen)) {
		f.fail("mode and key do not fit")
	}
	return b, f.done()
}

// PolicyBody holds what every client obeys, signed by the root.
type PolicyBody struct {
	MinSuite   byte
	MinClient  uint32   // lowest protocol version a client may speak
	LineEscrow bool     // epochs of claimed threads are also sealed to the line leads' key
	LogKey     string   // signed-note verifier key of the key log
	Witnesses  []string // verifier keys of witnesses
	Quorum     byte     // how many witnesses must have signed a checkpoint
	StepUpKey  [32]byte // Ed25519 key of the service that attests second factors
}

// Encode writes the body.
func (b PolicyBody) Encode() []byte {
	w := make([][]byte, len(b.Witnesses))
	for i, s := range b.Witnesses {
		w[i] = []byte(s)
	}
	return Enc("arc1/agency/policy", U8(b.MinSuite), U32(b.MinClient), flagByte(b.LineEscrow), []byte(b.LogKey),
		Enc("witnesses", w...), U8(b.Quorum), b.StepUpKey[:])
}

// DecodePolicy reads the body.
func DecodePolicy(p []byte) (b PolicyBody, err error) {
	f := open("arc1/agency/policy", p)
	b.MinSuite, b.MinClient, b.LineEscrow, b.LogKey = f.u8(), f.u32(), f.flag(), f.text(512)
	list := f.next()
	b.Quorum, b.StepUpKey = f.u8(), f.hash()
	if err := f.done(); err != nil {
		return b, err
	}
	w := open("witnesses", list)
	for w.err == nil && w.at < len(w.parts) {
		b.Witnesses = append(b.Witnesses, w.text(512))
	}
	if w.err == nil && int(b.Quorum) > len(b.Witnesses) {
		w.fail("quorum larger than the list")
	}
	return b, w.done()
}

// CredentialLinkBody logs a credential by its digest: no name enters the chain.
type CredentialLinkBody struct {
	Serial  ID
	Account ID
	Digest  Hash // Credential.Digest
}

// Encode writes the body.
func (b CredentialLinkBody) Encode() []byte {
	return Enc("arc1/agency/credential", b.Serial[:], b.Account[:], b.Digest[:])
}

// DecodeCredentialLink reads the body.
func DecodeCredentialLink(p []byte) (b CredentialLinkBody, err error) {
	f := open("arc1/agency/credential", p)
	b.Serial, b.Account, b.Digest = f.id(), f.id(), f.hash()
	return b, f.done()
}

// EncodeCredentialRevoke writes the body that ends a credential.
func EncodeCredentialRevoke(serial ID) []byte {
	return Enc("arc1/agency/credential-revoke", serial[:])
}

// DecodeCredentialRevoke reads it.
func DecodeCredentialRevoke(p []byte) (ID, error) {
	f := open("arc1/agency/credential-revoke", p)
	id := f.id()
	return id, f.done()
}

// MaxCredentialMillis is the longest life of a credential: 13 months.
const MaxCredentialMillis = 397 * 24 * 3600 * 1000

// Credential is the agency's word about one account: who the person is, what
// they may be here, on which lines, and for how long.
type Credential struct {
	Agency     ID
	Serial     ID
	Account    ID
	Genesis    Hash // hash of the account's first link: the identity
	Role       string
	AssisterID string
	NPN        string
	AdminID    string
	// Organization is the assister organization or department that the person
	// belongs to, as the agency's roster writes it.
	Organization string
	DisplayName  string
	Lines        []ID
	NotBefore    uint64 // Unix milliseconds
	NotAfter     uint64
	Supersedes   []byte // genesis hash of the identity this one replaces, or empty
}

// Encode writes the bytes that the issuer signs.
func (c Credential) Encode() []byte {
	return Enc("arc1/cred", U8(Suite), c.Agency[:], c.Serial[:], c.Account[:], c.Genesis[:], []byte(c.Role),
		[]byte(c.AssisterID), []byte(c.NPN), []byte(c.AdminID), []byte(c.Organization), []byte(c.DisplayName), encIDs(c.Lines),
		U64(c.NotBefore), U64(c.NotAfter), c.Supersedes)
}

// DecodeCredential reads a credential.
func DecodeCredential(p []byte) (c Credential, err error) {
	if len(p) > MaxStatement {
		return c, fmt.Errorf("%w: longer than a statement may be", ErrMalformed)
	}
	f := open("arc1/cred", p)
	f.suite()
	c = Credential{Agency: f.id(), Serial: f.id(), Account: f.id(), Genesis: f.hash(), Role: f.text(32),
		AssisterID: f.text(64), NPN: f.text(64), AdminID: f.text(64), Organization: f.text(128), DisplayName: f.text(128)}
	lines := f.next()
	c.NotBefore, c.NotAfter, c.Supersedes = f.u64(), f.u64(), f.next()
	if f.err == nil && len(c.Supersedes) != 0 && len(c.Supersedes) != 32 {
		f.fail("supersedes is empty or a digest")
	}
	if f.err == nil && (c.NotAfter <= c.NotBefore || c.NotAfter-c.NotBefore > MaxCredentialMillis) {
		f.fail("validity is empty or longer than 13 months")
	}
	if err := f.done(); err != nil {
		return c, err
	}
	c.Lines, err = decIDs(lines, 0)
	return c, err
}

// CredentialDigest is what the agency chain records of a signed credential.
func CredentialDigest(cred, sig []byte) Hash { return Sum(Enc("arc1/credhash", cred, sig)) }
