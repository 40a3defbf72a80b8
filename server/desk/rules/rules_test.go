package rules_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"arcline/server/desk/hours"
	"arcline/server/desk/rules"
	"arcline/server/wire"
)

func shipped(t *testing.T) (*rules.Line, *rules.Line) {
	t.Helper()
	set, err := rules.Parse(rules.Example())
	if err != nil {
		t.Fatal(err)
	}
	arc, ok := set.Desk("arc")
	broker, okBroker := set.Desk("broker")
	if _, other := set.Desk("nobody"); !ok || !okBroker || other || len(set.Lines()) != 2 {
		t.Fatal("the example has not the two lines and no other")
	}
	return arc, broker
}

func TestExample(t *testing.T) {
	arc, broker := shipped(t)
	for _, l := range []*rules.Line{arc, broker} {
		for day, want := range map[string]time.Duration{
			"2026-06-02": 8*time.Hour + 30*time.Minute, "2026-06-06": 0, "2026-11-24": 10 * time.Hour, "2026-11-28": 5 * time.Hour, "2026-11-26": 0,
		} {
			from, err := time.ParseInLocation(time.DateOnly, day, l.Hours.Zone())
			if err != nil {
				t.Fatal(err)
			}
			if got := l.Hours.Between(from, from.AddDate(0, 0, 1)); got != want {
				t.Errorf("%s is open for %v on %s, want %v", l.Desk.Line, got, day, want)
			}
		}
		for _, h := range l.Desk.Hours.Holidays {
			if d, err := time.Parse(time.DateOnly, h.Day); err != nil || d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
				t.Errorf("%s is on a %v, when the line is closed or was never meant", h.Name, d.Weekday())
			}
		}
		life, _ := l.Topic("life-event")
		if got := len(life.ByPhone); got != 7 || !life.Countdown {
			t.Errorf("%d kinds of change go by phone on %s, want 7", got, l.Desk.Line)
		}
		if manual, _ := l.Topic("manual-enrollment"); !manual.Phone {
			t.Errorf("manual enrollment is not by phone on %s", l.Desk.Line)
		}
		for _, id := range []string{"certification", "portal-trouble"} {
			if topic, ok := l.Topic(id); !ok || topic.Identifiers != 0 || topic.Consumers != 0 {
				t.Errorf("%s on %s has consumers", id, l.Desk.Line)
			}
		}
		if l.AtRisk != 2*time.Hour || l.CallBack.Pause != 15*time.Minute || l.Assign.Relax != 4*time.Hour || l.Season.Format(time.DateOnly) != "2027-11-01" {
			t.Errorf("%s reads as %v, %v, %v, %v", l.Desk.Line, l.AtRisk, l.CallBack, l.Assign, l.Season)
		}
	}
	if a, b := arc.Promises("other").First, broker.Promises("other").First; a.Days != 1 || b.Days != 2 {
		t.Errorf("the lines promise %v and %v", a, b)
	}
	for l, want := range map[*rules.Line]int{arc: 2, broker: 3} {
		if topic, ok := l.Topic("status"); !ok || topic.Identifiers != want || topic.Consumers != 20 {
			t.Errorf("status on %s needs %d identifiers, of %d consumers", l.Desk.Line, topic.Identifiers, topic.Consumers)
		}
	}
	if topic, ok := broker.Topic("agent-of-record"); !ok || topic.Form.Deadlines[0].Months != 6 || topic.Form.Deadlines[1].Days != 60 {
		t.Error("agent of record has not its deadlines")
	}
	if _, ok := arc.Topic("agent-of-record"); ok {
		t.Error("agent of record is the broker line's")
	}
}

// A topic's own promise stands in place of the line's, the whole of it.
func TestPromises(t *testing.T) {
	set, err := rules.Parse(changed(t, func(d *wire.DeskFile) {
		d.Desks[0].Topics[0].Promise = &wire.Promise{First: "4h"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	arc, _ := set.Desk("arc")
	if got := arc.Promises("status"); got != (rules.Promises{First: hours.Promise{Time: 4 * time.Hour}}) {
		t.Errorf("the topic promises %v", got)
	}
	day := hours.Promise{Days: 1}
	for _, id := range []string{"other", "gone-from-the-file", ""} {
		if got := arc.Promises(id); got != (rules.Promises{First: day, Next: day, Close: hours.Promise{Days: 5}}) {
			t.Errorf("%q promises %v", id, got)
		}
	}
}

// changed is the example with something else in it.
func changed(t *testing.T, change func(*wire.DeskFile)) []byte {
	t.Helper()
	var f wire.DeskFile
	if err := json.Unmarshal(rules.Example(), &f); err != nil {
		t.Fatal(err)
	}
	change(&f)
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func field(d *wire.DeskFile, topic string, i int) *wire.Field {
	for n := range d.Desks[1].Topics {
		if t := &d.Desks[1].Topics[n]; t.ID == topic {
			return &t.Form.Fields[i]
		}
	}
	return nil
}

// refusals are changes that break one rule each, by what is said to them.
var refusals = map[string]func(*wire.DeskFile){
	`it has no desks`:                                                 func(d *wire.DeskFile) { d.Desks = []wire.Desk{} },
	`desk arc: this line has a desk already`:                          func(d *wire.DeskFile) { d.Desks[1].Line = "arc" },
	`desk A R C: "A R C" is no id`:                                    func(d *wire.DeskFile) { d.Desks[0].Line = "A R C" },
	`desk arc, hours: the hours are not right: zone`:                  func(d *wire.DeskFile) { d.Desks[0].Hours.Zone = "Nowhere" },
	`desk broker, promise: first: "soon"`:                             func(d *wire.DeskFile) { d.Desks[1].Promise.First = "soon" },
	`desk broker: at_risk is 2d; it must be in hours`:                 func(d *wire.DeskFile) { d.Desks[1].AtRisk = "2d" },
	`desk broker: season is "fall"`:                                   func(d *wire.DeskFile) { d.Desks[1].Season = "fall" },
	`desk broker, call back: attempts is 0; it must be 1 to 3`:        func(d *wire.DeskFile) { d.Desks[1].CallBack.Attempts = 0 },
	`desk broker, call back: attempts is 4; it must be 1 to 3`:        func(d *wire.DeskFile) { d.Desks[1].CallBack.Attempts = 4 },
	`desk broker, call back: per_slot is 0`:                           func(d *wire.DeskFile) { d.Desks[1].CallBack.PerSlot = 0 },
	`desk broker, assign: capacity is -1`:                             func(d *wire.DeskFile) { d.Desks[1].Assign.Capacity = -1 },
	`desk broker, assign: thread is 0; it must be 1`:                  func(d *wire.DeskFile) { d.Desks[1].Assign.Auto, d.Desks[1].Assign.Thread = true, 0 },
	`desk broker: it has 0 topics`:                                    func(d *wire.DeskFile) { d.Desks[1].Topics = []wire.Topic{} },
	`desk arc, topic status: the id stands twice`:                     func(d *wire.DeskFile) { d.Desks[0].Topics[1].ID = "status" },
	`desk arc, topic status: it has no title`:                         func(d *wire.DeskFile) { d.Desks[0].Topics[0].Title = " " },
	`desk arc, topic status: "auditor" is nobody who opens`:           func(d *wire.DeskFile) { d.Desks[0].Topics[0].Roles = []wire.Role{wire.RoleAuditor} },
	`desk arc, topic status: identifiers is 6; it must be 0 to 5`:     func(d *wire.DeskFile) { d.Desks[0].Topics[0].Identifiers = 6 },
	`desk arc, topic status: consumers is 21; it must be 0 to 20`:     func(d *wire.DeskFile) { d.Desks[0].Topics[0].Consumers = 21 },
	`desk arc, topic status, promise: next: "1w"`:                     func(d *wire.DeskFile) { d.Desks[0].Topics[0].Promise = &wire.Promise{Next: "1w"} },
	`desk arc, topic status: it is not for this line (elsewhere), so`: func(d *wire.DeskFile) { d.Desks[0].Topics[0].Elsewhere = "Ask DHS." },
	`desk arc, topic life-event, by phone death: "Died" is not`:       func(d *wire.DeskFile) { d.Desks[0].Topics[1].ByPhone[2].Words = []string{"Died"} },
	`desk arc, topic life-event, by phone death: the id stands`:       func(d *wire.DeskFile) { d.Desks[0].Topics[1].ByPhone[1].ID = "death" },
	`topic agent-of-record, form, deadline Late: field is "npn"; it must`: func(d *wire.DeskFile) {
		d.Desks[1].Topics[0].Form.Deadlines[0] = wire.Deadline{Title: "Late", Field: "npn", Days: 1}
	},
	`topic agent-of-record, form, deadline Late: field is "from"; it must`: func(d *wire.DeskFile) {
		d.Desks[1].Topics[0].Form.Deadlines[0] = wire.Deadline{Title: "Late", Field: "from", Days: 1}
	},
	`deadline Late: it has no months and no days`: func(d *wire.DeskFile) {
		d.Desks[1].Topics[0].Form.Deadlines[0] = wire.Deadline{Title: "Late", Field: "report"}
	},
	`desk broker, topic status, field about: it has nothing to`:      func(d *wire.DeskFile) { field(d, "status", 0).Choices = nil },
	`desk broker, topic status, field about: choice 2 is empty or`:   func(d *wire.DeskFile) { field(d, "status", 0).Choices[1] = "Application" },
	`desk broker, topic agent-of-record, field npn: it has choices`:  func(d *wire.DeskFile) { field(d, "agent-of-record", 0).Choices = []string{"a"} },
	`desk broker, topic agent-of-record, field npn: "digits" is no`:  func(d *wire.DeskFile) { field(d, "agent-of-record", 0).Kind = "digits" },
	`desk broker, topic agent-of-record, field npn: it has no label`: func(d *wire.DeskFile) { field(d, "agent-of-record", 0).Label = "" },
	`field npn: it has columns and is no table`: func(d *wire.DeskFile) {
		f := field(d, "agent-of-record", 0)
		f.Columns = field(d, "agent-of-record", 4).Columns[:1]
	},
	`field rows: it has 0 columns`: func(d *wire.DeskFile) { field(d, "agent-of-record", 4).Columns = nil },
	`field rows, column name: a table cannot stand in a table`: func(d *wire.DeskFile) {
		f := field(d, "agent-of-record", 4)
		f.Columns[0] = wire.Column{ID: "name", Label: "Name", Kind: wire.FieldTable}
	},
	`topic agent-of-record, form: it has 0 fields`: func(d *wire.DeskFile) {
		d.Desks[1].Topics[0].Form.Fields, d.Desks[1].Topics[0].Form.Deadlines = []wire.Field{}, nil
	},
	`desk arc: it has 41 topics`: func(d *wire.DeskFile) {
		d.Desks[0].Topics = nil
		for i := range wire.MaxTopics + 1 {
			d.Desks[0].Topics = append(d.Desks[0].Topics, wire.Topic{ID: fmt.Sprint("topic-", i), Title: "A topic"})
		}
	},
}

// Each change is told with its place, alone.
func TestParseRefuses(t *testing.T) {
	for want, change := range refusals {
		t.Run(want, func(t *testing.T) {
			_, err := rules.Parse(changed(t, change))
			var wrong rules.Problems
			if !errors.As(err, &wrong) || len(wrong) != 1 || !strings.Contains(wrong[0].String(), want) {
				t.Errorf("%v does not say %q alone", err, want)
			}
		})
	}
	if _, err := rules.Parse(changed(t, func(*wire.DeskFile) {})); err != nil {
		t.Errorf("the control, with nothing changed: %v", err)
	}
}

func TestParseShape(t *testing.T) {
	from := string(rules.Example())
	for _, c := range []struct{ old, fresh, want string }{
		{`"at_risk": "2h"`, `"at_Risk": "2h"`, `desk arc: there is no name "at_Risk" here`},
		{`"at_risk": "2h"`, `"at_risk": "2h", "at_risk": "3h"`, `desk arc: the name "at_risk" stands twice`},
		{`"at_risk": "2h"`, `"at_risk": 2`, `desk arc, at risk: here must be a text`},
		{`"identifiers": 2`, `"identifiers": 2.5`, `desk arc, topic status, identifiers: here must be a whole number`},
		{`"consent": true`, `"consent": "yes"`, `desk arc, topic status, consent: here must be true or false`},
		{`{"id": "first", "label"`, `{"id": "first", "lable"`, `desk arc, topic account-creation, form, field first: there is no name "lable"`},
		{`"week": [`, `"week": null, "other": [`, `desk arc, hours, week: here must be a list`},
		{`{ "desks"`, `[] { "desks"`, `it is no JSON`},
	} {
		bad := strings.Replace(strings.Replace(from, "{\n  \"desks\"", `{ "desks"`, 1), c.old, c.fresh, 1)
		_, err := rules.Parse([]byte(bad))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v does not say %q", err, c.want)
		}
	}
	for _, bad := range []string{"", "null", "[]", `{"desks":{}}`, `{"desks":[`, `{"desks":[]} x`, `{"desks":[null]}`, strings.Repeat("[", 1<<19), strings.Repeat(" ", rules.MaxFile+1)} {
		if _, err := rules.Parse([]byte(bad)); err == nil {
			t.Errorf("%.20q was read", bad)
		}
	}
}

// All that is wrong is told at once, both kinds for themselves.
func TestParseTellsAll(t *testing.T) {
	_, err := rules.Parse(bytes.ReplaceAll(rules.Example(), []byte(`"pause"`), []byte(`"pauze"`)))
	var wrong rules.Problems
	if !errors.As(err, &wrong) || len(wrong) != 2 || wrong[0].Where != "desk arc, call back" || wrong[1].Where != "desk broker, call back" {
		t.Errorf("two misspelled names are told as %v", err)
	}
	_, err = rules.Parse(changed(t, func(d *wire.DeskFile) {
		d.Desks[0].AtRisk, d.Desks[1].Season, d.Desks[0].Topics[3].Title = "x", "y", ""
	}))
	if !errors.As(err, &wrong) || len(wrong) != 3 {
		t.Errorf("three mistakes are told as %v", err)
	}
}

// The cases are a file, so that a client in another language is held to the same.
func TestPhones(t *testing.T) {
	raw, err := os.ReadFile("testdata/phones.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Text  string
		Kinds []string
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	arc, _ := shipped(t)
	topic, _ := arc.Topic("life-event")
	for _, c := range cases {
		got := []string{}
		for _, k := range rules.Phones(topic, c.Text) {
			got = append(got, k.ID)
		}
		if !slices.Equal(got, c.Kinds) {
			t.Errorf("%q means %v, want %v", c.Text, got, c.Kinds)
		}
	}
	if got := rules.Phones(wire.Topic{}, "she died"); len(got) != 0 {
		t.Errorf("a topic without kinds means %v", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(rules.Example())
	f.Add([]byte(`{"desks":[{"line":"arc","topics":[{"form":null}]}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		if set, err := rules.Parse(file); (set == nil) == (err == nil) {
			t.Fatalf("%v and %v", set, err)
		}
	})
}
