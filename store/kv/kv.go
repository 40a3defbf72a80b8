// Package kv is the small ordered, transactional key-value interface that
// every engine of the store fulfils, so that rules are written once.
//
// # Idea
//
// A transaction names beforehand the partitions it works in (one thread, one
// account, ...). An engine with one writer may ignore the names; an engine
// with many writers locks exactly these and needs neither serializable
// isolation nor a retry loop. What a partition is, is agreed between the
// callers; kv knows only its name.
//
// # Laws
//
//   - fn of an Update is alone in the partitions it names with [Own], and sees
//     no change by others in those it names with [See]. Of what lies outside
//     them it knows nothing certain.
//   - fn may run more than once and may run on another goroutine than its
//     caller's. It must touch nothing outside tx except variables it sets anew
//     in each run, must not open another transaction, and must not call
//     runtime.Goexit (no t.Fatal inside fn).
//   - Update returns nil only when the change is durable: a power cut after
//     the return loses nothing. Nobody can read a change that is not durable.
//   - An error from fn leaves nothing behind, and Update returns that error. A
//     panic in fn leaves nothing behind either and reaches the caller as a
//     [*Panic]. Neither harms a transaction that runs beside it.
//   - [ErrStopped] is ambiguous: the change may or may not have happened. The
//     only right answer is to try again with the same id, so every command has
//     one. No other error from Update leaves a change behind.
//   - After an engine has failed to make a change durable it stops for good:
//     [DB.Failed] is closed, and reads and writes are refused until the process
//     opens the store anew.
//   - If ctx ends before fn has begun, fn does not run and Update returns
//     ctx.Err(). Once fn has begun, the caller waits for the real outcome.
//   - A View sees one moment of the store. Slices that Get and Scan hand out
//     belong to the transaction: they must not be changed, nor be kept after it
//     ends. Put takes copies; its arguments may be reused at once.
//   - Keys are ordered as bytes are. A key is never empty; a value may be, and
//     an empty value is not an absent one.
//   - A long View (a slow export) keeps old pages from being reused. Stream
//     from a snapshot instead.
package kv

import (
	"context"
	"errors"
	"fmt"
	"io"
)

const (
	// MaxKey is the longest key, in bytes. PostgreSQL's btree takes no more
	// than about 2,700, so no engine may take more than this.
	MaxKey = 2048
	// MaxValue is the longest value, in bytes. Bigger things are blobs.
	MaxValue = 16 << 20
)

var (
	// ErrNotFound says that no row has this key.
	ErrNotFound = errors.New("not found")
	// ErrReadOnly says that a View tried to write.
	ErrReadOnly = errors.New("read-only transaction")
	// ErrStopped says that the outcome is unknown and the store has stopped.
	// It is always joined with its cause.
	ErrStopped = errors.New("store stopped: outcome unknown, retry with the same id")
	// ErrTooLarge says that a key or value is over its limit.
	ErrTooLarge = errors.New("key or value too large")
	// ErrEmptyKey says that a key has no bytes.
	ErrEmptyKey = errors.New("empty key")
	// ErrClosed says that the store was closed by its owner.
	ErrClosed = errors.New("store closed")
)

// Part names a partition and how a transaction uses it.
type Part struct {
	name   string
	shared bool
}

// Own names a partition that the transaction reads and writes, alone.
func Own(name string) Part { return Part{name: name} }

// See names a partition that the transaction only reads.
func See(name string) Part { return Part{name: name, shared: true} }

// Join names each partition once: owning it includes seeing it.
func Join(parts ...Part) []Part {
	out := make([]Part, 0, len(parts))
next:
	for _, p := range parts {
		for i := range out {
			if out[i].name == p.name {
				out[i].shared = out[i].shared && p.shared
				continue next
			}
		}
		out = append(out, p)
	}
	return out
}

// Name is the partition's name.
func (p Part) Name() string { return p.name }

// Shared says whether the partition is only read.
func (p Part) Shared() bool { return p.shared }

// Tx is one transaction.
type Tx interface {
	// Get returns the value of key, or ErrNotFound.
	Get(key []byte) ([]byte, error)
	// Put sets the value of key.
	Put(key, value []byte) error
	// Delete removes key. Removing what is absent is no error.
	Delete(key []byte) error
	// Scan calls fn for each row in [lo, hi), in order or in reverse, until fn
	// returns false or an error, which Scan returns. A nil lo is the first key,
	// a nil hi is past the last. Rows that fn writes or deletes ahead of the
	// one it stands on are seen as they then are.
	Scan(lo, hi []byte, reverse bool, fn func(k, v []byte) (more bool, err error)) error
}

// Viewer is the reading half of a DB.
type Viewer interface {
	// View runs fn on one moment of the store.
	View(ctx context.Context, fn func(Tx) error) error
}

// DB is a store.
type DB interface {
	Viewer
	// Update runs fn in one transaction that is alone in the owned parts.
	Update(ctx context.Context, fn func(Tx) error, parts ...Part) error
	// Snapshot writes a whole copy, from which the store can be opened.
	Snapshot(ctx context.Context, w io.Writer) (int64, error)
	// Stats returns the counters since the store was opened.
	Stats() Stats
	// Failed is closed once the store has stopped for good.
	Failed() <-chan struct{}
	// Close waits for what has begun and releases the store.
	Close() error
}

// Stats are counters; none of them ever goes down.
type Stats struct {
	Transactions uint64 // Updates whose changes are durable, or that changed nothing
	Refused      uint64 // Updates whose fn returned an error or panicked
	Skipped      uint64 // Updates given up before fn began
	Views        uint64 // Views begun
	Commits      uint64 // commits; each carries one group of Updates
	Syncs        uint64 // times the disk was asked to make things durable
	LargestGroup uint64 // Updates in the largest group
	// Groups counts groups by size: Groups[i] had at least 2^i and fewer than
	// 2^(i+1) Updates.
	Groups [12]uint64
}

// CheckKey applies the law of keys.
func CheckKey(key []byte) error {
	if len(key) == 0 {
		return ErrEmptyKey
	}
	if len(key) > MaxKey {
		return fmt.Errorf("key of %d bytes: %w", len(key), ErrTooLarge)
	}
	return nil
}

// CheckRow applies the laws of keys and values to a row about to be written.
func CheckRow(key, value []byte) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	if len(value) > MaxValue {
		return fmt.Errorf("value of %d bytes: %w", len(value), ErrTooLarge)
	}
	return nil
}

// Panic carries a panic out of fn to the goroutine that called Update, with
// the stack of the place where it happened.
type Panic struct {
	Value any
	Stack []byte
}

// Error makes a Panic readable in a crash report.
func (p *Panic) Error() string {
	return fmt.Sprintf("%v\n\nin the transaction:\n%s", p.Value, p.Stack)
}

// Unwrap gives the value if it was an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
