package chunk

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// Reader opens one file. Bytes are released piece by piece, each of them
// authentic and in its place; the end of the file (io.EOF) is released only
// after the marked last piece, its padding, and the end of the source.
type Reader struct {
	sealing
	src    *bufio.Reader
	sealed []byte // buffer for one sealed piece
	plain  []byte // opened and not yet read
	index  uint64
	stream uint64 // plain bytes not yet opened
	left   uint64 // bytes of the file not yet in plain
	size   int64
	err    error
}

// NewReader checks the header and the first piece. Its errors say what is
// wrong: ErrHeader, ErrKey, ErrChunk, ErrTruncated, ErrTrailing, ErrPadding.
func NewReader(src io.Reader, fk [32]byte, thread, file envelope.ID) (*Reader, error) {
	var head [headerLen]byte
	_, err := io.ReadFull(src, head[:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("open file: header: %w", ErrTruncated)
	}
	if err != nil {
		return nil, fmt.Errorf("open file: read the source: %w", err)
	}
	at := len(magic)
	if string(head[:at]) != magic || head[at] != envelope.Suite || head[at+1] != logSize {
		return nil, fmt.Errorf("open file: %w", ErrHeader)
	}
	pieceKey, commit := derive(fk, head[at+2:at+34], thread, file)
	if !key.Equal(commit, head[at+34:]) {
		return nil, fmt.Errorf("open file: %w", ErrKey)
	}
	r := &Reader{sealing: sealing{key: pieceKey, head: envelope.Sum(head[:])}, src: bufio.NewReader(src),
		sealed: make([]byte, chunkSize+key.GCMOverhead)}
	if err := r.first(); err != nil {
		return nil, fmt.Errorf("open file: piece 0: %w", err)
	}
	return r, nil
}

// Size is the length of the file, authenticated by the first piece.
func (r *Reader) Size() int64 { return r.size }

// Read releases bytes of the file.
func (r *Reader) Read(p []byte) (int, error) {
	for len(r.plain) == 0 && r.err == nil && len(p) > 0 {
		if r.stream == 0 {
			r.err = io.EOF
		} else if err := r.next(); err != nil {
			r.err = fmt.Errorf("open file: piece %d: %w", r.index, err)
		}
	}
	if len(r.plain) == 0 {
		return 0, r.err
	}
	n := copy(p, r.plain)
	r.plain = r.plain[n:]
	return n, nil
}

// first opens piece 0, which tells the length of everything. Until then only
// the end of the source says whether it is the last.
func (r *Reader) first() error {
	sealed, last, err := r.take(chunkSize + key.GCMOverhead)
	if err != nil {
		return err
	}
	plain, err := r.open(0, last, sealed)
	if err != nil {
		return r.whyFirst(last, sealed)
	}
	if len(plain) < lengthLen {
		return fmt.Errorf("%w: the first piece has no length", ErrPadding)
	}
	size := binary.BigEndian.Uint64(plain)
	if size > uint64(MaxSize) {
		return fmt.Errorf("%w: longer than a file can be", ErrPadding)
	}
	r.stream, r.left, r.size = padded(size), size, int64(size)
	if uint64(len(plain)) != min(r.stream, chunkSize) || last != (r.stream <= chunkSize) {
		return fmt.Errorf("%w: the first piece does not fit the length", ErrPadding)
	}
	r.stream -= uint64(len(plain))
	r.index = 1
	return r.release(plain[lengthLen:])
}

// whyFirst names the reason where it is certain: the piece is authentic but
// stands where it should not, or is too short for any file. The length of a
// file of one piece is not known, so that piece cut or extended is ErrChunk.
func (r *Reader) whyFirst(last bool, sealed []byte) error {
	_, err := r.open(0, !last, sealed)
	switch {
	case err == nil && last, len(sealed) < envelope.MinPadded+key.GCMOverhead:
		return ErrTruncated
	case err == nil:
		return ErrTrailing
	}
	return ErrChunk
}

// next opens the next piece; its length and its mark are known by now.
func (r *Reader) next() error {
	n := min(r.stream, chunkSize)
	last := n == r.stream
	sealed, end, err := r.take(int(n) + key.GCMOverhead)
	if err != nil {
		return err
	}
	if len(sealed) < int(n)+key.GCMOverhead || end && !last {
		return ErrTruncated
	}
	plain, err := r.open(r.index, last, sealed)
	if err != nil {
		return ErrChunk
	}
	if !end && last {
		return ErrTrailing
	}
	r.stream -= n
	r.index++
	return r.release(plain)
}

// take reads at most n bytes and says whether the source ends with them.
func (r *Reader) take(n int) (sealed []byte, end bool, err error) {
	got, err := io.ReadFull(r.src, r.sealed[:n])
	if err == nil {
		_, err = r.src.Peek(1)
	}
	end = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !end {
		return nil, false, fmt.Errorf("read the source: %w", err)
	}
	return r.sealed[:got], end, nil
}

// release keeps what belongs to the file and demands that the rest is zero.
func (r *Reader) release(plain []byte) error {
	n := min(r.left, uint64(len(plain)))
	r.left -= n
	for _, c := range plain[n:] {
		if c != 0 {
			return fmt.Errorf("%w: padding is not zero", ErrPadding)
		}
	}
	r.plain = plain[:n]
	return nil
}
