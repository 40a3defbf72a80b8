package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"arcline/client/agency"
	"arcline/server/wire"
)

func agencyVerbs() []verb {
	return []verb{
		{"init", "the registrar", "--agency DIR --name NAME --url URL --secret-file FILE [--witness KEY --quorum N]", "make an agency: its keys in a folder of their own, and the first registrar's device", runInit},
		{"invite", "the registrar", "--agency DIR --as NAME --role ROLE --display NAME [--line arc,broker]", "write an invitation letter for one person", runInvite},
		{"approve", "the registrar", "--agency DIR", "certify whoever has enrolled under the code of their letter", runApprove},
	}
}

func runInit(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "new folder for the agency's keys; never in the service's data folder")
	name := fs.String("name", "", "the agency's name")
	url := fs.String("url", "http://127.0.0.1:8080", "address of the service")
	secretFile := fs.String("secret-file", "", "file with the one-time set-up secret")
	login := fs.String("registrar", "registrar", "sign-in name of the first registrar")
	display := fs.String("display", "Registrar", "the first registrar's full name")
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
	cfg, err := e.config()
	if err != nil {
		return err
	}
	en, err := a.Bootstrap(ctx, cfg, secret, *login, *display, password)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "The agency %s is made. Its keys are in %s:\n", a.Name, *dir)
	fmt.Fprint(e.stdout, "  root.key     move it to a safe: it is needed only to change the issuer or the policy\n"+
		"  records.key  move it to the records officer: it opens every thread\n"+
		"  issuer.key   stays with the registrar: it signs credentials\n")
	return e.finishEnrolment(ctx, en)
}

var roleNames = []wire.Role{wire.RoleNavigator, wire.RoleCAC, wire.RoleBroker, wire.RoleSupport, wire.RoleSpecialist,
	wire.RoleLead, wire.RoleRegistrar, wire.RoleRecords, wire.RoleAuditor}

func parseRole(s string) (wire.Role, error) {
	for _, r := range roleNames {
		if string(r) == s {
			return r, nil
		}
	}
	return "", fmt.Errorf("%w: there is no role %q", errUsage, s)
}

func runInvite(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	login := fs.String("as", "", "sign-in name for the person")
	role := fs.String("role", "", "navigator, cac, broker, support, specialist, lead, registrar, records or auditor")
	display := fs.String("display", "", "the person's full name")
	lines := fs.String("line", "", "lines the person may use or work on: arc, broker")
	assister := fs.String("assister-id", "", "Assister ID")
	npn := fs.String("npn", "", "National Producer Number")
	admin := fs.String("admin-id", "", "Admin ID of broker support staff")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *dir == "" || *login == "" || *display == "" {
		return fmt.Errorf("%w: --agency, --as, --role and --display are needed", errUsage)
	}
	r, err := parseRole(*role)
	if err != nil {
		return err
	}
	a, err := agency.Open(*dir, time.Now)
	if err != nil {
		return err
	}
	inv := agency.Invitation{Name: *login, Role: r, Display: *display, AssisterID: *assister, NPN: *npn, AdminID: *admin}
	for slug := range strings.SplitSeq(*lines, ",") {
		if slug == "" {
			continue
		}
		l, err := a.LineBySlug(slug)
		if err != nil {
			return errors.Join(errUsage, err)
		}
		inv.Lines = append(inv.Lines, l.ID)
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	made, err := a.Invite(ctx, c, inv)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "The letter for %s is %s. It works once, for 7 days.\nHand it over in person or by a way the service has no part in; then they run `arcline enroll --letter FILE`.\n", *display, made.Path)
	return nil
}

func runApprove(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	dir := fs.String("agency", "", "the agency's folder")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *dir == "" {
		return fmt.Errorf("%w: --agency is needed", errUsage)
	}
	a, err := agency.Open(*dir, time.Now)
	if err != nil {
		return err
	}
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	done, err := a.Approve(ctx, c)
	if done == nil {
		done = []agency.Approved{}
	}
	return errors.Join(err, e.print(done, func(w io.Writer) {
		for _, d := range done {
			fmt.Fprintf(w, "%s (%s) is certified. Account %s\n", d.Display, d.Name, d.Account)
		}
		if len(done) == 0 {
			fmt.Fprintln(w, "Nobody waits.")
		}
	}))
}
