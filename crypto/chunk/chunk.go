// Package chunk seals files in pieces: streaming, in constant memory, with the
// place of every piece and the end of the file authenticated.
//
// The construction is the segmented one of STREAM (Hoang, Reyhanitabar,
// Rogaway and Vizár 2015): each piece is sealed with its number and with a mark
// on the last one, so that pieces cannot be reordered, dropped, exchanged with
// another file's, cut off or added. The piece key and a commitment to the file
// key come from one HKDF, so a sealed file opens to the same bytes for
// everybody who holds a key that opens it at all (no "invisible salamander",
// Dodis et al. 2018).
//
//	header  = "arc1f" || suite || 0x10 || salt(32) || commit(32)
//	key || commit = HKDF(fileKey, salt, Enc("arc1/file", thread, file), 64)
//	piece i = GCM(key, aad = Enc("arc1/chunk", H(header), u64 i, u8 last), plain)
//
// The plain stream is a u64 length, the file, and zeros up to a Padmé size of
// at least 512, cut every 64 KiB. This is the one place where an AES key
// encrypts more than once: at most 2^20 times, under random nonces, which keeps
// the chance of a repeated nonce below 2^-56 (NIST SP 800-38D section 8.3
// allows 2^32).
package chunk

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

const (
	magic     = "arc1f"
	logSize   = 0x10
	chunkSize = 1 << logSize
	maxChunks = 1 << 20
	headerLen = len(magic) + 2 + 32 + 32
	lengthLen = 8
)

// MaxSize is the largest file that can be sealed, in bytes.
const MaxSize int64 = maxChunks*chunkSize - lengthLen

var (
	// ErrHeader is returned for bytes that are not a sealed file of this suite.
	ErrHeader = errors.New("not a sealed file")
	// ErrKey is returned when the key, the thread or the file id is another one
	// than the file was sealed for.
	ErrKey = errors.New("sealed under another key or for another place")
	// ErrChunk is returned for a piece that was changed, moved, or taken from
	// another file.
	ErrChunk = errors.New("piece does not belong here")
	// ErrTruncated is returned when the file ends before its last piece does.
	ErrTruncated = errors.New("sealed file is cut off")
	// ErrTrailing is returned when anything follows the last piece.
	ErrTrailing = errors.New("bytes after the end of the sealed file")
	// ErrPadding is returned when length and padding do not fit; only somebody
	// who holds the key can make such a file.
	ErrPadding = errors.New("length or padding of the file is wrong")
	// ErrSize is returned when a writer got another number of bytes than it was
	// made for, or a size that cannot be sealed.
	ErrSize = errors.New("wrong size")
)

// padded is the length of the plain stream for a file of size bytes.
func padded(size uint64) uint64 {
	return envelope.Padme(max(envelope.MinPadded, size+lengthLen))
}

// SealedSize is the exact size of a sealed file, or -1 for a size that cannot
// be sealed.
func SealedSize(size int64) int64 {
	if size < 0 || size > MaxSize {
		return -1
	}
	n := int64(padded(uint64(size)))
	chunks := (n + chunkSize - 1) / chunkSize
	return int64(headerLen) + n + chunks*key.GCMOverhead
}

// sealing is what writer and reader share: the piece key and the place.
type sealing struct {
	key  []byte
	head envelope.Hash
}

func derive(fk [32]byte, salt []byte, thread, file envelope.ID) (pieceKey, commit []byte) {
	out := key.HKDF(fk[:], salt, envelope.Enc("arc1/file", thread[:], file[:]), 64)
	return out[:32], out[32:]
}

func (s sealing) aad(i uint64, last bool) []byte {
	flag := byte(0)
	if last {
		flag = 1
	}
	return envelope.Enc("arc1/chunk", s.head[:], envelope.U64(i), envelope.U8(flag))
}

func (s sealing) open(i uint64, last bool, sealed []byte) ([]byte, error) {
	return key.GCMOpen(s.key, s.aad(i, last), sealed)
}

// Writer seals one file. Close must be called: it writes the last piece.
type Writer struct {
	sealing
	dst   io.Writer
	buf   []byte // plain bytes of the piece being filled
	index uint64
	left  uint64 // bytes of the file still to come
	pad   uint64 // zeros after them
	err   error
}

var errClosed = errors.New("sealed file is closed")

// NewWriter seals a file of exactly size bytes for one place. The file key must
// be fresh from the system's randomness and used for this file only.
func NewWriter(dst io.Writer, fk [32]byte, thread, file envelope.ID, size int64) (*Writer, error) {
	if size < 0 || size > MaxSize {
		return nil, fmt.Errorf("seal file of %d bytes: %w", size, ErrSize)
	}
	head := make([]byte, 0, headerLen)
	head = append(head, magic...)
	head = append(head, envelope.Suite, logSize)
	var salt [32]byte
	rand.Read(salt[:])
	pieceKey, commit := derive(fk, salt[:], thread, file)
	head = append(append(head, salt[:]...), commit...)
	if _, err := dst.Write(head); err != nil {
		return nil, fmt.Errorf("seal file: write header: %w", err)
	}
	n := uint64(size)
	w := &Writer{sealing: sealing{key: pieceKey, head: envelope.Sum(head)}, dst: dst,
		buf: make([]byte, 0, chunkSize), left: n, pad: padded(n) - n - lengthLen}
	w.buf = binary.BigEndian.AppendUint64(w.buf, n)
	return w, nil
}

// Write takes the next bytes of the file. More bytes than promised are refused.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if uint64(len(p)) > w.left {
		w.err = fmt.Errorf("seal file: %w: more bytes than promised", ErrSize)
		return 0, w.err
	}
	done := 0
	for done < len(p) {
		n, err := w.fill(p[done:])
		if err != nil {
			return done, err
		}
		done += n
		w.left -= uint64(n)
	}
	return done, nil
}

// fill moves bytes into the present piece, after sealing it if it is full. A
// full piece is kept until more follows, since the last one is marked.
func (w *Writer) fill(p []byte) (int, error) {
	if len(w.buf) == chunkSize {
		if err := w.flush(false); err != nil {
			return 0, err
		}
	}
	n := min(len(p), chunkSize-len(w.buf))
	w.buf = append(w.buf, p[:n]...)
	return n, nil
}

func (w *Writer) flush(last bool) error {
	if _, err := w.dst.Write(key.GCMSeal(w.key, w.aad(w.index, last), w.buf)); err != nil {
		w.err = fmt.Errorf("seal file: write piece %d: %w", w.index, err)
		return w.err
	}
	w.index++
	w.buf = w.buf[:0]
	return nil
}

var zeros [4096]byte

// Close pads the file and seals the last piece. It does not close dst. Fewer
// bytes than promised are refused, and what was written then does not open.
func (w *Writer) Close() error {
	if w.err != nil {
		return w.err
	}
	if w.left != 0 {
		w.err = fmt.Errorf("seal file: %w: %d bytes are missing", ErrSize, w.left)
		return w.err
	}
	for w.pad > 0 {
		n, err := w.fill(zeros[:min(w.pad, uint64(len(zeros)))])
		if err != nil {
			return err
		}
		w.pad -= uint64(n)
	}
	if err := w.flush(true); err != nil {
		return err
	}
	w.err = errClosed
	return nil
}
