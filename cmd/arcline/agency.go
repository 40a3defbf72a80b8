package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"arcline/client"
	"arcline/client/agency"
)

func agencyVerbs() []verb {
	return []verb{
		{"init", "the registrar", "--agency DIR --name NAME --url URL --secret-file FILE [--roster FILE] [--witness KEY --quorum N]", "make an agency: its keys and roster in a folder of their own, and the first registrar's device", runInit},
		{"roster", "the registrar", "compare|import FILE --agency DIR", "say in plain words what a roster changes, and put it in force", runRoster},
		{"invite", "the registrar", "--agency DIR [--all] [--html FILE] [PERSON...]", "write invitation letters for people in the roster; --html makes one page each to print", runInvite},
		{"take-in", "the registrar", "FILE --agency DIR", "take in the file of invitations that a browser has made, so that approve knows the letters", runTakeIn},
		{"approve", "the registrar", "--agency DIR", "certify whoever has enrolled under the code of their letter, and bring all certificates in step with the roster", runApprove},
		{"registrar", "the registrar", "--agency DIR [--every 30s]", "do what approve does, again and again, until stopped", runRegistrar},
		{"people", "people", "", "list the people in the roster and what each may do now", runPeople},
		{"sponsor", "people", "[approve|refuse PERSON|all]", "list the invitations that wait for you, approve them or turn them down", runSponsor},
		{"inactivate", "people", "ACCOUNT", "shut a person out at once", runInactivate},
	}
}

// starterRoster is the roster of an agency that begins with its registrar alone.
func starterRoster(login, display string) string {
	return fmt.Sprintf("type,id,name,login,department,proofing_level,proofing_method,proofing_date,proofing_by\n"+
		"registrar,R-1,%q,%s,Exchange,2,in person at set-up,%s,whoever holds the root key\n", display, login, time.Now().Format(time.DateOnly))
}

func runInit(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "new folder for the agency's keys; never in the service's data folder")
	name := fs.String("name", "", "the agency's name")
	url := fs.String("url", "http://127.0.0.1:8080", "address of the service")
	secretFile := fs.String("secret-file", "", "file with the one-time set-up secret")
	rosterFile := fs.String("roster", "", "the agency's roster (CSV); else one with the registrar alone is begun")
	login := fs.String("registrar", "registrar", "the first registrar: sign-in name, as the roster has it")
	display := fs.String("display", "Registrar", "the first registrar's full name, if there is no roster yet")
	passwordFile := fs.String("password-file", "", "file with the registrar's password; else you are asked")
	watch, _ := watchFlags(fs)
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *dir == "" || *name == "" || *secretFile == "" {
		return fmt.Errorf("%w: --agency, --name and --secret-file are needed", errUsage)
	}
	if err := watch.Check(); err != nil {
		return errors.Join(errUsage, err)
	}
	csv := starterRoster(*login, *display)
	if *rosterFile != "" {
		b, err := os.ReadFile(*rosterFile)
		if err != nil {
			return fmt.Errorf("read the roster: %w; nothing was done", err)
		}
		csv = string(b)
	}
	secret, err := e.secret(*secretFile, "set-up secret")
	if err != nil {
		return err
	}
	password, err := e.newPassword(*passwordFile)
	if err != nil {
		return err
	}
	a, err := agency.Init(*dir, *name, strings.TrimRight(*url, "/"), time.Now)
	if err != nil {
		return err
	}
	if err := a.WatchedBy(*watch); err != nil {
		return err
	}
	if err := a.SetRoster(csv); err != nil {
		return fmt.Errorf("%w; remove %s and try again", err, *dir)
	}
	cfg, err := e.config()
	if err != nil {
		return err
	}
	en, _, err := a.Bootstrap(ctx, cfg, secret, password, *login)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "The agency %s is made. Its keys are in %s:\n", a.Name, *dir)
	fmt.Fprint(e.stdout, "  root.key     move it to a safe: it is needed only to change the issuer or the policy\n"+
		"  records.key  move it to the records officer: it opens every thread\n"+
		"  issuer.key   stays with the registrar: it signs credentials\n"+
		"  roster.csv   who the agency's people are; `arcline roster import` puts a newer one in force\n")
	return e.finishEnrolment(ctx, en)
}

// withAgency opens the agency's folder and the registrar's device.
func withAgency(e *env, dir string) (*agency.Agency, *client.Client, error) {
	if dir == "" {
		return nil, nil, fmt.Errorf("%w: --agency is needed", errUsage)
	}
	a, err := agency.Open(dir, time.Now)
	if err != nil {
		return nil, nil, err
	}
	c, err := e.open()
	return a, c, err
}

func runInvite(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	all := fs.Bool("all", false, "everybody in the roster who has no account yet")
	html := fs.String("html", "", "new file for the letters as pages to print")
	codeFile := codeFlag(fs)
	names, err := parse(fs, args, 0, 500)
	if err != nil {
		return err
	}
	if len(names) == 0 && !*all {
		return fmt.Errorf("%w: name the people, by identifier or sign-in name, or give --all", errUsage)
	}
	a, c, err := withAgency(e, *dir)
	if err != nil {
		return err
	}
	defer c.Close()
	if *all {
		if names, err = notYet(ctx, c); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		fmt.Fprintln(e.stdout, "Everybody in the roster has an account already.")
		return nil
	}
	made, err := invite(ctx, a, c, e.factor(*codeFile), *html, names)
	if err != nil {
		return err
	}
	type letter struct {
		Name, Person, File string
	}
	out := make([]letter, len(made))
	for i, m := range made {
		out[i] = letter{m.Name, m.Display, m.Path}
	}
	return e.print(out, func(w io.Writer) {
		for _, m := range made {
			fmt.Fprintf(w, "The letter for %s is %s\n", m.Display, m.Path)
		}
		if *html != "" {
			fmt.Fprintf(w, "To print them, open %s in a browser; delete it afterwards.\n", *html)
		}
		fmt.Fprint(w, "Each works once, for 7 days, after the person's sponsor has approved it (`arcline sponsor`).\n"+
			"Hand it over in person or by a way the service has no part in; then they run `arcline enroll --letter FILE`.\n")
	})
}

func runTakeIn(_ context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	files, err := parse(fs, args, 1, 1)
	if err != nil {
		return err
	}
	if *dir == "" {
		return fmt.Errorf("%w: --agency is needed", errUsage)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		return fmt.Errorf("read the invitations: %w; nothing was taken in", err)
	}
	a, err := agency.Open(*dir, time.Now)
	if err != nil {
		return err
	}
	n, err := a.TakeIn(b)
	if err != nil {
		return err
	}
	return e.print(map[string]int{"taken": n}, func(w io.Writer) {
		fmt.Fprintf(w, "%d invitations were taken in. Delete %s now: whoever has it could use the letters.\n", n, files[0])
	})
}

// invite makes invitations and, where a file is named, pages to print.
func invite(ctx context.Context, a *agency.Agency, c *client.Client, f client.Factor, html string, names []string) ([]agency.Made, error) {
	if html == "" {
		return a.Invite(ctx, c, f, names...)
	}
	paper, err := newPaper(html)
	if err != nil {
		return nil, err
	}
	made, err := a.Invite(ctx, c, f, names...)
	if err != nil {
		return nil, errors.Join(err, paper.Close(), os.Remove(html))
	}
	return made, fill(paper, a.Name, made)
}

// notYet lists the keys of active people without an account.
func notYet(ctx context.Context, c *client.Client) (out []string, err error) {
	people, err := c.People(ctx)
	for _, p := range people {
		if p.Account == nil && p.State == "active" {
			out = append(out, p.Key)
		}
	}
	return out, err
}

func runRoster(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	yes := fs.Bool("yes", false, "do not ask before putting it in force")
	codeFile := codeFlag(fs)
	rest, err := parse(fs, args, 2, 2)
	if err != nil {
		return err
	}
	if rest[0] != "compare" && rest[0] != "import" {
		return fmt.Errorf("%w: roster compare FILE, or roster import FILE", errUsage)
	}
	b, err := os.ReadFile(rest[1])
	if err != nil {
		return fmt.Errorf("read the roster: %w; nothing was changed", err)
	}
	a, c, err := withAgency(e, *dir)
	if err != nil {
		return err
	}
	defer c.Close()
	d, err := c.CompareRoster(ctx, string(b))
	if err != nil {
		return err
	}
	if rest[0] == "compare" || len(d.Problems) > 0 {
		return e.difference(d)
	}
	if !*yes && !e.json {
		if err := e.difference(d); err != nil {
			return err
		}
		fmt.Fprint(e.stderr, "Put this roster in force? (yes or no) ")
		if answer, err := e.line("your answer"); err != nil || strings.TrimSpace(answer) != "yes" {
			return errors.New("nothing was changed")
		}
	}
	if d, err = a.ImportRoster(ctx, c, e.factor(*codeFile), string(b)); err != nil {
		return err
	}
	if *yes || e.json {
		if err := e.difference(d); err != nil {
			return err
		}
	}
	done, err := a.Settle(ctx, c)
	if !e.json {
		fmt.Fprintln(e.stdout, "The roster is in force.")
		printApproved(e.stdout, done)
	}
	return err
}

func runApprove(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	a, c, err := withAgency(e, *dir)
	if err != nil {
		return err
	}
	defer c.Close()
	done, err := certifyAll(ctx, a, c)
	return errors.Join(err, e.print(done, func(w io.Writer) {
		printApproved(w, done)
		if len(done) == 0 {
			fmt.Fprintln(w, "Nobody waits.")
		}
	}))
}

// certifyAll certifies who has enrolled and brings the rest in step.
func certifyAll(ctx context.Context, a *agency.Agency, c *client.Client) ([]agency.Approved, error) {
	done, err := a.Approve(ctx, c)
	if err != nil {
		return append([]agency.Approved{}, done...), err
	}
	more, err := a.Settle(ctx, c)
	return append(append([]agency.Approved{}, done...), more...), err
}

func printApproved(w io.Writer, done []agency.Approved) {
	for _, d := range done {
		fmt.Fprintf(w, "%s (%s) is %s. Account %s\n", d.Display, d.Name, d.What, d.Account)
	}
}

func runRegistrar(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	every := fs.Duration("every", 30*time.Second, "how often to look")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *every < time.Second {
		return fmt.Errorf("%w: --every is at least 1s", errUsage)
	}
	_, c, err := withAgency(e, *dir)
	if err != nil {
		return err
	}
	defer c.Close()
	fmt.Fprintf(e.stdout, "Certifying whoever enrols, by the roster in %s. Stop with Ctrl-C.\n", filepath.Join(*dir, "roster.csv"))
	for {
		a, err := agency.Open(*dir, time.Now) // the roster may have been replaced since
		if err != nil {
			return err
		}
		done, err := certifyAll(ctx, a, c)
		printApproved(e.stdout, done)
		if err != nil && ctx.Err() == nil {
			code, text := explain(err)
			fmt.Fprintln(e.stderr, "arcline: "+text)
			if code == exitSignIn || code == exitAlarm {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(*every):
		}
	}
}
