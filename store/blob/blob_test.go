package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

func open(t *testing.T) (*Dir, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, dir
}

func put(t *testing.T, d *Dir, content string) ID {
	t.Helper()
	id := ID(sha256.Sum256([]byte(content)))
	size, sum, err := d.Put(t.Context(), id, strings.NewReader(content), 1<<20)
	if err != nil || size != int64(len(content)) || sum != id {
		t.Fatalf("put: %d, %x, %v", size, sum, err)
	}
	return id
}

func get(t *testing.T, d *Dir, id ID) (string, error) {
	t.Helper()
	f, size, err := d.Get(t.Context(), id)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if int64(len(b)) != size {
		t.Errorf("size %d, read %d", size, len(b))
	}
	return string(b), err
}

// left lists the plain files under dir.
func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFiles(t *testing.T) {
	d, dir := open(t)
	a, b, empty := put(t, d, "aaa"), put(t, d, strings.Repeat("b", 100_000)), put(t, d, "")
	if s, err := get(t, d, a); err != nil || s != "aaa" {
		t.Errorf("get: %q, %v", s, err)
	}
	info, err := os.Stat(filepath.Join(dir, a.path()))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: %v, %v", info, err)
	}
	list := func() (ids []ID) {
		if err := d.List(t.Context(), func(id ID, _ int64) error { ids = append(ids, id); return nil }); err != nil {
			t.Fatal(err)
		}
		return ids
	}
	want := []ID{a, b, empty}
	slices.SortFunc(want, func(x, y ID) int { return bytes.Compare(x[:], y[:]) })
	if got := list(); !slices.Equal(got, want) {
		t.Errorf("list: %v, want %v", got, want)
	}
	// A second file under the same id changes nothing and says what it was.
	size, sum, err := d.Put(t.Context(), a, strings.NewReader("evil"), 10)
	if !errors.Is(err, ErrExists) || size != 4 || sum != sha256.Sum256([]byte("evil")) {
		t.Errorf("put twice: %d, %x, %v", size, sum, err)
	}
	if s, err := get(t, d, a); err != nil || s != "aaa" {
		t.Errorf("after the second put: %q, %v", s, err)
	}
	f, _, err := d.Get(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(d.Delete(t.Context(), b), d.Delete(t.Context(), b), d.Delete(t.Context(), ID{1})); err != nil {
		t.Errorf("delete: %v", err)
	}
	if n, err := io.Copy(io.Discard, f); n != 100_000 || err != nil {
		t.Errorf("reader of a deleted file: %d, %v", n, err)
	}
	if _, err := get(t, d, b); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	if names := left(t, dir); len(names) != 2 {
		t.Errorf("left: %v", names)
	}
}

func TestRefusedPutsLeaveNothing(t *testing.T) {
	d, dir := open(t)
	boom := errors.New("boom")
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		want error
	}{
		"too large":    {t.Context(), strings.NewReader("12345"), ErrTooLarge},
		"endless":      {t.Context(), endless{}, ErrTooLarge},
		"reader fails": {t.Context(), io.MultiReader(strings.NewReader("12"), iotest.ErrReader(boom)), boom},
		"cancelled":    {done, strings.NewReader("12"), context.Canceled},
	} {
		if _, _, err := d.Put(c.ctx, ID{1}, c.r, 4); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if names := left(t, dir); len(names) != 0 {
			t.Errorf("%s: left %v", name, names)
		}
	}
	if _, _, err := d.Put(t.Context(), ID{1}, strings.NewReader("1234"), 4); err != nil {
		t.Errorf("just at the limit: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestRace: of many Puts of one id exactly one wins, and its file is whole.
func TestRace(t *testing.T) {
	d, _ := open(t)
	var wg sync.WaitGroup
	won := make(chan string, 16)
	for i := range 16 {
		wg.Go(func() {
			content := strings.Repeat(string(rune('a'+i)), 50_000)
			_, _, err := d.Put(t.Context(), ID{7}, strings.NewReader(content), 1<<20)
			if err == nil {
				won <- content
			} else if !errors.Is(err, ErrExists) {
				t.Errorf("put: %v", err)
			}
		})
	}
	wg.Wait()
	close(won)
	winner := <-won
	if s, err := get(t, d, ID{7}); err != nil || s != winner || winner == "" {
		t.Errorf("winner's file: %d bytes, %v", len(s), err)
	}
	if more, ok := <-won; ok {
		t.Errorf("two winners: %.3s", more)
	}
}

func TestParseID(t *testing.T) {
	good := strings.Repeat("ab", 32)
	if id, err := ParseID(good); err != nil || id.String() != good {
		t.Errorf("good id: %v, %v", id, err)
	}
	for _, bad := range []string{"", "..", "../../etc/passwd", strings.ToUpper(good), good + "00", good[2:], good[:63], good[:63] + "/",
		good[:62] + "..", " " + good[1:], good[:63] + "\x00", incoming} {
		if _, err := ParseID(bad); !errors.Is(err, ErrBadID) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestLinks: links and other things put inside lead nowhere.
func TestLinks(t *testing.T) {
	d, dir := open(t)
	outside := filepath.Join(filepath.Dir(dir), "outside")
	secret := filepath.Join(outside, "secret")
	if err := errors.Join(os.Mkdir(outside, 0o700), os.WriteFile(secret, []byte("secret"), 0o600)); err != nil {
		t.Fatal(err)
	}
	plant := func(id ID, make func(place string) error) {
		place := filepath.Join(dir, id.path())
		if err := errors.Join(os.MkdirAll(filepath.Dir(place), 0o700), make(place)); err != nil {
			t.Fatal(err)
		}
	}
	kept := put(t, d, "kept")
	file, inside, pipe, folder := ID{1}, ID{2}, ID{3}, ID{4}
	plant(file, func(place string) error { return os.Symlink(secret, place) })
	plant(inside, func(place string) error { return os.Symlink(filepath.Join(dir, kept.path()), place) })
	plant(pipe, func(place string) error { return syscall.Mkfifo(place, 0o600) })
	// A whole fan-out folder that is a link to the outside.
	if err := errors.Join(os.Symlink(outside, filepath.Join(dir, folder.String()[:2])),
		os.Mkdir(filepath.Join(outside, "00"), 0o700),
		os.WriteFile(filepath.Join(outside, "00", folder.String()), []byte("secret"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]ID{"file": file, "inside": inside, "pipe": pipe, "folder": folder} {
		got := make(chan error, 1)
		go func() {
			_, err := get(t, d, id)
			got <- err
		}()
		select {
		case err := <-got:
			if err == nil {
				t.Errorf("%s: read", name)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: hangs", name)
		}
		if _, _, err := d.Put(t.Context(), id, strings.NewReader("x"), 10); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	n := 0
	if err := d.List(t.Context(), func(id ID, _ int64) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("list: %d files, %v", n, err)
	}
	_ = d.Delete(t.Context(), file) // removes the link
	if err := d.Delete(t.Context(), folder); err == nil {
		t.Error("deleted through a link")
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "secret" {
		t.Errorf("outside: %q, %v", b, err)
	}
	if names := left(t, outside); len(names) != 2 {
		t.Errorf("outside: %v", names)
	}
}

func TestSweep(t *testing.T) {
	d, dir := open(t)
	kept := put(t, d, "kept")
	if err := os.WriteFile(filepath.Join(dir, incoming, "CUTOFF"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("sweep: %d, %v", n, err)
	}
	if names := left(t, dir); len(names) != 1 || !strings.HasSuffix(names[0], kept.String()) {
		t.Errorf("left: %v", names)
	}
}
