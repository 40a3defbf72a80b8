package server_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/agency"
	"arcline/client/arctest"
	"arcline/server"
	"arcline/server/config"
	"arcline/server/session"
	"arcline/server/wire"
)

// empty is a service without an agency, on the real network, with a clock that
// can be pushed.
type empty struct {
	t            *testing.T
	s            *server.Server
	url          string
	path, secret string
	ahead        atomic.Int64 // of the clock, in nanoseconds
	boom         atomic.Bool  // the clock panics
	log          logBuffer
}

func emptyService(t *testing.T) *empty {
	t.Helper()
	e := &empty{t: t}
	cfg := config.Default()
	cfg.Data = filepath.Join(t.TempDir(), "data")
	var err error
	e.s, err = server.New(context.Background(), cfg, server.Options{Iterations: 10, Clock: e.clock}, slog.New(server.Redact(slog.NewJSONHandler(&e.log, nil))))
	ok(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	served := make(chan error, 1)
	go func() { served <- e.s.Serve(l) }()
	t.Cleanup(func() { ok(t, e.s.Close(context.Background())); ok(t, <-served) })
	e.url = "http://" + l.Addr().String()
	e.fresh()
	return e
}

func (e *empty) clock() time.Time {
	if e.boom.Load() {
		panic("made on purpose")
	}
	return now().Add(time.Duration(e.ahead.Load()))
}

// fresh makes a new set-up secret, as a start of the service does.
func (e *empty) fresh() {
	e.t.Helper()
	var err error
	e.path, err = e.s.Setup(e.t.Context())
	ok(e.t, err)
	b, err := os.ReadFile(e.path)
	ok(e.t, err)
	e.secret = strings.TrimSpace(string(b))
}

func (e *empty) later(d time.Duration) { e.ahead.Add(int64(d)) }

// bootstrap tries to make an agency.
func (e *empty) bootstrap(secret string) error {
	a, err := agency.Init(filepath.Join(e.t.TempDir(), uuid.NewString()), "Made-up Exchange", e.url, e.clock)
	ok(e.t, err)
	row := arctest.MadeUp("rita", wire.RoleRegistrar, "Rita Made-Up").String()
	ok(e.t, a.SetRoster(arctest.Header+"\n"+row+"\n"+arctest.MadeUp("rolf", wire.RoleRegistrar, "Rolf Made-Up").String()+"\n"))
	_, _, err = a.Bootstrap(e.t.Context(), client.Config{Vault: client.NewMemVault(), Now: e.clock}, secret, arctest.Password, "rita", "rolf")
	return err
}

func (e *empty) signIn(name, password string) wire.Code {
	_, err := e.s.Door().SignIn(e.t.Context(), wire.SignIn{Name: name, Password: password, Code: "000000", Device: wire.ID(uuid.New())}, session.Proof{}, "192.0.2.9")
	return wire.CodeOf(err)
}
