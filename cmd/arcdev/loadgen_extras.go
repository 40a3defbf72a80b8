package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/coder/websocket"

	"arcline/client"
	"arcline/server/wire"
)

func (s *stage) counters() (syncs, commits float64) {
	syncs, _ = s.metric("arcline_store_syncs_total")
	commits, _ = s.metric("arcline_store_commits_total")
	return syncs, commits
}

// profiled takes a CPU profile of the service, if asked, while a run goes on.
func (s *stage) profiled() chan error {
	done := make(chan error, 1)
	if s.profile == "" {
		done <- nil
		return done
	}
	go func() {
		resp, err := http.Get("http://" + s.debug + "/debug/pprof/profile?seconds=3")
		if err != nil {
			done <- err
			return
		}
		defer resp.Body.Close()
		f, err := os.Create(s.profile)
		if err != nil {
			done <- err
			return
		}
		_, err = io.Copy(f, resp.Body)
		done <- errors.Join(err, f.Close())
	}()
	return done
}

// cpu is the processor time that the service has used, in seconds.
func (s *stage) cpu() float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, _ := strconv.ParseFloat(f[11], 64)
	system, _ := strconv.ParseFloat(f[12], 64)
	return (user + system) / 100 // USER_HZ
}

func ownCPU() float64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()).Seconds()
}

// anon is the memory of the service that is not a mapped file, in bytes.
func (s *stage) anon() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if v, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 64)
			return kb * 1024, err
		}
	}
	return 0, errors.New("no RssAnon: memory is measured on Linux only")
}

// extras measures idle connections and a herd, if asked.
func (s *stage) extras(idle, herd int, out map[string]any) error {
	if idle > 0 {
		// A fresh process: a heap grown by load would hide the cost.
		if err := errors.Join(s.stop(syscall.SIGTERM), s.start()); err != nil {
			return err
		}
		r, err := s.idle(idle)
		if err != nil {
			return err
		}
		out["idle"] = r
	}
	if herd > 0 {
		r, err := s.herd(herd)
		if err != nil {
			return err
		}
		out["herd"] = r
	}
	return nil
}

// each runs fn n times, at most width at once.
func each(n, width int, fn func(i int) error) error {
	gate := make(chan struct{}, width)
	errs := make(chan error, n)
	for i := range n {
		gate <- struct{}{}
		go func() { errs <- fn(i); <-gate }()
	}
	var err error
	for range n {
		err = errors.Join(err, <-errs)
	}
	return err
}

func (s *stage) idle(n int) (map[string]any, error) {
	ctx := context.Background()
	if err := each(64, 8, func(i int) error { _, err := s.assisters[i%crewSize].Ticket(ctx); return err }); err != nil {
		return nil, err // warm up, so that one-time costs are not counted
	}
	before, err := s.anon()
	if err != nil {
		return nil, err
	}
	conns := make([]*websocket.Conn, n)
	began := time.Now()
	err = each(n, 64, func(i int) (err error) {
		conns[i], err = s.socket(ctx, s.assisters[i%crewSize])
		return err
	})
	defer func() {
		for _, c := range conns {
			if c != nil {
				c.CloseNow()
			}
		}
	}()
	if err != nil {
		return nil, err
	}
	opened := time.Since(began).Seconds()
	time.Sleep(5 * time.Second) // let buffers of the handshakes go
	after, err := s.anon()
	if err != nil {
		return nil, err
	}
	open, err := s.metric("arcline_sockets_open")
	return map[string]any{"connections": open, "opened_in_seconds": round3(opened), "kib_per_connection": round3((after - before) / float64(n) / 1024)}, err
}

// herd lets n clients, who were all away, come back at once: a ticket, a socket,
// and the last 20 messages of a thread each.
func (s *stage) herd(n int) (map[string]any, error) {
	ctx := context.Background()
	const behind = 20
	threads := make([]wire.ID, crewSize*4)
	err := each(len(threads), 4, func(i int) error {
		a := s.assisters[i%crewSize]
		r, err := a.OpenThread(ctx, s.line, client.Content{Type: "text", Text: "herd"})
		if err != nil {
			return err
		}
		threads[i] = r.Thread
		texts := make([]client.Content, behind-1)
		for j := range texts {
			texts[j] = client.Content{Type: "text", Text: strings.Repeat("y", 500)}
		}
		run, err := a.SealRun(ctx, r.Thread, texts)
		if err != nil {
			return err
		}
		return s.push(ctx, a, run)
	})
	if err != nil {
		return nil, err
	}
	times := make([]time.Duration, n)
	began := time.Now()
	var wg sync.WaitGroup
	errs := make(chan error, n)
	for i := range n {
		wg.Go(func() {
			err := s.comeBack(ctx, s.assisters[i%crewSize], threads[i%len(threads)], behind)
			times[i] = time.Since(began)
			errs <- err
		})
	}
	wg.Wait()
	took := time.Since(began)
	for range n {
		if err := <-errs; err != nil {
			return nil, err
		}
	}
	return map[string]any{"clients": n, "messages_each": behind, "all_back_in_seconds": round3(took.Seconds()), "p50_ms": quantile(times, .5), "p99_ms": quantile(times, .99)}, nil
}

// push sends sealed messages one after another.
func (s *stage) push(ctx context.Context, c *client.Client, run []wire.Append) error {
	ws, err := s.socket(ctx, c)
	if err != nil {
		return err
	}
	defer ws.CloseNow()
	for _, f := range run {
		if err := ws.Write(ctx, websocket.MessageText, wire.Encode(f)); err != nil {
			return err
		}
		if _, b, err := ws.Read(ctx); err != nil || !bytes.HasPrefix(b, []byte(`{"type":"posted"`)) {
			return fmt.Errorf("push: %.200s %w", b, err)
		}
	}
	return nil
}

func (s *stage) comeBack(ctx context.Context, c *client.Client, thread wire.ID, behind int) error {
	ws, err := s.socket(ctx, c)
	if err != nil {
		return err
	}
	defer ws.CloseNow()
	if err := ws.Write(ctx, websocket.MessageText, wire.Encode(wire.Sync{RID: 1, Thread: thread, From: 1, Live: true})); err != nil {
		return err
	}
	got := 0
	for {
		_, b, err := ws.Read(ctx)
		if err != nil {
			return err
		}
		got += bytes.Count(b, []byte(`{"index":`))
		if bytes.Contains(b, []byte(`{"type":"synced"`)) {
			break
		}
	}
	if got != behind {
		return fmt.Errorf("%d messages on coming back, %d belong", got, behind)
	}
	return nil
}
