package client

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// SealRun seals messages to stand one after another at the end of a thread,
// without sending them: for tools that measure the service and must not measure
// the sealing. They are good as long as nobody else writes into the thread.
func (c *Client) SealRun(ctx context.Context, thread wire.ID, messages []Content) ([]wire.Append, error) {
	t, err := c.Sync(ctx, thread)
	if err != nil {
		return nil, err
	}
	state := t.State()
	tk, ok := t.keyOf(state.Epoch)
	if !ok {
		return nil, seal.ErrNotForMe
	}
	at := c.place(t, state.Epoch, item{})
	out := make([]wire.Append, len(messages))
	for i, m := range messages {
		plain, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		e, err := seal.Message(c.maker(), tk, at, 0, plain)
		if err != nil {
			return nil, err
		}
		out[i] = wire.Append{RID: uint32(i + 1), Thread: thread, ID: wire.ID(uuid.New()), Kind: wire.Kind(envelope.EntryMessage),
			Entry: wire.Entry{Head: e.Head, Sig: e.Sig, Body: e.Body}}
		at.Index, at.Prev = at.Index+1, e.Hash()
	}
	return out, nil
}

// SealClaim seals a claim of a waiting thread without sending it, for the same
// tools: a race is only one if both sides are ready before it starts.
func (c *Client) SealClaim(ctx context.Context, thread wire.ID) (wire.Append, error) {
	t, err := c.Sync(ctx, thread)
	if err != nil {
		return wire.Append{}, err
	}
	e, boxes, err := c.sealEpoch(t, item{Thread: thread}, envelope.EntryClaim)
	return wire.Append{RID: 1, Thread: thread, ID: wire.ID(uuid.New()), Kind: wire.KindClaim,
		Entry: wire.Entry{Head: e.Head, Sig: e.Sig}, Boxes: wireBoxes(boxes)}, err
}

// SealNotes seals the first entry of a note log beside a thread, for a line and
// a holder of the caller's choosing, without sending it: for the same tools.
func (c *Client) SealNotes(ctx context.Context, thread, line, holder wire.ID) (wire.Append, error) {
	l := &notes{thread: thread, state: chain.NewNotes(envelope.ID(uuid.New())), epochs: newEpochs()}
	e, boxes, err := c.sealNotes(ctx, l, envelope.ID(line), envelope.ID(holder))
	return wire.Append{RID: 1, Thread: thread, ID: wire.ID(uuid.New()), Kind: wire.KindNotes,
		Entry: wire.Entry{Head: e.Head, Sig: e.Sig}, Boxes: wireBoxes(boxes)}, err
}

// Ticket asks for a ticket for one socket, for tools that speak frames themselves.
func (c *Client) Ticket(ctx context.Context) (string, error) {
	var t wire.Ticket
	err := c.authed(ctx, "POST", "/v1/ticket", nil, &t)
	return t.Ticket, err
}
