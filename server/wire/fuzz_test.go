package wire

import (
	"bytes"
	"testing"
)

// What decodes must encode, and what was encoded must decode to the same: then
// two programs that pass a frame on cannot disagree about it.
func fuzzFrames(f *testing.F, reader string) {
	for name, b := range testdataFiles(f, "good") {
		if readerOf(name) == reader {
			f.Add(b)
		}
	}
	for _, b := range testdataFiles(f, "refuse") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		once, err := recode(reader, b)
		if err != nil {
			if code := CodeOf(err); code != CodeMalformed && code != CodeUnknownFrame && code != CodeTooLarge {
				t.Fatalf("refused with %s: %v", code, err)
			}
			return
		}
		twice, err := recode(reader, once)
		if err != nil {
			t.Fatalf("refused its own %s: %v", once, err)
		}
		if !bytes.Equal(once, twice) {
			t.Fatalf("encoded as %s and then as %s", once, twice)
		}
	})
}

func FuzzClientFrame(f *testing.F) { fuzzFrames(f, "client") }

func FuzzServerFrame(f *testing.F) { fuzzFrames(f, "server") }
