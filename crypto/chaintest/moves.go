package chaintest

import (
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// With is the same person at another of their devices.
func (p *Person) With(d seal.Device) *Person {
	q := *p
	q.Device = d
	return &q
}

// AddDevice binds a further device by the person's present one.
func (p *Person) AddDevice() seal.Device {
	p.W.T.Helper()
	d := seal.NewDevice(NewID())
	s, _, err := seal.DeviceAdd(p.Account(), p.W.At(), p.Maker(), p.PUK[len(p.PUK)-1], d)
	p.W.Must(err)
	p.W.Must(p.W.Append(s))
	return d
}

// Revoke unbinds devices by the person's present one, which rotates their key.
func (p *Person) Revoke(ids ...envelope.ID) {
	p.W.T.Helper()
	s, fresh, _, err := seal.DeviceRevoke(p.Account(), p.W.At(), p.Maker(), p.PUK[len(p.PUK)-1], ids)
	p.W.Must(err)
	p.W.Must(p.W.Append(s))
	p.PUK = append(p.PUK, fresh)
}

// Turn rotates the person's account key.
func (p *Person) Turn() {
	p.W.T.Helper()
	s, fresh, _, err := seal.AccountRotate(p.Account(), p.W.At(), p.Maker(), p.PUK[len(p.PUK)-1])
	p.W.Must(err)
	p.W.Must(p.W.Append(s))
	p.PUK = append(p.PUK, fresh)
}

// Recover binds a device by the recovery key.
func (p *Person) Recover(d seal.Device) error {
	m := seal.Maker{Acct: p.ID, Sign: p.Rec.Sign}
	s, _, err := seal.DeviceAdd(p.Account(), p.W.At(), m, p.PUK[len(p.PUK)-1], d)
	if err != nil {
		return err
	}
	return p.W.Append(s)
}

// ReplaceRecovery makes a new recovery pair by the person's present device.
func (p *Person) ReplaceRecovery() {
	p.W.T.Helper()
	rec := seal.Recovery{Sign: key.NewSigning(), Box: key.NewBox()}
	s, fresh, _, err := seal.RecoveryReplace(p.Account(), p.W.At(), p.Maker(), p.PUK[len(p.PUK)-1], rec)
	p.W.Must(err)
	p.W.Must(p.W.Append(s))
	p.Rec, p.PUK = rec, append(p.PUK, fresh)
}

// BindOfficers binds a fresh officers' pair by the person's present device and
// returns it with its seed's commitment.
func (p *Person) BindOfficers() seal.Recovery {
	p.W.T.Helper()
	pair := seal.OfficersPair(seal.NewSecret())
	s, _, err := seal.Officers(p.Account(), p.W.At(), p.Maker(), p.PUK[len(p.PUK)-1], pair, envelope.Hash{1}, []envelope.ID{NewID(), NewID()})
	p.W.Must(err)
	p.W.Must(p.W.Append(s))
	return pair
}

// Reissue binds a device by the officers' key.
func (p *Person) Reissue(pair seal.Recovery, d seal.Device) error {
	m := seal.Maker{Acct: p.ID, Dev: envelope.OfficersSigner, Sign: pair.Sign}
	s, _, err := seal.DeviceAdd(p.Account(), p.W.At(), m, p.PUK[len(p.PUK)-1], d)
	if err != nil {
		return err
	}
	return p.W.Append(s)
}

// Decertify takes a person's credential back.
func (w *World) Decertify(p *Person) {
	w.T.Helper()
	w.AgencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(p.Serial))
}

// SetLeads names the line's leads anew, as the issuer does.
func (x *Line) SetLeads(who ...*Person) {
	x.W.T.Helper()
	var ids []envelope.ID
	for _, p := range who {
		ids = append(ids, p.ID)
	}
	slices.SortFunc(ids, func(a, b envelope.ID) int { return slices.Compare(a[:], b[:]) })
	s := x.State()
	x.W.Must(x.W.Append(seal.IssuerLineLink(envelope.LineAdmins, x.ID, s.Seq, s.Hash, x.W.At(), x.W.IssuerID, x.W.Issuer, envelope.EncodeLineAdmins(ids))))
}

// NewLead makes a person with a lead's credential and puts them on the line.
func (x *Line) NewLead(name string) *Person {
	x.W.T.Helper()
	p := x.W.Person(name, chain.RoleLead, x.ID)
	x.W.Must(x.Add(p))
	return p
}

// Rekey makes a new epoch for the same readers.
func (t *Thread) Rekey(p *Person) error { return t.Epoch(p, t.Head(envelope.EntryRekey), true) }

// Requeue sends the thread back to a line.
func (t *Thread) Requeue(p *Person, line envelope.ID, history bool) error {
	h := t.Head(envelope.EntryRequeue)
	h.Line = line
	return t.Epoch(p, h, history)
}

// Offer names a successor.
func (t *Thread) Offer(p, to *Person) error {
	return t.Plain(p, envelope.Head{Type: envelope.EntryOffer, Account: to.ID})
}

// Transfer hands the thread to the successor.
func (t *Thread) Transfer(p, to *Person) error {
	h := t.Head(envelope.EntryTransfer)
	h.Account = to.ID
	return t.Epoch(p, h, true)
}

// Ack says how far a person has read.
func (t *Thread) Ack(p *Person, upTo uint64) error {
	return t.Plain(p, envelope.Head{Type: envelope.EntryAck, UpTo: upTo})
}

// Ask asks the other party who is there.
func (t *Thread) Ask(p *Person) error {
	return t.Plain(p, envelope.Head{Type: envelope.EntryAsk})
}

// Confirm answers a question with something that looks like an attestation:
// whether it holds is seal's to say.
func (t *Thread) Confirm(p *Person, question uint64) error {
	h := envelope.Head{Type: envelope.EntryConfirm, UpTo: question, Place: t.Place(t.State.Epoch)}
	h.Attest = []byte("an attestation")
	return t.Append(seal.Sign(p.Maker(), h, nil))
}

// Reveal says that a person opens a card, with something that looks like an
// attestation.
func (t *Thread) Reveal(p *Person, card envelope.ID) error {
	h := envelope.Head{Type: envelope.EntryReveal, Card: card, Place: t.Place(t.State.Epoch)}
	h.Attest = []byte("an attestation")
	return t.Append(seal.Sign(p.Maker(), h, nil))
}

// Outreach begins the thread by a specialist, with an assister.
func (t *Thread) Outreach(p *Person, line envelope.ID, to *Person) error {
	h := t.Head(envelope.EntryOutreach)
	h.Line, h.Account = line, to.ID
	return t.Epoch(p, h, false)
}

// Close closes the thread.
func (t *Thread) Close(p *Person) error {
	return t.Plain(p, envelope.Head{Type: envelope.EntryClose})
}

// Statement is the key statement of an epoch of this thread.
func (t *Thread) Statement(epoch uint32) envelope.Keys {
	t.W.T.Helper()
	for _, h := range t.Heads {
		if h.Type.StartsEpoch() && h.Epoch == epoch {
			k, err := envelope.DecodeKeys(envelope.PurposeEpoch, h.Keys)
			t.W.Must(err)
			return k
		}
	}
	t.W.T.Fatalf("no epoch %d", epoch)
	return envelope.Keys{}
}

// Opens tries a generation's secret on an epoch's box.
func (t *Thread) Opens(epoch uint32, kind envelope.RecipientKind, id envelope.ID, s seal.Secret) bool {
	return t.OpensWith(epoch, kind, id, s.Box())
}

// OpensWith is Opens with a private key.
func (t *Thread) OpensWith(epoch uint32, kind envelope.RecipientKind, id envelope.ID, sk *key.Box) bool {
	for _, b := range t.Boxes[epoch] {
		if b.Kind == kind && b.ID == id {
			got, err := seal.Open(t.Statement(epoch), kind, id, sk, b.Sealed)
			return err == nil && got.Bytes() == t.TK[epoch].Bytes()
		}
	}
	return false
}
