package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"arcline/crypto/envelope"
	"arcline/server/wire"
)

// OpenThread writes to a line. Nobody needs to be there: whoever is on the line,
// now or later, can read it until somebody claims it.
func (c *Client) OpenThread(ctx context.Context, line wire.ID, m Content) (Receipt, error) {
	return c.OpenWith(ctx, nil, Opening{Line: line}, m)
}

// Outreach begins a thread of a line with an assister, and writes to them in it:
// staff of the line only, and only to somebody whom the line serves. It is theirs
// both from the beginning. A thread that was begun is not begun a second time,
// however often the outbox has to try.
func (c *Client) Outreach(ctx context.Context, line, account wire.ID, m Content) (Receipt, error) {
	return c.SplitOff(ctx, nil, line, account, m)
}

// SplitOff is Outreach that is split from another thread of the same person, to
// which the new one stays tied.
func (c *Client) SplitOff(ctx context.Context, from *wire.ID, line, account wire.ID, m Content) (Receipt, error) {
	var told *wire.Told
	if m.Topic != "" || from != nil {
		told = &wire.Told{Topic: m.Topic, From: from}
	}
	return c.put(ctx, item{Told: told, Kind: envelope.EntryOutreach, Thread: wire.ID(uuid.New()), Open: wire.ID(uuid.New()), Line: line, Account: account, Content: &m})
}

// Send writes a message into a thread.
func (c *Client) Send(ctx context.Context, thread wire.ID, m Content) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryMessage, Thread: thread, Content: &m})
}

// SendWithFactor is SendUnder with the six digits at hand.
func (c *Client) SendWithFactor(ctx context.Context, thread wire.ID, m Content, code string) (Receipt, error) {
	return c.SendUnder(ctx, Code(code), thread, m)
}

// SendUnder is Send under a fresh second factor, whose age readers see.
func (c *Client) SendUnder(ctx context.Context, f Factor, thread wire.ID, m Content) (Receipt, error) {
	return c.putWith(ctx, f, item{Kind: envelope.EntryMessage, Thread: thread, Content: &m})
}

// Claim takes a waiting thread: from now on its keys are the assister's and ours.
func (c *Client) Claim(ctx context.Context, thread wire.ID) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryClaim, Thread: thread})
}

// Release gives a thread back to a line, with or without its history.
func (c *Client) Release(ctx context.Context, thread, line wire.ID, history bool) (Receipt, error) {
	if line.IsZero() {
		t, err := c.Sync(ctx, thread)
		if err != nil {
			return Receipt{}, err
		}
		line = wire.ID(t.State().Line)
	}
	return c.put(ctx, item{Kind: envelope.EntryRequeue, Thread: thread, Line: line, History: history})
}

// Rekey seals a thread anew for the same people.
func (c *Client) Rekey(ctx context.Context, thread wire.ID) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryRekey, Thread: thread})
}

// Offer names a successor for a claimed thread.
func (c *Client) Offer(ctx context.Context, thread, successor wire.ID) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryOffer, Thread: thread, Account: successor})
}

// Transfer hands a thread to the successor that was offered.
func (c *Client) Transfer(ctx context.Context, thread, successor wire.ID) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryTransfer, Thread: thread, Account: successor})
}

// Ack says how far we have read.
func (c *Client) Ack(ctx context.Context, thread wire.ID, upTo uint64) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryAck, Thread: thread, UpTo: upTo})
}

// MarkRead acknowledges everything that others have written into a thread, if
// that was not done before. Acknowledgements are not acknowledged.
func (c *Client) MarkRead(ctx context.Context, t *Thread) error {
	state := t.State()
	if c.me.Account != state.Opener && c.me.Account != state.Claimer {
		return nil
	}
	var last, done uint64
	for _, ev := range t.Events() {
		switch {
		case ev.Kind == envelope.EntryAck && envelope.ID(ev.Account) == c.me.Account:
			done = max(done, ev.UpTo)
		case ev.Kind != envelope.EntryAck && envelope.ID(ev.Account) != c.me.Account:
			last = ev.Index
		}
	}
	if last <= done {
		return nil
	}
	_, err := c.Ack(ctx, t.ID, last)
	return err
}

// CloseThread ends a claimed thread and says how it ended. A message opens it
// again.
func (c *Client) CloseThread(ctx context.Context, thread wire.ID, o envelope.Outcome) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryClose, Thread: thread, Outcome: o})
}

// Outcomes are the words for how a thread ended, in the order of their numbers.
var Outcomes = []string{"", "answered", "no-answer-needed", "duplicate", "not-for-this-line", "solved-another-way"}

// OutcomeName is an outcome in one word; empty where nobody said.
func OutcomeName(o envelope.Outcome) string { return Outcomes[o] }

// ParseOutcome reads the word for an outcome; the empty one is none.
func ParseOutcome(word string) (envelope.Outcome, error) {
	i := slices.Index(Outcomes, word)
	if i < 0 {
		return 0, fmt.Errorf("no outcome is called %q: one of %s", word, strings.Join(Outcomes[1:], ", "))
	}
	return envelope.Outcome(i), nil
}

// Threads lists our own threads, or, given a line we work on, the line's.
func (c *Client) Threads(ctx context.Context, line *wire.ID) ([]wire.Summary, error) {
	k, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	f, err := k.call(ctx, func(rid uint32) wire.ClientFrame { return wire.List{RID: rid, Line: line} })
	if err != nil {
		return nil, err
	}
	t, ok := f.(wire.Threads)
	if !ok {
		return nil, ErrAlarm
	}
	return t.Threads, nil
}

// Watch calls fn with a list as it is and whenever it changes, until ctx ends.
// It survives lost connections.
func (c *Client) Watch(ctx context.Context, line *wire.ID, fn func(wire.Threads)) error {
	return c.persist(ctx, func(k *conn) error {
		wait, rid, err := k.start(ctx, func(rid uint32) wire.ClientFrame {
			k.onList(rid, fn)
			return wire.List{RID: rid, Line: line, Live: true}
		})
		if err != nil {
			return err
		}
		f, err := k.await(ctx, rid, wait)
		if err != nil {
			return err
		}
		if t, ok := f.(wire.Threads); ok {
			fn(t)
		}
		select {
		case <-k.done:
			return k.cause()
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// Follow keeps a thread up to date until ctx ends, over lost connections and
// restarts of the service, and calls fn after each change. It is the same read
// from a cursor on a good day and on a bad one.
func (c *Client) Follow(ctx context.Context, id wire.ID, fn func(*Thread)) error {
	t, err := c.thread(id)
	if err != nil {
		return err
	}
	return c.persist(ctx, func(k *conn) error {
		return c.syncOn(ctx, k, t, true, func() {
			if fn != nil {
				fn(t)
			}
		})
	})
}

// maxWait bounds the pause between tries to reach a lost service.
const maxWait = 5 * time.Second

// persist runs fn on a live connection, again and again as connections are lost.
func (c *Client) persist(ctx context.Context, fn func(*conn) error) error {
	wait := firstWait
	for {
		k, err := c.connect(ctx)
		if err == nil {
			wait = firstWait
			err = fn(k)
		}
		var e *Error
		retry := errors.Is(err, ErrOffline) || errors.As(err, &e) && !final(err, &e) && e.Code != wire.CodeSignIn && e.Code != wire.CodeExpired
		if !retry || errors.Is(err, ErrAlarm) || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
		wait = min(2*wait, maxWait)
	}
}

// Lines lists the lines by the names that the agency signed. Without a
// connection it lists those this device knows.
func (c *Client) Lines(ctx context.Context) ([]wire.LineInfo, error) {
	var out wire.LineList
	err := c.authed(ctx, "GET", "/v1/lines", nil, &out)
	if known := c.book.Lines(); errors.Is(err, ErrOffline) && len(known) > 0 {
		for _, l := range known {
			out.Lines = append(out.Lines, wire.LineInfo{Line: wire.ID(l.ID), Name: l.Name})
		}
		return out.Lines, nil
	}
	if err != nil {
		return nil, err
	}
	for i, l := range out.Lines {
		if err := c.learn(ctx, envelope.ID(l.Line)); err != nil {
			return nil, err
		}
		state, err := c.book.Line(envelope.ID(l.Line))
		if err != nil {
			return nil, err
		}
		out.Lines[i].Name = state.Name
	}
	return out.Lines, nil
}
