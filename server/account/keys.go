package account

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/keylog"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// KEK is the key that seals the service's secrets at rest. It lies in a file of
// its own, never in the store or its backups. While the key file is being
// changed there are two: new rows are sealed with Key, and rows that Old sealed
// can still be opened.
type KEK struct{ Key, Old [32]byte }

// sealVersion is the first byte of everything sealed here.
const sealVersion = 1

const saltLen = 32

// seal binds a secret to the row it lies in, so that two sealed rows cannot be
// swapped. Every call uses a key of its own. Layout: version, salt, AES-256-GCM.
func (k KEK) seal(row string, plain []byte) []byte {
	b := make([]byte, 1+saltLen)
	b[0] = sealVersion
	rand.Read(b[1:])
	return append(b, key.GCMSeal(sub(k.Key, b[1:], row), nil, plain)...)
}

// open opens with whichever key fits; old says that it was the old one.
func (k KEK) open(row string, sealed []byte) (plain []byte, old bool, err error) {
	if len(sealed) < 1+saltLen || sealed[0] != sealVersion {
		return nil, false, key.ErrNotOpened
	}
	salt, box := sealed[1:1+saltLen], sealed[1+saltLen:]
	if plain, err = key.GCMOpen(sub(k.Key, salt, row), nil, box); err == nil {
		return plain, false, nil
	}
	if k.Old == ([32]byte{}) {
		return nil, false, err // none: a key of zeros is everybody's
	}
	plain, err = key.GCMOpen(sub(k.Old, salt, row), nil, box)
	return plain, true, err
}

// reseal seals a row anew if it is still under the old key.
func (k KEK) reseal(row string, sealed []byte) (out []byte, changed bool, err error) {
	plain, old, err := k.open(row, sealed)
	if err != nil || !old {
		return sealed, false, err
	}
	return k.seal(row, plain), true, nil
}

func sub(k [32]byte, salt []byte, row string) []byte {
	return key.HKDF(k[:], salt, envelope.Enc("arc1/service/row", []byte(row)), 32)
}

func seedRow(acct, app store.ID) string { return fmt.Sprintf("seed/%x/%x", acct, app) }

// SealSeed seals the seed of an account's authenticator app, under the id that
// the history of authenticators knows it by.
func (k KEK) SealSeed(acct, app store.ID, seed []byte) []byte {
	return k.seal(seedRow(acct, app), seed)
}

// OpenSeed opens it.
func (k KEK) OpenSeed(acct, app store.ID, sealed []byte) ([]byte, error) {
	b, _, err := k.open(seedRow(acct, app), sealed)
	if err != nil {
		return nil, fmt.Errorf("open a second-factor seed: is this the right key file? %w", err)
	}
	return b, nil
}

// TokenKey signs access tokens. Its id stands in their header.
type TokenKey struct {
	ID    string   `json:"id"`
	Seed  [32]byte `json:"seed"`
	Made  int64    `json:"made"`            // Unix milliseconds
	Until int64    `json:"until,omitempty"` // Unix milliseconds: accepted until then; zero for the newest
}

func newTokenKey(now time.Time) TokenKey {
	k := TokenKey{ID: rand.Text(), Made: now.UnixMilli()}
	rand.Read(k.Seed[:])
	return k
}

// ServiceKeys are the service's own signing keys. None of them can read or
// write anything on behalf of a person.
type ServiceKeys struct {
	Tokens    []TokenKey `json:"tokens"`  // newest first; it signs
	StepUp    [32]byte   `json:"step_up"` // signs step-up attestations; public half in the agency's policy
	Refresh   [32]byte   `json:"refresh"` // derives refresh secrets
	LogSigner string     `json:"log_signer"`
	LogKey    string     `json:"log_key"` // public half of LogSigner
	Push      [32]byte   `json:"push"`    // makes the key that push services know the service by (RFC 8292)
}

const serviceKeysSetting = "service keys"

// ErrKeyFile says that the key file is not the one the store was made with.
var ErrKeyFile = errors.New("the key file does not fit the store")

// LoadKeys opens the service's keys, making them when the store is new.
func LoadKeys(st *store.Store, tx *table.Tx, kek KEK, origin string, now time.Time) (ServiceKeys, error) {
	var k ServiceKeys
	v, err := st.Settings.Get(tx, serviceKeysSetting)
	if err == nil {
		b, _, err := kek.open(serviceKeysSetting, v.Value)
		if err != nil {
			return k, fmt.Errorf("%w: put the key file back that belongs to this data folder", ErrKeyFile)
		}
		d := json.NewDecoder(bytes.NewReader(b))
		return k, d.Decode(&k)
	}
	if !errors.Is(err, table.ErrNotFound) {
		return k, err
	}
	rand.Read(k.StepUp[:])
	rand.Read(k.Push[:])
	rand.Read(k.Refresh[:])
	k.Tokens = []TokenKey{newTokenKey(now)}
	if k.LogSigner, k.LogKey, err = keylog.NewNoteKey(rand.Reader, origin); err != nil {
		return k, fmt.Errorf("make the key log's key: %w", err)
	}
	return k, saveKeys(st, tx, kek, k)
}

func saveKeys(st *store.Store, tx *table.Tx, kek KEK, k ServiceKeys) error {
	b, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return st.Settings.Put(tx, serviceKeysSetting, store.Setting{Value: kek.seal(serviceKeysSetting, b)})
}

// RotateTokens puts a new key for access tokens before the others. The one
// before it is accepted for as long as a token of it may live; after an
// emergency it is not, and everybody has to ask for a new token at once. The
// transaction owns the system's partition; the keys count once it is committed.
func RotateTokens(st *store.Store, tx *table.Tx, kek KEK, emergency bool, life time.Duration, now time.Time) ([]TokenKey, error) {
	k, err := LoadKeys(st, tx, kek, "", now)
	if err != nil {
		return nil, err
	}
	tokens := []TokenKey{newTokenKey(now)}
	for i, old := range k.Tokens {
		if i == 0 {
			old.Until = now.Add(life).UnixMilli()
		}
		if !emergency && now.UnixMilli() <= old.Until {
			tokens = append(tokens, old)
		}
	}
	k.Tokens = tokens
	return tokens, saveKeys(st, tx, kek, k)
}

// Rewrap seals every secret of the store that is still under the old key with
// the new one, each row in its own transaction, so that it can be stopped at any
// point and begun again. done is told after each row; it may be nil.
func Rewrap(ctx context.Context, st *store.Store, kek KEK, done func(rows int)) (rows int, err error) {
	count := func(changed bool) {
		if changed {
			if rows++; done != nil {
				done(rows)
			}
		}
	}
	changed, err := rewrapKeys(ctx, st, kek)
	if err != nil {
		return rows, err
	}
	count(changed)
	accounts, err := allAccounts(ctx, st)
	if err != nil {
		return rows, err
	}
	for _, acct := range accounts {
		if changed, err = rewrapSeeds(ctx, st, kek, acct); err != nil {
			return rows, fmt.Errorf("seal the second factor of account %x anew: %w", acct, err)
		}
		count(changed)
	}
	return rows, nil
}

func rewrapKeys(ctx context.Context, st *store.Store, kek KEK) (changed bool, err error) {
	err = st.Update(ctx, func(tx *table.Tx) error {
		v, err := st.Settings.Get(tx, serviceKeysSetting)
		if err != nil {
			return fmt.Errorf("the service's keys: %w", err)
		}
		if v.Value, changed, err = kek.reseal(serviceKeysSetting, v.Value); err != nil {
			return fmt.Errorf("%w: neither key file opens it", ErrKeyFile)
		}
		if !changed {
			return nil
		}
		return st.Settings.Put(tx, serviceKeysSetting, v)
	}, kv.Own(store.PartSystem))
	return changed, err
}

func rewrapSeeds(ctx context.Context, st *store.Store, kek KEK, acct store.ID) (changed bool, err error) {
	err = st.Update(ctx, func(tx *table.Tx) error {
		a, err := st.Auth.Get(tx, acct)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		var next bool
		if a.Seed, changed, err = kek.reseal(seedRow(acct, a.App), a.Seed); err != nil {
			return err
		}
		if len(a.Next) > 0 {
			if a.Next, next, err = kek.reseal(seedRow(acct, a.NextApp), a.Next); err != nil {
				return err
			}
		}
		if changed = changed || next; !changed {
			return nil
		}
		return st.Auth.Put(tx, acct, a)
	}, kv.Own(store.PartAccount(acct)))
	return changed, err
}

// allAccounts lists every account in whatever state.
func allAccounts(ctx context.Context, st *store.Store) (out []store.ID, err error) {
	err = st.View(ctx, func(tx *table.Tx) error {
		_, err := st.ByState.Keys(tx, table.Range{}, func(id store.ID) (bool, error) {
			out = append(out, id)
			return true, nil
		})
		return err
	})
	return out, err
}

// Accounts lists every account in whatever state, for the clock's commands.
func (s *Service) Accounts(ctx context.Context) ([]store.ID, error) { return allAccounts(ctx, s.st) }
