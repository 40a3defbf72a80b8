package server_test

import (
	"slices"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// Somebody of another department is put on the Broker Line for some days. When the
// grant ends they can neither read nor write, a lead's device takes them off and
// makes a new key by itself, and the thread that they had goes back to the line
// with its history and its place. On the ARC nobody from outside can be put at all.
func TestGrantEnds(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("broker", "sam")
		sam, line, ctx := staff[0], h.Line("broker"), t.Context()
		bea := h.Person("bea", wire.RoleBroker, "Bea Made-Up", "broker")
		h.Enlist(with("flo", wire.RoleSpecialist, "Flo Flex", "department", "Temps", "lines", "broker", "grant_until", now().Add(24*time.Hour).Format(time.DateOnly)).String())
		h.Enlist(with("ida", wire.RoleAuditor, "Ida Other", "department", "Temps").String())
		flo := enlisted(t, h, "flo")
		if !seesPerson(t, lead, "Flo Flex") || seesPerson(t, lead, "Ida Other") {
			t.Error("a lead sees whom the roster names for the line, and no others of that department")
		}
		ok(t, lead.AddMembers(ctx, lead.Factor(), line, flo.ID))
		id := open(t, h, bea, "broker", "a question")
		since := work(t, bea, nil, id).Since
		must(t)(flo.Claim(ctx, id))
		must(t)(flo.Send(ctx, id, text("I look into it")))
		ok(t, lead.AuditBoxes(ctx)) // the control: while the grant runs, nobody is taken off
		if people, err := lead.Members(ctx, line); err != nil || !slices.ContainsFunc(people, func(p client.Person) bool { return p.Account == flo.ID }) {
			t.Fatalf("taken off before the end: %+v, %v", people, err)
		}
		time.Sleep(3 * 24 * time.Hour)
		for _, p := range []*arctest.Person{lead, sam, bea} {
			p.SignIn()
		}
		if err := flo.Client.SignIn(ctx, arctest.Password, flo.FreshCode()); err == nil {
			if _, err := flo.Sync(ctx, id); err == nil {
				t.Error("after the end the thread is served to whoever had the grant")
			}
			if _, err := flo.Send(ctx, id, text("still here")); err == nil {
				t.Error("after the end they write")
			}
		}
		b, err := lead.Board(ctx, line)
		ok(t, err)
		if !slices.Equal(b.Stranded, []wire.ID{id}) {
			t.Errorf("the board names as stranded: %v", b.Stranded)
		}
		before, _ := lineKeyGen(t, lead, line)
		ok(t, lead.AuditBoxes(ctx))
		after, members := lineKeyGen(t, lead, line)
		if after <= before || slices.Contains(members, flo.ID) {
			t.Errorf("after the end: key %d then %d, members %v", before, after, members)
		}
		must(t)(lead.BringBack(ctx, id))
		w := work(t, sam, &line, id)
		if w.Place != 1 || w.Since != since {
			t.Errorf("back in line: %+v, it joined at %d", w, since)
		}
		must(t)(sam.Claim(ctx, id))
		if got := texts(t, sync(t, sam, id)); !slices.Equal(got, []string{"a question", "I look into it"}) {
			t.Errorf("sam reads %q", got)
		}
		holders, err := sam.Holders(ctx, line)
		ok(t, err)
		i := slices.IndexFunc(holders, func(x client.Holder) bool { return x.Account == flo.ID })
		if len(holders) != 3 || i < 0 || holders[i].Now || holders[i].Until == 0 || holders[i].Name != "Flo Flex" {
			t.Errorf("who ever held the line's key: %+v", holders)
		}
	})
}

// seesPerson reports whether a name is in what somebody sees of the roster.
func seesPerson(t *testing.T, p *arctest.Person, name string) bool {
	t.Helper()
	people, err := p.People(t.Context())
	ok(t, err)
	return slices.ContainsFunc(people, func(r wire.PersonRow) bool { return r.Name == name })
}

// lineKeyGen is the number of a line's key, and its members, as the log has them.
func lineKeyGen(t *testing.T, p *arctest.Person, line wire.ID) (gen uint32, members []wire.ID) {
	t.Helper()
	people, err := p.Members(t.Context(), line)
	ok(t, err)
	for _, x := range people {
		members = append(members, x.Account)
	}
	gen, err = p.LineKey(t.Context(), line)
	ok(t, err)
	return gen, members
}

// enlisted invites, certifies and signs in somebody who stands in the roster already.
func enlisted(t *testing.T, h *arctest.House, login string) *arctest.Person {
	t.Helper()
	letters, err := h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), login)
	ok(t, err)
	h.Approve(h.Second)
	p := h.Enrol(login, letters[0].Letter)
	_, err = h.Agency.Approve(t.Context(), h.Registrar.Client)
	ok(t, err)
	p.SignIn()
	return p
}
