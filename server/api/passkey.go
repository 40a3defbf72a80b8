package api

import (
	"context"
	"net/http"

	"arcline/server/command"
	"arcline/server/wire"
)

func (a *API) passkeyRoutes() {
	a.open("POST /v1/session/begin", asked(a, func(_ *http.Request, in wire.BeginSignIn) (wire.PasskeyOptions, error) { return a.door.BeginSignIn(in) }))
	a.closed("POST /v1/stepup/begin", withBody(a, func(ctx context.Context, _ *http.Request, c command.Caller, in wire.BeginStepUp) (any, error) {
		return a.door.BeginStepUp(ctx, c, in)
	}))
	a.closed("POST /v1/passkeys/begin", func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		return a.door.BeginPasskey(r.Context(), c)
	})
	a.closed("POST /v1/passkeys", withBody(a, func(ctx context.Context, _ *http.Request, c command.Caller, in wire.NewPasskey) (any, error) {
		return nil, a.door.AddPasskey(ctx, c, in)
	}))
	a.closed("GET /v1/passkeys", func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		return a.door.Passkeys(r.Context(), c)
	})
	a.closed("DELETE /v1/passkeys/{passkey}", func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		id, err := wire.ParseID(r.PathValue("passkey"))
		if err != nil {
			return nil, wire.Refuse(wire.CodeNotFound).Because(err)
		}
		return nil, a.door.RemovePasskey(r.Context(), c, id)
	})
}
