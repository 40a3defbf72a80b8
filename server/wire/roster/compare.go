package roster

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// What kind of change a line of the report is about.
const (
	Gains   = "gains access now"
	Loses   = "loses access now"
	New     = "new"
	Changed = "changed"
)

// Change is one line of the difference report.
type Change struct {
	Key, Name string
	What      string // Gains, Loses, New or Changed
	Text      string // in plain words
}

// Difference is what a new roster would change.
type Difference struct {
	Changes []Change // losses first, then gains, new people, and the rest
	Same    int
}

// Count counts the changes of one kind.
func (d Difference) Count(what string) (n int) {
	for _, c := range d.Changes {
		if c.What == what {
			n++
		}
	}
	return n
}

// Compare says what changes from the roster in force to another. Rows of people
// who had ended and stay so are not counted.
func Compare(old, fresh []Row, rules Rules, now time.Time) Difference {
	was := map[string]Row{}
	for _, r := range old {
		was[r.Key] = r
	}
	var d Difference
	add := func(r Row, what, format string, a ...any) {
		text := fmt.Sprintf("%s (%s, %s): ", r.Name, Says(r.Role), r.ID) + fmt.Sprintf(format, a...)
		d.Changes = append(d.Changes, Change{r.Key, r.Name, what, text})
	}
	there := map[string]bool{}
	for _, r := range fresh {
		there[r.Key] = true
		o, known := was[r.Key]
		if known && r.Same(o) {
			d.Same++
			continue
		}
		if !known || o.State == Ended {
			if r.State != Ended {
				add(r, New, "is new and can be invited.")
			}
			continue
		}
		compareOne(o, r, rules, now, func(what, format string, a ...any) { add(r, what, format, a...) })
	}
	for _, o := range old {
		if !there[o.Key] && o.State != Ended {
			add(o, Loses, "is not in the roster any more and loses access now.")
		}
	}
	rank := []string{Loses, Gains, New, Changed}
	slices.SortStableFunc(d.Changes, func(a, b Change) int {
		return 1000*(slices.Index(rank, a.What)-slices.Index(rank, b.What)) + strings.Compare(a.Key, b.Key)
	})
	return d
}

// compareOne says what changes for somebody who is in both.
func compareOne(o, r Row, rules Rules, now time.Time, add func(what, format string, a ...any)) {
	before := len(o.Lines)
	ms := now.UnixMilli()
	switch {
	case r.State != o.State && r.State == Active:
		add(Gains, "is active again and gains access now.")
	case r.State != o.State:
		add(Loses, "is %s and loses access now.", r.State)
	case r.Role != o.Role:
		add(Loses, "was a %s and is a %s now: loses access until certified anew.", Says(o.Role), Says(r.Role))
	case o.Certified(ms) && !r.Certified(ms):
		add(Loses, "certification ended %s: may read and not write from now on.", day(r.Until, rules.Zone))
	case !o.Certified(ms) && r.Certified(ms) && r.State == Active:
		add(Gains, "certified until %s: may write again.", ending(r.Until, rules.Zone))
	case r.Until != o.Until:
		add(Changed, "certified until %s instead of %s.", ending(r.Until, rules.Zone), ending(o.Until, rules.Zone))
	}
	var gone, come []string
	for _, l := range o.Lines {
		if !slices.Contains(r.Lines, l) {
			gone = append(gone, l)
		}
	}
	for _, l := range r.Lines {
		if !slices.Contains(o.Lines, l) {
			come = append(come, l)
		}
	}
	if len(gone) > 0 {
		add(Loses, "leaves %s and loses it now.", list(gone))
	}
	if len(come) > 0 {
		add(Gains, "gains %s, besides %d before.", list(come), before-len(gone))
	}
	if r.Grant != o.Grant {
		if r.Grant != 0 && (o.Grant == 0 || r.Grant < o.Grant) {
			add(Changed, "the grant of the line ends %s.", day(r.Grant, rules.Zone))
		} else {
			add(Gains, "the grant of the line ends %s instead of %s.", ending(r.Grant, rules.Zone), day(o.Grant, rules.Zone))
		}
	}
	if r.Name != o.Name || r.Organization != o.Organization || r.Login != o.Login {
		add(Changed, "name, organization or sign-in name changed (was %s, %s, %s).", o.Name, o.Organization, o.Login)
	}
	if !slices.Equal(r.Mail, o.Mail) || r.Phone != o.Phone {
		add(Changed, "addresses on file changed.")
	}
	if r.Proof != o.Proof || r.From != o.From {
		add(Changed, "proofing record or begin of the certification changed.")
	}
}

func ending(ms int64, zone *time.Location) string {
	if ms == 0 {
		return "further notice"
	}
	return day(ms, zone)
}

// Reduce takes from a new roster only what takes access away: what a file may do
// without a registrar. Nobody gains, nobody new appears, and no date moves later.
func Reduce(old, fresh []Row) []Row {
	now := map[string]Row{}
	for _, r := range fresh {
		now[r.Key] = r
	}
	out := make([]Row, len(old))
	for i, o := range old {
		r, there := now[o.Key]
		switch {
		case !there:
			o.State = Ended
		case r.Role != o.Role:
			o.State = Suspended
		default:
			if o.State == Active || r.State == Ended {
				o.State = r.State
			}
			if r.Until != 0 && (o.Until == 0 || r.Until < o.Until) {
				o.Until = r.Until
			}
			if r.Grant != 0 && (o.Grant == 0 || r.Grant < o.Grant) {
				o.Grant = r.Grant
			}
			var lines []string
			for _, l := range o.Lines {
				if slices.Contains(r.Lines, l) {
					lines = append(lines, l)
				}
			}
			o.Lines = lines
		}
		out[i] = o
	}
	return out
}

// Reuse is how long an identifier stays with its person after they have ended:
// two years (ARC-AMPE IA-4).
const Reuse = 2 * 365 * 24 * time.Hour

// Reused lists the rows that give an identifier to somebody else too early.
// ended tells, by key, who had it last and until when.
func Reused(fresh []Row, ended map[string]Past, rules Rules, now time.Time) []Problem {
	var out []Problem
	for _, r := range fresh {
		p, ok := ended[r.Key]
		if !ok || r.State == Ended || p.Name == r.Name {
			continue
		}
		free := time.UnixMilli(p.Ended).Add(Reuse)
		if now.Before(free) {
			out = append(out, Problem{0, fmt.Sprintf("the id %s belonged to %s and may not be given to %s before %s", r.ID, p.Name, r.Name, day(free.UnixMilli(), rules.Zone))})
		}
	}
	return out
}

// Past is who had an identifier.
type Past struct {
	Name  string
	Ended int64 // Unix milliseconds
}
