package attack

import (
	"bytes"
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// notes is the note log of the scene's thread, which Sam has claimed.
func (s *scene) notes() *chaintest.Notes {
	s.T.Helper()
	s.Must(s.th.Claim(s.sam))
	l := s.NewNotes(s.th.State.ID)
	s.Must(l.Hand(s.sam, s.line.ID, s.sam.ID))
	s.Must(l.Say(s.sam, "called back, nobody there"))
	s.Must(l.State.Fits(s.th.State))
	return l
}

func (s *scene) reader(p *chaintest.Person) seal.To {
	to, err := seal.Reader(envelope.KindAccount, p.ID, 1, p.PUK[0].Box().Public().Bytes())
	s.Must(err)
	return to
}

// T40: the staff's notes reach somebody of the assister's side, by whatever hand.
func TestT40_NotesNeverToTheAssister(t *testing.T) {
	s := newScene(t)
	l := s.notes()
	h := l.Head(s.line.ID, s.sam.ID)
	to, err := l.Readers(s.sam, h)
	s.Must(err)
	// Whoever holds the notes, a lead, the assister, a stranger: nobody can put
	// the assister among the readers.
	for who, p := range map[string]*chaintest.Person{"the holder": s.sam, "a lead": s.line.Lead} {
		want(t, who+" adds the assister", l.HandTo(p, h, append(slices.Clone(to), s.reader(s.ann))), chain.ErrRoster)
		swapped := slices.DeleteFunc(slices.Clone(to), func(r seal.To) bool { return r.Kind == envelope.KindLead })
		want(t, who+" puts the assister in the leads' place", l.HandTo(p, h, append(swapped, s.reader(s.ann))), chain.ErrRoster)
	}
	want(t, "the assister hands them to herself", l.HandTo(s.ann, l.Head(s.line.ID, s.ann.ID), append(to[1:], s.reader(s.ann))), chain.ErrCredential)
	want(t, "the holder hands them to the assister", l.HandTo(s.sam, l.Head(s.line.ID, s.ann.ID), append(to[1:], s.reader(s.ann))), chain.ErrSigner)
	want(t, "the assister writes a note", l.Append(l.Note(s.ann, "x")), chain.ErrCredential)
	for _, k := range l.Boxes[0] {
		if k.Kind == envelope.KindAccount && k.ID == s.ann.ID {
			t.Error("a box for the assister")
		}
	}
	// Her account key opens none of the boxes. Control: Sam's opens his.
	stmt, err := envelope.DecodeKeys(envelope.PurposeEpoch, l.Heads[0].Keys)
	s.Must(err)
	opened := 0
	for _, b := range l.Boxes[0] {
		if _, err := seal.Open(stmt, b.Kind, b.ID, s.ann.PUK[0].Box(), b.Sealed); err == nil {
			t.Errorf("the assister's key opens the box of %s", b.Kind)
		}
		if _, err := seal.Open(stmt, b.Kind, b.ID, s.sam.PUK[0].Box(), b.Sealed); err == nil {
			opened++
		}
	}
	if opened != 1 {
		t.Error("Sam's key opens", opened, "boxes")
	}
	s.Must(l.Hand(s.sam, s.line.ID, s.sam.ID)) // control: the same entry for the right readers holds
}

// T40: a thread's opener who has become staff is offered as the holder. The
// log's own rules cannot see it; the rule between log and thread does.
func TestT40_OpenerAsHolder(t *testing.T) {
	s := newScene(t)
	l := s.notes()
	s.Decertify(s.ann)
	s.Certify(s.Credential(s.ann, chain.RoleSpecialist, s.line.ID))
	s.Must(s.line.Add(s.ann))
	s.publish()
	s.Must(l.State.Fits(s.th.State)) // control: fits before
	s.Must(l.Hand(s.sam, s.line.ID, s.ann.ID))
	want(t, "the opener holds the notes", l.State.Fits(s.th.State), chain.ErrRoster)
}

// T40: a log is served beside another thread, or is made to speak of one.
func TestT40_NotesOfAnotherThread(t *testing.T) {
	s := newScene(t)
	l := s.notes()
	other := s.NewThread()
	s.Must(other.Open(s.ann, s.line.ID))
	want(t, "served beside another thread", l.State.Fits(other.State), chain.ErrOrder)
	if l.State.Follows(other.State) || !l.State.Follows(s.th.State) {
		t.Error("the log follows the wrong thread")
	}
	h := l.Head(s.line.ID, s.sam.ID)
	to, err := l.Readers(s.sam, h)
	s.Must(err)
	h.About = other.State.ID
	want(t, "it names another thread", l.HandTo(s.sam, h, to), chain.ErrState)
	h.About = l.State.ID
	want(t, "it names itself", l.HandTo(s.sam, h, to), chain.ErrState)
	// A real note, replayed: at its place again, in a second log, in the thread.
	note := l.Entries[1]
	want(t, "the same note again", l.Append(note), chain.ErrOrder)
	second := s.NewNotes(s.th.State.ID)
	s.Must(second.Hand(s.sam, s.line.ID, s.sam.ID))
	want(t, "in a second log", second.Append(note), chain.ErrOrder)
	want(t, "in the thread", s.th.Append(note), chain.ErrOrder)
	// Its body under a head of the second log: the keys and the place differ.
	moved := l.Heads[1]
	moved.Place = second.Place(0)
	moved.Acct, moved.Dev = s.sam.ID, s.sam.Device.ID
	for why, tk := range map[string]seal.Secret{"its own key": l.TK[0], "the other log's": second.TK[0]} {
		if _, err := seal.OpenMessage(tk, moved, note.Body); err == nil {
			t.Error("a moved note opens under", why)
		}
	}
	if plain, err := seal.OpenMessage(l.TK[0], l.Heads[1], note.Body); err != nil || len(plain) == 0 {
		t.Error("control: the note opens in its place:", err)
	}
}

// T40: a malicious member gives the note log the thread's own id, so that its
// entries could stand in either.
func TestT40_OneIDForTwoLogs(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	l := s.NewNotes(s.th.State.ID)
	l.State = chain.NewNotes(s.th.State.ID)
	h := l.Head(s.line.ID, s.sam.ID)
	to, err := s.NewNotes(s.th.State.ID).Readers(s.sam, h) // for another log they would be right
	s.Must(err)
	want(t, "the thread's id", l.HandTo(s.sam, h, to), chain.ErrState)
	note, err := seal.Note(s.sam.Maker(), s.th.TK[1], s.th.Place(1), []byte("x"))
	s.Must(err)
	want(t, "a note in the thread", s.th.Append(note), chain.ErrState)
	if _, err := s.th.State.Reject(note, s.Book); err != nil { // its signer is real: shown as rejected, no alarm
		t.Error("a signed note in a thread stops the reader:", err)
	}
}

// T40: people who may not hand the notes on, or read them, try.
func TestT40_NotTheirsToHandOn(t *testing.T) {
	s := newScene(t)
	l := s.notes()
	h := l.Head(s.line.ID, s.eva.ID)
	to, err := l.Readers(s.sam, h)
	s.Must(err)
	want(t, "a member takes them", l.HandTo(s.eva, h, to), chain.ErrSigner)
	want(t, "a member writes", l.Append(l.Note(s.eva, "x")), chain.ErrSigner)
	want(t, "another line's lead", l.HandTo(s.mallory, h, to), chain.ErrCredential)
	lead := s.line.NewLead("Second")
	s.publish()
	h = l.Head(s.line.ID, s.eva.ID)
	want(t, "a lead who does not lead", l.HandTo(lead, h, to), chain.ErrSigner)
	s.line.SetLeads(s.line.Lead, lead)
	s.publish()
	s.Must(l.Hand(s.line.Lead, s.line.ID, s.eva.ID))
	want(t, "who let go of them", l.HandTo(s.sam, l.Head(s.line.ID, s.sam.ID), to), chain.ErrSigner)
	// Without line escrow a lead neither hands on nor reads.
	s.AgencyLink(envelope.AgencyPolicy, true, envelope.PolicyBody{MinSuite: 1, MinClient: 1, LogKey: "none", StepUpKey: s.StepUp.Public().Bytes()}.Encode())
	s.publish()
	want(t, "a lead without escrow hands on", l.HandTo(s.line.Lead, l.Head(s.line.ID, s.sam.ID), to), chain.ErrSigner)
	want(t, "a lead without escrow writes", l.Append(l.Note(s.line.Lead, "x")), chain.ErrSigner)
}

// Every note entry, cut and flipped: what does not decode is refused, and
// nothing but the real bytes gives the real state.
func TestT40_MalformedNotes(t *testing.T) {
	s := newScene(t)
	l := s.notes()
	at := chain.NewNotes(l.State.ID)
	signers := s.signers()
	for _, e := range l.Entries {
		for i := range e.Head {
			b := bytes.Clone(e.Head)
			b[i] ^= 0xff
			applyNotes(t, s, at, signers, b)
			applyNotes(t, s, at, signers, e.Head[:i])
		}
		n, _, err := at.Apply(e, s.Book)
		s.Must(err)
		at = n
	}
}

func applyNotes(t *testing.T, s *scene, state *chain.Notes, signers map[envelope.ID]*key.Signing, b []byte) {
	e := envelope.Entry{Head: b, Sig: make([]byte, 64)}
	h, err := envelope.DecodeHead(b)
	if err != nil {
		if _, _, err := state.Apply(e, s.Book); err == nil {
			t.Fatal("applies what does not decode")
		}
		return
	}
	if !bytes.Equal(h.Encode(), b) {
		t.Fatal("encodes to other bytes")
	}
	if k, ok := signers[h.Dev]; ok {
		e.Sig = k.Sign(key.SigEntry(h.Type), b)
	}
	before := *state
	n, _, err := state.Apply(e, s.Book)
	if err == nil && (n.Next != before.Next+1 || n.Head != e.Hash() || n.Holder == s.ann.ID) {
		t.Fatal("applied and did not move, or the assister holds it")
	}
	if state.Next != before.Next || state.Head != before.Head || state.Epoch != before.Epoch {
		t.Fatal("Apply changed the state before")
	}
	if _, err := state.Reject(e, s.Book); err == nil && n != nil {
		t.Fatal("accepted and rejected")
	}
}

func FuzzNotesApply(f *testing.F) {
	s := newScene(f)
	l := s.notes()
	states := []*chain.Notes{chain.NewNotes(l.State.ID)}
	for _, e := range l.Entries {
		n, _, err := states[len(states)-1].Apply(e, s.Book)
		s.Must(err)
		states = append(states, n)
		f.Add(e.Head)
	}
	signers := s.signers()
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, st := range states {
			applyNotes(t, s, st, signers, b)
		}
	})
}
