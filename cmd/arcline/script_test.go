package main

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"arcline/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"arcline": main})
}

// The binary, as its user meets it. Each script says what it shows.
func TestScripts(t *testing.T) {
	cmds := map[string]func(*testscript.TestScript, bool, []string){
		"exits": func(ts *testscript.TestScript, neg bool, args []string) { exits(ts, args) },
		"store": func(ts *testscript.TestScript, neg bool, args []string) { makeStore(ts, args[0]) },
		"flip":  func(ts *testscript.TestScript, neg bool, args []string) { flipByte(ts, args[0]) },
	}
	maps.Copy(cmds, roundCmds)
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Cmds: cmds, Setup: setupRound})
}

// exits runs arcline and demands an exit code; what it printed goes to the files
// out and err.
func exits(ts *testscript.TestScript, args []string) {
	var out, errs strings.Builder
	dir, _, _ := strings.Cut(ts.Getenv("PATH"), string(os.PathListSeparator)) // where testscript.Main puts the program
	cmd := exec.Command(filepath.Join(dir, "arcline"), args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), &out, &errs
	cmd.Env = append(os.Environ(), "HOME="+ts.MkAbs("home"), "ARCLINE_HOME="+ts.Getenv("ARCLINE_HOME"), "ARCLINE_LISTEN="+ts.Getenv("ARCLINE_LISTEN"))
	err := cmd.Run()
	if _, ended := err.(*exec.ExitError); err != nil && !ended {
		ts.Fatalf("run arcline: %v", err)
	}
	code := cmd.ProcessState.ExitCode()
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(out.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(errs.String()), 0o600))
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("arcline %s ended with %d, want %s: %s", strings.Join(args[1:], " "), code, args[0], errs.String())
	}
	if code != exitOK && strings.Count(errs.String(), "\n") != 1 {
		ts.Fatalf("an error is one line: %q", errs.String())
	}
}

// makeStore makes an empty store in a folder.
func makeStore(ts *testscript.TestScript, dir string) {
	st, err := store.Open(context.Background(), ts.MkAbs(dir), store.Options{})
	ts.Check(err)
	ts.Check(st.Close())
}

// flipByte damages a store where it keeps rows: in the middle of a leaf.
func flipByte(ts *testscript.TestScript, dir string) {
	path := filepath.Join(ts.MkAbs(dir), store.FileName)
	b, err := os.ReadFile(path)
	ts.Check(err)
	i := strings.LastIndex(string(b), `"value"`)
	if i < 0 {
		ts.Fatalf("no row to damage")
	}
	b[i+2] ^= 1
	ts.Check(os.WriteFile(path, b, 0o600))
}

// No verb takes a secret as an argument: those that need one have a flag for a
// file, or ask.
func TestNoSecretArguments(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`fs\.String\("([a-z-]+)"`)
	n := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range flags.FindAllStringSubmatch(string(b), -1) {
			n++
			name := m[1]
			secret := strings.Contains(name, "password") || strings.Contains(name, "secret") || strings.Contains(name, "key") || name == "digits"
			if secret && !strings.HasSuffix(name, "-file") {
				t.Errorf("%s has the flag --%s: a secret in an argument is seen by every process", f, name)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d flags were looked at", n)
	}
}

// What is planted is found in every spelling, and what is not there is not.
func TestNeedles(t *testing.T) {
	text, piece := "a text that exists nowhere else", strings.Repeat("0123456789abcdef", 4)
	n := newNeedles([]string{text}, [][]byte{[]byte(piece)})
	if err := n.selfTest(); err != nil {
		t.Fatal(err)
	}
	for _, b := range n.list {
		for i, f := range forms(b) {
			if len(n.in(append([]byte("before "), append(f, " after"...)...))) == 0 {
				t.Errorf("spelling %d of %.10q is not found", i, b)
			}
		}
	}
	if found := n.in([]byte("nothing of that kind stands here")); len(found) != 0 {
		t.Errorf("found what is not there: %v", found)
	}
	if len(forms([]byte(text))) != spellings {
		t.Errorf("%d spellings, the demo says %d", len(forms([]byte(text))), spellings)
	}
}
