package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Act is something a person can ask for: one row of the permission table.
type Act struct {
	Name  string // frame type, or frame type and entry kind, or HTTP route
	Roles []Role // who may ask; the rules of the thread or line decide further
	Write bool   // refused while the caller's certification is not in force
	// StepUp says that the act needs a fresh second factor, given for exactly
	// this act on exactly this object, and used up by it.
	StepUp bool
	// Passive says that a program asks by itself: it does not keep a sign-in
	// alive. Asking for new tokens is passive too and stands in Open.
	Passive bool
	// Setup says that staff may ask before they have a passkey, where the agency
	// demands one: it is on the way to having it.
	Setup bool
}

// StepUpHeader carries the attestation of a second factor for an HTTP act.
// Entries of a thread carry theirs inside, where readers see it.
const StepUpHeader = "Arcline-Step-Up"

// ObjectOf names what an HTTP act is about, for the second factor that is bound
// to it: the digest of the path and of the whole body.
func ObjectOf(path string, body []byte) string {
	h := sha256.New()
	h.Write([]byte(path + "\n"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

var (
	assisters  = []Role{RoleNavigator, RoleCAC, RoleBroker, RoleSupport}
	staff      = []Role{RoleSpecialist, RoleLead}
	parties    = slices.Concat(assisters, staff)
	sponsors   = []Role{RoleAgencyAdmin, RoleLead, RoleRegistrar}
	overseers  = []Role{RoleAgencyAdmin, RoleLead, RoleRegistrar, RoleAuditor}
	speakers   = []Role{RoleLead, RoleRegistrar} // for the agency, to its assisters
	registrars = []Role{RoleRegistrar}
	everybody  = slices.Concat(parties, []Role{RoleAgencyAdmin, RoleRegistrar, RoleRecords, RoleAuditor})
)

// Acts is the permission table. The server asks it before any rule; screens are
// built from it.
var Acts = []Act{
	{Name: "append open", Roles: assisters, Write: true},
	{Name: "append claim", Roles: staff, Write: true},
	{Name: "append rekey", Roles: parties, Write: true},
	{Name: "append requeue", Roles: parties, Write: true},
	{Name: "append transfer-offer", Roles: staff, Write: true},
	{Name: "append transfer", Roles: parties, Write: true},
	{Name: "append msg", Roles: parties, Write: true},
	{Name: "append ack", Roles: parties, Write: true},
	{Name: "append close", Roles: parties, Write: true},
	{Name: "append ask", Roles: parties, Write: true},
	{Name: "append confirm", Roles: parties, Write: true},
	{Name: "append reveal", Roles: parties, Write: true},
	{Name: "append outreach", Roles: staff, Write: true},
	{Name: "append notes", Roles: staff, Write: true},
	{Name: "append note", Roles: staff, Write: true},
	{Name: "sync", Roles: parties},
	{Name: "sync notes", Roles: staff},
	{Name: "unfollow", Roles: everybody, Passive: true},
	{Name: "list", Roles: parties},
	{Name: "ping", Roles: everybody, Passive: true},
	{Name: "doing", Roles: staff, Passive: true},
	{Name: "POST /v1/stepup", Roles: everybody, Setup: true},
	{Name: "POST /v1/stepup/begin", Roles: everybody, Setup: true},
	{Name: "POST /v1/passkeys/begin", Roles: everybody, StepUp: true, Setup: true},
	{Name: "POST /v1/passkeys", Roles: everybody, Setup: true},
	{Name: "GET /v1/passkeys", Roles: everybody, Setup: true},
	{Name: "DELETE /v1/passkeys/{passkey}", Roles: everybody, StepUp: true},
	{Name: "POST /v1/ticket", Roles: everybody, Passive: true},
	{Name: "DELETE /v1/session", Roles: everybody, Setup: true},
	{Name: "POST /v1/directory", Roles: everybody, Passive: true, Setup: true},
	{Name: "POST /v1/links", Roles: everybody},
	{Name: "GET /v1/lines", Roles: everybody},
	{Name: "POST /v1/invitations", Roles: registrars, Write: true, StepUp: true},
	{Name: "GET /v1/sponsorships", Roles: sponsors},
	{Name: "POST /v1/sponsorships", Roles: sponsors, Write: true, StepUp: true},
	{Name: "POST /v1/roster/compare", Roles: registrars},
	{Name: "POST /v1/roster", Roles: registrars, Write: true, StepUp: true},
	{Name: "GET /v1/people", Roles: overseers},
	{Name: "POST /v1/people/{account}/inactivate", Roles: []Role{RoleAgencyAdmin, RoleRegistrar}, Write: true, StepUp: true},
	{Name: "GET /v1/enrolments", Roles: registrars},
	{Name: "PUT /v1/drafts", Roles: parties, Passive: true},
	{Name: "GET /v1/drafts", Roles: parties, Passive: true},
	{Name: "PUT /v1/files/{thread}/{file}", Roles: parties, Write: true},
	{Name: "GET /v1/files/{thread}/{file}", Roles: parties},
	{Name: "GET /v1/desks", Roles: everybody},
	{Name: "GET /v1/threads/{thread}/history", Roles: parties},
	{Name: "POST /v1/threads/{thread}/wait", Roles: staff, Write: true},
	{Name: "POST /v1/threads/{thread}/urgent", Roles: parties, Write: true},
	{Name: "POST /v1/threads/{thread}/review", Roles: staff, Write: true},
	{Name: "POST /v1/threads/{thread}/suggest", Roles: staff, Write: true},
	{Name: "POST /v1/threads/{thread}/link", Roles: staff, Write: true},
	{Name: "POST /v1/threads/{thread}/call/act", Roles: parties, Write: true},
	{Name: "POST /v1/threads/{thread}/number", Roles: staff, Write: true, StepUp: true},
	{Name: "PUT /v1/cards/{thread}/{card}", Roles: parties, Write: true},
	{Name: "GET /v1/cards/{thread}/{card}", Roles: parties},
	{Name: "GET /v1/announcements", Roles: everybody},
	{Name: "POST /v1/announcements", Roles: speakers, Write: true, StepUp: true},
	{Name: "POST /v1/announcements/{announcement}/read", Roles: assisters},
	{Name: "POST /v1/announcements/{announcement}/withdraw", Roles: speakers, Write: true, StepUp: true},
	{Name: "POST /v1/lines/{line}/find", Roles: staff},
	{Name: "GET /v1/reach", Roles: parties},
	{Name: "PUT /v1/reach", Roles: parties},
	{Name: "PUT /v1/push", Roles: parties},
	{Name: "GET /v1/shift", Roles: staff},
	{Name: "PUT /v1/shift", Roles: staff},
	{Name: "GET /v1/lines/{line}/staff", Roles: staff},
	{Name: "POST /v1/lines/{line}/skills", Roles: staff, Write: true},
	{Name: "GET /v1/lines/{line}/replies", Roles: staff},
	{Name: "PUT /v1/lines/{line}/replies", Roles: staff, Write: true},
	{Name: "GET /v1/lines/{line}/board", Roles: staff},
	{Name: "GET /v1/lines/{line}/report", Roles: staff},
	{Name: "GET /v1/lines/{line}/rows", Roles: staff},
	{Name: "POST /v1/plan", Roles: staff},
	{Name: "link account/device-add", Roles: everybody, StepUp: true},
	{Name: "link account/device-revoke", Roles: everybody, StepUp: true},
	{Name: "link account/recovery-replace", Roles: everybody, StepUp: true},
	{Name: "link account/puk-rotate", Roles: everybody},
	{Name: "link account/officers", Roles: everybody},
	{Name: "GET /v1/officers", Roles: everybody},
	{Name: "POST /v1/pairings/look", Roles: everybody},
	{Name: "POST /v1/pairings/welcome", Roles: everybody},
	{Name: "POST /v1/pairings/refuse", Roles: everybody},
	{Name: "POST /v1/reissues", Roles: registrars, Write: true, StepUp: true},
	{Name: "GET /v1/reissues", Roles: []Role{RoleRegistrar, RoleAuditor}},
	{Name: "POST /v1/reissues/{reissue}/release", Roles: registrars, Write: true, StepUp: true},
	{Name: "POST /v1/reissues/{reissue}/cancel", Roles: registrars, Write: true, StepUp: true},
	{Name: "link line/member-add", Roles: staff, Write: true, StepUp: true},
	{Name: "link line/member-remove", Roles: staff, Write: true, StepUp: true},
	{Name: "link line/rotate", Roles: staff, Write: true},
	{Name: "link line/floor", Roles: staff, Write: true},
	{Name: "link line/genesis", Roles: registrars, Write: true},
	{Name: "link line/admin-set", Roles: registrars, Write: true},
	{Name: "link agency/credential", Roles: registrars, Write: true},
	{Name: "link agency/credential-revoke", Roles: registrars, Write: true},
	{Name: "link agency/issuer", Roles: registrars, Write: true, StepUp: true},
	{Name: "link agency/issuer-revoke", Roles: registrars, Write: true, StepUp: true},
	{Name: "link agency/custodian", Roles: registrars, Write: true, StepUp: true},
	{Name: "link agency/policy", Roles: registrars, Write: true, StepUp: true},
	{Name: "GET /v1/log", Roles: []Role{RoleRegistrar, RoleAuditor}},
	{Name: "GET /v1/sessions", Roles: everybody, Setup: true},
	{Name: "DELETE /v1/sessions/{session}", Roles: everybody},
	{Name: "POST /v1/people/{account}/sign-out", Roles: registrars, Write: true},
	{Name: "GET /v1/authenticators", Roles: everybody, Setup: true},
	{Name: "POST /v1/password", Roles: everybody, StepUp: true},
	{Name: "POST /v1/app", Roles: everybody, StepUp: true},
	{Name: "POST /v1/app/confirm", Roles: everybody},
	{Name: "POST /v1/token-keys", Roles: registrars, Write: true, StepUp: true},
}

// ActOf names the row that a request belongs to: its address with a name in the
// place of every id. Without a row it is the address itself.
func ActOf(method, path string) string {
	name := method + " " + path
	have := strings.Split(name, "/")
	for _, a := range Acts {
		want := strings.Split(a.Name, "/")
		fits := len(want) == len(have)
		for i := 0; fits && i < len(want); i++ {
			fits = want[i] == have[i] || strings.HasPrefix(want[i], "{")
		}
		if fits {
			return a.Name
		}
	}
	return name
}

// FindAct returns a row of the permission table.
func FindAct(name string) (Act, bool) {
	i := slices.IndexFunc(Acts, func(a Act) bool { return a.Name == name })
	if i < 0 {
		return Act{}, false
	}
	return Acts[i], true
}

// Allows reports whether a role may ask for the act.
func (a Act) Allows(r Role) bool { return slices.Contains(a.Roles, r) }

// Assister reports whether a role is of those who help people, outside the
// agency.
func (r Role) Assister() bool { return slices.Contains(assisters, r) }

// Overseer reports whether a role looks after the agency's people and lines as a
// whole.
func (r Role) Overseer() bool { return slices.Contains(overseers, r) }

// Open lists the routes that need no session. Each has its own proof: an
// invitation, a set-up secret, all factors at once, or nothing to hide.
var Open = []string{
	"GET /v1/about", "GET /v1/build", "POST /v1/session", "POST /v1/session/refresh", "POST /v1/letter", "POST /v1/enroll", "POST /v1/enroll/confirm",
	"POST /v1/session/begin", "POST /v1/pairings", "POST /v1/pairings/answer", "POST /v1/pairings/accept", "POST /v1/recovery/letter", "POST /v1/recovery", "POST /v1/recovery/finish",
	"POST /v1/reissue/offer", "POST /v1/reissue/collect", "POST /v1/reissue/finish",
	"POST /v1/bootstrap", "GET /v1/socket", "GET /healthz",
}
