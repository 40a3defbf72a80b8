package envelope

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// replaced encodes b again with one part changed.
func replaced(t *testing.T, b []byte, part int, with []byte) []byte {
	t.Helper()
	label, err := Label(b)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := Dec(label, b)
	if err != nil {
		t.Fatal(err)
	}
	parts = slices.Clone(parts)
	parts[part] = with
	return Enc(label, parts...)
}

type refusal struct {
	why    string
	decode func([]byte) ([]byte, error)
	b      []byte
	reason string
}

func refuse(t *testing.T, cases []refusal) {
	t.Helper()
	for _, c := range cases {
		if _, err := c.decode(c.b); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
}

func TestLinkAndHeadRefusals(t *testing.T) {
	link, head := again(DecodeLink), again(DecodeHead)
	l, h := sampleLink.Encode(), sampleHead.Encode()
	longAttest := sampleHead
	longAttest.Attest = make([]byte, MaxAttest+1)
	refuse(t, []refusal{
		{"suite 0", link, replaced(t, l, 0, U8(0)), "unknown suite 0x00"},
		{"suite 2", link, replaced(t, l, 0, U8(2)), "unknown suite 0x02"},
		{"suite of two bytes", link, replaced(t, l, 0, []byte{1, 1}), "2 bytes where 1 belong"},
		{"another chain's kind", link, replaced(t, l, 1, []byte("line")), "another kind of chain"},
		{"no kind", link, replaced(t, l, 1, nil), "another kind of chain"},
		{"short id", link, replaced(t, l, 2, make([]byte, 15)), "15 bytes where 16 belong"},
		{"wide number", link, replaced(t, l, 3, make([]byte, 9)), "9 bytes where 8 belong"},
		{"short hash", link, replaced(t, l, 4, make([]byte, 31)), "31 bytes where 32 belong"},
		{"unknown type", link, Enc("arc1/link/account/none"), "unknown link type"},
		{"kind only", link, Enc("arc1/link/account"), "unknown link type"},
		{"part missing", link, Enc("arc1/link/line/floor", U8(Suite)), "missing"},
		{"head: suite 0", head, replaced(t, h, 0, U8(0)), "unknown suite"},
		{"head: unknown type", head, Enc("arc1/entry/none"), "unknown entry type"},
		{"head: no type", head, Enc("arc1/entry/"), "unknown entry type"},
		{"head: another prefix", head, Enc("arc1/link/msg"), "unknown entry type"},
		{"head: attestation too long", head, longAttest.Encode(), "wrong size"},
		{"head: short epoch", head, replaced(t, h, 2, make([]byte, 3)), "3 bytes where 4 belong"},
	})
}

func TestKeysRefusals(t *testing.T) {
	epoch := func(change func(*Keys)) []byte {
		k := sampleKeys(PurposeEpoch)
		k.Recipients = slices.Clone(k.Recipients)
		change(&k)
		return k.Encode()
	}
	decode := again(func(b []byte) (Keys, error) { return DecodeKeys(PurposeEpoch, b) })
	account := again(func(b []byte) (Keys, error) { return DecodeKeys(PurposeAccount, b) })
	wrongKind := sampleKeys(PurposeAccount)
	wrongKind.Recipients = []Recipient{{KindAccount, id(1), 1, hash(1), hash(2)}}
	refuse(t, []refusal{
		{"nobody", decode, epoch(func(k *Keys) { k.Recipients = nil }), "without recipients"},
		{"out of order", decode, epoch(func(k *Keys) { slices.Reverse(k.Recipients) }), "out of order"},
		{"one twice", decode, epoch(func(k *Keys) { k.Recipients[1] = k.Recipients[0] }), "repeat"},
		{"one in two generations", decode, epoch(func(k *Keys) { k.Recipients[1] = k.Recipients[0]; k.Recipients[1].Gen++ }), "repeat"},
		{"unknown kind", decode, epoch(func(k *Keys) { k.Recipients[0].Kind = "x" }), `no "x" recipients`},
		{"a device in an epoch", decode, epoch(func(k *Keys) { k.Recipients[0].Kind = KindDevice }), `no "dev" recipients`},
		{"an account among devices", account, wrongKind.Encode(), `no "acct" recipients`},
		{"about a line", decode, epoch(func(k *Keys) { k.Ctx = LineCtx(id(1), 1) }), "cannot speak about"},
		{"no context", decode, epoch(func(k *Keys) { k.Ctx = nil }), "wrong size"},
		{"unknown context", decode, epoch(func(k *Keys) { k.Ctx = Enc("z", make([]byte, 16), U32(1)) }), "unknown context"},
		{"context with more", decode, epoch(func(k *Keys) { k.Ctx = Enc("t", make([]byte, 16), U32(1), nil) }), "left over"},
		{"history of the wrong size", decode, epoch(func(k *Keys) { k.PrevBox = make([]byte, 59) }), "wrong size"},
		{"a broken recipient", decode, append(epoch(func(*Keys) {}), 0, 0, 0, 1, 0), "label cut off"},
	})
}

func TestAgencyRefusals(t *testing.T) {
	custodian := func(mode CustodianMode, box []byte) []byte { return CustodianBody{id(1), 1, box, mode}.Encode() }
	policy := func(change func(*PolicyBody)) []byte {
		p := samplePolicy
		p.Witnesses = slices.Clone(p.Witnesses)
		change(&p)
		return p.Encode()
	}
	cred := func(change func(*Credential)) []byte { c := sampleCred; change(&c); return c.Encode() }
	dc, dp, dr := again(DecodeCustodian), again(DecodePolicy), again(DecodeCredential)
	refuse(t, []refusal{
		{"required without a key", dc, custodian(CustodianRequired, nil), "mode and key"},
		{"none with a key", dc, custodian(CustodianNone, boxKey(1)), "mode and key"},
		{"short key", dc, custodian(CustodianOptional, boxKey(1)[1:]), "mode and key"},
		{"long key", dc, custodian(CustodianOptional, append(boxKey(1), 0)), "wrong size"},
		{"unknown mode", dc, custodian(3, boxKey(1)), "mode and key"},
		{"flag 2", dp, replaced(t, samplePolicy.Encode(), 2, U8(2)), "a flag is 0 or 1"},
		{"quorum out of reach", dp, policy(func(p *PolicyBody) { p.Quorum = 3 }), "quorum larger"},
		{"broken witness list", dp, replaced(t, samplePolicy.Encode(), 4, []byte("x")), "label cut off"},
		{"log key with a newline", dp, policy(func(p *PolicyBody) { p.LogKey = "a\nb" }), "not plain UTF-8"},
		{"witness too long", dp, policy(func(p *PolicyBody) { p.Witnesses[0] = strings.Repeat("w", 513) }), "too long"},
		{"not UTF-8", dr, cred(func(c *Credential) { c.DisplayName = "\xff" }), "not plain UTF-8"},
		{"a name that turns the line round", dr, cred(func(c *Credential) { c.DisplayName = "a\u202eb" }), "not plain UTF-8"},
		{"name too long", dr, cred(func(c *Credential) { c.DisplayName = strings.Repeat("x", 129) }), "too long"},
		{"ends before it begins", dr, cred(func(c *Credential) { c.NotAfter = c.NotBefore }), "validity"},
		{"more than 13 months", dr, cred(func(c *Credential) { c.NotAfter = c.NotBefore + MaxCredentialMillis + 1 }), "validity"},
		{"supersedes half a hash", dr, cred(func(c *Credential) { c.Supersedes = make([]byte, 16) }), "supersedes"},
		{"lines out of order", dr, cred(func(c *Credential) { c.Lines = []ID{id(2), id(1)} }), "out of order"},
		{"a line twice", dr, cred(func(c *Credential) { c.Lines = []ID{id(1), id(1)} }), "repeated"},
		{"suite 0", dr, replaced(t, sampleCred.Encode(), 0, U8(0)), "unknown suite"},
	})
}

// A rotation names a key that its own kind of chain rotates, and a statement
// has an end.
func TestRotateRefusals(t *testing.T) {
	account, line := rotation(AccountRotate, PurposeAccount), rotation(LineRotate, PurposeLine)
	var cases []refusal
	for _, p := range []Purpose{"", "x", PurposeLine, PurposeLead, PurposeEpoch} {
		cases = append(cases, refusal{"account rotates " + string(p), account.decode, EncodeRotate(AccountRotate, p, nil), "does not rotate"})
	}
	for _, p := range []Purpose{"", "x", PurposeAccount, PurposeEpoch} {
		cases = append(cases, refusal{"line rotates " + string(p), line.decode, EncodeRotate(LineRotate, p, nil), "does not rotate"})
	}
	long := sampleLink
	long.Body = make([]byte, MaxStatement)
	head := sampleHead
	head.Type, head.Keys = EntryClaim, make([]byte, MaxStatement)
	cred := sampleCred.Encode()
	refuse(t, append(cases,
		refusal{"link without an end", again(DecodeLink), long.Encode(), "longer than a statement"},
		refusal{"head without an end", again(DecodeHead), head.Encode(), "longer than a statement"},
		refusal{"credential without an end", again(DecodeCredential), append(cred, make([]byte, MaxStatement)...), "longer than a statement"}))
	for _, p := range []Purpose{PurposeLine, PurposeLead} {
		if got, _, err := DecodeRotate(LineRotate, EncodeRotate(LineRotate, p, nil)); err != nil || got != p {
			t.Errorf("line rotates %s: %v", p, err)
		}
	}
}

func TestBodyRefusals(t *testing.T) {
	genesis := AccountGenesisBody{sampleDevice, hash(1), boxKey(2), nil, make([]byte, 32)}.Encode()
	refuse(t, []refusal{
		{"short device box key", again(DecodeDeviceKeys), replaced(t, sampleDevice.Encode(), 2, make([]byte, 1215)), "wrong size"},
		{"short recovery box key", again(DecodeAccountGenesis), replaced(t, genesis, 2, make([]byte, 1215)), "wrong size"},
		{"no invitation MAC", again(DecodeAccountGenesis), replaced(t, genesis, 4, nil), "wrong size"},
		{"a broken device", again(DecodeAccountGenesis), replaced(t, genesis, 0, []byte{0}), "label cut off"},
		{"revoke nobody", again(DecodeDeviceRevoke), DeviceRevokeBody{}.Encode(), "too few ids"},
		{"revoke one twice", again(DecodeDeviceRevoke), DeviceRevokeBody{Devices: []ID{id(1), id(1)}}.Encode(), "repeated"},
		{"a line without leads", again(DecodeLineGenesis), LineGenesisBody{Name: "n"}.Encode(), "too few ids"},
		{"a line's name too long", again(DecodeLineGenesis), LineGenesisBody{strings.Repeat("n", 65), []ID{id(1)}}.Encode(), "too long"},
		{"a lead of 15 bytes", againWith(DecodeLineAdmins, EncodeLineAdmins), Enc("arc1/line/admin-set", Enc("ids", make([]byte, 15))), "15 bytes where 16"},
		{"floor of 8 bytes", againWith(DecodeFloor, EncodeFloor), Enc("arc1/line/floor", U64(1)), "8 bytes where 4"},
	})
}

// The roster's digest says who reads under which keys, not which boxes they got.
func TestRosterHash(t *testing.T) {
	k := sampleKeys(PurposeEpoch)
	want := k.RosterHash()
	k.Recipients[0].Box = hash(99)
	if k.RosterHash() != want {
		t.Error("boxes are part of the roster")
	}
	for i, change := range []func(*Recipient){
		func(r *Recipient) { r.Kind = KindLead }, func(r *Recipient) { r.ID = id(99) },
		func(r *Recipient) { r.Gen++ }, func(r *Recipient) { r.PK = hash(99) },
	} {
		c := sampleKeys(PurposeEpoch)
		change(&c.Recipients[0])
		if c.RosterHash() == want || c.Recipients[0].Same(k.Recipients[0]) {
			t.Errorf("field %d is not part of the roster", i)
		}
	}
	k.Recipients = k.Recipients[1:]
	if k.RosterHash() == want {
		t.Error("a reader less has the same roster")
	}
}

// Everything that a message body is sealed under, and that its key depends on.
func TestMessageIsBoundToItsPlace(t *testing.T) {
	base := Head{Type: EntryMessage, Place: sampleHead.Place, Salt: hash(1), Commit: hash(2)}
	changes := map[string]func(*Head){
		"thread": func(h *Head) { h.Thread = id(99) }, "epoch": func(h *Head) { h.Epoch++ },
		"index": func(h *Head) { h.Index++ }, "prev": func(h *Head) { h.Prev = hash(99) },
		"acct": func(h *Head) { h.Acct = id(99) }, "dev": func(h *Head) { h.Dev = id(99) },
		"time": func(h *Head) { h.Time++ }, "log size": func(h *Head) { h.KTSize++ },
		"log root": func(h *Head) { h.KTRoot = hash(99) }, "attestation": func(h *Head) { h.Attest = nil },
		"salt": func(h *Head) { h.Salt = hash(99) }, "commitment": func(h *Head) { h.Commit = hash(99) },
	}
	inKey := []string{"thread", "epoch", "index", "prev", "acct", "dev"}
	for what, change := range changes {
		h := base
		change(&h)
		if bytes.Equal(h.MessageAAD(), base.MessageAAD()) {
			t.Errorf("the %s is not in the AAD", what)
		}
		if slices.Contains(inKey, what) == bytes.Equal(h.MessageKeyInfo(), base.MessageKeyInfo()) {
			t.Errorf("the %s and the message key", what)
		}
	}
	e := Entry{Head: base.Encode(), Sig: make([]byte, 64), Body: []byte("x")}
	want := e.Hash()
	if e.Body = nil; e.Hash() != want {
		t.Error("purging a body changes the entry's name")
	}
	if e.Sig[0] = 1; e.Hash() == want {
		t.Error("the signature is not part of the entry's name")
	}
}

func TestHashesOfSignedThings(t *testing.T) {
	s := SignedLink{Link: []byte("l"), Sig: []byte("s")}
	c := s
	c.Countersig = []byte("c")
	moved := SignedLink{Link: []byte("ls")}
	if s.Hash() == c.Hash() || s.Hash() == moved.Hash() {
		t.Error("two signed links with one name")
	}
	if CredentialDigest([]byte("a"), []byte("b")) == CredentialDigest([]byte("ab"), nil) {
		t.Error("two credentials with one digest")
	}
}
