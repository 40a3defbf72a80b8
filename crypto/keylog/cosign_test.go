package keylog

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"arcline/crypto/envelope"
)

// The form of C2SP tlog-cosignature, byte by byte.
func TestCosignature(t *testing.T) {
	log, w := newParty(t, origin, 1), newWitnessParty(t, "w1.example", 2, 1679315147)
	msg, err := SignCheckpoint(origin, 42, envelope.Hash{7}, log)
	if err != nil {
		t.Fatal(err)
	}
	v := Verifier{log.vkey, []string{w.vkey}, 1}
	line, err := v.Cosignature(msg, w)
	if err != nil {
		t.Fatal(err)
	}
	b64, ok := strings.CutPrefix(strings.TrimSuffix(string(line), "\n"), "— w1.example ")
	raw, err := base64.StdEncoding.DecodeString(b64)
	if !ok || err != nil || len(raw) != 4+8+64 || !bytes.Equal(raw[4:12], envelope.U64(1679315147)) {
		t.Fatalf("%q: %v", line, err)
	}
	_, _, pub, err := splitKey(w.vkey)
	if err != nil {
		t.Fatal(err)
	}
	id := envelope.Sum(slices.Concat([]byte("w1.example\n"), []byte{4}, pub))
	if !bytes.Equal(raw[:4], id[:4]) {
		t.Errorf("key id %x, not %x", raw[:4], id[:4])
	}
	signed := append(slices.Clone(msg), line...)
	c, times, err := v.OpenTimed(signed)
	if err != nil || c.Size != 42 || !slices.Equal(times, []uint64{1679315147}) {
		t.Errorf("%+v %v %v", c, times, err)
	}
	// Another time under the same signature, and the signature of another text.
	late := slices.Clone(raw)
	late[11]++
	forgedLine := "— w1.example " + base64.StdEncoding.EncodeToString(late) + "\n"
	if _, err := v.Open(append(slices.Clone(msg), forgedLine...)); !errors.Is(err, ErrLogSignature) {
		t.Errorf("a time that was not signed: %v", err)
	}
	other, err := SignCheckpoint(origin, 43, envelope.Hash{7}, log)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Open(append(other, line...)); !errors.Is(err, ErrLogSignature) {
		t.Errorf("another checkpoint: %v", err)
	}
}

func TestCosignerRefusals(t *testing.T) {
	skey, vkey, err := NewCosignerKey(bytes.NewReader(make([]byte, 32)), "w.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckWitness(vkey); err != nil {
		t.Error(err)
	}
	log := newParty(t, origin, 1)
	for why, text := range map[string]string{
		"public": vkey, "empty": "", "another name": strings.Replace(skey, "w.example", "x.example", 1), "short": skey[:len(skey)-4],
		"upper-case id": strings.ToUpper(skey),
	} {
		if _, err := ReadCosigner(text); !errors.Is(err, ErrVerifier) {
			t.Errorf("private, %s: %v", why, err)
		}
	}
	for why, text := range map[string]string{"private": skey, "a plain key": log.vkey, "empty": "", "a blank": vkey + " "} {
		if err := CheckWitness(text); !errors.Is(err, ErrVerifier) {
			t.Errorf("public, %s: %v", why, err)
		}
	}
	for _, name := range []string{"", "two words", "a+b", "\xff"} {
		if _, _, err := NewCosignerKey(bytes.NewReader(make([]byte, 32)), name); !errors.Is(err, ErrVerifier) {
			t.Errorf("a witness named %q: %v", name, err)
		}
	}
	if _, _, err := NewCosignerKey(bytes.NewReader(nil), "n"); err == nil {
		t.Error("a key without randomness")
	}
}
