package agency

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
	"arcline/server/wire/roster"
)

// readRoster takes a roster as the agency's own.
func (a *Agency) readRoster(csv string) error {
	rules, err := a.Settings.Rules()
	if err != nil {
		return err
	}
	rows, problems, err := roster.Read(strings.NewReader(csv), rules, a.now())
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("the roster has %d mistakes: %s", len(problems), problems[0])
	}
	a.roster = map[string]roster.Row{}
	for _, r := range rows {
		a.roster[r.Key] = r
	}
	return nil
}

// SetRoster keeps a roster in the agency's folder: what credentials are signed
// by. Nothing is sent.
func (a *Agency) SetRoster(csv string) error {
	if err := a.readRoster(csv); err != nil {
		return err
	}
	return replaceFile(filepath.Join(a.dir, rosterName), csv)
}

func replaceFile(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}

// ImportRoster puts a roster in force at the service and, if the service took it,
// in the agency's folder.
func (a *Agency) ImportRoster(ctx context.Context, c *client.Client, f client.Factor, csv string) (wire.RosterDifference, error) {
	d, err := c.ImportRoster(ctx, f, csv)
	if err != nil || !d.Applied {
		return d, err
	}
	return d, a.SetRoster(csv)
}

// Keys lists the keys of everybody in the roster who is active, in order.
func (a *Agency) Keys() []string {
	var out []string
	for k, r := range a.roster {
		if r.State == roster.Active {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// row finds a person of the roster by key, or by identifier or sign-in name where
// only one has it.
func (a *Agency) row(name string) (roster.Row, error) {
	if r, ok := a.roster[name]; ok {
		return r, nil
	}
	var found []roster.Row
	for _, r := range a.roster {
		if r.ID == name || r.Login == name {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		return roster.Row{}, fmt.Errorf("the roster has %d people called %q", len(found), name)
	}
	return found[0], nil
}

// Made is a letter and the file it was written to.
type Made struct {
	client.Letter
	Path    string
	Display string
	Expires int64 // Unix seconds
}

// prepareAll makes the codes of some people's invitations, keeps them, and writes
// the letters.
func (a *Agency) prepareAll(names []string) ([]wire.Invite, []Made, error) {
	var invites []wire.Invite
	var made []Made
	for _, name := range names {
		r, err := a.row(name)
		if err != nil {
			return nil, nil, err
		}
		w, m, err := a.prepare(r)
		if err != nil {
			return nil, nil, err
		}
		invites, made = append(invites, w), append(made, m)
	}
	return invites, made, nil
}

func (a *Agency) prepare(r roster.Row) (wire.Invite, Made, error) {
	code := vault.NewInviteCode()
	inv := invitation{Code: code.Text(), Roster: r.Key, Login: r.Login, Expires: a.now().Add(7 * 24 * time.Hour).Unix()}
	digest := client.LocatorDigest(code)
	letter := client.Letter{URL: a.URL, Agency: a.Agency, Root: a.Root, Name: r.Login, Code: inv.Code}
	made := Made{letter, filepath.Join(a.dir, letterDir, fmt.Sprintf("%s-%x.json", r.Login, digest[:4])), r.Name, inv.Expires}
	kept, err1 := json.MarshalIndent(inv, "", "  ")
	sent, err2 := json.MarshalIndent(letter, "", "  ")
	err := errors.Join(err1, err2)
	if err == nil {
		err = errors.Join(writeNew(filepath.Join(a.dir, inviteDir, fmt.Sprintf("%x.json", digest)), string(kept)), writeNew(made.Path, string(sent)))
	}
	left, err3 := client.LetterUnder(code, a.Agency, a.Root, r.Login)
	if err = errors.Join(err, err3); err != nil {
		return wire.Invite{}, made, err
	}
	return wire.Invite{Locator: digest, Roster: r.Key, Expires: inv.Expires, Letter: left.Letter, MAC: left.MAC}, made, nil
}

// Invite makes invitations of people in the roster and registers them under one
// second factor of the registrar who is signed in.
func (a *Agency) Invite(ctx context.Context, c *client.Client, f client.Factor, names ...string) ([]Made, error) {
	invites, made, err := a.prepareAll(names)
	if err != nil {
		return nil, err
	}
	if err := c.Invite(ctx, f, invites...); err != nil {
		return nil, errors.Join(err, a.discard(invites, made))
	}
	return made, nil
}

// ErrInvited is wrapped when a file of invitations cannot be taken in.
var ErrInvited = errors.New("this is not a file of invitations for this agency")

// TakeIn keeps invitations that were made in a registrar's browser: without the
// code of a letter nobody here can tell whether an account was made with it. It
// returns how many were new.
func (a *Agency) TakeIn(file []byte) (fresh int, err error) {
	var all []invitation
	if err := json.Unmarshal(file, &all); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrInvited, err)
	}
	for _, inv := range all {
		code, err := vault.ParseInviteCode(inv.Code)
		if err != nil {
			return fresh, fmt.Errorf("%w: %w", ErrInvited, err)
		}
		if r, err := a.row(inv.Roster); err != nil || r.Login != inv.Login {
			return fresh, fmt.Errorf("%w: it invites %q as %q, whom the agency's roster does not have", ErrInvited, inv.Roster, inv.Login)
		}
		kept, err := json.MarshalIndent(inv, "", "  ")
		if err != nil {
			return fresh, err
		}
		digest := client.LocatorDigest(code)
		switch err := writeNew(filepath.Join(a.dir, inviteDir, fmt.Sprintf("%x.json", digest)), string(kept)); {
		case errors.Is(err, os.ErrExist): // taken in before
		case err != nil:
			return fresh, err
		default:
			fresh++
		}
	}
	return fresh, nil
}

// discard removes the letters of invitations that the service did not take.
func (a *Agency) discard(invites []wire.Invite, made []Made) error {
	var errs []error
	for i := range made {
		errs = append(errs, os.Remove(made[i].Path), os.Remove(filepath.Join(a.dir, inviteDir, fmt.Sprintf("%x.json", invites[i].Locator))))
	}
	return errors.Join(errs...)
}

// Card says where the service is and which agency to believe. It is no secret:
// whoever comes back with a recovery code needs it.
func (a *Agency) Card() client.Letter {
	return client.Letter{URL: a.URL, Agency: a.Agency, Root: a.Root}
}

// LineBySlug finds a line by its short name.
func (a *Agency) LineBySlug(slug string) (Line, error) {
	i := slices.IndexFunc(a.Lines, func(l Line) bool { return l.Slug == slug })
	if i < 0 {
		return Line{}, fmt.Errorf("there is no line %q", slug)
	}
	return a.Lines[i], nil
}

// Approved is a person whose credential was just signed.
type Approved struct {
	Name    string  `json:"name"`
	Display string  `json:"display"`
	Account wire.ID `json:"account"`
	What    string  `json:"what"` // certified, certified anew, or taken back
}

// Approve looks at every enrolment that waits. Whoever enrolled under the code
// of their letter gets the credential that the agency's own roster gives them; a
// statement that does not prove the code is refused.
func (a *Agency) Approve(ctx context.Context, c *client.Client) (out []Approved, err error) {
	waiting, err := c.Pending(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range waiting {
		if !p.Ready {
			continue
		}
		r, err := a.proved(p)
		if err != nil {
			return out, fmt.Errorf("enrolment of %s: %w", p.Name, err)
		}
		genesis := envelope.SignedLink{Link: p.Genesis.Link, Sig: p.Genesis.Sig}
		if err := a.certify(ctx, c, r, p.Account, genesis.Hash(), nil); err != nil {
			return out, fmt.Errorf("certify %s: %w", p.Name, err)
		}
		if err := a.found(ctx, c, r, p.Account); err != nil {
			return out, err
		}
		out = append(out, Approved{p.Name, r.Name, p.Account, "certified"})
	}
	return out, nil
}

// ErrProof says that somebody enrolled without the letter's code.
var ErrProof = errors.New("the enrolment does not prove the code of the letter; do not certify it")

// proved finds the person of an enrolment and checks that it was made with the
// code of their letter, whatever the service says.
func (a *Agency) proved(p wire.Pending) (r roster.Row, err error) {
	b, err := os.ReadFile(filepath.Join(a.dir, inviteDir, fmt.Sprintf("%x.json", p.Locator)))
	if err != nil {
		return r, fmt.Errorf("no such invitation was made here: %w", err)
	}
	var inv invitation
	if err := json.Unmarshal(b, &inv); err != nil {
		return r, err
	}
	code, err := vault.ParseInviteCode(inv.Code)
	if err != nil {
		return r, err
	}
	without, mac, err := seal.GenesisWithoutMAC(p.Genesis.Link)
	if err != nil {
		return r, err
	}
	want := code.MAC(without)
	if subtle.ConstantTimeCompare(want[:], mac) != 1 || inv.Login != p.Name || inv.Roster != p.Roster {
		return r, ErrProof
	}
	s := envelope.SignedLink{Link: p.Genesis.Link, Sig: p.Genesis.Sig, Countersig: p.Genesis.Countersig}
	if _, err := chain.NewAccount(envelope.ID(p.Account)).Apply(s, 0); err != nil {
		return r, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if r, err = a.row(inv.Roster); err == nil && r.State != roster.Active {
		err = fmt.Errorf("the roster says that %s is %s", r.Name, r.State)
	}
	return r, err
}

func (a *Agency) certify(ctx context.Context, c *client.Client, r roster.Row, acct wire.ID, genesis envelope.Hash, supersedes []byte) error {
	state, err := c.Agency(ctx)
	if err != nil {
		return err
	}
	l := a.credential(r, acct, genesis, supersedes, state.Seq, state.Hash)
	return c.PostLink(ctx, envelope.SignedLink{Link: l.Link.Link, Sig: l.Link.Sig}, nil, l.Credential, nil)
}

// longest is how long a credential is signed for where the roster has no date;
// Settle renews it long before.
const longest = 364 * day

// wanted is the credential that the roster gives a person now.
func (a *Agency) wanted(r roster.Row, acct wire.ID, genesis envelope.Hash) envelope.Credential {
	c := envelope.Credential{Agency: a.Agency, Account: envelope.ID(acct), Genesis: genesis, Role: string(r.Role), Organization: r.Organization,
		DisplayName: r.Name, NotBefore: a.millis() - day, NotAfter: a.millis() + longest}
	switch roster.Kind(r.Role) {
	case "npn":
		c.NPN = r.ID
	case "admin":
		c.AdminID = r.ID
	default:
		c.AssisterID = r.ID
	}
	if ends := r.Ends(); ends != 0 {
		c.NotAfter = min(c.NotAfter, uint64(ends))
	}
	c.NotBefore = min(c.NotBefore, c.NotAfter-1)
	for _, slug := range r.Lines {
		if l, err := a.LineBySlug(slug); err == nil {
			c.Lines = append(c.Lines, envelope.ID(l.ID))
		}
	}
	slices.SortFunc(c.Lines, func(x, y envelope.ID) int { return slices.Compare(x[:], y[:]) })
	return c
}

// credential signs what the roster says about a person, and the statement that
// logs it.
func (a *Agency) credential(r roster.Row, acct wire.ID, genesis envelope.Hash, supersedes []byte, seq uint64, prev envelope.Hash) wire.AppendLink {
	cred := a.wanted(r, acct, genesis)
	cred.Serial, cred.Supersedes = envelope.ID(uuid.New()), supersedes
	b := cred.Encode()
	signed := wire.Credential{Credential: b, Sig: a.issuer.Sign(key.SigCredential, b)}
	body := envelope.CredentialLinkBody{Serial: cred.Serial, Account: cred.Account, Digest: envelope.CredentialDigest(signed.Credential, signed.Sig)}
	s := seal.AgencyLink(envelope.AgencyCredential, a.Agency, seq, prev, a.millis(), a.Issuer, a.issuer, body.Encode())
	return wire.AppendLink{Link: wire.Link{Link: s.Link, Sig: s.Sig}, Credential: &signed}
}

// Settle brings every credential in step with the agency's own roster: who
// changed is certified anew, who has ended or is suspended is taken back, and
// what would run out soon without a reason is renewed.
func (a *Agency) Settle(ctx context.Context, c *client.Client) (out []Approved, err error) {
	people, err := c.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.Account == nil {
			continue
		}
		what, err := a.settleOne(ctx, c, p)
		if err != nil {
			return out, fmt.Errorf("certify %s: %w", p.Name, err)
		}
		if what != "" {
			out = append(out, Approved{p.Login, p.Name, *p.Account, what})
		}
	}
	return out, nil
}

func (a *Agency) settleOne(ctx context.Context, c *client.Client, p wire.PersonRow) (string, error) {
	r, there := a.roster[p.Key]
	have, genesis, inForce, err := c.CredentialOf(ctx, *p.Account)
	if err != nil || have.Serial.IsZero() { // not certified yet: Approve does that
		return "", err
	}
	want := a.wanted(r, *p.Account, genesis)
	if there && roster.Kind(r.Role) == roster.Kind(wire.Role(have.Role)) && (have.AssisterID != want.AssisterID || have.NPN != want.NPN || have.AdminID != want.AdminID) {
		return "", fmt.Errorf("%w: the service names another person's account", ErrProof)
	}
	if !there || r.State != roster.Active || p.State == "inactivated" {
		if !inForce {
			return "", nil
		}
		return "taken back", a.revoke(ctx, c, have.Serial)
	}
	fits := inForce && have.Role == want.Role && have.Organization == want.Organization && have.DisplayName == want.DisplayName &&
		slices.Equal(have.Lines, want.Lines) && have.NotAfter <= want.NotAfter && want.NotAfter-have.NotAfter < 60*day
	lapsed := r.Ends() != 0 && uint64(r.Ends()) <= a.millis()
	if fits || lapsed {
		return "", nil
	}
	return "certified anew", a.certify(ctx, c, r, *p.Account, genesis, nil)
}

// revoke takes a credential back.
func (a *Agency) revoke(ctx context.Context, c *client.Client, serial envelope.ID) error {
	state, err := c.Agency(ctx)
	if err != nil {
		return err
	}
	s := seal.AgencyLink(envelope.AgencyCredentialRevoke, a.Agency, state.Seq, state.Hash, a.millis(), a.Issuer, a.issuer, envelope.EncodeCredentialRevoke(serial))
	return c.PostLink(ctx, s, nil, nil, nil)
}

// found starts a line once its first lead is certified.
func (a *Agency) found(ctx context.Context, c *client.Client, r roster.Row, lead wire.ID) error {
	if r.Role != wire.RoleLead {
		return nil
	}
	for _, slug := range r.Lines {
		l, err := a.LineBySlug(slug)
		if err != nil {
			return err
		}
		exists, err := c.LineExists(ctx, l.ID)
		if err != nil || exists {
			return err
		}
		body := envelope.LineGenesisBody{Name: l.Name, Admins: []envelope.ID{envelope.ID(lead)}}
		s := seal.IssuerLineLink(envelope.LineGenesis, envelope.ID(l.ID), 0, envelope.Hash{}, a.at(), a.Issuer, a.issuer, body.Encode())
		if err := c.PostLink(ctx, s, nil, nil, nil); err != nil {
			return fmt.Errorf("found the line %s: %w", l.Name, err)
		}
	}
	return nil
}
