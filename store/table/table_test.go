package table

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"arcline/store/kv"
	"arcline/store/kv/boltkv"

	"pgregory.net/rapid"
)

// The house of these tests: threads hold notes; notes can be found by author.
type noteKey struct {
	Thread string
	Seq    uint64
}

type note struct {
	Author string
	Text   string
	Hidden bool `json:",omitempty"`
}

type house struct {
	db       *DB
	raw      kv.DB
	schema   *Schema
	notes    *Table[noteKey, note]
	heads    *Table[string, []byte]
	byAuthor *Index[noteKey, note]
}

const (
	tagNotes, tagHeads, tagByAuthor = 7, 8, 1
)

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{schema: NewSchema()}
	h.notes = New(h.schema, Spec[noteKey, note]{
		Name: "notes", Tag: tagNotes,
		Part:     func(k noteKey) string { return "thread/" + k.Thread },
		Key:      func(w *KeyWriter, k noteKey) { w.U64(k.Seq) },
		ParseKey: func(r *KeyReader) noteKey { return noteKey{strings.TrimPrefix(r.Part(), "thread/"), r.U64()} },
	})
	h.heads = New(h.schema, Spec[string, []byte]{
		Name: "heads", Tag: tagHeads,
		Part:     func(k string) string { return "thread/" + k },
		Key:      func(*KeyWriter, string) {},
		ParseKey: func(r *KeyReader) string { return strings.TrimPrefix(r.Part(), "thread/") },
		Encode:   func(v []byte) ([]byte, error) { return v, nil },
		Decode:   func(b []byte) ([]byte, error) { return slices.Clone(b), nil },
	})
	h.byAuthor = NewIndex(h.schema, h.notes, IndexSpec[noteKey, note]{
		Name: "notes by author", Tag: tagByAuthor,
		Key: func(w *KeyWriter, k noteKey, v note) bool {
			w.String(v.Author)
			w.U64(k.Seq)
			return !v.Hidden
		},
	})
	db, err := boltkv.Open(context.Background(), filepath.Join(t.TempDir(), "store"), boltkv.Options{DangerousNoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h.raw = db
	h.db = Wrap(db, h.schema)
	return h
}

func (h *house) update(t testing.TB, thread string, fn func(tx *Tx) error) {
	t.Helper()
	if err := h.db.Update(context.Background(), fn, kv.Own("thread/"+thread)); err != nil {
		t.Fatal(err)
	}
}

func (h *house) view(t testing.TB, fn func(tx *Tx) error) {
	t.Helper()
	if err := h.db.View(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// fill writes five notes into each of two threads, one of them hidden.
func (h *house) fill(t testing.TB) {
	t.Helper()
	for _, thread := range []string{"a", "b"} {
		h.update(t, thread, func(tx *Tx) error {
			for seq := range uint64(5) {
				n := note{Author: []string{"ann", "bob"}[seq%2], Text: fmt.Sprint(thread, seq), Hidden: seq == 4}
				if err := h.notes.Insert(tx, noteKey{thread, seq}, n); err != nil {
					return err
				}
			}
			return h.heads.Put(tx, thread, []byte{5})
		})
	}
}

func (h *house) problems(t testing.TB) (found []Problem) {
	t.Helper()
	if err := h.db.Verify(context.Background(), func(p Problem) { found = append(found, p) }); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestRows(t *testing.T) {
	h := newHouse(t)
	h.fill(t)
	h.update(t, "a", func(tx *Tx) error {
		if err := h.notes.Insert(tx, noteKey{"a", 2}, note{}); !errors.Is(err, ErrExists) {
			t.Errorf("insert twice: %v", err)
		}
		if err := h.notes.Put(tx, noteKey{"a", 2}, note{Author: "cy", Text: "changed"}); err != nil {
			return err
		}
		if err := h.notes.Delete(tx, noteKey{"a", 99}); err != nil {
			t.Errorf("delete what is not there: %v", err)
		}
		return h.notes.Delete(tx, noteKey{"a", 3})
	})
	h.view(t, func(tx *Tx) error {
		if v, err := h.notes.Get(tx, noteKey{"a", 2}); err != nil || v.Text != "changed" {
			t.Errorf("get: %+v, %v", v, err)
		}
		if _, err := h.notes.Get(tx, noteKey{"a", 3}); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "notes") {
			t.Errorf("deleted: %v", err)
		}
		if ok, err := h.notes.Has(tx, noteKey{"b", 3}); err != nil || !ok {
			t.Errorf("has: %v, %v", ok, err)
		}
		if v, err := h.heads.Get(tx, "b"); err != nil || !slices.Equal(v, []byte{5}) {
			t.Errorf("raw record: %v, %v", v, err)
		}
		if k, _, err := h.notes.Last(tx, "thread/a", nil); err != nil || k != (noteKey{"a", 4}) {
			t.Errorf("last: %v, %v", k, err)
		}
		if _, _, err := h.notes.Last(tx, "thread/none", nil); !errors.Is(err, ErrNotFound) {
			t.Errorf("last of nothing: %v", err)
		}
		if err := h.notes.Put(tx, noteKey{"a", 1}, note{}); !errors.Is(err, kv.ErrReadOnly) {
			t.Errorf("write in a view: %v", err)
		}
		return nil
	})
	if p := h.problems(t); len(p) > 0 {
		t.Errorf("verify: %v", p)
	}
}

func TestScan(t *testing.T) {
	h := newHouse(t)
	h.fill(t)
	seq := func(n uint64) func(*KeyWriter) { return func(w *KeyWriter) { w.U64(n) } }
	after := write(nil, seq(2))
	for name, c := range map[string]struct {
		r    Range
		want []uint64
		next bool
	}{
		"all":              {Range{}, []uint64{0, 1, 2, 3, 4}, false},
		"reverse":          {Range{Reverse: true}, []uint64{4, 3, 2, 1, 0}, false},
		"limit":            {Range{Limit: 2}, []uint64{0, 1}, true},
		"limit met":        {Range{Limit: 5}, []uint64{0, 1, 2, 3, 4}, false},
		"from and to":      {Range{From: seq(1), To: seq(3)}, []uint64{1, 2}, false},
		"prefix":           {Range{Prefix: seq(3)}, []uint64{3}, false},
		"after":            {Range{After: after}, []uint64{3, 4}, false},
		"before":           {Range{After: after, Reverse: true}, []uint64{1, 0}, false},
		"after, out of it": {Range{To: seq(2), After: []byte("\xff\xff")}, nil, false},
		"hostile before":   {Range{From: seq(1), To: seq(2), After: []byte("\xff\xff"), Reverse: true}, []uint64{1}, false},
	} {
		h.view(t, func(tx *Tx) error {
			var got []uint64
			next, err := h.notes.Scan(tx, "thread/a", c.r, func(k noteKey, v note) (bool, error) {
				if k.Thread != "a" || v.Text != fmt.Sprint("a", k.Seq) {
					t.Errorf("%s: row %v is %v", name, k, v)
				}
				got = append(got, k.Seq)
				return true, nil
			})
			if err != nil || !slices.Equal(got, c.want) || (next != nil) != c.next {
				t.Errorf("%s: %v, next %x, %v; want %v", name, got, next, err, c.want)
			}
			return nil
		})
	}
}

func TestIndex(t *testing.T) {
	h := newHouse(t)
	h.fill(t)
	ann := func(w *KeyWriter) { w.String("ann") }
	pages := func(reverse bool) (got []string) {
		r := Range{Prefix: ann, Limit: 3, Reverse: reverse}
		for {
			h.view(t, func(tx *Tx) (err error) {
				r.After, err = h.byAuthor.Scan(tx, r, func(_ noteKey, v note) (bool, error) {
					got = append(got, v.Text)
					return true, nil
				})
				return err
			})
			if r.After == nil {
				return got
			}
		}
	}
	want := []string{"a0", "b0", "a2", "b2"}
	if got := pages(false); !slices.Equal(got, want) {
		t.Errorf("in order: %v, want %v", got, want)
	}
	slices.Reverse(want)
	if got := pages(true); !slices.Equal(got, want) {
		t.Errorf("in reverse: %v, want %v", got, want)
	}
	h.update(t, "a", func(tx *Tx) error { // leaves, enters and moves
		return errors.Join(
			h.notes.Put(tx, noteKey{"a", 0}, note{Author: "ann", Hidden: true}),
			h.notes.Put(tx, noteKey{"a", 4}, note{Author: "ann", Text: "a4"}),
			h.notes.Put(tx, noteKey{"a", 1}, note{Author: "ann", Text: "a1"}),
			h.notes.Delete(tx, noteKey{"a", 2}))
	})
	if got, want := pages(false), []string{"b0", "a1", "b2", "a4"}; !slices.Equal(got, want) {
		t.Errorf("after changes: %v, want %v", got, want)
	}
	if p := h.problems(t); len(p) > 0 {
		t.Errorf("verify: %v", p)
	}
	// Inside an Update the index has a name of its own.
	n := 0
	err := h.db.Update(context.Background(), func(tx *Tx) error {
		_, err := h.byAuthor.Keys(tx, Range{}, func(noteKey) (bool, error) { n++; return true, nil })
		return err
	}, kv.See(h.byAuthor.Part()))
	if err != nil || n != 7 {
		t.Errorf("keys inside an update: %d, %v", n, err)
	}
}

// TestGuard: each use outside the named partitions panics and says where. The
// last rows are the control: the same uses pass when named.
func TestGuard(t *testing.T) {
	h := newHouse(t)
	h.fill(t)
	key := noteKey{"a", 0}
	get := func(tx *Tx) error { _, err := h.notes.Get(tx, key); return err }
	put := func(tx *Tx) error { return h.notes.Put(tx, key, note{Author: "x"}) }
	insert := func(tx *Tx) error { return h.notes.Insert(tx, noteKey{"a", 77}, note{}) }
	head := func(tx *Tx) error { return h.heads.Put(tx, "a", nil) } // no index: writes without reading
	remove := func(tx *Tx) error { return h.heads.Delete(tx, "a") }
	scan := func(tx *Tx) error {
		_, err := h.notes.Scan(tx, "thread/a", Range{}, func(noteKey, note) (bool, error) { return false, nil })
		return err
	}
	index := func(tx *Tx) error {
		_, err := h.byAuthor.Scan(tx, Range{}, func(noteKey, note) (bool, error) { return false, nil })
		return err
	}
	own, see, other, idx := kv.Own("thread/a"), kv.See("thread/a"), kv.Own("thread/b"), kv.See(h.byAuthor.Part())
	for name, c := range map[string]struct {
		fn    func(*Tx) error
		parts []kv.Part
		want  string // in the panic; empty: none
	}{
		"get, nothing named":         {get, nil, `table notes: read in partition "thread/a", which this Update did not name (it named nothing)`},
		"get, other named":           {get, []kv.Part{other}, `it named own "thread/b"`},
		"put, other named":           {put, []kv.Part{other}, `read in partition "thread/a"`},
		"put, only seen":             {put, []kv.Part{see}, `table notes: write in partition "thread/a", which this Update does not own (it named see "thread/a")`},
		"insert, only seen":          {insert, []kv.Part{see}, "write in partition"},
		"blind put":                  {head, []kv.Part{other}, `table heads: write in partition "thread/a"`},
		"blind put, seen":            {head, []kv.Part{see}, "write in partition"},
		"delete":                     {remove, []kv.Part{see, other}, "table heads: write"},
		"scan":                       {scan, []kv.Part{other}, "table notes: read"},
		"index not named":            {index, []kv.Part{own}, "table notes by author: read in partition"},
		"row of the index not named": {index, []kv.Part{idx}, "table notes: read in partition"},

		"get, seen":    {get, []kv.Part{see}, ""},
		"get, owned":   {get, []kv.Part{other, own}, ""},
		"scan, seen":   {scan, []kv.Part{see}, ""},
		"index, named": {index, []kv.Part{idx, see, kv.See("thread/b")}, ""},
		"put, owned":   {put, []kv.Part{own}, ""},
		"owned wins":   {put, []kv.Part{see, own}, ""},
		"delete owned": {remove, []kv.Part{own}, ""},
	} {
		said := ""
		func() {
			defer func() {
				if p, ok := recover().(*kv.Panic); ok {
					said = fmt.Sprint(p.Value)
				}
			}()
			if err := h.db.Update(context.Background(), c.fn, c.parts...); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}()
		if (said == "") != (c.want == "") || !strings.Contains(said, c.want) {
			t.Errorf("%s: said %q, want %q", name, said, c.want)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	spec := Spec[uint64, int]{
		Name: "t", Tag: 1, Part: func(uint64) string { return "p" },
		Key:      func(w *KeyWriter, k uint64) { w.U64(k) },
		ParseKey: func(r *KeyReader) uint64 { return r.U64() },
	}
	for name, build := range map[string]func(s *Schema){
		"same tag":    func(s *Schema) { New(s, spec); sp := spec; sp.Name = "u"; New(s, sp) },
		"same name":   func(s *Schema) { New(s, spec); sp := spec; sp.Tag = 2; New(s, sp) },
		"no name":     func(s *Schema) { sp := spec; sp.Name = ""; New(s, sp) },
		"no key":      func(s *Schema) { sp := spec; sp.Key = nil; New(s, sp) },
		"half coding": func(s *Schema) { sp := spec; sp.Encode = encodeJSON[int]; New(s, sp) },
		"in use":      func(s *Schema) { Wrap(nil, s); New(s, spec) },
		"same index": func(s *Schema) {
			x := IndexSpec[uint64, int]{Name: "x", Tag: 1, Key: func(*KeyWriter, uint64, int) bool { return true }}
			tab := New(s, spec)
			NewIndex(s, tab, x)
			x.Name = "y"
			NewIndex(s, tab, x)
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			build(NewSchema())
		}()
	}
}

// TestModel compares a table and its index with a map over random writes, and
// verifies after each.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t)
		rows := map[noteKey]note{}
		for range rapid.IntRange(1, 10).Draw(rt, "writes") {
			k := noteKey{"a", rapid.Uint64Range(0, 3).Draw(rt, "seq")}
			v := note{Author: rapid.SampledFrom([]string{"ann", "an", ""}).Draw(rt, "author"), Hidden: rapid.Bool().Draw(rt, "hidden")}
			remove := rapid.Bool().Draw(rt, "remove")
			h.update(t, "a", func(tx *Tx) error {
				if remove {
					return h.notes.Delete(tx, k)
				}
				return h.notes.Put(tx, k, v)
			})
			if rows[k] = v; remove {
				delete(rows, k)
			}
		}
		shown := 0
		for k, v := range rows {
			if !v.Hidden {
				shown++
			}
			h.view(t, func(tx *Tx) error {
				if got, err := h.notes.Get(tx, k); err != nil || got != v {
					rt.Fatalf("%v: %+v, %v; want %+v", k, got, err, v)
				}
				return nil
			})
		}
		h.view(t, func(tx *Tx) error {
			n := 0
			_, err := h.byAuthor.Scan(tx, Range{}, func(k noteKey, v note) (bool, error) {
				n++
				if v.Hidden || rows[k] != v {
					rt.Fatalf("index gives %v %v", k, v)
				}
				return true, nil
			})
			if n != shown {
				rt.Fatalf("index has %d rows, want %d", n, shown)
			}
			return err
		})
		if p := h.problems(t); len(p) > 0 {
			rt.Fatalf("verify: %v", p)
		}
	})
}
