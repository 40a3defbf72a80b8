package cosign

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
)

// stub is a witness that answers as it is told, without a network.
type stub func(a keylog.AddCheckpoint, w http.ResponseWriter, r *http.Request)

func (s stub) RoundTrip(r *http.Request) (*http.Response, error) {
	b := make([]byte, r.ContentLength)
	if _, err := r.Body.Read(b); err != nil && len(b) == 0 {
		return nil, err
	}
	a, err := keylog.ParseAddCheckpoint(b)
	if err != nil || r.URL.Path != "/add-checkpoint" || r.Method != http.MethodPost {
		return nil, fmt.Errorf("%s %s: %w", r.Method, r.URL, err)
	}
	rec := httptest.NewRecorder()
	s(a, rec, r)
	return rec.Result(), r.Context().Err()
}

func client(s stub, n int) *Client {
	var urls []string
	for i := range n {
		urls = append(urls, fmt.Sprintf("http://w%d.test/", i))
	}
	return New(urls, &http.Client{Transport: s}, slog.New(slog.DiscardHandler))
}

// prove names the older size in its proof, so that a test sees what was asked.
func prove(older uint64) ([]envelope.Hash, error) {
	if older == 0 {
		return nil, nil
	}
	return []envelope.Hash{{byte(older)}}, nil
}

func behind(w http.ResponseWriter, size string) {
	w.Header().Set("Content-Type", "text/x.tlog.size")
	w.WriteHeader(http.StatusConflict)
	fmt.Fprint(w, size)
}

// A witness that stands elsewhere says where, and is asked once more from there;
// the next question starts from what it has signed.
func TestAsksFromWhereTheWitnessStands(t *testing.T) {
	stands, asked := uint64(7), 0
	c := client(func(a keylog.AddCheckpoint, w http.ResponseWriter, _ *http.Request) {
		asked++
		if a.Old != stands {
			behind(w, fmt.Sprintf("%d\n", stands))
			return
		}
		if len(a.Proof) != 1 || a.Proof[0][0] != byte(stands) {
			t.Errorf("proof %v from %d", a.Proof, a.Old)
		}
		fmt.Fprintf(w, "— w %d\n", stands)
		stands = 9
	}, 1)
	if out := c.Cosign(t.Context(), []byte("log\n"), 9, prove); len(out) != 1 || string(out[0]) != "— w 7\n" || asked != 2 {
		t.Errorf("%q after %d questions", out, asked)
	}
	if out := c.Cosign(t.Context(), []byte("log\n"), 10, prove); len(out) != 1 || asked != 3 {
		t.Errorf("%q after %d questions", out, asked)
	}
}

func TestRefusals(t *testing.T) {
	for why, s := range map[string]stub{
		"refused": func(_ keylog.AddCheckpoint, w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "no", http.StatusUnprocessableEntity)
		},
		"another state": func(_ keylog.AddCheckpoint, w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "fork", http.StatusConflict)
		},
		"a size of rubbish": func(_ keylog.AddCheckpoint, w http.ResponseWriter, _ *http.Request) { behind(w, "x\n") },
		"always elsewhere": func(a keylog.AddCheckpoint, w http.ResponseWriter, _ *http.Request) {
			behind(w, fmt.Sprintf("%d\n", a.Old+1))
		},
		"ahead of the log": func(_ keylog.AddCheckpoint, w http.ResponseWriter, _ *http.Request) { behind(w, "99\n") },
	} {
		if out := client(s, 1).Cosign(t.Context(), []byte("log\n"), 9, prove); len(out) != 0 {
			t.Errorf("%s: %q", why, out)
		}
	}
	failing := func(uint64) ([]envelope.Hash, error) { return nil, errors.New("no proof") }
	if out := client(nil, 1).Cosign(t.Context(), nil, 9, failing); len(out) != 0 {
		t.Error("asked without a proof")
	}
}

// All are asked at once, and nobody is waited for longer than the time-out.
func TestSlowWitness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(func(_ keylog.AddCheckpoint, w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Host, "w1") || strings.HasPrefix(r.URL.Host, "w2") {
				<-r.Context().Done()
				return
			}
			fmt.Fprint(w, "— w0 x\n")
		}, 3)
		begun := time.Now()
		out := c.Cosign(context.Background(), []byte("log\n"), 9, prove)
		if took := time.Since(begun); len(out) != 1 || took != Timeout {
			t.Errorf("%d answers after %v", len(out), took)
		}
	})
}
