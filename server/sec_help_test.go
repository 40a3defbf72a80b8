package server_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"testing"

	"arcline/client/app"
	"arcline/client/arctest"
)

// What the tests of the security bar share.

func unb64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func digestOf(s string) [32]byte { return sha256.Sum256([]byte(s)) }

func wireDecode(t testing.TB, b []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func newEd25519(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, k, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newApp moves a person to a new authenticator app.
func newApp(t testing.TB, p *arctest.Person) {
	t.Helper()
	address, err := p.OfferApp(t.Context(), p.Factor())
	ok(t, err)
	a, err := app.FromAddress(address)
	ok(t, err)
	code, err := a.Now()
	ok(t, err)
	ok(t, p.ConfirmApp(t.Context(), code))
	p.App, p.Secret = a, a.Seed
}
