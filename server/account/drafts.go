package account

import (
	"errors"
	"fmt"
	"time"

	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

const (
	// maxDrafts bounds what one person may have begun at once.
	maxDrafts = 200
	// draftMemory is how long it is remembered that a draft has ended: a device
	// that was away for longer shows what it had.
	draftMemory = 90 * 24 * time.Hour
)

// KeepDraft keeps a draft for its person's other devices, in the place of the one
// before. Who writes without having seen that one is told to read first.
func (s *Service) KeepDraft(tx *table.Tx, acct store.ID, d wire.Draft, now time.Time) error {
	if len(d.Sealed) > wire.MaxDraft {
		return wire.Refuse(wire.CodeTooLarge).Because(errors.New("a draft"))
	}
	key := store.DraftKey{Account: acct, Thread: store.ID(d.Thread), Note: d.Note}
	count, known := 0, uint64(0)
	var ended []store.DraftKey
	_, err := s.st.Drafts.Scan(tx, store.PartAccount(acct), table.Range{}, func(k store.DraftKey, x store.Draft) (bool, error) {
		switch {
		case k == key:
			known = x.Version
		case len(x.Sealed) > 0:
			count++
		case now.Sub(time.UnixMilli(x.At)) > draftMemory:
			ended = append(ended, k)
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("keep a draft: %w", err)
	}
	if d.Version <= known {
		return wire.Refuse(wire.CodeConflict).Because(errors.New("another device has written since"))
	}
	if count >= maxDrafts && len(d.Sealed) > 0 {
		return wire.Refuse(wire.CodeTooMany).Because(errors.New("too many drafts"))
	}
	for _, k := range ended {
		if err := s.st.Drafts.Delete(tx, k); err != nil {
			return fmt.Errorf("forget a draft that has ended: %w", err)
		}
	}
	return s.st.Drafts.Put(tx, key,
		store.Draft{Gen: d.Gen, Version: d.Version, Sealed: d.Sealed, At: now.UnixMilli()})
}

// Drafts lists what somebody began and did not send, and what has ended.
func (s *Service) Drafts(tx *table.Tx, acct store.ID) (out wire.DraftList, err error) {
	_, err = s.st.Drafts.Scan(tx, store.PartAccount(acct), table.Range{}, func(k store.DraftKey, d store.Draft) (bool, error) {
		out.Drafts = append(out.Drafts, wire.Draft{Thread: wire.ID(k.Thread), Note: k.Note, Gen: d.Gen, Version: d.Version, Sealed: d.Sealed})
		return true, nil
	})
	return out, err
}
