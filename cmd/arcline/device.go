package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"

	"arcline/client"
)

func deviceVerbs() []verb {
	return []verb{
		{"enroll", "this device", "--letter FILE | --url URL", "make this device yours under an invitation", runEnroll},
		{"login", "this device", "", "sign in with password and the six digits of your app", runLogin},
		{"logout", "this device", "", "sign out; keys and what waits to be sent stay", runLogout},
		{"flush", "this device", "", "send what waits on this device", runFlush},
		{"whoami", "this device", "", "say whose device this is", runWhoami},
	}
}

// newPassword reads a password for a new account, asking twice.
func (e *env) newPassword(file string) (string, error) {
	p, err := e.secret(file, "Choose a password (12 characters or more)")
	if err != nil || file != "" {
		return p, err
	}
	again, err := e.secret("", "The same password again")
	if err == nil && again != p {
		err = errors.New("the two passwords differ; nothing was done; run the command again")
	}
	return p, err
}

func runEnroll(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	letter := fs.String("letter", "", "your invitation letter, as a file")
	site := fs.String("url", "", "with a letter on paper: the service's address")
	inviteFile := fs.String("invitation-file", "", "with --url: file with the code of your letter; else you are asked")
	passwordFile := fs.String("password-file", "", "file with the password; else you are asked")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if (*letter == "") == (*site == "") {
		return fmt.Errorf("%w: --letter or --url is needed", errUsage)
	}
	l, err := e.letter(ctx, *letter, *site, *inviteFile)
	if err != nil {
		return err
	}
	password, err := e.newPassword(*passwordFile)
	if err != nil {
		return err
	}
	cfg, err := e.config()
	if err != nil {
		return err
	}
	en, err := client.Enroll(ctx, cfg, l, password)
	if err != nil {
		return err
	}
	return e.finishEnrolment(ctx, en)
}

// letter is the invitation of a person: a file, or the code on paper.
func (e *env) letter(ctx context.Context, file, site, codeFile string) (client.Letter, error) {
	if file != "" {
		return client.ReadLetter(file)
	}
	code, err := e.secret(codeFile, "The code of your letter")
	if err != nil {
		return client.Letter{}, err
	}
	return client.FindLetter(ctx, client.Config{}, strings.TrimSuffix(site, "/"), code)
}

// finishEnrolment shows what is shown once and asks for the first code.
func (e *env) finishEnrolment(ctx context.Context, en *client.Enrolment) error {
	fmt.Fprintf(e.stdout, "\nYour recovery code. Print it and lock it away; it is shown only now:\n\n    %s\n\n", en.Recovery)
	if err := e.showApp(en.OTPAuth); err != nil {
		return err
	}
	code, err := e.secret("", "The six digits that your app shows now")
	if err != nil {
		return err
	}
	if err := en.Confirm(ctx, code); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "This device is yours. Run `arcline login`; it works once you are certified.")
	return nil
}

// showApp shows what an authenticator app needs, to scan or to type.
func (e *env) showApp(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("read the address for the app: %w", err)
	}
	picture, err := qrText(address)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Scan this with your authenticator app:\n\n%s\nor give it this address:\n\n    %s\n    (or type the code %s)\n\n", picture, address, u.Query().Get("secret"))
	return nil
}

func runLogin(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	passwordFile := fs.String("password-file", "", "file with the password; else you are asked")
	codeFile := fs.String("code-file", "", "file with the six digits; else you are asked")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	password, err := e.secret(*passwordFile, "Password")
	if err != nil {
		return err
	}
	code, err := e.secret(*codeFile, "The six digits that your app shows now")
	if err != nil {
		return err
	}
	if err := c.SignIn(ctx, password, code); err != nil {
		return err
	}
	if err := c.Upkeep(ctx); err != nil {
		return err
	}
	name, _, _ := c.Me()
	fmt.Fprintf(e.stdout, "Signed in as %s (%s).\n", name, c.Role())
	return nil
}

func runLogout(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	if err := c.SignOut(ctx); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "Signed out. The device's keys and what waits to be sent are kept.")
	return nil
}

func runFlush(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	before, err := c.Waiting()
	if err != nil {
		return err
	}
	ferr := c.FlushWith(ctx, e.factor(*codeFile))
	after, err := c.Waiting()
	if err := errors.Join(ferr, err); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%d sent, %d waiting.\n", before-after, after)
	return nil
}

func runWhoami(_ context.Context, e *env, fs *flag.FlagSet, args []string) error {
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	name, account, device := c.Me()
	n, err := c.Waiting()
	if err != nil {
		return err
	}
	v := map[string]any{"name": name, "role": c.Role(), "account": account, "device": device, "waiting": n}
	return e.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "%s, %s\naccount %s\ndevice  %s\n%d waiting to be sent\n", name, c.Role(), account, device, n)
	})
}
