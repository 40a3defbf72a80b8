package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"arcline/server/account"
	"arcline/server/config"
	"arcline/store"
)

// loadKEK reads the key file, making it when the data folder is new, and the one
// that was in use before, while there is one.
func loadKEK(cfg config.Config) (kek account.KEK, err error) {
	path := keyPath(cfg)
	kek.Key, err = readKeyFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(cfg.Data, store.FileName)); err == nil {
			return kek, fmt.Errorf("the key file %s is missing, and the store needs it: put it back", path)
		}
		kek.Key, err = makeKeyFile(path)
	}
	if err == nil && cfg.OldKeyFile != "" {
		kek.Old, err = readKeyFile(cfg.OldKeyFile)
	}
	return kek, err
}

func keyPath(cfg config.Config) string {
	if cfg.KeyFile != "" {
		return cfg.KeyFile
	}
	return filepath.Join(cfg.Data, keyFileName)
}

func readKeyFile(path string) (k [32]byte, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return k, fmt.Errorf("read the key file: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return k, fmt.Errorf("the key file %s can be read by others: set its mode to 0600", path)
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(raw) != len(k) || [32]byte(raw) == [32]byte{} {
		return k, fmt.Errorf("the key file %s is damaged: put the right one back", path)
	}
	return [32]byte(raw), nil
}

// makeKeyFile makes a key file that is whole on disk before it is used, or not
// there at all.
func makeKeyFile(path string) (k [32]byte, err error) {
	rand.Read(k[:])
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, fmt.Errorf("make the key file's folder: %w", err)
	}
	f, err := os.CreateTemp(dir, ".key-") // mode 0600
	if err != nil {
		return k, fmt.Errorf("make the key file: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(base64.RawURLEncoding.EncodeToString(k[:]) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), path) // fails if somebody made one meanwhile
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return k, fmt.Errorf("make the key file: %w", err)
	}
	return k, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// RotateKey seals every secret of a stopped service anew, from the key file of
// the settings to newFile, which is made if it is not there. Each row changes in
// its own transaction: it can be killed at any point and begun again, and the
// service can be started meanwhile with both files. done is told after each row
// and may be nil; rows counts those of this run.
func RotateKey(ctx context.Context, cfg config.Config, newFile string, o Options, done func(rows int)) (rows int, err error) {
	var kek account.KEK
	if kek.Old, err = readKeyFile(keyPath(cfg)); err != nil {
		return 0, err
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, store.FileName)); err != nil {
		return 0, fmt.Errorf("there is no store in %s: %w", cfg.Data, err)
	}
	kek.Key, err = readKeyFile(newFile)
	if errors.Is(err, os.ErrNotExist) {
		kek.Key, err = makeKeyFile(newFile)
	}
	if err != nil {
		return 0, err
	}
	st, err := store.Open(ctx, cfg.Data, store.Options{Check: o.Check})
	if err != nil {
		return 0, err
	}
	rows, err = account.Rewrap(ctx, st, kek, done)
	return rows, errors.Join(err, st.Close())
}
