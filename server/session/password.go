package session

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha512"
	"crypto/subtle"
	_ "embed" // the list of common passwords
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"arcline/server/wire"
)

// Hasher turns passwords into records and checks them. A record names its own
// parameters, so they can be raised: Check says when a record should be made
// anew. PBKDF2-HMAC-SHA-512 is what a FIPS build may use.
type Hasher struct {
	iterations int
	gate       chan struct{} // bounds how many run at once, so sign-ins cannot starve messages
	checks     atomic.Uint64 // derivations so far
}

// DefaultIterations follows OWASP's figure for PBKDF2-HMAC-SHA-512.
const DefaultIterations = 210_000

// Length of a password. The second factor is always on, so 8 characters would do
// by SP 800-63B-4, section 3.1.1.2; we ask for 12. Every character is accepted
// and counts as it was typed: text is not normalized, so that what one keyboard
// composes and another does not are two passwords. MaxPassword, in bytes, holds
// 128 characters of the longest kind. No password has to be changed by a date.
const (
	MinPassword = 12  // characters
	MaxPassword = 512 // bytes
)

// ErrPassword says why a password cannot be chosen.
var ErrPassword = errors.New("password not accepted")

// gateWait is how long a sign-in waits for its turn: longer, and its answer would
// come when nobody waits for it any more.
const gateWait = 45 * time.Second

const saltLen, hashLen = 16, 32

// NewHasher checks at most parallel passwords at once.
func NewHasher(iterations, parallel int) *Hasher {
	return &Hasher{iterations: iterations, gate: make(chan struct{}, max(1, parallel))}
}

// Make turns a new password into a record.
func (h *Hasher) Make(ctx context.Context, password, name string) (string, error) {
	if err := acceptable(password, name); err != nil {
		return "", err
	}
	salt := make([]byte, saltLen)
	rand.Read(salt)
	sum, err := h.derive(ctx, password, salt, h.iterations)
	if err != nil {
		return "", err
	}
	return formatRecord(h.iterations, salt, sum), nil
}

func acceptable(password, name string) error {
	low := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fmt.Errorf("%w: it needs at least %d characters", ErrPassword, MinPassword)
	case len(password) > MaxPassword:
		return fmt.Errorf("%w: it may have at most %d bytes", ErrPassword, MaxPassword)
	case !utf8.ValidString(password):
		return fmt.Errorf("%w: it is not text", ErrPassword)
	case name != "" && strings.Contains(low, strings.ToLower(name)):
		return fmt.Errorf("%w: it contains your sign-in name", ErrPassword)
	case tooPlain(low):
		return fmt.Errorf("%w: it is too easy to guess", ErrPassword)
	}
	return nil
}

//go:embed common.txt
var commonText string

// common are the passwords that guessers try first, and this service's own words.
var common = sync.OnceValue(func() []string {
	out := []string{"arcline", "mnsure", "qwerty", "navigator", "broker", "assister", "exchange", "passphrase", "123456789"}
	for line := range strings.Lines(commonText) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
	}
	return out
})

// tooPlain refuses, in lower case, what is one short piece over and over, and
// what little is left of once a common password is taken out.
func tooPlain(low string) bool {
	for n := 1; n <= 4; n++ {
		if len(low) > n && strings.ReplaceAll(low, low[:n], "") == "" {
			return true
		}
	}
	for _, w := range common() {
		if strings.Contains(low, w) && len(strings.ReplaceAll(low, w, "")) <= 5 {
			return true
		}
	}
	return false
}

// Check reports whether the password fits the record, and whether the record
// should be made anew with today's parameters.
func (h *Hasher) Check(ctx context.Context, record, password string) (ok, renew bool, err error) {
	iterations, salt, want, err := parseRecord(record)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, password, salt, iterations)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1
	return ok, ok && iterations < h.iterations, nil
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte, iterations int) ([]byte, error) {
	wait := time.NewTimer(gateWait)
	defer wait.Stop()
	select {
	case h.gate <- struct{}{}:
		defer func() { <-h.gate }()
	case <-wait.C:
		return nil, wire.Refuse(wire.CodeRate).Because(errors.New("too many passwords wait to be looked at"))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.checks.Add(1)
	return pbkdf2(password, salt, iterations), nil
}

// A derivation works for a slice and then rests, so that messages find a core
// free at once: the scheduler would otherwise let it run for ten milliseconds at
// a time. docs/performance.md has the figures.
const (
	sliceRounds = 3000 // some two milliseconds
	sliceRest   = 500 * time.Microsecond
)

// pbkdf2 is PBKDF2-HMAC-SHA-512 (RFC 8018, section 5.2) for one block, in slices.
func pbkdf2(password string, salt []byte, iterations int) []byte {
	mac := hmac.New(sha512.New, []byte(password))
	mac.Write(salt)
	mac.Write([]byte{0, 0, 0, 1})
	u := mac.Sum(nil)
	sum := bytes.Clone(u)
	for i := 1; i < iterations; i++ {
		mac.Reset()
		mac.Write(u)
		u = mac.Sum(u[:0])
		subtle.XORBytes(sum, sum, u)
		if i%sliceRounds == 0 {
			time.Sleep(sliceRest)
		}
	}
	return sum[:hashLen]
}

func formatRecord(iterations int, salt, sum []byte) string {
	return fmt.Sprintf("pbkdf2-sha512$%d$%s$%s", iterations, b64(salt), b64(sum))
}

func parseRecord(s string) (iterations int, salt, sum []byte, err error) {
	p := strings.Split(s, "$")
	bad := errors.New("password record is damaged")
	if len(p) != 4 || p[0] != "pbkdf2-sha512" {
		return 0, nil, nil, bad
	}
	iterations, err = strconv.Atoi(p[1])
	if err != nil || iterations < 1 || iterations > 100_000_000 {
		return 0, nil, nil, bad
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(p[2])
	sum, err2 := base64.RawStdEncoding.DecodeString(p[3])
	if err1 != nil || err2 != nil || len(sum) != hashLen {
		return 0, nil, nil, bad
	}
	return iterations, salt, sum, nil
}

func b64(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }
