package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// item is one act in the outbox. It is kept, sealed, until the service has
// confirmed it; its ids make every repeat harmless.
type item struct {
	ID      wire.ID            `json:"id"`
	Open    wire.ID            `json:"open,omitzero"` // id of the entry that begins the thread, when this message does
	Thread  wire.ID            `json:"thread"`
	Kind    envelope.EntryType `json:"kind"`
	Line    wire.ID            `json:"line,omitzero"`
	Account wire.ID            `json:"account,omitzero"`
	Card    wire.ID            `json:"card,omitzero"` // reveal: the card that is opened
	UpTo    uint64             `json:"up_to,omitempty"`
	Content *Content           `json:"content,omitempty"`
	Attest  string             `json:"attest,omitempty"`
	Flags   envelope.Flags     `json:"flags,omitempty"` // of the message
	Broker  wire.ID            `json:"broker,omitzero"` // open: for whom support staff write
	Made    int64              `json:"made"`            // Unix milliseconds: the outbox goes out in this order
	History bool               `json:"history,omitempty"`
	Outcome envelope.Outcome   `json:"outcome,omitempty"`

	Sensitive bool `json:"sensitive,omitempty"` // open: taking it needs a second factor

	Told  *wire.Told `json:"told,omitempty"`  // what the service is told in the clear with the entry that begins the thread, or with the message
	Cards []Sealed   `json:"cards,omitempty"` // brought before the message
}

// Receipt says that an act is on the service's disk.
type Receipt struct {
	Thread wire.ID `json:"thread"`
	Index  uint64  `json:"index"`
	At     int64   `json:"at"`
}

// put keeps an act in the outbox and tries to send everything in it.
func (c *Client) put(ctx context.Context, it item) (Receipt, error) {
	it.ID, it.Made = wire.ID(uuid.New()), c.now().UnixMilli()
	if err := saveJSON(c.vault, vaultOutbox+it.ID.String(), it); err != nil {
		return Receipt{}, fmt.Errorf("keep the message: %w", err)
	}
	if after, moves := c.moving(it); moves {
		if err := saveJSON(c.vault, vaultOutbox+after.ID.String(), after); err != nil {
			return Receipt{}, fmt.Errorf("keep what follows the act: %w", err)
		}
	}
	done, err := c.flush(ctx, it.ID, nil)
	if err != nil {
		if _, lerr := c.vault.Load(vaultOutbox + it.ID.String()); lerr == nil {
			err = &Kept{err}
		}
	}
	return done, err
}

// Kept wraps the reason why an act could not be sent yet. It is in the outbox,
// and the next Flush sends it.
type Kept struct{ Err error }

func (k *Kept) Error() string { return k.Err.Error() }

// Unwrap gives the reason.
func (k *Kept) Unwrap() error { return k.Err }

// Flush sends what waits in the outbox, oldest first. What the service refuses
// for good is taken out and reported; what could not be sent stays.
func (c *Client) Flush(ctx context.Context) error {
	_, err := c.flush(ctx, wire.ID{}, nil)
	return err
}

// Waiting counts what waits in the outbox.
func (c *Client) Waiting() (int, error) {
	names, err := c.vault.List(vaultOutbox)
	return len(names), err
}

func (c *Client) flush(ctx context.Context, want wire.ID, f Factor) (mine Receipt, err error) {
	c.sending.Lock()
	defer c.sending.Unlock()
	names, err := c.vault.List(vaultOutbox)
	if err != nil {
		return mine, err
	}
	items := make([]item, len(names))
	for i, n := range names {
		if err := loadJSON(c.vault, n, &items[i]); err != nil {
			return mine, err
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return int(a.Made - b.Made) })
	var refused error
	for _, it := range items {
		r, keep, err := c.bring(ctx, f, it)
		var e *Error
		if err != nil && !keep && !final(err, &e) {
			if it.Kind == envelope.EntryNotes { // it follows an act that was done: its turn comes again
				err = nil
			}
			return mine, errors.Join(refused, err) // it stays, and so does what follows
		}
		if it.Kind == envelope.EntryNotes && final(err, &e) {
			err = nil // the thread has gone on, or the notes are another's to move
		}
		if keep {
			if want.IsZero() || it.ID == want {
				refused = errors.Join(refused, err)
			}
			continue
		}
		if derr := c.vault.Delete(vaultOutbox + it.ID.String()); derr != nil {
			return mine, derr
		}
		if err != nil && (want.IsZero() || it.ID == want) {
			refused = errors.Join(refused, err)
		}
		if it.ID == want {
			mine = r
		}
	}
	return mine, refused
}

// final reports whether a refusal will not change by trying again later.
func final(err error, e **Error) bool {
	if errors.Is(err, errMoot) {
		return true
	}
	if !errors.As(err, e) {
		return false
	}
	switch (*e).Code {
	case wire.CodeSignIn, wire.CodeExpired, wire.CodeRate, wire.CodeShutdown, wire.CodeUnknownOutcome, wire.CodeInternal,
		wire.CodeNotCertified, wire.CodeProof, wire.CodeReplayed, wire.CodeTicket, wire.CodeLocked, wire.CodeTooMany, wire.CodeWitnessAway:
		return false
	}
	return true
}

// errMoot says that an act makes no sense any more, such as claiming a thread
// that somebody else has taken.
var errMoot = errors.New("no longer possible")

// Bounds of one delivery: how often it starts over after losing a race, and how
// long it waits for a lost service.
const (
	maxRaces  = 20
	maxLost   = 6
	firstWait = 100 * time.Millisecond
)

// deliver brings one act to the service: it reads what is new, seals at the
// end of the thread, and starts over when somebody was faster or the
// connection broke. The act's id stays the same.
func (c *Client) deliver(ctx context.Context, it item) (Receipt, error) {
	races, lost, wait := 0, 0, firstWait
	for {
		r, err := c.attempt(ctx, it)
		var e *Error
		switch {
		case err == nil:
			return r, nil
		case errors.As(err, &e) && (e.Code == wire.CodeConflict || e.Code == wire.CodeStale) && races < maxRaces:
			races++
		case errors.As(err, &e) && e.Code == wire.CodeTaken:
			if r, done := c.alreadyMine(ctx, it); done {
				return r, nil
			}
			return r, err
		case (errors.Is(err, ErrOffline) || errors.As(err, &e) && e.Code == wire.CodeUnknownOutcome) && lost < maxLost:
			lost++
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return r, errors.Join(err, ctx.Err())
			}
			wait *= 2
		default:
			return r, err
		}
	}
}

// alreadyMine reports whether a claim that seems lost is in fact our own, from
// an earlier try whose answer was lost.
func (c *Client) alreadyMine(ctx context.Context, it item) (Receipt, bool) {
	t, err := c.Sync(ctx, it.Thread)
	if err != nil {
		return Receipt{}, false
	}
	state := t.State()
	return Receipt{Thread: it.Thread, Index: state.Next - 1}, state.Claimer == c.me.Account
}

// attempt is one try.
func (c *Client) attempt(ctx context.Context, it item) (Receipt, error) {
	var t *Thread
	var err error
	if it.Kind == envelope.EntryNotes {
		if err := c.undisturbed(); err != nil {
			return Receipt{}, err
		}
		return c.moveNotes(ctx, it)
	}
	if it.Kind.Begins() {
		if err := errors.Join(c.learn(ctx, envelope.ID(it.Line), envelope.ID(it.Broker), envelope.ID(it.Account)), c.undisturbed()); err != nil {
			return Receipt{}, err
		}
		t, err = c.attemptOpen(ctx, it)
	} else {
		t, err = c.Sync(ctx, it.Thread)
	}
	if it.Kind == envelope.EntryClaim && IsCode(err, wire.CodeNotFound) && t.seen() {
		err = &Error{Problem: problem(wire.CodeTaken)} // it was there, and is no longer served to the line
	}
	if err != nil {
		return Receipt{}, err
	}
	// Before every send: the newest view, and under it the newest keys of
	// everybody who will read.
	state := t.State()
	if err := c.learn(ctx, envelope.ID(it.Line), envelope.ID(it.Account), state.Line, state.Opener, state.Claimer); err != nil {
		return Receipt{}, err
	}
	if err := c.undisturbed(); err != nil {
		return Receipt{}, err
	}
	switch it.Kind {
	case envelope.EntryOpen, envelope.EntryOutreach, envelope.EntryMessage:
		return c.sendMessage(ctx, t, it)
	case envelope.EntryNote:
		return c.writeNote(ctx, t, it)
	case envelope.EntryAck, envelope.EntryClose, envelope.EntryOffer, envelope.EntryAsk, envelope.EntryConfirm, envelope.EntryReveal:
		h := envelope.Head{Type: it.Kind, Account: envelope.ID(it.Account), UpTo: it.UpTo, Outcome: it.Outcome, Card: envelope.ID(it.Card)}
		h.Place = c.place(t, t.State().Epoch, it)
		return c.post(ctx, t.ID, it.ID, seal.Sign(c.maker(), h, nil), nil, nil)
	default:
		return c.sendEpoch(ctx, t, it, it.ID, it.Kind)
	}
}

// seen reports whether this device has read the thread before.
func (t *Thread) seen() bool {
	t.feeding.Lock()
	defer t.feeding.Unlock()
	return t.pin.Next > 0
}

// attemptOpen makes the thread if an earlier try has not.
func (c *Client) attemptOpen(ctx context.Context, it item) (*Thread, error) {
	t, err := c.Sync(ctx, it.Thread)
	if err == nil || !IsCode(err, wire.CodeNotFound) {
		return t, err
	}
	bare := it
	bare.Attest = "" // it was given for the message
	if _, err := c.sendEpoch(ctx, t, bare, it.Open, it.Kind); err != nil {
		return t, err
	}
	return c.Sync(ctx, it.Thread)
}

// place is where the next entry of a thread stands, made by us now.
func (c *Client) place(t *Thread, epoch uint32, it item) envelope.Place {
	state := t.State()
	c.learning.Lock()
	view := c.log.View
	c.learning.Unlock()
	return envelope.Place{Thread: state.ID, Epoch: epoch, Index: state.Next, Prev: state.Head, Time: c.nowMillis(),
		KTSize: view.Size, KTRoot: view.Root, Attest: []byte(it.Attest)}
}

// sendMessage seals and posts one message, sealing the thread anew first if
// somebody's keys have changed since.
func (c *Client) sendMessage(ctx context.Context, t *Thread, it item) (Receipt, error) {
	state := t.State()
	current, err := state.Current(c.viewSize(), c.book)
	if err != nil {
		return Receipt{}, err
	}
	if !current {
		if _, err := c.sendEpoch(ctx, t, item{Thread: it.Thread}, wire.ID(uuid.New()), envelope.EntryRekey); err != nil {
			return Receipt{}, err
		}
		if t, err = c.Sync(ctx, it.Thread); err != nil {
			return Receipt{}, err
		}
		state = t.State()
	}
	tk, ok := t.keyOf(state.Epoch)
	if !ok {
		return Receipt{}, fmt.Errorf("%w: this thread is sealed to other people", errMoot)
	}
	if err := c.bringCards(ctx, it.Thread, it.Cards); err != nil {
		return Receipt{}, err
	}
	plain, err := json.Marshal(it.Content)
	if err != nil {
		return Receipt{}, err
	}
	e, err := seal.Message(c.maker(), tk, c.place(t, state.Epoch, it), it.Flags, plain)
	if err != nil {
		return Receipt{}, err
	}
	return c.post(ctx, t.ID, it.ID, e, nil, toldWith(it))
}

// toldWith is what the service is told in the clear with a message: what was told
// with the entry that began its thread is not told again.
func toldWith(it item) *wire.Told {
	var told wire.Told
	if it.Told != nil && it.Open.IsZero() {
		told.CallBack = it.Told.CallBack
	}
	told.Disclosed = it.Content.Disclosed
	if s := it.Content.Spoke; s != nil {
		told.Verified = &wire.Verified{Identifiers: len(s.Verified), Warnings: len(s.Warnings) > 0}
	}
	if told.CallBack == nil && told.Verified == nil && len(told.Disclosed) == 0 {
		return nil
	}
	return &told
}

func (t *Thread) keyOf(epoch uint32) (seal.Secret, bool) {
	t.feeding.Lock()
	defer t.feeding.Unlock()
	s, ok := t.keys[epoch]
	return s, ok
}

// sendEpoch makes a new epoch for exactly the people who may read after it.
func (c *Client) sendEpoch(ctx context.Context, t *Thread, it item, id wire.ID, kind envelope.EntryType) (Receipt, error) {
	e, boxes, err := c.sealEpoch(t, it, kind)
	if err != nil {
		return Receipt{}, err
	}
	var told *wire.Told
	if kind.Begins() {
		told = it.Told
	}
	return c.post(ctx, t.ID, id, e, boxes, told)
}

// sealEpoch is sendEpoch without the sending.
func (c *Client) sealEpoch(t *Thread, it item, kind envelope.EntryType) (envelope.Entry, []seal.Box, error) {
	none := envelope.Entry{}
	state := t.State()
	epoch := state.Epoch + 1
	if kind.Begins() {
		epoch = 0
	}
	h := envelope.Head{Type: kind, Place: c.place(t, epoch, it), Line: envelope.ID(it.Line), Account: envelope.ID(it.Account)}
	h.Acct, h.Dev = c.me.Account, c.me.Device
	if kind == envelope.EntryOpen {
		h.OnBehalf = envelope.ID(it.Broker)
		if it.Sensitive {
			h.Flags = envelope.FlagSensitive
		}
	}
	cred, err := c.book.Credential(c.me.Account, h.KTSize, h.Time)
	if err != nil {
		return none, nil, &Error{Problem: problem(wire.CodeNotCertified)}
	}
	readers, err := state.ReadersAfter(h, cred, c.book)
	if kind == envelope.EntryOpen && errors.Is(err, chain.ErrCredential) {
		return none, nil, &Error{Problem: problem(wire.CodeWrongLine)}
	}
	if kind == envelope.EntryOutreach && errors.Is(err, chain.ErrCredential) { // nobody whom this line serves now
		return none, nil, &Error{Problem: problem(wire.CodeNotFound)}
	}
	if err != nil {
		return none, nil, fmt.Errorf("%w: %w", errMoot, err)
	}
	to, err := c.sealTo(readers)
	if err != nil {
		return none, nil, err
	}
	var before *seal.Secret
	if !kind.Begins() && (kind != envelope.EntryRequeue || it.History) {
		tk, ok := t.keyOf(state.Epoch)
		if !ok {
			return none, nil, fmt.Errorf("%w: this thread is sealed to other people", errMoot)
		}
		before = &tk
	}
	return seal.Epoch(c.maker(), h, seal.NewSecret(), before, to)
}

// sealTo finds the public keys of readers.
func (c *Client) sealTo(readers []envelope.Recipient) ([]seal.To, error) {
	to := make([]seal.To, len(readers))
	for i, r := range readers {
		box, err := c.book.BoxOf(r)
		if err != nil {
			return nil, err
		}
		if to[i], err = seal.Reader(r.Kind, r.ID, r.Gen, box); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// post sends one sealed entry and waits until it is on disk.
func (c *Client) post(ctx context.Context, thread, id wire.ID, e envelope.Entry, boxes []seal.Box, told *wire.Told) (Receipt, error) {
	k, err := c.connect(ctx)
	if err != nil {
		return Receipt{}, err
	}
	h, err := envelope.DecodeHead(e.Head)
	if err != nil {
		return Receipt{}, err
	}
	f, err := k.call(ctx, func(rid uint32) wire.ClientFrame {
		return wire.Append{RID: rid, Thread: thread, ID: id, Kind: wire.Kind(h.Type), Entry: wire.Entry{Head: e.Head, Sig: e.Sig, Body: e.Body}, Boxes: wireBoxes(boxes), Told: told}
	})
	if err != nil {
		return Receipt{}, err
	}
	p, ok := f.(wire.Posted)
	if !ok {
		return Receipt{}, fmt.Errorf("%w: an answer to another question", ErrAlarm)
	}
	return Receipt{thread, p.Index, p.At}, nil
}
