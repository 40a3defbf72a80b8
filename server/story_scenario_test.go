package server_test

import (
	"testing"
	"testing/synctest"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// A navigator writes while nobody is there; a specialist reads, claims, answers.
func TestAskClaimAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		_, staff := h.Staffed("arc", "sam", "eva")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		ctx := t.Context()
		r, err := ann.OpenThread(ctx, h.Line("arc"), client.Content{Type: "text", Subject: "Case", Text: "hello"})
		if err != nil {
			t.Fatal(err)
		}
		sam := staff[0]
		if err := sam.AuditBoxes(ctx); err != nil {
			t.Fatal(err)
		}
		line := h.Line("arc")
		list, err := sam.Threads(ctx, &line)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		th, err := sam.Sync(ctx, r.Thread)
		if err != nil {
			t.Fatal(err)
		}
		ev := th.Events()
		if len(ev) != 2 || ev[1].Content == nil || ev[1].Content.Text != "hello" {
			t.Fatalf("%+v", ev)
		}
		if _, err := sam.Claim(ctx, r.Thread); err != nil {
			t.Fatal(err)
		}
		if _, err := sam.Send(ctx, r.Thread, client.Content{Type: "text", Text: "answer"}); err != nil {
			t.Fatal(err)
		}
		th, err = ann.Sync(ctx, r.Thread)
		if err != nil {
			t.Fatal(err)
		}
		ev = th.Events()
		if len(ev) != 4 || ev[3].Content == nil || ev[3].Content.Text != "answer" {
			t.Fatalf("%+v", ev)
		}
		if _, err := staff[1].Sync(ctx, r.Thread); !client.IsCode(err, wire.CodeNotFound) {
			t.Fatal("a claimed thread is still served to the line:", err)
		}
	})
}
