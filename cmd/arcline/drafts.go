package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"arcline/client"
)

func runDrafts(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	gone := fs.Bool("clear", false, "throw it away")
	rest, err := parse(fs, args, 0, 2)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return listDrafts(ctx, e)
	}
	c, id, rest, err := withThread(ctx, e, fs, args, 1, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	d := client.Draft{Thread: id}
	if !*gone {
		if d.Text, err = e.text(strings.Join(rest, "")); err != nil {
			return err
		}
	}
	if err := c.KeepDraft(ctx, d); err != nil {
		return err
	}
	return e.print(d, func(w io.Writer) {
		if *gone {
			fmt.Fprintln(w, "Thrown away on all of your devices.")
		} else {
			fmt.Fprintln(w, "Kept for all of your devices. Nothing was sent.")
		}
	})
}

func listDrafts(ctx context.Context, e *env) error {
	c, err := e.open()
	if err != nil {
		return err
	}
	defer c.Close()
	all, err := c.Drafts(ctx)
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		if len(all) == 0 {
			fmt.Fprintln(w, "You have begun nothing.")
		}
		for _, d := range all {
			fmt.Fprintf(w, "%s\n  %s\n", d.Thread, strings.ReplaceAll(d.Text, "\n", "\n  "))
		}
	})
}
