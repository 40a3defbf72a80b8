package chain

import (
	"fmt"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// CheckAnnouncement demands that an announcement was signed by somebody who may
// speak for this agency: a registrar or a lead, by a device and a credential that
// were in force at the checkpoint it names, when it begins to be shown.
func CheckAnnouncement(signed, sig []byte, people People) (envelope.Announcement, error) {
	a, err := envelope.DecodeAnnouncement(signed)
	if err != nil {
		return a, fmt.Errorf("announcement: %w", err)
	}
	if a.Agency != people.Agency().ID {
		return a, fmt.Errorf("announcement: %w: of another agency", ErrSigner)
	}
	if a.KTSize > people.Reach() {
		return a, fmt.Errorf("announcement: %w: %d of %d", ErrAhead, a.KTSize, people.Reach())
	}
	acct, err := people.Account(a.Acct)
	if err != nil {
		return a, fmt.Errorf("announcement: %w: %w", ErrSigner, err)
	}
	k, err := acct.Device(a.Dev, a.KTSize)
	if err != nil {
		return a, fmt.Errorf("announcement: %w", err)
	}
	if err := verify(k, key.SigAnnouncement, signed, sig); err != nil {
		return a, fmt.Errorf("announcement: %w", err)
	}
	cred, err := people.Credential(a.Acct, a.KTSize, a.From)
	if err != nil {
		return a, fmt.Errorf("announcement: %w", err)
	}
	if cred.Role != RoleRegistrar && cred.Role != RoleLead {
		return a, fmt.Errorf("announcement: %w: a registrar or a lead speaks for the agency", ErrCredential)
	}
	return a, nil
}
