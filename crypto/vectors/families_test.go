package vectors

import (
	"bytes"
	"strings"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
)

// decoded makes a decoder encode again what it has read.
func decoded[T interface{ Encode() []byte }](decode func([]byte) (T, error)) func([]byte) ([]byte, error) {
	return decodedBy(decode, T.Encode)
}

func decodedBy[T any](decode func([]byte) (T, error), encode func(T) []byte) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		v, err := decode(b)
		if err != nil {
			return nil, err
		}
		return encode(v), nil
	}
}

// families are the decoders by the name that a file gives; a link and a head
// must also be of the type that the name ends with.
var families = map[string]func([]byte) ([]byte, error){
	"credential":   decoded(envelope.DecodeCredential),
	"announcement": decoded(envelope.DecodeAnnouncement),
	"rotation":     decoded(envelope.DecodeRotation),
	"leaf":         decoded(keylog.DecodeLeaf),

	"body/agency/genesis":           decoded(envelope.DecodeAgencyGenesis),
	"body/agency/issuer":            decoded(envelope.DecodeIssuer),
	"body/agency/issuer-revoke":     decodedBy(envelope.DecodeIssuerRevoke, envelope.EncodeIssuerRevoke),
	"body/agency/custodian":         decoded(envelope.DecodeCustodian),
	"body/agency/policy":            decoded(envelope.DecodePolicy),
	"body/agency/credential":        decoded(envelope.DecodeCredentialLink),
	"body/agency/credential-revoke": decodedBy(envelope.DecodeCredentialRevoke, envelope.EncodeCredentialRevoke),
	"body/account/genesis":          decoded(envelope.DecodeAccountGenesis),
	"body/account/device-add":       decoded(envelope.DecodeDeviceAdd),
	"body/account/device-revoke":    decoded(envelope.DecodeDeviceRevoke),
	"body/account/recovery-replace": decoded(envelope.DecodeRecovery),
	"body/account/officers":         decoded(envelope.DecodeOfficers),
	"welcome":                       decoded(envelope.DecodeWelcome),
	"letter":                        decoded(envelope.DecodeLetter),
	"body/line/genesis":             decoded(envelope.DecodeLineGenesis),
	"body/line/admin-set":           decodedBy(envelope.DecodeLineAdmins, envelope.EncodeLineAdmins),
	"body/line/floor":               decodedBy(envelope.DecodeFloor, envelope.EncodeFloor),
}

func family(name string) func([]byte) ([]byte, error) {
	if f, ok := families[name]; ok {
		return f
	}
	first, rest, _ := strings.Cut(name, "/")
	typ := envelope.LinkType(rest)
	switch first {
	case "link":
		return decoded(envelope.DecodeLink)
	case "head":
		return decoded(envelope.DecodeHead)
	case "keys":
		return decoded(func(b []byte) (envelope.Keys, error) { return envelope.DecodeKeys(envelope.Purpose(rest), b) })
	}
	switch typ {
	case envelope.LineAdd, envelope.LineRemove:
		return decodedBy(func(b []byte) (envelope.LineMemberBody, error) { return envelope.DecodeLineMember(typ, b) },
			func(v envelope.LineMemberBody) []byte { return v.Encode(typ) })
	case envelope.AccountRotate, envelope.LineRotate:
		return func(b []byte) ([]byte, error) {
			p, r, err := envelope.DecodeRotate(typ, b)
			return envelope.EncodeRotate(typ, p, r), err
		}
	}
	return nil
}

func (j *judge) statement() error {
	name, b := j.Text("family"), j.hex("bytes")
	decode := family(name)
	if decode == nil {
		j.Fatal("no such family: ", name)
	}
	out, err := decode(b)
	if err != nil {
		return err
	}
	label, _ := envelope.Label(b)
	_, want, _ := strings.Cut(name, "/")
	if !bytes.Equal(out, b) || !strings.HasSuffix(label, want) && want != "" {
		j.Error("encodes to other bytes, or is of another type:", label)
	}
	return nil
}
