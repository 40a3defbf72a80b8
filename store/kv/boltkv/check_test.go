package boltkv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arcline/store/kv"
)

// TestMain lets the test binary be its own child for ChildCheck.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "check-as-child" {
		if strings.HasSuffix(os.Args[2], "hang") {
			time.Sleep(time.Minute)
		}
		if err := CheckFile(context.Background(), os.Args[2]); err != nil {
			fmt.Fprintf(os.Stderr, "looking\n%v\n", err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// filled makes a closed store with rows of planted text, half of them deleted.
func filled(t *testing.T, scrub bool) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "store")
	db := open(t, path)
	defer db.Close()
	for round := range 2 {
		for i := range 20 {
			err := db.Update(context.Background(), func(tx kv.Tx) error {
				for j := range 50 {
					key := fmt.Appendf(nil, "%03d/%03d", i, j)
					if round == 1 && j%2 == 0 {
						if err := tx.Delete(key); err != nil {
							return err
						}
						continue
					}
					word := "KEPT"
					if j%2 == 0 {
						word = "PURGED"
					}
					if err := tx.Put(key, fmt.Appendf(nil, "%s-%03d-%03d %0200d", word, i, j, 0)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if scrub {
		for range 2 { // a second one finds nothing to do
			if err := db.Scrub(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return path
}

func TestScrub(t *testing.T) {
	for _, scrub := range []bool{false, true} {
		path := filled(t, scrub)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		purged, kept := bytes.Count(b, []byte("PURGED-")), bytes.Count(b, []byte("KEPT-"))
		if scrub && (purged != 0 || kept != 500) {
			t.Errorf("after the scrub: %d purged, %d kept, want 0 and 500", purged, kept)
		}
		if !scrub && purged == 0 {
			t.Error("without a scrub nothing is left behind: this test cannot see")
		}
		if err := CheckFile(context.Background(), path); err != nil {
			t.Errorf("check, scrub %v: %v", scrub, err)
		}
	}
}

// TestScrubFallback: right after a scrub either meta page leads to a whole
// tree, should the other be lost.
func TestScrubFallback(t *testing.T) {
	for id := range 2 {
		path := filepath.Join(t.TempDir(), "store")
		db := open(t, path)
		for i := range 500 {
			mustPut(t, db, fmt.Sprint(i%100), strings.Repeat("x", 300+i))
		}
		if err := errors.Join(db.Scrub(context.Background()), db.Close()); err != nil {
			t.Fatal(err)
		}
		flip(t, path, int64(id*os.Getpagesize()+metaHeader+48))
		if err := CheckFile(context.Background(), path); err == nil {
			t.Errorf("meta page %d lost, check says nothing", id)
		}
		db = open(t, path)
		n := 0
		err := db.View(context.Background(), func(tx kv.Tx) error {
			return tx.Scan(nil, nil, false, func(_, _ []byte) (bool, error) { n++; return true, nil })
		})
		mustPut(t, db, "more", "rows")
		if err := errors.Join(err, db.Close()); err != nil || n != 100 {
			t.Errorf("meta page %d lost: %d rows, %v", id, n, err)
		}
	}
}

// flip changes one bit of a file.
func flip(t testing.TB, path string, offset int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b [1]byte
	_, err = f.ReadAt(b[:], offset)
	b[0] ^= 0x10
	_, err2 := f.WriteAt(b[:], offset)
	if err := errors.Join(err, err2, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestMetaFlips flips a bit in each byte of both meta pages: every one must be
// an error that names the page.
func TestMetaFlips(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	open(t, path).Close()
	if err := CheckFile(context.Background(), path); err != nil {
		t.Fatalf("fresh store: %v", err)
	}
	for id := range 2 {
		for at := range metaLength {
			if at >= 10 && at < metaHeader {
				continue // count and overflow mean nothing on a meta page
			}
			offset := int64(id*os.Getpagesize() + at)
			flip(t, path, offset)
			err := CheckFile(context.Background(), path)
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("meta page %d", id)) {
				t.Errorf("page %d byte %d: %v", id, at, err)
			}
			flip(t, path, offset)
		}
	}
}

func TestCheckWalks(t *testing.T) {
	path := filled(t, false)
	bad := errors.New("bad row")
	n := 0
	err := CheckFile(context.Background(), path,
		func(ctx context.Context, v kv.Viewer) error {
			return v.View(ctx, func(tx kv.Tx) error {
				return tx.Scan(nil, nil, false, func(_, _ []byte) (bool, error) { n++; return true, nil })
			})
		},
		func(context.Context, kv.Viewer) error { return bad })
	if n != 500 || !errors.Is(err, bad) {
		t.Errorf("walked %d rows, %v", n, err)
	}
	err = CheckFile(context.Background(), path, func(context.Context, kv.Viewer) error { panic("bad row") })
	if err == nil || !strings.Contains(err.Error(), "bad row") {
		t.Errorf("panic in a walk: %v", err)
	}
}

func TestChildCheck(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	check := ChildCheck(exe, "check-as-child")
	path := filled(t, false)
	db, err := Open(context.Background(), path, Options{Check: check})
	if err != nil {
		t.Fatalf("sound store: %v", err)
	}
	db.Close()

	flip(t, path, int64(os.Getpagesize()+metaHeader+40))
	_, err = Open(context.Background(), path, Options{Check: check})
	if err == nil || !strings.Contains(err.Error(), "meta page 1: checksum") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("damaged store: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if err := check(ctx, "hang"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("child that hangs: %v", err)
	}
	if err := ChildCheck(exe+"-missing")(context.Background(), path); err == nil {
		t.Error("a check that cannot run passed")
	}
}

// TestTreeFlips damages tree pages; what bbolt's check sees must come out as
// an error and nothing may get past this process as a panic.
func TestTreeFlips(t *testing.T) {
	path := filled(t, false)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size := int64(os.Getpagesize())
	for id := int64(2); id < 400; id++ { // wipe every page header
		if _, err := f.WriteAt(make([]byte, 16), id*size); err != nil {
			t.Fatal(err)
		}
	}
	if err := CheckFile(context.Background(), path); err == nil {
		t.Error("check found nothing")
	}
	if err := os.Truncate(path, 3*size); err != nil {
		t.Fatal(err)
	}
	if err := CheckFile(context.Background(), path); err == nil || !strings.Contains(err.Error(), "cut short") {
		t.Errorf("file cut short: %v", err)
	}
}
