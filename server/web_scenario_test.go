package server_test

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/web"
	"arcline/server/wire"
)

func madeUpBuild(t *testing.T) *web.Pages {
	t.Helper()
	p, err := web.New(fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>made up</title>")}, "assets/app.js": {Data: []byte("export {}")}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What a service serves is compared with its own list. A service that serves
// another file, or another page to whoever opens its address, is caught; the
// honest one is the control.
func TestWebFilesAreCompared(t *testing.T) {
	p := madeUpBuild(t)
	for name, x := range map[string]struct {
		path string // whose answer is changed
		bad  bool
	}{"honest": {"", false}, "another script": {"/assets/app.js", true}, "another page": {"/", true}, "another list": {web.ManifestPath, true}} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != x.path {
					p.ServeHTTP(w, r)
					return
				}
				rec := httptest.NewRecorder()
				r.Header.Del("Accept-Encoding")
				p.ServeHTTP(rec, r)
				w.Write([]byte(strings.Replace(rec.Body.String(), "e", "E", 1)))
			}))
			defer s.Close()
			got, err := client.FetchWeb(t.Context(), s.Client(), s.URL)
			if x.bad {
				if !errors.Is(err, client.ErrWeb) {
					t.Errorf("not caught: %v", err)
				}
				return
			}
			if err != nil || got.Manifest != wire.Hash(p.Manifest()) || got.Files != 2 {
				t.Error(got, err)
			}
		})
	}
}

// The build stands in the key log, once; a build that does not is not believed.
func TestWebBuildIsLogged(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		build := madeUpBuild(t).Manifest()
		_, err := ann.WebLogged(t.Context(), wire.Hash(build))
		refused(t, err, wire.CodeNotFound)
		for range 2 {
			ok(t, h.Server.Door().PublishBuild(t.Context(), build))
		}
		leaf, err := ann.WebLogged(t.Context(), wire.Hash(build))
		ok(t, err)
		again, err := ann.WebLogged(t.Context(), wire.Hash(build))
		if ok(t, err); again != leaf {
			t.Errorf("logged at %d and at %d", leaf, again)
		}
		if _, err := ann.WebLogged(t.Context(), wire.Hash(sha256.Sum256([]byte("another build")))); !errors.Is(err, client.ErrWeb) {
			t.Error("a build that is not in the log is believed:", err)
		}
	})
}
