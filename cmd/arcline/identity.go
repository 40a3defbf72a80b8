package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"arcline/client"
	"arcline/server/wire"
)

func identityVerbs() []verb {
	return []verb{
		{"check", "threads", "ask|confirm THREAD", "ask the other side of a thread to show that it is them; or show it, with your six digits", runCheck},
	}
}

func runCheck(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	rest, err := parse(fs, args, 2, 2)
	if err != nil {
		return err
	}
	if rest[0] != "ask" && rest[0] != "confirm" {
		return fmt.Errorf("%w: check ask THREAD, or check confirm THREAD", errUsage)
	}
	c, id, _, err := withThread(ctx, e, fs, rest[1:], 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	var r client.Receipt
	done := "Asked. The answer comes into the thread; only they can give it, with their second factor."
	if rest[0] == "ask" {
		r, err = c.AskWho(ctx, id)
	} else {
		done = "Done: the other side sees that it is you, and when you gave your second factor."
		r, err = c.ConfirmWho(ctx, e.factor(*codeFile), id)
	}
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) { fmt.Fprintln(w, done) })
}

// findBroker takes an account's number, or the full name of somebody whom this
// device has met.
func findBroker(c *client.Client, s string) (wire.ID, error) {
	if id, err := wire.ParseID(s); err == nil {
		return id, nil
	}
	ids := c.Met(s)
	if len(ids) != 1 {
		return wire.ID{}, fmt.Errorf("%w: %q names nobody whom this device has met before; give the broker's account number, which they see with `arcline whoami`", errUsage, s)
	}
	return ids[0], nil
}

// heading is the first line of an event: who, for whom, and how sure that is.
func heading(ev client.Event) string {
	out := fmt.Sprintf("%3d  %s  %s", ev.Index, when(ev.At), ev.Name)
	if ev.OnBehalf != nil {
		out += ", for " + ev.OnBehalf.Name
	}
	if ev.Factor > 0 {
		out += fmt.Sprintf("  (second factor %s)", before(ev))
	}
	if ev.Identifiers {
		out += "  [holds personal details]"
	}
	return out
}

// before says how long before an event the second factor was given.
func before(ev client.Event) string {
	switch m := max(0, ev.At/1000-ev.Factor) / 60; m {
	case 0:
		return "less than a minute before"
	case 1:
		return "1 minute before"
	default:
		if m >= 120 {
			return fmt.Sprintf("%s before", (time.Duration(m) * time.Minute).String())
		}
		return fmt.Sprintf("%d minutes before", m)
	}
}

// printIdentity prints the events that are about who somebody is, and reports
// whether this was one.
func printIdentity(w io.Writer, ev client.Event) bool {
	switch {
	case ev.Kind == "ask":
		fmt.Fprintf(w, "%s  asks: is this really you?\n", heading(ev))
	case ev.Kind == "confirm" && ev.Unproven != "":
		fmt.Fprintf(w, "%s  answers %d\n", heading(ev), ev.UpTo)
	case ev.Kind == "confirm":
		fmt.Fprintf(w, "%s  answers %d: it is me\n", heading(ev), ev.UpTo)
	case ev.Kind == "reveal":
		fmt.Fprintf(w, "%s  opened the personal details of a consumer\n", heading(ev))
	default:
		return false
	}
	return true
}

// printQuestion says what waits for an answer in a thread.
func printQuestion(w io.Writer, c *client.Client, t *client.Thread) {
	switch q, ok := c.Asked(t); {
	case ok && q.Mine:
		fmt.Fprintln(w, "You asked whether it is really them; there is no answer yet.")
	case ok:
		fmt.Fprintf(w, "%s asks whether it is really you. Answer with `arcline check confirm %s`.\n", q.By, t.ID.String()[:12])
	}
}

// marks is what a list says about a thread beside its state.
func marks(ctx context.Context, c *client.Client, r wire.Summary) string {
	var out []string
	if r.Sensitive {
		out = append(out, "sensitive: taking it needs your second factor")
	}
	if r.OnBehalf != nil {
		name := "account " + r.OnBehalf.String()
		if cred, _, _, err := c.CredentialOf(ctx, *r.OnBehalf); err == nil && cred.DisplayName != "" {
			name = cred.DisplayName
		}
		out = append(out, "written for "+name)
	}
	if len(out) == 0 {
		return ""
	}
	return "  (" + strings.Join(out, "; ") + ")"
}
