// Package envelope knows the exact bytes that are signed or sealed, and nothing
// else: no keys, no randomness, no network, no clock.
//
// There is one encoding. Enc(label, p1..pn) writes the label with a two-byte
// length and each part with a four-byte length, all integers big-endian. For a
// given label it is injective, and Dec accepts exactly what Enc could have
// written: what decodes re-encodes to the same bytes. No JSON and no CBOR is
// ever signed. The normative text is crypto/PROTOCOL.md, section 2.
package envelope

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// MaxPart bounds one part of an encoding, and MaxParts their number, so that
// hostile input costs no more than its own length.
const (
	MaxPart  = 1 << 24
	MaxParts = 4096
)

// MaxStatement bounds a link, a head and a credential as a whole. It leaves room
// for the largest roster, and what fits in it can be hashed as one part.
const MaxStatement = 1 << 20

// Suite is the only cipher suite: X-Wing, HKDF-SHA256, AES-256-GCM, Ed25519.
// It is written into every statement and never negotiated.
const Suite byte = 0x01

// ErrMalformed is wrapped by every decoding failure in this package.
var ErrMalformed = errors.New("malformed statement")

// ID is a random 16-byte name of an account, device, line, thread, agency or
// credential. It is never a key and never derived from one.
type ID [16]byte

// Hash is a SHA-256 digest.
type Hash [32]byte

// IsZero reports whether the id was never set.
func (id ID) IsZero() bool { return id == ID{} }

// IsZero reports whether the digest was never set.
func (h Hash) IsZero() bool { return h == Hash{} }

// Sum is SHA-256.
func Sum(b []byte) Hash { return sha256.Sum256(b) }

// Enc is the only encoding. It panics when the label or a part is too long,
// which is a mistake of the caller and never of the input.
func Enc(label string, parts ...[]byte) []byte {
	n := 2 + len(label)
	for _, p := range parts {
		n += 4 + len(p)
	}
	if len(label) > 255 || len(parts) > MaxParts {
		panic("envelope: label or part list too long")
	}
	out := make([]byte, 0, n)
	out = binary.BigEndian.AppendUint16(out, uint16(len(label)))
	out = append(out, label...)
	for _, p := range parts {
		if len(p) > MaxPart {
			panic("envelope: part too long")
		}
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}

// Dec is the strict inverse of Enc. The parts alias b.
func Dec(label string, b []byte) ([][]byte, error) {
	got, rest, err := splitLabel(b)
	if err != nil {
		return nil, err
	}
	if got != label {
		return nil, fmt.Errorf("%w: label %q where %q belongs", ErrMalformed, clip(got), label)
	}
	var parts [][]byte
	for len(rest) > 0 {
		if len(rest) < 4 {
			return nil, fmt.Errorf("%w: %s: part length cut off", ErrMalformed, label)
		}
		n := binary.BigEndian.Uint32(rest)
		if n > MaxPart || int(n) > len(rest)-4 {
			return nil, fmt.Errorf("%w: %s: part longer than the statement", ErrMalformed, label)
		}
		if len(parts) == MaxParts {
			return nil, fmt.Errorf("%w: %s: too many parts", ErrMalformed, label)
		}
		parts = append(parts, rest[4:4+n:4+n])
		rest = rest[4+n:]
	}
	return parts, nil
}

// Label returns the label of an encoding without reading its parts.
func Label(b []byte) (string, error) {
	l, _, err := splitLabel(b)
	return l, err
}

func splitLabel(b []byte) (string, []byte, error) {
	if len(b) < 2 {
		return "", nil, fmt.Errorf("%w: label cut off", ErrMalformed)
	}
	n := int(binary.BigEndian.Uint16(b))
	if n > 255 || n > len(b)-2 {
		return "", nil, fmt.Errorf("%w: label longer than the statement", ErrMalformed)
	}
	return string(b[2 : 2+n]), b[2+n:], nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}

// U8, U32 and U64 are the fixed-width integers of the encoding.
func U8(v byte) []byte { return []byte{v} }

// U32 is a big-endian 32-bit integer.
func U32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }

// U64 is a big-endian 64-bit integer.
func U64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

// fields walks the parts of one decoded statement, checks each size, and keeps
// the first failure so that callers read straight down.
type fields struct {
	label string
	parts [][]byte
	at    int
	err   error
}

func open(label string, b []byte) *fields {
	p, err := Dec(label, b)
	return &fields{label: label, parts: p, err: err}
}

func (f *fields) fail(why string) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: %s: part %d: %s", ErrMalformed, f.label, f.at, why)
	}
}

func (f *fields) next() []byte {
	if f.err != nil {
		return nil
	}
	if f.at >= len(f.parts) {
		f.fail("missing")
		return nil
	}
	f.at++
	return f.parts[f.at-1]
}

func (f *fields) fixed(n int) []byte {
	p := f.next()
	if f.err == nil && len(p) != n {
		f.fail(fmt.Sprintf("%d bytes where %d belong", len(p), n))
		return nil
	}
	return p
}

func (f *fields) id() (v ID)     { copy(v[:], f.fixed(16)); return v }
func (f *fields) hash() (v Hash) { copy(v[:], f.fixed(32)); return v }

func (f *fields) u8() byte {
	if p := f.fixed(1); p != nil {
		return p[0]
	}
	return 0
}

func (f *fields) flag() bool {
	v := f.u8()
	if v > 1 {
		f.fail("a flag is 0 or 1")
	}
	return v == 1
}

func (f *fields) u32() uint32 {
	if p := f.fixed(4); p != nil {
		return binary.BigEndian.Uint32(p)
	}
	return 0
}

func (f *fields) u64() uint64 {
	if p := f.fixed(8); p != nil {
		return binary.BigEndian.Uint64(p)
	}
	return 0
}

// text is a UTF-8 string of at most max bytes.
func (f *fields) text(max int) string {
	p := f.next()
	if len(p) > max {
		f.fail("too long")
	} else if !validText(p) {
		f.fail("not plain UTF-8 text")
	}
	return string(p)
}

// bytes is a part of lo to hi bytes.
func (f *fields) bytes(lo, hi int) []byte {
	p := f.next()
	if f.err == nil && (len(p) < lo || len(p) > hi) {
		f.fail("wrong size")
	}
	return p
}

func (f *fields) suite() {
	if s := f.u8(); f.err == nil && s != Suite {
		f.fail(fmt.Sprintf("unknown suite 0x%02x", s))
	}
}

// rest hands over every part not yet read.
func (f *fields) rest() [][]byte {
	if f.err != nil {
		return nil
	}
	p := f.parts[f.at:]
	f.at = len(f.parts)
	return p
}

// done demands that nothing is left over.
func (f *fields) done() error {
	if f.err == nil && f.at != len(f.parts) {
		f.fail("left over")
	}
	return f.err
}

func flagByte(v bool) []byte {
	if v {
		return []byte{1}
	}
	return []byte{0}
}
