package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/pquerna/otp/totp"

	"arcline/client"
	"arcline/client/agency"
	"arcline/client/app"
	"arcline/server/wire"
	"arcline/server/wire/roster"
)

// demoPassword is everybody's in the demo. They are all made up.
const demoPassword = "made-up people only"

// actor is one made-up person.
type actor struct {
	Name    string    `json:"name"`
	Display string    `json:"display"`
	Role    wire.Role `json:"role"`
	Line    string    `json:"line,omitempty"`
	Org     string    `json:"org,omitempty"` // organization of an assister, department of staff
	Secret  string    `json:"secret"`        // second-factor seed, as their app would hold it
	Account wire.ID   `json:"account"`

	c   *client.Client
	app *app.App
}

// cast is everybody in the demo. Those whom the registrar appoints come first:
// they are there before anybody needs a sponsor.
func cast() []*actor {
	return []*actor{
		{Name: "rolf", Display: "Rolf Rinaldi", Role: wire.RoleRegistrar, Org: "Exchange"},
		{Name: "alma", Display: "Alma Abernathy", Role: wire.RoleAgencyAdmin, Org: "Northside Help Center"},
		{Name: "lena", Display: "Lena Lindqvist", Role: wire.RoleLead, Line: "arc", Org: "DHS"},
		{Name: "lou", Display: "Lou Larkin", Role: wire.RoleLead, Line: "broker", Org: "Exchange"},
		{Name: "rex", Display: "Rex Rasmussen", Role: wire.RoleRecords, Org: "Exchange"},
		{Name: "audrey", Display: "Audrey Adeyemi", Role: wire.RoleAuditor, Org: "Exchange"},
		{Name: "sam", Display: "Sam Sorensen", Role: wire.RoleSpecialist, Line: "arc", Org: "DHS"},
		{Name: "sofia", Display: "Sofia Sandoval", Role: wire.RoleSpecialist, Line: "arc", Org: "DHS"},
		{Name: "ben", Display: "Ben Bakari", Role: wire.RoleSpecialist, Line: "broker", Org: "Exchange"},
		{Name: "bo", Display: "Bo Bergstrom", Role: wire.RoleSpecialist, Line: "broker", Org: "Exchange"},
		{Name: "nora", Display: "Nora Nakamura", Role: wire.RoleNavigator, Line: "arc", Org: "Northside Help Center"},
		{Name: "carl", Display: "Carl Castillo", Role: wire.RoleCAC, Line: "arc", Org: "Lakes Clinic"},
		{Name: "bella", Display: "Bella Brandt", Role: wire.RoleBroker, Line: "broker", Org: "Brandt Insurance"},
		{Name: "stan", Display: "Stan Stone", Role: wire.RoleSupport, Line: "broker", Org: "Brandt Insurance"},
	}
}

// appointed is how many of the cast need no sponsor.
const appointed = 6

// madeUpRoster is the demo's roster: nobody in it exists.
func madeUpRoster(people []*actor) string {
	var b strings.Builder
	b.WriteString("type,id,name,login,organization,department,mail,phone,certified_from,certified_to,lines,proofing_level,proofing_method,proofing_date,proofing_by\n")
	day := func(d int) string { return time.Now().AddDate(0, 0, d).Format(time.DateOnly) }
	for i, p := range people {
		id, org, dept, from, to, line := fmt.Sprintf("M-%04d", 1001+i), "", p.Org, "", "", p.Line
		if p.Role == wire.RoleBroker {
			id = "5550001"
		}
		if roster.Serves(p.Role) != "" {
			org, dept, from, to = p.Org, "", day(-60), day(300)
		}
		if p.Role == wire.RoleAgencyAdmin {
			org, dept = p.Org, ""
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%s@example.org,+1 651 555 %04d,%s,%s,%s,2,in person,%s,Made-Up Clerk\n",
			p.Role, id, p.Display, p.Name, org, dept, p.Name, 100+i, from, to, line, day(-60))
	}
	return b.String()
}

// stage is a demo's folder with everything in it.
type stage struct {
	dir, listen string
	origins     string // more addresses than its own at which its pages are seen
	out         io.Writer
	agency      *agency.Agency
	registrar   *actor
	people      []*actor
	guests      []*guest
	server      *process
}

func (s *stage) serverData() string { return filepath.Join(s.dir, "service") }
func (s *stage) logPath() string    { return filepath.Join(s.dir, "service.log") }
func (s *stage) home(name string) string {
	return filepath.Join(s.dir, "people", name)
}
func (s *stage) url() string { return "http://" + s.listen }

// localhost is the same service under the machine's own name: another origin for
// a browser, with keys of its own, and the one that passkeys are bound to.
func (s *stage) localhost() string { return "http://localhost" + s.listen[len(hostOf(s.listen)):] }

func (s *stage) who(name string) *actor {
	for _, p := range append(s.people, s.registrar) {
		if p.Name == name {
			return p
		}
	}
	panic("demo: nobody is called " + name)
}

// process is the service as a process of its own, so that it can be killed.
type process struct {
	cmd  *exec.Cmd
	done chan error
}

// startServer starts `arcline serve` and waits until it answers.
func (s *stage) startServer(ctx context.Context) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(exe, "serve", "--listen", s.listen, "--data", s.serverData(), "--log-level", "debug",
		"--passkey-domain", "localhost", "--origins", strings.Trim(s.url()+","+s.localhost()+","+s.origins, ","))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttr()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the service: %w", err)
	}
	p := &process{cmd, make(chan error, 1)}
	go func() { p.done <- cmd.Wait() }()
	s.server = p
	for range 300 {
		if resp, err := http.Get(s.url() + "/healthz"); err == nil {
			resp.Body.Close()
			return nil
		}
		select {
		case err := <-p.done:
			p.done <- err
			return fmt.Errorf("the service did not start (%w); its log is %s", err, s.logPath())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("the service does not answer on %s; its log is %s", s.url(), s.logPath())
}

// end ends the service with a signal and waits for it.
func (p *process) end(sig os.Signal) error {
	if err := p.cmd.Process.Signal(sig); err != nil {
		return err
	}
	return <-p.done
}

func runDemo(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	listen := fs.String("listen", "127.0.0.1:8080", "address and port to serve on")
	data := fs.String("data", "", "folder for everything (default: arcline-demo in your cache folder; with --once a new temporary one)")
	origins := fs.String("origins", "", "more web addresses at which its pages are seen, comma separated: those of a forwarder")
	once := fs.Bool("once", false, "play a whole story, check it, and end")
	set := fs.String("app", "", "print the six digits for the set-up text of an authenticator app, and end")
	code := fs.String("code", "", "print the six digits that a person's app shows now, and end")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	if *set != "" {
		return printApp(ctx, e.stdout, *set)
	}
	if *once {
		return demoOnce(ctx, e, *data)
	}
	if *data == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		*data = filepath.Join(cache, "arcline-demo")
	}
	s := &stage{dir: *data, listen: *listen, origins: *origins, out: e.stdout}
	if *code != "" {
		return s.printCode(*code)
	}
	fresh, err := s.raise(ctx)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	s.program(e, fresh)
	admitting := make(chan error, 1)
	go func() { admitting <- s.admit(ctx) }()
	select {
	case err := <-admitting:
		return errors.Join(err, s.stop())
	case <-ctx.Done():
		fmt.Fprintln(e.stdout, "\nStopping. Everything is kept; start the demo again to go on.")
		return s.stop()
	case err := <-s.server.done:
		return fmt.Errorf("the service ended by itself: %w; its log is %s", err, s.logPath())
	}
}

func (s *stage) stop() error {
	if s.server == nil {
		return nil
	}
	if err := s.server.end(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the service: %w", err)
	}
	return nil
}

// raise starts the service and, in a new folder, makes the agency and everybody.
func (s *stage) raise(ctx context.Context) (fresh bool, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return false, err
	}
	if err := s.startServer(ctx); err != nil {
		return false, err
	}
	if err := s.load(); err == nil {
		return false, nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	fmt.Fprintln(s.out, "Making an agency with fifteen made-up people …")
	s.people, s.guests = cast(), guestList()
	if err := s.found(ctx); err != nil {
		return true, err
	}
	if err := s.staff(ctx); err != nil {
		return true, err
	}
	return true, s.save()
}

const demoFile = "people.json"

func (s *stage) save() error {
	b, err := json.MarshalIndent(append(s.people, s.registrar), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, demoFile), b, 0o600)
}

func (s *stage) load() error {
	b, err := os.ReadFile(filepath.Join(s.dir, demoFile))
	if err != nil {
		return err
	}
	var all []*actor
	if err := json.Unmarshal(b, &all); err != nil || len(all) == 0 {
		return fmt.Errorf("the demo's folder %s is half made; remove it and start again: %w", s.dir, err)
	}
	s.people, s.registrar = all[:len(all)-1], all[len(all)-1]
	return s.loadGuests()
}

func (s *stage) config(name string) (client.Config, error) {
	v, err := client.OpenDirVault(s.home(name))
	return client.Config{Vault: v}, err
}

// found makes the agency and its registrar.
func (s *stage) found(ctx context.Context) error {
	secret, err := os.ReadFile(filepath.Join(s.serverData(), "setup-secret"))
	if err != nil {
		return err
	}
	if s.agency, err = agency.Init(filepath.Join(s.dir, "agency"), "Made-up State Exchange", s.url(), time.Now); err != nil {
		return err
	}
	s.registrar = &actor{Name: "rita", Display: "Rita Rosen", Role: wire.RoleRegistrar, Org: "Exchange"}
	if err := s.agency.SetRoster(madeUpRoster(slices.Concat([]*actor{s.registrar}, s.people, actors(s.guests)))); err != nil {
		return err
	}
	cfg, err := s.config("rita")
	if err != nil {
		return err
	}
	var first []string
	for _, p := range s.people[:appointed] {
		first = append(first, p.Name)
	}
	e, letters, err := s.agency.Bootstrap(ctx, cfg, trimmed(secret), demoPassword, "rita", first...)
	if err != nil {
		return err
	}
	if err := s.registrar.settle(ctx, e, func() error { return nil }); err != nil {
		return err
	}
	for i, l := range letters {
		if err := s.enrol(ctx, s.people[i], l.Letter); err != nil {
			return fmt.Errorf("enrol %s: %w", s.people[i].Name, err)
		}
	}
	return s.inviteRest(ctx)
}

// inviteRest invites whoever needs a sponsor. The administrator of an
// organization approves her own people, a second registrar the others.
func (s *stage) inviteRest(ctx context.Context) error {
	rest := s.people[appointed:]
	var names []string
	for _, p := range slices.Concat(rest, actors(s.guests)) {
		names = append(names, p.Name)
	}
	letters, err := s.agency.Invite(ctx, s.registrar.c, s.registrar.factor(ctx), names...)
	if err != nil {
		return err
	}
	for _, by := range []string{"alma", "rolf"} {
		sponsor := s.who(by)
		waiting, err := sponsor.c.Sponsorships(ctx)
		if err != nil {
			return err
		}
		var locators []wire.Hash
		for _, w := range waiting {
			locators = append(locators, w.Locator)
		}
		if err := sponsor.c.Sponsor(ctx, sponsor.factor(ctx), true, locators...); err != nil {
			return err
		}
	}
	for i, p := range rest {
		if err := s.enrol(ctx, p, letters[i].Letter); err != nil {
			return fmt.Errorf("enrol %s: %w", p.Name, err)
		}
	}
	return s.keepGuests(letters[len(rest):])
}

func trimmed(b []byte) string {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return string(b)
}

// enrol takes one person from the letter to being signed in.
func (s *stage) enrol(ctx context.Context, p *actor, letter client.Letter) error {
	cfg, err := s.config(p.Name)
	if err != nil {
		return err
	}
	e, err := client.Enroll(ctx, cfg, letter, demoPassword)
	if err != nil {
		return err
	}
	return p.settle(ctx, e, func() error { _, err := s.agency.Approve(ctx, s.registrar.c); return err })
}

// settle confirms the second factor, waits for the approval and signs in.
func (p *actor) settle(ctx context.Context, e *client.Enrolment, approve func() error) error {
	var err error
	if p.app, err = app.FromAddress(e.OTPAuth); err != nil {
		return err
	}
	p.Secret, p.c = p.app.Seed, e.Client
	_, p.Account, _ = e.Me()
	code, err := p.app.Next(ctx)
	if err != nil {
		return err
	}
	if err := e.Confirm(ctx, code); err != nil {
		return err
	}
	if err := approve(); err != nil {
		return err
	}
	if code, err = p.app.Next(ctx); err != nil {
		return err
	}
	return p.c.SignIn(ctx, demoPassword, code)
}

// factor is the person's second factor for an act.
func (p *actor) factor(ctx context.Context) client.Factor {
	return client.Ask(func() (string, error) { return p.app.Next(ctx) })
}

// staff lets the leads make their lines' keys and put their people on them.
func (s *stage) staff(ctx context.Context) error {
	for _, lead := range s.people {
		if lead.Role != wire.RoleLead {
			continue
		}
		if err := lead.c.AuditBoxes(ctx); err != nil {
			return err
		}
		l, err := s.agency.LineBySlug(lead.Line)
		if err != nil {
			return err
		}
		var ids []wire.ID
		for _, p := range s.people {
			if p.Role == wire.RoleSpecialist && p.Line == lead.Line {
				ids = append(ids, p.Account)
			}
		}
		if err := lead.c.AddMembers(ctx, lead.factor(ctx), l.ID, ids...); err != nil {
			return err
		}
	}
	for _, p := range append(s.people, s.registrar) {
		if err := p.c.Upkeep(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) printCode(name string) error {
	if err := s.load(); err != nil {
		return fmt.Errorf("open the demo's folder: %w; start the demo first", err)
	}
	for _, p := range append(s.people, s.registrar) {
		if p.Name == name {
			c, err := totp.GenerateCode(p.Secret, time.Now())
			fmt.Fprintln(s.out, c)
			return err
		}
	}
	return fmt.Errorf("%w: nobody in the demo is called %q", errUsage, name)
}

// program prints how to act as each person.
func (s *stage) program(e *env, fresh bool) {
	w := e.stdout
	fmt.Fprintf(w, "\narcline is at %s. Everything is in %s. Stop with Ctrl-C.\n", s.url(), s.dir)
	fmt.Fprintf(w, "Everybody is made up. Everybody's password is: %s\n\n", demoPassword)
	fmt.Fprintf(w, "%-8s %-18s %-11s %-7s %s\n", "name", "person", "role", "digits", "folder for --home")
	for _, p := range append(s.people, s.registrar) {
		c, err := totp.GenerateCode(p.Secret, time.Now())
		if err != nil {
			c = "?"
		}
		fmt.Fprintf(w, "%-8s %-18s %-11s %-7s %s\n", p.Name, p.Display, p.Role, c, s.home(p.Name))
	}
	if fresh {
		fmt.Fprint(w, "\nEverybody is signed in for now. ")
	}
	fmt.Fprintf(w, "Digits change every 30 seconds: arcline demo --data %s --code NAME\n", s.dir)
	s.programGuests(w)
	fmt.Fprintf(w, "\nTry, in another terminal (with `go run ./cmd/arcline` for arcline):\n")
	for _, x := range []struct{ who, verb, rest, what string }{
		{"nora", "open", "--line arc --subject \"A question\"", "type a message, end with Ctrl-D"},
		{"sam", "threads", "--line arc", "what waits on the line"},
		{"sam", "claim", "THREAD", "the keys change; see who can read"},
		{"sam", "send", "THREAD", "answer"},
		{"nora", "tail", "THREAD", "see it live"},
		{"nora", "login", "", "when a sign-in has run out"},
	} {
		fmt.Fprintf(w, "\n  # %s: %s\n  arcline %s --home %s %s\n", x.who, x.what, x.verb, s.home(x.who), x.rest)
	}
}
