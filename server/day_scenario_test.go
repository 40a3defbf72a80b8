package server_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	stdsync "sync"
	"testing"
	"testing/synctest"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server/config"
	"arcline/server/wire"
)

// A day of open enrollment at both lines, as many people at the desk as the
// exchange has (8 and 13), with the arrivals of a deadline day: most before noon.

// arrivals is how many questions come in each hour from eight on, of 24.
var arrivals = []int{3, 5, 6, 4, 2, 2, 1, 1}

// shift is one line's day.
type shift struct {
	h     *arctest.House
	line  wire.ID
	staff []*arctest.Person
	ask   []*arctest.Person
	ends  time.Time
	rnd   *rand.Rand

	mu     stdsync.Mutex
	opened map[wire.ID]string // what was written
	errs   []error
}

func (s *shift) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errs = append(s.errs, err)
}

// asks lets one assister send questions at given moments.
func (s *shift) asks(t *testing.T, p *arctest.Person, at []time.Time) {
	for i, when := range at {
		time.Sleep(when.Sub(now()))
		words := fmt.Sprintf("question %d of %s", i, p.Name)
		r, err := p.OpenThread(t.Context(), s.line, text(words))
		if err != nil {
			s.failed(fmt.Errorf("%s asks: %w", p.Name, err))
			return
		}
		s.mu.Lock()
		s.opened[r.Thread] = words
		s.mu.Unlock()
	}
}

// works lets one specialist take the next in line, answer after a while, and close.
func (s *shift) works(t *testing.T, p *arctest.Person, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	for now().Before(s.ends) {
		id, err := s.take(t, p)
		if err != nil {
			s.failed(fmt.Errorf("%s takes: %w", p.Name, err))
			return
		}
		if id.IsZero() {
			time.Sleep(7 * time.Minute)
			continue
		}
		time.Sleep(time.Duration(20+rnd.IntN(30)) * time.Minute)
		_, err = p.Send(t.Context(), id, text("an answer"))
		if err == nil && rnd.IntN(4) > 0 {
			_, err = p.CloseThread(t.Context(), id, envelope.OutcomeAnswered)
		}
		if err != nil {
			s.failed(fmt.Errorf("%s answers: %w", p.Name, err))
			return
		}
	}
}

// take takes the first in line; whoever comes second takes the next.
func (s *shift) take(t *testing.T, p *arctest.Person) (wire.ID, error) {
	rows, err := p.Threads(t.Context(), &s.line)
	if err != nil {
		return wire.ID{}, err
	}
	rows = slices.DeleteFunc(rows, func(r wire.Summary) bool { return r.Work.Place == 0 })
	slices.SortFunc(rows, func(a, b wire.Summary) int { return a.Work.Place - b.Work.Place })
	for _, r := range rows {
		_, err := p.Claim(t.Context(), r.Thread)
		if err == nil {
			return r.Thread, nil
		}
		if !client.IsCode(err, wire.CodeTaken) && !client.IsCode(err, wire.CodeNotFound) { // not found: taken before it was read here
			return wire.ID{}, err
		}
	}
	return wire.ID{}, nil
}

// moments are when one of several people asks, by the curve of arrivals.
func (s *shift) moments(scale int) (out []time.Time) {
	morning := now()
	for hour, n := range arrivals {
		for range max(1, n*scale/24) {
			out = append(out, morning.Add(time.Duration(hour)*time.Hour+time.Duration(s.rnd.IntN(3600))*time.Second))
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// TestOpenEnrollmentDay: nothing is lost, everything is answered in its order,
// signed-in people are served while others knock by the thousand, and the board's
// numbers are those that an independent count of the threads gives.
func TestOpenEnrollmentDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		monday(t)
		time.Sleep(22 * time.Hour) // eight in the morning of the next day
		h := arctest.Tuned(t, nil, func(c *config.Config) {
			c.Idle, c.IdleAssisters, c.Absolute, c.AbsoluteAssisters = 20*time.Hour, 20*time.Hour, 24*time.Hour, 24*time.Hour
		})
		zone, err := time.LoadLocation("America/Chicago")
		ok(t, err)
		local := now().In(zone)
		ends := time.Date(local.Year(), local.Month(), local.Day(), 16, 30, 0, 0, zone)
		var lines []*shift
		var leads []*arctest.Person
		for i, l := range []struct {
			slug  string
			staff int
			role  wire.Role
		}{{"arc", 8, wire.RoleNavigator}, {"broker", 13, wire.RoleBroker}} {
			var names []string
			for n := range l.staff {
				names = append(names, fmt.Sprintf("%s-%d", l.slug, n))
			}
			lead, staff := h.Staffed(l.slug, names...)
			s := &shift{h: h, line: h.Line(l.slug), staff: staff, ends: ends, rnd: rand.New(rand.NewPCG(7, uint64(i))), opened: map[wire.ID]string{}}
			for n := range 2 {
				s.ask = append(s.ask, h.Person(fmt.Sprintf("asks-%s-%d", l.slug, n), l.role, "Made-Up Asker", l.slug))
			}
			lines, leads = append(lines, s), append(leads, lead)
		}
		var wg stdsync.WaitGroup
		for i, s := range lines {
			for _, p := range s.ask {
				at := s.moments(20)
				wg.Go(func() { s.asks(t, p, at) })
			}
			for j, p := range s.staff {
				wg.Go(func() { s.works(t, p, uint64(100*i+j)) })
			}
		}
		knocked := knock(t, h, 500)
		wg.Wait()
		time.Sleep(time.Until(ends) + time.Hour)
		for i, s := range lines {
			if err := errors.Join(s.errs...); err != nil {
				t.Error(err)
			}
			s.recount(t, leads[i])
		}
		if knocked == 0 {
			t.Error("nobody who knocked was turned away: the rush proves nothing")
		}
	})
}

// knock tries to sign in as nobody, so often and from many addresses, and counts
// how many were told to come later.
func knock(t *testing.T, h *arctest.House, times int) (later int) {
	t.Helper()
	for i := range times {
		c := h.ClientFrom(fmt.Sprintf("198.51.100.%d", i%2))
		body := wire.EncodeBody(wire.SignIn{Name: fmt.Sprintf("nobody%d", i%7), Password: "guess", Code: "000000"})
		resp, err := c.Post(arctest.URL+"/v1/session", "application/json", bytes.NewReader(body))
		ok(t, err)
		if resp.StatusCode == http.StatusTooManyRequests {
			later++
		}
		ok(t, resp.Body.Close())
		c.CloseIdleConnections()
	}
	return later
}

// life is a thread as its log tells it.
type life struct{ opened, taken, answered, closed int64 }

// recount reads every thread of the day and compares.
func (s *shift) recount(t *testing.T, lead *arctest.Person) {
	t.Helper()
	var lives []life
	for id, words := range s.opened {
		th := sync(t, lead, id)
		if got := texts(t, th); len(got) == 0 || got[0] != words {
			t.Errorf("%q is lost: %q", words, got)
		}
		var l life
		for _, ev := range th.Events() {
			switch {
			case ev.Kind == envelope.EntryOpen:
				l.opened = ev.At
			case ev.Kind == envelope.EntryClaim:
				l.taken = ev.At
			case ev.Kind == envelope.EntryMessage && ev.Content.Text == "an answer":
				l.answered = ev.At
			case ev.Kind == envelope.EntryClose:
				l.closed = ev.At
			}
		}
		lives = append(lives, l)
	}
	day := wire.ReportAsk{From: s.ends.Add(-12 * time.Hour).UnixMilli(), To: s.ends.Add(4 * time.Hour).UnixMilli()}
	r, err := lead.Report(t.Context(), s.line, day)
	ok(t, err)
	answered, closed, waited, speeds := 0, 0, int64(0), []int64{}
	for _, l := range lives {
		for _, o := range lives { // oldest first: nobody who came earlier was taken later
			if l.taken != 0 && o.opened < l.opened && (o.taken == 0 || o.taken > l.taken) {
				t.Errorf("a thread of %d was taken at %d, and one of %d at %d", l.opened, l.taken, o.opened, o.taken)
			}
		}
		if l.answered != 0 && l.answered <= s.ends.UnixMilli() {
			answered++
			waited += l.answered - l.opened
			speeds = append(speeds, l.answered-l.opened)
		} else if l.answered != 0 { // after closing time: what counts is the time until then
			answered++
			waited += s.ends.UnixMilli() - l.opened
			speeds = append(speeds, s.ends.UnixMilli()-l.opened)
		}
		closed += int(min(1, l.closed))
	}
	slices.Sort(speeds)
	n := r.Total
	if len(lives) < 30 || answered < 25 {
		t.Fatalf("only %d threads, %d answered: the day proves nothing", len(lives), answered)
	}
	if n.Arrived != len(lives) || n.Answered != answered || n.Closed != closed || n.Average != waited/int64(answered) || n.Median != speeds[(len(speeds)-1)/2] ||
		n.Level.Whole != int64(answered) {
		t.Errorf("counted %d came, %d answered, %d closed, %d and %d ms; the board has %+v", len(lives), answered, closed, waited/int64(answered), speeds[(len(speeds)-1)/2], n)
	}
}
