package api

import (
	"net/http"

	"arcline/server/command"
	"arcline/server/wire"
)

// routes are about the service itself, signing in, letters and enrolment.
func (a *API) routes() {
	a.open("GET /healthz", shown(func(*http.Request) (wire.Health, error) { return wire.Health{OK: true}, nil }))
	a.open("GET /v1/about", shown(func(*http.Request) (wire.About, error) { return a.door.About(), nil }))
	a.open("GET /v1/build", shown(func(r *http.Request) (wire.Build, error) { return a.door.Build(r.Context()) }))
	a.open("GET /v1/socket", a.socket())
	a.open("POST /v1/session", proven(a, func(r *http.Request, p command.Proof, in wire.SignIn) (wire.Tokens, error) {
		return a.door.SignIn(r.Context(), in, p, a.from(r))
	}))
	a.open("POST /v1/session/refresh", proven(a, func(r *http.Request, p command.Proof, in wire.Refresh) (wire.Tokens, error) {
		return a.door.Refresh(r.Context(), in, p, a.from(r))
	}))
	a.open("POST /v1/letter", asked(a, func(r *http.Request, in wire.LetterQuery) (wire.LetterAnswer, error) {
		return a.door.Letter(r.Context(), in)
	}))
	a.open("POST /v1/enroll", asked(a, func(r *http.Request, in wire.Enroll) (wire.Enrolled, error) {
		return a.door.Enroll(r.Context(), in, a.from(r))
	}))
	a.open("POST /v1/enroll/confirm", told(a, func(r *http.Request, in wire.Confirm) error { return a.door.Confirm(r.Context(), in, a.from(r)) }))
	a.open("POST /v1/bootstrap", asked(a, func(r *http.Request, in wire.Bootstrap) (wire.Enrolled, error) {
		return a.door.Bootstrap(r.Context(), in, a.from(r))
	}))
	a.closed("DELETE /v1/session", doneFor(a.door.SignOut))
	a.closed("POST /v1/ticket", shownTo(a.door.Ticket))
	a.closed("POST /v1/stepup", askedBy(a, a.door.StepUp))
	a.closed("POST /v1/directory", askedBy(a, a.door.Directory))
	a.closed("POST /v1/links", askedBy(a, a.door.AppendLinks))
	a.closed("GET /v1/log", a.keyLog())
	a.closed("GET /v1/lines", shownTo(a.door.Lines))
	a.closed("GET /v1/drafts", shownTo(a.door.Drafts))
	a.closed("PUT /v1/drafts", toldBy(a, a.door.KeepDraft))
	a.closed("PUT /v1/files/{thread}/{file}", a.putBytes("file", wire.MaxFile, a.door.PutFile))
	a.closed("GET /v1/files/{thread}/{file}", a.getBytes("file", a.door.GetFile))
}

// deskRoutes are about how the lines answer, and threads as work.
func (a *API) deskRoutes() {
	a.closed("GET /v1/desks", shownTo(a.door.Desks))
	a.closed("GET /v1/threads/{thread}/history", shownAt("thread", a.door.History))
	a.closed("POST /v1/threads/{thread}/wait", toldAt(a, "thread", a.door.Wait))
	a.closed("POST /v1/threads/{thread}/urgent", toldAt(a, "thread", a.door.Urgent))
	a.closed("POST /v1/threads/{thread}/review", toldAt(a, "thread", a.door.Review))
	a.closed("POST /v1/threads/{thread}/suggest", toldAt(a, "thread", a.door.Suggest))
	a.closed("POST /v1/threads/{thread}/link", toldAt(a, "thread", a.door.Link))
	a.closed("POST /v1/threads/{thread}/call/act", toldAt(a, "thread", a.door.MoveCall))
	a.closed("POST /v1/threads/{thread}/number", shownAt("thread", a.door.Number))
	a.closed("PUT /v1/cards/{thread}/{card}", a.putBytes("card", wire.MaxCard, a.door.PutCard))
	a.closed("GET /v1/cards/{thread}/{card}", a.getBytes("card", a.door.GetCard))
	a.closed("GET /v1/announcements", shownTo(a.door.Announcements))
	a.closed("POST /v1/announcements", toldBy(a, a.door.Announce))
	a.closed("POST /v1/announcements/{announcement}/read", doneTo("announcement", a.door.ReadAnnouncement))
	a.closed("POST /v1/announcements/{announcement}/withdraw", doneTo("announcement", a.door.WithdrawAnnouncement))
	a.closed("POST /v1/lines/{line}/find", askedAt(a, "line", a.door.Find))
	a.closed("GET /v1/reach", shownTo(a.door.Reach))
	a.closed("PUT /v1/reach", toldBy(a, a.door.SetReach))
	a.closed("PUT /v1/push", toldBy(a, a.door.SetPush))
	a.closed("GET /v1/shift", shownTo(a.door.Shift))
	a.closed("PUT /v1/shift", toldBy(a, a.door.SetShift))
	a.closed("GET /v1/lines/{line}/staff", shownAt("line", a.door.Staff))
	a.closed("POST /v1/lines/{line}/skills", toldAt(a, "line", a.door.SetSkills))
	a.closed("GET /v1/lines/{line}/replies", shownAt("line", a.door.Replies))
	a.closed("PUT /v1/lines/{line}/replies", toldAt(a, "line", a.door.KeepReply))
	a.closed("GET /v1/lines/{line}/board", shownAt("line", a.door.Board))
	a.closed("GET /v1/lines/{line}/report", a.report())
	a.closed("GET /v1/lines/{line}/rows", a.rows())
	a.closed("POST /v1/plan", askedBy(a, a.door.Plan))
}

// peopleRoutes are about who people are: the roster, sponsors, standing.
func (a *API) peopleRoutes() {
	a.closed("POST /v1/invitations", toldBy(a, a.door.Invite))
	a.closed("GET /v1/enrolments", shownTo(a.door.Pending))
	a.closed("GET /v1/sponsorships", shownTo(a.door.Sponsorships))
	a.closed("POST /v1/sponsorships", toldBy(a, a.door.Sponsor))
	a.closed("POST /v1/roster/compare", askedBy(a, a.door.CompareRoster))
	a.closed("POST /v1/roster", askedBy(a, a.door.ImportRoster))
	a.closed("GET /v1/people", a.people())
	a.closed("POST /v1/people/{account}/inactivate", doneTo("account", a.door.Inactivate))
}

// signInRoutes are about sign-ins and what people sign in with.
func (a *API) signInRoutes() {
	a.closed("GET /v1/sessions", shownTo(a.door.Sessions))
	a.closed("DELETE /v1/sessions/{session}", doneTo("session", a.door.EndSession))
	a.closed("POST /v1/people/{account}/sign-out", doneTo("account", a.door.SignOutPerson))
	a.closed("GET /v1/authenticators", shownTo(a.door.Authenticators))
	a.closed("POST /v1/password", toldBy(a, a.door.ChangePassword))
	a.closed("POST /v1/app", shownTo(a.door.OfferApp))
	a.closed("POST /v1/app/confirm", toldBy(a, a.door.ConfirmApp))
	a.closed("POST /v1/token-keys", toldBy(a, a.door.RotateTokenKeys))
	a.open("POST /v1/session/begin", asked(a, func(_ *http.Request, in wire.BeginSignIn) (wire.PasskeyOptions, error) { return a.door.BeginSignIn(in) }))
	a.closed("POST /v1/stepup/begin", askedBy(a, a.door.BeginStepUp))
	a.closed("POST /v1/passkeys/begin", shownTo(a.door.BeginPasskey))
	a.closed("POST /v1/passkeys", toldBy(a, a.door.AddPasskey))
	a.closed("GET /v1/passkeys", shownTo(a.door.Passkeys))
	a.closed("DELETE /v1/passkeys/{passkey}", doneTo("passkey", a.door.RemovePasskey))
}

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
	a.closed("GET /v1/officers", shownTo(a.door.Officers))
	a.closed("POST /v1/pairings/look", askedBy(a, a.door.LookAtPair))
	a.closed("POST /v1/pairings/welcome", toldBy(a, a.door.WelcomePair))
	a.closed("POST /v1/pairings/refuse", toldBy(a, a.door.RefusePair))
	a.closed("POST /v1/reissues", toldBy(a, a.door.StartReissue))
	a.closed("GET /v1/reissues", shownTo(a.door.Reissues))
	a.closed("POST /v1/reissues/{reissue}/release", a.releaseShare())
	a.closed("POST /v1/reissues/{reissue}/cancel", doneTo("reissue", a.door.CancelReissue))
}
