// Command arcdev is the one tool for people who change arcline. It needs
// nothing installed by hand but Go, and Node with npm for the web client.
//
// It only drives: what is correct is said by tests, by the schema in
// server/wire and by the vectors. arcdev runs them, and writes down what can be
// derived from them so that nobody copies it by hand.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// verb is one thing that arcdev does.
type verb struct {
	name string
	help string
	run  func(root string, args []string) error
}

var verbs = []verb{
	{"check", "run the whole gate: -fast leaves out the race detector and fuzzing, -only a,b runs some steps", check},
	{"gen", "write the TypeScript half of server/wire, its JSON Schemas and its golden files; -check only says what would change", gen},
	{"vectors", "write the vectors of crypto/vectors that are missing or changed; -check only says what would change", makeVectors},
	{"cross", "let Go, Node, Chromium and Firefox judge each other's fresh files of the protocol", cross},
	{"web", "build the browser client into client-web/dist, which stands in the repository", buildWeb},
	{"stories", "play all stories in real browsers against the real program; needs Chromium and Firefox, and installs them where it may", stories},
	{"screens", "look at every screen of the browser client in every state and size, with axe; needs Chromium", screens},
	{"measure", "take the browser client's figures against their budgets; needs Chromium, and installs it where it may", measure},
	{"soak", "a working day at the desk in some minutes: what the page keeps must not grow; needs Chromium", soak},
	{"crash", "kill -9 and power-cut a service over and over and look for every confirmed message, as JSON", crash},
	{"day", "a deadline day of open enrollment at speed: 21 people at the desk, a rush of sign-ins, every number counted again, as JSON", day},
	{"loadgen", "measure a running service: rates, times, syncs, memory, as JSON", loadgen},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "arcdev:", err)
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 || args[0] == "help" {
		help()
		return nil
	}
	for _, v := range verbs {
		if v.name == args[0] {
			root, err := repository()
			if err != nil {
				return err
			}
			return v.run(root, args[1:])
		}
	}
	return fmt.Errorf("no verb %q; `arcdev help` prints them", args[0])
}

func help() {
	fmt.Print("arcdev is the tool for people who change arcline.\n\n")
	for _, v := range verbs {
		fmt.Printf("  arcdev %-8s %s\n", v.name, v.help)
	}
	fmt.Printf("  arcdev %-8s %s\n", "help", "print this")
}

// repository finds the folder with go.mod, from the working folder upwards.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no go.mod here or above: run arcdev inside the repository")
		}
		dir = up
	}
}
