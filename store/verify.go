package store

import (
	"context"
	"errors"
	"fmt"

	"arcline/store/kv"
	"arcline/store/kv/boltkv"
	"arcline/store/table"
)

// errDamaged ends a check of a file with what was found.
var errDamaged = errors.New("the store is damaged")

// maxFindings bounds how many findings an error lists.
const maxFindings = 10

// CheckFile examines a store file that nobody has open: both meta pages, the
// tree, every row's sum and form, every index row, and the invariants of
// threads and audit chains. It only reads. A damaged file can hang or kill the
// process that maps it, so the server runs this in a child.
func CheckFile(ctx context.Context, path string) error {
	t := newTables()
	return boltkv.CheckFile(ctx, path, func(ctx context.Context, v kv.Viewer) error {
		var found []error
		more := 0
		report := func(p Problem) {
			if len(found) == maxFindings {
				more++
				return
			}
			found = append(found, errors.New(p.String()))
		}
		if err := t.verify(ctx, v, report); err != nil {
			return err
		}
		if len(found) == 0 {
			return nil
		}
		if more > 0 {
			found = append(found, fmt.Errorf("and %d more", more))
		}
		return fmt.Errorf("%w: restore the newest backup: %w", errDamaged, errors.Join(found...))
	})
}

// Verify checks an open store: every row, every index, every invariant.
func (s *Store) Verify(ctx context.Context, report func(Problem)) error {
	return s.verify(ctx, s.engine, report)
}

func (t *tables) verify(ctx context.Context, v kv.Viewer, report func(Problem)) error {
	sound := true
	if err := t.schema.Verify(ctx, v, func(p Problem) { sound = false; report(p) }); err != nil {
		return err
	}
	if !sound {
		return nil // the invariants below would only repeat what was found
	}
	return v.View(ctx, func(raw kv.Tx) error {
		tx := t.schema.Reader(raw)
		_, err := t.ByLine.Keys(tx, table.Range{}, func(id ID) (bool, error) {
			return true, t.verifyThread(tx, id, report)
		})
		if err != nil {
			return err
		}
		return t.verifyAudit(tx, report)
	})
}

// verifyAudit checks the audit chains outside threads: that records follow one
// another from the first, and that each chain ends where its tail says. A chain
// without a tail, and a tail without its chain, are found too.
func (t *tables) verifyAudit(tx *table.Tx, report func(Problem)) error {
	wrong := func(part, f string, a ...any) {
		report(Problem{Key: fmt.Sprintf("audit records of %q", part), Err: fmt.Errorf(f, a...)})
	}
	ends := map[string]AuditTail{}
	outside := func(part string) bool { return part[0] != PartThread(ID{})[0] }
	err := t.Audit.Everywhere(tx, outside, func(k AuditKey, a Audit) error {
		end := ends[k.Part]
		if k.N != end.Next || a.Prev != end.Hash {
			wrong(k.Part, "record %d does not follow the one before", k.N)
		}
		ends[k.Part] = AuditTail{Next: k.N + 1, Hash: HashAudit(a)}
		return nil
	})
	if err != nil {
		return err
	}
	err = t.AuditTails.Everywhere(tx, outside, func(part string, tail AuditTail) error {
		if ends[part] != tail {
			wrong(part, "they end at %d, their tail says %d", ends[part].Next, tail.Next)
		}
		delete(ends, part)
		return nil
	})
	for part := range ends {
		wrong(part, "they have no tail")
	}
	return err
}

// verifyThread checks that a thread's entries have no gap and end where its
// tail says, and that its audit records chain up to the tail.
func (t *tables) verifyThread(tx *table.Tx, id ID, report func(Problem)) error {
	wrong := func(f string, a ...any) { report(Problem{Key: fmt.Sprintf("thread %x", id), Err: fmt.Errorf(f, a...)}) }
	tail, err := t.Tails.Get(tx, id)
	if err != nil {
		wrong("it has no tail: %w", err)
		return nil
	}
	var next uint64
	_, err = t.Entries.Scan(tx, PartThread(id), table.Range{}, func(k EntryKey, _ Entry) (bool, error) {
		if k.Index != next {
			wrong("entry %d stands where %d belongs", k.Index, next)
		}
		next = k.Index + 1
		return true, nil
	})
	if err != nil {
		return err
	}
	if next != tail.Next {
		wrong("its entries end at %d, its tail says %d", next, tail.Next)
	}
	if err := t.verifyNotes(tx, id, wrong); err != nil {
		return err
	}
	var n uint64
	var prev Hash
	_, err = t.Audit.Scan(tx, PartThread(id), table.Range{}, func(k AuditKey, a Audit) (bool, error) {
		if k.N != n || a.Prev != prev {
			wrong("audit record %d does not follow the one before", k.N)
		}
		n, prev = k.N+1, HashAudit(a)
		return true, nil
	})
	if err != nil {
		return err
	}
	if n != tail.Audit || prev != tail.AuditHash {
		wrong("its audit records end at %d, its tail says %d", n, tail.Audit)
	}
	return nil
}

// verifyNotes checks that a thread's notes have no gap and end where their log says.
func (t *tables) verifyNotes(tx *table.Tx, id ID, wrong func(f string, a ...any)) error {
	log, err := t.NoteLogs.Get(tx, id)
	if err != nil && !errors.Is(err, table.ErrNotFound) {
		return err
	}
	var next uint64
	_, err = t.NoteEntries.Scan(tx, PartThread(id), table.Range{}, func(k EntryKey, _ Entry) (bool, error) {
		if k.Index != next {
			wrong("note entry %d stands where %d belongs", k.Index, next)
		}
		next = k.Index + 1
		return true, nil
	})
	if err == nil && next != log.Next {
		wrong("its notes end at %d, their log says %d", next, log.Next)
	}
	return err
}
