package chain

import (
	"fmt"

	"arcline/crypto/envelope"
)

// The rules of a thread that are about who somebody is: what needs a second
// factor, asking who is there, and writing for somebody else.

// NeedsFactor reports whether an entry must carry a second factor: identifiers
// of a consumer, the answer to who is there, and taking a sensitive thread.
// Whether the attestation holds is crypto/seal's to read.
func (t *Thread) NeedsFactor(h envelope.Head) bool {
	switch h.Type {
	case envelope.EntryMessage:
		return h.Flags&envelope.FlagIdentifiers != 0
	case envelope.EntryConfirm:
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
