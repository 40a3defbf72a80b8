package desk

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"arcline/server/account"
	"arcline/server/desk/assign"
	"arcline/server/desk/rules"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// SetShift says that somebody of a line's staff is at work, away or off. What they
// have stays theirs; nothing new is suggested to whoever is not available, and
// what was suggested and not taken goes to somebody else.
func (s *Service) SetShift(tx *table.Tx, who account.Standing, in wire.Shift, now time.Time) error {
	switch in.State {
	case wire.ShiftAvailable, wire.ShiftAway, wire.ShiftOff:
	default:
		return refuse(wire.CodeMalformed, "no such state")
	}
	if in.Until != 0 && (in.State != wire.ShiftAway || in.Until <= now.UnixMilli()) {
		return refuse(wire.CodeMalformed, "away until a time that comes")
	}
	sh, err := s.shift(tx, who.ID)
	if err != nil {
		return err
	}
	if sh.State == string(in.State) && sh.Until == in.Until {
		return nil
	}
	sh.State, sh.Until, sh.At = string(in.State), in.Until, now.UnixMilli()
	if err := s.st.ShiftEvents.Put(tx, store.ShiftKey{Account: who.ID, At: sh.At}, store.ShiftEvent{State: sh.State}); err != nil {
		return fmt.Errorf("note the change of shift: %w", err)
	}
	return s.st.Shifts.Put(tx, who.ID, sh)
}

// Shift is somebody's state; off where they never said one.
func (s *Service) Shift(tx *table.Tx, who account.Standing) (wire.Shift, error) {
	sh, err := s.shift(tx, who.ID)
	return wire.Shift{State: wire.ShiftState(sh.State), Until: sh.Until}, err
}

func (s *Service) shift(tx *table.Tx, acct store.ID) (store.Shift, error) {
	sh, err := s.st.Shifts.Get(tx, acct)
	if errors.Is(err, table.ErrNotFound) {
		return store.Shift{Account: acct, State: store.ShiftOff}, nil
	}
	if err != nil {
		return sh, fmt.Errorf("read the shift: %w", err)
	}
	return sh, nil
}

// maxSkills bounds what one person is good at.
const maxSkills = 25

// SetSkills says what somebody of the line is good at. A lead says it; the
// transaction owns that person's partition.
func (s *Service) SetSkills(tx *table.Tx, who account.Standing, line store.ID, in wire.SkillsAct, now time.Time) error {
	if !s.threads.Lead(who, line, now) {
		return refuse(wire.CodeForbidden, "a lead of the line says so")
	}
	acct := store.ID(in.Account)
	if !s.threads.Member(line, acct) {
		return refuse(wire.CodeNotFound, "nobody of the line")
	}
	if len(in.Skills) > maxSkills || slices.ContainsFunc(in.Skills, func(k string) bool { return k == "" || len(k) > 64 }) {
		return refuse(wire.CodeMalformed, "too many skills, or too long")
	}
	sh, err := s.shift(tx, acct)
	if err != nil {
		return err
	}
	sh.Skills = in.Skills
	return s.st.Shifts.Put(tx, acct, sh)
}

// Staff lists who works on a line and what they have, for its people.
func (s *Service) Staff(tx *table.Tx, who account.Standing, line store.ID, now time.Time) (wire.StaffList, error) {
	out := wire.StaffList{Staff: []wire.StaffRow{}}
	if !s.threads.WorksOn(who, line, now) {
		return out, wire.Refuse(wire.CodeNotFound)
	}
	desk, _ := s.line(line)
	for _, acct := range s.threads.Members(line) {
		a, err := s.st.Accounts.Get(tx, acct)
		if err != nil {
			return out, fmt.Errorf("read a person: %w", err)
		}
		sh, err := s.shift(tx, acct)
		if err != nil {
			return out, err
		}
		p, has, err := s.load(tx, acct, desk)
		if err != nil {
			return out, err
		}
		row := wire.StaffRow{Account: wire.ID(acct), Name: a.Login, Lead: a.Role == string(wire.RoleLead), State: wire.ShiftState(sh.State), Since: sh.At, Load: p, Has: has, Skills: sh.Skills, Grant: a.Until}
		out.Staff = append(out.Staff, row)
	}
	return out, nil
}

// load is the weight of what somebody has, and how many threads that is. What
// waits for the assister or for another office weighs nothing.
func (s *Service) load(tx *table.Tx, acct store.ID, desk *rules.Line) (weight, has int, err error) {
	_, err = s.st.ByHolder.Scan(tx, table.Range{Prefix: func(w *table.KeyWriter) { w.ID(acct) }}, func(_ store.ID, w store.Work) (bool, error) {
		has++
		if Pending(w) && w.WaitFor == "" {
			weight += Weight(w, desk)
		}
		return true, nil
	})
	if err != nil {
		err = fmt.Errorf("read what somebody has: %w", err)
	}
	return weight, has, err
}

// Weight is how much of somebody's capacity a thread takes.
func Weight(w store.Work, desk *rules.Line) int {
	if desk == nil {
		return 1
	}
	a := desk.Desk.Assign
	n := max(1, a.Thread)
	if w.Consumers > 1 {
		n = max(n, a.Batch*((w.Consumers+4)/5))
	}
	if w.Call != nil && !over(w.Call.State) {
		n = max(n, a.CallBack)
	}
	return n
}

// free lists the line's people to whom work can be suggested now.
func (s *Service) free(tx *table.Tx, line store.ID, desk *rules.Line, now time.Time) ([]assign.Person, error) {
	var out []assign.Person
	for _, acct := range s.threads.Members(line) {
		sh, err := s.shift(tx, acct)
		if err != nil {
			return nil, err
		}
		a, err := s.st.Accounts.Get(tx, acct)
		if err != nil {
			return nil, fmt.Errorf("read a person: %w", err)
		}
		if sh.State != store.ShiftAvailable || a.Barred != "" || a.Until != 0 && now.UnixMilli() > a.Until || !slices.Contains(a.RosterLines, line) {
			continue
		}
		load, _, err := s.load(tx, acct, desk)
		if err != nil {
			return nil, err
		}
		out = append(out, assign.Person{ID: acct, Load: load, Skills: sh.Skills})
	}
	return out, nil
}

// offerFor is how long a suggestion stands.
func (s *Service) offerFor(l *rules.Line) time.Duration {
	if l == nil || l.Assign.Offer <= 0 {
		return suggestFor
	}
	return l.Assign.Offer
}
