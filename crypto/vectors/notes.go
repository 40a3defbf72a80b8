package vectors

import (
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// notes is the note log of the thread that Ann has opened and Sam has claimed.
type notes struct {
	w       *world
	state   *chain.Notes
	entries []envelope.Entry
	keys    []seal.Secret
}

func (w *world) notes() *notes {
	return &notes{w: w, state: chain.NewNotes(idOf("notes"))}
}

// begun is a log that Sam holds, with one note in it.
func (w *world) begun() *notes {
	l := w.notes()
	l.append(l.hand("sam", l.head("first", "sam"), nil))
	l.append(l.note("sam", "called back, nobody there"))
	return l
}

func (l *notes) place(epoch uint32) envelope.Place {
	return envelope.Place{Thread: l.state.ID, Epoch: epoch, Index: l.state.Next, Prev: l.state.Head, Time: worldNow, KTSize: l.w.leaf, KTRoot: digest("root")}
}

// head names a line and a holder; no name is the whole line.
func (l *notes) head(line, holder string) envelope.Head {
	epoch := l.state.Epoch + 1
	if l.state.Next == 0 {
		epoch = 0
	}
	h := envelope.Head{Type: envelope.EntryNotes, Place: l.place(epoch), About: idOf("thread"), Line: l.w.lines[line].id}
	if holder != "" {
		h.Account = l.w.people[holder].id
	}
	return h
}

func (l *notes) append(e envelope.Entry) {
	n, _, err := l.state.Apply(e, l.w.book)
	l.state = must(n, err)
	l.entries = append(l.entries, e)
}

func (l *notes) readers(by string, h envelope.Head) []seal.To {
	h.Acct = l.w.people[by].id
	cred := must(l.w.book.Credential(h.Acct, h.KTSize, h.Time))
	var to []seal.To
	for _, r := range must(l.state.ReadersAfter(h, cred, l.w.book)) {
		to = append(to, must(seal.Reader(r.Kind, r.ID, r.Gen, must(l.w.book.BoxOf(r)))))
	}
	return to
}

// hand makes the entry of a head, for the right readers or given ones.
func (l *notes) hand(by string, h envelope.Head, to []seal.To) envelope.Entry {
	if to == nil {
		to = l.readers(by, h)
	}
	var before *seal.Secret
	if n := len(l.keys); n > 0 {
		before = &l.keys[n-1]
	}
	secret := seal.NewSecret()
	e, _, err := seal.Epoch(l.w.people[by].maker(), h, secret, before, to)
	l.keys = append(l.keys, secret)
	return must(e, err)
}

func (l *notes) note(by, text string) envelope.Entry {
	return must(seal.Note(l.w.people[by].maker(), l.keys[l.state.Epoch], l.place(l.state.Epoch), []byte(text)))
}

// after writes the state that a note log is in.
func (f *File) afterNotes(l *chain.Notes) *File {
	handed := 0
	if l.Handed {
		handed = 1
	}
	f.add("state", l.Epoch, l.Next, l.Head).add("about", l.Thread).add("line", l.Line).add("holder", l.Holder).add("handed", handed)
	for _, r := range l.Roster {
		f.add("reader", string(r.Kind), r.ID, r.Gen, r.PK)
	}
	return f
}

// notesCase builds on the world; the entry that make returns is judged.
func (w *world) notesCase(name, expect, what string, make func(w *world) (*notes, envelope.Entry)) kase {
	return sealed(name, func() (*File, error) {
		n := w.fork()
		before := len(n.log)
		l, last := make(n)
		f := no(expect, "notes", what).add("world", worldFile)
		for _, x := range n.log[before:] {
			f.link("link", x)
		}
		f.add("notes", l.state.ID)
		for _, e := range l.entries {
			f.entry3("entry", e)
		}
		f.entry3("last", last)
		if expect == OK {
			after, _, err := l.state.Apply(last, n.book)
			if err != nil {
				return nil, err
			}
			f.afterNotes(after)
		}
		return f, nil
	})
}

func (w *world) notesCases() []kase {
	return slices.Concat(w.notesGood(), w.notesRefused(), w.notesBent(), w.noteSeals())
}

// ongoing is a case on the log that Sam holds.
func (w *world) ongoing(name, expect, what string, last func(l *notes) envelope.Entry) kase {
	return w.notesCase(name, expect, what, func(w *world) (*notes, envelope.Entry) {
		l := w.begun()
		return l, last(l)
	})
}

func (w *world) notesGood() []kase {
	return []kase{
		w.notesCase("notes-first-line", OK, "begun while the thread waits: the whole line reads", func(w *world) (*notes, envelope.Entry) {
			l := w.notes()
			return l, l.hand("eva", l.head("first", ""), nil)
		}),
		w.notesCase("notes-first-holder", OK, "begun by whoever has the thread", func(w *world) (*notes, envelope.Entry) {
			l := w.notes()
			return l, l.hand("sam", l.head("first", "sam"), nil)
		}),
		w.ongoing("notes-note", OK, "a note by the holder", func(l *notes) envelope.Entry { return l.note("sam", "more") }),
		w.ongoing("notes-lead", OK, "a note by a lead of the line", func(l *notes) envelope.Entry { return l.note("lead", "seen") }),
		w.ongoing("notes-purged", OK, "a note whose body was purged", func(l *notes) envelope.Entry {
			e := l.note("sam", "gone")
			e.Body = nil
			return e
		}),
		w.ongoing("notes-handed", OK, "handed to a successor: the next writer begins another epoch", func(l *notes) envelope.Entry { return l.hand("sam", l.head("first", "eva"), nil) }),
		w.ongoing("notes-back", OK, "back to the line", func(l *notes) envelope.Entry { return l.hand("sam", l.head("first", ""), nil) }),
		w.ongoing("notes-other-line", OK, "to another line", func(l *notes) envelope.Entry { return l.hand("sam", l.head("second", ""), nil) }),
		w.ongoing("notes-by-lead", OK, "a lead hands them on for somebody who is away", func(l *notes) envelope.Entry { return l.hand("lead", l.head("first", "eva"), nil) }),
	}
}

func (w *world) notesRefused() []kase {
	return []kase{
		w.notesCase("notes-first-stranger", "credential", "begun by staff of another line", func(w *world) (*notes, envelope.Entry) {
			l := w.notes()
			return l, l.hand("other-lead", l.head("first", ""), l.readers("sam", l.head("first", "")))
		}),
		w.notesCase("notes-first-assister", "credential", "begun by the assister", func(w *world) (*notes, envelope.Entry) {
			l := w.notes()
			return l, l.hand("ann", l.head("first", ""), l.readers("sam", l.head("first", "")))
		}),
		w.notesCase("notes-first-note", "state", "a note before there is a log", func(w *world) (*notes, envelope.Entry) {
			l := w.notes()
			l.keys = []seal.Secret{seal.NewSecret()}
			return l, l.note("sam", "x")
		}),
		w.notesCase("notes-itself", "state", "about the log itself", func(w *world) (*notes, envelope.Entry) {
			l := w.notes()
			h, to := l.head("first", "sam"), l.readers("sam", l.head("first", "sam"))
			h.About = l.state.ID
			return l, l.hand("sam", h, to)
		}),
		w.ongoing("notes-thread", "state", "it names another thread", func(l *notes) envelope.Entry {
			h, to := l.head("first", "sam"), l.readers("sam", l.head("first", "sam"))
			h.About = idOf("other thread")
			return l.hand("sam", h, to)
		}),
		w.ongoing("notes-msg", "state", "a message in a note log", func(l *notes) envelope.Entry {
			return must(seal.Message(l.w.people["sam"].maker(), l.keys[0], l.place(0), 0, []byte("x")))
		}),
		w.ongoing("notes-by-member", "signer", "a member takes the notes of whoever holds them", func(l *notes) envelope.Entry {
			return l.hand("eva", l.head("first", "eva"), l.readers("sam", l.head("first", "eva")))
		}),
		w.ongoing("notes-note-member", "signer", "a note by a member who may not read", func(l *notes) envelope.Entry { return l.note("eva", "x") }),
		w.ongoing("notes-note-assister", "credential", "a note by the assister", func(l *notes) envelope.Entry { return l.note("ann", "x") }),
		w.ongoing("notes-to-assister", "signer", "handed to the assister", func(l *notes) envelope.Entry {
			h, to := l.head("first", "ann"), l.readers("sam", l.head("first", "sam"))
			return l.hand("sam", h, to)
		}),
		w.ongoing("notes-to-stranger", "signer", "handed to staff of another line", func(l *notes) envelope.Entry {
			h, to := l.head("first", "other-lead"), l.readers("sam", l.head("first", "sam"))
			return l.hand("sam", h, to)
		}),
		w.ongoing("notes-decertified", "credential", "a note by a holder whose credential was taken back", func(l *notes) envelope.Entry {
			l.w.append(l.w.agencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(idOf("sam", "serial"))))
			return l.note("sam", "x")
		}),
		w.ongoing("notes-stale", "stale", "sealed to a key that was replaced", func(l *notes) envelope.Entry {
			l.w.append(l.w.turn("sam"))
			return l.note("sam", "x")
		}),
		w.ongoing("notes-under-handed", "stale", "under a key that the holder before has made", func(l *notes) envelope.Entry {
			l.append(l.hand("sam", l.head("first", "eva"), nil))
			return l.note("eva", "x")
		}),
	}
}

func (w *world) notesBent() []kase {
	ghost := func(l *notes) seal.To {
		return must(seal.Reader(envelope.KindAccount, idOf("ann"), 1, l.w.people["ann"].puk[0].Box().Public().Bytes()))
	}
	return []kase{
		w.ongoing("notes-order", "order", "an entry for the second time", func(l *notes) envelope.Entry { return l.entries[1] }),
		w.ongoing("notes-moved", "order", "a note of another log", func(l *notes) envelope.Entry {
			p := l.place(0)
			p.Thread = idOf("other notes")
			return must(seal.Note(l.w.people["sam"].maker(), l.keys[0], p, []byte("x")))
		}),
		w.ongoing("notes-signature", "signature", "another person's signature", func(l *notes) envelope.Entry {
			e := l.note("sam", "x")
			e.Sig = l.w.people["eva"].dev.Sign.Sign(key.SigEntry(envelope.EntryNote), e.Head)
			return e
		}),
		w.ongoing("notes-ghost", "roster", "the assister among the readers", func(l *notes) envelope.Entry {
			h := l.head("first", "sam")
			return l.hand("sam", h, append(l.readers("sam", h), ghost(l)))
		}),
		w.ongoing("notes-no-leads", "roster", "the leads left out", func(l *notes) envelope.Entry {
			h := l.head("first", "sam")
			to := slices.DeleteFunc(l.readers("sam", h), func(r seal.To) bool { return r.Kind == envelope.KindLead })
			return l.hand("sam", h, to)
		}),
		w.ongoing("notes-generation", "generation", "an epoch is left out", func(l *notes) envelope.Entry {
			h := l.head("first", "sam")
			to := l.readers("sam", h)
			h.Epoch++
			return l.hand("sam", h, to)
		}),
		w.ongoing("notes-history", "generation", "it hands over no history", func(l *notes) envelope.Entry {
			h := l.head("first", "eva")
			e, _, err := seal.Epoch(l.w.people["sam"].maker(), h, seal.NewSecret(), nil, l.readers("sam", h))
			return must(e, err)
		}),
		w.ongoing("notes-checkpoint", "checkpoint-back", "a checkpoint before the last one named", func(l *notes) envelope.Entry {
			p := l.place(0)
			p.KTSize--
			return must(seal.Note(l.w.people["sam"].maker(), l.keys[0], p, nil))
		}),
		w.ongoing("notes-body", "body", "another body than was signed", func(l *notes) envelope.Entry {
			e := l.note("sam", "x")
			e.Body = slices.Clone(e.Body)
			e.Body[20] ^= 1
			return e
		}),
		w.threadCase("thread-note", "state", "a note in a thread", func(t *thread) envelope.Entry {
			return must(seal.Note(t.w.people["sam"].maker(), t.keys[0], t.place(0), []byte("x")))
		}),
		w.threadCase("thread-outcome", "malformed", "closed with an outcome that has no meaning", func(t *thread) envelope.Entry {
			t.append(t.claim("sam"))
			e := t.plain("sam", envelope.Head{Type: envelope.EntryClose})
			e.Head = part(e.Head, 11, []byte{6})
			e.Sig = t.w.people["sam"].dev.Sign.Sign(key.SigEntry(envelope.EntryClose), e.Head)
			return e
		}),
	}
}

// noteSeals open notes, which are sealed as messages are.
func (w *world) noteSeals() []kase {
	one := func(name, expect, what string, change func(h *envelope.Head)) kase {
		return sealed(name, func() (*File, error) {
			l := w.fork().begun()
			e := l.note("sam", `{"type":"note","text":"hello"}`)
			h := must(envelope.DecodeHead(e.Head))
			change(&h)
			f := no(expect, "message", what).add("key", l.keys[0].Bytes()).add("head", h.Encode()).add("body", e.Body)
			if expect == OK {
				f.add("plain", []byte(`{"type":"note","text":"hello"}`))
			}
			return f, nil
		})
	}
	return []kase{
		one("note-good", OK, "a note", func(*envelope.Head) {}),
		one("note-moved", "secret-commitment", "a note in another log", func(h *envelope.Head) { h.Thread = idOf("other notes") }),
		one("note-place", "secret-commitment", "a note at another place", func(h *envelope.Head) { h.Index++ }),
		one("note-taken", "secret-commitment", "a note under another name", func(h *envelope.Head) { h.Acct = idOf("eva") }),
	}
}
