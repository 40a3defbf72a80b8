package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf16"
)

// needles are what must not be found: each text and piece of a file, in every
// spelling in which a program could have written it.
type needles struct {
	list [][]byte
}

// spellings is how many forms of each needle are looked for: as it is, hex in
// both cases, base64 in both alphabets at the three alignments, UTF-16.
const spellings = 1 + 2 + 2*3 + 1

// pieceLen is the length of the pieces of a file that are looked for: long
// enough not to be found by chance.
const pieceLen = 48

func newNeedles(texts []string, files [][]byte) *needles {
	n := &needles{}
	for _, t := range texts {
		n.list = append(n.list, []byte(t))
	}
	for _, f := range files {
		for i := 0; i+pieceLen <= len(f); i += 64 << 10 {
			n.list = append(n.list, f[i:i+pieceLen])
		}
	}
	return n
}

// forms spells a needle in every way. Base64 depends on where in a group of
// three bytes the needle begins, so each alignment is cut to its inner part.
func forms(b []byte) [][]byte {
	out := [][]byte{b, []byte(hex.EncodeToString(b)), bytes.ToUpper([]byte(hex.EncodeToString(b)))}
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for skip := range 3 {
			inner := b[(3-skip)%3:]
			inner = inner[:len(inner)/3*3]
			out = append(out, []byte(enc.EncodeToString(inner)))
		}
	}
	var wide []byte
	for _, u := range utf16.Encode([]rune(string(b))) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	return append(out, wide)
}

// in lists the needles that are found in a haystack.
func (n *needles) in(hay []byte) []string {
	var found []string
	for _, b := range n.list {
		for i, f := range forms(b) {
			if bytes.Contains(hay, f) {
				found = append(found, fmt.Sprintf("%.24q in spelling %d", b, i))
			}
		}
	}
	return found
}

// selfTest is the negative control: what is planted must be found, in every
// spelling, or the search proves nothing.
func (n *needles) selfTest() error {
	for _, b := range n.list {
		for skip := range 3 {
			pad := bytes.Repeat([]byte{'x'}, skip)
			for _, hay := range [][]byte{append(pad, b...), []byte(base64.StdEncoding.EncodeToString(append(pad, b...))), []byte(hex.EncodeToString(b))} {
				one := needles{list: [][]byte{b}}
				if len(one.in(hay)) == 0 {
					return errors.New("the search does not find what was planted, so it proves nothing")
				}
			}
		}
	}
	return nil
}
