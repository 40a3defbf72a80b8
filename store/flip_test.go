package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"arcline/store/kv/boltkv"
)

// checkEnv makes this test binary the child that checks a store: a damaged file
// can hang or kill whoever maps it.
const checkEnv = "ARCLINE_TEST_CHECK"

func TestMain(m *testing.M) {
	if os.Getenv(checkEnv) == "" {
		os.Exit(m.Run())
	}
	if err := CheckFile(context.Background(), os.Args[len(os.Args)-1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// contents is a digest over every row of a store file, as bbolt alone reads it.
func contents(path string) (sum [32]byte, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading broke: %v", r)
		}
	}()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				fmt.Fprintf(h, "%d %d ", len(k), len(v))
				h.Write(k)
				h.Write(v)
				return nil
			})
		})
	})
	h.Sum(sum[:0])
	return sum, errors.Join(err, db.Close())
}

// A flipped bit anywhere in the file is found, or does no harm: a store that the
// check passes holds exactly what was written. The control is bbolt alone, which
// hands out wrong rows without a word for some of the same flips.
func TestFlippedBits(t *testing.T) {
	t.Setenv(checkEnv, "1")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	check := boltkv.ChildCheck(exe)
	dir := t.TempDir()
	s := openStore(t, dir)
	for i := range byte(20) {
		fill(t, s, id(i+1), 10)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "flipped.db")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	want, err := contents(path)
	if err := errors.Join(err, check(t.Context(), path)); err != nil {
		t.Fatal("the sound store:", err)
	}
	var used []int // where something is written: most of a young file is empty
	for i, c := range whole {
		if c != 0 {
			used = append(used, i)
		}
	}
	silent, found := 0, 0
	for i := range flips {
		b := bytes.Clone(whole)
		at := used[(i*7919+13)*97%len(used)]
		b[at] ^= 1 << (i % 8)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		err := check(ctx, path)
		cancel()
		if err != nil {
			found++
			if got, rerr := contents(path); rerr == nil && got != want {
				silent++ // bbolt alone would have handed this out
			}
			continue
		}
		if got, err := contents(path); err != nil || got != want {
			t.Errorf("bit %d of byte %d: the check passed and the rows are others (%v)", i%8, at, err)
		}
	}
	t.Logf("%d flips: %d found, of those %d silent without the sums", flips, found, silent)
	if found == 0 || silent == 0 {
		t.Error("no flip did harm, so nothing was shown")
	}
}
