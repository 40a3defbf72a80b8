package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"arcline/server"
	"arcline/server/config"
	"arcline/server/wire"
)

func signInVerbs() []verb {
	return []verb{
		{"sessions", "signing in", "[end ID]", "list where you are signed in, or end one of them", runSessions},
		{"password", "signing in", "[--old-file FILE] [--new-file FILE] [--code-file FILE]", "choose a new password; you are signed out everywhere else", runPassword},
		{"app", "signing in", "[--code-file FILE]", "move to a new authenticator app; you are signed out everywhere else", runApp},
		{"authenticators", "signing in", "", "list everything you could ever sign in with, since when and until when", runAuthenticators},
		{"passkeys", "signing in", "[remove ID] [--code-file FILE]", "list your passkeys, or take one away; a browser adds them", runPasskeys},
	}
}

// registrarVerbs are acts of a registrar on the running service.
func registrarVerbs() []verb {
	return []verb{
		{"sign-out-person", "the registrar", "ACCOUNT", "sign a person out everywhere, as the registrar", runSignOutPerson},
		{"token-keys", "the registrar", "rotate [--emergency] [--code-file FILE]", "change what the service signs its passes with, as the registrar; --emergency: the old ones end at once", runTokenKeys},
	}
}

func runSessions(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, rest, err := device(e, fs, args, 0, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	if len(rest) > 0 {
		return e.onOne(rest, "sessions", "end", "That sign-in has ended.", func(id wire.ID) error { return c.EndSession(ctx, id) })
	}
	all, err := c.Sessions(ctx)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, s := range all {
			here := ""
			if s.Current {
				here = "  (this one)"
			}
			fmt.Fprintf(w, "%s  device %s  since %s, last used %s, ends %s%s\n", s.Session, s.Device, when(s.Began), when(s.Used), when(s.Ends), here)
		}
	})
}

func runSignOutPerson(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, rest, err := device(e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	id, err := parseID(rest[0])
	if err != nil {
		return err
	}
	if err := c.SignOutPerson(ctx, id); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "They are signed out everywhere. They can sign in again.")
	return nil
}

func runPassword(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	oldFile := fs.String("old-file", "", "file with the password in force; else you are asked")
	newFile := fs.String("new-file", "", "file with the new password; else you are asked")
	codeFile := codeFlag(fs)
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	old, err := e.secret(*oldFile, "The password in force")
	if err != nil {
		return err
	}
	fresh, err := e.newPassword(*newFile)
	if err != nil {
		return err
	}
	if err := c.ChangePassword(ctx, e.factor(*codeFile), old, fresh); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "The new password is in force. You are signed out everywhere else.")
	return nil
}

func runApp(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	address, err := c.OfferApp(ctx, e.factor(*codeFile))
	if err != nil {
		return err
	}
	if err := e.showApp(address); err != nil {
		return err
	}
	code, err := e.secret("", "The six digits that the new app shows now")
	if err != nil {
		return err
	}
	if err := c.ConfirmApp(ctx, code); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "The new app is in force, and the old one is not. You are signed out everywhere else.")
	return nil
}

func runAuthenticators(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	all, err := c.Authenticators(ctx)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, a := range all {
			until := "in force"
			if a.Ended != 0 {
				until = "until " + when(a.Ended) + ", " + a.Why
			}
			fmt.Fprintf(w, "%-9s since %s from %s, %s\n", a.Kind, when(a.Bound), a.From, until)
		}
	})
}

func runPasskeys(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 0, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	if len(rest) > 0 {
		return e.onOne(rest, "passkeys", "remove", "That passkey is taken away; it opens nothing any more.", func(id wire.ID) error { return c.RemovePasskey(ctx, e.factor(*codeFile), id) })
	}
	all, err := c.Passkeys(ctx)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, p := range all {
			used := "never used"
			if p.Used != 0 {
				used = "last used " + when(p.Used)
			}
			fmt.Fprintf(w, "%s  %s, added %s, %s\n", p.ID, p.Name, when(p.Added), used)
		}
	})
}

func runTokenKeys(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	emergency := fs.Bool("emergency", false, "refuse what the old one signed at once")
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	if rest[0] != "rotate" {
		return fmt.Errorf("%w: only `token-keys rotate`", errUsage)
	}
	if err := c.RotateTokenKeys(ctx, e.factor(*codeFile), *emergency); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "The service signs with a new one. Nobody is signed out.")
	return nil
}

func runRotateKey(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	cfg := config.Default()
	fs.StringVar(&cfg.Data, "data", cfg.Data, "the service's data folder")
	fs.StringVar(&cfg.KeyFile, "key-file", "", "the key file in use (default: service.key in the data folder)")
	newFile := fs.String("new-key-file", "", "the key file to change to; made if it is not there")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *newFile == "" {
		return fmt.Errorf("%w: --new-key-file is needed", errUsage)
	}
	check, err := childCheck()
	if err != nil {
		return err
	}
	rows, err := server.RotateKey(ctx, cfg, *newFile, server.Options{Check: check}, nil)
	if err != nil {
		return fmt.Errorf("%w. %d rows were sealed anew; run it again to go on, and keep both key files until it has finished", err, rows)
	}
	fmt.Fprintf(e.stdout, "%d rows sealed anew. Start the service with --key-file %s; the old key file opens nothing any more but old backups.\n", rows, *newFile)
	return nil
}
