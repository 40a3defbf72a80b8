// Command arcline is the one binary: the service, the registrar's tools and the
// client. It parses, calls and prints; it decides nothing.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"arcline/client"
	"arcline/server/wire"
)

// Exit codes. They are part of the interface: scripts may rely on them.
const (
	exitOK       = 0
	exitFailed   = 1 // refused or failed; the message says what was kept
	exitUsage    = 2 // the command line was wrong; nothing was done
	exitSignIn   = 3 // not enrolled or not signed in
	exitOffline  = 4 // the service cannot be reached; the message says what was kept
	exitAlarm    = 5 // the service was caught at something; nothing more is sent
	exitNotFound = 6
	exitDamaged  = 7 // a check found damage
)

var exitTexts = []struct {
	code int
	text string
}{
	{exitOK, "done"},
	{exitFailed, "refused or failed; the message says what was kept"},
	{exitUsage, "the command line was wrong; nothing was done"},
	{exitSignIn, "not enrolled on this device, or not signed in"},
	{exitOffline, "the service cannot be reached; the message says what was kept"},
	{exitAlarm, "the service showed something that does not fit; nothing more is sent"},
	{exitNotFound, "there is nothing under that name, or it is not yours to see"},
	{exitDamaged, "a check found damage"},
}

// env is what a command works with; tests give their own.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	home           string
	json           bool
}

// verb is one command.
type verb struct {
	name  string
	group string
	args  string
	help  string
	run   func(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error
}

var errUsage = errors.New("wrong usage")

var errDamaged = errors.New("damage was found")

// verbs is filled in init, because help lists it.
var verbs []verb

func init() {
	verbs = slices.Concat(serviceVerbs(), agencyVerbs(), registrarVerbs(), deviceVerbs(), signInVerbs(), devicesVerbs(), reissueVerbs(), threadVerbs(), deskVerbs(), consumerVerbs(), announceVerbs(), identityVerbs(), trustVerbs(), []verb{
		{"version", "about", "", "print the version", runVersion},
		{"help", "about", "[verb]", "explain a verb, or list them all", runHelp},
	})
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv})
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, e *env) int {
	if len(args) == 0 {
		args = []string{"help"}
	}
	i := slices.IndexFunc(verbs, func(v verb) bool { return v.name == args[0] })
	if i < 0 {
		fmt.Fprintf(e.stderr, "arcline: there is no verb %q; nothing was done; `arcline help` lists them\n", args[0])
		return exitUsage
	}
	v := verbs[i]
	fs := flag.NewFlagSet(v.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&e.home, "home", "", "folder of this device (default: ARCLINE_HOME, or .arcline in your home folder)")
	fs.BoolVar(&e.json, "json", false, "print JSON")
	err := v.run(ctx, e, fs, args[1:])
	if err == nil {
		return exitOK
	}
	code, text := explain(err)
	if errors.Is(err, errUsage) || errors.Is(err, flag.ErrHelp) {
		text = fmt.Sprintf("%v; nothing was done; usage: arcline %s %s", err, v.name, v.args)
		code = exitUsage
	}
	fmt.Fprintln(e.stderr, "arcline: "+strings.ReplaceAll(text, "\n", "; "))
	return code
}

// explain turns an error into an exit code and one line: what happened, what
// was kept, what to do.
func explain(err error) (int, string) {
	var refused *client.Error
	var waits *client.Kept
	kept := "Nothing was changed."
	if errors.As(err, &waits) {
		kept = "What you wrote is kept on this device; `arcline flush` sends it."
	}
	switch {
	case errors.Is(err, client.ErrWasThisYou):
		return exitAlarm, fmt.Sprintf("%v %s Run `arcline was-this-you`.", err, kept)
	case errors.Is(err, client.ErrAlarm):
		return exitAlarm, fmt.Sprintf("%v. %s Tell your registrar before you go on.", err, kept)
	case errors.As(err, &refused):
		switch refused.Code {
		case wire.CodeSignIn, wire.CodeExpired, wire.CodeProof, wire.CodeReplayed:
			return exitSignIn, fmt.Sprintf("%s %s Run `arcline login`.", refused.Text, kept)
		case wire.CodeNotFound:
			return exitNotFound, refused.Error()
		}
		if waits != nil {
			return exitFailed, refused.Error() + " " + kept
		}
		return exitFailed, refused.Error()
	case errors.Is(err, client.ErrOffline):
		return exitOffline, fmt.Sprintf("%v. %s Try again when the service is back.", err, kept)
	case errors.Is(err, client.ErrNotEnrolled):
		return exitSignIn, "this folder holds no device. Nothing was done. Run `arcline enroll` with your invitation, or name the right folder with --home."
	case errors.Is(err, errDamaged):
		return exitDamaged, err.Error()
	}
	return exitFailed, err.Error()
}

// parse reads flags wherever they stand among the arguments, and demands a
// number of arguments.
func parse(fs *flag.FlagSet, args []string, least, most int) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		if fs.NArg() == 0 {
			break
		}
		rest = append(rest, fs.Arg(0))
		args = fs.Args()[1:]
	}
	if len(rest) < least || len(rest) > most {
		return nil, fmt.Errorf("%w: %d arguments", errUsage, len(rest))
	}
	return rest, nil
}

// homeDir is the device's folder.
func (e *env) homeDir() (string, error) {
	if e.home != "" {
		return e.home, nil
	}
	if h := e.getenv("ARCLINE_HOME"); h != "" {
		return h, nil
	}
	u, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find your home folder: %w; name the device's folder with --home", err)
	}
	return filepath.Join(u, ".arcline"), nil
}

// config opens the device's vault.
func (e *env) config() (client.Config, error) {
	dir, err := e.homeDir()
	if err != nil {
		return client.Config{}, err
	}
	v, err := client.OpenDirVault(dir)
	return client.Config{Vault: v}, err
}

// open opens the device.
func (e *env) open() (*client.Client, error) {
	dir, err := e.homeDir()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, client.ErrNotEnrolled // looking must not make a folder
	}
	cfg, err := e.config()
	if err != nil {
		return nil, err
	}
	return client.Open(cfg)
}

// print writes JSON, or calls text.
func (e *env) print(v any, text func(w io.Writer)) error {
	if !e.json {
		text(e.stdout)
		return nil
	}
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func parseID(s string) (wire.ID, error) {
	id, err := wire.ParseID(s)
	if err != nil {
		return id, fmt.Errorf("%w: %q is not an id: %w", errUsage, s, err)
	}
	return id, nil
}

func when(ms int64) string { return time.UnixMilli(ms).Local().Format("2006-01-02 15:04:05") }

func runHelp(_ context.Context, e *env, fs *flag.FlagSet, args []string) error {
	rest, err := parse(fs, args, 0, 1)
	if err != nil {
		return err
	}
	if len(rest) == 1 {
		i := slices.IndexFunc(verbs, func(v verb) bool { return v.name == rest[0] })
		if i < 0 {
			return fmt.Errorf("%w: there is no verb %q", errUsage, rest[0])
		}
		v := verbs[i]
		fmt.Fprintf(e.stdout, "arcline %s %s\n\n  %s\n", v.name, v.args, v.help)
		return nil
	}
	fmt.Fprintln(e.stdout, "arcline: secure messages between assisters and the exchange's specialists")
	group := ""
	for _, v := range verbs {
		if v.group != group {
			group = v.group
			fmt.Fprintf(e.stdout, "\n%s\n", group)
		}
		fmt.Fprintf(e.stdout, "  %-15s %s\n", v.name, v.help)
	}
	fmt.Fprint(e.stdout, "\nEvery verb takes --home DIR (the device's folder). Reading verbs take --json.\nSecrets are asked for, or read from files; they are never arguments.\n\nexit codes\n")
	for _, x := range exitTexts {
		fmt.Fprintf(e.stdout, "  %d  %s\n", x.code, x.text)
	}
	return nil
}
