package keylog

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"arcline/crypto/envelope"
)

const (
	// maxProofLines is the most that C2SP tlog-witness allows.
	maxProofLines = 63
	// MaxAddCheckpoint bounds the body of a request to a witness in bytes.
	MaxAddCheckpoint = 64 + maxProofLines*45 + MaxCheckpoint
)

// ErrRequest is returned for a body that is no request of C2SP tlog-witness.
var ErrRequest = errors.New("malformed request to a witness")

// AddCheckpoint is what a log asks a witness: to sign a checkpoint that is
// proved to extend the log of the size Old (C2SP tlog-witness, add-checkpoint).
type AddCheckpoint struct {
	Old        uint64
	Proof      []envelope.Hash
	Checkpoint []byte // signed note, unread
}

// Encode writes the request's body.
func (a AddCheckpoint) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", a.Old)
	for _, h := range a.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteByte('\n')
	b.Write(a.Checkpoint)
	return b.Bytes()
}

// ParseAddCheckpoint reads a request's body. Only what Encode writes is read.
func ParseAddCheckpoint(body []byte) (a AddCheckpoint, err error) {
	if len(body) > MaxAddCheckpoint {
		return a, fmt.Errorf("%w: longer than %d bytes", ErrRequest, MaxAddCheckpoint)
	}
	first, rest, _ := bytes.Cut(body, []byte("\n"))
	size, ok := bytes.CutPrefix(first, []byte("old "))
	if a.Old, err = strconv.ParseUint(string(size), 10, 64); err != nil || !ok || a.Old > MaxSize {
		return AddCheckpoint{}, fmt.Errorf("%w: its first line names no old size", ErrRequest)
	}
	for {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if !found || len(a.Proof) > maxProofLines {
			return AddCheckpoint{}, fmt.Errorf("%w: no blank line after at most %d lines of proof", ErrRequest, maxProofLines)
		}
		rest = after
		if len(line) == 0 {
			break
		}
		h, err := base64.StdEncoding.DecodeString(string(line))
		if err != nil || len(h) != 32 {
			return AddCheckpoint{}, fmt.Errorf("%w: a line of proof", ErrRequest)
		}
		a.Proof = append(a.Proof, envelope.Hash(h))
	}
	a.Checkpoint = rest
	if len(a.Proof) > maxProofLines || !bytes.Equal(a.Encode(), body) {
		return AddCheckpoint{}, fmt.Errorf("%w: not the only spelling", ErrRequest)
	}
	return a, nil
}
