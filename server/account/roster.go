package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"arcline/server/record"
	"arcline/server/wire"
	"arcline/server/wire/roster"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Why a person may not use the service, as their account's row says it.
const (
	barredRoster      = "the roster"
	barredRole        = "another type in the roster than in the credential"
	barredInactivated = "inactivated by an administrator"
)

// rosterState is everything about the roster that a comparison needs, read at
// one moment.
type rosterState struct {
	head    store.RosterHead
	entries map[string]store.RosterEntry
	rows    []roster.Row
}

func (s *Service) rosterState(ctx context.Context) (st rosterState, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		st, err = s.readRoster(tx)
		return err
	})
	return st, err
}

func (s *Service) readRoster(tx *table.Tx) (rosterState, error) {
	st := rosterState{entries: map[string]store.RosterEntry{}}
	var err error
	if st.head, err = s.st.RosterHeads.Get(tx, 0); err != nil && !errors.Is(err, table.ErrNotFound) {
		return st, err
	}
	_, err = s.st.Roster.Scan(tx, store.PartRoster, table.Range{}, func(k string, e store.RosterEntry) (bool, error) {
		st.entries[k] = e
		st.rows = append(st.rows, rowOf(e))
		return true, nil
	})
	return st, err
}

func rowOf(e store.RosterEntry) roster.Row {
	return roster.Row{Key: e.Key, Role: wire.Role(e.Role), ID: e.ID, Login: e.Login, Name: e.Name, Organization: e.Organization, Mail: e.Mail, Phone: e.Phone,
		From: e.From, Until: e.Until, State: roster.State(e.State), Lines: e.Lines, Grant: e.Grant,
		Proof: roster.Proof{Level: e.Level, Method: e.Method, Date: e.Proofed, By: e.ProofedBy}}
}

func entryOf(r roster.Row, before store.RosterEntry, now time.Time) store.RosterEntry {
	e := store.RosterEntry{Key: r.Key, Role: string(r.Role), ID: r.ID, Login: r.Login, Name: r.Name, Organization: r.Organization, Mail: r.Mail, Phone: r.Phone,
		From: r.From, Until: r.Until, State: string(r.State), Lines: r.Lines, Grant: r.Grant, Level: r.Proof.Level, Method: r.Proof.Method,
		Proofed: r.Proof.Date, ProofedBy: r.Proof.By, Account: before.Account, Ended: before.Ended, Inactivated: before.Inactivated}
	switch {
	case r.State != roster.Ended:
		e.Ended = 0
	case before.State != string(roster.Ended):
		e.Ended = now.UnixMilli()
	}
	if r.Name != before.Name && before.State == string(roster.Ended) { // the identifier is somebody else's now
		e.Account = store.ID{}
	}
	return e
}

// read reads a file and says what is wrong with it.
func (s *Service) read(csv string, st rosterState, now time.Time) (rows []roster.Row, problems []string, err error) {
	rows, found, err := roster.Read(strings.NewReader(csv), s.rules, now)
	if err != nil {
		return nil, []string{err.Error()}, nil
	}
	ended := map[string]roster.Past{}
	for k, e := range st.entries {
		if e.State == string(roster.Ended) {
			ended[k] = roster.Past{Name: e.Name, Ended: e.Ended}
		}
	}
	found = append(found, roster.Reused(rows, ended, s.rules, now)...)
	for _, r := range rows { // a sign-in name belongs to the account that has it
		if e := st.entries[r.Key]; e.Account != (store.ID{}) && e.Login != r.Login {
			found = append(found, roster.Problem{Text: fmt.Sprintf("%s signs in as %s; a sign-in name does not change", e.Name, e.Login)})
		}
	}
	for _, p := range found {
		text := p.String()
		if p.Line == 0 {
			text = p.Text
		}
		problems = append(problems, text)
	}
	return rows, problems, nil
}

// CompareRoster says what a file would change; nothing is changed.
func (s *Service) CompareRoster(ctx context.Context, csv string, now time.Time) (wire.RosterDifference, error) {
	st, err := s.rosterState(ctx)
	if err != nil {
		return wire.RosterDifference{}, err
	}
	rows, problems, err := s.read(csv, st, now)
	out := s.report(rows, problems, st, csv, now)
	out.Waiting = st.head.Waiting != (store.Hash{})
	return out, err
}

func (s *Service) report(rows []roster.Row, problems []string, st rosterState, csv string, now time.Time) wire.RosterDifference {
	out := wire.RosterDifference{Changes: []wire.RosterChange{}, Problems: problems, Digest: sha256.Sum256([]byte(csv))}
	if len(problems) > 0 {
		return out
	}
	out.Problems = []string{}
	d := roster.Compare(st.rows, rows, s.rules, now)
	out.Same = d.Same
	for _, c := range d.Changes {
		out.Changes = append(out.Changes, wire.RosterChange{Key: c.Key, Name: c.Name, What: c.What, Text: c.Text})
	}
	return out
}

// ImportRoster puts a file in force and returns the accounts whose standing
// changed. With onlyTake, what gives access is left out and waits.
func (s *Service) ImportRoster(ctx context.Context, by Actor, csv string, onlyTake bool, now time.Time) (wire.RosterDifference, []store.ID, error) {
	st, err := s.rosterState(ctx)
	if err != nil {
		return wire.RosterDifference{}, nil, err
	}
	rows, problems, err := s.read(csv, st, now)
	out := s.report(rows, problems, st, csv, now)
	if err != nil || len(problems) > 0 {
		return out, nil, err
	}
	head := store.RosterHead{Version: st.head.Version + 1, Digest: store.Hash(out.Digest), At: now.UnixMilli()}
	if onlyTake {
		if err := tooMany(out, st); err != nil {
			return out, nil, err
		}
		rows, head.Digest, head.Waiting = roster.Reduce(st.rows, rows), st.head.Digest, store.Hash(out.Digest)
	}
	entries, changed := s.merge(st, rows, now)
	parts := []kv.Part{kv.Own(store.PartRoster)}
	var accounts []store.ID
	for _, e := range changed {
		if e.Account != (store.ID{}) {
			accounts = append(accounts, e.Account)
			parts = append(parts, kv.Own(store.PartAccount(e.Account)))
		}
	}
	err = s.st.Update(ctx, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		was, err := s.st.RosterHeads.Get(tx, 0)
		if err != nil && !errors.Is(err, table.ErrNotFound) {
			return err
		}
		if was.Version != st.head.Version {
			return wire.Refuse(wire.CodeConflict).Because(errors.New("another roster was imported meanwhile"))
		}
		return s.writeRoster(tx, by, entries, changed, head, now)
	}, by.parts(parts...)...)
	out.Applied = err == nil
	return out, accounts, err
}

// tooMany stops a file that would shut out a tenth of the people by itself: it is
// more likely cut off than meant.
func tooMany(d wire.RosterDifference, st rosterState) error {
	loses := 0
	for _, c := range d.Changes {
		if c.What == roster.Loses {
			loses++
		}
	}
	if loses > 5 && loses*10 > len(st.rows) {
		return wire.Refuse(wire.CodeRoster).Because(fmt.Errorf("%d of %d people would lose access: a registrar decides", loses, len(st.rows)))
	}
	return nil
}

// merge makes the entries of a new roster: who is not in it has ended.
func (s *Service) merge(st rosterState, rows []roster.Row, now time.Time) (all, changed []store.RosterEntry) {
	there := map[string]bool{}
	for _, r := range rows {
		there[r.Key] = true
		before, known := st.entries[r.Key]
		e := entryOf(r, before, now)
		if e.State == string(roster.Active) && before.State != string(roster.Active) {
			e.Inactivated = false
		}
		all = append(all, e)
		if !known || !r.Same(rowOf(before)) {
			changed = append(changed, e)
		}
	}
	for k, before := range st.entries {
		if there[k] {
			continue
		}
		r := rowOf(before)
		r.State = roster.Ended
		e := entryOf(r, before, now)
		all = append(all, e)
		if before.State != e.State {
			changed = append(changed, e)
		}
	}
	return all, changed
}

func (s *Service) writeRoster(tx *table.Tx, by Actor, all, changed []store.RosterEntry, head store.RosterHead, now time.Time) error {
	for _, e := range changed {
		if err := s.st.Roster.Put(tx, e.Key, e); err != nil {
			return err
		}
		if err := s.applyEntry(tx, by, e, now); err != nil {
			return err
		}
	}
	if err := s.st.RosterHeads.Put(tx, 0, head); err != nil {
		return err
	}
	return record.In(s.st, tx, store.PartRoster, record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device, Act: "roster import",
		Object: fmt.Sprintf("%x: %d of %d changed", head.Digest[:8], len(changed), len(all)), Outcome: record.Done, From: by.From})
}

// applyEntry brings an account in step with its person's row.
func (s *Service) applyEntry(tx *table.Tx, by Actor, e store.RosterEntry, now time.Time) error {
	if e.Account == (store.ID{}) {
		return nil
	}
	a, err := s.st.Accounts.Get(tx, e.Account)
	if err != nil {
		return fmt.Errorf("account of a row of the roster: %w", err)
	}
	was := a.Barred
	s.follow(&a, e)
	a.Revision++
	if err := s.st.Accounts.Put(tx, a.ID, a); err != nil {
		return err
	}
	if err := s.st.Contacts.Put(tx, a.ID, store.Contact{Mail: e.Mail, Phone: e.Phone}); err != nil {
		return err
	}
	act := "roster: standing changed"
	switch {
	case a.Barred == was:
	case a.Barred == "":
		act = "roster: let in again"
	default:
		act = "roster: barred: " + a.Barred
	}
	return record.In(s.st, tx, store.PartAccount(a.ID), record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device, Act: act, Outcome: record.Done, From: by.From})
}

// follow puts what the roster says into an account's row.
func (s *Service) follow(a *store.Account, e store.RosterEntry) {
	r := rowOf(e)
	a.Roster, a.Organization, a.Until, a.RosterLines = e.Key, e.Organization, r.Ends(), nil
	for _, slug := range e.Lines {
		if id, ok := s.lineID(slug); ok {
			a.RosterLines = append(a.RosterLines, id)
		}
	}
	switch {
	case e.Inactivated:
		a.Barred = barredInactivated
	case r.State != roster.Active:
		a.Barred = barredRoster
	case a.State != store.AccountPending && a.Role != e.Role:
		a.Barred = barredRole
	default:
		a.Barred = ""
	}
}

// Inactivate bars a person at once: by their organization's administrator or by
// the registrar. The next roster in which they are active lets them back.
func (s *Service) Inactivate(ctx context.Context, by Actor, who store.ID, me Standing, now time.Time) error {
	return s.st.Update(ctx, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		a, err := s.st.Accounts.Get(tx, who)
		if err != nil {
			return wire.Refuse(wire.CodeNotFound).Because(err)
		}
		if !answersFor(me, a.Organization) || who == by.Account {
			return wire.Refuse(wire.CodeNotFound).Because(errors.New("not of the caller's organization"))
		}
		e, err := s.st.Roster.Get(tx, a.Roster)
		if err != nil {
			return wire.Refuse(wire.CodeNotFound).Because(err)
		}
		e.Inactivated, e.State = true, string(roster.Suspended)
		if err := s.st.Roster.Put(tx, e.Key, e); err != nil {
			return err
		}
		return s.applyEntry(tx, by, e, now)
	}, by.parts(kv.Own(store.PartRoster), kv.Own(store.PartAccount(who)))...)
}

// answersFor reports whether somebody looks after an organization's people: an
// agency's administrator and a lead after their own, others who may after all.
func answersFor(who Standing, organization string) bool {
	if role := wire.Role(who.Role); role != wire.RoleAgencyAdmin && role != wire.RoleLead {
		return true
	}
	return who.Organization != "" && organization == who.Organization
}

// sees reports whether a person's row concerns somebody: they look after them, or
// lead a line for which the roster names them, wherever they come from.
func (s *Service) sees(who Standing, r roster.Row) bool {
	return answersFor(who, r.Organization) || wire.Role(who.Role) == wire.RoleLead && roster.IsStaff(r.Role) &&
		slices.ContainsFunc(r.Lines, func(slug string) bool {
			id, ok := s.lineID(slug)
			return ok && slices.Contains(who.RosterLines, id)
		})
}

// People lists the roster after a key: what of it concerns whoever asks.
func (s *Service) People(ctx context.Context, who Standing, after string, now time.Time) (out wire.PeopleList, err error) {
	out.People = []wire.PersonRow{}
	st, err := s.rosterState(ctx)
	if err != nil {
		return out, err
	}
	for _, r := range st.rows {
		if r.Key <= after || !s.sees(who, r) {
			continue
		}
		if len(out.People) == wire.MaxList {
			out.More = true
			break
		}
		out.People = append(out.People, s.personRow(st.entries[r.Key], now))
	}
	return out, nil
}

// Person is the row of one person; nobody where the caller may not see them.
func (s *Service) Person(ctx context.Context, who Standing, key string, now time.Time) (out wire.PeopleList, err error) {
	out.People = []wire.PersonRow{}
	err = s.st.View(ctx, func(tx *table.Tx) error {
		e, err := s.st.Roster.Get(tx, key)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err == nil && s.sees(who, rowOf(e)) {
			out.People = append(out.People, s.personRow(e, now))
		}
		return err
	})
	return out, err
}

func (s *Service) personRow(e store.RosterEntry, now time.Time) wire.PersonRow {
	r := rowOf(e)
	p := wire.PersonRow{Key: e.Key, Role: r.Role, ID: e.ID, Login: e.Login, Name: e.Name, Organization: e.Organization, Lines: slices.Clone(e.Lines),
		State: e.State, From: e.From, Until: r.Ends(), Certified: r.Certified(now.UnixMilli())}
	if p.Lines == nil {
		p.Lines = []string{}
	}
	if e.Level > 0 {
		p.Proofing = fmt.Sprintf("IAL%d, %s, %s, by %s", e.Level, e.Method, time.UnixMilli(e.Proofed).In(s.rules.Zone).Format(time.DateOnly), e.ProofedBy)
	}
	switch {
	case e.Inactivated:
		p.State, p.Standing = "inactivated", "Inactivated by an administrator: can neither read nor write."
	case r.State != roster.Active:
		p.Standing = fmt.Sprintf("Is %s: can neither read nor write.", e.State)
	case e.Account == (store.ID{}):
		p.Standing = "Can be invited; has not signed up yet."
	case !p.Certified:
		p.Standing = "Certification is not in force: can read and not write."
	default:
		p.Standing = "Certified now."
	}
	if e.Account != (store.ID{}) {
		id := wire.ID(e.Account)
		p.Account = &id
	}
	return p
}

// lineID finds a line by its short name.
func (s *Service) lineID(slug string) (store.ID, bool) {
	for _, l := range s.LineNames() {
		if l.Slug == slug {
			return l.Line, true
		}
	}
	return store.ID{}, false
}

// LineSlug is the short name of a line.
func (s *Service) LineSlug(id store.ID) string {
	for _, l := range s.LineNames() {
		if l.Line == id {
			return l.Slug
		}
	}
	return ""
}

// FirstLogin is the sign-in name that the first invitation of a set-up is for.
func (s *Service) FirstLogin(in wire.Bootstrap, now time.Time) string {
	rows, _, err := roster.Read(strings.NewReader(in.Roster.CSV), s.rules, now)
	if err != nil || len(in.Invites) == 0 {
		return ""
	}
	for _, r := range rows {
		if r.Key == in.Invites[0].Roster {
			return r.Login
		}
	}
	return ""
}

// LineNames are the lines that the agency has named.
func (s *Service) LineNames() []store.LineName {
	if p := s.lines.Load(); p != nil {
		return *p
	}
	return nil
}

func (s *Service) loadLineNames(ctx context.Context) error {
	var names []store.LineName
	err := s.st.View(ctx, func(tx *table.Tx) error {
		_, err := s.st.LineNames.Scan(tx, store.PartRoster, table.Range{}, func(_ store.ID, l store.LineName) (bool, error) {
			names = append(names, l)
			return true, nil
		})
		return err
	})
	s.lines.Store(&names)
	return err
}

// nameLines keeps the lines' short names, once.
func (s *Service) nameLines(ctx context.Context, in []wire.LineName) error {
	err := s.st.Update(ctx, func(tx *table.Tx) error {
		for _, l := range in {
			if l.Slug == "" || l.Name == "" || len(l.Slug) > 32 || len(l.Name) > 64 {
				return wire.Refuse(wire.CodeMalformed)
			}
			if err := s.st.LineNames.Insert(tx, store.ID(l.Line), store.LineName{Line: store.ID(l.Line), Slug: l.Slug, Name: l.Name}); err != nil {
				return err
			}
		}
		return nil
	}, kv.Own(store.PartRoster))
	if err != nil {
		return err
	}
	return s.loadLineNames(ctx)
}
