package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"

	"arcline/server/command"
	"arcline/server/openapi"
	"arcline/server/wire"
)

// handler answers a request that needs no session, member one of somebody who has
// signed in.
type (
	handler func(w http.ResponseWriter, r *http.Request) (any, error)
	member  func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error)
)

// endpoint is a handler and what it says of itself: the types of its bodies are
// those that it really reads and answers with.
type endpoint[H handler | member] struct {
	says openapi.Route
	do   H
}

// Describe lists every route of the service, and what goes over it.
func Describe() []openapi.Route {
	return New(nil, nil, Config{}, slog.New(slog.DiscardHandler)).said
}

// asked handles a request with a body and an answer.
func asked[In, Out any](a *API, do func(*http.Request, In) (Out, error)) endpoint[handler] {
	return endpoint[handler]{openapi.Route{In: reflect.TypeFor[In](), Out: reflect.TypeFor[Out]()}, func(w http.ResponseWriter, r *http.Request) (any, error) {
		var in In
		if err := a.body(w, r, &in); err != nil {
			return nil, err
		}
		return do(r, in)
	}}
}

// told handles a request with a body and no answer.
func told[In any](a *API, do func(*http.Request, In) error) endpoint[handler] {
	e := asked(a, func(r *http.Request, in In) (any, error) { return nil, do(r, in) })
	e.says.Out = nil
	return e
}

// proven is asked of a device that proves which one it is.
func proven[In, Out any](a *API, do func(*http.Request, command.Proof, In) (Out, error)) endpoint[handler] {
	e := asked(a, func(r *http.Request, in In) (Out, error) { return do(r, a.proof(r), in) })
	e.says.Proof = true
	return e
}

// shown handles a request without a body.
func shown[Out any](do func(*http.Request) (Out, error)) endpoint[handler] {
	return endpoint[handler]{openapi.Route{Out: reflect.TypeFor[Out]()}, func(_ http.ResponseWriter, r *http.Request) (any, error) { return do(r) }}
}

// askedBy is asked by somebody who has signed in; toldBy, shownTo, doneFor and
// doneTo are what they sound like.
func askedBy[In, Out any](a *API, do func(context.Context, command.Caller, In) (Out, error)) endpoint[member] {
	return endpoint[member]{openapi.Route{In: reflect.TypeFor[In](), Out: reflect.TypeFor[Out]()}, func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		var in In
		if err := a.body(w, r, &in); err != nil {
			return nil, err
		}
		return do(r.Context(), c, in)
	}}
}

func toldBy[In any](a *API, do func(context.Context, command.Caller, In) error) endpoint[member] {
	e := askedBy(a, func(ctx context.Context, c command.Caller, in In) (any, error) { return nil, do(ctx, c, in) })
	e.says.Out = nil
	return e
}

func shownTo[Out any](do func(context.Context, command.Caller) (Out, error)) endpoint[member] {
	return endpoint[member]{openapi.Route{Out: reflect.TypeFor[Out]()}, func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		return do(r.Context(), c)
	}}
}

// shownAt shows what the address names; toldAt takes a body for it, and askedAt
// answers, too.
func shownAt[Out any](name string, do func(context.Context, command.Caller, wire.ID) (Out, error)) endpoint[member] {
	return endpoint[member]{openapi.Route{Out: reflect.TypeFor[Out]()}, func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		id, err := named(r, name)
		if err != nil {
			return nil, err
		}
		return do(r.Context(), c, id)
	}}
}

func toldAt[In any](a *API, name string, do func(context.Context, command.Caller, wire.ID, In) error) endpoint[member] {
	e := askedAt(a, name, func(ctx context.Context, c command.Caller, id wire.ID, in In) (any, error) {
		return nil, do(ctx, c, id, in)
	})
	e.says.Out = nil
	return e
}

func askedAt[In, Out any](a *API, name string, do func(context.Context, command.Caller, wire.ID, In) (Out, error)) endpoint[member] {
	return endpoint[member]{openapi.Route{In: reflect.TypeFor[In](), Out: reflect.TypeFor[Out]()}, func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		id, err := named(r, name)
		if err != nil {
			return nil, err
		}
		var in In
		if err := a.body(w, r, &in); err != nil {
			return nil, err
		}
		return do(r.Context(), c, id, in)
	}}
}

func doneFor(do func(context.Context, command.Caller) error) endpoint[member] {
	return endpoint[member]{do: func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		return nil, do(r.Context(), c)
	}}
}

// doneTo does something to what the address names.
func doneTo(name string, do func(context.Context, command.Caller, wire.ID) error) endpoint[member] {
	return endpoint[member]{do: func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		id, err := named(r, name)
		if err != nil {
			return nil, err
		}
		return nil, do(r.Context(), c, id)
	}}
}

// named reads an id from the address.
func named(r *http.Request, name string) (wire.ID, error) {
	id, err := wire.ParseID(r.PathValue(name))
	if err != nil {
		return id, wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return id, nil
}
