package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"arcline/client"
)

// secret reads a secret from a file, or asks for it without showing it.
func (e *env) secret(file, question string) (string, error) {
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", question, err)
		}
		return strings.TrimRight(string(b), "\r\n"), nil
	}
	fmt.Fprintf(e.stderr, "%s: ", question)
	if f, ok := e.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(e.stderr)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", question, err)
		}
		return string(b), nil
	}
	return e.line(question)
}

// codeFlag is the flag of every verb that may need a second factor.
func codeFlag(fs *flag.FlagSet) *string {
	return fs.String("code-file", "", "file with the six digits of your app; else you are asked")
}

// factor is the person's second factor, asked for once an act needs it.
func (e *env) factor(codeFile string) client.Factor {
	return client.Ask(func() (string, error) { return e.secret(codeFile, "The six digits that your app shows now") })
}

// line reads one line of input, byte by byte, so that nothing after it is lost.
func (e *env) line(what string) (string, error) {
	var out []byte
	b := make([]byte, 1)
	for len(out) < 4096 {
		n, err := e.stdin.Read(b)
		if n == 1 {
			if b[0] == '\n' {
				return strings.TrimRight(string(out), "\r"), nil
			}
			out = append(out, b[0])
		}
		if err != nil {
			if errors.Is(err, io.EOF) && len(out) > 0 {
				return string(out), nil
			}
			return "", fmt.Errorf("read %s: %w", what, err)
		}
	}
	return "", fmt.Errorf("read %s: too long", what)
}

// text reads a message: from a file, or from standard input to its end.
func (e *env) text(file string) (string, error) {
	r := e.stdin
	if file != "" && file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("read the message: %w", err)
		}
		defer f.Close()
		r = f
	} else if f, ok := e.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprintln(e.stderr, "Write your message; end it with Ctrl-D on a line of its own.")
	}
	b, err := io.ReadAll(io.LimitReader(bufio.NewReader(r), 1<<20))
	if err != nil {
		return "", fmt.Errorf("read the message: %w", err)
	}
	s := strings.TrimRight(string(b), "\n")
	if s == "" {
		return "", fmt.Errorf("%w: the message is empty", errUsage)
	}
	return s, nil
}
