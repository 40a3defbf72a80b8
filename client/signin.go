package client

import (
	"context"

	"arcline/server/wire"
)

// Sessions lists the sign-ins of this device's person.
func (c *Client) Sessions(ctx context.Context) ([]wire.SessionInfo, error) {
	var out wire.SessionList
	err := c.authed(ctx, "GET", "/v1/sessions", nil, &out)
	return out.Sessions, err
}

// EndSession ends one of them, with everything that is open in it.
func (c *Client) EndSession(ctx context.Context, id wire.ID) error {
	return c.authed(ctx, "DELETE", "/v1/sessions/"+id.String(), nil, nil)
}

// SignOutPerson ends every sign-in of a person; it is a registrar's act.
func (c *Client) SignOutPerson(ctx context.Context, account wire.ID) error {
	return c.authed(ctx, "POST", "/v1/people/"+account.String()+"/sign-out", nil, nil)
}

// Authenticators lists everything this device's person could ever sign in with,
// oldest first.
func (c *Client) Authenticators(ctx context.Context) ([]wire.AuthenticatorInfo, error) {
	var out wire.AuthenticatorList
	err := c.authed(ctx, "GET", "/v1/authenticators", nil, &out)
	return out.Authenticators, err
}

// ChangePassword puts a new password in the place of the old one. Every other
// sign-in of the person ends.
func (c *Client) ChangePassword(ctx context.Context, f Factor, old, fresh string) error {
	return c.withFactor(ctx, f, "POST", "/v1/password", wire.ChangePassword{Old: old, New: fresh}, nil)
}

// OfferApp asks for the set-up of a new authenticator app. The old one works
// until ConfirmApp has brought the new one's first code.
func (c *Client) OfferApp(ctx context.Context, f Factor) (otpauth string, err error) {
	var out wire.AppOffer
	err = c.withFactor(ctx, f, "POST", "/v1/app", nil, &out)
	return out.OTPAuth, err
}

// ConfirmApp puts the new authenticator app in force. Every other sign-in of the
// person ends.
func (c *Client) ConfirmApp(ctx context.Context, code string) error {
	return c.authed(ctx, "POST", "/v1/app/confirm", wire.ConfirmApp{Code: code}, nil)
}

// RotateTokenKeys makes a new key for the service's access tokens; it is a
// registrar's act. In an emergency the old one is refused at once.
func (c *Client) RotateTokenKeys(ctx context.Context, f Factor, emergency bool) error {
	return c.withFactor(ctx, f, "POST", "/v1/token-keys", wire.RotateTokenKeys{Emergency: emergency}, nil)
}
