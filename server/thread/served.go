package thread

import (
	"errors"
	"fmt"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/account"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Relation is what a person is to a thread: one of its two sides, a member of its
// line, a lead of it.
type Relation struct{ Party, Member, Lead bool }

// Served reads a thread's row for somebody it is served to; for anybody else
// there is no such thread.
func (s *Service) Served(tx *table.Tx, st account.Standing, id store.ID, now time.Time) (store.Thread, Relation, error) {
	row, r, err := s.served(tx, st, id, now)
	return row, Relation{r.party, r.member, r.lead}, err
}

// WorksOn reports whether somebody works on a line: as a member or as a lead.
func (s *Service) WorksOn(who account.Standing, line store.ID, now time.Time) bool {
	_, err := s.worksOn(who, line, now)
	return err == nil
}

// Lead reports whether somebody leads a line.
func (s *Service) Lead(who account.Standing, line store.ID, now time.Time) bool {
	l, err := s.worksOn(who, line, now)
	return err == nil && l.Admin(who.ID, newest)
}

// Member reports whether an account is a member of a line.
func (s *Service) Member(line, acct store.ID) bool {
	l, err := s.people.Book().Line(envelope.ID(line))
	return err == nil && l.Member(acct, newest)
}

// Members lists the members of a line.
func (s *Service) Members(line store.ID) (out []store.ID) {
	l, err := s.people.Book().Line(envelope.ID(line))
	if err != nil {
		return nil
	}
	for _, id := range l.Members(newest) {
		out = append(out, store.ID(id))
	}
	return out
}

// Leads lists the leads of a line.
func (s *Service) Leads(line store.ID) (out []store.ID) {
	l, err := s.people.Book().Line(envelope.ID(line))
	if err != nil {
		return nil
	}
	for _, id := range l.Admins(newest) {
		out = append(out, store.ID(id))
	}
	return out
}

// GetCard refuses unless somebody has said in the thread, moments ago and with a
// second factor, that they open this card.
func (s *Service) GetCard(tx *table.Tx, who account.Standing, id, card store.ID, now time.Time) error {
	_, rel, err := s.served(tx, who, id, now)
	if err != nil {
		return err
	}
	if !rel.party && !rel.lead { // they have handed the thread back since: the reveal was of whoever has it
		return wire.Refuse(wire.CodeReveal)
	}
	f, err := s.st.Files.Get(tx, store.FileKey{Thread: id, File: card})
	if errors.Is(err, table.ErrNotFound) || err == nil && !f.Card {
		return wire.Refuse(wire.CodeNotFound)
	}
	if err != nil {
		return fmt.Errorf("read the card's row: %w", err)
	}
	r, err := s.st.Reveals.Get(tx, store.RevealKey{Thread: id, Card: card, Account: who.ID})
	if errors.Is(err, table.ErrNotFound) || err == nil && now.UnixMilli() >= r.Until {
		return wire.Refuse(wire.CodeReveal)
	}
	return err
}
