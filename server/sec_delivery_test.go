package server_test

import (
	"errors"
	"fmt"
	stdsync "sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// What is delivered while it is being taken away, and acts out of order: rows 28,
// 29 and 33.

// TestSec_28: a claim takes a thread from the rest of the line while they read it
// and its opener writes. Over a thousand reads raced against that, none has an
// entry from after the claim (ASVS 15.4.2). Whoever claimed has them all.
func TestSec_28(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		ann, sam, eva := h.Person("ann", wire.RoleNavigator, "Ann Made-Up"), staff[0], staff[1]
		var lines []*line
		for range 4 {
			lines = append(lines, rawOf(t, eva).dial(t))
		}
		reads, served := 0, 0
		for range 20 {
			id := open(t, h, ann, "arc", "first")
			got := make([][]wire.Stored, len(lines))
			var wg stdsync.WaitGroup
			for i, l := range lines {
				wg.Go(func() {
					for range 15 {
						all, code := l.read(id, 0)
						if got[i] = append(got[i], all...); code != "" && len(all) > 0 {
							t.Error("served and refused at once")
						}
					}
				})
			}
			wg.Go(func() {
				if _, err := sam.Claim(t.Context(), id); err != nil { // again, where a message came first
					t.Error(err)
				}
			})
			wg.Go(func() {
				for i := range 3 {
					if _, err := ann.Send(t.Context(), id, text(fmt.Sprint("later ", i))); err != nil {
						t.Error(err)
					}
				}
			})
			wg.Wait()
			at := claimedAt(t, sam, id)
			for _, all := range got {
				served += len(all)
				for _, e := range all {
					if e.Index > at {
						t.Fatalf("entry %d was read by somebody whom entry %d had taken off", e.Index, at)
					}
				}
			}
			reads += 15 * len(lines)
			if n := len(texts(t, sync(t, sam, id))); n != 4 {
				t.Errorf("who claimed reads %d messages of 4", n)
			}
		}
		if reads < 1000 || served == 0 || served == 6*reads { // the control: some came in time, some too late
			t.Errorf("%d reads had %d entries: nothing was raced", reads, served)
		}
	})
}

// claimedAt finds the claim's place in a thread.
func claimedAt(t *testing.T, p *arctest.Person, id wire.ID) uint64 {
	t.Helper()
	for _, ev := range sync(t, p, id).Events() {
		if string(ev.Kind) == "claim" {
			return ev.Index
		}
	}
	t.Fatal("nobody claimed it")
	return 0
}

// TestSec_29: news that waits for somebody who does not read is looked up when it
// is delivered, not when it happened: whoever was taken off meanwhile gets none of
// it. A party who read as slowly is the control.
func TestSec_29(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		ann, sam, eva := h.Person("ann", wire.RoleNavigator, "Ann Made-Up"), staff[0], staff[1]
		id := open(t, h, ann, "arc", "first")
		slow := map[*arctest.Person]*line{eva: rawOf(t, eva).dial(t), ann: rawOf(t, ann).dial(t)}
		for _, l := range slow {
			if _, ok := l.ask(wire.Sync{RID: 1, Thread: id, Live: true}).(wire.Synced); !ok {
				t.Fatal("not served at the start")
			}
		}
		must(t)(ann.Send(t.Context(), id, text("one for everybody")))
		synctest.Wait() // both are stuck in writing this one
		must(t)(sam.Claim(t.Context(), id))
		const after = 300
		run := []client.Content{}
		for range after {
			run = append(run, text("not for eva"))
		}
		frames, err := ann.SealRun(t.Context(), id, run)
		ok(t, err)
		l := rawOf(t, ann).dial(t)
		for _, f := range frames {
			if code := l.code(f); code != "" {
				t.Fatal(code)
			}
		}
		at := claimedAt(t, sam, id)
		for p, l := range slow {
			beyond, gone := drain(l, at)
			if p == eva && (beyond != 0 || !gone) || p == ann && (beyond != after || gone) {
				t.Errorf("%s was sent %d entries from after the claim, told that it is gone: %v", p.Name, beyond, gone)
			}
		}
	})
}

// drain reads what a socket has to say and counts the entries after a place.
func drain(l *line, at uint64) (beyond int, gone bool) {
	frames := make(chan wire.ServerFrame)
	go func() {
		defer close(frames)
		for {
			f, err := l.next()
			if err != nil {
				return
			}
			frames <- f
		}
	}()
	for {
		select {
		case f, open := <-frames:
			if !open {
				return beyond, gone
			}
			switch f := f.(type) {
			case wire.Entries:
				for _, e := range f.Entries {
					if e.Index > at {
						beyond++
					}
				}
			case wire.Failed:
				gone = gone || f.Code == wire.CodeNotFound
			}
		case <-time.After(2 * time.Second):
			l.ws.CloseNow()
			for range frames {
			}
			return beyond, gone
		}
	}
}

// model is what a thread should let happen, said a second time and shortly.
type model struct {
	claimer string // empty while it waits for the line
	closed  bool
	barred  bool // ann, by the roster
}

// may says whether an act of somebody would be done, and does it.
func (m *model) may(who, act string) bool {
	if who == "ann" && m.barred { // what is written to her meanwhile waits
		return false
	}
	party := who == "ann" || who == m.claimer
	switch act {
	case "claim":
		if who == "ann" || m.claimer != "" {
			return false
		}
		m.claimer = who
	case "send":
		if !party && m.claimer != "" {
			return false
		}
		m.closed = false
	case "close":
		if !party || m.claimer == "" || m.closed {
			return false
		}
		m.closed = true
	}
	return true
}

// TestSec_33: claims, messages, closings and changes of the roster in any order:
// the service does what a short model says, and refuses the rest (ASVS 2.3.1). Hold
// and purge are not built.
func TestSec_33(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		people := map[string]*arctest.Person{"ann": h.Person("ann", wire.RoleNavigator, "Ann Made-Up"), "sam": staff[0], "eva": staff[1]}
		steps := rapid.SliceOfN(rapid.IntRange(0, 9), 12, 12)
		done, not := 0, 0
		for seed := range 12 {
			m, id := model{}, open(t, h, people["ann"], "arc", "first")
			for _, s := range steps.Example(seed) {
				if s == 9 {
					m.barred = !m.barred
					h.Change("ann", with("ann", wire.RoleNavigator, "Ann Made-Up", "state", map[bool]string{true: "suspended", false: "active"}[m.barred]))
					if !m.barred {
						people["ann"].SignIn()
					}
					continue
				}
				who, act := []string{"ann", "sam", "eva"}[s%3], []string{"claim", "send", "close"}[s/3]
				was, want := m, m.may(who, act)
				err := do(t, people[who], act, id)
				if errors.Is(err, client.ErrOffline) || (err == nil) != want {
					t.Fatalf("seed %d, %+v: %s by %s: %v, the model says %v", seed, was, act, who, err, want)
				}
				if err == nil {
					done++
				} else {
					not++
				}
			}
			if m.barred {
				h.Change("ann", with("ann", wire.RoleNavigator, "Ann Made-Up"))
				people["ann"].SignIn()
			}
		}
		if done < 20 || not < 20 { // the control
			t.Errorf("%d acts were done and %d refused: the order was not tried", done, not)
		}
	})
}

// do does one act by somebody's program, which looks first.
func do(t *testing.T, p *arctest.Person, act string, id wire.ID) (err error) {
	t.Helper()
	switch act {
	case "claim":
		_, err = p.Claim(t.Context(), id)
	case "send":
		_, err = p.Send(t.Context(), id, text("x"))
	case "close":
		_, err = p.CloseThread(t.Context(), id, 0)
	}
	return err
}
