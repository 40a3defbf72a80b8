package server_test

import (
	"strings"
	"testing"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/command"
	"arcline/server/session"
	"arcline/server/wire"
)

// BenchmarkAppend is one message through the door: signature, rules, audit,
// commit; with enough callers that commits are shared.
func BenchmarkAppend(b *testing.B) {
	h := arctest.Hurried(b, nil)
	_, staff := h.Staffed("arc", "sam")
	ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
	ctx := b.Context()
	const lanes = 64
	var runs [lanes][]wire.Append
	for i := range lanes {
		r, err := ann.OpenThread(ctx, h.Line("arc"), client.Content{Type: "text", Text: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := staff[0].Claim(ctx, r.Thread); err != nil {
			b.Fatal(err)
		}
		texts := make([]client.Content, b.N/lanes+1)
		for j := range texts {
			texts[j] = client.Content{Type: "text", Text: strings.Repeat("x", 500)}
		}
		if runs[i], err = ann.SealRun(ctx, r.Thread, texts); err != nil {
			b.Fatal(err)
		}
	}
	_, acct, dev := ann.Me()
	c := command.Caller{Grip: session.Grip{Account: acct, Device: dev, Session: h.SessionOf(acct), Role: wire.RoleNavigator}}
	b.ResetTimer()
	done := make(chan error, lanes)
	for i := range lanes {
		go func() {
			for _, f := range runs[i] {
				if r := h.Server.Door().Append(ctx, c, []wire.Append{f}); r[0].Err != nil {
					done <- r[0].Err
					return
				}
			}
			done <- nil
		}()
	}
	for range lanes {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(lanes*len(runs[0]))/b.Elapsed().Seconds(), "msgs/s")
}
