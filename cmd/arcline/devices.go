package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"arcline/client"
	"arcline/client/agency"
	"arcline/server/wire"
)

func devicesVerbs() []verb {
	return []verb{
		{"devices", "your devices", "[remove ID] [--code-file FILE]", "list your devices, or take one away: it reads nothing new from then on", runDevices},
		{"add-device", "your devices", "--url ADDRESS --name NAME [--wait 10m]", "make this a further device of yours: it shows a code that you type into an old one", runAddDevice},
		{"approve-device", "your devices", "[--pairing-file FILE] [--code-file FILE]", "let a new device of yours in, by the code on its screen", runApproveDevice},
		{"recovery-code", "your devices", "[--code-file FILE]", "make a new recovery code; the old one opens nothing any more", runRecoveryCode},
		{"agency-card", "your devices", "--agency DIR", "print what a device needs to know the agency by; it is no secret", runAgencyCard},
		{"recover", "your devices", "--url URL | --card FILE [--name NAME] [--recovery-file FILE] [--password-file FILE] [--code-file FILE]", "come back with your recovery code, password and app; every other device of yours is taken away", runRecover},
	}
}

func runDevices(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 0, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	if len(rest) > 0 {
		return e.onOne(rest, "devices", "remove", "That device is taken away. It reads nothing that comes from now on; what it had, it had.", func(id wire.ID) error { return c.RemoveDevices(ctx, e.factor(*codeFile), id) })
	}
	all, err := c.Devices(ctx)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, d := range all {
			state := "in use"
			switch {
			case d.Here:
				state = "this one"
			case d.Revoked:
				state = "taken away"
			}
			fmt.Fprintf(w, "%s  %-10s number %s\n", d.ID, state, d.Number)
		}
	})
}

func runAddDevice(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	url := fs.String("url", "", "where the service is")
	name := fs.String("name", "", "your sign-in name")
	wait := fs.Duration("wait", 10*time.Minute, "how long to wait for the old device")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *url == "" || *name == "" {
		return fmt.Errorf("%w: --url and --name are needed", errUsage)
	}
	cfg, err := e.config()
	if err != nil {
		return err
	}
	p, err := client.Pair(ctx, cfg, *url, *name)
	if err != nil {
		return err
	}
	picture, err := qrText(p.Code())
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s\nOn a device that you use already, run `arcline approve-device` and type this code:\n\n    %s\n\nGive it to nobody else, and never type it where a message or a caller asks you to.\nWaiting for your other device...\n", picture, p.Code())
	ctx, stop := context.WithTimeout(ctx, *wait)
	defer stop()
	c, err := p.Await(ctx)
	if ctx.Err() != nil && c == nil {
		return errors.New("your other device has not answered; nothing was kept; run the command again for a new code")
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "This device is yours now. Run `arcline login`.")
	return nil
}

func runApproveDevice(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	pairing := fs.String("pairing-file", "", "file with the code that the new device shows; else you are asked")
	refuse := fs.Bool("refuse", false, "say no: the new device is told so and gets nothing")
	codeFile := codeFlag(fs)
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	code, err := e.secret(*pairing, "The code on the new device's screen")
	if err != nil {
		return err
	}
	n, err := c.LookAtDevice(ctx, code)
	if err != nil {
		return err
	}
	if *refuse {
		if err := c.RefuseDevice(ctx, n); err != nil {
			return err
		}
		fmt.Fprintln(e.stdout, "The new device was refused. Nothing was added. If you did not start this, change your password.")
		return nil
	}
	fmt.Fprintf(e.stdout, "A new device shows this code. Its number is %s; it came from %s at %s.\nIf it is in your hands, go on: it will read everything that you can read.\n", n.Number, n.From, when(n.At))
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	if err := c.ApproveDevice(ctx, e.factor(*codeFile), n); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "The new device is yours. It is told to every address that we have of you.")
	return nil
}

func runRecoveryCode(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	code, err := c.ReplaceRecovery(ctx, e.factor(*codeFile))
	if err != nil {
		return err
	}
	e.showRecovery(code)
	return nil
}

func (e *env) showRecovery(code string) {
	fmt.Fprintf(e.stdout, "\nYour new recovery code. Print it and lock it away; it is shown only now, and the old one opens nothing any more:\n\n    %s\n\n", code)
}

func runRecover(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	url := fs.String("url", "", "address of the service: your recovery code says the rest")
	card := fs.String("card", "", "in its place: your invitation letter, or the agency's card: `arcline agency-card`")
	name := fs.String("name", "", "your sign-in name; else the letter's")
	paper := fs.String("recovery-file", "", "file with your recovery code; else you are asked")
	passwordFile := fs.String("password-file", "", "file with the password; else you are asked")
	codeFile := codeFlag(fs)
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if (*card == "") == (*url == "") || *url != "" && *name != "" {
		return fmt.Errorf("%w: either --url, or --card with --name", errUsage)
	}
	recovery, err := e.secret(*paper, "Your recovery code")
	if err != nil {
		return err
	}
	l, err := recoveryLetter(ctx, *url, *card, recovery)
	if err != nil {
		return err
	}
	if *name != "" {
		l.Name = *name
	}
	password, err := e.secret(*passwordFile, "Password")
	if err != nil {
		return err
	}
	code, err := e.secret(*codeFile, "The six digits that your app shows now")
	if err != nil {
		return err
	}
	cfg, err := e.config()
	if err != nil {
		return err
	}
	r, err := client.Recover(ctx, cfg, l, recovery, password, code)
	if r == nil {
		return err
	}
	e.showRecovery(r.Recovery) // it may be in force even where the answer was lost
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "You are back: this device is yours, and every other one was taken away. Run `arcline login`.")
	return nil
}

// recoveryLetter is which agency to believe: by the recovery code alone, or by a
// card or an old letter.
func recoveryLetter(ctx context.Context, url, card, recovery string) (client.Letter, error) {
	if card != "" {
		return client.ReadLetter(card)
	}
	return client.FindRecoveryLetter(ctx, client.Config{}, strings.TrimSuffix(url, "/"), recovery)
}

func runAgencyCard(_ context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "agency", "the agency's folder")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	a, err := agency.Open(*dir, time.Now)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(a.Card())
}
