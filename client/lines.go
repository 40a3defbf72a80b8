package client

import (
	"context"
	"fmt"
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

const newest = ^uint64(0)

// AuditBoxes looks at every line this person works on and makes a new key
// wherever the present one is sealed to somebody who should no longer have it,
// or where there is none yet. The service is not trusted to ask for it.
func (c *Client) AuditBoxes(ctx context.Context) error {
	lines, err := c.Lines(ctx)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := c.learnPeople(ctx, envelope.ID(l.Line)); err != nil {
			return err
		}
		if err := c.endGrants(ctx, envelope.ID(l.Line)); err != nil {
			return err
		}
		for _, p := range []envelope.Purpose{envelope.PurposeLine, envelope.PurposeLead} {
			if err := c.rotateIfStale(ctx, envelope.ID(l.Line), p); err != nil {
				return err
			}
		}
	}
	return nil
}

// learnPeople learns the newest keys of everybody on a line that this person
// works on: their changes stand in their own chains and not in the line's.
func (c *Client) learnPeople(ctx context.Context, id envelope.ID) error {
	x, err := c.book.Line(id)
	if err != nil {
		return err
	}
	if !x.Admin(c.me.Account, newest) && !x.Member(c.me.Account, newest) {
		return nil
	}
	return c.learn(ctx, slices.Concat(x.Members(newest), x.Admins(newest))...)
}

func (c *Client) rotateIfStale(ctx context.Context, id envelope.ID, p envelope.Purpose) error {
	x, err := c.book.Line(id)
	if err != nil {
		return err
	}
	admin := x.Admin(c.me.Account, newest)
	_, hasKey := x.Generation(newest)
	if !admin && (p == envelope.PurposeLead || !hasKey || !x.Member(c.me.Account, newest)) {
		return nil
	}
	stale, err := x.Stale(newest, p, c.book)
	if err != nil || !stale {
		return err
	}
	who := x.Members(newest)
	secrets, g := c.secrets.Line, chain.Generation{}
	if p == envelope.PurposeLead {
		who, secrets = x.Admins(newest), c.secrets.Lead
		g, _ = x.LeadGeneration(newest)
	} else {
		g, _ = x.Generation(newest)
		if !hasKey {
			who = x.Admins(newest)
		}
	}
	var cur *seal.Secret
	if b, ok := secrets[idKey(id)][g.Gen]; ok {
		s := seal.SecretFrom(b)
		cur = &s
	} else if g.Gen > 0 {
		return nil // somebody who has the present key must do it
	}
	s, _, boxes, err := seal.LineRotate(x, p, c.at(), c.maker(), cur, who, c.book)
	if err != nil {
		return fmt.Errorf("make a new key for a line: %w", err)
	}
	return c.PostLink(ctx, s, boxes, nil, nil)
}

// AddMembers puts people on a line that we lead, under one second factor. The
// agency's credential must name the line: that wall is not ours to open.
func (c *Client) AddMembers(ctx context.Context, f Factor, line wire.ID, who ...wire.ID) error {
	id := envelope.ID(line)
	for _, w := range who {
		if err := c.learn(ctx, id, envelope.ID(w)); err != nil {
			return err
		}
	}
	x, err := c.book.Line(id)
	if err != nil {
		return err
	}
	cur, err := c.lineKey(x)
	if err != nil {
		return err
	}
	var in []wire.AppendLink
	for _, w := range who {
		if x.Member(envelope.ID(w), newest) {
			continue
		}
		s, boxes, err := seal.LineAdd(x, c.at(), c.maker(), cur, envelope.ID(w), c.book)
		if err != nil {
			return err
		}
		// The next statement stands on this one; where in the log they will
		// stand is not known yet, and any place after the newest will do.
		if x, err = x.Apply(s, c.viewSize()+uint64(len(in)), c.book); err != nil {
			return err
		}
		in = append(in, wire.AppendLink{Link: wireLink(s), Boxes: wireBoxes(boxes)})
	}
	if len(in) == 0 {
		return nil
	}
	return c.PostLinks(ctx, in, f)
}

// RemoveMember takes a person off a line that we lead; the line's key changes
// in the same statement.
func (c *Client) RemoveMember(ctx context.Context, f Factor, line, who wire.ID) error {
	id := envelope.ID(line)
	if err := c.learn(ctx, id, envelope.ID(who)); err != nil {
		return err
	}
	x, err := c.book.Line(id)
	if err != nil {
		return err
	}
	cur, err := c.lineKey(x)
	if err != nil {
		return err
	}
	s, _, boxes, err := seal.LineRemove(x, c.at(), c.maker(), cur, envelope.ID(who), c.book)
	if err != nil {
		return err
	}
	return c.PostLink(ctx, s, boxes, nil, f)
}

func (c *Client) lineKey(x *chain.Line) (seal.Secret, error) {
	g, ok := x.Generation(newest)
	if !ok {
		return seal.Secret{}, fmt.Errorf("%w: the line has no key yet", chain.ErrUnknown)
	}
	b, ok := c.secrets.Line[idKey(x.ID)][g.Gen]
	if !ok {
		return seal.Secret{}, seal.ErrNotForMe
	}
	return seal.SecretFrom(b), nil
}

// Person is somebody as the agency certifies them.
type Person struct {
	Account wire.ID `json:"account"`
	Name    string  `json:"name"`
	Role    string  `json:"role"`
	Lead    bool    `json:"lead"`
}

// Members lists the people on a line.
func (c *Client) Members(ctx context.Context, line wire.ID) ([]Person, error) {
	if err := c.learn(ctx, envelope.ID(line)); err != nil {
		return nil, err
	}
	x, err := c.book.Line(envelope.ID(line))
	if err != nil {
		return nil, err
	}
	var out []Person
	for _, id := range x.Members(newest) {
		cred, _ := c.book.Known(id)
		out = append(out, Person{wire.ID(id), cred.DisplayName, cred.Role, slices.Contains(x.Admins(newest), id)})
	}
	return out, nil
}

// Agency is the verified state of the agency's chain and the size of the newest
// checkpoint, for the registrar's tool.
func (c *Client) Agency(ctx context.Context) (*chain.Agency, error) {
	err := c.learn(ctx)
	return c.book.Agency(), err
}

// LineExists reports whether a line has been founded.
func (c *Client) LineExists(ctx context.Context, line wire.ID) (bool, error) {
	if err := c.learn(ctx, envelope.ID(line)); err != nil {
		return false, err
	}
	_, err := c.book.Line(envelope.ID(line))
	return err == nil, nil
}
