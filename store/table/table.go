// Package table puts typed tables over kv.
//
// # Idea
//
// A table is a Go type for its keys, one for its records, and the partition
// that each key lies in. The physical key of a row is
//
//	u8 len(part) ‖ part ‖ u8 tag of the table ‖ key bytes
//
// so all rows of a partition (one thread: its head, its messages, its members)
// lie side by side whatever table they are in. A command works in one or two
// partitions, so it dirties few pages, and pages are what a commit pays for.
// Index rows have a key space of their own, which no partition name can reach:
//
//	u8 0 ‖ u8 tag of the index ‖ index key bytes ‖ physical key of the row
//
// A value is the crc32c of physical key and payload, then the payload; the
// payload of an index row is the length of its index key bytes. bbolt does not
// notice a flipped bit in a leaf page; the sum does, and since the key is in
// it, so does it notice a row in another row's place.
//
// # Laws
//
//   - Every row read is verified; a row that does not fit its sum, its key or
//     its type is a [*DamagedError], never a wrong answer.
//   - Inside an Update, a read of a row whose partition was not named, and a
//     write to one that was not named with kv.Own, panics. bbolt would not mind;
//     an engine that locks partitions would be wrong in silence. The guard is
//     always on.
//   - An index row belongs to the partition of the row it stands for: writing
//     the row needs no other name. Reading an index inside an Update needs
//     [Index.Part] to be named, and tells only where to look: who writes a row
//     does not hold the index, so name the row's partition and read it again.
//   - A View may read everything.
//   - Tags and names are unique in a [Schema] and never used again for
//     something else: they are on disk.
package table

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"arcline/store/kv"
)

var (
	// ErrExists says that Insert found a row with the same key.
	ErrExists = errors.New("exists already")
	// ErrNotFound is kv's: no row has this key.
	ErrNotFound = kv.ErrNotFound
)

// Spec describes a table of records V under keys K.
type Spec[K, V any] struct {
	Name string // for people; unique
	Tag  byte   // on disk; unique
	// Part names the partition of a key: 1 to 255 bytes.
	Part func(K) string
	// Key writes what is in K besides what the partition's name says.
	Key func(*KeyWriter, K)
	// ParseKey undoes Key and Part.
	ParseKey func(*KeyReader) K
	// Encode and Decode turn records to bytes and back. Nil means JSON, in
	// which an unknown field is an error. Decode must not keep its argument.
	Encode func(V) ([]byte, error)
	Decode func([]byte) (V, error)
}

// Table is one table of a schema.
type Table[K, V any] struct {
	spec    Spec[K, V]
	indexes []*Index[K, V]
	absent  error
}

// New adds a table to s. A spec that is not sound is a mistake in the program
// and panics.
func New[K, V any](s *Schema, spec Spec[K, V]) *Table[K, V] {
	if spec.Part == nil || spec.Key == nil || spec.ParseKey == nil {
		panic(fmt.Sprintf("table %q: Part, Key and ParseKey must be set", spec.Name))
	}
	if (spec.Encode == nil) != (spec.Decode == nil) {
		panic(fmt.Sprintf("table %q: Encode and Decode go together", spec.Name))
	}
	if spec.Encode == nil {
		spec.Encode, spec.Decode = encodeJSON[V], decodeJSON[V]
	}
	t := &Table[K, V]{spec: spec, absent: fmt.Errorf("%s: %w", spec.Name, ErrNotFound)}
	s.addTable(spec.Name, spec.Tag, t)
	return t
}

func encodeJSON[V any](v V) ([]byte, error) { return json.Marshal(v) }

func decodeJSON[V any](b []byte) (v V, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err = d.Decode(&v); err != nil {
		return v, err
	}
	if _, err := d.Token(); err != io.EOF {
		return v, errors.New("something follows the record")
	}
	return v, nil
}

// key appends the physical key of k to b.
func (t *Table[K, V]) key(b []byte, part string, k K) []byte {
	w := KeyWriter{appendPrefix(b, part, t.spec.Tag)}
	t.spec.Key(&w, k)
	return w.b
}

// Get returns the record at k, or ErrNotFound.
func (t *Table[K, V]) Get(tx *Tx, k K) (V, error) {
	part := t.spec.Part(k)
	tx.mayRead(t.spec.Name, part)
	tx.key = t.key(tx.key[:0], part, k)
	return t.read(tx, tx.key)
}

// read returns the record at a physical key.
func (t *Table[K, V]) read(tx *Tx, key []byte) (v V, err error) {
	value, err := tx.kv.Get(key)
	if errors.Is(err, kv.ErrNotFound) {
		return v, t.absent
	}
	if err != nil {
		return v, fmt.Errorf("get from %s: %w", t.spec.Name, err)
	}
	return t.decode(key, value)
}

func (t *Table[K, V]) decode(key, value []byte) (v V, err error) {
	payload, err := unseal(key, value)
	if err == nil {
		v, err = t.spec.Decode(payload)
	}
	if err != nil {
		return v, damaged(t.spec.Name, key, err)
	}
	return v, nil
}

// parse takes a physical key of this table apart.
func (t *Table[K, V]) parse(key []byte) (k K, err error) {
	part, tag, rest, err := splitKey(key)
	if err == nil && tag != t.spec.Tag {
		err = errKey
	}
	if err == nil {
		r := KeyReader{part: part, b: rest}
		k = t.spec.ParseKey(&r)
		err = r.end()
	}
	if err == nil && (t.spec.Part(k) != part || !bytes.Equal(t.key(nil, part, k), key)) {
		err = fmt.Errorf("%w: it does not come out the same again", errKey)
	}
	if err != nil {
		return k, damaged(t.spec.Name, key, err)
	}
	return k, nil
}

// Has says whether there is a sound record at k.
func (t *Table[K, V]) Has(tx *Tx, k K) (bool, error) {
	_, err := t.Get(tx, k)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Insert writes a record where there must be none yet; else ErrExists.
func (t *Table[K, V]) Insert(tx *Tx, k K, v V) error {
	there, err := t.Has(tx, k)
	if err != nil {
		return err
	}
	if there {
		return fmt.Errorf("%s: %w", t.spec.Name, ErrExists)
	}
	return t.write(tx, k, nil, &v)
}

// Put writes a record, replacing the one that may be there.
func (t *Table[K, V]) Put(tx *Tx, k K, v V) error {
	old, err := t.old(tx, k)
	if err != nil {
		return err
	}
	return t.write(tx, k, old, &v)
}

// Delete removes the record at k, if there is one.
func (t *Table[K, V]) Delete(tx *Tx, k K) error {
	old, err := t.old(tx, k)
	if err != nil {
		return err
	}
	return t.write(tx, k, old, nil)
}

// old returns the record now at k, or nil. Only indexes need it.
func (t *Table[K, V]) old(tx *Tx, k K) (*V, error) {
	if len(t.indexes) == 0 {
		return nil, nil
	}
	v, err := t.Get(tx, k)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return &v, err
}

// write replaces old by v, either of which may be nil, and keeps the indexes.
func (t *Table[K, V]) write(tx *Tx, k K, old, v *V) error {
	part := t.spec.Part(k)
	tx.mayWrite(t.spec.Name, part)
	key := t.key(tx.key[:0], part, k)
	tx.key = key
	var err error
	if v == nil {
		err = tx.kv.Delete(key)
	} else {
		var payload []byte
		if payload, err = t.spec.Encode(*v); err != nil {
			return fmt.Errorf("encode record of %s: %w", t.spec.Name, err)
		}
		tx.value = seal(tx.value[:0], key, payload)
		err = tx.kv.Put(key, tx.value)
	}
	if err != nil {
		return fmt.Errorf("write to %s: %w", t.spec.Name, err)
	}
	for _, x := range t.indexes {
		if err := x.maintain(tx, k, key, old, v); err != nil {
			return fmt.Errorf("write to index %s: %w", x.spec.Name, err)
		}
	}
	return nil
}

// Scan calls fn for the rows of one partition that lie in r, in the order of
// their keys, until fn returns false or an error. If rows may be left, next is
// where to go on: the After of the next Scan.
func (t *Table[K, V]) Scan(tx *Tx, part string, r Range, fn func(K, V) (more bool, err error)) (next []byte, err error) {
	tx.mayRead(t.spec.Name, part)
	return r.scan(tx, appendPrefix(nil, part, t.spec.Tag), func(key, value []byte) (bool, error) {
		k, err := t.parse(key)
		if err != nil {
			return false, err
		}
		v, err := t.decode(key, value)
		if err != nil {
			return false, err
		}
		return fn(k, v)
	})
}

// Last returns the last row of a partition whose key begins with prefix (nil:
// any), or ErrNotFound.
func (t *Table[K, V]) Last(tx *Tx, part string, prefix func(*KeyWriter)) (k K, v V, err error) {
	found := false
	_, err = t.Scan(tx, part, Range{Prefix: prefix, Reverse: true, Limit: 1}, func(key K, value V) (bool, error) {
		k, v, found = key, value, true
		return true, nil
	})
	if err == nil && !found {
		err = t.absent
	}
	return k, v, err
}

// DB is a store with tables.
type DB struct {
	kv     kv.DB
	schema *Schema
}

// Wrap puts the tables of s over db. From here on s cannot grow.
func Wrap(db kv.DB, s *Schema) *DB {
	s.sealed.Store(true)
	return &DB{kv: db, schema: s}
}

// Update runs fn in one transaction; see kv.DB. Rows outside parts are out of
// bounds.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error, parts ...kv.Part) error {
	return db.kv.Update(ctx, func(tx kv.Tx) error {
		return fn(&Tx{kv: tx, guarded: true, parts: parts})
	}, parts...)
}

// View runs fn on one moment of the store.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	return db.kv.View(ctx, func(tx kv.Tx) error { return fn(&Tx{kv: tx}) })
}

// Verify walks every row; see Schema.Verify.
func (db *DB) Verify(ctx context.Context, report func(Problem)) error {
	return db.schema.Verify(ctx, db.kv, report)
}

// Tx is a transaction on tables. It is used by one goroutine and not after fn.
type Tx struct {
	kv         kv.Tx
	guarded    bool
	parts      []kv.Part
	key, value []byte // scratch: kv takes copies
}

// mayRead panics if the transaction did not name part.
func (tx *Tx) mayRead(table, part string) {
	if !tx.guarded {
		return
	}
	for _, p := range tx.parts {
		if p.Name() == part {
			return
		}
	}
	panic(fmt.Sprintf("table %s: read in partition %q, which this Update did not name (it named %s)", table, part, tx.named()))
}

// mayWrite panics if the transaction does not own part. In a View there is
// nothing to guard: kv refuses to write.
func (tx *Tx) mayWrite(table, part string) {
	if !tx.guarded {
		return
	}
	for _, p := range tx.parts {
		if p.Name() == part && !p.Shared() {
			return
		}
	}
	panic(fmt.Sprintf("table %s: write in partition %q, which this Update does not own (it named %s)", table, part, tx.named()))
}

func (tx *Tx) named() string {
	var b bytes.Buffer
	for _, p := range tx.parts {
		how := "own"
		if p.Shared() {
			how = "see"
		}
		fmt.Fprintf(&b, "%s %q ", how, p.Name())
	}
	if b.Len() == 0 {
		return "nothing"
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
