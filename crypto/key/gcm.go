package key

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// GCMSeal is AES-256-GCM with a random 12-byte nonce in front: nonce,
// ciphertext, tag. Every key encrypts once; files are the one exception
// (crypto/chunk). The random-nonce form is what FIPS-only mode allows.
func GCMSeal(k, aad, plain []byte) []byte {
	g := newGCM(k)
	return g.Seal(nil, nil, plain, aad)
}

// GCMOpen opens GCMSeal's output.
func GCMOpen(k, aad, sealed []byte) ([]byte, error) {
	if len(sealed) < GCMOverhead {
		return nil, fmt.Errorf("open sealed bytes: %w", ErrNotOpened)
	}
	plain, err := newGCM(k).Open(nil, nil, sealed, aad)
	if err != nil {
		return nil, fmt.Errorf("open sealed bytes: %w", ErrNotOpened)
	}
	return plain, nil
}

// GCMOverhead is what sealing adds: the nonce and the tag, in bytes.
const GCMOverhead = 12 + 16

func newGCM(k []byte) cipher.AEAD {
	if len(k) != 32 {
		panic("key: AES-256 takes 32 bytes")
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		panic("key: " + err.Error())
	}
	g, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("key: " + err.Error())
	}
	return g
}
