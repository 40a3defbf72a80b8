package envelope

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// MinPadded is the smallest padded message, so that short answers all look alike.
const MinPadded = 512

// Padme rounds n up to a size that leaks O(log log n) bits and costs at most
// 12 % (Padmé, Nikitin et al. 2019). Sizes below 2 stay as they are.
func Padme(n uint64) uint64 {
	if n < 2 {
		return n
	}
	e := uint64(bits.Len64(n) - 1)
	s := uint64(bits.Len64(e))
	mask := uint64(1)<<(e-s) - 1
	return (n + mask) &^ mask
}

// Pad writes a four-byte length, the bytes, and zeros up to a Padmé size of at
// least MinPadded.
func Pad(b []byte) []byte {
	out := make([]byte, Padme(max(MinPadded, uint64(len(b))+4)))
	binary.BigEndian.PutUint32(out, uint32(len(b)))
	copy(out[4:], b)
	return out
}

// Unpad is the strict inverse of Pad: another padding than Pad's is refused.
func Unpad(b []byte) ([]byte, error) {
	if len(b) < MinPadded {
		return nil, fmt.Errorf("%w: padding too short", ErrMalformed)
	}
	n := uint64(binary.BigEndian.Uint32(b))
	if n > uint64(len(b))-4 || Padme(max(MinPadded, n+4)) != uint64(len(b)) {
		return nil, fmt.Errorf("%w: padding of the wrong size", ErrMalformed)
	}
	for _, c := range b[4+n:] {
		if c != 0 {
			return nil, fmt.Errorf("%w: padding is not zero", ErrMalformed)
		}
	}
	return b[4 : 4+n], nil
}
