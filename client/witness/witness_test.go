package witness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"arcline/crypto/keylog"
)

const origin = "log.example/keys"

// log is a key log in memory with its key.
type log struct {
	hashes []tlog.Hash
	size   int64
	signer note.Signer
	vkey   string
}

func (l *log) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, x := range at {
		out[i] = l.hashes[x]
	}
	return out, nil
}

func newLog(t testing.TB, seed byte, name string) *log {
	t.Helper()
	skey, vkey, err := keylog.NewNoteKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return &log{signer: s, vkey: vkey}
}

// grow adds leaves; salt makes another history of the same size.
func (l *log) grow(t testing.TB, n int, salt string) *log {
	t.Helper()
	for range n {
		h, err := keylog.Append(l.size, fmt.Appendf(nil, "%s %d", salt, l.size), l)
		if err != nil {
			t.Fatal(err)
		}
		l.hashes, l.size = append(l.hashes, h...), l.size+1
	}
	return l
}

// request asks to sign the state of a size, from an older one.
func (l *log) request(t testing.TB, old, size int64) []byte {
	t.Helper()
	root, err := keylog.TreeRoot(size, l)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := keylog.SignCheckpoint(l.signer.Name(), uint64(size), root, l.signer)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := keylog.ProveConsistency(min(old, size), size, l)
	if err != nil {
		t.Fatal(err)
	}
	return keylog.AddCheckpoint{Old: uint64(old), Proof: proof, Checkpoint: msg}.Encode()
}

// scene is a log and its witness.
type scene struct {
	*log
	cfg  Config
	vkey string // the witness's
	w    *Witness
}

func newScene(t testing.TB) *scene {
	t.Helper()
	s := &scene{log: newLog(t, 1, origin).grow(t, 20, "leaf")}
	skey, vkey, err := keylog.NewCosignerKey(bytes.NewReader(bytes.Repeat([]byte{2}, 32)), "witness.example")
	if err != nil {
		t.Fatal(err)
	}
	k, err := keylog.ReadCosigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	s.vkey = vkey
	s.cfg = Config{Key: k, LogKey: s.log.vkey, State: filepath.Join(t.TempDir(), "state"), Now: func() time.Time { return time.Unix(1_800_000_000, 0) }, Log: slog.New(slog.DiscardHandler)}
	s.open(t)
	return s
}

func (s *scene) open(t testing.TB) {
	t.Helper()
	w, err := Open(s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.w = w
}

func (s *scene) post(body []byte) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	s.w.ServeHTTP(rec, httptest.NewRequest("POST", "/add-checkpoint", bytes.NewReader(body)))
	return rec
}

func (s *scene) kept(t testing.TB) (out state) {
	t.Helper()
	b, err := os.ReadFile(s.cfg.State)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSigns(t *testing.T) {
	s := newScene(t)
	for _, step := range [][2]int64{{0, 5}, {5, 5}, {5, 13}, {13, 20}} {
		body := s.request(t, step[0], step[1])
		rec := s.post(body)
		if rec.Code != http.StatusOK {
			t.Fatalf("%v: %d %s", step, rec.Code, rec.Body)
		}
		req, err := keylog.ParseAddCheckpoint(body)
		if err != nil {
			t.Fatal(err)
		}
		v := keylog.Verifier{LogKey: s.log.vkey, Witnesses: []string{s.vkey}, Quorum: 1}
		c, times, err := v.OpenTimed(append(req.Checkpoint, rec.Body.Bytes()...))
		if err != nil || c.Size != uint64(step[1]) || times[0] != 1_800_000_000 {
			t.Errorf("%v: %+v %v %v", step, c, times, err)
		}
		if k := s.kept(t); k.Size != c.Size || k.Root != c.Root {
			t.Errorf("%v: on disk is %+v", step, k)
		}
	}
}

// Every refusal has the status of C2SP tlog-witness, and moves nothing; the
// same log's next honest state is the control.
func TestRefuses(t *testing.T) {
	s := newScene(t)
	if rec := s.post(s.request(t, 0, 13)); rec.Code != http.StatusOK {
		t.Fatal(rec.Code)
	}
	before := s.kept(t)
	fork := newLog(t, 1, origin).grow(t, 20, "other")
	stranger := newLog(t, 7, origin).grow(t, 20, "leaf")
	another := newLog(t, 1, "other.example").grow(t, 20, "leaf")
	proofless, err := keylog.ParseAddCheckpoint(s.request(t, 13, 20))
	if err != nil {
		t.Fatal(err)
	}
	proofless.Proof = nil
	for why, c := range map[string]struct {
		body   []byte
		status int
		size   bool // the answer says where the witness stands
	}{
		"rubbish":                    {[]byte("old\n"), 400, false},
		"longer than it may be":      {bytes.Repeat([]byte("x"), keylog.MaxAddCheckpoint+1), 400, false},
		"no checkpoint":              {[]byte("old 13\n\n" + origin + "\n"), 400, false},
		"from more than there is":    {s.request(t, 15, 14), 400, false},
		"another key":                {stranger.request(t, 13, 20), 403, false},
		"another log":                {another.request(t, 13, 20), 404, false},
		"rolled back":                {s.request(t, 5, 7), 409, true},
		"from nothing":               {s.request(t, 0, 20), 409, true},
		"from a size not signed":     {s.request(t, 14, 20), 409, true},
		"another state of this size": {fork.request(t, 13, 13), 409, false},
		"another history":            {fork.request(t, 13, 20), 422, false},
		"no proof":                   {proofless.Encode(), 422, false},
	} {
		rec := s.post(c.body)
		if rec.Code != c.status || (rec.Header().Get("Content-Type") == "text/x.tlog.size") != c.size {
			t.Errorf("%s: %d %s", why, rec.Code, rec.Body)
		}
		if c.size && rec.Body.String() != "13\n" {
			t.Errorf("%s: it says it stands at %q", why, rec.Body)
		}
		if strings.Contains(rec.Body.String(), "— ") || s.kept(t) != before {
			t.Errorf("%s: signed or moved", why)
		}
	}
	if rec := s.post(s.request(t, 13, 20)); rec.Code != http.StatusOK {
		t.Error("the control:", rec.Code, rec.Body)
	}
	for _, r := range []*http.Request{httptest.NewRequest("GET", "/add-checkpoint", nil), httptest.NewRequest("POST", "/other", nil)} {
		rec := httptest.NewRecorder()
		s.w.ServeHTTP(rec, r)
		if rec.Code != http.StatusMethodNotAllowed && rec.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d", r.Method, r.URL, rec.Code)
		}
	}
}

// A kill after the state was written and before the answer went out costs a
// question: the log is told where the witness stands and asks from there.
func TestKilledBeforeTheAnswer(t *testing.T) {
	s := newScene(t)
	s.post(s.request(t, 0, 5))
	s.post(s.request(t, 5, 13)) // and nobody hears the answer
	s.open(t)
	if rec := s.post(s.request(t, 5, 13)); rec.Code != http.StatusConflict || rec.Body.String() != "13\n" {
		t.Fatal(rec.Code, rec.Body)
	}
	if rec := s.post(s.request(t, 13, 13)); rec.Code != http.StatusOK {
		t.Error("the same state again:", rec.Code, rec.Body)
	}
	if rec := s.post(s.request(t, 13, 20)); rec.Code != http.StatusOK {
		t.Error("the next state:", rec.Code, rec.Body)
	}
	// The control: without its state the witness would sign a second history.
	s.cfg.State += ".gone"
	s.open(t)
	if rec := s.post(newLog(t, 1, origin).grow(t, 5, "other").request(t, 0, 5)); rec.Code != http.StatusOK {
		t.Error("the test does not bite:", rec.Code)
	}
}

// What could not be written was not signed, and nothing is until a restart.
func TestStopsWhenTheDiskFails(t *testing.T) {
	s := newScene(t)
	s.cfg.State = filepath.Join(t.TempDir(), "no", "such", "folder")
	s.open(t)
	for range 2 {
		if rec := s.post(s.request(t, 0, 5)); rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "— ") {
			t.Error(rec.Code, rec.Body)
		}
	}
	if s.w.Size() != 0 {
		t.Error("it moved on")
	}
}

func TestOpenRefusesOtherStates(t *testing.T) {
	s := newScene(t)
	s.post(s.request(t, 0, 5))
	cfg := s.cfg
	cfg.LogKey = newLog(t, 7, origin).vkey
	if _, err := Open(cfg); err == nil {
		t.Error("the state of another log")
	}
	if err := os.WriteFile(s.cfg.State, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(s.cfg); err == nil {
		t.Error("half a state")
	}
}

// Many states at once: each is signed at most from the size before it, and the
// witness never goes back.
func TestManyAtOnce(t *testing.T) {
	s := newScene(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	signed := map[int64]int{}
	for size := int64(1); size <= 20; size++ {
		for old := range size {
			body := s.request(t, old, size)
			wg.Go(func() {
				if rec := s.post(body); rec.Code == http.StatusOK {
					mu.Lock()
					signed[old]++
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	for old, n := range signed {
		if n > 1 {
			t.Errorf("%d states were signed from size %d", n, old)
		}
	}
	if len(signed) == 0 || s.kept(t).Size != s.w.Size() {
		t.Errorf("%d signed, %d on disk, %d in memory", len(signed), s.kept(t).Size, s.w.Size())
	}
}

// audit is an auditor that says what it is told.
type audit struct{ err error }

func (a *audit) Check(context.Context, keylog.Checkpoint) error { return a.err }

func TestAuditDecides(t *testing.T) {
	s := newScene(t)
	a := &audit{fmt.Errorf("%w: leaf 3", ErrAudit)}
	s.cfg.Audit = a
	s.open(t)
	if rec := s.post(s.request(t, 0, 5)); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "leaf 3") {
		t.Error("a wrong log:", rec.Code, rec.Body)
	}
	a.err = fmt.Errorf("%w: %w", ErrUnread, errors.New("offline"))
	if rec := s.post(s.request(t, 0, 5)); rec.Code != http.StatusServiceUnavailable {
		t.Error("an unread log:", rec.Code)
	}
	if s.w.Size() != 0 {
		t.Error("it moved on")
	}
	a.err = nil
	if rec := s.post(s.request(t, 0, 5)); rec.Code != http.StatusOK {
		t.Error("a good log:", rec.Code)
	}
}
