package vault

import (
	"errors"
	"strings"
	"unicode"

	"arcline/crypto/envelope"
)

var (
	// ErrCodeLength is returned for a code with too few or too many characters.
	ErrCodeLength = errors.New("the code has the wrong number of characters")
	// ErrCodeCharacter is returned for a character that no code contains.
	ErrCodeCharacter = errors.New("the code contains a character that codes do not have")
	// ErrCodeChecksum is returned for a code of the right form that was mistyped.
	ErrCodeChecksum = errors.New("the code was mistyped: its check characters do not fit")
)

// alphabet is Crockford's base32: no I, L, O and U, so that a code survives
// paper, handwriting and the telephone.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// maxTyped bounds what is looked at; generous separators fit.
const maxTyped = 512

// writeCode writes bits as groups of four characters, then the check
// characters: the first bits of the digest of the bits.
func writeCode(bits []byte, checks int) string {
	sum := envelope.Sum(bits)
	chars := encode32(bits, len(bits)*8/5) + encode32(sum[:], checks)
	var out strings.Builder
	for i, c := range chars {
		if i > 0 && i%4 == 0 && i < len(chars)-checks || checks > 1 && i == len(chars)-checks {
			out.WriteByte('-')
		}
		out.WriteRune(c)
	}
	return out.String()
}

// readCode reads n bytes and their check characters, forgiving of case, spaces,
// dashes, and the letters that stand for digits.
func readCode(text string, n, checks int) ([]byte, error) {
	if len(text) > maxTyped {
		return nil, ErrCodeLength
	}
	var digits []byte
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			continue
		}
		d := digit(r)
		if d < 0 {
			return nil, ErrCodeCharacter
		}
		digits = append(digits, byte(d))
	}
	body := n * 8 / 5
	if len(digits) != body+checks {
		return nil, ErrCodeLength
	}
	bits := pack32(digits[:body])
	sum := envelope.Sum(bits)
	for i, c := range []byte(encode32(sum[:], checks)) {
		if alphabet[digits[body+i]] != c {
			return nil, ErrCodeChecksum
		}
	}
	return bits, nil
}

// digit is the value of a character as it may have been typed.
func digit(r rune) int {
	if 'a' <= r && r <= 'z' {
		r -= 'a' - 'A'
	}
	switch r {
	case 'O':
		r = '0'
	case 'I', 'L':
		r = '1'
	}
	return strings.IndexRune(alphabet, r)
}

// encode32 writes the first n groups of five bits.
func encode32(b []byte, n int) string {
	out := make([]byte, n)
	for i := range out {
		v := 0
		for bit := 5 * i; bit < 5*i+5; bit++ {
			v = v<<1 | int(b[bit/8]>>(7-bit%8)&1)
		}
		out[i] = alphabet[v]
	}
	return string(out)
}

// pack32 is the inverse of encode32 for a whole number of bytes.
func pack32(digits []byte) []byte {
	out := make([]byte, len(digits)*5/8)
	for i := range len(out) * 8 {
		out[i/8] |= digits[i/5] >> (4 - i%5) & 1 << (7 - i%8)
	}
	return out
}
