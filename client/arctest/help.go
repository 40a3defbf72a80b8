package arctest

import (
	"os"
	"strings"
	"testing"

	"arcline/client"
	"arcline/client/app"
	"arcline/store"
	"arcline/store/table"
)

type storeProblem = store.Problem

func readLine(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// SessionOf is a person's newest session, for calls that bypass the wire.
func (h *House) SessionOf(acct [16]byte) (id [16]byte) {
	h.T.Helper()
	st := h.Server.Store()
	err := st.View(h.T.Context(), func(tx *table.Tx) error {
		_, err := st.Sessions.Scan(tx, store.PartAccount(acct), table.Range{}, func(k store.SessionKey, _ store.Session) (bool, error) {
			id = k.Session
			return true, nil
		})
		return err
	})
	h.must(err)
	return id
}

// NewDevice is a person's next device: nothing is on it yet.
func (p *Person) NewDevice() *Person {
	return &Person{H: p.H, Name: p.Name, ID: p.ID, Secret: p.Secret, App: p.App, Vault: client.NewMemVault(), HTTP: p.H.Client()}
}

// Config is what the person's device is opened with.
func (p *Person) Config() client.Config { return p.config() }

// SetApp gives the person another authenticator app.
func (p *Person) SetApp(otpauth string) {
	p.H.T.Helper()
	a, err := app.FromAddress(otpauth)
	p.H.must(err)
	p.App, p.Secret = a, a.Seed
	a.Clock, a.Wait = p.H.Now, p.H.wait
}
