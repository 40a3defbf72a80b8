package server_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base32"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"arcline/client/arctest"
	"arcline/server"
	"arcline/server/account"
	"arcline/server/config"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Secrets at rest: rows 55 and 56.

// authRow reads and may change the row of a person's authenticators.
func authRow(t testing.TB, h *arctest.House, id wire.ID, change func(*store.Authenticator)) (before store.Authenticator) {
	t.Helper()
	st := h.Server.Store()
	ok(t, st.Update(context.Background(), func(tx *table.Tx) (err error) {
		if before, err = st.Auth.Get(tx, store.ID(id)); err != nil || change == nil {
			return err
		}
		a := before
		change(&a)
		return st.Auth.Put(tx, store.ID(id), a)
	}, kv.Own(store.PartAccount(store.ID(id)))))
	return before
}

// TestSec_55: seeds and signing keys lie sealed under the key file, each bound to
// its row: nothing readable, no swap, no way back (ASVS 13.3.1, 11.3).
func TestSec_55(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		bob := h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc")
		var snapshot bytes.Buffer
		_, err := h.Server.Store().Snapshot(t.Context(), &snapshot)
		ok(t, err)
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(ann.Secret)
		ok(t, err)
		keys := keysOf(t, h)
		if n := planted(snapshot.Bytes(), ann.Secret, string(raw), string(keys.Tokens[0].Seed[:]), string(keys.StepUp[:]), string(keys.Refresh[:]), keys.LogSigner); n > 0 {
			t.Errorf("the store holds %d readable secrets", n)
		}
		sealed := authRow(t, h, ann.ID, nil)
		if sealed.Seed[0] != 1 {
			t.Error("a sealed seed does not begin with its version")
		}
		if planted(snapshot.Bytes(), sealed.Password) == 0 { // the control
			t.Error("what is there is not found: the search does not bite")
		}
		code := bob.FreshCode()
		mine := authRow(t, h, bob.ID, func(a *store.Authenticator) { a.Seed = sealed.Seed })
		if got := signIn(t, bob, arctest.Password, code); got != wire.CodeInternal {
			t.Error("with ann's seed in bob's row:", got)
		}
		authRow(t, h, bob.ID, func(a *store.Authenticator) { a.Seed = mine.Seed })
		if got := signIn(t, bob, arctest.Password, code); got != "" { // the control
			t.Error("with his own again:", got)
		}
		old := ann.App
		newApp(t, ann)
		now := authRow(t, h, ann.ID, func(a *store.Authenticator) { *a = sealed })
		stolen, err := old.Next(t.Context())
		ok(t, err)
		if got := signIn(t, ann, arctest.Password, stolen); got != wire.CodeInternal {
			t.Error("with the seed of before the change put back:", got)
		}
		authRow(t, h, ann.ID, func(a *store.Authenticator) { *a = now })
		if got := signIn(t, ann, arctest.Password, ann.FreshCode()); got != "" { // the control
			t.Error("with the row as it was:", got)
		}
	})
	t.Run("another key file", wrongKeyFile)
}

func wrongKeyFile(t *testing.T) {
	h := arctest.New(t, nil)
	h.Stop()
	cfg := config.Default()
	cfg.Data = filepath.Join(h.Dir, "data")
	start := func() error {
		s, err := server.New(context.Background(), cfg, server.Options{Iterations: 10}, slog.New(slog.DiscardHandler))
		if err == nil {
			ok(t, s.Close(context.Background()))
		}
		return err
	}
	ok(t, start()) // the control
	cfg.KeyFile = keyFile(t, 1)
	if err := start(); !errors.Is(err, account.ErrKeyFile) || !strings.Contains(err.Error(), "put the key file back") {
		t.Error("another key file:", err)
	}
	cfg.KeyFile = keyFile(t, 0) // a key of zeros would be everybody's
	if err := start(); err == nil {
		t.Error("a key file of zeros is taken")
	}
}

func keyFile(t testing.TB, fill byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), uuid.NewString())
	ok(t, os.WriteFile(path, []byte(b64u(bytes.Repeat([]byte{fill}, 32))+"\n"), 0o600))
	return path
}

// rotateEnv makes the test program change the key file of a folder and end: it is
// the child that is killed.
const rotateEnv = "ARCLINE_TEST_ROTATE"

// TestSec_56: the key file can be changed, and killed in the middle fifty times:
// every row opens with the new or the old, none with neither, and the service
// starts with both.
func TestSec_56(t *testing.T) {
	if dir := os.Getenv(rotateEnv); dir != "" {
		cfg := config.Default()
		cfg.Data = filepath.Join(dir, "data")
		_, err := server.RotateKey(t.Context(), cfg, filepath.Join(dir, "new.key"), server.Options{}, func(int) { os.Stdout.WriteString("row\n") })
		ok(t, err)
		return
	}
	h := arctest.New(t, nil)
	old := kekOf(t, h)
	h.Stop()
	const more, kills, rowsEach = 300, 50, 5
	fill(t, h, old, more)
	killed := 0
	for range kills {
		if rotateUntil(t, h.Dir, rowsEach) {
			killed++
		}
		both := old
		both.Old, both.Key = old.Key, readKey(t, filepath.Join(h.Dir, "new.key"))
		if opened, n := opens(t, h, both), more+1; opened != n {
			t.Fatalf("after a kill %d of %d rows open with the new key or the old", opened, n)
		}
	}
	if killed != kills {
		t.Errorf("only %d kills were in the middle", killed)
	}
	middle := account.KEK{Key: readKey(t, filepath.Join(h.Dir, "new.key"))}
	if n := opens(t, h, middle); n == 0 || n == more+1 {
		t.Errorf("%d rows are sealed anew: nothing was in the middle", n)
	}
	startsWith(t, h, func(c *config.Config) {
		c.KeyFile, c.OldKeyFile = filepath.Join(h.Dir, "new.key"), filepath.Join(h.Dir, "data", "service.key")
	})
	h.Stop()
	if rotateUntil(t, h.Dir, 0) {
		t.Fatal("the last run was killed")
	}
	if n := opens(t, h, middle); n != more+1 {
		t.Errorf("%d rows open with the new key", n)
	}
	if n := opens(t, h, old); n != 0 { // the control
		t.Errorf("%d rows still open with the old key", n)
	}
	startsWith(t, h, func(c *config.Config) { c.KeyFile = filepath.Join(h.Dir, "new.key") })
	if got := signIn(t, h.Registrar, arctest.Password, h.Registrar.FreshCode()); got != "" {
		t.Error("signing in under the new key file:", got)
	}
}

func readKey(t testing.TB, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	ok(t, err)
	return [32]byte(unb64(t, strings.TrimSpace(string(b))))
}

// openStore opens the store of a stopped house.
func openStore(t testing.TB, h *arctest.House) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), filepath.Join(h.Dir, "data"), store.Options{})
	ok(t, err)
	return st
}

// fill adds accounts with sealed seeds to a stopped house.
func fill(t testing.TB, h *arctest.House, kek account.KEK, n int) {
	t.Helper()
	st := openStore(t, h)
	ids, parts := make([]store.ID, n), make([]kv.Part, n)
	for i := range ids {
		ids[i] = store.ID(uuid.New())
		parts[i] = kv.Own(store.PartAccount(ids[i]))
	}
	ok(t, st.Update(context.Background(), func(tx *table.Tx) error {
		var err error
		for _, id := range ids {
			app := store.ID(uuid.New())
			err = errors.Join(err, st.Accounts.Put(tx, id, store.Account{ID: id, State: store.AccountPending}),
				st.Auth.Put(tx, id, store.Authenticator{App: app, Seed: kek.SealSeed(id, app, []byte("JBSWY3DPEHPK3PXP"))}))
		}
		return err
	}, parts...))
	ok(t, st.Close())
}

// opens counts the seeds that a key opens.
func opens(t testing.TB, h *arctest.House, kek account.KEK) (n int) {
	t.Helper()
	st := openStore(t, h)
	defer st.Close()
	ok(t, st.View(context.Background(), func(tx *table.Tx) error {
		_, err := st.ByState.Keys(tx, table.Range{}, func(id store.ID) (bool, error) {
			a, err := st.Auth.Get(tx, id)
			if err != nil {
				return false, err
			}
			if _, err := kek.OpenSeed(id, a.App, a.Seed); err == nil {
				n++
			}
			return true, nil
		})
		return err
	}))
	return n
}

// rotateUntil changes the key file in a child and kills it after some rows; with
// none it runs to its end.
func rotateUntil(t testing.TB, dir string, rows int) (killed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestSec_56$")
	cmd.Env = append(os.Environ(), rotateEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	in := bufio.NewScanner(out)
	for seen := 0; in.Scan(); {
		if in.Text() != "row" {
			continue
		}
		if seen++; seen == rows {
			ok(t, cmd.Process.Kill())
			killed = true
			break
		}
	}
	err = cmd.Wait()
	if !killed && err != nil {
		t.Fatal("change the key file:", err)
	}
	return killed
}

// startsWith starts the service of a house under other settings.
func startsWith(t testing.TB, h *arctest.House, tune func(*config.Config)) {
	t.Helper()
	h.Tune = tune
	h.Start()
	if h.Server == nil || !h.Server.Door().About().Ready {
		t.Fatal("the service is not ready")
	}
}
