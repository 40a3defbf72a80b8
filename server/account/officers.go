package account

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"arcline/crypto/envelope"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Officers lists the registrars in force, and which of them hold a share of the
// caller's account. Whoever seals a share to one verifies them in the key log.
func (s *Service) Officers(ctx context.Context, acct store.ID) (out wire.Officers, err error) {
	out = wire.Officers{Officers: []wire.ID{}, Held: []wire.Share{}}
	err = s.st.View(ctx, func(tx *table.Tx) error {
		_, err := s.st.Roster.Scan(tx, store.PartRoster, table.Range{}, func(_ string, e store.RosterEntry) (bool, error) {
			if e.Role != string(wire.RoleRegistrar) || e.Account == (store.ID{}) || e.Account == acct {
				return true, nil
			}
			a, err := s.st.Accounts.Get(tx, e.Account)
			if err == nil && a.State == store.AccountActive && a.Barred == "" {
				out.Officers = append(out.Officers, wire.ID(e.Account))
			}
			return true, err
		})
		if err != nil {
			return err
		}
		_, err = s.st.Shares.Scan(tx, store.PartAccount(acct), table.Range{}, func(_ store.ShareKey, x store.Share) (bool, error) {
			out.Held = append(out.Held, wire.Share{Officer: wire.ID(x.Officer), Gen: x.Gen, PK: wire.Hash(x.PK), Box: []byte{}, Sealed: []byte{}})
			return true, nil
		})
		return err
	})
	return out, err
}

// putShares stores the shares that travel with an officers' statement: one for
// each officer that it names, in place of those before.
func (s *Service) putShares(tx *table.Tx, l envelope.Link, shares []wire.Share) error {
	b, err := envelope.DecodeOfficers(l.Body)
	if err != nil {
		return wire.Refuse(wire.CodeMalformed).Because(err)
	}
	acct, err := s.Book().Account(l.Chain)
	if err != nil {
		return err
	}
	var have []envelope.ID
	for _, x := range shares {
		have = append(have, envelope.ID(x.Officer))
		if len(x.Box) != envelope.BoxLen || len(x.Sealed) > 128 {
			return wire.Refuse(wire.CodeReaders).Because(errors.New("a share of another size"))
		}
	}
	slices.SortFunc(have, func(x, y envelope.ID) int { return slices.Compare(x[:], y[:]) })
	if !slices.Equal(have, b.Held) {
		return wire.Refuse(wire.CodeReaders).Because(errors.New("the shares are not those of the officers that the statement names"))
	}
	var old []store.ShareKey
	if _, err := s.st.Shares.Scan(tx, store.PartAccount(l.Chain), table.Range{}, func(k store.ShareKey, _ store.Share) (bool, error) {
		old = append(old, k)
		return true, nil
	}); err != nil {
		return err
	}
	for _, k := range old {
		if err := s.st.Shares.Delete(tx, k); err != nil {
			return err
		}
	}
	for _, x := range shares {
		k := store.ShareKey{Account: l.Chain, Officer: store.ID(x.Officer)}
		if err := s.st.Shares.Insert(tx, k, store.Share{Officer: k.Officer, Number: acct.Officers().Number + 1, Gen: x.Gen, PK: store.Hash(x.PK), Box: x.Box, Sealed: x.Sealed}); err != nil {
			return err
		}
	}
	return nil
}

// checkOfficers demands that whoever an officers' statement names are the
// agency's registrars. It runs before the transaction, on verified chains.
func (s *Service) checkOfficers(ctx context.Context, l envelope.Link) error {
	b, err := envelope.DecodeOfficers(l.Body)
	if err != nil {
		return wire.Refuse(wire.CodeMalformed).Because(err)
	}
	are, err := s.Officers(ctx, store.ID(l.Chain))
	if err != nil {
		return err
	}
	for _, id := range b.Held {
		if !slices.Contains(are.Officers, wire.ID(id)) {
			return wire.Refuse(wire.CodeReaders).Because(fmt.Errorf("%x is no registrar", id[:4]))
		}
	}
	return nil
}

// chainFor is an account's whole chain with the boxes of one kind, for somebody
// who brings it back. Proofs are left out: the chain proves itself by the
// recovery or officers' key in it, and later by the agency's credential.
func (s *Service) chainFor(tx *table.Tx, acct store.ID, kind wire.BoxKind) (out []wire.Logged, err error) {
	out = []wire.Logged{}
	_, err = s.st.Links.Scan(tx, store.PartChain(acct), table.Range{}, func(k store.LinkKey, l store.Link) (bool, error) {
		x := wire.Logged{Link: wire.Link{Link: l.Link, Sig: l.Sig, Countersig: l.Countersig}, Leaf: l.Leaf, Proof: []wire.Hash{}}
		if kind == "" {
			out = append(out, x)
			return true, nil
		}
		_, err := s.st.ChainBoxes.Scan(tx, store.PartChain(acct), table.Range{Prefix: func(w *table.KeyWriter) { w.U64(k.Seq) }},
			func(b store.ChainBoxKey, v store.Box) (bool, error) {
				if b.Kind == string(kind) {
					x.Boxes = append(x.Boxes, wire.Box{Kind: kind, ID: wire.ID(b.ID), Sealed: v.Sealed})
				}
				return true, nil
			})
		out = append(out, x)
		return err == nil, err
	})
	return out, err
}
