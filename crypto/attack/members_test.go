package attack

import (
	"bytes"
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/keylog"
	"arcline/crypto/seal"
)

// ghostClaim is a claim whose roster has one reader too many, signed by somebody.
func (s *scene) ghostClaim(maker *chaintest.Person, sign *key.Signing) envelope.Entry {
	h := s.th.Head(envelope.EntryClaim)
	to, err := s.th.Readers(s.sam, h)
	s.Must(err)
	ghost, err := seal.Reader(envelope.KindAccount, s.mallory.ID, 1, s.mallory.PUK[0].Box().Public().Bytes())
	s.Must(err)
	before := s.th.TK[s.th.State.Epoch]
	m := maker.Maker()
	m.Sign = sign
	e, _, err := seal.Epoch(m, h, seal.NewSecret(), &before, append(to, ghost))
	s.Must(err)
	return e
}

// naiveEpoch believes any roster that a known device has signed.
func naiveEpoch(book *chain.Book, e envelope.Entry) bool {
	h, err := envelope.DecodeHead(e.Head)
	return err == nil && chain.CheckSignature(h, e, book) == nil
}

// T01: the service puts a ghost among the readers.
func TestT01_Ghost(t *testing.T) {
	s := newScene(t)
	reader := s.client(s.ann, s.th)
	s.honest(reader)
	for why, c := range map[string]struct {
		e      envelope.Entry
		reason error
		naive  bool
	}{
		"nobody signs":                        {s.ghostClaim(s.sam, key.NewSigning()), chain.ErrSignature, false},
		"a stranger's valid device signs":     {s.ghostClaim(s.sam, s.mallory.Device.Sign), chain.ErrSignature, false},
		"a non-member signs as themselves":    {s.ghostClaim(s.mallory, s.mallory.Device.Sign), chain.ErrSigner, true},
		"a malicious member signs the ghost":  {s.ghostClaim(s.sam, s.sam.Device.Sign), chain.ErrRoster, true},
		"the opener lets a ghost in by claim": {s.ghostClaim(s.ann, s.ann.Device.Sign), chain.ErrSigner, true},
	} {
		s.entries = func(honest []envelope.Entry) []envelope.Entry { return append(honest, c.e) }
		_, err := reader.say(s.th, "secret")
		want(t, why, err, c.reason)
		want(t, why, err, errNotSent)
		if naiveEpoch(s.Book, c.e) != c.naive {
			t.Errorf("%s: the naive reader no longer falls for it", why)
		}
	}
	s.entries = nil
	s.honest(reader)

	// The same at the opening of a thread.
	th := s.NewThread()
	h := th.Head(envelope.EntryOpen)
	h.Line = s.line.ID
	to, err := th.Readers(s.ann, h)
	s.Must(err)
	ghost, err := seal.Reader(envelope.KindAccount, s.mallory.ID, 1, s.mallory.PUK[0].Box().Public().Bytes())
	s.Must(err)
	want(t, "opened to a ghost", th.EpochTo(s.ann, h, false, append(to, ghost)), chain.ErrRoster)
	want(t, "opened to nobody's line", th.EpochTo(s.ann, h, false, to[:1]), chain.ErrRoster)
	s.Must(th.EpochTo(s.ann, h, false, to))
}

// T02: the service adds a device to an account.
func TestT02_GhostDevice(t *testing.T) {
	s := newScene(t)
	c := s.client(s.ann, s.th)
	c.mine = []envelope.Hash{s.ann.Genesis.Hash()}
	s.honest(c)
	s.Must(c.monitor())
	ghost := seal.NewDevice(chaintest.NewID())
	make := func(m seal.Maker, accept *key.Signing) envelope.SignedLink {
		l, _, err := seal.DeviceAdd(s.ann.Account(), s.At(), m, s.ann.PUK[0], ghost)
		s.Must(err)
		l.Countersig = accept.Sign(key.SigCountersign(envelope.AccountAdd), l.Link)
		return l
	}
	evilMaker := s.ann.Maker()
	evilMaker.Sign = ghost.Sign
	for why, c := range map[string]struct {
		link   envelope.SignedLink
		reason error
	}{
		"signed by itself":               {make(evilMaker, ghost.Sign), chain.ErrSignature},
		"signed by another person":       {make(s.mallory.Maker(), ghost.Sign), chain.ErrSigner},
		"accepted by another device":     {make(s.ann.Maker(), s.ann.Device.Sign), chain.ErrSignature},
		"by an unknown recovery key":     {make(seal.Maker{Acct: s.ann.ID, Sign: ghost.Sign}, ghost.Sign), chain.ErrSignature},
		"not accepted by the newcomer":   {func() envelope.SignedLink { l := make(s.ann.Maker(), ghost.Sign); l.Countersig = nil; return l }(), chain.ErrSignature},
		"accepted for another statement": {func() envelope.SignedLink { l := make(s.ann.Maker(), ghost.Sign); l.Sig = l.Countersig; return l }(), chain.ErrSignature},
	} {
		want(t, why, s.Append(c.link), c.reason)
	}
	// With a stolen device key the statement is valid: nobody else can tell, and
	// the person's own program must.
	s.Must(s.Append(make(s.ann.Maker(), ghost.Sign)))
	s.publish()
	s.Must(s.client(s.sam, s.th).sync())
	s.Must(c.sync())
	want(t, "a device that its person did not add", c.monitor(), errAlarm)
}

// T03: the service gives its own key where somebody else's belongs.
func TestT03_KeySubstitution(t *testing.T) {
	s := newScene(t)
	s.honest(s.client(s.ann, s.th))
	own := key.NewBox()
	// swap replaces every X-Wing key of a chain's links by the service's own.
	swap := func(id envelope.ID) func(chain.Logged) chain.Logged {
		var theirs [][]byte
		for _, l := range s.Log {
			if d, _ := envelope.DecodeLink(l.Link); d.Chain == id {
				theirs = append(theirs, publicKeys(d)...)
			}
		}
		return func(l chain.Logged) chain.Logged {
			for _, b := range theirs {
				l.Link = bytes.ReplaceAll(l.Link, b, own.Public().Bytes())
			}
			return l
		}
	}
	for why, id := range map[string]envelope.ID{"the line's key": s.line.ID, "a person's key": s.sam.ID, "the records key": s.Agency} {
		c := s.client(s.ann, s.th)
		s.links = swap(id)
		_, err := c.say(s.th, "secret")
		want(t, why+" in place", err, keylog.ErrInclusion)
		want(t, why+" in place", err, errNotSent)
		s.links = nil
		s.honest(c)
	}
	// The service re-signs what it can: its own account in Sam's place, logged.
	fake := s.Enrol("Service")
	s.publish()
	c := s.client(s.ann, s.th)
	s.Must(c.sync())
	if _, err := c.book.Credential(fake.ID, c.view.Size, s.Now); err == nil {
		t.Error("an account without a credential counts")
	}
	to, err := seal.Reader(envelope.KindAccount, s.sam.ID, 1, own.Public().Bytes())
	s.Must(err)
	h := s.th.Head(envelope.EntryClaim)
	honest, err := s.th.Readers(s.sam, h)
	s.Must(err)
	for i := range honest {
		if honest[i].ID == s.sam.ID {
			honest[i] = to
		}
	}
	want(t, "an epoch sealed to the service's key under Sam's name", s.th.EpochTo(s.sam, h, true, honest), chain.ErrRoster)
	// Control: who seals to whatever key is served is read by the service.
	box, err := own.Public().Seal(nil, make([]byte, 32))
	s.Must(err)
	if _, err := own.Open(nil, box); err != nil {
		t.Error("the naive sender is no longer read")
	}
}

// publicKeys finds the X-Wing keys that a link publishes.
func publicKeys(l envelope.Link) (out [][]byte) {
	add := func(rotation []byte) {
		if r, err := envelope.DecodeRotation(rotation); err == nil {
			out = append(out, r.Box)
		}
	}
	switch l.Type {
	case envelope.AccountGenesis:
		b, _ := envelope.DecodeAccountGenesis(l.Body)
		out = append(out, b.Device.Box, b.RecoveryBox)
		add(b.Rotation)
	case envelope.LineRotate:
		_, r, _ := envelope.DecodeRotate(l.Type, l.Body)
		add(r)
	case envelope.AgencyCustodian:
		b, _ := envelope.DecodeCustodian(l.Body)
		out = append(out, b.Box)
	}
	return out
}

// T06: a box is put where it was not made for.
func TestT06_Transplant(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	k, boxes, puk := s.th.Statement(1), s.th.Boxes[1], s.sam.PUK[0].Box()
	i := slices.IndexFunc(boxes, func(b seal.Box) bool { return b.ID == s.sam.ID })
	if _, err := seal.Open(k, envelope.KindAccount, s.sam.ID, puk, boxes[i].Sealed); err != nil {
		t.Fatal("the honest box does not open:", err)
	}
	mine := slices.IndexFunc(k.Recipients, func(r envelope.Recipient) bool { return r.ID == s.sam.ID })
	for why, change := range map[string]func(*envelope.Keys){
		"another thread":     func(k *envelope.Keys) { k.Ctx = envelope.ThreadCtx(chaintest.NewID(), 1) },
		"another epoch":      func(k *envelope.Keys) { k.Ctx = envelope.ThreadCtx(s.th.State.ID, 2) },
		"another purpose":    func(k *envelope.Keys) { k.Purpose = envelope.PurposeLine },
		"another commitment": func(k *envelope.Keys) { k.Commit[0] ^= 1 },
		"another account":    func(k *envelope.Keys) { k.Acct = s.ann.ID },
		"another device":     func(k *envelope.Keys) { k.Dev = s.ann.Device.ID },
		"another roster":     func(k *envelope.Keys) { k.Recipients = k.Recipients[:mine+1] },
		"another generation": func(k *envelope.Keys) { k.Recipients[mine].Gen++ },
		"another reader's id": func(k *envelope.Keys) {
			k.Recipients[mine].ID = s.ann.ID
		},
		"another kind of reader": func(k *envelope.Keys) { k.Recipients[mine].Kind = envelope.KindLine },
	} {
		c := k
		c.Recipients = slices.Clone(k.Recipients)
		change(&c)
		r := c.Recipients[min(mine, len(c.Recipients)-1)]
		if _, err := seal.Open(c, r.Kind, r.ID, puk, boxes[i].Sealed); err == nil {
			t.Errorf("opens for %s", why)
		}
	}
	for j, b := range boxes {
		if j != i {
			if _, err := seal.Open(k, envelope.KindAccount, s.sam.ID, puk, b.Sealed); err == nil {
				t.Errorf("opens the box of %s", b.Kind)
			}
		}
	}
	// Control: a box bound to nothing opens wherever it is put.
	loose, err := puk.Public().Seal(nil, make([]byte, 32))
	s.Must(err)
	if _, err := puk.Open(nil, loose); err != nil {
		t.Error("the loose box no longer opens")
	}
}

// T07: a member with valid keys lies about who reads.
func TestT07_RosterUnderAValidSignature(t *testing.T) {
	s := newScene(t)
	h := s.th.Head(envelope.EntryClaim)
	to, err := s.th.Readers(s.sam, h)
	s.Must(err)
	before := s.th.TK[0]
	k, boxes, err := seal.Keys(envelope.PurposeEpoch, envelope.ThreadCtx(h.Thread, h.Epoch), s.sam.Maker(), seal.NewSecret(), &before, to)
	s.Must(err)
	sign := func(change func(*envelope.Keys)) error {
		c := k
		c.Recipients = slices.Clone(k.Recipients)
		change(&c)
		h := h
		h.Keys = c.Encode()
		_, _, err := s.th.State.Apply(seal.Sign(s.sam.Maker(), h, nil), s.Book)
		return err
	}
	s.Must(sign(func(*envelope.Keys) {}))
	want(t, "out of order", sign(func(k *envelope.Keys) { slices.Reverse(k.Recipients) }), envelope.ErrMalformed)
	want(t, "one twice", sign(func(k *envelope.Keys) { k.Recipients = append(k.Recipients[:1], k.Recipients...) }), envelope.ErrMalformed)
	for i := range k.Recipients {
		want(t, "one dropped", sign(func(k *envelope.Keys) { k.Recipients = slices.Delete(k.Recipients, i, i+1) }), chain.ErrRoster)
		want(t, "one under another key", sign(func(k *envelope.Keys) { k.Recipients[i].PK[0] ^= 1 }), chain.ErrRoster)
		want(t, "one of another generation", sign(func(k *envelope.Keys) { k.Recipients[i].Gen++ }), chain.ErrRoster)
	}
	// Each reader sees the roster that the maker signed, or opens nothing.
	c := k
	c.Recipients = slices.Clone(k.Recipients[1:])
	r := c.Recipients[0]
	i := slices.IndexFunc(boxes, func(b seal.Box) bool { return b.ID == r.ID && b.Kind == r.Kind })
	for _, sk := range []*key.Box{s.sam.PUK[0].Box(), s.ann.PUK[0].Box(), s.line.Lk[0].Box(), s.Records} {
		if _, err := seal.Open(c, r.Kind, r.ID, sk, boxes[i].Sealed); err == nil {
			t.Error("a box opens under a roster that leaves somebody out")
		}
	}
}
