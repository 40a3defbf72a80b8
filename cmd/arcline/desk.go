package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"arcline/client"
	"arcline/server/desk/rules"
	"arcline/server/wire"
)

// The verbs of a line's desk: what threads are as work. Those about consumers,
// forms and calls are in consumers.go and calls.go.

func deskVerbs() []verb {
	return []verb{
		{"desk", "desk", "[LINE | example | check FILE]", "how a line answers: hours, promises, topics, and how long it takes now; or print the example of the agency's desk file, or check one", runDesk},
		{"work", "desk", "THREAD", "what has happened to a thread as work: taken, waited, called, and by whom", runWork},
		{"wait", "desk", "THREAD assister|office|until|none [--until TIME]", "say what a thread that you have waits for; a message ends it", runWait},
		{"urgent", "desk", "THREAD REASON|none", "ask that a thread goes first (" + strings.Join(wire.UrgentReasons, ", ") + "), or take that back; a lead looks at it", runUrgent},
		{"review", "desk", "THREAD agree|refuse", "lead: say whether an urgent thread goes first", runReview},
		{"suggest", "desk", "THREAD ACCOUNT|none", "lead: suggest a waiting thread to somebody; anybody may still take it", runSuggest},
		{"tie", "desk", "THREAD OTHER link|merge|none", "tie two threads together: link; merge (the first goes on in the other, its clock stops); none undoes it", runTie},
		{"shift", "desk", "[available|away|off] [--until TIME]", "say whether you are at work; what you have stays yours", runShift},
		{"staff", "desk", "LINE", "who works on a line, what they have, whether they are at work", runStaff},
		{"skills", "desk", "LINE ACCOUNT [SKILL,SKILL...]", "lead: say what somebody is good at", runSkills},
		{"replies", "desk", "LINE [--save FILE | --change ID FILE | --remove ID]", "the line's saved replies; only its people can read them", runReplies},
		{"board", "desk", "LINE", "lead: the line now and today", runBoard},
		{"report", "desk", "LINE --from DAY --to DAY [--every 60] [--rows]", "lead: the line's numbers over some days; --rows gives one row for each thread (CSV)", runReport},
		{"plan", "desk", "--per-hour N --handle 6m [--staff N | --target 80 --within 20s] [--away 30]", "lead: how many people a line needs (Erlang C)", runPlan},
		{"bring-back", "desk", "THREAD", "lead: take a thread from somebody who cannot go on with it and give it back to the line; it keeps its place", runBringBack},
		{"holders", "desk", "LINE", "everybody who was ever handed a line's key, from the key log: nobody can be left out", runHolders},
		{"write", "desk", "--line LINE --to ACCOUNT --subject TEXT [--topic TOPIC] [--from THREAD] [FILE]", "staff: write to an assister first; --from splits it from another thread", runWrite},
	}
}

func runDesk(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	rest, err := parse(fs, args, 0, 2)
	if err != nil {
		return err
	}
	switch {
	case len(rest) == 1 && rest[0] == "example":
		_, err := e.stdout.Write(rules.Example())
		return err
	case len(rest) == 2 && rest[0] == "check":
		return checkDesk(e, rest[1])
	case len(rest) == 2:
		return fmt.Errorf("%w: a line, example, or check FILE", errUsage)
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	desks, err := c.Desks(ctx)
	if err != nil {
		return err
	}
	return e.print(desks, func(w io.Writer) {
		for _, d := range desks {
			if len(rest) == 0 || strings.HasPrefix(d.Desk.Line, strings.ToLower(rest[0])) {
				printDesk(w, d)
			}
		}
	})
}

func checkDesk(e *env, name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	set, err := rules.Parse(b)
	if err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	fmt.Fprintf(e.stdout, "This desk file is right: %d lines. Put it in force with the setting desk-file and start the service again.\n", len(set.Lines()))
	return nil
}

func printDesk(w io.Writer, d wire.DeskInfo) {
	state := "closed until "
	if d.Open {
		state = "open until "
	}
	fmt.Fprintf(w, "%s: %s%s; %d waiting%s\n", d.Desk.Line, state, when(d.Turns), d.Waiting, expected(d.Expected))
	fmt.Fprintf(w, "  promise: first answer %s, later ones %s, end %s; kept %d of %d this month\n", d.Desk.Promise.First, d.Desk.Promise.Next, d.Desk.Promise.Close, d.Kept, d.Kept+d.Broken)
	for _, t := range d.Desk.Topics {
		fmt.Fprintf(w, "  %-20s %s%s\n", t.ID, t.Title, topicRules(t))
	}
	for _, s := range d.Slots {
		fmt.Fprintf(w, "  call-back at %s: %d left\n", when(s.From), s.Left)
	}
}

func topicRules(t wire.Topic) string {
	var out []string
	switch {
	case t.Elsewhere != "":
		return "  (not here: " + t.Elsewhere + ")"
	case t.Identifiers > 0:
		out = append(out, fmt.Sprintf("%d details of each of up to %d people", t.Identifiers, max(1, t.Consumers)))
	}
	if t.Phone {
		out = append(out, "settled by phone, with the person on the line")
	}
	if t.Form != nil {
		out = append(out, "form: "+t.Form.ID)
	}
	if len(out) == 0 {
		return ""
	}
	return "  (" + strings.Join(out, "; ") + ")"
}

func expected(x *wire.Expected) string {
	if x == nil {
		return ""
	}
	return fmt.Sprintf("; somebody takes a new one between %s and %s", when(x.From), when(x.To))
}

// printWork says what the service knows of a thread as work.
func printWork(w io.Writer, x *wire.Work) {
	if x == nil {
		return
	}
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	add("about %s", x.Topic)
	if x.Consumers > 1 {
		add("%d people", x.Consumers)
	}
	if x.Place > 0 {
		add("%d in line%s", x.Place, expected(x.Expected))
	}
	if u := x.Urgent; u != nil {
		add("urgent (%s): a lead %s", u.Reason, map[string]string{"waits": "has not looked yet", "agreed": "agreed", "refused": "refused"}[u.Review])
	}
	if c := x.Clock; c != nil && c.Paused {
		add("the clock is paused: it waits for the assister")
	} else if c != nil {
		add("%s due %s", map[wire.ClockKind]string{wire.ClockFirst: "first answer", wire.ClockNext: "answer", wire.ClockClose: "end"}[c.Kind], when(c.Due))
	}
	if x.Wait != nil {
		add("waits for %s", x.Wait.For)
	}
	if c := x.CallBack; c != nil {
		add("call-back %s, attempt %d of %d", c.State, c.Attempt, c.Attempts)
	}
	for _, l := range x.Linked {
		add("%s %s", l.Kind, l.Thread.String()[:12])
	}
	fmt.Fprintf(w, "    %s\n", strings.Join(out, "; "))
}

func runWork(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	events, err := c.WorkHistory(ctx, id)
	if err != nil {
		return err
	}
	return e.print(events, func(w io.Writer) {
		for _, ev := range events {
			fmt.Fprintf(w, "%s  %-14s", when(ev.At), ev.What)
			if ev.By != nil {
				fmt.Fprintf(w, " by %s", c.NameOf(*ev.By))
			}
			if ev.Code != "" {
				fmt.Fprintf(w, " (%s)", ev.Code)
			}
			fmt.Fprintln(w)
		}
	})
}

// moment reads a time in this machine's zone: 15:04 today, or 2006-01-02 15:04.
func moment(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	now := time.Now()
	if t, err := time.ParseInLocation("15:04", text, time.Local); err == nil {
		return time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, time.Local).UnixMilli(), nil
	}
	for _, layout := range []string{"2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t.UnixMilli(), nil
		}
	}
	return 0, fmt.Errorf("%w: write a time as 15:04 or \"2026-11-30 15:04\"", errUsage)
}

// told runs a verb that tells the desk something about a thread.
func toldDesk(ctx context.Context, e *env, fs *flag.FlagSet, args []string, more int, done string, do func(c *client.Client, id wire.ID, rest []string) error) error {
	c, id, rest, err := withThread(ctx, e, fs, args, 1+more, 1+more)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := do(c, id, rest); err != nil {
		return err
	}
	return e.print(map[string]string{"done": done}, func(w io.Writer) { fmt.Fprintln(w, done) })
}

func runWait(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	until := fs.String("until", "", "a time: 15:04 or \"2026-11-30 15:04\"")
	return toldDesk(ctx, e, fs, args, 1, "Noted. A message of the other side ends it.", func(c *client.Client, id wire.ID, rest []string) error {
		at, err := moment(*until)
		if err != nil {
			return err
		}
		in := wire.WaitAct{For: rest[0], Until: at}
		if in.For == "none" {
			in.For = ""
		}
		return c.Wait(ctx, id, in)
	})
}

func runUrgent(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	return toldDesk(ctx, e, fs, args, 1, "Noted. It goes first until a lead says otherwise.", func(c *client.Client, id wire.ID, rest []string) error {
		if rest[0] == "none" {
			rest[0] = ""
		}
		return c.Urgent(ctx, id, rest[0])
	})
}

func runReview(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	return toldDesk(ctx, e, fs, args, 1, "Both sides see what you said.", func(c *client.Client, id wire.ID, rest []string) error {
		if rest[0] != "agree" && rest[0] != "refuse" {
			return fmt.Errorf("%w: agree or refuse", errUsage)
		}
		return c.Review(ctx, id, rest[0] == "agree")
	})
}

func runSuggest(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	return toldDesk(ctx, e, fs, args, 1, "Suggested. Anybody of the line may still take it.", func(c *client.Client, id wire.ID, rest []string) error {
		if rest[0] == "none" {
			return c.Suggest(ctx, id, nil)
		}
		who, err := parseID(rest[0])
		if err != nil {
			return err
		}
		return c.Suggest(ctx, id, &who)
	})
}

func runTie(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	return toldDesk(ctx, e, fs, args, 2, "Done. Both sides see it, and it can be undone.", func(c *client.Client, id wire.ID, rest []string) error {
		other, err := findThread(ctx, c, rest[0])
		if err != nil {
			return err
		}
		return c.Tie(ctx, id, other, rest[1])
	})
}

func runShift(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	until := fs.String("until", "", "away until: 15:04 or \"2026-11-30 15:04\"")
	c, rest, err := device(e, fs, args, 0, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	if len(rest) == 1 {
		at, err := moment(*until)
		if err != nil {
			return err
		}
		if err := c.SetShift(ctx, wire.Shift{State: wire.ShiftState(rest[0]), Until: at}); err != nil {
			return err
		}
	}
	s, err := c.Shift(ctx)
	if err != nil {
		return err
	}
	return e.print(s, func(w io.Writer) { fmt.Fprintf(w, "You are %s.\n", s.State) })
}

func runStaff(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, line, _, err := onLine(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	staff, err := c.Staff(ctx, line)
	if err != nil {
		return err
	}
	return e.print(staff, func(w io.Writer) { printStaff(w, c, staff) })
}

func printStaff(w io.Writer, c *client.Client, staff []wire.StaffRow) {
	for _, s := range staff {
		fmt.Fprintf(w, "%s  %-24s %-10s %2d threads, weight %2d  %s\n", s.Account, c.NameOf(s.Account), s.State, s.Has, s.Load, strings.Join(s.Skills, ", "))
	}
}

// onLine is device for verbs whose first argument is a line.
func onLine(ctx context.Context, e *env, fs *flag.FlagSet, args []string, least, most int) (*client.Client, wire.ID, []string, error) {
	c, rest, err := device(e, fs, args, least, most)
	if err != nil {
		return nil, wire.ID{}, nil, err
	}
	line, err := findLine(ctx, c, rest[0])
	if err != nil {
		c.Close()
		return nil, line, nil, err
	}
	return c, line, rest[1:], nil
}

func runSkills(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, line, rest, err := onLine(ctx, e, fs, args, 2, 3)
	if err != nil {
		return err
	}
	defer c.Close()
	who, err := parseID(rest[0])
	if err != nil {
		return err
	}
	var skills []string
	if len(rest) == 2 {
		skills = strings.Split(rest[1], ",")
	}
	if err := c.SetSkills(ctx, line, who, skills); err != nil {
		return err
	}
	return e.print(skills, func(w io.Writer) { fmt.Fprintln(w, "Noted.") })
}

func runWrite(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	lineName, to := fs.String("line", "", "your line"), fs.String("to", "", "the assister's account")
	subject, topic := fs.String("subject", "", "a short subject; it is sealed like the message"), fs.String("topic", "", "a topic of the line")
	from := fs.String("from", "", "the thread that this is split from")
	c, rest, err := device(e, fs, args, 0, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	line, err := findLine(ctx, c, *lineName)
	if err != nil {
		return err
	}
	who, err := parseID(*to)
	if err != nil {
		return err
	}
	text, err := e.text(strings.Join(rest, ""))
	if err != nil {
		return err
	}
	var split *wire.ID
	if *from != "" {
		id, err := findThread(ctx, c, *from)
		if err != nil {
			return err
		}
		split = &id
	}
	r, err := c.SplitOff(ctx, split, line, who, client.Content{Type: "text", Subject: *subject, Text: text, Topic: *topic})
	if err != nil {
		return err
	}
	return act(ctx, e, c, r.Thread, r, nil, "Sent and stored. Thread "+r.Thread.String())
}

// percent reads a share such as 80 or 80.5, in millionths.
func percent(text string) (int64, error) {
	x, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || x < 0 || x > 100 {
		return 0, fmt.Errorf("%w: %q is not a percentage", errUsage, text)
	}
	return int64(x * 10_000), nil
}
