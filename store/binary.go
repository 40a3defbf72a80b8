package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// The rows that are written with every message have a layout of their own;
// everything else is JSON, for eyes. Each layout begins with its version.

var errLayout = errors.New("row has the wrong layout")

const (
	layout1 = 1
	layout2 = 2 // of threads: with an outcome
)

type writer struct{ b []byte }

func (w *writer) u64(v uint64)   { w.b = binary.BigEndian.AppendUint64(w.b, v) }
func (w *writer) fixed(v []byte) { w.b = append(w.b, v...) }
func (w *writer) bytes(v []byte) {
	w.b = append(binary.BigEndian.AppendUint32(w.b, uint32(len(v))), v...)
}
func (w *writer) string(v string) {
	w.b = append(binary.BigEndian.AppendUint32(w.b, uint32(len(v))), v...)
}

type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		return nil
	}
	p := r.b[:n]
	r.b = r.b[n:]
	return p
}

func (r *reader) u64() uint64 {
	if p := r.take(8); p != nil {
		return binary.BigEndian.Uint64(p)
	}
	return 0
}

func (r *reader) byte() byte {
	if p := r.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (r *reader) hash() (h Hash) { copy(h[:], r.take(32)); return h }
func (r *reader) id() (v ID)     { copy(v[:], r.take(16)); return v }

func (r *reader) bytes() []byte {
	p := r.take(4)
	if p == nil {
		return nil
	}
	p = r.take(int(binary.BigEndian.Uint32(p)))
	if len(p) == 0 {
		return nil
	}
	return append([]byte(nil), p...)
}

func (r *reader) done() error {
	if r.bad || len(r.b) != 0 {
		return errLayout
	}
	return nil
}

func encodeTail(t Tail) ([]byte, error) {
	w := writer{make([]byte, 0, 137)}
	w.b = append(w.b, layout1)
	w.u64(t.Next)
	w.fixed(t.Head[:])
	w.u64(t.KTSize)
	w.fixed(t.KTRoot[:])
	w.u64(uint64(t.Changed))
	w.u64(t.Audit)
	w.fixed(t.AuditHash[:])
	return w.b, nil
}

func decodeTail(b []byte) (Tail, error) {
	r := begin(b)
	t := Tail{Next: r.u64(), Head: r.hash(), KTSize: r.u64(), KTRoot: r.hash(), Changed: int64(r.u64()), Audit: r.u64(), AuditHash: r.hash()}
	return t, r.done()
}

func encodeEntry(e Entry) ([]byte, error) {
	w := writer{make([]byte, 0, 32+len(e.Head)+len(e.Sig)+len(e.Body))}
	w.b = append(w.b, layout1)
	w.u64(uint64(e.At))
	w.bytes(e.Head)
	w.bytes(e.Sig)
	w.bytes(e.Body)
	return w.b, nil
}

func decodeEntry(b []byte) (Entry, error) {
	r := begin(b)
	e := Entry{At: int64(r.u64()), Head: r.bytes(), Sig: r.bytes(), Body: r.bytes()}
	return e, r.done()
}

func encodeAudit(a Audit) ([]byte, error) {
	w := writer{make([]byte, 0, 128+len(a.Object))}
	w.b = append(w.b, layout1)
	w.u64(uint64(a.At))
	w.fixed(a.Account[:])
	w.fixed(a.Device[:])
	w.string(a.Act)
	w.string(a.Object)
	w.string(a.Outcome)
	w.string(a.From)
	w.fixed(a.Prev[:])
	return w.b, nil
}

func decodeAudit(b []byte) (Audit, error) {
	r := begin(b)
	a := Audit{At: int64(r.u64()), Account: r.id(), Device: r.id(), Act: string(r.bytes()), Object: string(r.bytes()),
		Outcome: string(r.bytes()), From: string(r.bytes()), Prev: r.hash()}
	return a, r.done()
}

// HashAudit names a record for the next one's Prev.
func HashAudit(a Audit) Hash {
	b, _ := encodeAudit(a)
	return sha256.Sum256(b)
}

func encodeBox(b Box) ([]byte, error) { return b.Sealed, nil }

func decodeBox(b []byte) (Box, error) { return Box{append([]byte(nil), b...)}, nil }

func encodeRaw(b []byte) ([]byte, error) { return b, nil }

func decodeRaw(b []byte) ([]byte, error) { return append([]byte(nil), b...), nil }
