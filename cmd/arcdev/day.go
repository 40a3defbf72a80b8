package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"arcline/client"
	"arcline/server/wire"
)

// dayResult is what a deadline day did to a service. Times are milliseconds.
type dayResult struct {
	Specialists int      `json:"specialists"`
	Assisters   int      `json:"assisters"`
	Threads     int      `json:"threads"`
	Knocks      int64    `json:"sign_in_attempts_from_outside"`
	TurnedAway  int64    `json:"told_to_come_later"`
	Refused     int64    `json:"refused"`
	Unanswered  int64    `json:"knocks_without_an_answer"`
	Seconds     float64  `json:"seconds"`
	OpenP50     float64  `json:"ask_p50_ms"`
	OpenP99     float64  `json:"ask_p99_ms"`
	ClaimP99    float64  `json:"take_p99_ms"`
	Lost        int      `json:"lost"`
	Board       []string `json:"board_differs,omitempty"`
}

// day plays a deadline day against the real program at speed: so many people at the
// desk, so many questions, and a rush of sign-ins from outside all the while. It
// fails if a question is lost, or if the board's numbers are not those that the
// threads' own logs give.
func day(root string, args []string) error {
	fs := flag.NewFlagSet("day", flag.ContinueOnError)
	threads, knocks := fs.Int("threads", 420, "questions"), fs.Int("knocks", 50_000, "sign-in attempts from outside")
	if err := fs.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "arcline-day-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := buildArcline(root, dir)
	if err != nil {
		return err
	}
	s, err := newStage(bin, dir)
	if err != nil {
		return err
	}
	s.people = 21
	r, err := s.day(*threads, *knocks)
	err = errors.Join(err, s.stop(syscall.SIGTERM))
	b, _ := json.MarshalIndent(r, "", "  ")
	fmt.Println(string(b))
	if err == nil && (r.Lost > 0 || len(r.Board) > 0 || r.TurnedAway == 0) {
		err = errors.New("the day did not go as it should")
	}
	return err
}

// asked is a question with what became of it.
type asked struct {
	id             wire.ID
	open, take     float64
	opened, closed int64
}

func (s *stage) day(threads, knocks int) (r dayResult, err error) {
	ctx := context.Background()
	if err := s.raise(ctx); err != nil {
		return r, err
	}
	r = dayResult{Specialists: len(s.specialists), Assisters: len(s.assisters), Threads: threads}
	began := time.Now()
	var rush sync.WaitGroup
	rush.Go(func() { s.knock(knocks, &r) })
	all := make([]asked, threads)
	opened := make(chan int, threads)
	var wg sync.WaitGroup
	errs := make(chan error, len(s.assisters)+len(s.specialists))
	for k, a := range s.assisters {
		wg.Go(func() { errs <- s.asks(ctx, k, a, all, opened) })
	}
	var done atomic.Int64
	for _, p := range s.specialists {
		wg.Go(func() { errs <- s.answers(ctx, p, all, opened, &done) })
	}
	wg.Wait()
	close(errs)
	for e := range errs {
		err = errors.Join(err, e)
	}
	r.Seconds = round3(time.Since(began).Seconds())
	rush.Wait()
	if err != nil {
		return r, err
	}
	return r, s.recount(ctx, &r, all, began)
}

// asks opens every k-th question of an assister's share.
func (s *stage) asks(ctx context.Context, k int, a *client.Client, all []asked, opened chan<- int) error {
	for i := k; i < len(all); i += len(s.assisters) {
		at := time.Now()
		x, err := a.OpenThread(ctx, s.line, client.Content{Type: "text", Text: fmt.Sprintf("question %d", i)})
		if err != nil {
			return fmt.Errorf("question %d: %w", i, err)
		}
		all[i] = asked{id: x.Thread, open: float64(time.Since(at).Microseconds()) / 1000, opened: x.At}
		opened <- i
	}
	return nil
}

// answers takes one question after the other, answers it and closes it.
func (s *stage) answers(ctx context.Context, p *client.Client, all []asked, opened chan int, done *atomic.Int64) error {
	outcome, err := client.ParseOutcome("answered")
	if err != nil {
		return err
	}
	for done.Load() < int64(len(all)) {
		var i int
		select {
		case i = <-opened:
		case <-time.After(50 * time.Millisecond):
			continue
		}
		at := time.Now()
		if _, err := p.Claim(ctx, all[i].id); err != nil {
			return fmt.Errorf("take question %d: %w", i, err)
		}
		all[i].take = float64(time.Since(at).Microseconds()) / 1000
		if _, err := p.Send(ctx, all[i].id, client.Content{Type: "text", Text: "an answer"}); err != nil {
			return fmt.Errorf("answer question %d: %w", i, err)
		}
		x, err := p.CloseThread(ctx, all[i].id, outcome)
		if err != nil {
			return fmt.Errorf("close question %d: %w", i, err)
		}
		all[i].closed = x.At
		done.Add(1)
	}
	return nil
}

// knock tries to sign in as nobody, sixteen at a time.
func (s *stage) knock(times int, r *dayResult) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(times); n = next.Add(1) {
				body := wire.EncodeBody(wire.SignIn{Name: fmt.Sprintf("nobody%d", n%500), Password: "guess", Code: "000000"})
				resp, err := s.http.Post(s.url()+"/v1/session", "application/json", bytes.NewReader(body))
				atomic.AddInt64(&r.Knocks, 1)
				if err != nil {
					atomic.AddInt64(&r.Unanswered, 1)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode == http.StatusTooManyRequests {
					atomic.AddInt64(&r.TurnedAway, 1)
				} else {
					atomic.AddInt64(&r.Refused, 1)
				}
			}
		})
	}
	wg.Wait()
}

// recount compares the board with what the threads' own logs say.
func (s *stage) recount(ctx context.Context, r *dayResult, all []asked, began time.Time) error {
	var opens, takes []float64
	answered, closed := 0, 0
	for i, x := range all {
		opens, takes = append(opens, x.open), append(takes, x.take)
		t, err := s.assisters[i%len(s.assisters)].Sync(ctx, x.id)
		if err != nil {
			return err
		}
		texts := []string{}
		for _, ev := range t.Events() {
			if ev.Content != nil {
				texts = append(texts, ev.Content.Text)
			}
			closed += boolInt(ev.Kind == "close")
		}
		if !slices.Equal(texts, []string{fmt.Sprintf("question %d", i), "an answer"}) {
			r.Lost++
			continue
		}
		answered++
	}
	slices.Sort(opens)
	slices.Sort(takes)
	r.OpenP50, r.OpenP99, r.ClaimP99 = at(opens, 0.5), at(opens, 0.99), at(takes, 0.99)
	rep, err := s.lead.Report(ctx, s.line, wire.ReportAsk{From: began.Add(-time.Minute).UnixMilli(), To: time.Now().Add(time.Minute).UnixMilli()})
	if err != nil {
		return err
	}
	for name, pair := range map[string][2]int{"arrived": {rep.Total.Arrived, len(all)}, "answered": {rep.Total.Answered, answered}, "closed": {rep.Total.Closed, closed}} {
		if pair[0] != pair[1] {
			r.Board = append(r.Board, fmt.Sprintf("%s: the board has %d, the logs %d", name, pair[0], pair[1]))
		}
	}
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// at is a quantile of sorted figures.
func at(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return round3(sorted[int(q*float64(len(sorted)-1))])
}
