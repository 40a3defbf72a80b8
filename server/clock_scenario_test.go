package server_test

import (
	"encoding/json"
	stdsync "sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// refresh exchanges a refresh secret under a request id.
func (r *raw) refresh(t *testing.T, secret string, request wire.ID) (wire.Tokens, wire.Code) {
	t.Helper()
	body := wire.EncodeBody(wire.Refresh{Refresh: secret, Request: request})
	a := r.do(t, "POST", "/v1/session/refresh", body, withProof(t, r, "/v1/session/refresh"))
	var out wire.Tokens
	if a.code == "" && json.Unmarshal(a.body, &out) != nil {
		t.Fatal("tokens")
	}
	return out, a.code
}

// An access token dies after ten minutes; refreshing turns the secret; an old
// secret ends the session, except for the same question within ten seconds.
func clockTokens(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r := rawOf(t, ann)
		lines := func() wire.Code { return r.do(t, "GET", "/v1/lines", nil, nil).code }
		time.Sleep((wire.AccessSeconds - 5) * time.Second)
		if c := lines(); c != "" {
			t.Error("before its end:", c)
		}
		time.Sleep(40 * time.Second) // 30 seconds of grace for clocks that differ
		if c := lines(); c != wire.CodeSignIn {
			t.Error("after its end:", c)
		}
		ask := wire.ID(uuid.New())
		first := r.tokens.Refresh
		next, code := r.refresh(t, first, ask)
		if code != "" {
			t.Fatal("refresh:", code)
		}
		again, code := r.refresh(t, first, ask)
		if code != "" || again.Refresh != next.Refresh {
			t.Error("the same question within the grace:", code)
		}
		r.tokens = next
		if c := lines(); c != "" {
			t.Error("with the new token:", c)
		}
		if _, code = r.refresh(t, first, wire.ID(uuid.New())); code != wire.CodeReplayed {
			t.Error("an old secret under another question:", code)
		}
		if _, code = r.refresh(t, next.Refresh, wire.ID(uuid.New())); code != wire.CodeSignIn {
			t.Error("after a theft was noticed the session lives on:", code)
		}
		if c := lines(); c != wire.CodeSignIn {
			t.Error("and so does its token:", c)
		}
	})
}

// A session ends twelve hours after sign-in however busy it is.
func clockAbsolute(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		for range 71 {
			time.Sleep(10 * time.Minute)
			if _, err := ann.Lines(t.Context()); err != nil {
				t.Fatal("a busy session ended early:", err)
			}
		}
		time.Sleep(15 * time.Minute)
		_, err := ann.Lines(t.Context())
		if !client.IsCode(err, wire.CodeExpired) && !client.IsCode(err, wire.CodeSignIn) {
			t.Error("after twelve hours:", err)
		}
	})
}

// A ticket opens one socket, within thirty seconds.
func clockTicket(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r := rawOf(t, ann)
		try := func(ticket string) wire.Code {
			return r.do(t, "GET", "/v1/socket", nil, header("Sec-WebSocket-Protocol", wire.Subprotocol+", "+wire.TicketPrefix+ticket)).code
		}
		ticket := func() string {
			s, err := ann.Ticket(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		used := ticket()
		dialWith(t, ann.HTTP, used) // the control: it opens one
		if c := try(used); c != wire.CodeTicket {
			t.Error("a second time:", c)
		}
		late := ticket()
		time.Sleep((wire.TicketSeconds + 1) * time.Second)
		if c := try(late); c != wire.CodeTicket {
			t.Error("too late:", c)
		}
		forged := []byte(ticket())
		forged[5] ^= 1
		if c := try(string(forged)); c != wire.CodeTicket {
			t.Error("forged:", c)
		}
	})
}

// signIn tries to sign in and returns the code of the refusal.
func signIn(t *testing.T, p *arctest.Person, password, code string) wire.Code {
	t.Helper()
	r := rawOf(t, p)
	_, _, dev := p.Me()
	body := wire.EncodeBody(wire.SignIn{Name: p.Name, Password: password, Code: code, Device: dev})
	return r.do(t, "POST", "/v1/session", body, withProof(t, r, "/v1/session")).code
}

// A one-time code is good once, for its own step and the one after it.
func clockOneTimeCode(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		at := func(steps int) string {
			c, err := totp.GenerateCode(ann.Secret, now().Add(time.Duration(steps)*30*time.Second))
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		for steps, want := range map[int]wire.Code{-2: wire.CodeSignInFailed, -1: "", 1: wire.CodeSignInFailed, 2: wire.CodeSignInFailed} {
			time.Sleep(40 * time.Minute) // so that earlier tries count for nothing
			if got := signIn(t, ann, arctest.Password, at(steps)); got != want {
				t.Errorf("a code of step %+d: %q, want %q", steps, got, want)
			}
		}
		time.Sleep(time.Hour)
		code := at(0)
		var won int
		var mu stdsync.Mutex
		var wg stdsync.WaitGroup
		for range 4 { // fewer than lock the account
			wg.Go(func() {
				if signIn(t, ann, arctest.Password, code) == "" {
					mu.Lock()
					won++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("one code signed in %d times", won)
		}
	})
}

// Five failures over both factors rest the account for half an hour, over a
// restart too; afterwards the owner gets in.
func clockLock(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		time.Sleep(time.Minute)
		for i := range 5 {
			password, code := "not the password at all", ann.Code()
			if i%2 == 1 {
				password, code = arctest.Password, "000000"
			}
			if got := signIn(t, ann, password, code); got != wire.CodeSignInFailed {
				t.Fatalf("try %d: %q", i, got)
			}
		}
		time.Sleep(time.Minute)
		if got := signIn(t, ann, arctest.Password, ann.Code()); got != wire.CodeLocked {
			t.Error("after five failures:", got)
		}
		h.Restart()
		if got := signIn(t, ann, arctest.Password, ann.Code()); got != wire.CodeLocked {
			t.Error("after a restart:", got)
		}
		time.Sleep(31 * time.Minute)
		if got := signIn(t, ann, arctest.Password, ann.Code()); got != "" {
			t.Error("after half an hour:", got)
		}
	})
}

// A step-up is for one act on one thread, fresh, and good once.
func clockStepUp(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		other := open(t, h, ann, "arc", "another")
		r := rawOf(t, ann)
		attest := func(act string, thread wire.ID) string {
			a, err := ann.StepUp(t.Context(), ann.FreshCode(), act, thread)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		post := func(a string) wire.Code {
			f, hd := good(t, ann, id)
			hd.Attest = []byte(a)
			l := r.dial(t)
			defer l.ws.CloseNow()
			return l.code(signed(r, f, hd))
		}
		if c := post(attest("append msg", other)); c != wire.CodeStepUp {
			t.Error("for another thread:", c)
		}
		if c := post(attest("append claim", id)); c != wire.CodeStepUp {
			t.Error("for another act:", c)
		}
		stale := attest("append msg", id)
		time.Sleep((wire.StepUpSeconds + 40) * time.Second)
		if c := post(stale); c != wire.CodeStepUp {
			t.Error("not fresh:", c)
		}
		code := ann.FreshCode()
		one, err := ann.StepUp(t.Context(), code, "append msg", id)
		if err != nil {
			t.Fatal(err)
		}
		if c := post(one); c != "" { // the control
			t.Error("a good one:", c)
		}
		if c := post(one); c != wire.CodeReplayed {
			t.Error("a second time:", c)
		}
		if _, err := ann.StepUp(t.Context(), code, "append msg", id); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Error("the code of the last step-up again:", err)
		}
	})
}
