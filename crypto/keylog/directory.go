package keylog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"arcline/crypto/envelope"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrLookup is returned when a directory proof does not prove its answer.
var ErrLookup = errors.New("directory proof refused")

// Head is the newest link of a chain.
type Head struct {
	Seq  uint64
	Hash envelope.Hash
}

// Directory is the tree over the newest head of every chain, sorted by chain
// id: a function of the log's prefix, so that any auditor rebuilds the same.
type Directory struct {
	chains []envelope.ID
	heads  []Head
	hashes []tlog.Hash
	root   envelope.Hash
}

// DirEntry is one leaf of a directory with the path that proves its place.
type DirEntry struct {
	Index uint64
	Chain envelope.ID
	Head  Head
	Path  []envelope.Hash
}

// LookupProof answers a question about one chain. Either Found is its entry, or
// Before and After are the neighbours between which it would stand; at an edge
// of the directory one of them is missing, and in an empty directory both are.
type LookupProof struct {
	Found  *DirEntry
	Before *DirEntry
	After  *DirEntry
}

// dirLeaf is another label than any leaf of the log has, so that a path of one
// tree proves nothing in the other.
func dirLeaf(chain envelope.ID, h Head) tlog.Hash {
	return tlog.RecordHash(envelope.Enc("arc1/kt/dir", chain[:], envelope.U64(h.Seq), h.Hash[:]))
}

// BuildDirectory makes the directory of the given heads.
func BuildDirectory(heads map[envelope.ID]Head) *Directory {
	d := &Directory{chains: make([]envelope.ID, 0, len(heads)), heads: make([]Head, 0, len(heads))}
	for chain := range heads {
		d.chains = append(d.chains, chain)
	}
	slices.SortFunc(d.chains, func(a, b envelope.ID) int { return bytes.Compare(a[:], b[:]) })
	for i, chain := range d.chains {
		h := heads[chain]
		d.heads = append(d.heads, h)
		stored, err := tlog.StoredHashesForRecordHash(int64(i), dirLeaf(chain, h), d)
		if err != nil {
			panic("keylog: directory in memory: " + err.Error())
		}
		d.hashes = append(d.hashes, stored...)
	}
	root, err := tlog.TreeHash(int64(len(d.chains)), d)
	if err != nil {
		panic("keylog: directory in memory: " + err.Error())
	}
	d.root = envelope.Hash(root)
	return d
}

// ReadHashes serves the directory's tree to tlog.
func (d *Directory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(d.hashes)) {
			return nil, fmt.Errorf("directory hash %d: %w", x, ErrSize)
		}
		out[i] = d.hashes[x]
	}
	return out, nil
}

// Root is what a DirRootLeaf publishes.
func (d *Directory) Root() envelope.Hash { return d.root }

// Count is the number of chains.
func (d *Directory) Count() uint64 { return uint64(len(d.chains)) }

// Lookup proves the head of a chain, or that there is no such chain.
func (d *Directory) Lookup(chain envelope.ID) LookupProof {
	i, found := slices.BinarySearchFunc(d.chains, chain, func(a, b envelope.ID) int { return bytes.Compare(a[:], b[:]) })
	if found {
		return LookupProof{Found: d.entry(i)}
	}
	return LookupProof{Before: d.entry(i - 1), After: d.entry(i)}
}

func (d *Directory) entry(i int) *DirEntry {
	if i < 0 || i >= len(d.chains) {
		return nil
	}
	path, err := tlog.ProveRecord(int64(len(d.chains)), int64(i), d)
	if err != nil {
		panic("keylog: directory in memory: " + err.Error())
	}
	return &DirEntry{Index: uint64(i), Chain: d.chains[i], Head: d.heads[i], Path: fromTlog(path)}
}

// Verify checks the proof against a directory of this root and count, and
// returns the chain's head, or present = false where its absence is proved.
// That the directory is sorted and complete is the auditor's to check.
func (p LookupProof) Verify(chain envelope.ID, root envelope.Hash, count uint64) (head Head, present bool, err error) {
	if p.Found != nil {
		if p.Before != nil || p.After != nil {
			return Head{}, false, fmt.Errorf("%w: it says both present and absent", ErrLookup)
		}
		if p.Found.Chain != chain {
			return Head{}, false, fmt.Errorf("%w: it speaks about another chain", ErrLookup)
		}
		if err := p.Found.check(root, count); err != nil {
			return Head{}, false, err
		}
		return p.Found.Head, true, nil
	}
	return Head{}, false, p.verifyAbsent(chain, root, count)
}

func (p LookupProof) verifyAbsent(chain envelope.ID, root envelope.Hash, count uint64) error {
	if count == 0 {
		// RFC 6962 section 2.1: the root of an empty tree is the digest of nothing.
		if p.Before != nil || p.After != nil || root != envelope.Sum(nil) {
			return fmt.Errorf("%w: an empty directory has no neighbours and the empty root", ErrLookup)
		}
		return nil
	}
	next := uint64(0) // where After must stand
	if p.Before != nil {
		if bytes.Compare(p.Before.Chain[:], chain[:]) >= 0 {
			return fmt.Errorf("%w: the neighbour before does not stand before", ErrLookup)
		}
		if err := p.Before.check(root, count); err != nil {
			return err
		}
		next = p.Before.Index + 1
	}
	if p.After == nil {
		if next != count {
			return fmt.Errorf("%w: the neighbour before is not the last entry", ErrLookup)
		}
		return nil
	}
	if bytes.Compare(p.After.Chain[:], chain[:]) <= 0 {
		return fmt.Errorf("%w: the neighbour after does not stand after", ErrLookup)
	}
	if p.After.Index != next {
		return fmt.Errorf("%w: the neighbours are not next to each other", ErrLookup)
	}
	return p.After.check(root, count)
}

func (e *DirEntry) check(root envelope.Hash, count uint64) error {
	if err := checkPath(count, root, e.Index, dirLeaf(e.Chain, e.Head), e.Path); err != nil {
		return fmt.Errorf("%w: entry %d: %w", ErrLookup, e.Index, err)
	}
	return nil
}
