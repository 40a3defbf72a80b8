package table

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"arcline/store/kv"
)

// Schema knows all tables and indexes of a store, and so what every row in it
// must be.
type Schema struct {
	names   map[string]bool
	tables  map[byte]checker
	indexes map[byte]indexChecker
	sealed  atomic.Bool
}

// checker is a table without its types.
type checker interface {
	// check returns what is wrong with one row.
	check(tx kv.Tx, key, value []byte) error
}

// indexChecker is an index without its types.
type indexChecker interface {
	checkRow(tx kv.Tx, row, value []byte) error
}

// NewSchema returns a schema without tables.
func NewSchema() *Schema {
	return &Schema{names: map[string]bool{}, tables: map[byte]checker{}, indexes: map[byte]indexChecker{}}
}

func (s *Schema) addTable(name string, tag byte, t checker) {
	s.addName(name)
	if s.tables[tag] != nil {
		panic(fmt.Sprintf("table %q: tag %d is taken", name, tag))
	}
	s.tables[tag] = t
}

func (s *Schema) addIndex(name string, tag byte, x indexChecker) {
	s.addName(name)
	if s.indexes[tag] != nil {
		panic(fmt.Sprintf("index %q: tag %d is taken", name, tag))
	}
	s.indexes[tag] = x
}

func (s *Schema) addName(name string) {
	if s.sealed.Load() {
		panic(fmt.Sprintf("%q: the schema is in use and cannot grow", name))
	}
	if name == "" || s.names[name] {
		panic(fmt.Sprintf("%q: a table or index needs a name of its own", name))
	}
	s.names[name] = true
}

// Problem is one finding of Verify.
type Problem struct {
	Key string // of the row, for people
	Err error  // often a *DamagedError
}

func (p Problem) String() string { return fmt.Sprintf("%s: %v", p.Key, p.Err) }

// Verify walks every row of the store and reports each that is wrong: of no
// known table, not matching its sum, not decodable, at a key that its table
// would not write, missing from an index, or an index row that stands for
// nothing. It returns an error only if it could not walk.
func (s *Schema) Verify(ctx context.Context, v kv.Viewer, report func(Problem)) error {
	err := v.View(ctx, func(tx kv.Tx) error {
		return tx.Scan(nil, nil, false, func(key, value []byte) (bool, error) {
			if err := s.verifyRow(tx, key, value); err != nil {
				report(Problem{Key: showKey(key), Err: err})
			}
			return true, ctx.Err()
		})
	})
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}

func (s *Schema) verifyRow(tx kv.Tx, key, value []byte) error {
	if key[0] == 0 {
		if len(key) < 2 || s.indexes[key[1]] == nil {
			return errors.New("row of an unknown index")
		}
		return s.indexes[key[1]].checkRow(tx, key, value)
	}
	_, tag, _, err := splitKey(key)
	if err != nil {
		return err
	}
	if s.tables[tag] == nil {
		return fmt.Errorf("row of an unknown table, tag %d", tag)
	}
	return s.tables[tag].check(tx, key, value)
}

// Everywhere reads the table's rows in every wanted partition, in order of key.
// It looks at each key of the store: only a check of all of it asks.
func (t *Table[K, V]) Everywhere(tx *Tx, wanted func(part string) bool, fn func(K, V) error) error {
	return tx.kv.Scan(nil, nil, false, func(key, value []byte) (bool, error) {
		part, tag, _, err := splitKey(key)
		if err != nil || tag != t.spec.Tag || !wanted(part) { // an index has keys of another form
			return true, nil
		}
		k, err := t.parse(key)
		if err != nil {
			return false, err
		}
		v, err := t.decode(key, value)
		if err != nil {
			return false, err
		}
		return true, fn(k, v)
	})
}

func (t *Table[K, V]) check(tx kv.Tx, key, value []byte) error {
	k, err := t.parse(key)
	if err != nil {
		return err
	}
	v, err := t.decode(key, value)
	if err != nil {
		return err
	}
	for _, x := range t.indexes {
		row, _, ok := x.row(nil, k, key, &v)
		if !ok {
			continue
		}
		// A damaged index row is reported where it stands; here it must be there.
		if _, err := tx.Get(row); errors.Is(err, kv.ErrNotFound) {
			return fmt.Errorf("table %s: the row is missing from index %s", t.spec.Name, x.spec.Name)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (x *Index[K, V]) checkRow(tx kv.Tx, row, value []byte) error {
	key, err := target(row, value)
	if err != nil {
		return damaged(x.spec.Name, row, err)
	}
	k, err := x.table.parse(key)
	if err != nil {
		return err
	}
	stored, err := tx.Get(key)
	if errors.Is(err, kv.ErrNotFound) {
		return damaged(x.spec.Name, row, errDangling)
	}
	if err != nil {
		return err
	}
	v, err := x.table.decode(key, stored)
	if err != nil {
		return nil // reported where the record stands
	}
	want, size, ok := x.row(nil, k, key, &v)
	payload := value[4:]
	if !ok || !bytes.Equal(want, row) || !bytes.Equal(payload, binary.AppendUvarint(nil, uint64(size))) {
		return damaged(x.spec.Name, row, errors.New("the record has another index key"))
	}
	return nil
}
