package arctest

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"arcline/server/wire"
	"arcline/server/wire/roster"
)

// Header is the first line of the house's roster.
const Header = "type,id,name,login,organization,department,mail,phone,certified_from,certified_to,state,lines,grant_until,proofing_level,proofing_method,proofing_date,proofing_by"

// Row is one line of the roster, with everything that can be changed by column.
type Row map[string]string

// MadeUp is the row of a made-up person who is certified for most of a year.
func MadeUp(name string, role wire.Role, display string, slugs ...string) Row {
	day := func(d int) string { return time.Now().AddDate(0, 0, d).Format(time.DateOnly) }
	r := Row{"type": string(role), "id": "A-" + name, "name": display, "login": name, "mail": name + "@example.org", "phone": "+1 651 555 0100",
		"state": "active", "lines": strings.Join(slugs, " "), "proofing_level": "2", "proofing_method": "in person", "proofing_date": day(-40), "proofing_by": "Made-Up Clerk"}
	switch {
	case roster.Serves(role) != "":
		r["organization"], r["certified_from"], r["certified_to"], r["lines"] = "Made-Up Help", day(-30), day(300), roster.Serves(role)
	case roster.IsStaff(role):
		r["department"] = "Exchange"
		if len(slugs) > 0 && slugs[0] == roster.LineARC {
			r["department"] = "DHS"
		}
	case role == wire.RoleAgencyAdmin:
		r["organization"], r["lines"] = "Made-Up Help", ""
	default:
		r["department"], r["lines"] = "Exchange", ""
	}
	if role == wire.RoleBroker {
		h := fnv.New32a()
		h.Write([]byte(name))
		r["id"] = fmt.Sprint(h.Sum32() % 10_000_000)
	}
	return r
}

// String is the row as the file has it.
func (r Row) String() string {
	var out []string
	for _, c := range strings.Split(Header, ",") {
		out = append(out, r[c])
	}
	return strings.Join(out, ",")
}

func row(name string, role wire.Role, display string, slugs ...string) string {
	return MadeUp(name, role, display, slugs...).String()
}

// CSV is the house's roster.
func (h *House) CSV() string { return Header + "\n" + strings.Join(h.rows, "\n") + "\n" }

// Enlist adds a line to the roster and puts it in force.
func (h *House) Enlist(line string) {
	h.T.Helper()
	h.rows = append(h.rows, line)
	h.Import()
}

// Change replaces a person's line, found by sign-in name, and puts it in force;
// nil takes the person out.
func (h *House) Change(login string, r Row) wire.RosterDifference {
	h.T.Helper()
	var rows []string
	for _, line := range h.rows {
		if strings.Split(line, ",")[3] != login {
			rows = append(rows, line)
		} else if r != nil {
			rows = append(rows, r.String())
		}
	}
	h.rows = rows
	return h.Import()
}

// Import puts the house's roster in force.
func (h *House) Import() wire.RosterDifference {
	h.T.Helper()
	d, err := h.Agency.ImportRoster(h.T.Context(), h.Registrar.Client, h.Registrar.Factor(), h.CSV())
	h.must(err)
	if len(d.Problems) > 0 {
		h.T.Fatal("the roster: ", d.Problems)
	}
	return d
}
