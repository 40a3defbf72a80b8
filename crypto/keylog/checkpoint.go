package keylog

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"arcline/crypto/envelope"
	"arcline/crypto/key"

	"golang.org/x/mod/sumdb/note"
)

// MaxCheckpoint bounds a signed checkpoint in bytes.
const MaxCheckpoint = 16 << 10

var (
	// ErrVerifier is returned when a Verifier cannot be meant: keys that do not
	// parse, a witness named twice, a quorum out of reach.
	ErrVerifier = errors.New("checkpoint policy refused")
	// ErrCheckpoint is returned for bytes that are not a checkpoint.
	ErrCheckpoint = errors.New("malformed checkpoint")
	// ErrOrigin is returned for a checkpoint of another log.
	ErrOrigin = errors.New("checkpoint of another log")
	// ErrLogSignature is returned when the log did not sign, or any known key's
	// signature is wrong.
	ErrLogSignature = errors.New("checkpoint is not signed by the log")
	// ErrQuorum is returned when too few witnesses signed.
	ErrQuorum = errors.New("too few witnesses signed the checkpoint")
)

// Checkpoint is one state of a log: how many leaves, and their root.
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   envelope.Hash
}

// text is the note's text as C2SP tlog-checkpoint writes it, without extension
// lines.
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatUint(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// NewNoteKey makes a signed-note key pair for a log; name is the log's origin. The private text must be kept like any private key.
func NewNoteKey(random io.Reader, name string) (skey, vkey string, err error) {
	skey, vkey, err = note.GenerateKey(random, name)
	if err != nil {
		return "", "", fmt.Errorf("make note key: %w", err)
	}
	if _, err := note.NewVerifier(vkey); err != nil {
		return "", "", fmt.Errorf("make note key with the name %q: %w", name, err)
	}
	return skey, vkey, nil
}

// SignCheckpoint signs one state of the log. The origin is the key's name.
func SignCheckpoint(origin string, size uint64, root envelope.Hash, signer note.Signer) ([]byte, error) {
	if signer.Name() != origin {
		return nil, fmt.Errorf("sign checkpoint: %w: the key is named %q", ErrOrigin, signer.Name())
	}
	if size > MaxSize {
		return nil, fmt.Errorf("sign checkpoint: %w", ErrSize)
	}
	msg, err := note.Sign(&note.Note{Text: Checkpoint{origin, size, root}.text()}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return msg, nil
}

// Verifier is whom a client believes about the log, from the agency's signed
// policy: the log's key, the witnesses' keys, and how many of them must have
// signed.
//
// The log's key is a plain note key; a witness's signs in the timestamped form
// of C2SP tlog-cosignature/v1, so that a state's freshness does not rest on the
// log's own word.
type Verifier struct {
	LogKey    string
	Witnesses []string
	Quorum    int
}

// Check reports ErrVerifier unless the keys and the quorum can be meant.
func (v Verifier) Check() error {
	_, err := v.keys()
	return err
}

// Open checks the signatures of a checkpoint and reads it.
func (v Verifier) Open(msg []byte) (Checkpoint, error) {
	c, _, err := v.OpenTimed(msg)
	return c, err
}

// OpenTimed is Open that also tells when each witness signed, in Unix seconds,
// newest first. There are at least Quorum times.
func (v Verifier) OpenTimed(msg []byte) (Checkpoint, []uint64, error) {
	c, n, keys, err := v.open(msg)
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("open checkpoint: %w", err)
	}
	// note.Open keeps one signature per key and keys demands distinct keys and
	// names, so what is not the log's is one witness each.
	var times []uint64
	for _, s := range n.Sigs {
		if s.Name == keys[0].Name() && s.Hash == keys[0].KeyHash() {
			continue
		}
		t, err := cosignatureTime(s)
		if err != nil {
			return Checkpoint{}, nil, fmt.Errorf("open checkpoint: %w", err)
		}
		times = append(times, t)
	}
	if len(times) < v.Quorum {
		return Checkpoint{}, nil, fmt.Errorf("open checkpoint: %w: %d of %d, %d needed", ErrQuorum, len(times), len(keys)-1, v.Quorum)
	}
	slices.SortFunc(times, func(a, b uint64) int { return cmp.Compare(b, a) })
	return c, times, nil
}

// Cosign adds a witness's signature to a checkpoint that the log has signed.
// A witness does so only after it has checked that the checkpoint extends the
// last one it signed, and that its leaves are right.
func (v Verifier) Cosign(msg []byte, witness note.Signer) ([]byte, error) {
	_, n, _, err := v.open(msg)
	if err != nil {
		return nil, fmt.Errorf("cosign checkpoint: %w", err)
	}
	out, err := note.Sign(n, witness)
	if err != nil {
		return nil, fmt.Errorf("cosign checkpoint: %w", err)
	}
	return out, nil
}

// Cosignature is the signature line that Cosign would add, as a witness answers
// (C2SP tlog-witness): it ends with a newline.
func (v Verifier) Cosignature(msg []byte, witness note.Signer) ([]byte, error) {
	_, n, _, err := v.open(msg)
	if err != nil {
		return nil, fmt.Errorf("cosign checkpoint: %w", err)
	}
	out, err := note.Sign(&note.Note{Text: n.Text}, witness)
	if err != nil {
		return nil, fmt.Errorf("cosign checkpoint: %w", err)
	}
	return out[len(n.Text)+1:], nil
}

// open does everything but count witnesses.
func (v Verifier) open(msg []byte) (c Checkpoint, n *note.Note, keys []note.Verifier, err error) {
	if keys, err = v.keys(); err != nil {
		return c, nil, nil, err
	}
	if len(msg) > MaxCheckpoint {
		return c, nil, nil, fmt.Errorf("%w: longer than %d bytes", ErrCheckpoint, MaxCheckpoint)
	}
	n, err = note.Open(msg, note.VerifierList(keys...))
	var unsigned *note.UnverifiedNoteError
	var forged *note.InvalidSignatureError
	switch {
	case errors.As(err, &unsigned), errors.As(err, &forged):
		return c, nil, nil, fmt.Errorf("%w: %w", ErrLogSignature, err)
	case err != nil:
		return c, nil, nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	logKey := keys[0]
	signed := false
	for _, s := range n.Sigs {
		signed = signed || s.Name == logKey.Name() && s.Hash == logKey.KeyHash()
	}
	if !signed {
		return c, nil, nil, ErrLogSignature
	}
	if c, err = parseCheckpoint(n.Text); err != nil {
		return c, nil, nil, err
	}
	if c.Origin != logKey.Name() {
		return c, nil, nil, fmt.Errorf("%w: its origin is %q", ErrOrigin, c.Origin)
	}
	return c, n, keys, nil
}

// parseCheckpoint reads a note's text. Whatever would not be written again byte
// for byte is refused: extension lines, leading zeros, loose base64.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return Checkpoint{}, fmt.Errorf("%w: not three lines", ErrCheckpoint)
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil || size > MaxSize {
		return Checkpoint{}, fmt.Errorf("%w: size", ErrCheckpoint)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != 32 {
		return Checkpoint{}, fmt.Errorf("%w: root", ErrCheckpoint)
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: envelope.Hash(root)}
	if c.text() != text {
		return Checkpoint{}, fmt.Errorf("%w: not the only spelling", ErrCheckpoint)
	}
	return c, nil
}

// keys reads the log's key and the witnesses' keys, in this order. One witness
// under two names would count twice, so every name and every key is different.
func (v Verifier) keys() ([]note.Verifier, error) {
	if v.Quorum < 0 || v.Quorum > len(v.Witnesses) {
		return nil, fmt.Errorf("%w: quorum %d of %d witnesses", ErrVerifier, v.Quorum, len(v.Witnesses))
	}
	var out []note.Verifier
	seen := map[string]bool{}
	add := func(k note.Verifier, point [32]byte) error {
		name, bytes := "name "+k.Name(), "key "+string(point[:])
		if seen[name] || seen[bytes] {
			return fmt.Errorf("%w: the name or key of %q stands twice", ErrVerifier, k.Name())
		}
		seen[name], seen[bytes] = true, true
		out = append(out, k)
		return nil
	}
	k, err := note.NewVerifier(v.LogKey)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrVerifier, err)
	}
	point, err := notePoint(v.LogKey)
	if err != nil {
		return nil, fmt.Errorf("%w: key of %q: %w", ErrVerifier, k.Name(), err)
	}
	if err := add(k, point); err != nil {
		return nil, err
	}
	for _, text := range v.Witnesses {
		w, err := readWitness(text)
		if err != nil {
			return nil, fmt.Errorf("%w: witness: %w", ErrVerifier, err)
		}
		if err := add(w, w.key.Bytes()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// notePoint takes the Ed25519 key out of a verifier key that note.NewVerifier
// has accepted and holds it to the same hygiene as every other key: under a
// key of small order anybody could sign.
func notePoint(vkey string) ([32]byte, error) {
	text := vkey[strings.Index(vkey, "+")+1:]
	raw, err := base64.StdEncoding.DecodeString(text[strings.Index(text, "+")+1:])
	if err != nil || len(raw) == 0 {
		return [32]byte{}, errors.New("not a verifier key")
	}
	k, err := key.NewVerify(raw[1:]) // the first byte names the algorithm
	if err != nil {
		return [32]byte{}, err
	}
	return k.Bytes(), nil
}
