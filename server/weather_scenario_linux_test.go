package server_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
	"arcline/store"
)

// breakDisk makes every write to the house's store fail: the descriptor that
// the store has open is exchanged for one that only reads. It looks for the
// file by its name, which no other test's house has.
func breakDisk(t *testing.T, h *arctest.House) {
	t.Helper()
	path := filepath.Join(h.Dir, "data", store.FileName)
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err != nil || to != path {
			continue
		}
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		only, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Dup3(int(only.Fd()), fd, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		if err := only.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("the store's file is not open")
}

// When the disk fails the server says that it cannot tell what became of the
// request, and ends. Started again, the same request is stored once.
func TestWeatherDiskFails(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		run, err := ann.SealRun(t.Context(), id, []client.Content{text("one"), text("two")})
		if err != nil {
			t.Fatal(err)
		}
		l := rawOf(t, ann).dial(t)
		if code := l.code(run[0]); code != "" { // the control
			t.Fatal("before the disk fails:", code)
		}
		breakDisk(t, h)
		for range 2 { // and the second answer is no kinder than the first
			if code := l.code(run[1]); code != wire.CodeUnknownOutcome {
				t.Error("with a broken disk:", code)
			}
		}
		if _, code := l.read(id, 0); code != wire.CodeUnknownOutcome {
			t.Error("a stopped store was read:", code)
		}
		synctest.Wait()
		select {
		case err := <-h.Ended():
			if err == nil || !strings.Contains(err.Error(), "start the service again") {
				t.Error(err)
			}
		default:
			t.Error("the server goes on over a broken disk")
		}
		h.Abandon()
		h.Start()
		l = rawOf(t, ann).dial(t)
		for range 2 {
			if p, ok := l.ask(run[1]).(wire.Posted); !ok || p.Index != length(t, l, id)-1 {
				t.Errorf("%+v", p)
			}
		}
		if got := texts(t, sync(t, staff[0], id)); !slices.Equal(got, []string{"first", "one", "two"}) {
			t.Errorf("%q", got)
		}
	})
}
