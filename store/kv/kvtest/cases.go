package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"arcline/store/kv"
)

// cases are the plain laws, one each, on an empty store.
var cases = []struct {
	name string
	run  func(t *testing.T, db kv.DB)
}{
	{"rows come back", testRows},
	{"own writes are seen", testOverlay},
	{"a scan sees writes ahead of it", testScanLive},
	{"scan ends early", testScanStops},
	{"failed closure leaves nothing", testFailed},
	{"panic reaches the caller", testPanic},
	{"neighbours are not harmed", testNeighbours},
	{"views are read-only", testReadOnly},
	{"a view is one moment", testMoment},
	{"limits", testLimits},
	{"big transaction", testBig},
	{"emptied range, scanned in the same group", testEmptied},
	{"cancelled before it begins", testCancelled},
	{"counters are exact", testCounters},
}

func testRows(t *testing.T, db kv.DB) {
	put(t, db, "b", "2", "a", "1", "c", "")
	if got, want := contents(t, db), []string{"a=1", "b=2", "c="}; !slices.Equal(got, want) {
		t.Fatalf("rows %q, want %q", got, want)
	}
	update(t, db, func(tx kv.Tx) error {
		if err := tx.Delete([]byte("b")); err != nil {
			return err
		}
		return tx.Delete([]byte("never was"))
	})
	view(t, db, func(tx kv.Tx) error {
		if _, err := tx.Get([]byte("b")); !errors.Is(err, kv.ErrNotFound) {
			t.Errorf("deleted row: %v, want ErrNotFound", err)
		}
		if v, err := tx.Get([]byte("c")); err != nil || len(v) != 0 {
			t.Errorf("empty value: %q, %v", v, err)
		}
		for _, c := range []struct {
			lo, hi  string
			reverse bool
			want    string
		}{
			{"a", "c", false, "a=1"}, {"a", "c\x00", true, "c= a=1"}, {"b", "", false, "c="},
			{"", "a", false, ""}, {"c", "a", false, ""}, {"", "", true, "c= a=1"}, {"d", "z", true, ""},
		} {
			rows, err := list(tx, bound(c.lo), bound(c.hi), c.reverse)
			if got := strings.Join(rows, " "); err != nil || got != c.want {
				t.Errorf("scan [%q,%q) reverse %v: %q, %v; want %q", c.lo, c.hi, c.reverse, got, err, c.want)
			}
		}
		return nil
	})
}

func bound(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func view(t testing.TB, db kv.DB, fn func(kv.Tx) error) {
	t.Helper()
	if err := db.View(context.Background(), fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

func testOverlay(t *testing.T, db kv.DB) {
	put(t, db, "a", "1", "c", "3", "e", "5", "g", "7")
	update(t, db, func(tx kv.Tx) error {
		key := []byte("b")
		if err := errors.Join(tx.Put(key, []byte("2")), tx.Put([]byte("c"), []byte("new")),
			tx.Delete([]byte("e")), tx.Put([]byte("h"), nil), tx.Delete([]byte("h")), tx.Put([]byte("i"), nil)); err != nil {
			return err
		}
		key[0] = 'x' // Put took a copy
		if v, err := tx.Get([]byte("c")); err != nil || string(v) != "new" {
			t.Errorf("own write: %q, %v", v, err)
		}
		if _, err := tx.Get([]byte("e")); !errors.Is(err, kv.ErrNotFound) {
			t.Errorf("own delete: %v", err)
		}
		want := []string{"a=1", "b=2", "c=new", "g=7", "i="}
		got, err := list(tx, nil, nil, false)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("forward %q, %v; want %q", got, err, want)
		}
		slices.Reverse(want)
		if got, err = list(tx, nil, nil, true); err != nil || !slices.Equal(got, want) {
			t.Errorf("reverse %q, %v; want %q", got, err, want)
		}
		if got, err = list(tx, []byte("b"), []byte("g"), true); err != nil || !slices.Equal(got, []string{"c=new", "b=2"}) {
			t.Errorf("part, reverse %q, %v", got, err)
		}
		return nil
	})
}

func testScanLive(t *testing.T, db kv.DB) {
	for _, reverse := range []bool{false, true} {
		put(t, db, "a", "1", "c", "3", "e", "5")
		var got []string
		update(t, db, func(tx kv.Tx) error {
			got = nil
			if err := tx.Put([]byte("c"), []byte("3")); err != nil { // so that there is a buffer from the start
				return err
			}
			return tx.Scan(nil, nil, reverse, func(k, v []byte) (bool, error) {
				got = append(got, string(k)+"="+string(v))
				if string(k) != "c" {
					return true, nil
				}
				return true, errors.Join(tx.Delete([]byte("a")), tx.Put([]byte("b"), []byte("2")),
					tx.Put([]byte("d"), []byte("4")), tx.Delete([]byte("e")), tx.Delete([]byte("c")))
			})
		})
		want := []string{"a=1", "c=3", "d=4"}
		if reverse {
			want = []string{"e=5", "c=3", "b=2"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("reverse %v: %q, want %q", reverse, got, want)
		}
		if rows := contents(t, db); !slices.Equal(rows, []string{"b=2", "d=4"}) {
			t.Errorf("left %q", rows)
		}
		update(t, db, func(tx kv.Tx) error { return errors.Join(tx.Delete([]byte("b")), tx.Delete([]byte("d"))) })
	}
}

func testScanStops(t *testing.T, db kv.DB) {
	put(t, db, "a", "1", "b", "2", "c", "3")
	boom := errors.New("boom")
	view(t, db, func(tx kv.Tx) error {
		n := 0
		if err := tx.Scan(nil, nil, false, func(_, _ []byte) (bool, error) { n++; return n < 2, nil }); err != nil || n != 2 {
			t.Errorf("stopped after %d rows, %v", n, err)
		}
		if err := tx.Scan(nil, nil, true, func(_, _ []byte) (bool, error) { return true, boom }); !errors.Is(err, boom) {
			t.Errorf("error of fn: %v", err)
		}
		return nil
	})
}

func testFailed(t *testing.T, db kv.DB) {
	put(t, db, "a", "1", "b", "2")
	boom := errors.New("boom")
	err := db.Update(context.Background(), func(tx kv.Tx) error {
		return errors.Join(tx.Put([]byte("a"), []byte("x")), tx.Delete([]byte("b")), tx.Put([]byte("c"), nil), boom)
	}, kv.Own("test"))
	if !errors.Is(err, boom) || errors.Is(err, kv.ErrStopped) {
		t.Errorf("error of fn: %v", err)
	}
	if got := contents(t, db); !slices.Equal(got, []string{"a=1", "b=2"}) {
		t.Errorf("left %q", got)
	}
}

func testPanic(t *testing.T, db kv.DB) {
	put(t, db, "a", "1")
	boom := errors.New("boom")
	got := func() (r any) {
		defer func() { r = recover() }()
		_ = db.Update(context.Background(), func(tx kv.Tx) error {
			if err := tx.Put([]byte("a"), []byte("x")); err != nil {
				return err
			}
			panic(boom)
		}, kv.Own("test"))
		return nil
	}()
	p, ok := got.(*kv.Panic)
	if !ok || p.Value != boom || !errors.Is(p, boom) || !strings.Contains(string(p.Stack), "testPanic") {
		t.Errorf("caller got %v", got)
	}
	if rows := contents(t, db); !slices.Equal(rows, []string{"a=1"}) {
		t.Errorf("left %q", rows)
	}
	put(t, db, "b", "2") // the store goes on
}

// testNeighbours runs good, failing and panicking closures side by side.
func testNeighbours(t *testing.T, db kv.DB) {
	boom := errors.New("boom")
	const n = 90
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer func() {
				if p, ok := recover().(*kv.Panic); ok != (i%3 == 2) || ok && p.Value != i {
					t.Errorf("%d: panic %v", i, p)
				}
			}()
			err := db.Update(context.Background(), func(tx kv.Tx) error {
				if err := tx.Put(fmt.Appendf(nil, "%03d", i), nil); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return boom
				case 2:
					panic(i)
				}
				return nil
			}, kv.Own(fmt.Sprint(i)))
			if (i%3 == 0 && err != nil) || (i%3 == 1 && !errors.Is(err, boom)) {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	rows := contents(t, db)
	if len(rows) != n/3 {
		t.Errorf("%d rows, want %d", len(rows), n/3)
	}
}

func testReadOnly(t *testing.T, db kv.DB) {
	view(t, db, func(tx kv.Tx) error {
		if err := tx.Put([]byte("a"), nil); !errors.Is(err, kv.ErrReadOnly) {
			t.Errorf("put: %v", err)
		}
		if err := tx.Delete([]byte("a")); !errors.Is(err, kv.ErrReadOnly) {
			t.Errorf("delete: %v", err)
		}
		return nil
	})
}

func testMoment(t *testing.T, db kv.DB) {
	put(t, db, "a", "1")
	view(t, db, func(tx kv.Tx) error {
		put(t, db, "a", "2", "b", "2")
		if rows, err := list(tx, nil, nil, false); err != nil || !slices.Equal(rows, []string{"a=1"}) {
			t.Errorf("old view sees %q, %v", rows, err)
		}
		return nil
	})
	if rows := contents(t, db); !slices.Equal(rows, []string{"a=2", "b=2"}) {
		t.Errorf("new view sees %q", rows)
	}
}

func testLimits(t *testing.T, db kv.DB) {
	longest, biggest := bytes.Repeat([]byte("k"), kv.MaxKey), bytes.Repeat([]byte("v"), kv.MaxValue)
	update(t, db, func(tx kv.Tx) error {
		for _, c := range []struct {
			key, value []byte
			want       error
		}{
			{longest, biggest, nil}, {append(longest[:len(longest):len(longest)], 'k'), nil, kv.ErrTooLarge},
			{[]byte("a"), append(biggest[:len(biggest):len(biggest)], 'v'), kv.ErrTooLarge}, {nil, nil, kv.ErrEmptyKey},
		} {
			if err := tx.Put(c.key, c.value); !errors.Is(err, c.want) {
				t.Errorf("put %d/%d bytes: %v, want %v", len(c.key), len(c.value), err, c.want)
			}
		}
		if _, err := tx.Get(nil); !errors.Is(err, kv.ErrEmptyKey) {
			t.Errorf("get of the empty key: %v", err)
		}
		return nil
	})
	view(t, db, func(tx kv.Tx) error {
		if v, err := tx.Get(longest); err != nil || !bytes.Equal(v, biggest) {
			t.Errorf("biggest row: %d bytes, %v", len(v), err)
		}
		return nil
	})
}

// testBig writes enough rows in one transaction, out of order, that an engine
// cannot hold them in one simple slice, and reads them back inside and after.
func testBig(t *testing.T, db kv.DB) {
	const n = 5000
	update(t, db, func(tx kv.Tx) error {
		for i := range n {
			if err := tx.Put(fmt.Appendf(nil, "%05d", i*2741%n), fmt.Appendf(nil, "%d", i)); err != nil {
				return err
			}
		}
		for i := 0; i < n; i += 2 {
			if err := tx.Delete(fmt.Appendf(nil, "%05d", i)); err != nil {
				return err
			}
		}
		for _, reverse := range []bool{false, true} {
			rows, err := list(tx, nil, nil, reverse)
			if reverse {
				slices.Reverse(rows)
			}
			if err != nil || len(rows) != n/2 || !slices.IsSorted(rows) {
				t.Errorf("inside, reverse %v: %d rows, sorted %v, %v", reverse, len(rows), slices.IsSorted(rows), err)
			}
		}
		return nil
	})
	if rows := contents(t, db); len(rows) != n/2 {
		t.Errorf("after: %d rows", len(rows))
	}
}

// testEmptied deletes whole pages and scans over the hole from other closures
// that are likely to share the first one's group.
func testEmptied(t *testing.T, db kv.DB) {
	const n = 2000
	for _, keep := range []int{5, 0} {
		update(t, db, func(tx kv.Tx) error {
			for i := range n {
				if err := tx.Put(fmt.Appendf(nil, "%05d", i), bytes.Repeat([]byte("v"), 100)); err != nil {
					return err
				}
			}
			return nil
		})
		release := hold(t, db)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				update(t, db, func(tx kv.Tx) error {
					for j := keep; j < n-keep; j++ {
						if err := tx.Delete(fmt.Appendf(nil, "%05d", j)); err != nil {
							return err
						}
					}
					return nil
				})
			})
			wg.Go(func() {
				update(t, db, func(tx kv.Tx) error {
					back, err := list(tx, nil, nil, true)
					forth, err2 := list(tx, nil, nil, false)
					if len(back) != len(forth) || len(back) != n && len(back) != 2*keep {
						t.Errorf("keep %d: %d rows back, %d forth", keep, len(back), len(forth))
					}
					return errors.Join(err, err2)
				})
			})
		}
		time.Sleep(20 * time.Millisecond) // let them queue
		release()
		wg.Wait()
	}
}

// hold keeps a transaction open until release is called. Where there is one
// writer, whatever comes meanwhile queues and shares a group.
func hold(t *testing.T, db kv.DB) (release func()) {
	t.Helper()
	wait, held := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var wg sync.WaitGroup
	wg.Go(func() {
		update(t, db, func(kv.Tx) error { once.Do(func() { close(held) }); <-wait; return nil })
	})
	<-held
	return func() { close(wait); wg.Wait() }
}

func testCancelled(t *testing.T, db kv.DB) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	never := func(kv.Tx) error { t.Error("fn ran"); return nil }
	if err := db.Update(done, never, kv.Own("test")); !errors.Is(err, context.Canceled) {
		t.Errorf("update: %v", err)
	}
	if err := db.View(done, never); !errors.Is(err, context.Canceled) {
		t.Errorf("view: %v", err)
	}
	// Cancelled once begun: the real outcome counts.
	begun, cancel := context.WithCancel(context.Background())
	err := db.Update(begun, func(tx kv.Tx) error {
		cancel()
		return tx.Put([]byte("a"), []byte("1"))
	}, kv.Own("test"))
	if rows := contents(t, db); err != nil || !slices.Equal(rows, []string{"a=1"}) {
		t.Errorf("begun, then cancelled: %v, %q", err, rows)
	}
	// Cancelled while it waits behind another in the same part.
	release := hold(t, db)
	var wg sync.WaitGroup
	queued, cancel := context.WithCancel(context.Background())
	wg.Go(func() {
		if err := db.Update(queued, never, kv.Own("test")); !errors.Is(err, context.Canceled) {
			t.Errorf("queued: %v", err)
		}
	})
	cancel()
	release()
	wg.Wait()
}

// testCounters adds one to each of two counters from many sides; a lost update
// would show.
func testCounters(t *testing.T, db kv.DB) {
	const writers, rounds = 16, 20
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for r := range rounds {
				key := []byte{'a' + byte(r%2)}
				err := db.Update(context.Background(), func(tx kv.Tx) error {
					v, err := tx.Get(key)
					if err != nil && !errors.Is(err, kv.ErrNotFound) {
						return err
					}
					return tx.Put(key, append(slices.Clone(v), '+'))
				}, kv.Own(string(key)))
				if err != nil {
					t.Errorf("add: %v", err)
				}
			}
		})
	}
	wg.Wait()
	want := strings.Repeat("+", writers*rounds/2)
	if rows := contents(t, db); !slices.Equal(rows, []string{"a=" + want, "b=" + want}) {
		t.Errorf("counters %q", rows)
	}
	if s := db.Stats(); s.Transactions != writers*rounds || s.Commits == 0 {
		t.Errorf("stats %+v", s)
	}
}

func testClosed(t *testing.T, db kv.DB) {
	put(t, db, "a", "1")
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Fatalf("close twice: %v", err)
	}
	fn := func(kv.Tx) error { t.Error("fn ran"); return nil }
	_, err := db.Snapshot(context.Background(), new(bytes.Buffer))
	for _, err := range []error{db.Update(context.Background(), fn), db.View(context.Background(), fn), err} {
		if !errors.Is(err, kv.ErrClosed) {
			t.Errorf("after close: %v", err)
		}
	}
}

func testReopen(t *testing.T, openAt func(t testing.TB, path string) kv.DB) {
	path := filepath.Join(t.TempDir(), "store")
	for round := range 3 {
		db := openAt(t, path)
		if rows := contents(t, db); len(rows) != round {
			t.Errorf("round %d: %q", round, rows)
		}
		put(t, db, fmt.Sprint(round), "x")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func testSnapshot(t *testing.T, openAt func(t testing.TB, path string) kv.DB) {
	folder := t.TempDir()
	db := openAt(t, filepath.Join(folder, "store"))
	defer db.Close()
	put(t, db, "a", "1")
	var copied bytes.Buffer
	n, err := db.Snapshot(context.Background(), &copied)
	if err != nil || n != int64(copied.Len()) {
		t.Fatalf("snapshot: %d bytes of %d, %v", n, copied.Len(), err)
	}
	put(t, db, "b", "2")
	path := filepath.Join(folder, "copy")
	if err := os.WriteFile(path, copied.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	again := openAt(t, path)
	defer again.Close()
	put(t, again, "c", "3")
	if rows := contents(t, again); !slices.Equal(rows, []string{"a=1", "c=3"}) {
		t.Errorf("from the snapshot: %q", rows)
	}
}
