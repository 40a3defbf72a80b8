package server_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server/config"
	"arcline/server/session"
	"arcline/server/wire"
	"arcline/store"
)

// Guessing at scale: rows 18 to 21.

// guess tries to sign in by name from somewhere, under a proof by a key.
func guess(t testing.TB, h *arctest.House, name, from string, dev wire.ID, key ed25519.PrivateKey) wire.Code {
	t.Helper()
	r := &raw{p: &arctest.Person{H: h}, session: key}
	p := session.Proof{Method: "POST", URL: arctest.URL + "/v1/session", Text: r.proof(t, "POST", arctest.URL+"/v1/session", "", nil)}
	in := wire.SignIn{Name: name, Password: "Spring2026, Spring2026", Code: "123456", Device: dev}
	_, err := h.Server.Door().SignIn(t.Context(), in, p, from)
	return wire.CodeOf(err)
}

// TestSec_18: guessing at one account neither succeeds nor locks its owner out
// (ASVS 6.1.1, 6.3.1). Nobody without a device of the account has a password
// looked at, so there are no guesses to count.
func TestSec_18(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r, thief := rawOf(t, ann), newEd25519(t)
		before := h.Server.Door().SignInStats().Checks
		for i := range 10_000 {
			dev := r.device // the name of a device is no secret
			if i%2 == 0 {
				dev = wire.ID(uuid.New())
			}
			if got := guess(t, h, "ann", fmt.Sprintf("198.51.%d.%d", i%500/250, i%250), dev, thief); got != wire.CodeSignInFailed {
				t.Fatalf("try %d: %q", i, got)
			}
		}
		if n := h.Server.Door().SignInStats().Checks - before; n > 100 {
			t.Errorf("%d passwords were looked at for strangers", n)
		}
		code := ann.FreshCode()
		since := now()
		if got := signIn(t, ann, arctest.Password, code); got != "" || now().Sub(since) > 2*time.Second {
			t.Errorf("the owner, at the same time: %q after %v", got, now().Sub(since))
		}
		if n := h.Server.Door().SignInStats().Checks - before; n != 1 { // the control: a look is counted
			t.Errorf("%d looks for one sign-in of the owner", n)
		}
		time.Sleep(2 * time.Minute)
		if n := audited(t, h, ann, "sign in from an unknown device"); n < 1 || n > 3 {
			t.Errorf("%d records of ten thousand tries", n)
		}
		for range 5 { // the control: with the device the count bites, and for that device alone
			signIn(t, ann, "not the password at all", "000000")
		}
		if got := signIn(t, ann, arctest.Password, ann.FreshCode()); got != wire.CodeLocked {
			t.Error("after five failures with the device:", got)
		}
	})
	t.Run("a key without sign", zeroKeyIsNoDevice)
}

// A device that is not there has no key, and no key must not be a key: a point
// of small order, all zeros, verifies signatures that anybody can make.
func zeroKeyIsNoDevice(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r := rawOf(t, ann)
		before := h.Server.Door().SignInStats().Checks
		text := jws(compact(t, map[string]any{"alg": "EdDSA", "typ": "dpop+jwt", "jwk": zeroKey()}),
			compact(t, map[string]any{"htm": "POST", "htu": arctest.URL + "/v1/session", "iat": now().Unix(), "jti": uuid.NewString()}),
			func([]byte) []byte { return make([]byte, 64) })
		for _, dev := range []wire.ID{{}, wire.ID(uuid.New()), r.device} {
			in := wire.SignIn{Name: "ann", Password: arctest.Password, Code: ann.Code(), Device: dev}
			if a := r.do(t, "POST", "/v1/session", wire.EncodeBody(in), func(q *http.Request) { anonymous(q); q.Header.Set("DPoP", text) }); a.code != wire.CodeSignInFailed {
				t.Errorf("device %s: %d %s", dev, a.status, a.code)
			}
		}
		if h.Server.Door().SignInStats().Checks != before {
			t.Error("it passed for a device")
		}
	})
}

// TestSec_19: one password over five thousand names, from one address and from
// two hundred: at most 60 tries a minute and address are answered, no password is
// looked at, and an alarm is on record within a minute.
func TestSec_19(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &logBuffer{}
		h := arctest.New(t, log)
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		thief, dev := newEd25519(t), wire.ID(uuid.New())
		start := h.Server.Door().SignInStats()
		for name, addresses := range map[string][]string{"one": {"192.0.2.1"}, "two hundred": two00("203.0.113.%d"), "one /64 of IPv6": two00("2001:db8::%x")} {
			time.Sleep(3 * time.Minute)
			answered := map[string]int{}
			began := now()
			for i := range 5000 {
				from := addresses[i%len(addresses)]
				if guess(t, h, fmt.Sprintf("person%d", i), from, dev, thief) == wire.CodeSignInFailed {
					if strings.Contains(from, ":") {
						from = "its network"
					}
					answered[from]++
				}
				time.Sleep(time.Minute / 5000)
			}
			for from, n := range answered {
				if n > 60 {
					t.Errorf("%s: %s had %d tries in a minute", name, from, n)
				}
			}
			if now().Sub(began) > 61*time.Second {
				t.Fatal("the minute took", now().Sub(began))
			}
		}
		got := h.Server.Door().SignInStats()
		if got.Checks != start.Checks {
			t.Errorf("%d passwords were looked at", got.Checks-start.Checks)
		}
		if got.Alarms == start.Alarms || auditedIn(t, h, store.PartSystem, "alarm: failed sign-ins") == 0 || !strings.Contains(log.String(), "many sign-ins fail") {
			t.Errorf("no alarm: %+v", got)
		}
		// The control: an office behind the same address signs in at eight o'clock.
		for range 3 {
			if code := signIn(t, ann, arctest.Password, ann.FreshCode()); code != "" {
				t.Error("an honest person behind the attacker's address:", code)
			}
		}
	})
	t.Run("quiet", func(t *testing.T) {
		story(t, func(t *testing.T, h *arctest.House) { // the control: few failures are none
			for range 50 {
				guess(t, h, "ann", "192.0.2.7", wire.ID{}, newEd25519(t))
				time.Sleep(2 * time.Second)
			}
			if n := h.Server.Door().SignInStats().Alarms; n != 0 {
				t.Errorf("%d alarms for 25 failures a minute", n)
			}
		})
	})
}

func two00(format string) (out []string) {
	for i := range 200 {
		out = append(out, fmt.Sprintf(format, i+1))
	}
	return out
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestSec_20: a flood of names and addresses costs bounded memory. Two million
// keys against the limiter itself, and that noise does not wash out whoever is
// being refused, stand in server/session; here is the way through the door.
func TestSec_20(t *testing.T) {
	h := arctest.New(t, nil)
	door := h.Server.Door()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, counted := heap(), door.SignInStats().Failures
	const n = 100_000
	for i := range n {
		in := wire.SignIn{Name: fmt.Sprintf("nobody%d", i), Password: "Spring2026, Spring2026", Code: "123456"}
		_, err := door.SignIn(t.Context(), in, session.Proof{}, fmt.Sprintf("2001:db8:%x:%x::1", i>>16, i&0xffff))
		if wire.CodeOf(err) != wire.CodeSignInFailed {
			t.Fatal(i, err)
		}
	}
	if door.SignInStats().Failures-counted != n { // the control: all were taken in
		t.Error("not all tries were counted")
	}
	if grown := heap() - before; grown > 64<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	} else {
		t.Logf("%d tries from as many networks: %d KiB", n, grown>>10)
	}
}

// crowd is one person in each state that a stranger might want to tell apart.
func crowd(t *testing.T, h *arctest.House) map[string]*arctest.Person {
	t.Helper()
	people := map[string]*arctest.Person{}
	for _, n := range []string{"fine", "disabled", "locked"} {
		people[n] = h.Person(n, wire.RoleNavigator, n, "arc")
	}
	agencyLink(t, h, envelope.AgencyCredentialRevoke, envelope.EncodeCredentialRevoke(credentialOf(t, h, people["disabled"]).Serial), nil)
	for range 5 {
		signIn(t, people["locked"], "not the password at all", "000000")
	}
	people["pending"] = h.Invited("pending", wire.RoleNavigator, "pending", "arc")
	letter := letterFor(t, h, "unconfirmed")
	cfg := stranger(h)
	e, err := client.Enroll(t.Context(), cfg, letter, arctest.Password)
	ok(t, err)
	people["unconfirmed"] = &arctest.Person{Client: e.Client, H: h, Name: "unconfirmed", Vault: cfg.Vault, HTTP: h.Client()}
	return people
}

// whole is everything that an answer says, but its time.
func whole(t *testing.T, hc *http.Client, body []byte, proof string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", arctest.URL+"/v1/session", strings.NewReader(string(body)))
	ok(t, err)
	req.Header.Set("DPoP", proof)
	resp, err := hc.Do(req)
	ok(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	ok(t, err)
	resp.Header.Del("Date")
	var headers strings.Builder
	ok(t, resp.Header.Write(&headers))
	return resp.Status + "\n" + headers.String() + "\n" + string(b)
}

// TestSec_21: to whoever holds no device of an account every name is the same:
// unknown, wrong password, disabled, without a second factor, locked, not yet
// certified (ASVS 6.3.8). Same answer, byte for byte, and the same work: no
// password looked at, nothing written. The times are printed, not judged: work is
// what they are made of. Only the owner's device is told more.
func TestSec_21(t *testing.T) {
	h := arctest.New(t, nil)
	h.Tune = func(c *config.Config) { c.AlarmFailures = 0 }
	people := crowd(t, h)
	thief := newEd25519(t)
	r := &raw{p: h.Registrar, session: thief}
	names := []string{"nobody-of-that-name"}
	for n := range people {
		names = append(names, n)
	}
	slices.Sort(names)
	first, took := "", map[string][]time.Duration{}
	address := 0
	checks, writes := h.Server.Door().SignInStats().Checks, h.Server.Store().Stats().Transactions
	for range 200 {
		hc := h.ClientFrom(fmt.Sprintf("10.0.%d.%d", address/250, address%250))
		address++
		for _, n := range names {
			in := wire.SignIn{Name: n, Password: arctest.Password, Code: "123456", Device: wire.ID(uuid.New())}
			if p := people[n]; p != nil && address%2 == 0 {
				_, _, in.Device = p.Me()
			}
			proof, began := r.proof(t, "POST", arctest.URL+"/v1/session", "", nil), time.Now()
			got := whole(t, hc, wire.EncodeBody(in), proof)
			took[n] = append(took[n], time.Since(began))
			if first == "" {
				first = got
			}
			if got != first {
				t.Fatalf("%s is told apart:\n%s\nfrom\n%s", n, got, first)
			}
		}
		hc.CloseIdleConnections()
	}
	if !strings.HasPrefix(first, "401 ") || !strings.Contains(first, string(wire.CodeSignInFailed)) {
		t.Errorf("the answer: %s", first)
	}
	if n := h.Server.Door().SignInStats().Checks - checks; n != 0 {
		t.Errorf("%d passwords were looked at", n)
	}
	if n := h.Server.Store().Stats().Transactions - writes; n > uint64(len(people))+10 { // jobs of the clock
		t.Errorf("%d transactions for strangers", n)
	}
	for _, n := range names {
		slices.Sort(took[n])
		t.Logf("%-20s median %v", n, took[n][100])
	}
	for n, want := range map[string]wire.Code{"locked": wire.CodeLocked, "fine": wire.CodeSignInFailed, "disabled": wire.CodeSignInFailed} { // the control
		if got := signIn(t, people[n], "not the password at all", "000000"); got != want {
			t.Errorf("the owner's device of %s is told %q", n, got)
		}
	}
	if got := signIn(t, people["pending"], arctest.Password, people["pending"].FreshCode()); got != wire.CodeNotCertified {
		t.Error("the owner's device of pending is told", got)
	}
	invitations(t, h, r)
}

// invitations: whoever does not hold an unused invitation is not told whether
// there is one.
func invitations(t *testing.T, h *arctest.House, r *raw) {
	used := letterFor(t, h, "used")
	e, in, err := client.Prepare(stranger(h), used, mustAbout(t, h), arctest.Password)
	ok(t, err)
	_, err = h.Server.Door().Enroll(t.Context(), in, "")
	ok(t, err)
	_ = e
	again := in
	unknown := in
	unknown.Locator = wire.Hash{1}
	a, b := r.do(t, "POST", "/v1/enroll", wire.EncodeBody(again), anonymous), r.do(t, "POST", "/v1/enroll", wire.EncodeBody(unknown), anonymous)
	if a.code != wire.CodeInvitation || string(a.body) != string(b.body) || a.status != b.status {
		t.Errorf("a used invitation %d %s, an unknown one %d %s", a.status, a.body, b.status, b.body)
	}
}

func mustAbout(t *testing.T, h *arctest.House) wire.About {
	t.Helper()
	about, err := client.About(context.Background(), stranger(h), arctest.URL)
	ok(t, err)
	return about
}
