package clientweb_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"io/fs"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	clientweb "arcline/client-web"
	"arcline/server/web"
)

// What makes the page installable, and what shows a push, stands in the list of
// files that names a build: verify-web compares these as it does the scripts.
func TestInstallablePartsAreInTheList(t *testing.T) {
	pages, err := web.New(clientweb.Files())
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (kind string, body []byte) {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
		return w.Header().Get("Content-Type"), w.Body.Bytes()
	}
	_, list := get(web.ManifestPath)
	listed := func(name string) bool { return strings.Contains(string(list), "  "+name+"\n") }
	if listed("no-such-file.png") { // the control
		t.Fatal("everything is in the list")
	}
	var m struct {
		Icons []struct{ Src, Sizes, Type, Purpose string }
	}
	_, b := get("/arcline.webmanifest")
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, icon := range m.Icons {
		kind, b := get(icon.Src)
		if kind != icon.Type || !listed(strings.TrimPrefix(icon.Src, "/")) {
			t.Errorf("%s is served as %s", icon.Src, kind)
		}
		if size, err := png.DecodeConfig(bytes.NewReader(b)); err == nil {
			have[strings.TrimSpace(fmt.Sprintf("%dx%d %s", size.Width, size.Height, icon.Purpose))] = icon.Sizes == fmt.Sprintf("%dx%d", size.Width, size.Height)
		}
	}
	if !have["192x192"] || !have["512x512"] || !have["512x512 maskable"] {
		t.Errorf("the icons are %v", have)
	}
	if kind, _ := get("/push.js"); kind != "text/javascript; charset=utf-8" || !listed("push.js") || !listed("apple-touch-icon.png") {
		t.Errorf("push.js is served as %s, or is not in the list", kind)
	}
}

// A push's content reaches no screen if it is never read; a worker that answered
// or kept requests would stand between the page and the service.
func TestPushReadsAndKeepsNothing(t *testing.T) {
	b, err := fs.ReadFile(clientweb.Files(), "push.js")
	if err != nil {
		t.Fatal(err)
	}
	reads := regexp.MustCompile(`event\.data|'fetch'|fetch\(|caches|indexedDB|importScripts`)
	if found := reads.Find(b); found != nil || !bytes.Contains(b, []byte("showNotification")) {
		t.Errorf("push.js says %q", found)
	}
	if reads.Find([]byte("body: event.data.text()")) == nil { // the control
		t.Error("a worker that reads is not seen")
	}
}
