package server_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server"
	"arcline/server/wire"
)

// Two threads of one person become one and apart again; of two people they do not.
// Whoever has neither ties nothing. The merged one's clock stops.
func TestTies(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, ctx := staff[0], staff[1], t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		abe := h.Person("abe", wire.RoleNavigator, "Abe Made-Up", "arc")
		a, b, c := open(t, h, ann, "arc", "a"), open(t, h, ann, "arc", "b"), open(t, h, abe, "arc", "c")
		for _, id := range []wire.ID{a, b, c} {
			must(t)(sam.Claim(ctx, id))
		}
		refused(t, sam.Tie(ctx, a, c, "merge"), wire.CodeState)
		refused(t, eva.Tie(ctx, a, b, "merge"), wire.CodeNotFound)
		refused(t, ann.Tie(ctx, a, b, "merge"), wire.CodeForbidden)
		refused(t, sam.Tie(ctx, a, a, "link"), wire.CodeMalformed)
		refused(t, sam.Tie(ctx, a, b, "marry"), wire.CodeMalformed)
		ok(t, sam.Tie(ctx, a, b, "merge"))
		if w := work(t, ann, nil, a); w.Clock != nil || len(w.Linked) != 1 || w.Linked[0] != (wire.Linked{Thread: b, Kind: "merged"}) {
			t.Errorf("the merged one: %+v", w)
		}
		if w := work(t, ann, nil, b); w.Clock == nil || len(w.Linked) != 1 || w.Linked[0] != (wire.Linked{Thread: a, Kind: "into"}) {
			t.Errorf("the one that goes on: %+v", w)
		}
		ok(t, sam.Tie(ctx, a, b, "none"))
		refused(t, sam.Tie(ctx, a, b, "none"), wire.CodeNotFound)
		if w := work(t, ann, nil, a); w.Clock == nil || len(w.Linked) != 0 {
			t.Errorf("undone: %+v", w)
		}
		ok(t, sam.Tie(ctx, a, c, "link"))
		events, err := ann.WorkHistory(ctx, a)
		ok(t, err)
		var tied []string
		for _, ev := range events {
			if ev.What == "linked" || ev.What == "unlinked" {
				tied = append(tied, ev.What+ev.Code)
			}
		}
		if !slices.Equal(tied, []string{"linkedmerged", "unlinked", "linkedlink"}) {
			t.Errorf("what ann is shown of it: %q", tied)
		}
		split := must(t)(sam.SplitOff(ctx, &a, h.Line("arc"), ann.ID, client.Content{Type: "text", Text: "the other half", Topic: "other"})).Thread
		if w := work(t, ann, nil, split); len(w.Linked) != 1 || w.Linked[0].Kind != "from" {
			t.Errorf("split off: %+v", w)
		}
		if _, err := eva.SplitOff(ctx, &a, h.Line("arc"), ann.ID, text("x")); err == nil {
			t.Error("somebody splits off a thread that is not served to them")
		}
	})
}

// A line's saved replies are read by its people, also by whoever comes later, and
// not by whoever was taken off. The service takes no older version.
func TestSavedReplies(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, line, ctx := staff[0], staff[1], h.Line("arc"), t.Context()
		ok(t, lead.AuditBoxes(ctx))
		ok(t, sam.KeepReply(ctx, line, client.SavedReply{Text: "Need more\nPlease send {what}."}))
		got, err := eva.Replies(ctx, line)
		ok(t, err)
		if len(got) != 1 || got[0].Text != "Need more\nPlease send {what}." {
			t.Fatalf("eva reads %+v", got)
		}
		ok(t, lead.RemoveMember(ctx, lead.Factor(), line, eva.ID))
		_, err = eva.Replies(ctx, line)
		refused(t, err, wire.CodeNotFound)
		ok(t, sam.KeepReply(ctx, line, client.SavedReply{ID: got[0].ID, Text: "changed"}))
		late := h.Person("lia", wire.RoleSpecialist, "Lia", "arc")
		ok(t, lead.AddMembers(ctx, lead.Factor(), line, late.ID))
		if got, err = late.Replies(ctx, line); err != nil || len(got) != 1 || got[0].Text != "changed" {
			t.Errorf("who came later reads %+v, %v", got, err)
		}
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		_, err = ann.Replies(ctx, line)
		refused(t, err, wire.CodeForbidden)
		old := wire.SavedReply{Reply: got[0].ID, Gen: 1, Version: 1, Sealed: []byte("x")}
		if a := rawOf(t, sam).do(t, "PUT", "/v1/lines/"+line.String()+"/replies", wire.EncodeBody(old), nil); a.code != wire.CodeConflict {
			t.Errorf("an older version: %d %q", a.status, a.code)
		}
		ok(t, sam.KeepReply(ctx, line, client.SavedReply{ID: got[0].ID}))
		if got, err = sam.Replies(ctx, line); err != nil || len(got) != 0 {
			t.Errorf("taken away: %+v, %v", got, err)
		}
	})
}

// Waiting work is suggested to whoever is at work and has least, oldest first; to
// nobody who is away or off; and to somebody else when they do not take it. It is
// never locked: anybody may take it at any time.
func TestSuggestions(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, line, ctx := staff[0], staff[1], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		a := open(t, h, ann, "arc", "a")
		time.Sleep(time.Minute)
		b := open(t, h, ann, "arc", "b")
		settle()
		if w := work(t, sam, &line, a); w.For != nil {
			t.Error("suggested while nobody is at work:", *w.For)
		}
		ok(t, sam.SetShift(ctx, wire.Shift{State: wire.ShiftAvailable}))
		ok(t, eva.SetShift(ctx, wire.Shift{State: wire.ShiftAvailable}))
		settle()
		to := func(id wire.ID) (out wire.ID) {
			if w := work(t, lead, &line, id); w.For != nil {
				out = *w.For
			}
			return out
		}
		if x, y := to(a), to(b); x.IsZero() || y.IsZero() || x == y {
			t.Errorf("suggested to %s and %s", x, y)
		}
		first := map[wire.ID]*arctest.Person{sam.ID: sam, eva.ID: eva}[to(a)]
		other := map[wire.ID]*arctest.Person{sam.ID: eva, eva.ID: sam}[to(a)]
		ok(t, first.SetShift(ctx, wire.Shift{State: wire.ShiftAway}))
		time.Sleep(11 * time.Minute)
		settle()
		if got := to(a); got != other.ID {
			t.Errorf("who is away did not take it, and it is suggested to %s, not to %s", got, other.ID)
		}
		must(t)(first.Claim(ctx, a)) // it is a suggestion, no lock
		row := func(who *arctest.Person) (out wire.StaffRow) {
			rows, err := lead.Staff(ctx, line)
			ok(t, err)
			for _, r := range rows {
				if r.Account == who.ID {
					out = r
				}
			}
			return out
		}
		if r := row(first); r.State != wire.ShiftAway || r.Has != 1 || r.Load != 2 {
			t.Errorf("who is away keeps what they have: %+v", r)
		}
		refused(t, sam.Suggest(ctx, b, &eva.ID), wire.CodeForbidden)
		refused(t, lead.Suggest(ctx, b, &ann.ID), wire.CodeNotFound)
		ok(t, lead.Suggest(ctx, b, &first.ID))
		if got := to(b); got != first.ID {
			t.Errorf("the lead's suggestion: %s", got)
		}
		ok(t, lead.SetSkills(ctx, line, eva.ID, []string{"enrollment"}))
		refused(t, sam.SetSkills(ctx, line, eva.ID, nil), wire.CodeForbidden)
		if r := row(eva); !slices.Equal(r.Skills, []string{"enrollment"}) {
			t.Errorf("skills: %+v", r)
		}
	})
}

// What is late is told to the leads by mail, once; the board names it, and its
// numbers are those of the threads.
func TestLateIsToldToLeads(t *testing.T) {
	posted(t, func(t *testing.T, h *arctest.House, box *server.Postbox) {
		monday(t)
		h.Registrar.SignIn()
		h.Second.SignIn()
		lead, staff := h.Staffed("arc", "sam")
		sam, line, ctx := staff[0], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		late, done := open(t, h, ann, "arc", "late"), open(t, h, ann, "arc", "done")
		must(t)(sam.Claim(ctx, done))
		must(t)(sam.Send(ctx, done, text("an answer")))
		must(t)(sam.CloseThread(ctx, done, envelope.OutcomeAnswered))
		time.Sleep(22*time.Hour + 30*time.Minute)
		lead.SignIn()
		b, err := lead.Board(ctx, line)
		ok(t, err)
		if !slices.Equal(b.AtRisk, []wire.ID{late}) || len(b.Late) != 0 || alerts(box, "lead-arc@example.org") != 0 {
			t.Errorf("half an hour before: at risk %v, late %v, %d mails", b.AtRisk, b.Late, alerts(box, "lead-arc@example.org"))
		}
		time.Sleep(2 * time.Hour)
		time.Sleep(time.Minute)
		for range 2 { // told, and the alert's own minute
			time.Sleep(time.Minute)
			settle()
		}
		lead.SignIn()
		if b, err = lead.Board(ctx, line); err != nil || !slices.Equal(b.Late, []wire.ID{late}) || !slices.Equal(b.Unclaimed, b.Late) || b.Waiting != 1 {
			t.Errorf("late: %+v, %v", b, err)
		}
		if n := alerts(box, "lead-arc@example.org"); n != 1 {
			t.Errorf("%d mails to the lead", n)
		}
		r, err := lead.Report(ctx, line, wire.ReportAsk{From: now().Add(-48 * time.Hour).UnixMilli(), To: now().UnixMilli()})
		ok(t, err)
		if n := r.Total; n.Arrived != 2 || n.Answered != 1 || n.Closed != 1 || n.Level != (wire.Portion{Part: 1, Whole: 1}) || r.Late != 1 {
			t.Errorf("the report: %+v", r)
		}
		sam.SignIn()
		_, err = sam.Board(ctx, line)
		refused(t, err, wire.CodeForbidden)
		ann.SignIn()
		desks, err := ann.Desks(ctx)
		ok(t, err)
		if len(desks) != 1 || desks[0].Waiting != 1 || desks[0].Kept != 1 {
			t.Errorf("what ann is promised: %+v", errors.Join(err))
		}
	})
}
