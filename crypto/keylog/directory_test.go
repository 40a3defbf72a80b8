package keylog

import (
	"errors"
	"testing"

	"arcline/crypto/envelope"

	"pgregory.net/rapid"
)

// evenHeads has the chains 2, 4, .. 2n, so that every odd number is absent.
func evenHeads(n int) map[envelope.ID]Head {
	m := map[envelope.ID]Head{}
	for i := range n {
		c := uint64(2*i + 2)
		m[chainID(c)] = Head{c, envelope.Sum(chainIDBytes(c))}
	}
	return m
}

func chainIDBytes(n uint64) []byte { id := chainID(n); return id[:] }

func TestDirectoryAnswers(t *testing.T) {
	for n := range 35 {
		heads := evenHeads(n)
		d := BuildDirectory(heads)
		if d.Count() != uint64(n) {
			t.Fatalf("count %d of %d", d.Count(), n)
		}
		for c := range uint64(2*n + 4) {
			want, is := heads[chainID(c)]
			got, present, err := d.Lookup(chainID(c)).Verify(chainID(c), d.Root(), d.Count())
			if err != nil || present != is || got != want {
				t.Fatalf("chain %d of %d: %v %v %v", c, n, got, present, err)
			}
		}
	}
}

// The directory is a function of its heads, and of every one of them.
func TestDirectoryIsDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.MapOf(rapid.Uint64(), rapid.Uint64()).Draw(t, "heads")
		build := func(change uint64, by uint64) envelope.Hash {
			heads := map[envelope.ID]Head{}
			for c, s := range m {
				if c == change {
					s += by
				}
				heads[chainID(c)] = Head{Seq: s}
			}
			return BuildDirectory(heads).Root()
		}
		root := build(0, 0)
		if build(0, 0) != root {
			t.Fatal("two roots for the same heads")
		}
		for c := range m {
			if build(c, 1) == root {
				t.Fatalf("chain %d does not count", c)
			}
		}
	})
}

func TestDirectoryProofsTampered(t *testing.T) {
	d := BuildDirectory(evenHeads(11))
	for _, c := range []uint64{0, 2, 7, 10, 22, 99} {
		id := chainID(c)
		p := d.Lookup(id)
		for _, slot := range []func(*LookupProof) **DirEntry{
			func(p *LookupProof) **DirEntry { return &p.Found },
			func(p *LookupProof) **DirEntry { return &p.Before },
			func(p *LookupProof) **DirEntry { return &p.After },
		} {
			e := *slot(&p)
			if e == nil {
				continue
			}
			refuse := func(why string, bad DirEntry) {
				t.Helper()
				q := p
				*slot(&q) = &bad
				if _, _, err := q.Verify(id, d.Root(), d.Count()); !errors.Is(err, ErrLookup) {
					t.Fatalf("chain %d: %s: %v", c, why, err)
				}
			}
			tampered(e.Path, func(path []envelope.Hash) { bad := *e; bad.Path = path; refuse("path", bad) })
			for bit := range 128 {
				bad := *e
				bad.Chain[bit/8] ^= 1 << (bit % 8)
				refuse("chain", bad)
			}
			for bit := range 256 {
				bad := *e
				bad.Head.Hash[bit/8] ^= 1 << (bit % 8)
				refuse("head", bad)
			}
			for bit := range 64 {
				bad := *e
				bad.Head.Seq ^= 1 << bit
				refuse("seq", bad)
				bad = *e
				bad.Index ^= 1 << bit
				refuse("index", bad)
			}
			q := p
			*slot(&q) = nil
			if _, _, err := q.Verify(id, d.Root(), d.Count()); !errors.Is(err, ErrLookup) {
				t.Fatalf("chain %d: without an entry: %v", c, err)
			}
		}
		root := d.Root()
		root[0] ^= 1
		if _, _, err := p.Verify(id, root, d.Count()); !errors.Is(err, ErrLookup) {
			t.Fatalf("another root: %v", err)
		}
	}
}

// A server that hides a chain has to forge neighbours.
func TestNeighbourForgery(t *testing.T) {
	d := BuildDirectory(evenHeads(8)) // 2..16
	at := func(i int) *DirEntry { return d.entry(i) }
	id := chainID(8) // stands at index 3
	other := BuildDirectory(evenHeads(7))
	for why, p := range map[string]LookupProof{
		"nothing":                 {},
		"neighbours around it":    {Before: at(2), After: at(4)},
		"too far apart":           {Before: at(1), After: at(4)},
		"only before":             {Before: at(2)},
		"only after":              {After: at(4)},
		"itself before":           {Before: at(3), After: at(4)},
		"itself after":            {Before: at(2), After: at(3)},
		"the wrong way round":     {Before: at(4), After: at(2)},
		"the first as the after":  {After: at(0)},
		"the last as the before":  {Before: at(7)},
		"another chain":           {Found: at(2)},
		"present and absent":      {Found: at(3), Before: at(2), After: at(4)},
		"present and one more":    {Found: at(3), After: at(4)},
		"of another directory":    {Found: other.entry(3)},
		"neighbours of another's": {Before: other.entry(2), After: other.entry(3)},
	} {
		if _, _, err := p.Verify(id, d.Root(), d.Count()); !errors.Is(err, ErrLookup) {
			t.Errorf("%s: %v", why, err)
		}
	}
	// The tree's size is part of what is proved where the edge matters.
	last := LookupProof{Before: at(6)}
	if _, _, err := last.Verify(chainID(15), d.Root(), 7); !errors.Is(err, ErrLookup) {
		t.Errorf("a smaller count: %v", err)
	}
	if _, _, err := (LookupProof{}).Verify(id, d.Root(), 0); !errors.Is(err, ErrLookup) {
		t.Errorf("count 0: %v", err)
	}
	empty := BuildDirectory(nil)
	if _, _, err := (LookupProof{Before: at(0)}).Verify(id, empty.Root(), 0); !errors.Is(err, ErrLookup) {
		t.Errorf("a neighbour in an empty directory: %v", err)
	}
	if _, err := d.ReadHashes([]int64{-1}); !errors.Is(err, ErrSize) {
		t.Errorf("hash -1: %v", err)
	}
}
