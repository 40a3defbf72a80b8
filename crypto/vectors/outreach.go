package vectors

import (
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
)

// anew empties the log: the thread that the case began with never was.
func (t *thread) anew() {
	t.state = chain.NewThread(t.state.ID)
	t.entries, t.heads, t.keys, t.boxes = nil, nil, nil, nil
}

// outreach is the head by which somebody of a line begins a thread with an account.
func (t *thread) outreach(line, to string) envelope.Head {
	h := t.head(envelope.EntryOutreach)
	h.Line, h.Account = t.w.lines[line].id, idOf(to)
	return h
}

// outreachCase judges an entry that make puts at the beginning of a thread.
func (w *world) outreachCase(name, expect, what string, make func(t *thread) envelope.Entry) kase {
	return w.threadCase(name, expect, what, func(t *thread) envelope.Entry {
		t.anew()
		return make(t)
	})
}

// written is a case on a thread that Sam has begun with Ann.
func (w *world) written(name, expect, what string, last func(t *thread) envelope.Entry) kase {
	return w.outreachCase(name, expect, what, func(t *thread) envelope.Entry {
		t.append(t.epoch("sam", t.outreach("first", "ann"), nil))
		return last(t)
	})
}

func (w *world) outreachCases() []kase { return append(w.outreachGood(), w.outreachRefused()...) }

func (w *world) outreachGood() []kase {
	return []kase{
		w.outreachCase("outreach-good", OK, "a specialist begins a thread with an assister", func(t *thread) envelope.Entry {
			return t.epoch("sam", t.outreach("first", "ann"), nil)
		}),
		w.outreachCase("outreach-lead", OK, "a lead who is a member of the line begins one", func(t *thread) envelope.Entry {
			return t.epoch("lead", t.outreach("first", "ann"), nil)
		}),
		w.written("outreach-message", OK, "the specialist's first words", func(t *thread) envelope.Entry { return t.say("sam", "a report") }),
		w.written("outreach-answer", OK, "the assister answers", func(t *thread) envelope.Entry { return t.say("ann", "thank you") }),
		w.written("outreach-close", OK, "the assister closes it", func(t *thread) envelope.Entry {
			return t.plain("ann", envelope.Head{Type: envelope.EntryClose, Outcome: envelope.OutcomeNoAnswer})
		}),
		w.written("outreach-requeue", OK, "the specialist leaves it to the line: the assister is still its opener", func(t *thread) envelope.Entry {
			h := t.head(envelope.EntryRequeue)
			h.Line = idOf("first line")
			return t.epoch("sam", h, nil)
		}),
	}
}

// bent makes Sam's outreach to Ann with something of its head changed, sealed to
// those who would read the right one.
func (t *thread) bent(by string, change func(h *envelope.Head)) envelope.Entry {
	h := t.outreach("first", "ann")
	to := t.readers("sam", h)
	change(&h)
	return t.epoch(by, h, to)
}

func (w *world) outreachRefused() []kase {
	same := func(*envelope.Head) {}
	return append(w.outreachReaders(),
		w.outreachCase("outreach-assister", "signer", "begun by an assister", func(t *thread) envelope.Entry { return t.bent("ann", same) }),
		w.outreachCase("outreach-other-line", "signer", "begun by a specialist of another line", func(t *thread) envelope.Entry { return t.bent("other-lead", same) }),
		w.outreachCase("outreach-oneself", "signer", "written to oneself", func(t *thread) envelope.Entry {
			return t.bent("sam", func(h *envelope.Head) { h.Account = idOf("sam") })
		}),
		w.outreachCase("outreach-staff", "credential", "written to a specialist", func(t *thread) envelope.Entry {
			return t.bent("sam", func(h *envelope.Head) { h.Account = idOf("eva") })
		}),
		w.outreachCase("outreach-nobody", "credential", "written to nobody", func(t *thread) envelope.Entry {
			return t.bent("sam", func(h *envelope.Head) { h.Account = envelope.ID{} })
		}),
		w.outreachCase("outreach-not-served", "credential", "written to an assister of another line", func(t *thread) envelope.Entry {
			return t.bent("other-lead", func(h *envelope.Head) { h.Line = idOf("second line") })
		}),
		w.outreachCase("outreach-decertified", "credential", "written to somebody whose credential was taken back", func(t *thread) envelope.Entry {
			to := t.readers("sam", t.outreach("first", "ann"))
			t.w.append(t.w.agencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(idOf("ann", "serial"))))
			return t.epoch("sam", t.outreach("first", "ann"), to)
		}),
		w.outreachCase("outreach-no-line", "unknown", "of a line that there is not", func(t *thread) envelope.Entry {
			return t.bent("sam", func(h *envelope.Head) { h.Line = idOf("no line") })
		}),
		w.threadCase("outreach-second", "state", "in a thread that has begun", func(t *thread) envelope.Entry {
			h := t.outreach("first", "ann")
			h.Epoch = 1
			to := t.readers("ann", t.head(envelope.EntryRekey))
			e, _, err := seal.Epoch(t.w.people["sam"].maker(), h, seal.NewSecret(), nil, to)
			return must(e, err)
		}),
		w.written("outreach-opened", "state", "opened after it was begun", func(t *thread) envelope.Entry {
			h := t.head(envelope.EntryOpen)
			h.Line, h.Epoch = idOf("first line"), 1
			e, _, err := seal.Epoch(t.w.people["ann"].maker(), h, seal.NewSecret(), nil, t.readers("ann", t.head(envelope.EntryRekey)))
			return must(e, err)
		}),
		w.outreachCase("outreach-history", "generation", "it hands over a secret before", func(t *thread) envelope.Entry {
			t.keys = []seal.Secret{seal.NewSecret()}
			return t.bent("sam", same)
		}),
		w.outreachCase("outreach-epoch", "generation", "it begins with epoch 1", func(t *thread) envelope.Entry {
			return t.bent("sam", func(h *envelope.Head) { h.Epoch = 1 })
		}),
		w.written("outreach-claimed", "state", "claimed by somebody else", func(t *thread) envelope.Entry {
			return t.epoch("eva", t.head(envelope.EntryClaim), t.readers("sam", t.head(envelope.EntryRekey)))
		}),
		w.written("outreach-bystander", "signer", "words of another member of the line", func(t *thread) envelope.Entry { return t.say("eva", "x") }),
	)
}

func (w *world) outreachReaders() []kase {
	readers := func(t *thread) []seal.To { return t.readers("sam", t.outreach("first", "ann")) }
	without := func(kind envelope.RecipientKind, id envelope.ID) func(t *thread) envelope.Entry {
		return func(t *thread) envelope.Entry {
			to := slices.DeleteFunc(readers(t), func(r seal.To) bool { return r.Kind == kind && r.ID == id })
			return t.epoch("sam", t.outreach("first", "ann"), to)
		}
	}
	with := func(t *thread, kind envelope.RecipientKind, id envelope.ID, box []byte) envelope.Entry {
		return t.epoch("sam", t.outreach("first", "ann"), append(readers(t), must(seal.Reader(kind, id, 1, box))))
	}
	return []kase{
		w.outreachCase("outreach-left-out", "roster", "the assister left out", without(envelope.KindAccount, idOf("ann"))),
		w.outreachCase("outreach-no-leads", "roster", "the leads left out", without(envelope.KindLead, idOf("first line"))),
		w.outreachCase("outreach-no-records", "roster", "the records key left out", without(envelope.KindCustodian, recordsID)),
		w.outreachCase("outreach-ghost", "roster", "another specialist among the readers", func(t *thread) envelope.Entry {
			return with(t, envelope.KindAccount, idOf("eva"), t.w.people["eva"].puk[0].Box().Public().Bytes())
		}),
		w.outreachCase("outreach-whole-line", "roster", "the whole line among the readers", func(t *thread) envelope.Entry {
			return with(t, envelope.KindLine, idOf("first line"), t.w.lines["first"].lk[0].Box().Public().Bytes())
		}),
		w.outreachCase("outreach-body", "body", "with a body", func(t *thread) envelope.Entry {
			e := t.epoch("sam", t.outreach("first", "ann"), nil)
			e.Body = []byte("x")
			return e
		}),
	}
}
