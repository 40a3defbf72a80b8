package keylog

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"arcline/crypto/envelope"
	"arcline/crypto/key"

	"golang.org/x/mod/sumdb/note"
)

// algCosignature is the algorithm byte of a timestamped Ed25519 cosignature
// (C2SP tlog-cosignature).
const algCosignature = 0x04

const cosignerPrefix = "PRIVATE+KEY+"

// Cosigner is a witness: a name and a key that signs checkpoints as of a time.
type Cosigner struct {
	name string
	hash uint32
	key  *key.Cosigning
}

// NewCosignerKey makes a witness's key pair in the text forms of C2SP
// signed-note with the algorithm byte of a cosignature. The private text must
// be kept like any private key; the other one goes into the agency's policy.
func NewCosignerKey(random io.Reader, name string) (skey, vkey string, err error) {
	var seed [32]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return "", "", fmt.Errorf("make witness key: %w", err)
	}
	if !validName(name) {
		return "", "", fmt.Errorf("make witness key: %w: the name %q", ErrVerifier, name)
	}
	c := newCosigner(name, key.CosigningFromSeed(seed))
	return cosignerPrefix + keyText(name, c.hash, seed[:]), c.Verifier(), nil
}

func newCosigner(name string, k *key.Cosigning) *Cosigner {
	pub := k.Public().Bytes()
	return &Cosigner{name: name, hash: cosignerHash(name, pub[:]), key: k}
}

// ReadCosigner reads a witness's private text.
func ReadCosigner(skey string) (*Cosigner, error) {
	body, ok := strings.CutPrefix(strings.TrimSpace(skey), cosignerPrefix)
	if !ok {
		return nil, fmt.Errorf("read witness key: %w: it is no private witness key", ErrVerifier)
	}
	name, hash, seed, err := splitKey(body)
	if err != nil {
		return nil, fmt.Errorf("read witness key: %w", err)
	}
	c := newCosigner(name, key.CosigningFromSeed([32]byte(seed)))
	if c.hash != hash {
		return nil, fmt.Errorf("read witness key: %w: name and key do not fit together", ErrVerifier)
	}
	return c, nil
}

// Verifier is the witness's public text, as it stands in the policy.
func (c *Cosigner) Verifier() string {
	pub := c.key.Public().Bytes()
	return keyText(c.name, c.hash, pub[:])
}

// Name is the witness's name.
func (c *Cosigner) Name() string { return c.name }

// At is the witness signing at a moment, in Unix seconds.
func (c *Cosigner) At(time uint64) note.Signer { return cosignerAt{c, time} }

type cosignerAt struct {
	*Cosigner
	time uint64
}

func (c cosignerAt) KeyHash() uint32 { return c.hash }

func (c cosignerAt) Sign(text []byte) ([]byte, error) {
	return c.key.Cosign(c.time, string(text)), nil
}

// witnessKey checks cosignatures of one witness.
type witnessKey struct {
	name string
	hash uint32
	key  key.Verify
}

// readWitness reads a witness's public text and holds its key to the same
// hygiene as every other: under a key of small order anybody could sign.
func readWitness(vkey string) (witnessKey, error) {
	name, hash, pub, err := splitKey(vkey)
	if err != nil {
		return witnessKey{}, err
	}
	k, err := key.NewVerify(pub)
	if err != nil {
		return witnessKey{}, err
	}
	if cosignerHash(name, pub) != hash {
		return witnessKey{}, errors.New("name and key do not fit together")
	}
	return witnessKey{name, hash, k}, nil
}

// CheckWitness reports ErrVerifier unless a text is a witness's public key.
func CheckWitness(vkey string) error {
	if _, err := readWitness(vkey); err != nil {
		return fmt.Errorf("%w: %w", ErrVerifier, err)
	}
	return nil
}

func (w witnessKey) Name() string    { return w.name }
func (w witnessKey) KeyHash() uint32 { return w.hash }

func (w witnessKey) Verify(text, sig []byte) bool {
	return w.key.CheckCosignature(string(text), sig) == nil
}

// cosignerHash is the key id of C2SP tlog-cosignature.
func cosignerHash(name string, pub []byte) uint32 {
	h := envelope.Sum(slices.Concat([]byte(name), []byte{'\n', algCosignature}, pub))
	return binary.BigEndian.Uint32(h[:])
}

func keyText(name string, hash uint32, k []byte) string {
	return fmt.Sprintf("%s+%08x+%s", name, hash, base64.StdEncoding.EncodeToString(append([]byte{algCosignature}, k...)))
}

// splitKey reads name+hash+base64(0x04 || 32 bytes). What would not be written
// again letter for letter is refused.
func splitKey(text string) (name string, hash uint32, k []byte, err error) {
	name, rest, _ := strings.Cut(text, "+")
	hex8, b64, _ := strings.Cut(rest, "+")
	h, err1 := hex.DecodeString(hex8)
	raw, err2 := base64.StdEncoding.Strict().DecodeString(b64)
	if err1 != nil || err2 != nil || len(h) != 4 || len(raw) != 33 || raw[0] != algCosignature || !validName(name) {
		return "", 0, nil, fmt.Errorf("%w: not the key of a witness", ErrVerifier)
	}
	hash = binary.BigEndian.Uint32(h)
	if keyText(name, hash, raw[1:]) != text {
		return "", 0, nil, fmt.Errorf("%w: not the only spelling", ErrVerifier)
	}
	return name, hash, raw[1:], nil
}

// validName is what C2SP signed-note allows as the name of a key.
func validName(name string) bool {
	return name != "" && strings.ToValidUTF8(name, "") == name && !strings.ContainsFunc(name, unicode.IsSpace) && !strings.Contains(name, "+")
}

// cosignatureTime reads when a cosignature was made; note.Open has verified it.
func cosignatureTime(s note.Signature) (uint64, error) {
	raw, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(raw) != 4+8+64 {
		return 0, fmt.Errorf("%w: cosignature", ErrCheckpoint)
	}
	return binary.BigEndian.Uint64(raw[4:]), nil
}
