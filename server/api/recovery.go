package api

import (
	"context"
	"net/http"

	"arcline/server/command"
	"arcline/server/wire"
)

// recoveryRoutes are about devices, and about coming back without one. The open
// ones are for a device that nobody knows yet: what they ask for is a secret
// that a person carried over, or password and second factor.
func (a *API) recoveryRoutes() {
	a.open("POST /v1/pairings", told(a, func(r *http.Request, in wire.PairOffer) error { return a.door.OfferPair(in, a.from(r)) }))
	a.open("POST /v1/pairings/answer", asked(a, func(_ *http.Request, in wire.PairAsk) (wire.PairAnswer, error) { return a.door.AnswerPair(in) }))
	a.open("POST /v1/pairings/accept", told(a, func(_ *http.Request, in wire.PairAccept) error { return a.door.AcceptPair(in) }))
	a.open("POST /v1/recovery/letter", asked(a, func(r *http.Request, in wire.LetterQuery) (wire.LetterAnswer, error) {
		return a.door.RecoveryLetter(r.Context(), in, a.from(r))
	}))
	a.open("POST /v1/recovery", asked(a, func(r *http.Request, in wire.Recover) (wire.Recovery, error) {
		return a.door.Recover(r.Context(), in, a.from(r))
	}))
	a.open("POST /v1/recovery/finish", asked(a, func(r *http.Request, in wire.FinishRecovery) (wire.LinksAppended, error) {
		return a.door.FinishRecovery(r.Context(), in, a.from(r))
	}))
	a.open("POST /v1/reissue/offer", asked(a, func(r *http.Request, in wire.ReissueOffer) (wire.Enrolled, error) {
		return a.door.OfferReissue(r.Context(), in, a.from(r))
	}))
	a.open("POST /v1/reissue/collect", asked(a, func(r *http.Request, in wire.ReissueCollect) (wire.ReissueState, error) {
		return a.door.CollectReissue(r.Context(), in)
	}))
	a.open("POST /v1/reissue/finish", asked(a, func(r *http.Request, in wire.FinishReissue) (wire.LinksAppended, error) {
		return a.door.FinishReissue(r.Context(), in, a.from(r))
	}))
	a.closed("GET /v1/officers", func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		return a.door.Officers(r.Context(), c)
	})
	a.closed("POST /v1/pairings/look", withBody(a, func(ctx context.Context, _ *http.Request, c command.Caller, in wire.PairAsk) (any, error) {
		return a.door.LookAtPair(ctx, c, in)
	}))
	a.closed("POST /v1/pairings/welcome", withBody(a, func(ctx context.Context, _ *http.Request, c command.Caller, in wire.PairWelcome) (any, error) {
		return nil, a.door.WelcomePair(ctx, c, in)
	}))
	a.closed("POST /v1/pairings/refuse", withBody(a, func(ctx context.Context, _ *http.Request, c command.Caller, in wire.PairAsk) (any, error) {
		return nil, a.door.RefusePair(ctx, c, in)
	}))
	a.reissueRoutes()
}

// reissueRoutes are the officers' side of a re-issue.
func (a *API) reissueRoutes() {
	a.closed("POST /v1/reissues", withBody(a, func(ctx context.Context, _ *http.Request, c command.Caller, in wire.StartReissue) (any, error) {
		return nil, a.door.StartReissue(ctx, c, in)
	}))
	a.closed("GET /v1/reissues", func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		return a.door.Reissues(r.Context(), c)
	})
	a.closed("POST /v1/reissues/{reissue}/release", withBody(a, func(ctx context.Context, r *http.Request, c command.Caller, in wire.ReleaseShare) (any, error) {
		id, err := wire.ParseID(r.PathValue("reissue"))
		if err != nil {
			return nil, wire.Refuse(wire.CodeNotFound).Because(err)
		}
		return nil, a.door.ReleaseShare(ctx, c, id, in)
	}))
	a.closed("POST /v1/reissues/{reissue}/cancel", func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		id, err := wire.ParseID(r.PathValue("reissue"))
		if err != nil {
			return nil, wire.Refuse(wire.CodeNotFound).Because(err)
		}
		return nil, a.door.CancelReissue(r.Context(), c, id)
	})
}

// asked handles a request with a body and an answer.
func asked[In, Out any](a *API, do func(*http.Request, In) (Out, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) (any, error) {
		var in In
		if err := a.body(w, r, &in); err != nil {
			return nil, err
		}
		return do(r, in)
	}
}

// told handles a request with a body and no answer.
func told[In any](a *API, do func(*http.Request, In) error) handler {
	return asked(a, func(r *http.Request, in In) (any, error) { return nil, do(r, in) })
}

// withBody is asked for signed-in people.
func withBody[In any](a *API, do func(context.Context, *http.Request, command.Caller, In) (any, error)) func(http.ResponseWriter, *http.Request, command.Caller) (any, error) {
	return func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		var in In
		if err := a.body(w, r, &in); err != nil {
			return nil, err
		}
		return do(r.Context(), r, c, in)
	}
}
