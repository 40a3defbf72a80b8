package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"arcline/server/desk/hours"
	"arcline/server/wire"
)

// checker gathers what is wrong, with the place where it looks.
type checker struct {
	place    []string
	problems Problems
}

// at looks into a place below this one.
func (c *checker) at(place string, look func()) {
	c.place = append(c.place, place)
	look()
	c.place = c.place[:len(c.place)-1]
}

func (c *checker) wrong(format string, a ...any) {
	where := ""
	for i, p := range c.place {
		if i > 0 && !bare[c.place[i-1]] {
			where += ","
		}
		where += " " + p
	}
	c.problems = append(c.problems, Problem{strings.TrimSpace(where), fmt.Sprintf(format, a...)})
}

// bare places are the first half of a label, when a file is only looked at as JSON:
// desk and arc are one place, desk arc.
var bare = map[string]bool{"desk": true, "topic": true, "field": true, "column": true, "season": true, "holiday": true, "deadline": true, "week": true, "by phone": true, "open": true}

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// id checks the name of a thing and that it is the only one so called.
func (c *checker) id(id string, seen map[string]bool) {
	if !slug.MatchString(id) {
		c.wrong("%q is no id; an id is 1 to 32 small letters, digits and dashes, and does not begin with a dash", id)
	}
	if seen[id] {
		c.wrong("the id stands twice")
	}
	seen[id] = true
}

func (c *checker) titled(title string) {
	if strings.TrimSpace(title) == "" {
		c.wrong("it has no title")
	}
}

func (c *checker) between(what string, n, least, most int) {
	if n < least || n > most {
		c.wrong("%s is %d; it must be %d to %d", what, n, least, most)
	}
}

// promise reads a length of time, in days or open time.
func (c *checker) promise(what, text string) hours.Promise {
	p, err := hours.ParsePromise(text)
	if err != nil {
		c.wrong("%s: %v", what, err)
	}
	return p
}

// length reads hours and minutes; days have no place where it is called.
func (c *checker) length(what, text string) time.Duration {
	p := c.promise(what, text)
	if p.Days > 0 {
		c.wrong("%s is %s; it must be in hours and minutes, such as 2h or 30m", what, text)
	}
	return p.Time
}

func (c *checker) desk(d wire.Desk) *Line {
	l := &Line{Desk: d, promises: map[string]Promises{}}
	c.id(d.Line, map[string]bool{})
	var err error
	if l.Hours, err = hours.New(d.Hours); err != nil {
		c.at("hours", func() { c.wrong("%s", strings.ReplaceAll(err.Error(), "\n", "; ")) })
	}
	c.at("promise", func() { l.promises[""] = c.promised(d.Promise) })
	l.AtRisk = c.length("at_risk", d.AtRisk)
	c.at("call back", func() { l.CallBack = c.callBack(d.CallBack) })
	c.at("assign", func() { l.Assign = c.assign(d.Assign) })
	if d.Season != "" {
		first, err := time.Parse(time.DateOnly, d.Season)
		if err != nil {
			c.wrong("season is %q, which is not a date like 2026-11-01", d.Season)
		} else if l.Hours != nil {
			l.Season = time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, l.Hours.Zone())
		}
	}
	if len(d.Topics) == 0 || len(d.Topics) > wire.MaxTopics {
		c.wrong("it has %d topics; it must have 1 to %d", len(d.Topics), wire.MaxTopics)
	}
	seen := map[string]bool{}
	for i, t := range d.Topics {
		c.at(label("topic", t.ID, i), func() {
			c.id(t.ID, seen)
			c.topic(t)
			if t.Promise != nil {
				c.at("promise", func() { l.promises[t.ID] = c.promised(*t.Promise) })
			}
		})
	}
	return l
}

func (c *checker) promised(p wire.Promise) Promises {
	return Promises{c.promise("first", p.First), c.promise("next", p.Next), c.promise("close", p.Close)}
}

const (
	maxSlotDays = 60
	maxPerSlot  = 100
	maxWeight   = 10_000
)

func (c *checker) callBack(r wire.CallBackRules) CallBack {
	out := CallBack{c.length("above", r.Above), c.length("pause", r.Pause), c.length("slot", r.Slot)}
	if !r.Offered {
		return out
	}
	c.between("attempts", r.Attempts, 1, wire.MaxAttempts)
	if out.Slot > 0 {
		c.between("per_slot", r.PerSlot, 1, maxPerSlot)
		c.between("days", r.Days, 1, maxSlotDays)
	}
	return out
}

func (c *checker) assign(r wire.AssignRules) Assign {
	least := 0
	if r.Auto {
		least = 1 // with nothing that counts, one person would get everything
	}
	c.between("capacity", r.Capacity, least, maxWeight)
	c.between("thread", r.Thread, least, maxWeight)
	c.between("batch", r.Batch, 0, maxWeight)
	c.between("call_back", r.CallBack, 0, maxWeight)
	return Assign{c.length("offer", r.Offer), c.length("relax", r.Relax)}
}

const maxIdentifiers = 5 // of a consumer's card

// askers may choose a topic: those who open threads and staff who write first.
var askers = []wire.Role{wire.RoleNavigator, wire.RoleCAC, wire.RoleBroker, wire.RoleSupport, wire.RoleSpecialist, wire.RoleLead}

func (c *checker) topic(t wire.Topic) {
	c.titled(t.Title)
	for _, r := range t.Roles {
		if !slices.Contains(askers, r) {
			c.wrong("%q is nobody who opens threads", r)
		}
	}
	c.between("identifiers", t.Identifiers, 0, maxIdentifiers)
	c.between("consumers", t.Consumers, 0, wire.MaxConsumers)
	if t.Skill != "" && !slug.MatchString(t.Skill) {
		c.wrong("skill is %q; it must be small letters, digits and dashes", t.Skill)
	}
	if t.Elsewhere != "" && t.Form != nil {
		c.wrong("it is not for this line (elsewhere), so it has no form")
	}
	seen := map[string]bool{}
	for i, k := range t.ByPhone {
		c.at(label("by phone", k.ID, i), func() {
			c.id(k.ID, seen)
			c.phone(k)
		})
	}
	if t.Form != nil {
		c.form(*t.Form)
	}
}

func (c *checker) phone(k wire.PhoneKind) {
	c.titled(k.Title)
	for _, w := range k.Words {
		if strings.Join(words(w), " ") != w || w == "" {
			c.wrong("%q is not written as it is looked for: small letters and digits, with one space between words", w)
		}
	}
}

func (c *checker) deadline(d wire.Deadline, f wire.Form) {
	c.titled(d.Title)
	dated := slices.ContainsFunc(f.Fields, func(x wire.Field) bool { return x.ID == d.Field && x.Kind == wire.FieldDate })
	if !dated {
		c.wrong("field is %q; it must be a date field of the form", d.Field)
	}
	c.between("months", d.Months, 0, 120)
	c.between("days", d.Days, 0, 3660)
	if d.Months == 0 && d.Days == 0 {
		c.wrong("it has no months and no days")
	}
}

func (c *checker) form(f wire.Form) {
	c.at("form", func() {
		c.id(f.ID, map[string]bool{})
		c.titled(f.Title)
		if len(f.Fields) == 0 || len(f.Fields) > wire.MaxFields {
			c.wrong("it has %d fields; it must have 1 to %d", len(f.Fields), wire.MaxFields)
		}
	})
	c.fields(f.Fields)
	for i, d := range f.Deadlines {
		c.at("form", func() { c.at(label("deadline", d.Title, i), func() { c.deadline(d, f) }) })
	}
}

var kinds = []wire.FieldKind{wire.FieldText, wire.FieldLong, wire.FieldName, wire.FieldDate, wire.FieldNumber, wire.FieldChoice, wire.FieldMany, wire.FieldYesNo, wire.FieldTable}

func (c *checker) fields(fields []wire.Field) {
	seen := map[string]bool{}
	for i, f := range fields {
		c.at(label("field", f.ID, i), func() {
			c.id(f.ID, seen)
			c.question(f.Label, f.Kind, f.Choices)
			c.columns(f)
		})
	}
}

// question checks what fields and columns have both.
func (c *checker) question(label string, kind wire.FieldKind, choices []string) {
	if strings.TrimSpace(label) == "" {
		c.wrong("it has no label")
	}
	if !slices.Contains(kinds, kind) {
		c.wrong("%q is no kind of field", kind)
	}
	chosen := kind == wire.FieldChoice || kind == wire.FieldMany
	if chosen && len(choices) == 0 {
		c.wrong("it has nothing to choose from")
	}
	if !chosen && len(choices) > 0 {
		c.wrong("it has choices, which a field of kind %s does not show", kind)
	}
	for i, choice := range choices {
		if strings.TrimSpace(choice) == "" || slices.Contains(choices[:i], choice) {
			c.wrong("choice %d is empty or stands twice", i+1)
		}
	}
}

func (c *checker) columns(f wire.Field) {
	table := f.Kind == wire.FieldTable
	if table && (len(f.Columns) == 0 || len(f.Columns) > wire.MaxFields) {
		c.wrong("it has %d columns; it must have 1 to %d", len(f.Columns), wire.MaxFields)
	}
	if !table && len(f.Columns) > 0 {
		c.wrong("it has columns and is no table")
	}
	seen := map[string]bool{}
	for i, col := range f.Columns {
		c.at(label("column", col.ID, i), func() {
			c.id(col.ID, seen)
			c.question(col.Label, col.Kind, col.Choices)
			if col.Kind == wire.FieldTable {
				c.wrong("a table cannot stand in a table")
			}
		})
	}
}
