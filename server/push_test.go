package server

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// What a push service sees: an address, a key of the service's, and no byte more.
// One that does not know the browser any more is believed; a redirection is not.
func TestPushIsEmpty(t *testing.T) {
	var seed [32]byte
	rand.Read(seed[:])
	k, err := pushKey(seed)
	if err != nil {
		t.Fatal(err)
	}
	status, got, body := http.StatusCreated, http.Header{}, []byte{}
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
		w.WriteHeader(status)
	}))
	defer far.Close()
	p := newPusher(k, "mailto:operator@example.org", time.Now)
	for _, c := range []struct {
		status int
		gone   bool
		fails  bool
	}{{201, false, false}, {410, true, false}, {404, true, false}, {302, false, true}, {500, false, true}} {
		status = c.status
		gone, err := p.Push(t.Context(), far.URL+"/some/browser")
		if gone != c.gone || (err != nil) != c.fails {
			t.Errorf("%d: gone %v, %v", c.status, gone, err)
		}
	}
	if len(body) != 0 || got.Get("Content-Encoding") != "" {
		t.Errorf("the push carries %d bytes", len(body))
	}
	text, key, found := strings.Cut(strings.TrimPrefix(got.Get("Authorization"), "vapid t="), ", k=")
	name, err := pushName(k)
	if err != nil || !found || key != name {
		t.Fatalf("authorization %q, %v", got.Get("Authorization"), err)
	}
	tok, err := jwt.Parse(text, func(*jwt.Token) (any, error) { return &k.PublicKey, nil }, jwt.WithValidMethods([]string{"ES256"}), jwt.WithAudience(far.URL), jwt.WithExpirationRequired())
	if err != nil || !tok.Valid {
		t.Error("the service's name:", err)
	}
}
