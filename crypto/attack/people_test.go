package attack

import (
	"bytes"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// badPoints are keys under which anybody could sign, or two spellings of one.
var badPoints = [][32]byte{{}, {1}, {1, 31: 0x80}, {0xec, 31: 0x7f}, {0xed, 31: 0x7f}, {0xee, 31: 0xff},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05}}

func init() {
	for i := range badPoints {
		if b := badPoints[i]; b[0] >= 0xec && b[1] == 0 {
			for j := 1; j < 31; j++ {
				badPoints[i][j] = 0xff
			}
		}
	}
}

// T20: keys of small order or with two spellings, at registration and at use.
// All 914 published edge cases run in crypto/vectors.
func TestT20_BadKeys(t *testing.T) {
	s := newScene(t)
	badBox := bytes.Clone(key.NewBox().Public().Bytes())
	badBox[0], badBox[1] = 0xff, badBox[1]|0x0f // an ML-KEM coefficient above q
	zeroBox := bytes.Clone(key.NewBox().Public().Bytes())
	clear(zeroBox[1184:])
	genesis := func(change func(*envelope.AccountGenesisBody)) error {
		id, d, rec := chaintest.NewID(), seal.NewDevice(chaintest.NewID()), seal.Recovery{Sign: key.NewSigning(), Box: key.NewBox()}
		l, _, _, err := seal.AccountGenesis(id, s.At(), d, rec, func([]byte) [32]byte { return [32]byte{} })
		s.Must(err)
		link, err := envelope.DecodeLink(l.Link)
		s.Must(err)
		b, err := envelope.DecodeAccountGenesis(link.Body)
		s.Must(err)
		change(&b)
		link.Body = b.Encode()
		raw := link.Encode()
		_, err = chain.NewAccount(id).Apply(envelope.SignedLink{Link: raw, Sig: d.Sign.Sign(key.SigLink(link.Type), raw)}, s.Leaf)
		return err
	}
	s.Must(genesis(func(*envelope.AccountGenesisBody) {}))
	for _, p := range badPoints {
		want(t, "device key", genesis(func(b *envelope.AccountGenesisBody) { b.Device.Sign = p }), key.ErrBadKey)
		want(t, "sign-in key", genesis(func(b *envelope.AccountGenesisBody) { b.Device.Session = p }), key.ErrBadKey)
		want(t, "recovery key", genesis(func(b *envelope.AccountGenesisBody) { b.RecoverySign = p }), key.ErrBadKey)
		body := envelope.IssuerBody{ID: chaintest.NewID(), Key: p, NotAfter: 1}.Encode()
		want(t, "issuer key", s.Append(s.MakeAgencyLink(envelope.AgencyIssuer, true, body)), key.ErrBadKey)
		_, err := seal.ReadStepUp(p, envelope.Head{Place: envelope.Place{Attest: []byte("a.b.c")}}, "act")
		want(t, "second-factor key", err, seal.ErrStepUp)
		if (key.Verify{}).Check(key.SigCredential, nil, make([]byte, 64)) == nil {
			t.Error("the zero key verifies")
		}
	}
	for _, p := range [][]byte{badBox, zeroBox} {
		want(t, "device box key", genesis(func(b *envelope.AccountGenesisBody) { b.Device.Box = p }), key.ErrBadKey)
		want(t, "recovery box key", genesis(func(b *envelope.AccountGenesisBody) { b.RecoveryBox = p }), key.ErrBadKey)
		body := envelope.CustodianBody{ID: chaintest.NewID(), Gen: 2, Box: p, Mode: envelope.CustodianRequired}.Encode()
		want(t, "records key", s.Append(s.MakeAgencyLink(envelope.AgencyCustodian, true, body)), key.ErrBadKey)
		_, err := seal.Reader(envelope.KindAccount, s.ann.ID, 1, p)
		want(t, "at use", err, key.ErrBadKey)
	}
	want(t, "generation key", genesis(func(b *envelope.AccountGenesisBody) {
		r, err := envelope.DecodeRotation(b.Rotation)
		s.Must(err)
		r.Box = zeroBox
		b.Rotation = r.Encode()
	}), key.ErrBadKey)
}

// T22: a stolen device goes on after it was revoked, with an old checkpoint.
func TestT22_RevokedDeviceBackdates(t *testing.T) {
	s := newScene(t)
	stolen := s.ann.AddDevice()
	s.publish()
	thief := s.ann.With(stolen)
	s.Must(s.th.Say(thief, "while it was in force"))
	old := s.th.Place(0)
	s.ann.Revoke(stolen.ID)
	s.publish()
	s.line.Rotate(s.line.Lead, envelope.PurposeLine)
	s.publish()
	want(t, "with a new checkpoint", s.th.Say(thief, "x"), chain.ErrRevoked)
	s.Must(s.th.Rekey(s.ann)) // an honest entry at a newer checkpoint
	late := s.th.Place(s.th.State.Epoch)
	late.KTSize, late.KTRoot = old.KTSize, old.KTRoot
	e, err := seal.Message(thief.Maker(), s.th.TK[1], late, 0, []byte("x"))
	s.Must(err)
	want(t, "with the checkpoint from before it was revoked", s.th.Append(e), chain.ErrCheckpoint)
	if after, err := s.th.State.Reject(e, s.Book); err != nil || after.Epoch != s.th.State.Epoch {
		t.Error("it is not shown as rejected:", err)
	}
	want(t, "a root that is not the one seen before", func() error {
		p := s.th.Place(1)
		p.KTRoot[0] ^= 1
		e, err := seal.Message(s.ann.Maker(), s.th.TK[1], p, 0, nil)
		s.Must(err)
		return s.th.Append(e)
	}(), chain.ErrCheckpoint)
	// Control: who looks at the signature alone takes the entry.
	h, err := envelope.DecodeHead(e.Head)
	s.Must(err)
	if err := chain.CheckSignature(h, e, s.Book); err != nil {
		t.Error("the naive reader no longer falls for it:", err)
	}
	s.Must(s.th.Say(s.ann, "mine"))
}

// certify signs a credential by any key, logs it if asked, and offers it.
func (s *scene) certify(c envelope.Credential, by *key.Signing, log bool) error {
	b := c.Encode()
	sig := by.Sign(key.SigCredential, b)
	if log {
		s.AgencyLink(envelope.AgencyCredential, false, envelope.CredentialLinkBody{Serial: c.Serial, Account: c.Account, Digest: envelope.CredentialDigest(b, sig)}.Encode())
	}
	return s.Book.AddCredential(chain.SignedCredential{Credential: b, Sig: sig})
}

// tryOpen opens a fresh thread as somebody, with the readers that belong.
func (s *scene) tryOpen(p *chaintest.Person, line envelope.ID) error {
	s.publish()
	th := s.NewThread()
	to, err := s.openReaders(line)
	s.Must(err)
	mine, err := seal.Reader(envelope.KindAccount, p.ID, 1, p.PUK[0].Box().Public().Bytes())
	s.Must(err)
	h := th.Head(envelope.EntryOpen)
	h.Line = line
	return th.EpochTo(p, h, false, append(to, mine))
}

// T29: a credential is used for what it was not given for.
func TestT29_CredentialMisuse(t *testing.T) {
	s := newScene(t)
	other := chaintest.New(t)
	p := s.Enrol("Pat")
	for why, change := range map[string]func(*envelope.Credential){
		"another agency":     func(c *envelope.Credential) { c.Agency = other.Agency },
		"another first link": func(c *envelope.Credential) { c.Genesis[0] ^= 1 },
	} {
		c := s.Credential(p, chain.RoleNavigator, s.line.ID)
		change(&c)
		want(t, why, s.certify(c, s.Issuer, true), chain.ErrCredential)
	}
	c := s.Credential(p, chain.RoleNavigator, s.line.ID)
	want(t, "not logged", s.certify(c, s.Issuer, false), chain.ErrCredential)
	want(t, "signed by the other agency's issuer", s.certify(c, other.Issuer, true), chain.ErrSignature)
	s.Must(s.certify(s.Credential(p, chain.RoleNavigator, s.line.ID), s.Issuer, true))
	s.Must(s.tryOpen(p, s.line.ID))
	want(t, "a line that it does not name", s.tryOpen(p, s.otherLine()), chain.ErrCredential)
	want(t, "a role that opens nothing", s.tryOpen(s.sam, s.line.ID), chain.ErrCredential)
	want(t, "none at all", s.tryOpen(s.Enrol("Nobody"), s.line.ID), chain.ErrCredential)
	want(t, "a role that is not staff, on a line", s.line.Add(p), chain.ErrCredential)
	want(t, "staff of another line", s.line.Add(s.mallory), chain.ErrCredential)
}

// T29: a credential is used before or after its time.
func TestT29_CredentialOutOfTime(t *testing.T) {
	s := newScene(t)
	p := s.Enrol("Pat")
	c := s.Credential(p, chain.RoleNavigator, s.line.ID)
	s.Must(s.certify(c, s.Issuer, true))
	holds := func(n, time uint64) error { _, err := s.Book.Credential(p.ID, n, time); return err }
	s.Must(holds(s.Leaf, s.Now))
	want(t, "before it begins", holds(s.Leaf, c.NotBefore-1), chain.ErrCredential)
	want(t, "after it ends", holds(s.Leaf, c.NotAfter+1), chain.ErrCredential)
	want(t, "before it was logged", holds(5, s.Now), chain.ErrCredential)
	before := s.Leaf
	next := s.Credential(p, chain.RoleCAC, s.line.ID)
	s.Must(s.certify(next, s.Issuer, true)) // one at a time: the old one ends here
	for n, serial := range map[uint64]envelope.ID{before: c.Serial, s.Leaf: next.Serial} {
		if got, err := s.Book.Credential(p.ID, n, s.Now); err != nil || got.Serial != serial {
			t.Errorf("at %d another credential is in force: %v", n, err)
		}
	}
	p.Serial = next.Serial
	s.Decertify(p)
	want(t, "taken back", holds(s.Leaf, s.Now), chain.ErrCredential)
	want(t, "taken back, at the thread", s.tryOpen(p, s.line.ID), chain.ErrCredential)
	s.Must(holds(before, s.Now)) // what was signed before stays signed

	give := func(serial envelope.ID) error {
		return s.Append(s.MakeAgencyLink(envelope.AgencyCredential, false, envelope.CredentialLinkBody{Serial: serial, Account: p.ID}.Encode()))
	}
	want(t, "a serial twice", give(next.Serial), chain.ErrCredential)
	want(t, "taken back twice", s.Append(s.MakeAgencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(next.Serial))), chain.ErrUnknown)
	s.Now += 2 * chaintest.Year
	want(t, "an issuer after its dates", give(chaintest.NewID()), chain.ErrSigner)
	s.Now -= 2 * chaintest.Year
	s.AgencyLink(envelope.AgencyIssuerRevoke, true, envelope.EncodeIssuerRevoke(s.IssuerID))
	want(t, "an issuer after it was revoked", give(chaintest.NewID()), chain.ErrSigner)
}

func (s *scene) otherLine() envelope.ID {
	c, ok := s.Book.Known(s.mallory.ID)
	if !ok {
		s.T.Fatal("Mallory has no credential")
	}
	return c.Lines[0]
}

// openReaders are a line and the records key, without an opener.
func (s *scene) openReaders(line envelope.ID) ([]seal.To, error) {
	x, err := s.Book.Line(line)
	if err != nil {
		return nil, err
	}
	g, _ := x.Generation(s.Leaf)
	one, err := seal.Reader(envelope.KindLine, line, g.Gen, g.Box)
	if err != nil {
		return nil, err
	}
	two, err := seal.Reader(envelope.KindCustodian, s.RecordsID, 1, s.Records.Public().Bytes())
	return []seal.To{one, two}, err
}
