package seal

import (
	"fmt"
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// The officers' pair brings an account back when its person has lost every
// device and the recovery code. Its seed is made on the person's device, divided
// with crypto/vault, each share sealed to one officer, and forgotten. Two
// officers re-seal their shares to a new device, which alone puts them together.

// OfficersPair derives the pair from its seed.
func OfficersPair(seed Secret) Recovery {
	return Recovery{
		Sign: key.SigningFromSeed([32]byte(seed.derive(nil, envelope.Enc("arc1/officers/sign"), 32))),
		Box:  key.BoxFromSeed([32]byte(seed.derive(nil, envelope.Enc("arc1/officers/box"), 32))),
	}
}

// Officers binds a fresh officers' pair and hands it the current generation.
// commit is what the shares of the seed are bound by, held who gets one.
func Officers(a *chain.Account, at LinkAt, m Maker, cur Secret, pair Recovery, commit envelope.Hash, held []envelope.ID) (envelope.SignedLink, []Box, error) {
	g, ok := a.Generation(latest)
	if !ok {
		return envelope.SignedLink{}, nil, chain.ErrUnknown
	}
	to, err := Reader(envelope.KindOfficers, a.ID, a.Officers().Number+1, pair.Box.Public().Bytes())
	if err != nil {
		return envelope.SignedLink{}, nil, err
	}
	k, boxes, err := Keys(envelope.PurposeAccount, envelope.AccountCtx(a.ID, g.Gen), m, cur, nil, []To{to})
	if err != nil {
		return envelope.SignedLink{}, nil, err
	}
	body := envelope.OfficersBody{Sign: pair.Sign.Public().Bytes(), Box: pair.Box.Public().Bytes(), Commit: commit, Held: slices.Clone(held), Grant: k.Encode()}
	slices.SortFunc(body.Held, func(x, y envelope.ID) int { return slices.Compare(x[:], y[:]) })
	_, s := link(envelope.AccountOfficers, envelope.ChainAccount, a.ID, a.Seq, a.Hash, at, m, body.Encode())
	return s, boxes, nil
}

// Share is one share of an officers' seed on its way to one reader: an officer,
// or the device that brings the account back.
type Share struct {
	Reader envelope.Recipient // kind acct or dev; its box digest is unused
	Box    []byte             // 1168 bytes: the key of Sealed
	Sealed []byte             // the share under it
}

// shareInfo binds a share to the account, the number of its officers' pair, the
// commitment in the account's chain, and its reader.
func shareInfo(acct envelope.ID, number uint32, commit envelope.Hash, r envelope.Recipient) []byte {
	return envelope.Enc("arc1/share", acct[:], envelope.U32(number), commit[:], []byte(r.Kind), r.ID[:], envelope.U32(r.Gen), r.PK[:])
}

// SealShare seals a share to one reader.
func SealShare(acct envelope.ID, number uint32, commit envelope.Hash, to To, share []byte) (Share, error) {
	k := NewSecret().Bytes()
	info := shareInfo(acct, number, commit, to.Recipient)
	box, err := to.Box.Seal(info, k[:])
	if err != nil {
		return Share{}, fmt.Errorf("seal a share: %w", err)
	}
	return Share{Reader: to.Recipient, Box: box, Sealed: key.GCMSeal(k[:], info, share)}, nil
}

// OpenShare opens a share with the reader's private key.
func OpenShare(acct envelope.ID, number uint32, commit envelope.Hash, sk *key.Box, s Share) ([]byte, error) {
	if sk.Public().Hash() != s.Reader.PK {
		return nil, ErrNotForMe
	}
	info := shareInfo(acct, number, commit, s.Reader)
	k, err := sk.Open(info, s.Box)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBox, err)
	}
	return key.GCMOpen(k, info, s.Sealed)
}
