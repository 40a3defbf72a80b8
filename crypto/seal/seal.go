// Package seal is where secrets are: generations of account, line and leads'
// keys, epoch keys of threads, the boxes that hand them to a roster, messages
// with their commitment, and the reading of a step-up attestation.
//
// A secret is 32 bytes. It is handed over by a key statement (envelope.Keys)
// that commits to it, names every reader, and lies inside a signed link or
// entry; the boxes travel beside it. The commitment makes all readers agree on
// one secret, the roster inside every box makes all agree on who has it.
//
// AES-GCM alone does not commit to a key, so a sender could give two readers
// two different texts; the HKDF commitment (protocol section 2) closes that.
package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// Refusals when opening.
var (
	ErrNotForMe   = errors.New("not sealed to this key")
	ErrCommitment = errors.New("secret does not fit its commitment")
	ErrBox        = errors.New("box does not fit the statement")
	ErrNoHistory  = errors.New("no history was handed over")
	ErrPublished  = errors.New("secret does not fit the published key")
)

// Secret is a generation seed or an epoch key: 32 bytes that do not print. They
// stand behind a function, into which package fmt cannot look even where it does
// not call Format. The zero value is no secret, and using it panics.
type Secret struct{ b func() [32]byte }

// NewSecret makes one from the system's randomness.
func NewSecret() Secret {
	var b [32]byte
	rand.Read(b[:])
	return SecretFrom(b)
}

// SecretFrom takes 32 bytes, as a vault keeps them.
func SecretFrom(b [32]byte) Secret { return Secret{b: func() [32]byte { return b }} }

// derive is HKDF from the secret.
func (s Secret) derive(salt, info []byte, n int) []byte {
	b := s.b()
	return key.HKDF(b[:], salt, info, n)
}

// Bytes gives the 32 bytes, for a vault.
func (s Secret) Bytes() [32]byte { return s.b() }

// Format keeps the secret out of every print.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.Secret(hidden)") }

// LogValue keeps the secret out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue("hidden") }

// MarshalJSON refuses.
func (s Secret) MarshalJSON() ([]byte, error) { return nil, errors.New("a secret does not marshal") }

// Box is the X-Wing key of a generation, derived from its seed.
func (s Secret) Box() *key.Box {
	return key.BoxFromSeed([32]byte(s.derive(nil, envelope.Enc("arc1/gen/kem"), 32)))
}

// Fits checks an opened generation seed against the public key that its rotation
// published: a maker could publish a key that only they can open. Whoever finds
// that makes a new generation.
func (s Secret) Fits(published envelope.Hash) error {
	if s.Box().Public().Hash() != published {
		return ErrPublished
	}
	return nil
}

// DraftsKey is what a person's drafts are kept under, for their other devices:
// the key of records at rest, from a generation of their account key.
func (s Secret) DraftsKey() [32]byte {
	return [32]byte(s.derive(nil, envelope.Enc("arc1/gen/drafts"), 32))
}

// RepliesKey is what a line's saved replies are kept under: the key of records at
// rest, from a generation of the line's key. vault.SealReply uses it.
func (s Secret) RepliesKey() [32]byte {
	return [32]byte(s.derive(nil, envelope.Enc("arc1/gen/replies"), 32))
}

func (s Secret) wrapKey() []byte { return s.derive(nil, envelope.Enc("arc1/gen/prev"), 32) }

// Commit binds a secret to its context without showing it.
func (s Secret) Commit(ctx []byte) envelope.Hash {
	return envelope.Hash(s.derive(nil, envelope.Enc("arc1/commit", ctx), 32))
}

// Maker is who makes a statement: an account's device. Its key signs the link
// or entry around it.
type Maker struct {
	Acct, Dev envelope.ID
	Sign      *key.Signing
}

// To is one reader with the public key to seal to.
type To struct {
	envelope.Recipient
	Box key.BoxPublic
}

// Reader makes a To from a public key's bytes, checking the key again at use.
func Reader(kind envelope.RecipientKind, id envelope.ID, gen uint32, box []byte) (To, error) {
	pk, err := key.NewBoxPublic(box)
	if err != nil {
		return To{}, err
	}
	return To{envelope.Recipient{Kind: kind, ID: id, Gen: gen, PK: pk.Hash()}, pk}, nil
}

// Box is one sealed secret on its way to one reader.
type Box struct {
	Kind   envelope.RecipientKind
	ID     envelope.ID
	Gen    uint32
	Sealed []byte // 1168 bytes
}

// Keys seals secret to every reader and returns the statement and the boxes.
// Where before is given, the new secret opens it (history is handed over).
func Keys(p envelope.Purpose, ctx []byte, m Maker, secret Secret, before *Secret, to []To) (envelope.Keys, []Box, error) {
	to = slices.Clone(to)
	slices.SortFunc(to, func(a, b To) int { return a.Compare(b.Recipient) })
	k := envelope.Keys{Purpose: p, Ctx: ctx, Acct: m.Acct, Dev: m.Dev, Commit: secret.Commit(ctx)}
	if before != nil {
		b := before.b()
		k.PrevBox = key.GCMSeal(secret.wrapKey(), prevAAD(p, ctx), b[:])
	}
	for _, t := range to {
		k.Recipients = append(k.Recipients, t.Recipient)
	}
	roster, plain := k.RosterHash(), secret.b()
	boxes := make([]Box, len(to))
	for i, t := range to {
		sealed, err := t.Box.Seal(boxInfo(k, roster, t.Recipient), plain[:])
		if err != nil {
			return k, nil, fmt.Errorf("seal to %s %x: %w", t.Kind, t.ID[:4], err)
		}
		k.Recipients[i].Box = envelope.Sum(sealed)
		boxes[i] = Box{t.Kind, t.ID, t.Gen, sealed}
	}
	return k, boxes, nil
}

func prevAAD(p envelope.Purpose, ctx []byte) []byte { return envelope.Enc("arc1/prev/"+string(p), ctx) }

func boxInfo(k envelope.Keys, roster envelope.Hash, r envelope.Recipient) []byte {
	return envelope.Enc("arc1/box/"+string(k.Purpose), k.Ctx, roster[:], k.Commit[:], k.Acct[:], k.Dev[:],
		[]byte(r.Kind), r.ID[:], envelope.U32(r.Gen), r.PK[:])
}

// Open opens the box of (kind, id) under a private key. The statement must
// already lie in a verified link or entry; that its roster is right is the
// chain's rule.
func Open(k envelope.Keys, kind envelope.RecipientKind, id envelope.ID, sk *key.Box, box []byte) (Secret, error) {
	pk := sk.Public().Hash()
	i := slices.IndexFunc(k.Recipients, func(r envelope.Recipient) bool { return r.Kind == kind && r.ID == id && r.PK == pk })
	if i < 0 {
		return Secret{}, ErrNotForMe
	}
	r := k.Recipients[i]
	if envelope.Sum(box) != r.Box {
		return Secret{}, ErrBox
	}
	b, err := sk.Open(boxInfo(k, k.RosterHash(), r), box)
	if err != nil {
		return Secret{}, fmt.Errorf("%w: %w", ErrBox, err)
	}
	s := SecretFrom([32]byte(b))
	c := s.Commit(k.Ctx)
	if !key.Equal(c[:], k.Commit[:]) {
		return Secret{}, ErrCommitment
	}
	return s, nil
}

// Previous opens the secret before this one, if it was handed over, and checks
// it against the commitment of the statement before.
func Previous(k envelope.Keys, s Secret, before envelope.Keys) (Secret, error) {
	if len(k.PrevBox) == 0 {
		return Secret{}, ErrNoHistory
	}
	b, err := key.GCMOpen(s.wrapKey(), prevAAD(k.Purpose, k.Ctx), k.PrevBox)
	if err != nil || len(b) != 32 {
		return Secret{}, fmt.Errorf("open the secret before: %w", key.ErrNotOpened)
	}
	prev := SecretFrom([32]byte(b))
	c := prev.Commit(before.Ctx)
	if !key.Equal(c[:], before.Commit[:]) {
		return Secret{}, ErrCommitment
	}
	return prev, nil
}

// Message seals one message into an entry at its place and signs it.
func Message(m Maker, tk Secret, at envelope.Place, flags envelope.Flags, plain []byte) (envelope.Entry, error) {
	return said(m, tk, envelope.Head{Type: envelope.EntryMessage, Place: at, Flags: flags}, plain)
}

// Note seals one note of the staff into an entry of a note log and signs it.
func Note(m Maker, tk Secret, at envelope.Place, plain []byte) (envelope.Entry, error) {
	return said(m, tk, envelope.Head{Type: envelope.EntryNote, Place: at}, plain)
}

func said(m Maker, tk Secret, h envelope.Head, plain []byte) (envelope.Entry, error) {
	rand.Read(h.Salt[:])
	h.Acct, h.Dev = m.Acct, m.Dev
	if uint64(len(plain)) > MaxMessage {
		return envelope.Entry{}, fmt.Errorf("seal message: %d bytes, at most %d", len(plain), MaxMessage)
	}
	k, commit := messageKey(tk, h)
	h.Commit = commit
	body := key.GCMSeal(k, h.MessageAAD(), envelope.Pad(plain))
	h.BodyLen, h.BodyHash = uint32(len(body)), envelope.Sum(body)
	return Sign(m, h, body), nil
}

// MaxMessage is the largest plaintext of one message, in bytes. Longer content goes as a file.
const MaxMessage = 32 << 10

func messageKey(tk Secret, h envelope.Head) (k []byte, commit envelope.Hash) {
	km := tk.derive(h.Salt[:], h.MessageKeyInfo(), 64)
	return km[:32], envelope.Hash(km[32:])
}

// OpenMessage opens a message or note whose entry the log's chain has accepted.
func OpenMessage(tk Secret, h envelope.Head, body []byte) ([]byte, error) {
	if !h.Type.HasBody() || uint32(len(body)) != h.BodyLen || envelope.Sum(body) != h.BodyHash {
		return nil, ErrBox
	}
	k, commit := messageKey(tk, h)
	if !key.Equal(commit[:], h.Commit[:]) {
		return nil, ErrCommitment
	}
	padded, err := key.GCMOpen(k, h.MessageAAD(), body)
	if err != nil {
		return nil, err
	}
	return envelope.Unpad(padded)
}

// Sign makes an entry of a head and, for messages, its body.
func Sign(m Maker, h envelope.Head, body []byte) envelope.Entry {
	h.Acct, h.Dev = m.Acct, m.Dev
	head := h.Encode()
	return envelope.Entry{Head: head, Sig: m.Sign.Sign(key.SigEntry(h.Type), head), Body: body}
}

// Epoch makes an entry that starts an epoch: it seals a secret to the readers
// and signs the statement at its place.
func Epoch(m Maker, h envelope.Head, secret Secret, before *Secret, to []To) (envelope.Entry, []Box, error) {
	k, boxes, err := Keys(envelope.PurposeEpoch, envelope.ThreadCtx(h.Thread, h.Epoch), m, secret, before, to)
	if err != nil {
		return envelope.Entry{}, nil, err
	}
	h.Keys = k.Encode()
	return Sign(m, h, nil), boxes, nil
}

// SafetyNumber is what two people compare to be sure of each other: twelve
// groups of five digits from both identities, the same on both sides, and
// stable over devices.
func SafetyNumber(a, b envelope.Hash, agencies ...envelope.ID) string {
	if bytes.Compare(a[:], b[:]) > 0 {
		a, b = b, a
	}
	agencies = slices.Clone(agencies)
	slices.SortFunc(agencies, func(x, y envelope.ID) int { return bytes.Compare(x[:], y[:]) })
	parts := make([][]byte, len(agencies))
	for i := range agencies {
		parts[i] = agencies[i][:]
	}
	raw := key.HKDF(append(a[:], b[:]...), nil, envelope.Enc("arc1/safety", parts...), 60)
	var out []byte
	for i := 0; i < 60; i += 5 {
		n := uint64(raw[i])<<32 | uint64(raw[i+1])<<24 | uint64(raw[i+2])<<16 | uint64(raw[i+3])<<8 | uint64(raw[i+4])
		if i > 0 {
			out = append(out, ' ')
		}
		out = fmt.Appendf(out, "%05d", n%100000)
	}
	return string(out)
}
