package api

import (
	"net/http"

	"arcline/server/command"
	"arcline/server/wire"
)

// signInRoutes are about sign-ins and what people sign in with.
func (a *API) signInRoutes() {
	a.closed("GET /v1/sessions", a.sessions)
	a.closed("DELETE /v1/sessions/{session}", a.endSession)
	a.closed("POST /v1/people/{account}/sign-out", a.signOutPerson)
	a.closed("GET /v1/authenticators", a.authenticators)
	a.closed("POST /v1/password", a.changePassword)
	a.closed("POST /v1/app", a.offerApp)
	a.closed("POST /v1/app/confirm", a.confirmApp)
	a.closed("POST /v1/token-keys", a.rotateTokenKeys)
	a.passkeyRoutes()
}

func (a *API) sessions(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return a.door.Sessions(r.Context(), c)
}

func (a *API) endSession(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	id, err := wire.ParseID(r.PathValue("session"))
	if err != nil {
		return nil, wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return nil, a.door.EndSession(r.Context(), c, id)
}

func (a *API) signOutPerson(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	id, err := wire.ParseID(r.PathValue("account"))
	if err != nil {
		return nil, wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return nil, a.door.SignOutPerson(r.Context(), c, id)
}

func (a *API) authenticators(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return a.door.Authenticators(r.Context(), c)
}

func (a *API) changePassword(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.ChangePassword
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return nil, a.door.ChangePassword(r.Context(), c, in)
}

func (a *API) offerApp(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return a.door.OfferApp(r.Context(), c)
}

func (a *API) confirmApp(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.ConfirmApp
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return nil, a.door.ConfirmApp(r.Context(), c, in)
}

func (a *API) rotateTokenKeys(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.RotateTokenKeys
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return nil, a.door.RotateTokenKeys(r.Context(), c, in)
}
