package client

import (
	"context"
	"net/url"

	"arcline/crypto/envelope"
	"arcline/server/wire"
)

// What the registrar, agency administrators and leads ask about people.

// CompareRoster says what a roster would change; nothing is changed.
func (c *Client) CompareRoster(ctx context.Context, csv string) (out wire.RosterDifference, err error) {
	return out, c.authed(ctx, "POST", "/v1/roster/compare", wire.RosterFile{CSV: csv}, &out)
}

// ImportRoster puts a roster in force. With a problem in it nothing is changed.
func (c *Client) ImportRoster(ctx context.Context, f Factor, csv string) (out wire.RosterDifference, err error) {
	return out, c.withFactor(ctx, f, "POST", "/v1/roster", wire.RosterFile{CSV: csv}, &out)
}

// People lists everybody in the roster whom this person may see.
func (c *Client) People(ctx context.Context) (out []wire.PersonRow, err error) {
	after := ""
	for {
		var page wire.PeopleList
		if err := c.authed(ctx, "GET", "/v1/people?after="+url.QueryEscape(after), nil, &page); err != nil {
			return out, err
		}
		out = append(out, page.People...)
		if !page.More || len(page.People) == 0 {
			return out, nil
		}
		after = page.People[len(page.People)-1].Key
	}
}

// Inactivate bars a person at once; the next roster in which they are active
// lets them back.
func (c *Client) Inactivate(ctx context.Context, f Factor, who wire.ID) error {
	return c.withFactor(ctx, f, "POST", "/v1/people/"+who.String()+"/inactivate", nil, nil)
}

// Sponsorships lists the invitations that wait for this person's approval.
func (c *Client) Sponsorships(ctx context.Context) ([]wire.Sponsorship, error) {
	var out wire.SponsorshipList
	err := c.authed(ctx, "GET", "/v1/sponsorships", nil, &out)
	return out.Waiting, err
}

// Sponsor approves invitations or turns them down.
func (c *Client) Sponsor(ctx context.Context, f Factor, approve bool, locators ...wire.Hash) error {
	return c.withFactor(ctx, f, "POST", "/v1/sponsorships", wire.Sponsor{Locators: locators, Approve: approve}, nil)
}

// Invite registers invitations with the service, which learns digests only.
func (c *Client) Invite(ctx context.Context, f Factor, in ...wire.Invite) error {
	return c.withFactor(ctx, f, "POST", "/v1/invitations", wire.Invitations{Invitations: in}, nil)
}

// CredentialOf is a person's newest credential as the key log proves it, whether
// it is in force now, and the identity that it speaks about.
func (c *Client) CredentialOf(ctx context.Context, who wire.ID) (cred envelope.Credential, genesis envelope.Hash, inForce bool, err error) {
	if err := c.learn(ctx, envelope.ID(who)); err != nil {
		return cred, genesis, false, err
	}
	a, err := c.book.Account(envelope.ID(who))
	if err != nil {
		return cred, genesis, false, err
	}
	cred, known := c.book.Known(envelope.ID(who))
	if !known {
		return cred, a.Genesis, false, nil
	}
	return cred, a.Genesis, c.book.Agency().Holds(cred, newest, c.nowMillis()) == nil, nil
}
