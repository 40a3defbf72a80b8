package chain

import (
	"fmt"
	"slices"

	"arcline/crypto/envelope"
)

// The rules of a thread that are about who somebody is: what needs a second
// factor, asking who is there, opening a consumer's details, and writing for
// somebody else.

// NeedsFactor reports whether an entry must carry a second factor: identifiers
// of a consumer, the answer to who is there, opening a consumer's details, and
// taking a sensitive thread.
// Whether the attestation holds is crypto/seal's to read.
func (t *Thread) NeedsFactor(h envelope.Head) bool {
	switch h.Type {
	case envelope.EntryMessage:
		return h.Flags&envelope.FlagIdentifiers != 0
	case envelope.EntryConfirm, envelope.EntryReveal:
		return true
	case envelope.EntryClaim:
		return t.Sensitive
	}
	return false
}

// applyAsk notes that one party asks the other to show that it is them.
func (t *Thread) applyAsk(h envelope.Head, party bool) error {
	if !party || t.State != StateClaimed {
		return fmt.Errorf("%w: a party of a claimed thread asks the other", ErrState)
	}
	t.Asked, t.AskedBy = h.Index+1, h.Acct
	return nil
}

// applyConfirm takes the answer: by the other party, to the question that
// stands, and with a second factor given for it.
func (t *Thread) applyConfirm(h envelope.Head) error {
	if t.Asked == 0 || h.UpTo != t.Asked-1 || h.Acct == t.AskedBy || !t.isParty(h.Acct) {
		return fmt.Errorf("%w: no such question waits for this person", ErrState)
	}
	t.Asked, t.AskedBy = 0, envelope.ID{}
	return nil
}

// applyReveal takes the announcement that somebody opens a sealed card. Whoever
// only waits in the line takes the thread first: then it is theirs to answer for.
func (t *Thread) applyReveal(h envelope.Head, line *Line, cred envelope.Credential, people People) error {
	if !t.isParty(h.Acct) && !t.overseen(h, line, cred, people) {
		return fmt.Errorf("%w: a party opens a card, or a lead who may read", ErrSigner)
	}
	if h.Card.IsZero() {
		return fmt.Errorf("%w: it names no card", ErrState)
	}
	return nil
}

// overseen reports whether a signer is a lead whom policy lets read, and the
// leads' key is among the readers of this very epoch.
func (t *Thread) overseen(h envelope.Head, line *Line, cred envelope.Credential, people People) bool {
	return leadsByPolicy(h, line, cred, people) && slices.ContainsFunc(t.Roster, func(r envelope.Recipient) bool {
		return r.Kind == envelope.KindLead && r.ID == line.ID
	})
}

// leadsByPolicy reports whether a signer leads the line, by a credential that
// names it, where policy lets leads read.
func leadsByPolicy(h envelope.Head, line *Line, cred envelope.Credential, people People) bool {
	pol, _ := people.Agency().Policy(h.KTSize)
	return pol.LineEscrow && line.Admin(h.Acct, h.KTSize) && staffOf(cred, line.ID) == nil
}

// onBehalf is the rule of support staff: they write for a broker of their own
// organization whose credential is in force, and say for whom. Nobody else does.
func onBehalf(h envelope.Head, cred envelope.Credential, people People) error {
	if cred.Role != RoleSupport {
		if !h.OnBehalf.IsZero() {
			return fmt.Errorf("%w: only support staff write for somebody else", ErrSigner)
		}
		return nil
	}
	broker, err := people.Credential(h.OnBehalf, h.KTSize, h.Time)
	if err != nil {
		return fmt.Errorf("the broker written for: %w", err)
	}
	if broker.Role != RoleBroker || cred.Organization == "" || broker.Organization != cred.Organization {
		return fmt.Errorf("%w: support staff write for a broker of their organization", ErrCredential)
	}
	return nil
}
