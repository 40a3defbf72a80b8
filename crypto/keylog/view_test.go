package keylog

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"arcline/crypto/envelope"
)

const (
	start  = uint64(1_700_000_000_000)
	maxAge = uint64(24 * 3600 * 1000)
)

// service is a log with its keys, as honest or not as the test wants it.
type service struct {
	memLog
	log, witness party
}

func newService(t testing.TB) *service {
	return &service{log: newParty(t, origin, 1), witness: newWitnessParty(t, "w1.example", 2, (start+2000)/1000)}
}

func (s *service) verifier() Verifier { return Verifier{s.log.vkey, []string{s.witness.vkey}, 1} }

// publish appends the directory root of what is there.
func (s *service) publish(t testing.TB, at uint64) *Directory {
	d := BuildDirectory(s.heads)
	s.add(t, DirRootLeaf{uint64(s.size()), d.Count(), at, d.Root()})
	return d
}

// update signs the present state for a client that has seen size leaves.
func (s *service) update(t testing.TB, from uint64) Update {
	t.Helper()
	size := s.size()
	con, err := ProveConsistency(min(int64(from), size), size, s)
	if err != nil {
		t.Fatal(err)
	}
	return s.updateAt(t, con, size-1)
}

func (s *service) updateAt(t testing.TB, con []envelope.Hash, index int64) Update {
	t.Helper()
	size := s.size()
	msg, err := SignCheckpoint(origin, uint64(size), s.root(t, size), s.log)
	if err != nil {
		t.Fatal(err)
	}
	if msg, err = s.verifier().Cosign(msg, s.witness); err != nil {
		t.Fatal(err)
	}
	inc, err := ProveInclusion(size, index, s)
	if err != nil {
		t.Fatal(err)
	}
	return Update{msg, con, s.leaves[index], uint64(index), inc}
}

func advance(t testing.TB, s *service, v View, now uint64) View {
	t.Helper()
	next, err := Advance(v, s.update(t, v.Size), s.verifier(), now, maxAge)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestViewAdvances(t *testing.T) {
	s := newService(t)
	var v View
	for i := range uint64(40) {
		s.add(t, link(i%9, i/9+1))
		if i%3 != 0 {
			continue
		}
		d := s.publish(t, start+i)
		v = advance(t, s, v, start+i)
		if v != (View{uint64(s.size()), s.root(t, s.size()), start + i, d.Root(), d.Count()}) {
			t.Fatalf("view %+v", v)
		}
		head, present, err := d.Lookup(chainID(i%9)).Verify(chainID(i%9), v.DirRoot, v.DirCount)
		if err != nil || !present || head.Seq != i/9+1 {
			t.Fatalf("head %v %v %v", head, present, err)
		}
		if again := advance(t, s, v, start+i+maxAge); again != v {
			t.Fatal("the same state again is another view")
		}
	}
	// The first publication of an empty log.
	empty := newService(t)
	d := empty.publish(t, start)
	v = advance(t, empty, View{}, start)
	if _, present, err := d.Lookup(chainID(1)).Verify(chainID(1), v.DirRoot, v.DirCount); present || err != nil {
		t.Error(present, err)
	}
}

// stage is a log that a client has followed for two publications.
type stage struct {
	*service
	first  Update // what brought the client the first of them
	pinned View
}

func newStage(t testing.TB) stage {
	t.Helper()
	s := stage{service: newService(t)}
	for i := range uint64(5) {
		s.add(t, link(i, 1))
	}
	s.publish(t, start)
	s.first = s.update(t, 0)
	v := advance(t, s.service, View{}, start)
	s.add(t, link(7, 1))
	s.publish(t, start+1000)
	s.pinned = advance(t, s.service, v, start+1000)
	return s
}

// then is what follows in a copy of the log.
func (s stage) then(t testing.TB, change func(*service)) Update {
	t.Helper()
	c := *s.service
	c.leaves, c.hashes, c.heads = slices.Clone(s.leaves), slices.Clone(s.hashes), maps.Clone(s.heads)
	change(&c)
	return c.update(t, s.pinned.Size)
}

// dirRoot publishes a directory root that the test may have changed.
func (s stage) dirRoot(t testing.TB, change func(*DirRootLeaf)) Update {
	t.Helper()
	return s.then(t, func(c *service) {
		d := BuildDirectory(c.heads)
		l := DirRootLeaf{uint64(c.size()), d.Count(), start + 2000, d.Root()}
		change(&l)
		c.add(t, l)
	})
}

func (s stage) good(t testing.TB) Update { return s.dirRoot(t, func(*DirRootLeaf) {}) }

// with is a good update with something changed in it.
func (s stage) with(t testing.TB, change func(*Update)) Update {
	u := s.good(t)
	change(&u)
	return u
}

type viewCase struct {
	why  string
	u    Update
	now  uint64
	want error
}

func (s stage) run(t *testing.T, cases []viewCase) {
	t.Helper()
	for _, c := range cases {
		v, err := Advance(s.pinned, c.u, s.verifier(), c.now, maxAge)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.why, err)
		}
		if (err != nil) != (v == View{}) {
			t.Errorf("%s: a view beside an error, or neither", c.why)
		}
	}
}

// other is another log under the same keys, of n leaves and a publication.
func other(t testing.TB, n uint64) *service {
	s := newService(t)
	for i := range n {
		s.add(t, link(i+20, 1))
	}
	s.publish(t, start+2000)
	return s
}

func TestViewRefusesAnotherHistory(t *testing.T) {
	s := newStage(t)
	now := start + 3000
	s.run(t, []viewCase{
		{"good", s.good(t), now, nil},
		{"nothing new", s.update(t, s.pinned.Size), now, nil},
		{"the first state again", s.first, now, ErrRollback},
		{"a forked log", other(t, 9).update(t, s.pinned.Size), now, ErrFork},
		{"same size, another root", other(t, s.pinned.Size-1).update(t, s.pinned.Size), now, ErrFork},
		{"no consistency proof", s.with(t, func(u *Update) { u.Consistency = nil }), now, ErrFork},
		{"fewer chains", s.dirRoot(t, func(l *DirRootLeaf) { l.Count = s.pinned.DirCount - 1 }), now, ErrRollback},
		{"the log's clock runs back", s.dirRoot(t, func(l *DirRootLeaf) { l.Time = s.pinned.Time - 1 }), now, ErrRollback},
		{"unsigned", s.with(t, func(u *Update) { u.Checkpoint = nil }), now, ErrCheckpoint},
		{"without its witness", s.with(t, func(u *Update) { u.Checkpoint = withoutLastLine(u.Checkpoint) }), now, ErrQuorum},
	})
	u := s.good(t)
	tampered(u.Consistency, func(p []envelope.Hash) {
		u := u
		u.Consistency = p
		if _, err := Advance(s.pinned, u, s.verifier(), now, maxAge); !errors.Is(err, ErrFork) {
			t.Fatalf("tampered consistency: %v", err)
		}
	})
	if _, err := Advance(s.pinned, s.good(t), Verifier{LogKey: s.log.vkey}, now, maxAge); err != nil {
		t.Errorf("a policy without witnesses: %v", err)
	}
}

func withoutLastLine(note []byte) []byte {
	lines := bytes.SplitAfter(bytes.TrimSuffix(note, []byte("\n")), []byte("\n"))
	return bytes.Join(lines[:len(lines)-1], nil)
}

func TestViewRefusesDirectoryRoots(t *testing.T) {
	s := newStage(t)
	now := start + 3000
	// A link after the directory root would be in the log and in no directory.
	var hidden Update
	after := s.then(t, func(c *service) {
		c.publish(t, start+2000)
		c.add(t, link(9, 1))
		con, err := ProveConsistency(int64(s.pinned.Size), c.size(), c)
		if err != nil {
			t.Fatal(err)
		}
		hidden = c.updateAt(t, con, c.size()-2)
	})
	s.run(t, []viewCase{
		{"a link as the last leaf", after, now, ErrNotDirRoot},
		{"a link after it", hidden, now, ErrNotLast},
		{"another index", s.with(t, func(u *Update) { u.Index-- }), now, ErrNotLast},
		{"an older prefix", s.dirRoot(t, func(l *DirRootLeaf) { l.Size-- }), now, ErrPrefix},
		{"a later prefix", s.dirRoot(t, func(l *DirRootLeaf) { l.Size++ }), now, ErrPrefix},
		{"more chains than leaves", s.dirRoot(t, func(l *DirRootLeaf) { l.Count = l.Size + 1 }), now, ErrCount},
		{"another directory", s.with(t, func(u *Update) { u.DirRoot = changedRoot(u.DirRoot) }), now, ErrInclusion},
		{"no leaf", s.with(t, func(u *Update) { u.DirRoot = nil }), now, envelope.ErrMalformed},
	})
	u := s.good(t)
	tampered(u.Inclusion, func(p []envelope.Hash) {
		u := u
		u.Inclusion = p
		if _, err := Advance(s.pinned, u, s.verifier(), now, maxAge); !errors.Is(err, ErrInclusion) {
			t.Fatalf("tampered inclusion: %v", err)
		}
	})
}

func TestViewRefusesOtherTimes(t *testing.T) {
	s := newStage(t)
	good := s.good(t)
	s.run(t, []viewCase{
		{"a day old", good, start + 2000 + maxAge, nil},
		{"older than a day", good, start + 2001 + maxAge, ErrStale},
		{"a little ahead", good, start + 2000 - MaxFuture, nil},
		{"far ahead", good, start + 2000 - MaxFuture - 1, ErrStale},
		{"at the end of time", s.dirRoot(t, func(l *DirRootLeaf) { l.Time = 1<<64 - 1 }), start, ErrStale},
	})
}

// T38: the log writes a fresh time into a directory root under a witness's
// signature of long ago, or finds a witness whose clock runs ahead.
func TestViewWitnessTimes(t *testing.T) {
	now := start + 3000
	for why, c := range map[string]struct {
		times []uint64 // of each witness, Unix seconds
		want  error
	}{
		"of now":                     {[]uint64{now / 1000, now / 1000}, nil},
		"a day old":                  {[]uint64{(now - maxAge) / 1000, now / 1000}, nil},
		"older than a day":           {[]uint64{(now-maxAge)/1000 - 1, now / 1000}, ErrStale},
		"both older":                 {[]uint64{1, 2}, ErrStale},
		"a little ahead":             {[]uint64{(now + MaxFuture) / 1000, now / 1000}, nil},
		"far ahead":                  {[]uint64{(now+MaxFuture)/1000 + 1, now / 1000}, ErrStale},
		"where t*1000 would be fine": {[]uint64{(1<<64-1)/1000 + now/1000, now / 1000}, ErrStale},
		"two of three are of now":    {[]uint64{5, now / 1000, now / 1000}, nil},
	} {
		s := newService(t)
		s.add(t, link(1, 1))
		s.publish(t, now)
		u := s.update(t, 0)
		u.Checkpoint = withoutLastLine(u.Checkpoint)
		v := Verifier{LogKey: s.log.vkey}
		for i, at := range c.times {
			w := newWitnessParty(t, fmt.Sprintf("w%d.example", i+5), byte(i+5), at)
			v.Witnesses = append(v.Witnesses, w.vkey)
			var err error
			if u.Checkpoint, err = v.Cosign(u.Checkpoint, w); err != nil {
				t.Fatal(err)
			}
		}
		v.Quorum = 2
		if _, err := Advance(View{}, u, v, now, maxAge); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", why, err)
		}
		// Control: without witnesses the log's own word is all there is.
		if _, err := Advance(View{}, u, Verifier{LogKey: s.log.vkey}, now, maxAge); err != nil {
			t.Errorf("%s, without witnesses: %v", why, err)
		}
	}
}

func changedRoot(leaf []byte) []byte {
	out := append([]byte(nil), leaf...)
	out[len(out)-1] ^= 1
	return out
}
