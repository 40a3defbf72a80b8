package vectors

import (
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// log of a thread, with its secrets.
type thread struct {
	w       *world
	state   *chain.Thread
	entries []envelope.Entry
	heads   []envelope.Head
	keys    []seal.Secret
	boxes   [][]seal.Box
}

func (w *world) thread() *thread {
	t := &thread{w: w, state: chain.NewThread(idOf("thread"))}
	h := t.head(envelope.EntryOpen)
	h.Line = w.lines["first"].id
	t.append(t.epoch("ann", h, nil))
	t.append(t.say("ann", "hello"))
	return t
}

func (t *thread) place(epoch uint32) envelope.Place {
	return envelope.Place{Thread: t.state.ID, Epoch: epoch, Index: t.state.Next, Prev: t.state.Head, Time: worldNow, KTSize: t.w.leaf, KTRoot: digest("root")}
}

func (t *thread) head(typ envelope.EntryType) envelope.Head {
	epoch := t.state.Epoch + 1
	if typ.Begins() {
		epoch = 0
	}
	return envelope.Head{Type: typ, Place: t.place(epoch)}
}

func (t *thread) append(e envelope.Entry) {
	n, h, err := t.state.Apply(e, t.w.book)
	t.state = must(n, err)
	t.entries, t.heads = append(t.entries, e), append(t.heads, h)
}

// readers are whom an entry of this head must be sealed to.
func (t *thread) readers(by string, h envelope.Head) []seal.To {
	h.Acct = t.w.people[by].id
	cred := must(t.w.book.Credential(h.Acct, h.KTSize, h.Time))
	var to []seal.To
	for _, r := range must(t.state.ReadersAfter(h, cred, t.w.book)) {
		to = append(to, must(seal.Reader(r.Kind, r.ID, r.Gen, must(t.w.book.BoxOf(r)))))
	}
	return to
}

// epoch makes an entry that starts an epoch, for the right readers or given ones.
func (t *thread) epoch(by string, h envelope.Head, to []seal.To) envelope.Entry {
	if to == nil {
		to = t.readers(by, h)
	}
	var before *seal.Secret
	if n := len(t.keys); n > 0 {
		before = &t.keys[n-1]
	}
	secret := seal.NewSecret()
	e, boxes, err := seal.Epoch(t.w.people[by].maker(), h, secret, before, to)
	t.keys, t.boxes = append(t.keys, secret), append(t.boxes, boxes)
	return must(e, err)
}

func (t *thread) say(by, text string) envelope.Entry {
	return must(seal.Message(t.w.people[by].maker(), t.keys[t.state.Epoch], t.place(t.state.Epoch), 0, []byte(text)))
}

func (t *thread) plain(by string, h envelope.Head) envelope.Entry {
	h.Place = t.place(t.state.Epoch)
	return seal.Sign(t.w.people[by].maker(), h, nil)
}

// confirm answers a question; the attestation is read by whoever shows it.
func (t *thread) confirm(by string, question uint64) envelope.Entry {
	h := envelope.Head{Type: envelope.EntryConfirm, UpTo: question, Place: t.place(t.state.Epoch)}
	h.Attest = []byte("an attestation")
	return seal.Sign(t.w.people[by].maker(), h, nil)
}

func (t *thread) claim(by string) envelope.Entry {
	return t.epoch(by, t.head(envelope.EntryClaim), nil)
}

func (f *File) entry3(name string, e envelope.Entry) *File { return f.add(name, e.Head, e.Sig, e.Body) }

// threadCase builds on the world and a thread that Ann has opened; the entry
// that make returns is judged.
func (w *world) threadCase(name, expect, what string, make func(t *thread) envelope.Entry) kase {
	return sealed(name, func() (*File, error) {
		n := w.fork()
		before := len(n.log)
		t := n.thread()
		last := make(t)
		f := no(expect, "thread", what).add("world", worldFile)
		for _, l := range n.log[before:] {
			f.link("link", l)
		}
		if n.book.Reach() < 1<<53 {
			f.add("reach", n.book.Reach())
		}
		f.add("thread", t.state.ID)
		for _, e := range t.entries {
			f.entry3("entry", e)
		}
		f.entry3("last", last)
		if expect == OK {
			after, _, err := t.state.Apply(last, n.book)
			if err != nil {
				return nil, err
			}
			f.after(after)
		}
		return f, nil
	})
}

// after writes the state that a thread is in.
func (f *File) after(t *chain.Thread) *File {
	handed := 0
	if t.Handed {
		handed = 1
	}
	f.add("state", string(t.State), t.Epoch, t.Next, t.Head).add("line", t.Line).add("claimer", t.Claimer).add("offer", t.Offer).add("handed", handed).
		add("asked", t.Asked, t.AskedBy).add("outcome", int(t.Outcome))
	for _, r := range t.Roster {
		f.add("reader", string(r.Kind), r.ID, r.Gen, r.PK)
	}
	return f
}

func (w *world) threadCases() []kase { return append(w.threadGood(), w.threadRefused()...) }

func (w *world) threadGood() []kase {
	return []kase{
		w.threadCase("thread-message", OK, "the opener speaks while it waits", func(t *thread) envelope.Entry { return t.say("ann", "more") }),
		w.threadCase("thread-claim", OK, "a member of the line takes it", func(t *thread) envelope.Entry { return t.claim("sam") }),
		w.threadCase("thread-transfer", OK, "the claimer hands it on: the next sender re-keys", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			t.append(t.plain("sam", envelope.Head{Type: envelope.EntryOffer, Account: idOf("eva")}))
			h := t.head(envelope.EntryTransfer)
			h.Account = idOf("eva")
			return t.epoch("sam", h, nil)
		}),
		w.threadCase("thread-requeue", OK, "back to another line", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			h := t.head(envelope.EntryRequeue)
			h.Line = idOf("second line")
			return t.epoch("sam", h, nil)
		}),
		w.threadCase("thread-close", OK, "closed by a party", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			return t.plain("ann", envelope.Head{Type: envelope.EntryClose, Outcome: envelope.OutcomeAnswered})
		}),
		w.threadCase("thread-ask", OK, "the claimer asks who is there", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			return t.plain("sam", envelope.Head{Type: envelope.EntryAsk})
		}),
		w.threadCase("thread-confirm", OK, "the opener answers with a second factor", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			t.append(t.plain("sam", envelope.Head{Type: envelope.EntryAsk}))
			return t.confirm("ann", t.state.Next-1)
		}),
		w.threadCase("thread-purged", OK, "a message whose body was purged", func(t *thread) envelope.Entry {
			e := t.say("ann", "gone")
			e.Body = nil
			return e
		}),
	}
}

func (w *world) threadRefused() []kase {
	return append(append(w.threadStates(), w.threadFactors()...),
		w.threadCase("thread-unknown", "unknown", "the signer's checkpoint is older than their device", func(t *thread) envelope.Entry {
			h := envelope.Head{Type: envelope.EntryAck, Place: t.place(0)}
			h.KTSize = 1
			return seal.Sign(t.w.people["ann"].maker(), h, nil)
		}),
		w.threadCase("thread-revoked", "revoked", "a device that was revoked", func(t *thread) envelope.Entry {
			second := deviceOf("ann", "second")
			t.w.append(t.w.addDevice("ann", t.w.people["ann"].maker()))
			s, _, _, err := seal.DeviceRevoke(t.w.account("ann"), at, t.w.people["ann"].maker(), t.w.people["ann"].puk[0], []envelope.ID{second.ID})
			t.w.append(must(s, err))
			return must(seal.Message(seal.Maker{Acct: idOf("ann"), Dev: second.ID, Sign: second.Sign}, t.keys[0], t.place(0), 0, nil))
		}),
		w.threadCase("thread-checkpoint", "checkpoint-back", "a checkpoint before the last one named", func(t *thread) envelope.Entry {
			p := t.place(0)
			p.KTSize--
			return must(seal.Message(t.w.people["ann"].maker(), t.keys[0], p, 0, nil))
		}),
		w.threadCase("thread-ahead", "checkpoint-ahead", "a checkpoint that the reader has not reached", func(t *thread) envelope.Entry {
			e := t.say("ann", "later")
			t.w.book.Reached(t.w.leaf - 1)
			return e
		}),
		w.threadCase("thread-stale", "stale", "sealed to a key that was replaced", func(t *thread) envelope.Entry {
			t.w.append(t.w.turn("ann"))
			return t.say("ann", "x")
		}),
		w.threadCase("thread-handed", "stale", "under a key that the claimer before has made", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			t.append(t.plain("sam", envelope.Head{Type: envelope.EntryOffer, Account: idOf("eva")}))
			h := t.head(envelope.EntryTransfer)
			h.Account = idOf("eva")
			t.append(t.epoch("sam", h, nil))
			return t.say("ann", "x")
		}),
		w.threadCase("thread-decertified", "credential", "said to somebody whose credential was taken back", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			t.w.append(t.w.agencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(idOf("sam", "serial"))))
			return t.say("ann", "x")
		}),
	)
}

func (w *world) threadFactors() []kase {
	return []kase{
		w.threadCase("thread-identifiers", "factor", "identifiers without a second factor", func(t *thread) envelope.Entry {
			return must(seal.Message(t.w.people["ann"].maker(), t.keys[0], t.place(0), envelope.FlagIdentifiers, []byte("x")))
		}),
		w.threadCase("thread-confirm-bare", "factor", "an answer without a second factor", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			t.append(t.plain("sam", envelope.Head{Type: envelope.EntryAsk}))
			return t.plain("ann", envelope.Head{Type: envelope.EntryConfirm, UpTo: t.state.Next - 1})
		}),
		w.threadCase("thread-confirm-self", "state", "an answer by whoever asked", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			t.append(t.plain("sam", envelope.Head{Type: envelope.EntryAsk}))
			return t.confirm("sam", t.state.Next-1)
		}),
		w.threadCase("thread-on-behalf", "signer", "a navigator who writes for somebody else", func(t *thread) envelope.Entry {
			t.anew()
			h := t.head(envelope.EntryOpen)
			h.Line = t.w.lines["first"].id
			to := t.readers("ann", h)
			h.OnBehalf = idOf("sam")
			return t.epoch("ann", h, to)
		}),
	}
}

func (w *world) threadStates() []kase {
	return []kase{
		w.threadCase("thread-order", "order", "an entry for the second time", func(t *thread) envelope.Entry { return t.entries[1] }),
		w.threadCase("thread-signature", "signature", "another person's signature", func(t *thread) envelope.Entry {
			e := t.say("ann", "x")
			e.Sig = t.w.people["sam"].dev.Sign.Sign(key.SigEntry(envelope.EntryMessage), e.Head)
			return e
		}),
		w.threadCase("thread-signer", "signer", "claimed by somebody who is not on the line", func(t *thread) envelope.Entry {
			return t.epoch("other-lead", t.head(envelope.EntryClaim), t.readers("sam", t.head(envelope.EntryClaim)))
		}),
		w.threadCase("thread-roster", "roster", "claimed without the records key", func(t *thread) envelope.Entry {
			to := slices.DeleteFunc(t.readers("sam", t.head(envelope.EntryClaim)), func(r seal.To) bool { return r.Kind == envelope.KindCustodian })
			return t.epoch("sam", t.head(envelope.EntryClaim), to)
		}),
		w.threadCase("thread-ghost", "roster", "claimed with a reader too many", func(t *thread) envelope.Entry {
			ghost := must(seal.Reader(envelope.KindAccount, idOf("eva"), 1, t.w.people["eva"].puk[0].Box().Public().Bytes()))
			return t.epoch("sam", t.head(envelope.EntryClaim), append(t.readers("sam", t.head(envelope.EntryClaim)), ghost))
		}),
		w.threadCase("thread-generation", "generation", "an epoch is left out", func(t *thread) envelope.Entry {
			h := t.head(envelope.EntryClaim)
			h.Epoch++
			return t.epoch("sam", h, t.readers("sam", h))
		}),
		w.threadCase("thread-history", "generation", "a claim that hands over no history", func(t *thread) envelope.Entry {
			h := t.head(envelope.EntryClaim)
			e, _, err := seal.Epoch(t.w.people["sam"].maker(), h, seal.NewSecret(), nil, t.readers("sam", h))
			return must(e, err)
		}),
		w.threadCase("thread-state", "state", "closed while it waits", func(t *thread) envelope.Entry {
			return t.plain("ann", envelope.Head{Type: envelope.EntryClose})
		}),
		w.threadCase("thread-credential", "credential", "requeued where the credential does not reach", func(t *thread) envelope.Entry {
			h := t.head(envelope.EntryRequeue)
			h.Line = idOf("second line")
			x, _ := t.w.lineState("second").Generation(t.w.leaf)
			to := slices.DeleteFunc(t.readers("ann", t.head(envelope.EntryRekey)), func(r seal.To) bool { return r.Kind == envelope.KindLine })
			return t.epoch("ann", h, append(to, must(seal.Reader(envelope.KindLine, h.Line, x.Gen, x.Box))))
		}),
		w.threadCase("thread-body", "body", "another body than was signed", func(t *thread) envelope.Entry {
			e := t.say("ann", "x")
			e.Body = slices.Clone(e.Body)
			e.Body[20] ^= 1
			return e
		}),
		w.threadCase("thread-malformed", "malformed", "an unknown suite", func(t *thread) envelope.Entry {
			e := t.say("ann", "x")
			p := must(envelope.Dec("arc1/entry/msg", e.Head))
			p[0] = []byte{2}
			e.Head = envelope.Enc("arc1/entry/msg", p...)
			e.Sig = t.w.people["ann"].dev.Sign.Sign(key.SigEntry(envelope.EntryMessage), e.Head)
			return e
		}),
	}
}
