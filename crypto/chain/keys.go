package chain

import (
	"arcline/crypto/envelope"
)

// KeysOf finds the key statement in a link, if its type carries one. The link
// need not be verified for this.
func KeysOf(l envelope.Link) (k envelope.Keys, ok bool, err error) {
	purpose, stmt, rotation, err := statement(l)
	if err != nil || purpose == "" {
		return k, false, err
	}
	if rotation {
		r, err := envelope.DecodeRotation(stmt)
		if err != nil {
			return k, false, err
		}
		stmt = r.Keys
	}
	k, err = envelope.DecodeKeys(purpose, stmt)
	return k, err == nil, err
}

func statement(l envelope.Link) (p envelope.Purpose, stmt []byte, rotation bool, err error) {
	switch l.Type {
	case envelope.AccountGenesis:
		b, err := envelope.DecodeAccountGenesis(l.Body)
		return envelope.PurposeAccount, b.Rotation, true, err
	case envelope.AccountAdd:
		b, err := envelope.DecodeDeviceAdd(l.Body)
		return envelope.PurposeAccount, b.Grant, false, err
	case envelope.AccountRevoke:
		b, err := envelope.DecodeDeviceRevoke(l.Body)
		return envelope.PurposeAccount, b.Rotation, true, err
	case envelope.AccountRecovery:
		b, err := envelope.DecodeRecovery(l.Body)
		return envelope.PurposeAccount, b.Rotation, true, err
	case envelope.AccountOfficers:
		b, err := envelope.DecodeOfficers(l.Body)
		return envelope.PurposeAccount, b.Grant, false, err
	case envelope.AccountRotate, envelope.LineRotate:
		p, r, err := envelope.DecodeRotate(l.Type, l.Body)
		return p, r, true, err
	case envelope.LineAdd:
		b, err := envelope.DecodeLineMember(l.Type, l.Body)
		return envelope.PurposeLine, b.Keys, false, err
	case envelope.LineRemove:
		b, err := envelope.DecodeLineMember(l.Type, l.Body)
		return envelope.PurposeLine, b.Keys, true, err
	}
	return "", nil, false, nil
}
