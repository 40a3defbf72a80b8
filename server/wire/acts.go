package wire

import "slices"

// Act is something a person can ask for: one row of the permission table.
type Act struct {
	Name  string // frame type, or frame type and entry kind, or HTTP route
	Roles []Role // who may ask; the rules of the thread or line decide further
	Write bool   // refused while the caller's certification is not in force
}

var (
	assisters = []Role{RoleNavigator, RoleCAC, RoleBroker, RoleSupport}
	staff     = []Role{RoleSpecialist, RoleLead}
	parties   = slices.Concat(assisters, staff)
	everybody = slices.Concat(parties, []Role{RoleRegistrar, RoleRecords, RoleAuditor})
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
	{Name: "sync", Roles: parties},
	{Name: "unfollow", Roles: everybody},
	{Name: "list", Roles: parties},
	{Name: "ping", Roles: everybody},
	{Name: "POST /v1/stepup", Roles: everybody},
	{Name: "POST /v1/ticket", Roles: everybody},
	{Name: "DELETE /v1/session", Roles: everybody},
	{Name: "POST /v1/directory", Roles: everybody},
	{Name: "POST /v1/links", Roles: everybody},
	{Name: "GET /v1/lines", Roles: everybody},
	{Name: "POST /v1/invitations", Roles: []Role{RoleRegistrar}, Write: true},
	{Name: "GET /v1/enrolments", Roles: []Role{RoleRegistrar}},
	{Name: "PUT /v1/files/{thread}/{file}", Roles: parties, Write: true},
	{Name: "GET /v1/files/{thread}/{file}", Roles: parties},
	{Name: "GET /v1/log", Roles: []Role{RoleRegistrar, RoleAuditor}},
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

// Open lists the routes that need no session. Each has its own proof: an
// invitation, a set-up secret, all factors at once, or nothing to hide.
var Open = []string{
	"GET /v1/about", "POST /v1/session", "POST /v1/session/refresh", "POST /v1/enroll", "POST /v1/enroll/confirm",
	"POST /v1/bootstrap", "GET /v1/socket", "GET /healthz",
}
