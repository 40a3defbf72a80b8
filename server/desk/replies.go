package desk

import (
	"errors"
	"fmt"
	"time"

	"arcline/server/account"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Replies lists a line's saved replies, for whoever works on it. The service
// cannot read them.
func (s *Service) Replies(tx *table.Tx, who account.Standing, line store.ID, now time.Time) (wire.SavedReplies, error) {
	out := wire.SavedReplies{Replies: []wire.SavedReply{}}
	if !s.threads.WorksOn(who, line, now) {
		return out, wire.Refuse(wire.CodeNotFound)
	}
	_, err := s.st.Replies.Scan(tx, store.PartDesk(line), table.Range{}, func(k store.ReplyKey, r store.SavedReply) (bool, error) {
		out.Replies = append(out.Replies, wire.SavedReply{Reply: wire.ID(k.Reply), Gen: r.Gen, Version: r.Version, Sealed: r.Sealed})
		return true, nil
	})
	if err != nil {
		err = fmt.Errorf("read the saved replies: %w", err)
	}
	return out, err
}

// KeepReply keeps a saved reply of a line in the place of the one before. The
// transaction owns the line's desk.
func (s *Service) KeepReply(tx *table.Tx, who account.Standing, line store.ID, in wire.SavedReply, now time.Time) error {
	switch {
	case !s.threads.WorksOn(who, line, now):
		return wire.Refuse(wire.CodeNotFound)
	case in.Reply.IsZero():
		return refuse(wire.CodeMalformed, "a reply without a name")
	case len(in.Sealed) > wire.MaxReply:
		return refuse(wire.CodeTooLarge, "a saved reply")
	}
	key := store.ReplyKey{Line: line, Reply: store.ID(in.Reply)}
	count, known := 0, uint64(0)
	if _, err := s.st.Replies.Scan(tx, store.PartDesk(line), table.Range{}, func(k store.ReplyKey, r store.SavedReply) (bool, error) {
		if k == key {
			known = r.Version
		} else if len(r.Sealed) > 0 {
			count++
		}
		return true, nil
	}); err != nil {
		return fmt.Errorf("read the saved replies: %w", err)
	}
	if in.Version <= known {
		return wire.Refuse(wire.CodeConflict).Because(errors.New("somebody has written since"))
	}
	if in.Version-known > 1 { // a version without a successor would stand for ever
		return wire.Refuse(wire.CodeConflict).Because(errors.New("a version that is not the next one"))
	}
	if known == 0 && len(in.Sealed) == 0 {
		return wire.Refuse(wire.CodeNotFound).Because(errors.New("taken away is what was there"))
	}
	if count >= wire.MaxReplies && len(in.Sealed) > 0 {
		return refuse(wire.CodeTooMany, "too many saved replies")
	}
	return s.st.Replies.Put(tx, key, store.SavedReply{Gen: in.Gen, Version: in.Version, Sealed: in.Sealed, By: who.ID, At: now.UnixMilli()})
}
