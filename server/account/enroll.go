package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/server/wire"
	"arcline/server/wire/roster"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

const (
	maxInvitation = 7 * 24 * time.Hour
	setupSetting  = "set-up secret" // digest; gone once used
	// SetupLife is how long the one-time set-up secret works.
	SetupLife = 24 * time.Hour
)

// PutSetup stores the digest of a fresh set-up secret for an empty service.
func (s *Service) PutSetup(ctx context.Context, secret string, now time.Time) error {
	if s.Ready() {
		return errors.New("the agency is already made")
	}
	sum := sha256.Sum256([]byte(secret))
	return s.st.Update(ctx, func(tx *table.Tx) error {
		v := fmt.Appendf(nil, "%x %d", sum, now.Add(SetupLife).UnixMilli())
		return s.st.Settings.Put(tx, setupSetting, store.Setting{Value: v})
	}, kv.Own(store.PartSystem))
}

// Bootstrap makes the agency: its first links, in order, and the first
// registrar, under the one-time set-up secret. auth is the registrar's
// authenticator.
func (s *Service) Bootstrap(ctx context.Context, from string, in wire.Bootstrap, auth store.Authenticator, now time.Time) (store.Account, error) {
	if s.Ready() || len(in.Links) == 0 {
		return store.Account{}, wire.Refuse(wire.CodeState)
	}
	first, err := envelope.DecodeLink(in.Links[0].Link.Link)
	if err != nil || first.Type != envelope.AgencyGenesis {
		return store.Account{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	// What can be wrong with the roster is said before the secret is used up.
	if _, problems, err := roster.Read(strings.NewReader(in.Roster.CSV), s.rules, now); err != nil || len(problems) > 0 {
		return store.Account{}, wire.Refuse(wire.CodeRoster).Because(fmt.Errorf("%w: %v", err, problems))
	}
	if err := s.useSetup(ctx, in.Secret, now); err != nil {
		return store.Account{}, err
	}
	book := chain.NewBook(first.Chain)
	for _, l := range in.Links {
		if _, err := s.appendLink(ctx, book, Actor{From: from}, l, now, nil); err != nil {
			return store.Account{}, fmt.Errorf("make the agency: %w", err)
		}
	}
	s.book.Store(book)
	if err := s.nameLines(ctx, in.Lines); err != nil {
		return store.Account{}, err
	}
	if _, _, err := s.ImportRoster(ctx, Actor{From: from}, in.Roster.CSV, false, now); err != nil {
		return store.Account{}, err
	}
	if err := s.Invite(ctx, Actor{From: from}, in.Invites, now); err != nil {
		return store.Account{}, err
	}
	acct, err := s.Enroll(ctx, from, in.Enroll, auth, now)
	if err != nil {
		return acct, err
	}
	_, err = s.AppendLink(ctx, Actor{From: from}, in.Credential, now)
	return acct, err
}

func (s *Service) useSetup(ctx context.Context, secret string, now time.Time) error {
	sum := sha256.Sum256([]byte(secret))
	return s.st.Update(ctx, func(tx *table.Tx) error {
		v, err := s.st.Settings.Get(tx, setupSetting)
		if err != nil {
			return wire.Refuse(wire.CodeInvitation).Because(err)
		}
		var want string
		var until int64
		if _, err := fmt.Sscanf(string(v.Value), "%s %d", &want, &until); err != nil {
			return fmt.Errorf("set-up secret's row: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), fmt.Appendf(nil, "%x", sum)) != 1 || now.UnixMilli() > until {
			return wire.Refuse(wire.CodeInvitation)
		}
		return s.st.Settings.Delete(tx, setupSetting)
	}, kv.Own(store.PartSystem))
}

func orCode(err error, c wire.Code) error {
	if err != nil && !errors.Is(err, table.ErrExists) {
		return err
	}
	return wire.Refuse(c)
}

// Enroll starts an account under an invitation: chain, device, authenticator.
// It can sign in once the registrar has certified it.
func (s *Service) Enroll(ctx context.Context, from string, in wire.Enroll, auth store.Authenticator, now time.Time) (store.Account, error) {
	book := s.Book()
	if book == nil {
		return store.Account{}, wire.Refuse(wire.CodeInvitation)
	}
	l, err := envelope.DecodeLink(in.Genesis.Link)
	if err != nil || l.Type != envelope.AccountGenesis {
		return store.Account{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	digest := store.Hash(sha256.Sum256(in.Locator[:]))
	inv, err := s.invitation(ctx, digest, usable, now)
	if err != nil {
		return store.Account{}, err
	}
	var entry store.RosterEntry
	acct := store.Account{ID: store.ID(l.Chain), Login: inv.Login, Role: inv.Role, State: store.AccountPending, Created: now.UnixMilli(), Locator: digest}
	use := func(tx *table.Tx) error {
		inv, err := s.st.Invitations.Get(tx, digest)
		if err != nil || !usable(inv, now) {
			return wire.Refuse(wire.CodeInvitation).Because(err)
		}
		if entry, err = s.st.Roster.Get(tx, inv.Roster); err != nil {
			return err
		}
		if err := s.invitable(entry, now); err != nil { // the roster may have changed since
			return wire.Refuse(wire.CodeInvitation).Because(err)
		}
		entry.Account, inv.Account = acct.ID, acct.ID
		s.follow(&acct, entry)
		if err := s.st.Roster.Put(tx, entry.Key, entry); err != nil {
			return err
		}
		if err := s.st.Contacts.Put(tx, acct.ID, store.Contact{Mail: entry.Mail, Phone: entry.Phone}); err != nil {
			return err
		}
		if err := s.st.Invitations.Put(tx, digest, inv); err != nil {
			return err
		}
		if err := s.st.Logins.Insert(tx, acct.Login, store.Login{Account: acct.ID}); err != nil {
			return orCode(err, wire.CodeState)
		}
		if err := s.st.Accounts.Insert(tx, acct.ID, acct); err != nil {
			return orCode(err, wire.CodeState)
		}
		if err := s.putLetter(tx, l.Chain, acct.Login, in.Recovery); err != nil {
			return err
		}
		if err := s.bindFirst(tx, acct.ID, auth, from, now); err != nil {
			return err
		}
		return s.st.Auth.Put(tx, acct.ID, auth)
	}
	_, err = s.appendLink(ctx, book, Actor{Account: acct.ID, From: from}, wire.AppendLink{Link: in.Genesis, Boxes: in.Boxes, Recovery: &in.Recovery}, now, use,
		kv.Own(store.PartInvite(digest)), kv.Own(store.PartLogin(acct.Login)), kv.Own(store.PartRoster))
	return acct, err
}

// invitation reads an invitation that is good enough: stands or usable.
func (s *Service) invitation(ctx context.Context, digest store.Hash, good func(store.Invitation, time.Time) bool, now time.Time) (inv store.Invitation, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		inv, err = s.st.Invitations.Get(tx, digest)
		if err != nil || !good(inv, now) {
			return wire.Refuse(wire.CodeInvitation).Because(err)
		}
		return nil
	})
	return inv, err
}

// stands reports whether an invitation is not used, not withdrawn and not run
// out. Its letter can be read, though nobody may have approved it yet.
func stands(inv store.Invitation, now time.Time) bool {
	return inv.Account == (store.ID{}) && !inv.Withdrawn && now.UnixMilli() <= inv.Expires
}

// usable reports whether somebody can enrol under an invitation: it stands and is
// approved.
func usable(inv store.Invitation, now time.Time) bool {
	return stands(inv, now) && inv.Sponsor != (store.ID{})
}

// Invited returns the account that an invitation made.
func (s *Service) Invited(ctx context.Context, locator wire.Hash) (acct store.Account, err error) {
	digest := store.Hash(sha256.Sum256(locator[:]))
	err = s.st.View(ctx, func(tx *table.Tx) error {
		inv, err := s.st.Invitations.Get(tx, digest)
		if err != nil || inv.Account == (store.ID{}) {
			return wire.Refuse(wire.CodeInvitation).Because(err)
		}
		acct, err = s.st.Accounts.Get(tx, inv.Account)
		return err
	})
	return acct, err
}

// Pending lists the enrolments that wait for the registrar.
func (s *Service) Pending(ctx context.Context) (out wire.PendingList, err error) {
	out.Pending = []wire.Pending{}
	err = s.st.View(ctx, func(tx *table.Tx) error {
		_, err := s.st.ByState.Scan(tx, table.Range{Prefix: func(w *table.KeyWriter) { w.String(store.AccountPending) }, Limit: wire.MaxList},
			func(id store.ID, a store.Account) (bool, error) {
				auth, err := s.st.Auth.Get(tx, id)
				if err != nil {
					return false, err
				}
				l, err := s.st.Links.Get(tx, store.LinkKey{Chain: id, Seq: 1})
				if err != nil {
					return false, err
				}
				out.Pending = append(out.Pending, wire.Pending{Account: wire.ID(id), Name: a.Login, Role: wire.Role(a.Role), Roster: a.Roster,
					Locator: wire.Hash(a.Locator), Genesis: wire.Link{Link: l.Link, Sig: l.Sig}, Ready: auth.Confirmed})
				return true, nil
			})
		return err
	})
	return out, err
}
