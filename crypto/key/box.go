package key

import (
	"crypto/hpke"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"

	"arcline/crypto/envelope"
)

// Box is a private X-Wing key (MLKEM768-X25519, HPKE KEM 0x647a), made from a
// 32-byte seed and from nothing else: HPKE's DeriveKeyPair, which makes a key
// from longer material, is not the same in all implementations.
type Box struct {
	seed func() [32]byte
	open func(info, box []byte) ([]byte, error)
	pub  BoxPublic
}

// NewBox makes a key from the system's randomness.
func NewBox() *Box {
	var seed [32]byte
	rand.Read(seed[:])
	return BoxFromSeed(seed)
}

// BoxFromSeed makes the key of a seed (draft-connolly-cfrg-xwing-kem).
func BoxFromSeed(seed [32]byte) *Box {
	sk, err := hpke.MLKEM768X25519().NewPrivateKey(seed[:])
	if err != nil {
		panic("key: every 32-byte seed is an X-Wing key: " + err.Error())
	}
	return &Box{
		seed: func() [32]byte { return seed },
		open: func(info, box []byte) ([]byte, error) {
			return hpke.Open(sk, hpke.HKDFSHA256(), hpke.AES256GCM(), info, box)
		},
		pub: BoxPublic{b: sk.PublicKey().Bytes(), pk: sk.PublicKey()},
	}
}

// Public is the matching public key.
func (b *Box) Public() BoxPublic { return b.pub }

// Seed is the 32-byte seed, for sealing in a vault.
func (b *Box) Seed() [32]byte { return b.seed() }

// Text is the private key with its prefix, for a file of mode 0600.
func (b *Box) Text() string {
	seed := b.seed()
	return boxPrefix + base64.RawURLEncoding.EncodeToString(seed[:])
}

// ParseBox reads Text.
func ParseBox(text string) (*Box, error) {
	seed, err := parse32(text, boxPrefix)
	if err != nil {
		return nil, fmt.Errorf("read private box key: %w", err)
	}
	return BoxFromSeed(seed), nil
}

// Format keeps a private key out of every print, of a copy too.
func (b Box) Format(f fmt.State, _ rune) { fmt.Fprint(f, "key.Box(hidden)") }

// LogValue keeps the key out of logs.
func (b Box) LogValue() slog.Value { return slog.StringValue("hidden") }

// MarshalJSON refuses.
func (b Box) MarshalJSON() ([]byte, error) { return nil, errors.New("a private key does not marshal") }

// BoxPublic is a checked X-Wing public key of 1216 bytes.
type BoxPublic struct {
	b  []byte
	pk hpke.PublicKey
}

// NewBoxPublic checks and takes a public key: its length, every ML-KEM
// coefficient below q, and an X25519 share that is not all zero.
func NewBoxPublic(b []byte) (BoxPublic, error) {
	if len(b) != envelope.BoxKeyLen {
		return BoxPublic{}, fmt.Errorf("%w: an X-Wing key has %d bytes, not %d", ErrBadKey, envelope.BoxKeyLen, len(b))
	}
	pk, err := hpke.MLKEM768X25519().NewPublicKey(b)
	if err != nil {
		return BoxPublic{}, fmt.Errorf("%w: %w", ErrBadKey, err)
	}
	// A zero X25519 share makes every exchange fail later; refuse it here.
	if allZero(b[1184:]) {
		return BoxPublic{}, fmt.Errorf("%w: the X25519 share is zero", ErrBadKey)
	}
	return BoxPublic{b: append([]byte(nil), b...), pk: pk}, nil
}

// Bytes returns the 1216-byte encoding; the caller must not change it.
func (p BoxPublic) Bytes() []byte { return p.b }

// Hash names the key in rosters.
func (p BoxPublic) Hash() envelope.Hash { return envelope.Sum(p.b) }

// IsZero reports whether there is no key.
func (p BoxPublic) IsZero() bool { return len(p.b) == 0 }

const maxInfo = 4096

// Seal seals a 32-byte secret (HPKE Base mode, RFC 9180 section 6.1, suite
// 0x647a, 0x0001, 0x0002, empty AAD). Everything the box is bound to is in info.
func (p BoxPublic) Seal(info, secret []byte) ([]byte, error) {
	if p.IsZero() || len(secret) != 32 || len(info) > maxInfo {
		return nil, fmt.Errorf("seal box: %w", ErrBadKey)
	}
	box, err := hpke.Seal(p.pk, hpke.HKDFSHA256(), hpke.AES256GCM(), info, secret)
	if err != nil {
		return nil, fmt.Errorf("seal box: %w", err)
	}
	return box, nil
}

// ErrNotOpened is returned when a box or body does not open under a key.
var ErrNotOpened = errors.New("does not open")

// Open opens what Seal sealed.
func (b *Box) Open(info, box []byte) ([]byte, error) {
	if len(box) != envelope.BoxLen || len(info) > maxInfo {
		return nil, fmt.Errorf("open box: %w", ErrNotOpened)
	}
	secret, err := b.open(info, box)
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("open box: %w", ErrNotOpened)
	}
	return secret, nil
}

func allZero(b []byte) bool {
	var x byte
	for _, c := range b {
		x |= c
	}
	return x == 0
}
