package arctest

import (
	"os"
	"strings"
	"testing"

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
