package server_test

import (
	"fmt"
	stdsync "sync"
	"sync/atomic"
	"testing"
	"time"

	"arcline/client/arctest"
	"arcline/server/account"
	"arcline/server/session"
	"arcline/server/wire"
)

// freshly signs a token that is right but for the key.
func freshly(t testing.TB, r *raw, k account.TokenKey) string {
	t.Helper()
	_, claims := parts(t, r.tokens.Access)
	claims["iat"], claims["exp"] = now().Unix(), now().Unix()+60
	return jws(fmt.Sprintf(`{"alg":"EdDSA","typ":"at+jwt","kid":%q}`, k.ID), compact(t, claims), by(private(k)))
}

// TestSec_05: the key of access tokens changes without an outage; the old one is
// accepted as long as a token of it may live, and not at all after an emergency
// (ASVS 11.1.1, 13.3.4).
func TestSec_05(t *testing.T) {
	t.Run("under load", rotateUnderLoad)
	t.Run("retired", rotateRetires)
	t.Run("emergency", rotateAtOnce)
	t.Run("by the clock", rotateByTheClock)
}

func rotateUnderLoad(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		var asked, failed atomic.Int64
		stop := make(chan struct{})
		var wg stdsync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					case <-time.After(500 * time.Millisecond):
					}
					if _, err := ann.Lines(t.Context()); err != nil {
						failed.Add(1)
					}
					asked.Add(1)
				}
			})
		}
		before := keysOf(t, h).Tokens[0].ID
		for range 3 {
			if err := h.Registrar.RotateTokenKeys(t.Context(), h.Registrar.Factor(), false); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(15 * time.Minute) // every token is of a new key now
		close(stop)
		wg.Wait()
		if failed.Load() != 0 || asked.Load() < 1000 {
			t.Errorf("%d of %d requests failed while the key changed", failed.Load(), asked.Load())
		}
		head, _ := parts(t, rawOf(t, ann).tokens.Access)
		if head["kid"] == before {
			t.Error("nothing was rotated: the test does not bite")
		}
	})
}

func rotateRetires(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r, old := rawOf(t, ann), keysOf(t, h).Tokens[0]
		other := arctest.New(t, nil)
		if a := r.present(t, freshly(t, r, keysOf(t, other).Tokens[0])); a.status != 401 {
			t.Error("the key of another service:", a.status)
		}
		if err := h.Registrar.RotateTokenKeys(t.Context(), h.Registrar.Factor(), false); err != nil {
			t.Fatal(err)
		}
		since := now()
		time.Sleep(time.Until(since.Add(session.TokenLife - 2*time.Second)))
		if a := r.present(t, freshly(t, r, old)); a.status != 200 { // the control
			t.Error("the old key before its end:", a.status)
		}
		time.Sleep(time.Until(since.Add(session.TokenLife + time.Second)))
		if a := r.present(t, freshly(t, r, old)); a.status != 401 {
			t.Error("the old key a second after its end:", a.status)
		}
		h.Restart()
		if a := r.present(t, freshly(t, r, old)); a.status != 401 {
			t.Error("the old key after a restart:", a.status)
		}
		if a := r.present(t, freshly(t, r, keysOf(t, h).Tokens[0])); a.status != 200 {
			t.Error("the new key after a restart:", a.status)
		}
	})
}

func rotateAtOnce(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r, old := rawOf(t, ann), keysOf(t, h).Tokens[0]
		if a := r.present(t, r.tokens.Access); a.status != 200 { // the control
			t.Error("before:", a.status)
		}
		if err := h.Registrar.RotateTokenKeys(t.Context(), h.Registrar.Factor(), true); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if a := r.present(t, r.tokens.Access); a.status != 401 {
			t.Error("a token of the old key within a second:", a.status)
		}
		if a := r.present(t, freshly(t, r, old)); a.status != 401 {
			t.Error("the stolen key:", a.status)
		}
		if _, err := ann.Lines(t.Context()); err != nil {
			t.Error("an honest program does not ask for a new token:", err)
		}
	})
}

func rotateByTheClock(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		first := keysOf(t, h).Tokens[0].ID
		h.Stop()
		time.Sleep(29 * 24 * time.Hour)
		h.Start()
		time.Sleep(time.Minute)
		if got := keysOf(t, h).Tokens[0].ID; got != first { // the control
			t.Error("changed before its age")
		}
		time.Sleep(24*time.Hour + time.Minute)
		if got := keysOf(t, h).Tokens[0].ID; got == first {
			t.Error("not changed after thirty days")
		}
	})
}
