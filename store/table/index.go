package table

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// IndexSpec describes another order of a table's rows.
type IndexSpec[K, V any] struct {
	Name string // for people; unique
	Tag  byte   // on disk; unique among indexes
	// Key writes the fields to order by, or returns false to leave the row out.
	Key func(*KeyWriter, K, V) bool
}

// Index finds rows of a table by other fields than their key.
type Index[K, V any] struct {
	spec  IndexSpec[K, V]
	table *Table[K, V]
}

// NewIndex adds an index to t. It must exist before the first row does, or the
// rows must be written again.
func NewIndex[K, V any](s *Schema, t *Table[K, V], spec IndexSpec[K, V]) *Index[K, V] {
	if spec.Key == nil {
		panic(fmt.Sprintf("index %q: Key must be set", spec.Name))
	}
	x := &Index[K, V]{spec: spec, table: t}
	s.addIndex(spec.Name, spec.Tag, x)
	t.indexes = append(t.indexes, x)
	return x
}

// Part is the name of the partition to see when reading the index inside an
// Update.
func (x *Index[K, V]) Part() string { return "index/" + x.spec.Name }

func (x *Index[K, V]) base() []byte { return []byte{0, x.spec.Tag} }

// row appends to b the physical key of the index row for the record v at key,
// and returns how many bytes its index key has. ok is false if the record is
// not in the index.
func (x *Index[K, V]) row(b []byte, k K, key []byte, v *V) (row []byte, size int, ok bool) {
	if v == nil {
		return b, 0, false
	}
	w := KeyWriter{append(b, 0, x.spec.Tag)}
	if !x.spec.Key(&w, k, *v) {
		return b, 0, false
	}
	size = len(w.b) - len(b) - 2
	return append(w.b, key...), size, true
}

// maintain replaces the index row of old by that of v.
func (x *Index[K, V]) maintain(tx *Tx, k K, key []byte, old, v *V) error {
	was, _, had := x.row(nil, k, key, old)
	is, size, has := x.row(nil, k, key, v)
	if had && has && bytes.Equal(was, is) {
		return nil
	}
	if had {
		if err := tx.kv.Delete(was); err != nil {
			return err
		}
	}
	if !has {
		return nil
	}
	tx.value = seal(tx.value[:0], is, binary.AppendUvarint(nil, uint64(size)))
	return tx.kv.Put(is, tx.value)
}

// target returns the physical key of the record that an index row stands for.
func target(row, value []byte) (key []byte, err error) {
	payload, err := unseal(row, value)
	if err != nil {
		return nil, err
	}
	size, n := binary.Uvarint(payload)
	if n != len(payload) || n <= 0 || size > uint64(len(row)-2) {
		return nil, errors.New("malformed index row")
	}
	return row[2+size:], nil
}

// Keys calls fn with the keys of the rows in r, in the order of the index.
func (x *Index[K, V]) Keys(tx *Tx, r Range, fn func(K) (more bool, err error)) (next []byte, err error) {
	return x.scan(tx, r, func(k K, _ []byte) (bool, error) { return fn(k) })
}

// Scan calls fn with the rows in r, in the order of the index. Inside an
// Update the partitions of the rows must be named too.
func (x *Index[K, V]) Scan(tx *Tx, r Range, fn func(K, V) (more bool, err error)) (next []byte, err error) {
	t := x.table
	return x.scan(tx, r, func(k K, key []byte) (bool, error) {
		tx.mayRead(t.spec.Name, t.spec.Part(k))
		v, err := t.read(tx, key)
		if errors.Is(err, ErrNotFound) {
			return false, damaged(x.spec.Name, key, errDangling)
		}
		if err != nil {
			return false, err
		}
		return fn(k, v)
	})
}

var errDangling = errors.New("the index points to a row that is not there")

func (x *Index[K, V]) scan(tx *Tx, r Range, fn func(k K, key []byte) (bool, error)) (next []byte, err error) {
	tx.mayRead(x.spec.Name, x.Part())
	return r.scan(tx, x.base(), func(row, value []byte) (bool, error) {
		key, err := target(row, value)
		if err != nil {
			return false, damaged(x.spec.Name, row, err)
		}
		k, err := x.table.parse(key)
		if err != nil {
			return false, err
		}
		return fn(k, key)
	})
}
