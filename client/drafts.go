package client

import (
	"context"
	"errors"
	"fmt"

	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// Draft is what this person began and did not send, on whichever device.
type Draft struct {
	Thread wire.ID `json:"thread"`         // zero: the thread that does not exist yet
	Note   bool    `json:"note,omitempty"` // of the staff's notes beside the thread
	Text   string  `json:"text"`
}

// ErrDraft is wrapped when a draft was kept that this device cannot open: by a
// program that lies, or under a generation that it was not handed.
var ErrDraft = errors.New("a draft cannot be opened on this device")

func draftName(d wire.Draft) string {
	if d.Note {
		return "draft/" + d.Thread.String() + "/note"
	}
	return "draft/" + d.Thread.String()
}

// Drafts lists what this person began and did not send.
func (c *Client) Drafts(ctx context.Context) ([]Draft, error) {
	kept, err := c.draftRows(ctx)
	if err != nil {
		return nil, err
	}
	var out []Draft
	for _, d := range kept {
		if len(d.Sealed) == 0 {
			continue
		}
		text, err := c.openDraft(d)
		if err != nil {
			return nil, fmt.Errorf("the draft of %s: %w", d.Thread, err)
		}
		if text != "" {
			out = append(out, Draft{Thread: d.Thread, Note: d.Note, Text: text})
		}
	}
	return out, nil
}

func (c *Client) draftRows(ctx context.Context) ([]wire.Draft, error) {
	if err := c.learn(ctx); err != nil {
		return nil, err
	}
	var kept wire.DraftList
	err := c.authed(ctx, "GET", "/v1/drafts", nil, &kept)
	return kept.Drafts, err
}

func (c *Client) openDraft(d wire.Draft) (string, error) {
	seed, have := c.secrets.Account[d.Gen]
	if !have {
		return "", ErrDraft
	}
	padded, err := vault.Open(seal.SecretFrom(seed).DraftsKey(), draftName(d), d.Version, d.Sealed)
	if err != nil {
		return "", errors.Join(ErrDraft, err)
	}
	text, err := envelope.Unpad(padded)
	if err != nil {
		return "", errors.Join(ErrDraft, err)
	}
	return string(text), nil
}

// KeepDraft keeps a draft for this person's other devices, in the place of the
// one before; without text it is thrown away.
func (c *Client) KeepDraft(ctx context.Context, d Draft) error {
	kept, err := c.draftRows(ctx)
	if err != nil {
		return err
	}
	next := wire.Draft{Thread: d.Thread, Note: d.Note, Version: 1}
	for _, k := range kept {
		if k.Thread == d.Thread && k.Note == d.Note {
			next.Version = k.Version + 1
		}
	}
	me, err := c.book.Account(c.me.Account)
	if err != nil {
		return fmt.Errorf("keep a draft: %w", err)
	}
	g, ok := me.Generation(newest)
	seed, have := c.secrets.Account[g.Gen]
	if !ok || !have {
		return fmt.Errorf("keep a draft: %w", ErrDraft)
	}
	next.Gen = g.Gen
	if d.Text != "" {
		next.Sealed = vault.Seal(seal.SecretFrom(seed).DraftsKey(), draftName(next), next.Version, envelope.Pad([]byte(d.Text)))
	}
	return c.authed(ctx, "PUT", "/v1/drafts", next, nil)
}
