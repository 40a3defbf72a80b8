package vectors

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/fips140"
	"crypto/hkdf"
	"crypto/mlkem"
	"crypto/mlkem/mlkemtest"
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"testing"

	"arcline/crypto/key"

	"github.com/c2sp/wycheproof"
)

// group is the union of the fields that these files use.
type group struct {
	PublicKey struct {
		PK hexBytes `json:"pk"`
	} `json:"publicKey"`
	IVSize  int `json:"ivSize"`
	KeySize int `json:"keySize"`
	TagSize int `json:"tagSize"`
	Tests   []struct {
		ID      int      `json:"tcId"`
		Comment string   `json:"comment"`
		Result  string   `json:"result"`
		Flags   []string `json:"flags"`
		Msg     hexBytes `json:"msg"`
		Sig     hexBytes `json:"sig"`
		Key     hexBytes `json:"key"`
		IV      hexBytes `json:"iv"`
		AAD     hexBytes `json:"aad"`
		CT      hexBytes `json:"ct"`
		Tag     hexBytes `json:"tag"`
		Public  hexBytes `json:"public"`
		Private hexBytes `json:"private"`
		Shared  hexBytes `json:"shared"`
		IKM     hexBytes `json:"ikm"`
		Salt    hexBytes `json:"salt"`
		Info    hexBytes `json:"info"`
		OKM     hexBytes `json:"okm"`
		Size    int      `json:"size"`
		Seed    hexBytes `json:"seed"`
		EK      hexBytes `json:"ek"`
		C       hexBytes `json:"c"`
		K       hexBytes `json:"K"`
		M       hexBytes `json:"m"`
	} `json:"tests"`
}

// wyche reads a file and demands at least n cases that use keeps.
func wyche(t *testing.T, name string, n int, use func(group) bool) []group {
	t.Helper()
	b, err := fs.ReadFile(wycheproof.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []group `json:"testGroups"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	var out []group
	count := 0
	for _, g := range file.Groups {
		if use(g) {
			out, count = append(out, g), count+len(g.Tests)
		}
	}
	if count < n {
		t.Fatalf("%s has %d cases to use, at least %d belong there", name, count, n)
	}
	return out
}

func all(group) bool { return true }

func TestWycheproofEd25519(t *testing.T) {
	for _, g := range wyche(t, "ed25519_test.json", 150, all) {
		k, err := key.NewVerify(g.PublicKey.PK)
		if err != nil {
			t.Fatalf("key refused: %v", err)
		}
		b := k.Bytes()
		for _, c := range g.Tests {
			if got := ed25519.Verify(b[:], c.Msg, c.Sig); got != (c.Result == "valid") {
				t.Errorf("case %d (%s): verified: %v", c.ID, c.Comment, got)
			}
		}
	}
}

func TestWycheproofAESGCM(t *testing.T) {
	ours := func(g group) bool { return g.KeySize == 256 && g.IVSize == 96 && g.TagSize == 128 }
	for _, g := range wyche(t, "aes_gcm_test.json", 60, ours) {
		for _, c := range g.Tests {
			// Opening takes the nonce as it comes, in every FIPS mode.
			sealed := bytes.Join([][]byte{c.IV, c.CT, c.Tag}, nil)
			plain, err := key.GCMOpen(c.Key, c.AAD, sealed)
			if got := err == nil && bytes.Equal(plain, c.Msg); got != (c.Result == "valid") {
				t.Errorf("case %d (%s): opened: %v", c.ID, c.Comment, got)
			}
		}
	}
	t.Run("seal", func(t *testing.T) {
		if fips140.Enforced() {
			t.Skip("sealing under a chosen nonce (cipher.NewGCM) is refused in FIPS-only mode")
		}
		for _, g := range wyche(t, "aes_gcm_test.json", 60, ours) {
			for _, c := range g.Tests {
				block, err := aes.NewCipher(c.Key)
				if err != nil {
					t.Fatal(err)
				}
				gcm, err := cipher.NewGCM(block)
				if err != nil {
					t.Fatal(err)
				}
				got := gcm.Seal(nil, c.IV, c.Msg, c.AAD)
				if same := bytes.Equal(got, append(bytes.Clone(c.CT), c.Tag...)); same != (c.Result == "valid") {
					t.Errorf("case %d (%s): sealed the same: %v", c.ID, c.Comment, same)
				}
			}
		}
	})
}

// X25519 is used only inside X-Wing. Go refuses an all-zero shared secret (RFC
// 7748 section 6.1), which these vectors call acceptable.
func TestWycheproofX25519(t *testing.T) {
	if fips140.Enforced() {
		t.Skip("X25519 by itself is refused in FIPS-only mode; X-Wing is not")
	}
	refused := 0
	for _, g := range wyche(t, "x25519_test.json", 518, all) {
		for _, c := range g.Tests {
			pub, err := ecdh.X25519().NewPublicKey(c.Public)
			if err != nil {
				t.Fatal(err)
			}
			priv, err := ecdh.X25519().NewPrivateKey(c.Private)
			if err != nil {
				t.Fatal(err)
			}
			got, err := priv.ECDH(pub)
			switch zero := bytes.Equal(c.Shared, make([]byte, 32)); {
			case zero != (err != nil):
				t.Errorf("case %d (%s): %v", c.ID, c.Comment, err)
			case zero:
				refused++
			case !bytes.Equal(got, c.Shared):
				t.Errorf("case %d (%s): another secret", c.ID, c.Comment)
			}
		}
	}
	if refused < 20 {
		t.Errorf("only %d all-zero secrets seen", refused)
	}
}

func TestWycheproofHKDF(t *testing.T) {
	for _, g := range wyche(t, "hkdf_sha256_test.json", 80, all) {
		for _, c := range g.Tests {
			if fips140.Enforced() && len(c.IKM) < 112/8 {
				continue // inputs below 112 bits are refused in FIPS-only mode, rightly
			}
			got, err := hkdf.Key(sha256.New, c.IKM, c.Salt, string(c.Info), c.Size)
			if ok := err == nil && bytes.Equal(got, c.OKM); ok != (c.Result == "valid") {
				t.Errorf("case %d (%s): %v", c.ID, c.Comment, err)
			}
		}
	}
}

func TestWycheproofMLKEM(t *testing.T) {
	for _, g := range wyche(t, "mlkem_768_test.json", 200, all) {
		for _, c := range g.Tests {
			ok := false
			if dk, err := mlkem.NewDecapsulationKey768(c.Seed); err == nil {
				k, err := dk.Decapsulate(c.C)
				ok = err == nil && bytes.Equal(k, c.K) &&
					(len(c.EK) == 0 || bytes.Equal(dk.EncapsulationKey().Bytes(), c.EK))
			}
			if ok != (c.Result == "valid") {
				t.Errorf("case %d (%s): %v", c.ID, c.Comment, ok)
			}
		}
	}
}

// The import check of FIPS 203 section 7.2 decides which public keys there are;
// an X-Wing key with a refused ML-KEM half must be refused as a whole.
func TestWycheproofMLKEMEncaps(t *testing.T) {
	share := key.BoxFromSeed([32]byte{1}).Public().Bytes()[1184:]
	refused := 0
	for _, g := range wyche(t, "mlkem_768_encaps_test.json", 260, all) {
		for _, c := range g.Tests {
			valid := c.Result == "valid"
			ek, err := mlkem.NewEncapsulationKey768(c.EK)
			if (err == nil) != valid {
				t.Errorf("case %d (%s): %v", c.ID, c.Comment, err)
			}
			if _, err := key.NewBoxPublic(append(bytes.Clone(c.EK), share...)); (err == nil) != valid {
				t.Errorf("case %d (%s): as half of an X-Wing key: %v", c.ID, c.Comment, err)
			}
			if !valid {
				refused++
				continue
			}
			if fips140.Enforced() {
				continue // encapsulating under chosen randomness is a test's privilege
			}
			k, ct, err := mlkemtest.Encapsulate768(ek, c.M)
			if err != nil || !bytes.Equal(k, c.K) || !bytes.Equal(ct, c.C) {
				t.Errorf("case %d (%s): encapsulates to something else: %v", c.ID, c.Comment, err)
			}
		}
	}
	if refused < 100 {
		t.Errorf("only %d keys refused", refused)
	}
}
