package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// deskReplies are the names that the answers about one thread or one line may have:
// none that says who a consumer is, what was asked, or what was answered.
var deskReplies = map[string]string{
	"GET /v1/threads/{thread}/history": "at by events n what",
	"GET /v1/lines/{line}/staff":       deskStaff,
	"GET /v1/lines/{line}/replies":     "gen replies reply sealed version",
	"GET /v1/lines/{line}/board":       deskStaff + " " + deskNumbers + " at_risk now oldest report stranded urgent",
	"GET /v1/lines/{line}/report":      deskNumbers,
	"GET /v1/lines/{line}/rows":        "", // a table
}

const (
	deskStaff   = "account has lead load name since skills staff state"
	deskNumbers = "abandoned answered arrived asked average_speed backlog calls closed closed_unanswered countdown days first_contact from given_up handle intervals late line meanings name open " +
		"median_speed missed occupancy part rate reached reopened season service_level short_abandoned text to total unclaimed waiting whole"
)

// deskPath is where a route is asked, about the last hour where it wants a time.
func deskPath(route string, thread, line wire.ID) string {
	path := strings.NewReplacer("GET ", "", "{thread}", thread.String(), "{line}", line.String()).Replace(route)
	if strings.HasSuffix(path, "/report") || strings.HasSuffix(path, "/rows") {
		path += fmt.Sprintf("?from=%d&to=%d&every=60", now().Add(-time.Hour).UnixMilli(), now().Add(time.Hour).UnixMilli())
	}
	return path
}

// allListed fails for a route about a thread or a line that nobody has listed. What
// files and cards answer is sealed.
func allListed(t *testing.T) {
	t.Helper()
	for _, a := range wire.Acts {
		about := strings.Contains(a.Name, "{thread}") || strings.Contains(a.Name, "{line}")
		_, listed := deskReplies[a.Name]
		if about && strings.HasPrefix(a.Name, "GET ") && !listed && !strings.HasPrefix(a.Name, "GET /v1/files/") && !strings.HasPrefix(a.Name, "GET /v1/cards/") {
			t.Errorf("%q answers what nobody has listed", a.Name)
		}
	}
}

// TestSec_26AtDesk: what the routes about a thread and a line answer to each role has
// the listed names and no others, and nothing that was written in the thread, on a
// card, in a form or in a saved reply. Whoever has no part in the line is refused.
func TestSec_26AtDesk(t *testing.T) {
	deskStory(t, func(t *testing.T, h *arctest.House) {
		people, _ := crew(t, h)
		ctx, line := t.Context(), h.Line("arc")
		sam, ann, lead := people[wire.RoleSpecialist].p, people[wire.RoleNavigator].p, people[wire.RoleLead].p
		ok(t, lead.AddMembers(ctx, lead.Factor(), line, sam.ID))
		id := asks(t, ann, line, "status", maya)
		must(t)(sam.Claim(ctx, id))
		must(t)(sam.Send(ctx, id, client.Content{Type: "text", Text: "the answer in words"}))
		ok(t, lead.KeepReply(ctx, line, client.SavedReply{Text: "a saved text"}))
		allListed(t)
		told := 0
		for route, allowed := range deskReplies {
			path := deskPath(route, id, line)
			for _, role := range roles {
				r := people[role]
				r.p.SignIn()
				a := rawOf(t, r.p).do(t, "GET", path, nil, nil)
				part := r.p == sam || r.p == lead || r.p == ann && strings.Contains(route, "{thread}")
				if !part {
					if a.status == 200 {
						t.Errorf("%s, who has no part, is answered by %s: %s", role, route, a.body)
					}
					continue
				}
				if a.status != 200 {
					if a.code != wire.CodeForbidden || r.p == lead { // what only a lead may ask for
						t.Errorf("%s asks %s: %d %q", role, route, a.status, a.code)
					}
					continue
				}
				told++
				for _, s := range []string{maya.Name, maya.Birth, maya.SSN4, "a question", "the answer in words", "a saved", "pbkdf2", "@example.org"} {
					if strings.Contains(string(a.body), s) {
						t.Errorf("%s is told %q by %s", role, s, route)
					}
				}
				var v any
				if len(a.body) == 0 || a.body[0] != '{' {
					continue // a table
				}
				ok(t, json.Unmarshal(a.body, &v))
				have := map[string]bool{}
				names(v, have)
				for n := range have {
					if !slices.Contains(strings.Fields(allowed), n) {
						t.Errorf("%s is told %q by %s", role, n, route)
					}
				}
			}
		}
		if told < 10 { // the control
			t.Errorf("only %d replies were looked at", told)
		}
	})
}
