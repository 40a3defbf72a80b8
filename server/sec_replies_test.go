package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"arcline/client/arctest"
	"arcline/server/wire"
)

// What replies say, what bodies may say, and what names give away: rows 26, 27
// and 32.

// replies are the names that each answer may have, whoever asks. A new one is put
// here by somebody who has asked who sees it.
var replies = map[string]string{
	"GET /v1/lines":         "line lines name reply slug waiting",
	"GET /v1/sponsorships":  "by expires id lines locator made name organization role waiting",
	"GET /v1/drafts":        "drafts",
	"GET /v1/shift":         "state until",
	"GET /v1/announcements": "announcements",
	"GET /v1/reach":         "mail out push push_key quiet_from quiet_to",
	"GET /v1/desks":         deskNames,
	"GET /v1/people":        "account certified from id key lines login more name organization people proofing role standing state until",
	"GET /v1/people?key=assister:A-the-navigator": "account certified from id key lines login more name organization people proofing role standing state threads until",
	"GET /v1/enrolments":                          "account genesis link locator name pending ready role roster sig",
	"GET /v1/officers":                            "held officers",
	"GET /v1/reissues":                            "reissues",
	"GET /v1/passkeys":                            "passkeys",
	"GET /v1/log?from=0":                          "checkpoint credential from leaf leaves link shown sig size",
	"GET /v1/sessions":                            "began current device ends session sessions used",
	"GET /v1/authenticators":                      "authenticators bound by ended from kind why",
}

// deskNames are the names of a desk: the agency's file, and what the line does now.
const deskNames = "above assign at_risk attempts auto batch broken by_phone call_back call_backs capacity choices close columns consent consumers countdown day days deadlines desk desks " +
	"elsewhere expected field fields first form from hint holidays hours id identifiers kept kind label left line months name next offer offered open pause per_slot phone plain_names " +
	"promise relax required roles season seasons sensitive skill slot slots thread title to topics turns until waiting week words zone"

// names collects every name in a reply.
func names(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			into[k] = true
			names(inner, into)
		}
	case []any:
		for _, inner := range v {
			names(inner, into)
		}
	}
}

// TestSec_26: what the routes answer to each role has the listed names and no
// others, and no mail address, telephone number, seed or password's record, which
// nobody needs (ASVS 8.2.3, 15.3.1). An administrator's list holds their own
// organization.
func TestSec_26(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		people, _ := crew(t, h)
		h.Enlist(with("far", wire.RoleNavigator, "Far Away", "organization", "Another Agency").String())
		h.Invited("pat", wire.RoleNavigator, "Pat Pending")
		h.Enlist(with("wil", wire.RoleNavigator, "Wil Waits").String())
		_, err := h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), "wil")
		ok(t, err)
		asked := 0
		for _, a := range wire.Acts {
			if strings.Contains(a.Name, "{thread}") || strings.Contains(a.Name, "{line}") {
				continue // what these answer is looked at by TestSec_26AtDesk
			}
			if _, listed := replies[strings.Replace(a.Name, "GET /v1/log", "GET /v1/log?from=0", 1)]; strings.HasPrefix(a.Name, "GET ") && !listed {
				t.Errorf("%q answers what nobody has listed", a.Name)
			}
		}
		for route, allowed := range replies {
			_, path, _ := strings.Cut(route, " ")
			bare, _, _ := strings.Cut(route, "?")
			act, _ := wire.FindAct(bare)
			for _, role := range roles {
				r := people[role]
				r.p.SignIn()
				a := rawOf(t, r.p).do(t, "GET", path, nil, nil)
				if !act.Allows(role) {
					if a.code != wire.CodeForbidden {
						t.Errorf("%s asks %s: %d %q", role, route, a.status, a.code)
					}
					continue
				}
				var v any
				if a.status != 200 || json.Unmarshal(a.body, &v) != nil {
					t.Errorf("%s asks %s: %d %q", role, route, a.status, a.code)
				}
				asked++
				have := map[string]bool{}
				names(v, have)
				for n := range have {
					if !slices.Contains(strings.Fields(allowed), n) {
						t.Errorf("%s is told %q by %s", role, n, route)
					}
				}
				for _, s := range []string{"@example.org", "+1 651", "pbkdf2", r.p.Secret} {
					if strings.Contains(string(a.body), s) {
						t.Errorf("%s is told %q by %s", role, s, route)
					}
				}
				if own := role == wire.RoleAgencyAdmin || role == wire.RoleLead; path == "/v1/people" && strings.Contains(string(a.body), "Far Away") == own {
					t.Errorf("%s and somebody of another organization: %v", role, !own)
				}
			}
		}
		if asked < 40 { // the control
			t.Errorf("only %d replies were looked at", asked)
		}
	})
}

// bodies are requests that can be read, one of each that writes.
func bodies() map[string][]byte {
	out := filled()
	out["POST /v1/password"] = wire.EncodeBody(wire.ChangePassword{Old: "x", New: "y"})
	out["POST /v1/app/confirm"] = wire.EncodeBody(wire.ConfirmApp{Code: "000000"})
	out["POST /v1/stepup"] = wire.EncodeBody(wire.StepUp{Code: "000000", Act: "POST /v1/app", Object: "x"})
	out["POST /v1/directory"] = wire.EncodeBody(wire.DirectoryQuery{})
	out["POST /v1/roster/compare"] = wire.EncodeBody(wire.RosterFile{CSV: "x"})
	out["POST /v1/session"] = wire.EncodeBody(wire.SignIn{Name: "x", Password: "y", Code: "000000", Device: wire.ID(uuid.New())})
	out["POST /v1/session/refresh"] = wire.EncodeBody(wire.Refresh{Refresh: "x", Request: wire.ID(uuid.New())})
	out["POST /v1/enroll/confirm"] = wire.EncodeBody(wire.Confirm{Code: "000000"})
	return out
}

// TestSec_27: a body with a name that is not asked for, with a name twice, or with
// a name in another spelling, which Go's decoder would take, is refused as one that
// cannot be read, before anything is decided (ASVS 15.3.3). The same without it is
// not refused so.
func TestSec_27(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		r := rawOf(t, h.Registrar)
		asks := map[wire.Role]*raw{wire.RoleRegistrar: r}
		for _, role := range []wire.Role{wire.RoleLead, wire.RoleNavigator} {
			asks[role] = rawOf(t, h.Person("the-"+string(role), role, "Made-Up "+string(role), slugs(role)...))
		}
		post := func(route string, body []byte) wire.Code {
			t.Helper()
			who := r
			for role, p := range asks { // somebody who may
				if act, is := wire.FindAct(route); is && !act.Allows(wire.RoleRegistrar) && act.Allows(role) {
					who = p
				}
			}
			method, path, _ := strings.Cut(route, " ")
			return who.do(t, method, addressed(path, wire.ID(uuid.New())), body, func(q *http.Request) { q.Header.Set(wire.StepUpHeader, "x") }).code
		}
		for route, body := range bodies() {
			if code := post(route, body); code == wire.CodeMalformed { // the control
				t.Errorf("%s is refused as it is: %s", route, body)
			}
			for what, b := range spoiled(body) {
				if code := post(route, b); code != wire.CodeMalformed {
					t.Errorf("%s with %s: %q", route, what, code)
				}
			}
		}
		l := r.dial(t)
		for _, f := range []any{wire.Ping{RID: 1}, wire.Sync{RID: 1, Thread: wire.ID(uuid.New())}, wire.List{RID: 1}, wire.Unfollow{RID: 1}} {
			for what, b := range spoiled(wire.Encode(f)) {
				ok(t, l.send(b))
				if e, is := l.must().(wire.Failed); !is || e.Code != wire.CodeMalformed {
					t.Errorf("%s with %s: %+v", wire.FrameType(f), what, e)
				}
			}
		}
		if code := l.code(wire.Ping{RID: 1}); code != "" { // the control
			t.Error(code)
		}
	})
}

// spoiled adds to a JSON object what does not belong there.
func spoiled(body []byte) map[string][]byte {
	out, inner := map[string][]byte{}, string(body[1:len(body)-1])
	add := func(what, s string) { out[what] = []byte("{" + inner + "," + s + "}") }
	for _, n := range []string{"role", "line_id", "owner", "hold", "seq", "server_ts", "account_id", "__proto__"} {
		if !strings.Contains(inner, `"`+n+`":`) {
			add(n, fmt.Sprintf("%q:1", n))
		}
	}
	if inner == "" { // what is left out when it is empty has no name to spoil
		return map[string][]byte{"a name": []byte(`{"owner":1}`)}
	}
	first, _, _ := strings.Cut(inner[1:], `"`)
	_, value, _ := strings.Cut(inner, ":")
	var v any
	_ = json.NewDecoder(strings.NewReader(value)).Decode(&v)
	again, _ := json.Marshal(v)
	add("a name twice", fmt.Sprintf("%q:%s", first, again))
	out["another spelling"] = []byte(strings.Replace(string(body), `"`+first+`"`, `"`+strings.ToUpper(first)+`"`, 1))
	return out
}

// TestSec_32: names of things are drawn at random, far from one another, and an
// outsider who tries those beside a known one, or the known one itself, gets the
// same answer, byte for byte. No time is judged: the same work is done for each.
func TestSec_32(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, _ = h.Staffed("arc", "sam")
		ann, eve := h.Person("ann", wire.RoleNavigator, "Ann Made-Up"), h.Person("eve", wire.RoleNavigator, "Eve Made-Up")
		ids := []wire.ID{ann.ID, eve.ID, h.Registrar.ID, h.Line("arc"), h.Line("broker")}
		for range 20 {
			ids = append(ids, open(t, h, ann, "arc", "x"))
		}
		slices.SortFunc(ids, func(a, b wire.ID) int { return slices.Compare(a[:], b[:]) })
		heads := map[string]bool{}
		for _, id := range ids {
			heads[string(id[:4])] = true
		}
		if len(heads) != len(ids) {
			t.Errorf("of %d names only %d begin differently", len(ids), len(heads))
		}
		known := open(t, h, ann, "arc", "x")
		r := rawOf(t, eve)
		l := r.dial(t)
		answers := map[string]int{}
		for n := -1000; n <= 1000; n++ {
			id := known
			low := int(id[14])<<8 | int(id[15]) + n
			id[14], id[15] = byte(low>>8), byte(low)
			f := l.ask(wire.Sync{RID: 7, Thread: id})
			answers[string(wire.Encode(f))]++
			if n%50 == 0 {
				a := r.do(t, "GET", "/v1/files/"+id.String()+"/"+wire.ID(uuid.New()).String(), nil, nil)
				answers["file "+string(a.body)]++
			}
		}
		if len(answers) != 2 {
			t.Errorf("an outsider tells names apart: %v", answers)
		}
		for a := range answers {
			if !strings.Contains(a, string(wire.CodeNotFound)) {
				t.Errorf("the answer is %s", a)
			}
		}
		if _, code := rawOf(t, ann).dial(t).read(known, 0); code != "" { // the control
			t.Error("its opener is refused too:", code)
		}
	})
}
