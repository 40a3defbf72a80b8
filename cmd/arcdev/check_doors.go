package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// hasCommand reports whether a folder holds a Go program by now.
func (g *gate) hasCommand(dir string) bool {
	files, err := filepath.Glob(filepath.Join(g.root, dir, "*.go"))
	return err == nil && len(files) > 0
}

// checkDemo starts the demo as a newcomer does, and ends when its people have
// said what they have to say.
func checkDemo(g *gate) error {
	if !g.hasCommand("cmd/arcline") {
		return skipped{"there is no cmd/arcline yet"}
	}
	_, err := g.do("go", "run", "./cmd/arcline", "demo", "--once")
	return err
}

// checkReadme holds each command in README's code blocks to what is there.
func checkReadme(g *gate) error {
	text, err := os.ReadFile(filepath.Join(g.root, "README.md"))
	if err != nil {
		return err
	}
	commands := codeLines(string(text))
	if len(commands) == 0 {
		return errors.New("README.md has no code block")
	}
	var errs []error
	for _, c := range commands {
		if err := g.commandExists(strings.Fields(c)); err != nil {
			errs = append(errs, fmt.Errorf("README says `%s`: %w", c, err))
		}
	}
	return errors.Join(errs...)
}

// codeLines lists the commands in fenced blocks, without their comments. A block
// of a file's content (csv) holds no commands.
func codeLines(text string) []string {
	var out []string
	open, inside := false, false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			open = !open
			inside = open && strings.TrimSpace(line) != "```csv"
			continue
		}
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); inside && line != "" {
			out = append(out, line)
		}
	}
	return out
}

// commandExists knows the two programs that README speaks of.
func (g *gate) commandExists(words []string) error {
	if len(words) < 3 || words[0] != "go" || words[1] != "run" || !strings.HasPrefix(words[2], "./cmd/") {
		return errors.New("only `go run ./cmd/...` can be checked")
	}
	dir := strings.TrimPrefix(words[2], "./")
	if !g.hasCommand(dir) {
		return fmt.Errorf("there is no %s", dir)
	}
	if len(words) == 3 {
		return nil
	}
	known, err := g.do("go", "run", words[2], "help")
	if err != nil {
		return err
	}
	if !slices.Contains(strings.Fields(known), words[3]) {
		return fmt.Errorf("`%s help` does not know %s", words[2], words[3])
	}
	return nil
}
