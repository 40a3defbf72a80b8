package key

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"arcline/crypto/envelope"
)

// marked is a seed whose bytes are easy to find in any spelling.
var marked = [32]byte(bytes.Repeat([]byte{0xa7, 0x5b, 0xc3, 0x9e}, 8))

// spellings are the ways in which a print could show the seed.
func spellings(b []byte) []string {
	return []string{
		fmt.Sprintf("%x", b[:4]), fmt.Sprintf("%X", b[:4]), fmt.Sprintf("% x", b[:4]), string(b[:4]),
		strings.Trim(fmt.Sprint(b[:4]), "[]"), strings.Trim(fmt.Sprintf("%#v", b[:4])[len("[]byte"):], "{}"),
		base64.StdEncoding.EncodeToString(b[:30]), base64.RawURLEncoding.EncodeToString(b[:30]),
	}
}

// holders are the ways in which a private key can lie in something printed: as
// a value and a pointer, exported and not, alone and inside.
func holders(s *Signing, b *Box) []any {
	type copies struct {
		s Signing
		b Box
	}
	type inside struct {
		S *Signing
		B *Box
		s *Signing
		b *Box
		copies
		any any
	}
	in := inside{s, b, s, b, copies{*s, *b}, *s}
	return []any{s, b, *s, *b, in, &in, []any{s, *b, in}, []*Signing{s}, []Box{*b}, map[string]*Box{"b": b}, map[string]inside{"in": in}, &[]copies{in.copies}}
}

func TestPrivateKeysDoNotPrint(t *testing.T) {
	s, b := SigningFromSeed(marked), BoxFromSeed(marked)
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%b", "%c", "%o", "%O", "%U", "%t", "%e", "%g", "%p", "%T", "%w"} {
		for _, v := range holders(s, b) {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	for _, v := range holders(s, b) {
		fmt.Fprintln(&out, v, fmt.Errorf("with %v", v))
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).Info("keys", "v", v)
		}
		if j, err := json.Marshal(v); err == nil {
			out.Write(j) // unexported fields are left out
		}
	}
	for _, spelling := range append(spellings(marked[:]), spellings(sk(s))...) {
		if strings.Contains(out.String(), spelling) {
			t.Errorf("%q printed", spelling)
		}
	}
	if !strings.Contains(out.String(), "hidden") {
		t.Error("nothing says that a key was hidden")
	}
	for _, v := range []any{s, b, *s, *b, struct{ S *Signing }{s}, []any{b}} {
		if out, err := json.Marshal(v); err == nil {
			t.Errorf("%T marshals to %s", v, out)
		}
	}
}

// sk is the expanded Ed25519 key (RFC 8032 section 5.1.5), which must not show either.
func sk(s *Signing) []byte {
	seed := s.Seed()
	h := sha512.Sum512(seed[:])
	return h[:]
}

// T12: a signature means one thing. Under every other type it must not verify.
func TestSignatureFitsItsTypeOnly(t *testing.T) {
	s := SigningFromSeed(marked)
	stmt := []byte("statement")
	types := SigTypes()
	if want := 18 + 9 + 3; len(types) < want {
		t.Fatalf("%d types, at least %d belong there", len(types), want)
	}
	for _, made := range types {
		sig := s.Sign(made, stmt)
		for _, read := range types {
			err := s.Public().Check(read, stmt, sig)
			if (made == read) != (err == nil) {
				t.Errorf("signed as %s, checked as %s: %v", made, read, err)
			}
		}
		if err := s.Public().Check(made, []byte("Statement"), sig); !errors.Is(err, ErrBadSignature) {
			t.Errorf("another statement as %s: %v", made, err)
		}
		if err := SigningFromSeed([32]byte{1}).Public().Check(made, stmt, sig); !errors.Is(err, ErrBadSignature) {
			t.Errorf("another key as %s: %v", made, err)
		}
	}
}

func TestEveryStatementTypeCanBeSigned(t *testing.T) {
	for _, types := range envelope.LinkTypes {
		for _, l := range types {
			if !sigTypes[SigLink(l)] {
				t.Errorf("no signature type for %s", l)
			}
		}
	}
	for _, e := range envelope.EntryTypes {
		if !sigTypes[SigEntry(e)] {
			t.Errorf("no signature type for entry %s", e)
		}
	}
}

func TestSignRefusesUnknownTypes(t *testing.T) {
	s := NewSigning()
	for _, typ := range []SigType{"", "login", "link/", "link/none", "Credential", "credential ", SigCountersign(envelope.LineAdd)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("signed as %q", typ)
				}
			}()
			s.Sign(typ, []byte("x"))
		}()
		if err := s.Public().Check(typ, []byte("x"), make([]byte, 64)); !errors.Is(err, ErrBadSignature) {
			t.Errorf("checked as %q: %v", typ, err)
		}
	}
}

func TestSignatureRefusals(t *testing.T) {
	s := NewSigning()
	stmt := []byte("statement")
	sig := s.Sign(SigCredential, stmt)
	for i := range len(sig) * 8 {
		bad := bytes.Clone(sig)
		bad[i/8] ^= 1 << (i % 8)
		if err := s.Public().Check(SigCredential, stmt, bad); !errors.Is(err, ErrBadSignature) {
			t.Fatalf("bit %d flipped: %v", i, err)
		}
	}
	for why, err := range map[string]error{
		"empty":    s.Public().Check(SigCredential, stmt, nil),
		"cut":      s.Public().Check(SigCredential, stmt, sig[:63]),
		"longer":   s.Public().Check(SigCredential, stmt, append(bytes.Clone(sig), 0)),
		"zero key": Verify{}.Check(SigCredential, stmt, sig),
	} {
		if !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if !(Verify{}).IsZero() || s.Public().IsZero() {
		t.Error("IsZero")
	}
}

// T20: hygiene at the door. The full list of edge cases runs in crypto/vectors.
func TestEd25519Hygiene(t *testing.T) {
	le := func(first byte, rest byte, last byte) []byte {
		b := bytes.Repeat([]byte{rest}, 32)
		b[0], b[31] = first, last
		return b
	}
	good := NewSigning().Public().Bytes()
	for why, c := range map[string]struct {
		b  []byte
		ok bool
	}{
		"a key":                  {good[:], true},
		"nil":                    {nil, false},
		"31 bytes":               {good[:31], false},
		"33 bytes":               {append(good[:], 0), false},
		"y = 0":                  {le(0, 0, 0), false},
		"y = 0, sign":            {le(0, 0, 0x80), false},
		"y = 1":                  {le(1, 0, 0), false},
		"y = 1, sign":            {le(1, 0, 0x80), false},
		"y = -1":                 {le(0xec, 0xff, 0x7f), false},
		"y = -1, sign":           {le(0xec, 0xff, 0xff), false},
		"y = p":                  {le(0xed, 0xff, 0x7f), false},
		"y = p, sign":            {le(0xed, 0xff, 0xff), false},
		"y = p + 1":              {le(0xee, 0xff, 0x7f), false},
		"y = 2^255 - 1":          {le(0xff, 0xff, 0x7f), false},
		"y = 2^255 - 1, sign":    {le(0xff, 0xff, 0xff), false},
		"order 8":                {smallOrder[2][:], false},
		"order 8, the other":     {smallOrder[3][:], false},
		"y = -2, below the edge": {le(0xeb, 0xff, 0x7f), true},
	} {
		if _, err := NewVerify(c.b); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrBadKey) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestTextRoundTrips(t *testing.T) {
	s, b := SigningFromSeed(marked), BoxFromSeed(marked)
	if got, err := ParseSigning(" " + s.Text() + "\n"); err != nil || got.Seed() != marked {
		t.Errorf("signing key: %v", err)
	}
	if got, err := ParseBox(b.Text()); err != nil || got.Seed() != marked {
		t.Errorf("box key: %v", err)
	}
	if got, err := ParseVerify(s.Public().Text()); err != nil || got != s.Public() {
		t.Errorf("public key: %v", err)
	}
	s1, s2, b1, b2 := NewSigning().Seed(), NewSigning().Seed(), NewBox().Seed(), NewBox().Seed()
	if s1 == s2 || b1 == b2 {
		t.Error("two new keys are the same")
	}
}

func TestTextRefusals(t *testing.T) {
	s, b := SigningFromSeed(marked), BoxFromSeed(marked)
	body := strings.TrimPrefix(s.Text(), signingPrefix)
	loose := body[:42] + string(body[42]+1) // bits beyond the last byte
	parsers := map[string]func(string) error{
		signingPrefix: func(s string) error { _, err := ParseSigning(s); return err },
		boxPrefix:     func(s string) error { _, err := ParseBox(s); return err },
		verifyPrefix:  func(s string) error { _, err := ParseVerify(s); return err },
	}
	for prefix, parse := range parsers {
		for _, text := range []string{"", prefix, body, prefix + body[:42], prefix + body + "A", prefix + body + "=",
			prefix + "*" + body[1:], prefix + loose, strings.ToUpper(prefix) + body, prefix + prefix + body} {
			err := parse(text)
			if !errors.Is(err, ErrBadKey) {
				t.Errorf("%s: %q: %v", prefix, text, err)
			} else if strings.Contains(err.Error(), body[:20]) {
				t.Errorf("%s: the error repeats the key: %v", prefix, err)
			}
		}
		for _, text := range []string{s.Text(), b.Text(), s.Public().Text()} {
			if own := strings.HasPrefix(text, prefix); own != (parse(text) == nil) {
				t.Errorf("%s reads %.20s…: %v", prefix, text, !own)
			}
		}
	}
	if _, err := ParseVerify(verifyPrefix + base64.RawURLEncoding.EncodeToString(make([]byte, 32))); !errors.Is(err, ErrBadKey) {
		t.Errorf("a public key of small order: %v", err)
	}
}
