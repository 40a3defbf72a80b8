package web_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"arcline/server/web"
)

const index = `<!doctype html><script type="importmap">{"imports":{}}</script><script type="module" src="/assets/app.js"></script>`

func pages(t *testing.T, files fstest.MapFS) *web.Pages {
	t.Helper()
	p, err := web.New(files)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func built() fstest.MapFS {
	return fstest.MapFS{"index.html": {Data: []byte(index)}, "assets/app.js": {Data: []byte("export {}")}, "icon.svg": {Data: []byte("<svg/>")}}
}

func get(p http.Handler, method, path string, change func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result()
}

func TestPages(t *testing.T) {
	p := pages(t, built())
	for _, x := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8"},
		{"GET", "/t/00ff", 200, "text/html; charset=utf-8"},
		{"GET", "/setup", 200, "text/html; charset=utf-8"},
		{"GET", "/assets/app.js", 200, "text/javascript; charset=utf-8"},
		{"HEAD", "/icon.svg", 200, "image/svg+xml"},
		{"GET", "/assets/none.js", 404, "text/plain; charset=utf-8"},
		{"GET", "/../web.go", 404, "text/plain; charset=utf-8"},
		{"POST", "/", 405, "text/plain; charset=utf-8"},
	} {
		resp := get(p, x.method, x.path, nil)
		if resp.StatusCode != x.status || resp.Header.Get("Content-Type") != x.kind {
			t.Errorf("%s %s: %d %s", x.method, x.path, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
}

// Every answer has the policy, and the policy lets in no script but our own
// files and this one import map.
func TestPolicy(t *testing.T) {
	p := pages(t, built())
	sum := sha256.Sum256([]byte(`{"imports":{}}`))
	want := "script-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
	for _, path := range []string{"/", "/assets/app.js", "/none.js"} {
		h := get(p, "GET", path, nil).Header
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, want) || !strings.Contains(csp, "require-trusted-types-for 'script'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for _, name := range []string{"Integrity-Policy", "X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy", "Referrer-Policy", "Permissions-Policy"} {
			if h.Get(name) == "" {
				t.Errorf("%s: no %s", path, name)
			}
		}
	}
	// Another import map is another policy: one that was put in later is not let in.
	other := built()
	other["index.html"] = &fstest.MapFile{Data: []byte(strings.Replace(index, `{"imports":{}}`, `{"imports":{"a":"b"}}`, 1))}
	if strings.Contains(get(pages(t, other), "GET", "/", nil).Header.Get("Content-Security-Policy"), want) {
		t.Error("the policy does not depend on the import map")
	}
}

func TestManifest(t *testing.T) {
	p := pages(t, built())
	b, err := io.ReadAll(get(p, "GET", web.ManifestPath, nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, name := range []string{"assets/app.js", "icon.svg", "index.html"} {
		want += fmt.Sprintf("%x  %s\n", sha256.Sum256(built()[name].Data), name)
	}
	if string(b) != want || p.Manifest() != sha256.Sum256(b) {
		t.Errorf("manifest\n%s\nwant\n%s", b, want)
	}
	changed := built()
	changed["icon.svg"].Data = []byte("<svg />")
	if pages(t, changed).Manifest() == p.Manifest() {
		t.Error("a changed file leaves the build's name as it was")
	}
}

func TestUnchangedAndPacked(t *testing.T) {
	p := pages(t, built())
	tag := get(p, "GET", "/assets/app.js", nil).Header.Get("ETag")
	resp := get(p, "GET", "/assets/app.js", func(r *http.Request) { r.Header.Set("If-None-Match", tag) })
	if resp.StatusCode != http.StatusNotModified {
		t.Error(resp.StatusCode)
	}
	resp = get(p, "GET", "/assets/app.js", func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, br") })
	z, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != "export {}" {
		t.Error(string(b), err)
	}
}

func TestNoPage(t *testing.T) {
	if _, err := web.New(fstest.MapFS{"a.js": {}}); err == nil {
		t.Error("a client without a page was taken")
	}
}
