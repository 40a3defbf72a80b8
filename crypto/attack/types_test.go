package attack

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/chunk"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/keylog"
	"arcline/crypto/seal"
)

// signed is a real statement with its signature, signer and type.
type signed struct {
	typ       key.SigType
	by        key.Verify
	stmt, sig []byte
}

// announced is an announcement that somebody signed.
func announced(by *chaintest.Person) signed {
	m := by.Maker()
	told := envelope.Announcement{ID: chaintest.NewID(), Acct: m.Acct, Dev: m.Dev, From: 1, Until: 2, Title: "x", Text: []byte("y")}.Encode()
	return signed{key.SigAnnouncement, m.Sign.Public(), told, m.Sign.Sign(key.SigAnnouncement, told)}
}

// everySignature collects one signature of every type that a world can make.
func everySignature(s *scene) []signed {
	longThread(s)
	notes := s.NewNotes(s.th.State.ID)
	s.Must(notes.Hand(s.eva, s.line.ID, s.eva.ID))
	s.Must(notes.Say(s.eva, "a note"))
	s.Must(s.th.Say(s.ann, "open again"))
	s.Must(s.th.Ask(s.ann))
	s.Must(s.th.Confirm(s.eva, s.th.State.Next-1))
	s.Must(s.th.Reveal(s.eva, chaintest.NewID()))
	begun := s.NewThread()
	s.Must(begun.Outreach(s.eva, s.line.ID, s.ann))
	dev := s.ann.AddDevice()
	s.ann.Turn()
	s.ann.Revoke(dev.ID)
	s.ann.ReplaceRecovery()
	s.ann.BindOfficers()
	s.line.SetLeads(s.line.Lead)
	s.Must(s.Append(seal.LineFloor(s.line.State(), s.At(), s.line.Lead.Maker(), 1)))
	s.line.Remove(s.sam)
	s.Decertify(s.sam)
	s.AgencyLink(envelope.AgencyIssuerRevoke, true, envelope.EncodeIssuerRevoke(s.IssuerID))
	s.publish()
	s.Must(s.th.Requeue(s.eva, s.line.ID, true))
	out := []signed{announced(s.line.Lead)}
	for _, l := range s.Log {
		d, err := envelope.DecodeLink(l.Link)
		s.Must(err)
		x := signed{typ: key.SigLink(d.Type), stmt: l.Link, sig: l.Sig}
		switch {
		case !d.SignerAcct.IsZero():
			a, err := s.Book.Account(d.SignerAcct)
			s.Must(err)
			x.by, err = a.Device(d.SignerDev, l.Leaf+1)
			s.Must(err)
		case d.SignerDev == s.IssuerID:
			x.by = s.Issuer.Public()
		default:
			x.by = s.Root.Public()
		}
		out = append(out, x)
		if len(l.Countersig) > 0 {
			out = append(out, signed{key.SigCountersign(d.Type), dev.Sign.Public(), l.Link, l.Countersig})
		}
	}
	for i, e := range s.th.Entries {
		a, err := s.Book.Account(s.th.Heads[i].Acct)
		s.Must(err)
		k, err := a.Device(s.th.Heads[i].Dev, s.th.Heads[i].KTSize)
		s.Must(err)
		out = append(out, signed{key.SigEntry(s.th.Heads[i].Type), k, e.Head, e.Sig})
	}
	out = append(out, signed{key.SigEntry(begun.Heads[0].Type), s.eva.Device.Sign.Public(), begun.Entries[0].Head, begun.Entries[0].Sig})
	for i, e := range notes.Entries {
		out = append(out, signed{key.SigEntry(notes.Heads[i].Type), s.eva.Device.Sign.Public(), e.Head, e.Sig})
	}
	for _, c := range s.Creds {
		out = append(out, signed{key.SigCredential, s.Issuer.Public(), c.Credential, c.Sig})
	}
	return out
}

// T12: a signature of one type is offered as one of another.
func TestT12_CrossProtocolSigning(t *testing.T) {
	s := newScene(t)
	all := everySignature(s)
	seen := map[key.SigType]bool{}
	for _, x := range all {
		if seen[x.typ] {
			continue
		}
		seen[x.typ] = true
		for _, typ := range key.SigTypes() {
			if err := x.by.Check(typ, x.stmt, x.sig); (err == nil) != (typ == x.typ) {
				t.Errorf("signed as %s, read as %s: %v", x.typ, typ, err)
			}
		}
		for _, y := range all {
			if string(y.stmt) != string(x.stmt) && x.by.Check(x.typ, y.stmt, x.sig) == nil {
				t.Errorf("one signature of %s fits two statements", x.typ)
			}
		}
	}
	for _, typ := range key.SigTypes() {
		if !seen[typ] && typ != key.SigAccess {
			t.Errorf("the world makes no signature of type %s", typ)
		}
	}
}

// Nothing but crypto/key signs with Ed25519 in the crypto rooms, so there is no
// way to make a statement key sign bytes that somebody else chose. The vectors
// play the service that attests second factors, with a key of its own.
func TestT12_OneRoomSigns(t *testing.T) {
	checked := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, im := range f.Imports {
			if p, _ := strconv.Unquote(im.Path.Value); p != "crypto/ed25519" {
				continue
			}
			checked++
			if room := filepath.Base(filepath.Dir(path)); room != "key" && room != "vectors" && strings.Contains(string(b), "ed25519.Sign") {
				t.Errorf("%s signs", path)
			}
		}
		return nil
	})
	if err != nil || checked == 0 {
		t.Fatal("nothing was looked at:", err)
	}
}

// T13: a statement of one kind is offered where another belongs.
func TestT13_TypeConfusion(t *testing.T) {
	s := newScene(t)
	everySignature(s)
	decoders := map[string]func([]byte) error{
		"link":            func(b []byte) error { _, err := envelope.DecodeLink(b); return err },
		"head":            func(b []byte) error { _, err := envelope.DecodeHead(b); return err },
		"credential":      func(b []byte) error { _, err := envelope.DecodeCredential(b); return err },
		"rotation":        func(b []byte) error { _, err := envelope.DecodeRotation(b); return err },
		"account genesis": func(b []byte) error { _, err := envelope.DecodeAccountGenesis(b); return err },
		"device add":      func(b []byte) error { _, err := envelope.DecodeDeviceAdd(b); return err },
		"device revoke":   func(b []byte) error { _, err := envelope.DecodeDeviceRevoke(b); return err },
		"recovery":        func(b []byte) error { _, err := envelope.DecodeRecovery(b); return err },
		"officers":        func(b []byte) error { _, err := envelope.DecodeOfficers(b); return err },
		"line genesis":    func(b []byte) error { _, err := envelope.DecodeLineGenesis(b); return err },
		"leads":           func(b []byte) error { _, err := envelope.DecodeLineAdmins(b); return err },
		"floor":           func(b []byte) error { _, err := envelope.DecodeFloor(b); return err },
		"agency genesis":  func(b []byte) error { _, err := envelope.DecodeAgencyGenesis(b); return err },
		"issuer":          func(b []byte) error { _, err := envelope.DecodeIssuer(b); return err },
		"issuer revoke":   func(b []byte) error { _, err := envelope.DecodeIssuerRevoke(b); return err },
		"custodian":       func(b []byte) error { _, err := envelope.DecodeCustodian(b); return err },
		"policy":          func(b []byte) error { _, err := envelope.DecodePolicy(b); return err },
		"cred link":       func(b []byte) error { _, err := envelope.DecodeCredentialLink(b); return err },
		"cred revoke":     func(b []byte) error { _, err := envelope.DecodeCredentialRevoke(b); return err },
		"leaf":            func(b []byte) error { _, err := keylog.DecodeLeaf(b); return err },
		"checkpoint":      func(b []byte) error { _, err := s.policy.Open(b); return err },
		"message":         func(b []byte) error { _, err := envelope.Unpad(b); return err },
	}
	for _, p := range []envelope.Purpose{envelope.PurposeAccount, envelope.PurposeLine, envelope.PurposeLead, envelope.PurposeEpoch} {
		decoders["keys of "+string(p)] = func(b []byte) error { _, err := envelope.DecodeKeys(p, b); return err }
	}
	for _, typ := range []envelope.LinkType{envelope.LineAdd, envelope.LineRemove} {
		decoders["body of "+string(typ)] = func(b []byte) error { _, err := envelope.DecodeLineMember(typ, b); return err }
	}
	for _, typ := range []envelope.LinkType{envelope.AccountRotate, envelope.LineRotate} {
		decoders["body of "+string(typ)] = func(b []byte) error { _, _, err := envelope.DecodeRotate(typ, b); return err }
	}
	hit := map[string]bool{}
	for _, b := range everyStatement(s) {
		var read []string
		for name, decode := range decoders {
			if decode(b) == nil {
				read, hit[name] = append(read, name), true
			}
		}
		if len(read) != 1 {
			l, _ := envelope.Label(b)
			t.Errorf("%q reads as %q", l, read)
		}
	}
	for name := range decoders {
		if !hit[name] {
			t.Errorf("no sample of %s", name)
		}
	}
}

// everyStatement takes a world apart down to the smallest statement.
func everyStatement(s *scene) (out [][]byte) {
	for _, l := range s.Log {
		d, err := envelope.DecodeLink(l.Link)
		s.Must(err)
		out = append(out, l.Link, d.Body)
		if k, ok, err := chain.KeysOf(d); err != nil {
			s.T.Fatal(err)
		} else if ok {
			out = append(out, k.Encode())
		}
		switch d.Type {
		case envelope.AccountRotate, envelope.LineRotate:
			_, r, err := envelope.DecodeRotate(d.Type, d.Body)
			s.Must(err)
			out = append(out, r)
		}
	}
	for i, e := range s.th.Entries {
		out = append(out, e.Head)
		if s.th.Heads[i].Type.StartsEpoch() {
			out = append(out, s.th.Heads[i].Keys)
		}
	}
	for _, c := range s.Creds {
		out = append(out, c.Credential)
	}
	return append(append(out, s.leaves...), envelope.Pad([]byte("text")), s.state(0).Checkpoint)
}

// T15: the service offers another recovery key or a backup of its own.
func TestT15_SecretInjection(t *testing.T) {
	s := newScene(t)
	own := seal.Recovery{Sign: key.NewSigning(), Box: key.NewBox()}
	readers := s.ann.Account().Readers()
	m := s.ann.Maker()
	m.Sign = own.Sign
	for why, c := range map[string]struct {
		m      seal.Maker
		reason error
	}{
		"signed by itself":                     {m, chain.ErrSignature},
		"signed as the recovery key":           {seal.Maker{Acct: s.ann.ID, Sign: own.Sign}, chain.ErrSignature},
		"signed by another person":             {s.mallory.Maker(), chain.ErrSigner},
		"signed by a device that is not Ann's": {seal.Maker{Acct: s.ann.ID, Dev: s.sam.Device.ID, Sign: s.sam.Device.Sign}, chain.ErrSigner},
	} {
		l, _, _, err := seal.RecoveryReplace(s.ann.Account(), s.At(), c.m, s.ann.PUK[0], own)
		s.Must(err)
		want(t, why, s.Append(l), c.reason)
	}
	// A first link with another recovery pair is another identity.
	fake, _, _, err := seal.AccountGenesis(s.ann.ID, s.At(), seal.NewDevice(chaintest.NewID()), own, func([]byte) [32]byte { return [32]byte{} })
	s.Must(err)
	other, err := chain.NewAccount(s.ann.ID).Apply(fake, s.Leaf)
	s.Must(err)
	for _, c := range s.Creds {
		if d, _ := envelope.DecodeCredential(c.Credential); d.Account == s.ann.ID {
			_, err := s.Book.Agency().CheckCredential(c, other)
			want(t, "Ann's credential for another first link", err, chain.ErrCredential)
		}
	}
	for i, r := range s.ann.Account().Readers() {
		if !r.Same(readers[i]) {
			t.Error("a refused statement changed who reads")
		}
	}
	l, fresh, _, err := seal.RecoveryReplace(s.ann.Account(), s.At(), s.ann.Maker(), s.ann.PUK[0], own)
	s.Must(err)
	s.Must(s.Append(l)) // Ann's own device may
	s.ann.PUK = append(s.ann.PUK, fresh)
}

// T16: something older or weaker is offered.
func TestT16_Downgrade(t *testing.T) {
	s := newScene(t)
	suite := func(b []byte, v byte) []byte {
		label, _ := envelope.Label(b)
		p, err := envelope.Dec(label, b)
		s.Must(err)
		p[0] = []byte{v}
		return envelope.Enc(label, p...)
	}
	link, head, cred := s.Log[4].Link, s.th.Entries[0].Head, s.Creds[0].Credential
	for _, v := range []byte{0x00, 0x02, 0xff} {
		_, err := envelope.DecodeLink(suite(link, v))
		want(t, "a link of another suite", err, envelope.ErrMalformed)
		_, err = envelope.DecodeHead(suite(head, v))
		want(t, "an entry of another suite", err, envelope.ErrMalformed)
		_, err = envelope.DecodeCredential(suite(cred, v))
		want(t, "a credential of another suite", err, envelope.ErrMalformed)
		file := append([]byte("arc1f"), v, 0x10)
		_, err = chunk.NewReader(strings.NewReader(string(append(file, make([]byte, 2000)...))), [32]byte{1}, envelope.ID{1}, envelope.ID{2})
		want(t, "a file of another suite", err, chunk.ErrHeader)
		p := envelope.PolicyBody{MinSuite: v, LogKey: "none"}
		want(t, "a policy of another suite", s.Append(s.MakeAgencyLink(envelope.AgencyPolicy, true, p.Encode())), chain.ErrState)
	}
	// A box of X25519 alone, as before the hybrid.
	x, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err == nil {
		pk, err := hpke.NewDHKEMPublicKey(x.PublicKey())
		if err == nil {
			if box, err := hpke.Seal(pk, hpke.HKDFSHA256(), hpke.AES256GCM(), nil, make([]byte, 32)); err == nil {
				_, err = s.sam.PUK[0].Box().Open(nil, box)
				want(t, "a box without ML-KEM", err, key.ErrNotOpened)
			}
		}
	}
	// A statement that commits to nothing.
	s.Must(s.th.Claim(s.sam))
	k := s.th.Statement(1)
	k.Commit = envelope.Hash{}
	_, err = seal.Open(k, envelope.KindAccount, s.sam.ID, s.sam.PUK[0].Box(), s.th.Boxes[1][0].Sealed)
	if err == nil {
		t.Error("opens without a commitment")
	}
	e := s.th.Message(s.ann, "text")
	h, err := envelope.DecodeHead(e.Head)
	s.Must(err)
	h.Commit = envelope.Hash{}
	_, err = seal.OpenMessage(s.th.TK[1], h, e.Body)
	want(t, "a message without a commitment", err, seal.ErrCommitment)
}
