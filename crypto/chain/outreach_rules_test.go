package chain_test

import (
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
)

// escrow says anew whether leads read.
func (c cast) escrow(on bool) {
	c.AgencyLink(envelope.AgencyPolicy, true, envelope.PolicyBody{MinSuite: envelope.Suite, LineEscrow: on, LogKey: "none"}.Encode())
}

// A specialist begins a thread with an assister, who is its opener in every rule
// from then on.
func TestThreadOutreach(t *testing.T) {
	c := newCast(t)
	th := c.NewThread()
	c.Must(th.Outreach(c.sam, c.line.ID, c.ann))
	if s := th.State; s.State != chain.StateClaimed || s.Opener != c.ann.ID || s.Claimer != c.sam.ID || s.Line != c.line.ID || s.Epoch != 0 || s.Sensitive || !s.OnBehalf.IsZero() || s.Handed {
		t.Errorf("the thread begins as %+v", s)
	}
	for _, p := range []*chaintest.Person{c.ann, c.sam} {
		if !th.Opens(0, envelope.KindAccount, p.ID, p.PUK[0]) {
			t.Error("a party cannot open its own thread")
		}
	}
	if !th.Opens(0, envelope.KindLead, c.line.ID, c.line.Lk[0]) || th.Opens(0, envelope.KindLine, c.line.ID, c.line.LK[0]) {
		t.Error("the leads read it, and the line does not")
	}
	want(t, "begun twice", th.Outreach(c.sam, c.line.ID, c.ann), chain.ErrState)
	want(t, "opened after it was begun", th.Open(c.ann, c.line.ID), chain.ErrState)
	want(t, "claimed by somebody else", th.Claim(c.eva), chain.ErrState)
	want(t, "words of a bystander", th.Say(c.eva, "x"), chain.ErrSigner)
	c.Must(th.Say(c.sam, "a report"))
	c.Must(th.Say(c.ann, "thank you"))
	want(t, "offered to its opener", th.Offer(c.sam, c.ann), chain.ErrSigner)
	c.Must(th.Ask(c.ann))
	c.Must(th.Confirm(c.sam, th.State.Next-1))
	c.Must(th.Close(c.ann))
	c.Must(th.Say(c.sam, "one more thing"))
	want(t, "requeued by the opener beyond their lines", th.Requeue(c.ann, c.other.ID, true), chain.ErrCredential)
	c.Must(th.Requeue(c.sam, c.line.ID, true))
	if th.State.Opener != c.ann.ID || !th.State.Claimer.IsZero() {
		t.Error("whoever began it is a party after they gave it back")
	}
	c.Must(th.Claim(c.eva))
}

func TestThreadOutreachRefused(t *testing.T) {
	c := newCast(t)
	begin := func(p *chaintest.Person, line *chaintest.Line, to *chaintest.Person) error {
		return c.NewThread().Outreach(p, line.ID, to)
	}
	far := c.Person("Far", chain.RoleBroker, c.other.ID)
	want(t, "by an assister", begin(c.ann, c.line, far), chain.ErrSigner)
	want(t, "by a specialist of another line", begin(c.other.Lead, c.line, c.ann), chain.ErrSigner)
	want(t, "to oneself", begin(c.sam, c.line, c.sam), chain.ErrSigner)
	want(t, "to staff", begin(c.sam, c.line, c.eva), chain.ErrCredential)
	want(t, "to an assister of another line", begin(c.sam, c.line, far), chain.ErrCredential)
	want(t, "to somebody without a credential", begin(c.sam, c.line, c.Enrol("New")), chain.ErrCredential)
	c.Must(begin(c.other.Lead, c.other, far)) // the control
	c.recertify(far, chain.RoleSpecialist, c.other.ID)
	want(t, "to an assister who has become staff", begin(c.other.Lead, c.other, far), chain.ErrCredential)
	c.recertify(c.sam, chain.RoleSpecialist, c.other.ID)
	want(t, "by a member whose credential names another line", begin(c.sam, c.line, c.ann), chain.ErrCredential)
	c.Must(begin(c.eva, c.line, c.ann))
	c.Decertify(c.ann)
	want(t, "to somebody whose credential was taken back", begin(c.eva, c.line, c.ann), chain.ErrCredential)
}

// Support staff are written to like any other assister; nobody is written for.
func TestThreadOutreachToSupport(t *testing.T) {
	c := newCast(t)
	stan := c.Person("Stan", chain.RoleSupport, c.line.ID)
	th := c.NewThread()
	c.Must(th.Outreach(c.sam, c.line.ID, stan))
	c.Must(th.Say(stan, "thank you"))
}

// Who opens a consumer's card says so first, under a second factor: the parties,
// and a lead who can read the epoch.
func TestThreadReveal(t *testing.T) {
	c := newCast(t)
	th, card := c.th, chaintest.NewID()
	c.Must(th.Reveal(c.ann, card))
	want(t, "by a member who has not taken it", th.Reveal(c.sam, card), chain.ErrSigner)
	want(t, "by a lead while it waits", th.Reveal(c.line.Lead, card), chain.ErrSigner)
	c.Must(th.Claim(c.sam))
	before := *th.State
	c.Must(th.Reveal(c.sam, card))
	c.Must(th.Reveal(c.ann, card))
	c.Must(th.Reveal(c.line.Lead, card))
	if s := th.State; s.State != before.State || s.Epoch != before.Epoch || s.Claimer != before.Claimer || s.Next != before.Next+3 {
		t.Errorf("more than its place has changed: %+v", s)
	}
	want(t, "without a second factor", th.Plain(c.sam, envelope.Head{Type: envelope.EntryReveal, Card: card}), chain.ErrFactor)
	want(t, "of no card", th.Reveal(c.sam, envelope.ID{}), chain.ErrState)
	want(t, "by a bystander", th.Reveal(c.eva, card), chain.ErrSigner)
	want(t, "by a lead of another line", th.Reveal(c.other.Lead, card), chain.ErrSigner)
	c.Must(th.Close(c.ann))
	c.Must(th.Reveal(c.sam, card))
	if th.State.State != chain.StateClosed {
		t.Error("opening a card opened the thread")
	}
	c.Must(th.Requeue(c.sam, c.line.ID, true))
	want(t, "by the claimer before", th.Reveal(c.sam, card), chain.ErrSigner)
}

// A lead opens a card only while policy lets leads read, by a key that reads this
// epoch, under a credential that names the line, and while they lead.
func TestThreadRevealByLead(t *testing.T) {
	c := newCast(t)
	th, card := c.th, chaintest.NewID()
	c.Must(th.Claim(c.sam))
	c.Must(th.Reveal(c.line.Lead, card))
	c.escrow(false)
	want(t, "policy keeps leads out", th.Reveal(c.line.Lead, card), chain.ErrSigner)
	c.Must(th.Rekey(c.sam))
	c.escrow(true)
	if slices.ContainsFunc(th.State.Roster, func(r envelope.Recipient) bool { return r.Kind == envelope.KindLead }) {
		t.Fatal("the leads read the epoch")
	}
	want(t, "the epoch is not sealed to the leads", th.Reveal(c.line.Lead, card), chain.ErrSigner)
	c.Must(th.Rekey(c.sam))
	c.Must(th.Reveal(c.line.Lead, card))
	two := c.line.NewLead("Second lead")
	c.line.SetLeads(two)
	want(t, "by a lead of yesterday", th.Reveal(c.line.Lead, card), chain.ErrSigner)
	c.line.SetLeads(c.line.Lead)
	c.recertify(c.line.Lead, chain.RoleLead, c.other.ID)
	want(t, "by a credential for another line", th.Reveal(c.line.Lead, card), chain.ErrSigner)
}
