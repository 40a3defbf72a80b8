package chunk

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"arcline/crypto/envelope"
	"arcline/crypto/key"

	"pgregory.net/rapid"
)

var (
	fileKey = [32]byte{1}
	thread  = envelope.ID{2}
	file    = envelope.ID{3}
)

const sealedChunk = chunkSize + key.GCMOverhead

func content(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8 + 1)
	}
	return b
}

func seal(t testing.TB, plain []byte) []byte {
	t.Helper()
	return sealAs(t, plain, fileKey, thread, file)
}

func sealAs(t testing.TB, plain []byte, fk [32]byte, thread, file envelope.ID) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, fk, thread, file, int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(sealed []byte) ([]byte, error) {
	r, err := NewReader(bytes.NewReader(sealed), fileKey, thread, file)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Sizes around every edge: the smallest padding, one piece, two, three.
var edges = []int{0, 1, 503, 504, 505, 511, 512, 513, 65000, chunkSize - 9, chunkSize - 8, chunkSize - 7,
	chunkSize, chunkSize + 1, 2*chunkSize - 9, 2*chunkSize - 8, 2*chunkSize - 7, 3 * chunkSize}

func TestRoundTripAtEdges(t *testing.T) {
	for _, n := range edges {
		plain := content(n)
		sealed := seal(t, plain)
		if int64(len(sealed)) != SealedSize(int64(n)) {
			t.Errorf("%d bytes sealed to %d, SealedSize says %d", n, len(sealed), SealedSize(int64(n)))
		}
		r, err := NewReader(iotest.OneByteReader(bytes.NewReader(sealed)), fileKey, thread, file)
		if err != nil {
			t.Fatal(err)
		}
		if r.Size() != int64(n) {
			t.Errorf("size %d, not %d", r.Size(), n)
		}
		if err := iotest.TestReader(r, plain); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestRoundTripInAnyPortions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := content(rapid.IntRange(0, 4*chunkSize).Draw(t, "size"))
		var out bytes.Buffer
		w, err := NewWriter(&out, fileKey, thread, file, int64(len(plain)))
		if err != nil {
			t.Fatal(err)
		}
		for rest := plain; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "portion")
			if got, err := w.Write(rest[:n]); got != n || err != nil {
				t.Fatal(got, err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := open(out.Bytes())
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes came back, %v", len(got), err)
		}
	})
}

// T19: sizes below the minimum look alike, and padding never costs more than
// 12 % above it.
func TestSizesTellLittle(t *testing.T) {
	for n := range int64(505) {
		if SealedSize(n) != SealedSize(0) {
			t.Fatalf("%d bytes can be told from none", n)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(512, MaxSize).Draw(t, "size")
		p := padded(uint64(n))
		if over := float64(p-uint64(n)-lengthLen) / float64(n); over > 0.12 || p < uint64(n)+lengthLen {
			t.Fatalf("%d bytes padded to %d", n, p)
		}
		if p > maxChunks*chunkSize {
			t.Fatalf("%d bytes need more pieces than a key may seal", n)
		}
	})
}

// T18: a cut at or near every border is refused, and never gives the whole file.
func TestTruncation(t *testing.T) {
	plain := content(2*chunkSize + 300)
	sealed := seal(t, plain)
	cuts := map[int]bool{}
	for _, border := range []int{0, headerLen, headerLen + sealedChunk, headerLen + 2*sealedChunk, len(sealed)} {
		for d := -80; d <= 80; d++ {
			if at := border + d; at >= 0 && at < len(sealed) {
				cuts[at] = true
			}
		}
	}
	for at := range cuts {
		got, err := open(sealed[:at])
		want := ErrTruncated
		if at > headerLen+envelope.MinPadded+key.GCMOverhead && at < headerLen+sealedChunk {
			want = ErrChunk // the length is not known yet
		}
		if !errors.Is(err, want) {
			t.Errorf("cut at %d of %d: %v", at, len(sealed), err)
		}
		if len(got) >= len(plain) || !bytes.HasPrefix(plain, got) {
			t.Errorf("cut at %d released %d bytes", at, len(got))
		}
	}
	small := seal(t, content(40))
	for at := range len(small) {
		if _, err := open(small[:at]); !errors.Is(err, ErrTruncated) {
			t.Errorf("small file cut at %d: %v", at, err)
		}
	}
}

func TestExtension(t *testing.T) {
	for _, n := range []int{40, 60000, chunkSize - lengthLen, 2*chunkSize - lengthLen, 3 * chunkSize} {
		sealed := seal(t, content(n))
		for _, extra := range [][]byte{{0}, make([]byte, key.GCMOverhead), sealed[headerLen:], sealed} {
			_, err := open(append(bytes.Clone(sealed), extra...))
			// In a file of one short piece the extra bytes become part of it.
			if want := ErrTrailing; !errors.Is(err, want) && (n >= chunkSize-lengthLen || !errors.Is(err, ErrChunk)) {
				t.Errorf("%d bytes and %d more: %v", n, len(extra), err)
			}
		}
	}
}

func TestReorderAndExchange(t *testing.T) {
	plain := content(3*chunkSize + 100)
	sealed := seal(t, plain)
	piece := func(b []byte, i int) []byte {
		return b[headerLen+i*sealedChunk : min(len(b), headerLen+(i+1)*sealedChunk)]
	}
	other := sealAs(t, plain, fileKey, thread, file) // the same key and place, another salt
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	head := sealed[:headerLen]
	for why, bad := range map[string][]byte{
		"first two swapped": join(head, piece(sealed, 1), piece(sealed, 0), piece(sealed, 2), piece(sealed, 3)),
		"later two swapped": join(head, piece(sealed, 0), piece(sealed, 2), piece(sealed, 1), piece(sealed, 3)),
		"one twice":         join(head, piece(sealed, 0), piece(sealed, 1), piece(sealed, 1), piece(sealed, 3)),
		"another file's":    join(head, piece(sealed, 0), piece(other, 1), piece(sealed, 2), piece(sealed, 3)),
		"the other's first": join(head, piece(other, 0), piece(sealed, 1), piece(sealed, 2), piece(sealed, 3)),
	} {
		if _, err := open(bad); !errors.Is(err, ErrChunk) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := open(join(head, piece(sealed, 0), piece(sealed, 2), piece(sealed, 3))); err == nil {
		t.Error("opens without its second piece")
	}
}

func TestAnotherKeyOrPlace(t *testing.T) {
	sealed := seal(t, content(100))
	for why, c := range map[string]struct {
		fk           [32]byte
		thread, file envelope.ID
	}{
		"key":    {[32]byte{9}, thread, file},
		"thread": {fileKey, envelope.ID{9}, file},
		"file":   {fileKey, thread, envelope.ID{9}},
	} {
		if _, err := NewReader(bytes.NewReader(sealed), c.fk, c.thread, c.file); !errors.Is(err, ErrKey) {
			t.Errorf("another %s: %v", why, err)
		}
	}
}

func TestEveryBitOfAFileCounts(t *testing.T) {
	sealed := seal(t, content(100))
	for i := range len(sealed) * 8 {
		bad := bytes.Clone(sealed)
		bad[i/8] ^= 1 << (i % 8)
		want := ErrChunk
		switch at := i / 8; {
		case at < len(magic)+2:
			want = ErrHeader
		case at < headerLen:
			want = ErrKey
		}
		if _, err := open(bad); !errors.Is(err, want) {
			t.Fatalf("bit %d: %v", i, err)
		}
	}
}

// Only a holder of the key can make these; the reader refuses them all the same.
func TestDishonestSealer(t *testing.T) {
	make1 := func(stream []byte, marks ...bool) []byte {
		head := append([]byte(magic), envelope.Suite, logSize)
		var salt [32]byte
		rand.Read(salt[:])
		k, commit := derive(fileKey, salt[:], thread, file)
		head = append(append(head, salt[:]...), commit...)
		s := sealing{key: k, head: envelope.Sum(head)}
		out := head
		for i, last := range marks {
			n := min(len(stream), chunkSize)
			out = append(out, key.GCMSeal(k, s.aad(uint64(i), last), stream[:n])...)
			stream = stream[n:]
		}
		return out
	}
	stream := func(claim uint64, n int) []byte {
		return append(binary.BigEndian.AppendUint64(nil, claim), make([]byte, n-lengthLen)...)
	}
	dirty := stream(100, 512)
	dirty[511] = 1
	dirtyLate := stream(chunkSize, int(padded(chunkSize)))
	dirtyLate[len(dirtyLate)-1] = 1
	for why, c := range map[string]struct {
		sealed []byte
		want   error
	}{
		"honest":                {make1(stream(100, 512), true), nil},
		"no padding":            {make1(stream(592, 600), true), ErrPadding},
		"too much padding":      {make1(stream(100, 1024), true), ErrPadding},
		"length beyond":         {make1(stream(5000, 512), true), ErrPadding},
		"length huge":           {make1(stream(1<<63, 512), true), ErrPadding},
		"length of too many":    {make1(stream(uint64(MaxSize)+1, chunkSize), true), ErrPadding},
		"no length":             {make1(make([]byte, 7), true), ErrPadding},
		"padding not zero":      {make1(dirty, true), ErrPadding},
		"late padding not zero": {make1(dirtyLate, false, true), ErrPadding},
		"last not marked":       {make1(stream(100, 512), false), ErrTruncated},
		"last not marked later": {make1(stream(chunkSize, int(padded(chunkSize))), false, false), ErrChunk},
		"marked too early":      {make1(stream(chunkSize, int(padded(chunkSize))), true, true), ErrTrailing},
		"marked, one of two":    {make1(stream(chunkSize, chunkSize), true), ErrPadding},
		"unmarked, but alone":   {append(make1(stream(chunkSize-lengthLen, chunkSize), false), 0), ErrPadding},
		"one piece too long":    {make1(stream(100, chunkSize), true), ErrPadding},
	} {
		if _, err := open(c.sealed); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestWriterSize(t *testing.T) {
	for _, n := range []int64{-1, MaxSize + 1} {
		if _, err := NewWriter(io.Discard, fileKey, thread, file, n); !errors.Is(err, ErrSize) {
			t.Errorf("size %d: %v", n, err)
		}
		if SealedSize(n) != -1 {
			t.Errorf("size %d has a sealed size", n)
		}
	}
	if SealedSize(MaxSize) != int64(headerLen)+maxChunks*sealedChunk {
		t.Error("the largest file does not fill the last piece")
	}
	w, err := NewWriter(io.Discard, fileKey, thread, file, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, ErrSize) {
		t.Errorf("too few: %v", err)
	}
	w, _ = NewWriter(io.Discard, fileKey, thread, file, 3)
	if _, err := w.Write([]byte("four")); !errors.Is(err, ErrSize) {
		t.Errorf("too many: %v", err)
	}
	if err := w.Close(); !errors.Is(err, ErrSize) {
		t.Errorf("close after too many: %v", err)
	}
	w, _ = NewWriter(io.Discard, fileKey, thread, file, 0)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, errClosed) {
		t.Errorf("closed twice: %v", err)
	}
}

type failing struct{ left int }

var errDisk = errors.New("disk full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

func TestErrorsOfSourceAndDestinationPass(t *testing.T) {
	plain := content(3 * chunkSize)
	for _, room := range []int{0, headerLen, headerLen + sealedChunk, headerLen + 2*sealedChunk} {
		w, err := NewWriter(&failing{room}, fileKey, thread, file, int64(len(plain)))
		if err == nil {
			if _, err = w.Write(plain); err == nil {
				err = w.Close()
			}
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("room for %d: %v", room, err)
		}
	}
	sealed := seal(t, plain)
	for _, at := range []int{0, headerLen, headerLen + 5, headerLen + sealedChunk, len(sealed) - 1, len(sealed)} {
		src := io.MultiReader(bytes.NewReader(sealed[:at]), iotest.ErrReader(errDisk))
		r, err := NewReader(src, fileKey, thread, file)
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("source fails at %d: %v", at, err)
		}
	}
}

// The format, spelled out by hand once: another implementation has to agree.
func TestFormat(t *testing.T) {
	plain := content(chunkSize)
	sealed := seal(t, plain)
	if !bytes.HasPrefix(sealed, []byte("arc1f\x01\x10")) {
		t.Fatalf("header %x", sealed[:7])
	}
	salt, commit, body := sealed[7:39], sealed[39:71], sealed[71:]
	keys := key.HKDF(fileKey[:], salt, envelope.Enc("arc1/file", thread[:], file[:]), 64)
	if !bytes.Equal(keys[32:], commit) {
		t.Error("commitment")
	}
	h := envelope.Sum(sealed[:71])
	first, err1 := key.GCMOpen(keys[:32], envelope.Enc("arc1/chunk", h[:], envelope.U64(0), []byte{0}), body[:65536+28])
	second, err2 := key.GCMOpen(keys[:32], envelope.Enc("arc1/chunk", h[:], envelope.U64(1), []byte{1}), body[65536+28:])
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	want := append([]byte{0, 0, 0, 0, 0, 1, 0, 0}, plain...)
	want = append(want, make([]byte, int(envelope.Padme(65536+8))-len(want))...)
	if !bytes.Equal(append(first, second...), want) {
		t.Error("plain stream")
	}
}

// Memory does not grow with the file: the reader holds one piece.
func TestStreaming(t *testing.T) {
	const n = 40 * chunkSize
	pr, pw := io.Pipe()
	go func() {
		w, err := NewWriter(pw, fileKey, thread, file, n)
		if err == nil {
			_, err = io.Copy(w, io.LimitReader(zeroReader{}, n))
		}
		if err == nil {
			err = w.Close()
		}
		pw.CloseWithError(err)
	}()
	r, err := NewReader(pr, fileKey, thread, file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.Copy(io.Discard, r)
	if got != n || err != nil || cap(r.sealed) > sealedChunk {
		t.Errorf("%d bytes, %v, buffer %d", got, err, cap(r.sealed))
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("after the end: %d, %v", n, err)
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Whatever opens is what was sealed: changed bytes never do.
func FuzzReader(f *testing.F) {
	plain := content(700)
	sealed := seal(f, plain)
	f.Add(sealed)
	f.Add(sealed[:headerLen])
	f.Add(append(bytes.Clone(sealed), 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := open(b)
		if err == nil && !bytes.Equal(got, plain) {
			t.Fatal("opened bytes that were not sealed here")
		}
	})
}
