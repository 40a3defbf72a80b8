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
)

// withProof replaces token and proof by the proof alone, for routes without a session.
func withProof(t *testing.T, r *raw, path string) func(*http.Request) {
	return func(q *http.Request) {
		q.Header.Del("Authorization")
		q.Header.Set("DPoP", r.proof(t, "POST", arctest.URL+path, "", nil))
	}
}

var roles = []wire.Role{wire.RoleNavigator, wire.RoleCAC, wire.RoleBroker, wire.RoleSupport, wire.RoleSpecialist, wire.RoleLead,
	wire.RoleAgencyAdmin, wire.RoleRegistrar, wire.RoleRecords, wire.RoleAuditor}

// slugs is the line that staff need; assisters have theirs by type.
func slugs(role wire.Role) []string {
	if role == wire.RoleSpecialist || role == wire.RoleLead {
		return []string{"arc"}
	}
	return nil
}

// Every row of the permission table is asked by every role through the real
// handlers: whoever may not ask is refused as forbidden, whoever may is refused
// for another reason or not at all. A route or frame without a row fails.
func TestMatrix(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		people := map[wire.Role]*raw{wire.RoleRegistrar: rawOf(t, h.Registrar)}
		for _, role := range roles {
			if people[role] == nil {
				people[role] = rawOf(t, h.Person("the-"+string(role), role, "Made-Up "+string(role), slugs(role)...))
			}
		}
		if err := people[wire.RoleLead].p.AuditBoxes(t.Context()); err != nil {
			t.Fatal(err)
		}
		id := open(t, h, people[wire.RoleNavigator].p, "arc", "x")
		for _, a := range wire.Acts {
			for _, role := range roles {
				got := ask(t, people[role], a.Name, id)
				if forbidden := got == wire.CodeForbidden; forbidden == a.Allows(role) {
					t.Errorf("%s asks %q: %q, the table says %v", role, a.Name, got, a.Allows(role))
				}
			}
		}
	})
}

func TestEveryRouteHasARow(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		open := map[string]bool{}
		for _, r := range wire.Open {
			open[r] = true
		}
		routes := h.Server.Routes()
		if len(routes) < 15 {
			t.Errorf("only %d routes", len(routes))
		}
		for _, r := range routes {
			_, row := wire.FindAct(r)
			if row == open[r] {
				t.Errorf("route %q: in the permission table %v, open to all %v", r, row, open[r])
			}
			if strings.HasPrefix(r, "GET ") && row {
				if a, _ := wire.FindAct(r); a.Write {
					t.Errorf("route %q changes something", r)
				}
			}
		}
	})
}

// ask puts one act's question as plainly as it can be put, and returns the code.
func ask(t *testing.T, r *raw, act string, id wire.ID) wire.Code {
	t.Helper()
	kind, isAppend := strings.CutPrefix(act, "append ")
	if isAppend || !strings.Contains(act, "/") && !strings.HasPrefix(act, "link") {
		l := r.dial(t)
		defer l.ws.CloseNow()
		switch act {
		case "sync":
			return l.code(wire.Sync{RID: 1, Thread: id})
		case "sync notes":
			return l.code(wire.Sync{RID: 1, Thread: id, Notes: true})
		case "unfollow":
			return l.code(wire.Unfollow{RID: 1, Thread: id})
		case "list":
			return l.code(wire.List{RID: 1})
		case "doing":
			return l.code(wire.Doing{RID: 1, Line: r.p.H.Line("arc")})
		case "ping":
			return l.code(wire.Ping{RID: 1})
		}
		h := envelope.Head{Type: envelope.EntryType(kind), Place: envelope.Place{Thread: envelope.ID(id), Index: 99}}
		e := seal.Sign(r.maker, h, nil)
		return l.code(wire.Append{RID: 1, Thread: id, ID: wire.ID(uuid.New()), Kind: wire.Kind(kind), Entry: wire.Entry{Head: e.Head, Sig: e.Sig}})
	}
	if typ, ok := strings.CutPrefix(act, "link "); ok {
		l := envelope.Link{Kind: envelope.ChainKind(strings.Split(typ, "/")[0]), Type: envelope.LinkType(typ), Chain: envelope.ID(uuid.New()), Seq: 1}
		body := wire.EncodeBody(wire.AppendLinks{Links: []wire.AppendLink{{Link: wire.Link{Link: l.Encode(), Sig: make([]byte, 64)}}}})
		return r.do(t, "POST", "/v1/links", body, nil).code
	}
	method, path, _ := strings.Cut(act, " ")
	path = addressed(path, wire.ID(uuid.New()))
	if act == "DELETE /v1/session" { // asked without a session, so that the next acts have one
		return r.do(t, method, path, nil, func(q *http.Request) { q.Header.Set("Authorization", "DPoP x") }).code
	}
	return r.do(t, method, path, []byte("{"), nil).code
}
