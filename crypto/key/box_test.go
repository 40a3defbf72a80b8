package key

import (
	"bytes"
	"errors"
	"testing"

	"arcline/crypto/envelope"

	"pgregory.net/rapid"
)

func TestBoxRoundTrip(t *testing.T) {
	b, other := NewBox(), NewBox()
	rapid.Check(t, func(t *rapid.T) {
		info := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "info")
		secret := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "secret")
		box, err := b.Public().Seal(info, secret)
		if err != nil || len(box) != envelope.BoxLen {
			t.Fatalf("%d bytes, %v", len(box), err)
		}
		if got, err := b.Open(info, box); err != nil || !bytes.Equal(got, secret) {
			t.Fatalf("%x, %v", got, err)
		}
		if _, err := b.Open(append(info, 0), box); !errors.Is(err, ErrNotOpened) {
			t.Fatalf("another info: %v", err)
		}
		if _, err := other.Open(info, box); !errors.Is(err, ErrNotOpened) {
			t.Fatalf("another key: %v", err)
		}
		i := rapid.IntRange(0, len(box)*8-1).Draw(t, "bit")
		box[i/8] ^= 1 << (i % 8)
		got, err := b.Open(info, box)
		// X25519 ignores the top bit of its share (RFC 7748 section 5), but the
		// X-Wing combiner hashes the share, so even that bit counts.
		if !errors.Is(err, ErrNotOpened) || got != nil {
			t.Fatalf("bit %d flipped: %v", i, err)
		}
	})
}

func TestBoxRefusals(t *testing.T) {
	b := NewBox()
	box, err := b.Public().Seal(nil, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	zeroShare := bytes.Clone(box)
	clear(zeroShare[1088:1120])
	for why, bad := range map[string][]byte{
		"nil": nil, "cut": box[:len(box)-1], "longer": append(bytes.Clone(box), 0), "zero X25519 share": zeroShare,
	} {
		if _, err := b.Open(nil, bad); !errors.Is(err, ErrNotOpened) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := b.Open(make([]byte, maxInfo+1), box); !errors.Is(err, ErrNotOpened) {
		t.Errorf("open with a long info: %v", err)
	}
	for why, err := range map[string]error{
		"31 bytes":  second(b.Public().Seal(nil, make([]byte, 31))),
		"33 bytes":  second(b.Public().Seal(nil, make([]byte, 33))),
		"long info": second(b.Public().Seal(make([]byte, maxInfo+1), make([]byte, 32))),
		"no key":    second(BoxPublic{}.Seal(nil, make([]byte, 32))),
	} {
		if !errors.Is(err, ErrBadKey) {
			t.Errorf("seal with %s: %v", why, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestXWingHygiene(t *testing.T) {
	good := BoxFromSeed(marked).Public().Bytes()
	change := func(f func([]byte)) []byte { b := bytes.Clone(good); f(b); return b }
	for why, c := range map[string]struct {
		b  []byte
		ok bool
	}{
		"a key":  {good, true},
		"nil":    {nil, false},
		"cut":    {good[:1215], false},
		"longer": {append(bytes.Clone(good), 0), false},
		// FIPS 203 section 7.2: the first coefficient as q and as 4095.
		"coefficient q":    {change(func(b []byte) { b[0], b[1] = 0x01, b[1]&0xf0|0x0d }), false},
		"coefficient 4095": {change(func(b []byte) { b[0], b[1] = 0xff, b[1]|0x0f }), false},
		"coefficient q-1":  {change(func(b []byte) { b[0], b[1] = 0x00, b[1]&0xf0|0x0d }), true},
		"all ones":         {bytes.Repeat([]byte{0xff}, 1216), false},
		"zero X25519":      {change(func(b []byte) { clear(b[1184:]) }), false},
	} {
		if p, err := NewBoxPublic(c.b); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrBadKey) || p.IsZero() == c.ok {
			t.Errorf("%s: %v", why, err)
		}
	}
	p, err := NewBoxPublic(good)
	if err != nil || p.Hash() != envelope.Sum(good) {
		t.Errorf("hash: %v", err)
	}
	taken := bytes.Clone(good)
	if p, err = NewBoxPublic(taken); err != nil {
		t.Fatal(err)
	}
	taken[0] ^= 1
	if !bytes.Equal(p.Bytes(), good) {
		t.Error("a public key changes with the bytes it was read from")
	}
}

func TestGCM(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key")
		aad := rapid.SliceOf(rapid.Byte()).Draw(t, "aad")
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed := GCMSeal(k, aad, plain)
		if len(sealed) != len(plain)+GCMOverhead {
			t.Fatalf("%d bytes sealed to %d", len(plain), len(sealed))
		}
		if got, err := GCMOpen(k, aad, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%x, %v", got, err)
		}
		if _, err := GCMOpen(k, append(aad, 0), sealed); !errors.Is(err, ErrNotOpened) {
			t.Fatalf("another AAD: %v", err)
		}
		n := rapid.IntRange(0, len(sealed)-1).Draw(t, "cut")
		if _, err := GCMOpen(k, aad, sealed[:n]); !errors.Is(err, ErrNotOpened) {
			t.Fatalf("cut to %d: %v", n, err)
		}
		i := rapid.IntRange(0, len(sealed)*8-1).Draw(t, "bit")
		sealed[i/8] ^= 1 << (i % 8)
		if _, err := GCMOpen(k, aad, sealed); !errors.Is(err, ErrNotOpened) {
			t.Fatalf("bit %d flipped: %v", i, err)
		}
	})
}

func TestEqual(t *testing.T) {
	if !Equal([]byte{1, 2}, []byte{1, 2}) || Equal([]byte{1, 2}, []byte{1, 3}) || Equal([]byte{1}, []byte{1, 2}) {
		t.Error("Equal")
	}
}
