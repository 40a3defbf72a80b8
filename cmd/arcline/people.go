package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"arcline/server/wire"
)

// difference prints the report about a roster.
func (e *env) difference(d wire.RosterDifference) error {
	if err := e.print(d, func(w io.Writer) {
		for _, p := range d.Problems {
			fmt.Fprintln(w, p)
		}
		if len(d.Problems) > 0 {
			return
		}
		counts := map[string]int{}
		for _, c := range d.Changes {
			counts[c.What]++
			fmt.Fprintf(w, "%-17s %s\n", c.What, c.Text)
		}
		fmt.Fprintf(w, "%d lose access now, %d gain access now, %d are new, %d change otherwise, %d stay as they are.\n",
			counts["loses access now"], counts["gains access now"], counts["new"], counts["changed"], d.Same)
		if d.Waiting {
			fmt.Fprintln(w, "A newer roster lies in the service's folder; what it gives waits until it is imported here.")
		}
	}); err != nil {
		return err
	}
	if len(d.Problems) > 0 {
		return fmt.Errorf("the roster has %d mistakes; nothing was changed; mend the file and try again", len(d.Problems))
	}
	return nil
}

func runPeople(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	people, err := c.People(ctx)
	if err != nil {
		return err
	}
	return e.print(people, func(w io.Writer) {
		for _, p := range people {
			fmt.Fprintf(w, "%-24s %-24s %-12s %-20s %s\n", p.Key, p.Name, p.Role, p.Organization, p.Standing)
			if p.Account != nil {
				fmt.Fprintf(w, "%-24s account %s\n", "", p.Account)
			}
		}
	})
}

func runSponsor(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 0, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	waiting, err := c.Sponsorships(ctx)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return e.print(waiting, func(w io.Writer) {
			for _, s := range waiting {
				fmt.Fprintf(w, "%-20s %-24s %-12s %-20s invited %s\n", s.ID, s.Name, s.Role, s.Organization, when(s.Made))
			}
			if len(waiting) == 0 {
				fmt.Fprintln(w, "Nobody waits for you.")
			}
		})
	}
	if len(rest) != 2 || rest[0] != "approve" && rest[0] != "refuse" {
		return fmt.Errorf("%w: sponsor approve PERSON, sponsor refuse PERSON; PERSON is an identifier from the list, or all", errUsage)
	}
	var locators []wire.Hash
	for _, s := range waiting {
		if rest[1] == "all" || rest[1] == s.ID || rest[1] == s.Name {
			locators = append(locators, s.Locator)
		}
	}
	if len(locators) == 0 {
		return errors.New("nobody of that name waits for you; nothing was changed; `arcline sponsor` lists them")
	}
	if err := c.Sponsor(ctx, e.factor(*codeFile), rest[0] == "approve", locators...); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "Done: %d invitations. Whoever was approved can sign up with their letter now.\n", len(locators))
	return nil
}

func runInactivate(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	who, err := parseID(rest[0])
	if err != nil {
		return err
	}
	if err := c.Inactivate(ctx, e.factor(*codeFile), who); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "Done: the person can neither read nor write from now on. The next roster in which they are active lets them back.")
	return nil
}
