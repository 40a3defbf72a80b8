package command

import (
	"context"
	"errors"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/account"
	"arcline/server/session"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

const (
	actStartReissue = "POST /v1/reissues"
	actRelease      = "POST /v1/reissues/{reissue}/release"
	actCancel       = "POST /v1/reissues/{reissue}/cancel"
)

// OfferPair leaves a new device's keys for its person's old device.
func (d *Door) OfferPair(in wire.PairOffer, from string) error {
	if !d.sessions.AllowStranger(from, d.now()) {
		return wire.Refuse(wire.CodeRate)
	}
	return d.people.Offer(in, from, d.now())
}

// AnswerPair tells the new device what was left for it.
func (d *Door) AnswerPair(in wire.PairAsk) (wire.PairAnswer, error) {
	return d.people.Answer(in.Locator, d.now())
}

// AcceptPair leaves the new device's signature for the old one.
func (d *Door) AcceptPair(in wire.PairAccept) error { return d.people.Accept(in, d.now()) }

// LookAtPair tells an old device what a new one has left.
func (d *Door) LookAtPair(ctx context.Context, c Caller, in wire.PairAsk) (wire.PairSeen, error) {
	if err := d.ask(ctx, c, "POST /v1/pairings/look", nothing); err != nil {
		return wire.PairSeen{}, err
	}
	return d.people.LookAtOffer(in.Locator, d.now())
}

// WelcomePair leaves an old device's answer.
func (d *Door) WelcomePair(ctx context.Context, c Caller, in wire.PairWelcome) error {
	if err := d.ask(ctx, c, "POST /v1/pairings/welcome", nothing); err != nil {
		return err
	}
	return d.people.Welcome(in, d.now())
}

// RefusePair ends a pairing that an old device's person does not want.
func (d *Door) RefusePair(ctx context.Context, c Caller, in wire.PairAsk) error {
	if err := d.ask(ctx, c, "POST /v1/pairings/refuse", nothing); err != nil {
		return err
	}
	return d.people.Refuse(in.Locator, d.now())
}

// Officers says who can hold a share of the caller's account, and who does.
func (d *Door) Officers(ctx context.Context, c Caller) (wire.Officers, error) {
	if err := d.ask(ctx, c, "GET /v1/officers", nothing); err != nil {
		return wire.Officers{}, err
	}
	return d.people.Officers(ctx, c.Grip.Account)
}

// RecoveryLetter hands out the letter of a recovery code to whoever has the code.
func (d *Door) RecoveryLetter(ctx context.Context, q wire.LetterQuery, from string) (wire.LetterAnswer, error) {
	if !d.sessions.AllowStranger(from, d.now()) {
		return wire.LetterAnswer{}, wire.Refuse(wire.CodeRate)
	}
	out, err := d.people.RecoveryLetter(ctx, q)
	return out, outcome(err)
}

// Recover answers what a recovery code needs to be used, to somebody who knows
// the password and has the second factor.
func (d *Door) Recover(ctx context.Context, in wire.Recover, from string) (wire.Recovery, error) {
	acct, grant, err := d.sessions.Recover(ctx, in, from, d.now())
	if err != nil {
		return wire.Recovery{}, outcome(err)
	}
	out, err := d.people.RecoveryOf(ctx, acct)
	out.Grant = grant
	return out, outcome(err)
}

// FinishRecovery adds the device that was granted.
func (d *Door) FinishRecovery(ctx context.Context, in wire.FinishRecovery, from string) (wire.LinksAppended, error) {
	now := d.now()
	acct, keys, err := d.sessions.Granted(in.Grant, now)
	if err != nil {
		return wire.LinksAppended{}, err
	}
	device, err := deviceOf(in.Links)
	if err == nil && session.KeysDigest(device) != keys {
		err = wire.Refuse(wire.CodeRefused).Because(errors.New("another device than was granted"))
	}
	if err != nil {
		return wire.LinksAppended{}, err
	}
	by := account.Actor{Account: acct, Device: store.ID(device.Device), From: from}
	logged, err := d.people.BringBack(ctx, by, acct, device, envelope.ID{}, in.Links, nil, now)
	return d.broughtBack(ctx, logged, err)
}

// deviceOf is the device that the first of some statements adds.
func deviceOf(in []wire.AppendLink) (envelope.DeviceKeys, error) {
	if len(in) == 0 {
		return envelope.DeviceKeys{}, wire.Refuse(wire.CodeMalformed)
	}
	l, err := envelope.DecodeLink(in[0].Link.Link)
	if err != nil {
		return envelope.DeviceKeys{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	b, err := envelope.DecodeDeviceAdd(l.Body)
	if err != nil {
		return envelope.DeviceKeys{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	return b.Device, nil
}

// broughtBack tells whom it concerns what was logged, all of it or less.
func (d *Door) broughtBack(ctx context.Context, logged []account.Logged, err error) (wire.LinksAppended, error) {
	out := wire.LinksAppended{Appended: []wire.Appended{}}
	for _, l := range logged {
		d.tellLogged(l)
		out.Appended = append(out.Appended, wire.Appended{Leaf: l.Leaf, Size: l.Size})
	}
	if err != nil && len(logged) > 0 {
		// The device is in the account and the rest is not: it must not be thrown away.
		return out, wire.Refuse(wire.CodeUnknownOutcome).Because(err)
	}
	if err != nil || len(logged) == 0 {
		return out, outcome(err)
	}
	return out, outcome(d.people.Show(ctx, logged[len(logged)-1].Size))
}

// StartReissue begins to bring back an account whose person has lost everything.
func (d *Door) StartReissue(ctx context.Context, c Caller, in wire.StartReissue) error {
	now := d.now()
	_, err := d.people.StartReissue(ctx, d.actor(c, actStartReissue, now), in, now)
	d.tellStanding(store.ID(in.Account))
	return outcome(err)
}

// Reissues lists the re-issues to officers and auditors.
func (d *Door) Reissues(ctx context.Context, c Caller) (out wire.ReissueList, err error) {
	now := d.now()
	err = d.ask(ctx, c, "GET /v1/reissues", func(tx *table.Tx, st account.Standing, _ time.Time) error {
		out, err = d.people.Reissues(tx, c.Grip.Account, wire.Role(st.Role) == wire.RoleRegistrar, now)
		return err
	})
	return out, err
}

// ReleaseShare takes an officer's share for a new device.
func (d *Door) ReleaseShare(ctx context.Context, c Caller, id wire.ID, in wire.ReleaseShare) error {
	now := d.now()
	_, err := d.people.ReleaseShare(ctx, d.actor(c, actRelease, now), store.ID(id), in, now)
	if err == nil {
		d.showLater(ctx)
	}
	return outcome(err)
}

// CancelReissue ends a re-issue.
func (d *Door) CancelReissue(ctx context.Context, c Caller, id wire.ID) error {
	now := d.now()
	return outcome(d.people.CancelReissue(ctx, d.actor(c, actCancel, now), store.ID(id), now))
}

// OfferReissue takes the new device and the new password of a re-issue, and
// answers with its authenticator app.
func (d *Door) OfferReissue(ctx context.Context, in wire.ReissueOffer, from string) (wire.Enrolled, error) {
	now := d.now()
	if _, err := envelope.DecodeDeviceKeys(in.Device); err != nil {
		return wire.Enrolled{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	acct, login, err := d.people.LoginOfReissue(ctx, in.Locator, now)
	if err != nil {
		return wire.Enrolled{}, outcome(err)
	}
	auth, address, err := d.sessions.NewAuthenticator(ctx, acct, login, in.Password)
	if err != nil {
		return wire.Enrolled{}, err
	}
	err = d.people.OfferReissue(ctx, in, auth, from, now)
	return wire.Enrolled{Account: wire.ID(acct), Name: login, OTPAuth: address}, outcome(err)
}

// CollectReissue tells the new device how far it is; with a code it confirms the
// new authenticator app.
func (d *Door) CollectReissue(ctx context.Context, in wire.ReissueCollect) (wire.ReissueState, error) {
	now := d.now()
	if in.Code != "" {
		acct, _, err := d.people.LoginOfReissue(ctx, in.Locator, now)
		if err == nil {
			err = d.people.ReissueAuth(ctx, in.Locator, now, d.sessions.ConfirmNew(acct, in.Code, now))
		}
		if err != nil {
			return wire.ReissueState{}, outcome(err)
		}
	}
	return d.people.StateOfReissue(ctx, in.Locator, now)
}

// FinishReissue adds the new device and puts the new authenticators in force.
func (d *Door) FinishReissue(ctx context.Context, in wire.FinishReissue, from string) (wire.LinksAppended, error) {
	now := d.now()
	swap := func(tx *table.Tx, acct store.ID, a store.Authenticator) error {
		return d.sessions.Replace(tx, acct, a, account.Actor{Account: acct, From: from}, now)
	}
	_, logged, err := d.people.FinishReissue(ctx, from, in, swap, now)
	return d.broughtBack(ctx, logged, err)
}
