package vectors

import (
	"bytes"
	"slices"
	"strings"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
)

// statementCases are statements alone, well formed and not: whatever decodes
// must encode to the same bytes. Nothing in them is verified.
func statementCases() []kase {
	var out []kase
	for _, s := range samples() {
		name := "statement-" + strings.ReplaceAll(s.name, "/", "-")
		out = append(out, fixed(name, ok("statement", "a "+s.name).add("family", s.name).add("bytes", s.b)))
	}
	link, head, keys, cred := sample("link/account/puk-rotate"), sample("head/msg"), sample("keys/epoch"), sample("credential")
	bad := func(name, what, family string, b []byte) kase {
		return fixed("statement-bad-"+name, no("malformed", "statement", what).add("family", family).add("bytes", b))
	}
	p := must(envelope.DecodeKeys(envelope.PurposeEpoch, keys))
	twice := p
	twice.Recipients = []envelope.Recipient{p.Recipients[0], p.Recipients[0]}
	slices.Reverse(p.Recipients)
	return append(out,
		bad("suite", "a link of suite 2", "link/account/puk-rotate", part(link, 0, []byte{2})),
		bad("kind", "a link of another kind of chain", "link/account/puk-rotate", part(link, 1, []byte("line"))),
		bad("number", "a number of nine bytes", "link/account/puk-rotate", part(link, 3, make([]byte, 9))),
		bad("left-over", "a part too many", "link/account/puk-rotate", append(bytes.Clone(link), 0, 0, 0, 0)),
		bad("type", "a type that does not exist", "link/account/puk-rotate", envelope.Enc("arc1/link/"+"account/none")),
		bad("entry-suite", "an entry of suite 0", "head/msg", part(head, 0, []byte{0})),
		bad("attest", "an attestation of 2049 bytes", "head/msg", part(head, 10, make([]byte, envelope.MaxAttest+1))),
		bad("cut", "an entry that is cut", "head/msg", head[:len(head)-1]),
		bad("roster-order", "a roster out of order", "keys/epoch", p.Encode()),
		bad("roster-twice", "a reader twice", "keys/epoch", twice.Encode()),
		bad("roster-empty", "no reader", "keys/epoch", envelope.Keys{Purpose: envelope.PurposeEpoch, Ctx: p.Ctx}.Encode()),
		bad("ctx", "an epoch of a line", "keys/epoch", part(keys, 0, envelope.LineCtx(idOf("x"), 1))),
		bad("history", "a secret before of 59 bytes", "keys/epoch", part(keys, 4, make([]byte, 59))),
		bad("purpose", "an account's roster of accounts", "keys/puk", envelope.Enc("arc1/keys/"+"puk", must(envelope.Dec("arc1/keys/"+"epoch", keys))...)),
		bad("text", "a name that turns the line round", "credential", part(cred, 9, []byte("a\u202eb"))),
		bad("utf8", "a name that is not UTF-8", "credential", part(cred, 9, []byte{0xff})),
		bad("lines", "lines out of order", "credential", part(cred, 10, envelope.Enc("ids", []byte("bbbbbbbbbbbbbbbb"), []byte("aaaaaaaaaaaaaaaa")))),
		bad("dates", "it ends before it begins", "credential", part(cred, 12, envelope.U64(0))),
		bad("long-life", "longer than 13 months", "credential", part(cred, 12, envelope.U64(worldNow+2*year))),
		bad("flag", "a flag of 2", "body/agency/policy", part(sample("body/agency/policy"), 2, []byte{2})),
		bad("quorum", "more witnesses than there are", "body/agency/policy", part(sample("body/agency/policy"), 5, []byte{3})),
		bad("mode", "a records key required and missing", "body/agency/custodian", part(sample("body/agency/custodian"), 2, nil)),
		bad("nobody", "devices to revoke: none", "body/account/device-revoke", part(sample("body/account/device-revoke"), 0, envelope.Enc("ids"))),
		bad("announcement-dates", "it ends before it begins", "announcement", part(sample("announcement"), 8, envelope.U64(worldNow))),
		bad("announcement-words", "words that are not UTF-8", "announcement", part(sample("announcement"), 12, []byte{0xff})),
		bad("announcement-empty", "no words", "announcement", part(sample("announcement"), 12, nil)),
		bad("announcement-title", "no title", "announcement", part(sample("announcement"), 11, nil)),
		bad("leaf", "a link that counts from 0", "leaf", keylog.LinkLeaf{Chain: idOf("x")}.Encode()),
		bad("leaf-kind", "a kind of leaf that does not exist", "leaf", envelope.Enc("arc1/kt/"+"none", make([]byte, 32))),
	)
}

type named struct {
	name string
	b    []byte
}

func sample(name string) []byte {
	all := samples()
	return all[slices.IndexFunc(all, func(s named) bool { return s.name == name })].b
}

// part encodes a statement again with one part replaced.
func part(b []byte, i int, with []byte) []byte {
	label := must(envelope.Label(b))
	p := slices.Clone(must(envelope.Dec(label, b)))
	p[i] = with
	return envelope.Enc(label, p...)
}

// samples is one statement of each family, of made-up contents.
func samples() []named {
	out := bodySamples()
	for _, kind := range []envelope.ChainKind{envelope.ChainAgency, envelope.ChainAccount, envelope.ChainLine} {
		for _, t := range envelope.LinkTypes[kind] {
			l := envelope.Link{Kind: kind, Type: t, Chain: idOf("chain"), Seq: 2, Prev: digest("prev"), Time: worldNow, Agency: idOf("agency"),
				SignerAcct: idOf("account"), SignerDev: idOf("device"), Body: []byte("body")}
			out = append(out, named{"link/" + string(t), l.Encode()})
		}
	}
	for _, t := range envelope.EntryTypes {
		h := envelope.Head{Type: t, Place: envelope.Place{Thread: idOf("thread"), Epoch: 2, Index: 3, Prev: digest("prev"), Time: worldNow, Acct: idOf("account"),
			Dev: idOf("device"), KTSize: 9, KTRoot: digest("root"), Attest: []byte("a.b.c")}, Salt: digest("salt"), Commit: digest("commit"), BodyLen: 540,
			BodyHash: digest("body"), Line: idOf("line"), Account: idOf("successor"), Keys: []byte("keys"), UpTo: 2, About: idOf("thread"), Outcome: envelope.OutcomeDuplicate, Card: idOf("card")}
		out = append(out, named{"head/" + string(t), h.Encode()})
	}
	kinds := map[envelope.Purpose][]envelope.RecipientKind{envelope.PurposeAccount: {envelope.KindDevice, envelope.KindRecovery}, envelope.PurposeLine: {envelope.KindAccount},
		envelope.PurposeLead: {envelope.KindAccount}, envelope.PurposeEpoch: {envelope.KindAccount, envelope.KindLine, envelope.KindLead, envelope.KindCustodian}}
	for p, ctx := range map[envelope.Purpose][]byte{envelope.PurposeAccount: envelope.AccountCtx(idOf("account"), 1), envelope.PurposeLine: envelope.LineCtx(idOf("line"), 1),
		envelope.PurposeLead: envelope.LeadCtx(idOf("line"), 1), envelope.PurposeEpoch: envelope.ThreadCtx(idOf("thread"), 1)} {
		k := envelope.Keys{Purpose: p, Ctx: ctx, Acct: idOf("account"), Dev: idOf("device"), Commit: digest("commit"), PrevBox: make([]byte, envelope.PrevBoxLen)}
		for _, kind := range kinds[p] {
			k.Recipients = append(k.Recipients, envelope.Recipient{Kind: kind, ID: idOf("reader"), Gen: 3, PK: digest("key"), Box: digest("box")})
		}
		out = append(out, named{"keys/" + string(p), k.Encode()})
	}
	cred := envelope.Credential{Agency: idOf("agency"), Serial: idOf("serial"), Account: idOf("account"), Genesis: digest("genesis"), Role: "navigator",
		AssisterID: "A-1", NPN: "123", AdminID: "x", Organization: "Made-up Help Center", DisplayName: "Zoë (made up)", Lines: []envelope.ID{idOf("line")}, NotBefore: worldNow, NotAfter: worldNow + year}
	return append(out, named{"credential", cred.Encode()}, named{"leaf", keylog.LinkLeaf{Chain: idOf("chain"), Seq: 1, Hash: digest("link")}.Encode()},
		named{"announcement", envelope.Announcement{Agency: idOf("agency"), ID: idOf("announcement"), Acct: idOf("account"), Dev: idOf("device"), KTSize: 9, KTRoot: digest("root"),
			From: worldNow, Until: worldNow + 1000, Roles: "broker,support", Organization: "Made-up Help Center", Title: "Report life events early", Text: []byte("In two\nlines.")}.Encode()},
		named{"letter", envelope.Letter{Agency: idOf("agency"), Root: digest("root"), Name: "zoe"}.Encode()},
		named{"welcome", envelope.Welcome{Agency: idOf("agency"), Root: digest("root"), LogKey: "log+1+a", Name: "zoe", Account: idOf("account"), Genesis: digest("genesis"), Head: digest("head")}.Encode()},
		named{"rotation", envelope.Rotation{Box: make([]byte, envelope.BoxKeyLen), Keys: []byte("keys")}.Encode()})
}

func sortedIDs(names ...string) []envelope.ID {
	out := make([]envelope.ID, len(names))
	for i, n := range names {
		out[i] = idOf(n)
	}
	slices.SortFunc(out, func(a, b envelope.ID) int { return bytes.Compare(a[:], b[:]) })
	return out
}

func bodySamples() []named {
	dev := envelope.DeviceKeys{Device: idOf("device"), Sign: digest("sign"), Box: make([]byte, envelope.BoxKeyLen), Session: digest("session")}
	box, ids := make([]byte, envelope.BoxKeyLen), []envelope.ID{idOf("account")}
	body := func(t envelope.LinkType, b []byte) named { return named{"body/" + string(t), b} }
	member := envelope.LineMemberBody{Account: idOf("account"), Keys: []byte("keys")}
	return []named{
		body(envelope.AgencyGenesis, envelope.AgencyGenesisBody{Root: digest("root"), Name: "Agency"}.Encode()),
		body(envelope.AgencyIssuer, envelope.IssuerBody{ID: idOf("issuer"), Key: digest("issuer"), NotBefore: 1, NotAfter: 2}.Encode()),
		body(envelope.AgencyIssuerRevoke, envelope.EncodeIssuerRevoke(idOf("issuer"))),
		body(envelope.AgencyCustodian, envelope.CustodianBody{ID: idOf("records"), Gen: 2, Box: box, Mode: envelope.CustodianRequired}.Encode()),
		body(envelope.AgencyPolicy, envelope.PolicyBody{MinSuite: 1, MinClient: 2, LineEscrow: true, LogKey: "log+1+a", Witnesses: []string{"w1", "w2"}, Quorum: 1, StepUpKey: digest("step-up")}.Encode()),
		body(envelope.AgencyCredential, envelope.CredentialLinkBody{Serial: idOf("serial"), Account: idOf("account"), Digest: digest("cred")}.Encode()),
		body(envelope.AgencyCredentialRevoke, envelope.EncodeCredentialRevoke(idOf("serial"))),
		body(envelope.AccountGenesis, envelope.AccountGenesisBody{Device: dev, RecoverySign: digest("recovery"), RecoveryBox: box, Rotation: []byte("rotation"), InviteMAC: make([]byte, 32)}.Encode()),
		body(envelope.AccountAdd, envelope.DeviceAddBody{Device: dev, Grant: []byte("grant")}.Encode()),
		body(envelope.AccountRevoke, envelope.DeviceRevokeBody{Devices: ids, Rotation: []byte("rotation")}.Encode()),
		body(envelope.AccountRotate, envelope.EncodeRotate(envelope.AccountRotate, envelope.PurposeAccount, []byte("rotation"))),
		body(envelope.AccountRecovery, envelope.RecoveryBody{RecoverySign: digest("recovery"), RecoveryBox: box, Rotation: []byte("rotation")}.Encode()),
		body(envelope.AccountOfficers, envelope.OfficersBody{Sign: digest("officers"), Box: box, Commit: digest("commit"), Held: sortedIDs("officer", "second officer"), Grant: []byte("grant")}.Encode()),
		body(envelope.LineGenesis, envelope.LineGenesisBody{Name: "Line", Admins: ids}.Encode()),
		body(envelope.LineAdmins, envelope.EncodeLineAdmins(ids)),
		body(envelope.LineAdd, member.Encode(envelope.LineAdd)),
		body(envelope.LineRemove, member.Encode(envelope.LineRemove)),
		body(envelope.LineRotate, envelope.EncodeRotate(envelope.LineRotate, envelope.PurposeLead, []byte("rotation"))),
		body(envelope.LineFloor, envelope.EncodeFloor(2)),
	}
}
