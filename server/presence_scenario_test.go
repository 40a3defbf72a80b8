package server_test

import (
	"testing"
	"testing/synctest"
	"time"

	"arcline/client/arctest"
	"arcline/server/hub"
	"arcline/server/wire"
)

// colleagues keeps a line's list on a socket and returns what it was told last of who
// is where.
func colleagues(t *testing.T, r *raw, line wire.ID) func() []wire.AtThread {
	t.Helper()
	l := r.dial(t)
	told := make(chan wire.Present, 100)
	if err := l.send(wire.Encode(wire.List{RID: 1, Line: &line, Live: true})); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			f, err := l.next()
			if err != nil {
				return
			}
			if p, ok := f.(wire.Present); ok {
				told <- p
			}
		}
	}()
	var last []wire.AtThread
	return func() []wire.AtThread {
		synctest.Wait()
		for len(told) > 0 {
			last = (<-told).People
		}
		return last
	}
}

// Colleagues on a line see at once who is at a thread and who writes, and no
// longer when that person leaves, or says nothing any more. Nobody else is told.
func TestPresence(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "sofia")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		thread, arc, other := open(t, h, ann, "arc", "a question"), h.Line("arc"), h.Line("broker")
		seen := colleagues(t, rawOf(t, staff[1]), arc)
		sam := rawOf(t, staff[0]).dial(t)
		if got := seen(); len(got) != 0 {
			t.Fatal("somebody is there before anybody came:", got)
		}
		for _, writing := range []bool{false, true} {
			sam.ask(wire.Doing{RID: 2, Line: arc, Thread: &thread, Writing: writing})
			if got := seen(); len(got) != 1 || got[0] != (wire.AtThread{Thread: thread, Account: staff[0].ID, Writing: writing}) {
				t.Errorf("writing %v: %v", writing, got)
			}
		}
		sam.ask(wire.Doing{RID: 3, Line: arc})
		if got := seen(); len(got) != 0 {
			t.Error("still there after leaving:", got)
		}
		sam.ask(wire.Doing{RID: 4, Line: arc, Thread: &thread})
		if len(seen()) != 1 {
			t.Error("not there again")
		}
		sam.ws.CloseNow()
		if got := seen(); len(got) != 0 {
			t.Error("still there after the connection was lost:", got)
		}
		nobody := wire.ID{9}
		for name, x := range map[string]struct {
			r    *raw
			line wire.ID
			at   *wire.ID
			want wire.Code
		}{
			"an assister":               {rawOf(t, ann), arc, &thread, wire.CodeForbidden},
			"another line":              {rawOf(t, staff[0]), other, &thread, wire.CodeNotFound},
			"a thread that is not here": {rawOf(t, staff[0]), arc, &nobody, wire.CodeNotFound},
		} {
			if got := x.r.dial(t).code(wire.Doing{RID: 5, Line: x.line, Thread: x.at}); got != x.want {
				t.Errorf("%s: %q, want %q", name, got, x.want)
			}
		}
		if got := seen(); len(got) != 0 {
			t.Error("a refused word was told:", got)
		}
	})
}

// Who says nothing any more is gone after a while.
func TestPresenceEnds(t *testing.T) {
	var p hub.Presence
	line, thread, now := [16]byte{1}, [16]byte{2}, time.Unix(1_900_000_000, 0)
	if !p.Say(line, "a", hub.Present{Thread: thread}, now) || p.Say(line, "a", hub.Present{Thread: thread}, now.Add(time.Second)) {
		t.Error("news is told once, and the same again only after a while")
	}
	if len(p.At(line, now.Add(hub.PresenceLife))) != 1 || len(p.At(line, now.Add(hub.PresenceLife+2*time.Second))) != 0 {
		t.Error("somebody who says nothing is not gone when they should be")
	}
}
