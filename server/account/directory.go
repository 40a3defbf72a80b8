package account

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Directory answers what is new in some chains, with every proof a client needs
// to believe it: consistency from its pin, the newest directory root, the place
// of each statement, and that each chain ends where it ends.
func (s *Service) Directory(ctx context.Context, acct, dev store.ID, q wire.DirectoryQuery) (wire.DirectoryAnswer, error) {
	state := s.log.State()
	if state.Size == 0 {
		return wire.DirectoryAnswer{}, wire.Refuse(wire.CodeWitnessAway).Because(errors.New("no state was witnessed yet"))
	}
	if len(q.Chains) > wire.MaxDirectory || q.Size > state.Size {
		return wire.DirectoryAnswer{}, wire.Refuse(wire.CodeMalformed)
	}
	out := wire.DirectoryAnswer{Checkpoint: string(state.Checkpoint.Note), DirRoot: state.Checkpoint.DirRoot, Chains: []wire.ChainAnswer{}}
	consistency, err := state.Consistency(q.Size)
	if err != nil {
		return out, err
	}
	proof, err := state.Inclusion(state.Size - 1)
	if err != nil {
		return out, err
	}
	out.Consistency, out.DirProof = hashes(consistency), hashes(proof)
	err = s.st.View(ctx, func(tx *table.Tx) error {
		for _, c := range q.Chains {
			a, err := s.chainAnswer(tx, state, acct, dev, c)
			if err != nil {
				return err
			}
			out.Chains = append(out.Chains, a)
		}
		return nil
	})
	return out, err
}

// maxLinks bounds one chain's part of an answer; the client asks again.
const maxLinks = 500

func (s *Service) chainAnswer(tx *table.Tx, state State, acct, dev store.ID, q wire.ChainQuery) (wire.ChainAnswer, error) {
	id := store.ID(q.Chain)
	a := wire.ChainAnswer{Chain: q.Chain, Links: []wire.Logged{}, Lookup: lookup(state.Dir.Lookup(envelope.ID(q.Chain)))}
	kind := ""
	_, err := s.st.Links.Scan(tx, store.PartChain(id), table.Range{From: func(w *table.KeyWriter) { w.U64(q.After + 1) }, Limit: maxLinks},
		func(k store.LinkKey, l store.Link) (bool, error) {
			kind = l.Kind
			if l.Leaf >= state.Size {
				return false, nil // logged after the state was taken
			}
			proof, err := state.Inclusion(l.Leaf)
			if err != nil {
				return false, err
			}
			boxes, err := s.ownBoxes(tx, k, l.Kind, acct, dev)
			if err != nil {
				return false, err
			}
			a.Links = append(a.Links, wire.Logged{Link: wire.Link{Link: l.Link, Sig: l.Sig, Countersig: l.Countersig}, Leaf: l.Leaf, Proof: hashes(proof), Boxes: boxes})
			return true, nil
		})
	if err != nil || kind != string(envelope.ChainAccount) && q.After == 0 && kind != "" {
		return a, err
	}
	agency := s.Book().Agency()
	_, err = s.st.Credentials.Scan(tx, store.PartAccount(id), table.Range{}, func(k store.CredentialKey, c store.Credential) (bool, error) {
		if leaf, ok := agency.Given(envelope.ID(k.Serial)); ok && leaf >= state.Size {
			return true, nil // logged after the state was taken
		}
		a.Credentials = append(a.Credentials, wire.Credential{Credential: c.Credential, Sig: c.Sig})
		return true, nil
	})
	return a, err
}

// ownBoxes are those of a statement's boxes that the caller could open.
func (s *Service) ownBoxes(tx *table.Tx, k store.LinkKey, kind string, acct, dev store.ID) ([]wire.Box, error) {
	var out []wire.Box
	_, err := s.st.ChainBoxes.Scan(tx, store.PartChain(k.Chain), table.Range{Prefix: func(w *table.KeyWriter) { w.U64(k.Seq) }},
		func(b store.ChainBoxKey, v store.Box) (bool, error) {
			mine := b.Kind == string(wire.BoxAccount) && b.ID == acct ||
				b.Kind == string(wire.BoxDevice) && k.Chain == acct && b.ID == dev ||
				b.Kind == string(wire.BoxRecovery) && k.Chain == acct
			if mine {
				out = append(out, wire.Box{Kind: wire.BoxKind(b.Kind), ID: wire.ID(b.ID), Sealed: v.Sealed})
			}
			return true, nil
		})
	return out, err
}

func hashes(in []envelope.Hash) []wire.Hash {
	out := make([]wire.Hash, len(in))
	for i, h := range in {
		out[i] = wire.Hash(h)
	}
	return out
}

func lookup(p keylog.LookupProof) wire.Lookup {
	return wire.Lookup{Found: leaf(p.Found), Before: leaf(p.Before), After: leaf(p.After)}
}

func leaf(e *keylog.DirEntry) *wire.LookupLeaf {
	if e == nil {
		return nil
	}
	return &wire.LookupLeaf{Index: e.Index, Chain: wire.ID(e.Chain), Seq: e.Head.Seq, Head: wire.Hash(e.Head.Hash), Path: hashes(e.Path)}
}

// Lines lists the lines in order of name.
func (s *Service) Lines() []*chain.Line {
	book := s.Book()
	if book == nil {
		return nil
	}
	lines := book.Lines()
	slices.SortFunc(lines, func(a, b *chain.Line) int { return strings.Compare(a.Name, b.Name) })
	return lines
}

// About is what anybody may know of the service: what a client needs before it
// can verify anything. It is believed only as far as the agency's policy agrees.
func (s *Service) About(now time.Time) wire.About {
	a := wire.About{Version: wire.Version, LogKey: s.keys.LogKey, Now: now.UnixMilli(), Ready: s.Ready()}
	pub := ed25519.NewKeyFromSeed(s.keys.StepUp[:]).Public().(ed25519.PublicKey)
	a.StepUpKey = pub
	if book := s.Book(); book != nil {
		a.Agency = wire.ID(book.Agency().ID)
	}
	return a
}

// InvitedName is the sign-in name of a usable invitation.
func (s *Service) InvitedName(ctx context.Context, locator wire.Hash, now time.Time) (string, error) {
	inv, err := s.invitation(ctx, sha256.Sum256(locator[:]), usable, now)
	return inv.Login, err
}

// Page answers the leaves of the written log from an index on, each with what
// it logs, so that its reader can check every rule by themselves.
func (s *Service) Page(ctx context.Context, from uint64) (wire.LogPage, error) {
	state := s.log.Written()
	if from > state.Size {
		return wire.LogPage{}, wire.Refuse(wire.CodeMalformed)
	}
	out := wire.LogPage{From: from, Size: state.Size, Checkpoint: string(state.Checkpoint.Note), Shown: string(s.log.State().Checkpoint.Note), Leaves: []wire.LogLeaf{}}
	bytes := 0
	err := s.st.View(ctx, func(tx *table.Tx) error {
		_, err := s.st.Leaves.Scan(tx, store.PartLog, table.Range{From: func(w *table.KeyWriter) { w.U64(from) }, Limit: wire.MaxLogPage}, func(i uint64, b []byte) (bool, error) {
			if i >= state.Size || bytes > wire.MaxHTTPBody {
				return false, nil
			}
			l := wire.LogLeaf{Leaf: b}
			if err := s.fill(tx, &l); err != nil {
				return false, fmt.Errorf("leaf %d: %w", i, err)
			}
			bytes += len(b)
			if l.Link != nil {
				bytes += len(l.Link.Link)
			}
			out.Leaves = append(out.Leaves, l)
			return true, nil
		})
		return err
	})
	return out, err
}

// fill puts beside a leaf what it logs: a link, and the credential that a link
// records.
func (s *Service) fill(tx *table.Tx, l *wire.LogLeaf) error {
	decoded, err := keylog.DecodeLeaf(l.Leaf)
	if err != nil {
		return err
	}
	x, ok := decoded.(keylog.LinkLeaf)
	if !ok {
		return nil
	}
	row, err := s.st.Links.Get(tx, store.LinkKey{Chain: x.Chain, Seq: x.Seq})
	if err != nil {
		return err
	}
	l.Link = &wire.Link{Link: row.Link, Sig: row.Sig, Countersig: row.Countersig}
	link, err := envelope.DecodeLink(row.Link)
	if err != nil || link.Type != envelope.AgencyCredential {
		return err
	}
	b, err := envelope.DecodeCredentialLink(link.Body)
	if err != nil {
		return err
	}
	c, err := s.st.Credentials.Get(tx, store.CredentialKey{Account: b.Account, Serial: b.Serial})
	l.Credential = &wire.Credential{Credential: c.Credential, Sig: c.Sig}
	return err
}
