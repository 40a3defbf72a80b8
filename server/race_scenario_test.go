package server_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	stdsync "sync"
	"testing"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// together asks all frames at once, each on its own socket, and gives the
// answers in the order of the sockets.
func together(t *testing.T, lines []*line, frames []wire.Append) []wire.ServerFrame {
	t.Helper()
	out := make([]wire.ServerFrame, len(lines))
	var wg stdsync.WaitGroup
	start := make(chan struct{})
	for i := range lines {
		wg.Go(func() {
			<-start
			if err := lines[i].send(wire.Encode(frames[i])); err != nil {
				t.Error(err)
				return
			}
			out[i], _ = lines[i].next()
		})
	}
	close(start)
	wg.Wait()
	return out
}

func claimOf(t *testing.T, p *arctest.Person, id wire.ID) wire.Append {
	t.Helper()
	f, err := p.SealClaim(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Of all who claim at once exactly one has the thread; the others are told so
// and are no longer served. A lone claim is the control.
func TestRaceClaim(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva", "kim")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		lines := make([]*line, len(staff))
		for i, p := range staff {
			lines[i] = rawOf(t, p).dial(t)
		}
		for round := range 25 {
			id := open(t, h, ann, "arc", fmt.Sprint("round ", round))
			frames := make([]wire.Append, len(staff))
			for i, p := range staff {
				frames[i] = claimOf(t, p, id)
			}
			if round == 0 { // the control
				if code := lines[0].code(frames[0]); code != "" {
					t.Fatal("a lone claim:", code)
				}
				continue
			}
			winner := -1
			for i, a := range together(t, lines, frames) {
				switch a := a.(type) {
				case wire.Posted:
					if winner >= 0 {
						t.Error("two have the thread")
					}
					winner = i
				case wire.Failed:
					if a.Code != wire.CodeTaken {
						t.Error("the loser was told", a.Code)
					}
				}
			}
			for i := range lines {
				if got, code := lines[i].read(id, 0); (code == wire.CodeNotFound) != (i != winner) {
					t.Errorf("claimer %d of winner %d is served %d entries, %s", i, winner, len(got), code)
				}
			}
		}
	})
}

// A claim and a message at once: one of them is first, and the other is told to
// look again, not that somebody took the thread. Both get there in the end.
func TestRaceClaimAndMessage(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann, sam := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc"), staff[0]
		lines := []*line{rawOf(t, sam).dial(t), rawOf(t, ann).dial(t)}
		for round := range 15 {
			id := open(t, h, ann, "arc", "first")
			run, err := ann.SealRun(t.Context(), id, []client.Content{text("at once")})
			if err != nil {
				t.Fatal(err)
			}
			stored := 0
			for _, a := range together(t, lines, []wire.Append{claimOf(t, sam, id), run[0]}) {
				switch a := a.(type) {
				case wire.Posted:
					stored++
				case wire.Failed:
					if a.Code != wire.CodeConflict || a.Next != 3 {
						t.Errorf("round %d: the later one was told %s, next %d", round, a.Code, a.Next)
					}
				}
			}
			if stored != 1 {
				t.Errorf("round %d: %d of the two were stored at one place", round, stored)
			}
			id = open(t, h, ann, "arc", "first")
			errs := make(chan error, 2)
			go func() { _, err := sam.Claim(t.Context(), id); errs <- err }()
			go func() { _, err := ann.Send(t.Context(), id, text("at once")); errs <- err }()
			if err := errors.Join(<-errs, <-errs); err != nil {
				t.Fatal(err)
			}
			if got := texts(t, sync(t, sam, id)); !slices.Equal(got, []string{"first", "at once"}) {
				t.Errorf("%q", got)
			}
		}
	})
}

// Eight senders in one thread: everything is there once, each sender's own
// messages in their order, and everybody sees the same.
func TestRaceSenders(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "s1", "s2", "s3", "s4", "s5", "s6", "s7")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "first") // while nobody has claimed it, the whole line may write
		people := append([]*arctest.Person{ann}, staff...)
		const each = 5
		errs := make(chan error, len(people))
		for _, p := range people {
			go func() {
				for i := range each {
					if _, err := p.Send(t.Context(), id, text(fmt.Sprint(p.Name, " ", i))); err != nil {
						errs <- err
						return
					}
				}
				errs <- nil
			}()
		}
		for range people {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		got := texts(t, sync(t, ann, id))
		if len(got) != 1+each*len(people) {
			t.Errorf("%d messages of %d", len(got), 1+each*len(people))
		}
		for _, p := range people {
			var mine []string
			for _, s := range got {
				if strings.HasPrefix(s, p.Name+" ") {
					mine = append(mine, s)
				}
			}
			for i, s := range mine {
				if s != fmt.Sprint(p.Name, " ", i) {
					t.Errorf("%s's messages stand as %q", p.Name, mine)
					break
				}
			}
			if seen := texts(t, sync(t, p, id)); !slices.Equal(seen, got) {
				t.Errorf("%s sees another thread than ann", p.Name)
			}
		}
	})
}
