package boltkv

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"arcline/store/kv"
)

func put(key, value string) func(kv.Tx) error {
	return func(tx kv.Tx) error { return tx.Put([]byte(key), []byte(value)) }
}

func mustPut(t testing.TB, db *DB, key, value string) {
	t.Helper()
	if err := db.Update(context.Background(), put(key, value)); err != nil {
		t.Fatal(err)
	}
}

// holdWriter occupies the writing goroutine until release is called.
func holdWriter(t *testing.T, db *DB) (release func()) {
	t.Helper()
	wait, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = db.Update(context.Background(), func(kv.Tx) error { close(held); <-wait; return nil })
	})
	<-held
	return func() { close(wait); wg.Wait() }
}

// queued waits until n Updates are in the queue.
func queued(db *DB, n int) {
	for len(db.queue) < n {
		runtime.Gosched()
	}
}

func TestFailStop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	db := open(t, path)
	mustPut(t, db, "a", "1")
	release := holdWriter(t, db)
	_ = db.file.Close() // every write from now on fails
	refused := errors.New("refused")
	errs := make(chan error, 4)
	for i := range 4 {
		go func() {
			errs <- db.Update(context.Background(), func(tx kv.Tx) error {
				if i == 3 {
					return refused // its neighbours' loss is its loss
				}
				return put("b", "2")(tx)
			})
		}()
	}
	queued(db, 4)
	release()
	for range 4 {
		if err := <-errs; !errors.Is(err, kv.ErrStopped) || !errors.Is(err, os.ErrClosed) {
			t.Errorf("group: %v", err)
		}
	}
	<-db.Failed()
	never := func(kv.Tx) error { t.Error("fn ran"); return nil }
	_, snap := db.Snapshot(context.Background(), new(bytes.Buffer))
	for _, err := range []error{db.Update(context.Background(), never), db.View(context.Background(), never), snap, db.Scrub(context.Background())} {
		if !errors.Is(err, kv.ErrStopped) {
			t.Errorf("later: %v", err)
		}
	}
	_ = db.Close()
	again := open(t, path)
	defer again.Close()
	mustPut(t, again, "c", "3")
}

func TestGoexitStops(t *testing.T) {
	db := fresh(t)
	release := holdWriter(t, db)
	errs := make(chan error, 3)
	go func() {
		errs <- db.Update(context.Background(), func(kv.Tx) error { runtime.Goexit(); return nil })
	}()
	queued(db, 1)
	go func() { errs <- db.Update(context.Background(), put("a", "1")) }()
	queued(db, 2)
	go func() { errs <- db.Scrub(context.Background()) }()
	queued(db, 3)
	release()
	for range 3 {
		if err := <-errs; !errors.Is(err, kv.ErrStopped) || !strings.Contains(err.Error(), "Goexit") {
			t.Errorf("%v", err)
		}
	}
}

// TestTruncated cuts the file under the map: reads fault, and must end in
// ErrStopped rather than in the end of the process.
func TestTruncated(t *testing.T) {
	for _, c := range []struct {
		name string
		use  func(db *DB, fn func(kv.Tx) error) error
	}{
		{"view", func(db *DB, fn func(kv.Tx) error) error { return db.View(context.Background(), fn) }},
		{"update", func(db *DB, fn func(kv.Tx) error) error { return db.Update(context.Background(), fn) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store")
			db := open(t, path)
			defer db.Close()
			mustPut(t, db, "a", strings.Repeat("x", 100_000))
			if err := os.Truncate(path, 8192); err != nil {
				t.Fatal(err)
			}
			err := c.use(db, func(tx kv.Tx) error {
				_, err := tx.Get([]byte("a"))
				return err
			})
			if !errors.Is(err, kv.ErrStopped) {
				t.Errorf("got %v", err)
			}
			<-db.Failed()
		})
	}
}

// TestNoDirtyRead: a View that begins after a commit's meta page is written
// but before it is durable waits for the outcome.
func TestNoDirtyRead(t *testing.T) {
	for _, fails := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			db := open(t, filepath.Join(t.TempDir(), "store"))
			defer db.Close()
			mustPut(t, db, "a", "1")
			id := db.durable.Load()
			c := &commitment{id: id, done: make(chan struct{})}
			db.pending.Store(c)
			db.durable.Store(id - 1) // as if the fsync had not returned
			var seen bool
			var err error
			answered := make(chan struct{})
			go func() {
				defer close(answered)
				err = db.View(t.Context(), func(kv.Tx) error { seen = true; return nil })
			}()
			synctest.Wait()
			if seen {
				t.Error("read what is not durable")
			}
			if fails {
				_ = db.stop(errors.New("no"))
			} else {
				db.durable.Store(id)
			}
			close(c.done)
			<-answered
			if seen == fails || fails != errors.Is(err, kv.ErrStopped) {
				t.Errorf("fails %v: seen %v, %v", fails, seen, err)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	db := fresh(t)
	release := holdWriter(t, db)
	before := db.Stats()
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	for range 40 {
		wg.Go(func() { mustPut(t, db, "a", "1") })
	}
	queued(db, 40)
	wg.Go(func() {
		if err := db.Update(ctx, put("b", "2")); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled in the queue: %v", err)
		}
	})
	queued(db, 41)
	cancel()
	release()
	wg.Wait()
	after := db.Stats()
	if after.Commits-before.Commits != 1 || after.Syncs-before.Syncs != 2 || after.LargestGroup != 40 ||
		after.Groups[5] != 1 || after.Skipped != 1 {
		t.Errorf("40 waiting Updates: %+v, before %+v", after, before)
	}
	// A group in which nobody writes costs no fsync.
	if err := db.Update(context.Background(), func(kv.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if s := db.Stats(); s.Commits != after.Commits || s.Transactions != after.Transactions+1 {
		t.Errorf("empty group: %+v", s)
	}
}

// TestGroupBytes: big values do not pile up in one transaction.
func TestGroupBytes(t *testing.T) {
	db := fresh(t)
	release := holdWriter(t, db)
	before := db.Stats().Commits
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() { mustPut(t, db, string(rune('a'+i)), strings.Repeat("x", 3<<20)) })
	}
	queued(db, 6)
	release()
	wg.Wait()
	if n := db.Stats().Commits - before; n != 2 {
		t.Errorf("18 MiB in %d commits, want 2", n)
	}
}

func TestOpen(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "deep", "er")
	path := filepath.Join(folder, "store")
	db := open(t, path)
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if mode(path) != 0o600 || mode(folder) != 0o700 {
		t.Errorf("modes %v, %v", mode(path), mode(folder))
	}
	if names, _ := os.ReadDir(folder); len(names) != 1 {
		t.Errorf("left over: %v", names)
	}
	if _, err := Open(context.Background(), path, Options{}); err == nil || !strings.Contains(err.Error(), "already open by another process") {
		t.Errorf("second opening: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, path).Close()
	if mode(path) != 0o600 {
		t.Errorf("mode after opening a copy: %v", mode(path))
	}
	bad := errors.New("bad")
	_, err := Open(context.Background(), path, Options{Check: func(context.Context, string) error { return bad }})
	if !errors.Is(err, bad) {
		t.Errorf("check refused, Open says %v", err)
	}
	if err := os.WriteFile(path, []byte("not a store"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), path, Options{}); err == nil {
		t.Error("opened what is not a store")
	}
}

// TestRaceToMake: two openings of a store that is not there yet end with one
// file and one owner.
func TestRaceToMake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := ensure(path, true); err != nil {
				t.Errorf("ensure: %v", err)
			}
		})
	}
	wg.Wait()
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("left over: %v", names)
	}
	open(t, path).Close()
}

func TestScrubWaitsForReaders(t *testing.T) {
	db := fresh(t)
	mustPut(t, db, "a", strings.Repeat("old", 3000))
	entered, leave, left := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		_ = db.View(context.Background(), func(tx kv.Tx) error {
			close(entered)
			<-leave
			v, err := tx.Get([]byte("a"))
			if err != nil || string(v) != strings.Repeat("old", 3000) {
				t.Error("the old view lost its rows")
			}
			return nil
		})
	}()
	<-entered
	mustPut(t, db, "a", "new")
	ctx, cancel := context.WithTimeout(context.Background(), 400*time.Millisecond)
	defer cancel()
	if err := db.Scrub(ctx); !errors.Is(err, errReaders) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("scrub beside an old view: %v", err)
	}
	close(leave)
	<-left
	if err := db.Scrub(context.Background()); err != nil {
		t.Errorf("scrub: %v", err)
	}
}
