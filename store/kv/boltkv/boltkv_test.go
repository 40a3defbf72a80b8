package boltkv

import (
	"context"
	"path/filepath"
	"testing"

	"arcline/store/kv"
	"arcline/store/kv/kvtest"
)

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func fresh(t testing.TB) *DB {
	t.Helper()
	db := open(t, filepath.Join(t.TempDir(), "store"))
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// TestLaws runs without fsync, which no law but durability is about; the
// other tests here run with it.
func TestLaws(t *testing.T) {
	kvtest.RunAt(t, func(t testing.TB, path string) kv.DB {
		db, err := Open(context.Background(), path, Options{DangerousNoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		return db
	})
}
