// Package rules reads the agency's desk file: how each line answers, with its
// hours, promises, topics, forms, and how it calls back and hands out work.
//
// The file is the agency's, so the reader is strict and says everything that is
// wrong at once, with the place in words. A file with one problem is refused
// whole: half a desk would break promises that nobody made.
//
// What is read is compiled. A Line has its promises as lengths of time and its
// hours as a calendar, so nothing after this room parses text.
//
// The example is the file of a new service. Its topics follow what MNsure's two
// lines publish. Its hours do not: MNsure's are not in public sources, so weekdays
// from 8:00 to 16:30, the longer days of open enrollment, and the state's holidays
// of 2026 and 2027 are examples that an agency puts its own in place of.
package rules

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"arcline/server/desk/hours"
	"arcline/server/wire"
)

// MaxFile is the largest desk file, in bytes.
const MaxFile = 1 << 20

//go:embed example.json
var example []byte

// Example is a desk file that is right: the two lines as they are shipped.
func Example() []byte { return slices.Clone(example) }

// Problem is one thing wrong with a desk file.
type Problem struct {
	Where string // desk arc, topic aor, field npn; empty: the file
	Text  string
}

func (p Problem) String() string {
	if p.Where == "" {
		return p.Text
	}
	return p.Where + ": " + p.Text
}

// Problems is everything wrong with a desk file, in the file's order as far as the
// checks go. It is the error that Parse returns.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return "the desk file is not right:\n" + strings.Join(lines, "\n")
}

// Set is a desk file that was read. It does not change and may be shared.
type Set struct{ lines []*Line }

// Line is how one line answers, compiled.
type Line struct {
	Desk     wire.Desk       // as the file says it
	Hours    *hours.Calendar // when it works
	AtRisk   time.Duration   // a clock is at risk when less open time than this is left; 0: never
	Season   time.Time       // when the first day of open enrollment begins, in the line's zone; zero: no countdown
	CallBack CallBack
	Assign   Assign
	promises map[string]Promises // by topic; the line's own under ""
}

// Promises are how soon a thread is answered and ended. Each may be none.
type Promises struct {
	First, Next, Close hours.Promise
}

// CallBack has the lengths of time of a line's call-back rules.
type CallBack struct {
	Above time.Duration // open time; offered when the expected wait is above it, 0: always
	Pause time.Duration // by the clock, before another attempt
	Slot  time.Duration // by the clock, length of a slot; 0: no slots
}

// Assign has the lengths of time of a line's rules for handing out work.
type Assign struct {
	Offer time.Duration // by the clock; a suggestion stands for so long, 0: until somebody takes it
	Relax time.Duration // open time; after this wait a skill is not asked for, 0: it always is
}

// Parse reads a desk file. The error is Problems, whatever is wrong.
func Parse(file []byte) (*Set, error) {
	if len(file) > MaxFile {
		return nil, Problems{{"", fmt.Sprintf("it is larger than %d bytes", MaxFile)}}
	}
	root, err := parseTree(file)
	if err != nil {
		return nil, Problems{{"", fmt.Sprintf("it is no JSON: %v", err)}}
	}
	if wrong := shape(root); len(wrong) > 0 {
		return nil, wrong // what stands in the wrong place cannot be checked further
	}
	var f wire.DeskFile
	if err := json.Unmarshal(file, &f); err != nil {
		return nil, Problems{{"", fmt.Sprintf("it cannot be read: %v", err)}}
	}
	c := checker{}
	set := &Set{}
	if len(f.Desks) == 0 {
		c.wrong("it has no desks")
	}
	for i, d := range f.Desks {
		c.at(label("desk", d.Line, i), func() {
			if slices.ContainsFunc(set.lines, func(l *Line) bool { return l.Desk.Line == d.Line }) {
				c.wrong("this line has a desk already")
			}
			set.lines = append(set.lines, c.desk(d))
		})
	}
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return set, nil
}

// Desk is the desk of the line with this short name.
func (s *Set) Desk(slug string) (*Line, bool) {
	for _, l := range s.lines {
		if l.Desk.Line == slug {
			return l, true
		}
	}
	return nil, false
}

// Lines are all desks in the order of the file.
func (s *Set) Lines() []*Line { return slices.Clone(s.lines) }

// Topic is the topic with this id.
func (l *Line) Topic(id string) (wire.Topic, bool) {
	for _, t := range l.Desk.Topics {
		if t.ID == id {
			return t, true
		}
	}
	return wire.Topic{}, false
}

// Promises are what the line promises about a topic: the topic's own in place of
// the line's, all three of them, else the line's. A topic that the file does not
// know any more has the line's.
func (l *Line) Promises(topic string) Promises {
	if p, ok := l.promises[topic]; ok {
		return p
	}
	return l.promises[""]
}
