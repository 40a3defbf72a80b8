package boltkv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// errReaders says that a View still looks at a moment before the scrub.
var errReaders = errors.New("an older view is still open")

const (
	scrubPatience = 250 * time.Millisecond // how long writers may be held up
	scrubPause    = time.Second            // before the next try
)

// Scrub overwrites every page that holds no live row with zeros, so that
// deleted text is no longer in the file. It waits, until ctx ends, for Views
// that began before it.
func (db *DB) Scrub(ctx context.Context) error {
	for {
		o := db.ops.Get().(*op)
		o.ctx, o.upkeep = ctx, db.scrub
		err := db.submit(o)
		if !errors.Is(err, errReaders) {
			return err
		}
		select {
		case <-time.After(scrubPause):
		case <-ctx.Done():
			return fmt.Errorf("scrub: %w: %w", errReaders, ctx.Err())
		}
	}
}

// scrub runs on the writing goroutine, between groups.
//
// The pages on bbolt's free list are those that no row of the last commit lies
// in, so zeroing them can hurt only a reader of an older moment, for whom it
// waits. The elder meta page still leads to some of them; the commit that
// follows replaces it. A crash before that leaves the newer one, which is whole.
func (db *DB) scrub() error {
	last := db.durable.Load()
	for waited := time.Duration(0); db.readers.olderThan(last); waited += time.Millisecond {
		if waited >= scrubPatience {
			return errReaders
		}
		time.Sleep(time.Millisecond)
	}
	t, err := db.bolt.Begin(true)
	if err != nil {
		return db.stop(fmt.Errorf("begin scrub: %w", err))
	}
	if err := db.zeroFree(t); err != nil {
		db.rollback(t)
		return db.stop(fmt.Errorf("scrub: %w", err))
	}
	return db.commit(t)
}

// zeroFree overwrites the free pages, and what lies behind the last page in
// use, through the file that bbolt itself writes to. Pages that are zero
// already are left alone.
func (db *DB) zeroFree(t *bolt.Tx) error {
	size := int64(db.bolt.Info().PageSize)
	info, err := db.file.Stat()
	if err != nil {
		return err
	}
	page, zero := make([]byte, size), make([]byte, size)
	for id := int64(2); id*size < info.Size(); id++ {
		p, err := t.Page(int(id)) // nil behind the last page
		if err != nil {
			return fmt.Errorf("look at page %d: %w", id, err)
		}
		if p != nil && p.Type != "free" {
			continue
		}
		n, err := db.file.ReadAt(page, id*size)
		if n == 0 && err != nil {
			return fmt.Errorf("read page %d: %w", id, err)
		}
		if bytes.Equal(page[:n], zero[:n]) {
			continue
		}
		if _, err := db.file.WriteAt(zero[:n], id*size); err != nil {
			return fmt.Errorf("zero page %d: %w", id, err)
		}
	}
	if !db.sync {
		return nil
	}
	db.counts.syncs.Add(1)
	return db.file.Sync()
}
