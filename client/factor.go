package client

import (
	"context"

	"arcline/server/wire"
)

// Factor gives a fresh second factor for one act: whatever it gives is bound to
// that act on that object by this device, is good once and for five minutes.
type Factor interface {
	attest(ctx context.Context, c *Client, act, object string) (string, error)
}

// Code is the six digits of a person's authenticator app.
type Code string

func (f Code) attest(ctx context.Context, c *Client, act, object string) (string, error) {
	var a wire.Attestation
	err := c.authed(ctx, "POST", "/v1/stepup", wire.StepUp{Code: string(f), Act: act, Object: object}, &a)
	return a.Attestation, err
}

// Ask asks for the six digits only once they are needed, so that nobody is asked
// for an act that fails before.
type Ask func() (code string, err error)

func (f Ask) attest(ctx context.Context, c *Client, act, object string) (string, error) {
	code, err := f()
	if err != nil {
		return "", err
	}
	return Code(code).attest(ctx, c, act, object)
}

// StepUp gives a second factor for one act on one thread and returns the
// service's attestation.
func (c *Client) StepUp(ctx context.Context, code, act string, thread wire.ID) (string, error) {
	return Code(code).attest(ctx, c, act, thread.String())
}

// withFactor makes a request under a second factor that is bound to exactly it.
func (c *Client) withFactor(ctx context.Context, f Factor, method, path string, in, out any) error {
	body := []byte(nil)
	if in != nil {
		body = wire.EncodeBody(in)
	}
	attest := ""
	if f != nil {
		var err error
		if attest, err = f.attest(ctx, c, wire.ActOf(method, path), wire.ObjectOf(path, body)); err != nil {
			return err
		}
	}
	token, err := c.access(ctx)
	if err != nil {
		return err
	}
	return c.req.callWith(ctx, method, path, token, attest, body, out)
}
