package server_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server"
	"arcline/server/wire"
)

// What is told with a thread that names no topic is held to the rules as well:
// leaving the topic away buys no reason, no call-back and no number of people.
func TestToldWithoutTopic(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		h.Staffed("arc")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		for name, c := range map[string]struct {
			told wire.Told
			want wire.Code
		}{
			"no such reason":             {wire.Told{Urgent: "because"}, wire.CodeMalformed},
			"fewer people than none":     {wire.Told{Consumers: -5}, wire.CodeTopic},
			"a thousand people":          {wire.Told{Consumers: 1000}, wire.CodeTopic},
			"a number that is not there": {wire.Told{CallBack: &wire.CallAsk{Number: "any"}}, wire.CodeMalformed},
			"a time before all times":    {wire.Told{CallBack: &wire.CallAsk{Number: "file", Slot: -1}}, wire.CodeMalformed},
			"a time that is no slot":     {wire.Told{CallBack: &wire.CallAsk{Number: "file", Slot: 4e15}}, wire.CodeCallBack},
			"a call-back":                {wire.Told{CallBack: &wire.CallAsk{Number: "file"}}, ""},
		} {
			_, err := ann.OpenWith(t.Context(), nil, client.Opening{Line: h.Line("arc"), Told: &c.told}, text("x"))
			if c.want == "" {
				ok(t, err)
			} else if !client.IsCode(err, c.want) {
				t.Errorf("%s: want %s, have %v", name, c.want, err)
			}
		}
	})
}

// What is told of a call-back with a message is refused whole: no message stays in
// the thread that says what the service did not accept.
func TestRefusedCallLeavesNoMessage(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, ctx := staff[0], staff[1], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		must(t)(sam.Claim(ctx, id))
		ok(t, ann.AskCall(ctx, nil, id, "", 0))
		spoke := client.Spoke{Verified: []string{"name", "birth", "ssn4"}, Warnings: []string{"privacy"}}
		said := func() int {
			thread, err := ann.Sync(ctx, id)
			ok(t, err)
			return len(thread.Events())
		}
		before := said()
		for name, c := range map[string]struct {
			do   func() error
			want wire.Code
		}{
			"nobody has spoken yet":    {func() error { return sam.Spoke(ctx, id, spoke) }, wire.CodeUnverified},
			"the call is another's":    {func() error { return eva.Spoke(ctx, id, spoke) }, wire.CodeNotFound},
			"who asks spoke":           {func() error { return ann.Spoke(ctx, id, spoke) }, wire.CodeState},
			"a second call-back":       {func() error { return ann.AskCall(ctx, nil, id, "", 0) }, wire.CodeCallBack},
			"staff ask to be called":   {func() error { return sam.AskCall(ctx, nil, id, "", 0) }, wire.CodeForbidden},
			"a call at no time at all": {func() error { return ann.AskCall(ctx, nil, id, "", -5) }, wire.CodeMalformed},
		} {
			if err := c.do(); !client.IsCode(err, c.want) {
				t.Errorf("%s: want %s, have %v", name, c.want, err)
			}
			if n, err := sam.Waiting(); n != 0 || err != nil {
				t.Errorf("%s: %d acts wait, %v", name, n, err)
			}
			if now := said(); now != before {
				t.Errorf("%s: %d entries, %d before", name, now, before)
			}
		}
		ok(t, sam.MoveCall(ctx, id, "begin", 0))
		ok(t, sam.Spoke(ctx, id, spoke)) // the control
		if said() == before {
			t.Error("what was accepted is not in the thread")
		}
	})
}

// A thread is split off from one that the caller has, as often as threads can be
// tied. What is refused leaves no thread behind.
func TestSplitLeavesNothing(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, line, ctx := staff[0], staff[1], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "many")
		_, err := eva.SplitOff(ctx, &id, line, ann.ID, text("x"))
		refused(t, err, wire.CodeForbidden) // it waits in line and is not eva's
		must(t)(sam.Claim(ctx, id))
		for range wire.MaxLinked {
			must(t)(sam.SplitOff(ctx, &id, line, ann.ID, text("x")))
		}
		_, err = sam.SplitOff(ctx, &id, line, ann.ID, text("x"))
		refused(t, err, wire.CodeTooMany)
		rows, err := ann.Threads(ctx, nil)
		ok(t, err)
		if len(rows) != 1+wire.MaxLinked {
			t.Errorf("ann has %d threads", len(rows))
		}
	})
}

// What a lead has refused is not urgent again because it was taken back meanwhile.
func TestRefusedStaysRefused(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam")
		line, ctx := h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		open(t, h, ann, "arc", "first")
		time.Sleep(time.Minute)
		id := open(t, h, ann, "arc", "second")
		ok(t, ann.Urgent(ctx, id, "care-now"))
		ok(t, lead.Review(ctx, id, false))
		ok(t, ann.Urgent(ctx, id, ""))
		refused(t, ann.Urgent(ctx, id, "newborn"), wire.CodeForbidden)
		if w := work(t, staff[0], &line, id); w.Place != 2 {
			t.Errorf("it stands at %d", w.Place)
		}
		ok(t, lead.Urgent(ctx, id, "newborn")) // the lead may think again
	})
}

// A question in a thread that was closed is a new one: neither its old place nor
// its old hurry takes it past those who wait.
func TestReopenedStandsAtTheEnd(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, line, ctx := staff[0], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		abe := h.Person("abe", wire.RoleNavigator, "Abe Made-Up", "arc")
		old := open(t, h, ann, "arc", "old")
		ok(t, ann.Urgent(ctx, old, "care-now"))
		must(t)(sam.Claim(ctx, old))
		must(t)(sam.Send(ctx, old, text("an answer")))
		must(t)(sam.CloseThread(ctx, old, envelope.OutcomeAnswered))
		time.Sleep(time.Hour)
		ann.SignIn()
		abe.SignIn()
		sam.SignIn()
		waits := open(t, h, abe, "arc", "waits")
		time.Sleep(time.Minute)
		must(t)(ann.Send(ctx, old, text("something new")))
		must(t)(ann.Release(ctx, old, line, true))
		if w := work(t, ann, nil, old); w.Place != 2 || w.Urgent != nil {
			t.Errorf("opened again, it stands at %d: %+v", w.Place, w.Urgent)
		}
		if w := work(t, abe, nil, waits); w.Place != 1 {
			t.Errorf("who waited stands at %d", w.Place)
		}
	})
}

// Who hands a thread back during an attempt to call has no number any more, and
// whoever takes it can call.
func TestCallGoesWithTheThread(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, ctx := staff[0], staff[1], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		must(t)(sam.Claim(ctx, id))
		ok(t, ann.AskCall(ctx, nil, id, "", 0))
		ok(t, sam.MoveCall(ctx, id, "begin", 0))
		must(t)(sam.Release(ctx, id, wire.ID{}, true))
		if n, err := sam.NumberOnFile(ctx, sam.Factor(), id); !client.IsCode(err, wire.CodeCallBack) {
			t.Errorf("who has the thread no longer is told the number: %q, %v", n, err)
		}
		must(t)(eva.Claim(ctx, id))
		ok(t, eva.MoveCall(ctx, id, "begin", 0))
		if n, err := eva.NumberOnFile(ctx, eva.Factor(), id); err != nil || n == "" {
			t.Error("who has it:", n, err)
		}
		ok(t, eva.MoveCall(ctx, id, "reached", 0))
	})
}

// Who has revealed a card and handed the thread back is handed the card no more.
func TestCardGoesWithTheThread(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, ctx := staff[0], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := asks(t, ann, h.Line("arc"), "status", maya)
		must(t)(sam.Claim(ctx, id))
		card := firstCard(t, sam, id)
		_, err := sam.OpenCard(ctx, sam.Factor(), id, card)
		ok(t, err)
		path := "/v1/cards/" + id.String() + "/" + card.ID.String()
		if a := rawOf(t, sam).do(t, "GET", path, nil, nil); a.code != "" {
			t.Errorf("while they have it: %q", a.code)
		}
		must(t)(sam.Release(ctx, id, wire.ID{}, true))
		if a := rawOf(t, sam).do(t, "GET", path, nil, nil); a.code != wire.CodeReveal {
			t.Errorf("handed back: %d %q", a.status, a.code)
		}
	})
}

// Who goes to and fro for ever does not make the thread's row grow for ever, and
// keeps nobody else from it.
func TestActsAreBounded(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, ctx := staff[0], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		must(t)(sam.Claim(ctx, id))
		var err error
		n := 0
		for ; err == nil && n < 1000; n++ {
			err = ann.Urgent(ctx, id, []string{"care-now", ""}[n%2])
			time.Sleep(time.Second)
		}
		if !client.IsCode(err, wire.CodeTooMany) {
			t.Errorf("after %d acts: %v", n, err)
		}
		sam.SignIn()
		ok(t, sam.Wait(ctx, id, wire.WaitAct{For: "office"}))
		must(t)(ann.Send(ctx, id, text("a message is no act")))
		if err := ann.AskCall(ctx, nil, id, "", 0); !client.IsCode(err, wire.CodeState) {
			t.Error("one that asks for a call is:", err)
		}
		must(t)(ann.Send(ctx, id, text("and nothing waits behind it")))
	})
}

// Who has handed a thread back is not told of what came in it while they had it.
func TestNoAlertsOfALostThread(t *testing.T) {
	posted(t, func(t *testing.T, h *arctest.House, box *server.Postbox) {
		ann, staff, id := pair(t, h)
		sam, eva, ctx := staff[0], staff[1], t.Context()
		must(t)(ann.Send(ctx, id, text("x")))
		must(t)(sam.Release(ctx, id, wire.ID{}, true))
		must(t)(eva.Claim(ctx, id))
		must(t)(ann.Send(ctx, id, text("y")))
		time.Sleep(25 * time.Hour)
		settle()
		if n := alerts(box, "sam@example.org"); n != 0 {
			t.Errorf("%d mails to whoever has it no more", n)
		}
		if n := alerts(box, "eva@example.org"); n != 2 {
			t.Errorf("%d mails to whoever has it", n)
		}
	})
}

// A saved reply of the last possible version would stand for ever, and so would
// rows for what was never there.
func TestRepliesGoOn(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		line := h.Line("arc")
		path := "/v1/lines/" + line.String() + "/replies"
		id := h.Line("arc") // any name will do
		for _, c := range []struct {
			in   wire.SavedReply
			want wire.Code
		}{
			{wire.SavedReply{Reply: id, Gen: 1, Version: 1}, wire.CodeNotFound},
			{wire.SavedReply{Reply: id, Gen: 1, Version: 1<<53 - 1, Sealed: []byte("x")}, wire.CodeConflict},
			{wire.SavedReply{Reply: id, Gen: 1, Version: 1, Sealed: []byte("x")}, ""},
			{wire.SavedReply{Reply: id, Gen: 1, Version: 2}, ""},
		} {
			if a := rawOf(t, staff[0]).do(t, "PUT", path, wire.EncodeBody(c.in), nil); a.code != c.want {
				t.Errorf("version %d of %d bytes: %q, want %q", c.in.Version, len(c.in.Sealed), a.code, c.want)
			}
		}
	})
}

// How each try ended stands in the thread's history, and the board counts it.
func TestCallsAreCounted(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam")
		sam, ctx := staff[0], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		must(t)(sam.Claim(ctx, id))
		for i, ended := range []string{"missed", "missed", "reached"} {
			ok(t, ann.AskCall(ctx, nil, id, "", 0))
			ok(t, sam.MoveCall(ctx, id, "begin", 0))
			ok(t, sam.MoveCall(ctx, id, ended, 0))
			if i == 0 {
				ok(t, ann.MoveCall(ctx, id, "cancel", 0)) // and asks anew, without waiting for the pause
			}
		}
		ok(t, sam.Spoke(ctx, id, client.Spoke{Verified: []string{"name", "birth", "ssn4"}, Warnings: []string{"privacy"}}))
		ok(t, ann.Urgent(ctx, id, "care-now"))
		ok(t, lead.Review(ctx, id, false))
		b, err := lead.Board(ctx, h.Line("arc"))
		ok(t, err)
		if got, want := b.Report.Total.Calls, (wire.Calls{Asked: 3, Reached: 1, Missed: 2, GivenUp: 1}); got != want {
			t.Errorf("counted %+v, want %+v", got, want)
		}
		events, err := sam.WorkHistory(ctx, id)
		ok(t, err)
		var said []string
		for _, e := range events {
			switch e.What {
			case "call-begun", "call-ended", "verified", "reviewed":
				said = append(said, fmt.Sprintf("%s %d %s", e.What, e.N, e.Code))
			}
		}
		want := []string{"call-begun 1 ", "call-ended 1 missed", "call-ended 0 cancelled", "call-begun 2 ", "call-ended 2 given-up", "call-begun 1 ", "call-ended 1 reached", "verified 3 ", "reviewed 0 refused"}
		if !slices.Equal(said, want) {
			t.Errorf("the history says %q, want %q", said, want)
		}
	})
}
