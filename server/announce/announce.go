// Package announce shows the agency's announcements to the assisters they are for:
// signed by somebody who may speak for the agency, in the time they name. It counts
// who has read them; it cannot make one, and readers check what it shows.
package announce

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"arcline/crypto/chain"
	"arcline/server/account"
	"arcline/server/record"
	"arcline/server/thread"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Service is the room's door.
type Service struct {
	st     *store.Store
	people *account.Service
}

// New opens the room.
func New(st *store.Store, people *account.Service) *Service { return &Service{st, people} }

// maxAhead is how far ahead an announcement can be scheduled, and maxLife how long
// it is shown at most.
const (
	maxAhead = 180 * 24 * time.Hour
	maxLife  = 400 * 24 * time.Hour
)

// Put takes in an announcement that the caller signed. The transaction owns the
// partition of announcements. A repeat is harmless.
func (s *Service) Put(tx *table.Tx, who account.Standing, in wire.Signed, from string, now time.Time) error {
	a, err := chain.CheckAnnouncement(in.Signed, in.Sig, s.people.Book())
	if err != nil {
		return thread.Refusal(err)
	}
	begin := time.UnixMilli(int64(a.From))
	switch {
	case store.ID(a.Acct) != who.ID || store.ID(a.Dev) != who.Device.ID:
		return wire.Refuse(wire.CodeBadSignature).Because(errors.New("made by another person or device"))
	case begin.Sub(now) > maxAhead || a.Until-a.From > uint64(maxLife.Milliseconds()) || int64(a.Until) <= now.UnixMilli():
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("a time that does not fit"))
	case !rolesFit(a.Roles):
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("roles that are none of assisters'"))
	}
	row := store.Announcement{Signed: in.Signed, Sig: in.Sig, By: who.ID, At: now.UnixMilli(), From: int64(a.From), Until: int64(a.Until), Roles: a.Roles, Organization: a.Organization}
	if old, err := s.st.Announcements.Get(tx, store.ID(a.ID)); err == nil {
		if slices.Equal(old.Signed, in.Signed) {
			return nil
		}
		return wire.Refuse(wire.CodeConflict).Because(errors.New("another announcement has this name"))
	} else if !errors.Is(err, table.ErrNotFound) {
		return fmt.Errorf("read the announcement: %w", err)
	}
	if err := s.st.Announcements.Put(tx, store.ID(a.ID), row); err != nil {
		return fmt.Errorf("keep the announcement: %w", err)
	}
	return s.record(tx, who, store.ID(a.ID), "announce", from, now)
}

func rolesFit(roles string) bool {
	if roles == "" {
		return true
	}
	all := strings.Split(roles, ",")
	return slices.IsSorted(all) && len(slices.Compact(slices.Clone(all))) == len(all) && !slices.ContainsFunc(all, func(r string) bool { return !wire.Role(r).Assister() })
}

func (s *Service) record(tx *table.Tx, who account.Standing, id store.ID, act, from string, now time.Time) error {
	return record.In(s.st, tx, store.PartAnnouncements, record.Event{At: now.UnixMilli(), Account: who.ID, Device: who.Device.ID, Act: act, Object: wire.ID(id).String(), Outcome: record.Done, From: from})
}

// Withdraw stops showing one.
func (s *Service) Withdraw(tx *table.Tx, who account.Standing, id store.ID, from string, now time.Time) error {
	a, err := s.st.Announcements.Get(tx, id)
	if errors.Is(err, table.ErrNotFound) {
		return wire.Refuse(wire.CodeNotFound)
	}
	if err != nil {
		return fmt.Errorf("read the announcement: %w", err)
	}
	if a.By != who.ID && who.Role != string(wire.RoleRegistrar) {
		return wire.Refuse(wire.CodeForbidden).Because(errors.New("of somebody else"))
	}
	a.Withdrawn = true
	if err := s.st.Announcements.Put(tx, id, a); err != nil {
		return fmt.Errorf("withdraw the announcement: %w", err)
	}
	return s.record(tx, who, id, "withdraw announcement", from, now)
}

// isFor reports whether an announcement is for somebody, and now.
func isFor(a store.Announcement, who account.Standing, now time.Time) bool {
	at := now.UnixMilli()
	return !a.Withdrawn && a.From <= at && at < a.Until && (a.Roles == "" || slices.Contains(strings.Split(a.Roles, ","), who.Role)) &&
		(a.Organization == "" || a.Organization == who.Organization)
}

// Show lists announcements: to an assister those for them now, to whoever may make
// some all that have not ended long ago, with how many have read them.
func (s *Service) Show(tx *table.Tx, who account.Standing, now time.Time) (wire.AnnouncementList, error) {
	out := wire.AnnouncementList{Announcements: []wire.Announcement{}}
	assister := wire.Role(who.Role).Assister()
	since := now.Add(-maxLife).UnixMilli()
	if assister {
		since = now.UnixMilli() // what has ended is not for them, and must not crowd out what is
	}
	_, err := s.st.ByUntil.Scan(tx, table.Range{From: func(w *table.KeyWriter) { w.U64(uint64(since)) }, Reverse: true}, func(id store.ID, a store.Announcement) (bool, error) {
		x := wire.Announcement{Announcement: wire.ID(id), Signed: a.Signed, Sig: a.Sig, Withdrawn: a.Withdrawn}
		if assister {
			if !isFor(a, who, now) {
				return true, nil
			}
			_, err := s.st.Reads.Get(tx, store.ReadKey{Announcement: id, Account: who.ID})
			if err != nil && !errors.Is(err, table.ErrNotFound) {
				return false, err
			}
			x.Read = err == nil
		} else {
			x.Reads = a.Reads
		}
		out.Announcements = append(out.Announcements, x)
		return len(out.Announcements) < wire.MaxList, nil
	})
	slices.Reverse(out.Announcements)
	if err != nil {
		err = fmt.Errorf("read the announcements: %w", err)
	}
	return out, err
}

// Read notes that somebody has read one; once counts.
func (s *Service) Read(tx *table.Tx, who account.Standing, id store.ID, now time.Time) error {
	a, err := s.st.Announcements.Get(tx, id)
	if errors.Is(err, table.ErrNotFound) || err == nil && !isFor(a, who, now) {
		return wire.Refuse(wire.CodeNotFound)
	}
	if err != nil {
		return fmt.Errorf("read the announcement: %w", err)
	}
	k := store.ReadKey{Announcement: id, Account: who.ID}
	if err := s.st.Reads.Insert(tx, k, store.Read{At: now.UnixMilli()}); err != nil {
		if errors.Is(err, table.ErrExists) {
			return nil
		}
		return fmt.Errorf("note the reading: %w", err)
	}
	a.Reads++
	return s.st.Announcements.Put(tx, id, a)
}
