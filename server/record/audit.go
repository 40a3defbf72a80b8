// Package record keeps the record of what was done: an append-only audit chain
// in every partition (a thread, an account, the service itself), written in the
// same transaction as the act. There is no global chain, which would put all
// writers in one line; a job seals the heads together.
//
// A record says who did what to what, when, from where and how it ended. It
// never holds content, a name, or an identifier of a consumer.
package record

import (
	"errors"
	"fmt"

	"arcline/store"
	"arcline/store/table"
)

// Outcomes of an act.
const (
	Done    = "done"
	Refused = "refused"
)

// Event is one act for the audit chain.
type Event struct {
	At      int64 // Unix milliseconds
	Account store.ID
	Device  store.ID
	Act     string
	Object  string
	Outcome string
	From    string // address the request came from
}

func (e Event) after(prev store.Hash) store.Audit {
	return store.Audit{At: e.At, Account: e.Account, Device: e.Device, Act: e.Act, Object: e.Object, Outcome: e.Outcome, From: e.From, Prev: prev}
}

// InThread appends to a thread's chain, whose end lies in the thread's tail;
// the caller writes the tail.
func InThread(st *store.Store, tx *table.Tx, thread store.ID, tail *store.Tail, e Event) error {
	a := e.after(tail.AuditHash)
	if err := st.Audit.Put(tx, store.AuditKey{Part: store.PartThread(thread), N: tail.Audit}, a); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	tail.Audit, tail.AuditHash = tail.Audit+1, store.HashAudit(a)
	return nil
}

// In appends to the chain of any other partition, which the transaction owns.
func In(st *store.Store, tx *table.Tx, part string, e Event) error {
	end, err := st.AuditTails.Get(tx, part)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return fmt.Errorf("audit: %w", err)
	}
	a := e.after(end.Hash)
	if err := st.Audit.Put(tx, store.AuditKey{Part: part, N: end.Next}, a); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return st.AuditTails.Put(tx, part, store.AuditTail{Next: end.Next + 1, Hash: store.HashAudit(a)})
}
