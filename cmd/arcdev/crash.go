package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/coder/websocket"

	"arcline/client"
	"arcline/server/wire"
)

// crashResult is what a series of crashes showed.
type crashResult struct {
	Kind      string `json:"kind"` // kill -9, or power cut
	NoSync    bool   `json:"no_sync"`
	Crashes   int    `json:"crashes"`
	Confirmed int    `json:"confirmed"`
	Stored    int    `json:"stored"`
	Lost      int    `json:"lost"`     // confirmed and not there afterwards
	Doubled   int    `json:"doubled"`  // there twice
	Changed   int    `json:"changed"`  // another entry where a confirmed one belongs
	Unopened  int    `json:"unopened"` // times the store was refused or the service did not start
	Skipped   string `json:"skipped,omitempty"`
	Seconds   int    `json:"seconds"`
}

func (r crashResult) clean() bool { return r.Lost+r.Doubled+r.Changed+r.Unopened == 0 }

// crash ends the service without warning, over and over, while messages are
// under way, and looks for every confirmed one afterwards. The control runs
// without sync and must lose some: a harness that sees no loss there proves
// nothing.
func crash(root string, args []string) error {
	fs := flag.NewFlagSet("crash", flag.ContinueOnError)
	kills := fs.Int("kills", 100, "how often to kill -9 the service")
	cuts := fs.Int("cuts", 25, "how often to cut the power (ext4 on a loop mount; needs root)")
	control := fs.Int("control", 8, "power cuts of the control without sync, at most")
	if err := fs.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "arcline-crash-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := buildArcline(root, dir)
	if err != nil {
		return err
	}
	var results []crashResult
	add := func(r crashResult, err error) error { results = append(results, r); return err }
	if err := add(killSeries(bin, filepath.Join(dir, "kill"), *kills)); err != nil {
		return err
	}
	if err := add(powerSeries(bin, filepath.Join(dir, "power"), *cuts, false)); err != nil {
		return err
	}
	if err := add(powerSeries(bin, filepath.Join(dir, "control"), *control, true)); err != nil {
		return err
	}
	b, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println(string(b))
	return judge(results)
}

func judge(results []crashResult) error {
	for _, r := range results {
		switch {
		case r.Skipped != "":
		case r.NoSync && r.Lost == 0:
			return errors.New("the control without sync lost nothing, so the harness proves nothing")
		case !r.NoSync && !r.clean():
			return fmt.Errorf("a %s broke a promise", r.Kind)
		}
	}
	return nil
}

// breaker is how a series ends the service, and what is done before it starts again.
type breaker struct {
	kind   string
	crash  func(s *stage) error
	remake func() error
}

// killSeries kills the process; the machine lives on.
func killSeries(bin, dir string, n int) (crashResult, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return crashResult{}, err
	}
	return series(bin, dir, n, false, breaker{"kill -9", func(s *stage) error { return s.stop(syscall.SIGKILL) }, func() error { return nil }})
}

// writers is how many threads are written at once.
const writers = 16

// series prepares an arcline and crashes it n times.
func series(bin, dir string, n int, noSync bool, b breaker) (crashResult, error) {
	began := time.Now()
	r := crashResult{Kind: b.kind, NoSync: noSync}
	var flags []string
	if noSync {
		flags = []string{"--dangerous-no-sync", "1"}
	}
	s, err := newStage(bin, dir, flags...)
	if err != nil {
		return r, err
	}
	ctx := context.Background()
	lanes, err := s.prepareCrash(ctx, n)
	if err != nil {
		return r, errors.Join(err, s.stop(syscall.SIGKILL))
	}
	syscall.Sync() // the set-up itself is not what is tested
	for range n {
		if err := s.oneCrash(ctx, lanes, b, &r); err != nil {
			return r, err
		}
		if noSync && r.Lost > 0 {
			break // the control has shown what it must
		}
	}
	for _, x := range lanes {
		r.Confirmed += x.done
	}
	r.Confirmed += r.Lost
	r.Seconds = int(time.Since(began).Seconds())
	return r, errors.Join(s.stop(syscall.SIGKILL))
}

// crashLane is one thread with its sealed messages, and how many are confirmed.
type crashLane struct {
	who    *client.Client
	thread wire.ID
	first  uint64
	run    []wire.Append
	done   int // confirmed
}

func (s *stage) prepareCrash(ctx context.Context, n int) ([]*crashLane, error) {
	if err := s.start(); err != nil {
		return nil, err
	}
	if err := s.found(ctx, 2); err != nil {
		return nil, err
	}
	var err error
	if s.assisters, s.specialists, s.line, err = s.crew(ctx, 2); err != nil {
		return nil, err
	}
	lanes := make([]*crashLane, writers)
	for i := range lanes {
		a := s.assisters[i%len(s.assisters)]
		rc, err := a.OpenThread(ctx, s.line, client.Content{Type: "text", Text: "crash"})
		if err != nil {
			return nil, err
		}
		texts := make([]client.Content, n*messagesPerCrash)
		for j := range texts {
			texts[j] = client.Content{Type: "text", Text: fmt.Sprintf("lane %d message %d", i, j)}
		}
		x := &crashLane{who: a, thread: rc.Thread, first: rc.Index + 1}
		if x.run, err = a.SealRun(ctx, rc.Thread, texts); err != nil {
			return nil, err
		}
		lanes[i] = x
	}
	return lanes, nil
}

// messagesPerCrash bounds what one lane can send between two crashes.
const messagesPerCrash = 120

// oneCrash writes on all lanes, crashes in the middle, starts again and checks.
func (s *stage) oneCrash(ctx context.Context, lanes []*crashLane, b breaker, r *crashResult) error {
	writing, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, x := range lanes {
		ws, err := s.socket(ctx, x.who)
		if err != nil {
			stop()
			return fmt.Errorf("connect before a crash: %w", err)
		}
		wg.Go(func() { x.write(writing, ws) })
	}
	jitter := make([]byte, 1)
	rand.Read(jitter)
	time.Sleep(50*time.Millisecond + time.Duration(jitter[0])*time.Millisecond*3/2)
	err := b.crash(s)
	stop()
	wg.Wait()
	if err != nil {
		return fmt.Errorf("crash: %w", err)
	}
	if err := b.remake(); err != nil {
		return fmt.Errorf("after a crash: %w", err)
	}
	r.Crashes++
	if err := s.start(); err != nil {
		r.Unopened++
		return err
	}
	stored := 0
	for _, x := range lanes {
		n, err := x.check(ctx, s, r)
		if err != nil {
			return err
		}
		stored += n
	}
	r.Stored = stored
	return nil
}

// write sends the lane's next messages, one at a time, until the service is
// gone. The first may have been stored before the crash: its id is the same.
func (x *crashLane) write(ctx context.Context, ws *websocket.Conn) {
	defer ws.CloseNow()
	for x.done < len(x.run) && ctx.Err() == nil {
		if ws.Write(ctx, websocket.MessageText, wire.Encode(x.run[x.done])) != nil {
			return
		}
		_, b, err := ws.Read(ctx)
		if err != nil || !bytes.HasPrefix(b, []byte(`{"type":"posted"`)) {
			return
		}
		x.done++
	}
}

// check reads the whole thread as a client does and holds it against what was
// confirmed. One message more than confirmed is right: its answer was lost.
func (x *crashLane) check(ctx context.Context, s *stage, r *crashResult) (int, error) {
	ws, err := s.socket(ctx, x.who)
	if err != nil {
		return 0, err
	}
	defer ws.CloseNow()
	if err := ws.Write(ctx, websocket.MessageText, wire.Encode(wire.Sync{RID: 1, Thread: x.thread, From: x.first})); err != nil {
		return 0, err
	}
	seen, n := map[string]bool{}, 0
	for {
		_, b, err := ws.Read(ctx)
		if err != nil {
			return n, err
		}
		for line := range bytes.SplitSeq(b, []byte("\n")) {
			f, err := wire.DecodeServer(line)
			if err != nil {
				return n, err
			}
			switch f := f.(type) {
			case wire.Entries:
				for _, e := range f.Entries {
					if n >= len(x.run) || !bytes.Equal(e.Entry.Head, x.run[n].Entry.Head) || e.Index != x.first+uint64(n) {
						r.Changed++
					}
					if seen[string(e.Entry.Head)] {
						r.Doubled++
					}
					seen[string(e.Entry.Head)] = true
					n++
				}
			case wire.Synced:
				if n < x.done {
					r.Lost += x.done - n
					x.done = n // count a loss once and go on
				}
				return n, nil
			case wire.Failed:
				return n, fmt.Errorf("read after a crash: %s", f.Code)
			}
		}
	}
}
