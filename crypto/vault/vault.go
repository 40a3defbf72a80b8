// Package vault is what a person or a device keeps: records sealed at rest, the
// recovery code and the invitation code on paper, and secrets divided among
// officers.
//
// Nothing here is derived from a password. Every code carries enough random
// bits that it cannot be searched, so there is no slow key derivation to choose
// and none to downgrade.
package vault

import (
	"crypto/rand"
	"errors"
	"fmt"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// format is the first byte of a sealed record.
const format byte = 0x01

const saltLen = 32

// Overhead is what Seal adds, in bytes: format, salt, nonce and tag.
const Overhead = 1 + saltLen + key.GCMOverhead

var (
	// ErrFormat is returned for bytes that are not a sealed record.
	ErrFormat = errors.New("not a sealed record")
	// ErrRecord is returned when a record does not open: another key, another
	// name, another version, or changed bytes.
	ErrRecord = errors.New("record is not the one expected")
)

// Seal seals a record for storage. The name says which record it is and the
// version which state of it; both enter the key, so that a record cannot pass
// for another one nor an old one for the present one. The caller keeps the
// expected version somewhere the storage cannot change.
//
// Each record has its own key from a random salt (HKDF, RFC 5869), so no key
// encrypts twice however often a record is written.
func Seal(k [32]byte, name string, version uint64, plain []byte) []byte {
	var salt [saltLen]byte
	rand.Read(salt[:])
	out := append([]byte{format}, salt[:]...)
	place := recordPlace(name, version)
	return append(out, key.GCMSeal(key.HKDF(k[:], salt[:], place, 32), place, plain)...)
}

// Open opens a record that was sealed under this key, name and version.
func Open(k [32]byte, name string, version uint64, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != format {
		return nil, fmt.Errorf("open record %q: %w", name, ErrFormat)
	}
	salt, body := sealed[1:1+saltLen], sealed[1+saltLen:]
	place := recordPlace(name, version)
	plain, err := key.GCMOpen(key.HKDF(k[:], salt, place, 32), place, body)
	if err != nil {
		return nil, fmt.Errorf("open record %q version %d: %w", name, version, ErrRecord)
	}
	return plain, nil
}

func recordPlace(name string, version uint64) []byte {
	return envelope.Enc("arc1/vault", []byte(name), envelope.U64(version))
}
