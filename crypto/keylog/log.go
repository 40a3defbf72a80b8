// Package keylog is the transparency log that makes one answer about keys the
// same answer for everybody: leaves, checkpoints, the directory of chain heads,
// and what a client demands before it believes a new state.
//
// The log is an RFC 6962 tree (section 2.1), computed by
// golang.org/x/mod/sumdb/tlog; checkpoints are signed notes in the form of the
// C2SP specifications signed-note and tlog-checkpoint, cosigned by witnesses as
// tlog-cosignature and tlog-witness say. There is no Merkle arithmetic of our
// own.
//
// A log alone proves that a link is in it, not that no newer one is. So every
// publication appends a directory root: the root of a second tree over the
// newest head of every chain, a function of the log's prefix alone. A client
// that accepts a checkpoint accepts the directory that is its last leaf, and
// then one proof answers "this is the newest head" or "there is no such chain".
// A client cannot see whether the directory agrees with the prefix; an auditor
// who replays the log can, and the witness that signs checkpoints is meant to
// be that auditor.
package keylog

import (
	"errors"
	"fmt"

	"arcline/crypto/envelope"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxSize bounds the number of leaves. It is the largest integer that
// JavaScript counts exactly, and far below where tree arithmetic overflows.
const MaxSize = 1<<53 - 1

var (
	// ErrSize is returned for an impossible tree size or leaf index.
	ErrSize = errors.New("impossible log size or index")
	// ErrInclusion is returned when a leaf is not proved to be in the tree.
	ErrInclusion = errors.New("leaf is not proved to be in the log")
	// ErrFork is returned when a newer state is not shown to extend the older
	// one. Two signed roots of the same size are a proof that the log forked; a
	// consistency proof that fails is at least a reason to stop.
	ErrFork = errors.New("the log has forked")
)

// Append returns the hashes to store after a leaf is added to a log of the
// given size. They belong at tlog.StoredHashIndex(0, size) and following; r
// serves hashes stored before.
func Append(size int64, leaf []byte, r tlog.HashReader) ([]tlog.Hash, error) {
	if size < 0 || size >= MaxSize {
		return nil, fmt.Errorf("append to log of %d: %w", size, ErrSize)
	}
	hashes, err := tlog.StoredHashes(size, leaf, r)
	if err != nil {
		return nil, fmt.Errorf("append to log of %d: %w", size, err)
	}
	return hashes, nil
}

// TreeRoot is the root over the first size leaves.
func TreeRoot(size int64, r tlog.HashReader) (envelope.Hash, error) {
	if size < 0 || size > MaxSize {
		return envelope.Hash{}, fmt.Errorf("root of log of %d: %w", size, ErrSize)
	}
	h, err := tlog.TreeHash(size, r)
	if err != nil {
		return envelope.Hash{}, fmt.Errorf("root of log of %d: %w", size, err)
	}
	return envelope.Hash(h), nil
}

// ProveInclusion proves that the leaf at index is in the tree of the given size.
func ProveInclusion(size, index int64, r tlog.HashReader) ([]envelope.Hash, error) {
	if size < 1 || size > MaxSize || index < 0 || index >= size {
		return nil, fmt.Errorf("prove leaf %d in log of %d: %w", index, size, ErrSize)
	}
	p, err := tlog.ProveRecord(size, index, r)
	if err != nil {
		return nil, fmt.Errorf("prove leaf %d in log of %d: %w", index, size, err)
	}
	return fromTlog(p), nil
}

// ProveConsistency proves that the tree of size older is a prefix of the tree
// of size newer. Everything extends the empty log, so that proof is empty.
func ProveConsistency(older, newer int64, r tlog.HashReader) ([]envelope.Hash, error) {
	if older < 0 || older > newer || newer > MaxSize {
		return nil, fmt.Errorf("prove log of %d from %d: %w", newer, older, ErrSize)
	}
	if older == 0 {
		return nil, nil
	}
	p, err := tlog.ProveTree(newer, older, r)
	if err != nil {
		return nil, fmt.Errorf("prove log of %d from %d: %w", newer, older, err)
	}
	return fromTlog(p), nil
}

// CheckInclusion reports ErrInclusion unless the proof shows leaf at index in
// the tree of this size and root.
func CheckInclusion(size uint64, root envelope.Hash, index uint64, leaf []byte, proof []envelope.Hash) error {
	return checkPath(size, root, index, tlog.RecordHash(leaf), proof)
}

func checkPath(size uint64, root envelope.Hash, index uint64, leaf tlog.Hash, proof []envelope.Hash) error {
	if size > MaxSize || index >= size {
		return fmt.Errorf("leaf %d in tree of %d: %w", index, size, ErrSize)
	}
	if err := tlog.CheckRecord(toTlog(proof), int64(size), tlog.Hash(root), int64(index), leaf); err != nil {
		return fmt.Errorf("leaf %d in tree of %d: %w", index, size, ErrInclusion)
	}
	return nil
}

// CheckConsistency reports ErrFork unless the newer tree is proved to extend
// the older one. A log of the same size must have the same root.
func CheckConsistency(older uint64, olderRoot envelope.Hash, newer uint64, newerRoot envelope.Hash, proof []envelope.Hash) error {
	if newer > MaxSize || older > newer {
		return fmt.Errorf("log of %d from %d: %w", newer, older, ErrSize)
	}
	if older == 0 {
		if len(proof) != 0 {
			return fmt.Errorf("log of %d from the empty log: %w: the proof is not empty", newer, ErrFork)
		}
		return nil
	}
	if err := tlog.CheckTree(toTlog(proof), int64(newer), tlog.Hash(newerRoot), int64(older), tlog.Hash(olderRoot)); err != nil {
		return fmt.Errorf("log of %d from %d: %w", newer, older, ErrFork)
	}
	return nil
}

func toTlog(p []envelope.Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(p))
	for i := range p {
		out[i] = tlog.Hash(p[i])
	}
	return out
}

func fromTlog(p []tlog.Hash) []envelope.Hash {
	out := make([]envelope.Hash, len(p))
	for i := range p {
		out[i] = envelope.Hash(p[i])
	}
	return out
}
