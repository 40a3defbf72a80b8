package server_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/server/config"
	"arcline/server/wire"
)

// The SDK refuses to do what an attacker would. These are a device's keys and
// session as whoever holds the device could use them, with a program of their own.

// story runs one test in a bubble with a fake clock, beside others.
func story(t *testing.T, fn func(t *testing.T, h *arctest.House)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { fn(t, arctest.New(t, nil)) })
}

// tuned is story with other settings.
func tuned(t *testing.T, tune func(*config.Config), fn func(t *testing.T, h *arctest.House)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { fn(t, arctest.Tuned(t, nil, tune)) })
}

// raw is somebody's device without the SDK's manners.
type raw struct {
	p       *arctest.Person
	session ed25519.PrivateKey
	maker   seal.Maker
	device  wire.ID
	tokens  wire.Tokens
}

func rawOf(t testing.TB, p *arctest.Person) *raw {
	t.Helper()
	var me struct {
		Account, Device envelope.ID
		Sign, Session   string
	}
	r := &raw{p: p}
	for name, into := range map[string]any{"me": &me, "session": &r.tokens} {
		b, err := p.Vault.Load(name)
		if errors.Is(err, client.ErrNothing) {
			continue
		}
		if err = errors.Join(err, json.Unmarshal(b, into)); err != nil {
			t.Fatal(name, err)
		}
	}
	sign, err1 := key.ParseSigning(me.Sign)
	session, err2 := key.ParseSigning(me.Session)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	seed := session.Seed()
	r.session, r.device = ed25519.NewKeyFromSeed(seed[:]), wire.ID(me.Device)
	r.maker = seal.Maker{Acct: me.Account, Dev: me.Device, Sign: sign}
	return r
}

// claims is a DPoP proof before it is signed.
type claims struct {
	header map[string]any
	body   jwt.MapClaims
	key    any
	method jwt.SigningMethod
}

// proof makes a DPoP proof that is right but for what edit changes.
func (r *raw) proof(t testing.TB, method, url, access string, edit func(*claims)) string {
	t.Helper()
	jwk := map[string]string{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(r.session.Public().(ed25519.PublicKey))}
	c := claims{map[string]any{"typ": "dpop+jwt", "jwk": jwk},
		jwt.MapClaims{"htm": method, "htu": url, "iat": r.now().Unix(), "jti": uuid.NewString()}, r.session, jwt.SigningMethodEdDSA}
	if access != "" {
		sum := sha256.Sum256([]byte(access))
		c.body["ath"] = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if edit != nil {
		edit(&c)
	}
	tok := jwt.NewWithClaims(c.method, c.body)
	maps.Copy(tok.Header, c.header)
	text, err := tok.SignedString(c.key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// now is the clock of the person's program.
func (r *raw) now() time.Time {
	if r.p.H == nil {
		return now()
	}
	return r.p.H.Now()
}

// answer is what HTTP gave back.
type answer struct {
	status int
	body   []byte
	code   wire.Code // of an error
}

// do makes one request with a right token and proof, but for what edit changes.
func (r *raw) do(t testing.TB, method, path string, body []byte, edit func(*http.Request)) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, arctest.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	bare, _, _ := strings.Cut(path, "?")
	req.Header.Set("Authorization", "DPoP "+r.tokens.Access)
	req.Header.Set("DPoP", r.proof(t, method, arctest.URL+bare, r.tokens.Access, nil))
	if edit != nil {
		edit(req)
	}
	resp, err := r.p.HTTP.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: resp.StatusCode, body: b}
	if a.status >= 400 {
		var p wire.Problem
		if err := wire.DecodeBytes(b, &p); err != nil {
			t.Fatalf("%s %s: %d and a body that is no problem: %q", method, path, a.status, b)
		}
		if i := p.Code.Info(); i.Code != p.Code || i.Status != a.status {
			t.Errorf("%s %s: code %s with status %d does not stand in the table so", method, path, p.Code, a.status)
		}
		a.code = p.Code
	}
	return a
}

// factor adds a fresh second factor for an act with this body.
func (r *raw) factor(t testing.TB, act string, body []byte) func(*http.Request) {
	t.Helper()
	_, path, _ := strings.Cut(act, " ")
	in := wire.EncodeBody(wire.StepUp{Code: r.p.FreshCode(), Act: act, Object: wire.ObjectOf(path, body)})
	var out wire.Attestation
	if a := r.do(t, "POST", "/v1/stepup", in, nil); a.status != 200 || json.Unmarshal(a.body, &out) != nil {
		t.Fatal("step up:", a.status, a.code)
	}
	return func(q *http.Request) { q.Header.Set(wire.StepUpHeader, out.Attestation) }
}

// anonymous takes token and proof away.
func anonymous(req *http.Request) { req.Header.Del("Authorization"); req.Header.Del("DPoP") }

// line is a socket that sends whatever it is told to.
type line struct {
	t    testing.TB
	ws   *websocket.Conn
	held [][]byte
}

// dial opens a socket of one's own beside the SDK's, and reads the hello.
func (r *raw) dial(t testing.TB) *line {
	t.Helper()
	ticket, err := r.p.Ticket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return dialWith(t, r.p.HTTP, ticket)
}

func dialWith(t testing.TB, hc *http.Client, ticket string) *line {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(arctest.URL, "http")+"/v1/socket",
		&websocket.DialOptions{HTTPClient: hc, Subprotocols: []string{wire.Subprotocol, wire.TicketPrefix + ticket}})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(16 << 20)
	t.Cleanup(func() { ws.CloseNow() })
	l := &line{t: t, ws: ws}
	if _, ok := l.must().(wire.Hello); !ok {
		t.Fatal("the first frame is no hello")
	}
	return l
}

func (l *line) send(b []byte) error {
	return l.ws.Write(context.Background(), websocket.MessageText, b)
}

// next reads one frame; an error says why the socket is closed.
func (l *line) next() (wire.ServerFrame, error) {
	for len(l.held) == 0 {
		_, b, err := l.ws.Read(context.Background())
		if err != nil {
			return nil, err
		}
		l.held = bytes.Split(b, []byte("\n"))
	}
	f, err := wire.DecodeServer(l.held[0])
	l.held = l.held[1:]
	return f, err
}

func (l *line) must() wire.ServerFrame {
	l.t.Helper()
	f, err := l.next()
	if err != nil {
		l.t.Fatal(err)
	}
	return f
}

// ask sends a frame and returns its answer; entries that come first are passed over.
func (l *line) ask(f wire.ClientFrame) wire.ServerFrame {
	l.t.Helper()
	if err := l.send(wire.Encode(f)); err != nil {
		l.t.Fatal(err)
	}
	for {
		switch f := l.must().(type) {
		case wire.Entries, wire.Present:
		default:
			return f
		}
	}
}

// hears reads pushed lists until one has a row that is meant, or the time is over.
func (l *line) hears(ctx context.Context, is func(wire.Summary) bool) bool {
	for {
		_, b, err := l.ws.Read(ctx)
		if err != nil {
			return false
		}
		for _, one := range bytes.Split(b, []byte("\n")) {
			f, err := wire.DecodeServer(one)
			if err != nil {
				l.t.Error(err)
			}
			if rows, list := f.(wire.Threads); list && slices.ContainsFunc(rows.Threads, is) {
				return true
			}
		}
	}
}

// code is the code that a frame is refused with, or empty.
func (l *line) code(f wire.ClientFrame) wire.Code {
	l.t.Helper()
	if e, ok := l.ask(f).(wire.Failed); ok {
		return e.Code
	}
	return ""
}

// read asks for a thread's entries from an index on, without the SDK's memory.
func (l *line) read(id wire.ID, from uint64) (out []wire.Stored, code wire.Code) {
	l.t.Helper()
	return l.sync(wire.Sync{RID: 77, Thread: id, From: from})
}

// sync asks for what a thread's log has, or that of its notes, and collects it.
func (l *line) sync(f wire.Sync) (out []wire.Stored, code wire.Code) {
	l.t.Helper()
	if err := l.send(wire.Encode(f)); err != nil {
		l.t.Fatal(err)
	}
	for {
		switch f := l.must().(type) {
		case wire.Entries:
			out = append(out, f.Entries...)
		case wire.Synced:
			return out, ""
		case wire.Failed:
			return out, f.Code
		}
	}
}

// untilClosed reads to the end and returns why and what came before it.
func (l *line) untilClosed() (frames []wire.ServerFrame, reason string) {
	for {
		f, err := l.next()
		var e websocket.CloseError
		if errors.As(err, &e) {
			return frames, e.Reason
		}
		if err != nil {
			return frames, err.Error()
		}
		frames = append(frames, f)
	}
}

// texts lists what was said in a thread, and fails on anything that has no effect.
func texts(t testing.TB, th *client.Thread) (out []string) {
	t.Helper()
	for i, ev := range th.Events() {
		if ev.Index != uint64(i) || ev.Refused != "" || ev.Unread != "" {
			t.Errorf("event %d: index %d, refused %q, unread %q", i, ev.Index, ev.Refused, ev.Unread)
		}
		if ev.Content != nil {
			out = append(out, ev.Content.Text)
		}
	}
	return out
}

func text(s string) client.Content { return client.Content{Type: "text", Text: s} }

// open opens a thread and returns its name.
func open(t testing.TB, h *arctest.House, p *arctest.Person, slug, s string) wire.ID {
	t.Helper()
	r, err := p.OpenThread(t.Context(), h.Line(slug), text(s))
	if err != nil {
		t.Fatal(err)
	}
	return r.Thread
}

// pair is a navigator and a specialist with a thread between them.
func pair(t testing.TB, h *arctest.House) (ann *arctest.Person, staff []*arctest.Person, id wire.ID) {
	t.Helper()
	_, staff = h.Staffed("arc", "sam", "eva")
	ann = h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
	id = open(t, h, ann, "arc", "first")
	must(t)(staff[0].Claim(t.Context(), id))
	return ann, staff, id
}

// must fails the test unless an act was done.
func must(t testing.TB) func(client.Receipt, error) client.Receipt {
	return func(r client.Receipt, err error) client.Receipt {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
}

func sync(t testing.TB, p *arctest.Person, id wire.ID) *client.Thread {
	t.Helper()
	th, err := p.Sync(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func refused(t testing.TB, err error, c wire.Code) {
	t.Helper()
	if !client.IsCode(err, c) {
		t.Errorf("want a refusal with %s, have %v", c, err)
	}
}

// length is how many entries a thread has.
func length(t *testing.T, l *line, id wire.ID) uint64 {
	t.Helper()
	all, code := l.read(id, 0)
	if code != "" {
		t.Fatal(code)
	}
	return uint64(len(all))
}
