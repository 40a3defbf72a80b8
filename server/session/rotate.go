package session

import (
	"arcline/server/account"
	"arcline/server/record"
	"arcline/store"
	"arcline/store/table"

	"time"
)

// rotateEvery is how old the key for access tokens gets.
const rotateEvery = 30 * 24 * time.Hour

// RotateTokens writes a new key for access tokens. The transaction owns the
// system's partition; TakeTokens puts the keys in force once it is committed.
func (s *Service) RotateTokens(tx *table.Tx, emergency bool, by account.Actor, now time.Time) ([]account.TokenKey, error) {
	keys, err := account.RotateTokens(s.st, tx, s.kek, emergency, TokenLife, now)
	if err != nil {
		return nil, err
	}
	act := "change the key of access tokens"
	if emergency {
		act += ", at once"
	}
	return keys, record.In(s.st, tx, store.PartSystem, record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device, Act: act, Outcome: record.Done, From: by.From})
}

// TakeTokens puts committed keys in force.
func (s *Service) TakeTokens(keys []account.TokenKey) { s.signer.take(keys) }

// RotationDue reports whether the newest key has its age.
func (s *Service) RotationDue(tx *table.Tx, now time.Time) (bool, error) {
	keys, err := account.LoadKeys(s.st, tx, s.kek, "", now)
	return err == nil && now.UnixMilli()-keys.Tokens[0].Made >= rotateEvery.Milliseconds(), err
}
