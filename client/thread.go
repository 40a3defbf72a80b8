package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
)

// Event is one entry of a thread as a person sees it.
type Event struct {
	Index   uint64             `json:"index"`
	At      int64              `json:"at"` // when the service stored it, Unix milliseconds
	Kind    envelope.EntryType `json:"kind"`
	Account wire.ID            `json:"account"`
	Name    string             `json:"name"` // from the agency's credential
	Content *Content           `json:"content,omitempty"`
	Readers []Reader           `json:"readers,omitempty"` // for entries that change who can read
	UpTo    uint64             `json:"up_to,omitempty"`   // ack; confirm: the question
	Card    wire.ID            `json:"card,omitzero"`     // reveal: the card that was opened
	Factor  int64              `json:"factor,omitempty"`  // when a second factor was given for it, Unix seconds
	Refused string             `json:"refused,omitempty"` // why the entry has no effect
	Unread  string             `json:"unread,omitempty"`  // why its content could not be opened

	Unproven    string  `json:"unproven,omitempty"`    // why its second factor is not to be believed
	StaffOnly   bool    `json:"staff_only,omitempty"`  // of the notes beside the thread: the assister's side never gets it
	Outcome     string  `json:"outcome,omitempty"`     // close: how it ended
	To          *Reader `json:"to,omitempty"`          // outreach: the assister written to
	Identifiers bool    `json:"identifiers,omitempty"` // msg: a consumer's identifiers are inside
	Sensitive   bool    `json:"sensitive,omitempty"`   // open: taking the thread needs a second factor
	OnBehalf    *Reader `json:"on_behalf,omitempty"`   // the broker for whom support staff wrote it
}

// Reader is somebody who can read: a fact of the keys.
type Reader struct {
	Kind string  `json:"kind"`
	ID   wire.ID `json:"id"`
	Name string  `json:"name"`
}

// Thread is a thread as this device has verified it.
type Thread struct {
	ID wire.ID

	feeding sync.Mutex // one feeder at a time
	mu      sync.Mutex
	state   *chain.Thread
	epochs
	events []Event
	news   chan struct{} // closed and replaced when events grow
	pin    pin
	sealed []sealedMessage
}

// pin is how far a thread was seen: the service may not show less later.
type pin struct {
	Next uint64        `json:"next"`
	Head envelope.Hash `json:"head"`
}

func (c *Client) thread(id wire.ID) (*Thread, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.threads[id]; t != nil {
		return t, nil
	}
	t := &Thread{ID: id, state: chain.NewThread(envelope.ID(id)), epochs: newEpochs(), news: make(chan struct{})}
	if err := loadJSON(c.vault, vaultPin+id.String(), &t.pin); err != nil && !errors.Is(err, ErrNothing) {
		return nil, err
	}
	c.threads[id] = t
	return t, nil
}

// State is where the thread stands.
func (t *Thread) State() chain.Thread {
	t.mu.Lock()
	defer t.mu.Unlock()
	return *t.state
}

// Events lists everything in the thread, in order.
func (t *Thread) Events() []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.events)
}

// News is closed when the thread has grown.
func (t *Thread) News() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.news
}

// errGap says that entries came ahead of those before them. That alone is no
// fault: the next read from the cursor brings both. If it does not, it is.
var errGap = errors.New("entries are missing in between")

// feed verifies entries in order and opens what can be opened. Entries already
// seen are skipped; a rewritten past raises the alarm.
func (c *Client) feed(ctx context.Context, t *Thread, entries []wire.Stored) error {
	t.feeding.Lock()
	defer t.feeding.Unlock()
	for _, s := range entries {
		state := t.State()
		if s.Index < state.Next {
			continue
		}
		if s.Index > state.Next {
			return errGap
		}
		if err := c.feedOne(ctx, t, s); err != nil {
			return err
		}
	}
	return c.savePin(t)
}

func (c *Client) feedOne(ctx context.Context, t *Thread, s wire.Stored) error {
	e := envelope.Entry{Head: s.Entry.Head, Sig: s.Entry.Sig, Body: s.Entry.Body}
	h, err := envelope.DecodeHead(e.Head)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	state := t.State()
	if err := c.catchUp(ctx, h, state); err != nil {
		return err
	}
	ev := Event{Index: s.Index, At: s.At, Kind: h.Type, Account: wire.ID(h.Acct), Name: c.nameOf(h.Acct)}
	after, _, err := state.Apply(e, c.book)
	if err != nil {
		if errors.Is(err, chain.ErrOrder) {
			return fmt.Errorf("%w: %w", ErrAlarm, err)
		}
		ev.Refused = err.Error()
		if after, err = state.Reject(e, c.book); err != nil {
			return fmt.Errorf("%w: %w", ErrAlarm, err)
		}
	}
	if t.pin.Next == after.Next && t.pin.Head != after.Head {
		return fmt.Errorf("%w: a thread's past was changed", ErrAlarm)
	}
	if ev.Refused == "" {
		c.open(t, h, e, s.Boxes, after, &ev)
		c.identify(h, after, &ev)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.events = after, append(t.events, ev)
	close(t.news)
	t.news = make(chan struct{})
	return nil
}

// catchUp makes sure that the view is at least as new as the one the entry was
// made under, that both are views of one log, and that the people are known.
func (c *Client) catchUp(ctx context.Context, h envelope.Head, state chain.Thread) error {
	// The people of the thread as they were when the entry was made: their devices
	// and keys stand in their own chains, which nobody tells us of.
	people := []envelope.ID{h.Acct, h.Account, h.Line, h.OnBehalf, state.Opener, state.Claimer, state.Line}
	if !c.knownAt(h.KTSize, people...) {
		if err := c.learn(ctx, people...); err != nil {
			return err
		}
	}
	return c.sameLog(ctx, h)
}

func (c *Client) viewSize() uint64 {
	c.learning.Lock()
	defer c.learning.Unlock()
	return c.log.View.Size
}

// sameLog checks the gossip in an entry: the checkpoint that its signer saw is
// of the same log that we see. A server that shows two logs is caught here.
func (c *Client) sameLog(ctx context.Context, h envelope.Head) error {
	c.learning.Lock()
	defer c.learning.Unlock()
	view := c.log.View
	if root, ok := c.seenRoots[h.KTSize]; ok {
		if root != h.KTRoot {
			return fmt.Errorf("%w: two key logs", ErrAlarm)
		}
		return nil
	}
	if h.KTSize > view.Size {
		return fmt.Errorf("%w: an entry was made under a key log that we are not shown", ErrAlarm)
	}
	proof := []envelope.Hash{}
	if h.KTSize < view.Size {
		a, err := c.askState(ctx, h.KTSize)
		if err != nil {
			return err
		}
		cp, err := c.verifier(a).Open([]byte(a.Checkpoint))
		if err != nil {
			return fmt.Errorf("%w: %w", ErrAlarm, err)
		}
		if cp.Size != view.Size { // the log grew meanwhile: its newest state must extend ours
			view.Size, view.Root = cp.Size, cp.Root
			if err := c.extends(ctx, cp); err != nil {
				return err
			}
		}
		proof = inHashes(a.Consistency)
	}
	if err := keylog.CheckConsistency(h.KTSize, h.KTRoot, view.Size, view.Root, proof); err != nil {
		return fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	if len(c.seenRoots) > 10_000 {
		clear(c.seenRoots)
	}
	c.seenRoots[h.KTSize] = h.KTRoot
	return nil
}

// extends checks that a newer checkpoint extends the pinned view.
func (c *Client) extends(ctx context.Context, cp keylog.Checkpoint) error {
	a, err := c.askState(ctx, c.log.View.Size)
	if err != nil {
		return err
	}
	if err := c.advance(a); err != nil {
		return err
	}
	if c.log.View.Size == cp.Size && c.log.View.Root != cp.Root || c.log.View.Size < cp.Size {
		return fmt.Errorf("%w: two key logs", ErrAlarm)
	}
	return nil
}

// open opens what an accepted entry lets us open, and says why where it cannot.
func (c *Client) open(t *Thread, h envelope.Head, e envelope.Entry, boxes []wire.Box, after *chain.Thread, ev *Event) {
	if h.Type.StartsEpoch() {
		k, err := envelope.DecodeKeys(envelope.PurposeEpoch, h.Keys)
		if err != nil {
			ev.Unread = err.Error()
			return
		}
		t.stmts[h.Epoch] = k
		s, err := c.openEpoch(k, boxes)
		if err == nil {
			t.keys[h.Epoch] = s
			t.handedOver(h.Epoch)
			c.reopen(t)
		}
		ev.Readers = c.readersOf(after.Roster)
	}
	switch h.Type {
	case envelope.EntryAck, envelope.EntryConfirm:
		ev.UpTo = h.UpTo
	case envelope.EntryReveal:
		ev.Card = wire.ID(h.Card)
	case envelope.EntryOutreach:
		ev.To = &Reader{string(envelope.KindAccount), wire.ID(h.Account), c.nameOf(h.Account)}
	case envelope.EntryClose:
		ev.Outcome = OutcomeName(h.Outcome)
	case envelope.EntryMessage:
		t.sealed = append(t.sealed, sealedMessage{h, e.Body, len(t.events)})
		ev.Content, ev.Unread = t.read(h, e.Body)
	}
}

// sealedMessage remembers a message that may become readable later.
type sealedMessage struct {
	head  envelope.Head
	body  []byte
	event int
}

// reopen reads again what could not be read before history was handed over.
func (c *Client) reopen(t *Thread) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.sealed {
		if m.event < len(t.events) && t.events[m.event].Content == nil {
			t.events[m.event].Content, t.events[m.event].Unread = t.read(m.head, m.body)
		}
	}
}

// nameOf is the name that the agency's credential gives an account.
func (c *Client) nameOf(acct envelope.ID) string {
	if cred, ok := c.book.Known(acct); ok {
		return cred.DisplayName
	}
	return "unknown"
}

// readersOf names everybody who can read an epoch.
func (c *Client) readersOf(roster []envelope.Recipient) []Reader {
	var out []Reader
	for _, r := range roster {
		name := ""
		switch r.Kind {
		case envelope.KindAccount:
			name = c.nameOf(r.ID)
		case envelope.KindLine, envelope.KindLead:
			if l, err := c.book.Line(r.ID); err == nil {
				name = l.Name
			}
		case envelope.KindCustodian:
			name = c.book.Agency().Name
		}
		out = append(out, Reader{string(r.Kind), wire.ID(r.ID), name})
	}
	return out
}

// Readers lists exactly who can read what is sent now.
func (c *Client) Readers(t *Thread) []Reader {
	state := t.State()
	return c.readersOf(state.Roster)
}

func (c *Client) savePin(t *Thread) error {
	state := t.State()
	if state.Next <= t.pin.Next {
		return nil
	}
	t.pin = pin{state.Next, state.Head}
	return saveJSON(c.vault, vaultPin+t.ID.String(), t.pin)
}

// Sync brings a thread up to date and returns it.
func (c *Client) Sync(ctx context.Context, id wire.ID) (*Thread, error) {
	t, err := c.thread(id)
	if err != nil {
		return nil, err
	}
	k, err := c.connect(ctx)
	if err != nil {
		return t, err
	}
	if err := c.syncOn(ctx, k, t, false, nil); err != nil {
		return t, err
	}
	if state := t.State(); state.Next < t.pin.Next {
		return t, fmt.Errorf("%w: the end of a thread is missing", ErrAlarm)
	}
	return t, nil
}

// syncOn reads a thread from its cursor on, and stays on it if live. Entries are
// taken in by the connection's reader and fed here, so a slow feed does not stop
// the socket.
func (c *Client) syncOn(ctx context.Context, k *conn, t *Thread, live bool, more func()) error {
	in := newInbox()
	k.subscribe(logKey{thread: t.ID}, in)
	defer k.unsubscribe(logKey{thread: t.ID}, in)
	for {
		if err := c.readUp(ctx, k, t, in, live); err != nil {
			return err
		}
		if !live {
			return nil
		}
		if more != nil {
			more()
		}
		if err := c.stayOn(ctx, k, t, in, more); !errors.Is(err, errGap) {
			return err
		}
	}
}

// readUp asks for everything from the cursor on and feeds it. What the service
// says it has sent must be there afterwards, without a gap.
func (c *Client) readUp(ctx context.Context, k *conn, t *Thread, in *inbox, live bool) error {
	wait, rid, err := k.start(ctx, func(rid uint32) wire.ClientFrame {
		return wire.Sync{RID: rid, Thread: t.ID, From: t.State().Next, Live: live}
	})
	if err != nil {
		return err
	}
	f, err := k.await(ctx, rid, wait)
	if err != nil {
		return err
	}
	// Entries sent live, to an earlier question, may have come in ahead of the
	// ones we asked for: they are out of order here and come again below.
	held := in.take()
	slices.SortStableFunc(held, func(a, b wire.Stored) int { return cmp.Compare(a.Index, b.Index) })
	if err := c.feed(ctx, t, held); err != nil && !errors.Is(err, errGap) {
		return err
	}
	if s, ok := f.(wire.Synced); !ok || t.State().Next < s.Next {
		return fmt.Errorf("%w: entry %d is missing", ErrAlarm, t.State().Next)
	}
	return nil
}

// stayOn feeds a followed thread until the connection or ctx ends.
func (c *Client) stayOn(ctx context.Context, k *conn, t *Thread, in *inbox, more func()) error {
	for {
		select {
		case <-in.ready:
			if err := c.feed(ctx, t, in.take()); err != nil {
				return err
			}
			if more != nil {
				more()
			}
		case <-k.done:
			return k.cause()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
