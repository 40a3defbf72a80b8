package client

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// What is said inside a thread about who somebody is: a question and its answer,
// what needs a second factor, and for whom support staff write.

// ErrNotAsked says that no question waits for this person in a thread.
var ErrNotAsked = errors.New("nobody asks in this thread whether it is you; nothing was sent")

// Opening says how a thread is opened.
type Opening struct {
	Line        wire.ID
	Sensitive   bool    // whoever takes it gives a fresh second factor
	For         wire.ID // the broker for whom support staff write, else zero
	Identifiers bool    // a consumer's identifiers are in the message: it goes under a second factor

	Thread wire.ID    // chosen before, where cards are sealed for it; else zero
	Cards  []Sealed   // of consumers, or a telephone number: the message goes under a second factor
	Told   *wire.Told // what the service is told: topic, how many consumers, a call-back
}

// OpenWith writes to a line in one of the ways that an Opening names. The factor
// is asked for only with Identifiers.
func (c *Client) OpenWith(ctx context.Context, f Factor, o Opening, m Content) (Receipt, error) {
	it := item{Kind: envelope.EntryOpen, Thread: o.Thread, Open: wire.ID(uuid.New()), Line: o.Line, Content: &m,
		Sensitive: o.Sensitive, Broker: o.For, Cards: o.Cards, Told: o.Told}
	if it.Thread.IsZero() {
		it.Thread = wire.ID(uuid.New())
	}
	if o.Identifiers || len(o.Cards) > 0 {
		it.Flags = envelope.FlagIdentifiers
		return c.putWith(ctx, f, it)
	}
	return c.put(ctx, it)
}

// SendIdentifiers writes a message that holds a consumer's identifiers. The
// service and every reader refuse one without a second factor.
func (c *Client) SendIdentifiers(ctx context.Context, f Factor, thread wire.ID, m Content) (Receipt, error) {
	return c.putWith(ctx, f, item{Kind: envelope.EntryMessage, Thread: thread, Content: &m, Flags: envelope.FlagIdentifiers})
}

// SendCards writes a message whose cards are brought before it.
func (c *Client) SendCards(ctx context.Context, f Factor, thread wire.ID, m Content, cards []Sealed) (Receipt, error) {
	return c.putWith(ctx, f, item{Kind: envelope.EntryMessage, Thread: thread, Content: &m, Flags: envelope.FlagIdentifiers, Cards: cards})
}

// ClaimWith takes a waiting thread; the factor is asked for only if its opener
// has marked the thread as sensitive.
func (c *Client) ClaimWith(ctx context.Context, f Factor, thread wire.ID) (Receipt, error) {
	it := item{Kind: envelope.EntryClaim, Thread: thread}
	t, err := c.Sync(ctx, thread)
	if err == nil && t.State().Sensitive {
		return c.putWith(ctx, f, it)
	}
	return c.put(ctx, it) // which says what is wrong, if something is
}

// AskWho asks the other party of a claimed thread to show that it is them.
func (c *Client) AskWho(ctx context.Context, thread wire.ID) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryAsk, Thread: thread})
}

// ConfirmWho answers the question that waits, with a fresh second factor.
func (c *Client) ConfirmWho(ctx context.Context, f Factor, thread wire.ID) (Receipt, error) {
	t, err := c.Sync(ctx, thread)
	if err != nil {
		return Receipt{}, err
	}
	q, ok := c.Asked(t)
	if !ok || q.Mine {
		return Receipt{}, ErrNotAsked
	}
	return c.putWith(ctx, f, item{Kind: envelope.EntryConfirm, Thread: thread, UpTo: q.Index})
}

// Reveal says in a thread, with a fresh second factor, that this person opens a
// consumer's sealed card, or telephone number, of an id. The service hands out
// the card's bytes to whoever has done this moments before.
func (c *Client) Reveal(ctx context.Context, f Factor, thread, card wire.ID) (Receipt, error) {
	return c.putWith(ctx, f, item{Kind: envelope.EntryReveal, Thread: thread, Card: card})
}

// Question is an unanswered question who is there.
type Question struct {
	Index uint64 `json:"index"` // of the entry that asks
	By    string `json:"by"`
	Mine  bool   `json:"mine"` // this person asked it
}

// Asked is the question that waits for an answer in a thread.
func (c *Client) Asked(t *Thread) (Question, bool) {
	s := t.State()
	if s.Asked == 0 {
		return Question{}, false
	}
	return Question{s.Asked - 1, c.nameOf(s.AskedBy), s.AskedBy == c.me.Account}, true
}

// putWith is put under a second factor for exactly this act on this thread.
func (c *Client) putWith(ctx context.Context, f Factor, it item) (Receipt, error) {
	if err := c.attest(ctx, f, &it); err != nil {
		return Receipt{}, err
	}
	return c.put(ctx, it)
}

func (c *Client) attest(ctx context.Context, f Factor, it *item) (err error) {
	if f == nil {
		return &Error{Problem: problem(wire.CodeStepUp)}
	}
	kind := it.Kind
	if kind.Begins() {
		kind = envelope.EntryMessage // what a factor is given for is the message that begins the thread
	}
	it.Attest, err = f.attest(ctx, c, "append "+string(kind), it.Thread.String())
	return err
}

// bring delivers one act. One whose second factor is no longer fresh is renewed
// if there is a factor to ask for, and kept if not: what was written in it must
// not be lost because the service was away for five minutes.
func (c *Client) bring(ctx context.Context, f Factor, it item) (r Receipt, keep bool, err error) {
	r, err = c.deliver(ctx, it)
	if it.Attest == "" || !IsCode(err, wire.CodeStepUp) {
		return r, false, err
	}
	if f == nil {
		return r, true, err
	}
	if err := c.attest(ctx, f, &it); err != nil {
		return r, true, err
	}
	if err := saveJSON(c.vault, vaultOutbox+it.ID.String(), it); err != nil {
		return r, true, err
	}
	r, err = c.deliver(ctx, it)
	return r, IsCode(err, wire.CodeStepUp), err
}

// FlushWith is Flush that asks for a second factor where one has grown old.
func (c *Client) FlushWith(ctx context.Context, f Factor) error {
	_, err := c.flush(ctx, wire.ID{}, f)
	return err
}

const unproven = "A second factor was claimed for this, and it does not hold. Do not rely on who this is; tell your registrar."

// identify puts into an event what it shows about the person who made it: the
// second factor as the service attested it, and for whom they write.
func (c *Client) identify(h envelope.Head, after *chain.Thread, ev *Event) {
	ev.Identifiers = h.Type == envelope.EntryMessage && h.Flags&envelope.FlagIdentifiers != 0
	ev.Sensitive = h.Type == envelope.EntryOpen && after.Sensitive
	if !after.OnBehalf.IsZero() && h.Acct == after.Opener {
		ev.OnBehalf = &Reader{string(envelope.KindAccount), wire.ID(after.OnBehalf), c.nameOf(after.OnBehalf)}
	}
	if len(h.Attest) == 0 {
		return
	}
	f, err := seal.StepUp{}, fmt.Errorf("%w: the agency had no policy", seal.ErrStepUp)
	if p, ok := c.book.Agency().Policy(h.KTSize); ok {
		f, err = seal.ReadStepUp(p.StepUpKey, h, "append "+string(h.Type))
	}
	if err != nil {
		ev.Unproven = unproven
		return
	}
	ev.Factor = f.AuthTime
}

// Met lists the accounts of everybody of a name whose credential this device has
// verified.
func (c *Client) Met(name string) (out []wire.ID) {
	for _, id := range c.book.Accounts() {
		if strings.EqualFold(c.nameOf(id), name) {
			out = append(out, wire.ID(id))
		}
	}
	return out
}
