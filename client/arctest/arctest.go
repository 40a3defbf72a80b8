// Package arctest is a whole arcline in memory: a real server on a store in a
// temporary folder, real clients with real keys, and a wire of net.Pipe between
// them. It works under testing/synctest's fake clock. Everybody is made up.
package arctest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/agency"
	"arcline/client/app"
	"arcline/server"
	"arcline/server/config"
	"arcline/server/wire"
)

// URL is where the server in memory answers.
const URL = "http://arcline.test"

// Password is everybody's password here.
const Password = "a long made-up pass phrase"

// House is an arcline.
type House struct {
	T         testing.TB
	Server    *server.Server
	Agency    *agency.Agency
	Registrar *Person
	Second    *Person // another registrar, who sponsors everybody
	Dir       string
	Tune      func(*config.Config) // changes settings at the next Start; may be nil

	Skew atomic.Int64 // how far the service's clock is wrong, nanoseconds

	rows    []string // of the roster
	hurried bool
	ahead   atomic.Int64 // how far the house's clock was pushed, nanoseconds

	mu   sync.Mutex
	end  chan error
	wire *pipeListener
	log  slog.Handler

	witnesses map[string]*Witness // by host
}

// Person is somebody with a device.
type Person struct {
	*client.Client
	H      *House
	Name   string
	ID     wire.ID
	Vault  client.Vault
	Secret string // second-factor seed, as an authenticator app holds it
	Paper  string // the recovery code
	App    *app.App
	HTTP   *http.Client
}

// pipeListener is a listener whose connections are net.Pipe.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipe() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error { l.once.Do(func() { close(l.done) }); return nil }

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// addressed is a connection that comes from an address.
type addressed struct {
	net.Conn
	from net.Addr
}

func (c addressed) RemoteAddr() net.Addr { return c.from }

func (l *pipeListener) dial(ctx context.Context, from string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- addressed{far, &net.TCPAddr{IP: net.ParseIP(from), Port: 40000}}:
		return near, nil
	case <-l.done:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// New makes a house with an agency and its registrars, and closes it with the
// test. Log may be nil.
func New(t testing.TB, log io.Writer) *House { return newHouse(t, log, false, nil) }

// Hurried is New for a test that has no fake clock: who waits for a one-time code
// pushes the clock of the whole house instead.
func Hurried(t testing.TB, log io.Writer) *House { return newHouse(t, log, true, nil) }

// Tuned is New with other settings.
func Tuned(t testing.TB, log io.Writer, tune func(*config.Config)) *House {
	return newHouse(t, log, false, tune)
}

func newHouse(t testing.TB, log io.Writer, hurried bool, tune func(*config.Config)) *House {
	t.Helper()
	if log == nil {
		log = io.Discard
	}
	h := &House{T: t, hurried: hurried, Dir: t.TempDir(), Tune: tune, log: slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})}
	h.Start()
	t.Cleanup(func() { h.Stop() })
	var err error
	h.Agency, err = agency.Init(filepath.Join(h.Dir, "agency"), "Made-up Exchange", URL, h.Now)
	h.must(err)
	secret := h.SetupSecret()
	h.rows = []string{row("rita", wire.RoleRegistrar, "Rita Registrar"), row("rolf", wire.RoleRegistrar, "Rolf Registrar")}
	h.must(h.Agency.SetRoster(h.CSV()))
	h.Registrar = &Person{H: h, Name: "rita", Vault: client.NewMemVault(), HTTP: h.Client()}
	e, others, err := h.Agency.Bootstrap(t.Context(), h.Registrar.config(), secret, Password, "rita", "rolf")
	h.must(err)
	h.Registrar.finish(e)
	h.Registrar.SignIn()
	h.Second = h.Enrol("rolf", others[0].Letter)
	_, err = h.Agency.Approve(t.Context(), h.Registrar.Client)
	h.must(err)
	h.Second.SignIn()
	return h
}

// Now is the house's clock.
func (h *House) Now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// serviceNow is the service's clock.
func (h *House) serviceNow() time.Time { return h.Now().Add(time.Duration(h.Skew.Load())) }

// wait lets time go by: by waiting, or in a hurried house by pushing its clock.
func (h *House) wait(ctx context.Context, d time.Duration) error {
	if h.hurried {
		h.ahead.Add(int64(d))
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *House) must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// Start starts the server on the house's folder.
func (h *House) Start() {
	h.T.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Drain, cfg.Rate = filepath.Join(h.Dir, "data"), time.Second, 0
	cfg.Witnesses = h.witnessURLs()
	if h.Tune != nil {
		h.Tune(&cfg)
	}
	s, err := server.New(context.Background(), cfg, server.Options{Iterations: 10, Clock: h.serviceNow, Witness: h.witnessClient()}, slog.New(h.log))
	h.must(err)
	l, end := newPipe(), make(chan error, 1)
	h.mu.Lock()
	h.Server, h.wire, h.end = s, l, end
	h.mu.Unlock()
	go func() { end <- s.Serve(l) }()
}

// Restart stops the server in good order and starts it again on its folder.
func (h *House) Restart() {
	h.T.Helper()
	h.Stop()
	h.Start()
}

// Fork is a second service on a copy of this one's folder, with the same keys
// and the same witnesses: what an operator who keeps two logs would run. This
// one is restarted.
func (h *House) Fork() *House {
	h.T.Helper()
	h.Stop()
	other := &House{T: h.T, Dir: h.T.TempDir(), Agency: h.Agency, Registrar: h.Registrar, Tune: h.Tune, log: h.log, witnesses: h.witnesses}
	h.must(os.CopyFS(filepath.Join(other.Dir, "data"), os.DirFS(filepath.Join(h.Dir, "data"))))
	h.Start()
	h.must(os.Chmod(filepath.Join(other.Dir, "data", "service.key"), 0o600))
	other.Start()
	h.T.Cleanup(func() { other.Stop() })
	return other
}

// Ended gives what Serve returned, once it has.
func (h *House) Ended() <-chan error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.end
}

// Abandon closes a server whose store has failed; what that says is no news.
func (h *House) Abandon() {
	h.mu.Lock()
	s, l := h.Server, h.wire
	h.Server = nil
	h.mu.Unlock()
	_ = s.Close(context.Background())
	l.Close()
}

// Stop ends the server as a signal does, after checking every invariant of its store.
func (h *House) Stop() {
	h.mu.Lock()
	s, l := h.Server, h.wire
	h.Server = nil
	h.mu.Unlock()
	if s == nil {
		return
	}
	if err := s.Store().Verify(context.Background(), func(p storeProblem) { h.T.Errorf("store: %v", p) }); err != nil {
		h.T.Errorf("verify the store: %v", err)
	}
	if err := s.Close(context.Background()); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		h.T.Errorf("close: %v", err)
	}
	l.Close()
}

// SetupSecret reads a fresh set-up secret.
func (h *House) SetupSecret() string {
	h.T.Helper()
	secret, err := h.Server.Setup(h.T.Context())
	h.must(err)
	return readLine(h.T, secret)
}

// Client is an HTTP client on the house's wire, wherever the server is now.
func (h *House) Client() *http.Client { return h.ClientFrom("192.0.2.1") }

// ClientFrom is Client from an address.
func (h *House) ClientFrom(address string) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		h.mu.Lock()
		l := h.wire
		h.mu.Unlock()
		return l.dial(ctx, address)
	}}}
}

func (p *Person) config() client.Config {
	return client.Config{Vault: p.Vault, HTTP: p.HTTP, Now: p.H.Now}
}

// Code is the person's second-factor code at this moment.
func (p *Person) Code() string {
	c, err := p.App.Now()
	p.H.must(err)
	return c
}

// Factor is a fresh second factor of the person, asked for once it is needed.
func (p *Person) Factor() client.Factor {
	return client.Ask(func() (string, error) { return p.FreshCode(), nil })
}

// FreshCode is the next code that was not used yet. Waiting for it costs no time
// under synctest.
func (p *Person) FreshCode() string {
	c, err := p.App.Next(p.H.T.Context())
	p.H.must(err)
	return c
}

func (p *Person) finish(e *client.Enrolment) {
	p.H.T.Helper()
	var err error
	p.App, err = app.FromAddress(e.OTPAuth)
	p.H.must(err)
	p.Secret, p.App.Clock, p.App.Wait = p.App.Seed, p.H.Now, p.H.wait
	p.H.must(e.Confirm(p.H.T.Context(), p.FreshCode()))
	p.Client, p.Paper = e.Client, e.Recovery
	_, p.ID, _ = e.Me()
}

// SignIn signs in with a code that was not used yet.
func (p *Person) SignIn() {
	p.H.T.Helper()
	p.H.must(p.Client.SignIn(p.H.T.Context(), Password, p.FreshCode()))
	p.H.T.Cleanup(func() { p.Close(); p.HTTP.CloseIdleConnections() })
}

// Reopen is the same device after a restart of its program.
func (p *Person) Reopen() {
	p.H.T.Helper()
	p.Close()
	c, err := client.Open(p.config())
	p.H.must(err)
	p.Client = c
}

// Letter puts somebody into the roster, invites them and has them approved.
func (h *House) Letter(name string, role wire.Role, display string, slugs ...string) client.Letter {
	h.T.Helper()
	h.Enlist(row(name, role, display, slugs...))
	made, err := h.Agency.Invite(h.T.Context(), h.Registrar.Client, h.Registrar.Factor(), name)
	h.must(err)
	h.Approve(h.Second)
	return made[0].Letter
}

// Approve has somebody approve every invitation that waits for them.
func (h *House) Approve(by *Person) {
	h.T.Helper()
	waiting, err := by.Sponsorships(h.T.Context())
	h.must(err)
	var ids []wire.Hash
	for _, w := range waiting {
		ids = append(ids, w.Locator)
	}
	if len(ids) > 0 {
		h.must(by.Sponsor(h.T.Context(), by.Factor(), true, ids...))
	}
}

// Invited enrols somebody under a letter, up to the registrar's certifying.
func (h *House) Invited(name string, role wire.Role, display string, slugs ...string) *Person {
	h.T.Helper()
	return h.Enrol(name, h.Letter(name, role, display, slugs...))
}

// Enrol makes a device under a letter and confirms the second factor.
func (h *House) Enrol(name string, letter client.Letter) *Person {
	h.T.Helper()
	p := &Person{H: h, Name: name, Vault: client.NewMemVault(), HTTP: h.Client()}
	e, err := client.Enroll(h.T.Context(), p.config(), letter, Password)
	h.must(err)
	p.finish(e)
	return p
}

// Person enrols, certifies and signs in somebody.
func (h *House) Person(name string, role wire.Role, display string, slugs ...string) *Person {
	h.T.Helper()
	p := h.Invited(name, role, display, slugs...)
	_, err := h.Agency.Approve(h.T.Context(), h.Registrar.Client)
	h.must(err)
	p.SignIn()
	return p
}

// Line is the id of a line by its short name.
func (h *House) Line(slug string) wire.ID {
	l, err := h.Agency.LineBySlug(slug)
	h.must(err)
	return l.ID
}

// Staffed makes a line with a lead and specialists.
func (h *House) Staffed(slug string, specialists ...string) (lead *Person, staff []*Person) {
	h.T.Helper()
	lead = h.Person("lead-"+slug, wire.RoleLead, "Lead of "+slug, slug)
	h.must(lead.AuditBoxes(h.T.Context()))
	var ids []wire.ID
	for _, n := range specialists {
		p := h.Person(n, wire.RoleSpecialist, fmt.Sprintf("Specialist %s", n), slug)
		staff, ids = append(staff, p), append(ids, p.ID)
	}
	h.must(lead.AddMembers(h.T.Context(), lead.Factor(), h.Line(slug), ids...))
	return lead, staff
}
