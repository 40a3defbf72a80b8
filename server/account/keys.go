package account

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/keylog"
	"arcline/store"
	"arcline/store/table"
)

// KEK is the key that seals the service's secrets at rest. It lies in a file of
// its own, never in the store or its backups.
type KEK [32]byte

// seal binds a secret to the row it lies in, so that two sealed rows cannot be
// swapped. Every call uses a key of its own.
func (k KEK) seal(row string, plain []byte) []byte {
	salt := make([]byte, 32)
	rand.Read(salt)
	return append(salt, key.GCMSeal(k.sub(salt, row), nil, plain)...)
}

func (k KEK) open(row string, sealed []byte) ([]byte, error) {
	if len(sealed) < 32 {
		return nil, key.ErrNotOpened
	}
	return key.GCMOpen(k.sub(sealed[:32], row), nil, sealed[32:])
}

func (k KEK) sub(salt []byte, row string) []byte {
	return key.HKDF(k[:], salt, envelope.Enc("arc1/service/row", []byte(row)), 32)
}

// SealSeed seals an account's second-factor seed.
func (k KEK) SealSeed(acct store.ID, seed []byte) []byte {
	return k.seal(fmt.Sprintf("seed/%x", acct), seed)
}

// OpenSeed opens it.
func (k KEK) OpenSeed(acct store.ID, sealed []byte) ([]byte, error) {
	b, err := k.open(fmt.Sprintf("seed/%x", acct), sealed)
	if err != nil {
		return nil, fmt.Errorf("open a second-factor seed: is this the right key file? %w", err)
	}
	return b, nil
}

// ServiceKeys are the service's own signing keys. None of them can read or
// write anything on behalf of a person.
type ServiceKeys struct {
	Token     [32]byte `json:"token"`   // signs access tokens
	StepUp    [32]byte `json:"step_up"` // signs step-up attestations; public half in the agency's policy
	Refresh   [32]byte `json:"refresh"` // derives refresh secrets
	LogSigner string   `json:"log_signer"`
	LogKey    string   `json:"log_key"` // public half of LogSigner
}

const serviceKeysSetting = "service keys"

// ErrKeyFile says that the key file is not the one the store was made with.
var ErrKeyFile = errors.New("the key file does not fit the store")

// LoadKeys opens the service's keys, making them when the store is new.
func LoadKeys(st *store.Store, tx *table.Tx, kek KEK, origin string) (ServiceKeys, error) {
	var k ServiceKeys
	v, err := st.Settings.Get(tx, serviceKeysSetting)
	if err == nil {
		b, err := kek.open(serviceKeysSetting, v.Value)
		if err != nil {
			return k, fmt.Errorf("%w: put the key file back that belongs to this data folder", ErrKeyFile)
		}
		d := json.NewDecoder(bytes.NewReader(b))
		return k, d.Decode(&k)
	}
	if !errors.Is(err, table.ErrNotFound) {
		return k, err
	}
	rand.Read(k.Token[:])
	rand.Read(k.StepUp[:])
	rand.Read(k.Refresh[:])
	if k.LogSigner, k.LogKey, err = keylog.NewNoteKey(rand.Reader, origin); err != nil {
		return k, fmt.Errorf("make the key log's key: %w", err)
	}
	b, err := json.Marshal(k)
	if err != nil {
		return k, err
	}
	return k, st.Settings.Put(tx, serviceKeysSetting, store.Setting{Value: kek.seal(serviceKeysSetting, b)})
}
