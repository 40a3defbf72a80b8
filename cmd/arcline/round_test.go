package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"arcline/client/app"
)

// What the script of a whole round needs beside the program: a service that is
// started and stopped, and people with an authenticator app.

// round is the service and the follower of one script.
type round struct {
	addr            string
	service, follow *exec.Cmd
	said            *spoken
	apps            map[string]*app.App
}

// spoken is what a process has said so far.
type spoken struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

type roundKey struct{}

func setupRound(e *testscript.Env) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	r := &round{addr: l.Addr().String(), apps: map[string]*app.App{}}
	e.Values[roundKey{}] = r
	e.Setenv("URL", "http://"+r.addr)
	w, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	e.Setenv("WITNESS", w.Addr().String())
	if err := w.Close(); err != nil {
		return err
	}
	e.Defer(func() {
		for _, c := range []*exec.Cmd{r.service, r.follow} {
			if c != nil {
				_ = c.Process.Kill()
				_ = c.Wait()
			}
		}
	})
	return l.Close()
}

func roundOf(ts *testscript.TestScript) *round { return ts.Value(roundKey{}).(*round) }

func program(ts *testscript.TestScript, args ...string) *exec.Cmd {
	dir, _, _ := strings.Cut(ts.Getenv("PATH"), string(os.PathListSeparator)) // where testscript.Main puts the program
	c := exec.Command(filepath.Join(dir, "arcline"), args...)
	c.Dir, c.Env = ts.MkAbs("."), append(os.Environ(), "HOME="+ts.MkAbs("home"))
	return c
}

// serveData starts the service on a folder and waits until it answers.
func serveData(ts *testscript.TestScript, _ bool, args []string) {
	r := roundOf(ts)
	log, err := os.OpenFile(ts.MkAbs("service.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	defer log.Close()
	c := program(ts, append([]string{"serve", "--listen", r.addr, "--data", args[0], "--log-level", "debug"}, args[1:]...)...)
	c.Stdout, c.Stderr = log, log
	ts.Check(c.Start())
	r.service = c
	for range 200 {
		if resp, err := http.Get("http://" + r.addr + "/healthz"); err == nil {
			resp.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("the service does not answer")
}

// stopService ends it with the signal that supervisors send; it must end well.
func stopService(ts *testscript.TestScript, _ bool, _ []string) {
	r := roundOf(ts)
	ts.Check(r.service.Process.Signal(syscall.SIGTERM))
	err := r.service.Wait()
	r.service = nil
	ts.Check(err)
}

// digits is what a person's authenticator app shows next: a code that was not
// given before. The apps know how little waiting that takes.
func digits(ts *testscript.TestScript, who string) string {
	r := roundOf(ts)
	if r.apps[who] == nil {
		r.apps[who] = &app.App{Seed: strings.TrimSpace(ts.ReadFile(who + ".seed"))}
	}
	code, err := r.apps[who].Next(context.Background())
	ts.Check(err)
	return code
}

// enrol runs a verb that makes a device and answers its question for the first
// code from the otpauth address that it printed. The code is the one before the
// present one, so that signing in need not wait for the next.
func enrol(ts *testscript.TestScript, _ bool, args []string) {
	c := program(ts, append(args[1:], "--home", args[0], "--password-file", "pw")...)
	in, err := c.StdinPipe()
	ts.Check(err)
	out, err := c.StdoutPipe()
	ts.Check(err)
	var errs bytes.Buffer
	c.Stderr = &errs
	ts.Check(c.Start())
	var all strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		fmt.Fprintln(&all, line)
		if !strings.HasPrefix(line, "otpauth://") {
			continue
		}
		u, err := url.Parse(line)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".seed"), []byte(u.Query().Get("secret")), 0o600))
		_, err = io.WriteString(in, digits(ts, args[0])+"\n")
		ts.Check(err)
	}
	if err := c.Wait(); err != nil {
		ts.Fatalf("arcline %s: %v: %s", strings.Join(args[1:], " "), err, errs.String())
	}
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(all.String()), 0o600))
}

// pairs starts a further device, lets its person's old one approve it by the code
// that it shows, and waits for both.
func pairs(ts *testscript.TestScript, _ bool, args []string) {
	fresh := program(ts, "add-device", "--home", args[1], "--url", ts.Getenv("URL"), "--name", args[0])
	out, err := fresh.StdoutPipe()
	ts.Check(err)
	ts.Check(fresh.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "On a device") {
	}
	for lines.Scan() && strings.TrimSpace(lines.Text()) == "" {
	}
	ts.Check(os.WriteFile(ts.MkAbs("pairing"), []byte(strings.TrimSpace(lines.Text())), 0o600))
	present(ts, false, args[:1])
	said, err := program(ts, "approve-device", "--home", args[0], "--pairing-file", "pairing", "--code-file", "code").CombinedOutput()
	if err != nil {
		ts.Fatalf("approve-device: %v: %s", err, said)
	}
	for lines.Scan() {
	}
	ts.Check(fresh.Wait())
}

// present writes a person's next code to the file code.
func present(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs("code"), []byte(digits(ts, args[0])), 0o600))
}

// field puts a field of the JSON that was printed last into a variable; of a
// list, a field of its first row.
func field(ts *testscript.TestScript, _ bool, args []string) {
	var v map[string]any
	text := strings.TrimLeft(ts.ReadFile("stdout"), "[ \n")
	ts.Check(json.NewDecoder(strings.NewReader(text)).Decode(&v))
	ts.Setenv(args[1], fmt.Sprint(v[args[0]]))
}

// eventually runs arcline again and again until it prints a text.
func eventually(ts *testscript.TestScript, _ bool, args []string) {
	var out []byte
	for range 60 {
		out, _ = program(ts, args[1:]...).CombinedOutput()
		if strings.Contains(string(out), args[0]) {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	ts.Fatalf("arcline %s never prints %q: %s", strings.Join(args[1:], " "), args[0], out)
}

// keep puts what was printed last into a variable.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// answers waits until something listens on an address.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	for range 200 {
		if c, err := net.Dial("tcp", args[0]); err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("nobody listens on %s", args[0])
}

// follow starts `arcline tail`; "follow until TEXT" waits for what it prints and
// ends it as ctrl-C does.
func follow(ts *testscript.TestScript, _ bool, args []string) {
	r := roundOf(ts)
	if args[0] != "until" {
		r.said = &spoken{}
		r.follow = program(ts, "tail", "--home", args[0], args[1])
		r.follow.Stdout, r.follow.Stderr = r.said, r.said
		ts.Check(r.follow.Start())
		return
	}
	for range 200 {
		if strings.Contains(r.said.String(), args[1]) {
			ts.Check(r.follow.Process.Signal(os.Interrupt))
			err := r.follow.Wait()
			r.follow = nil
			ts.Check(err)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("tail did not print %q: %s", args[1], r.said.String())
}

// absent demands that a text stands in no file below a folder.
func absent(ts *testscript.TestScript, neg bool, args []string) {
	n := newNeedles([]string{args[1]}, nil)
	found := false
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found = found || len(n.in(b)) > 0
		return err
	}))
	if found != neg {
		ts.Fatalf("found %q in %s: %v", args[1], args[0], found)
	}
}

// letters puts each invitation letter where the script finds it, by its name.
func letters(ts *testscript.TestScript, _ bool, _ []string) {
	files, err := filepath.Glob(filepath.Join(ts.MkAbs("agency"), "letters", "*.json"))
	ts.Check(err)
	for _, f := range files {
		name, _, _ := strings.Cut(filepath.Base(f), "-")
		b, err := os.ReadFile(f)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name+".json"), b, 0o600))
	}
}

// fileID puts the id of the last file in a printed thread into a variable.
func fileID(ts *testscript.TestScript, _ bool, args []string) {
	var events []struct {
		Content *struct{ Files []struct{ ID string } }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &events))
	for _, e := range events {
		if e.Content != nil && len(e.Content.Files) > 0 {
			ts.Setenv(args[0], e.Content.Files[0].ID)
		}
	}
}

var roundCmds = map[string]func(*testscript.TestScript, bool, []string){
	"serve": serveData, "stop": stopService, "enrol": enrol, "code": present, "field": field, "follow": follow, "absent": absent,
	"pairs": pairs, "keep": keep, "eventually": eventually, "answers": answers, "letters": letters, "fileid": fileID,
}
