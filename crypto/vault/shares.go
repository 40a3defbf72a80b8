package vault

import (
	"crypto/rand"
	"errors"
	"fmt"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// Shamir's scheme (Communications of the ACM 22, 1979) over GF(2^8) with the
// polynomial x^8+x^4+x^3+x+1 of AES, byte by byte. It is the one primitive of
// our own: there is no small Go library to take it from. No tables and no
// branches depend on secret bytes. The form of a share is that of the npm
// package shamir-secret-sharing: one y byte per byte of the secret, then x.

var (
	// ErrThreshold is returned unless 2 <= k <= n <= 255.
	ErrThreshold = errors.New("impossible number of shares")
	// ErrShares is returned for shares that cannot belong together.
	ErrShares = errors.New("shares do not fit together")
	// ErrCommitment is returned when shares combine to another secret than the
	// one that was divided.
	ErrCommitment = errors.New("shares give another secret")
)

// MaxShared is the longest secret that can be divided, in bytes.
const MaxShared = 1 << 16

// Split divides a secret into n shares of which any k give it back and fewer
// say nothing about it. Combine cannot tell wrong shares from right ones: they
// give garbage, so the caller binds the secret with a commitment, or uses
// SplitBound.
func Split(secret []byte, n, k int) ([][]byte, error) {
	if k < 2 || k > n || n > 255 {
		return nil, fmt.Errorf("divide secret among %d with threshold %d: %w", n, k, ErrThreshold)
	}
	if len(secret) == 0 || len(secret) > MaxShared {
		return nil, fmt.Errorf("divide secret of %d bytes: %w", len(secret), ErrShares)
	}
	xs := randomXs(n)
	shares := make([][]byte, n)
	for i := range shares {
		shares[i] = make([]byte, len(secret)+1)
		shares[i][len(secret)] = xs[i]
	}
	// One random polynomial of degree k-1 per byte, with the byte at x = 0.
	// Every coefficient is uniform, the highest may be zero: that is what makes
	// k-1 shares independent of the secret.
	coeff := make([]byte, k)
	for at, s := range secret {
		rand.Read(coeff[1:])
		coeff[0] = s
		for i, x := range xs {
			y := byte(0)
			for j := k - 1; j >= 0; j-- {
				y = mul(y, x) ^ coeff[j]
			}
			shares[i][at] = y
		}
	}
	return shares, nil
}

// Combine interpolates at x = 0. With wrong shares, or fewer than the
// threshold, the result is garbage without an error.
func Combine(shares [][]byte) ([]byte, error) {
	if len(shares) < 2 || len(shares) > 255 {
		return nil, fmt.Errorf("combine %d shares: %w", len(shares), ErrThreshold)
	}
	size := len(shares[0]) - 1
	if size < 1 || size > MaxShared {
		return nil, fmt.Errorf("combine shares: %w: length", ErrShares)
	}
	xs := make([]byte, len(shares))
	var seen [256]bool
	for i, s := range shares {
		if len(s) != size+1 {
			return nil, fmt.Errorf("combine shares: %w: lengths differ", ErrShares)
		}
		x := s[size]
		if x == 0 || seen[x] {
			return nil, fmt.Errorf("combine shares: %w: one stands twice or has no number", ErrShares)
		}
		seen[x], xs[i] = true, x
	}
	secret := make([]byte, size)
	for i, s := range shares {
		w := weight(xs, i)
		for at := range secret {
			secret[at] ^= mul(w, s[at])
		}
	}
	return secret, nil
}

// SplitBound divides a 32-byte random key and returns the commitment that
// CombineBound checks. The commitment is not secret; it must reach whoever
// combines by a way that whoever holds shares cannot change.
func SplitBound(secret [32]byte, n, k int) (shares [][]byte, commit envelope.Hash, err error) {
	shares, err = Split(secret[:], n, k)
	if err != nil {
		return nil, envelope.Hash{}, err
	}
	return shares, shareCommit(secret[:]), nil
}

// CombineBound combines shares and refuses a secret other than the one divided.
func CombineBound(shares [][]byte, commit envelope.Hash) ([32]byte, error) {
	secret, err := Combine(shares)
	if err != nil {
		return [32]byte{}, err
	}
	if len(secret) != 32 {
		return [32]byte{}, fmt.Errorf("combine shares: %w: not of a 32-byte key", ErrShares)
	}
	if got := shareCommit(secret); !key.Equal(got[:], commit[:]) {
		return [32]byte{}, fmt.Errorf("combine shares: %w", ErrCommitment)
	}
	return [32]byte(secret), nil
}

func shareCommit(secret []byte) envelope.Hash {
	return envelope.Hash(key.HKDF(secret, nil, envelope.Enc("arc1/commit", envelope.Enc("shares")), 32))
}

// weight is the i-th Lagrange coefficient at 0. It depends on the numbers of
// the shares only, which are not secret.
func weight(xs []byte, i int) byte {
	w := byte(1)
	for j, x := range xs {
		if j != i {
			w = mul(w, mul(x, inverse(x^xs[i])))
		}
	}
	return w
}

// mul multiplies in GF(2^8), the same eight steps whatever the operands.
func mul(a, b byte) byte {
	var p byte
	for range 8 {
		p ^= a & -(b & 1)
		b >>= 1
		a = a<<1 ^ 0x1b&-(a>>7)
	}
	return p
}

// inverse is a^254, since a^255 = 1 for every a but zero.
func inverse(a byte) byte {
	r := byte(1)
	for range 7 {
		a = mul(a, a)
		r = mul(r, a)
	}
	return r
}

// randomXs draws n distinct non-zero numbers, so that a share does not tell
// its place in the list (Fisher and Yates, with rejection against bias).
func randomXs(n int) []byte {
	xs := make([]byte, 255)
	for i := range xs {
		xs[i] = byte(i + 1)
	}
	for i := range n {
		j := i + below(255-i)
		xs[i], xs[j] = xs[j], xs[i]
	}
	return xs[:n]
}

// below is a uniform number from 0 to n-1, for n up to 255.
func below(n int) int {
	var b [1]byte
	for {
		rand.Read(b[:])
		if v := int(b[0]); v < 256-256%n {
			return v % n
		}
	}
}
