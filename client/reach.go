package client

import (
	"context"

	"arcline/server/wire"
)

// Reach is how this person wants to hear that something came.
func (c *Client) Reach(ctx context.Context) (out wire.Reach, err error) {
	return out, c.authed(ctx, "GET", "/v1/reach", nil, &out)
}

// SetReach changes it.
func (c *Client) SetReach(ctx context.Context, in wire.Reach) error {
	return c.authed(ctx, "PUT", "/v1/reach", in, nil)
}

// SetPush names where this device is told by push; an empty address ends it.
func (c *Client) SetPush(ctx context.Context, endpoint string) error {
	return c.authed(ctx, "PUT", "/v1/push", wire.Push{Endpoint: endpoint}, nil)
}
