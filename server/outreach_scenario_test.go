package server_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// listed finds a thread in somebody's own list, or in a line's.
func listed(t *testing.T, p *arctest.Person, line *wire.ID, id wire.ID) (wire.Summary, bool) {
	t.Helper()
	rows, err := p.Threads(t.Context(), line)
	ok(t, err)
	i := slices.IndexFunc(rows, func(r wire.Summary) bool { return r.Thread == id })
	if i < 0 {
		return wire.Summary{}, false
	}
	return rows[i], true
}

// A specialist writes to an assister first: it arrives, she answers in it, the
// lead can read it, and another specialist of the line cannot.
func TestOutreach(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		sam, eva, line, ctx := staff[0], staff[1], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := must(t)(sam.Outreach(ctx, line, ann.ID, client.Content{Type: "text", Subject: "Your report", Text: "a report"})).Thread
		for _, p := range []*arctest.Person{ann, sam} {
			if row, there := listed(t, p, nil, id); !there || row.Opener != ann.ID || row.Claimer == nil || *row.Claimer != sam.ID || row.State != wire.StateClaimed || row.Next != 2 {
				t.Errorf("%s's list: %v, %+v", p.Name, there, row)
			}
		}
		if _, there := listed(t, lead, &line, id); !there {
			t.Error("the lead's list has it not")
		}
		if _, there := listed(t, eva, &line, id); there {
			t.Error("a colleague's list has it")
		}
		first := sync(t, ann, id).Events()[0]
		if first.Kind != envelope.EntryOutreach || first.Account != sam.ID || first.To == nil || first.To.ID != ann.ID || first.To.Name != "Ann Made-Up" || len(first.Readers) < 3 {
			t.Errorf("ann sees %+v", first)
		}
		must(t)(ann.Send(ctx, id, text("thank you")))
		must(t)(sam.Send(ctx, id, text("good day")))
		for _, p := range []*arctest.Person{ann, sam, lead} {
			if got := texts(t, sync(t, p, id)); !slices.Equal(got, []string{"a report", "thank you", "good day"}) {
				t.Errorf("%s reads %q", p.Name, got)
			}
		}
		_, err := eva.Sync(ctx, id)
		refused(t, err, wire.CodeNotFound)
		_, err = eva.Claim(ctx, id)
		refused(t, err, wire.CodeNotFound)
		must(t)(sam.Note(ctx, id, "sent every month"))
		noted(t, sam, id, "note sent every month")
		if got := notesOf(t, lead, id); len(got) != 1 {
			t.Errorf("the lead's notes: %q", got)
		}
		if out, code := readNotes(rawOf(t, ann).dial(t), id); code == "" || len(out) > 0 {
			t.Error("the assister is served the notes of a thread that staff began:", code)
		}
		must(t)(ann.CloseThread(ctx, id, envelope.OutcomeNoAnswer))
	})
}

// What could not be sent waits, and begins one thread however often it is tried.
func TestOutreachOnce(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		sam, line, ctx := staff[0], h.Line("arc"), t.Context()
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		h.Stop()
		if _, err := sam.Outreach(ctx, line, ann.ID, text("a report")); !errors.Is(err, client.ErrOffline) {
			t.Fatal("the service is away:", err)
		}
		if n, err := sam.Waiting(); n != 1 || err != nil {
			t.Fatal("waiting:", n, err)
		}
		h.Start()
		ok(t, sam.Flush(ctx))
		ok(t, sam.Flush(ctx))
		rows, err := ann.Threads(ctx, nil)
		ok(t, err)
		if len(rows) != 1 || rows[0].Next != 2 {
			t.Fatalf("ann's list: %+v", rows)
		}
		if got := texts(t, sync(t, ann, rows[0].Thread)); !slices.Equal(got, []string{"a report"}) {
			t.Errorf("ann reads %q", got)
		}
	})
}

// forgedOutreach is the beginning of a thread by a program that checks nothing.
func forgedOutreach(t *testing.T, r *raw, line, to wire.ID) wire.Append {
	t.Helper()
	size, root := r.p.View()
	id := wire.ID(uuid.New())
	h := envelope.Head{Type: envelope.EntryOutreach, Line: envelope.ID(line), Account: envelope.ID(to), Place: envelope.Place{Thread: envelope.ID(id),
		Time: uint64(now().UnixMilli()), Acct: r.maker.Acct, Dev: r.maker.Dev, KTSize: size, KTRoot: root}}
	reader, err := seal.Reader(envelope.KindAccount, r.maker.Acct, 1, key.NewBox().Public().Bytes())
	ok(t, err)
	e, boxes, err := seal.Epoch(r.maker, h, seal.NewSecret(), nil, []seal.To{reader})
	ok(t, err)
	f := wire.Append{RID: 1, Thread: id, ID: wire.ID(uuid.New()), Kind: wire.KindOutreach, Entry: wire.Entry{Head: e.Head, Sig: e.Sig}}
	for _, b := range boxes {
		f.Boxes = append(f.Boxes, wire.Box{Kind: wire.BoxKind(b.Kind), ID: wire.ID(b.ID), Gen: b.Gen, Sealed: b.Sealed})
	}
	return f
}

// Nobody begins a thread but staff of the line, and with nobody but an assister in
// standing whom the line serves: neither by this program nor by one that lies.
func TestOutreachRefused(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		_, brokers := h.Staffed("broker", "bo")
		sam, eva, bo, ctx := staff[0], staff[1], brokers[0], t.Context()
		arc, broker := h.Line("arc"), h.Line("broker")
		ann, bea := h.Person("ann", wire.RoleNavigator, "Ann Made-Up"), h.Person("bea", wire.RoleBroker, "Bea Brandt")
		ok(t, sam.AuditBoxes(ctx)) // the newest view of the log, in which he is on the line
		for why, c := range map[string]struct {
			by       *arctest.Person
			line, to wire.ID
			code     wire.Code
		}{
			"an assister":                       {ann, arc, ann.ID, wire.CodeForbidden},
			"staff of another line":             {bo, arc, ann.ID, wire.CodeNotFound},
			"with a colleague":                  {sam, arc, eva.ID, wire.CodeNotFound},
			"with an assister of another line":  {sam, arc, bea.ID, wire.CodeNotFound},
			"with somebody who is not there":    {sam, arc, wire.ID(uuid.New()), wire.CodeNotFound},
			"for a line that is not theirs":     {sam, broker, bea.ID, wire.CodeNotFound},
			"a broker, with another's assister": {bea, arc, ann.ID, wire.CodeForbidden},
		} {
			r := rawOf(t, c.by)
			if code := r.dial(t).code(forgedOutreach(t, r, c.line, c.to)); code != c.code {
				t.Errorf("%s, by a program that lies: %q, not %q", why, code, c.code)
			}
			if _, err := c.by.Outreach(ctx, c.line, c.to, text("x")); err == nil {
				t.Errorf("%s begins a thread", why)
			}
			if n, err := c.by.Waiting(); n != 0 || err != nil {
				t.Errorf("%s: what cannot be sent waits: %d %v", why, n, err)
			}
		}
		r := rawOf(t, sam)
		if code := r.dial(t).code(forgedOutreach(t, r, arc, ann.ID)); code != wire.CodeReaders { // the control: refused for its readers alone
			t.Errorf("a thread that its assister cannot read: %q", code)
		}
		must(t)(sam.Outreach(ctx, arc, ann.ID, text("a report")))
		must(t)(bo.Outreach(ctx, broker, bea.ID, text("a report")))
		suspended := arctest.MadeUp("ann", wire.RoleNavigator, "Ann Made-Up")
		suspended["state"] = "suspended"
		h.Change("ann", suspended)
		_, err := sam.Outreach(ctx, arc, ann.ID, text("another"))
		refused(t, err, wire.CodeNotFound)
		if rows, err := sam.Threads(ctx, nil); err != nil || len(rows) != 1 {
			t.Errorf("sam's list: %+v %v", rows, err)
		}
	})
}

// Who opens a consumer's card has said so in the thread, where both sides and the
// lead see who it was, which card, and when the second factor was given.
func TestRevealIsSeen(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam")
		sam, ctx, card := staff[0], t.Context(), wire.ID(uuid.New())
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "first")
		_, err := sam.Reveal(ctx, sam.Factor(), id, card)
		refused(t, err, wire.CodeForbidden) // take it first
		_, err = lead.Reveal(ctx, lead.Factor(), id, card)
		refused(t, err, wire.CodeForbidden)
		must(t)(ann.Reveal(ctx, ann.Factor(), id, card))
		must(t)(sam.Claim(ctx, id))
		for _, by := range []*arctest.Person{ann, sam, lead} {
			given := now().Unix()
			must(t)(by.Reveal(ctx, by.Factor(), id, card))
			for _, p := range []*arctest.Person{ann, sam, lead} {
				ev := last(t, p, id)
				if ev.Kind != envelope.EntryReveal || ev.Account != by.ID || ev.Card != card || ev.Factor < given || ev.Unproven != "" || ev.Refused != "" {
					t.Errorf("%s opens it, %s sees %+v", by.Name, p.Name, ev)
				}
			}
		}
		must(t)(ann.CloseThread(ctx, id, envelope.OutcomeAnswered))
		must(t)(sam.Reveal(ctx, sam.Factor(), id, card))
		if s := sync(t, ann, id).State(); s.State != chain.StateClosed {
			t.Error("opening a card opened the thread:", s.State)
		}
		must(t)(ann.Send(ctx, id, text("and it goes on"))) // the control: the log is whole for everybody
		texts(t, sync(t, lead, id))
	})
}

// Without a second factor for exactly this, or by nobody who may, no opening
// comes into a thread.
func TestRevealRefused(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		sam, eva, ctx, card := staff[0], staff[1], t.Context(), wire.ID(uuid.New())
		nora := h.Person("nora", wire.RoleNavigator, "Nora Made-Up", "arc")
		other := open(t, h, ann, "arc", "another")
		must(t)(sam.Send(ctx, id, text("good day"))) // under a view of the log in which Nora is
		attest := func(p *arctest.Person, act string, thread wire.ID) []byte {
			a, err := p.StepUp(ctx, p.FreshCode(), act, thread)
			ok(t, err)
			return []byte(a)
		}
		post := func(by *arctest.Person, card wire.ID, a []byte) wire.Code {
			r := rawOf(t, by)
			f, hd := plain(t, sam, id, envelope.Head{Type: envelope.EntryReveal, Card: envelope.ID(card)})
			hd.Acct, hd.Dev, hd.Attest = r.maker.Acct, r.maker.Dev, a
			l := r.dial(t)
			defer l.ws.CloseNow()
			return l.code(signed(r, f, hd))
		}
		before := sync(t, sam, id).State().Next
		for why, a := range map[string][]byte{"none": nil, "another thread": attest(sam, "append reveal", other), "another act": attest(sam, "append confirm", id),
			"another person": attest(ann, "append reveal", id), "no attestation at all": []byte("x.y.z")} {
			if c := post(sam, card, a); c != wire.CodeStepUp {
				t.Errorf("a second factor for %s: %q", why, c)
			}
		}
		_, err := sam.Reveal(ctx, nil, id, card)
		refused(t, err, wire.CodeStepUp)
		for _, p := range []*arctest.Person{eva, nora} {
			if c := post(p, card, attest(p, "append reveal", id)); c != wire.CodeForbidden {
				t.Errorf("%s, who is no party: %q", p.Name, c)
			}
			_, err := p.Reveal(ctx, p.Factor(), id, card)
			refused(t, err, wire.CodeNotFound)
		}
		if c := post(sam, wire.ID{}, attest(sam, "append reveal", id)); c != wire.CodeState {
			t.Errorf("of no card: %q", c)
		}
		if n := sync(t, ann, id).State().Next; n != before {
			t.Errorf("%d entries after %d, and all were refused", n, before)
		}
		a := attest(sam, "append reveal", id)
		if c := post(sam, card, a); c != "" { // the control
			t.Errorf("a good one: %q", c)
		}
		if c := post(sam, card, a); c != wire.CodeReplayed && c != wire.CodeStepUp {
			t.Errorf("its second factor once more: %q", c)
		}
	})
}
