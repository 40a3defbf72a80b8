// Package blob keeps sealed files in a folder, each under its id.
//
// # Idea
//
// What lies here is ciphertext, so a file is just bytes under 32 bytes of name.
// The id is the caller's: a hash of the content, or random. Files fan out over
// two levels of folders (ab/cd/abcd...), so that no folder grows too long.
//
// # Laws
//
//   - A file is whole or not there: it is written under another name, synced,
//     linked to its own, and the folders are synced, before Put returns.
//   - A file never changes. A second Put of an id is ErrExists; with ids that
//     are hashes that is as good as success.
//   - Nothing outside the folder is ever read, written or removed, whatever
//     names or links somebody has put inside it (os.Root).
//   - Delete removes the name, not the bytes from the disk. What is sealed is
//     made unreadable by destroying its key.
package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
)

var (
	// ErrTooLarge says that a file is over its limit; nothing of it is kept.
	ErrTooLarge = errors.New("file too large")
	// ErrExists says that there is a file with this id; it is left as it was.
	ErrExists = errors.New("file exists already")
	// ErrNotFound says that no file has this id.
	ErrNotFound = errors.New("file not found")
	// ErrBadID says that a text is not an id.
	ErrBadID = errors.New("not a file id")
)

// incoming holds files that are not whole yet. It is no fan-out folder: those
// have two letters.
const incoming = "incoming"

// ID names a file.
type ID [32]byte

// String is the id as 64 small hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// ParseID undoes String and takes nothing else.
func ParseID(s string) (ID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(ID{}) || hex.EncodeToString(b) != s {
		return ID{}, ErrBadID
	}
	return ID(b), nil
}

// folders returns the two folders above the file.
func (id ID) folders() (outer, inner string) {
	s := id.String()
	return s[:2], path.Join(s[:2], s[2:4])
}

func (id ID) path() string {
	_, inner := id.folders()
	return path.Join(inner, id.String())
}

// Dir is a folder of sealed files.
type Dir struct{ root *os.Root }

// Open opens the folder, making it if there is none.
func Open(dir string) (*Dir, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder of files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder of files: %w", err)
	}
	d := &Dir{root}
	if err := d.makeFolder(incoming, "."); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return d, nil
}

// Close lets go of the folder. Files that are open stay so.
func (d *Dir) Close() error { return d.root.Close() }

// makeFolder sees to it that a folder is there, durably.
func (d *Dir) makeFolder(name, parent string) error {
	if err := d.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder %s: %w", name, err)
	}
	// Also if it was there: another Put may have made it a moment ago.
	return d.syncFolder(parent)
}

func (d *Dir) syncFolder(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return fmt.Errorf("sync folder %s: %w", name, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sync folder %s: %w", name, err)
	}
	return nil
}

// Put stores what r gives, at most max bytes, as id. It returns the size and
// the SHA-256 of it, also with ErrExists.
func (d *Dir) Put(ctx context.Context, id ID, r io.Reader, max int64) (size int64, sum [32]byte, err error) {
	temp := path.Join(incoming, rand.Text())
	size, sum, err = d.receive(ctx, temp, r, max)
	if err == nil {
		err = d.settle(temp, id)
	}
	if remove := d.root.Remove(temp); remove != nil && !errors.Is(remove, fs.ErrNotExist) {
		err = errors.Join(err, remove)
	}
	if err != nil {
		return size, sum, fmt.Errorf("put file %s: %w", id, err)
	}
	return size, sum, nil
}

// receive writes a new file and syncs it.
func (d *Dir) receive(ctx context.Context, name string, r io.Reader, max int64) (size int64, sum [32]byte, err error) {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, sum, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	// One byte over the limit is enough to know.
	limited := io.LimitReader(untilDone{ctx, r}, min(max, math.MaxInt64-1)+1)
	if size, err = io.Copy(io.MultiWriter(f, hash), limited); err != nil {
		return size, sum, err
	}
	if size > max {
		return size, sum, fmt.Errorf("over %d bytes: %w", max, ErrTooLarge)
	}
	return size, [32]byte(hash.Sum(nil)), f.Sync()
}

// settle gives a whole file its own name. A link, unlike a rename, cannot
// replace a file.
func (d *Dir) settle(temp string, id ID) error {
	outer, inner := id.folders()
	if err := d.makeFolder(outer, "."); err != nil {
		return err
	}
	if err := d.makeFolder(inner, outer); err != nil {
		return err
	}
	err := d.root.Link(temp, id.path())
	if errors.Is(err, fs.ErrExist) {
		err = ErrExists // and made durable below, so that it is as good as success
	}
	return errors.Join(err, d.syncFolder(inner))
}

// Get opens a file for reading and returns its size.
func (d *Dir) Get(ctx context.Context, id ID) (io.ReadSeekCloser, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	// Looked at before it is opened: opening a pipe would wait for ever, and a
	// link, even one that stays inside, is nothing that Put makes.
	info, err := d.root.Lstat(id.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, ErrNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("get file %s: %w", id, err)
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("get file %s: it is a %v", id, info.Mode().Type())
	}
	f, err := d.root.Open(id.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, ErrNotFound
	}
	if err != nil {
		return nil, 0, fmt.Errorf("get file %s: %w", id, err)
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(info, opened) {
		err = errors.New("it was exchanged meanwhile")
	}
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("get file %s: %w", id, err), f.Close())
	}
	return f, opened.Size(), nil
}

// Delete removes a file durably. Removing what is not there is no error.
func (d *Dir) Delete(ctx context.Context, id ID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.root.Remove(id.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	// Also if it was gone: the removal may not have been made durable then.
	_, inner := id.folders()
	if err := d.syncFolder(inner); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	return nil
}

// List calls fn for every file, in the order of ids. What Put has not made is
// passed over.
func (d *Dir) List(ctx context.Context, fn func(id ID, size int64) error) error {
	return fs.WalkDir(d.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		if name == incoming {
			return fs.SkipDir
		}
		id, err := ParseID(path.Base(name))
		if err != nil || id.path() != name || !entry.Type().IsRegular() {
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted meanwhile
		}
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		return fn(id, info.Size())
	})
}

// Sweep removes what Puts that were cut off by a crash have left behind, and
// returns how many. No Put may be under way in any process.
func (d *Dir) Sweep(ctx context.Context) (int, error) {
	left, err := fs.ReadDir(d.root.FS(), incoming)
	if err != nil {
		return 0, fmt.Errorf("sweep: %w", err)
	}
	for i, entry := range left {
		if err := errors.Join(ctx.Err(), d.root.Remove(path.Join(incoming, entry.Name()))); err != nil {
			return i, fmt.Errorf("sweep: %w", err)
		}
	}
	return len(left), d.syncFolder(incoming)
}

// untilDone ends a long read when ctx ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
