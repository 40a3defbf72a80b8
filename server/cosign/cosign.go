// Package cosign asks witnesses. A witness is a process that the agency runs on
// another machine; it signs a state of the key log after it has seen that the
// state extends the last one it signed (C2SP tlog-witness), and, if it is also
// the agency's auditor, that everything in it is right. Clients whose policy
// names witnesses believe no state without their signatures.
//
// The room speaks the protocol and believes nothing: whether a signature counts
// is decided by whoever holds the policy.
package cosign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
)

// Timeout is how long one witness may take for one answer.
const Timeout = 5 * time.Second

// maxAnswer bounds what is read of a witness's answer.
const maxAnswer = 16 << 10

// Client asks a set of witnesses.
type Client struct {
	http      *http.Client
	log       *slog.Logger
	witnesses []*witness
}

// witness is one address and the size that it is believed to have signed last.
type witness struct {
	url  string
	mu   sync.Mutex
	size uint64
}

// New makes a client of witnesses by their addresses.
func New(urls []string, hc *http.Client, log *slog.Logger) *Client {
	if hc == nil {
		hc = &http.Client{}
	}
	c := &Client{http: hc, log: log}
	for _, u := range urls {
		c.witnesses = append(c.witnesses, &witness{url: strings.TrimRight(u, "/")})
	}
	return c
}

// Cosign asks every witness at once and returns the signature lines of those
// that answered in time. prove makes the proof that the checkpoint, of the
// given size, extends the log of an older size.
func (c *Client) Cosign(ctx context.Context, checkpoint []byte, size uint64, prove func(older uint64) ([]envelope.Hash, error)) [][]byte {
	answers := make([][]byte, len(c.witnesses))
	var wg sync.WaitGroup
	for i, w := range c.witnesses {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, Timeout)
			defer cancel()
			line, err := w.ask(ctx, c.http, checkpoint, size, prove)
			if err != nil {
				c.log.Warn("a witness did not sign the key log", "witness", w.url, "size", size, "err", err)
				return
			}
			answers[i] = line
		})
	}
	wg.Wait()
	var out [][]byte
	for _, a := range answers {
		for line := range bytes.Lines(a) {
			out = append(out, line)
		}
	}
	return out
}

// errBehind says that the witness stands elsewhere than was thought.
var errBehind = errors.New("the witness has signed another size last")

// ask asks one witness, once more if it stands elsewhere than was thought.
func (w *witness) ask(ctx context.Context, hc *http.Client, checkpoint []byte, size uint64, prove func(uint64) ([]envelope.Hash, error)) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.size > size {
		w.size = 0
	}
	line, err := w.once(ctx, hc, checkpoint, prove)
	if errors.Is(err, errBehind) {
		if w.size > size {
			return nil, fmt.Errorf("the witness has signed %d leaves, and the log has %d: a store from a backup?", w.size, size)
		}
		line, err = w.once(ctx, hc, checkpoint, prove)
	}
	if err == nil {
		w.size = size
	}
	return line, err
}

func (w *witness) once(ctx context.Context, hc *http.Client, checkpoint []byte, prove func(uint64) ([]envelope.Hash, error)) ([]byte, error) {
	proof, err := prove(w.size)
	if err != nil {
		return nil, fmt.Errorf("prove the log to a witness: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/add-checkpoint", bytes.NewReader(keylog.AddCheckpoint{Old: w.size, Proof: proof, Checkpoint: checkpoint}.Encode()))
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	switch {
	case resp.StatusCode == http.StatusOK:
		return body, nil
	case resp.StatusCode == http.StatusConflict && resp.Header.Get("Content-Type") == "text/x.tlog.size":
		if w.size, err = strconv.ParseUint(strings.TrimSuffix(string(body), "\n"), 10, 64); err != nil {
			return nil, fmt.Errorf("a size that is none: %w", err)
		}
		return nil, errBehind
	}
	return nil, fmt.Errorf("it answered %s: %.200q", resp.Status, body)
}
