package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"arcline/store/kv"
	"arcline/store/table"
)

// A migration is numbered, runs once, in one transaction, and is never edited
// after it was released.
type migration struct {
	n    int
	name string
	run  func(*Store, *table.Tx) error
}

var migrations = []migration{
	{1, "first schema", func(*Store, *table.Tx) error { return nil }},
}

const schemaSetting = "schema"

// ErrNewer says that the store was written by a later version of arcline.
var ErrNewer = errors.New("the store was written by a newer version of arcline")

func (s *Store) migrate(ctx context.Context) error {
	return s.Update(ctx, func(tx *table.Tx) error {
		have, err := s.schemaNumber(tx)
		if err != nil {
			return err
		}
		if last := migrations[len(migrations)-1].n; have > last {
			return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewer, have, last)
		}
		for _, m := range migrations {
			if m.n <= have {
				continue
			}
			if err := m.run(s, tx); err != nil {
				return fmt.Errorf("migration %d (%s): %w", m.n, m.name, err)
			}
			v, err := json.Marshal(m.n)
			if err != nil {
				return err
			}
			if err := s.Settings.Put(tx, schemaSetting, Setting{Value: v}); err != nil {
				return err
			}
		}
		return nil
	}, kv.Own(PartSystem))
}

func (s *Store) schemaNumber(tx *table.Tx) (n int, err error) {
	v, err := s.Settings.Get(tx, schemaSetting)
	if errors.Is(err, table.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return n, json.Unmarshal(v.Value, &n)
}
