package server_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server/wire"
)

// monday waits until the lines of the example have been open for two hours: a bubble
// begins on the evening of a Friday. It is done before there is a service, whose jobs
// would look about them some twenty thousand times meanwhile.
func monday(t *testing.T) {
	t.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	ok(t, err)
	at := time.Date(2000, 1, 3, 10, 0, 0, 0, zone)
	if now := now(); now.Before(at) {
		time.Sleep(at.Sub(now))
	}
}

// deskStory is a story on a working day.
func deskStory(t *testing.T, fn func(t *testing.T, h *arctest.House)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		monday(t)
		fn(t, arctest.New(t, nil))
	})
}

var consent = &client.Consent{Scope: "status", Purpose: "help with an application", Given: "2000-01-03", Rescind: "by telling the navigator"}

// consumers seals the cards of made-up people for a thread that comes.
func consumers(t *testing.T, thread wire.ID, cards ...client.Card) (people []client.Consumer, sealed []client.Sealed) {
	t.Helper()
	for i, c := range cards {
		f, s, err := client.SealCard(thread, c)
		ok(t, err)
		people = append(people, client.Consumer{Label: string(rune('A' + i)), Kinds: c.Kinds(), Card: f, Consent: consent})
		sealed = append(sealed, s)
	}
	return people, sealed
}

// asks opens a thread about a topic, with so many consumers.
func asks(t *testing.T, p *arctest.Person, line wire.ID, topic string, cards ...client.Card) wire.ID {
	t.Helper()
	o := client.Opening{Line: line, Thread: wire.ID(uuid.New()), Told: &wire.Told{Topic: topic, Consumers: len(cards)}}
	m := client.Content{Type: "text", Subject: "a question", Text: "x", Topic: topic}
	m.Consumers, o.Cards = consumers(t, o.Thread, cards...)
	return must(t)(p.OpenWith(t.Context(), p.Factor(), o, m)).Thread
}

var maya = client.Card{Name: "Maya O'Neil-Vang", Birth: "1987-04-12", SSN4: "4321"}

// work is a thread as work, as somebody's list shows it.
func work(t *testing.T, p *arctest.Person, line *wire.ID, id wire.ID) *wire.Work {
	t.Helper()
	row, there := listed(t, p, line, id)
	if !there || row.Work == nil {
		t.Fatalf("%s's list has no work of the thread: %v", p.Name, there)
	}
	return row.Work
}

// A consumer's card is sealed apart from the message: the service hands it out only
// after the reader has said in the thread, with a second factor, that they open it;
// for minutes; to nobody else. Both sides see it. It is no file that can be fetched.
func TestCards(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, line, ctx := staff[0], staff[1], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := asks(t, ann, line, "status", maya, client.Card{Name: "José Example", Birth: "1990-01-31"})
		people, _ := client.Consumers(sync(t, sam, id))
		if len(people) != 2 || people[0].Label != "A" || !slices.Equal(people[0].Kinds, []string{"name", "birth", "ssn4"}) {
			t.Fatalf("the line sees %+v", people)
		}
		card := people[0].Card
		_, err := sam.OpenCard(ctx, sam.Factor(), id, card)
		if err == nil {
			t.Error("a member opened a card of a thread that nobody has taken")
		}
		must(t)(sam.Claim(ctx, id))
		path := "/v1/cards/" + id.String() + "/" + card.ID.String()
		if a := rawOf(t, sam).do(t, "GET", path, nil, nil); a.code != wire.CodeReveal {
			t.Errorf("without a reveal: %d %q", a.status, a.code)
		}
		if a := rawOf(t, sam).do(t, "GET", "/v1/files/"+id.String()+"/"+card.ID.String(), nil, nil); a.code != wire.CodeNotFound {
			t.Errorf("as a file: %d %q", a.status, a.code)
		}
		got, err := sam.OpenCard(ctx, sam.Factor(), id, card)
		ok(t, err)
		if got != maya {
			t.Errorf("opened %+v", got)
		}
		if a := rawOf(t, sam).do(t, "GET", path, nil, nil); a.code != "" {
			t.Errorf("within the minutes of the reveal: %q", a.code)
		}
		for _, p := range []*arctest.Person{ann, lead, eva} {
			if a := rawOf(t, p).do(t, "GET", path, nil, nil); a.code == "" {
				t.Errorf("%s is handed a card that sam revealed", p.Name)
			}
		}
		seen := slices.ContainsFunc(sync(t, ann, id).Events(), func(ev client.Event) bool {
			return ev.Kind == envelope.EntryReveal && ev.Account == sam.ID && ev.Card == card.ID && ev.Factor > 0
		})
		if !seen {
			t.Error("ann does not see that sam opened the card")
		}
		time.Sleep(wire.RevealFor * time.Second)
		if a := rawOf(t, sam).do(t, "GET", path, nil, nil); a.code != wire.CodeReveal {
			t.Errorf("after the minutes of the reveal: %q", a.code)
		}
		if _, err := lead.OpenCard(ctx, lead.Factor(), id, card); err != nil {
			t.Error("a lead of the line, whose key is among the readers:", err)
		}
	})
}

// What consumers are called, numbers, forms, answers and saved replies can be read
// nowhere in what the service has, nor in a lead's report. The topic, which the
// service must know, is found: the control.
func TestDeskCanary(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &logBuffer{}
		monday(t)
		h := arctest.New(t, log)
		lead, staff := h.Staffed("arc", "sam")
		sam, line, ctx := staff[0], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := asks(t, ann, line, "portal-trouble", maya)
		must(t)(sam.Claim(ctx, id))
		ok(t, ann.AskCall(ctx, ann.Factor(), id, "+1 651 555 0177", 0))
		ok(t, sam.KeepReply(ctx, line, client.SavedReply{Text: "CANARYREPLY {date}"}))
		must(t)(sam.Send(ctx, id, client.Content{Type: "text", Text: "CANARYTEXT", Disclosed: []string{"status"}, Cases: []client.CaseCard{{Status: "CANARYSTATUS", AsOf: "2000-01-03"}},
			Answers: []client.Answer{{State: "answered", Text: "CANARYANSWER"}}}))
		_, err := sam.OpenCard(ctx, sam.Factor(), id, firstCard(t, sam, id))
		ok(t, err)
		hay := everything(t, h, log)
		day := now().Add(-24 * time.Hour).UnixMilli()
		for _, path := range []string{"board", "report?from=" + fmt.Sprint(day) + "&to=" + fmt.Sprint(now().UnixMilli()+1), "rows?from=" + fmt.Sprint(day) + "&to=" + fmt.Sprint(now().UnixMilli()+1)} {
			a := rawOf(t, lead).do(t, "GET", "/v1/lines/"+line.String()+"/"+path, nil, nil)
			if a.status != 200 {
				t.Errorf("a lead asks for the %s: %d %q", path, a.status, a.code)
			}
			hay[path] = a.body
		}
		topic := 0
		for where, b := range hay {
			topic += bytes.Count(b, []byte("portal-trouble"))
			if n := planted(b, maya.Name, maya.Birth, "555 0177", "CANARYREPLY", "CANARYTEXT", "CANARYSTATUS", "CANARYANSWER"); n > 0 {
				t.Errorf("%s holds %d readable texts", where, n)
			}
		}
		if topic < 2 {
			t.Errorf("the topic stands in what was searched %d times: the search proves nothing", topic)
		}
	})
}

// firstCard is the card of the first consumer of a thread.
func firstCard(t *testing.T, p *arctest.Person, id wire.ID) client.FileInfo {
	t.Helper()
	people, _ := client.Consumers(sync(t, p, id))
	if len(people) == 0 {
		t.Fatal("no consumers")
	}
	return people[0].Card
}
