package ws

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"arcline/server/command"
	"arcline/server/hub"
	"arcline/server/wire"
)

// Config holds a socket's limits.
type Config struct {
	Rate    float64 // commands a second from one socket; 0: no limit
	Burst   float64
	Max     int // sockets in all
	PerUser int // sockets of one account
}

// Server accepts sockets and keeps their register.
type Server struct {
	door *command.Door
	log  *slog.Logger
	cfg  Config

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup // one for each socket
	swept  chan struct{}  // closed when the sweeper has ended

	mu      sync.Mutex
	sockets map[*socket]struct{}
	users   map[[16]byte]int
	closed  bool
}

// New makes a server of sockets.
func New(door *command.Door, cfg Config, log *slog.Logger) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{door: door, log: log, cfg: cfg, ctx: ctx, cancel: cancel, sockets: map[*socket]struct{}{}, users: map[[16]byte]int{}, swept: make(chan struct{})}
	go s.sweep()
	return s
}

// Ticket finds the ticket among the subprotocols that a client offers. It is
// not in the address, so it is in no log.
func Ticket(r *http.Request) string {
	for _, h := range r.Header.Values("Sec-WebSocket-Protocol") {
		for p := range strings.SplitSeq(h, ",") {
			if t, ok := strings.CutPrefix(strings.TrimSpace(p), wire.TicketPrefix); ok {
				return t
			}
		}
	}
	return ""
}

// Accept turns a request with a used ticket into a socket and returns at once:
// the connection goes on in a goroutine of its own, which spares the memory of
// the HTTP handler.
func (s *Server) Accept(w http.ResponseWriter, r *http.Request, c command.Caller) error {
	if err := s.reserve(c); err != nil {
		return err
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{wire.Subprotocol},
		InsecureSkipVerify: true, // the origin was compared exactly before the ticket was used
		CompressionMode:    websocket.CompressionDisabled})
	if err != nil {
		s.release(c)
		return nil // Accept has answered
	}
	conn.SetReadLimit(wire.MaxFrame)
	ctx, cancel := context.WithCancelCause(s.ctx)
	k := &socket{srv: s, conn: conn, caller: c, ctx: ctx, cancel: cancel, tokens: s.cfg.Burst, filled: s.door.Now(), present: map[wire.ID]bool{}}
	k.room.L = &k.mu
	k.heard.Store(s.door.Now().Unix())
	if !s.take(k) {
		s.release(c)
		cancel(nil)
		_ = conn.Close(websocket.StatusGoingAway, string(wire.CodeShutdown)) // the client comes back either way
		return nil
	}
	go s.run(k)
	return nil
}

// take counts a socket in, unless the service has begun to close meanwhile: who
// waits for the sockets must not miss one.
func (s *Server) take(k *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.sockets[k] = struct{}{}
	s.wg.Add(1)
	return true
}

func (s *Server) reserve(c command.Caller) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return wire.Refuse(wire.CodeShutdown)
	case s.cfg.Max > 0 && len(s.sockets) >= s.cfg.Max, s.cfg.PerUser > 0 && s.users[c.Grip.Account] >= s.cfg.PerUser:
		return wire.Refuse(wire.CodeTooMany)
	}
	s.users[c.Grip.Account]++
	return nil
}

func (s *Server) release(c command.Caller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[c.Grip.Account]--; s.users[c.Grip.Account] == 0 {
		delete(s.users, c.Grip.Account)
	}
}

// run is the life of a socket.
func (s *Server) run(k *socket) {
	defer s.wg.Done()
	standing := hub.Topic{Kind: hub.AccountTopic, ID: k.caller.Grip.Account}
	s.door.Hub().Join(standing, k)
	k.answer(wire.Hello{Version: wire.Version, Account: wire.ID(k.caller.Grip.Account), Device: wire.ID(k.caller.Grip.Device),
		Role: k.caller.Grip.Role, Now: s.door.Now().UnixMilli(), Session: wire.ID(k.caller.Grip.Session).String()})
	err := k.read()
	k.cancel(err)
	k.room.Broadcast()
	s.door.Gone(k)
	s.door.Hub().Leave(standing, k)
	k.mu.Lock()
	follows, lists := k.follows, k.lists
	k.follows, k.lists = nil, nil
	k.mu.Unlock()
	for key := range follows {
		s.door.Hub().Leave(key.topic(), k)
	}
	for _, l := range lists {
		k.leave(l)
	}
	k.conn.CloseNow()
	s.mu.Lock()
	delete(s.sockets, k)
	s.mu.Unlock()
	s.release(k.caller)
}

// sweepEvery is how often silent sockets are looked for.
const sweepEvery = 10 * time.Second

// sweep closes sockets that have been silent for too long and those whose person
// has done nothing for too long: one clock for all, so that an idle socket needs
// no timer of its own.
func (s *Server) sweep() {
	defer close(s.swept)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
		}
		now := s.door.Now()
		for _, k := range s.all() {
			switch {
			case k.heard.Load() < now.Unix()-wire.SilentSeconds:
				k.end(wire.Refuse(wire.CodeSilent))
			case k.until.Load() <= now.UnixMilli():
				k.look(news{standing: true})
			}
		}
	}
}

func (s *Server) all() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*socket, 0, len(s.sockets))
	for k := range s.sockets {
		out = append(out, k)
	}
	return slices.Clip(out)
}

// Open counts the open sockets.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// Close tells every client that the service restarts and waits for the sockets.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	for _, k := range s.all() {
		k.end(wire.Refuse(wire.CodeShutdown))
	}
	done := make(chan struct{})
	go func() { s.wg.Wait(); close(done) }()
	limit := time.NewTimer(closeLimit)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
	}
	s.cancel()
	<-done
	<-s.swept
}

// closeLimit is how long sockets have to say goodbye.
const closeLimit = 2 * time.Second
