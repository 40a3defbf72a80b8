package table

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// tuple has one field of each kind.
type tuple struct {
	a uint8
	s string
	b uint32
	t string
	c uint64
	i [16]byte
	f []byte
}

func (v tuple) write(w *KeyWriter) {
	w.U8(v.a)
	w.String(v.s)
	w.U32(v.b)
	w.String(v.t)
	w.U64(v.c)
	w.ID(v.i)
	w.Fixed(v.f)
}

func (v tuple) compare(o tuple) int {
	return cmp.Or(cmp.Compare(v.a, o.a), cmp.Compare(v.s, o.s), cmp.Compare(v.b, o.b), cmp.Compare(v.t, o.t),
		cmp.Compare(v.c, o.c), bytes.Compare(v.i[:], o.i[:]), bytes.Compare(v.f, o.f))
}

// text is made of the bytes that the escape is about, so that they meet.
var text = rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 2, 'a', 0xFE, 0xFF}), 0, 5), func(b []byte) string { return string(b) })

func drawTuple(t *rapid.T) tuple {
	v := tuple{
		a: rapid.Uint8Range(0, 2).Draw(t, "a"), s: text.Draw(t, "s"),
		b: rapid.SampledFrom([]uint32{0, 1, 255, 256, 1 << 31}).Draw(t, "b"), t: text.Draw(t, "t"),
		c: rapid.Uint64().Draw(t, "c"), f: rapid.SliceOfN(rapid.Byte(), 3, 3).Draw(t, "f"),
	}
	v.i[rapid.IntRange(0, 15).Draw(t, "at")] = rapid.Byte().Draw(t, "i")
	return v
}

func TestKeyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, o := drawTuple(t), drawTuple(t)
		if rapid.Bool().Draw(t, "same head") {
			o.a, o.s = v.a, v.s
		}
		a, b := write(nil, v.write), write(nil, o.write)
		if bytes.Compare(a, b) != v.compare(o) {
			t.Fatalf("%+v and %+v compare %d, their keys %x and %x compare %d", v, o, v.compare(o), a, b, bytes.Compare(a, b))
		}
		if v.compare(o) != 0 && (bytes.HasPrefix(a, b) || bytes.HasPrefix(b, a)) {
			t.Fatalf("%x and %x: one begins with the other", a, b)
		}
		r := KeyReader{b: a}
		back := tuple{r.U8(), r.String(), r.U32(), r.String(), r.U64(), r.ID(), r.Fixed(3)}
		if err := r.end(); err != nil || back.compare(v) != 0 {
			t.Fatalf("%+v came back as %+v, %v", v, back, err)
		}
	})
}

// TestKeyOrderControl: without the escape the order is lost; the property must
// be able to see that.
func TestKeyOrderControl(t *testing.T) {
	naive := func(a, b string) []byte { return append(append([]byte(a), 0), b...) }
	x, y := naive("a", "b"), naive("a\x00", "a")
	if bytes.Compare(x, y) == cmp.Compare("a", "a\x00") {
		t.Error("the naive form keeps the order here: no control")
	}
}

func TestKeyReaderRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		b    []byte
		read func(*KeyReader)
	}{
		"short number":     {[]byte{1, 2, 3}, func(r *KeyReader) { r.U32() }},
		"endless text":     {[]byte("abc"), func(r *KeyReader) { _ = r.String() }},
		"half an escape":   {[]byte{'a', 0}, func(r *KeyReader) { _ = r.String() }},
		"foreign escape":   {[]byte{'a', 0, 7}, func(r *KeyReader) { _ = r.String() }},
		"left over":        {[]byte{1, 2}, func(r *KeyReader) { r.U8() }},
		"after an error":   {[]byte{1, 2}, func(r *KeyReader) { r.U64(); r.U8(); r.U8() }},
		"short identifier": {make([]byte, 15), func(r *KeyReader) { r.ID() }},
	} {
		r := KeyReader{b: slices.Clone(c.b)}
		c.read(&r)
		if r.end() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
