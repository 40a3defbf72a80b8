package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"math/bits"
	"testing"

	"arcline/crypto/envelope"
)

// slowMul is the schoolbook product reduced by the polynomial, written in
// another way than mul.
func slowMul(a, b byte) byte {
	p := 0
	for i := range 8 {
		if b>>i&1 == 1 {
			p ^= int(a) << i
		}
	}
	for p >= 256 {
		p ^= 0x11b << (bits.Len(uint(p)) - 9)
	}
	return byte(p)
}

func TestFieldArithmetic(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			if got, want := mul(byte(a), byte(b)), slowMul(byte(a), byte(b)); got != want {
				t.Fatalf("%#x * %#x = %#x, not %#x", a, b, got, want)
			}
		}
		if a > 0 && mul(byte(a), inverse(byte(a))) != 1 {
			t.Fatalf("inverse of %#x", a)
		}
	}
	// FIPS 197 sections 4.2 and 4.3.
	if mul(0x57, 0x83) != 0xc1 || mul(0x57, 0x13) != 0xfe || inverse(0x53) != 0xca {
		t.Error("not the field of AES")
	}
}

// Shares of the form that shamir-secret-sharing writes: f(x) = 0x2a + 0x07 x for
// a one-byte secret, worked out by hand.
func TestCombineKnownAnswer(t *testing.T) {
	shares := [][]byte{{0x2a ^ 0x07, 1}, {0x2a ^ 0x0e, 2}, {0x2a ^ 0x09, 3}}
	for _, pair := range [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 0}} {
		got, err := Combine([][]byte{shares[pair[0]], shares[pair[1]]})
		if err != nil || !bytes.Equal(got, []byte{0x2a}) {
			t.Errorf("%v: %x, %v", pair, got, err)
		}
	}
}

func TestEverySubsetCombines(t *testing.T) {
	secret := []byte("a secret of thirty-two bytes....")
	for n := 2; n <= 6; n++ {
		for k := 2; k <= n; k++ {
			shares, err := Split(secret, n, k)
			if err != nil {
				t.Fatal(err)
			}
			for set := range 1 << n {
				var some [][]byte
				for i := range n {
					if set>>i&1 == 1 {
						some = append(some, shares[i])
					}
				}
				if len(some) < 2 {
					continue
				}
				got, err := Combine(some)
				if err != nil {
					t.Fatal(err)
				}
				if enough := len(some) >= k; bytes.Equal(got, secret) != enough {
					t.Errorf("%d of %d, threshold %d: gives the secret: %v", len(some), n, k, !enough)
				}
			}
		}
	}
	shares, err := Split(secret, 255, 200)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Combine(shares[55:]); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("200 of 255: %v", err)
	}
}

// What one of two shares says about a secret must not depend on the secret: the
// y byte is uniform. A chi-square over 256 cells has mean 255 and standard
// deviation 22.6; 400 is more than six of them away.
func TestTooFewSharesSayNothing(t *testing.T) {
	for _, secret := range []byte{0x00, 0x01, 0xff} {
		var cells [256]float64
		const rounds = 256 * 100
		long := bytes.Repeat([]byte{secret}, rounds)
		shares, err := Split(long, 3, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, y := range shares[0][:rounds] {
			cells[y]++
		}
		chi := 0.0
		for _, c := range cells {
			chi += (c - 100) * (c - 100) / 100
		}
		if chi > 400 {
			t.Errorf("secret %#x: chi-square %.0f", secret, chi)
		}
	}
}

func TestShareRefusals(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {3, 1}, {2, 3}, {256, 2}, {0, 0}, {5, -1}} {
		if _, err := Split([]byte("s"), c[0], c[1]); !errors.Is(err, ErrThreshold) {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, secret := range [][]byte{nil, make([]byte, MaxShared+1)} {
		if _, err := Split(secret, 3, 2); !errors.Is(err, ErrShares) {
			t.Errorf("%d bytes: %v", len(secret), err)
		}
	}
	for why, c := range map[string]struct {
		shares [][]byte
		want   error
	}{
		"none":          {nil, ErrThreshold},
		"one":           {[][]byte{{1, 1}}, ErrThreshold},
		"too many":      {make([][]byte, 256), ErrThreshold},
		"empty":         {[][]byte{{}, {}}, ErrShares},
		"only a number": {[][]byte{{1}, {2}}, ErrShares},
		"lengths":       {[][]byte{{1, 1}, {1, 1, 2}}, ErrShares},
		"twice":         {[][]byte{{1, 1}, {2, 1}}, ErrShares},
		"number zero":   {[][]byte{{1, 1}, {2, 0}}, ErrShares},
	} {
		if _, err := Combine(c.shares); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestShareNumbersAreDistinct(t *testing.T) {
	first := map[byte]bool{}
	for range 300 {
		xs := randomXs(255)
		seen := map[byte]bool{}
		for _, x := range xs {
			if x == 0 || seen[x] {
				t.Fatalf("number %d", x)
			}
			seen[x] = true
		}
		first[xs[0]] = true
	}
	if len(first) < 100 {
		t.Errorf("the first number took only %d values", len(first))
	}
}

func TestBoundShares(t *testing.T) {
	var secret [32]byte
	rand.Read(secret[:])
	shares, commit, err := SplitBound(secret, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := CombineBound(shares[1:], commit); err != nil || got != secret {
		t.Fatalf("%v", err)
	}
	for i := range 33 * 8 {
		bad := bytes.Clone(shares[0])
		bad[i/8] ^= 1 << (i % 8)
		if _, err := CombineBound([][]byte{bad, shares[1]}, commit); !errors.Is(err, ErrCommitment) && !errors.Is(err, ErrShares) {
			t.Fatalf("bit %d: %v", i, err)
		}
	}
	other, _, err := SplitBound([32]byte{1}, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CombineBound([][]byte{shares[0], other[1]}, commit); err == nil {
		t.Error("shares of two secrets combine")
	}
	if _, err := CombineBound([][]byte{{1, 1}, {2, 2}}, commit); !errors.Is(err, ErrShares) {
		t.Errorf("short shares: %v", err)
	}
	if _, _, err := SplitBound(secret, 1, 1); !errors.Is(err, ErrThreshold) {
		t.Error(err)
	}
	if _, err := CombineBound(nil, envelope.Hash{}); !errors.Is(err, ErrThreshold) {
		t.Error(err)
	}
}

func FuzzCombine(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6}, 2)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		if n < 1 || n > 255 {
			return
		}
		var shares [][]byte
		for len(b) >= n {
			shares, b = append(shares, b[:n]), b[n:]
		}
		shares = append(shares, b)
		got, err := Combine(shares)
		if err == nil && len(got) != len(shares[0])-1 {
			t.Fatal("length")
		}
	})
}
