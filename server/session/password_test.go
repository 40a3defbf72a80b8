package session

import (
	"bytes"
	std "crypto/pbkdf2"
	"crypto/sha512"
	"testing"
	"time"
)

// The derivation in slices is the standard one.
func TestDerivation(t *testing.T) {
	for _, password := range []string{"", "a", "a long made-up pass phrase", string(bytes.Repeat([]byte("x"), 300))} {
		for _, rounds := range []int{1, 2, sliceRounds - 1, sliceRounds, 2*sliceRounds + 1} {
			want, err := std.Key(sha512.New, password, []byte("salt of 16 bytes"), rounds, hashLen)
			if err != nil {
				t.Fatal(err)
			}
			if got := pbkdf2(password, []byte("salt of 16 bytes"), rounds); !bytes.Equal(got, want) {
				t.Errorf("%d rounds: %x, want %x", rounds, got, want)
			}
		}
	}
	began := time.Now()
	pbkdf2("a long made-up pass phrase", make([]byte, saltLen), sliceRounds)
	one := time.Since(began)
	t.Logf("a slice works for %v; a derivation for some %v", one, one*DefaultIterations/sliceRounds)
}
