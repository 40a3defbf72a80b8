package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

// step is one line of the gate. A step that cannot run where it is returns a
// skipped error with the reason; in CI some of these count as failures.
type step struct {
	name string
	run  func(*gate) error
}

// steps run in this order: what is quick and what explains the rest comes first.
var steps = []step{
	{"gofmt", checkFormat},
	{"vet", checkVet},
	{"staticcheck", checkStatic},
	{"govulncheck", checkVulnerable},
	{"modules", checkModules},
	{"house", checkHouse},
	{"generated", checkGenerated},
	{"test", checkTests},
	{"fips", checkFIPS},
	{"fuzz", checkFuzz},
	{"vectors", checkVectors},
	{"npm", checkPackages},
	{"types", checkTypes},
	{"webtest", checkWebTests},
	{"cross", checkCross},
	{"cryptosize", checkCryptoSize},
	{"dist", checkDist},
	{"budget", checkBudget},
	{"stories", checkStories},
	{"demo", checkDemo},
	{"readme", checkReadme},
}

// gate is one run of the check.
type gate struct {
	root     string
	fast     bool
	fuzztime time.Duration
	ci       bool // a machine asks: what a person may lack is demanded of it
}

// skipped says why a step did not run.
type skipped struct{ why string }

func (s skipped) Error() string { return s.why }

// lacking is a skip for a person and a failure for a machine.
func (g *gate) lacking(why string) error {
	if g.ci {
		return errors.New(why + " (CI is set, so this is a failure)")
	}
	return skipped{why}
}

func check(root string, args []string) error {
	g := &gate{root: root, ci: os.Getenv("CI") == "true"}
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	only := flags.String("only", "", "run only these `steps`, separated by commas")
	flags.BoolVar(&g.fast, "fast", false, "leave out fuzzing and the race detector")
	flags.DurationVar(&g.fuzztime, "fuzztime", 2*time.Second, "time for each fuzz target")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	passed, failed, left := 0, 0, 0
	for _, s := range chosen {
		start := time.Now()
		err := s.run(g)
		took := time.Since(start).Seconds()
		var skip skipped
		switch {
		case err == nil:
			passed++
			fmt.Printf("ok    %-12s %6.1fs\n", s.name, took)
		case errors.As(err, &skip):
			left++
			fmt.Printf("skip  %-12s %6.1fs  skipped: %s\n", s.name, took, skip.why)
		default:
			failed++
			fmt.Printf("FAIL  %-12s %6.1fs\n%s\n", s.name, took, indent(err.Error()))
		}
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, left)
	if failed > 0 {
		return errors.New("the gate is shut")
	}
	return nil
}

func choose(only string) ([]step, error) {
	if only == "" {
		return steps, nil
	}
	var out []step
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(steps, func(s step) bool { return s.name == name })
		if i < 0 {
			var names []string
			for _, s := range steps {
				names = append(names, s.name)
			}
			return nil, fmt.Errorf("no step %q; there are %s", name, strings.Join(names, ", "))
		}
		out = append(out, steps[i])
	}
	return out, nil
}

// command runs a program in the repository, or in a folder of it, and returns
// what it printed. It is stopped when it takes much longer than a step may.
type command struct {
	dir string // below the root
	env []string
}

func (g *gate) do(args ...string) (string, error) { return g.in(command{}, args...) }

func (g *gate) in(c command, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = g.root + "/" + c.dir
	cmd.Env = append(os.Environ(), c.env...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	text := string(out)
	if err == nil {
		return text, nil
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("stopped after 15 minutes: %w", err)
	}
	return text, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, tail(text))
}

// noise are the lines of `go test` about packages that are well.
var noise = regexp.MustCompile(`(?m)^(ok  |\?   )\t.*\n`)

// tail keeps what a person reads of a long output.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(noise.ReplaceAllString(text, "")), "\n")
	if len(lines) > 80 {
		lines = append([]string{fmt.Sprintf("(%d lines before)", len(lines)-80)}, lines[len(lines)-80:]...)
	}
	return strings.Join(lines, "\n")
}

func indent(text string) string {
	return "      " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      ")
}
