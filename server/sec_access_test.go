package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Who may do what, in which state: row 25. TestMatrix asks the same of people in
// good standing.

// standing is a state that a person or their session can be in, how everybody of
// the matrix is brought into it, and what the service says to them then.
type standing struct {
	name string
	set  func(t *testing.T, h *arctest.House, people map[wire.Role]*raw)
	want wire.Code // to everything; for the lapsed, to what writes
}

var standings = []standing{
	{"suspended", inRoster("state", "suspended"), wire.CodeSuspended},
	{"out of the roster", inRoster("state", "ended"), wire.CodeSuspended},
	{"certification lapsed", inRoster("certified_to", "yesterday"), wire.CodeNotCertified},
	{"inactivated", func(t *testing.T, h *arctest.House, people map[wire.Role]*raw) {
		for _, r := range people {
			ok(t, h.Registrar.Inactivate(t.Context(), h.Registrar.Factor(), r.p.ID))
		}
	}, wire.CodeSuspended},
	{"signed out", func(t *testing.T, _ *arctest.House, people map[wire.Role]*raw) {
		for _, r := range people {
			if a := r.do(t, "DELETE", "/v1/session", nil, nil); a.code != "" {
				t.Fatal(a.code)
			}
		}
	}, wire.CodeSignIn},
	{"device revoked", func(t *testing.T, h *arctest.House, people map[wire.Role]*raw) {
		st := h.Server.Store()
		for _, r := range people { // as TestRevokeDevice does it with a statement
			ok(t, st.Update(t.Context(), func(tx *table.Tx) error {
				k := store.DeviceKey{Account: store.ID(r.p.ID), Device: store.ID(r.device)}
				d, err := st.Devices.Get(tx, k)
				d.Revoked = true
				ok(t, err)
				return st.Devices.Put(tx, k, d)
			}, kv.Own(store.PartAccount(store.ID(r.p.ID)))))
		}
	}, wire.CodeDevice},
}

// inRoster changes one column for everybody of the matrix.
func inRoster(column, value string) func(*testing.T, *arctest.House, map[wire.Role]*raw) {
	return func(t *testing.T, h *arctest.House, _ map[wire.Role]*raw) {
		t.Helper()
		at := -1
		for i, c := range strings.Split(arctest.Header, ",") {
			if c == column {
				at = i
			}
		}
		if value == "yesterday" {
			value = date(-2) // yesterday may not be over in the zone of the exchange
		}
		lines := strings.Split(h.CSV(), "\n")
		for i, l := range lines {
			if cells := strings.Split(l, ","); len(cells) > at && strings.HasPrefix(cells[3], "the-") {
				cells[at] = value
				lines[i] = strings.Join(cells, ",")
			}
		}
		d, err := h.Registrar.ImportRoster(t.Context(), h.Registrar.Factor(), strings.Join(lines, "\n"))
		if ok(t, err); !d.Applied {
			t.Fatal(d.Problems)
		}
	}
}

// crew is one person of each role, signed in, and a thread.
func crew(t *testing.T, h *arctest.House) (people map[wire.Role]*raw, id wire.ID) {
	t.Helper()
	people = map[wire.Role]*raw{}
	for _, role := range roles {
		people[role] = rawOf(t, h.Person("the-"+string(role), role, "Made-Up "+string(role), slugs(role)...))
	}
	ok(t, people[wire.RoleLead].p.AuditBoxes(t.Context()))
	return people, open(t, h, people[wire.RoleNavigator].p, "arc", "x")
}

// filled are bodies that can be read, so that a refusal is not about the form.
func filled() map[string][]byte {
	return map[string][]byte{
		"POST /v1/invitations":  wire.EncodeBody(wire.Invitations{Invitations: []wire.Invite{{Locator: wire.Hash{1}, Roster: "assister:A-x", Expires: now().Unix() + 60}}}),
		"POST /v1/sponsorships": wire.EncodeBody(wire.Sponsor{Locators: []wire.Hash{{1}}, Approve: true}),
		"POST /v1/roster":       wire.EncodeBody(wire.RosterFile{CSV: "type,id,name\n"}),
		"POST /v1/token-keys":   wire.EncodeBody(wire.RotateTokenKeys{}),

		"POST /v1/announcements":             wire.EncodeBody(wire.Signed{Signed: []byte("x"), Sig: []byte("y")}),
		"POST /v1/threads/{thread}/wait":     wire.EncodeBody(wire.WaitAct{For: "office"}),
		"POST /v1/threads/{thread}/urgent":   wire.EncodeBody(wire.UrgentAct{}),
		"POST /v1/threads/{thread}/review":   wire.EncodeBody(wire.ReviewAct{}),
		"POST /v1/threads/{thread}/suggest":  wire.EncodeBody(wire.SuggestAct{}),
		"POST /v1/threads/{thread}/link":     wire.EncodeBody(wire.LinkAct{Other: wire.ID{1}, Kind: "link"}),
		"POST /v1/threads/{thread}/call/act": wire.EncodeBody(wire.CallAct{Do: "accept"}),
		"POST /v1/lines/{line}/skills":       wire.EncodeBody(wire.SkillsAct{Account: wire.ID{1}}),
		"PUT /v1/lines/{line}/replies":       wire.EncodeBody(wire.SavedReply{Reply: wire.ID{1}, Version: 1}),
		"POST /v1/plan":                      wire.EncodeBody(wire.PlanAsk{PerHour: 1_000_000, Handle: 60, Staff: 2, Within: 20}),
	}
}

// addressed puts ids in the place of the names in an address.
func addressed(path string, thread wire.ID) string {
	other := func() string { return wire.ID(uuid.New()).String() }
	return strings.NewReplacer("{thread}", thread.String(), "{file}", other(), "{card}", other(), "{account}", other(), "{session}", other(), "{reissue}", other(), "{line}", other(), "{announcement}", other()).Replace(path)
}

// askFully asks for an act with a body that can be read and something in place of
// a second factor. Who gets no ticket is refused at that.
func askFully(t *testing.T, r *raw, act string, id wire.ID) wire.Code {
	t.Helper()
	if method, path, isRoute := strings.Cut(act, " "); isRoute && strings.HasPrefix(path, "/") {
		path = addressed(path, id)
		body, has := filled()[act]
		if !has {
			body = []byte("{")
		}
		return r.do(t, method, path, body, func(q *http.Request) { q.Header.Set(wire.StepUpHeader, "x") }).code
	}
	if typ, isLink := strings.CutPrefix(act, "link "); isLink {
		l := envelope.Link{Kind: envelope.ChainKind(strings.Split(typ, "/")[0]), Type: envelope.LinkType(typ), Chain: envelope.ID(uuid.New()), Seq: 1}
		body := wire.EncodeBody(wire.AppendLinks{Links: []wire.AppendLink{{Link: wire.Link{Link: l.Encode(), Sig: make([]byte, 64)}}}})
		return r.do(t, "POST", "/v1/links", body, func(q *http.Request) { q.Header.Set(wire.StepUpHeader, "x") }).code
	}
	if a := r.do(t, "POST", "/v1/ticket", nil, nil); a.code != "" {
		return a.code
	}
	kind, isAppend := strings.CutPrefix(act, "append ")
	if !isAppend {
		return ask(t, r, act, id)
	}
	l := r.dial(t)
	defer l.ws.CloseNow()
	return l.code(wellFormed(t, r, envelope.EntryType(kind), id, r.p.H.Line("arc")))
}

// TestSec_25: every row of the permission table, asked by every role in every
// state in which a person may not, gets the refusal of that state and no other;
// whose certification lapsed is refused what writes, as not certified, and is
// asked for nothing else than before for what reads. A row that is not in the
// table cannot be asked: TestEveryRouteHasARow.
func TestSec_25(t *testing.T) {
	for _, s := range standings {
		t.Run(s.name, func(t *testing.T) {
			story(t, func(t *testing.T, h *arctest.House) {
				people, id := crew(t, h)
				for role, r := range people { // tokens of now: bringing everybody into a state takes minutes
					r.p.SignIn()
					if _, err := r.p.Lines(t.Context()); err != nil {
						t.Fatal(err)
					}
					people[role] = rawOf(t, r.p)
				}
				s.set(t, h, people)
				certified := 0
				for _, a := range wire.Acts {
					if a.Name == "DELETE /v1/session" {
						continue // it would end the session that the next act is asked under
					}
					for _, role := range roles {
						got := askFully(t, people[role], a.Name, id)
						if s.want != wire.CodeNotCertified {
							if got != s.want {
								t.Errorf("%s asks %q: %q", role, a.Name, got)
							}
							continue
						}
						if a.Write && a.Allows(role) && got == wire.CodeNotCertified {
							certified++
						}
						lapsed(t, a, role, got)
					}
				}
				if s.want == wire.CodeNotCertified && certified < 60 { // the control of lapsed's leniency
					t.Errorf("only %d cells were refused as not certified", certified)
				}
				if code := people[wire.RoleNavigator].do(t, "GET", "/v1/lines", nil, anonymous).code; code != wire.CodeSignIn {
					t.Error("without any session:", code)
				}
				if got := askFully(t, rawOf(t, h.Registrar), "GET /v1/people", id); got != "" { // the control
					t.Error("somebody in good standing:", got)
				}
			})
		})
	}
}

// lapsed judges one cell of somebody whose certification has lapsed.
func lapsed(t *testing.T, a wire.Act, role wire.Role, got wire.Code) {
	t.Helper()
	switch {
	case !a.Allows(role):
		if got != wire.CodeForbidden && got != wire.CodeNotCertified {
			t.Errorf("%s, who never may, asks %q: %q", role, a.Name, got)
		}
	case strings.HasPrefix(a.Name, "link ") || strings.HasPrefix(a.Name, "POST /v1/reissues"):
		if got == "" || got == wire.CodeForbidden { // made up, so it may be refused for what it says first
			t.Errorf("%s writes by %q: %q", role, a.Name, got)
		}
	case a.Write:
		if got != wire.CodeNotCertified {
			t.Errorf("%s writes by %q: %q", role, a.Name, got)
		}
	case got == wire.CodeNotCertified || got == wire.CodeForbidden || got == wire.CodeSuspended:
		t.Errorf("%s reads by %q: %q", role, a.Name, got)
	}
}

// What a person is to one thread decides what they may do with it. Who may not
// know of it is told that there is no such thread, as of one that does not exist.
func TestSec_25Objects(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		h.Staffed("broker", "bob")
		bob := h.Person("bert", wire.RoleBroker, "Bert Made-Up")
		eve := h.Person("eve", wire.RoleNavigator, "Eve Made-Up")
		lead, err := h.Agency.LineBySlug("arc")
		ok(t, err)
		ex := staff[1] // a member of the line, from whom sam's claim took the thread
		for _, c := range []struct {
			who  *arctest.Person
			what string
			read bool
		}{{ann, "opener", true}, {staff[0], "claimer", true}, {ex, "member without the claim", false}, {bob, "assister of the other line", false},
			{eve, "assister of the same line", false}, {h.Registrar, "registrar", false}, {h.Person("rex", wire.RoleRecords, "Rex Made-Up"), "records officer", false}} {
			r := rawOf(t, c.who)
			for _, thread := range []wire.ID{id, wire.ID(uuid.New())} {
				want := wire.Code("")
				if !c.read || thread != id {
					want = wire.CodeNotFound
				}
				cells(t, r, c.what, thread, want)
			}
			_, err := c.who.Threads(t.Context(), &lead.ID)
			if member := c.what == "claimer" || c.what == "member without the claim"; (err == nil) != member {
				t.Errorf("%s lists the line: %v", c.what, err)
			}
		}
	})
}

// cells asks for what can be done with a thread; want is the refusal of reading,
// and nothing but a refusal answers a file that is not there.
func cells(t *testing.T, r *raw, what string, thread wire.ID, want wire.Code) {
	t.Helper()
	l := r.dial(t)
	defer l.ws.CloseNow()
	party, _ := wire.FindAct("sync")
	if !party.Allows(wire.Role(r.p.Role())) {
		want = wire.CodeForbidden // of a role that reads no thread at all
	}
	if _, code := l.read(thread, 0); code != want {
		t.Errorf("%s reads: %q, want %q", what, code, want)
	}
	file := "/v1/files/" + thread.String() + "/" + wire.ID(uuid.New()).String()
	if a := r.do(t, "GET", file, nil, nil); a.code != wire.CodeNotFound && a.code != want {
		t.Errorf("%s gets a file: %d %q", what, a.status, a.code)
	}
	if a := r.do(t, "PUT", file, []byte("x"), nil); want != "" && a.code != want {
		t.Errorf("%s puts a file: %d %q", what, a.status, a.code)
	}
	h := envelope.Head{Type: envelope.EntryMessage, Place: envelope.Place{Thread: envelope.ID(thread), Index: 3}}
	e := seal.Sign(r.maker, h, []byte("x"))
	f := wire.Append{RID: 1, Thread: thread, ID: wire.ID(uuid.New()), Kind: wire.Kind(h.Type), Entry: wire.Entry{Head: e.Head, Sig: e.Sig, Body: e.Body}}
	if code := l.code(f); code == "" {
		t.Errorf("%s writes an entry that follows nothing", what)
	}
}
