// Package vectors holds the test vectors that tie the Go and the TypeScript
// implementations to each other and both to the published standards. This file
// runs the published ones against the primitives as arcline uses them.
package vectors

import (
	"bytes"
	"crypto/ed25519"
	"crypto/fips140"
	"crypto/hpke"
	"embed"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"

	"arcline/crypto/key"
)

//go:embed testdata/official
var official embed.FS

// hexBytes reads a hexadecimal JSON string.
type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	var err error
	*h, err = hex.DecodeString(s)
	return err
}

// load reads a file of vectors and demands that there are at least n, so that
// an empty or renamed file cannot pass.
func load[T any](t *testing.T, name string, n int) []T {
	t.Helper()
	b, err := official.ReadFile("testdata/official/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var v []T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v) < n {
		t.Fatalf("%s has %d vectors, at least %d belong there", name, len(v), n)
	}
	return v
}

type hpkeVector struct {
	KEM         uint16   `json:"kem_id"`
	KDF         uint16   `json:"kdf_id"`
	AEAD        uint16   `json:"aead_id"`
	Info        hexBytes `json:"info"`
	IKM         hexBytes `json:"ikmR"`
	SK          hexBytes `json:"skRm"`
	PK          hexBytes `json:"pkRm"`
	Enc         hexBytes `json:"enc"`
	Encryptions []struct {
		AAD hexBytes `json:"aad"`
		CT  hexBytes `json:"ct"`
		PT  hexBytes `json:"pt"`
	} `json:"encryptions"`
	Exports []struct {
		Context hexBytes `json:"exporter_context"`
		L       int      `json:"L"`
		Value   hexBytes `json:"exported_value"`
	} `json:"exports"`
}

// The KEM of every box, in the vectors of draft-ietf-hpke-pq. Their AEAD is
// ChaCha20-Poly1305; the KEM and the key schedule are what they prove.
func TestHPKEXWing(t *testing.T) {
	for _, v := range load[hpkeVector](t, "hpke-pq-xwing.json", 2) {
		kem, err := hpke.NewKEM(v.KEM)
		if err != nil || v.KEM != hpke.MLKEM768X25519().ID() {
			t.Fatalf("KEM %#x: %v", v.KEM, err)
		}
		derived, err := kem.DeriveKeyPair(v.IKM)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(derived.PublicKey().Bytes(), v.PK) {
			t.Errorf("KDF %d: DeriveKeyPair gives another public key", v.KDF)
		}
		box := key.BoxFromSeed([32]byte(v.SK))
		if !bytes.Equal(box.Public().Bytes(), v.PK) {
			t.Errorf("KDF %d: the seed gives another public key", v.KDF)
		}
		if _, err := key.NewBoxPublic(v.PK); err != nil {
			t.Errorf("KDF %d: public key refused: %v", v.KDF, err)
		}
		t.Run("open", func(t *testing.T) { openHPKE(t, kem, v) })
	}
}

func openHPKE(t *testing.T, kem hpke.KEM, v hpkeVector) {
	if fips140.Enforced() {
		t.Skip("the vectors' AEAD, ChaCha20-Poly1305, is refused in FIPS-only mode")
	}
	kdf, err := hpke.NewKDF(v.KDF)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := hpke.NewAEAD(v.AEAD)
	if err != nil {
		t.Fatal(err)
	}
	sk, err := kem.NewPrivateKey(v.SK)
	if err != nil {
		t.Fatal(err)
	}
	r, err := hpke.NewRecipient(v.Enc, sk, kdf, aead, v.Info)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Encryptions) < 10 || len(v.Exports) < 3 {
		t.Fatalf("%d encryptions, %d exports", len(v.Encryptions), len(v.Exports))
	}
	for i, e := range v.Encryptions {
		if pt, err := r.Open(e.AAD, e.CT); err != nil || !bytes.Equal(pt, e.PT) {
			t.Fatalf("encryption %d: %v", i, err)
		}
	}
	for i, e := range v.Exports {
		if got, err := r.Export(string(e.Context), e.L); err != nil || !bytes.Equal(got, e.Value) {
			t.Errorf("export %d: %v", i, err)
		}
	}
}

func TestXWingSeedToPublicKey(t *testing.T) {
	type vector struct {
		SK hexBytes `json:"sk"`
		PK hexBytes `json:"pk"`
	}
	for i, v := range load[vector](t, "xwing.json", 3) {
		if got := key.BoxFromSeed([32]byte(v.SK)).Public().Bytes(); !bytes.Equal(got, v.PK) {
			t.Errorf("vector %d: another public key", i)
		}
	}
}

// T20. The CCTV vectors mark every edge case of the points A (the key) and R (in
// the signature). Keys that are of small order or not canonical must be
// refused. Under the keys that remain, the verdict must be that of the "ref10"
// reference, which Go and OpenSSL share and the vectors' README states: refuse a
// non-canonical R (R is compared as bytes) and a low-order residue (the
// equation has no cofactor), accept everything else. TypeScript runs the same
// file, so a signature cannot count on one side only.
func TestEd25519EdgeCases(t *testing.T) {
	type vector struct {
		Number int      `json:"number"`
		Key    hexBytes `json:"key"`
		Sig    hexBytes `json:"sig"`
		Msg    string   `json:"msg"`
		Flags  []string `json:"flags"`
	}
	refused, accepted, valid := 0, 0, 0
	for _, v := range load[vector](t, "ed25519-cctv.json", 914) {
		has := func(flag string) bool { return slices.Contains(v.Flags, flag) }
		k, err := key.NewVerify(v.Key)
		if bad := has("low_order_A") || has("non_canonical_A"); bad != (err != nil) {
			t.Errorf("vector %d %v: key refused: %v", v.Number, v.Flags, err)
		}
		if err != nil {
			refused++
			continue
		}
		accepted++
		b := k.Bytes()
		want := !has("non_canonical_R") && !has("low_order_residue")
		if got := ed25519.Verify(b[:], []byte(v.Msg), v.Sig); got != want {
			t.Errorf("vector %d %v: verified: %v", v.Number, v.Flags, got)
		}
		if want {
			valid++
		}
	}
	if refused < 500 || accepted < 300 || valid < 80 {
		t.Errorf("%d keys refused, %d accepted, %d valid signatures: too few to mean anything", refused, accepted, valid)
	}
}
