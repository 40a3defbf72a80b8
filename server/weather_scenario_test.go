package server_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/config"
	"arcline/server/wire"
)

// A reader that stops reading is closed and loses nothing; the others do not
// notice. That the others go on is the control: the thread itself is served.
func TestWeatherSlowReader(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		before := h.Server.Sockets().Open()
		slow := rawOf(t, ann).dial(t)
		if _, ok := slow.ask(wire.Sync{RID: 1, Thread: id, Live: true}).(wire.Synced); !ok {
			t.Fatal("not followed")
		}
		want := []string{"first"}
		for i := range 5 {
			s := fmt.Sprint("m", i)
			must(t)(staff[0].Send(t.Context(), id, text(s)))
			want = append(want, s)
		}
		start := now()
		for h.Server.Sockets().Open() > before {
			if time.Sleep(time.Second); now().Sub(start) > 15*time.Second {
				t.Fatal("a reader that does not read is still open")
			}
		}
		if waited := now().Sub(start); waited < 9*time.Second {
			t.Error("closed after", waited)
		}
		if got := texts(t, sync(t, ann, id)); !slices.Equal(got, want) {
			t.Errorf("after coming back: %q", got)
		}
	})
}

// A socket that says nothing is closed after 70 s; one that pings is not.
func TestWeatherSilentSocket(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		silent, awake := rawOf(t, ann).dial(t), rawOf(t, ann).dial(t)
		start := now()
		ended := make(chan time.Duration, 1)
		var reason string
		go func() { _, reason = silent.untilClosed(); ended <- now().Sub(start) }()
		for range 12 {
			time.Sleep(wire.PingSeconds * time.Second)
			if _, ok := awake.ask(wire.Ping{RID: 1}).(wire.Pong); !ok {
				t.Fatal("a socket that pings was closed")
			}
		}
		after := <-ended
		if after < 70*time.Second || after > 85*time.Second || reason != string(wire.CodeSilent) {
			t.Errorf("closed after %v: %s", after, reason)
		}
	})
}

// The allowance of a session: a burst, then so many a second. What cannot be
// read costs as much as what can, or it would be free to send for ever.
func TestWeatherRate(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		h.Tune = func(c *config.Config) { c.Rate, c.Burst = wire.RatePerSecond, wire.RateBurst }
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		h.Restart()
		for _, frame := range []string{`{"type":"ping","rid":1}`, `{"type":"pong","rid":1}`} {
			l := rawOf(t, ann).dial(t)
			count := func(n int) (served int) {
				for range n {
					if err := l.send([]byte(frame)); err != nil {
						t.Fatal(err)
					}
					if f, ok := l.must().(wire.Failed); !ok || f.Code != wire.CodeRate {
						served++
					}
				}
				return served
			}
			if n := count(100); n != wire.RateBurst {
				t.Errorf("%s: %d of 100 at once", frame, n)
			}
			time.Sleep(time.Second)
			if n := count(100); n != wire.RatePerSecond {
				t.Errorf("%s: %d of 100 a second later", frame, n)
			}
		}
	})
}

// One person has so many sockets; the next is refused before the upgrade.
func TestWeatherTooManySockets(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, bob := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc"), h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc")
		for range config.Default().SocketsPerPerson {
			rawOf(t, ann).dial(t)
		}
		ticket, err := ann.Ticket(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		a := rawOf(t, ann).do(t, "GET", "/v1/socket", nil, func(r *http.Request) {
			r.Header.Set("Sec-WebSocket-Protocol", wire.Subprotocol+", "+wire.TicketPrefix+ticket)
		})
		if a.code != wire.CodeTooMany {
			t.Error(a.status, a.code)
		}
		rawOf(t, bob).dial(t) // the control: somebody else comes in
	})
}

// Without the service the SDK says so and keeps what was written; it does not
// say that something was sent.
func TestWeatherNobodyThere(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		h.Stop()
		_, err := ann.Send(t.Context(), id, text("kept"))
		if !errors.Is(err, client.ErrOffline) {
			t.Error(err)
		}
		h.Start()
		if err := ann.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
