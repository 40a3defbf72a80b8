package server_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	stdsync "sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

var now = time.Now // of the bubble that calls it

// Whatever was missed while away comes from the cursor, once and in order.
func TestResumeFromCursor(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		want := []string{"first"}
		for i := range 6 {
			s := fmt.Sprint("m", i)
			if i == 3 {
				sync(t, ann, id)
				ann.Drop()
			}
			must(t)([]*arctest.Person{ann, staff[0]}[i/3].Send(t.Context(), id, text(s)))
			want = append(want, s)
		}
		if got := texts(t, sync(t, ann, id)); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		l := rawOf(t, ann).dial(t)
		all, _ := l.read(id, 0)
		for from := range uint64(len(all)) + 1 {
			part, code := l.read(id, from)
			if code != "" || len(part) != len(all)-int(from) || len(part) > 0 && part[0].Index != from {
				t.Errorf("from %d: %d entries, %s", from, len(part), code)
			}
		}
	})
}

// A restart in the middle loses nothing that was confirmed and repeats nothing.
func TestResumeServerRestart(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		want := []string{"first"}
		for i := range 6 {
			if i%2 == 1 {
				h.Restart()
			}
			s := fmt.Sprint("m", i)
			must(t)([]*arctest.Person{ann, staff[0]}[i%2].Send(t.Context(), id, text(s)))
			want = append(want, s)
		}
		for _, p := range []*arctest.Person{ann, staff[0]} {
			if got := texts(t, sync(t, p, id)); !slices.Equal(got, want) {
				t.Errorf("%s has %q", p.Name, got)
			}
		}
	})
}

// What could not be sent is on the device's disk, over a restart of the
// client's program, and goes out once, in the order in which it was written.
func TestResumeOutbox(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		h.Stop()
		for _, s := range []string{"kept one", "kept two"} {
			if _, err := ann.Send(t.Context(), id, text(s)); !errors.Is(err, client.ErrOffline) {
				t.Fatal("sent to nobody:", err)
			}
			time.Sleep(time.Second)
		}
		ann.Reopen()
		if n, err := ann.Waiting(); n != 2 || err != nil {
			t.Fatal(n, "wait", err)
		}
		h.Start()
		// The control: starting alone does not send them.
		if got := texts(t, sync(t, staff[0], id)); !slices.Equal(got, []string{"first"}) {
			t.Fatalf("%q", got)
		}
		for range 2 { // a second flush has nothing to do
			if err := ann.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := texts(t, sync(t, staff[0], id)); !slices.Equal(got, []string{"first", "kept one", "kept two"}) {
			t.Errorf("%q", got)
		}
	})
}

// deaf is a connection that can lose the next thing the service says, and then
// everything: the request arrived and its answer did not.
type deaf struct {
	net.Conn
	armed *atomic.Bool
	lost  *atomic.Int32
}

func (c deaf) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && c.armed.CompareAndSwap(true, false) {
		c.lost.Add(1)
		c.Close()
		return 0, net.ErrClosed
	}
	return n, err
}

// deafen puts a person on connections that can lose an answer.
func deafen(p *arctest.Person) (armed *atomic.Bool, lost *atomic.Int32) {
	armed, lost = new(atomic.Bool), new(atomic.Int32)
	inner := p.H.Client().Transport.(*http.Transport).DialContext
	p.HTTP = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, n, a string) (net.Conn, error) {
		c, err := inner(ctx, n, a)
		return deaf{c, armed, lost}, err
	}}}
	p.H.T.Cleanup(p.HTTP.CloseIdleConnections)
	p.Reopen()
	return armed, lost
}

// An answer lost on the way makes the client ask again under the same id. The
// answer is lost at every step of a message's way in turn, so also at the one
// after the message was stored. Without the id, the control below, it doubles
// or is refused: it cannot pass unseen.
func TestResumeAnswerLost(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		armed, lost := deafen(ann)
		want := []string{"first"}
		for i := range 8 {
			s := fmt.Sprint("m", i)
			sync(t, ann, id)
			done := make(chan error)
			go func() { _, err := ann.Send(t.Context(), id, text(s)); done <- err }()
			for range i {
				synctest.Wait()
			}
			armed.Store(true)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			armed.Store(false)
			want = append(want, s)
		}
		if lost.Load() == 0 {
			t.Error("no answer was lost: the test does not bite")
		}
		if got := texts(t, sync(t, staff[0], id)); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	})
}

// The same request over another socket has the same answer and is stored once.
func TestResumeSameRequestTwice(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		run, err := ann.SealRun(t.Context(), id, []client.Content{text("once")})
		if err != nil {
			t.Fatal(err)
		}
		first, ok := rawOf(t, ann).dial(t).ask(run[0]).(wire.Posted)
		h.Restart()
		again := rawOf(t, ann).dial(t)
		second, ok2 := again.ask(run[0]).(wire.Posted)
		if !ok || !ok2 || first != second {
			t.Errorf("%+v then %+v", first, second)
		}
		// The control: the same entry as a new request is no repeat.
		other := run[0]
		other.ID[0] ^= 1
		if code := again.code(other); code != wire.CodeConflict {
			t.Error("a repeat under a new id:", code)
		}
		if got := texts(t, sync(t, ann, id)); !slices.Equal(got, []string{"first", "once"}) {
			t.Errorf("%q", got)
		}
	})
}

// Following survives lost connections and restarts: the follower sees each
// message once, in order, without asking.
func TestResumeFollow(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var mu stdsync.Mutex
		var seen []string
		ended := make(chan error, 1)
		go func() {
			ended <- ann.Follow(ctx, id, func(th *client.Thread) {
				mu.Lock()
				defer mu.Unlock()
				seen = texts(t, th)
			})
		}()
		want := []string{"first"}
		for i := range 9 {
			switch i % 3 {
			case 1:
				ann.Drop()
			case 2:
				h.Restart()
			}
			s := fmt.Sprint("m", i)
			must(t)(staff[0].Send(t.Context(), id, text(s)))
			want = append(want, s)
			time.Sleep(20 * time.Second) // longer than any pause between tries
			mu.Lock()
			if !slices.Equal(seen, want) {
				t.Errorf("after %s: %q", s, seen)
			}
			mu.Unlock()
		}
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
