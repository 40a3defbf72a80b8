package kvtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"arcline/store/kv"
)

// Outcome is what happens to one Update.
type Outcome int

const (
	// Done lets it through.
	Done Outcome = iota
	// NotDone answers ErrStopped; nothing has happened.
	NotDone
	// AnswerLost answers ErrStopped; it has happened.
	AnswerLost
	// Slow lets it through after a pause.
	Slow
)

// ErrInjected is the cause inside the errors that Fault makes.
var ErrInjected = errors.New("injected fault")

// Plan decides the outcome of the nth Update, counted from 0.
type Plan func(n uint64) Outcome

// Fault wraps db so that Updates meet the outcomes of plan. NotDone and
// AnswerLost look alike to the caller, as they do in life.
func Fault(db kv.DB, plan Plan) kv.DB { return &faulty{DB: db, plan: plan} }

type faulty struct {
	kv.DB
	plan Plan
	n    atomic.Uint64
}

func (f *faulty) Update(ctx context.Context, fn func(kv.Tx) error, parts ...kv.Part) error {
	lost := fmt.Errorf("%w: %w", kv.ErrStopped, ErrInjected)
	switch f.plan(f.n.Add(1) - 1) {
	case NotDone:
		return lost
	case AnswerLost:
		if err := f.DB.Update(ctx, fn, parts...); err != nil {
			return err
		}
		return lost
	case Slow:
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return f.DB.Update(ctx, fn, parts...)
}

// testFaults retries an append until it is answered, over every kind of fault
// at every step. With an id it stays exactly once; without, the control, it
// doubles when an answer was lost.
func testFaults(t *testing.T, open func(t *testing.T) kv.DB) {
	want := []string{"0000=m0", "0001=m1", "0002=m2"}
	for _, outcome := range []Outcome{NotDone, AnswerLost, Slow} {
		for step := range uint64(3) {
			db := open(t)
			f := Fault(db, func(n uint64) Outcome {
				if n == step || n == step+2 {
					return outcome
				}
				return Done
			})
			for i := range 3 {
				retry(t, f, fmt.Sprintf("m%d", i), true)
			}
			if got := messages(t, db); !slices.Equal(got, want) {
				t.Errorf("outcome %d at step %d: %q", outcome, step, got)
			}
		}
	}
	db := open(t)
	f := Fault(db, func(n uint64) Outcome {
		if n == 0 {
			return AnswerLost
		}
		return Done
	})
	retry(t, f, "m", false)
	if got := messages(t, db); !slices.Equal(got, []string{"0000=m", "0001=m"}) {
		t.Errorf("without an id nothing doubled: the injector does not bite: %q", got)
	}
}

// retry appends word until the answer is not ambiguous.
func retry(t *testing.T, db kv.DB, word string, withID bool) {
	for {
		err := db.Update(context.Background(), func(tx kv.Tx) error {
			id := []byte("id/" + word)
			if _, err := tx.Get(id); withID && err == nil {
				return nil // seen
			}
			rows, err := list(tx, []byte("m/"), []byte("m0"), false)
			if err != nil {
				return err
			}
			return errors.Join(tx.Put(fmt.Appendf(nil, "m/%04d", len(rows)), []byte(word)), tx.Put(id, nil))
		}, kv.Own("thread"))
		if err == nil {
			return
		}
		if !errors.Is(err, kv.ErrStopped) || !errors.Is(err, ErrInjected) {
			t.Fatalf("append: %v", err)
		}
	}
}

func messages(t *testing.T, db kv.DB) []string {
	var rows []string
	view(t, db, func(tx kv.Tx) (err error) {
		rows, err = list(tx, []byte("m/"), []byte("m0"), false)
		return err
	})
	for i := range rows {
		rows[i] = rows[i][len("m/"):]
	}
	return rows
}
