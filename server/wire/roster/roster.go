// Package roster is the agency's roster as a file: who its people are, by one
// identifier for each type of person, until when they are certified, which line
// they reach, and how it was proved who they are. It reads the file strictly,
// holds the walls between lines, and says in plain words what another file would
// change. It knows no network and no store; the service and the registrar's tool
// read the same file with the same rules.
package roster

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"arcline/server/wire"
)

// Row is one person.
type Row struct {
	Key          string // kind of identifier and identifier, such as "assister:A-1001": unique
	Role         wire.Role
	ID           string // Assister ID, NPN, Admin ID, staff number or contact number
	Login        string // sign-in name
	Name         string // as it is shown to everybody
	Organization string // of an assister; the department of staff
	Mail         []string
	Phone        string // number on file, for calling back
	From, Until  int64  // certified, Unix milliseconds; Until 0: no date in the roster
	State        State
	Lines        []string // short names: arc, broker
	Grant        int64    // end of a time-boxed grant of the line; 0: none
	Proof        Proof
}

// State is whether a person may use the service at all.
type State string

// The states. Whoever is not in the newest file has ended.
const (
	Active    State = "active"
	Suspended State = "suspended"
	Ended     State = "ended"
)

// Proof is the record of how it was proved who the person is (SP 800-63A).
type Proof struct {
	Level  int // identity assurance level: 1, 2 or 3
	Method string
	Date   int64 // Unix milliseconds
	By     string
}

// Rules are the exchange's own settings.
type Rules struct {
	Zone *time.Location
	// Departments names, for each line, the department whose staff alone may work
	// on it. Other staff reach a line in Granted by a grant that ends.
	Departments map[string]string
	Granted     []string
	// Enrollment is the first day of open enrollment, as month and day: a
	// broker's certification ends the day before, unless the file says otherwise.
	EnrollmentMonth time.Month
	EnrollmentDay   int
	Support         bool // brokers' support staff may use the service
	Level           int  // lowest proofing level
}

// The lines that there are, by short name, and whom each serves.
const (
	LineARC    = "arc"
	LineBroker = "broker"
)

// LongestGrant bounds a time-boxed grant.
const LongestGrant = 180 * 24 * time.Hour

// Kind is the one kind of identifier that a type of person has.
func Kind(r wire.Role) string {
	switch r {
	case wire.RoleNavigator, wire.RoleCAC:
		return "assister"
	case wire.RoleBroker:
		return "npn"
	case wire.RoleSupport:
		return "admin"
	case wire.RoleAgencyAdmin:
		return "contact"
	}
	return "staff"
}

// Serves is the line that a type of assister writes to; empty for others.
func Serves(r wire.Role) string {
	switch r {
	case wire.RoleNavigator, wire.RoleCAC:
		return LineARC
	case wire.RoleBroker, wire.RoleSupport:
		return LineBroker
	}
	return ""
}

// IsStaff reports whether a type of person may work on a line.
func IsStaff(r wire.Role) bool { return r == wire.RoleSpecialist || r == wire.RoleLead }

// NeedsSponsor reports whether an invitation counts only once somebody who
// answers for the person has approved it: their organization's administrator,
// a lead of their line, or a second registrar. The others are appointed by the
// registrar.
func NeedsSponsor(r wire.Role) bool { return Serves(r) != "" || r == wire.RoleSpecialist }

// Says is how the role is called.
func Says(r wire.Role) string {
	switch r {
	case wire.RoleCAC:
		return "certified application counselor"
	case wire.RoleSupport:
		return "broker's support staff"
	case wire.RoleAgencyAdmin:
		return "agency administrator"
	case wire.RoleRecords:
		return "records officer"
	}
	return string(r)
}

// Certified reports whether the row lets its person write at a moment.
func (r Row) Certified(now int64) bool {
	return r.State == Active && now >= r.From && (r.Until == 0 || now <= r.Until)
}

// Ends is when the person's access by this row ends: the earlier of
// certification and grant, 0 where neither has a date.
func (r Row) Ends() int64 {
	if r.Grant != 0 && (r.Until == 0 || r.Grant < r.Until) {
		return r.Grant
	}
	return r.Until
}

// Same reports whether two rows say the same.
func (r Row) Same(o Row) bool {
	return r.Key == o.Key && r.Role == o.Role && r.Login == o.Login && r.Name == o.Name && r.Organization == o.Organization &&
		slices.Equal(r.Mail, o.Mail) && r.Phone == o.Phone && r.From == o.From && r.Until == o.Until && r.State == o.State &&
		slices.Equal(r.Lines, o.Lines) && r.Grant == o.Grant && r.Proof == o.Proof
}

// day says a date of a moment.
func day(ms int64, zone *time.Location) string {
	return time.UnixMilli(ms).In(zone).Format("January 2, 2006")
}

// list says some names.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Settings are the exchange's rules as text, as a configuration and the
// registrar's folder keep them.
type Settings struct {
	Zone             string `json:"time_zone"`
	OpenEnrollment   string `json:"open_enrollment"` // 11-01
	ARCDepartment    string `json:"arc_department"`
	BrokerDepartment string `json:"broker_department"`
	Support          bool   `json:"support_staff"`
	Level            int    `json:"proofing_level"`
}

// Rules reads the settings.
func (s Settings) Rules() (Rules, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return Rules{}, fmt.Errorf("%q is no time zone such as America/Chicago", s.Zone)
	}
	first, err := time.Parse("01-02", s.OpenEnrollment)
	if err != nil {
		return Rules{}, fmt.Errorf("%q is not a month and day such as 11-01", s.OpenEnrollment)
	}
	if s.Level < 0 || s.Level > 3 {
		return Rules{}, fmt.Errorf("%d is no proofing level: 0, 1, 2 or 3", s.Level)
	}
	return Rules{Zone: zone, Departments: map[string]string{LineARC: s.ARCDepartment, LineBroker: s.BrokerDepartment}, Granted: []string{LineBroker},
		EnrollmentMonth: first.Month(), EnrollmentDay: first.Day(), Support: s.Support, Level: s.Level}, nil
}
