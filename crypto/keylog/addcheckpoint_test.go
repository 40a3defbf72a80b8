package keylog

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"arcline/crypto/envelope"
)

var proofLine = base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"

func TestAddCheckpoint(t *testing.T) {
	for why, c := range map[string]struct {
		body string
		ok   bool
	}{
		"as in the specification": {"old 20852014\n" + proofLine + proofLine + "\nlog\n1\nx\n", true},
		"from nothing":            {"old 0\n\nlog\n", true},
		"63 lines":                {"old 1\n" + strings.Repeat(proofLine, 63) + "\nlog\n", true},
		"64 lines":                {"old 1\n" + strings.Repeat(proofLine, 64) + "\nlog\n", false},
		"empty":                   {"", false},
		"no old":                  {"20852014\n\nlog\n", false},
		"a leading zero":          {"old 01\n\nlog\n", false},
		"a sign":                  {"old +1\n\nlog\n", false},
		"two blanks":              {"old  1\n\nlog\n", false},
		"too large":               {"old 9007199254740992\n\nlog\n", false},
		"no blank line":           {"old 1\n" + proofLine, false},
		"a short hash":            {"old 1\nAAAA\n\nlog\n", false},
		"loose base64":            {"old 1\n" + strings.Replace(proofLine, "AA=", "AB=", 1) + "\nlog\n", false},
		"carriage returns":        {"old 1\r\n\r\nlog\n", false},
		"too long":                {"old 1\n\n" + strings.Repeat("x", MaxAddCheckpoint), false},
	} {
		a, err := ParseAddCheckpoint([]byte(c.body))
		if c.ok != (err == nil) || !c.ok && !errors.Is(err, ErrRequest) {
			t.Errorf("%s: %v", why, err)
		}
		if c.ok && string(a.Encode()) != c.body {
			t.Errorf("%s: written as %q", why, a.Encode())
		}
	}
}

func FuzzParseAddCheckpoint(f *testing.F) {
	f.Add([]byte("old 7\n" + proofLine + "\nlog\n7\n" + proofLine + "\n— log AAAA\n"))
	f.Add([]byte("old 0\n\n"))
	f.Add(AddCheckpoint{1 << 40, []envelope.Hash{{1}, {2}}, []byte("x")}.Encode())
	f.Fuzz(func(t *testing.T, body []byte) {
		if a, err := ParseAddCheckpoint(body); err == nil && !bytes.Equal(a.Encode(), body) {
			t.Fatal("what was read is not what was written")
		}
	})
}
