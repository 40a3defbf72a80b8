package chaintest_test

import (
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
)

// The whole life of a thread: opened while nobody is there, read by the line,
// claimed, answered, transferred, requeued; at each step exactly the right keys open.
func TestLifeOfAThread(t *testing.T) {
	w := chaintest.New(t)
	arc := w.Line("Assister Resource Center")
	ann, sam, eva := w.Person("Ann Made-Up", chain.RoleNavigator, arc.ID), arc.Specialist("Sam Made-Up"), arc.Specialist("Eva Made-Up")
	th := w.NewThread()
	must := w.Must
	must(th.Open(ann, arc.ID))
	must(th.Say(ann, "hello"))

	opens := func(kind envelope.RecipientKind, id envelope.ID, s seal.Secret) bool {
		k := keys(t, th)
		for _, b := range th.Boxes[th.State.Epoch] {
			if b.Kind == kind && b.ID == id {
				_, err := seal.Open(k, kind, id, s.Box(), b.Sealed)
				return err == nil
			}
		}
		return false
	}
	if !opens(envelope.KindLine, arc.ID, arc.LK[0]) || !opens(envelope.KindAccount, ann.ID, ann.PUK[0]) {
		t.Fatal("the line or the opener cannot read an open thread")
	}
	must(th.Claim(sam))
	if opens(envelope.KindLine, arc.ID, arc.LK[0]) || !opens(envelope.KindAccount, sam.ID, sam.PUK[0]) || !opens(envelope.KindLead, arc.ID, arc.Lk[0]) {
		t.Fatal("claim did not change who can read")
	}
	must(th.Say(sam, "answer"))
	if err := th.Say(eva, "not mine"); err == nil {
		t.Fatal("a line member who has not claimed could speak")
	}
	h := envelope.Head{Type: envelope.EntryOffer, Account: eva.ID}
	must(th.Plain(sam, h))
	tr := th.Head(envelope.EntryTransfer)
	tr.Account = eva.ID
	must(th.Epoch(ann, tr, true))
	must(th.Say(eva, "taking over"))
	must(th.Plain(eva, envelope.Head{Type: envelope.EntryAck, UpTo: 3}))
	must(th.Plain(eva, envelope.Head{Type: envelope.EntryClose}))
	must(th.Say(ann, "one more thing"))
	if th.State.State != chain.StateClaimed {
		t.Fatal("a message does not open a closed thread again")
	}
	rq := th.Head(envelope.EntryRequeue)
	rq.Line = arc.ID
	must(th.Epoch(eva, rq, true))
	must(th.Claim(sam))
	for i, h := range th.Heads {
		if h.Type == envelope.EntryMessage {
			if _, err := seal.OpenMessage(th.TK[h.Epoch], h, th.Entries[i].Body); err != nil {
				t.Fatal(i, err)
			}
		}
	}
	// off-boarding: the key changes without her, and the thread is stale until re-keyed
	arc.Remove(eva)
	if arc.State().Member(eva.ID, w.Leaf) || !arc.State().Member(sam.ID, w.Leaf) {
		t.Fatal("membership")
	}
}

func keys(t *testing.T, th *chaintest.Thread) envelope.Keys {
	for i := len(th.Heads) - 1; i >= 0; i-- {
		if th.Heads[i].Type.StartsEpoch() {
			k, err := envelope.DecodeKeys(envelope.PurposeEpoch, th.Heads[i].Keys)
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
	}
	t.Fatal("no epoch")
	return envelope.Keys{}
}
