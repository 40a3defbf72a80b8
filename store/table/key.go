package table

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// KeyWriter builds key bytes whose order is the order of the fields written:
// first by the first field, then by the second, and so on. Every field ends
// where its own bytes say it ends, so no key of a table is the beginning of
// another one.
type KeyWriter struct{ b []byte }

// U8 adds one byte.
func (w *KeyWriter) U8(v uint8) { w.b = append(w.b, v) }

// U32 adds a number, ordered as numbers are.
func (w *KeyWriter) U32(v uint32) { w.b = binary.BigEndian.AppendUint32(w.b, v) }

// U64 adds a number, ordered as numbers are.
func (w *KeyWriter) U64(v uint64) { w.b = binary.BigEndian.AppendUint64(w.b, v) }

// ID adds an identifier.
func (w *KeyWriter) ID(v [16]byte) { w.b = append(w.b, v[:]...) }

// Fixed adds bytes whose number is the same in every key of the table.
func (w *KeyWriter) Fixed(v []byte) { w.b = append(w.b, v...) }

// String adds text of any length. A zero byte inside is followed by 0xFF and
// the end is marked by a zero and a one, which sorts below any continuation.
func (w *KeyWriter) String(s string) {
	for i := range len(s) {
		w.b = append(w.b, s[i])
		if s[i] == 0 {
			w.b = append(w.b, 0xFF)
		}
	}
	w.b = append(w.b, 0, 1)
}

var errKey = errors.New("malformed key")

// KeyReader takes a key apart again. After the first malformed field all
// further ones are zero and the row counts as damaged.
type KeyReader struct {
	part string
	b    []byte
	err  error
}

// Part is the name of the partition that the row lies in.
func (r *KeyReader) Part() string { return r.part }

func (r *KeyReader) take(n int) []byte {
	if r.err != nil || len(r.b) < n {
		r.err = errKey
		return make([]byte, n)
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

// U8 reads what U8 wrote.
func (r *KeyReader) U8() uint8 { return r.take(1)[0] }

// U32 reads what U32 wrote.
func (r *KeyReader) U32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }

// U64 reads what U64 wrote.
func (r *KeyReader) U64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }

// ID reads what ID wrote.
func (r *KeyReader) ID() [16]byte { return [16]byte(r.take(16)) }

// Fixed reads n bytes; the slice is the caller's own.
func (r *KeyReader) Fixed(n int) []byte { return append([]byte(nil), r.take(n)...) }

// String reads what String wrote.
func (r *KeyReader) String() string {
	var s []byte
	for r.err == nil {
		c := r.take(1)[0]
		if c != 0 {
			s = append(s, c)
			continue
		}
		switch r.take(1)[0] {
		case 1:
			return string(s)
		case 0xFF:
			s = append(s, 0)
		default:
			r.err = errKey
		}
	}
	return ""
}

// end says whether the whole key was read, and read well.
func (r *KeyReader) end() error {
	if r.err == nil && len(r.b) > 0 {
		return fmt.Errorf("%w: %d bytes left over", errKey, len(r.b))
	}
	return r.err
}
