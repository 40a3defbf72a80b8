package server_test

import (
	"strings"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server"
	"arcline/server/wire"
)

// alerts counts the mails to somebody that say that something came.
func alerts(box *server.Postbox, to string) (n int) {
	for _, m := range box.Mails() {
		if strings.HasPrefix(m, to+"\n") && strings.Contains(m, "You have a new secure message") {
			n++
		}
	}
	return n
}

// Who was written to and does not read it is told by mail after a quarter of an
// hour and once more after a day; who reads it, or wants no mail, is not. The mail
// says nothing of what came.
func TestUnreadIsTold(t *testing.T) {
	posted(t, func(t *testing.T, h *arctest.House, box *server.Postbox) {
		ann, staff, id := pair(t, h)
		sam, ctx := staff[0], t.Context()
		must(t)(sam.Send(ctx, id, client.Content{Type: "text", Subject: "Zebediah", Text: "case 4711"}))
		time.Sleep(14 * time.Minute)
		settle()
		if n := alerts(box, "ann@example.org"); n != 0 {
			t.Errorf("%d mails before the quarter of an hour", n)
		}
		time.Sleep(time.Minute)
		settle()
		if n := alerts(box, "ann@example.org"); n != 1 {
			t.Errorf("%d mails after the quarter of an hour", n)
		}
		time.Sleep(24 * time.Hour)
		settle()
		if n := alerts(box, "ann@example.org"); n != 2 {
			t.Errorf("%d mails after a day", n)
		}
		time.Sleep(25 * time.Hour)
		settle()
		if n := alerts(box, "ann@example.org"); n != 2 {
			t.Errorf("%d mails after two days: it never ends", n)
		}
		if n := alerts(box, "sam@example.org"); n != 0 {
			t.Errorf("%d mails to whoever wrote it", n)
		}
		for _, m := range box.Mails() {
			if strings.Contains(m, "Zebediah") || strings.Contains(m, "4711") || strings.Contains(m, "Sam") || strings.Contains(m, "http") {
				t.Errorf("a mail says more than it may: %q", m)
			}
		}
		for _, p := range []*arctest.Person{ann, sam} {
			p.SignIn()
		}
		must(t)(sam.Send(ctx, id, text("one more")))
		ok(t, ann.MarkRead(ctx, sync(t, ann, id)))
		must(t)(ann.Send(ctx, id, text("an answer")))
		ok(t, sam.SetReach(ctx, wire.Reach{Mail: false}))
		time.Sleep(25 * time.Hour)
		settle()
		if a, s := alerts(box, "ann@example.org"), alerts(box, "sam@example.org"); a != 2 || s != 0 {
			t.Errorf("%d mails to whoever has read, %d to whoever wants none", a, s)
		}
	})
}

// Quiet hours and being out of office put off what would be told; the other side
// sees that somebody is out.
func TestQuietHours(t *testing.T) {
	posted(t, func(t *testing.T, h *arctest.House, box *server.Postbox) {
		ann, staff, id := pair(t, h) // it is six in the evening at the agency
		sam, ctx := staff[0], t.Context()
		ok(t, ann.SetReach(ctx, wire.Reach{Mail: true, QuietFrom: "18:00", QuietTo: "07:00"}))
		refused(t, ann.SetReach(ctx, wire.Reach{QuietFrom: "25:00", QuietTo: "07:00"}), wire.CodeMalformed)
		must(t)(sam.Send(ctx, id, text("x")))
		time.Sleep(12 * time.Hour)
		settle()
		if n := alerts(box, "ann@example.org"); n != 0 {
			t.Errorf("%d mails in quiet hours", n)
		}
		time.Sleep(2 * time.Hour)
		settle()
		if n := alerts(box, "ann@example.org"); n != 1 {
			t.Errorf("%d mails after them", n)
		}
		ann.SignIn()
		sam.SignIn()
		until := now().Add(72 * time.Hour).UnixMilli()
		ok(t, sam.SetReach(ctx, wire.Reach{Mail: true, Out: until}))
		must(t)(ann.Send(ctx, id, text("y")))
		if w := work(t, ann, nil, id); w.HolderOut != until {
			t.Errorf("ann does not see that sam is out: %+v", w)
		}
		time.Sleep(48 * time.Hour)
		settle()
		if n := alerts(box, "sam@example.org"); n != 0 {
			t.Errorf("%d mails to whoever is out", n)
		}
	})
}

// Pushes go to the hosts of the settings and to no other: not to this machine, not
// by another scheme, not past a name in the address.
func TestPushGoesNowhereElse(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		for _, to := range []string{"https://push.example/x", "http://127.0.0.1:8080/v1", "https://127.0.0.1/", "file:///etc/passwd"} {
			refused(t, ann.SetPush(t.Context(), to), wire.CodeForbidden) // no host is named: there are no pushes
		}
		ok(t, ann.SetPush(t.Context(), ""))
	})
}
