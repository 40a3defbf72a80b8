package command

import (
	"context"
	"time"

	"arcline/server/account"
	"arcline/server/hub"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// CompareRoster says what a roster would change; nothing is changed.
func (d *Door) CompareRoster(ctx context.Context, c Caller, in wire.RosterFile) (wire.RosterDifference, error) {
	if err := d.ask(ctx, c, "POST /v1/roster/compare", nothing); err != nil {
		return wire.RosterDifference{}, err
	}
	return d.people.CompareRoster(ctx, in.CSV, d.now())
}

// ImportRoster puts a roster in force. Whoever loses access by it loses it on
// open sockets too: they are told to look at their standing.
func (d *Door) ImportRoster(ctx context.Context, c Caller, in wire.RosterFile) (wire.RosterDifference, error) {
	now := d.now()
	out, accounts, err := d.people.ImportRoster(ctx, d.actor(c, "POST /v1/roster", now), in.CSV, false, now)
	d.tellChanged(err, accounts...)
	return out, outcome(err)
}

// TakeRoster does at once what a newer roster in the service's folder takes
// away; what it gives waits for the registrar. A job asks for it.
func (d *Door) TakeRoster(ctx context.Context, csv string) (wire.RosterDifference, error) {
	out, accounts, err := d.people.ImportRoster(ctx, account.Actor{From: "roster folder"}, csv, true, d.now())
	d.tellChanged(err, accounts...)
	return out, outcome(err)
}

func (d *Door) tellChanged(err error, accounts ...store.ID) {
	if err != nil {
		return
	}
	for _, id := range accounts {
		d.hub.Notify(hub.Topic{Kind: hub.AccountTopic, ID: id})
	}
}

// People lists the roster: all of it, or what concerns the caller.
func (d *Door) People(ctx context.Context, c Caller, after string) (out wire.PeopleList, err error) {
	var who account.Standing
	err = d.ask(ctx, c, "GET /v1/people", func(_ *table.Tx, st account.Standing, _ time.Time) error { who = st; return nil })
	if err != nil {
		return out, err
	}
	return d.people.People(ctx, who, after, d.now())
}

// Person is the row of one person, with how many threads they take part in:
// whoever is about to shut somebody out is told what that ends.
func (d *Door) Person(ctx context.Context, c Caller, key string) (out wire.PeopleList, err error) {
	var who account.Standing
	err = d.ask(ctx, c, "GET /v1/people", func(_ *table.Tx, st account.Standing, _ time.Time) error { who = st; return nil })
	if err != nil {
		return out, err
	}
	if out, err = d.people.Person(ctx, who, key, d.now()); err != nil || len(out.People) == 0 || out.People[0].Account == nil {
		return out, err
	}
	n, err := d.threads.Unfinished(ctx, store.ID(*out.People[0].Account))
	out.People[0].Threads = &n
	return out, err
}

// Inactivate bars a person at once.
func (d *Door) Inactivate(ctx context.Context, c Caller, who wire.ID) error {
	const act = "POST /v1/people/{account}/inactivate"
	now := d.now()
	var me account.Standing
	if err := d.ask(ctx, c, act, func(_ *table.Tx, st account.Standing, _ time.Time) error { me = st; return nil }); err != nil {
		return err
	}
	err := d.people.Inactivate(ctx, d.actor(c, act, now), store.ID(who), me, now)
	d.tellChanged(err, store.ID(who))
	return outcome(err)
}

// Sponsorships lists the invitations that wait for the caller.
func (d *Door) Sponsorships(ctx context.Context, c Caller) (out wire.SponsorshipList, err error) {
	err = d.ask(ctx, c, "GET /v1/sponsorships", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.people.Sponsorships(tx, st.Account, now)
		return err
	})
	return out, err
}

// Sponsor approves invitations or turns them down.
func (d *Door) Sponsor(ctx context.Context, c Caller, in wire.Sponsor) error {
	now := d.now()
	return outcome(d.people.Sponsor(ctx, d.actor(c, "POST /v1/sponsorships", now), in, now))
}
