// Package server builds the house from a config: the store, the rules, the one
// door, and the two ways to it. New makes it, Serve runs it, Close ends it
// without losing what has begun.
package server

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"arcline/server/account"
	"arcline/server/alert"
	"arcline/server/announce"
	"arcline/server/api"
	"arcline/server/command"
	"arcline/server/config"
	"arcline/server/cosign"
	"arcline/server/desk"
	"arcline/server/desk/rules"
	"arcline/server/hub"
	"arcline/server/jobs"
	"arcline/server/session"
	"arcline/server/thread"
	"arcline/server/web"
	"arcline/server/wire"
	"arcline/server/ws"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Options are what a program or a test decides besides the settings.
type Options struct {
	Clock      func() time.Time // nil: the system's
	Check      func(ctx context.Context, path string) error
	Iterations int // of password records; 0: session.DefaultIterations

	Web     fs.FS        // the built browser client; nil: none is served
	Witness *http.Client // reaches the witnesses; nil: a plain one
}

// Server is the house.
type Server struct {
	cfg     config.Config
	log     *slog.Logger
	st      *store.Store
	door    *command.Door
	people  *account.Service
	sockets *ws.Server
	api     *api.API
	web     *web.Pages // nil: no browser client is served
	http    *http.Server
	stop    context.CancelFunc
	done    chan struct{}
}

const (
	keyFileName = "service.key"
	setupName   = "setup-secret"
)

// New opens the store and builds every room. It never starts half: an error
// leaves nothing running.
func New(ctx context.Context, cfg config.Config, o Options, log *slog.Logger) (*Server, error) {
	kek, err := loadKEK(cfg)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, cfg.Data, store.Options{Check: o.Check, DangerousNoSync: cfg.NoSync == 1})
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: log, st: st, done: make(chan struct{})}
	if err := s.build(ctx, kek, o); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return s, nil
}

func (s *Server) build(ctx context.Context, kek account.KEK, o Options) error {
	clock := o.Clock
	if clock == nil {
		clock = time.Now
	}
	proxies, err := s.cfg.Proxies()
	if err != nil {
		return err
	}
	var keys account.ServiceKeys
	err = s.st.Update(ctx, func(tx *table.Tx) (err error) {
		keys, err = account.LoadKeys(s.st, tx, kek, "arcline/log", clock())
		return err
	}, kv.Own(store.PartSystem))
	if err != nil {
		return err
	}
	rules, err := s.cfg.Roster().Rules()
	if err != nil {
		return err
	}
	if s.people, err = account.Open(ctx, s.st, keys, rules, s.witnesses(o)); err != nil {
		return err
	}
	iterations := o.Iterations
	if iterations == 0 {
		iterations = session.DefaultIterations
	}
	signIns, err := s.signIns()
	if err != nil {
		return err
	}
	sessions := session.New(s.st, s.people, kek, keys, "arcline", session.NewHasher(iterations, runtime.GOMAXPROCS(0)/2), signIns)
	set, err := s.deskRules()
	if err != nil {
		return err
	}
	alerts, err := s.alerts(keys)
	if err != nil {
		return err
	}
	threads := thread.New(s.st, s.people)
	s.door = command.New(s.st, s.people, sessions, threads, desk.New(s.st, s.people, threads, set), alerts, announce.New(s.st, s.people), hub.New(), s.words(), clock)
	s.sockets = ws.New(s.door, ws.Config{Rate: s.cfg.Rate, Burst: s.cfg.Burst, Max: s.cfg.Sockets, PerUser: s.cfg.SocketsPerPerson}, s.log)
	s.api = api.New(s.door, s.sockets, api.Config{Origins: s.cfg.OriginList(), Proxies: proxies}, s.log)
	build, err := s.pages(o)
	if err != nil {
		return err
	}
	s.http = &http.Server{Handler: s,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
	jobsCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	go func() {
		defer close(s.done)
		jobs.Run(jobsCtx, s.door, jobs.Config{RosterFolder: s.cfg.RosterFolder, Mail: s.mailer(), Push: s.pusher(keys), Build: build}, s.log)
	}()
	return nil
}

// words are what the agency's settings say of it.
func (s *Server) words() command.Words {
	c := s.cfg
	return command.Words{House: wire.House{UrgentPhone: c.UrgentPhone, UrgentHours: c.UrgentHours, Zone: c.Zone, ZoneName: c.ZoneName, Passkeys: c.PasskeyDomain != ""},
		Replies: map[string]string{"arc": c.ARCReply, "broker": c.BrokerReply}}
}

// alerts is the room that tells people that something came.
func (s *Server) alerts(keys account.ServiceKeys) (*alert.Service, error) {
	zone, err := time.LoadLocation(s.cfg.Zone)
	if err != nil {
		return nil, fmt.Errorf("setting time-zone: %w", err)
	}
	hosts, name := s.cfg.PushHostList(), ""
	if len(hosts) > 0 {
		k, err := pushKey(keys.Push)
		if err != nil {
			return nil, err
		}
		if name, err = pushName(k); err != nil {
			return nil, fmt.Errorf("name the key of pushes: %w", err)
		}
	}
	return alert.New(s.st, alert.Steps{Push: s.cfg.AlertPush, Mail: s.cfg.AlertMail, Again: s.cfg.AlertAgain}, zone, hosts, name), nil
}

// pusher tells browsers; nil where no push service is named.
func (s *Server) pusher(keys account.ServiceKeys) jobs.Pusher {
	if len(s.cfg.PushHostList()) == 0 {
		return nil
	}
	k, err := pushKey(keys.Push)
	if err != nil {
		s.log.Error("pushes are off", "err", err)
		return nil
	}
	return newPusher(k, s.cfg.PushContact, s.door.Now)
}

// deskRules reads how the lines answer: the agency's file, or the example.
func (s *Server) deskRules() (*rules.Set, error) {
	file := rules.Example()
	if s.cfg.DeskFile != "" {
		var err error
		if file, err = os.ReadFile(s.cfg.DeskFile); err != nil {
			return nil, fmt.Errorf("setting desk-file: %w", err)
		}
	}
	set, err := rules.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("setting desk-file: %w", err)
	}
	return set, nil
}

// pages reads the browser client and returns the digest that names it.
func (s *Server) pages(o Options) (*[32]byte, error) {
	if o.Web == nil {
		return nil, nil
	}
	p, err := web.New(o.Web)
	if err != nil {
		return nil, err
	}
	s.web = p
	build := p.Manifest()
	return &build, nil
}

// ServeHTTP gives a request to the API or, for any other address, to the browser
// client.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.web == nil || strings.HasPrefix(r.URL.Path, "/v1/") || r.URL.Path == "/healthz" {
		s.api.ServeHTTP(w, r)
		return
	}
	s.web.ServeHTTP(w, r)
}

// witnesses are those of the settings; without any nobody is asked.
func (s *Server) witnesses(o Options) account.Witnesses {
	urls := s.cfg.WitnessList()
	if len(urls) == 0 {
		return nil
	}
	return cosign.New(urls, o.Witness, s.log)
}

// Setup writes a fresh one-time set-up secret to a file in the data folder if
// the agency is not made yet, and returns the file's path.
func (s *Server) Setup(ctx context.Context) (string, error) {
	path := filepath.Join(s.cfg.Data, setupName)
	if s.people.Ready() {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("remove the used set-up secret: %w", err)
		}
		return "", nil
	}
	b := make([]byte, 20)
	rand.Read(b)
	secret := base64.RawURLEncoding.EncodeToString(b)
	if err := s.people.PutSetup(ctx, secret, s.door.Now()); err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write the set-up secret: %w", err)
	}
	return path, nil
}

// Serve answers on a listener until Close, or until the store has failed, which
// is an error: the process must end and start anew.
func (s *Server) Serve(l net.Listener) error {
	if s.cfg.TLSCert != "" {
		certs, err := newCertificate(s.cfg.TLSCert, s.cfg.TLSKey)
		if err != nil {
			return err
		}
		l = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certs.get, NextProtos: []string{"http/1.1"}})
	}
	served := make(chan error, 1)
	go func() { served <- s.http.Serve(l) }()
	select {
	case err := <-served:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return fmt.Errorf("serve: %w", err)
	case <-s.st.Failed():
		return errors.Join(errors.New("the store has stopped after a disk error; what was confirmed is on disk; start the service again"), s.http.Close())
	}
}

// Close stops taking requests, lets what has begun finish, says goodbye to the
// sockets and closes the store.
func (s *Server) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Drain)
	defer cancel()
	err := s.http.Shutdown(ctx)
	s.sockets.Close()
	s.stop()
	<-s.done
	select {
	case <-s.st.Failed(): // nothing can be written down any more
	default:
		err = errors.Join(err, s.door.Remember(context.WithoutCancel(ctx)))
	}
	return errors.Join(err, s.st.Close())
}

// Store is for checks by tests and the demo.
func (s *Server) Store() *store.Store { return s.st }

// Sockets is for metrics.
func (s *Server) Sockets() *ws.Server { return s.sockets }

// Door is the way in, for measuring what lies behind it.
func (s *Server) Door() *command.Door { return s.door }

// Routes lists every HTTP route, for the test that each has its row in wire.
func (s *Server) Routes() []string { return s.api.Routes() }

// signIns are the settings of the room for signing in.
func (s *Server) signIns() (session.Config, error) {
	passkeys, err := session.NewPasskeys(s.cfg.PasskeyDomain, s.cfg.OriginList())
	if err != nil {
		return session.Config{}, fmt.Errorf("settings passkey-domain and origins: %w", err)
	}
	return session.Config{Grace: s.cfg.Grace, Staff: session.Limits{Idle: s.cfg.Idle, Absolute: s.cfg.Absolute},
		Assisters: session.Limits{Idle: s.cfg.IdleAssisters, Absolute: s.cfg.AbsoluteAssisters}, Watching: s.cfg.Watching,
		Passkeys: passkeys, StaffPasskey: s.cfg.RequirePasskey == "staff",
		PerPerson: s.cfg.SessionsPerPerson, Alarm: s.cfg.AlarmFailures, Log: s.log}, nil
}
