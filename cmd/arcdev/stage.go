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
	dir, bin, listen, debug string
	flags                   []string
	agency                  *agency.Agency
	registrar               *client.Client
	http                    *http.Client
	cmd                     *exec.Cmd
	done                    chan error

	apps                   map[*client.Client]*app.App
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
	s := &stage{bin: bin, dir: dir, flags: flags, apps: map[*client.Client]*app.App{}, http: &http.Client{Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512}}}
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
		"--sockets-per-person", "100000", "--sockets", "100000", "--log-level", "warn"}, s.flags...)
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

// found makes an agency and its registrar.
func (s *stage) found(ctx context.Context) error {
	secret, err := os.ReadFile(filepath.Join(s.data(), "setup-secret"))
	if err != nil {
		return err
	}
	if s.agency, err = agency.Init(filepath.Join(s.dir, "agency"), "Made-up Exchange", s.url(), time.Now); err != nil {
		return err
	}
	e, err := s.agency.Bootstrap(ctx, s.config(), strings.TrimSpace(string(secret)), "rita", "Rita Made-Up", stagePassword)
	if err != nil {
		return err
	}
	s.registrar = e.Client
	_, err = s.settle(ctx, e, func() error { return nil })
	return err
}

func (s *stage) config() client.Config {
	return client.Config{Vault: client.NewMemVault(), HTTP: s.http}
}

// person enrols, certifies and signs in somebody on a line.
func (s *stage) person(ctx context.Context, name string, role wire.Role, slug string) (*client.Client, error) {
	l, err := s.agency.LineBySlug(slug)
	if err != nil {
		return nil, err
	}
	letter, err := s.agency.Invite(ctx, s.registrar, agency.Invitation{Name: name, Role: role, Display: name, Lines: []wire.ID{l.ID}})
	if err != nil {
		return nil, err
	}
	e, err := client.Enroll(ctx, s.config(), letter.Letter, stagePassword)
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
	lead, err := s.person(ctx, "lead", wire.RoleLead, "arc")
	if err != nil {
		return nil, nil, line, err
	}
	if err := lead.AuditBoxes(ctx); err != nil {
		return nil, nil, line, err
	}
	var ids []wire.ID
	for i := range each {
		a, err := s.person(ctx, fmt.Sprintf("assister%d", i), wire.RoleNavigator, "arc")
		if err != nil {
			return nil, nil, line, err
		}
		sp, err := s.person(ctx, fmt.Sprintf("specialist%d", i), wire.RoleSpecialist, "arc")
		if err != nil {
			return nil, nil, line, err
		}
		_, id, _ := sp.Me()
		assisters, specialists, ids = append(assisters, a), append(specialists, sp), append(ids, id)
	}
	if err := lead.AddMembers(ctx, client.Ask(func() (string, error) { return s.apps[lead].Next(ctx) }), arc.ID, ids...); err != nil {
		return nil, nil, line, err
	}
	for _, sp := range specialists {
		if err := sp.AuditBoxes(ctx); err != nil {
			return nil, nil, line, err
		}
	}
	return assisters, specialists, arc.ID, nil
}
