package chain_test

import (
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
)

// cast is a line with a thread that Ann has opened.
type cast struct {
	*chaintest.World
	line, other   *chaintest.Line
	ann, sam, eva *chaintest.Person
	th            *chaintest.Thread
}

func newCast(t *testing.T) cast {
	t.Helper()
	w := chaintest.New(t)
	c := cast{World: w, line: w.Line("Verification"), other: w.Line("Other"), th: w.NewThread()}
	c.ann, c.sam, c.eva = w.Person("Ann", chain.RoleNavigator, c.line.ID), c.line.Specialist("Sam"), c.line.Specialist("Eva")
	w.Must(c.th.Open(c.ann, c.line.ID))
	return c
}

// recertify gives somebody another credential, which ends the one before.
func (c cast) recertify(p *chaintest.Person, role string, lines ...envelope.ID) {
	cred := c.Credential(p, role, lines...)
	p.Serial = cred.Serial
	c.Certify(cred)
}

// A question who is there is asked by one party and answered by the other, once,
// with a second factor.
func TestThreadAskAndConfirm(t *testing.T) {
	c := newCast(t)
	th := c.th
	want(t, "asked while it waits", th.Ask(c.ann), chain.ErrState)
	c.Must(th.Claim(c.sam))
	want(t, "asked by a bystander", th.Ask(c.eva), chain.ErrSigner)
	want(t, "answered before it was asked", th.Confirm(c.ann, 0), chain.ErrState)
	c.Must(th.Ask(c.sam))
	q := th.State.Next - 1
	want(t, "answered by who asked", th.Confirm(c.sam, q), chain.ErrState)
	want(t, "an answer to something else", th.Confirm(c.ann, q-1), chain.ErrState)
	want(t, "answered without a second factor", th.Plain(c.ann, envelope.Head{Type: envelope.EntryConfirm, UpTo: q}), chain.ErrFactor)
	c.Must(th.Say(c.sam, "meanwhile"))
	c.Must(th.Confirm(c.ann, q))
	want(t, "answered twice", th.Confirm(c.ann, q), chain.ErrState)
	c.Must(th.Ask(c.ann)) // the other way round
	c.Must(th.Confirm(c.sam, th.State.Next-1))
	c.Must(th.Ask(c.sam))
	q = th.State.Next - 1
	c.Must(th.Offer(c.sam, c.eva))
	c.Must(th.Transfer(c.ann, c.eva))
	want(t, "answered after the asker has gone", th.Confirm(c.ann, q), chain.ErrState)
}

// A sensitive thread is taken with a second factor, any other without.
func TestThreadSensitive(t *testing.T) {
	c := newCast(t)
	c.Must(c.th.Claim(c.sam)) // the control
	th := c.NewThread()
	h := th.Head(envelope.EntryOpen)
	h.Line, h.Flags = c.line.ID, envelope.FlagSensitive
	c.Must(th.Epoch(c.ann, h, false))
	want(t, "taken without a second factor", th.Claim(c.sam), chain.ErrFactor)
	h = th.Head(envelope.EntryClaim)
	h.Attest = []byte("an attestation")
	c.Must(th.Epoch(c.sam, h, true))
}

// Support staff write for a broker of their organization, and say for whom.
func TestThreadOnBehalf(t *testing.T) {
	c := newCast(t)
	person := func(name, role, org string) *chaintest.Person {
		p := c.Person(name, role, c.line.ID)
		cred := c.Credential(p, role, c.line.ID)
		cred.Organization, p.Serial = org, cred.Serial
		c.Certify(cred)
		return p
	}
	stan, bella := person("Stan", chain.RoleSupport, "Brandt"), person("Bella", chain.RoleBroker, "Brandt")
	other, nora := person("Otto", chain.RoleBroker, "Other"), person("Nora", chain.RoleNavigator, "Brandt")
	open := func(p *chaintest.Person, broker envelope.ID) error {
		th := c.NewThread()
		h := th.Head(envelope.EntryOpen)
		h.Line = c.line.ID
		to, err := th.Readers(nora, h) // the readers that it would have: the opener's own key is not asked for here
		if err != nil {
			return err
		}
		h.OnBehalf = broker
		if to2, err := th.Readers(p, h); err == nil {
			to = to2
		}
		return th.EpochTo(p, h, false, to)
	}
	want(t, "for nobody", open(stan, envelope.ID{}), chain.ErrCredential)
	want(t, "for a broker of another organization", open(stan, other.ID), chain.ErrCredential)
	want(t, "for a navigator", open(stan, nora.ID), chain.ErrCredential)
	want(t, "a broker for another", open(bella, other.ID), chain.ErrSigner)
	c.Must(open(stan, bella.ID))
	c.Must(open(bella, envelope.ID{}))
	c.Decertify(bella)
	want(t, "for a broker who is not certified any more", open(stan, bella.ID), chain.ErrCredential)
}

func TestThreadStates(t *testing.T) {
	c := newCast(t)
	th := c.th
	want(t, "opened twice", th.Open(c.ann, c.line.ID), chain.ErrState)
	want(t, "closed while it waits", th.Close(c.ann), chain.ErrState)
	want(t, "offered while it waits", th.Offer(c.line.Lead, c.eva), chain.ErrState)
	want(t, "read beyond the end", th.Ack(c.ann, 1), chain.ErrState)
	want(t, "requeued to nowhere", th.Requeue(c.ann, chaintest.NewID(), true), chain.ErrUnknown)
	want(t, "requeued where the credential does not reach", th.Requeue(c.ann, c.other.ID, true), chain.ErrCredential)
	want(t, "claimed by a stranger", th.Claim(c.other.Lead), chain.ErrSigner)
	c.Must(th.Claim(c.sam))
	want(t, "claimed twice", th.Claim(c.eva), chain.ErrState)
	want(t, "re-keyed by a member who has not claimed", th.Rekey(c.eva), chain.ErrSigner)
	want(t, "transferred without an offer", th.Transfer(c.ann, c.eva), chain.ErrState)
	want(t, "offered to its claimer", th.Offer(c.sam, c.sam), chain.ErrSigner)
	want(t, "offered to its opener", th.Offer(c.sam, c.ann), chain.ErrSigner)
	want(t, "offered to somebody of another line", th.Offer(c.sam, c.other.Lead), chain.ErrSigner)
	want(t, "offered by a bystander", th.Offer(c.eva, c.eva), chain.ErrSigner)
	c.Must(th.Offer(c.sam, c.eva))
	want(t, "transferred to another than was offered", th.Transfer(c.ann, c.line.Lead), chain.ErrState)
	want(t, "taken by the successor alone", th.Transfer(c.eva, c.eva), chain.ErrSigner)
	c.Must(th.Transfer(c.ann, c.eva))
	want(t, "spoken by the claimer before", th.Say(c.sam, "still me"), chain.ErrSigner)
	c.Must(th.Close(c.eva))
	want(t, "claimed after it was closed", th.Claim(c.sam), chain.ErrState)
	c.Must(th.Say(c.ann, "again"))
	c.Must(th.Requeue(c.eva, c.other.ID, false)) // staff may send it to any line
	want(t, "claimed by the line it left", th.Claim(c.sam), chain.ErrSigner)
	if th.State.Claimer != (envelope.ID{}) || th.State.Offer != (envelope.ID{}) {
		t.Error("a requeued thread still names somebody")
	}
	e := th.Message(c.ann, "x")
	e.Body = append(slices.Clone(e.Body), 0)
	want(t, "another body", th.Append(e), chain.ErrBody)
	h := envelope.Head{Type: envelope.EntryAck, Place: th.Place(th.State.Epoch)}
	want(t, "an acknowledgement with a body", th.Append(seal.Sign(c.ann.Maker(), h, []byte{1})), chain.ErrBody)
	h.KTSize = 0
	want(t, "no checkpoint", th.Append(seal.Sign(c.ann.Maker(), h, nil)), chain.ErrUnknown)
}

// Nothing is said to somebody whose credential has ended; the thread can still
// be taken away from them.
func TestNothingIsSaidToTheDecertified(t *testing.T) {
	c := newCast(t)
	c.Must(c.th.Claim(c.sam))
	c.Decertify(c.sam)
	want(t, "to a claimer", c.th.Say(c.ann, "are you there"), chain.ErrCredential)
	want(t, "by a claimer", c.th.Say(c.sam, "yes"), chain.ErrCredential)
	want(t, "offered to somebody decertified", c.th.Offer(c.line.Lead, c.sam), chain.ErrSigner)
	c.Must(c.th.Requeue(c.ann, c.line.ID, true))
	want(t, "claimed by somebody decertified", c.th.Claim(c.sam), chain.ErrCredential)
	c.Must(c.th.Claim(c.eva))
	c.Decertify(c.ann)
	want(t, "to an opener", c.th.Say(c.eva, "hello"), chain.ErrCredential)
	c.Must(c.th.Close(c.eva))
}

// A credential for another line ends the work on this one before the line's
// chain says so.
func TestCredentialNamesTheLine(t *testing.T) {
	c := newCast(t)
	c.recertify(c.sam, chain.RoleSpecialist, c.other.ID)
	want(t, "claim", c.th.Claim(c.sam), chain.ErrCredential)
	want(t, "word", c.th.Say(c.sam, "hello"), chain.ErrSigner)
	want(t, "re-key", c.th.Rekey(c.sam), chain.ErrSigner)
	c.Must(c.th.Claim(c.eva))
	want(t, "offer", c.th.Offer(c.eva, c.sam), chain.ErrCredential)
	c.recertify(c.line.Lead, chain.RoleLead, c.other.ID)
	want(t, "a lead's offer", c.th.Offer(c.line.Lead, c.sam), chain.ErrSigner)
}

// Who hands a thread on has made a key that they may not use.
func TestHandedOnEpochsAreMadeAnew(t *testing.T) {
	c := newCast(t)
	th := c.th
	current := func() bool {
		ok, err := th.State.Current(c.Leaf, c.Book)
		c.Must(err)
		return ok
	}
	c.Must(th.Claim(c.sam))
	c.Must(th.Offer(c.sam, c.eva))
	c.Must(th.Transfer(c.sam, c.eva))
	if !th.State.Handed || current() {
		t.Fatal("the claimer before knows the key of the epoch after, and it counts as current")
	}
	want(t, "a message under a key that the claimer before knows", th.Say(c.ann, "secret"), chain.ErrStale)
	c.Must(th.Rekey(c.eva))
	c.Must(th.Say(c.ann, "secret"))
	c.Must(th.Requeue(c.eva, c.line.ID, true))
	if th.State.Handed {
		t.Error("a member of the line may read what waits for it")
	}
	c.Must(th.Claim(c.sam))
	c.Must(th.Requeue(c.sam, c.other.ID, true))
	want(t, "a message under a key that another line's specialist knows", th.Say(c.ann, "secret"), chain.ErrStale)
	c.Must(th.Claim(c.other.Lead))
	if th.State.Handed || !current() {
		t.Error("a claim makes a new key")
	}
}

// Once somebody stops leading, nothing is sealed to the key that they hold.
func TestEscrowWaitsForTheLeads(t *testing.T) {
	c := newCast(t)
	two := c.line.NewLead("Second lead")
	c.line.SetLeads(c.line.Lead, two)
	c.line.Rotate(c.line.Lead, envelope.PurposeLead)
	c.Must(c.th.Claim(c.sam))
	leads := func() bool {
		return slices.ContainsFunc(c.th.State.Roster, func(r envelope.Recipient) bool { return r.Kind == envelope.KindLead })
	}
	if !leads() {
		t.Fatal("the leads cannot read a claimed thread")
	}
	c.line.SetLeads(two)
	want(t, "sealed to a lead of yesterday", c.th.Say(c.ann, "secret"), chain.ErrStale)
	c.Must(c.th.Rekey(c.ann))
	if leads() {
		t.Fatal("sealed to a key that a lead of yesterday holds")
	}
	c.Must(c.th.Say(c.ann, "secret"))
	c.line.Rotate(two, envelope.PurposeLead)
	want(t, "without the leads, who have a key again", c.th.Say(c.ann, "more"), chain.ErrStale)
	c.Must(c.th.Rekey(c.sam))
	if !leads() {
		t.Error("the leads' new key is left out")
	}
	c.Must(c.th.Offer(two, c.eva))
	c.Must(c.th.Transfer(two, c.eva)) // waits for nobody
	if c.th.State.Handed {
		t.Error("a lead may read what leads can read")
	}
	c.Must(c.th.Say(c.ann, "hello Eva"))
}
