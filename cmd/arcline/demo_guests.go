package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"arcline/client"
	"arcline/client/agency"
	"arcline/client/app"
	"arcline/server/wire"
)

// guest is a made-up person whose letter waits for somebody to use it in a
// browser.
type guest struct {
	Name    string    `json:"name"`
	Display string    `json:"display"`
	Role    wire.Role `json:"role"`
	Line    string    `json:"line"`
	Org     string    `json:"org"`
	Link    string    `json:"link"`
	Until   int64     `json:"until"` // Unix seconds
}

const guestFile = "guests.json"

// guestList is who may come in by browser: somebody who asks and somebody who
// answers. The second one's address has another name for the same machine, so
// that both can be opened in one browser and keep their own keys.
func guestList() []*guest {
	return []*guest{
		{Name: "nina", Display: "Nina Novak", Role: wire.RoleNavigator, Line: "arc", Org: "Northside Help Center"},
		{Name: "seth", Display: "Seth Solberg", Role: wire.RoleSpecialist, Line: "arc", Org: "DHS"},
	}
}

// actors are the guests as rows of the roster.
func actors(guests []*guest) (out []*actor) {
	for _, g := range guests {
		out = append(out, &actor{Name: g.Name, Display: g.Display, Role: g.Role, Line: g.Line, Org: g.Org})
	}
	return out
}

// keepGuests notes the letters of the guests.
func (s *stage) keepGuests(made []agency.Made) error {
	for i, g := range s.guests {
		host := s.url()
		if i > 0 {
			host = s.localhost()
		}
		g.Link, g.Until = host+"/setup#"+made[i].Code, made[i].Expires
	}
	b, err := json.MarshalIndent(s.guests, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, guestFile), b, 0o600)
}

func (s *stage) loadGuests() error {
	b, err := os.ReadFile(filepath.Join(s.dir, guestFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(b, &s.guests)
}

func hostOf(listen string) string {
	for i := len(listen) - 1; i >= 0; i-- {
		if listen[i] == ':' {
			return listen[:i]
		}
	}
	return listen
}

// programGuests prints how to come in by browser.
func (s *stage) programGuests(w io.Writer) {
	if len(s.guests) == 0 {
		return
	}
	fmt.Fprint(w, "\nIn a browser: open each address in a window of its own, and set up the account as its letter asks.\n")
	for _, g := range s.guests {
		fmt.Fprintf(w, "  %-14s %-11s %s\n", g.Display, g.Role, g.Link)
	}
	fmt.Fprintf(w, "Without an authenticator app: copy the set-up text from the page and run\n  arcline demo --app 'SET-UP TEXT'\nIt shows the six digits. The letters work once, until %s.\n", time.Unix(s.guests[0].Until, 0).Format("Monday 2 January"))
}

// printApp shows what an app with this set-up would show now.
func printApp(ctx context.Context, w io.Writer, text string) error {
	a, err := app.FromAddress(text)
	if err != nil {
		a = &app.App{Seed: text}
	}
	code, err := a.Next(ctx)
	if err != nil {
		return fmt.Errorf("%w: this is not the text for an authenticator app", errUsage)
	}
	fmt.Fprintln(w, code)
	return nil
}

// admitEvery is how often the demo's registrar looks for whoever has enrolled.
const admitEvery = 2 * time.Second

// admit does for guests what the agency's people do: the registrar certifies
// them and the lead puts specialists on the line. It goes on until ctx ends.
func (s *stage) admit(ctx context.Context) error {
	if s.agency == nil {
		var err error
		if s.agency, err = agency.Open(filepath.Join(s.dir, "agency"), time.Now); err != nil {
			return err
		}
	}
	tick := time.NewTicker(admitEvery)
	defer tick.Stop()
	for {
		if err := s.admitOnce(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintf(s.out, "The demo's registrar could not certify somebody: %v\n", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *stage) admitOnce(ctx context.Context) error {
	var done []agency.Approved
	err := s.registrar.signedIn(ctx, s, func() (err error) {
		done, err = s.agency.Approve(ctx, s.registrar.c)
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range done {
		fmt.Fprintf(s.out, "%s is certified and may sign in.\n", a.Display)
		for _, g := range s.guests {
			if g.Name == a.Name && g.Role == wire.RoleSpecialist {
				if err := s.putOnLine(ctx, g.Line, a.Account); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *stage) putOnLine(ctx context.Context, slug string, who wire.ID) error {
	l, err := s.agency.LineBySlug(slug)
	if err != nil {
		return err
	}
	for _, lead := range s.people {
		if lead.Role == wire.RoleLead && lead.Line == slug {
			return lead.signedIn(ctx, s, func() error { return lead.c.AddMembers(ctx, lead.factor(ctx), l.ID, who) })
		}
	}
	return fmt.Errorf("line %s has no lead", slug)
}

// signedIn does something as this person, signing in if the sign-in has ended.
func (p *actor) signedIn(ctx context.Context, s *stage, do func() error) error {
	if p.c == nil {
		cfg, err := s.config(p.Name)
		if err != nil {
			return err
		}
		if p.c, err = client.Open(cfg); err != nil {
			return err
		}
		p.app = &app.App{Seed: p.Secret}
	}
	err := do()
	if client.IsCode(err, wire.CodeSignInFailed) {
		err = do() // a second factor that was used before the demo was started again; the app's next one is fresh
	}
	if !client.IsCode(err, wire.CodeSignIn) && !client.IsCode(err, wire.CodeExpired) {
		return err
	}
	code, err := p.app.Next(ctx)
	if err != nil {
		return err
	}
	if err := p.c.SignIn(ctx, demoPassword, code); err != nil {
		return err
	}
	return do()
}
