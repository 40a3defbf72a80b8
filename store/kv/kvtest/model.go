package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"arcline/store/kv"

	"pgregory.net/rapid"
)

// testModel runs random transactions on the engine and on a map, and compares
// every answer: reads and scans inside and outside, failing closures, reopens.
func testModel(t *testing.T, openAt func(t testing.TB, path string) kv.DB) {
	folder, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(folder, fmt.Sprint(n))
		m := &model{db: openAt(t, path), rows: map[string]string{}}
		defer func() { _ = m.db.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"update": m.update,
			"view":   m.view,
			"reopen": func(rt *rapid.T) {
				if err := m.db.Close(); err != nil {
					rt.Fatalf("close: %v", err)
				}
				m.db = openAt(t, path)
			},
		})
	})
}

type model struct {
	db   kv.DB
	rows map[string]string
}

var (
	// Few and short keys, so that they meet often.
	keys   = rapid.StringMatching(`[ab]{1,4}`)
	bounds = rapid.StringMatching(`[abc]{0,3}`)
	values = rapid.SliceOfN(rapid.Byte(), 0, 40)
)

var errRefused = errors.New("refused by the model")

func (m *model) update(rt *rapid.T) {
	type step struct {
		kind     int
		key, to  string
		value    []byte
		backward bool
	}
	steps := make([]step, rapid.IntRange(1, 12).Draw(rt, "steps"))
	for i := range steps {
		steps[i] = step{rapid.IntRange(0, 5).Draw(rt, "kind"), keys.Draw(rt, "key"), bounds.Draw(rt, "to"),
			values.Draw(rt, "value"), rapid.Bool().Draw(rt, "backward")}
	}
	fail := rapid.IntRange(0, 3).Draw(rt, "fail") == 0
	var want map[string]string
	var wrong error
	err := m.db.Update(context.Background(), func(tx kv.Tx) error {
		want, wrong = maps.Clone(m.rows), nil
		for _, s := range steps {
			switch s.kind {
			case 0, 1, 2:
				want[s.key] = string(s.value)
				if err := tx.Put([]byte(s.key), s.value); err != nil {
					return err
				}
			case 3:
				delete(want, s.key)
				if err := tx.Delete([]byte(s.key)); err != nil {
					return err
				}
			case 4:
				wrong = errors.Join(wrong, compareGet(tx, want, s.key))
			default:
				wrong = errors.Join(wrong, compareScan(tx, want, s.key, s.to, s.backward))
			}
		}
		if fail {
			return errRefused
		}
		return nil
	}, kv.Own("model"))
	switch {
	case wrong != nil:
		rt.Fatal(wrong)
	case fail && !errors.Is(err, errRefused), !fail && err != nil:
		rt.Fatalf("update, fail %v: %v", fail, err)
	case !fail:
		m.rows = want
	}
}

func (m *model) view(rt *rapid.T) {
	key, lo, hi := keys.Draw(rt, "key"), bounds.Draw(rt, "lo"), bounds.Draw(rt, "hi")
	backward := rapid.Bool().Draw(rt, "backward")
	err := m.db.View(context.Background(), func(tx kv.Tx) error {
		return errors.Join(compareGet(tx, m.rows, key), compareScan(tx, m.rows, lo, hi, backward))
	})
	if err != nil {
		rt.Fatal(err)
	}
}

func compareGet(tx kv.Tx, rows map[string]string, key string) error {
	got, err := tx.Get([]byte(key))
	want, there := rows[key]
	if there != (err == nil) || !there && !errors.Is(err, kv.ErrNotFound) || string(got) != want {
		return fmt.Errorf("get %q: %q, %v; the model has %q, %v", key, got, err, want, there)
	}
	return nil
}

func compareScan(tx kv.Tx, rows map[string]string, lo, hi string, backward bool) error {
	var want []string
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		if k >= lo && (hi == "" || k < hi) {
			want = append(want, k+"="+rows[k])
		}
	}
	if backward {
		slices.Reverse(want)
	}
	got, err := list(tx, []byte(lo), bound(hi), backward)
	if err != nil || !slices.EqualFunc(got, want, func(a, b string) bool { return bytes.Equal([]byte(a), []byte(b)) }) {
		return fmt.Errorf("scan [%q,%q) backward %v: %q, %v; the model has %q", lo, hi, backward, got, err, want)
	}
	return nil
}
