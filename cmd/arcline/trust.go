package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"arcline/client"
	"arcline/client/agency"
	"arcline/client/auditor"
	"arcline/crypto/keylog"
)

// The verbs by which people see for themselves whom they deal with, and by
// which an agency watches its key log.
func trustVerbs() []verb {
	return []verb{
		{"safety", "trust", "ACCOUNT", "show the safety number with somebody: compare it with theirs", runSafety},
		{"was-this-you", "trust", "[--yes|--no]", "list changes in your account that were not made here, and answer for them", runWasThisYou},
		{"verify-web", "trust", "URL [--without-log]", "compare what a service serves to browsers with its list, this program and the key log", runVerifyWeb},
		{"audit", "trust", "log [--roster CSV]", "replay the whole key log by every rule and compare it with the roster (auditor)", runAudit},
		{"policy", "trust", "--agency DIR [--witness KEY --quorum N] [--root-key-file FILE]", "show who watches the key log, or sign who does (registrar)", runPolicy},
		{"witness", "trust", "--key-file FILE --home DIR [--listen ADDR] [--roster CSV] | key --name NAME --key-file FILE", "run the agency's witness of the key log, or make its key", runWitness},
	}
}

func runSafety(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	rest, err := parse(fs, args, 1, 1)
	if err != nil {
		return err
	}
	account, err := parseID(rest[0])
	if err != nil {
		return err
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	s, err := c.Safety(ctx, account)
	if err != nil {
		return err
	}
	drawn, err := qrText(s.QR)
	if err != nil {
		return err
	}
	return e.print(s, func(w io.Writer) {
		g := strings.Fields(s.Number)
		fmt.Fprintf(w, "You and %s:\n\n", s.Name)
		for i := 0; i < len(g); i += 4 {
			fmt.Fprintf(w, "    %s\n", strings.Join(g[i:i+4], " "))
		}
		fmt.Fprintf(w, "\n%s\nCompare the numbers face to face or on a call where you know the voice.\nIf they are the same, nobody stands between you. If not, send nothing and tell your registrar.\n", drawn)
	})
}

func runWasThisYou(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	yes := fs.Bool("yes", false, "all of it was you, or was done for you")
	no := fs.Bool("no", false, "it was not you: say what to do")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *yes && *no {
		return fmt.Errorf("%w: --yes or --no", errUsage)
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	alarms, err := c.LookAtOwn(ctx)
	if err != nil {
		return err
	}
	if *yes {
		if err := c.ConfirmOwn(alarms...); err != nil {
			return err
		}
	}
	if alarms == nil {
		alarms = []client.OwnChange{}
	}
	err = e.print(alarms, func(w io.Writer) { e.showOwn(w, alarms, *yes, *no) })
	if err == nil && *no && len(alarms) > 0 {
		return fmt.Errorf("%w: %s", client.ErrWasThisYou, alarms[0].What)
	}
	return err
}

func (e *env) showOwn(w io.Writer, alarms []client.OwnChange, yes, no bool) {
	if len(alarms) == 0 {
		fmt.Fprintln(w, "Nothing has changed in your account but what you did here.")
		return
	}
	for _, a := range alarms {
		fmt.Fprintf(w, "%s  %s\n", when(a.Time), a.What)
	}
	switch {
	case yes:
		fmt.Fprintln(w, "Noted: this was you. `arcline flush` sends what waited.")
	case no:
		fmt.Fprint(w, "Somebody else has used your account. Now:\n"+
			"  1. Remove the device that is not yours from your account, with a device that is.\n"+
			"  2. Tell your registrar, by telephone or in person. They can stop your account.\n"+
			"  3. Do not write anything until then. What you wrote is kept on this device.\n")
	default:
		fmt.Fprintln(w, "Was this you? Answer with `arcline was-this-you --yes` or `--no`. Nothing is sent before.")
	}
}

func readRoster(file string) ([]auditor.Row, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open the roster: %w", err)
	}
	defer f.Close()
	return auditor.ReadRoster(f)
}

// audited is the result of `arcline audit log`.
type audited struct {
	Size     uint64            `json:"size"` // leaves replayed
	Bad      string            `json:"bad,omitempty"`
	Findings []auditor.Finding `json:"findings"`
}

func runAudit(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	roster := fs.String("roster", "", "the agency's roster as CSV: type,id,name,certified_to,state")
	rest, err := parse(fs, args, 1, 1)
	if err != nil {
		return err
	}
	if rest[0] != "log" {
		return fmt.Errorf("%w: there is no audit of %q", errUsage, rest[0])
	}
	var rows []auditor.Row
	if *roster != "" {
		if rows, err = readRoster(*roster); err != nil {
			return err
		}
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	out := audited{Findings: []auditor.Finding{}}
	a, err := replay(ctx, c)
	var bad *auditor.Bad
	switch {
	case a != nil && (errors.As(err, &bad) || isAudit(err)):
		out.Bad = err.Error()
	case err != nil:
		return err
	}
	out.Size = a.Size()
	wrong := 0
	if *roster != "" {
		out.Findings = append(out.Findings, a.Compare(rows, uint64(time.Now().UnixMilli()))...)
	}
	for _, f := range out.Findings {
		if !f.Note {
			wrong++
		}
	}
	err = e.print(out, func(w io.Writer) {
		for _, f := range out.Findings {
			fmt.Fprintf(w, "%-9s %s\n", f.Kind, f.Text)
		}
		if out.Bad == "" {
			fmt.Fprintf(w, "%d leaves replayed: every statement, directory and credential holds.\n", out.Size)
		}
	})
	if err == nil && (wrong > 0 || out.Bad != "") {
		return fmt.Errorf("%w: the key log has %d findings. %s", errDamaged, wrong, out.Bad)
	}
	return err
}

// isAudit reports whether an error is a finding about a signed state.
func isAudit(err error) bool {
	for _, x := range []error{auditor.ErrRoot, auditor.ErrNotDirRoot, auditor.ErrMissing, keylog.ErrQuorum, keylog.ErrLogSignature, keylog.ErrOrigin, keylog.ErrCheckpoint} {
		if errors.Is(err, x) {
			return true
		}
	}
	return false
}

// replay runs the auditor over everything that the service has written, and
// holds it against what this device sees as every client does.
func replay(ctx context.Context, c *client.Client) (*auditor.Auditor, error) {
	if _, err := c.Agency(ctx); err != nil {
		return nil, err
	}
	id, root, _ := c.Trust()
	a := auditor.New(id, root, func() uint64 { return uint64(time.Now().UnixMilli()) })
	p, err := a.Follow(ctx, c, 0)
	if err == nil {
		err = a.Finish(p)
	}
	if err != nil {
		return a, err
	}
	size, seen := c.View()
	if got, err := a.Root(size); err != nil || got != seen {
		return a, fmt.Errorf("%w: clients are shown another log than the auditor", auditor.ErrRoot)
	}
	return a, nil
}

// watchFlags reads --witness, which may stand several times, and --quorum.
func watchFlags(fs *flag.FlagSet) (w *agency.Watch, given func() bool) {
	w = &agency.Watch{}
	fs.Func("witness", "public key of a witness, from `arcline witness key`; may be repeated", func(s string) error {
		w.Witnesses = append(w.Witnesses, s)
		return nil
	})
	quorum := -1
	fs.Func("quorum", "how many witnesses must have signed a state before any client believes it", func(s string) error {
		_, err := fmt.Sscanf(s, "%d", &quorum)
		w.Quorum = quorum
		return err
	})
	return w, func() bool { return quorum >= 0 || len(w.Witnesses) > 0 }
}

func runPolicy(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	rootFile := fs.String("root-key-file", "", "file of the root key, if it is not in the agency's folder")
	codeFile := fs.String("code-file", "", "file with the six digits; else you are asked")
	w, given := watchFlags(fs)
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	if given() {
		if *dir == "" {
			return fmt.Errorf("%w: --agency is needed", errUsage)
		}
		a, err := agency.Open(*dir, time.Now)
		if err != nil {
			return err
		}
		if err := a.SignPolicy(ctx, c, *rootFile, *w, e.factor(*codeFile)); err != nil {
			if errors.Is(err, agency.ErrWatch) {
				return errors.Join(errUsage, err)
			}
			return err
		}
	}
	state, err := c.Agency(ctx)
	if err != nil {
		return err
	}
	p, _ := state.Policy(^uint64(0))
	if p.Witnesses == nil {
		p.Witnesses = []string{}
	}
	return e.print(map[string]any{"witnesses": p.Witnesses, "quorum": p.Quorum, "log_key": p.LogKey}, func(out io.Writer) {
		fmt.Fprintf(out, "The key log is %s.\n%d of %d witnesses must have signed its state:\n", p.LogKey, p.Quorum, len(p.Witnesses))
		for _, k := range p.Witnesses {
			fmt.Fprintln(out, "  "+k)
		}
	})
}
