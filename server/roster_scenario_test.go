package server_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/server/config"
	"arcline/server/wire"
	"arcline/server/wire/roster"
)

// with is a made-up person's row with other values, in pairs.
func with(name string, role wire.Role, display string, pairs ...string) arctest.Row {
	r := arctest.MadeUp(name, role, display, slugs(role)...)
	for i := 0; i < len(pairs); i += 2 {
		r[pairs[i]] = pairs[i+1]
	}
	return r
}

func date(days int) string { return now().AddDate(0, 0, days).Format(time.DateOnly) }

// staffed founds both lines.
func staffed(h *arctest.House) { h.Staffed("arc"); h.Staffed("broker") }

// texted says a report as lines of what and text.
func texted(d wire.RosterDifference) (out []string) {
	for _, c := range d.Changes {
		out = append(out, c.What+": "+c.Text)
	}
	return out
}

// A dry run says in plain words what a file would change, and changes nothing;
// the import then does exactly that. A file with one mistake does nothing at all.
func TestRosterDryRun(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		staffed(h)
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up")
		h.Person("bob", wire.RoleNavigator, "Bob Made-Up")
		before, err := h.Registrar.People(t.Context())
		ok(t, err)
		csv := strings.Replace(h.CSV(), arctest.MadeUp("ann", wire.RoleNavigator, "Ann Made-Up").String(), with("ann", wire.RoleNavigator, "Ann Made-Up", "state", "suspended").String(), 1) +
			with("cleo", wire.RoleCAC, "Cleo Made-Up").String() + "\n"
		csv = strings.Replace(csv, arctest.MadeUp("bob", wire.RoleNavigator, "Bob Made-Up").String(), with("bob", wire.RoleNavigator, "Bob Made-Up", "certified_to", date(20)).String(), 1)
		dry, err := h.Registrar.CompareRoster(t.Context(), csv)
		ok(t, err)
		want := []string{"loses access now: Ann Made-Up (navigator, A-ann): is suspended and loses access now.",
			"new: Cleo Made-Up (certified application counselor, A-cleo): is new and can be invited."}
		got := texted(dry)
		if len(got) != 3 || !slices.Equal(got[:2], want) || !strings.HasPrefix(got[2], "changed: Bob Made-Up (navigator, A-bob): certified until ") || dry.Applied || dry.Same != 4 {
			t.Fatalf("%q, applied %v, same %d", got, dry.Applied, dry.Same)
		}
		after, err := h.Registrar.People(t.Context())
		if ok(t, err); !samePeople(before, after) {
			t.Errorf("a dry run changed the roster: %v", after)
		}
		open(t, h, ann, "arc", "still here")
		bad := csv + with("dora", wire.RoleNavigator, "Dora Made-Up", "certified_to", "soon").String() + "\n"
		d, err := h.Registrar.ImportRoster(t.Context(), h.Registrar.Factor(), bad)
		if ok(t, err); d.Applied || len(d.Problems) == 0 || !strings.Contains(strings.Join(d.Problems, " "), `"soon"`) {
			t.Errorf("a file with a mistake: %+v", d)
		}
		open(t, h, ann, "arc", "still here")
		_, err = h.Registrar.ImportRoster(t.Context(), nil, csv)
		refused(t, err, wire.CodeStepUp)
		d, err = h.Agency.ImportRoster(t.Context(), h.Registrar.Client, h.Registrar.Factor(), csv)
		if ok(t, err); !d.Applied || !slices.Equal(texted(d), texted(dry)) || d.Digest != dry.Digest {
			t.Errorf("the import did something else than the dry run said: %q", texted(d))
		}
		_, err = ann.OpenThread(t.Context(), h.Line("arc"), text("gone"))
		refused(t, err, wire.CodeSuspended)
	})
}

func samePeople(a, b []wire.PersonRow) bool {
	return slices.EqualFunc(a, b, func(x, y wire.PersonRow) bool {
		return x.Key == y.Key && x.State == y.State && x.Until == y.Until && x.Standing == y.Standing
	})
}

// What a roster takes away is gone on open sockets within 2 s; the others go on.
func TestRosterLoss(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		for name, how := range map[string]arctest.Row{"ann": with("ann", wire.RoleNavigator, "Made-Up ann", "state", "suspended"),
			"bob": nil, "cleo": with("cleo", wire.RoleNavigator, "Made-Up cleo", "type", "cac")} {
			p := h.Person(name, wire.RoleNavigator, "Made-Up "+name)
			id := open(t, h, p, "arc", "first")
			r := rawOf(t, p)
			sent, closed := watch(t, p, id)
			control, _ := watch(t, staff[0], id)
			h.Change(name, how)
			since := now()
			must(t)(staff[0].Ack(t.Context(), id, 0))
			shut(t, "the roster: "+name, since, sent, closed)
			if len(control()) == 0 {
				t.Error("the control was not served: the test does not bite")
			}
			outside(t, r, id, wire.CodeSuspended)
			refused(t, p.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()), wire.CodeSuspended)
		}
	})
}

// Whose certification ended by the roster may read, on the old socket and on new
// ones, and not write; a new date lets them write again.
func TestRosterLapsed(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		staffed(h)
		for _, role := range []wire.Role{wire.RoleNavigator, wire.RoleBroker} {
			name, slug := "the-"+string(role), roster.Serves(role)
			p := h.Person(name, role, "Made-Up "+string(role))
			id := open(t, h, p, slug, "first")
			run, err := p.SealRun(t.Context(), id, []client.Content{text("too late")})
			ok(t, err)
			l := rawOf(t, p).dial(t)
			h.Change(name, with(name, role, "Made-Up "+string(role), "certified_to", date(-2)))
			if code := l.code(run[0]); code != wire.CodeNotCertified {
				t.Error("written on the open socket:", code)
			}
			if all, code := l.read(id, 0); code != "" || len(all) != 2 {
				t.Errorf("%d entries can be read, %s", len(all), code)
			}
			_, err = p.OpenThread(t.Context(), h.Line(slug), text("another"))
			refused(t, err, wire.CodeNotCertified)
			if got := texts(t, sync(t, p, id)); !slices.Equal(got, []string{"first"}) {
				t.Errorf("what may still be read: %q", got)
			}
			h.Change(name, with(name, role, "Made-Up "+string(role)))
			if code := l.code(run[0]); code != "" { // the control
				t.Error("certified again, and refused:", code)
			}
		}
	})
}

// The walls between the lines, as the file has them.
func TestRosterWallsInTheFile(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		grant := func(d int) []string {
			return []string{"department", "Elsewhere", "lines", "broker", "grant_until", date(d)}
		}
		for _, c := range []struct {
			row  arctest.Row
			want string // in the problem; empty: none
		}{
			{with("nn", wire.RoleNavigator, "N", "lines", "arc"), ""},
			{with("nn", wire.RoleNavigator, "N", "lines", "broker"), "writes to arc only"},
			{with("nn", wire.RoleCAC, "N", "lines", "arc broker"), "writes to arc only"},
			{with("nn", wire.RoleBroker, "N", "lines", "broker"), ""},
			{with("nn", wire.RoleBroker, "N", "lines", "arc"), "writes to broker only"},
			{with("nn", wire.RoleSupport, "N", "lines", "arc"), "writes to broker only"},
			{with("nn", wire.RoleSpecialist, "N", "lines", "arc", "department", "DHS"), ""},
			{with("nn", wire.RoleSpecialist, "N", "lines", "arc", "department", "Exchange"), "only staff of the department DHS"},
			{with("nn", wire.RoleSpecialist, "N", "lines", "arc", "department", "Exchange", "grant_until", date(30)), "only staff of the department DHS"},
			{with("nn", wire.RoleSpecialist, "N", "lines", "broker", "department", "Exchange"), ""},
			{with("nn", wire.RoleSpecialist, "N", "lines", "broker", "department", "Elsewhere"), "needs grant_until"},
			{with("nn", wire.RoleSpecialist, "N", grant(170)...), ""},
			{with("nn", wire.RoleSpecialist, "N", grant(190)...), "at most 180 days"},
			{with("nn", wire.RoleAuditor, "N", "lines", "arc"), "works on no line"},
			{with("nn", wire.RoleBroker, "N", "id", "A-1"), "National Producer Number"},
			{with("nn", wire.RoleNavigator, "N", "certified_to", ""), "needs certified_to"},
			{with("nn", wire.RoleNavigator, "N", "login", "rita"), "nobody shares a sign-in"},
		} {
			d, err := h.Registrar.CompareRoster(t.Context(), h.CSV()+c.row.String()+"\n")
			ok(t, err)
			found := strings.Join(d.Problems, "; ")
			if c.want == "" && found != "" || !strings.Contains(found, c.want) {
				t.Errorf("%s on %q: %q, want %q", c.row["type"], c.row["lines"], found, c.want)
			}
		}
	})
}

// The same walls at the door, against a program that does not keep to them: each
// type of assister reaches its own line and no other.
func TestRosterWrongLine(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		staffed(h)
		for _, role := range []wire.Role{wire.RoleNavigator, wire.RoleCAC, wire.RoleBroker, wire.RoleSupport} {
			p := h.Person("the-"+string(role), role, "Made-Up "+string(role))
			own, other := roster.LineARC, roster.LineBroker
			if roster.Serves(role) == other {
				own, other = other, own
			}
			_, err := p.OpenThread(t.Context(), h.Line(other), text("wrong door"))
			refused(t, err, wire.CodeWrongLine)
			r := rawOf(t, p)
			l := r.dial(t)
			if code := l.code(forgedOpen(t, r, h.Line(other))); code != wire.CodeWrongLine {
				t.Errorf("%s opens on %s with a program of their own: %q", role, other, code)
			}
			if role == wire.RoleSupport { // writes only for a broker
				continue
			}
			if code := l.code(forgedOpen(t, r, h.Line(own))); code == wire.CodeWrongLine || code == "" { // the control: refused for its readers
				t.Errorf("%s on their own line: %q", role, code)
			}
			open(t, h, p, own, "right door") // the control
		}
	})
}

// forgedOpen is the opening of a thread by a program that checks nothing.
func forgedOpen(t *testing.T, r *raw, line wire.ID) wire.Append {
	t.Helper()
	return wellFormed(t, r, envelope.EntryOpen, wire.ID(uuid.New()), line)
}

// wellFormed is an entry that reads well and is signed by its device, and follows
// nothing; what starts an epoch is sealed to nobody that counts.
func wellFormed(t *testing.T, r *raw, typ envelope.EntryType, id, line wire.ID) wire.Append {
	t.Helper()
	size, root := r.p.View()
	h := envelope.Head{Type: typ, Place: envelope.Place{Thread: envelope.ID(id), Time: uint64(now().UnixMilli()), Acct: r.maker.Acct, Dev: r.maker.Dev, KTSize: size, KTRoot: root}}
	switch typ {
	case envelope.EntryOpen, envelope.EntryRequeue:
		h.Line = envelope.ID(line)
	case envelope.EntryOutreach:
		h.Line, h.Account = envelope.ID(line), r.maker.Acct
	case envelope.EntryReveal:
		h.Card = envelope.ID(id)
	case envelope.EntryOffer, envelope.EntryTransfer:
		h.Account = r.maker.Acct
	case envelope.EntryNotes:
		h.Thread, h.About, h.Line = envelope.ID(uuid.New()), envelope.ID(id), envelope.ID(line)
	}
	f := wire.Append{RID: 1, Thread: id, ID: wire.ID(uuid.New()), Kind: wire.Kind(typ)}
	var e envelope.Entry
	if typ.StartsEpoch() {
		to, err := seal.Reader(envelope.KindAccount, r.maker.Acct, 1, key.NewBox().Public().Bytes())
		ok(t, err)
		before := seal.NewSecret()
		var boxes []seal.Box
		e, boxes, err = seal.Epoch(r.maker, h, seal.NewSecret(), &before, []seal.To{to})
		ok(t, err)
		for _, b := range boxes {
			f.Boxes = append(f.Boxes, wire.Box{Kind: wire.BoxKind(b.Kind), ID: wire.ID(b.ID), Gen: b.Gen, Sealed: b.Sealed})
		}
	} else {
		var body []byte
		if typ.HasBody() {
			body = []byte("no words")
			h.BodyLen, h.BodyHash = uint32(len(body)), envelope.Sum(body)
		}
		e = seal.Sign(r.maker, h, body)
	}
	f.Entry = wire.Entry{Head: e.Head, Sig: e.Sig, Body: e.Body}
	return f
}

// A broker's certification ends the day before open enrollment, at the end of the
// exchange's day, whatever no date in the file says.
func TestRosterBrokerEve(t *testing.T) {
	tuned(t, func(c *config.Config) { c.OpenEnrollment = "01-03" }, func(t *testing.T, h *arctest.House) {
		h.Agency.Settings.OpenEnrollment = "01-03"
		staffed(h)
		row := with("bea", wire.RoleBroker, "Bea Made-Up", "certified_to", "")
		h.Enlist(row.String())
		made, err := h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), "bea")
		ok(t, err)
		h.Approve(h.Second)
		bea := enrolled(t, h, "bea", made[0].Letter)
		zone, err := time.LoadLocation("America/Chicago")
		ok(t, err)
		end := time.Date(2000, time.January, 3, 0, 0, 0, 0, zone) // the fake clock begins on January 1, 2000
		people, err := h.Registrar.People(t.Context())
		ok(t, err)
		i := slices.IndexFunc(people, func(p wire.PersonRow) bool { return p.Login == "bea" })
		if i < 0 || people[i].Until != end.UnixMilli()-1 {
			t.Fatalf("%+v", people)
		}
		time.Sleep(end.Sub(now()) - 2*time.Minute)
		bea.SignIn()
		id := open(t, h, bea, "broker", "in time") // the control
		time.Sleep(2 * time.Minute)
		_, err = bea.Send(t.Context(), id, text("too late"))
		refused(t, err, wire.CodeNotCertified)
		if got := texts(t, sync(t, bea, id)); !slices.Equal(got, []string{"in time"}) {
			t.Errorf("what may still be read: %q", got)
		}
	})
}

// An identifier stays with its person for two years after they have ended.
func TestRosterReuse(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		h.Enlist(arctest.MadeUp("ann", wire.RoleNavigator, "Ann Made-Up").String())
		h.Change("ann", nil)
		again := with("ann", wire.RoleNavigator, "Ann Made-Up")
		taken := with("ann", wire.RoleNavigator, "Another Person", "login", "another")
		for name, c := range map[string]struct {
			row  arctest.Row
			want bool
		}{"the same person": {again, true}, "another": {taken, false}} {
			d, err := h.Registrar.CompareRoster(t.Context(), h.CSV()+c.row.String()+"\n")
			if ok(t, err); (len(d.Problems) == 0) != c.want {
				t.Errorf("%s: %q", name, d.Problems)
			}
		}
		rules, err := h.Agency.Settings.Rules()
		ok(t, err)
		fresh := []roster.Row{{Key: "assister:A-ann", ID: "A-ann", Name: "Another Person", State: roster.Active}}
		past := map[string]roster.Past{"assister:A-ann": {Name: "Ann Made-Up", Ended: now().UnixMilli()}}
		for d, want := range map[time.Duration]int{roster.Reuse - time.Second: 1, roster.Reuse: 0} {
			if got := roster.Reused(fresh, past, rules, now().Add(d)); len(got) != want {
				t.Errorf("after %v: %v", d, got)
			}
		}
	})
}

// unfinished is how many threads the service says end for somebody who is shut
// out; -1: it says nothing.
func unfinished(t *testing.T, who *arctest.Person, key string) int {
	t.Helper()
	a := rawOf(t, who).do(t, "GET", "/v1/people?key="+key, nil, nil)
	var list wire.PeopleList
	ok(t, json.Unmarshal(a.body, &list))
	if len(list.People) == 0 || list.People[0].Threads == nil {
		return -1
	}
	return *list.People[0].Threads
}

// An administrator bars a person of their own organization at once; the folder's
// files do not undo it, a registrar's import does.
func TestRosterInactivate(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		adam := h.Person("adam", wire.RoleAgencyAdmin, "Adam Made-Up")
		h.Enlist(with("otto", wire.RoleAgencyAdmin, "Otto Made-Up", "organization", "Another Agency").String())
		made, err := h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), "otto")
		ok(t, err)
		otto := enrolled(t, h, "otto", made[0].Letter)
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up")
		id := open(t, h, ann, "arc", "first")
		refused(t, otto.Inactivate(t.Context(), otto.Factor(), ann.ID), wire.CodeNotFound)
		refused(t, adam.Inactivate(t.Context(), adam.Factor(), adam.ID), wire.CodeNotFound)
		refused(t, adam.Inactivate(t.Context(), nil, ann.ID), wire.CodeStepUp)
		closedOne := open(t, h, ann, "arc", "second")
		must(t)(staff[0].Claim(t.Context(), closedOne))
		must(t)(staff[0].CloseThread(t.Context(), closedOne, envelope.OutcomeNone))
		if n := unfinished(t, adam, "assister:A-ann"); n != 1 {
			t.Errorf("one thread is open, and her administrator is told %d", n)
		}
		if n := unfinished(t, otto, "assister:A-ann"); n != -1 {
			t.Errorf("another organization's administrator is told of %d threads", n)
		}
		r := rawOf(t, ann)
		sent, closed := watch(t, ann, id)
		ok(t, adam.Inactivate(t.Context(), adam.Factor(), ann.ID))
		since := now()
		must(t)(staff[0].Ack(t.Context(), id, 0))
		shut(t, "inactivated", since, sent, closed)
		outside(t, r, id, wire.CodeSuspended)
		if _, err := h.Server.Door().TakeRoster(t.Context(), h.CSV()); err != nil {
			t.Error(err)
		}
		refused(t, ann.Client.SignIn(t.Context(), arctest.Password, ann.FreshCode()), wire.CodeSuspended)
		h.Import()
		ann.SignIn() // the control
		if got := texts(t, sync(t, ann, id)); !slices.Equal(got, []string{"first"}) {
			t.Errorf("%q", got)
		}
	})
}

// What a file in the folder takes away is done within the minute; what it gives
// waits for the registrar. A file with a mistake, or one that would shut out a
// tenth of the people, does nothing.
func TestRosterFolder(t *testing.T) {
	folder := t.TempDir()
	lay := func(t *testing.T, name, csv string) {
		t.Helper()
		ok(t, os.WriteFile(filepath.Join(folder, name), []byte(csv), 0o600))
		time.Sleep(45 * time.Second)
	}
	tuned(t, func(c *config.Config) { c.RosterFolder = folder }, func(t *testing.T, h *arctest.House) {
		staffed(h)
		ann, bob := h.Person("ann", wire.RoleNavigator, "Ann Made-Up"), h.Person("bob", wire.RoleNavigator, "Bob Made-Up")
		for _, n := range []string{"c1", "c2", "c3", "c4", "c5", "c6"} {
			h.Enlist(arctest.MadeUp(n, wire.RoleNavigator, "Made-Up "+n).String())
		}
		all := h.CSV()
		without := func(csv, name string) string {
			return strings.Replace(csv, arctest.MadeUp(name, wire.RoleNavigator, map[string]string{"ann": "Ann Made-Up"}[name]).String()+"\n", "", 1)
		}
		id := open(t, h, ann, "arc", "first")
		lay(t, "2000-01-01.csv", without(all, "ann")+"navigator,broken\n")
		open(t, h, ann, "arc", "a broken file did nothing")
		lay(t, "2000-01-02.csv", arctest.Header+"\n"+strings.Join(strings.Split(all, "\n")[1:4], "\n")+"\n")
		open(t, h, ann, "arc", "a file cut off did nothing")
		sent, closed := watch(t, ann, id)
		since := now()
		lay(t, "2000-01-03.csv", without(all, "ann")+with("dora", wire.RoleNavigator, "Dora Made-Up").String()+"\n")
		select {
		case at := <-closed:
			if d := at.Sub(since); d > time.Minute {
				t.Error("taken away after", d)
			}
		default:
			t.Error("the socket stays open")
		}
		if n := len(sent()); n != 0 {
			t.Errorf("%d frames", n)
		}
		_, err := ann.OpenThread(t.Context(), h.Line("arc"), text("gone"))
		refused(t, err, wire.CodeSuspended)
		open(t, h, bob, "arc", "the control")
		people, err := h.Registrar.People(t.Context())
		ok(t, err)
		if slices.ContainsFunc(people, func(p wire.PersonRow) bool { return p.Login == "dora" }) {
			t.Error("a file in the folder gave access")
		}
		newest := without(all, "ann") + with("dora", wire.RoleNavigator, "Dora Made-Up").String() + "\n"
		d, err := h.Registrar.CompareRoster(t.Context(), newest)
		if ok(t, err); !d.Waiting || !slices.ContainsFunc(d.Changes, func(c wire.RosterChange) bool { return c.What == roster.New }) {
			t.Errorf("nothing waits for the registrar: %+v", d)
		}
		d, err = h.Registrar.ImportRoster(t.Context(), h.Registrar.Factor(), newest)
		if ok(t, err); !d.Applied {
			t.Errorf("%+v", d)
		}
		if d, err = h.Registrar.CompareRoster(t.Context(), newest); err != nil || d.Waiting {
			t.Errorf("it waits after it was imported: %+v %v", d, err)
		}
	})
}

// An exchange without brokers' support staff takes none into its roster, and those
// it had are out at once.
func TestRosterSupportOff(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		staffed(h)
		sue := h.Person("sue", wire.RoleSupport, "Sue Made-Up") // the control: on by default
		bea := h.Person("bea", wire.RoleBroker, "Bea Made-Up")
		h.Tune = func(c *config.Config) { c.SupportStaff = "off" }
		h.Restart()
		refused(t, sue.Client.SignIn(t.Context(), arctest.Password, sue.FreshCode()), wire.CodeSuspended)
		if a := rawOf(t, sue).do(t, "GET", "/v1/lines", nil, nil); a.code != wire.CodeSuspended {
			t.Error("with the session from before:", a.status, a.code)
		}
		bea.SignIn()
		open(t, h, bea, "broker", "brokers go on")
		h.Registrar.SignIn()
		d, err := h.Registrar.CompareRoster(t.Context(), h.CSV())
		if ok(t, err); len(d.Problems) != 1 || !strings.Contains(d.Problems[0], "support staff") {
			t.Errorf("%q", d.Problems)
		}
	})
}
