package envelope

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEncDecLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.StringN(0, -1, 255).Draw(t, "label")
		parts := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 40), 0, 20).Draw(t, "parts")
		b := Enc(label, parts...)
		got, err := Dec(label, b)
		if err != nil || len(got) != len(parts) {
			t.Fatalf("%d parts, %v", len(got), err)
		}
		for i := range parts {
			if !bytes.Equal(got[i], parts[i]) {
				t.Fatalf("part %d", i)
			}
		}
		if l, err := Label(b); l != label || err != nil {
			t.Fatalf("label %q, %v", l, err)
		}
		if _, err := Dec(label+"x", b); !errors.Is(err, ErrMalformed) {
			t.Fatalf("another label: %v", err)
		}
		// A cut either is refused or falls between two parts.
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		if some, err := Dec(label, b[:cut]); err == nil && !bytes.Equal(Enc(label, some...), b[:cut]) {
			t.Fatalf("cut to %d", cut)
		}
	})
}

// The encoding itself, spelled out once.
func TestEncKnownAnswer(t *testing.T) {
	got := Enc("ab", []byte{1}, nil, U32(0x01020304), U64(5))
	want := []byte{0, 2, 'a', 'b', 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5}
	if !bytes.Equal(got, want) {
		t.Errorf("%x", got)
	}
}

func TestDecRefusals(t *testing.T) {
	many := Enc("l")
	for range MaxParts + 1 {
		many = append(many, 0, 0, 0, 0)
	}
	long := binary.BigEndian.AppendUint32(Enc("l"), MaxPart+1)
	for why, b := range map[string][]byte{
		"part length cut off":            append(Enc("l"), 0, 0, 0),
		"part longer than the statement": append(Enc("l"), 0, 0, 0, 2, 9),
		"too many parts":                 many,
		"label cut off":                  {0},
		"label longer":                   {0, 3, 'l'},
		"longer than the statement":      append(long, make([]byte, MaxPart+1)...),
	} {
		if _, err := Dec("l", b); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := Label(append([]byte{1, 0}, make([]byte, 256)...)); !errors.Is(err, ErrMalformed) {
		t.Errorf("label of 256 bytes: %v", err)
	}
	if p, err := Dec("l", many[:len(many)-4]); err != nil || len(p) != MaxParts {
		t.Errorf("%d parts: %v", MaxParts, err)
	}
	for why, f := range map[string]func(){
		"long label": func() { Enc(strings.Repeat("x", 256)) },
		"long part":  func() { Enc("l", make([]byte, MaxPart+1)) },
		"many parts": func() { Enc("l", make([][]byte, MaxParts+1)...) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Enc takes a %s", why)
				}
			}()
			f()
		}()
	}
}

// T13: no statement can be read as one of another kind, and each reads back as
// it was written, whole or not at all.
func TestStatementsAreNotConfused(t *testing.T) {
	all := families()
	for _, f := range all {
		for i, b := range f.samples {
			if got, err := f.decode(b); err != nil || !bytes.Equal(got, b) {
				t.Errorf("%s %d: comes back different, %v", f.name, i, err)
			}
			for _, other := range all {
				if _, err := other.decode(b); other.name != f.name && !errors.Is(err, ErrMalformed) {
					t.Errorf("%s %d read as %s: %v", f.name, i, other.name, err)
				}
			}
			for n := range b {
				if got, err := f.decode(b[:n]); err == nil && !bytes.Equal(got, b[:n]) {
					t.Errorf("%s %d cut to %d reads as something else", f.name, i, n)
				} else if err != nil && !errors.Is(err, ErrMalformed) {
					t.Errorf("%s %d cut to %d: %v", f.name, i, n, err)
				}
			}
			if _, err := f.decode(append(bytes.Clone(b), 0, 0, 0, 0)); !errors.Is(err, ErrMalformed) {
				t.Errorf("%s %d with a part more: %v", f.name, i, err)
			}
		}
	}
}

// Labels of link and entry types differ from each other too.
func TestTypesAreNotConfused(t *testing.T) {
	seen := map[string]string{}
	for _, f := range families() {
		for _, b := range f.samples {
			l, err := Label(b)
			if err != nil {
				t.Fatal(err)
			}
			if other, ok := seen[l]; ok && other != f.name {
				t.Errorf("%s and %s share the label %q", f.name, other, l)
			}
			seen[l] = f.name
		}
	}
	if want := 18 + 9 + 24; len(seen) < want {
		t.Errorf("%d labels, at least %d belong there", len(seen), want)
	}
}

func TestPadding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "bytes")
		p := Pad(b)
		got, err := Unpad(p)
		if err != nil || !bytes.Equal(got, b) {
			t.Fatalf("%v", err)
		}
		if n := len(b) + 4; len(p) < MinPadded || n >= MinPadded && float64(len(p)-n) > 0.12*float64(n) {
			t.Fatalf("%d bytes padded to %d", n, len(p))
		}
		i := rapid.IntRange(4+len(b), max(4+len(b), len(p)-1)).Draw(t, "at")
		if i < len(p) {
			p[i] = 1
			if _, err := Unpad(p); !errors.Is(err, ErrMalformed) {
				t.Fatalf("padding not zero: %v", err)
			}
		}
	})
	for n := range 509 { // T19
		if len(Pad(make([]byte, n))) != MinPadded {
			t.Fatalf("%d bytes can be told from none", n)
		}
	}
	for why, b := range map[string][]byte{
		"nil": nil, "short": make([]byte, 511), "not a Padmé size": make([]byte, 513),
		"too much": make([]byte, 1024), "length beyond": append([]byte{0, 0, 2, 0}, make([]byte, 508)...),
		"length huge": append([]byte{255, 255, 255, 255}, make([]byte, 508)...),
	} {
		if _, err := Unpad(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestPadme(t *testing.T) {
	// Values worked out from the definition: 2^e keeps the top bits that the
	// length of e needs.
	for n, want := range map[uint64]uint64{0: 0, 1: 1, 2: 2, 8: 8, 9: 10, 512: 512, 513: 544, 1000: 1024, 65535: 65536, 65537: 67584, 1 << 36: 1 << 36} {
		if got := Padme(n); got != want {
			t.Errorf("Padme(%d) = %d, not %d", n, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, 1<<50).Draw(t, "n")
		p := Padme(n)
		if p < n || Padme(p) != p || p > n && float64(p-n) > 0.12*float64(n) {
			t.Fatalf("Padme(%d) = %d", n, p)
		}
	})
}
