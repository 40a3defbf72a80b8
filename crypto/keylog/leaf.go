package keylog

import (
	"encoding/binary"
	"fmt"

	"arcline/crypto/envelope"
)

// The labels of the four kinds of leaf. Only digests and random ids stand in
// the log: no name and no licence number.
const (
	labelLink    = "arc1/kt/link"
	labelDirRoot = "arc1/kt/dirroot"
	labelBuild   = "arc1/kt/build"
	labelAccess  = "arc1/kt/access"
)

// Leaf is one record of the log: a LinkLeaf, DirRootLeaf, BuildLeaf or AccessLeaf.
type Leaf interface {
	// Encode writes the record; its RFC 6962 leaf hash is what the tree holds.
	Encode() []byte
}

// LinkLeaf logs one link of a chain.
type LinkLeaf struct {
	Chain envelope.ID
	Seq   uint64 // as in the link: from 1, without gaps
	Hash  envelope.Hash
}

// Encode writes the record.
func (l LinkLeaf) Encode() []byte {
	return envelope.Enc(labelLink, l.Chain[:], envelope.U64(l.Seq), l.Hash[:])
}

// DirRootLeaf publishes the directory of everything before it.
type DirRootLeaf struct {
	Size  uint64 // the log prefix that the directory describes: this leaf's own index
	Count uint64 // chains in the directory
	Time  uint64 // Unix milliseconds, the log's clock
	Root  envelope.Hash
}

// Encode writes the record.
func (l DirRootLeaf) Encode() []byte {
	return envelope.Enc(labelDirRoot, envelope.U64(l.Size), envelope.U64(l.Count), envelope.U64(l.Time), l.Root[:])
}

// BuildLeaf publishes a release: what a monitor compares served code with.
type BuildLeaf struct{ Manifest envelope.Hash }

// Encode writes the record.
func (l BuildLeaf) Encode() []byte { return envelope.Enc(labelBuild, l.Manifest[:]) }

// AccessLeaf makes a use of the records key visible before it happens.
type AccessLeaf struct{ Statement envelope.Hash }

// Encode writes the record.
func (l AccessLeaf) Encode() []byte { return envelope.Enc(labelAccess, l.Statement[:]) }

// DecodeLeaf reads a record of any known kind; an unknown kind is refused, so
// that a log cannot carry something that a client or an auditor skips.
func DecodeLeaf(b []byte) (Leaf, error) {
	label, err := envelope.Label(b)
	if err != nil {
		return nil, fmt.Errorf("read log leaf: %w", err)
	}
	switch label {
	case labelLink:
		return decodeLink(b)
	case labelDirRoot:
		return decodeDirRoot(b)
	case labelBuild:
		p, err := parts(labelBuild, b, 32)
		if err != nil {
			return nil, err
		}
		return BuildLeaf{Manifest: envelope.Hash(p[0])}, nil
	case labelAccess:
		p, err := parts(labelAccess, b, 32)
		if err != nil {
			return nil, err
		}
		return AccessLeaf{Statement: envelope.Hash(p[0])}, nil
	}
	return nil, fmt.Errorf("read log leaf: %w: unknown kind of leaf", envelope.ErrMalformed)
}

func decodeLink(b []byte) (Leaf, error) {
	p, err := parts(labelLink, b, 16, 8, 32)
	if err != nil {
		return nil, err
	}
	l := LinkLeaf{Chain: envelope.ID(p[0]), Seq: binary.BigEndian.Uint64(p[1]), Hash: envelope.Hash(p[2])}
	if l.Seq == 0 {
		return nil, fmt.Errorf("read log leaf: %w: links count from 1", envelope.ErrMalformed)
	}
	return l, nil
}

func decodeDirRoot(b []byte) (Leaf, error) {
	p, err := parts(labelDirRoot, b, 8, 8, 8, 32)
	if err != nil {
		return nil, err
	}
	return DirRootLeaf{Size: binary.BigEndian.Uint64(p[0]), Count: binary.BigEndian.Uint64(p[1]),
		Time: binary.BigEndian.Uint64(p[2]), Root: envelope.Hash(p[3])}, nil
}

// parts decodes b and demands exactly one part of each size.
func parts(label string, b []byte, sizes ...int) ([][]byte, error) {
	p, err := envelope.Dec(label, b)
	if err != nil {
		return nil, fmt.Errorf("read log leaf: %w", err)
	}
	if len(p) != len(sizes) {
		return nil, fmt.Errorf("read log leaf: %w: %s: %d parts where %d belong", envelope.ErrMalformed, label, len(p), len(sizes))
	}
	for i, n := range sizes {
		if len(p[i]) != n {
			return nil, fmt.Errorf("read log leaf: %w: %s: part %d has %d bytes, not %d", envelope.ErrMalformed, label, i, len(p[i]), n)
		}
	}
	return p, nil
}
