package session

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Hasher turns passwords into records and checks them. A record names its own
// parameters, so they can be raised: Check says when a record should be made
// anew. PBKDF2-HMAC-SHA-512 is what a FIPS build may use.
type Hasher struct {
	iterations int
	gate       chan struct{} // bounds how many run at once, so sign-ins cannot starve messages
	dummy      string
}

// DefaultIterations follows OWASP's figure for PBKDF2-HMAC-SHA-512.
const DefaultIterations = 210_000

// Password length, in bytes. The second factor is always on, so 8 would do by
// SP 800-63B; we ask for 12 and accept every character.
const (
	MinPassword = 12
	MaxPassword = 512
)

// ErrPassword says why a password cannot be chosen.
var ErrPassword = errors.New("password not accepted")

const saltLen, hashLen = 16, 32

// NewHasher checks at most parallel passwords at once.
func NewHasher(iterations, parallel int) *Hasher {
	h := &Hasher{iterations: iterations, gate: make(chan struct{}, parallel)}
	// What an unknown name is checked against: the same work, never equal.
	h.dummy = fmt.Sprintf("pbkdf2-sha512$%d$%s$%s", iterations, b64(make([]byte, saltLen)), b64(make([]byte, hashLen)))
	return h
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
	return fmt.Sprintf("pbkdf2-sha512$%d$%s$%s", h.iterations, b64(salt), b64(sum)), nil
}

func acceptable(password, name string) error {
	switch {
	case len(password) < MinPassword:
		return fmt.Errorf("%w: it needs at least %d characters", ErrPassword, MinPassword)
	case len(password) > MaxPassword:
		return fmt.Errorf("%w: it may have at most %d characters", ErrPassword, MaxPassword)
	case !utf8.ValidString(password):
		return fmt.Errorf("%w: it is not text", ErrPassword)
	case name != "" && strings.Contains(strings.ToLower(password), strings.ToLower(name)):
		return fmt.Errorf("%w: it contains your sign-in name", ErrPassword)
	case tooPlain(password):
		return fmt.Errorf("%w: it is too easy to guess", ErrPassword)
	}
	return nil
}

// tooPlain refuses one character repeated and this service's own words.
func tooPlain(p string) bool {
	low := strings.ToLower(p)
	if strings.Count(low, low[:1]) == len(low) {
		return true
	}
	for _, w := range []string{"arcline", "password", "mnsure", "123456789", "qwertyuiop"} {
		if rest := strings.ReplaceAll(low, w, ""); len(rest) < 4 {
			return true
		}
	}
	return false
}

// Check reports whether the password fits the record, and whether the record
// should be made anew with today's parameters. An empty record costs the same
// time and never fits, so that a stranger cannot tell who exists.
func (h *Hasher) Check(ctx context.Context, record, password string) (ok, renew bool, err error) {
	known := record != ""
	if !known {
		record = h.dummy
	}
	iterations, salt, want, err := parseRecord(record)
	if err != nil {
		return false, false, err
	}
	if len(password) > MaxPassword {
		password = password[:MaxPassword]
		known = false
	}
	got, err := h.derive(ctx, password, salt, iterations)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1 && known
	return ok, ok && iterations < h.iterations, nil
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte, iterations int) ([]byte, error) {
	select {
	case h.gate <- struct{}{}:
		defer func() { <-h.gate }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return pbkdf2.Key(sha512.New, password, salt, iterations, hashLen)
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
