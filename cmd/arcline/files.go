package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"strings"

	"arcline/client"
	"arcline/server/wire"
)

func runAttach(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	text := fs.String("text", "", "a line of text to go with the file")
	c, id, rest, err := withThread(ctx, e, fs, args, 2, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	f, err := os.Open(rest[0])
	if err != nil {
		return fmt.Errorf("open the file: %w; nothing was sent", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a plain file; nothing was sent", rest[0])
	}
	kind := mime.TypeByExtension(filepath.Ext(rest[0]))
	if kind == "" {
		kind = "application/octet-stream"
	}
	file, err := c.Attach(ctx, id, filepath.Base(rest[0]), kind, f, info.Size())
	if err != nil {
		return err
	}
	r, err := c.Send(ctx, id, client.Content{Type: "text", Text: *text, Files: []client.FileInfo{file}})
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) { fmt.Fprintf(w, "Sent and stored as %d. File %s\n", r.Index, file.ID) })
}

func runGet(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	out := fs.String("out", "", "where to write it (default: its own name in this folder)")
	c, id, rest, err := withThread(ctx, e, fs, args, 2, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	t, err := c.Sync(ctx, id)
	if err != nil {
		return err
	}
	for _, ev := range t.Events() {
		if ev.Content == nil {
			continue
		}
		for _, f := range ev.Content.Files {
			if f.ID.String() == rest[0] {
				return fetch(ctx, e, c, id, f, *out)
			}
		}
	}
	return notFound()
}

// fetch writes a file under a name that cannot leave the folder and does not
// replace anything.
func fetch(ctx context.Context, e *env, c *client.Client, id wire.ID, f client.FileInfo, out string) error {
	if out == "" {
		out = filepath.Base(filepath.Clean("/" + strings.ReplaceAll(f.Name, "\\", "/")))
		if out == "/" || out == "." || strings.HasPrefix(out, ".") {
			out = f.ID.String()
		}
	}
	w, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the file: %w; choose another name with --out", err)
	}
	if err := errors.Join(c.Download(ctx, id, f, w), w.Close()); err != nil {
		return errors.Join(err, os.Remove(out))
	}
	fmt.Fprintf(e.stdout, "%s (%d bytes)\n", out, f.Size)
	return nil
}
