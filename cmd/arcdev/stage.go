package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"arcline/client"
	"arcline/client/agency"
	"arcline/client/app"
	"arcline/server/wire"
)

const stagePassword = "made-up people only"

// stage is an arcline of its own in a temporary folder, run as a process, for
// measuring and for killing.
type stage struct {
	people                  int // assisters, and as many specialists; 0: crewSize
	lead                    *client.Client
	newcomers               int // people who are invited besides, for a rush of sign-ins
	dir, bin, listen, debug string
	flags                   []string
	agency                  *agency.Agency
	registrar               *client.Client
	http                    *http.Client
	cmd                     *exec.Cmd
	done                    chan error

	apps                   map[*client.Client]*app.App
	letters                map[string]client.Letter
	assisters, specialists []*client.Client
	line                   wire.ID
	profile                string // file for a CPU profile; empty: none
}

// buildArcline builds the binary that is measured.
func buildArcline(root, dir string) (string, error) {
	bin := filepath.Join(dir, "arcline")
	cmd := exec.Command("go", "build", "-o", bin, "./cmd/arcline")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build arcline: %w\n%s", err, out)
	}
	return bin, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func newStage(bin, dir string, flags ...string) (*stage, error) {
	s := &stage{bin: bin, dir: dir, flags: flags, apps: map[*client.Client]*app.App{}, letters: map[string]client.Letter{}, http: &http.Client{Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512}}}
	var err error
	if s.listen, err = freePort(); err != nil {
		return nil, err
	}
	s.debug, err = freePort()
	return s, err
}

func (s *stage) data() string { return filepath.Join(s.dir, "service") }
func (s *stage) url() string  { return "http://" + s.listen }

// start starts the service and waits until it answers.
func (s *stage) start() error {
	log, err := os.OpenFile(filepath.Join(s.dir, "service.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	args := append([]string{"serve", "--listen", s.listen, "--data", s.data(), "--debug-listen", s.debug, "--rate", "0",
		"--sockets-per-person", "100000", "--idle", "12h", "--idle-assisters", "12h", "--sockets", "100000", "--log-level", "warn"}, s.flags...)
	s.cmd, s.done = exec.Command(s.bin, args...), make(chan error, 1)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	cmd, done := s.cmd, s.done
	go func() { done <- cmd.Wait() }()
	for range 400 {
		if resp, err := http.Get(s.url() + "/healthz"); err == nil {
			resp.Body.Close()
			return nil
		}
		select {
		case err := <-done:
			done <- err
			tail, _ := os.ReadFile(log.Name())
			return fmt.Errorf("the service did not start: %w\n%s", err, tail)
		case <-time.After(25 * time.Millisecond):
		}
	}
	return errors.New("the service does not answer")
}

// stop ends the service with a signal.
func (s *stage) stop(sig syscall.Signal) error {
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	err := <-s.done
	s.cmd = nil
	if sig == syscall.SIGKILL {
		return nil
	}
	return err
}

// metric reads one counter of the service.
func (s *stage) metric(name string) (float64, error) {
	resp, err := http.Get("http://" + s.debug + "/metrics")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(b.String(), "\n") {
		if v, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(v, 64)
		}
	}
	return 0, fmt.Errorf("there is no counter %s", name)
}

// found makes an agency with two registrars and a lead, and invites as many
// assisters and specialists as are asked for.
func (s *stage) found(ctx context.Context, each int) error {
	secret, err := os.ReadFile(filepath.Join(s.data(), "setup-secret"))
	if err != nil {
		return err
	}
	if s.agency, err = agency.Init(filepath.Join(s.dir, "agency"), "Made-up Exchange", s.url(), time.Now); err != nil {
		return err
	}
	if err := s.agency.SetRoster(madeUpRoster(each, s.newcomers)); err != nil {
		return err
	}
	e, letters, err := s.agency.Bootstrap(ctx, s.config(), strings.TrimSpace(string(secret)), stagePassword, "rita", "rolf", "lead")
	if err != nil {
		return err
	}
	s.registrar = e.Client
	if s.apps[e.Client], err = s.settle(ctx, e, func() error { return nil }); err != nil {
		return err
	}
	for _, l := range letters {
		s.letters[l.Name] = l.Letter
	}
	second, err := s.person(ctx, "rolf")
	if err != nil {
		return err
	}
	var names []string
	for i := range each {
		names = append(names, fmt.Sprintf("assister%d", i), fmt.Sprintf("specialist%d", i))
	}
	for i := range s.newcomers {
		names = append(names, fmt.Sprintf("newcomer%d", i))
	}
	made, err := s.agency.Invite(ctx, s.registrar, s.factor(s.registrar), names...)
	if err != nil {
		return err
	}
	for _, l := range made {
		s.letters[l.Name] = l.Letter
	}
	waiting, err := second.Sponsorships(ctx)
	if err != nil {
		return err
	}
	var locators []wire.Hash
	for _, w := range waiting {
		locators = append(locators, w.Locator)
	}
	return second.Sponsor(ctx, s.factor(second), true, locators...)
}

// madeUpRoster is a roster of people who do not exist.
func madeUpRoster(each, newcomers int) string {
	var b strings.Builder
	b.WriteString("type,id,name,login,organization,department,certified_to,lines,proofing_level,proofing_method,proofing_date,proofing_by\n")
	until := time.Now().AddDate(0, 0, 300).Format(time.DateOnly)
	row := func(role wire.Role, login, org, dept, to, lines string) {
		fmt.Fprintf(&b, "%s,M-%s,Made-Up %s,%s,%s,%s,%s,%s,2,in person,2026-01-02,Made-Up Clerk\n", role, login, login, login, org, dept, to, lines)
	}
	row(wire.RoleRegistrar, "rita", "", "Exchange", "", "")
	row(wire.RoleRegistrar, "rolf", "", "Exchange", "", "")
	row(wire.RoleLead, "lead", "", "DHS", "", "arc")
	for i := range newcomers {
		row(wire.RoleNavigator, fmt.Sprintf("newcomer%d", i), "Made-Up Help", "", until, "")
	}
	for i := range each {
		row(wire.RoleNavigator, fmt.Sprintf("assister%d", i), "Made-Up Help", "", until, "")
		row(wire.RoleSpecialist, fmt.Sprintf("specialist%d", i), "", "DHS", "", "arc")
	}
	return b.String()
}

// factor is a person's second factor for an act.
func (s *stage) factor(c *client.Client) client.Factor {
	return client.Ask(func() (string, error) { return s.apps[c].Next(context.Background()) })
}

func (s *stage) config() client.Config {
	return client.Config{Vault: client.NewMemVault(), HTTP: s.http}
}

// person enrols, certifies and signs in somebody who has a letter.
func (s *stage) person(ctx context.Context, name string) (*client.Client, error) {
	e, err := client.Enroll(ctx, s.config(), s.letters[name], stagePassword)
	if err != nil {
		return nil, err
	}
	if s.apps[e.Client], err = s.settle(ctx, e, func() error { _, err := s.agency.Approve(ctx, s.registrar); return err }); err != nil {
		return nil, err
	}
	return e.Client, nil
}

// settle confirms the second factor, waits for the approval and signs in.
func (s *stage) settle(ctx context.Context, e *client.Enrolment, approve func() error) (*app.App, error) {
	a, err := app.FromAddress(e.OTPAuth)
	if err != nil {
		return nil, err
	}
	code, err := a.Next(ctx)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(e.Confirm(ctx, code), approve()); err != nil {
		return nil, err
	}
	if code, err = a.Next(ctx); err != nil {
		return nil, err
	}
	return a, e.SignIn(ctx, stagePassword, code)
}

// crew is some assisters and some specialists on the ARC.
func (s *stage) crew(ctx context.Context, each int) (assisters, specialists []*client.Client, line wire.ID, err error) {
	arc, err := s.agency.LineBySlug("arc")
	if err != nil {
		return nil, nil, line, err
	}
	lead, err := s.person(ctx, "lead")
	if err != nil {
		return nil, nil, line, err
	}
	s.lead = lead
	if err := lead.AuditBoxes(ctx); err != nil {
		return nil, nil, line, err
	}
	var ids []wire.ID
	for i := range each {
		a, err := s.person(ctx, fmt.Sprintf("assister%d", i))
		if err != nil {
			return nil, nil, line, err
		}
		sp, err := s.person(ctx, fmt.Sprintf("specialist%d", i))
		if err != nil {
			return nil, nil, line, err
		}
		_, id, _ := sp.Me()
		assisters, specialists, ids = append(assisters, a), append(specialists, sp), append(ids, id)
	}
	if err := lead.AddMembers(ctx, s.factor(lead), arc.ID, ids...); err != nil {
		return nil, nil, line, err
	}
	for _, sp := range specialists {
		if err := sp.AuditBoxes(ctx); err != nil {
			return nil, nil, line, err
		}
	}
	return assisters, specialists, arc.ID, nil
}
