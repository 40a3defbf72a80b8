package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	clientweb "arcline/client-web"
	"arcline/server"
	"arcline/server/api"
	"arcline/server/config"
	"arcline/server/openapi"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv/boltkv"
)

// checkVerb is the hidden verb under which the store's check runs in a process
// of its own, which can be killed.
const checkVerb = "check-store"

func serviceVerbs() []verb {
	return []verb{
		{"serve", "the service", "[settings]", "run the service; `arcline config` lists the settings", runServe},
		{"demo", "the service", "[--listen ADDR] [--data DIR] [--once]", "run a service with made-up people in it; --once plays a whole story and checks it", runDemo},
		{"verify", "the service", "[--data DIR]", "check every row and invariant of a stopped service's store", runVerify},
		{"rotate-key", "the service", "--data DIR [--key-file OLD] --new-key-file NEW", "change the key file of a stopped service; can be stopped and run again", runRotateKey},
		{"config", "the service", "[settings]", "print the settings in force and where each came from", runConfig},
		{"openapi", "the service", "", "print every HTTP route, who may ask it and what goes over it, as OpenAPI 3.1", runOpenAPI},
		{checkVerb, "the service", "FILE", "check one store file (used by serve, in a process of its own)", runCheckStore},
	}
}

// settings reads the service's settings from file, environment and flags.
func settings(e *env, fs *flag.FlagSet, args []string) (config.Loaded, error) {
	var file string
	var rest []string
	for i := 0; i < len(args); i++ { // --file and --json are ours, the rest are settings
		switch args[i] {
		case "--file", "-file":
			if i+1 == len(args) {
				return config.Loaded{}, fmt.Errorf("%w: --file needs a name", errUsage)
			}
			i++
			file = args[i]
		case "--json", "-json":
			e.json = true
		default:
			rest = append(rest, args[i])
		}
	}
	l, left, err := config.Load(file, e.getenv, rest)
	if err != nil {
		return l, fmt.Errorf("%w: %w", errUsage, err)
	}
	if len(left) > 0 {
		return l, fmt.Errorf("%w: %q is no setting", errUsage, left[0])
	}
	return l, nil
}

func runServe(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	l, err := settings(e, fs, args)
	if err != nil {
		return err
	}
	log := newLogger(e.stderr, l.LogLevel)
	check, err := childCheck()
	if err != nil {
		return err
	}
	limited := func(ctx context.Context, path string) error {
		ctx, cancel := context.WithTimeout(ctx, l.Check)
		defer cancel()
		return check(ctx, path)
	}
	pages := clientweb.Files()
	if l.WebFolder != "" {
		pages = os.DirFS(l.WebFolder)
	}
	s, err := server.New(ctx, l.Config, server.Options{Check: limited, Web: pages}, log)
	if err != nil {
		return err
	}
	return serve(ctx, s, l.Config, log, e.stdout)
}

// serve runs a server until ctx ends, then closes it in good order.
func serve(ctx context.Context, s *server.Server, cfg config.Config, log *slog.Logger, out io.Writer) error {
	secret, err := s.Setup(ctx)
	if err != nil {
		return errors.Join(err, s.Close(context.WithoutCancel(ctx)))
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen on %s: %w; another service may use it: choose one with --listen", cfg.Listen, err), s.Close(context.WithoutCancel(ctx)))
	}
	fmt.Fprintf(out, "arcline serves on %s\n", l.Addr())
	if secret != "" {
		fmt.Fprintf(out, "No agency yet. Run `arcline init` with the one-time set-up secret in %s (good for 24 hours).\n", secret)
	}
	stopDebug, err := s.ServeDebug(ctx)
	if err != nil {
		return errors.Join(err, l.Close(), s.Close(context.WithoutCancel(ctx)))
	}
	defer stopDebug()
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		log.Info("stopping: finishing what has begun")
	}
	return errors.Join(err, s.Close(context.WithoutCancel(ctx)))
}

// childCheck runs the store's check as a child of this same program.
func childCheck() (func(ctx context.Context, path string) error, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program for checking the store: %w", err)
	}
	return boltkv.ChildCheck(exe, checkVerb), nil
}

func runCheckStore(ctx context.Context, _ *env, fs *flag.FlagSet, args []string) error {
	rest, err := parse(fs, args, 1, 1)
	if err != nil {
		return err
	}
	if err := store.CheckFile(ctx, rest[0]); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return nil
}

func runVerify(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	data := fs.String("data", config.Default().Data, "the service's data folder")
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	path := filepath.Join(*data, store.FileName)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no store in %s: %w; name the folder with --data", *data, err)
	}
	check, err := childCheck()
	if err != nil {
		return err
	}
	if err := check(ctx, path); err != nil {
		return fmt.Errorf("%w: %w. Nothing was changed. Stop the service and restore the newest backup", errDamaged, err)
	}
	return e.print(map[string]any{"ok": true, "store": path}, func(w io.Writer) {
		fmt.Fprintf(w, "%s: every row and every invariant holds\n", path)
	})
}

func runConfig(_ context.Context, e *env, fs *flag.FlagSet, args []string) error {
	l, err := settings(e, fs, args)
	if err != nil {
		return err
	}
	return e.print(l.Settings(), func(w io.Writer) {
		for _, s := range l.Settings() {
			fmt.Fprintf(w, "%-20s %-24q %-12s %s\n%-20s   %s\n", s.Name, s.Value, s.Source, s.Env, "", s.Doc)
		}
	})
}

func runOpenAPI(_ context.Context, e *env, fs *flag.FlagSet, args []string) error {
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	doc, err := openapi.Document(api.Describe())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "%s\n", doc)
	return err
}

func runVersion(_ context.Context, e *env, fs *flag.FlagSet, args []string) error {
	if _, err := parse(fs, args, 0, 0); err != nil {
		return err
	}
	build := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		build = info.Main.Version
	}
	v := map[string]any{"protocol": wire.Version, "build": build, "go": runtime.Version()}
	return e.print(v, func(w io.Writer) {
		fmt.Fprintf(w, "arcline %s, protocol %d, %s\n", build, wire.Version, runtime.Version())
	})
}

func newLogger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(server.Redact(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l})))
}
