package attack

import (
	"bytes"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// T31: malformed input. The targets sign what they are given with the key that
// it names, so that the input reaches the rules behind the signature.

// signers finds the statement key behind a signer.
func (s *scene) signers() map[envelope.ID]*key.Signing {
	m := map[envelope.ID]*key.Signing{{}: s.Root, s.IssuerID: s.Issuer}
	for _, d := range []seal.Device{s.ann.Device, s.sam.Device, s.eva.Device, s.mallory.Device, s.line.Lead.Device} {
		m[d.ID] = d.Sign
	}
	return m
}

// TestT31_MalformedInput runs the targets' seeds and every cut and every
// flipped byte of one real entry and one real link.
func TestT31_MalformedInput(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	last := s.th.Entries[len(s.th.Entries)-1].Head
	link := s.Log[len(s.Log)-1].Link
	mutate := func(b []byte, try func([]byte)) {
		for i := range b {
			try(b[:i])
			c := bytes.Clone(b)
			c[i] ^= 0xff
			try(c)
		}
		try(append(bytes.Clone(b), b...))
	}
	state := chain.NewThread(s.th.State.ID)
	for _, e := range s.th.Entries[:len(s.th.Entries)-1] {
		var err error
		if state, _, err = state.Apply(e, s.Book); err != nil {
			t.Fatal(err)
		}
	}
	signers := s.signers()
	mutate(last, func(b []byte) { applyHead(t, s, state, signers, b) })
	mutate(link, func(b []byte) { checkLink(t, s, signers, b) })
	if n, _, err := state.Apply(s.th.Entries[len(s.th.Entries)-1], s.Book); err != nil || n.Epoch != 1 {
		t.Error("the honest entry no longer applies:", err)
	}
}

func applyHead(t *testing.T, s *scene, state *chain.Thread, signers map[envelope.ID]*key.Signing, b []byte) {
	h, err := envelope.DecodeHead(b)
	if err != nil {
		if _, _, err := state.Apply(envelope.Entry{Head: b}, s.Book); err == nil {
			t.Fatal("applies what does not decode")
		}
		return
	}
	if !bytes.Equal(h.Encode(), b) {
		t.Fatal("encodes to other bytes")
	}
	e := envelope.Entry{Head: b, Sig: make([]byte, 64)}
	if k, ok := signers[h.Dev]; ok {
		e.Sig = k.Sign(key.SigEntry(h.Type), b)
	}
	before := *state
	n, _, err := state.Apply(e, s.Book)
	if err == nil && (n.Next != before.Next+1 || n.Head != e.Hash()) {
		t.Fatal("applied and did not move")
	}
	if err == nil && h.Type.StartsEpoch() {
		if k, err := envelope.DecodeKeys(envelope.PurposeEpoch, h.Keys); err != nil || !bytes.Equal(k.Encode(), h.Keys) {
			t.Fatal("took keys that encode to other bytes")
		}
	}
	if state.Next != before.Next || state.Head != before.Head || state.Epoch != before.Epoch {
		t.Fatal("Apply changed the state before")
	}
	if _, err := state.Reject(e, s.Book); err == nil && n != nil {
		t.Fatal("accepted and rejected")
	}
}

func checkLink(t *testing.T, s *scene, signers map[envelope.ID]*key.Signing, b []byte) {
	l, err := envelope.DecodeLink(b)
	link := envelope.SignedLink{Link: b, Sig: make([]byte, 64)}
	if err == nil {
		if !bytes.Equal(l.Encode(), b) {
			t.Fatal("encodes to other bytes")
		}
		if k, ok := signers[l.SignerDev]; ok {
			link.Sig = k.Sign(key.SigLink(l.Type), b)
		}
	}
	seq, hash := s.Book.Head(l.Kind, l.Chain)
	if _, cerr := s.Book.Check(link, s.Leaf); err != nil && cerr == nil {
		t.Fatal("checks what does not decode")
	}
	if seq2, hash2 := s.Book.Head(l.Kind, l.Chain); seq != seq2 || hash != hash2 {
		t.Fatal("Check kept something")
	}
	if err == nil {
		if k, ok, err := chain.KeysOf(l); err == nil && ok && len(k.Recipients) == 0 {
			t.Fatal("a statement without readers")
		}
	}
}

func FuzzThreadApply(f *testing.F) {
	s := newScene(f)
	s.Must(s.th.Claim(s.sam))
	states := []*chain.Thread{chain.NewThread(s.th.State.ID)}
	for _, e := range s.th.Entries {
		n, _, err := states[len(states)-1].Apply(e, s.Book)
		s.Must(err)
		states = append(states, n)
		f.Add(e.Head)
	}
	signers := s.signers()
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, st := range states {
			applyHead(t, s, st, signers, b)
		}
	})
}

func FuzzBookCheck(f *testing.F) {
	s := newScene(f)
	for _, l := range s.Log {
		f.Add(l.Link)
	}
	signers := s.signers()
	f.Fuzz(func(t *testing.T, b []byte) { checkLink(t, s, signers, b) })
}

func FuzzOpen(f *testing.F) {
	s := newScene(f)
	s.Must(s.th.Claim(s.sam))
	sk, before := s.sam.PUK[0].Box(), s.th.Statement(0)
	for _, b := range s.th.Boxes[1] {
		f.Add(s.th.Statement(1).Encode(), b.Sealed)
	}
	f.Fuzz(func(t *testing.T, stmt, box []byte) {
		k, err := envelope.DecodeKeys(envelope.PurposeEpoch, stmt)
		if err != nil {
			return
		}
		if !bytes.Equal(k.Encode(), stmt) {
			t.Fatal("encodes to other bytes")
		}
		secret, err := seal.Open(k, envelope.KindAccount, s.sam.ID, sk, box)
		if err == nil && secret.Commit(k.Ctx) != k.Commit {
			t.Fatal("opened to a secret that the statement does not commit to")
		}
		if err == nil {
			_, _ = seal.Previous(k, secret, before)
		}
	})
}

func FuzzOpenMessage(f *testing.F) {
	s := newScene(f)
	for i, e := range s.th.Entries {
		if s.th.Heads[i].Type == envelope.EntryMessage {
			f.Add(e.Head, e.Body)
		}
	}
	f.Fuzz(func(t *testing.T, head, body []byte) {
		h, err := envelope.DecodeHead(head)
		if err != nil {
			return
		}
		h.BodyLen, h.BodyHash = uint32(len(body)), envelope.Sum(body)
		plain, err := seal.OpenMessage(s.th.TK[0], h, body)
		if err != nil {
			return
		}
		if _, commit := messageKeys(s.th.TK[0], h); commit != h.Commit {
			t.Fatal("opened without its commitment")
		}
		if len(envelope.Pad(plain))+key.GCMOverhead != len(body) {
			t.Fatal("opened with another padding")
		}
	})
}
