package boltkv

import (
	"bytes"
	"fmt"

	"arcline/store/kv"

	bolt "go.etcd.io/bbolt"
)

// tx is a transaction over bbolt's bucket. In an Update all writes go to buf;
// reads and scans merge it with what bbolt holds. In a View buf is nil.
type tx struct {
	bucket *bolt.Bucket
	buf    *buffer
	arena  *arena
	// inside is set while bbolt's own code runs. A panic that comes out then
	// is the engine's (a damaged page), not the closure's.
	inside bool
}

func (t *tx) Get(key []byte) ([]byte, error) {
	if err := kv.CheckKey(key); err != nil {
		return nil, err
	}
	if t.buf != nil && !t.buf.empty() {
		if p, found := t.buf.find(key); found {
			c := t.buf.at(p)
			if c.deleted {
				return nil, kv.ErrNotFound
			}
			return c.value, nil
		}
	}
	t.inside = true
	v := t.bucket.Get(key)
	t.inside = false
	if v == nil {
		return nil, kv.ErrNotFound
	}
	return v, nil
}

func (t *tx) Put(key, value []byte) error {
	if t.buf == nil {
		return kv.ErrReadOnly
	}
	if err := kv.CheckRow(key, value); err != nil {
		return err
	}
	t.buf.set(t.arena, key, value, false)
	return nil
}

func (t *tx) Delete(key []byte) error {
	if t.buf == nil {
		return kv.ErrReadOnly
	}
	if err := kv.CheckKey(key); err != nil {
		return err
	}
	t.buf.set(t.arena, key, nil, true)
	return nil
}

// apply hands the buffered writes to bbolt. An error here leaves bbolt's
// transaction half written, so the caller must not commit it.
func (t *tx) apply() error {
	for _, block := range t.buf.blocks {
		for i := range block {
			c := &block[i]
			if c.deleted {
				if err := t.bucket.Delete(c.key); err != nil {
					return fmt.Errorf("delete row: %w", err)
				}
				continue
			}
			if err := t.bucket.Put(c.key, c.value); err != nil {
				return fmt.Errorf("put row: %w", err)
			}
		}
	}
	return nil
}

func (t *tx) Scan(lo, hi []byte, reverse bool, fn func(k, v []byte) (bool, error)) error {
	if hi != nil && bytes.Compare(lo, hi) >= 0 {
		return nil
	}
	m := merge{rows: rows{tx: t, lo: lo, hi: hi, reverse: reverse}}
	m.rows.start()
	for {
		k, v := m.next()
		if k == nil {
			return nil
		}
		more, err := fn(k, v)
		if err != nil || !more {
			return err
		}
	}
}

// rows walks over what bbolt holds in [lo, hi). k is nil at the end.
type rows struct {
	tx      *tx
	lo, hi  []byte
	reverse bool
	cursor  *bolt.Cursor
	k, v    []byte
}

func (r *rows) start() {
	r.tx.inside = true // without defer: it must still be set when a panic passes
	r.cursor = r.tx.bucket.Cursor()
	switch {
	case !r.reverse && len(r.lo) == 0:
		r.k, r.v = r.cursor.First()
	case !r.reverse:
		r.k, r.v = r.cursor.Seek(r.lo)
	default:
		r.startLast()
	}
	r.tx.inside = false
	r.bound()
}

// startLast moves to the last row below hi.
func (r *rows) startLast() {
	// In a bucket whose leaves have all been emptied in this very transaction
	// bbolt's Last does not return; First tells.
	if first, _ := r.cursor.First(); first == nil {
		r.k = nil
		return
	}
	if r.hi != nil {
		if k, _ := r.cursor.Seek(r.hi); k != nil {
			r.stepBack(k)
			return
		}
	}
	r.k, r.v = r.cursor.Last()
}

// stepBack moves to the row before the one with key from. bbolt's Prev
// returns nil both at the beginning and on a leaf emptied in this transaction;
// in the second case it must be asked again.
func (r *rows) stepBack(from []byte) {
	r.k, r.v = r.cursor.Prev()
	if r.k != nil {
		return
	}
	first, _ := r.tx.bucket.Cursor().First()
	if first == nil || bytes.Compare(first, from) >= 0 {
		return
	}
	for r.k == nil {
		r.k, r.v = r.cursor.Prev()
	}
}

func (r *rows) step() {
	r.tx.inside = true
	if r.reverse {
		r.stepBack(r.k)
	} else {
		r.k, r.v = r.cursor.Next()
	}
	r.tx.inside = false
	r.bound()
}

func (r *rows) bound() {
	if r.k == nil {
		return
	}
	if r.reverse && bytes.Compare(r.k, r.lo) < 0 || !r.reverse && r.hi != nil && bytes.Compare(r.k, r.hi) >= 0 {
		r.k, r.v = nil, nil
	}
}

// merge walks over bbolt's rows and the buffer's as one.
type merge struct {
	rows  rows
	at    place
	edits uint64 // the buffer's edits when at was found
	begun bool
	last  []byte // the key given out last
}

func (m *merge) next() (k, v []byte) {
	for {
		c := m.change()
		order := m.order(c)
		switch {
		case c == nil && m.rows.k == nil:
			return nil, nil
		case order < 0:
			k, v = m.rows.k, m.rows.v
			m.rows.step()
			m.last = k
			return k, v
		case order == 0:
			m.rows.step() // the buffer's word is newer
		}
		m.last = c.key
		if !c.deleted {
			return c.key, c.value
		}
	}
}

// order is below zero if bbolt's row comes first, above if the change does.
func (m *merge) order(c *change) int {
	switch {
	case c == nil:
		return -1
	case m.rows.k == nil:
		return 1
	case m.rows.reverse:
		return bytes.Compare(c.key, m.rows.k)
	default:
		return bytes.Compare(m.rows.k, c.key)
	}
}

// change returns the buffer's next change within the bounds, or nil. The
// closure may have written since the last call, so places are found anew then.
func (m *merge) change() *change {
	b := m.rows.tx.buf
	if b == nil || b.empty() {
		return nil
	}
	if !m.begun || m.edits != b.edits {
		m.seek(b)
		m.begun, m.edits = true, b.edits
	}
	if c := b.at(m.at); c != nil && bytes.Equal(c.key, m.last) {
		if m.rows.reverse {
			m.at = b.prev(m.at)
		} else {
			m.at = b.next(m.at)
		}
	}
	c := b.at(m.at)
	if c == nil ||
		m.rows.reverse && bytes.Compare(c.key, m.rows.lo) < 0 ||
		!m.rows.reverse && m.rows.hi != nil && bytes.Compare(c.key, m.rows.hi) >= 0 {
		return nil
	}
	return c
}

// seek finds the first change that has not been given out yet.
func (m *merge) seek(b *buffer) {
	if !m.rows.reverse {
		from := m.rows.lo
		if m.last != nil {
			from = m.last
		}
		m.at, _ = b.find(from)
		return
	}
	before := m.rows.hi
	if m.last != nil {
		before = m.last
	}
	m.at = b.end()
	if before != nil {
		m.at, _ = b.find(before)
	}
	m.at = b.prev(m.at)
}
