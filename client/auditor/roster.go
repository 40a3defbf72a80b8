package auditor

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/wire"
	"arcline/server/wire/roster"
)

// Row is one person of the agency's roster.
type Row struct {
	Role      wire.Role
	ID        string // Assister ID, NPN of a broker, Admin ID of support staff, number of staff
	Name      string
	Until     time.Time // certified to the end of it; zero: no date
	Suspended bool
}

// Kind is what a finding says.
type Kind string

// The kinds. Only Missing and Unlisted are notes and no findings.
const (
	Unknown   Kind = "unknown"   // certified in the log, not in the roster
	Outlives  Kind = "outlives"  // certified in the log for longer than in the roster
	Suspended Kind = "suspended" // certified in the log, suspended in the roster
	Twice     Kind = "twice"     // one person of the roster, certified under two accounts
	OtherRole Kind = "role"      // certified in the log for another role than in the roster
	Missing   Kind = "missing"   // in the roster, not certified in the log
	Unlisted  Kind = "unlisted"  // staff, and the roster lists no staff at all
)

// Finding is one difference between the log and the roster, in words.
type Finding struct {
	Kind   Kind    `json:"kind"`
	Note   bool    `json:"note"` // worth knowing, and nothing wrong
	Serial wire.ID `json:"serial,omitzero"`
	Leaf   uint64  `json:"leaf,omitempty"` // that logged the credential
	Text   string  `json:"text"`
}

// idOf is the identifier by which the roster knows somebody of a role; of staff
// it is their number.
func (g Given) idOf() string {
	switch roster.Kind(wire.Role(g.Role)) {
	case "npn":
		return g.NPN
	case "admin":
		return g.AdminID
	}
	return g.AssisterID
}

func staffRole(r wire.Role) bool {
	k := roster.Kind(r)
	return k != "assister" && k != "npn" && k != "admin"
}

// rosterKey is what a person is compared by: identifiers of one kind with each
// other, since two kinds of numbers may be alike.
func rosterKey(r wire.Role, id string) string {
	return roster.Kind(r) + " " + strings.ToUpper(strings.TrimSpace(id))
}

// Compare reports what of the credentials in force does not fit the roster.
// now is in Unix milliseconds.
func (a *Auditor) Compare(people []Row, now uint64) []Finding {
	rows := map[string]Row{}
	staff := false
	for _, r := range people {
		rows[rosterKey(r.Role, r.ID)] = r
		staff = staff || staffRole(r.Role)
	}
	var out []Finding
	met := map[string]envelope.ID{} // whose account
	for _, g := range a.given {
		if a.book.Agency().Holds(g.Credential, ^uint64(0), now) != nil {
			continue
		}
		k := rosterKey(wire.Role(g.Role), g.idOf())
		r, ok := rows[k]
		if other, twice := met[k]; ok && twice && other != g.Account {
			out = append(out, Finding{Kind: Twice, Serial: wire.ID(g.Serial), Leaf: g.Leaf, Text: fmt.Sprintf("%s (%s %s) is certified under two accounts, %x and %x. Ask who certified the second.", g.DisplayName, g.Role, g.idOf(), other, g.Account)})
		}
		met[k] = g.Account
		out = append(out, g.against(r, ok && g.idOf() != "", staff)...)
	}
	for _, r := range people {
		if _, there := met[rosterKey(r.Role, r.ID)]; !there {
			out = append(out, Finding{Kind: Missing, Note: true, Text: fmt.Sprintf("%s (%s %s) is in the roster and has no credential.", r.Name, r.Role, r.ID)})
		}
	}
	slices.SortStableFunc(out, func(x, y Finding) int { return cmp.Compare(order(x), order(y)) })
	return out
}

func order(f Finding) int {
	if f.Note {
		return 1
	}
	return 0
}

// against compares one credential with its row.
func (g Given) against(r Row, known, staffListed bool) (out []Finding) {
	who := fmt.Sprintf("%s (%s %s)", g.DisplayName, g.Role, cmp.Or(g.idOf(), "without a number"))
	add := func(k Kind, note bool, f string, args ...any) {
		out = append(out, Finding{k, note, wire.ID(g.Serial), g.Leaf, who + " " + fmt.Sprintf(f, args...)})
	}
	switch {
	case !known && staffRole(wire.Role(g.Role)) && !staffListed:
		add(Unlisted, true, "has a credential; the roster lists no staff.")
		return out
	case !known:
		add(Unknown, false, "has a credential and is not in the roster: unknown serial %s at leaf %d. Ask who certified them.", wire.ID(g.Serial), g.Leaf)
		return out
	}
	if string(r.Role) != g.Role {
		add(OtherRole, false, "is certified for this role; the roster says %s.", r.Role)
	}
	if r.Suspended {
		add(Suspended, false, "is suspended in the roster and still certified. Take the credential back.")
	}
	// The last day counts until it has ended everywhere on Earth.
	if end := r.Until.Add(36 * time.Hour); !r.Until.IsZero() && int64(g.NotAfter) > end.UnixMilli() {
		add(Outlives, false, "is certified until %s; the roster says %s.", time.UnixMilli(int64(g.NotAfter)).UTC().Format(time.DateOnly), r.Until.Format(time.DateOnly))
	}
	return out
}

// ErrRoster is wrapped when a roster file cannot be read.
var ErrRoster = errors.New("the roster cannot be read")

// ReadRoster reads what is compared of a roster: CSV with a header line, the
// columns type (a role), id and name, and where they are there certified_to
// (YYYY-MM-DD or empty) and state (active, suspended or ended). Others are
// passed over: a witness need not know the agency's rules. Who has ended is not
// in the roster.
func ReadRoster(from io.Reader) ([]Row, error) {
	r := csv.NewReader(from)
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%w: its header line: %w", ErrRoster, err)
	}
	at := map[string]int{}
	for i, h := range head {
		at[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))] = i
	}
	for _, h := range []string{"type", "id", "name"} {
		if _, ok := at[h]; !ok {
			return nil, fmt.Errorf("%w: there is no column %q", ErrRoster, h)
		}
	}
	var out []Row
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRoster, err)
		}
		col := func(h string) string {
			if i, ok := at[h]; ok {
				return strings.TrimSpace(rec[i])
			}
			return ""
		}
		if strings.EqualFold(col("state"), string(roster.Ended)) {
			continue
		}
		row, err := readRow(col)
		if err != nil {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("%w: line %d: %w", ErrRoster, line, err)
		}
		out = append(out, row)
	}
}

func readRow(col func(string) string) (Row, error) {
	r := Row{Role: wire.Role(strings.ToLower(col("type"))), ID: col("id"), Name: col("name")}
	if r.Role == "" || r.ID == "" {
		return r, errors.New("type and id are needed")
	}
	switch strings.ToLower(col("state")) {
	case "active", "":
	case "suspended":
		r.Suspended = true
	default:
		return r, fmt.Errorf("%q is neither active nor suspended", col("state"))
	}
	if d := col("certified_to"); d != "" {
		var err error
		if r.Until, err = time.Parse(time.DateOnly, d); err != nil {
			return r, fmt.Errorf("%q is not a date like 2027-10-31", d)
		}
	}
	return r, nil
}
