package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/server/wire/roster"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Invite stores invitations of people in the roster, all or none. The service
// learns only a digest of each code's locator: it cannot enrol anybody with it.
// Who needs a sponsor can enrol only once one has approved.
func (s *Service) Invite(ctx context.Context, by Actor, in []wire.Invite, now time.Time) error {
	if len(in) == 0 || len(in) > wire.MaxInvitations {
		return wire.Refuse(wire.CodeMalformed).Because(fmt.Errorf("%d invitations", len(in)))
	}
	st, err := s.rosterState(ctx)
	if err != nil {
		return err
	}
	parts := []kv.Part{kv.See(store.PartRoster)}
	for _, x := range in {
		parts = append(parts, kv.Own(store.PartInvite(store.Hash(x.Locator))))
		if e, ok := st.entries[x.Roster]; ok {
			parts = append(parts, kv.See(store.PartLogin(e.Login)))
		}
	}
	return s.st.Update(ctx, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		for _, x := range in {
			if err := s.invite(tx, by, x, st, now); err != nil {
				return err
			}
		}
		return nil
	}, by.parts(parts...)...)
}

func (s *Service) invite(tx *table.Tx, by Actor, in wire.Invite, st rosterState, now time.Time) error {
	exp := time.Unix(in.Expires, 0)
	if !exp.After(now) || exp.Sub(now) > maxInvitation+time.Minute {
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("expiry"))
	}
	e, err := s.st.Roster.Get(tx, in.Roster)
	if errors.Is(err, table.ErrNotFound) || err == nil && e.Login != st.entries[in.Roster].Login {
		return wire.Refuse(wire.CodeRoster).Because(errors.New("not in the roster, or it changed meanwhile"))
	}
	if err != nil {
		return err
	}
	if l, err := envelope.DecodeLetter(in.Letter); err != nil || l.Name != e.Login {
		return wire.Refuse(wire.CodeMalformed).Because(fmt.Errorf("letter of %s: %w", e.Key, err))
	}
	if err := s.invitable(e, now); err != nil {
		return err
	}
	if taken, err := s.st.Logins.Has(tx, e.Login); err != nil || taken {
		return orCode(err, wire.CodeState)
	}
	inv := store.Invitation{Locator: store.Hash(in.Locator), Login: e.Login, Role: e.Role, By: by.Account, Made: now.UnixMilli(), Expires: exp.UnixMilli(),
		Roster: e.Key, Name: e.Name, Organization: e.Organization, Lines: e.Lines, Letter: in.Letter, LetterMAC: store.Hash(in.MAC)}
	if !roster.NeedsSponsor(wire.Role(e.Role)) {
		inv.Sponsor, inv.Sponsored = by.Account, inv.Made
		if by.Account == (store.ID{}) { // made with the agency, under the set-up secret
			inv.Sponsor = setupSponsor
		}
	}
	if err := s.st.Invitations.Insert(tx, inv.Locator, inv); err != nil {
		return orCode(err, wire.CodeState)
	}
	return record.In(s.st, tx, store.PartInvite(inv.Locator), record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device,
		Act: "invite", Object: e.Key, Outcome: record.Done, From: by.From})
}

// setupSponsor stands for the set-up of the agency, before there is anybody.
var setupSponsor = store.ID{0xff}

// invitable demands what an account rests on: an active row and a proofing
// record of the level that the exchange asks for.
func (s *Service) invitable(e store.RosterEntry, now time.Time) error {
	r := rowOf(e)
	switch {
	case r.State != roster.Active || r.Until != 0 && now.UnixMilli() > r.Until:
		return wire.Refuse(wire.CodeRoster).Because(fmt.Errorf("%s is not certified", e.Key))
	case r.Proof.Level < s.rules.Level:
		return wire.Refuse(wire.CodeRoster).Because(fmt.Errorf("%s is proofed to level %d, %d is needed", e.Key, r.Proof.Level, s.rules.Level))
	case e.Account != (store.ID{}):
		return wire.Refuse(wire.CodeState).Because(fmt.Errorf("%s has an account", e.Key))
	}
	return nil
}

// maySponsor reports whether somebody answers for the person of an invitation:
// the administrator of their organization, a lead of their line, or a registrar
// other than the one who invites.
func maySponsor(who store.Account, inv store.Invitation) bool {
	switch wire.Role(who.Role) {
	case wire.RoleAgencyAdmin:
		return roster.Serves(wire.Role(inv.Role)) != "" && who.Organization != "" && who.Organization == inv.Organization
	case wire.RoleRegistrar:
		return who.ID != inv.By
	}
	return false
}

func (s *Service) leads(who store.Account, inv store.Invitation) bool {
	return wire.Role(who.Role) == wire.RoleLead && wire.Role(inv.Role) == wire.RoleSpecialist &&
		slices.ContainsFunc(inv.Lines, func(slug string) bool { id, ok := s.lineID(slug); return ok && slices.Contains(who.RosterLines, id) })
}

// Sponsorships lists the invitations that wait for somebody like the caller.
func (s *Service) Sponsorships(tx *table.Tx, who store.Account, now time.Time) (wire.SponsorshipList, error) {
	out := wire.SponsorshipList{Waiting: []wire.Sponsorship{}}
	_, err := s.st.Unsponsored.Scan(tx, table.Range{}, func(_ store.Hash, inv store.Invitation) (bool, error) {
		if now.UnixMilli() > inv.Expires || !maySponsor(who, inv) && !s.leads(who, inv) {
			return true, nil
		}
		x := wire.Sponsorship{Locator: wire.Hash(inv.Locator), Name: inv.Name, Role: wire.Role(inv.Role), ID: inv.Roster, Organization: inv.Organization,
			Lines: inv.Lines, By: wire.ID(inv.By), Made: inv.Made, Expires: inv.Expires}
		if x.Lines == nil {
			x.Lines = []string{}
		}
		out.Waiting = append(out.Waiting, x)
		return len(out.Waiting) < wire.MaxList, nil
	})
	return out, err
}

// Sponsor approves invitations or turns them down, all or none. The transaction
// sees the caller's account, whose row says what they may answer for.
func (s *Service) Sponsor(ctx context.Context, by Actor, in wire.Sponsor, now time.Time) error {
	if len(in.Locators) == 0 || len(in.Locators) > wire.MaxInvitations {
		return wire.Refuse(wire.CodeMalformed)
	}
	var parts []kv.Part
	for _, l := range in.Locators {
		parts = append(parts, kv.Own(store.PartInvite(store.Hash(l))))
	}
	return s.st.Update(ctx, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		who, err := s.st.Accounts.Get(tx, by.Account)
		if err != nil {
			return err
		}
		for _, l := range in.Locators {
			inv, err := s.st.Invitations.Get(tx, store.Hash(l))
			if err != nil || !maySponsor(who, inv) && !s.leads(who, inv) {
				return wire.Refuse(wire.CodeNotFound).Because(err)
			}
			if inv.Sponsor != (store.ID{}) || inv.Account != (store.ID{}) || inv.Withdrawn || now.UnixMilli() > inv.Expires {
				return wire.Refuse(wire.CodeState)
			}
			act := "sponsor: approve"
			if inv.Sponsor, inv.Sponsored = by.Account, now.UnixMilli(); !in.Approve {
				inv.Withdrawn, act = true, "sponsor: turn down"
			}
			if err := s.st.Invitations.Put(tx, inv.Locator, inv); err != nil {
				return err
			}
			if err := record.In(s.st, tx, store.PartInvite(inv.Locator), record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device,
				Act: act, Object: inv.Roster, Outcome: record.Done, From: by.From}); err != nil {
				return err
			}
		}
		return nil
	}, by.parts(parts...)...)
}

// Letter hands out what the registrar left beside an invitation, to whoever
// shows the code's locator, as long as the invitation can still be used.
func (s *Service) Letter(ctx context.Context, q wire.LetterQuery, now time.Time) (out wire.LetterAnswer, err error) {
	inv, err := s.invitation(ctx, sha256.Sum256(q.Locator[:]), stands, now)
	if err != nil {
		return out, err
	}
	err = s.st.View(ctx, func(tx *table.Tx) error { // the agency's first statement never changes
		first, err := s.st.Links.Get(tx, store.LinkKey{Chain: store.ID(s.Book().Agency().ID), Seq: 1})
		if err != nil {
			return fmt.Errorf("the agency's first statement: %w", err)
		}
		out = wire.LetterAnswer{Letter: inv.Letter, MAC: wire.Hash(inv.LetterMAC), Agency: &wire.Link{Link: first.Link, Sig: first.Sig}}
		return nil
	})
	return out, err
}
