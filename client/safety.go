package client

import (
	"context"
	"fmt"

	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// Safety is what two people compare to be sure of each other: the same on both
// sides, and of no use to anybody else.
type Safety struct {
	Account wire.ID `json:"account"`
	Name    string  `json:"name"`   // by the agency's credential
	Number  string  `json:"number"` // twelve groups of five digits
	QR      string  `json:"qr"`     // text for a QR code: both identities
}

// Safety makes the safety number with another account.
func (c *Client) Safety(ctx context.Context, account wire.ID) (Safety, error) {
	if err := c.learn(ctx, envelope.ID(account)); err != nil {
		return Safety{}, err
	}
	them, err := c.book.Account(envelope.ID(account))
	if err != nil {
		return Safety{}, &Error{Problem: problem(wire.CodeNotFound)}
	}
	mine, err := c.book.Account(c.me.Account)
	if err != nil {
		return Safety{}, err
	}
	a, b := fmt.Sprintf("%X", mine.Genesis), fmt.Sprintf("%X", them.Genesis)
	return Safety{Account: account, Name: c.nameOf(envelope.ID(account)), Number: seal.SafetyNumber(mine.Genesis, them.Genesis, c.me.Agency),
		QR: "ARCLINE SAFETY 1 " + min(a, b) + " " + max(a, b)}, nil
}

// KeyLog reads a page of the whole key log, for roles that audit it. Nothing of
// the answer is verified here: client/auditor does that.
func (c *Client) KeyLog(ctx context.Context, from uint64) (p wire.LogPage, err error) {
	return p, c.authed(ctx, "GET", fmt.Sprintf("/v1/log?from=%d", from), nil, &p)
}

// Trust is what this device was set up to believe: the agency, the text of its
// root key, and the verifier key of its key log.
func (c *Client) Trust() (agency envelope.ID, root, logKey string) {
	return c.me.Agency, c.me.Root, c.me.LogKey
}

// View is the state of the key log that this device has pinned.
func (c *Client) View() (size uint64, root envelope.Hash) {
	c.learning.Lock()
	defer c.learning.Unlock()
	return c.log.View.Size, c.log.View.Root
}

// Person is who an account is by the newest credential this device has
// verified; ok is false where it has seen none.
func (c *Client) Person(account wire.ID) (p Person, ok bool) {
	cred, ok := c.book.Known(envelope.ID(account))
	return Person{Account: account, Name: cred.DisplayName, Role: cred.Role}, ok
}
