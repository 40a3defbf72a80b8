package attack

import (
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// reveal is the entry by which somebody says that they open a card.
func (s *scene) reveal(p *chaintest.Person, card envelope.ID) envelope.Entry {
	h := envelope.Head{Type: envelope.EntryReveal, Card: card, Place: s.th.Place(s.th.State.Epoch)}
	h.Attest = []byte("an attestation")
	return seal.Sign(p.Maker(), h, nil)
}

// naiveReveal hands a card to whoever has signed that they open it.
func naiveReveal(book *chain.Book, e envelope.Entry) bool {
	h, err := envelope.DecodeHead(e.Head)
	return err == nil && h.Type == envelope.EntryReveal && chain.CheckSignature(h, e, book) == nil
}

// T42: a curious insider opens consumers' cards. Who may not read a thread cannot
// put the entry into its log that the service asks for.
func TestT42_CuriousInsider(t *testing.T) {
	s := newScene(t)
	card := chaintest.NewID()
	policy := func(escrow bool) {
		s.AgencyLink(envelope.AgencyPolicy, true, envelope.PolicyBody{MinSuite: 1, MinClient: 1, LineEscrow: escrow, LogKey: "none", StepUpKey: s.StepUp.Public().Bytes()}.Encode())
		s.publish()
	}
	refused := func(why string, p *chaintest.Person) {
		t.Helper()
		e := s.reveal(p, card)
		want(t, why, s.th.Append(e), chain.ErrSigner)
		if !naiveReveal(s.Book, e) {
			t.Errorf("%s: a naive service does not fall for it", why)
		}
	}
	refused("a member of the line, before taking it", s.sam)
	refused("a lead, before anybody has taken it", s.line.Lead)
	refused("staff of another line", s.mallory)
	s.Must(s.th.Claim(s.sam))
	refused("a colleague who has not claimed it", s.eva)
	refused("a lead of another line", s.mallory)
	s.Must(s.th.Append(s.reveal(s.line.Lead, card))) // the control: policy lets leads read
	policy(false)
	refused("a lead whom policy does not let read", s.line.Lead)
	policy(true)
	s.line.SetLeads(s.line.NewLead("Second lead"))
	s.publish()
	refused("a lead of yesterday", s.line.Lead)
	s.Must(s.th.Append(s.reveal(s.sam, card)))
	s.Must(s.th.Append(s.reveal(s.ann, card)))
	s.Must(s.th.Requeue(s.sam, s.line.ID, true))
	refused("whoever had it before", s.sam)
	s.Decertify(s.eva)
	s.publish()
	want(t, "somebody whose credential was taken back", s.th.Append(s.reveal(s.eva, card)), chain.ErrCredential)
}

// T42: the service makes up an opening, moves one, turns it into another card's,
// or keeps one from the other side.
func TestT42_RevealIsWhatWasSigned(t *testing.T) {
	s := newScene(t)
	card, other := chaintest.NewID(), chaintest.NewID()
	s.Must(s.th.Claim(s.sam))
	e := s.reveal(s.sam, card)
	h, err := envelope.DecodeHead(e.Head)
	s.Must(err)

	bare := h
	bare.Attest = nil
	want(t, "its second factor is taken out and it is signed anew", s.th.Append(seal.Sign(s.sam.Maker(), bare, nil)), chain.ErrFactor)
	want(t, "its second factor is taken out", s.th.Append(envelope.Entry{Head: bare.Encode(), Sig: e.Sig}), chain.ErrSignature)
	swapped := h
	swapped.Card = other
	want(t, "another card is put in", s.th.Append(envelope.Entry{Head: swapped.Encode(), Sig: e.Sig}), chain.ErrSignature)
	want(t, "nobody signs", s.th.Append(envelope.Entry{Head: e.Head, Sig: key.NewSigning().Sign(key.SigEntry(h.Type), e.Head)}), chain.ErrSignature)
	want(t, "a confirmation's signature", s.th.Append(envelope.Entry{Head: e.Head, Sig: s.sam.Device.Sign.Sign(key.SigEntry(envelope.EntryConfirm), e.Head)}), chain.ErrSignature)
	none := h
	none.Card = envelope.ID{}
	want(t, "no card", s.th.Append(seal.Sign(s.sam.Maker(), none, nil)), chain.ErrState)

	elsewhere := s.NewThread()
	s.Must(elsewhere.Open(s.ann, s.line.ID))
	s.Must(elsewhere.Claim(s.sam))
	want(t, "it is put into another thread", elsewhere.Append(e), chain.ErrOrder)
	reader := s.client(s.ann, s.th)
	s.honest(reader)
	want(t, "it is put in later", s.th.Append(e), chain.ErrOrder)
	e = s.reveal(s.sam, card)
	s.Must(s.th.Append(e)) // the control
	want(t, "it is put in twice", s.th.Append(e), chain.ErrOrder)

	// Ann is not shown that Sam opened a card: what comes after does not follow.
	s.Must(s.th.Say(s.sam, "good day"))
	s.entries = func(all []envelope.Entry) []envelope.Entry {
		return slices.DeleteFunc(slices.Clone(all), func(x envelope.Entry) bool { return x.Hash() == e.Hash() })
	}
	want(t, "it is kept from the other side", reader.read(s.th, true), chain.ErrOrder)
	s.entries = nil
	s.Must(reader.read(s.th, true))
	if !slices.ContainsFunc(reader.heads, func(h envelope.Head) bool {
		return h.Type == envelope.EntryReveal && h.Card == card && h.Acct == s.sam.ID
	}) {
		t.Error("the other side does not see who opened which card")
	}
}

// outreach is the head of Sam's letter to Ann, with whom it must be sealed to.
func (s *scene) outreach(th *chaintest.Thread) (envelope.Head, []seal.To) {
	h := th.Head(envelope.EntryOutreach)
	h.Line, h.Account = s.line.ID, s.ann.ID
	to, err := th.Readers(s.sam, h)
	s.Must(err)
	return h, to
}

// begun makes an outreach of any head for any readers, signed with any key.
func (s *scene) begun(p *chaintest.Person, sign *key.Signing, h envelope.Head, to []seal.To) envelope.Entry {
	m := p.Maker()
	m.Sign = sign
	e, _, err := seal.Epoch(m, h, seal.NewSecret(), nil, to)
	s.Must(err)
	return e
}

// T43: a thread is begun in an assister's name that she cannot read, or that
// somebody else can.
func TestT43_OutreachSealedToOthers(t *testing.T) {
	s := newScene(t)
	th := s.NewThread()
	h, to := s.outreach(th)
	sign := s.sam.Device.Sign
	without := func(id envelope.ID) []seal.To {
		return slices.DeleteFunc(slices.Clone(to), func(r seal.To) bool { return r.ID == id })
	}
	lineKey, err := seal.Reader(envelope.KindLine, s.line.ID, 1, s.line.LK[0].Box().Public().Bytes())
	s.Must(err)
	forged := s.reader(s.ann)
	forged.Box = s.reader(s.mallory).Box // Ann's name over Mallory's key
	forged.PK = s.reader(s.mallory).PK
	for why, readers := range map[string][]seal.To{
		"she is named and left out":                    without(s.ann.ID),
		"she is named and somebody else reads":         append(without(s.ann.ID), s.reader(s.mallory)),
		"somebody else reads too":                      append(slices.Clone(to), s.reader(s.mallory)),
		"it is sealed to another's key under her name": append(without(s.ann.ID), forged),
		"the whole line reads":                         append(slices.Clone(to), lineKey),
		"the leads are kept out":                       without(s.line.ID),
		"the records key is left out":                  without(s.RecordsID),
		"its maker keeps no copy":                      without(s.sam.ID),
	} {
		e := s.begun(s.sam, sign, h, readers)
		want(t, why, th.Append(e), chain.ErrRoster)
		if !naiveEpoch(s.Book, e) {
			t.Errorf("%s: a naive reader does not fall for it", why)
		}
	}
	s.Must(th.Append(s.begun(s.sam, sign, h, to))) // the control
}

// T43: somebody begins a thread who may not, or with whom they may not.
func TestT43_OutreachForged(t *testing.T) {
	s := newScene(t)
	th := s.NewThread()
	far := s.Person("Far", chain.RoleBroker, s.otherLine())
	s.publish()
	h, to := s.outreach(th)
	at := func(change func(h *envelope.Head)) envelope.Head {
		n := h
		change(&n)
		return n
	}
	same := at(func(*envelope.Head) {})
	for why, c := range map[string]struct {
		e      envelope.Entry
		reason error
		naive  bool
	}{
		"nobody signs":                     {s.begun(s.sam, key.NewSigning(), same, to), chain.ErrSignature, false},
		"somebody else's device signs":     {s.begun(s.sam, s.mallory.Device.Sign, same, to), chain.ErrSignature, false},
		"staff of another line":            {s.begun(s.mallory, s.mallory.Device.Sign, same, to), chain.ErrSigner, true},
		"an assister, with a colleague":    {s.begun(far, far.Device.Sign, same, to), chain.ErrSigner, true},
		"the assister, with herself":       {s.begun(s.ann, s.ann.Device.Sign, same, to), chain.ErrSigner, true},
		"with a colleague of the line":     {s.begun(s.sam, s.sam.Device.Sign, at(func(h *envelope.Head) { h.Account = s.eva.ID }), to), chain.ErrCredential, true},
		"with an assister of another line": {s.begun(s.sam, s.sam.Device.Sign, at(func(h *envelope.Head) { h.Account = far.ID }), to), chain.ErrCredential, true},
		"with nobody":                      {s.begun(s.sam, s.sam.Device.Sign, at(func(h *envelope.Head) { h.Account = envelope.ID{} }), to), chain.ErrCredential, true},
		"in the name of another line":      {s.begun(s.sam, s.sam.Device.Sign, at(func(h *envelope.Head) { h.Line = s.otherLine() }), to), chain.ErrSigner, true},
	} {
		want(t, why, th.Append(c.e), c.reason)
		if got := naiveEpoch(s.Book, c.e); got != c.naive {
			t.Errorf("%s: the naive reader %v, expected %v", why, got, c.naive)
		}
	}
	e := s.begun(s.sam, s.sam.Device.Sign, same, to)
	want(t, "it is put at the beginning of another thread", s.NewThread().Append(e), chain.ErrOrder)
	want(t, "it is put behind a thread of hers", s.th.Append(e), chain.ErrOrder)
	late := s.th.Head(envelope.EntryOutreach)
	late.Epoch, late.Line, late.Account = s.th.State.Epoch+1, s.line.ID, s.ann.ID
	want(t, "a thread of hers is begun anew", s.th.Append(s.begun(s.sam, s.sam.Device.Sign, late, to)), chain.ErrState)
	if s.th.State.State != chain.StateOpen {
		t.Error("the thread is taken all the same")
	}
	turned, err := envelope.DecodeHead(e.Head)
	s.Must(err)
	turned.Account = far.ID
	want(t, "it is turned to somebody else", th.Append(envelope.Entry{Head: turned.Encode(), Sig: e.Sig}), chain.ErrSignature)
	s.Must(th.Append(e)) // the control
	s.Must(th.Close(s.ann))
}
