package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"arcline/client"
	"arcline/server/wire"
)

// What the agency tells its assisters: all of them the same, or each broker their
// own monthly report.

func announceVerbs() []verb {
	return []verb{
		{"announce", "desk", "--title TEXT [--roles ROLE,...] [--organization NAME] [--from TIME] --until TIME [FILE]", "lead or registrar: tell assisters something; signed, and no secret", runAnnounce},
		{"announcements", "desk", "[read ID | withdraw ID]", "what the agency says; for leads and registrars with how many have read it", runAnnouncements},
		{"reports", "desk", "--line LINE --subject TEXT FILE", "staff: send each person in a CSV file (first column npn) their own lines, as one sealed message each; run again, it goes on where it was", runReports},
		{"reach", "desk", "[--mail on|off] [--quiet FROM-TO | --quiet off] [--out TIME | --out off]", "when you are told that something came, and until when you are out of office", runReach},
	}
}

func runAnnounce(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	title, roles, org := fs.String("title", "", "a short title"), fs.String("roles", "", "for whom: navigator, cac, broker, support; else all"), fs.String("organization", "", "whose people only")
	from, until := fs.String("from", "", "shown from; else at once"), fs.String("until", "", "shown until")
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 0, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	n := client.News{Title: *title, Roles: words(*roles), For: *org}
	slices.Sort(n.Roles)
	if n.From, err = moment(*from); err != nil {
		return err
	}
	if n.Until, err = moment(*until); err != nil {
		return err
	}
	if n.From == 0 {
		n.From = time.Now().UnixMilli()
	}
	if n.Text, err = e.text(strings.Join(rest, "")); err != nil {
		return err
	}
	id, err := c.Announce(ctx, e.factor(*codeFile), n)
	if err != nil {
		return err
	}
	return e.print(map[string]string{"announcement": id.String()}, func(w io.Writer) { fmt.Fprintf(w, "Announced as %s.\n", id) })
}

func runAnnouncements(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 0, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	if len(rest) == 2 && rest[0] == "read" {
		return e.onOne(rest, "announcements", "read", "Noted that you have read it.", func(id wire.ID) error { return c.ReadNews(ctx, id) })
	}
	if len(rest) > 0 {
		return e.onOne(rest, "announcements", "withdraw", "It is not shown any more.", func(id wire.ID) error { return c.WithdrawNews(ctx, e.factor(*codeFile), id) })
	}
	all, err := c.Announcements(ctx)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, n := range all {
			to := "all assisters"
			if len(n.Roles) > 0 {
				to = strings.Join(n.Roles, ", ")
			}
			if n.For != "" {
				to += " of " + n.For
			}
			fmt.Fprintf(w, "%s  %s\n  from %s to %s, by %s, for %s; read by %d\n  %s\n", n.ID, n.Title, when(n.From), when(n.Until), n.By, to, n.Reads, strings.ReplaceAll(n.Text, "\n", "\n  "))
		}
		if len(all) == 0 {
			fmt.Fprintln(w, "Nothing is announced.")
		}
	})
}

// maxRowsBytes keeps a message with a table well below what a message may hold.
const maxRowsBytes = 20 << 10

func runReports(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	lineName, subject := fs.String("line", "", "your line"), fs.String("subject", "", "the subject of each message")
	topic := fs.String("topic", "", "a topic of the line, such as agent-of-record")
	c, rest, err := device(e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	line, err := findLine(ctx, c, *lineName)
	if err != nil {
		return err
	}
	head, rows, order, err := byNumber(rest[0])
	if err != nil {
		return err
	}
	sent, err := openSent(rest[0] + ".sent")
	if err != nil {
		return err
	}
	defer sent.f.Close()
	found, err := c.Find(ctx, line, order)
	if err != nil {
		return err
	}
	var missing []string
	for _, number := range order {
		who, there := found[number]
		switch {
		case sent.done[number]:
			continue
		case !there:
			missing = append(missing, number)
			continue
		}
		for _, part := range parts(rows[number]) {
			m := client.Content{Type: "text", Subject: *subject, Topic: *topic, Form: table(*subject, head, part),
				Text: fmt.Sprintf("Your own lines of this report: %d of them. If one is wrong, answer here or write about agent of record.", len(part))}
			if _, err := c.SplitOff(ctx, nil, line, who, m); err != nil {
				return fmt.Errorf("the report of %s: %w; run this again, it goes on there", number, err)
			}
		}
		if err := sent.note(number); err != nil {
			return err
		}
	}
	return e.print(map[string]any{"sent": len(order) - len(missing), "not_found": missing}, func(w io.Writer) {
		fmt.Fprintf(w, "%d people have their report; each can read their own alone.\n", len(order)-len(missing))
		if len(missing) > 0 {
			fmt.Fprintf(w, "Nobody whom this line can write to now: %s\n", strings.Join(missing, ", "))
		}
	})
}

// byNumber reads a report and puts together each person's lines.
func byNumber(name string) (head []string, rows map[string][][]string, order []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) < 2 || all[0][0] != "npn" {
		return nil, nil, nil, fmt.Errorf("%w: %s: a first line with the names of the columns, the first of them npn: %w", errUsage, name, err)
	}
	rows = map[string][][]string{}
	for _, r := range all[1:] {
		if rows[r[0]] == nil {
			order = append(order, r[0])
		}
		rows[r[0]] = append(rows[r[0]], r[1:])
	}
	return all[0][1:], rows, order, nil
}

// parts divides rows so that each part fits into a message.
func parts(rows [][]string) (out [][][]string) {
	size := 0
	for i, r := range rows {
		b, _ := json.Marshal(r) // strings always marshal
		if i == 0 || size+len(b) > maxRowsBytes {
			out, size = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], r)
		size += len(b)
	}
	return out
}

// table is rows as a form that holds its own questions.
func table(title string, head []string, rows [][]string) *client.Filled {
	f := wire.Field{ID: "rows", Label: title, Kind: wire.FieldTable}
	for _, h := range head {
		f.Columns = append(f.Columns, wire.Column{ID: h, Label: h, Kind: wire.FieldText})
	}
	return &client.Filled{Form: wire.Form{ID: "report", Title: title, Fields: []wire.Field{f}}, Values: []client.Value{{Field: "rows", Rows: rows}}}
}

// sent remembers beside the file who has their report: nobody gets it twice.
type sent struct {
	f    *os.File
	done map[string]bool
}

func openSent(name string) (*sent, error) {
	b, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	s := &sent{done: map[string]bool{}}
	for l := range strings.FieldsSeq(string(b)) {
		s.done[l] = true
	}
	s.f, err = os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return s, err
}

func (s *sent) note(number string) error {
	if _, err := fmt.Fprintln(s.f, number); err != nil {
		return fmt.Errorf("note who has their report: %w", err)
	}
	return s.f.Sync()
}

func runReach(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	mail, quiet, out := fs.String("mail", "", "on or off"), fs.String("quiet", "", "22:00-07:00 by the agency's clock, or off"), fs.String("out", "", "out of office until, or off")
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	r, err := c.Reach(ctx)
	if err != nil {
		return err
	}
	if *mail != "" {
		r.Mail = *mail == "on"
	}
	if *quiet == "off" {
		r.QuietFrom, r.QuietTo = "", ""
	} else if *quiet != "" {
		r.QuietFrom, r.QuietTo, _ = strings.Cut(*quiet, "-")
	}
	if *out == "off" {
		r.Out = 0
	} else if *out != "" {
		if r.Out, err = moment(*out); err != nil {
			return err
		}
	}
	if *mail != "" || *quiet != "" || *out != "" {
		if err := c.SetReach(ctx, r); err != nil {
			return err
		}
	}
	return e.print(r, func(w io.Writer) {
		fmt.Fprintf(w, "Mail when something waits unread: %v\n", r.Mail)
		if r.QuietFrom != "" {
			fmt.Fprintf(w, "Quiet from %s to %s\n", r.QuietFrom, r.QuietTo)
		}
		if r.Out > 0 {
			fmt.Fprintf(w, "Out of office until %s; the other side sees that\n", when(r.Out))
		}
	})
}
