package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"arcline/client"
	"arcline/client/auditor"
	"arcline/client/witness"
	"arcline/crypto/keylog"
)

// witnessFlags is the command line of `arcline witness`.
type witnessFlags struct {
	listen, service, keyFile, state, roster, name string
	plain                                         bool
}

func runWitness(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	var f witnessFlags
	fs.StringVar(&f.listen, "listen", "127.0.0.1:8090", "address and port where the service asks")
	fs.StringVar(&f.service, "service", "", "address of the service, for a plain witness without a device")
	fs.StringVar(&f.keyFile, "key-file", "", "file of the witness's private key")
	fs.StringVar(&f.state, "state", "", "file of the newest state signed (default: the key's file with .state)")
	fs.StringVar(&f.roster, "roster", "", "the agency's roster as CSV; nobody outside it may be certified")
	fs.StringVar(&f.name, "name", "", "with `key`: the witness's name, such as witness.exchange.example")
	fs.BoolVar(&f.plain, "plain", false, "check only that the log goes on, not what is in it")
	rest, err := parse(fs, args, 0, 1)
	if err != nil {
		return err
	}
	if f.keyFile == "" {
		return fmt.Errorf("%w: --key-file is needed", errUsage)
	}
	if len(rest) == 1 {
		if rest[0] != "key" {
			return fmt.Errorf("%w: there is no witness %q", errUsage, rest[0])
		}
		return e.makeWitnessKey(f)
	}
	if f.service != "" && !f.plain {
		return fmt.Errorf("%w: without --home DIR of an auditor's device the witness can only be --plain", errUsage)
	}
	if f.state == "" {
		f.state = f.keyFile + ".state"
	}
	return e.witness(ctx, f)
}

func (e *env) makeWitnessKey(f witnessFlags) error {
	if f.name == "" {
		return fmt.Errorf("%w: --name is needed", errUsage)
	}
	skey, vkey, err := keylog.NewCosignerKey(rand.Reader, f.name)
	if err != nil {
		return errors.Join(errUsage, err)
	}
	file, err := os.OpenFile(f.keyFile, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the witness's key: %w", err)
	}
	_, err = file.WriteString(skey + "\n")
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, vkey)
	return nil
}

// witness runs until ctx ends.
func (e *env) witness(ctx context.Context, f witnessFlags) error {
	text, err := os.ReadFile(f.keyFile)
	if err != nil {
		return fmt.Errorf("read the witness's key: %w", err)
	}
	k, err := keylog.ReadCosigner(string(text))
	if err != nil {
		return err
	}
	log := newLogger(e.stderr, "info")
	cfg := witness.Config{Key: k, State: f.state, Now: time.Now, Log: log}
	read := uint64(0)
	if f.service != "" {
		about, err := client.About(ctx, client.Config{}, f.service)
		if err != nil {
			return err
		}
		cfg.LogKey = about.LogKey // the state's file holds it to the first one seen
	} else {
		c, err := e.open()
		if err != nil {
			return err
		}
		defer c.Close()
		_, _, cfg.LogKey = c.Trust()
		if !f.plain {
			audit, n, err := catchUp(ctx, c, f.roster)
			if errors.Is(err, client.ErrOffline) { // it may come up after us
				log.Warn("the service is not there yet", "err", err)
			} else if err != nil {
				return err
			}
			cfg.Audit, read = audit, n
		}
	}
	w, err := witness.Open(cfg)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen", f.listen, err)
	}
	fmt.Fprintf(e.stdout, "The witness %s answers on %s. %d leaves audited, %d signed.\nPublic key: %s\n", k.Name(), l.Addr(), read, w.Size(), k.Verifier())
	srv := &http.Server{Handler: w, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	done := context.AfterFunc(ctx, func() { srv.Close() })
	defer done()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// catchUp replays what there is before the first request.
func catchUp(ctx context.Context, c *client.Client, roster string) (*witness.Audit, uint64, error) {
	id, root, logKey := c.Trust()
	a := &witness.Audit{Agency: id, Root: root, LogKey: logKey, Source: c, Now: time.Now}
	if roster != "" {
		a.Roster = func() ([]auditor.Row, error) { return readRoster(roster) }
		if _, err := a.Roster(); err != nil {
			return nil, 0, err
		}
	}
	n, err := a.CatchUp(ctx)
	var bad *auditor.Bad
	if errors.As(err, &bad) {
		err = fmt.Errorf("%w: %w. Nothing was signed", errDamaged, err)
	}
	return a, n, err
}
