package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"regexp"
	"strings"

	"arcline/client"
	"arcline/server/wire"
)

// withThread is device for verbs whose first argument is a thread.
func withThread(ctx context.Context, e *env, fs *flag.FlagSet, args []string, least, most int) (*client.Client, wire.ID, []string, error) {
	rest, err := parse(fs, args, least, most)
	if err != nil {
		return nil, wire.ID{}, nil, err
	}
	id, perr := wire.ParseID(rest[0])
	if perr != nil && !idPrefix.MatchString(rest[0]) {
		return nil, id, nil, fmt.Errorf("%w: %q is not a thread's id, nor the first six or more digits of one", errUsage, rest[0])
	}
	c, err := e.open()
	if err == nil && perr != nil {
		id, err = findThread(ctx, c, rest[0])
	}
	return c, id, rest[1:], err
}

// withText opens the device for a verb that writes a text into a thread.
func withText(ctx context.Context, e *env, fs *flag.FlagSet, args []string) (*client.Client, wire.ID, string, error) {
	c, id, rest, err := withThread(ctx, e, fs, args, 1, 2)
	if err != nil {
		return nil, id, "", err
	}
	text, err := e.text(strings.Join(rest, ""))
	if err != nil {
		c.Close()
		return nil, id, "", err
	}
	return c, id, text, nil
}

// idPrefix is the beginning of an id, long enough to mean one.
var idPrefix = regexp.MustCompile(`^[0-9a-f]{6,31}$`)

// findThread looks for the one thread whose id begins with some digits: among
// our own, then on the lines that we work on.
func findThread(ctx context.Context, c *client.Client, prefix string) (wire.ID, error) {
	found := map[wire.ID]bool{}
	look := func(line *wire.ID) error {
		rows, err := c.Threads(ctx, line)
		for _, r := range rows {
			if strings.HasPrefix(r.Thread.String(), prefix) {
				found[r.Thread] = true
			}
		}
		return err
	}
	if err := look(nil); err != nil {
		return wire.ID{}, err
	}
	lines, err := c.Lines(ctx)
	if err != nil {
		return wire.ID{}, err
	}
	for _, l := range lines {
		if err := look(&l.Line); err != nil && !client.IsCode(err, wire.CodeNotFound) {
			return wire.ID{}, err
		}
	}
	switch len(found) {
	case 1:
		for id := range found {
			return id, nil
		}
	case 0:
		return wire.ID{}, notFound()
	}
	return wire.ID{}, fmt.Errorf("%w: %d threads begin with %s; write more of it", errUsage, len(found), prefix)
}

func notFound() error {
	i := wire.CodeNotFound.Info()
	return &client.Error{Problem: wire.Problem{Code: i.Code, Text: i.Text, Hint: i.Hint}}
}

// findLine takes a line's id or its name, or the beginning of its name.
func findLine(ctx context.Context, c *client.Client, s string) (wire.ID, error) {
	if id, err := wire.ParseID(s); err == nil {
		return id, nil
	}
	lines, err := c.Lines(ctx)
	if err != nil {
		return wire.ID{}, err
	}
	var found []wire.ID
	for _, l := range lines {
		if strings.HasPrefix(strings.ToLower(l.Name), strings.ToLower(s)) || initials(l.Name) == strings.ToLower(s) {
			found = append(found, l.Line)
		}
	}
	if len(lines) == 0 {
		return wire.ID{}, errors.New("there is no line yet: a line begins when its lead is certified and has signed in; nothing was done")
	}
	if len(found) != 1 {
		return wire.ID{}, fmt.Errorf("%w: %q does not name one line; `arcline lines` lists them", errUsage, s)
	}
	return found[0], nil
}

func initials(name string) string {
	var out []byte
	for w := range strings.FieldsSeq(name) {
		out = append(out, w[0]|0x20)
	}
	return string(out)
}
