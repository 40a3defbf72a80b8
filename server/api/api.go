// Package api is HTTP: signing in, enrolment, the key log, sealed files, and
// the way to a socket. It reads a request, asks command, and writes the answer;
// it decides nothing.
package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"arcline/server/command"
	"arcline/server/headers"
	"arcline/server/openapi"
	"arcline/server/wire"
	"arcline/server/ws"
)

// Config holds what the room needs to know of its surroundings.
type Config struct {
	Origins []string       // pages that may connect, such as https://arcline.example
	Proxies []netip.Prefix // whose X-Forwarded-For is believed
}

// API is the HTTP handler.
type API struct {
	door    *command.Door
	sockets *ws.Server
	cfg     Config
	log     *slog.Logger
	mux     *http.ServeMux
	cross   *http.CrossOriginProtection
	said    []openapi.Route
}

// New makes the handler.
func New(door *command.Door, sockets *ws.Server, cfg Config, log *slog.Logger) *API {
	a := &API{door: door, sockets: sockets, cfg: cfg, log: log, mux: http.NewServeMux(), cross: http.NewCrossOriginProtection()}
	for _, o := range cfg.Origins {
		if err := a.cross.AddTrustedOrigin(o); err != nil {
			log.Error("an origin of the settings cannot be used", "origin", o, "err", err)
		}
	}
	a.routes()
	a.deskRoutes()
	a.peopleRoutes()
	a.signInRoutes()
	a.recoveryRoutes()
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { a.fail(w, r, a.missing(r)) })
	return a
}

// Routes lists every route, for the test that each has its row in wire.
func (a *API) Routes() []string {
	out := make([]string, len(a.said))
	for i, r := range a.said {
		out[i] = r.Name
	}
	return out
}

// missing says whether an address is unknown or only used in the wrong way.
func (a *API) missing(r *http.Request) error {
	for _, said := range a.said {
		_, path, _ := strings.Cut(said.Name, " ")
		if path == r.URL.Path {
			return wire.Refuse(wire.CodeMethod)
		}
	}
	return wire.Refuse(wire.CodeNotFound)
}

// answered is what a handler returns when it has written its answer itself.
type answered struct{}

// open registers a route that needs no session.
func (a *API) open(route string, e endpoint[handler]) {
	_, path, _ := strings.Cut(route, " ")
	e.says.Name = route
	if e.says.MaxBody == 0 {
		e.says.MaxBody = bodyLimit(path)
	}
	a.said = append(a.said, e.says)
	a.mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) { a.serve(w, r, e.do) })
}

// closed registers a route for signed-in people.
func (a *API) closed(route string, e endpoint[member]) {
	a.open(route, endpoint[handler]{e.says, func(w http.ResponseWriter, r *http.Request) (any, error) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "DPoP ")
		if !ok || len(r.Header.Values("Authorization")) != 1 {
			return nil, wire.Refuse(wire.CodeSignIn)
		}
		c, err := a.door.Authorize(r.Context(), token, a.proof(r), route, a.from(r))
		if err != nil {
			return nil, err
		}
		if err := a.factor(w, r, route, &c); err != nil {
			return nil, err
		}
		return e.do(w, r, c)
	}})
}

// factor notes the second factor that a request brings, and what it must have
// been given for: this path and this body.
func (a *API) factor(w http.ResponseWriter, r *http.Request, route string, c *command.Caller) error {
	given := r.Header.Values(wire.StepUpHeader)
	act, _ := wire.FindAct(route)
	if len(given) == 0 && !act.StepUp {
		return nil
	}
	if len(given) != 1 {
		return wire.Refuse(wire.CodeStepUp)
	}
	b, err := io.ReadAll(a.limited(w, r))
	if err != nil {
		return wire.Refuse(wire.CodeTooLarge).Because(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
	c.Factor = command.Factor{Text: given[0], Object: wire.ObjectOf(r.URL.Path, b)}
	return nil
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, h handler) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			a.fail(w, r, fmt.Errorf("panic in a handler: %v\n%s", p, debug.Stack()))
		}
	}()
	if err := a.cross.Check(r); err != nil || !a.originAllowed(r) {
		a.fail(w, r, wire.Refuse(wire.CodeOrigin).Because(err))
		return
	}
	out, err := h(w, r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	if _, done := out.(answered); done {
		return
	}
	if out == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	a.write(w, http.StatusOK, out)
}

func (a *API) write(w http.ResponseWriter, status int, v any) {
	b := wire.EncodeBody(v)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	w.Write(b)
}

// fail answers with a row of the error table. What is not in the table gets a
// number that the log has too, and nothing else.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	code := wire.CodeOf(err)
	info := code.Info()
	p := wire.Problem{Code: code, Text: info.Text, Hint: info.Hint}
	level := slog.LevelDebug
	if code == wire.CodeInternal || code == wire.CodeUnknownOutcome {
		p.Number = uuid.NewString()[:8]
		level = slog.LevelError
	}
	a.log.Log(r.Context(), level, "request refused", "code", code, "route", r.Pattern, "number", p.Number, "err", short(err))
	if code == wire.CodeMethod {
		w.Header().Set("Allow", "GET, POST, PUT, DELETE")
	}
	a.write(w, info.Status, p)
}

// originAllowed compares the page's origin exactly. Without one it is no page:
// there are no cookies here, so nothing can be done in somebody's name.
func (a *API) originAllowed(r *http.Request) bool {
	got := r.Header.Values("Origin")
	if len(got) == 0 {
		return true
	}
	if len(got) > 1 {
		return false
	}
	if len(a.cfg.Origins) == 0 {
		return got[0] == scheme(r)+"://"+r.Host
	}
	return slices.Contains(a.cfg.Origins, got[0])
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// maxLogged bounds what one refusal puts into the log: what a client sent may
// stand in an error.
const maxLogged = 2048

func short(err error) string {
	text := strings.ToValidUTF8(err.Error(), "?")
	if len(text) > maxLogged {
		text = strings.ToValidUTF8(text[:maxLogged], "?") + "..."
	}
	return text
}

// from is the address of the peer itself. Only of a proxy that the settings name
// is it believed on whose behalf it asks: the nearest address that is not itself
// such a proxy, since whatever stands before it anybody may have written.
func (a *API) from(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at := host
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && a.isProxy(at); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return at
		}
		at = next.Unmap().String()
	}
	return at
}

func (a *API) isProxy(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(a.cfg.Proxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
}

// ServeHTTP serves with the headers that every answer has.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	headers.Set(h, r.TLS != nil)
	a.mux.ServeHTTP(w, r)
}

// Bodies must come at a rate that any line has: a body may take slowBody and
// then as long as slowRate allows for what has come so far. Without it a byte a
// second would hold a connection for the whole read timeout.
const (
	slowBody = 8 * time.Second
	slowRate = 8 << 10 // bytes a second
)

// paced is a request's body whose deadline moves with what has arrived.
type paced struct {
	io.Reader
	began time.Time
	set   func(time.Time) error
	n     int64
}

// limited bounds a request's body in size and in time.
func (a *API) limited(w http.ResponseWriter, r *http.Request) io.Reader {
	return a.limitedTo(w, r, bodyLimit(r.URL.Path))
}

func (a *API) limitedTo(w http.ResponseWriter, r *http.Request, most int64) io.Reader {
	return &paced{Reader: http.MaxBytesReader(w, r.Body, most), began: a.door.Now(), set: http.NewResponseController(w).SetReadDeadline}
}

func (p *paced) Read(b []byte) (int, error) {
	// Where a deadline cannot be set the server's own read timeout holds.
	_ = p.set(p.began.Add(slowBody + time.Duration(p.n)*time.Second/slowRate))
	n, err := p.Reader.Read(b)
	p.n += int64(n)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = wire.Refuse(wire.CodeSlow).Because(err)
	}
	return n, err
}

// bodyLimit is the largest body that an address takes, in bytes.
func bodyLimit(path string) int64 {
	switch path {
	case "/v1/roster", "/v1/roster/compare", "/v1/bootstrap":
		return wire.MaxRoster
	}
	return wire.MaxHTTPBody
}

// body reads a JSON body strictly.
func (a *API) body(w http.ResponseWriter, r *http.Request, v any) error {
	return wire.DecodeJSON(a.limited(w, r), v)
}
