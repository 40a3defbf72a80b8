package roster

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"arcline/server/wire"
)

// Columns of the file, by the name in its first line. Their order is free; those
// in needed must be there, others that are not listed are a mistake.
var (
	needed   = []string{"type", "id", "name"}
	optional = []string{"login", "organization", "department", "mail", "mail2", "phone", "certified_from", "certified_to", "state",
		"lines", "grant_until", "proofing_level", "proofing_method", "proofing_date", "proofing_by"}
)

// Columns lists every column that a roster may have.
func Columns() []string { return slices.Concat(needed, optional) }

// Limits of a file.
const (
	maxRows = 20_000
	maxText = 128
	// MaxFile is the largest roster, in bytes.
	MaxFile = 6 << 20
)

// ErrUnreadable is returned for a file that is no table of people at all.
var ErrUnreadable = errors.New("the roster cannot be read")

// Problem is one thing wrong with a file. A file with a problem changes nothing.
type Problem struct {
	Line int // of the file, from 1
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("Line %d: %s", p.Line, p.Text) }

// Read reads a roster. Rows come back in order of their key. Problems are
// everything that is wrong, in order of line; with one, no row counts.
func Read(r io.Reader, rules Rules, now time.Time) ([]Row, []Problem, error) {
	c := csv.NewReader(r)
	c.TrimLeadingSpace, c.ReuseRecord = true, true
	head, err := c.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("%w: it has no first line with the names of the columns: %w", ErrUnreadable, err)
	}
	columns, err := columnsOf(head)
	if err != nil {
		return nil, nil, err
	}
	x := reader{columns: columns, rules: rules, now: now, keys: map[string]int{}, logins: map[string]int{}}
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		x.line, _ = c.FieldPos(0)
		if len(x.rows) >= maxRows {
			return nil, nil, fmt.Errorf("%w: more than %d people", ErrUnreadable, maxRows)
		}
		x.take(record)
	}
	slices.SortFunc(x.rows, func(a, b Row) int { return strings.Compare(a.Key, b.Key) })
	return x.rows, x.problems, nil
}

func columnsOf(head []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if !slices.Contains(needed, name) && !slices.Contains(optional, name) {
			return nil, fmt.Errorf("%w: there is no column %q; the columns are %s", ErrUnreadable, name, strings.Join(Columns(), ", "))
		}
		if _, twice := columns[name]; twice {
			return nil, fmt.Errorf("%w: the column %q stands twice", ErrUnreadable, name)
		}
		columns[name] = i
	}
	for _, name := range needed {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("%w: the column %q is missing", ErrUnreadable, name)
		}
	}
	return columns, nil
}

// reader takes one record after the other.
type reader struct {
	columns  map[string]int
	rules    Rules
	now      time.Time
	line     int
	record   []string
	rows     []Row
	problems []Problem
	keys     map[string]int
	logins   map[string]int
}

func (x *reader) wrong(format string, a ...any) {
	x.problems = append(x.problems, Problem{x.line, fmt.Sprintf(format, a...)})
}

func (x *reader) text(column string) string {
	i, ok := x.columns[column]
	if !ok {
		return ""
	}
	s := strings.TrimSpace(x.record[i])
	if len(s) > maxText || !plain(s) {
		x.wrong("%s is longer than %d characters or has characters that cannot be shown", column, maxText)
		return ""
	}
	return s
}

// plain refuses what could forge a line on somebody's screen or run in a sheet.
func plain(s string) bool {
	if !utf8.ValidString(s) || strings.ContainsAny(s, "\u2028\u2029") {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return false
		}
	}
	return s == "" || !strings.ContainsRune("=+@", rune(s[0])) || phone.MatchString(s)
}

// date reads 2026-11-01; end: the last millisecond of that day.
func (x *reader) date(column string, end bool) int64 {
	s := x.text(column)
	if s == "" {
		return 0
	}
	t, err := time.ParseInLocation(time.DateOnly, s, x.rules.Zone)
	if err != nil {
		x.wrong("%s is %q, which is not a date like 2026-11-01", column, s)
		return 0
	}
	if end {
		return t.AddDate(0, 0, 1).UnixMilli() - 1
	}
	return t.UnixMilli()
}

var (
	identifier = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,31}$`)
	npn        = regexp.MustCompile(`^[0-9]{1,10}$`)
	login      = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]$`)
	mail       = regexp.MustCompile(`^[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
	phone      = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{5,24}$`)
)

var roles = []wire.Role{wire.RoleNavigator, wire.RoleCAC, wire.RoleBroker, wire.RoleSupport, wire.RoleSpecialist, wire.RoleLead,
	wire.RoleAgencyAdmin, wire.RoleRegistrar, wire.RoleRecords, wire.RoleAuditor}

// take reads one person.
func (x *reader) take(record []string) {
	x.record = record
	r := Row{Role: wire.Role(strings.ToLower(x.text("type"))), ID: x.text("id"), Login: x.text("login"), Name: x.text("name"),
		Organization: x.text("organization"), Phone: x.text("phone"), State: State(strings.ToLower(x.text("state"))),
		From: x.date("certified_from", false), Until: x.date("certified_to", true), Grant: x.date("grant_until", true)}
	if !slices.Contains(roles, r.Role) {
		x.wrong("%q is no type of person; the types are %s", r.Role, strings.Join(roleNames(), ", "))
		return
	}
	x.identify(&r)
	x.reach(&r)
	x.certified(&r)
	x.proof(&r)
	x.rows = append(x.rows, r)
}

func roleNames() []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return out
}

func (x *reader) identify(r *Row) {
	r.Key = Kind(r.Role) + ":" + r.ID
	if r.Role == wire.RoleBroker && !npn.MatchString(r.ID) {
		x.wrong("a broker's id is the National Producer Number: digits, not %q", r.ID)
	} else if !identifier.MatchString(r.ID) {
		x.wrong("the id %q is not letters, digits and dashes", r.ID)
	}
	if at, twice := x.keys[r.Key]; twice {
		x.wrong("the id %s stands in line %d too; one person, one id", r.ID, at)
	}
	x.keys[r.Key] = x.line
	if r.Login == "" {
		r.Login = strings.ToLower(r.ID)
	}
	if !login.MatchString(r.Login) {
		x.wrong("the sign-in name %q is not two or more small letters, digits, dots and dashes", r.Login)
	}
	if at, twice := x.logins[r.Login]; twice {
		x.wrong("the sign-in name %s stands in line %d too; nobody shares a sign-in", r.Login, at)
	}
	x.logins[r.Login] = x.line
	if r.Name == "" {
		x.wrong("a person needs a name")
	}
	for _, column := range []string{"mail", "mail2"} {
		if m := x.text(column); m != "" {
			if !mail.MatchString(m) {
				x.wrong("%s is %q, which is not a mail address", column, m)
			}
			r.Mail = append(r.Mail, m)
		}
	}
	if r.Phone != "" && !phone.MatchString(r.Phone) {
		x.wrong("%q is not a telephone number", r.Phone)
	}
}

// reach holds the walls: whom a line serves, and whose staff may be on it.
func (x *reader) reach(r *Row) {
	for _, l := range strings.FieldsFunc(strings.ToLower(x.text("lines")), func(c rune) bool { return c == ' ' || c == ';' || c == ',' }) {
		if l != LineARC && l != LineBroker {
			x.wrong("there is no line %q; the lines are %s and %s", l, LineARC, LineBroker)
			continue
		}
		r.Lines = append(r.Lines, l)
	}
	slices.Sort(r.Lines)
	r.Lines = slices.Compact(r.Lines)
	department := x.text("department")
	switch own := Serves(r.Role); {
	case own != "":
		if len(r.Lines) > 0 && !slices.Equal(r.Lines, []string{own}) {
			x.wrong("a %s writes to %s only, not to %s", Says(r.Role), own, list(r.Lines))
		}
		r.Lines = []string{own}
		if r.Organization == "" {
			x.wrong("a %s belongs to an organization", Says(r.Role))
		}
	case IsStaff(r.Role):
		r.Organization = department
		x.walls(r, department)
	case r.Role == wire.RoleAgencyAdmin:
		if r.Organization == "" {
			x.wrong("an agency administrator belongs to an organization")
		}
		fallthrough
	default:
		if len(r.Lines) > 0 {
			x.wrong("a %s works on no line", Says(r.Role))
		}
		if r.Organization == "" {
			r.Organization = department
		}
	}
	if r.Grant != 0 && !IsStaff(r.Role) {
		x.wrong("a grant that ends is for staff")
	}
	if r.Role == wire.RoleSupport && !x.rules.Support {
		x.wrong("this exchange does not let brokers' support staff use the service")
	}
}

func (x *reader) walls(r *Row, department string) {
	if len(r.Lines) == 0 && r.State != Ended {
		x.wrong("a %s works on a line; name it under lines", Says(r.Role))
	}
	for _, l := range r.Lines {
		if department == x.rules.Departments[l] {
			continue
		}
		switch {
		case !slices.Contains(x.rules.Granted, l):
			x.wrong("only staff of the department %s may work on %s; %s is of %q", x.rules.Departments[l], l, r.Name, department)
		case r.Grant == 0:
			x.wrong("%s is of the department %q: on %s that needs grant_until", r.Name, department, l)
		case r.Grant > x.now.Add(LongestGrant).UnixMilli():
			x.wrong("a grant of the line %s lasts at most 180 days", l)
		}
	}
}

func (x *reader) certified(r *Row) {
	switch r.State {
	case "":
		r.State = Active
	case Active, Suspended, Ended:
	default:
		x.wrong("the state is active, suspended or ended, not %q", r.State)
	}
	if r.Until == 0 && r.Role == wire.RoleBroker {
		if r.From == 0 {
			x.wrong("a broker needs certified_from or certified_to")
			return
		}
		r.Until = x.rules.eve(r.From)
	}
	if r.Until == 0 && Serves(r.Role) != "" {
		x.wrong("a %s needs certified_to, the last day of the certification", Says(r.Role))
	}
	if r.Until != 0 && r.From > r.Until {
		x.wrong("the certification ends before it begins")
	}
}

// eve is the end of the day before the first open enrollment that begins after
// a moment.
func (r Rules) eve(from int64) int64 {
	t := time.UnixMilli(from).In(r.Zone)
	first := time.Date(t.Year(), r.EnrollmentMonth, r.EnrollmentDay, 0, 0, 0, 0, r.Zone)
	if !first.After(t) {
		first = first.AddDate(1, 0, 0)
	}
	return first.UnixMilli() - 1
}

func (x *reader) proof(r *Row) {
	r.Proof = Proof{Method: x.text("proofing_method"), Date: x.date("proofing_date", false), By: x.text("proofing_by")}
	switch s := x.text("proofing_level"); s {
	case "":
	case "1", "2", "3":
		r.Proof.Level = int(s[0] - '0')
	default:
		x.wrong("the proofing level is 1, 2 or 3, not %q", s)
	}
	if r.Proof.Level != 0 && (r.Proof.Method == "" || r.Proof.Date == 0 || r.Proof.By == "") {
		x.wrong("a proofing record says level, method, date and by whom")
	}
	// Whoever proofs writes the date of their own calendar, which may be a day
	// ahead of the exchange's.
	if r.Proof.Date > x.now.AddDate(0, 0, 1).UnixMilli() {
		x.wrong("the proofing date lies in the future")
	}
}
