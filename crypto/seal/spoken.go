package seal

import (
	"encoding/binary"
	"fmt"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// SpokenCodes are the two times four digits that two people on the telephone
// read to each other, each to show that they hold the thread's call-back secret:
// first the assister theirs, then the specialist theirs. The secret is 32 random
// bytes that travelled inside a sealed message of the thread. attempt counts the
// calls made with it, from 1: each has a pair of its own, so that a pair that was
// read out is worth nothing in the next call.
func SpokenCodes(secret [32]byte, thread envelope.ID, attempt uint32) (assister, specialist string) {
	b := key.HKDF(secret[:], nil, envelope.Enc("arc1/callback/codes", thread[:], envelope.U32(attempt)), 8)
	four := func(b []byte) string { return fmt.Sprintf("%04d", binary.BigEndian.Uint32(b)%10_000) }
	return four(b[:4]), four(b[4:])
}
