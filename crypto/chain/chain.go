// Package chain orders signed statements and decides which may follow which:
// the agency's, each account's, each line's, and the entries of each thread.
// It verifies and never opens; it holds no private key and no secret.
//
// Every state is immutable: applying a statement returns a new state or an
// error, and the old one stays what it was. A state remembers since which leaf
// of the key log each fact holds and until which leaf it held, so one state
// answers "who was a member when this was signed" for any checkpoint a signer
// has named. "At n" means: as known to somebody whose newest checkpoint has
// size n, that is after the leaves 0..n-1.
//
// The server runs the same rules as hygiene; no client relies on it.
package chain

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// Refusals. Each names one reason; every error of this package wraps one.
var (
	ErrOrder      = errors.New("statement does not follow the one before")
	ErrSigner     = errors.New("signer may not make this statement")
	ErrSignature  = errors.New("signature does not fit")
	ErrRoster     = errors.New("readers are not exactly those who may read")
	ErrGeneration = errors.New("generation does not follow the one before")
	ErrRevoked    = errors.New("device is revoked")
	ErrUnknown    = errors.New("not known")
	ErrCredential = errors.New("credential does not hold")
	ErrState      = errors.New("not possible in this state")
	ErrCheckpoint = errors.New("checkpoint went backwards")
	ErrBody       = errors.New("body does not fit its head")
	ErrFactor     = errors.New("a second factor belongs to this")
	ErrStale      = errors.New("sealed to a key that was replaced")
	// ErrAhead is no refusal: the signer knows a newer state of the key log than
	// the reader's book. The reader catches up and asks again.
	ErrAhead = errors.New("the signer's checkpoint is newer than what is known here")
)

// forever is the leaf index at which a fact that still holds ends.
const forever = math.MaxUint64

// span is the stretch of the key log during which a fact holds: it was stated
// by leaf from and ended by leaf until.
type span struct{ from, until uint64 }

// at reports whether somebody with a checkpoint of size n knows the fact to hold.
func (s span) at(n uint64) bool { return s.from < n && s.until >= n }

func since(leaf uint64) span { return span{from: leaf, until: forever} }

// maxLeaf is beyond every index a key log can have (crypto/keylog, MaxSize), so
// that leaf+1 is a size.
const maxLeaf = 1 << 53

// head is what all chains share.
type head struct {
	Kind   envelope.ChainKind
	ID     envelope.ID
	Agency envelope.ID
	Seq    uint64
	Hash   envelope.Hash
	Leaf   uint64 // where the newest link stands in the key log
}

// follows checks place and kind of the next link and decodes it. Links of one
// chain stand in the key log in their own order: a log that turned them round
// would let a revocation hold before what it revokes. The zero id is nobody's,
// because it means "nobody" in other statements.
func (h head) follows(s envelope.SignedLink, leaf uint64) (envelope.Link, error) {
	l, err := envelope.DecodeLink(s.Link)
	if err != nil {
		return l, err
	}
	switch {
	case h.ID.IsZero():
		return l, fmt.Errorf("%w: the zero id names nobody", ErrOrder)
	case leaf >= maxLeaf || h.Seq > 0 && leaf <= h.Leaf:
		return l, fmt.Errorf("%w: leaf %d after leaf %d", ErrOrder, leaf, h.Leaf)
	case l.Kind != h.Kind || l.Chain != h.ID:
		return l, fmt.Errorf("%w: it belongs to another chain", ErrOrder)
	case l.Seq != h.Seq+1:
		return l, fmt.Errorf("%w: number %d after %d", ErrOrder, l.Seq, h.Seq)
	case l.Prev != h.Hash:
		return l, fmt.Errorf("%w: it follows another statement", ErrOrder)
	case h.Seq > 0 && l.Agency != h.Agency:
		return l, fmt.Errorf("%w: it belongs to another agency", ErrOrder)
	case len(s.Countersig) != 0 && l.Type != envelope.AccountAdd:
		return l, fmt.Errorf("%w: a counter-signature where none belongs", ErrSignature)
	}
	return l, nil
}

func (h head) advance(l envelope.Link, s envelope.SignedLink, leaf uint64) head {
	h.Seq, h.Hash, h.Agency, h.Leaf = l.Seq, s.Hash(), l.Agency, leaf
	return h
}

func verify(k key.Verify, t key.SigType, stmt, sig []byte) error {
	if err := k.Check(t, stmt, sig); err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}

func checkLink(k key.Verify, l envelope.Link, s envelope.SignedLink) error {
	return verify(k, key.SigLink(l.Type), s.Link, s.Sig)
}

// Generation is one published generation of an account's, line's or leads' key.
type Generation struct {
	Gen    uint32
	Box    []byte        // X-Wing public key
	PK     envelope.Hash // its hash, as rosters name it
	Commit envelope.Hash // commitment to the seed
	Roster []envelope.Recipient
	From   uint64 // leaf that published it
	grants []granted
}

// granted is a reader that was given a generation after it was published.
type granted struct {
	envelope.Recipient
	from uint64
}

// readers lists whom the generation was sealed to, as known at n.
func (g Generation) readers(n uint64) []envelope.Recipient {
	out := slices.Clone(g.Roster)
	for _, x := range g.grants {
		if x.from < n {
			out = append(out, x.Recipient)
		}
	}
	return out
}

// generations is a history, oldest first.
type generations []Generation

// at returns the newest generation known at n.
func (g generations) at(n uint64) (Generation, bool) {
	for i := len(g) - 1; i >= 0; i-- {
		if g[i].From < n {
			return g[i], true
		}
	}
	return Generation{}, false
}

func (g generations) last() (Generation, bool) { return g.at(forever) }

func (g generations) find(gen uint32) (Generation, bool) {
	for _, x := range g {
		if x.Gen == gen {
			return x, true
		}
	}
	return Generation{}, false
}

// rotation reads a rotation and checks what every rotation must fulfil: the
// next number, the right context and maker, and exactly the readers wanted.
// history says whether the previous secret must (or may not) be handed over.
func rotation(p envelope.Purpose, body []byte, l envelope.Link, before generations, ctx func(gen uint32) []byte,
	want []envelope.Recipient, history bool, leaf uint64) (Generation, error) {
	r, err := envelope.DecodeRotation(body)
	if err != nil {
		return Generation{}, err
	}
	pk, err := key.NewBoxPublic(r.Box)
	if err != nil {
		return Generation{}, err
	}
	k, err := envelope.DecodeKeys(p, r.Keys)
	if err != nil {
		return Generation{}, err
	}
	gen := uint32(len(before)) + 1
	if string(k.Ctx) != string(ctx(gen)) {
		return Generation{}, fmt.Errorf("%w: it should be number %d", ErrGeneration, gen)
	}
	if err := madeBy(k, l.SignerAcct, l.SignerDev); err != nil {
		return Generation{}, err
	}
	if err := sameReaders(k.Recipients, want); err != nil {
		return Generation{}, err
	}
	if history != (len(k.PrevBox) != 0) {
		return Generation{}, fmt.Errorf("%w: history handed over: %v", ErrGeneration, !history)
	}
	// The key of an old generation is held by whom this one may be shutting out.
	if slices.ContainsFunc(before, func(g Generation) bool { return g.PK == pk.Hash() }) {
		return Generation{}, fmt.Errorf("%w: the key of an older generation", ErrGeneration)
	}
	return Generation{Gen: gen, Box: r.Box, PK: pk.Hash(), Commit: k.Commit, Roster: k.Recipients, From: leaf}, nil
}

// grant reads a statement that hands the current generation to one more reader.
func grant(p envelope.Purpose, stmt []byte, l envelope.Link, cur Generation, ctx []byte, to envelope.Recipient) error {
	k, err := envelope.DecodeKeys(p, stmt)
	if err != nil {
		return err
	}
	if string(k.Ctx) != string(ctx) || k.Commit != cur.Commit || len(k.PrevBox) != 0 {
		return fmt.Errorf("%w: a grant hands over the current generation and nothing else", ErrGeneration)
	}
	if err := madeBy(k, l.SignerAcct, l.SignerDev); err != nil {
		return err
	}
	return sameReaders(k.Recipients, []envelope.Recipient{to})
}

func madeBy(k envelope.Keys, acct, dev envelope.ID) error {
	if k.Acct != acct || k.Dev != dev {
		return fmt.Errorf("%w: the key statement names another maker", ErrSigner)
	}
	return nil
}

// sameReaders demands exactly the wanted readers under exactly the wanted keys.
func sameReaders(got, want []envelope.Recipient) error {
	want = slices.Clone(want)
	slices.SortFunc(want, envelope.Recipient.Compare)
	if len(got) != len(want) {
		return fmt.Errorf("%w: %d listed, %d belong", ErrRoster, len(got), len(want))
	}
	for i := range want {
		if !got[i].Same(want[i]) {
			return fmt.Errorf("%w: %s %x does not belong or has another key", ErrRoster, got[i].Kind, got[i].ID[:4])
		}
	}
	return nil
}
