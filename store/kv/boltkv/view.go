package boltkv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"

	"arcline/store/kv"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// readers counts the open read transactions by the commit they stand on, so
// that Scrub knows whether an older moment is still being looked at.
type readers struct {
	mu   sync.Mutex
	open map[int64]int
}

// olderThan says whether somebody reads a moment before commit id.
func (r *readers) olderThan(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for at := range r.open {
		if at < id {
			return true
		}
	}
	return false
}

// beginRead opens a read transaction on a moment that is durable.
func (db *DB) beginRead(ctx context.Context) (*bolt.Tx, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := db.stopped(); err != nil {
		return nil, err
	}
	db.readers.mu.Lock()
	t, err := db.bolt.Begin(false)
	if err == nil {
		db.readers.open[int64(t.ID())]++
	}
	db.readers.mu.Unlock()
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return nil, kv.ErrClosed
	}
	if err != nil {
		return nil, fmt.Errorf("begin view: %w", err)
	}
	if err := db.settle(ctx, int64(t.ID())); err != nil {
		db.endRead(t)
		return nil, err
	}
	db.counts.views.Add(1)
	return t, nil
}

func (db *DB) endRead(t *bolt.Tx) {
	id := int64(t.ID())
	_ = t.Rollback() // of a read transaction; fails only if called twice
	db.readers.mu.Lock()
	if db.readers.open[id]--; db.readers.open[id] == 0 {
		delete(db.readers.open, id)
	}
	db.readers.mu.Unlock()
}

// settle waits until commit id is durable. It has to wait only if the read
// began after the meta page was written and before its fsync returned.
func (db *DB) settle(ctx context.Context, id int64) error {
	if id <= db.durable.Load() {
		return nil
	}
	// pending is set before the meta page is written, so it is id's or, if it
	// is a later one's, id is durable.
	if c := db.pending.Load(); c != nil && c.id == id {
		select {
		case <-c.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return db.stopped()
}

// View runs fn on the last durable moment.
func (db *DB) View(ctx context.Context, fn func(kv.Tx) error) (err error) {
	t, err := db.beginRead(ctx)
	if err != nil {
		return err
	}
	defer db.endRead(t)
	view := tx{inside: true} // looking up the bucket reads the map too
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if !view.inside && !isFault(r) {
			panic(r)
		}
		// Never go on reading a map in which damage was seen.
		err = db.stop(fmt.Errorf("read damaged store: %v", r))
	}()
	view.bucket = t.Bucket([]byte(bucketName))
	view.inside = false
	return fn(&view)
}

// Snapshot writes a copy of the file as of the last durable moment. Freed
// pages are copied too, so Scrub first if deleted text must not be in it.
func (db *DB) Snapshot(ctx context.Context, w io.Writer) (int64, error) {
	t, err := db.beginRead(ctx)
	if err != nil {
		return 0, err
	}
	defer db.endRead(t)
	n, err := t.WriteTo(&untilDone{ctx, w})
	if err != nil {
		return n, fmt.Errorf("write snapshot: %w", err)
	}
	return n, nil
}

// untilDone stops a long copy when ctx ends.
type untilDone struct {
	ctx context.Context
	w   io.Writer
}

func (u *untilDone) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(p)
}
