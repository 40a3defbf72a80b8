package envelope

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Purpose says which kind of secret a key statement hands out.
type Purpose string

// The four secrets that are sealed to rosters.
const (
	PurposeAccount Purpose = "puk"   // an account's generation seed, to its devices, its recovery pair and its officers' pair
	PurposeLine    Purpose = "line"  // a line's generation seed, to its members' accounts
	PurposeLead    Purpose = "lead"  // a line's supervisors' generation seed, to its leads' accounts
	PurposeEpoch   Purpose = "epoch" // a thread's epoch key, to everybody who may read the epoch
)

// RecipientKind says what kind of principal a box is sealed to.
type RecipientKind string

// The kinds, in the order in which a roster lists them.
const (
	KindAccount   RecipientKind = "acct"
	KindDevice    RecipientKind = "dev"
	KindRecovery  RecipientKind = "rec"
	KindOfficers  RecipientKind = "offi"
	KindLine      RecipientKind = "line"
	KindLead      RecipientKind = "lead"
	KindCustodian RecipientKind = "cust"
)

var kindOrder = []RecipientKind{KindAccount, KindDevice, KindRecovery, KindOfficers, KindLine, KindLead, KindCustodian}

// Recipient is one reader in a roster: who, which generation of their key, and
// the digests of that public key and of the box sealed to it.
type Recipient struct {
	Kind RecipientKind
	ID   ID
	Gen  uint32
	PK   Hash
	Box  Hash
}

// Same reports whether two recipients are the same reader under the same key;
// the box is not compared.
func (r Recipient) Same(o Recipient) bool {
	return r.Kind == o.Kind && r.ID == o.ID && r.Gen == o.Gen && r.PK == o.PK
}

func (r Recipient) unboxed() []byte {
	return Enc("r", []byte(r.Kind), r.ID[:], U32(r.Gen), r.PK[:])
}

// Compare orders recipients by kind, then by id. A roster is strictly
// ascending in this order, so one set of readers has one encoding.
func (r Recipient) Compare(o Recipient) int {
	if d := slices.Index(kindOrder, r.Kind) - slices.Index(kindOrder, o.Kind); d != 0 {
		return d
	}
	return bytes.Compare(r.ID[:], o.ID[:])
}

// Keys is a key statement: the signed part of handing one secret to a roster.
// The boxes travel beside it, each recipient getting only its own; deleting a
// box does not break the statement.
//
// The statement has no signature of its own. It always lies inside a chain
// link or a thread entry whose signer is (Acct, Dev).
type Keys struct {
	Purpose    Purpose
	Ctx        []byte // ThreadCtx, LineCtx, LeadCtx or AccountCtx
	Acct, Dev  ID     // who made it
	Commit     Hash   // binds all recipients to one secret
	PrevBox    []byte // the previous secret under this one; empty where history is not handed over
	Recipients []Recipient
}

// PrevBoxLen is the size of a 32-byte secret under AES-256-GCM with its nonce.
const PrevBoxLen = 12 + 32 + 16

// ThreadCtx names one epoch of a thread.
func ThreadCtx(thread ID, epoch uint32) []byte { return Enc("t", thread[:], U32(epoch)) }

// LineCtx names one generation of a line key.
func LineCtx(line ID, gen uint32) []byte { return Enc("l", line[:], U32(gen)) }

// LeadCtx names one generation of a line's supervisors' key.
func LeadCtx(line ID, gen uint32) []byte { return Enc("d", line[:], U32(gen)) }

// AccountCtx names one generation of an account key.
func AccountCtx(acct ID, gen uint32) []byte { return Enc("a", acct[:], U32(gen)) }

// ParseCtx returns what a context names: the tag t, l, d or a, the id and the
// epoch or generation.
func ParseCtx(ctx []byte) (tag string, id ID, n uint32, err error) {
	tag, err = Label(ctx)
	if err != nil {
		return "", id, 0, err
	}
	f := open(tag, ctx)
	id, n = f.id(), f.u32()
	switch tag {
	case "t", "l", "d", "a":
	default:
		f.fail("unknown context")
	}
	return tag, id, n, f.done()
}

// Encode writes the statement.
func (k Keys) Encode() []byte {
	parts := [][]byte{k.Ctx, k.Acct[:], k.Dev[:], k.Commit[:], k.PrevBox}
	for _, r := range k.Recipients {
		parts = append(parts, Enc("r", []byte(r.Kind), r.ID[:], U32(r.Gen), r.PK[:], r.Box[:]))
	}
	return Enc("arc1/keys/"+string(k.Purpose), parts...)
}

// RosterHash commits to who is in the roster and under which keys.
func (k Keys) RosterHash() Hash {
	parts := make([][]byte, len(k.Recipients))
	for i, r := range k.Recipients {
		parts[i] = r.unboxed()
	}
	return Sum(Enc("arc1/roster", parts...))
}

// DecodeKeys reads a statement of the given purpose. The roster must be in
// order and without repeats, and its kinds must fit the purpose.
func DecodeKeys(purpose Purpose, b []byte) (Keys, error) {
	f := open("arc1/keys/"+string(purpose), b)
	k := Keys{Purpose: purpose, Ctx: f.bytes(1, 64), Acct: f.id(), Dev: f.id(), Commit: f.hash(), PrevBox: f.next()}
	if len(k.PrevBox) != 0 && len(k.PrevBox) != PrevBoxLen {
		f.fail("previous-secret box has the wrong size")
	}
	rest := f.rest()
	if err := f.done(); err != nil {
		return Keys{}, err
	}
	if len(rest) == 0 {
		return Keys{}, fmt.Errorf("%w: key statement without recipients", ErrMalformed)
	}
	if err := checkCtx(purpose, k.Ctx); err != nil {
		return Keys{}, err
	}
	for _, p := range rest {
		r, err := decodeRecipient(purpose, p)
		if err != nil {
			return Keys{}, err
		}
		if n := len(k.Recipients); n > 0 && k.Recipients[n-1].Compare(r) >= 0 {
			return Keys{}, fmt.Errorf("%w: roster out of order or with a repeat", ErrMalformed)
		}
		k.Recipients = append(k.Recipients, r)
	}
	return k, nil
}

func decodeRecipient(purpose Purpose, b []byte) (Recipient, error) {
	f := open("r", b)
	r := Recipient{Kind: RecipientKind(f.text(8)), ID: f.id(), Gen: f.u32(), PK: f.hash(), Box: f.hash()}
	if err := f.done(); err != nil {
		return Recipient{}, err
	}
	if !slices.Contains(kindsOf[purpose], r.Kind) {
		return Recipient{}, fmt.Errorf("%w: a %s statement has no %q recipients", ErrMalformed, purpose, clip(string(r.Kind)))
	}
	return r, nil
}

var kindsOf = map[Purpose][]RecipientKind{
	PurposeAccount: {KindDevice, KindRecovery, KindOfficers},
	PurposeLine:    {KindAccount},
	PurposeLead:    {KindAccount},
	PurposeEpoch:   {KindAccount, KindLine, KindLead, KindCustodian},
}

var ctxTag = map[Purpose]string{PurposeAccount: "a", PurposeLine: "l", PurposeLead: "d", PurposeEpoch: "t"}

func checkCtx(purpose Purpose, ctx []byte) error {
	tag, _, _, err := ParseCtx(ctx)
	if err != nil {
		return err
	}
	if tag != ctxTag[purpose] {
		return fmt.Errorf("%w: a %s statement cannot speak about %q", ErrMalformed, purpose, tag)
	}
	return nil
}

// validText refuses what is not UTF-8 and the control characters that could
// forge a line on somebody's screen.
func validText(p []byte) bool {
	if !utf8.Valid(p) {
		return false
	}
	for _, r := range string(p) {
		if r < 0x20 || r == 0x7f || r == 0x2028 || r == 0x2029 || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return false
		}
	}
	return true
}
