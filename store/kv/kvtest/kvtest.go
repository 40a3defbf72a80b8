// Package kvtest holds the laws of kv as tests, so that every engine is judged
// by the same ones: a table of plain cases, a model run by rapid against a
// sorted map, concurrent histories judged by porcupine, and a fault injector
// with its negative controls. Only tests import it.
package kvtest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"arcline/store/kv"
)

// Run judges the engine that open opens. Each call of open gives an empty
// store; Run closes it.
func Run(t *testing.T, open func(t *testing.T) kv.DB) {
	fresh := func(t *testing.T) kv.DB {
		t.Helper()
		db := open(t)
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		return db
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, fresh(t)) })
	}
	t.Run("histories", func(t *testing.T) { testHistories(t, fresh(t)) })
	t.Run("doctored histories are refused", testDoctored)
	t.Run("faults", func(t *testing.T) { testFaults(t, fresh) })
	t.Run("closed", func(t *testing.T) { testClosed(t, open(t)) })
}

// RunAt judges an engine that keeps its store at a path: all of Run, what
// stays after a reopen, and the model, which reopens at random.
func RunAt(t *testing.T, openAt func(t testing.TB, path string) kv.DB) {
	Run(t, func(t *testing.T) kv.DB { return openAt(t, filepath.Join(t.TempDir(), "store")) })
	t.Run("reopen", func(t *testing.T) { testReopen(t, openAt) })
	t.Run("snapshot", func(t *testing.T) { testSnapshot(t, openAt) })
	t.Run("model", func(t *testing.T) { testModel(t, openAt) })
}

// update and the helpers below fail the test on an error that no case expects.
func update(t testing.TB, db kv.DB, fn func(kv.Tx) error) {
	t.Helper()
	if err := db.Update(context.Background(), fn, kv.Own("test")); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func put(t testing.TB, db kv.DB, pairs ...string) {
	t.Helper()
	update(t, db, func(tx kv.Tx) error {
		for i := 0; i < len(pairs); i += 2 {
			if err := tx.Put([]byte(pairs[i]), []byte(pairs[i+1])); err != nil {
				return err
			}
		}
		return nil
	})
}

// list scans and returns "k=v" strings.
func list(tx kv.Tx, lo, hi []byte, reverse bool) ([]string, error) {
	var rows []string
	err := tx.Scan(lo, hi, reverse, func(k, v []byte) (bool, error) {
		rows = append(rows, fmt.Sprintf("%s=%s", k, v))
		return true, nil
	})
	return rows, err
}

// contents lists the whole store.
func contents(t testing.TB, db kv.DB) []string {
	t.Helper()
	var rows []string
	err := db.View(context.Background(), func(tx kv.Tx) (err error) {
		rows, err = list(tx, nil, nil, false)
		return err
	})
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	return rows
}
