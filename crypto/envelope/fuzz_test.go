package envelope

import (
	"bytes"
	"testing"
)

// Every target holds the re-encode law: what decodes encodes to the same bytes,
// so one meaning has one spelling and a signature covers all of it.

func FuzzDec(f *testing.F) {
	f.Add(Enc("l", []byte("a"), nil))
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		label, err := Label(b)
		if err != nil {
			return
		}
		if parts, err := Dec(label, b); err == nil && !bytes.Equal(Enc(label, parts...), b) {
			t.Fatal("encodes to other bytes")
		}
	})
}

func fuzzFamily(f *testing.F, names ...string) {
	var use []family
	for _, fam := range families() {
		for _, n := range names {
			if fam.name == n || n == "*" {
				use = append(use, fam)
				for _, b := range fam.samples {
					f.Add(b)
				}
			}
		}
	}
	if len(use) < len(names) {
		f.Fatal("no such family")
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		read := 0
		for _, fam := range use {
			got, err := fam.decode(b)
			if err != nil {
				continue
			}
			read++
			if !bytes.Equal(got, b) {
				t.Fatalf("%s encodes to other bytes", fam.name)
			}
		}
		if read > 1 {
			t.Fatal("reads as two kinds of statement")
		}
	})
}

func FuzzLink(f *testing.F)       { fuzzFamily(f, "link") }
func FuzzHead(f *testing.F)       { fuzzFamily(f, "head") }
func FuzzKeys(f *testing.F)       { fuzzFamily(f, "keys/puk", "keys/line", "keys/lead", "keys/epoch") }
func FuzzCredential(f *testing.F) { fuzzFamily(f, "credential") }
func FuzzPolicy(f *testing.F)     { fuzzFamily(f, "agency/policy") }

// FuzzBodies feeds every decoder at once: at most one may read the bytes.
func FuzzBodies(f *testing.F) { fuzzFamily(f, "*") }

func FuzzUnpad(f *testing.F) {
	f.Add(Pad([]byte("message")))
	f.Add(Pad(make([]byte, 600)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := Unpad(b); err == nil && !bytes.Equal(Pad(p), b) {
			t.Fatal("pads to other bytes")
		}
	})
}
