package key

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"log/slog"
	"strconv"
)

// Cosigning is the private key of a witness of the key log. It is a type of its
// own because it signs in the form of another specification (C2SP
// tlog-cosignature): nothing that it signs is a statement of this protocol, and
// no statement key ever signs as a witness.
type Cosigning struct {
	seed func() [32]byte
	sign func([]byte) []byte
	pub  Verify
}

// CosigningFromSeed makes the key whose RFC 8032 seed is given.
func CosigningFromSeed(seed [32]byte) *Cosigning {
	full := ed25519.NewKeyFromSeed(seed[:])
	return &Cosigning{
		seed: func() [32]byte { return seed },
		sign: func(b []byte) []byte { return ed25519.Sign(full, b) },
		pub:  Verify{b: [32]byte(full.Public().(ed25519.PublicKey))},
	}
}

// Public is the matching verification key.
func (c *Cosigning) Public() Verify { return c.pub }

// Seed is the 32-byte RFC 8032 seed, for the witness's key file.
func (c *Cosigning) Seed() [32]byte { return c.seed() }

// Format keeps the key out of every print, of a copy too.
func (c Cosigning) Format(f fmt.State, _ rune) { fmt.Fprint(f, "key.Cosigning(hidden)") }

// LogValue keeps the key out of logs.
func (c Cosigning) LogValue() slog.Value { return slog.StringValue("hidden") }

// Cosign is a timestamped signature of C2SP tlog-cosignature/v1 over a
// checkpoint's text: the time in Unix seconds, big-endian, then 64 bytes.
func (c *Cosigning) Cosign(time uint64, checkpoint string) []byte {
	return append(binary.BigEndian.AppendUint64(nil, time), c.sign(cosigned(time, checkpoint))...)
}

// CheckCosignature reports ErrBadSignature unless blob is a timestamped
// signature over the checkpoint's text. The time may not exceed 2^63-1.
func (v Verify) CheckCosignature(checkpoint string, blob []byte) error {
	if v.IsZero() || len(blob) != 8+ed25519.SignatureSize {
		return fmt.Errorf("%w: cosignature", ErrBadSignature)
	}
	time := binary.BigEndian.Uint64(blob)
	if time > 1<<63-1 || !ed25519.Verify(v.b[:], cosigned(time, checkpoint), blob[8:]) {
		return fmt.Errorf("%w: cosignature", ErrBadSignature)
	}
	return nil
}

// cosigned is the message that a witness signs. Its first line keeps it apart
// from a signed note, whose first line is a log's origin.
func cosigned(time uint64, checkpoint string) []byte {
	return []byte("cosignature/v1\ntime " + strconv.FormatUint(time, 10) + "\n" + checkpoint)
}
