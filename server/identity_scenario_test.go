package server_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Who somebody is, as a thread shows it: asking and showing, what needs a second
// factor, and for whom support staff write.

// last is the newest event of a thread as a person sees it.
func last(t *testing.T, p *arctest.Person, id wire.ID) client.Event {
	t.Helper()
	ev := sync(t, p, id).Events()
	return ev[len(ev)-1]
}

// plain is a well-made entry of another type at the end of a thread.
func plain(t *testing.T, p *arctest.Person, id wire.ID, h envelope.Head) (wire.Append, envelope.Head) {
	t.Helper()
	f, at := good(t, p, id)
	h.Place, f.Entry.Body = at.Place, nil
	return f, h
}

// A specialist asks who is there; the assister shows it under a second factor,
// and both see when it was given. Nobody else answers, and nothing answers twice.
func TestIdentityAskConfirm(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		sam, ctx := staff[0], t.Context()
		if _, err := ann.ConfirmWho(ctx, ann.Factor(), id); !errors.Is(err, client.ErrNotAsked) {
			t.Error("an answer that nobody asked for:", err)
		}
		asked := must(t)(sam.AskWho(ctx, id))
		if q, ok := ann.Asked(sync(t, ann, id)); !ok || q.Mine || q.Index != asked.Index || q.By != "Specialist sam" {
			t.Errorf("what waits for ann: %+v %v", q, ok)
		}
		if q, ok := sam.Asked(sync(t, sam, id)); !ok || !q.Mine {
			t.Errorf("what sam waits for: %+v %v", q, ok)
		}
		if _, err := sam.ConfirmWho(ctx, sam.Factor(), id); !errors.Is(err, client.ErrNotAsked) {
			t.Error("who asks answers:", err)
		}
		given := now().Unix()
		must(t)(ann.ConfirmWho(ctx, ann.Factor(), id))
		for _, p := range []*arctest.Person{ann, sam} {
			ev := last(t, p, id)
			if ev.Kind != envelope.EntryConfirm || ev.Account != ann.ID || ev.UpTo != asked.Index || ev.Factor < given || ev.Factor > now().Unix() || ev.Unproven != "" || ev.Refused != "" {
				t.Errorf("%s sees %+v", p.Name, ev)
			}
			if q, ok := p.Asked(sync(t, p, id)); ok {
				t.Errorf("the question still waits for %s: %+v", p.Name, q)
			}
		}
		if _, err := ann.ConfirmWho(ctx, ann.Factor(), id); !errors.Is(err, client.ErrNotAsked) {
			t.Error("a second answer:", err)
		}
		must(t)(ann.AskWho(ctx, id)) // the other way round: is this the specialist?
		must(t)(sam.ConfirmWho(ctx, sam.Factor(), id))
		if ev := last(t, ann, id); ev.Account != sam.ID || ev.Factor == 0 {
			t.Errorf("the specialist's answer: %+v", ev)
		}
	})
}

// An answer without a second factor, with one for another act, another thread or
// by another device, or to another question, is refused and changes nothing.
func TestIdentityConfirmRefused(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		sam, r := staff[0], rawOf(t, ann)
		other := open(t, h, ann, "arc", "another")
		asked := must(t)(sam.AskWho(t.Context(), id))
		attest := func(p *arctest.Person, act string, thread wire.ID) []byte {
			a, err := p.StepUp(t.Context(), p.FreshCode(), act, thread)
			if err != nil {
				t.Fatal(err)
			}
			return []byte(a)
		}
		post := func(a []byte, upTo uint64) wire.Code {
			f, hd := plain(t, ann, id, envelope.Head{Type: envelope.EntryConfirm, UpTo: upTo})
			hd.Attest = a
			l := r.dial(t)
			defer l.ws.CloseNow()
			return l.code(signed(r, f, hd))
		}
		for what, a := range map[string][]byte{"none": nil, "another thread": attest(ann, "append confirm", other),
			"another act": attest(ann, "append msg", id), "another person": attest(sam, "append confirm", id), "no attestation at all": []byte("x.y.z")} {
			if c := post(a, asked.Index); c != wire.CodeStepUp {
				t.Errorf("a second factor for %s: %q", what, c)
			}
		}
		if c := post(attest(ann, "append confirm", id), asked.Index-1); c != wire.CodeState {
			t.Errorf("an answer to another question: %q", c)
		}
		if _, err := ann.ConfirmWho(t.Context(), client.Code("000000"), id); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Error("a wrong code:", err)
		}
		if n, err := ann.Waiting(); n != 0 || err != nil {
			t.Error("an answer without a factor waits to be sent:", n, err)
		}
		if q, ok := sam.Asked(sync(t, sam, id)); !ok || q.Index != asked.Index {
			t.Error("the question is gone after answers that were refused")
		}
		if c := post(attest(ann, "append confirm", id), asked.Index); c != "" { // the control
			t.Errorf("a good answer: %q", c)
		}
	})
}

// A thread that its opener marked as sensitive is taken with a second factor
// only; one that is not is taken without being asked for one.
func TestIdentitySensitiveClaim(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann, sam, line, ctx := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc"), staff[0], h.Line("arc"), t.Context()
		id := must(t)(ann.OpenWith(ctx, nil, client.Opening{Line: line, Sensitive: true}, text("a hard case"))).Thread
		rows, err := sam.Threads(ctx, &line)
		if err != nil || len(rows) != 1 || !rows[0].Sensitive {
			t.Fatalf("the line's list: %+v %v", rows, err)
		}
		if ev := sync(t, sam, id).Events(); !ev[0].Sensitive || ev[1].Sensitive {
			t.Errorf("what the thread shows: %+v", ev)
		}
		_, err = sam.Claim(ctx, id)
		refused(t, err, wire.CodeStepUp)
		_, err = sam.ClaimWith(ctx, nil, id)
		refused(t, err, wire.CodeStepUp)
		_, err = sam.ClaimWith(ctx, client.Code("000000"), id)
		refused(t, err, wire.CodeSignInFailed)
		if s := sync(t, ann, id).State(); !s.Claimer.IsZero() {
			t.Error("it is taken all the same")
		}
		must(t)(sam.ClaimWith(ctx, sam.Factor(), id))
		if ev := last(t, ann, id); ev.Kind != envelope.EntryClaim || ev.Factor == 0 {
			t.Errorf("the assister sees %+v", ev)
		}
		other := open(t, h, ann, "arc", "an easy case")
		never := client.Ask(func() (string, error) { return "", errors.New("asked for a second factor") })
		must(t)(sam.ClaimWith(ctx, never, other))
	})
}

// A consumer's identifiers go under a second factor, whose age readers see, also
// in the message that opens a thread.
func TestIdentityIdentifiers(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		sam, r, ctx := staff[0], rawOf(t, ann), t.Context()
		other := open(t, h, ann, "arc", "another")
		_, err := ann.SendIdentifiers(ctx, nil, id, text("born in 1970"))
		refused(t, err, wire.CodeStepUp)
		foreign, err := ann.StepUp(ctx, ann.FreshCode(), "append msg", other)
		ok(t, err)
		for what, a := range map[string]string{"without a second factor": "", "with one for another thread": foreign} {
			f, hd := good(t, ann, id)
			hd.Flags, hd.Attest = envelope.FlagIdentifiers, []byte(a)
			l := r.dial(t)
			if c := l.code(signed(r, f, hd)); c != wire.CodeStepUp {
				t.Errorf("%s: %q", what, c)
			}
			l.ws.CloseNow()
		}
		before := now().Unix()
		must(t)(ann.SendIdentifiers(ctx, ann.Factor(), id, text("born in 1970")))
		if ev := last(t, sam, id); ev.Content == nil || !ev.Identifiers || ev.Factor < before || ev.Unproven != "" {
			t.Errorf("the reader sees %+v", ev)
		}
		must(t)(ann.Send(ctx, id, text("nothing of that kind")))
		if ev := last(t, sam, id); ev.Identifiers || ev.Factor != 0 {
			t.Errorf("the reader sees %+v", ev)
		}
		begun := must(t)(ann.OpenWith(ctx, ann.Factor(), client.Opening{Line: h.Line("arc"), Identifiers: true}, text("born in 1971"))).Thread
		if ev := sync(t, sam, begun).Events(); len(ev) != 2 || ev[0].Factor != 0 || !ev[1].Identifiers || ev[1].Factor == 0 {
			t.Errorf("a thread that begins with identifiers: %+v", ev)
		}
	})
}

// A service that takes an answer under somebody else's second factor cannot make
// a reader believe it: the attestation is read again by everybody.
func TestIdentityUnproven(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		sam, r, ctx := staff[0], rawOf(t, ann), t.Context()
		other := open(t, h, ann, "arc", "another")
		asked := must(t)(sam.AskWho(ctx, id))
		a, err := ann.StepUp(ctx, ann.FreshCode(), "append confirm", other)
		ok(t, err)
		f, hd := plain(t, ann, id, envelope.Head{Type: envelope.EntryConfirm, UpTo: asked.Index})
		hd.Attest = []byte(a)
		f = signed(r, f, hd)
		evilTakes(t, h, id, envelope.Entry{Head: f.Entry.Head, Sig: f.Entry.Sig}, hd.Index)
		for _, p := range []*arctest.Person{ann, sam} {
			if ev := last(t, p, id); ev.Index != hd.Index || ev.Kind != envelope.EntryConfirm || ev.Factor != 0 || ev.Unproven == "" {
				t.Errorf("%s sees %+v", p.Name, ev)
			}
		}
		must(t)(sam.AskWho(ctx, id)) // the control: they ask again, and it is proved
		must(t)(ann.ConfirmWho(ctx, ann.Factor(), id))
		if ev := last(t, sam, id); ev.Factor == 0 || ev.Unproven != "" {
			t.Errorf("a good answer: %+v", ev)
		}
	})
}

// evilTakes writes an answer into a thread past every rule of the service.
func evilTakes(t *testing.T, h *arctest.House, id wire.ID, e envelope.Entry, index uint64) {
	t.Helper()
	st, key := h.Server.Store(), store.ID(id)
	ok(t, st.Update(t.Context(), func(tx *table.Tx) error {
		tail, err1 := st.Tails.Get(tx, key)
		row, err2 := st.Threads.Get(tx, key)
		tail.Next, tail.Head = index+1, store.Hash(e.Hash())
		row.Asked, row.AskedBy = 0, store.ID{}
		return errors.Join(err1, err2, st.Entries.Insert(tx, store.EntryKey{Thread: key, Index: index}, store.Entry{At: now().UnixMilli(), Head: e.Head, Sig: e.Sig}),
			st.Tails.Put(tx, key, tail), st.Threads.Put(tx, key, row))
	}, kv.Own(store.PartThread(key))))
}

// afterStepUp calls fn once a second factor was attested.
type afterStepUp struct {
	http.RoundTripper
	fn func()
}

func (a afterStepUp) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := a.RoundTripper.RoundTrip(r)
	if err == nil && r.URL.Path == "/v1/stepup" {
		b, rerr := io.ReadAll(resp.Body)
		resp.Body, err = io.NopCloser(bytes.NewReader(b)), errors.Join(rerr, resp.Body.Close())
		a.fn()
	}
	return resp, err
}

// A message whose second factor grew old while the service was away is kept,
// stops nothing else, and goes out when the factor is given again.
func TestIdentityOldFactorIsKept(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		ctx, real := t.Context(), ann.HTTP.Transport
		ann.HTTP.Transport = afterStepUp{real, h.Stop}
		if _, err := ann.SendIdentifiers(ctx, ann.Factor(), id, text("born in 1970")); !errors.Is(err, client.ErrOffline) {
			t.Fatal("the service is away:", err)
		}
		ann.HTTP.Transport = real
		time.Sleep(10 * time.Minute)
		h.Start()
		refused(t, ann.Flush(ctx), wire.CodeStepUp)
		must(t)(ann.Send(ctx, id, text("something else")))
		refused(t, ann.FlushWith(ctx, client.Code("000000")), wire.CodeSignInFailed)
		if n, err := ann.Waiting(); n != 1 || err != nil {
			t.Fatal("waiting:", n, err)
		}
		ok(t, ann.FlushWith(ctx, ann.Factor()))
		if ev := last(t, staff[0], id); ev.Content == nil || ev.Content.Text != "born in 1970" || !ev.Identifiers || now().Unix()-ev.Factor > 60 {
			t.Errorf("what arrived: %+v", ev)
		}
		if n, err := ann.Waiting(); n != 0 || err != nil {
			t.Error("waiting:", n, err)
		}
	})
}

// Support staff write for a broker of their own agency, and every reader sees
// for whom; for a broker of another agency, for nobody, or for somebody who is
// no broker they cannot.
func TestIdentityOnBehalf(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("broker", "bo")
		bea, stan := h.Person("bea", wire.RoleBroker, "Bea Brandt"), h.Person("stan", wire.RoleSupport, "Stan Stone")
		away := arctest.MadeUp("max", wire.RoleBroker, "Max Elsewhere")
		away["organization"] = "Another Agency"
		max := personOf(t, h, away)
		bo, line, ctx := staff[0], h.Line("broker"), t.Context()
		for what, who := range map[string]wire.ID{"a broker of another agency": max.ID, "nobody": {}, "a specialist": bo.ID, "themselves": stan.ID} {
			if _, err := stan.OpenWith(ctx, nil, client.Opening{Line: line, For: who}, text("for somebody")); err == nil {
				t.Error("support staff write for", what)
			}
		}
		if _, err := bea.OpenWith(ctx, nil, client.Opening{Line: line, For: max.ID}, text("for somebody")); err == nil {
			t.Error("a broker writes for another")
		}
		for _, p := range []*arctest.Person{stan, bea} {
			if n, err := p.Waiting(); n != 0 || err != nil {
				t.Errorf("what cannot be sent waits to be sent: %d %v", n, err)
			}
		}
		id := must(t)(stan.OpenWith(ctx, nil, client.Opening{Line: line, For: bea.ID}, text("for Bea"))).Thread
		rows, err := bo.Threads(ctx, &line)
		if err != nil || len(rows) != 1 || rows[0].OnBehalf == nil || *rows[0].OnBehalf != bea.ID {
			t.Errorf("the line's list: %+v %v", rows, err)
		}
		must(t)(bo.Claim(ctx, id))
		must(t)(bo.Send(ctx, id, text("an answer")))
		for _, ev := range sync(t, bo, id).Events() {
			wrote := ev.Account == stan.ID
			if (ev.OnBehalf != nil) != wrote || wrote && (ev.OnBehalf.ID != bea.ID || ev.OnBehalf.Name != "Bea Brandt") {
				t.Errorf("entry %d by %s: for %+v", ev.Index, ev.Name, ev.OnBehalf)
			}
		}
		// A reader who knows the support staff and has never met this broker.
		bob := h.Person("bob", wire.RoleBroker, "Bob Brandt")
		other := must(t)(stan.OpenWith(ctx, nil, client.Opening{Line: line, For: bob.ID}, text("for Bob"))).Thread
		ok(t, bo.AuditBoxes(ctx)) // the newest view of the log, without Bob
		for _, ev := range sync(t, bo, other).Events() {
			if ev.Refused != "" || ev.OnBehalf == nil || ev.OnBehalf.Name != "Bob Brandt" {
				t.Errorf("entry %d: %q, for %+v", ev.Index, ev.Refused, ev.OnBehalf)
			}
		}
	})
}

// personOf enrols, certifies and signs in somebody with a row of their own.
func personOf(t *testing.T, h *arctest.House, r arctest.Row) *arctest.Person {
	t.Helper()
	h.Enlist(strings.TrimSpace(r.String()))
	made, err := h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), r["login"])
	ok(t, err)
	h.Approve(h.Second)
	p := h.Enrol(r["login"], made[0].Letter)
	_, err = h.Agency.Approve(t.Context(), h.Registrar.Client)
	ok(t, err)
	p.SignIn()
	return p
}
