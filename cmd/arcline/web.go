package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"arcline/client"
	clientweb "arcline/client-web"
	"arcline/server/web"
	"arcline/server/wire"
)

// checkedWeb is what verify-web found.
type checkedWeb struct {
	client.WebFiles
	Same bool   `json:"same"` // it is the build inside this program
	Leaf uint64 `json:"leaf"` // of the key log; zero where it was not looked up
}

// runVerifyWeb compares what a service really serves to browsers with its own
// list, with this program, and with the key log.
func runVerifyWeb(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	noLog := fs.Bool("without-log", false, "do not look the build up in the key log: no device is needed")
	rest, err := parse(fs, args, 1, 1)
	if err != nil {
		return err
	}
	site := strings.TrimSuffix(rest[0], "/")
	var out checkedWeb
	if out.WebFiles, err = client.FetchWeb(ctx, nil, site); err != nil {
		return err
	}
	mine, err := web.New(clientweb.Files())
	if err != nil {
		return err
	}
	out.Same = out.Manifest == wire.Hash(mine.Manifest())
	if !*noLog {
		c, err := e.open()
		if err != nil {
			return err
		}
		defer c.Close()
		if out.Leaf, err = c.WebLogged(ctx, out.Manifest); err != nil {
			return err
		}
	}
	return e.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "%s serves %d files (%d bytes), each the one in its list. The build's name is\n    %x\n", site, out.Files, out.Bytes, out.Manifest)
		if out.Same {
			fmt.Fprintln(w, "It is the build inside this program.")
		} else {
			fmt.Fprintln(w, "It is another build than the one inside this program: ask whoever runs the service for its source.")
		}
		if *noLog {
			fmt.Fprintln(w, "It was not looked up in the key log.")
		} else {
			fmt.Fprintf(w, "It stands in the key log at leaf %d, where everybody who watches the log sees it.\n", out.Leaf)
		}
	})
}
