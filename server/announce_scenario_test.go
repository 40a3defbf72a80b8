package server_test

import (
	"errors"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// An announcement reaches those it is for, in its time, and is counted once for each
// who reads it. Whoever may not speak for the agency makes none.
func TestAnnouncements(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam")
		ctx := t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		cal := h.Person("cal", wire.RoleCAC, "Cal Made-Up", "arc")
		n := client.News{Title: "Report life events early", Text: "Please do.\nBefore November.", From: now().UnixMilli(), Until: now().Add(48 * time.Hour).UnixMilli(), Roles: []string{"navigator"}}
		id, err := lead.Announce(ctx, lead.Factor(), n)
		ok(t, err)
		later := n
		later.From, later.Roles = now().Add(24*time.Hour).UnixMilli(), nil
		_, err = lead.Announce(ctx, lead.Factor(), later)
		ok(t, err)
		seen := func(p *arctest.Person) []client.News {
			all, err := p.Announcements(ctx)
			ok(t, err)
			return all
		}
		if got := seen(ann); len(got) != 1 || got[0].Text != n.Text || got[0].By != "Lead of arc" || got[0].Read {
			t.Fatalf("ann sees %+v", got)
		}
		if got := seen(cal); len(got) != 0 {
			t.Errorf("somebody it is not for sees %+v", got)
		}
		for range 2 {
			ok(t, ann.ReadNews(ctx, id))
		}
		refused(t, cal.ReadNews(ctx, id), wire.CodeNotFound)
		if got := seen(lead); len(got) != 2 || got[0].Reads+got[1].Reads != 1 {
			t.Errorf("the lead sees %+v", got)
		}
		if got := seen(ann); !got[0].Read {
			t.Error("it is not marked as read")
		}
		_, err = staff[0].Announce(ctx, staff[0].Factor(), n)
		refused(t, err, wire.CodeForbidden)
		_, err = lead.Announce(ctx, nil, n)
		refused(t, err, wire.CodeStepUp)
		n.Roles = []string{"specialist"}
		_, err = lead.Announce(ctx, lead.Factor(), n)
		refused(t, err, wire.CodeMalformed)
		ok(t, lead.WithdrawNews(ctx, lead.Factor(), id))
		if got := seen(ann); len(got) != 0 {
			t.Errorf("withdrawn, and ann sees %+v", got)
		}
		time.Sleep(25 * time.Hour)
		ann.SignIn()
		cal.SignIn()
		if a, c := seen(ann), seen(cal); len(a) != 1 || len(c) != 1 {
			t.Errorf("after a day: %d and %d", len(a), len(c))
		}
		time.Sleep(24 * time.Hour)
		ann.SignIn()
		if got := seen(ann); len(got) != 0 {
			t.Errorf("after its time: %+v", got)
		}
	})
}

// T44: an announcement that nobody who may has signed is an alarm on the reader's
// device, whatever the service shows. The same words, signed, are the control.
func TestT44_ForgedAnnouncement(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam")
		ctx := t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id, err := lead.Announce(ctx, lead.Factor(), client.News{Title: "true", Text: "words", From: now().UnixMilli(), Until: now().Add(time.Hour).UnixMilli()})
		ok(t, err)
		if got, err := ann.Announcements(ctx); err != nil || len(got) != 1 {
			t.Fatal("the control:", got, err)
		}
		st := h.Server.Store()
		rewrite := func(change func(a *store.Announcement)) {
			ok(t, st.Update(ctx, func(tx *table.Tx) error {
				a, err := st.Announcements.Get(tx, store.ID(id))
				if err != nil {
					return err
				}
				change(&a)
				return st.Announcements.Put(tx, store.ID(id), a)
			}, kv.Own(store.PartAnnouncements)))
		}
		var good store.Announcement
		rewrite(func(a *store.Announcement) { good = *a })
		r := rawOf(t, staff[0])
		for name, forge := range map[string]func(a *store.Announcement){
			"other words": func(a *store.Announcement) {
				x, err := envelope.DecodeAnnouncement(a.Signed)
				ok(t, err)
				x.Text = []byte("send your password to this number")
				a.Signed = x.Encode()
			},
			"signed by a specialist": func(a *store.Announcement) {
				x, err := envelope.DecodeAnnouncement(a.Signed)
				ok(t, err)
				x.Acct, x.Dev = r.maker.Acct, r.maker.Dev
				a.Signed = x.Encode()
				a.Sig = r.maker.Sign.Sign(key.SigAnnouncement, a.Signed)
			},
		} {
			rewrite(func(a *store.Announcement) { *a = good; forge(a) })
			if got, err := ann.Announcements(ctx); !errors.Is(err, client.ErrAlarm) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
	})
}

// A line finds the assisters it serves by their numbers, and no others; who names
// another person under a number is caught.
func TestFind(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ctx := t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		h.Staffed("broker")
		h.Person("bea", wire.RoleBroker, "Bea Made-Up", "broker")
		number := func(p *arctest.Person) string {
			cred, _, _, err := staff[0].CredentialOf(ctx, p.ID)
			ok(t, err)
			return cred.AssisterID
		}
		got, err := staff[0].Find(ctx, h.Line("arc"), []string{number(ann), "5550001", "nobody"})
		ok(t, err)
		if len(got) != 1 || got[number(ann)] != ann.ID {
			t.Errorf("found %+v", got)
		}
		_, err = staff[0].Find(ctx, h.Line("broker"), []string{"5550001"})
		refused(t, err, wire.CodeNotFound)
		_, err = ann.Find(ctx, h.Line("arc"), nil)
		refused(t, err, wire.CodeForbidden)
	})
}
