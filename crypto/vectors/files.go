package vectors

import (
	"bytes"
	"slices"

	"arcline/crypto/chunk"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// fileBytes is the content of a file of n bytes: byte i is i*7 + i/256 + 1.
func fileBytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8 + 1)
	}
	return b
}

// dirtyFile is what somebody with the key could make: padding that is not zero.
func dirtyFile(k [32]byte, thread, file envelope.ID) *File {
	salt := digest("salt")
	km := key.HKDF(k[:], salt[:], envelope.Enc("arc1/file", thread[:], file[:]), 64)
	head := slices.Concat([]byte("arc1f"), []byte{envelope.Suite, 0x10}, salt[:], km[32:])
	sum := envelope.Sum(head)
	plain := make([]byte, envelope.MinPadded)
	plain[len(plain)-1] = 1
	sealed := append(head, key.GCMSeal(km[:32], envelope.Enc("arc1/chunk", sum[:], envelope.U64(0), envelope.U8(1)), plain)...)
	return no("file-padding", "file", "the padding is not zero").add("key", k).add("thread", thread).add("file", file).add("sealed", sealed)
}

// twoPieces is the size of a file that takes two pieces.
const twoPieces = 66_000

// fileCases seal one short and one longer file. The refusals point at one of
// them and say how its bytes are changed, since a piece is large.
func fileCases() []kase {
	k, thread, file := digest("file"), idOf("thread"), idOf("file")
	good := func(n int) func() (*File, error) {
		return func() (*File, error) {
			var out bytes.Buffer
			w, err := chunk.NewWriter(&out, k, thread, file, int64(n))
			if err != nil {
				return nil, err
			}
			if _, err := w.Write(fileBytes(n)); err != nil {
				return nil, err
			}
			if err := w.Close(); err != nil {
				return nil, err
			}
			f := ok("file", "a sealed file").add("key", k).add("thread", thread).add("file", file).add("size", n)
			return f.add("plain-sha256", envelope.Sum(fileBytes(n))).add("sealed", out.Bytes()), nil
		}
	}
	change := func(expect, what, of string, how string, values ...any) *File {
		return no(expect, "file", what).add("of", of).add(how, values...)
	}
	const header = 71
	return []kase{
		sealed("file-empty", good(0)), sealed("file-short", good(100)), sealed("file-two", good(twoPieces)),
		sealed("file-padding", func() (*File, error) { return dirtyFile(k, thread, file), nil }),
		fixed("file-header", change("file-header", "another suite", "file-short.txt", "flip", 5)),
		fixed("file-thread", change("file-key", "sealed for another thread", "file-short.txt", "thread", idOf("other"))),
		fixed("file-name", change("file-key", "another file's id", "file-short.txt", "file", idOf("other"))),
		fixed("file-key", change("file-key", "another key", "file-short.txt", "key", digest("other"))),
		fixed("file-commitment", change("file-key", "another commitment", "file-short.txt", "flip", header-1)),
		fixed("file-changed", change("file-piece", "a byte of a piece is changed", "file-two.txt", "flip", header+100)),
		fixed("file-second", change("file-piece", "a byte of the second piece is changed", "file-two.txt", "flip", header+65536+28+100)),
		fixed("file-cut-header", change("file-truncated", "the header is cut", "file-short.txt", "keep", header-1)),
		fixed("file-cut-piece", change("file-truncated", "the last piece is missing", "file-two.txt", "keep", header+65536+28)),
		fixed("file-cut-byte", change("file-truncated", "the last byte is missing", "file-two.txt", "drop", 1)),
		fixed("file-more", change("file-trailing", "a byte follows", "file-two.txt", "append", []byte{0})),
		fixed("file-too-large", no("file-size", "file-size", "a file larger than can be sealed").add("size", uint64(chunk.MaxSize)+1)),
		fixed("file-sizes", ok("file-size", "sizes and what they grow to").
			add("grows", 0, uint64(chunk.SealedSize(0))).add("grows", 504, uint64(chunk.SealedSize(504))).add("grows", 505, uint64(chunk.SealedSize(505))).
			add("grows", twoPieces, uint64(chunk.SealedSize(twoPieces))).add("grows", uint64(chunk.MaxSize), uint64(chunk.SealedSize(chunk.MaxSize)))),
	}
}
