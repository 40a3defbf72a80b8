package table

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"arcline/store/kv"
)

// row is a stored row, to be damaged behind the tables' back.
type row struct{ key, value []byte }

func (h *house) rawRows(t testing.TB) (rows []row) {
	t.Helper()
	err := h.raw.View(context.Background(), func(tx kv.Tx) error {
		return tx.Scan(nil, nil, false, func(k, v []byte) (bool, error) {
			rows = append(rows, row{bytes.Clone(k), bytes.Clone(v)})
			return true, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (h *house) rawUpdate(t testing.TB, fn func(kv.Tx) error) {
	t.Helper()
	if err := h.raw.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// replace puts now where was stood.
func (h *house) replace(t testing.TB, was, now row) {
	t.Helper()
	h.rawUpdate(t, func(tx kv.Tx) error {
		return errors.Join(tx.Delete(was.key), tx.Put(now.key, now.value))
	})
}

// TestEveryBit flips each bit of each key and value in the store, rows of
// tables and of indexes alike. Verify must see every one.
func TestEveryBit(t *testing.T) {
	h := newHouse(t)
	h.fill(t)
	rows := h.rawRows(t)
	if len(rows) != 10+8+2 {
		t.Fatalf("%d rows", len(rows))
	}
	step := 1
	if testing.Short() {
		step = 7
	}
	for _, was := range rows {
		bits := 8 * (len(was.key) + len(was.value))
		for bit := 0; bit < bits; bit += step {
			all := append(bytes.Clone(was.key), was.value...)
			all[bit/8] ^= 1 << (bit % 8)
			now := row{all[:len(was.key)], all[len(was.key):]}
			if slices.ContainsFunc(rows, func(r row) bool { return !bytes.Equal(r.key, was.key) && bytes.Equal(r.key, now.key) }) {
				continue // would replace a neighbour: "another's row" below
			}
			h.replace(t, was, now)
			if len(h.problems(t)) == 0 {
				t.Errorf("row %s: bit %d not seen", showKey(was.key), bit)
			}
			h.replace(t, now, was)
		}
	}
	if p := h.problems(t); len(p) > 0 {
		t.Errorf("after all was put back: %v", p)
	}
}

// TestDamage makes larger damage, and also reads it the ordinary way.
func TestDamage(t *testing.T) {
	noteRow := func(h *house, seq uint64) []byte { return h.notes.key(nil, "thread/a", noteKey{"a", seq}) }
	set := func(key, value []byte) func(kv.Tx) error {
		return func(tx kv.Tx) error { return tx.Put(key, value) }
	}
	sealed := func(key []byte, payload string) func(kv.Tx) error { return set(key, seal(nil, key, []byte(payload))) }
	for name, c := range map[string]struct {
		damage func(h *house, value []byte, index row) func(kv.Tx) error
		says   string
	}{
		"emptied":       {func(h *house, _ []byte, _ row) func(kv.Tx) error { return set(noteRow(h, 0), nil) }, "too short"},
		"another's row": {func(h *house, v []byte, _ row) func(kv.Tx) error { return set(noteRow(h, 1), v) }, "checksum"},
		"unknown field": {func(h *house, _ []byte, _ row) func(kv.Tx) error {
			return sealed(noteRow(h, 0), `{"Evil":1}`)
		}, "unknown field"},
		"trailing bytes": {func(h *house, _ []byte, _ row) func(kv.Tx) error {
			return sealed(noteRow(h, 0), `{} {}`)
		}, "follows the record"},
		"unknown table": {func(*house, []byte, row) func(kv.Tx) error { return sealed(appendPrefix(nil, "p", 99), "") }, "unknown table"},
		"unknown index": {func(*house, []byte, row) func(kv.Tx) error { return set([]byte{0, 99}, nil) }, "unknown index"},
		"key too long": {func(h *house, _ []byte, _ row) func(kv.Tx) error {
			return sealed(append(noteRow(h, 0), 1), `{}`)
		}, "left over"},
		"wrong partition": {func(*house, []byte, row) func(kv.Tx) error {
			return sealed(appendPrefix(nil, "elsewhere", tagHeads), "")
		}, "same again"},
		"index row lost": {func(_ *house, _ []byte, i row) func(kv.Tx) error {
			return func(tx kv.Tx) error { return tx.Delete(i.key) }
		}, "missing from index"},
		"record lost": {func(h *house, _ []byte, _ row) func(kv.Tx) error {
			return func(tx kv.Tx) error { return tx.Delete(noteRow(h, 0)) }
		}, "not there"},
		"index row astray": {func(h *house, _ []byte, _ row) func(kv.Tx) error {
			k := write([]byte{0, tagByAuthor}, func(w *KeyWriter) { w.String("eve"); w.U64(0) })
			size := len(k) - 2
			k = append(k, noteRow(h, 0)...)
			return sealed(k, string(binary.AppendUvarint(nil, uint64(size))))
		}, "another index key"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.fill(t)
			rows := h.rawRows(t)
			var value []byte
			for _, r := range rows {
				if bytes.Equal(r.key, noteRow(h, 0)) {
					value = r.value
				}
			}
			h.rawUpdate(t, c.damage(h, value, rows[0]))
			found := h.problems(t)
			if !slices.ContainsFunc(found, func(p Problem) bool { return strings.Contains(p.String(), c.says) }) {
				t.Errorf("verify says %v, want %q", found, c.says)
			}
		})
	}
}

// TestDamagedRead: an ordinary read of a damaged row says which row and what
// to do, and gives no record.
func TestDamagedRead(t *testing.T) {
	h := newHouse(t)
	h.fill(t)
	for _, r := range h.rawRows(t) {
		r.value[len(r.value)-1] ^= 1
		h.replace(t, r, r)
	}
	h.view(t, func(tx *Tx) error {
		_, get := h.notes.Get(tx, noteKey{"a", 0})
		_, has := h.notes.Has(tx, noteKey{"a", 0})
		_, scan := h.notes.Scan(tx, "thread/a", Range{}, func(noteKey, note) (bool, error) { t.Error("row given"); return true, nil })
		_, _, last := h.notes.Last(tx, "thread/a", nil)
		_, index := h.byAuthor.Scan(tx, Range{}, func(noteKey, note) (bool, error) { t.Error("row given"); return true, nil })
		for i, err := range []error{get, has, scan, last, index} {
			var d *DamagedError
			if !errors.As(err, &d) {
				t.Errorf("read %d: %v", i, err)
				continue
			}
			if text := err.Error(); !strings.Contains(text, "table notes") || d.Key == "" || !strings.Contains(text, "restore") {
				t.Errorf("read %d: %v", i, err)
			}
		}
		return nil
	})
	err := h.db.Update(context.Background(), func(tx *Tx) error {
		return h.notes.Put(tx, noteKey{"a", 0}, note{}) // would lose track of the index row
	}, kv.Own("thread/a"))
	if d := (*DamagedError)(nil); !errors.As(err, &d) {
		t.Errorf("overwrite of a damaged row: %v", err)
	}
}
