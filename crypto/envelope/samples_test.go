package envelope

import "bytes"

// family is one kind of statement: how it is read, and samples of it. What a
// family's decoder reads, it must write again byte for byte, and no other
// family's decoder may read it at all.
type family struct {
	name    string
	decode  func([]byte) ([]byte, error) // decodes and encodes again
	samples [][]byte
}

// again turns a decoder into one that encodes what it has read.
func again[T interface{ Encode() []byte }](decode func([]byte) (T, error)) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		v, err := decode(b)
		if err != nil {
			return nil, err
		}
		return v.Encode(), nil
	}
}

func againWith[T any](decode func([]byte) (T, error), encode func(T) []byte) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		v, err := decode(b)
		if err != nil {
			return nil, err
		}
		return encode(v), nil
	}
}

func id(n byte) ID     { return ID{n, 15: n} }
func hash(n byte) Hash { return Hash{n, 31: n} }

func boxKey(n byte) []byte { return bytes.Repeat([]byte{n}, BoxKeyLen) }

var (
	sampleDevice = DeviceKeys{id(1), hash(2), boxKey(3), hash(4)}
	samplePolicy = PolicyBody{1, 2, true, "log+1+a", []string{"w1", "w2"}, 2, hash(5)}
	sampleCred   = Credential{Agency: id(1), Serial: id(2), Account: id(3), Genesis: hash(4), Role: "assister",
		AssisterID: "A-1", NPN: "123", AdminID: "ad", Organization: "Help Center", DisplayName: "Zoë", Lines: []ID{id(5), id(6)},
		NotBefore: 1000, NotAfter: 2000, Supersedes: bytes.Repeat([]byte{7}, 32)}
	sampleLink = Link{Kind: ChainAccount, Type: AccountRotate, Chain: id(1), Seq: 2, Prev: hash(3), Time: 4,
		Agency: id(5), SignerAcct: id(6), SignerDev: id(7), Body: []byte("body")}
	sampleHead = Head{Type: EntryMessage, Place: Place{Thread: id(1), Epoch: 2, Index: 3, Prev: hash(4), Time: 5,
		Acct: id(6), Dev: id(7), KTSize: 8, KTRoot: hash(9), Attest: []byte("jwt")}}
)

func sampleKeys(p Purpose) Keys {
	k := Keys{Purpose: p, Acct: id(1), Dev: id(2), Commit: hash(3), PrevBox: make([]byte, PrevBoxLen)}
	k.Ctx = map[Purpose][]byte{PurposeAccount: AccountCtx(id(4), 1), PurposeLine: LineCtx(id(4), 1),
		PurposeLead: LeadCtx(id(4), 1), PurposeEpoch: ThreadCtx(id(4), 1)}[p]
	for _, kind := range kindsOf[p] {
		for n := byte(1); n < 3; n++ {
			k.Recipients = append(k.Recipients, Recipient{kind, id(n), 5, hash(n), hash(n + 10)})
		}
	}
	return k
}

func linkSamples() (out [][]byte) {
	for kind, types := range LinkTypes {
		for _, t := range types {
			l := sampleLink
			l.Kind, l.Type = kind, t
			out = append(out, l.Encode())
		}
	}
	return out
}

// headSamples sets in each head only the fields that its type carries.
func headSamples() (out [][]byte) {
	for _, t := range EntryTypes {
		h := sampleHead
		h.Type, h.Keys, h.Line, h.Account, h.UpTo = t, []byte("keys"), id(1), id(2), 3
		h.Flags, h.OnBehalf, h.Card = 1, id(4), id(5)
		h.Salt, h.Commit, h.BodyLen, h.BodyHash = hash(1), hash(2), 540, hash(3)
		out = append(out, h.Encode())
	}
	return out
}

func lineMember(t LinkType) family {
	return family{string(t), againWith(func(b []byte) (LineMemberBody, error) { return DecodeLineMember(t, b) },
		func(v LineMemberBody) []byte { return v.Encode(t) }), [][]byte{LineMemberBody{id(1), []byte("keys")}.Encode(t)}}
}

func rotation(t LinkType, p Purpose) family {
	decode := func(b []byte) ([]byte, error) {
		p, r, err := DecodeRotate(t, b)
		if err != nil {
			return nil, err
		}
		return EncodeRotate(t, p, r), nil
	}
	return family{string(t), decode, [][]byte{EncodeRotate(t, p, []byte("rotation"))}}
}

func keyStatement(p Purpose) family {
	one := sampleKeys(p)
	one.PrevBox, one.Recipients = nil, one.Recipients[:1]
	return family{"keys/" + string(p), again(func(b []byte) (Keys, error) { return DecodeKeys(p, b) }),
		[][]byte{sampleKeys(p).Encode(), one.Encode()}}
}

var sampleAnnouncement = Announcement{id(1), id(2), id(3), id(4), 5, hash(6), 7, 8, "broker", "org", "title", []byte("words")}

// families lists every statement that is signed, sealed under, or nested in one.
func families() []family {
	bare := sampleCred
	bare.Lines, bare.Supersedes = nil, nil
	noWitness := samplePolicy
	noWitness.Witnesses, noWitness.Quorum = nil, 0
	return []family{
		{"link", again(DecodeLink), linkSamples()},
		{"head", again(DecodeHead), headSamples()},
		{"credential", again(DecodeCredential), [][]byte{sampleCred.Encode(), bare.Encode()}},
		{"device", again(DecodeDeviceKeys), [][]byte{sampleDevice.Encode()}},
		{"rotation", again(DecodeRotation), [][]byte{Rotation{boxKey(1), []byte("keys")}.Encode()}},
		{"account/genesis", again(DecodeAccountGenesis), [][]byte{AccountGenesisBody{sampleDevice, hash(1), boxKey(2), []byte("keys"), make([]byte, 32)}.Encode()}},
		{"account/device-add", again(DecodeDeviceAdd), [][]byte{DeviceAddBody{sampleDevice, []byte("grant")}.Encode()}},
		{"account/device-revoke", again(DecodeDeviceRevoke), [][]byte{DeviceRevokeBody{[]ID{id(1), id(2)}, []byte("keys")}.Encode()}},
		{"account/recovery-replace", again(DecodeRecovery), [][]byte{RecoveryBody{hash(1), boxKey(2), []byte("keys")}.Encode()}},
		rotation(AccountRotate, PurposeAccount),
		{"account/officers", again(DecodeOfficers), [][]byte{OfficersBody{hash(1), boxKey(2), hash(3), []ID{id(1), id(2)}, []byte("grant")}.Encode()}},
		{"announcement", again(DecodeAnnouncement), [][]byte{sampleAnnouncement.Encode()}},
		{"letter", again(DecodeLetter), [][]byte{Letter{id(1), hash(2), "zoe"}.Encode()}},
		{"welcome", again(DecodeWelcome), [][]byte{Welcome{id(1), hash(2), "log", "zoe", id(3), hash(4), hash(5)}.Encode()}},
		{"line/genesis", again(DecodeLineGenesis), [][]byte{LineGenesisBody{"Verification", []ID{id(1)}}.Encode()}},
		{"line/admin-set", againWith(DecodeLineAdmins, EncodeLineAdmins), [][]byte{EncodeLineAdmins([]ID{id(1), id(2)})}},
		lineMember(LineAdd), lineMember(LineRemove), rotation(LineRotate, PurposeLine),
		{"line/floor", againWith(DecodeFloor, EncodeFloor), [][]byte{EncodeFloor(3)}},
		{"agency/genesis", again(DecodeAgencyGenesis), [][]byte{AgencyGenesisBody{hash(1), "Agency"}.Encode()}},
		{"agency/issuer", again(DecodeIssuer), [][]byte{IssuerBody{id(1), hash(2), 3, 4}.Encode()}},
		{"agency/issuer-revoke", againWith(DecodeIssuerRevoke, EncodeIssuerRevoke), [][]byte{EncodeIssuerRevoke(id(1))}},
		{"agency/custodian", again(DecodeCustodian), [][]byte{
			CustodianBody{id(1), 2, boxKey(3), CustodianRequired}.Encode(), CustodianBody{ID: id(1), Gen: 2}.Encode()}},
		{"agency/policy", again(DecodePolicy), [][]byte{samplePolicy.Encode(), noWitness.Encode()}},
		{"agency/credential", again(DecodeCredentialLink), [][]byte{CredentialLinkBody{id(1), id(2), hash(3)}.Encode()}},
		{"agency/credential-revoke", againWith(DecodeCredentialRevoke, EncodeCredentialRevoke), [][]byte{EncodeCredentialRevoke(id(1))}},
		keyStatement(PurposeAccount), keyStatement(PurposeLine), keyStatement(PurposeLead), keyStatement(PurposeEpoch),
	}
}
