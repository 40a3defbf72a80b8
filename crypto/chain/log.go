package chain

import (
	"fmt"
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// What the two kinds of linear logs share, threads and their note logs: where
// an entry stands, who signed it, and who must be able to read.

// stands demands that an entry is the next one of its log.
func stands(h envelope.Head, id envelope.ID, next uint64, head envelope.Hash) error {
	switch {
	case h.Thread != id:
		return fmt.Errorf("%w: it belongs to another log", ErrOrder)
	case h.Index != next:
		return fmt.Errorf("%w: index %d where %d belongs", ErrOrder, h.Index, next)
	case h.Prev != head:
		return fmt.Errorf("%w: it follows another entry", ErrOrder)
	}
	return nil
}

// newer demands that the named checkpoint does not go back along a log.
func newer(h envelope.Head, next, size uint64, root envelope.Hash) error {
	if h.KTSize < size || (h.KTSize == size && next > 0 && h.KTRoot != root) {
		return fmt.Errorf("%w: from %d to %d", ErrCheckpoint, size, h.KTSize)
	}
	return nil
}

// CheckSignature verifies the entry's signature by a device that was in force
// at the signer's checkpoint. It reads nothing of the thread, so a server can
// do it before it takes the thread's lock.
func CheckSignature(h envelope.Head, e envelope.Entry, people People) error {
	if h.KTSize > people.Reach() {
		return fmt.Errorf("%w: %d of %d", ErrAhead, h.KTSize, people.Reach())
	}
	acct, err := people.Account(h.Acct)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSigner, err)
	}
	k, err := acct.Device(h.Dev, h.KTSize)
	if err != nil {
		return err
	}
	return verify(k, key.SigEntry(h.Type), e.Head, e.Sig)
}

// everSigned demands a signature by a device that the account has or had: one
// that was revoked, or is not yet bound at the named checkpoint, did sign it all
// the same.
func everSigned(h envelope.Head, e envelope.Entry, people People) error {
	a, err := people.Account(h.Acct)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSigner, err)
	}
	return verify(a.devices[h.Dev].sign, key.SigEntry(h.Type), e.Head, e.Sig)
}

// fits demands that a body that is there is the one that the head names.
func fits(e envelope.Entry, h envelope.Head) error {
	if e.Body != nil && (uint32(len(e.Body)) != h.BodyLen || envelope.Sum(e.Body) != h.BodyHash) {
		return ErrBody
	}
	return nil
}

// readersOf lists exactly who must be able to read: the people named, the line
// while the log waits for it, else its leads (where policy says so), and the
// records key (where there is one). All under the generations known at n.
func readersOf(party []envelope.ID, lineID envelope.ID, waits bool, n uint64, people People) ([]envelope.Recipient, error) {
	out := make([]envelope.Recipient, 0, len(party)+2)
	for _, id := range party {
		r, err := accountRecipient(id, n, people)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	line, err := people.Line(lineID)
	if err != nil {
		return nil, err
	}
	if waits {
		g, ok := line.Generation(n)
		if !ok {
			return nil, fmt.Errorf("%w: the line has no key yet", ErrUnknown)
		}
		out = append(out, envelope.Recipient{Kind: envelope.KindLine, ID: lineID, Gen: g.Gen, PK: g.PK})
	} else if pol, ok := people.Agency().Policy(n); ok && pol.LineEscrow {
		g, ok, err := line.Escrow(n)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, envelope.Recipient{Kind: envelope.KindLead, ID: lineID, Gen: g.Gen, PK: g.PK})
		}
	}
	if c, pk, ok := people.Agency().Custodian(n); ok {
		out = append(out, envelope.Recipient{Kind: envelope.KindCustodian, ID: c.ID, Gen: c.Gen, PK: pk})
	}
	slices.SortFunc(out, envelope.Recipient.Compare)
	return out, nil
}

// among reports whether the maker of an entry is one of the readers, as
// themselves, as a member of a line, or as one of its leads.
func among(h envelope.Head, readers []envelope.Recipient, people People) (bool, error) {
	for _, r := range readers {
		if r.Kind == envelope.KindAccount && r.ID == h.Acct {
			return true, nil
		}
		if r.Kind != envelope.KindLine && r.Kind != envelope.KindLead {
			continue
		}
		line, err := people.Line(r.ID)
		if err != nil {
			return false, err
		}
		if r.Kind == envelope.KindLine && line.Member(h.Acct, h.KTSize) || r.Kind == envelope.KindLead && line.Admin(h.Acct, h.KTSize) {
			return true, nil
		}
	}
	return false, nil
}
