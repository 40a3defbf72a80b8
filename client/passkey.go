package client

import (
	"context"

	"arcline/server/wire"
)

// Passkey answers what an authenticator is asked: options in, answer out, in the
// JSON forms of WebAuthn Level 3. A browser's is navigator.credentials.
type Passkey func(ctx context.Context, options string) (answer string, err error)

func (f Passkey) attest(ctx context.Context, c *Client, act, object string) (string, error) {
	var asked wire.PasskeyOptions
	if err := c.authed(ctx, "POST", "/v1/stepup/begin", wire.BeginStepUp{Act: act, Object: object}, &asked); err != nil {
		return "", err
	}
	answer, err := f(ctx, asked.Options)
	if err != nil {
		return "", err
	}
	var a wire.Attestation
	err = c.authed(ctx, "POST", "/v1/stepup", wire.StepUp{Act: act, Object: object, Passkey: answer}, &a)
	return a.Attestation, err
}

// SignInWithPasskey is SignIn with a passkey in the place of the six digits.
func (c *Client) SignInWithPasskey(ctx context.Context, password string, f Passkey) error {
	var asked wire.PasskeyOptions
	if err := c.req.call(ctx, "POST", "/v1/session/begin", "", wire.BeginSignIn{Name: c.me.Name, Device: wire.ID(c.me.Device)}, &asked); err != nil {
		return err
	}
	answer, err := f(ctx, asked.Options)
	if err != nil {
		return err
	}
	return c.signIn(ctx, wire.SignIn{Name: c.me.Name, Password: password, Passkey: answer, Device: wire.ID(c.me.Device)})
}

// AddPasskey adds a passkey, which makes answers to the service's options. f is a
// second factor that the person has already.
func (c *Client) AddPasskey(ctx context.Context, f Factor, name string, make Passkey) error {
	var asked wire.PasskeyOptions
	if err := c.withFactor(ctx, f, "POST", "/v1/passkeys/begin", nil, &asked); err != nil {
		return err
	}
	answer, err := make(ctx, asked.Options)
	if err != nil {
		return err
	}
	return c.authed(ctx, "POST", "/v1/passkeys", wire.NewPasskey{Name: name, Answer: answer}, nil)
}

// Passkeys lists this person's passkeys.
func (c *Client) Passkeys(ctx context.Context) ([]wire.PasskeyInfo, error) {
	var out wire.PasskeyList
	err := c.authed(ctx, "GET", "/v1/passkeys", nil, &out)
	return out.Passkeys, err
}

// RemovePasskey takes a passkey away.
func (c *Client) RemovePasskey(ctx context.Context, f Factor, id wire.ID) error {
	return c.withFactor(ctx, f, "DELETE", "/v1/passkeys/"+id.String(), nil, nil)
}
