package boltkv

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"runtime/debug"
	"sync/atomic"

	"arcline/store/kv"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// op is one waiting Update, or a piece of upkeep that runs between groups.
type op struct {
	ctx    context.Context
	fn     func(kv.Tx) error
	upkeep func() error
	state  atomic.Uint32
	err    error
	panic  *kv.Panic
	done   chan struct{} // holds one answer
}

const (
	waiting uint32 = iota
	started
	abandoned
)

// writer is what the writing goroutine keeps from group to group.
type writer struct {
	group []*op
	later *op // upkeep met while gathering
	arena arena
	buf   buffer
}

// Update runs fn in the next group. The parts need no locks here: every
// closure is alone.
func (db *DB) Update(ctx context.Context, fn func(kv.Tx) error, _ ...kv.Part) error {
	o := db.ops.Get().(*op)
	o.ctx, o.fn = ctx, fn
	return db.submit(o)
}

// submit queues o, waits for its outcome and gives o back to the pool.
func (db *DB) submit(o *op) error {
	ctx := o.ctx
	if err := db.enqueue(o); err != nil {
		db.recycle(o)
		return err
	}
	select {
	case <-o.done:
	case <-ctx.Done():
		if o.state.CompareAndSwap(waiting, abandoned) {
			return ctx.Err() // the writer will drop o
		}
		<-o.done
	}
	err, broke := o.err, o.panic
	db.recycle(o)
	if broke != nil {
		panic(broke)
	}
	return err
}

func (db *DB) recycle(o *op) {
	o.ctx, o.fn, o.upkeep, o.err, o.panic = nil, nil, nil, nil, nil
	o.state.Store(waiting)
	db.ops.Put(o)
}

func (db *DB) enqueue(o *op) error {
	if err := o.ctx.Err(); err != nil {
		return err
	}
	db.gate.RLock()
	defer db.gate.RUnlock()
	if db.closing {
		return kv.ErrClosed
	}
	select {
	case db.queue <- o:
		return nil
	case <-o.ctx.Done():
		return o.ctx.Err()
	}
}

// run is the writing goroutine. It answers every op that was ever queued, also
// after the store has stopped.
func (db *DB) run() {
	debug.SetPanicOnFault(true) // a file cut short is an error, not the end
	clean := false
	defer func() {
		if clean {
			close(db.drained)
			return
		}
		// A closure called runtime.Goexit and unwound this goroutine. The rest
		// of its group cannot be told apart from half-done work.
		w := &db.writer
		if w.later != nil {
			w.group = append(w.group, w.later)
		}
		db.answer(w.group, db.stop(errors.New("a transaction called runtime.Goexit")))
		w.group, w.later = nil, nil
		go db.run()
	}()
	for first := range db.queue {
		db.gather(first)
		for rest := db.writer.group; len(rest) > 0; {
			n, err := db.runGroup(rest)
			db.answer(rest[:n], err)
			rest = rest[n:]
			db.writer.group = rest
		}
		if o := db.writer.later; o != nil {
			db.writer.later = nil
			if o.state.CompareAndSwap(waiting, started) {
				if o.err = db.stopped(); o.err == nil {
					o.err = o.upkeep()
				}
				o.done <- struct{}{}
			}
		}
	}
	clean = true
}

// gather takes first and whatever else is queued now. It waits for nothing.
func (db *DB) gather(first *op) {
	w := &db.writer
	w.group = make([]*op, 0, len(db.queue)+1)
	for o := first; ; {
		if o.upkeep != nil {
			w.later = o
			return
		}
		w.group = append(w.group, o)
		if len(w.group) == groupLimit {
			return
		}
		select {
		case next, ok := <-db.queue:
			if !ok {
				return
			}
			o = next
		default:
			return
		}
	}
}

// answer tells the callers of a group. An error of the whole group outweighs
// what a closure returned: what it decided may rest on what its neighbours
// wrote, and that is lost.
func (db *DB) answer(group []*op, err error) {
	for _, o := range group {
		// One that has not begun is claimed first, so that it has one owner.
		if !o.state.CompareAndSwap(waiting, started) && o.state.Load() == abandoned {
			continue
		}
		if err != nil {
			o.err, o.panic = err, nil
		}
		o.done <- struct{}{}
	}
}

// runGroup runs closures of group in one bbolt transaction and commits it. It
// returns how many it got through.
func (db *DB) runGroup(group []*op) (n int, err error) {
	if err := db.stopped(); err != nil {
		return len(group), err
	}
	t, err := db.bolt.Begin(true)
	if err != nil {
		return len(group), db.stop(fmt.Errorf("begin group: %w", err))
	}
	committed := false
	defer func() {
		if r := recover(); r != nil {
			n, err = len(group), db.stop(fmt.Errorf("group broke: %v\n%s", r, debug.Stack()))
		}
		if !committed {
			db.rollback(t)
		}
	}()
	w := &db.writer
	defer w.arena.reset()
	view := tx{bucket: t.Bucket([]byte(bucketName)), buf: &w.buf, arena: &w.arena}
	ran, refused, wrote := 0, 0, false
	for n = 0; n < len(group) && w.arena.used < groupBytes; n++ {
		o := group[n]
		w.buf.reset()
		if !o.begin() {
			db.counts.skipped.Add(1)
			continue
		}
		ran++
		db.call(o, &view)
		if o.err != nil || o.panic != nil {
			refused++
			continue
		}
		if w.buf.empty() {
			continue
		}
		wrote = true
		if err := view.apply(); err != nil {
			return len(group), db.stop(err)
		}
	}
	if wrote {
		committed = true
		if err := db.commit(t); err != nil {
			return len(group), err
		}
	}
	db.counts.group(ran, refused)
	return n, nil
}

// begin claims o for running. It is false if the caller has given up.
func (o *op) begin() bool {
	if !o.state.CompareAndSwap(waiting, started) {
		return false
	}
	o.err = o.ctx.Err()
	return o.err == nil
}

// call runs one closure and keeps its panic for its caller. A panic out of
// bbolt or off the map is the engine's and goes on up.
func (db *DB) call(o *op, t *tx) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if t.inside || isFault(r) {
			panic(r)
		}
		o.panic = &kv.Panic{Value: r, Stack: debug.Stack()}
	}()
	o.err = o.fn(t)
}

// isFault says whether a panic comes from memory that could not be read.
func isFault(r any) bool {
	_, fault := r.(interface{ Addr() uintptr })
	return fault
}

// commitment is a commit under way.
type commitment struct {
	id   int64
	done chan struct{} // closed when the outcome is known
}

// commit makes t durable or stops the store.
func (db *DB) commit(t *bolt.Tx) (err error) {
	c := &commitment{id: int64(t.ID()), done: make(chan struct{})}
	db.pending.Store(c)
	defer close(c.done)
	defer func() {
		if r := recover(); r != nil {
			err = db.stop(fmt.Errorf("commit broke: %v\n%s", r, debug.Stack()))
			db.rollback(t)
		}
	}()
	if err := t.Commit(); err != nil {
		err = db.stop(fmt.Errorf("commit group: %w", err))
		db.rollback(t)
		return err
	}
	db.durable.Store(c.id)
	db.counts.commits.Add(1)
	if db.sync {
		db.counts.syncs.Add(2) // the data pages, then the meta page
	}
	return nil
}

// rollback gives up t. After a failed commit bbolt has often done so itself.
func (db *DB) rollback(t *bolt.Tx) {
	defer func() {
		if r := recover(); r != nil {
			db.wedged = true
			_ = db.stop(fmt.Errorf("roll back: %v", r))
		}
	}()
	if err := t.Rollback(); err != nil && !errors.Is(err, bolterrors.ErrTxClosed) {
		db.wedged = true
		_ = db.stop(fmt.Errorf("roll back: %w", err))
	}
}

// counts are the live counters behind Stats.
type counts struct {
	transactions, refused, skipped, views, commits, syncs, largest atomic.Uint64
	groups                                                         [12]atomic.Uint64
}

// group counts one group. Only the writing goroutine calls it.
func (c *counts) group(ran, refused int) {
	c.refused.Add(uint64(refused))
	c.transactions.Add(uint64(ran - refused))
	if ran == 0 {
		return
	}
	c.groups[min(bits.Len(uint(ran))-1, len(c.groups)-1)].Add(1)
	if uint64(ran) > c.largest.Load() {
		c.largest.Store(uint64(ran))
	}
}

// Stats returns the counters since Open.
func (db *DB) Stats() kv.Stats {
	c := &db.counts
	s := kv.Stats{
		Transactions: c.transactions.Load(),
		Refused:      c.refused.Load(),
		Skipped:      c.skipped.Load(),
		Views:        c.views.Load(),
		Commits:      c.commits.Load(),
		Syncs:        c.syncs.Load(),
		LargestGroup: c.largest.Load(),
	}
	for i := range c.groups {
		s.Groups[i] = c.groups[i].Load()
	}
	return s
}
