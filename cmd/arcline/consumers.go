package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/server/wire"
)

// The verbs about whom a thread is about, what was answered, and calls.

func consumerVerbs() []verb {
	return []verb{
		{"consumers", "desk", "THREAD", "whom a thread is about and what was answered; nothing that identifies anybody", runConsumers},
		{"card", "desk", "THREAD LABEL", "open a consumer's card with your six digits; both sides see that you did", runCard},
		{"answer", "desk", "THREAD LABEL " + strings.Join(client.AnswerStates, "|") + " [--status TEXT] [--notice TEXT,...] [--missing TEXT,...] [--disclosed KIND,...] [FILE]",
			"staff: answer about one consumer; with --status it gives the assister a case card to keep", runAnswer},
		{"rescind", "desk", "THREAD LABEL --on DAY [--why TEXT]", "record that a consumer took an authorization back", runRescind},
		{"call", "desk", "THREAD ask|accept|snooze|cancel|begin|reached|missed|codes|number [--number FILE] [--until TIME]", "a call-back, in the thread's own place in line", runCall},
		{"spoke", "desk", "THREAD --verified KIND,... --warnings TEXT,...", "staff: record that the consumer was on the line", runSpoke},
	}
}

// rulesOf are the flags of open that a topic's rules ask for.
type rulesOf struct {
	topic, consumers, form, urgent, number, slot string
	call                                         bool
}

func (r *rulesOf) flags(fs *flag.FlagSet) {
	fs.StringVar(&r.topic, "topic", "", "a topic of the line; `arcline desk` lists them")
	fs.StringVar(&r.consumers, "consumers", "", "CSV file of the people it is about: label, case, name, birth, address, email, ssn4, scope, purpose, given, until, rescind")
	fs.StringVar(&r.form, "form", "", "JSON file with the answers to the topic's form, by field")
	fs.StringVar(&r.urgent, "urgent", "", "why it goes first: "+strings.Join(wire.UrgentReasons, ", "))
	fs.BoolVar(&r.call, "call", false, "ask for a call-back to the number on file")
	fs.StringVar(&r.number, "number", "", "file with another number to call back; it is sealed")
	fs.StringVar(&r.slot, "slot", "", "when to call: 15:04 or \"2026-11-30 15:04\"; else in its turn")
}

// apply fills an opening and its message by the topic's rules, and says what they
// still ask for. Nothing is sent.
func (r *rulesOf) apply(ctx context.Context, c *client.Client, o *client.Opening, m *client.Content) error {
	if r.topic == "" && r.consumers == "" && r.form == "" && !r.call && r.number == "" && r.urgent == "" {
		return nil
	}
	t := wire.Topic{}
	if r.topic != "" {
		var err error
		if t, err = c.Topic(ctx, o.Line, r.topic); err != nil {
			return err
		}
	}
	if t.Elsewhere != "" {
		return fmt.Errorf("%w: %s", errUsage, t.Elsewhere)
	}
	o.Thread, m.Topic = wire.ID(uuid.New()), r.topic
	o.Told = &wire.Told{Topic: r.topic, Urgent: r.urgent}
	o.Sensitive = o.Sensitive || t.Sensitive
	if err := r.people(o, m); err != nil {
		return err
	}
	if err := client.CheckConsumers(t, m.Consumers); err != nil {
		return err
	}
	if err := r.fill(t, m); err != nil {
		return err
	}
	return r.calls(t, o, m)
}

func (r *rulesOf) people(o *client.Opening, m *client.Content) error {
	if r.consumers == "" {
		return nil
	}
	f, err := os.Open(r.consumers)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		return fmt.Errorf("%w: %s: a first line with the names of the columns, then one line for each person: %w", errUsage, r.consumers, err)
	}
	for _, row := range rows[1:] {
		cell := func(name string) string {
			if i := slices.Index(rows[0], name); i >= 0 {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		card := client.Card{Name: cell("name"), Birth: cell("birth"), Address: cell("address"), Email: cell("email"), SSN4: cell("ssn4")}
		info, sealed, err := client.SealCard(o.Thread, card)
		if err != nil {
			return err
		}
		p := client.Consumer{Label: cell("label"), Case: cell("case"), Kinds: card.Kinds(), Card: info}
		if cell("scope") != "" {
			p.Consent = &client.Consent{Scope: cell("scope"), Purpose: cell("purpose"), Given: cell("given"), Until: cell("until"), Rescind: cell("rescind")}
		}
		m.Consumers, o.Cards = append(m.Consumers, p), append(o.Cards, sealed)
	}
	o.Told.Consumers = len(m.Consumers)
	return nil
}

func (r *rulesOf) fill(t wire.Topic, m *client.Content) error {
	if t.Form == nil {
		if r.form != "" {
			return fmt.Errorf("%w: this topic has no form", errUsage)
		}
		return nil
	}
	m.Form = &client.Filled{Form: *t.Form}
	if r.form == "" {
		return client.CheckForm(*m.Form)
	}
	b, err := os.ReadFile(r.form)
	if err != nil {
		return err
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(b, &values); err != nil {
		return fmt.Errorf("%w: %s: %w", errUsage, r.form, err)
	}
	for _, q := range t.Form.Fields {
		raw, there := values[q.ID]
		if !there {
			continue
		}
		delete(values, q.ID)
		v := client.Value{Field: q.ID}
		var into any = &v.Text
		switch q.Kind {
		case wire.FieldMany:
			into = &v.Many
		case wire.FieldTable:
			into = &v.Rows
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return fmt.Errorf("%w: %s, %s: %w", errUsage, r.form, q.ID, err)
		}
		m.Form.Values = append(m.Form.Values, v)
	}
	for name := range values {
		return fmt.Errorf("%w: the form has no field %q", errUsage, name)
	}
	return client.CheckForm(*m.Form)
}

func (r *rulesOf) calls(t wire.Topic, o *client.Opening, m *client.Content) error {
	if !r.call && r.number == "" {
		if t.Phone {
			return fmt.Errorf("%w: this topic is settled by phone: ask for a call with --call or --number FILE", errUsage)
		}
		return nil
	}
	slot, err := moment(r.slot)
	if err != nil {
		return err
	}
	call := client.NewCall()
	ask := wire.CallAsk{Number: "file", Slot: slot}
	if r.number != "" {
		b, err := os.ReadFile(r.number)
		if err != nil {
			return err
		}
		info, sealed, err := client.SealCard(o.Thread, client.Card{Phone: strings.TrimSpace(string(b))})
		if err != nil {
			return err
		}
		call.Number, ask.Number, ask.Card, o.Cards = &info, "sealed", &info.ID, append(o.Cards, sealed)
	}
	m.Call, o.Told.CallBack = &call, &ask
	return nil
}

func runConsumers(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	t, err := c.Sync(ctx, id)
	if err != nil {
		return err
	}
	people, answers := client.Consumers(t)
	type row struct {
		client.Consumer
		Answer client.Answer `json:"answer"`
	}
	var rows []row
	for _, p := range people {
		rows = append(rows, row{p, answers[p.Card.ID]})
	}
	return e.print(rows, func(w io.Writer) {
		done := 0
		for _, r := range rows {
			state := r.Answer.State
			if state == "" {
				state = "waits"
			} else if state == client.AnswerStates[0] {
				done++
			}
			fmt.Fprintf(w, "%-16s case %-12s %-12s %s  [closed: %s]\n", r.Label, r.Case, state, r.Answer.Text, strings.Join(r.Kinds, ", "))
		}
		fmt.Fprintf(w, "%d of %d answered. `arcline card %s LABEL` opens what identifies one.\n", done, len(rows), id.String()[:12])
	})
}

// consumer finds somebody whom a thread is about by their label.
func consumer(ctx context.Context, c *client.Client, id wire.ID, label string) (client.Consumer, error) {
	t, err := c.Sync(ctx, id)
	if err != nil {
		return client.Consumer{}, err
	}
	people, _ := client.Consumers(t)
	i := slices.IndexFunc(people, func(p client.Consumer) bool { return p.Label == label })
	if i < 0 {
		return client.Consumer{}, fmt.Errorf("%w: nobody is called %q in this thread; `arcline consumers` lists them", errUsage, label)
	}
	return people[i], nil
}

func runCard(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, id, rest, err := withThread(ctx, e, fs, args, 2, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	p, err := consumer(ctx, c, id, rest[0])
	if err != nil {
		return err
	}
	card, err := c.OpenCard(ctx, e.factor(*codeFile), id, p.Card)
	if err != nil {
		return err
	}
	return e.print(card, func(w io.Writer) {
		for _, l := range [][2]string{{"name", card.Name}, {"birth date", card.Birth}, {"address", card.Address}, {"e-mail", card.Email}, {"last four of SSN", card.SSN4}} {
			if l[1] != "" {
				fmt.Fprintf(w, "%-18s %s\n", l[0], l[1])
			}
		}
		fmt.Fprintln(w, "Both sides see that you opened this.")
	})
}

// words splits a list that was given as a flag.
func words(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func runAnswer(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	status, asOf := fs.String("status", "", "where the consumer stands: makes a case card"), fs.String("as-of", "", "day of the case card; else today")
	notices, missing := fs.String("notice", "", "notices sent, comma separated"), fs.String("missing", "", "what is missing, comma separated")
	disclosed := fs.String("disclosed", "", "kinds of private data in it: "+strings.Join(wire.Disclosures, ", "))
	c, id, rest, err := withThread(ctx, e, fs, args, 3, 4)
	if err != nil {
		return err
	}
	defer c.Close()
	if !slices.Contains(client.AnswerStates, rest[1]) {
		return fmt.Errorf("%w: one of %s", errUsage, strings.Join(client.AnswerStates, ", "))
	}
	p, err := consumer(ctx, c, id, rest[0])
	if err != nil {
		return err
	}
	text, err := e.text(strings.Join(rest[2:], ""))
	if err != nil {
		return err
	}
	m := client.Content{Type: "text", Answers: []client.Answer{{Card: p.Card.ID, State: rest[1], Text: text}}, Disclosed: words(*disclosed)}
	if *status != "" {
		m.Cases = []client.CaseCard{{Card: p.Card.ID, Case: p.Case, Status: *status, Notices: words(*notices), Missing: words(*missing), AsOf: day(*asOf)}}
	}
	r, err := c.Send(ctx, id, m)
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) { fmt.Fprintf(w, "Sent and stored as %d.\n", r.Index) })
}

func runRescind(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	on, why := fs.String("on", "", "the day; else today"), fs.String("why", "", "why, if it was said")
	return toldDesk(ctx, e, fs, args, 1, "Recorded. Both sides see that the authorization has ended.", func(c *client.Client, id wire.ID, rest []string) error {
		p, err := consumer(ctx, c, id, rest[0])
		if err != nil {
			return err
		}
		_, err = c.Send(ctx, id, client.Content{Type: "text", Rescinded: []client.Rescind{{Card: p.Card.ID, On: day(*on), Why: *why}}})
		return err
	})
}

func runCall(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	number, until := fs.String("number", "", "ask: file with another number than the one on file"), fs.String("until", "", "ask, snooze: not before; 15:04 or \"2026-11-30 15:04\"")
	codeFile := codeFlag(fs)
	c, id, rest, err := withThread(ctx, e, fs, args, 2, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	at, err := moment(*until)
	if err != nil {
		return err
	}
	var out string
	switch rest[0] {
	case "ask":
		other := ""
		if *number != "" {
			b, err := os.ReadFile(*number)
			if err != nil {
				return err
			}
			other = strings.TrimSpace(string(b))
		}
		err, out = c.AskCall(ctx, e.factor(*codeFile), id, other, at), "Asked. It keeps the thread's place in line."
	case "codes":
		out, err = callCodes(ctx, c, id)
	case "number":
		out, err = c.CallNumber(ctx, e.factor(*codeFile), id)
	default:
		err, out = c.MoveCall(ctx, id, rest[0], at), "Noted. Both sides see it."
	}
	if err != nil {
		return err
	}
	return e.print(map[string]string{"call": out}, func(w io.Writer) { fmt.Fprintln(w, out) })
}

func callCodes(ctx context.Context, c *client.Client, id wire.ID) (string, error) {
	codes, asker, err := c.CallCodes(ctx, id)
	if err != nil {
		return "", err
	}
	mine, theirs := codes.Specialist, codes.Assister
	if asker {
		mine, theirs = theirs, mine
	}
	return fmt.Sprintf("You read out %s. They must answer %s. If they do not, hang up. The codes are good for this call alone.", mine, theirs), nil
}

func runSpoke(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	verified, warnings := fs.String("verified", "", "details checked: "+strings.Join(client.CardKinds, ", ")), fs.String("warnings", "", "warnings read out")
	return toldDesk(ctx, e, fs, args, 0, "Recorded: the consumer was on the line.", func(c *client.Client, id wire.ID, _ []string) error {
		return c.Spoke(ctx, id, client.Spoke{Verified: words(*verified), Warnings: words(*warnings)})
	})
}

// printForm prints the answers, and the clocks that begin with one of them.
func printForm(line func(format string, args ...any), f client.Filled) {
	for _, d := range f.Form.Deadlines {
		i := slices.IndexFunc(f.Values, func(v client.Value) bool { return v.Field == d.Field })
		if i < 0 {
			continue
		}
		if last, ok := d.On(f.Values[i].Text); ok {
			line("%s: until %s", d.Title, last)
		}
	}
	for _, v := range f.Values {
		i := slices.IndexFunc(f.Form.Fields, func(q wire.Field) bool { return q.ID == v.Field })
		if i < 0 {
			continue
		}
		line("%s: %s%s", f.Form.Fields[i].Label, v.Text, strings.Join(v.Many, ", "))
		for _, row := range v.Rows {
			line("  %s", strings.Join(row, " | "))
		}
	}
}

// printParts prints what a message holds besides words and files.
func printParts(w io.Writer, m client.Content) {
	line := func(format string, args ...any) { fmt.Fprintf(w, "     "+format+"\n", args...) }
	if m.Topic != "" {
		line("topic: %s", m.Topic)
	}
	if m.Form != nil {
		printForm(line, *m.Form)
	}
	for _, p := range m.Consumers {
		line("about %s, case %q, closed card with %s", p.Label, p.Case, strings.Join(p.Kinds, ", "))
	}
	for _, a := range m.Answers {
		line("answer: %s %s", a.State, a.Text)
	}
	for _, k := range m.Cases {
		line("case card as of %s: %s; notices: %s; missing: %s", k.AsOf, k.Status, strings.Join(k.Notices, ", "), strings.Join(k.Missing, ", "))
	}
	for _, x := range m.Rescinded {
		line("an authorization was taken back on %s %s", x.On, x.Why)
	}
	if m.Call != nil {
		line("asks to be called back")
	}
	if m.Spoke != nil {
		line("the consumer was on the line: %s checked; read out: %s", strings.Join(m.Spoke.Verified, ", "), strings.Join(m.Spoke.Warnings, ", "))
	}
	if len(m.Disclosed) > 0 {
		line("gives out private data: %s", strings.Join(m.Disclosed, ", "))
	}
}

// day is a day as it was given, or today.
func day(text string) string {
	if text == "" {
		return time.Now().Format(time.DateOnly)
	}
	return text
}
