package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// A secret shows in no print, wherever it lies.
func TestSecretsDoNotPrint(t *testing.T) {
	raw := [32]byte(bytes.Repeat([]byte{0xa7, 0x5b, 0xc3, 0x9e}, 8))
	s := SecretFrom(raw)
	type inside struct {
		S *Secret
		s Secret
		p *Secret
		d Device
	}
	in := inside{&s, s, &s, Device{Sign: key.SigningFromSeed(raw), Box: key.BoxFromSeed(raw), Session: key.SigningFromSeed(raw)}}
	all := []any{s, &s, in, &in, []any{s, in}, map[uint32]Secret{1: s}, []Secret{s}, Maker{Sign: in.d.Sign}, Recovery{in.d.Sign, in.d.Box}, in.d}
	var out strings.Builder
	for _, v := range all {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%b", "%c", "%o", "%U", "%t", "%e", "%p"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).Info("secret", "v", v)
		}
	}
	b := raw[:4]
	for _, spelling := range []string{fmt.Sprintf("%x", b), fmt.Sprintf("%X", b), fmt.Sprintf("% x", b), string(b), "167 91 195 158",
		"0xa7, 0x5b, 0xc3", base64.StdEncoding.EncodeToString(raw[:30]), base64.RawURLEncoding.EncodeToString(raw[:30])} {
		if strings.Contains(out.String(), spelling) {
			t.Errorf("%q printed", spelling)
		}
	}
	for _, v := range []any{s, &s, []Secret{s}, struct{ S Secret }{s}} {
		if j, err := json.Marshal(v); err == nil {
			t.Errorf("%T marshals to %s", v, j)
		}
	}
	if s.Bytes() != raw {
		t.Error("the secret is not what went in")
	}
}

// A rotation's maker could publish a key that only they can open.
func TestSecretFitsWhatWasPublished(t *testing.T) {
	s, other := NewSecret(), NewSecret()
	if err := s.Fits(s.Box().Public().Hash()); err != nil {
		t.Error(err)
	}
	if err := s.Fits(other.Box().Public().Hash()); !errors.Is(err, ErrPublished) {
		t.Error(err)
	}
}

// The caller's list of agencies is not reordered, and order does not matter.
func TestSafetyNumber(t *testing.T) {
	ids := []envelope.ID{{2}, {1}}
	a, b := envelope.Hash{1}, envelope.Hash{2}
	one := SafetyNumber(a, b, ids...)
	if ids[0] != (envelope.ID{2}) {
		t.Error("the caller's list was reordered")
	}
	if one != SafetyNumber(b, a, ids[1], ids[0]) || one == SafetyNumber(a, b, ids[0]) || one == SafetyNumber(a, a, ids...) {
		t.Error("safety number")
	}
	if len(one) != 12*5+11 || len(strings.Fields(one)) != 12 {
		t.Errorf("%q", one)
	}
}
