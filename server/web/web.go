// Package web serves the browser client: the files that were built into this
// program, each under the headers that keep a page from running anything else.
//
// Names are stable, so every file is asked for again and answered with "not
// changed" by its digest. Nothing here is about a person: these are the same
// bytes for everybody, and Manifest says which.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"arcline/server/headers"
)

// ManifestPath is where the list of all files with their digests is served.
const ManifestPath = "/files.sha256"

// page is what every address of the client shows; the client reads the address.
const page = "index.html"

// Pages answers for everything that is not the API.
type Pages struct {
	files    map[string]*file
	policy   string
	manifest []byte
}

type file struct {
	body   []byte
	kind   string
	tag    string
	packed func() []byte // gzip; nil where it is not worth it
}

// New reads the files of a built client. An error says which file is missing.
func New(dist fs.FS) (*Pages, error) {
	p := &Pages{files: map[string]*file{}}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		p.files["/"+name] = newFile(name, body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the browser client: %w", err)
	}
	index := p.files["/"+page]
	if index == nil {
		return nil, fmt.Errorf("the browser client has no %s", page)
	}
	p.policy = policy(index.body)
	p.manifest = manifest(p.files)
	p.files[ManifestPath] = newFile("files.txt", p.manifest)
	return p, nil
}

func newFile(name string, body []byte) *file {
	sum := sha256.Sum256(body)
	f := &file{body: body, kind: kindOf(name), tag: `"` + hex.EncodeToString(sum[:16]) + `"`}
	if strings.HasPrefix(f.kind, "text/") || strings.Contains(f.kind, "json") || strings.Contains(f.kind, "svg") {
		f.packed = sync.OnceValue(func() []byte {
			var b bytes.Buffer
			w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a good one
			w.Write(body)
			w.Close()
			return b.Bytes()
		})
	}
	return f
}

// kindOf is a file's type. It does not depend on what the machine has installed.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// manifest lists the files in order of name, a line each, as sha256sum does.
func manifest(files map[string]*file) []byte {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(files[name].body), strings.TrimPrefix(name, "/"))
	}
	return b.Bytes()
}

// Manifest is the digest of the list of all files: it names a build.
func (p *Pages) Manifest() [32]byte { return sha256.Sum256(p.manifest) }

var importMap = regexp.MustCompile(`(?s)<script type="importmap">(.*?)</script>`)

// policy lets the page run and show what this service serves, and nothing else.
// The import map, which holds the digests of the parts that are loaded later, is
// the one thing inside the page that is read as script; its digest lets it in.
func policy(index []byte) string {
	script := "'self'"
	if m := importMap.FindSubmatch(index); m != nil {
		sum := sha256.Sum256(m[1])
		script += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src " + script, "style-src 'self'", "img-src 'self' blob:", "font-src 'self'", "connect-src 'self'",
		"manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types arcline-worker",
	}, "; ")
}

// ServeHTTP serves a file, or the page for an address of the client.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	p.headers(h, r.TLS != nil)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "This address only shows a page.", http.StatusMethodNotAllowed)
		return
	}
	f := p.files[r.URL.Path]
	if f == nil && path.Ext(r.URL.Path) == "" {
		f = p.files["/"+page]
	}
	if f == nil {
		http.Error(w, "There is nothing at this address.", http.StatusNotFound)
		return
	}
	h.Set("ETag", f.tag)
	h.Set("Content-Type", f.kind)
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body
	if f.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = f.packed()
		}
	}
	if r.Method == http.MethodHead {
		body = nil
	}
	w.Write(body)
}

func (p *Pages) headers(h http.Header, tls bool) {
	h.Set("Cache-Control", "no-cache") // keep it, and ask whether it is still the same
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Integrity-Policy", "blocked-destinations=(script)")
	headers.Set(h, tls)
	h.Set("Permissions-Policy", headers.NoPowers+", publickey-credentials-get=(self), publickey-credentials-create=(self)")
}
