// Package boltkv is the bbolt engine of kv: one file, one process, no other
// service.
//
// # Idea
//
// One goroutine writes. It takes whatever Updates are waiting, runs each
// against a small buffer over one bbolt transaction, hands a buffer to bbolt
// only if its closure succeeded, commits once, and only then answers all of
// them. So an fsync carries as many Updates as came in while the last one was
// under way; nobody ever waits for a group to fill. The names of the parts are
// not needed: every closure is alone.
//
// # Laws, besides kv's
//
//   - Fail-stop. Whatever goes wrong in a commit (an I/O error, a panic, a
//     damaged page) closes Failed and ends all reading and writing. After a
//     failed fsync the kernel may have dropped pages that memory still shows,
//     so going on would build on sand, and reading would show what may be gone
//     after the restart.
//   - No dirty reads. bbolt shows a commit to readers as soon as its meta page
//     is written, before that is durable; a View that begins in between waits
//     for the outcome.
//   - A store file comes into being whole: made under another name, synced,
//     and only then linked to its own.
//   - Deleted text stays in freed pages until [DB.Scrub].
package boltkv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"arcline/store/kv"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	bucketName  = "kv"
	lockTimeout = 2 * time.Second
	queueLength = 1024
	groupLimit  = 1024
	groupBytes  = 8 << 20 // a group ends early once it holds this much
	// defaultMmap is address space, not memory. When the file outgrows the map,
	// bbolt must wait for every open View before it can go on, so it is big.
	defaultMmap = 1 << 30
)

// Options change how a store is opened. The zero value is right.
type Options struct {
	// Check, if set, judges the file before this process maps it; an error
	// keeps the store shut. See ChildCheck.
	Check func(ctx context.Context, path string) error
	// InitialMmapSize is the address space to reserve; 0 means 1 GiB.
	InitialMmapSize int
	// DangerousNoSync skips every fsync: a power cut loses acknowledged
	// changes. It exists for negative controls and throw-away stores.
	DangerousNoSync bool
}

// DB is an open store.
type DB struct {
	path string
	bolt *bolt.DB
	file *os.File // the one bbolt has open and locked
	sync bool

	gate    sync.RWMutex // guards closing against senders on queue
	closing bool
	queue   chan *op
	drained chan struct{}
	ops     sync.Pool

	stopOnce sync.Once
	cause    atomic.Pointer[error]
	failed   chan struct{}
	wedged   bool // bbolt still holds its write lock; written before drained

	durable atomic.Int64               // the last transaction known to be on disk
	pending atomic.Pointer[commitment] // the commit under way, or the last one
	readers readers
	counts  counts

	writer writer // touched by the writing goroutine only
}

var _ kv.DB = (*DB)(nil)

// Open opens the store at path, making it if there is none.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if err := ensure(path, !o.DangerousNoSync); err != nil {
		return nil, fmt.Errorf("make store %s: %w", path, err)
	}
	if o.Check != nil {
		if err := o.Check(ctx, path); err != nil {
			return nil, fmt.Errorf("check store %s: %w", path, err)
		}
	}
	db := &DB{
		path:    path,
		sync:    !o.DangerousNoSync,
		queue:   make(chan *op, queueLength),
		drained: make(chan struct{}),
		failed:  make(chan struct{}),
		readers: readers{open: map[int64]int{}},
	}
	db.ops.New = func() any { return &op{done: make(chan struct{}, 1)} }
	size := o.InitialMmapSize
	if size == 0 {
		size = defaultMmap
	}
	var err error
	db.bolt, err = openBolt(path, &bolt.Options{
		NoSync:          o.DangerousNoSync,
		InitialMmapSize: size,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag, mode)
			db.file = f
			return f, err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	if err := db.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), db.bolt.Close())
	}
	go db.run()
	return db, nil
}

// begin makes sure the file is a store and notes where it stands.
func (db *DB) begin() error {
	return db.bolt.View(func(t *bolt.Tx) error {
		if t.Bucket([]byte(bucketName)) == nil {
			return errors.New("not a store of arcline: its bucket is missing")
		}
		db.durable.Store(int64(t.ID()))
		return nil
	})
}

// openBolt opens a file with what all openings share. A damaged file may make
// bbolt panic; that is an error here.
func openBolt(path string, o *bolt.Options) (db *bolt.DB, err error) {
	defer func() {
		if r := recover(); r != nil {
			db, err = nil, fmt.Errorf("damaged file: %v", r)
		}
	}()
	o.Timeout = lockTimeout
	o.FreelistType = bolt.FreelistMapType
	db, err = bolt.Open(path, 0o600, o)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, errors.New("already open by another process")
	}
	return db, err
}

// ensure makes an empty store at path unless there is a file already. Without
// sync it may not survive a power cut.
func ensure(path string, sync bool) error {
	info, err := os.Stat(path)
	if err == nil {
		if info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
			return os.Chmod(path, 0o600) // a copy put back by hand, often
		}
		return nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(folder, filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	if err := fresh.Close(); err != nil {
		return err
	}
	if err := initialize(fresh.Name(), sync); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces a store that another process has
	// made in the meantime.
	if err := os.Link(fresh.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := os.Remove(fresh.Name()); err != nil {
		return err
	}
	if !sync {
		return nil
	}
	return syncFolder(folder)
}

// initialize writes the empty store and, with sync, makes it durable.
func initialize(path string, sync bool) error {
	db, err := openBolt(path, &bolt.Options{NoSync: !sync})
	if err != nil {
		return err
	}
	err = db.Update(func(t *bolt.Tx) error {
		_, err := t.CreateBucket([]byte(bucketName))
		return err
	})
	if sync {
		err = errors.Join(err, db.Sync())
	}
	return errors.Join(err, db.Close())
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Failed is closed once the store has stopped for good.
func (db *DB) Failed() <-chan struct{} { return db.failed }

// Close lets what is queued finish, waits for open Views and releases the file.
func (db *DB) Close() error {
	db.gate.Lock()
	if db.closing {
		db.gate.Unlock()
		return nil
	}
	db.closing = true
	close(db.queue)
	db.gate.Unlock()
	<-db.drained
	if db.wedged {
		// bbolt's own Close would wait for the transaction that broke. Letting
		// go of the file gives up the lock; the map goes with the process.
		return db.file.Close()
	}
	if err := db.bolt.Close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// stop ends all reading and writing, and returns the error that callers get.
func (db *DB) stop(cause error) error {
	db.stopOnce.Do(func() {
		err := fmt.Errorf("%w: %w", kv.ErrStopped, cause)
		db.cause.Store(&err)
		close(db.failed)
	})
	return db.stopped()
}

// stopped returns nil while the store is sound.
func (db *DB) stopped() error {
	if p := db.cause.Load(); p != nil {
		return *p
	}
	return nil
}
