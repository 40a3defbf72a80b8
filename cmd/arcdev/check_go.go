package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// The tools that are not part of Go. They run by version and stand in no
// go.mod: what they need must not become what arcline needs.
const (
	staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"
	govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
)

// goFiles lists the Go files of the repository, by path below its root.
func (g *gate) goFiles() ([]string, error) {
	var out []string
	err := filepath.WalkDir(g.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || path != g.root && strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ".go") {
			rel, err := filepath.Rel(g.root, path)
			if err != nil {
				return err
			}
			out = append(out, filepath.ToSlash(rel))
		}
		return nil
	})
	return out, err
}

func checkFormat(g *gate) error {
	files, err := g.goFiles()
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range files {
		have, err := os.ReadFile(filepath.Join(g.root, name))
		if err != nil {
			return err
		}
		want, err := format.Source(have)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		} else if !bytes.Equal(have, want) {
			errs = append(errs, fmt.Errorf("%s is not formatted: run `gofmt -w %s`", name, name))
		}
	}
	return errors.Join(errs...)
}

func checkVet(g *gate) error {
	_, err := g.do("go", "vet", "./...")
	return err
}

func checkStatic(g *gate) error {
	if err := g.fetch(staticcheck); err != nil {
		return err
	}
	_, err := g.do("go", "run", staticcheck, "./...")
	return err
}

func checkVulnerable(g *gate) error {
	db := os.Getenv("ARCLINE_VULNDB")
	if db == "" {
		return skipped{"ARCLINE_VULNDB names no folder with the Go vulnerability database"}
	}
	db, err := filepath.Abs(db)
	if err != nil {
		return err
	}
	if err := g.fetch(govulncheck); err != nil {
		return err
	}
	_, err = g.do("go", "run", govulncheck, "-db", "file://"+filepath.ToSlash(db), "./...")
	return err
}

// offline are the ways in which Go and npm say that nobody answers.
var offline = regexp.MustCompile(`dial tcp|no such host|i/o timeout|connection refused|TLS handshake|GOPROXY=off|` +
	`ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT`)

// fetch gets a tool into the module cache.
func (g *gate) fetch(tool string) error {
	out, err := g.do("go", "run", tool, "-version")
	if err != nil && offline.MatchString(out) {
		return skipped{"the module proxy cannot be reached for " + tool}
	}
	return err
}

func checkModules(g *gate) error {
	_, err := g.do("go", "mod", "verify")
	return err
}

func checkHouse(g *gate) error {
	_, err := g.do("go", "test", "-count=1", "-run=^TestHouse", "./server")
	return err
}

func checkGenerated(g *gate) error {
	if err := gen(g.root, []string{"-check"}); err != nil {
		return fmt.Errorf("gen -check: %w", err)
	}
	return nil
}

func checkTests(g *gate) error {
	cgo, err := g.do("go", "env", "CGO_ENABLED")
	if err != nil {
		return err
	}
	// The command line's tests wait for half minutes of authenticator apps: more
	// packages than cores, so that the others work meanwhile.
	args := []string{"go", "test", "-shuffle=on", "-p=4", "-parallel=4", "-timeout=15m", "./..."}
	lacks := !g.fast && strings.TrimSpace(cgo) != "1"
	if !g.fast && !lacks {
		args = slices.Insert(args, 2, "-race")
	}
	if _, err := g.do(args...); err != nil {
		return err
	}
	if lacks {
		return g.lacking("the tests pass, but the race detector needs a C compiler and did not watch them")
	}
	return nil
}

// fips builds with the validated module frozen in Go's own tree, and refuses at
// run time whatever is not approved.
var fips = command{env: []string{"GOFIPS140=v1.26.0", "GODEBUG=fips140=only"}}

// fipsProbe shows that both settings reached the program: without them the
// tests would pass and prove nothing.
const fipsProbe = `package main

import (
	"crypto/fips140"
	"fmt"
)

func main() { fmt.Println(fips140.Version(), fips140.Enabled(), fips140.Enforced()) }
`

func checkFIPS(g *gate) error {
	dir, err := os.MkdirTemp("", "arcdev")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	probe := filepath.Join(dir, "probe.go")
	if err := os.WriteFile(probe, []byte(fipsProbe), 0o600); err != nil {
		return err
	}
	out, err := g.in(fips, "go", "run", probe)
	if err != nil {
		return err
	}
	if want := "v1.26.0 true true"; strings.TrimSpace(out) != want {
		return fmt.Errorf("a program built for FIPS 140-3 says %q, not %q", strings.TrimSpace(out), want)
	}
	_, err = g.in(fips, "go", "test", "./crypto/...")
	return err
}

// fuzzTarget is one Fuzz function.
type fuzzTarget struct{ dir, name string }

// fuzzTargets finds them in the source, so that none can be forgotten here.
func (g *gate) fuzzTargets() ([]fuzzTarget, error) {
	files, err := g.goFiles()
	if err != nil {
		return nil, err
	}
	var out []fuzzTarget
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(g.root, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Fuzz") {
				out = append(out, fuzzTarget{filepath.ToSlash(filepath.Dir(name)), fn.Name.Name})
			}
		}
	}
	return out, nil
}

func checkFuzz(g *gate) error {
	if g.fast {
		return skipped{"-fast"}
	}
	targets, err := g.fuzzTargets()
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return errors.New("no fuzz target found")
	}
	// Most of a short turn is building, on one core: as many targets run at once as
	// there are cores, each with one worker.
	errs, free := make([]error, len(targets)), make(chan struct{}, runtime.NumCPU())
	var all sync.WaitGroup
	for i, t := range targets {
		free <- struct{}{}
		all.Go(func() {
			errs[i] = g.fuzz(t)
			<-free
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// fuzz runs one target. On a busy machine the engine now and then takes its own
// deadline for a failure; that, and only that, is tried once more.
func (g *gate) fuzz(t fuzzTarget) error {
	args := []string{"go", "test", "-run=^$", "-fuzz=^" + t.name + "$", "-parallel=1", "-fuzztime=" + g.fuzztime.String(), "./" + t.dir}
	out, err := g.do(args...)
	if err != nil && strings.Contains(out, "context deadline exceeded") && !strings.Contains(out, "Failing input") {
		_, err = g.do(args...)
	}
	return err
}

func checkVectors(g *gate) error {
	if err := makeVectors(g.root, []string{"-check"}); err != nil {
		return fmt.Errorf("vectors -check: %w", err)
	}
	_, err := g.do("go", "test", "-count=1", "./crypto/vectors/...")
	return err
}
