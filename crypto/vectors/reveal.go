package vectors

import (
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
)

// reveal says that somebody opens a card; the attestation is read by whoever
// shows it.
func (t *thread) reveal(by string) envelope.Entry {
	return t.revealOf(by, func(*envelope.Head) {})
}

// revealOf is reveal with something of its head changed.
func (t *thread) revealOf(by string, change func(h *envelope.Head)) envelope.Entry {
	h := envelope.Head{Type: envelope.EntryReveal, Card: idOf("card"), Place: t.place(t.state.Epoch)}
	h.Attest = []byte("an attestation")
	change(&h)
	return seal.Sign(t.w.people[by].maker(), h, nil)
}

// escrow says anew whether policy lets leads read.
func (w *world) escrow(on bool) {
	p := envelope.PolicyBody{MinSuite: envelope.Suite, MinClient: 1, LineEscrow: on, LogKey: "none", StepUpKey: stepUpKey.Public().Bytes()}
	w.append(w.agencyLink(envelope.AgencyPolicy, true, p.Encode()))
}

// taken is a case on the thread that Sam has claimed.
func (w *world) taken(name, expect, what string, last func(t *thread) envelope.Entry) kase {
	return w.threadCase(name, expect, what, func(t *thread) envelope.Entry {
		t.append(t.claim("sam"))
		return last(t)
	})
}

func (w *world) revealCases() []kase { return append(w.revealGood(), w.revealRefused()...) }

func (w *world) revealGood() []kase {
	by := func(who string) func(t *thread) envelope.Entry {
		return func(t *thread) envelope.Entry { return t.reveal(who) }
	}
	return []kase{
		w.threadCase("reveal-open", OK, "by the opener while it waits", by("ann")),
		w.taken("reveal-claimer", OK, "by whoever has the thread", by("sam")),
		w.taken("reveal-opener", OK, "by the opener of a claimed thread", by("ann")),
		w.taken("reveal-lead", OK, "by a lead whom policy lets read", by("lead")),
		w.taken("reveal-closed", OK, "of a closed thread, which stays closed", func(t *thread) envelope.Entry {
			t.append(t.plain("ann", envelope.Head{Type: envelope.EntryClose, Outcome: envelope.OutcomeAnswered}))
			return t.reveal("sam")
		}),
		w.taken("reveal-asked", OK, "a question that waits goes on waiting", func(t *thread) envelope.Entry {
			t.append(t.plain("ann", envelope.Head{Type: envelope.EntryAsk}))
			return t.reveal("sam")
		}),
		w.taken("reveal-again", OK, "the same card a second time", func(t *thread) envelope.Entry {
			t.append(t.reveal("sam"))
			return t.reveal("sam")
		}),
		w.written("reveal-outreach", OK, "in a thread that a specialist has begun", by("ann")),
	}
}

func (w *world) revealRefused() []kase {
	return []kase{
		w.taken("reveal-bare", "factor", "without a second factor", func(t *thread) envelope.Entry {
			return t.revealOf("sam", func(h *envelope.Head) { h.Attest = nil })
		}),
		w.threadCase("reveal-member", "signer", "by a member who has not taken it", func(t *thread) envelope.Entry { return t.reveal("sam") }),
		w.threadCase("reveal-lead-waits", "signer", "by a lead while it waits", func(t *thread) envelope.Entry { return t.reveal("lead") }),
		w.taken("reveal-bystander", "signer", "by a member who has not claimed", func(t *thread) envelope.Entry { return t.reveal("eva") }),
		w.taken("reveal-other-lead", "signer", "by a lead of another line", func(t *thread) envelope.Entry { return t.reveal("other-lead") }),
		w.taken("reveal-no-escrow", "signer", "by a lead whom policy does not let read", func(t *thread) envelope.Entry {
			t.w.escrow(false)
			return t.reveal("lead")
		}),
		w.threadCase("reveal-not-sealed", "signer", "by a lead whose key is not among the readers yet", func(t *thread) envelope.Entry {
			t.w.escrow(false)
			t.append(t.claim("sam"))
			t.w.escrow(true)
			return t.reveal("lead")
		}),
		w.taken("reveal-given-back", "signer", "by the claimer before", func(t *thread) envelope.Entry {
			h := t.head(envelope.EntryRequeue)
			h.Line = idOf("first line")
			t.append(t.epoch("sam", h, nil))
			return t.reveal("sam")
		}),
		w.taken("reveal-decertified", "credential", "by a claimer whose credential was taken back", func(t *thread) envelope.Entry {
			t.w.append(t.w.agencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(idOf("sam", "serial"))))
			return t.reveal("sam")
		}),
		w.taken("reveal-nothing", "state", "of no card", func(t *thread) envelope.Entry {
			return t.revealOf("sam", func(h *envelope.Head) { h.Card = envelope.ID{} })
		}),
		w.taken("reveal-epoch", "state", "in the epoch before", func(t *thread) envelope.Entry {
			return t.revealOf("sam", func(h *envelope.Head) { h.Epoch = 0 })
		}),
		w.outreachCase("reveal-first", "state", "before there is a thread", func(t *thread) envelope.Entry { return t.reveal("sam") }),
		w.taken("reveal-body", "body", "with a body", func(t *thread) envelope.Entry {
			e := t.reveal("sam")
			e.Body = []byte("x")
			return e
		}),
		w.taken("reveal-card-length", "malformed", "a card's id that is too long", func(t *thread) envelope.Entry {
			e := t.reveal("sam")
			e.Head = part(e.Head, 11, make([]byte, 17))
			return e
		}),
	}
}
