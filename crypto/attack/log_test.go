package attack

import (
	"errors"
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"

	"golang.org/x/mod/sumdb/tlog"
)

// fork is a second service with the same keys and threads and another log from
// here on. Its witness is as blind as the test says.
func (s *scene) fork() *evil {
	f := *s.evil
	f.leaves, f.hashes = slices.Clone(s.leaves), slices.Clone(s.hashes)
	f.add(keylog.BuildLeaf{})
	f.add(keylog.DirRootLeaf{Size: uint64(len(f.leaves)), Count: f.dir.Count(), Time: f.Now, Root: f.dir.Root()})
	return &f
}

// T04: the service shows two logs, or an old one.
func TestT04_SplitView(t *testing.T) {
	s := newScene(t)
	a, b := s.client(s.ann, s.th), s.client(s.sam, s.th)
	s.honest(a)
	s.Must(b.sync())
	s.Must(b.read(s.th, true))

	// Two logs of one size, and a witness that colludes.
	other := s.fork()
	other.witness = &witness{sign: s.witness.sign}
	b.e = other
	b.view, b.book = keylog.View{}, chain.NewBook(s.Agency)
	s.Must(b.sync()) // a fresh client cannot see it
	s.add(keylog.AccessLeaf{})
	s.publish()
	e, err := a.say(s.th, "I saw this log")
	s.Must(err)
	s.Must(s.th.Append(e))
	want(t, "the same size and another root", b.read(s.th, true), keylog.ErrFork)
	want(t, "an answer", func() error { _, err := b.say(s.th, "x"); return err }(), errNotSent)
	// Control: who ignores what the other side saw notices nothing.
	b.book.Reached(a.view.Size)
	if err := b.read(s.th, false); err != nil {
		t.Error("the naive reader notices:", err)
	}

	// A pinned client is not moved to the other log.
	a.e = other
	want(t, "a pinned client", a.sync(), keylog.ErrFork)
	a.e = s.evil

	// A state of 25 hours ago.
	s.Now += 25 * 3600 * 1000
	_, err = a.say(s.th, "secret")
	want(t, "a stale checkpoint", err, keylog.ErrStale)
	want(t, "a stale checkpoint", err, errNotSent)
	s.publish()
	s.honest(a)
}

// rollback is yesterday's log and directory.
func (s *scene) rollback(size int, heads map[envelope.ID]keylog.Head, logged int) *evil {
	f := *s.evil
	f.leaves, f.heads, f.logged = slices.Clone(s.leaves[:size]), heads, logged
	f.hashes = slices.Clone(s.hashes[:tlog.StoredHashIndex(0, int64(size))])
	f.Log = s.Log[:logged]
	f.dir = keylog.BuildDirectory(heads)
	return &f
}

// T05: the service gives back yesterday's keys.
func TestT05_Rollback(t *testing.T) {
	s := newScene(t)
	size, logged := len(s.leaves), s.logged
	heads := map[envelope.ID]keylog.Head{}
	for id, h := range s.heads {
		heads[id] = h
	}
	s.line.Remove(s.eva)
	s.publish()
	s.Must(s.th.Rekey(s.ann))
	pinned := s.client(s.ann, s.th)
	s.honest(pinned)

	old := s.rollback(size, heads, logged)
	pinned.e = old
	old.policy.Quorum = 0 // the pins alone must do
	want(t, "a client that has seen more", pinned.sync(), keylog.ErrRollback)
	// With the clock set forward in a directory root, the old log grows again;
	// what was pinned is no prefix of it.
	old.add(keylog.DirRootLeaf{Size: uint64(len(old.leaves)), Count: old.dir.Count(), Time: s.Now, Root: old.dir.Root()})
	for len(old.leaves) <= len(s.leaves) {
		old.add(keylog.DirRootLeaf{Size: uint64(len(old.leaves)), Count: old.dir.Count(), Time: s.Now, Root: old.dir.Root()})
	}
	want(t, "a longer log of yesterday's keys", pinned.sync(), keylog.ErrFork)
	old.policy.Quorum = 1
	fresh := old.client(s.ann, s.th)
	want(t, "a fresh client where one witness remembers", fresh.sync(), keylog.ErrQuorum)
	// Control: without a witness a fresh client believes it, with Eva's key in force.
	alone := *old
	alone.policy.Quorum = 0
	fresh = alone.client(s.ann, s.th)
	if err := fresh.sync(); err != nil {
		t.Fatal("the naive client notices:", err)
	}
	if x, err := fresh.book.Line(s.line.ID); err != nil || !x.Member(s.eva.ID, fresh.view.Size) {
		t.Error("the naive client no longer falls for it")
	}

	// The key of the generation before, for one line only: the chain is cut.
	pinned = s.client(s.ann, s.th)
	cut := *s.evil
	cut.Log = slices.DeleteFunc(slices.Clone(s.Log), func(l chain.Logged) bool {
		d, _ := envelope.DecodeLink(l.Link)
		return d.Type == envelope.LineRemove
	})
	cut.logged = len(cut.Log)
	pinned.e = &cut
	want(t, "a chain without its last link", pinned.sync(), errHead)
	if !errors.Is(s.th.Say(s.eva, "still here"), chain.ErrSigner) {
		t.Error("a removed member speaks")
	}
}
