package client

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/server/wire"
)

// News is what the agency tells its assisters, checked on this device.
type News struct {
	ID        wire.ID  `json:"id"`
	By        string   `json:"by"` // from the agency's credential
	From      int64    `json:"from"`
	Until     int64    `json:"until"` // Unix milliseconds
	Roles     []string `json:"roles"` // none: all assisters
	For       string   `json:"organization"`
	Title     string   `json:"title"`
	Text      string   `json:"text"`
	Read      bool     `json:"read"`
	Reads     int      `json:"reads"`
	Withdrawn bool     `json:"withdrawn"`
}

// Announce tells assisters something, signed by this person for the agency. Roles
// are in order and without repeats; it is no secret.
func (c *Client) Announce(ctx context.Context, f Factor, n News) (wire.ID, error) {
	if err := c.learn(ctx); err != nil {
		return wire.ID{}, err
	}
	m := c.maker()
	c.learning.Lock()
	view := c.log.View
	c.learning.Unlock()
	a := envelope.Announcement{Agency: c.book.Agency().ID, ID: envelope.ID(uuid.New()), Acct: m.Acct, Dev: m.Dev, KTSize: view.Size, KTRoot: view.Root,
		From: uint64(n.From), Until: uint64(n.Until), Roles: strings.Join(n.Roles, ","), Organization: n.For, Title: n.Title, Text: []byte(n.Text)}
	stmt := a.Encode()
	if _, err := envelope.DecodeAnnouncement(stmt); err != nil {
		return wire.ID{}, fmt.Errorf("the announcement: %w", err)
	}
	return wire.ID(a.ID), c.withFactor(ctx, f, "POST", "/v1/announcements", wire.Signed{Signed: stmt, Sig: m.Sign.Sign(key.SigAnnouncement, stmt)}, nil)
}

// Announcements lists what the agency tells this person, or, for whoever may speak
// for it, all of them. One that does not verify is an alarm: only the service can
// have put it there.
func (c *Client) Announcements(ctx context.Context) ([]News, error) {
	var list wire.AnnouncementList
	if err := c.authed(ctx, "GET", "/v1/announcements", nil, &list); err != nil {
		return nil, err
	}
	out := []News{}
	for _, x := range list.Announcements {
		a, err := envelope.DecodeAnnouncement(x.Signed)
		if err == nil {
			err = c.learn(ctx, a.Acct)
		}
		if err != nil {
			return out, err
		}
		if a, err = chain.CheckAnnouncement(x.Signed, x.Sig, c.book); err != nil {
			return out, fmt.Errorf("%w: %w", ErrAlarm, err)
		}
		n := News{ID: wire.ID(a.ID), By: c.nameOf(a.Acct), From: int64(a.From), Until: int64(a.Until), For: a.Organization, Title: a.Title, Text: string(a.Text),
			Read: x.Read, Reads: x.Reads, Withdrawn: x.Withdrawn}
		if a.Roles != "" {
			n.Roles = strings.Split(a.Roles, ",")
		}
		out = append(out, n)
	}
	return out, nil
}

// ReadNews notes that this person has read one.
func (c *Client) ReadNews(ctx context.Context, id wire.ID) error {
	return c.authed(ctx, "POST", "/v1/announcements/"+id.String()+"/read", nil, nil)
}

// WithdrawNews stops showing one.
func (c *Client) WithdrawNews(ctx context.Context, f Factor, id wire.ID) error {
	return c.withFactor(ctx, f, "POST", "/v1/announcements/"+id.String()+"/withdraw", nil, nil)
}

// Find looks for assisters whom a line can write to now, by NPN or Assister ID.
// Each is checked against the credential that the agency signed.
func (c *Client) Find(ctx context.Context, line wire.ID, numbers []string) (map[string]wire.ID, error) {
	var list wire.FoundList
	if err := c.authed(ctx, "POST", "/v1/lines/"+line.String()+"/find", wire.FindAsk{Numbers: numbers}, &list); err != nil {
		return nil, err
	}
	out := map[string]wire.ID{}
	for _, f := range list.Found {
		cred, _, _, err := c.CredentialOf(ctx, f.Account)
		if err != nil {
			return nil, err
		}
		if cred.NPN != f.Number && cred.AssisterID != f.Number && cred.AdminID != f.Number {
			return nil, fmt.Errorf("%w: the service names somebody else under the number %s", ErrAlarm, f.Number)
		}
		out[f.Number] = f.Account
	}
	return out, nil
}
