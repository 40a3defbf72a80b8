package client

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"arcline/crypto/vault"
)

// Vault is what a device keeps at rest. Everything in it is sealed; a name is
// not secret. Save replaces what is there as a whole or not at all.
type Vault interface {
	Load(name string) ([]byte, error) // ErrNothing when there is none
	Save(name string, b []byte) error
	Delete(name string) error
	List(prefix string) ([]string, error)
}

// ErrNothing says that the vault has nothing under a name.
var ErrNothing = errors.New("nothing is kept under this name")

// MemVault is a vault that forgets, for tests and throw-away clients.
type MemVault struct {
	mu sync.Mutex
	m  map[string][]byte
}

// NewMemVault is an empty one.
func NewMemVault() *MemVault { return &MemVault{m: map[string][]byte{}} }

// Load returns what is kept.
func (v *MemVault) Load(name string) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	b, ok := v.m[name]
	if !ok {
		return nil, ErrNothing
	}
	return slices.Clone(b), nil
}

// Save keeps b.
func (v *MemVault) Save(name string, b []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.m[name] = slices.Clone(b)
	return nil
}

// Delete forgets.
func (v *MemVault) Delete(name string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.m, name)
	return nil
}

// List returns the names with a prefix, in order.
func (v *MemVault) List(prefix string) ([]string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []string
	for name := range maps.Keys(v.m) {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}

// DirVault keeps sealed records in a folder of mode 0700, under a key in a file
// of its own. It protects what is copied out of the folder without that file;
// whoever holds the device unlocked holds what is in it.
type DirVault struct {
	dir string
	key [32]byte
}

const (
	vaultKeyName = "device.key"
	sealedExt    = ".sealed"
	vaultVersion = 1
)

// OpenDirVault opens or makes a vault.
func OpenDirVault(dir string) (*DirVault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the device's folder: %w", err)
	}
	v := &DirVault{dir: dir}
	path := filepath.Join(dir, vaultKeyName)
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		rand.Read(v.key[:])
		return v, writeWhole(path, []byte(base64.RawURLEncoding.EncodeToString(v.key[:])+"\n"))
	}
	if err != nil {
		return nil, fmt.Errorf("read the device's key file: %w", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(raw) != 32 {
		return nil, fmt.Errorf("the device's key file %s is damaged", path)
	}
	copy(v.key[:], raw)
	return v, nil
}

func (v *DirVault) path(name string) string {
	return filepath.Join(v.dir, strings.ReplaceAll(name, "/", "_")+sealedExt)
}

// Load opens a record.
func (v *DirVault) Load(name string) ([]byte, error) {
	b, err := os.ReadFile(v.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNothing
	}
	if err != nil {
		return nil, fmt.Errorf("read from the device's folder: %w", err)
	}
	plain, err := vault.Open(v.key, name, vaultVersion, b)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", v.path(name), err)
	}
	return plain, nil
}

// Save seals a record and puts it in place as a whole.
func (v *DirVault) Save(name string, b []byte) error {
	return writeWhole(v.path(name), vault.Seal(v.key, name, vaultVersion, b))
}

// Delete removes a record.
func (v *DirVault) Delete(name string) error {
	if err := os.Remove(v.path(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// List returns the names with a prefix.
func (v *DirVault) List(prefix string) ([]string, error) {
	files, err := os.ReadDir(v.dir)
	if err != nil {
		return nil, err
	}
	want := strings.ReplaceAll(prefix, "/", "_")
	var out []string
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), sealedExt); ok && strings.HasPrefix(name, want) {
			out = append(out, prefix+strings.TrimPrefix(name, want))
		}
	}
	return out, nil
}

// writeWhole writes a file under another name, syncs it and renames it, so that
// a crash leaves the old or the new one and never half.
func writeWhole(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func loadJSON(v Vault, name string, out any) error {
	b, err := v.Load(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("read %s from the device's folder: %w", name, err)
	}
	return nil
}

func saveJSON(v Vault, name string, in any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return v.Save(name, b)
}
