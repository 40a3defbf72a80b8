package attack

import (
	"bytes"
	"crypto/aes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"

	"pgregory.net/rapid"
)

// messageKeys derives a message's key and commitment as PROTOCOL.md says.
func messageKeys(tk seal.Secret, h envelope.Head) (k []byte, commit envelope.Hash) {
	b := tk.Bytes()
	km := key.HKDF(b[:], h.Salt[:], h.MessageKeyInfo(), 64)
	return km[:32], envelope.Hash(km[32:])
}

// T08: one body that opens under two keys (an "invisible salamander").
func TestT08_Salamander(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	tk, other := s.th.TK[1], seal.NewSecret()
	h := envelope.Head{Type: envelope.EntryMessage, Place: s.th.Place(1)}
	h.Acct, h.Dev = s.sam.ID, s.sam.Device.ID
	k1, commit := messageKeys(tk, h)
	k2, _ := messageKeys(other, h)
	h.Commit = commit
	aad := h.MessageAAD()
	body := salamander(k1, k2, aad)
	// Control: AES-GCM alone opens it under both keys, to two texts.
	one, err1 := key.GCMOpen(k1, aad, body)
	two, err2 := key.GCMOpen(k2, aad, body)
	if err1 != nil || err2 != nil || bytes.Equal(one, two) {
		t.Fatal("the collision is none:", err1, err2)
	}
	h.BodyLen, h.BodyHash = uint32(len(body)), envelope.Sum(body)
	if _, err := seal.OpenMessage(other, h, body); err == nil {
		t.Error("a second key opens the message")
	} else {
		want(t, "the second key", err, seal.ErrCommitment)
	}
	// Nor can two readers be given two secrets.
	to, err := s.th.Readers(s.sam, s.th.Head(envelope.EntryRekey))
	s.Must(err)
	ctx := envelope.ThreadCtx(s.th.State.ID, 2)
	k, boxes, err := seal.Keys(envelope.PurposeEpoch, ctx, s.sam.Maker(), tk, nil, to)
	s.Must(err)
	for i, r := range k.Recipients {
		roster := k.RosterHash()
		info := envelope.Enc("arc1/box/epoch", k.Ctx, roster[:], k.Commit[:], k.Acct[:], k.Dev[:], []byte(r.Kind), r.ID[:], envelope.U32(r.Gen), r.PK[:])
		b := other.Bytes()
		j := slices.IndexFunc(to, func(t seal.To) bool { return t.Same(r) })
		boxes[i].Sealed, err = to[j].Box.Seal(info, b[:])
		s.Must(err)
		k.Recipients[i].Box = envelope.Sum(boxes[i].Sealed)
	}
	for i, r := range k.Recipients {
		if r.ID == s.sam.ID {
			_, err := seal.Open(k, r.Kind, r.ID, s.sam.PUK[0].Box(), boxes[i].Sealed)
			want(t, "another secret in the box", err, seal.ErrCommitment)
		}
		if r.Kind == envelope.KindCustodian {
			_, err := seal.Open(k, r.Kind, r.ID, s.Records, boxes[i].Sealed)
			want(t, "another secret in the records key's box", err, seal.ErrCommitment)
		}
	}
}

// block is an element of GF(2^128) as GCM writes it (NIST SP 800-38D section 6.3).
type block [16]byte

func (a block) xor(b block) block {
	for i := range a {
		a[i] ^= b[i]
	}
	return a
}

func (a block) mul(b block) (z block) {
	for i := range 128 {
		if a[i/8]>>(7-i%8)&1 == 1 {
			z = z.xor(b)
		}
		low := b[15] & 1
		for j := 15; j > 0; j-- {
			b[j] = b[j]>>1 | b[j-1]<<7
		}
		b[0] >>= 1
		if low == 1 {
			b[0] ^= 0xe1
		}
	}
	return z
}

// inverse is a^(2^128-2).
func (a block) inverse() block {
	r := block{0x80}
	for range 127 {
		a = a.mul(a)
		r = r.mul(a)
	}
	return r
}

func aesBlock(k []byte, in block) (out block) {
	c, err := aes.NewCipher(k)
	if err != nil {
		panic(err)
	}
	c.Encrypt(out[:], in[:])
	return out
}

// tagOf is GCM's tag over given ciphertext (NIST SP 800-38D section 7.1).
func tagOf(k, nonce, aad, text []byte) block {
	h, y := aesBlock(k, block{}), block{}
	for _, part := range [][]byte{aad, text} {
		for i := 0; i < len(part); i += 16 {
			var b block
			copy(b[:], part[i:])
			y = y.xor(b).mul(h)
		}
	}
	var n block
	binary.BigEndian.PutUint64(n[:8], uint64(len(aad))*8)
	binary.BigEndian.PutUint64(n[8:], uint64(len(text))*8)
	y = y.xor(n).mul(h)
	var j block
	copy(j[:], nonce)
	j[15] = 1
	return y.xor(aesBlock(k, j))
}

// salamander makes nonce, ciphertext and tag that are authentic under two keys.
// The tag is affine in the last block, so one block can be solved for.
func salamander(k1, k2, aad []byte) []byte {
	nonce, text := make([]byte, 12), make([]byte, envelope.MinPadded)
	copy(text, "two readers, two texts")
	h1, h2 := aesBlock(k1, block{}), aesBlock(k2, block{})
	last := tagOf(k1, nonce, aad, text).xor(tagOf(k2, nonce, aad, text)).mul(h1.mul(h1).xor(h2.mul(h2)).inverse())
	copy(text[len(text)-16:], last[:])
	tag := tagOf(k1, nonce, aad, text)
	return slices.Concat(nonce, text, tag[:])
}

// T09: a member takes somebody's message for their own.
func TestT09_Reattribution(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	e := s.th.Message(s.ann, "Ann's words")
	h, err := envelope.DecodeHead(e.Head)
	s.Must(err)
	apply := func(e envelope.Entry) error { _, _, err := s.th.State.Apply(e, s.Book); return err }
	s.Must(apply(e))
	stripped := e
	stripped.Sig = s.sam.Device.Sign.Sign(key.SigEntry(h.Type), e.Head)
	want(t, "Sam's signature under Ann's name", apply(stripped), chain.ErrSignature)
	mine := h
	mine.Acct, mine.Dev = s.sam.ID, s.sam.Device.ID
	taken := seal.Sign(s.sam.Maker(), mine, e.Body)
	s.Must(apply(taken)) // the chain sees ciphertext only
	_, err = seal.OpenMessage(s.th.TK[1], mine, e.Body)
	want(t, "Ann's body under Sam's name", err, seal.ErrCommitment)
	k, commit := messageKeys(s.th.TK[1], mine)
	mine.Commit = commit
	mine.BodyHash = h.BodyHash
	_, err = seal.OpenMessage(s.th.TK[1], mine, e.Body)
	want(t, "with Sam's own commitment", err, key.ErrNotOpened)
	// Control: a body bound to the epoch's key alone is anybody's.
	loose := key.GCMSeal(k, nil, []byte("whose words?"))
	if _, err := key.GCMOpen(k, nil, loose); err != nil {
		t.Error("the naive reader no longer falls for it")
	}
}

// longThread is a valid log of many kinds of entries.
func longThread(s *scene) {
	s.Must(s.th.Claim(s.sam))
	for i := range 3 {
		s.Must(s.th.Say(s.ann, fmt.Sprint("question ", i)))
		s.Must(s.th.Ack(s.sam, s.th.State.Next-1))
		s.Must(s.th.Say(s.sam, fmt.Sprint("answer ", i)))
	}
	s.Must(s.th.Rekey(s.sam))
	s.Must(s.th.Offer(s.sam, s.eva))
	s.Must(s.th.Transfer(s.ann, s.eva))
	s.Must(s.th.Say(s.eva, "mine now"))
	s.Must(s.th.Close(s.ann))
}

// T10: replay, reorder, drop, insert, reflect.
func TestT10_OnlyTheLogItself(t *testing.T) {
	s := newScene(t)
	longThread(s)
	other := s.NewThread()
	s.Must(other.Open(s.ann, s.line.ID))
	s.Must(other.Say(s.ann, "elsewhere"))
	s.Must(other.Claim(s.sam))
	honest := s.th.Entries
	verifies := func(entries []envelope.Entry) bool {
		n := chain.NewThread(s.th.State.ID)
		for _, e := range entries {
			var err error
			if n, _, err = n.Apply(e, s.Book); err != nil {
				return false
			}
		}
		return n.Head == s.th.State.Head
	}
	// unordered is a reader that checks signatures and nothing else.
	unordered := func(entries []envelope.Entry) bool {
		return !slices.ContainsFunc(entries, func(e envelope.Entry) bool {
			h, err := envelope.DecodeHead(e.Head)
			return err != nil || chain.CheckSignature(h, e, s.Book) != nil
		})
	}
	if !verifies(honest) {
		t.Fatal("the honest log does not verify")
	}
	rapid.Check(t, func(t *rapid.T) {
		entries := slices.Clone(honest)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			i := rapid.IntRange(0, len(entries)-1).Draw(t, "at")
			j := rapid.IntRange(0, len(entries)-1).Draw(t, "with")
			switch rapid.SampledFrom([]string{"swap", "drop", "twice", "insert", "reflect", "shuffle"}).Draw(t, "change") {
			case "swap":
				entries[i], entries[j] = entries[j], entries[i]
			case "drop":
				if len(entries) > 1 {
					entries = slices.Delete(entries, i, i+1)
				}
			case "twice":
				entries = slices.Insert(entries, i, entries[j])
			case "insert":
				entries = slices.Insert(entries, i, rapid.SampledFrom(other.Entries).Draw(t, "foreign"))
			case "reflect":
				entries = append(entries, entries[i])
			case "shuffle":
				entries = rapid.Permutation(entries).Draw(t, "order")
			}
		}
		same := slices.EqualFunc(entries, honest, func(a, b envelope.Entry) bool { return bytes.Equal(a.Head, b.Head) })
		if verifies(entries) != same {
			t.Fatalf("verifies: %v, the same: %v", !same, same)
		}
		if !unordered(entries) {
			t.Fatal("control: the naive reader notices")
		}
	})
}

// T11: the service hides the newest entries.
func TestT11_TailTruncation(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	s.Must(s.th.Say(s.ann, "the decisive word"))
	sam := s.client(s.sam, s.th)
	cut := s.th.State.Next - 1
	s.entries = func(e []envelope.Entry) []envelope.Entry { return e[:cut] }
	s.Must(sam.sync())
	s.Must(sam.read(s.th, true)) // the limit: a prefix is a valid log
	// What Sam acknowledges shows Ann that he has not seen it …
	h := envelope.Head{Type: envelope.EntryAck, UpTo: sam.th.Next - 1}
	h.Place = envelope.Place{Thread: sam.th.ID, Epoch: sam.th.Epoch, Index: sam.th.Next, Prev: sam.th.Head, Time: s.Now, KTSize: sam.view.Size, KTRoot: sam.view.Root}
	ack := seal.Sign(s.sam.Maker(), h, nil)
	if h.UpTo >= cut {
		t.Error("an acknowledgement covers what was hidden")
	}
	// … and whatever he says does not fit where Ann is: the fork stays open for ever.
	want(t, "an entry from behind", s.th.Append(ack), chain.ErrOrder)
}

// T14: keys come from valid epochs only, however many boxes are pushed.
func TestT14_UnsolicitedKeys(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	own := seal.NewSecret()
	to, err := seal.Reader(envelope.KindAccount, s.sam.ID, 1, s.sam.PUK[0].Box().Public().Bytes())
	s.Must(err)
	pushed, boxes, err := seal.Keys(envelope.PurposeEpoch, envelope.ThreadCtx(s.th.State.ID, 1), s.ann.Maker(), own, nil, []seal.To{to})
	s.Must(err)
	if got, err := seal.Open(pushed, envelope.KindAccount, s.sam.ID, s.sam.PUK[0].Box(), boxes[0].Sealed); err != nil || got.Bytes() != own.Bytes() {
		t.Error("control: outside of a log the box is a good one:", err)
	}
	_, err = seal.Open(s.th.Statement(1), envelope.KindAccount, s.sam.ID, s.sam.PUK[0].Box(), boxes[0].Sealed)
	want(t, "a box that the epoch does not name", err, seal.ErrBox)
	h := s.th.Head(envelope.EntryRekey)
	h.Keys = pushed.Encode()
	want(t, "the statement in an entry of its own", s.th.Append(seal.Sign(s.ann.Maker(), h, nil)), chain.ErrGeneration)
	h.Place = s.th.Place(1)
	want(t, "the same epoch once more", s.th.Append(seal.Sign(s.ann.Maker(), h, nil)), chain.ErrGeneration)
}

// T17: fields of two records are exchanged.
func TestT17_SwappedFields(t *testing.T) {
	s := newScene(t)
	s.Must(s.th.Say(s.ann, "first"))
	s.Must(s.th.Say(s.ann, "other"))
	n := len(s.th.Entries)
	one, two := s.th.Entries[n-2], s.th.Entries[n-1]
	h, err := envelope.DecodeHead(one.Head)
	s.Must(err)
	if got, err := seal.OpenMessage(s.th.TK[0], h, one.Body); err != nil || string(got) != "first" {
		t.Fatal(err)
	}
	if len(one.Body) != len(two.Body) {
		t.Fatal("the bodies can be told by their size")
	}
	_, err = seal.OpenMessage(s.th.TK[0], h, two.Body)
	want(t, "another message's body", err, seal.ErrBox)
	state := chain.NewThread(s.th.State.ID)
	for i, e := range s.th.Entries[:n-1] {
		if i == n-2 {
			e.Body = two.Body
			_, _, err := state.Apply(e, s.Book)
			want(t, "served with another body", err, chain.ErrBody)
			break
		}
		state, _, err = state.Apply(e, s.Book)
		s.Must(err)
	}
}

// T19: sizes say little.
func TestT19_Sizes(t *testing.T) {
	s := newScene(t)
	size := func(n int) int {
		e := s.th.Message(s.ann, strings.Repeat("x", n))
		return len(e.Head) + len(e.Sig) + len(e.Body)
	}
	small := size(0)
	for n := 1; n <= envelope.MinPadded-4; n += 13 {
		if size(n) != small {
			t.Fatalf("%d characters show", n)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, seal.MaxMessage).Draw(t, "n")
		plain := rapid.SampledFrom([]string{"a", "ab", "\x00"}).Draw(t, "text")
		body := s.th.Message(s.ann, strings.Repeat(plain, n)[:n]).Body
		over := len(body) - key.GCMOverhead - 4 - n
		if n >= envelope.MinPadded && float64(over) > 0.12*float64(n+4) {
			t.Fatalf("%d bytes grow by %d", n, over)
		}
		if len(body) != len(s.th.Message(s.sam, strings.Repeat("z", n)).Body) {
			t.Fatal("the size depends on the text: something compresses")
		}
	})
}

// T32: the random numbers repeat. Place and sender still make every key another.
func TestT32_RepeatingRandomness(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 1)
	s := newScene(t)
	s.Must(s.th.Claim(s.sam))
	second := s.ann.AddDevice()
	s.publish()
	places := []struct {
		who *chaintest.Person
		at  envelope.Place
	}{{s.ann, s.th.Place(1)}, {s.sam, s.th.Place(1)}, {s.ann.With(second), s.th.Place(1)}}
	for i := range uint64(4) {
		p := s.th.Place(1)
		p.Index, p.Prev = p.Index+i+1, envelope.Hash{byte(i + 1)}
		places = append(places, struct {
			who *chaintest.Person
			at  envelope.Place
		}{s.ann, p})
	}
	moved := s.th.Place(1)
	moved.Thread = chaintest.NewID()
	places = append(places, struct {
		who *chaintest.Person
		at  envelope.Place
	}{s.ann, moved})
	keys, salts, nonces := map[string]bool{}, map[envelope.Hash]bool{}, map[string]bool{}
	for _, p := range places {
		cryptotest.SetGlobalRandom(t, 7)
		e, err := seal.Message(p.who.Maker(), s.th.TK[1], p.at, 0, []byte("the same text"))
		s.Must(err)
		h, err := envelope.DecodeHead(e.Head)
		s.Must(err)
		k, commit := messageKeys(s.th.TK[1], h)
		if commit != h.Commit {
			t.Fatal("the test derives other keys than the code")
		}
		keys[string(k)], salts[h.Salt], nonces[string(e.Body[:12])] = true, true, true
	}
	if len(salts) != 1 || len(nonces) != 1 {
		t.Errorf("control: randomness did not repeat: %d salts, %d nonces", len(salts), len(nonces))
	}
	if len(keys) != len(places) {
		t.Errorf("%d keys at %d places", len(keys), len(places))
	}
}
