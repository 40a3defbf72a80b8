package server_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server"
	"arcline/server/config"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// posted is a story in a house whose notices go to a mail server on this machine.
func posted(t *testing.T, fn func(t *testing.T, h *arctest.House, box *server.Postbox)) {
	t.Parallel()
	box, at := server.OpenPostbox(t, nil, false) // outside the bubble: who waits for a connection would stop its clock
	synctest.Test(t, func(t *testing.T) {
		fn(t, arctest.Tuned(t, nil, func(c *config.Config) {
			c.SMTP, c.SMTPFrom, c.SMTPTLS = at, "notices@exchange.example", "none"
		}), box)
	})
}

// settle lets the job of the notices have a turn.
func settle() { time.Sleep(11 * time.Second); synctest.Wait() }

// about counts the mails to an address that speak of a kind of change.
func about(box *server.Postbox, to, kind string) (n int) {
	for _, m := range box.Mails() {
		if strings.HasPrefix(m, to+"\n") && strings.Contains(m, kind) {
			n++
		}
	}
	return n
}

// Who changes how they sign in is told by mail, and the mail says nothing else:
// no name, no subject, no number, no link. A change that was refused is none.
func TestNoticeSent(t *testing.T) {
	posted(t, func(t *testing.T, h *arctest.House, box *server.Postbox) {
		_, _ = h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r, err := ann.OpenThread(t.Context(), h.Line("arc"), client.Content{Type: "text", Subject: "Zebediah Consumer", Text: "case 4711-0815"})
		ok(t, err)
		settle()
		if got := box.Mails(); len(got) != 0 {
			t.Fatalf("mails before anything changed: %q", got)
		}
		refused(t, ann.ChangePassword(t.Context(), ann.Factor(), "not the old one at all", "Zanzibar-Quixotic-77"), wire.CodeSignInFailed)
		settle()
		if got := box.Mails(); len(got) != 0 {
			t.Errorf("a change that was refused: %q", got)
		}
		ok(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, "Zanzibar-Quixotic-77"))
		newApp(t, ann)
		settle()
		got := box.Mails()
		if len(got) != 2 || about(box, "ann@example.org", "the password was changed") != 1 || about(box, "ann@example.org", "the authenticator app was changed") != 1 {
			t.Fatalf("%d mails: %q", len(got), got)
		}
		for _, m := range got {
			_, text, _ := strings.Cut(m, "\n")
			for _, s := range []string{"Ann", "Made-Up", "Zebediah", "4711", r.Thread.String(), ann.ID.String(), "http", "Zanzibar", ann.Secret, "navigator"} {
				if strings.Contains(text, s) {
					t.Errorf("a notice says %q: %s", s, text)
				}
			}
			if !strings.Contains(text, "Subject: A change to how you sign in\r\n") || !strings.Contains(text, "call the exchange's registrar") {
				t.Errorf("a notice without its subject or without what to do: %s", text)
			}
		}
		time.Sleep(time.Hour)
		if n := len(box.Mails()); n != 2 {
			t.Errorf("an hour later there are %d mails", n)
		}
	})
}

// A notice that could not be sent is sent later, once; meanwhile the service
// goes on, and a restart forgets nothing.
func TestNoticeRetried(t *testing.T) {
	posted(t, func(t *testing.T, h *arctest.House, box *server.Postbox) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		box.Refuse(2)
		ok(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, "Zanzibar-Quixotic-77"))
		settle()
		if n, tries := len(box.Mails()), noticesOf(t, h, ann)[0].Tries; n != 0 || tries != 1 {
			t.Fatalf("after the first failure: %d mails, %d tries", n, tries)
		}
		time.Sleep(30 * time.Second) // sooner than the pause
		if tries := noticesOf(t, h, ann)[0].Tries; tries != 1 {
			t.Errorf("tried again too soon: %d tries", tries)
		}
		h.Restart()
		time.Sleep(time.Minute)
		if n, tries := len(box.Mails()), noticesOf(t, h, ann)[0].Tries; n != 0 || tries != 2 {
			t.Fatalf("after the second failure: %d mails, %d tries", n, tries)
		}
		time.Sleep(5*time.Minute + 11*time.Second)
		if n := about(box, "ann@example.org", "the password was changed"); n != 1 {
			t.Errorf("%d mails in the end", n)
		}
		if got := noticesOf(t, h, ann)[0]; got.Done != "sent" || got.Next != 0 || got.Tries != 3 {
			t.Errorf("%+v", got)
		}
	})
}

// After the last try a notice is given up; the person's records say so. Nobody
// with an address is the control.
func TestNoticeGivenUp(t *testing.T) {
	posted(t, func(t *testing.T, h *arctest.House, box *server.Postbox) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		box.Refuse(1000)
		ok(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, "Zanzibar-Quixotic-77"))
		settle()
		for _, pause := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour} {
			if got := noticesOf(t, h, ann)[0]; got.Done != "" {
				t.Fatalf("given up too early: %+v", got)
			}
			h.Skew.Add(int64(pause)) // the service's clock alone: nobody else needs to wait
			settle()
		}
		if got := noticesOf(t, h, ann)[0]; got.Done != "given up" || got.Next != 0 || got.Tries != 7 {
			t.Errorf("%+v", got)
		}
		if !slices.Contains(auditOf(t, h, store.PartAccount(store.ID(ann.ID))), "notice: the password was changed/refused") {
			t.Error("the records do not say that the person was not told")
		}
		box.Refuse(0)
		h.Skew.Add(int64(48 * time.Hour))
		settle()
		if got := box.Mails(); len(got) != 0 {
			t.Errorf("sent after it was given up: %q", got)
		}
	})
}

// noticesOf reads a person's notices from the store.
func noticesOf(t *testing.T, h *arctest.House, p *arctest.Person) (out []store.Notice) {
	t.Helper()
	st := h.Server.Store()
	ok(t, st.View(t.Context(), func(tx *table.Tx) error {
		_, err := st.Notices.Scan(tx, store.PartAccount(store.ID(p.ID)), table.Range{}, func(_ store.NoticeKey, n store.Notice) (bool, error) {
			out = append(out, n)
			return true, nil
		})
		return err
	}))
	return out
}

// auditOf lists a partition's records as act/outcome.
func auditOf(t *testing.T, h *arctest.House, part string) (out []string) {
	t.Helper()
	st := h.Server.Store()
	ok(t, st.View(t.Context(), func(tx *table.Tx) error {
		_, err := st.Audit.Scan(tx, part, table.Range{}, func(_ store.AuditKey, a store.Audit) (bool, error) {
			out = append(out, a.Act+"/"+a.Outcome)
			return true, nil
		})
		return err
	}))
	return out
}
