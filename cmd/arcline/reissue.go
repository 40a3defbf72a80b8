package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"arcline/client"
	"arcline/crypto/envelope"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

func reissueVerbs() []verb {
	return []verb{
		{"reissue", "lost everything", "start ACCOUNT --level N --method TEXT --out FILE | release ID | cancel ID | list", "as an officer: give somebody back their access after proofing them anew", runReissue},
		{"come-back", "lost everything", "[--letter FILE]", "come back with an officer's letter; without one, go on with what was begun", runComeBack},
	}
}

func runReissue(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	level := fs.Int("level", 0, "start: identity assurance level of the new proofing, 1 to 3")
	method := fs.String("method", "", "start: how the person was proofed, such as \"in person, passport\"")
	out := fs.String("out", "", "start: file for the person's letter")
	number := fs.String("number-file", "", "release: file with the device's number; else you are asked")
	called := fs.String("called", "", "release: the telephone number that you called")
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 0, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	f := e.factor(*codeFile)
	switch what := strings.Join(rest[:min(1, len(rest))], ""); {
	case what == "start" && len(rest) == 2:
		return e.startReissue(ctx, c, f, rest[1], *level, *method, *out)
	case what == "release" && len(rest) == 2:
		return e.releaseReissue(ctx, c, f, rest[1], *number, *called)
	case what == "cancel" && len(rest) == 2:
		id, err := parseID(rest[1])
		if err == nil {
			err = c.CancelReissue(ctx, f, id)
		}
		if err == nil {
			fmt.Fprintln(e.stdout, "It is over. The letter opens nothing any more; nothing of the person's was changed.")
		}
		return err
	case (what == "list" || what == "") && len(rest) < 2:
		return e.listReissues(ctx, c)
	}
	return fmt.Errorf("%w: reissue start ACCOUNT, release ID, cancel ID, or list", errUsage)
}

func (e *env) startReissue(ctx context.Context, c *client.Client, f client.Factor, who string, level int, method, out string) error {
	if out == "" || method == "" {
		return fmt.Errorf("%w: --level, --method and --out are needed", errUsage)
	}
	id, err := parseID(who)
	if err != nil {
		return err
	}
	w, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	defer w.Close()
	l, err := c.StartReissue(ctx, f, id, level, method)
	if err != nil {
		return errors.Join(err, os.Remove(out))
	}
	b, err := json.MarshalIndent(l, "", "  ")
	if err == nil {
		_, err = w.Write(append(b, '\n'))
	}
	if err := errors.Join(err, w.Sync()); err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	fmt.Fprintf(e.stdout, "The letter is in %s. Give it to the person in your room. Their new device shows a number; you and a second officer call the telephone number on file, have it read to you, and run `arcline reissue release`. It runs out in 7 days.\n", out)
	return nil
}

func (e *env) releaseReissue(ctx context.Context, c *client.Client, f client.Factor, which, numberFile, called string) error {
	if called == "" {
		return fmt.Errorf("%w: --called is needed: the number on file, which you called yourself", errUsage)
	}
	id, err := parseID(which)
	if err != nil {
		return err
	}
	number, err := e.secret(numberFile, "The device's number, as the person read it to you")
	if err != nil {
		return err
	}
	if err := c.ReleaseShare(ctx, f, id, number, called); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "Your part is given to exactly that device. It takes two officers' parts; you cannot read anything with yours.")
	return nil
}

func (e *env) listReissues(ctx context.Context, c *client.Client) error {
	all, err := c.Reissues(ctx)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, r := range all {
			came := "the new device has not come yet"
			if d, err := envelope.DecodeDeviceKeys(r.Device); err == nil {
				came = "new device " + vault.DeviceNumber(d)
			}
			mine := ""
			if r.Share != nil {
				mine = "; you hold a part"
			}
			fmt.Fprintf(w, "%s  %-20s %s\n    call %s; proofed %s; %s; %d of 2 parts given%s; runs out %s\n", r.ID, r.Name, r.State, r.Phone, r.Proofed, came, len(r.Released), mine, when(r.Expires))
		}
		if len(all) == 0 {
			fmt.Fprintln(w, "There are none.")
		}
	})
}

func runComeBack(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	letter := fs.String("letter", "", "the letter that an officer gave you")
	passwordFile := fs.String("password-file", "", "file with the new password; else you are asked")
	codeFile := codeFlag(fs)
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	cfg, err := e.config()
	if err != nil {
		return err
	}
	r, err := client.OpenReissue(cfg)
	switch {
	case errors.Is(err, client.ErrNothing) && *letter == "":
		return fmt.Errorf("%w: --letter is needed", errUsage)
	case errors.Is(err, client.ErrNothing):
		return e.beginComeBack(ctx, cfg, *letter, *passwordFile, *codeFile)
	case err != nil:
		return err
	case r.OTPAuth() == "":
		return e.offerComeBack(ctx, r, *passwordFile, *codeFile)
	}
	st, err := r.State(ctx, "")
	if err != nil {
		return err
	}
	if !st.Confirmed {
		return e.confirmApp(ctx, r, *codeFile)
	}
	out, err := r.Finish(ctx)
	if errors.Is(err, client.ErrNotReady) {
		return e.print(waiting{r.Number(), st.Released}, func(w io.Writer) { e.waits(w, r, st) })
	}
	if out == nil {
		return err
	}
	e.showRecovery(out.Recovery)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "You are back, with everything that you could read before. Every other device was taken away. Run `arcline login` with your new password and app.")
	return nil
}

// waiting is a device that officers have to call about.
type waiting struct {
	Number   string `json:"number"`
	Released int    `json:"parts_given"`
}

func (e *env) waits(w io.Writer, r *client.Reissue, st wire.ReissueState) {
	fmt.Fprintf(w, "Two officers will call you on the number that is on file. Read this to each of them, and to nobody who did not call that number:\n\n    %s\n\n%d of 2 have given their part. Then run `arcline come-back` again.\n", r.Number(), st.Released)
}

func (e *env) beginComeBack(ctx context.Context, cfg client.Config, letter, passwordFile, codeFile string) error {
	l, err := client.ReadLetter(letter)
	if err != nil {
		return err
	}
	password, err := e.newPassword(passwordFile)
	if err != nil {
		return err
	}
	r, err := client.BeginReissue(ctx, cfg, l, password)
	if err != nil {
		return err
	}
	return e.confirmApp(ctx, r, codeFile)
}

// offerComeBack goes on where the service's first answer was lost.
func (e *env) offerComeBack(ctx context.Context, r *client.Reissue, passwordFile, codeFile string) error {
	password, err := e.newPassword(passwordFile)
	if err != nil {
		return err
	}
	if err := r.Offer(ctx, password); err != nil {
		return err
	}
	return e.confirmApp(ctx, r, codeFile)
}

// confirmApp shows the new authenticator app's set-up and asks for its first code.
func (e *env) confirmApp(ctx context.Context, r *client.Reissue, codeFile string) error {
	if err := e.showApp(r.OTPAuth()); err != nil {
		return err
	}
	code, err := e.secret(codeFile, "The six digits that your app shows now")
	if err != nil {
		return err
	}
	st, err := r.State(ctx, code)
	if err != nil {
		return err
	}
	return e.print(waiting{r.Number(), st.Released}, func(w io.Writer) { e.waits(w, r, st) })
}
