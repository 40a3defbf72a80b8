package account

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Find looks for assisters in standing whom a line serves, by the numbers that the
// roster gives them. Whoever is not found is left out, for whatever reason.
func (s *Service) Find(tx *table.Tx, line store.ID, in wire.FindAsk, now time.Time) (wire.FoundList, error) {
	out := wire.FoundList{Found: []wire.Found{}}
	if len(in.Numbers) > wire.MaxFind {
		return out, wire.Refuse(wire.CodeTooMany).Because(errors.New("too many numbers at once"))
	}
	_, err := s.st.Roster.Scan(tx, store.PartRoster, table.Range{}, func(_ string, e store.RosterEntry) (bool, error) {
		if e.Account == (store.ID{}) || !slices.Contains(in.Numbers, e.ID) {
			return true, nil
		}
		if err := s.Addressed(tx, e.Account, line, now); err == nil {
			out.Found = append(out.Found, wire.Found{Number: e.ID, Account: wire.ID(e.Account)})
		} else if wire.CodeOf(err) != wire.CodeNotFound {
			return false, err
		}
		return true, nil
	})
	if err != nil {
		err = fmt.Errorf("look for assisters: %w", err)
	}
	return out, err
}
