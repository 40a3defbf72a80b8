package attack

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"testing"

	"arcline/crypto/chaintest"
	"arcline/crypto/chunk"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

const pieces = 3

// sealFile seals pieces of random content for one thread and file.
func sealFile(t *testing.T, fk [32]byte, thread, file envelope.ID, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := chunk.NewWriter(&out, fk, thread, file, int64(len(plain)))
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func openFile(fk [32]byte, thread, file envelope.ID, sealed []byte) ([]byte, error) {
	r, err := chunk.NewReader(bytes.NewReader(sealed), fk, thread, file)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// T18: a service reorders, cuts, extends or swaps the pieces of a file, or hands
// out another file in its place.
func TestT18_FilePieces(t *testing.T) {
	var fk, other [32]byte
	rand.Read(fk[:])
	rand.Read(other[:])
	thread, file := chaintest.NewID(), chaintest.NewID()
	plain := make([]byte, pieces<<16)
	rand.Read(plain)
	sealed := sealFile(t, fk, thread, file, plain)
	if got, err := openFile(fk, thread, file, sealed); err != nil || !bytes.Equal(got, plain) {
		t.Fatal("the honest file does not open:", err)
	}
	const header = 5 + 1 + 1 + 32 + 32
	piece := (1 << 16) + key.GCMOverhead
	at := func(i int) int { return header + i*piece }
	swapped := bytes.Clone(sealed)
	copy(swapped[at(0):at(1)], sealed[at(1):at(2)])
	copy(swapped[at(1):at(2)], sealed[at(0):at(1)])
	foreign := bytes.Clone(sealed)
	copy(foreign[at(1):at(2)], sealFile(t, fk, thread, file, plain)[at(1):at(2)])
	for name, evil := range map[string][]byte{
		"pieces swapped":             swapped,
		"cut at a piece's border":    sealed[:at(2)],
		"cut inside a piece":         sealed[:at(2)+100],
		"extended":                   append(bytes.Clone(sealed), sealed[at(2):]...),
		"a piece of another sealing": foreign,
		"one bit flipped":            append(append(bytes.Clone(sealed[:at(1)]), sealed[at(1)]^1), sealed[at(1)+1:]...),
	} {
		if got, err := openFile(fk, thread, file, evil); err == nil {
			t.Errorf("%s: %d bytes accepted", name, len(got))
		}
	}
	for name, try := range map[string]func() ([]byte, error){
		"another thread's": func() ([]byte, error) { return openFile(fk, chaintest.NewID(), file, sealed) },
		"another file's":   func() ([]byte, error) { return openFile(fk, thread, chaintest.NewID(), sealed) },
		"another key's":    func() ([]byte, error) { return openFile(other, thread, file, sealed) },
	} {
		if _, err := try(); !errors.Is(err, chunk.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := naiveFile(t, plain, 1, 0, 2); len(got) != len(plain) || bytes.Equal(got, plain) {
		t.Error("the control no longer falls for swapped pieces")
	}
}

// naiveFile is the control: a reader that opens each piece alone, with nothing
// that says where it stands, does not notice that two were swapped.
func naiveFile(t *testing.T, plain []byte, order ...int) (out []byte) {
	var k [32]byte
	rand.Read(k[:])
	for _, i := range order {
		p, err := key.GCMOpen(k[:], nil, key.GCMSeal(k[:], nil, plain[i<<16:(i+1)<<16]))
		if err != nil {
			t.Fatal("the naive reader noticed:", err)
		}
		out = append(out, p...)
	}
	return out
}
