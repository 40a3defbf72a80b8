package api

import (
	"net/http"

	"arcline/server/command"
	"arcline/server/wire"
)

// The handlers about who people are: the roster, sponsors, standing.

func (a *API) sponsorships(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return a.door.Sponsorships(r.Context(), c)
}

func (a *API) sponsor(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.Sponsor
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return nil, a.door.Sponsor(r.Context(), c, in)
}

func (a *API) compareRoster(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.RosterFile
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.CompareRoster(r.Context(), c, in)
}

func (a *API) importRoster(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.RosterFile
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.ImportRoster(r.Context(), c, in)
}

func (a *API) people(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	q := r.URL.Query()
	if q.Has("key") {
		return a.door.Person(r.Context(), c, q.Get("key"))
	}
	return a.door.People(r.Context(), c, q.Get("after"))
}

func (a *API) inactivate(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	id, err := wire.ParseID(r.PathValue("account"))
	if err != nil {
		return nil, wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return nil, a.door.Inactivate(r.Context(), c, id)
}
