package server_test

import (
	"net/http"
	stdsync "sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"arcline/client/arctest"
	"arcline/server/config"
	"arcline/server/wire"
)

// atOnce runs fn n times together and counts the answers by code.
func atOnce(n int, fn func() wire.Code) map[wire.Code]int {
	got := map[wire.Code]int{}
	var mu stdsync.Mutex
	var wg stdsync.WaitGroup
	start := make(chan struct{})
	for range n {
		wg.Go(func() {
			<-start
			c := fn()
			mu.Lock()
			got[c]++
			mu.Unlock()
		})
	}
	close(start)
	wg.Wait()
	return got
}

// twoSignIns lets a person have two at the same time.
func twoSignIns(c *config.Config) { c.SessionsPerPerson = 2 }

// One refresh secret, fifty askers: one gets new tokens, and since somebody
// else has the secret, the session and its open sockets end. Another session of
// the same person is the control.
func theftOfARefreshSecret(t *testing.T) {
	tuned(t, twoSignIns, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		r := rawOf(t, ann)
		sent, closed := watch(t, ann, id)
		ann.SignIn() // a second session on the same device
		spared := rawOf(t, ann)
		since := now()
		got := atOnce(50, func() wire.Code {
			_, code := r.refresh(t, r.tokens.Refresh, wire.ID(uuid.New()))
			return code
		})
		if got[""] != 1 || got[""]+got[wire.CodeReplayed]+got[wire.CodeSignIn] != 50 {
			t.Errorf("%v", got)
		}
		shut(t, "refresh secret stolen", since, sent, closed)
		outside(t, r, id, wire.CodeSignIn)
		if a := spared.do(t, "GET", "/v1/lines", nil, nil); a.status != 200 {
			t.Error("another session of the same person ended too:", a.code)
		}
	})
}

// The answer to a refresh may be asked for again for ten seconds, not eleven.
func theftGrace(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		for wait, want := range map[time.Duration]wire.Code{9 * time.Second: "", 11 * time.Second: wire.CodeReplayed} {
			ann.SignIn()
			r, request := rawOf(t, ann), wire.ID(uuid.New())
			first, code := r.refresh(t, r.tokens.Refresh, request)
			if code != "" {
				t.Fatal(code)
			}
			time.Sleep(wait)
			again, code := r.refresh(t, r.tokens.Refresh, request)
			if code != want || want == "" && again.Refresh != first.Refresh {
				t.Errorf("after %v: %q", wait, code)
			}
		}
	})
}

// One ticket, one one-time code and one step-up, each used fifty times at once,
// work once.
func theftRaces(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		code := ann.FreshCode()
		if got := atOnce(50, func() wire.Code { return signIn(t, ann, arctest.Password, code) }); got[""] != 1 {
			t.Errorf("one code at once: %v", got)
		}
		time.Sleep(40 * time.Minute) // the account rests after so many failures
		ann.SignIn()
		r := rawOf(t, ann)
		attest, err := ann.StepUp(t.Context(), ann.FreshCode(), "append msg", id)
		if err != nil {
			t.Fatal(err)
		}
		before := length(t, r.dial(t), id)
		lines, frames := make([]*line, 5), make([]wire.Append, 5)
		for i := range lines {
			f, hd := good(t, ann, id)
			hd.Attest = []byte(attest)
			lines[i], frames[i] = r.dial(t), signed(r, f, hd)
		}
		together(t, lines, frames)
		if n := length(t, lines[0], id); n != before+1 {
			t.Errorf("one step-up let %d messages in", n-before)
		}
	})
}

// double says a header twice, the first time rightly.
func double(name string) func(*http.Request) {
	return func(q *http.Request) {
		if name == "Origin" {
			q.Header.Set(name, arctest.URL)
		}
		q.Header.Add(name, q.Header.Get(name))
	}
}

// Two proofs, or two tokens, on one request are none: two readers of the
// request could each believe another one.
func theftTwoHeaders(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r := rawOf(t, ann)
		for name, want := range map[string]wire.Code{"DPoP": wire.CodeProof, "Authorization": wire.CodeSignIn, "Origin": wire.CodeOrigin, "X-Other": ""} {
			a := r.do(t, "GET", "/v1/lines", nil, double(name))
			if a.code != want {
				t.Errorf("%s twice: %d %s", name, a.status, a.code)
			}
		}
	})
}
