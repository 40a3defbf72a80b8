package arctest

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"arcline/client/agency"
	"arcline/client/auditor"
	"arcline/client/witness"
	"arcline/crypto/keylog"
	"arcline/server/wire"
)

// Witness is a witness of the house's key log, in memory but for its state.
type Witness struct {
	H      *House
	Key    string        // public: what the policy names
	State  string        // file
	Roster []auditor.Row // the agency's; nil: none is compared. Open reads whether there is one
	Asked  atomic.Int64  // requests that reached it
	Down   atomic.Bool   // nobody answers
	Plain  bool          // no audit

	Auditor *Person // whose device reads the log; nil where it is plain

	cosigner *keylog.Cosigner
	serve    atomic.Pointer[http.Handler]
}

// Witness adds a witness and restarts the service, which from now on asks it.
// It audits unless it is plain. The policy does not name it yet: see Watch.
func (h *House) Witness(name string, plain bool) *Witness {
	h.T.Helper()
	skey, vkey, err := keylog.NewCosignerKey(rand.Reader, name)
	h.must(err)
	w := &Witness{H: h, Key: vkey, State: filepath.Join(h.Dir, name+".state"), Plain: plain}
	w.cosigner, err = keylog.ReadCosigner(skey)
	h.must(err)
	if !plain {
		w.Auditor = h.Person("auditor-"+strings.ReplaceAll(name, ".", "-"), wire.RoleAuditor, "Auditor of "+name)
	}
	w.Open()
	h.mu.Lock()
	if h.witnesses == nil {
		h.witnesses = map[string]*Witness{}
	}
	h.witnesses[name] = w
	h.mu.Unlock()
	h.Restart()
	return w
}

// Open starts the witness's program, or starts it anew on its state.
func (w *Witness) Open() {
	w.H.T.Helper()
	_, _, logKey := w.H.Registrar.Trust()
	cfg := witness.Config{Key: w.cosigner, LogKey: logKey, State: w.State, Now: w.H.Now, Log: slog.New(w.H.log)}
	if !w.Plain {
		id, root, _ := w.Auditor.Trust()
		cfg.Audit = &witness.Audit{Agency: id, Root: root, LogKey: logKey, Source: w.Auditor, Now: w.H.Now}
		if w.Roster != nil {
			cfg.Audit.(*witness.Audit).Roster = func() ([]auditor.Row, error) { return w.Roster, nil }
		}
	}
	opened, err := witness.Open(cfg)
	w.H.must(err)
	var serve http.Handler = opened
	w.serve.Store(&serve)
}

// Replace puts another program in the witness's place.
func (w *Witness) Replace(h http.Handler) { w.serve.Store(&h) }

// Killed lets the witness do its work and die before its answer goes out. It
// returns how often that happened.
func (w *Witness) Killed() (times func() int64) {
	var n atomic.Int64
	inner := *w.serve.Load()
	w.Replace(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(httptest.NewRecorder(), r)
		n.Add(1)
		rw.WriteHeader(http.StatusBadGateway)
	}))
	return n.Load
}

// Watch makes the agency's policy name witnesses.
func (h *House) Watch(quorum int, by ...*Witness) error {
	var w agency.Watch
	for _, x := range by {
		w.Witnesses = append(w.Witnesses, x.Key)
	}
	w.Quorum = quorum
	return h.Agency.SignPolicy(h.T.Context(), h.Registrar.Client, "", w, h.Registrar.Factor())
}

func (h *House) witnessURLs() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(h.witnesses)) {
		out = append(out, "http://"+name)
	}
	return strings.Join(out, ",")
}

// witnessClient reaches the witnesses without a network.
func (h *House) witnessClient() *http.Client { return &http.Client{Transport: toWitness{h}} }

type toWitness struct{ h *House }

func (t toWitness) RoundTrip(r *http.Request) (*http.Response, error) {
	t.h.mu.Lock()
	w := t.h.witnesses[r.URL.Host]
	t.h.mu.Unlock()
	if w == nil || w.Down.Load() {
		return nil, errors.New("connection refused")
	}
	w.Asked.Add(1)
	rec := httptest.NewRecorder()
	(*w.serve.Load()).ServeHTTP(rec, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return rec.Result(), nil
}
