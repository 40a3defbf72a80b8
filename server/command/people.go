package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/account"
	"arcline/server/hub"
	"arcline/server/session"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Proof is a request's proof that the caller's device made it.
type Proof = session.Proof

// SignIn starts a session.
func (d *Door) SignIn(ctx context.Context, in wire.SignIn, p Proof, from string) (wire.Tokens, error) {
	t, ended, err := d.sessions.SignIn(ctx, in, p, from, d.now())
	if ended {
		d.tellStanding(store.ID(t.Account))
	}
	return t, outcome(err)
}

// Refresh goes on with a session.
func (d *Door) Refresh(ctx context.Context, in wire.Refresh, p Proof, from string) (wire.Tokens, error) {
	t, err := d.sessions.Refresh(ctx, in, p, from, d.now())
	if err != nil && t.Account != (wire.ID{}) { // the session was ended: so are its sockets
		d.hub.Notify(hub.Topic{Kind: hub.AccountTopic, ID: store.ID(t.Account)})
	}
	return t, outcome(err)
}

// Authorize turns an access token and its proof into a caller, for one act.
func (d *Door) Authorize(ctx context.Context, access string, p Proof, act, from string) (Caller, error) {
	g, err := d.sessions.Authorize(ctx, access, p, wire.Act{Name: act}, d.now())
	if err != nil {
		return Caller{}, err
	}
	a, err := allow(act, g.Role)
	if err == nil && !a.Passive {
		d.sessions.Touch(g, d.now())
	}
	return Caller{Grip: g, From: from}, err
}

// SignOut ends the caller's session, its open sockets included.
func (d *Door) SignOut(ctx context.Context, c Caller) error {
	err := d.sessions.End(ctx, c.Grip, "signed out", c.From, d.now())
	d.hub.Notify(hub.Topic{Kind: hub.AccountTopic, ID: c.Grip.Account})
	return outcome(err)
}

// Ticket makes a ticket for one socket.
func (d *Door) Ticket(ctx context.Context, c Caller) (wire.Ticket, error) {
	if err := d.ask(ctx, c, "POST /v1/ticket", nothing); err != nil {
		return wire.Ticket{}, err
	}
	return wire.Ticket{Ticket: d.sessions.Ticket(c.Grip, d.now())}, nil
}

// UseTicket turns a ticket into a caller, once, if the session still stands.
func (d *Door) UseTicket(ctx context.Context, ticket, from string) (Caller, error) {
	g, err := d.sessions.UseTicket(ticket, d.now())
	if err != nil {
		return Caller{}, err
	}
	c := Caller{Grip: g, From: from}
	_, err = d.Alive(ctx, c)
	return c, err
}

// StepUp attests a fresh second factor.
func (d *Door) StepUp(ctx context.Context, c Caller, in wire.StepUp) (wire.Attestation, error) {
	a, err := d.sessions.StepUp(ctx, c.Grip, in, c.From, d.now())
	return a, outcome(err)
}

// Enroll starts an account under an invitation.
func (d *Door) Enroll(ctx context.Context, in wire.Enroll, from string) (wire.Enrolled, error) {
	l, err := envelope.DecodeLink(in.Genesis.Link)
	if err != nil {
		return wire.Enrolled{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	now := d.now()
	name, err := d.people.InvitedName(ctx, in.Locator, now)
	if err != nil {
		return wire.Enrolled{}, err
	}
	auth, address, err := d.sessions.NewAuthenticator(ctx, store.ID(l.Chain), name, in.Password)
	if err != nil {
		return wire.Enrolled{}, err
	}
	acct, err := d.people.Enroll(ctx, from, in, auth, now)
	if err != nil {
		return wire.Enrolled{}, outcome(err)
	}
	d.showLater(ctx)
	return wire.Enrolled{Account: wire.ID(acct.ID), Name: acct.Login, OTPAuth: address}, nil
}

// Confirm proves that the second factor was set up.
func (d *Door) Confirm(ctx context.Context, in wire.Confirm, from string) error {
	return outcome(d.sessions.Confirm(ctx, in, from, d.now()))
}

// Bootstrap makes the agency and its first registrar on an empty service.
func (d *Door) Bootstrap(ctx context.Context, in wire.Bootstrap, from string) (wire.Enrolled, error) {
	l, err := envelope.DecodeLink(in.Enroll.Genesis.Link)
	if err != nil {
		return wire.Enrolled{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	now := d.now()
	auth, address, err := d.sessions.NewAuthenticator(ctx, store.ID(l.Chain), d.people.FirstLogin(in, now), in.Enroll.Password)
	if err != nil {
		return wire.Enrolled{}, err
	}
	acct, err := d.people.Bootstrap(ctx, from, in, auth, now)
	if err == nil {
		d.showLater(ctx)
	}
	return wire.Enrolled{Account: wire.ID(acct.ID), Name: acct.Login, OTPAuth: address}, outcome(err)
}

// Invite stores invitations.
func (d *Door) Invite(ctx context.Context, c Caller, in wire.Invitations) error {
	now := d.now()
	return outcome(d.people.Invite(ctx, d.actor(c, "POST /v1/invitations", now), in.Invitations, now))
}

// Letter hands out the letter of an invitation to whoever has its code.
func (d *Door) Letter(ctx context.Context, q wire.LetterQuery) (wire.LetterAnswer, error) {
	out, err := d.people.Letter(ctx, q, d.now())
	return out, outcome(err)
}

// Pending lists the enrolments that wait for the registrar.
func (d *Door) Pending(ctx context.Context, c Caller) (wire.PendingList, error) {
	if err := d.ask(ctx, c, "GET /v1/enrolments", nothing); err != nil {
		return wire.PendingList{}, err
	}
	return d.people.Pending(ctx)
}

const actLinks = "POST /v1/links"

// AppendLinks logs statements of chains, one after the other, and tells those
// they concern. Who may make one is said by its own signature; who may bring it,
// and with which second factor, by its row in the permission table. A second
// factor is given for the whole list and used up by the first that needs it.
func (d *Door) AppendLinks(ctx context.Context, c Caller, in wire.AppendLinks) (out wire.LinksAppended, err error) {
	out.Appended = []wire.Appended{}
	if len(in.Links) == 0 || len(in.Links) > wire.MaxLinks {
		return out, wire.Refuse(wire.CodeMalformed).Because(fmt.Errorf("%d statements", len(in.Links)))
	}
	given := false
	for _, l := range in.Links {
		logged, err := d.appendLink(ctx, c, l, &given)
		if err != nil {
			return out, outcome(err)
		}
		d.tellLogged(logged)
		out.Appended = append(out.Appended, wire.Appended{Leaf: logged.Leaf, Size: logged.Size})
	}
	// They are on disk. Clients see them when enough witnesses have; their being
	// away is an error to the caller, and loses nothing.
	return out, outcome(d.people.Show(ctx, out.Appended[len(in.Links)-1].Size))
}

// appendLink logs one statement of a list. given says whether the list's second
// factor was used up before.
func (d *Door) appendLink(ctx context.Context, c Caller, in wire.AppendLink, given *bool) (account.Logged, error) {
	now := d.now()
	by := d.actor(c, actLinks, now)
	l, err := envelope.DecodeLink(in.Link.Link)
	if err != nil { // what cannot be read is refused after the caller was asked
		return account.Logged{}, errors.Join(d.ask(ctx, c, actLinks, nothing), wire.Refuse(wire.CodeMalformed).Because(err))
	}
	act, err := allow("link "+string(l.Type), c.Grip.Role)
	if err != nil {
		return account.Logged{}, err
	}
	need := act.StepUp && !*given && !d.people.OnlyEnds(ctx, l, now)
	if need {
		by.Part = kv.Own(store.PartAccount(c.Grip.Account))
	}
	by.Enter = func(tx *table.Tx) error {
		if _, err := d.enter(tx, c, act.Name, now); err != nil || !need {
			return err
		}
		return d.fresh(tx, c, actLinks, now)
	}
	logged, err := d.people.AppendLink(ctx, by, in, now)
	*given = *given || need && err == nil
	return logged, err
}

func (d *Door) tellLogged(l account.Logged) {
	if l.Affected != (store.ID{}) {
		d.hub.Notify(hub.Topic{Kind: hub.AccountTopic, ID: l.Affected})
	}
	if l.Kind == envelope.ChainLine {
		d.hub.Notify(hub.Topic{Kind: hub.LineTopic, ID: l.Chain})
	}
}

// Directory answers what is new in some chains, with proofs.
func (d *Door) Directory(ctx context.Context, c Caller, q wire.DirectoryQuery) (wire.DirectoryAnswer, error) {
	if err := d.ask(ctx, c, "POST /v1/directory", nothing); err != nil {
		return wire.DirectoryAnswer{}, err
	}
	return d.people.Directory(ctx, c.Grip.Account, c.Grip.Device, q)
}

// Lines names the lines, with how much waits for those who may see it.
func (d *Door) Lines(ctx context.Context, c Caller) (wire.LineList, error) {
	out := wire.LineList{Lines: []wire.LineInfo{}}
	err := d.ask(ctx, c, "GET /v1/lines", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out.Lines = out.Lines[:0]
		for _, l := range d.people.Lines() {
			info := wire.LineInfo{Line: wire.ID(l.ID), Name: l.Name, Slug: d.people.LineSlug(l.ID)}
			info.Reply = d.words.Replies[info.Slug]
			if l.Member(c.Grip.Account, ^uint64(0)) && st.Reaches(l.ID, now) {
				n, err := d.threads.Waiting(tx, l.ID)
				if err != nil {
					return err
				}
				info.Waiting = n
			}
			out.Lines = append(out.Lines, info)
		}
		return nil
	})
	return out, err
}

// About is what anybody may know.
func (d *Door) About() wire.About {
	out := d.people.About(d.now())
	out.House = d.words.House
	return out
}

// Ping says when the caller's sign-in ends if they do nothing more.
func (d *Door) Ping(ctx context.Context, c Caller) (ends int64, err error) {
	err = d.ask(ctx, c, "ping", func(tx *table.Tx, _ account.Standing, _ time.Time) error {
		ends, err = d.sessions.Ends(tx, c.Grip)
		return err
	})
	return ends, err
}

// Publish signs a fresh checkpoint; a job asks for it.
func (d *Door) Publish(ctx context.Context) error {
	if !d.people.Ready() {
		return nil
	}
	return d.people.Publish(ctx, d.now())
}

// PublishBuild puts the browser client that is served into the key log.
func (d *Door) PublishBuild(ctx context.Context, manifest [32]byte) error {
	if !d.people.Ready() {
		return nil
	}
	if err := d.people.PublishBuild(ctx, manifest, d.now()); err != nil {
		return err
	}
	d.showLater(ctx)
	return nil
}

// Build proves which browser client stands in the key log.
func (d *Door) Build(ctx context.Context) (wire.Build, error) {
	out, err := d.people.Build(ctx)
	return out, outcome(err)
}

// Show asks the witnesses again for a state that waits for them; a job asks.
func (d *Door) Show(ctx context.Context) error { return d.people.Show(ctx, 0) }

// Waiting is how many statements wait for the witnesses, and how often in a row
// these did not answer.
func (d *Door) Waiting() (leaves, failures uint64) { return d.people.Waiting() }

// showLater asks the witnesses once, for a change whose caller need not wait
// for them: the job asks again.
func (d *Door) showLater(ctx context.Context) { _ = d.people.Show(ctx, 0) }

// Log answers a stretch of the key log to whoever replays it.
func (d *Door) Log(ctx context.Context, c Caller, from uint64) (wire.LogPage, error) {
	if err := d.ask(ctx, c, "GET /v1/log", nothing); err != nil {
		return wire.LogPage{}, err
	}
	return d.people.Page(ctx, from)
}
