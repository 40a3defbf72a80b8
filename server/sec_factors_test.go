package server_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	stdsync "sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"arcline/client/arctest"
	"arcline/server/config"
	"arcline/server/session"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Passwords and one-time codes: rows 13 to 17 and 22.

// TestSec_13: at least 12 characters beside the second factor, 128 of any kind
// kept whole, no rules of composition, no change by a date, common ones refused
// (ASVS 6.2; SP 800-63B-4, section 3.1.1.2). What was typed counts: two ways to
// write one letter are two passwords.
func TestSec_13(t *testing.T) {
	ctx, h := t.Context(), session.NewHasher(2, 1)
	check := func(rec, password string) bool {
		ok, _, err := h.Check(ctx, rec, password)
		return ok && err == nil
	}
	for _, unit := range []string{"x", "é", "🙂"} {
		for n := session.MinPassword; n <= 128; n++ {
			p := "four words " + strings.Repeat("ab"+unit, n)
			p = string([]rune(p)[:n])
			rec, err := h.Make(ctx, p, "")
			if err != nil {
				t.Fatalf("%d characters: %v", n, err)
			}
			if !check(rec, p) || check(rec, p+unit) || check(rec, p[:len(p)-1]) || check(rec, p+" ") {
				t.Fatalf("%d characters of %q are not kept whole", n, unit)
			}
		}
	}
	composed, split := "caf\u00e9 au lait, tous les jours", "cafe\u0301 au lait, tous les jours"
	rec, err := h.Make(ctx, composed, "")
	if err != nil || check(rec, split) || !check(rec, composed) {
		t.Error("two ways to write a letter are taken for one:", err)
	}
	for _, p := range []string{"short", "elevenchars", "passwordpassword", "Password1234", "qwertyuiop12", "aaaaaaaaaaaa", "abababababababab", "arcline-2026",
		"1q2w3e4r5t6y", "december2026", "xx-ann.b-xxxxx", strings.Repeat("x", session.MaxPassword+1), "not text \xff\xfe\xfd\xfc"} {
		if _, err := h.Make(ctx, p, "ann.b"); !errors.Is(err, session.ErrPassword) {
			t.Errorf("%.20q may be chosen: %v", p, err)
		}
	}
	for _, p := range []string{arctest.Password, "correct horse battery", "            .           -", "1029 3847 5610 2938"} { // the controls: no rules of composition
		if _, err := h.Make(ctx, p, "ann.b"); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
	list, err := os.ReadFile("session/common.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(list)) {
		if len(strings.TrimSpace(line)) >= 8 && line[0] != '#' {
			n++
		}
	}
	if n < 3000 {
		t.Errorf("only %d common passwords", n)
	}
	t.Run("as a person meets it", passwordAsMet)
}

func passwordAsMet(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		refused(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, "password1234"), wire.CodePassword)
		refused(t, ann.ChangePassword(t.Context(), ann.Factor(), "not the old one at all", "another made-up phrase"), wire.CodeSignInFailed)
		long := strings.Repeat("🙂", 127) + "!"
		ok(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, long))
		all, err := ann.Authenticators(t.Context())
		if err != nil || len(all) != 3 || all[0].Kind != "password" || all[0].Ended == 0 || all[0].Why == "" || all[1].Kind != "app" || all[1].Ended != 0 ||
			all[2].Kind != "password" || all[2].Ended != 0 || all[2].From == "" || all[2].By != ann.ID {
			t.Errorf("the history: %+v %v", all, err)
		}
		if got := signIn(t, ann, arctest.Password, ann.FreshCode()); got != wire.CodeSignInFailed {
			t.Error("the old password:", got)
		}
		if got := signIn(t, ann, long, ann.FreshCode()); got != "" {
			t.Error("the new one:", got)
		}
	})
}

// passwordRow changes the password's record in the store.
func passwordRow(t testing.TB, h *arctest.House, p *arctest.Person, change func(rec string) string) (before string) {
	t.Helper()
	st := h.Server.Store()
	ok(t, st.Update(context.Background(), func(tx *table.Tx) error {
		a, err := st.Auth.Get(tx, store.ID(p.ID))
		if err != nil {
			return err
		}
		before = a.Password
		a.Password = change(a.Password)
		return st.Auth.Put(tx, store.ID(p.ID), a)
	}, kv.Own(store.PartAccount(store.ID(p.ID)))))
	return before
}

// TestSec_14: PBKDF2-HMAC-SHA-512 with 210,000 rounds, made anew at sign-in when
// the figure rises (ASVS 11.4.2). How a rush of sign-ins leaves messages alone is
// measured by `arcdev loadgen -signins 500`; here, that it is bounded.
func TestSec_14(t *testing.T) {
	if session.DefaultIterations < 210_000 {
		t.Errorf("%d rounds", session.DefaultIterations)
	}
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		same := func(s string) string { return s }
		if rec := passwordRow(t, h, ann, same); !strings.HasPrefix(rec, "pbkdf2-sha512$10$") { // what arctest asks for
			t.Error("the record:", rec[:20])
		}
		weak, err := session.NewHasher(3, 1).Make(t.Context(), arctest.Password, "")
		ok(t, err)
		passwordRow(t, h, ann, func(string) string { return weak })
		ann.SignIn()
		if rec := passwordRow(t, h, ann, same); !strings.HasPrefix(rec, "pbkdf2-sha512$10$") {
			t.Error("a weak record was not made anew:", rec[:20])
		}
	})
	t.Run("five hundred at once", gateHolds)
}

func gateHolds(t *testing.T) {
	h := session.NewHasher(3000, 1)
	rec, err := h.Make(t.Context(), arctest.Password, "")
	ok(t, err)
	began := time.Now()
	_, _, err = h.Check(t.Context(), rec, arctest.Password)
	ok(t, err)
	one := time.Since(began)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var right atomic.Int64
	var wg stdsync.WaitGroup
	began = time.Now()
	for i := range 500 {
		password := arctest.Password
		if i%2 == 1 {
			password = "not the password"
		}
		wg.Go(func() {
			if ok, _, err := h.Check(t.Context(), rec, password); ok && err == nil {
				right.Add(1)
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	if right.Load() != 250 {
		t.Errorf("%d of 500 were right", right.Load())
	}
	if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 19<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	t.Logf("one takes %v, 500 through a gate of one %v", one, took)
}

// TestSec_15: a code works once, whoever asks and however often, over a restart
// too (ASVS 6.5.1, RFC 6238 section 5.2).
func TestSec_15(t *testing.T) {
	t.Run("in its own and the next step", clockOneTimeCode)
	t.Run("again after a restart", func(t *testing.T) {
		story(t, func(t *testing.T, h *arctest.House) {
			ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
			time.Sleep(time.Minute)
			time.Sleep(time.Duration(30-now().Unix()%30) * time.Second) // at the beginning of a step
			code := ann.Code()
			if got := signIn(t, ann, arctest.Password, code); got != "" { // the control
				t.Fatal(got)
			}
			h.Restart()
			if got := signIn(t, ann, arctest.Password, code); got != wire.CodeSignInFailed {
				t.Error("after a restart:", got)
			}
			time.Sleep(30 * time.Second)
			if got := signIn(t, ann, arctest.Password, code); got != wire.CodeSignInFailed {
				t.Error("in the next step:", got)
			}
		})
	})
	t.Run("fifty at once", func(t *testing.T) {
		story(t, func(t *testing.T, h *arctest.House) {
			ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
			code := ann.FreshCode()
			if got := atOnce(50, func() wire.Code { return signIn(t, ann, arctest.Password, code) }); got[""] != 1 {
				t.Errorf("%v", got)
			}
		})
	})
}

// TestSec_16: a code is good for its step of thirty seconds and, by default, one
// more for slow hands: a deviation from ASVS 6.5.5 that RFC 6238, section 5.2,
// advises and a setting takes back.
func TestSec_16(t *testing.T) {
	for grace, want := range map[int]map[int]bool{0: {0: true}, 1: {0: true, -1: true}} {
		t.Run(fmt.Sprint(grace), func(t *testing.T) {
			tuned(t, func(c *config.Config) { c.Grace = 1 }, func(t *testing.T, h *arctest.House) {
				ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
				h.Tune = func(c *config.Config) { c.Grace = grace }
				h.Restart()
				for _, steps := range []int{-2, -1, 0, 1, 2} {
					time.Sleep(40 * time.Minute)
					code, err := totp.GenerateCode(ann.Secret, now().Add(time.Duration(steps)*30*time.Second))
					ok(t, err)
					if got := signIn(t, ann, arctest.Password, code); (got == "") != want[steps] {
						t.Errorf("grace %d, a code of step %+d: %q", grace, steps, got)
					}
				}
			})
		})
	}
}

// TestSec_17: whoever has the device and the password and guesses the code has
// twenty guesses a day, and a hundred in all (R-07; SP 800-63B-4, section 3.2.2):
// 20 x 2 / 10^6 is a chance of 4 in 100,000 a day.
func TestSec_17(t *testing.T) {
	t.Run("five in a quarter of an hour", clockLock)
	t.Run("a day and a hundred", func(t *testing.T) {
		story(t, func(t *testing.T, h *arctest.House) {
			ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
			time.Sleep(time.Minute)
			looked := func(tries int, wait time.Duration) (n int) {
				for i := range tries {
					switch got := signIn(t, ann, arctest.Password, "0"+fmt.Sprint(10_000+i)); got {
					case wire.CodeSignInFailed:
						n++
					case wire.CodeLocked:
					default:
						t.Fatalf("a guess: %q", got)
					}
					time.Sleep(wait)
				}
				return n
			}
			if n := looked(20_000, 24*time.Hour/20_000); n > 20 || n < 5 {
				t.Errorf("%d guesses were looked at in a day", n)
			}
			all := 20
			for range 14 {
				all += looked(48, 30*time.Minute)
			}
			if all > 101 || all < 90 {
				t.Errorf("%d guesses were looked at in two weeks", all)
			}
			h.Restart()
			time.Sleep(60 * 24 * time.Hour / 30)
			if got := signIn(t, ann, arctest.Password, ann.FreshCode()); got != wire.CodeLocked {
				t.Error("after a hundred failures the right factors:", got)
			}
		})
	})
}

// TestSec_22: the first administrator comes by a one-time secret in a file that
// only the operator reads; there are no accounts to begin with (ASVS 6.3.2; CISA
// Secure by Design).
func TestSec_22(t *testing.T) {
	t.Run("an agency that is made stays", inviteSetupSecret)
	t.Run("an empty service", func(t *testing.T) {
		e := emptyService(t)
		if info, err := os.Stat(e.path); err != nil || info.Mode().Perm() != 0o600 {
			t.Error("the file of the secret:", info.Mode(), err)
		}
		if len(e.secret) < 22 {
			t.Errorf("a secret of %d characters", len(e.secret))
		}
		for _, name := range []string{"admin", "root", "arcline", "registrar", ""} {
			if got := e.signIn(name, name); got != wire.CodeSignInFailed {
				t.Errorf("%q on an empty service: %q", name, got)
			}
		}
		if err := e.bootstrap("a guess of the secret"); err == nil {
			t.Error("a guess made an agency")
		}
		e.later(24*time.Hour + time.Second)
		if err := e.bootstrap(e.secret); err == nil {
			t.Error("a secret of yesterday made an agency")
		}
		e.fresh()
		if err := e.bootstrap(e.secret); err != nil { // the control
			t.Error("a fresh secret:", err)
		}
		if err := e.bootstrap(e.secret); err == nil {
			t.Error("the secret worked twice")
		}
	})
}
