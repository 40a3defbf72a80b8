// Package app is an authenticator app for programs that act for made-up people:
// the demo, the tools that measure, and tests. The service takes every one-time
// code once and only in order, so a person with two things to do within half a
// minute has to wait; App gives the earliest code that will still be taken and
// waits no longer than that.
package app

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/pquerna/otp/totp"
)

const (
	step   = 30 * time.Second
	margin = 3 * time.Second // a late code must still be good when it arrives
)

// App holds one seed (RFC 6238: SHA-1, six digits, 30 seconds).
type App struct {
	Seed string // base32, as authenticator apps take it
	// Clock and Wait replace the system's clock and waiting on it; nil: the system's.
	Clock func() time.Time
	Wait  func(context.Context, time.Duration) error

	mu   sync.Mutex
	last int64 // newest step given
}

// FromAddress makes an app from an otpauth address.
func FromAddress(address string) (*App, error) {
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("secret") == "" {
		return nil, fmt.Errorf("set up the authenticator app: not an otpauth address: %w", err)
	}
	return &App{Seed: u.Query().Get("secret")}, nil
}

func (a *App) now() time.Time {
	if a.Clock != nil {
		return a.Clock()
	}
	return time.Now()
}

func (a *App) wait(ctx context.Context, d time.Duration) error {
	if a.Wait != nil {
		return a.Wait(ctx, d)
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Now is the code that the app shows, whether or not it was given before.
func (a *App) Now() (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	a.last = max(a.last, number(now))
	return totp.GenerateCode(a.Seed, now)
}

func number(t time.Time) int64 { return t.Unix() / int64(step/time.Second) }

// Next is the earliest code that was not given yet and that the service still
// takes: that of the step before (the service allows one step of grace), of this
// one, or, after waiting, of the next.
func (a *App) Next(ctx context.Context) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	n := number(now) - 1
	if time.Unix((n+2)*30, 0).Sub(now) < margin {
		n++
	}
	n = max(n, a.last+1)
	if wait := time.Unix(n*30, 0).Sub(now); wait > 0 {
		if err := a.wait(ctx, wait); err != nil {
			return "", err
		}
	}
	a.last = n
	return totp.GenerateCode(a.Seed, time.Unix(n*30, 0))
}
