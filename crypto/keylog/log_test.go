package keylog

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"testing"

	"arcline/crypto/envelope"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// memLog is a log in memory, as a server or an auditor would keep it.
type memLog struct {
	leaves [][]byte
	hashes []tlog.Hash
	heads  map[envelope.ID]Head
}

func (l *memLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

func (l *memLog) size() int64 { return int64(len(l.leaves)) }

func (l *memLog) add(t testing.TB, leaf Leaf) {
	t.Helper()
	b := leaf.Encode()
	hashes, err := Append(l.size(), b, l)
	if err != nil {
		t.Fatal(err)
	}
	l.hashes = append(l.hashes, hashes...)
	l.leaves = append(l.leaves, b)
	if link, ok := leaf.(LinkLeaf); ok {
		if l.heads == nil {
			l.heads = map[envelope.ID]Head{}
		}
		l.heads[link.Chain] = Head{link.Seq, link.Hash}
	}
}

func (l *memLog) root(t testing.TB, size int64) envelope.Hash {
	t.Helper()
	r, err := TreeRoot(size, l)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func chainID(n uint64) (id envelope.ID) {
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

func link(chain, seq uint64) LinkLeaf {
	return LinkLeaf{chainID(chain), seq, envelope.Sum(binary.BigEndian.AppendUint64([]byte{byte(chain)}, seq))}
}

// naiveRoot is RFC 6962 section 2.1, word for word.
func naiveRoot(leaves [][]byte) envelope.Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		l, r := naiveRoot(leaves[:k]), naiveRoot(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
	}
}

func TestLogAgainstNaiveTree(t *testing.T) {
	l := &memLog{}
	for i := range uint64(70) {
		if got, want := l.root(t, l.size()), naiveRoot(l.leaves); got != want {
			t.Fatalf("root of %d leaves", i)
		}
		l.add(t, link(i%7, i/7+1))
	}
	n := l.size()
	rapid.Check(t, func(t *rapid.T) {
		newer := rapid.Int64Range(1, n).Draw(t, "newer")
		older := rapid.Int64Range(0, newer).Draw(t, "older")
		at := rapid.Int64Range(0, newer-1).Draw(t, "index")
		newRoot, oldRoot := naiveRoot(l.leaves[:newer]), naiveRoot(l.leaves[:older])
		inc, err := ProveInclusion(newer, at, l)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckInclusion(uint64(newer), newRoot, uint64(at), l.leaves[at], inc); err != nil {
			t.Fatal(err)
		}
		for i := range l.leaves[:newer] {
			if int64(i) != at && CheckInclusion(uint64(newer), newRoot, uint64(i), l.leaves[at], inc) == nil {
				t.Fatalf("leaf %d also proved at %d", at, i)
			}
		}
		con, err := ProveConsistency(older, newer, l)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(uint64(older), oldRoot, uint64(newer), newRoot, con); err != nil {
			t.Fatal(err)
		}
		tampered(con, func(bad []envelope.Hash) {
			if err := CheckConsistency(uint64(older), oldRoot, uint64(newer), newRoot, bad); !errors.Is(err, ErrFork) {
				t.Fatalf("tampered consistency: %v", err)
			}
		})
		tampered(inc, func(bad []envelope.Hash) {
			if err := CheckInclusion(uint64(newer), newRoot, uint64(at), l.leaves[at], bad); !errors.Is(err, ErrInclusion) {
				t.Fatalf("tampered inclusion: %v", err)
			}
		})
	})
}

// tampered calls f with every one-bit change of a proof, with one hash less,
// and with one more.
func tampered(p []envelope.Hash, f func([]envelope.Hash)) {
	for i := range p {
		for bit := range 256 {
			bad := append([]envelope.Hash(nil), p...)
			bad[i][bit/8] ^= 1 << (bit % 8)
			f(bad)
		}
	}
	if len(p) > 0 {
		f(p[1:])
		f(p[:len(p)-1])
	}
	f(append(append([]envelope.Hash(nil), p...), envelope.Hash{}))
}

func TestSizesAndIndexesAreChecked(t *testing.T) {
	l := &memLog{}
	l.add(t, link(1, 1))
	root := l.root(t, 1)
	leaf := l.leaves[0]
	_, e1 := Append(-1, leaf, l)
	_, e2 := Append(MaxSize, leaf, l)
	_, e3 := TreeRoot(-1, l)
	_, e4 := TreeRoot(MaxSize+1, l)
	_, e5 := ProveInclusion(1, 1, l)
	_, e6 := ProveInclusion(0, 0, l)
	_, e7 := ProveInclusion(1, -1, l)
	_, e8 := ProveConsistency(2, 1, l)
	_, e9 := ProveConsistency(-1, 1, l)
	for i, err := range []error{e1, e2, e3, e4, e5, e6, e7, e8, e9,
		CheckInclusion(1, root, 1, leaf, nil),
		CheckInclusion(0, root, 0, leaf, nil),
		CheckInclusion(1<<63, root, 0, leaf, nil),
		CheckInclusion(1<<62+1, root, 1<<62, leaf, nil),
		CheckConsistency(2, root, 1, root, nil),
		CheckConsistency(1, root, 1<<63, root, nil),
	} {
		if !errors.Is(err, ErrSize) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
	if err := CheckConsistency(1, root, 1, envelope.Hash{}, nil); !errors.Is(err, ErrFork) {
		t.Errorf("same size, another root: %v", err)
	}
}

func TestReaderErrorsPass(t *testing.T) {
	errDisk := errors.New("disk")
	bad := tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, errDisk })
	_, e1 := Append(1, nil, bad)
	_, e2 := TreeRoot(3, bad)
	_, e3 := ProveInclusion(3, 0, bad)
	_, e4 := ProveConsistency(1, 3, bad)
	for i, err := range []error{e1, e2, e3, e4} {
		if !errors.Is(err, errDisk) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
}

var leaves = []Leaf{
	LinkLeaf{envelope.ID{1}, 1, envelope.Hash{2}},
	DirRootLeaf{5, 3, 1_700_000_000_000, envelope.Hash{4}},
	BuildLeaf{envelope.Hash{5}},
	AccessLeaf{envelope.Hash{6}},
}

func TestLeaves(t *testing.T) {
	for _, l := range leaves {
		b := l.Encode()
		if got, err := DecodeLeaf(b); err != nil || got != l {
			t.Errorf("%T: %v, %v", l, got, err)
		}
		for n := range b {
			if _, err := DecodeLeaf(b[:n]); !errors.Is(err, envelope.ErrMalformed) {
				t.Errorf("%T cut to %d: %v", l, n, err)
			}
		}
		if _, err := DecodeLeaf(append(bytes.Clone(b), 0, 0, 0, 0)); !errors.Is(err, envelope.ErrMalformed) {
			t.Errorf("%T with a part more: %v", l, err)
		}
	}
	for why, b := range map[string][]byte{
		"unknown label": envelope.Enc("arc1/kt/other", make([]byte, 32)),
		"dir leaf":      envelope.Enc("arc1/kt/dir", make([]byte, 16), make([]byte, 8), make([]byte, 32)),
		"short hash":    envelope.Enc(labelBuild, make([]byte, 31)),
		"sequence 0":    LinkLeaf{}.Encode(),
		"wide number":   envelope.Enc(labelLink, make([]byte, 16), make([]byte, 9), make([]byte, 32)),
	} {
		if _, err := DecodeLeaf(b); !errors.Is(err, envelope.ErrMalformed) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func FuzzDecodeLeaf(f *testing.F) {
	for _, l := range leaves {
		f.Add(l.Encode())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := DecodeLeaf(b); err == nil && !bytes.Equal(l.Encode(), b) {
			t.Fatalf("%T encodes to other bytes", l)
		}
	})
}
