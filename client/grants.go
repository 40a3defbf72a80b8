package client

import (
	"context"
	"fmt"

	"arcline/crypto/envelope"
	"arcline/server/wire"
)

// Grants that end: people who were put on a line for a time.

// endGrants takes off a line that we lead whoever has no credential for it any
// more: their grant has ended, and with the new key so has what they could open.
// Nobody is asked for a second factor: it gives nothing to anybody.
func (c *Client) endGrants(ctx context.Context, id envelope.ID) error {
	x, err := c.book.Line(id)
	if err != nil {
		return err
	}
	if !x.Admin(c.me.Account, newest) {
		return nil
	}
	if _, err := c.lineKey(x); err != nil {
		return nil // another lead's device has to do it
	}
	for _, who := range x.Members(newest) {
		if who == c.me.Account || c.staffOn(who, id) {
			continue
		}
		err := c.RemoveMember(ctx, nil, wire.ID(id), wire.ID(who))
		// Another lead's device was faster, or it is no grant that ended.
		if err != nil && !IsCode(err, wire.CodeConflict) && !IsCode(err, wire.CodeStepUp) {
			return fmt.Errorf("end a grant: %w", err)
		}
	}
	return nil
}

// staffOn reports whether somebody's credential in force names a line.
func (c *Client) staffOn(who, line envelope.ID) bool {
	cred, err := c.book.Credential(who, newest, c.nowMillis())
	if err != nil {
		return false
	}
	for _, l := range cred.Lines {
		if l == line {
			return true
		}
	}
	return false
}

// BringBack takes a thread from somebody who cannot go on with it, for the lead of
// its line, and gives it back to the line with its history. It keeps its place. The
// leads' key, which every epoch of a claimed thread is sealed to, makes it possible
// (policy lineEscrow), and who can read is shown at each step.
func (c *Client) BringBack(ctx context.Context, thread wire.ID) (Receipt, error) {
	me := wire.ID(c.me.Account)
	if _, err := c.Offer(ctx, thread, me); err != nil {
		return Receipt{}, fmt.Errorf("name a successor: %w", err)
	}
	if _, err := c.Transfer(ctx, thread, me); err != nil {
		return Receipt{}, fmt.Errorf("take the thread: %w", err)
	}
	return c.Release(ctx, thread, wire.ID{}, true)
}

// Holder is somebody who was ever handed a line's key, as the key log proves it.
type Holder struct {
	Account      wire.ID `json:"account"`
	Name         string  `json:"name"`
	Role         string  `json:"role"`
	Organization string  `json:"organization"` // department, as the agency certified it last
	From         uint64  `json:"from"`         // leaf of the key log
	Until        uint64  `json:"until,omitempty"`
	Now          bool    `json:"now"`
}

// Holders lists everybody who ever held a line's key. The list is made from the
// verified log, not from what the service says: nobody can be left out of it.
func (c *Client) Holders(ctx context.Context, line wire.ID) ([]Holder, error) {
	if err := c.learn(ctx, envelope.ID(line)); err != nil {
		return nil, err
	}
	x, err := c.book.Line(envelope.ID(line))
	if err != nil {
		return nil, err
	}
	var out []Holder
	for _, h := range x.Held() {
		if err := c.learn(ctx, h.Account); err != nil {
			return nil, err
		}
		cred, _ := c.book.Known(h.Account)
		one := Holder{Account: wire.ID(h.Account), Name: cred.DisplayName, Role: cred.Role, Organization: cred.Organization, From: h.From, Now: h.Now}
		if !h.Now {
			one.Until = h.Until
		}
		out = append(out, one)
	}
	return out, nil
}

// LineKey is the number of a line's newest key.
func (c *Client) LineKey(ctx context.Context, line wire.ID) (uint32, error) {
	if err := c.learn(ctx, envelope.ID(line)); err != nil {
		return 0, err
	}
	x, err := c.book.Line(envelope.ID(line))
	if err != nil {
		return 0, err
	}
	g, _ := x.Generation(newest)
	return g.Gen, nil
}
