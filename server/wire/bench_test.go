package wire

import "testing"

// An append of usual size: a short sealed message, and two with new boxes.
func BenchmarkDecodeAppend(b *testing.B) {
	f := Append{RID: 1, Kind: KindMessage, Entry: Entry{Head: make([]byte, 400), Sig: make([]byte, 64), Body: make([]byte, 1100)}}
	for range 2 {
		f.Boxes = append(f.Boxes, Box{Kind: BoxAccount, Sealed: make([]byte, 1200)})
	}
	doc := Encode(f)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		if _, err := DecodeClient(doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeEntries(b *testing.B) {
	f := Entries{}
	for i := range 50 {
		f.Entries = append(f.Entries, Stored{Index: uint64(i), Entry: Entry{Head: make([]byte, 400), Sig: make([]byte, 64), Body: make([]byte, 1100)}})
	}
	for b.Loop() {
		Encode(f)
	}
}
