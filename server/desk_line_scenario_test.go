package server_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server/wire"
)

// What a line does not take is refused where it comes in, whatever a program that
// asks may think; the same with what is missing is the control.
func TestTopicRules(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		h.Staffed("arc")
		h.Staffed("broker")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		bea := h.Person("bea", wire.RoleBroker, "Bea Made-Up", "broker")
		call := &wire.CallAsk{Number: "file"}
		for name, c := range map[string]struct {
			by   *arctest.Person
			line string
			told wire.Told
			want wire.Code
		}{
			"no such topic":                {ann, "arc", wire.Told{Topic: "weather"}, wire.CodeTopic},
			"not for this line":            {bea, "broker", wire.Told{Topic: "medical-assistance"}, wire.CodeTopic},
			"nobody it is about":           {ann, "arc", wire.Told{Topic: "status"}, wire.CodeTopic},
			"more consumers than it takes": {ann, "arc", wire.Told{Topic: "notices", Consumers: 2}, wire.CodeTopic},
			"twenty-one consumers":         {ann, "arc", wire.Told{Topic: "status", Consumers: 21}, wire.CodeTopic},
			"a phone topic without a call": {ann, "arc", wire.Told{Topic: "manual-enrollment", Consumers: 1}, wire.CodeTopic},
			"no such reason":               {ann, "arc", wire.Told{Topic: "other", Urgent: "because"}, wire.CodeMalformed},
			"a number that is not there":   {ann, "arc", wire.Told{Topic: "other", CallBack: &wire.CallAsk{Number: "sealed"}}, wire.CodeMalformed},
			"a time that is no slot":       {ann, "arc", wire.Told{Topic: "other", CallBack: &wire.CallAsk{Number: "file", Slot: now().Add(7 * time.Minute).UnixMilli()}}, wire.CodeCallBack},
			"data given out by an asker":   {ann, "arc", wire.Told{Topic: "other", Disclosed: []string{"status"}}, wire.CodeMalformed},
			"twenty consumers":             {ann, "arc", wire.Told{Topic: "status", Consumers: 20}, ""},
			"a phone topic with a call":    {ann, "arc", wire.Told{Topic: "manual-enrollment", Consumers: 1, CallBack: call}, ""},
			"a program of before topics":   {ann, "arc", wire.Told{}, ""},
		} {
			_, err := c.by.OpenWith(t.Context(), nil, client.Opening{Line: h.Line(c.line), Told: &c.told}, text("x"))
			if c.want == "" {
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if !client.IsCode(err, c.want) {
				t.Errorf("%s: want %s, have %v", name, c.want, err)
			}
		}
	})
}

// places are where threads stand in a line, as its member sees them.
func places(t *testing.T, p *arctest.Person, line wire.ID, ids ...wire.ID) (out []int) {
	t.Helper()
	for _, id := range ids {
		out = append(out, work(t, p, &line, id).Place)
	}
	return out
}

// Waiting work stands oldest first; what is urgent goes ahead until a lead refuses;
// a thread that is handed back, or to another line, keeps its place.
func TestPlaceInLine(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		sam, line, ctx := staff[0], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		var ids []wire.ID
		for range 3 {
			ids = append(ids, open(t, h, ann, "arc", "x"))
			time.Sleep(time.Minute)
		}
		if got := places(t, sam, line, ids...); !slices.Equal(got, []int{1, 2, 3}) {
			t.Fatal("oldest first:", got)
		}
		ok(t, ann.Urgent(ctx, ids[2], "care-now"))
		if got := places(t, sam, line, ids...); !slices.Equal(got, []int{2, 3, 1}) {
			t.Error("with an urgent one:", got)
		}
		if err := sam.Review(ctx, ids[2], false); !client.IsCode(err, wire.CodeForbidden) {
			t.Error("a specialist reviews:", err)
		}
		ok(t, lead.Review(ctx, ids[2], false))
		if got := places(t, sam, line, ids...); !slices.Equal(got, []int{1, 2, 3}) {
			t.Error("after a lead has refused:", got)
		}
		if err := ann.Urgent(ctx, ids[2], "care-now"); !client.IsCode(err, wire.CodeForbidden) {
			t.Error("again, after a lead has refused:", err)
		}
		must(t)(sam.Claim(ctx, ids[0]))
		if w := work(t, ann, nil, ids[0]); w.Place != 0 {
			t.Error("somebody has it, and it stands in line at", w.Place)
		}
		if w := work(t, ann, nil, ids[1]); w.Place != 1 {
			t.Error("ann sees her second at", w.Place)
		}
		must(t)(sam.Release(ctx, ids[0], wire.ID{}, true))
		if got := places(t, sam, line, ids...); !slices.Equal(got, []int{1, 2, 3}) {
			t.Error("handed back:", got)
		}
		if w := work(t, ann, nil, ids[0]); w.Topic != "other" || w.Since == 0 {
			t.Errorf("its work: %+v", w)
		}
	})
}

// The clock that runs is the first, then the next answer's, then the close's, which
// stands still while it waits for the assister. Due is in business time.
func TestClocks(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, ctx := staff[0], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		asked := now()
		first := work(t, ann, nil, id).Clock
		if first == nil || first.Kind != wire.ClockFirst || first.Paused || first.Rule != "1d" {
			t.Fatalf("first: %+v", first)
		}
		if due := time.UnixMilli(first.Due); due.Sub(asked).Round(time.Minute) != 24*time.Hour || first.Risk >= first.Due {
			t.Errorf("asked on a Monday at %s, due %s, at risk %s", asked, due, time.UnixMilli(first.Risk))
		}
		must(t)(sam.Claim(ctx, id))
		must(t)(sam.Send(ctx, id, text("an answer")))
		if c := work(t, ann, nil, id).Clock; c == nil || c.Kind != wire.ClockClose || !c.Paused {
			t.Errorf("answered: %+v", c)
		}
		time.Sleep(3 * time.Hour)
		for _, p := range []*arctest.Person{ann, sam} {
			p.SignIn()
		}
		must(t)(ann.Send(ctx, id, text("one more")))
		if c := work(t, ann, nil, id).Clock; c == nil || c.Kind != wire.ClockNext || c.Paused || time.UnixMilli(c.Due).Sub(now()).Round(time.Minute) != 24*time.Hour {
			t.Errorf("asked again: %+v", c)
		}
		ok(t, sam.Wait(ctx, id, wire.WaitAct{For: "assister"}))
		if w := work(t, sam, nil, id); w.Wait == nil || w.Wait.For != "assister" {
			t.Errorf("waits: %+v", w.Wait)
		}
		must(t)(ann.Send(ctx, id, text("here it is")))
		if w := work(t, sam, nil, id); w.Wait != nil {
			t.Errorf("her message did not end the wait: %+v", w.Wait)
		}
		must(t)(sam.Send(ctx, id, text("thanks")))
		must(t)(sam.CloseThread(ctx, id, envelope.OutcomeAnswered))
		if c := work(t, ann, nil, id).Clock; c != nil {
			t.Errorf("closed: %+v", c)
		}
	})
}

// What waits until a time comes back by itself, and nobody had to look.
func TestSnoozeEnds(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, ctx := staff[0], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		if err := sam.Wait(ctx, id, wire.WaitAct{For: "office"}); !client.IsCode(err, wire.CodeState) {
			t.Error("who has it not says what it waits for:", err)
		}
		must(t)(sam.Claim(ctx, id))
		if err := sam.Wait(ctx, id, wire.WaitAct{For: "until", Until: now().Add(-time.Minute).UnixMilli()}); !client.IsCode(err, wire.CodeMalformed) {
			t.Error("until a time that has passed:", err)
		}
		ok(t, sam.Wait(ctx, id, wire.WaitAct{For: "until", Until: now().Add(10 * time.Minute).UnixMilli()}))
		time.Sleep(11 * time.Minute)
		if w := work(t, sam, nil, id); w.Wait != nil {
			t.Errorf("still waits: %+v", w.Wait)
		}
	})
}

// A topic that is settled by phone: two attempts that nobody answers, then the end
// of the line; asked for again, reached; closed as done only once three details
// were checked and the warnings read. Both sides hear the same codes, each attempt
// has its own, and the number on file is handed out during an attempt alone.
func TestCallBack(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, line, ctx := staff[0], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		call := client.NewCall()
		told := &wire.Told{Topic: "manual-enrollment", Consumers: 1, CallBack: &wire.CallAsk{Number: "file"}}
		id := must(t)(ann.OpenWith(ctx, nil, client.Opening{Line: line, Told: told}, client.Content{Type: "text", Text: "please call", Topic: told.Topic, Call: &call})).Thread
		later := open(t, h, ann, "arc", "another")
		must(t)(sam.Claim(ctx, id))
		if _, err := sam.NumberOnFile(ctx, sam.Factor(), id); !client.IsCode(err, wire.CodeCallBack) {
			t.Error("the number before an attempt:", err)
		}
		seen := map[client.Codes]bool{}
		for attempt := 1; attempt <= 2; attempt++ {
			ok(t, sam.MoveCall(ctx, id, "begin", 0))
			seen[codesOf(t, ann, sam, id)] = true
			if n, err := sam.NumberOnFile(ctx, sam.Factor(), id); err != nil || n == "" {
				t.Error("the number during an attempt:", n, err)
			}
			ok(t, sam.MoveCall(ctx, id, "missed", 0))
			if err := sam.MoveCall(ctx, id, "begin", 0); !client.IsCode(err, wire.CodeCallBack) {
				t.Error("the next attempt at once:", err)
			}
			time.Sleep(16 * time.Minute)
			for _, p := range []*arctest.Person{ann, sam} {
				p.SignIn()
			}
		}
		if w := work(t, ann, nil, id); w.CallBack == nil || w.CallBack.State != wire.CallGivenUp || len(seen) != 2 {
			t.Fatalf("after two attempts: %+v, %d pairs of codes", w.CallBack, len(seen))
		}
		must(t)(sam.Release(ctx, id, wire.ID{}, true))
		if got := places(t, sam, line, id, later); !slices.Equal(got, []int{2, 1}) {
			t.Error("given up, it stands at the end of the line:", got)
		}
		must(t)(sam.Claim(ctx, id))
		_, err := sam.CloseThread(ctx, id, envelope.OutcomeAnswered)
		refused(t, err, wire.CodeUnverified)
		ok(t, ann.AskCall(ctx, nil, id, "", 0))
		ok(t, sam.MoveCall(ctx, id, "begin", 0))
		ok(t, sam.MoveCall(ctx, id, "reached", 0))
		if err := sam.Spoke(ctx, id, client.Spoke{Verified: []string{"name", "birth"}, Warnings: []string{"privacy"}}); !client.IsCode(err, wire.CodeUnverified) {
			t.Error("two details are enough:", err)
		}
		ok(t, sam.Spoke(ctx, id, client.Spoke{Verified: []string{"name", "birth", "ssn4"}, Warnings: []string{"privacy", "attestation"}}))
		must(t)(sam.CloseThread(ctx, id, envelope.OutcomeAnswered))
	})
}

// What changes about a thread as work is told to whoever has it in a list, though
// nothing was said in it: the call that begins, and where it stands in line.
func TestListsHearOfWork(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, line, ctx := staff[0], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		first := open(t, h, ann, "arc", "first")
		time.Sleep(time.Second) // who comes later stands behind
		call := client.NewCall()
		told := &wire.Told{Topic: "manual-enrollment", Consumers: 1, CallBack: &wire.CallAsk{Number: "file"}}
		id := must(t)(ann.OpenWith(ctx, nil, client.Opening{Line: line, Told: told}, client.Content{Type: "text", Text: "please call", Topic: told.Topic, Call: &call})).Thread
		hears := func(p *arctest.Person) func(what string, is func(*wire.Work) bool) {
			l := rawOf(t, p).dial(t)
			l.ask(wire.List{RID: 1, Live: true})
			return func(what string, is func(*wire.Work) bool) {
				t.Helper()
				limit, cancel := context.WithTimeout(ctx, 30*time.Second)
				defer cancel()
				if !l.hears(limit, func(r wire.Summary) bool { return r.Thread == id && r.Work != nil && is(r.Work) }) {
					t.Errorf("%s is not told that %s", p.Name, what)
				}
			}
		}
		asker, holder := hears(ann), hears(sam)
		second := func(w *wire.Work) bool { return w.Place == 1 }
		must(t)(sam.Claim(ctx, first))
		asker("it is the next in line", second)
		must(t)(sam.Claim(ctx, id))
		ok(t, sam.MoveCall(ctx, id, "begin", 0))
		calling := func(w *wire.Work) bool { return w.CallBack != nil && w.CallBack.State == wire.CallNow }
		asker("the call begins", calling)
		holder("the call begins", calling)
	})
}

// codesOf are the codes of the attempt that is under way, which both sides compute.
func codesOf(t *testing.T, ann, sam *arctest.Person, id wire.ID) client.Codes {
	t.Helper()
	var out []client.Codes
	for _, p := range []*arctest.Person{ann, sam} {
		call, there := client.CallOf(sync(t, p, id))
		w := work(t, p, nil, id).CallBack
		if !there || w == nil || w.State != wire.CallNow {
			t.Fatalf("%s knows of no attempt: %+v", p.Name, w)
		}
		codes, err := client.SpokenCodes(id, call, w.Attempt)
		ok(t, err)
		out = append(out, codes)
	}
	if out[0] != out[1] || out[0].Assister == out[0].Specialist && len(out[0].Assister) != 4 {
		t.Errorf("codes: %+v", out)
	}
	return out[0]
}
