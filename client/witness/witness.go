// Package witness is the agency's second pair of eyes: a process on another
// machine than the service, which signs the states of the key log (C2SP
// tlog-witness and tlog-cosignature). Clients whose policy names it believe no
// state without its signature.
//
// It remembers the newest state that it has signed and signs only what is
// proved to extend it, so there is one log for everybody and it never goes
// back. The memory is on disk before the signature leaves. A witness with an
// Audit also replays every new leaf first, and signs no log that holds a wrong
// statement, a wrong directory, or a person whom the agency's roster does not
// know: then a stolen issuer key is not found out later, it is of no use.
package witness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"arcline/client/auditor"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
)

// Refusals, each with the HTTP status that C2SP tlog-witness gives it.
var (
	// ErrBad is a request that cannot be meant: 400.
	ErrBad = errors.New("malformed request")
	// ErrUnsigned is a checkpoint that the log did not sign: 403.
	ErrUnsigned = errors.New("the log has not signed this")
	// ErrUnknown is a checkpoint of a log that this witness does not watch: 404.
	ErrUnknown = errors.New("another log than the one watched here")
	// ErrBehind is a request from another size than the last one signed: 409.
	ErrBehind = errors.New("the last state signed has another size")
	// ErrFork is another state of the size that was signed last: 409.
	ErrFork = errors.New("the log shows two states of one size")
	// ErrProof is a checkpoint that is not proved to extend the last one: 422.
	ErrProof = errors.New("the log is not shown to go on from its last state")
	// ErrAudit is a log that holds something wrong: 422.
	ErrAudit = errors.New("the log holds something wrong; it is not signed")
	// ErrUnread is a log whose leaves could not be read for the audit: 503.
	ErrUnread = errors.New("the log's leaves could not be read")
	// ErrStopped is returned after the state could not be written: 500. What is
	// on disk is not known then; the process must start anew.
	ErrStopped = errors.New("the witness's state could not be written; start it again")
)

var statuses = []struct {
	err    error
	status int
}{
	{ErrBad, http.StatusBadRequest}, {ErrUnsigned, http.StatusForbidden}, {ErrUnknown, http.StatusNotFound},
	{ErrBehind, http.StatusConflict}, {ErrFork, http.StatusConflict}, {ErrProof, http.StatusUnprocessableEntity},
	{ErrAudit, http.StatusUnprocessableEntity}, {ErrUnread, http.StatusServiceUnavailable},
}

// Auditor checks everything up to a signed state. It returns an error that
// wraps ErrAudit for what is wrong, ErrUnread for what could not be seen.
type Auditor interface {
	Check(ctx context.Context, c keylog.Checkpoint) error
}

// Config is what a witness needs.
type Config struct {
	Key    *keylog.Cosigner
	LogKey string  // verifier key of the log that is watched
	State  string  // file of the newest state signed
	Audit  Auditor // nil: only that the log goes on is checked
	Now    func() time.Time
	Log    *slog.Logger
}

// Witness signs states of one log. It is safe for concurrent use.
type Witness struct {
	cfg    Config
	log    keylog.Verifier
	origin string

	mu      sync.Mutex // one state at a time, from the check to the answer
	last    state
	stopped bool
}

// state is the newest state signed, as the file keeps it.
type state struct {
	LogKey string        `json:"log_key"`
	Size   uint64        `json:"size"`
	Root   envelope.Hash `json:"root"`
}

// Open reads the state of a witness, or begins one where there is no file.
func Open(cfg Config) (*Witness, error) {
	w := &Witness{cfg: cfg, log: keylog.Verifier{LogKey: cfg.LogKey}, last: state{LogKey: cfg.LogKey}}
	w.origin, _, _ = strings.Cut(cfg.LogKey, "+")
	b, err := os.ReadFile(cfg.State)
	if errors.Is(err, os.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the witness's state: %w", err)
	}
	if err := json.Unmarshal(b, &w.last); err != nil {
		return nil, fmt.Errorf("the witness's state %s is damaged: %w", cfg.State, err)
	}
	if w.last.LogKey != cfg.LogKey {
		return nil, fmt.Errorf("the witness's state %s is of another log", cfg.State)
	}
	return w, nil
}

// Size is that of the newest state signed.
func (w *Witness) Size() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last.Size
}

// ServeHTTP answers POST /add-checkpoint.
func (w *Witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/add-checkpoint" {
		http.NotFound(rw, r)
		return
	}
	if r.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		http.Error(rw, "use POST", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, keylog.MaxAddCheckpoint))
	if err != nil {
		http.Error(rw, ErrBad.Error(), http.StatusBadRequest)
		return
	}
	line, size, err := w.Add(r.Context(), body)
	switch {
	case err == nil:
		rw.Write(line)
	case errors.Is(err, ErrBehind):
		rw.Header().Set("Content-Type", "text/x.tlog.size")
		rw.WriteHeader(http.StatusConflict)
		fmt.Fprintf(rw, "%d\n", size)
	default:
		w.cfg.Log.Error("a state of the key log was not signed", "err", err)
		http.Error(rw, err.Error(), statusOf(err))
	}
}

func statusOf(err error) int {
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

// Add takes one request and returns the signature line; size is that of the
// newest state signed. The state is on disk when it returns.
func (w *Witness) Add(ctx context.Context, body []byte) (line []byte, size uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	line, err = w.add(ctx, body)
	return line, w.last.Size, err
}

func (w *Witness) add(ctx context.Context, body []byte) ([]byte, error) {
	if w.stopped {
		return nil, ErrStopped
	}
	req, err := keylog.ParseAddCheckpoint(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBad, err)
	}
	c, err := w.read(req.Checkpoint)
	if err != nil {
		return nil, err
	}
	switch {
	case req.Old > c.Size:
		return nil, fmt.Errorf("%w: from %d leaves to %d", ErrBad, req.Old, c.Size)
	case req.Old != w.last.Size:
		return nil, ErrBehind
	case req.Old == c.Size && c.Size > 0 && c.Root != w.last.Root:
		return nil, ErrFork
	}
	if err := keylog.CheckConsistency(w.last.Size, w.last.Root, c.Size, c.Root, req.Proof); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if w.cfg.Audit != nil {
		if err := w.cfg.Audit.Check(ctx, c); err != nil {
			return nil, err
		}
	}
	line, err := w.log.Cosignature(req.Checkpoint, w.cfg.Key.At(uint64(w.cfg.Now().Unix())))
	if err != nil {
		return nil, err
	}
	next := state{LogKey: w.cfg.LogKey, Size: c.Size, Root: c.Root}
	if next == w.last && c.Size > 0 {
		return line, nil // the same state again, of which the disk knows
	}
	if err := save(w.cfg.State, next); err != nil {
		w.stopped = true
		return nil, fmt.Errorf("%w: %w", ErrStopped, err)
	}
	w.last = next
	return line, nil
}

// read opens a checkpoint and tells the three ways apart in which it is not ours.
func (w *Witness) read(msg []byte) (keylog.Checkpoint, error) {
	if origin, _, _ := strings.Cut(string(msg), "\n"); origin != w.origin {
		return keylog.Checkpoint{}, fmt.Errorf("%w: %.100q", ErrUnknown, origin)
	}
	c, err := w.log.Open(msg)
	switch {
	case errors.Is(err, keylog.ErrLogSignature):
		return c, fmt.Errorf("%w: %w", ErrUnsigned, err)
	case err != nil:
		return c, fmt.Errorf("%w: %w", ErrBad, err)
	}
	return c, nil
}

// save puts the state in place as a whole and on disk: file, name and folder.
func save(path string, s state) (err error) {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
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

// Audit replays the log before a state is signed.
type Audit struct {
	Agency envelope.ID
	Root   string // text of the agency's root key
	LogKey string
	Source auditor.Source
	Roster func() ([]auditor.Row, error) // nil: no roster to compare with
	Now    func() time.Time

	a *auditor.Auditor
}

// Check replays what is new up to a signed state and compares.
func (x *Audit) Check(ctx context.Context, c keylog.Checkpoint) error {
	millis := func() uint64 { return uint64(x.Now().UnixMilli()) }
	if x.a == nil {
		x.a = auditor.New(x.Agency, x.Root, millis)
	}
	err := x.replay(ctx, c)
	if errors.Is(err, ErrAudit) {
		x.a = nil // what was shown may not be what is signed: the next one is read from the start
		return err
	}
	if err != nil || x.Roster == nil {
		return err
	}
	rows, err := x.Roster()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnread, err)
	}
	for _, f := range x.a.Compare(rows, millis()) {
		if !f.Note {
			return fmt.Errorf("%w: %s", ErrAudit, f.Text)
		}
	}
	return nil
}

func (x *Audit) replay(ctx context.Context, c keylog.Checkpoint) error {
	if x.a.Size() < c.Size {
		_, err := x.a.Follow(ctx, x.Source, c.Size)
		var bad *auditor.Bad
		switch {
		case errors.As(err, &bad):
			return fmt.Errorf("%w: %w", ErrAudit, err)
		case err != nil:
			return fmt.Errorf("%w: %w", ErrUnread, err)
		}
	}
	if err := x.a.Check(c); err != nil {
		return fmt.Errorf("%w: %w", ErrAudit, err)
	}
	v, err := x.a.Verifier()
	if err == nil && v.LogKey != x.LogKey {
		err = errors.New("the agency's policy names another log")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAudit, err)
	}
	return nil
}

// CatchUp replays what there is, so that the first request need not wait for
// it. It returns how many leaves were read.
func (x *Audit) CatchUp(ctx context.Context) (uint64, error) {
	x.a = auditor.New(x.Agency, x.Root, func() uint64 { return uint64(x.Now().UnixMilli()) })
	if _, err := x.a.Follow(ctx, x.Source, 0); err != nil {
		return x.a.Size(), err
	}
	return x.a.Size(), nil
}
