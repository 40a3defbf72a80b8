package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"arcline/client"
	"arcline/server/wire"
)

// What a lead sees and plans with.

func runReplies(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	save, change, remove := fs.Bool("save", false, "save a new one, read from FILE or standard input"), fs.String("change", "", "the reply to change"), fs.String("remove", "", "the reply to take away")
	c, line, rest, err := onLine(ctx, e, fs, args, 1, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	if *save || *change != "" || *remove != "" {
		return saveReply(ctx, e, c, line, *change+*remove, *remove == "", strings.Join(rest, ""))
	}
	all, err := c.Replies(ctx, line)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, r := range all {
			fmt.Fprintf(w, "%s\n  %s\n", r.ID, strings.ReplaceAll(r.Text, "\n", "\n  "))
		}
		if len(all) == 0 {
			fmt.Fprintln(w, "No saved replies yet.")
		}
	})
}

func saveReply(ctx context.Context, e *env, c *client.Client, line wire.ID, id string, words bool, file string) error {
	r := client.SavedReply{}
	var err error
	if id != "" {
		if r.ID, err = parseID(id); err != nil {
			return err
		}
	}
	if words {
		if r.Text, err = e.text(file); err != nil {
			return err
		}
	}
	if err := c.KeepReply(ctx, line, r); err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) { fmt.Fprintln(w, "Saved for everybody on the line. Nobody else can read it.") })
}

func runBoard(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, line, _, err := onLine(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	b, err := c.Board(ctx, line)
	if err != nil {
		return err
	}
	return e.print(b, func(w io.Writer) {
		fmt.Fprintf(w, "%d waiting", b.Waiting)
		if b.Oldest != 0 {
			fmt.Fprintf(w, ", the oldest since %s", when(b.Oldest))
		}
		fmt.Fprintf(w, "; %d at risk, %d late (%d of them nobody has), %d urgent to look at\n", len(b.AtRisk), len(b.Late), len(b.Unclaimed), len(b.Urgent))
		printNumbers(w, "today", b.Report.Total)
		printReport(w, b.Report)
		printStaff(w, c, b.Staff)
	})
}

func printNumbers(w io.Writer, what string, n wire.Numbers) {
	fmt.Fprintf(w, "%s: %d came, %d answered, %d closed, %d reopened, %d given up (%d at once)\n", what, n.Arrived, n.Answered, n.Closed, n.Reopened, n.Abandoned, n.Short)
	fmt.Fprintf(w, "  answered within the promise %s; answer after %s on average, %s in the middle; work on one %s; busy %s; solved at once %s\n",
		share(n.Level), span(n.Average), span(n.Median), span(n.Handle), share(n.Occupancy), share(n.Resolved))
	fmt.Fprintf(w, "  call-backs: %d asked, %d reached, %d attempts missed, %d given up\n", n.Calls.Asked, n.Calls.Reached, n.Calls.Missed, n.Calls.GivenUp)
}

func printReport(w io.Writer, r wire.Report) {
	for _, b := range r.Backlog {
		to := "and more"
		if b.To != 0 {
			to = "to " + span(b.To)
		}
		fmt.Fprintf(w, "  open for %s %s: %d (%d wait for an answer)\n", span(b.From), to, b.Open, b.Waiting)
	}
	if c := r.Countdown; c != nil {
		fmt.Fprintf(w, "  life events: %d open, %d working days to open enrollment: %d a day\n", c.Open, c.Days, c.Rate)
	}
}

func share(p wire.Portion) string {
	if p.Whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(p.Part)/float64(p.Whole))
}

// span writes a length of time, given in milliseconds.
func span(ms int64) string { return (time.Duration(ms) * time.Millisecond).Round(time.Minute).String() }

func runReport(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	from, to := fs.String("from", "", "first day, 2026-11-01"), fs.String("to", "", "last day")
	every := fs.Int("every", 0, "minutes of one row; 0: the total alone")
	rows := fs.Bool("rows", false, "one row for each thread, as CSV")
	c, line, _, err := onLine(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	ask := wire.ReportAsk{Every: *every}
	if ask.From, err = moment(*from); err != nil {
		return err
	}
	last, err := moment(*to)
	if err != nil {
		return err
	}
	ask.To = time.UnixMilli(last).AddDate(0, 0, 1).UnixMilli()
	if *rows {
		b, err := c.ReportRows(ctx, line, ask)
		if err != nil {
			return err
		}
		_, err = e.stdout.Write(b)
		return err
	}
	r, err := c.Report(ctx, line, ask)
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) {
		for _, n := range r.Intervals {
			printNumbers(w, when(n.From), n)
		}
		printNumbers(w, "in all", r.Total)
		printReport(w, r)
		for _, m := range r.Meanings {
			fmt.Fprintf(w, "  %s: %s\n", m.Name, m.Text)
		}
	})
}

func runPlan(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	perHour, handle := fs.Float64("per-hour", 0, "contacts in an hour"), fs.Duration("handle", 6*time.Minute, "work on one")
	staff, within := fs.Int("staff", 0, "people at the desk; 0: the least that reaches the target"), fs.Duration("within", 20*time.Second, "answered within")
	target, away := fs.String("target", "80", "percent answered in time"), fs.String("away", "0", "percent of paid time that is not at the desk")
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	in := wire.PlanAsk{PerHour: int64(*perHour * 1e6), Handle: int64(handle.Seconds()), Staff: *staff, Within: int64(within.Seconds())}
	if in.Target, err = percent(*target); err != nil {
		return err
	}
	if in.Shrinkage, err = percent(*away); err != nil {
		return err
	}
	p, err := c.Plan(ctx, in)
	if err != nil {
		return err
	}
	six := func(n int64) string { return strconv.FormatFloat(float64(n)/1e6, 'f', 6, 64) }
	return e.print(p, func(w io.Writer) {
		fmt.Fprintf(w, "%d at the desk, %d paid; busy for %s people's time\n", p.Staff, p.Paid, six(p.Traffic))
		fmt.Fprintf(w, "has to wait: %s; answered in time: %s; waits on average %s s; busy: %s\n%s\n", six(p.Waits), six(p.Level), six(p.Average), six(p.Occupancy), p.Assumes)
	})
}

func runBringBack(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	r, err := c.BringBack(ctx, id)
	return act(ctx, e, c, id, r, err, "The thread waits on the line again, in its old place.")
}

func runHolders(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, line, _, err := onLine(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	all, err := c.Holders(ctx, line)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		by := map[string]int{}
		for _, h := range all {
			until := "still"
			if !h.Now {
				until = fmt.Sprintf("until %d", h.Until)
			}
			fmt.Fprintf(w, "%s  %-24s %-12s %-20s from %d, %s\n", h.Account, h.Name, h.Role, h.Organization, h.From, until)
			by[h.Organization]++
		}
		for org, n := range by {
			fmt.Fprintf(w, "%d of %d were of %s\n", n, len(all), org)
		}
	})
}
