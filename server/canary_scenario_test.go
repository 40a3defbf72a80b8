package server_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	stdsync "sync"
	"testing"
	"testing/synctest"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// logBuffer keeps what the service logs.
type logBuffer struct {
	mu stdsync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// planted counts how often any of the texts stands in b, as it is, in hex or in
// base64 at any alignment.
func planted(b []byte, texts ...string) (n int) {
	for _, s := range texts {
		n += bytes.Count(b, []byte(s)) + bytes.Count(b, []byte(hex.EncodeToString([]byte(s))))
		for skip := range 3 {
			inner := s[(3-skip)%3:]
			inner = inner[:len(inner)/3*3]
			n += bytes.Count(b, []byte(base64.StdEncoding.EncodeToString([]byte(inner))))
		}
	}
	return n
}

// everything is all that the service has: its folder, a snapshot, its log.
func everything(t *testing.T, h *arctest.House, log *logBuffer) map[string][]byte {
	t.Helper()
	var snapshot bytes.Buffer
	if _, err := h.Server.Store().Snapshot(t.Context(), &snapshot); err != nil {
		t.Fatal(err)
	}
	log.mu.Lock()
	hay := map[string][]byte{"snapshot": snapshot.Bytes(), "log": bytes.Clone(log.b.Bytes())}
	log.mu.Unlock()
	err := filepath.WalkDir(filepath.Join(h.Dir, "data"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			hay[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil || len(hay) < 4 {
		t.Fatal(len(hay), err)
	}
	return hay
}

// T36: what people write is nowhere in what the service has: not in its folder,
// not in a snapshot, not in its log at the noisiest level.
func TestCanary(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &logBuffer{}
		h := arctest.New(t, log)
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		word := func(what string) string { return what + "-" + rand.Text() }
		subject, body, answer, name, content := word("subject"), word("body"), word("answer"), word("name")+".pdf", strings.Repeat(word("content"), 5000)
		r := must(t)(ann.OpenThread(t.Context(), h.Line("arc"), client.Content{Type: "text", Subject: subject, Text: body}))
		must(t)(staff[0].Claim(t.Context(), r.Thread))
		f, err := staff[0].Attach(t.Context(), r.Thread, name, "application/pdf", strings.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		must(t)(staff[0].Send(t.Context(), r.Thread, client.Content{Type: "text", Text: answer, Files: []client.FileInfo{f}}))
		var got bytes.Buffer
		if err := ann.Download(t.Context(), r.Thread, f, &got); err != nil || got.String() != content {
			t.Fatal("the file did not arrive:", err)
		}
		texts := []string{subject, body, answer, name, content[:60]}
		hay := everything(t, h, log)
		for where, b := range hay {
			if n := planted(b, texts...); n > 0 {
				t.Errorf("%s holds %d readable texts", where, n)
			}
		}
		// The control: planted where it must not be, each text is found.
		for _, s := range texts {
			for skip := range 3 {
				pad := strings.Repeat("x", skip)
				if planted([]byte(base64.StdEncoding.EncodeToString([]byte(pad+s))), s) == 0 || planted([]byte(pad+s), s) == 0 {
					t.Errorf("the search does not find %.12s", s)
				}
			}
		}
		if log.b.Len() == 0 {
			t.Error("the log is empty, so searching it proves nothing")
		}
	})
}
