package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pquerna/otp/totp"

	"arcline/client"
	"arcline/client/app"
)

// signInResult is what a morning rush does to messages. Times are milliseconds.
type signInResult struct {
	SignIns   int        `json:"sign_ins_at_once"`
	Took      float64    `json:"sign_ins_seconds"`
	In        int        `json:"signed_in"`
	Refused   int        `json:"refused"`
	Derived   float64    `json:"passwords_derived"`
	Without   loadResult `json:"messages_without"`
	With      loadResult `json:"messages_with"`
	P99Factor float64    `json:"send_to_ack_p99_with_against_without"`
}

// perDevice is how many sign-ins of one device the service works on at once.
const perDevice = 5

// newcomer is somebody who can sign in and has not.
type newcomer struct {
	c    *client.Client
	seed string
}

// enrolAll enrols and certifies people who were invited at the start.
func (s *stage) enrolAll(ctx context.Context) ([]newcomer, error) {
	out := make([]newcomer, s.newcomers)
	for i := range out {
		e, err := client.Enroll(ctx, s.config(), s.letters[fmt.Sprintf("newcomer%d", i)], stagePassword)
		if err != nil {
			return nil, err
		}
		a, err := app.FromAddress(e.OTPAuth)
		if err != nil {
			return nil, err
		}
		before, err := totp.GenerateCode(a.Seed, time.Now().Add(-30*time.Second))
		if err := errors.Join(err, e.Confirm(ctx, before)); err != nil {
			return nil, err
		}
		out[i] = newcomer{e.Client, a.Seed}
	}
	_, err := s.agency.Approve(ctx, s.registrar)
	return out, err
}

// rush measures messages at a steady rate, then the same while n sign-ins come
// at once: of each device one with the right factors, the others with a wrong
// password.
func (s *stage) rush(n int, l load) (r signInResult, err error) {
	ctx := context.Background()
	s.newcomers = n / perDevice
	if err := s.raise(ctx); err != nil {
		return r, err
	}
	people, err := s.enrolAll(ctx)
	if err != nil {
		return r, err
	}
	if r.Without, err = s.measure(l); err != nil {
		return r, err
	}
	before, _ := s.metric("arcline_password_checks_total")
	done := make(chan struct{})
	go func() {
		defer close(done)
		time.Sleep(time.Second) // messages are under way
		r.In, r.Refused, r.Took = signInAll(ctx, people)
	}()
	r.With, err = s.measure(l)
	<-done
	after, _ := s.metric("arcline_password_checks_total")
	r.SignIns, r.Derived = len(people)*perDevice, after-before
	r.P99Factor = round3(r.With.AckP99 / r.Without.AckP99)
	return r, err
}

func signInAll(ctx context.Context, people []newcomer) (in, refused int, seconds float64) {
	began := time.Now()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, p := range people {
		code, err := totp.GenerateCode(p.seed, time.Now())
		if err != nil {
			continue
		}
		for i := range perDevice {
			password := stagePassword
			if i > 0 {
				password += " but wrong"
			}
			wg.Go(func() {
				err := p.c.SignIn(ctx, password, code)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in++
				} else {
					refused++
				}
			})
		}
	}
	wg.Wait()
	return in, refused, round3(time.Since(began).Seconds())
}
