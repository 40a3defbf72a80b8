// Package store is everything that is kept: typed tables over an ordered
// transactional key-value engine. A ciphertext is []byte here; nothing in this
// room knows a key, a rule or a network.
//
// All rows of a thread lie in one partition, side by side, so that appending a
// message dirties one or two pages. There is no global counter and no global
// chain on the write path of messages: entries are numbered and audit records
// chained per thread.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"arcline/store/blob"
	"arcline/store/kv"
	"arcline/store/kv/boltkv"
	"arcline/store/table"
)

// File names inside the data folder.
const (
	FileName = "arcline.db"
	BlobName = "files"
)

// Store is an open store.
type Store struct {
	*tables
	*table.DB
	engine kv.DB
	Blobs  *blob.Dir
}

// Options of Open. Check examines the file before it is opened, in a process
// of its own that can be killed; nil checks in this process.
type Options struct {
	Check func(ctx context.Context, path string) error
	// DangerousNoSync skips every fsync: acknowledged messages can be lost. It
	// exists for the negative control of the crash tests.
	DangerousNoSync bool
}

// Open opens or makes the store in a data folder. It never starts half: a
// damaged store is an error that names the table and the row.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	path := filepath.Join(dir, FileName)
	check := o.Check
	if check == nil {
		check = CheckFile
	}
	engine, err := boltkv.Open(ctx, path, boltkv.Options{DangerousNoSync: o.DangerousNoSync, Check: check})
	if err != nil {
		return nil, fmt.Errorf("open the store %s: %w", path, err)
	}
	blobs, err := blob.Open(filepath.Join(dir, BlobName))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the folder of sealed files: %w", err), engine.Close())
	}
	s, err := Over(ctx, engine, blobs)
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return s, nil
}

// Over puts the tables over an engine and brings its schema up to date.
func Over(ctx context.Context, engine kv.DB, blobs *blob.Dir) (*Store, error) {
	t := newTables()
	s := &Store{tables: t, DB: table.Wrap(engine, t.schema), engine: engine, Blobs: blobs}
	if err := s.migrate(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Failed is closed once the store has stopped for good after a disk error.
func (s *Store) Failed() <-chan struct{} { return s.engine.Failed() }

// Stats are the engine's counters.
func (s *Store) Stats() kv.Stats { return s.engine.Stats() }

// Snapshot writes a whole copy from which a store can be opened.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) (int64, error) {
	return s.engine.Snapshot(ctx, w)
}

// Close waits for what has begun and releases the store.
func (s *Store) Close() error {
	return errors.Join(s.engine.Close(), s.Blobs.Close())
}

// Problem is something wrong in a store.
type Problem = table.Problem
