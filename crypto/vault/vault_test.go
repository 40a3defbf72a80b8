package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRecordRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		name := rapid.String().Draw(t, "name")
		version := rapid.Uint64().Draw(t, "version")
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed := Seal(k, name, version, plain)
		if len(sealed) != len(plain)+Overhead {
			t.Fatalf("%d bytes sealed to %d", len(plain), len(sealed))
		}
		got, err := Open(k, name, version, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("got %x, %v", got, err)
		}
		i := rapid.IntRange(0, len(sealed)*8-1).Draw(t, "bit")
		sealed[i/8] ^= 1 << (i % 8)
		if _, err := Open(k, name, version, sealed); err == nil {
			t.Fatalf("opens with bit %d flipped", i)
		}
	})
}

func TestRecordIsBoundToItsPlace(t *testing.T) {
	k := [32]byte{1}
	sealed := Seal(k, "device", 7, []byte("seed"))
	other := bytes.Clone(sealed)
	other[0] = 2
	for _, c := range []struct {
		why     string
		key     [32]byte
		name    string
		version uint64
		sealed  []byte
		want    error
	}{
		{"another key", [32]byte{2}, "device", 7, sealed, ErrRecord},
		{"another name", k, "devicf", 7, sealed, ErrRecord},
		{"an older version", k, "device", 6, sealed, ErrRecord},
		{"a newer version", k, "device", 8, sealed, ErrRecord},
		{"cut by one", k, "device", 7, sealed[:len(sealed)-1], ErrRecord},
		{"one more", k, "device", 7, append(bytes.Clone(sealed), 0), ErrRecord},
		{"too short", k, "device", 7, sealed[:Overhead-1], ErrFormat},
		{"empty", k, "device", 7, nil, ErrFormat},
		{"unknown format", k, "device", 7, other, ErrFormat},
	} {
		if _, err := Open(c.key, c.name, c.version, c.sealed); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	if bytes.Equal(sealed, Seal(k, "device", 7, []byte("seed"))) {
		t.Error("sealing twice gives the same bytes")
	}
}

func TestRecoveryCodeText(t *testing.T) {
	for range 200 {
		c := NewRecoveryCode()
		text := c.Text()
		if groups := strings.Split(text, "-"); len(groups) != 9 || len(text) != 8*5+2 {
			t.Fatalf("form of %q", text)
		}
		lower := strings.ToLower(strings.ReplaceAll(text, "-", "  "))
		vague := strings.NewReplacer("0", "o", "1", "l", "-", "–").Replace(text)
		for _, typed := range []string{text, lower, vague, strings.ReplaceAll(text, "1", "I"), "\t" + text + "\n"} {
			got, err := ParseRecoveryCode(typed)
			if err != nil || got.bits() != c.bits() {
				t.Fatalf("%q from %q: %v", typed, text, err)
			}
		}
	}
}

func TestCodeRefusals(t *testing.T) {
	text := NewRecoveryCode().Text()
	swap := func(at int, with string) string { return text[:at] + with + text[at+1:] }
	for _, c := range []struct {
		why, text string
		want      error
	}{
		{"empty", "", ErrCodeLength},
		{"cut", text[:len(text)-1], ErrCodeLength},
		{"longer", text + "0", ErrCodeLength},
		{"endless", strings.Repeat("0", 1<<16), ErrCodeLength},
		{"a U", swap(3, "U"), ErrCodeCharacter},
		{"a star", swap(3, "*"), ErrCodeCharacter},
		{"not ASCII", swap(3, "é"), ErrCodeCharacter},
		{"broken UTF-8", swap(3, "\xff"), ErrCodeCharacter},
		{"an invitation", NewInviteCode().Text(), ErrCodeLength},
	} {
		if _, err := ParseRecoveryCode(c.text); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	// Ten check bits let one mistake in 1024 through; out of 400 many must not pass.
	passed := 0
	for range 400 {
		good := NewRecoveryCode().Text()
		i := strings.IndexByte(alphabet, good[0])
		_, err := ParseRecoveryCode(string(alphabet[(i+1)%32]) + good[1:])
		if err == nil {
			passed++
		} else if !errors.Is(err, ErrCodeChecksum) {
			t.Fatal(err)
		}
	}
	if passed > 8 {
		t.Errorf("%d of 400 mistyped codes passed", passed)
	}
}

// The derivations are frozen: a code on paper must open the account years on.
func TestCodesKnownAnswer(t *testing.T) {
	var b [recoveryBytes]byte
	for i := range b {
		b[i] = byte(i)
	}
	rec, inv := recoveryCode(b), inviteCode([inviteBytes]byte(b[:]))
	sign, box := rec.Keys()
	pub := sign.Public().Bytes()
	mac, loc, m := inv.MACKey(), inv.Locator(), inv.MAC([]byte("genesis"))
	got := fmt.Sprintf("%s %s %x %x %x %x %x", rec.Text(), inv.Text(), pub[:8], box.Public().Hash(), mac[:8], loc[:8], m[:8])
	const want = "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-WY 000G-40R4-0M30-E2093 6c88312c21ee0192 " +
		"a2178bcac7e706ec0e811037550354216bb9ed8f7bac9817f63c0d4c4e4bc09e 044ea37d2be487ed cdb4778339ac7377 269af7e23a08210d"
	if got != want {
		t.Errorf("derivations changed:\n got %s\nwant %s", got, want)
	}
	if mac == loc {
		t.Error("locator and MAC key are the same")
	}
}

func TestInviteCodeText(t *testing.T) {
	for range 200 {
		c := NewInviteCode()
		text := c.Text()
		if len(text) != 4*4+3+1 {
			t.Fatalf("form of %q", text)
		}
		got, err := ParseInviteCode(strings.ToLower(strings.ReplaceAll(text, "-", " ")))
		if err != nil || got.bits() != c.bits() || got.MAC([]byte("x")) != c.MAC([]byte("x")) {
			t.Fatalf("%q: %v", text, err)
		}
		if c.MAC([]byte("x")) == c.MAC([]byte("y")) || c.MAC(nil) == NewInviteCode().MAC(nil) {
			t.Fatal("MAC does not depend on what it covers or on the code")
		}
	}
}

func TestCodesDoNotPrint(t *testing.T) {
	rec, inv := NewRecoveryCode(), NewInviteCode()
	r, i := rec.bits(), inv.bits()
	secrets := []string{rec.Text()[:9], inv.Text()[:9], strings.Trim(fmt.Sprint(r[:4]), "[]"), fmt.Sprintf("%x", i[:4]), fmt.Sprintf("%x", r[:4])}
	type inside struct {
		rec RecoveryCode
		Inv InviteCode
	}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%c", "%o", "%U", "%t"} {
		fmt.Fprintf(&out, verb, rec)
		fmt.Fprintf(&out, verb, &rec)
		fmt.Fprintf(&out, verb, inv)
		fmt.Fprintf(&out, verb, inside{rec, inv})
		fmt.Fprintf(&out, verb, []any{rec, inv})
	}
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info("codes", "rec", rec, "inv", inv, "ptr", &rec, "in", inside{rec, inv})
	for _, v := range []any{rec, inv, inside{rec, inv}} {
		if b, err := json.Marshal(v); err == nil {
			t.Errorf("marshals: %s", b)
		}
	}
	for _, s := range secrets {
		if strings.Contains(out.String(), s) {
			t.Errorf("%q printed", s)
		}
	}
}

func FuzzParseRecoveryCode(f *testing.F) {
	f.Add(recoveryCode([recoveryBytes]byte{}).Text())
	f.Add("O0Il- –")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseRecoveryCode(text)
		if err != nil {
			return
		}
		again, err := ParseRecoveryCode(c.Text())
		if err != nil || again.bits() != c.bits() {
			t.Fatalf("%q reads as %q, which reads as something else", text, c.Text())
		}
	})
}

func FuzzParseInviteCode(f *testing.F) {
	f.Add(inviteCode([inviteBytes]byte{}).Text())
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseInviteCode(text)
		if err != nil {
			return
		}
		again, err := ParseInviteCode(c.Text())
		if err != nil || again.bits() != c.bits() {
			t.Fatalf("%q reads as %q, which reads as something else", text, c.Text())
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add(Seal([32]byte{1}, "n", 1, []byte("p")))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if _, err := Open([32]byte{9}, "n", 1, sealed); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrRecord) {
			t.Fatal(err)
		}
	})
}
