package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"arcline/store/kv"
	"arcline/store/table"
)

func id(n byte) (v ID)     { v[0], v[15] = n, 1; return v }
func hash(n byte) (v Hash) { v[0], v[31] = n, 1; return v }

// law checks one layout: what is encoded decodes to the same, re-encodes to the
// same bytes, and any other length is refused.
func law[V any](t *testing.T, name string, v V, enc func(V) ([]byte, error), dec func([]byte) (V, error)) {
	t.Helper()
	b, err := enc(v)
	if err != nil {
		t.Fatal(name, err)
	}
	got, err := dec(b)
	if err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("%s: %+v became %+v, %v", name, v, got, err)
	}
	if again, _ := enc(got); !bytes.Equal(again, b) {
		t.Errorf("%s does not re-encode to the same bytes", name)
	}
	for n := range b {
		// Lists end where the row ends, so a cut between two entries reads as a
		// shorter list: the row's sum is what notices that.
		if short, err := dec(b[:n]); err == nil && reflect.DeepEqual(short, v) {
			t.Errorf("%s cut to %d bytes reads as the whole", name, n)
		}
	}
	if _, err := dec(append(bytes.Clone(b), 0)); err == nil {
		t.Errorf("%s with a byte too many is accepted", name)
	}
	if _, err := dec(append([]byte{99}, b[1:]...)); err == nil {
		t.Errorf("%s of an unknown layout is accepted", name)
	}
}

func TestLayouts(t *testing.T) {
	law(t, "account", Account{ID: id(1), Login: "nora", Role: "navigator", State: AccountActive, Created: 1, NotAfter: 2, Lines: []ID{id(2), id(3)}, Locator: hash(4), Revision: 5,
		Roster: "npn:1", Organization: "Org", Barred: "ended", Until: 6, RosterLines: []ID{id(7)}}, encodeAccount, decodeAccount)
	law(t, "device", Device{Account: id(1), ID: id(2), Session: hash(3), Revoked: true, Added: 4}, encodeDevice, decodeDevice)
	law(t, "session", Session{Account: id(1), ID: id(2), Device: id(3), Created: 1, Used: 2, Turn: 3, Refresh: hash(4), Previous: hash(5), Request: id(6), Turned: 7, Ended: "why"}, encodeSession, decodeSession)
	law(t, "thread", Thread{ID: id(1), State: "open", Line: id(2), Opener: id(3), Claimer: id(4), Offer: id(5), Epoch: 6, Commit: hash(7), Opened: 8, Handed: true, Sensitive: true, OnBehalf: id(10), Asked: 11, AskedBy: id(12), Outcome: 3,
		Roster: []Reader{{"acct", id(9), 1, hash(1), hash(2)}, {"line", id(8), 2, hash(3), hash(4)}}}, encodeThread, decodeThread)
	law(t, "seen", Seen{Index: 1, At: 2, By: id(3)}, encodeSeen, decodeSeen)
	law(t, "tail", Tail{Next: 1, Head: hash(2), KTSize: 3, KTRoot: hash(4), Changed: 5, Audit: 6, AuditHash: hash(7)}, encodeTail, decodeTail)
	law(t, "entry", Entry{At: 1, Head: []byte("head"), Sig: []byte("sig"), Body: []byte("body")}, encodeEntry, decodeEntry)
	law(t, "audit", Audit{At: 1, Account: id(2), Device: id(3), Act: "a", Object: "o", Outcome: "done", From: "f", Prev: hash(4)}, encodeAudit, decodeAudit)
}

// A thread that was stored before threads had an outcome is read as one without.
func TestThreadOfTheFirstLayout(t *testing.T) {
	v := Thread{ID: id(1), State: "claimed", Asked: 11, AskedBy: id(12), Roster: []Reader{{"acct", id(9), 1, hash(1), hash(2)}}}
	b, err := encodeThread(v)
	if err != nil {
		t.Fatal(err)
	}
	rows := bytes.Index(b, []byte("acct")) - 4
	old := slices.Concat([]byte{layout1}, b[1:rows-1], b[rows:])
	if got, err := decodeThread(old); err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("%+v, %v", got, err)
	}
}

func openStore(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill writes one thread of n entries by hand, as the rules above would.
func fill(t *testing.T, s *Store, th ID, n uint64) {
	t.Helper()
	err := s.Update(t.Context(), func(tx *table.Tx) error {
		tail := Tail{Next: n, Audit: n}
		for i := range n {
			if err := s.Entries.Put(tx, EntryKey{th, i}, Entry{At: int64(i), Head: fmt.Appendf(nil, "entry %d", i)}); err != nil {
				return err
			}
			a := Audit{At: int64(i), Act: "msg", Outcome: "done", Prev: tail.AuditHash}
			if err := s.Audit.Put(tx, AuditKey{PartThread(th), i}, a); err != nil {
				return err
			}
			tail.AuditHash = HashAudit(a)
		}
		return errors.Join(s.Threads.Put(tx, th, Thread{ID: th, State: "open", Line: id(9), Opener: id(8)}), s.Tails.Put(tx, th, tail))
	}, kv.Own(PartThread(th)))
	if err != nil {
		t.Fatal(err)
	}
}

// fillAudit writes n audit records of a partition by hand.
func fillAudit(t *testing.T, s *Store, part string, n uint64) {
	t.Helper()
	err := s.Update(t.Context(), func(tx *table.Tx) error {
		var tail AuditTail
		for i := range n {
			a := Audit{At: int64(i), Act: "sign in", Outcome: "done", Prev: tail.Hash}
			if err := s.Audit.Put(tx, AuditKey{part, i}, a); err != nil {
				return err
			}
			tail = AuditTail{Next: i + 1, Hash: HashAudit(a)}
		}
		return s.AuditTails.Put(tx, part, tail)
	}, kv.Own(part))
	if err != nil {
		t.Fatal(err)
	}
}

func problems(t *testing.T, s *Store) (out []string) {
	t.Helper()
	if err := s.Verify(t.Context(), func(p Problem) { out = append(out, p.String()) }); err != nil {
		t.Fatal(err)
	}
	return out
}

// Verify is quiet about a sound store and names what is wrong in any other.
func TestVerifyFinds(t *testing.T) {
	th := id(7)
	for name, c := range map[string]struct {
		harm func(s *Store, tx *table.Tx) error
		want string
	}{
		"nothing":          {func(*Store, *table.Tx) error { return nil }, ""},
		"a missing entry":  {func(s *Store, tx *table.Tx) error { return s.Entries.Delete(tx, EntryKey{th, 2}) }, "entry 3 stands where 2 belongs"},
		"the last entry":   {func(s *Store, tx *table.Tx) error { return s.Entries.Delete(tx, EntryKey{th, 4}) }, "its entries end at 4, its tail says 5"},
		"no tail":          {func(s *Store, tx *table.Tx) error { return s.Tails.Delete(tx, th) }, "it has no tail"},
		"a missing record": {func(s *Store, tx *table.Tx) error { return s.Audit.Delete(tx, AuditKey{PartThread(th), 1}) }, "does not follow the one before"},
		"an altered record": {func(s *Store, tx *table.Tx) error {
			return s.Audit.Put(tx, AuditKey{PartThread(th), 1}, Audit{Act: "nothing"})
		}, "does not follow the one before"},
		"a missing record of a person": {func(s *Store, tx *table.Tx) error { return s.Audit.Delete(tx, AuditKey{PartAccount(th), 1}) }, "record 2 does not follow the one before"},
		"the last record of a person":  {func(s *Store, tx *table.Tx) error { return s.Audit.Delete(tx, AuditKey{PartAccount(th), 2}) }, "they end at 2, their tail says 3"},
		"an altered record of a person": {func(s *Store, tx *table.Tx) error {
			return s.Audit.Put(tx, AuditKey{PartAccount(th), 2}, Audit{Act: "nothing"})
		}, "record 2 does not follow the one before"},
		"a missing note": {func(s *Store, tx *table.Tx) error {
			return errors.Join(s.NoteEntries.Put(tx, EntryKey{th, 1}, Entry{Head: []byte("note")}), s.NoteLogs.Put(tx, th, NoteLog{Next: 2}))
		}, "note entry 1 stands where 0 belongs"},
		"the last note": {func(s *Store, tx *table.Tx) error {
			return errors.Join(s.NoteEntries.Put(tx, EntryKey{th, 0}, Entry{Head: []byte("note")}), s.NoteLogs.Put(tx, th, NoteLog{Next: 2}))
		}, "its notes end at 1, their log says 2"},
		"whole notes": {func(s *Store, tx *table.Tx) error {
			return errors.Join(s.NoteEntries.Put(tx, EntryKey{th, 0}, Entry{Head: []byte("note")}), s.NoteLogs.Put(tx, th, NoteLog{Next: 1}))
		}, ""},
		"no tail of a person": {func(s *Store, tx *table.Tx) error { return s.AuditTails.Delete(tx, PartAccount(th)) }, "they have no tail"},
		"all records of a person": {func(s *Store, tx *table.Tx) error {
			return errors.Join(s.Audit.Delete(tx, AuditKey{PartAccount(th), 0}), s.Audit.Delete(tx, AuditKey{PartAccount(th), 1}), s.Audit.Delete(tx, AuditKey{PartAccount(th), 2}))
		}, "they end at 0, their tail says 3"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, t.TempDir())
			defer s.Close()
			fill(t, s, th, 5)
			fillAudit(t, s, PartAccount(th), 3)
			if err := s.Update(t.Context(), func(tx *table.Tx) error { return c.harm(s, tx) }, kv.Own(PartThread(th)), kv.Own(PartAccount(th))); err != nil {
				t.Fatal(err)
			}
			found := strings.Join(problems(t, s), "; ")
			if c.want == "" && found != "" || !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// What was written is there after reopening, and a check of the closed file is clean.
func TestReopen(t *testing.T) {
	dir, th := t.TempDir(), id(7)
	s := openStore(t, dir)
	fill(t, s, th, 3)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := CheckFile(t.Context(), filepath.Join(dir, FileName)); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	defer s.Close()
	err := s.View(t.Context(), func(tx *table.Tx) error {
		e, err := s.Entries.Get(tx, EntryKey{th, 2})
		if string(e.Head) != "entry 2" {
			t.Errorf("%q", e.Head)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A store that a later program wrote is refused, and left as it is.
func TestNewerSchema(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	err := s.Update(t.Context(), func(tx *table.Tx) error {
		v, err := json.Marshal(migrations[len(migrations)-1].n + 1)
		return errors.Join(err, s.Settings.Put(tx, schemaSetting, Setting{Value: v}))
	}, kv.Own(PartSystem))
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), dir, Options{}); !errors.Is(err, ErrNewer) {
		t.Fatal(err)
	}
}
