// Package key holds the key types of the protocol: what a key is, how it signs,
// opens and derives, and which keys are refused.
//
// A private key cannot be printed, marshalled or compared with ==; its text
// form is asked for by name and carries a prefix that says what it is. Its
// secret stands behind functions: package fmt does not call the methods of an
// unexported field and follows pointers, but it cannot look into a function.
// Public
// keys are checked when they are read, so a value of a public type is a good
// key (T20: no small-order and no non-canonical Ed25519 key, no X-Wing key that
// fails the full import check of FIPS 203 and RFC 7748).
//
// A signing key signs nothing but Enc("arc1/sig/"+type, H(statement)) with a
// type from a closed list; there is no way to make it sign bytes that somebody
// else chose.
package key

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"arcline/crypto/envelope"
)

var (
	// ErrBadKey is wrapped when a public or private key is refused.
	ErrBadKey = errors.New("key refused")
	// ErrBadSignature is returned when a signature does not fit.
	ErrBadSignature = errors.New("signature does not fit")
)

// Text prefixes: what a key file holds can be told by eye, and a private key
// pasted in the wrong place is recognised.
const (
	signingPrefix = "arc1-sign-private-"
	boxPrefix     = "arc1-box-private-"
	verifyPrefix  = "arc1-sign-public-"
)

// Signing is a private Ed25519 key.
type Signing struct {
	seed func() [32]byte
	sign func([]byte) []byte
	pub  Verify
}

// NewSigning makes a key from the system's randomness.
func NewSigning() *Signing {
	var seed [32]byte
	rand.Read(seed[:])
	return SigningFromSeed(seed)
}

// SigningFromSeed makes the key whose RFC 8032 seed is given.
func SigningFromSeed(seed [32]byte) *Signing {
	full := ed25519.NewKeyFromSeed(seed[:])
	return &Signing{
		seed: func() [32]byte { return seed },
		sign: func(b []byte) []byte { return ed25519.Sign(full, b) },
		pub:  Verify{b: [32]byte(full.Public().(ed25519.PublicKey))},
	}
}

// Public is the matching verification key.
func (s *Signing) Public() Verify { return s.pub }

// Text is the private key with its prefix, for a file of mode 0600.
func (s *Signing) Text() string {
	seed := s.seed()
	return signingPrefix + base64.RawURLEncoding.EncodeToString(seed[:])
}

// Seed is the 32-byte RFC 8032 seed, for sealing in a vault.
func (s *Signing) Seed() [32]byte { return s.seed() }

// ParseSigning reads Text.
func ParseSigning(text string) (*Signing, error) {
	seed, err := parse32(text, signingPrefix)
	if err != nil {
		return nil, fmt.Errorf("read private signing key: %w", err)
	}
	return SigningFromSeed(seed), nil
}

// Format keeps a private key out of every print, of a copy too.
func (s Signing) Format(f fmt.State, _ rune) { fmt.Fprint(f, "key.Signing(hidden)") }

// LogValue keeps the key out of logs.
func (s Signing) LogValue() slog.Value { return slog.StringValue("hidden") }

// MarshalJSON refuses: a private key is written by Text, on purpose, or not at all.
func (s Signing) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a private key does not marshal")
}

// SigType says what a signature is for. The list is closed.
type SigType string

const (
	linkPrefix  = "link/"
	counterPfx  = "countersign/"
	entryPrefix = "entry/"
	// SigCredential signs an envelope.Credential.
	SigCredential SigType = "credential"
	// SigAccess signs a records access statement.
	SigAccess SigType = "access"
	// SigAnnouncement signs an envelope.Announcement.
	SigAnnouncement SigType = "announcement"
)

// SigLink is the type for a chain link.
func SigLink(t envelope.LinkType) SigType { return SigType(linkPrefix + string(t)) }

// SigCountersign is the type under which a new device accepts a link.
func SigCountersign(t envelope.LinkType) SigType { return SigType(counterPfx + string(t)) }

// SigEntry is the type for a thread entry.
func SigEntry(t envelope.EntryType) SigType { return SigType(entryPrefix + string(t)) }

var sigTypes = func() map[SigType]bool {
	m := map[SigType]bool{SigCredential: true, SigAccess: true, SigAnnouncement: true, SigCountersign(envelope.AccountAdd): true}
	for _, types := range envelope.LinkTypes {
		for _, t := range types {
			m[SigLink(t)] = true
		}
	}
	for _, t := range envelope.EntryTypes {
		m[SigEntry(t)] = true
	}
	return m
}()

// SigTypes lists every type there is, for the test that no signature verifies
// under another one.
func SigTypes() []SigType {
	out := make([]SigType, 0, len(sigTypes))
	for t := range sigTypes {
		out = append(out, t)
	}
	return out
}

func sigInput(t SigType, stmt []byte) []byte {
	h := envelope.Sum(stmt)
	return envelope.Enc("arc1/sig/"+string(t), h[:])
}

// Sign signs a statement under a type of the closed list; another type panics.
func (s *Signing) Sign(t SigType, stmt []byte) []byte {
	if !sigTypes[t] {
		panic("key: signature type outside the closed list")
	}
	return s.sign(sigInput(t, stmt))
}

// Verify is a checked Ed25519 public key. The zero value verifies nothing.
type Verify struct{ b [32]byte }

// NewVerify checks and takes a public key: 32 bytes, canonical, not of small order.
func NewVerify(b []byte) (Verify, error) {
	var v Verify
	if len(b) != 32 {
		return v, fmt.Errorf("%w: an Ed25519 key has 32 bytes, not %d", ErrBadKey, len(b))
	}
	if why := badEd25519(b); why != "" {
		return v, fmt.Errorf("%w: %s", ErrBadKey, why)
	}
	copy(v.b[:], b)
	return v, nil
}

// Bytes returns the 32-byte encoding.
func (v Verify) Bytes() [32]byte { return v.b }

// IsZero reports whether there is no key.
func (v Verify) IsZero() bool { return v.b == [32]byte{} }

// Text is the public key with its prefix.
func (v Verify) Text() string { return verifyPrefix + base64.RawURLEncoding.EncodeToString(v.b[:]) }

// ParseVerify reads Text.
func ParseVerify(text string) (Verify, error) {
	b, err := parse32(text, verifyPrefix)
	if err != nil {
		return Verify{}, fmt.Errorf("read public signing key: %w", err)
	}
	return NewVerify(b[:])
}

// Check reports ErrBadSignature unless sig is a signature of this type over stmt.
func (v Verify) Check(t SigType, stmt, sig []byte) error {
	if v.IsZero() || !sigTypes[t] || len(sig) != ed25519.SignatureSize || !ed25519.Verify(v.b[:], sigInput(t, stmt), sig) {
		return fmt.Errorf("%w: %s", ErrBadSignature, t)
	}
	return nil
}

// smallOrder lists the canonical encodings of the eight points of small order,
// sign bit cleared (RFC 7748 and the "ed25519 edge cases" of C2SP CCTV).
var smallOrder = [][32]byte{
	{},  // y = 0
	{1}, // y = 1
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, // y = -1
}

func badEd25519(b []byte) string {
	var y [32]byte
	copy(y[:], b)
	y[31] &= 0x7f
	// y >= 2^255-19 is a second spelling of y-p.
	if y[31] == 0x7f && y[0] >= 0xed {
		full := true
		for _, c := range y[1:31] {
			full = full && c == 0xff
		}
		if full {
			return "not the canonical encoding of a point"
		}
	}
	for _, s := range smallOrder {
		if y == s {
			return "a point of small order"
		}
	}
	return ""
}

// HKDF is HKDF-SHA256 (RFC 5869) with an encoded info. The input key material
// must have at least 14 bytes (112 bits): FIPS-only mode refuses less, and this
// panics then. Shorter secrets are encoded with a label first, which adds length
// and no strength; how many bits a secret needs is its maker's to know.
func HKDF(ikm, salt, info []byte, n int) []byte {
	out, err := hkdf.Key(sha256.New, ikm, salt, string(info), n)
	if err != nil {
		panic("key: HKDF: " + err.Error()) // ikm and n have sizes that the caller fixed
	}
	return out
}

// Equal compares two secrets in constant time.
func Equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

func parse32(text, prefix string) (out [32]byte, err error) {
	body, ok := strings.CutPrefix(strings.TrimSpace(text), prefix)
	if !ok {
		return out, fmt.Errorf("%w: the text does not start with %q", ErrBadKey, prefix)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(b) != 32 {
		return out, fmt.Errorf("%w: the text after the prefix is not 32 bytes", ErrBadKey)
	}
	copy(out[:], b)
	return out, nil
}
