// Package agency is the registrar's side: it makes an agency, invites people,
// checks what they enrolled with, and signs their credentials. Its keys lie in
// a folder of their own on an agency-run machine, never with the service's data.
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
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// Line is a line that the agency runs, named before it is founded, because
// credentials name lines.
type Line struct {
	ID   wire.ID `json:"id"`
	Slug string  `json:"slug"` // short name for commands: arc, broker
	Name string  `json:"name"`
}

// public is the part of an agency's folder that is no secret.
type public struct {
	Agency  envelope.ID `json:"agency"`
	Name    string      `json:"name"`
	URL     string      `json:"url"`
	Issuer  envelope.ID `json:"issuer"`
	Records envelope.ID `json:"records"`
	Root    string      `json:"root"`
	Lines   []Line      `json:"lines"`
}

// Agency is an agency's folder, opened.
type Agency struct {
	public
	dir    string
	watch  Watch // of the first policy
	issuer *key.Signing
	now    func() time.Time
}

// File names in an agency's folder. The root key and the records key are moved
// to where the agency keeps such things; only the issuer's is used day to day.
const (
	publicName  = "agency.json"
	rootName    = "root.key"
	issuerName  = "issuer.key"
	recordsName = "records.key"
	inviteDir   = "invitations"
	letterDir   = "letters"
)

// Invitation is what the registrar keeps of one until it is used.
type Invitation struct {
	Code       string    `json:"code"`
	Name       string    `json:"name"`
	Role       wire.Role `json:"role"`
	Display    string    `json:"display"`
	Lines      []wire.ID `json:"lines"`
	AssisterID string    `json:"assister_id,omitempty"`
	NPN        string    `json:"npn,omitempty"`
	AdminID    string    `json:"admin_id,omitempty"`
	Expires    int64     `json:"expires"`
}

// Init makes an agency's folder with fresh keys. Nothing is overwritten.
func Init(dir, name, url string, now func() time.Time) (*Agency, error) {
	if _, err := os.Stat(filepath.Join(dir, publicName)); err == nil {
		return nil, fmt.Errorf("the folder %s already holds an agency", dir)
	}
	for _, d := range []string{dir, filepath.Join(dir, inviteDir), filepath.Join(dir, letterDir)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, err
		}
	}
	root, issuer, records := key.NewSigning(), key.NewSigning(), key.NewBox()
	a := &Agency{dir: dir, issuer: issuer, now: now, public: public{Agency: envelope.ID(uuid.New()), Name: name, URL: url,
		Issuer: envelope.ID(uuid.New()), Records: envelope.ID(uuid.New()), Root: root.Public().Text(),
		Lines: []Line{{wire.ID(uuid.New()), "arc", "Assister Resource Center"}, {wire.ID(uuid.New()), "broker", "Broker Service Line"}}}}
	b, err := json.MarshalIndent(a.public, "", "  ")
	if err != nil {
		return nil, err
	}
	return a, errors.Join(
		writeNew(filepath.Join(dir, rootName), root.Text()), writeNew(filepath.Join(dir, issuerName), issuer.Text()),
		writeNew(filepath.Join(dir, recordsName), records.Text()), writeNew(filepath.Join(dir, publicName), string(b)))
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.WriteString(text + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// Open opens an agency's folder with the issuer's key.
func Open(dir string, now func() time.Time) (*Agency, error) {
	a := &Agency{dir: dir, now: now}
	b, err := os.ReadFile(filepath.Join(dir, publicName))
	if err != nil {
		return nil, fmt.Errorf("open the agency's folder: %w", err)
	}
	if err := json.Unmarshal(b, &a.public); err != nil {
		return nil, fmt.Errorf("read %s: %w", publicName, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, issuerName))
	if err != nil {
		return nil, fmt.Errorf("read the issuer's key: %w", err)
	}
	a.issuer, err = key.ParseSigning(string(text))
	return a, err
}

func (a *Agency) millis() uint64 { return uint64(a.now().UnixMilli()) }

func (a *Agency) at() seal.LinkAt { return seal.LinkAt{Agency: a.Agency, Time: a.millis()} }

const day = 24 * 3600 * 1000

// Bootstrap makes the agency on an empty service, under its one-time set-up
// secret, and its first registrar, whose device is made in cfg's vault.
func (a *Agency) Bootstrap(ctx context.Context, cfg client.Config, secret, registrar, display, password string) (*client.Enrolment, error) {
	root, err := readKey(filepath.Join(a.dir, rootName), key.ParseSigning)
	if err != nil {
		return nil, err
	}
	records, err := readKey(filepath.Join(a.dir, recordsName), key.ParseBox)
	if err != nil {
		return nil, err
	}
	about, err := client.About(ctx, cfg, a.URL)
	if err != nil {
		return nil, err
	}
	if about.Ready {
		return nil, errors.New("the service already has an agency")
	}
	inv := Invitation{Name: registrar, Role: wire.RoleRegistrar, Display: display}
	sent, made, err := a.prepare(inv)
	if err != nil {
		return nil, err
	}
	e, enroll, err := client.Prepare(cfg, made.Letter, about, password)
	if err != nil {
		return nil, err
	}
	links := a.firstLinks(root, records, about)
	last := links[len(links)-1].Link
	prev := envelope.SignedLink{Link: last.Link, Sig: last.Sig}.Hash()
	genesis := envelope.SignedLink{Link: enroll.Genesis.Link, Sig: enroll.Genesis.Sig}
	_, acct, _ := e.Me()
	return e, e.Bootstrap(ctx, wire.Bootstrap{Secret: secret, Links: links, Invite: sent, Enroll: enroll,
		Credential: a.credential(inv, acct, genesis.Hash(), uint64(len(links)), prev)})
}

func readKey[K any](path string, parse func(string) (K, error)) (k K, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return k, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return parse(string(b))
}

func (a *Agency) firstLinks(root *key.Signing, records *key.Box, about wire.About) []wire.AppendLink {
	var out []wire.AppendLink
	var seq uint64
	var prev envelope.Hash
	add := func(t envelope.LinkType, body []byte) {
		s := seal.AgencyLink(t, a.Agency, seq, prev, a.millis(), envelope.ID{}, root, body)
		seq, prev = seq+1, s.Hash()
		out = append(out, wire.AppendLink{Link: wire.Link{Link: s.Link, Sig: s.Sig}})
	}
	add(envelope.AgencyGenesis, envelope.AgencyGenesisBody{Root: root.Public().Bytes(), Name: a.Name}.Encode())
	add(envelope.AgencyIssuer, envelope.IssuerBody{ID: a.Issuer, Key: a.issuer.Public().Bytes(), NotBefore: a.millis() - day, NotAfter: a.millis() + 365*day}.Encode())
	add(envelope.AgencyCustodian, envelope.CustodianBody{ID: a.Records, Gen: 1, Box: records.Public().Bytes(), Mode: envelope.CustodianRequired}.Encode())
	policy := envelope.PolicyBody{MinSuite: envelope.Suite, MinClient: 1, LineEscrow: true, LogKey: about.LogKey,
		Witnesses: a.watch.Witnesses, Quorum: byte(a.watch.Quorum)}
	copy(policy.StepUpKey[:], about.StepUpKey)
	add(envelope.AgencyPolicy, policy.Encode())
	return out
}

// prepare makes an invitation's code, keeps it, and writes the letter.
func (a *Agency) prepare(inv Invitation) (wire.Invite, Made, error) {
	code := vault.NewInviteCode()
	inv.Code, inv.Expires = code.Text(), a.now().Add(7*24*time.Hour).Unix()
	digest := client.LocatorDigest(code)
	letter := client.Letter{URL: a.URL, Agency: a.Agency, Root: a.Root, Name: inv.Name, Code: inv.Code}
	made := Made{letter, filepath.Join(a.dir, letterDir, fmt.Sprintf("%s-%x.json", inv.Name, digest[:4]))}
	kept, err1 := json.MarshalIndent(inv, "", "  ")
	sent, err2 := json.MarshalIndent(letter, "", "  ")
	err := errors.Join(err1, err2)
	if err == nil {
		err = errors.Join(writeNew(filepath.Join(a.dir, inviteDir, fmt.Sprintf("%x.json", digest)), string(kept)), writeNew(made.Path, string(sent)))
	}
	return wire.Invite{Locator: digest, Name: inv.Name, Role: inv.Role, Expires: inv.Expires}, made, err
}

// Invite makes an invitation and registers it, as the registrar who is signed in.
func (a *Agency) Invite(ctx context.Context, c *client.Client, inv Invitation) (Made, error) {
	w, made, err := a.prepare(inv)
	if err != nil {
		return made, err
	}
	code, err := vault.ParseInviteCode(made.Code)
	if err != nil {
		return made, err
	}
	return made, c.Invite(ctx, code, w.Name, w.Role, w.Expires)
}

// Made is a letter and the file it was written to.
type Made struct {
	client.Letter
	Path string
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
}

// Approve looks at every enrolment that waits. Whoever enrolled under the code
// of their letter gets the credential that the registrar wrote down when
// inviting them; a statement that does not prove the code is refused.
func (a *Agency) Approve(ctx context.Context, c *client.Client) (out []Approved, err error) {
	waiting, err := c.Pending(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range waiting {
		if !p.Ready {
			continue
		}
		inv, err := a.invitation(p)
		if err != nil {
			return out, fmt.Errorf("enrolment of %s: %w", p.Name, err)
		}
		if err := a.certify(ctx, c, p, inv); err != nil {
			return out, fmt.Errorf("certify %s: %w", p.Name, err)
		}
		if err := a.found(ctx, c, inv, p.Account); err != nil {
			return out, err
		}
		out = append(out, Approved{p.Name, inv.Display, p.Account})
	}
	return out, nil
}

// ErrProof says that somebody enrolled without the letter's code.
var ErrProof = errors.New("the enrolment does not prove the code of the letter; do not certify it")

func (a *Agency) invitation(p wire.Pending) (inv Invitation, err error) {
	b, err := os.ReadFile(filepath.Join(a.dir, inviteDir, fmt.Sprintf("%x.json", p.Locator)))
	if err != nil {
		return inv, fmt.Errorf("no such invitation was made here: %w", err)
	}
	if err := json.Unmarshal(b, &inv); err != nil {
		return inv, err
	}
	code, err := vault.ParseInviteCode(inv.Code)
	if err != nil {
		return inv, err
	}
	without, mac, err := seal.GenesisWithoutMAC(p.Genesis.Link)
	if err != nil {
		return inv, err
	}
	want := code.MAC(without)
	if subtle.ConstantTimeCompare(want[:], mac) != 1 || inv.Name != p.Name {
		return inv, ErrProof
	}
	s := envelope.SignedLink{Link: p.Genesis.Link, Sig: p.Genesis.Sig, Countersig: p.Genesis.Countersig}
	if _, err := chain.NewAccount(envelope.ID(p.Account)).Apply(s, 0); err != nil {
		return inv, fmt.Errorf("%w: %w", ErrProof, err)
	}
	return inv, nil
}

func (a *Agency) certify(ctx context.Context, c *client.Client, p wire.Pending, inv Invitation) error {
	state, err := c.Agency(ctx)
	if err != nil {
		return err
	}
	genesis := envelope.SignedLink{Link: p.Genesis.Link, Sig: p.Genesis.Sig}
	l := a.credential(inv, p.Account, genesis.Hash(), state.Seq, state.Hash)
	return c.PostLink(ctx, envelope.SignedLink{Link: l.Link.Link, Sig: l.Link.Sig}, nil, l.Credential, nil)
}

// credential signs what the registrar wrote down about a person, and the
// statement that logs it.
func (a *Agency) credential(inv Invitation, acct wire.ID, genesis envelope.Hash, seq uint64, prev envelope.Hash) wire.AppendLink {
	lines := make([]envelope.ID, len(inv.Lines))
	for i, l := range inv.Lines {
		lines[i] = envelope.ID(l)
	}
	slices.SortFunc(lines, func(x, y envelope.ID) int { return slices.Compare(x[:], y[:]) })
	cred := envelope.Credential{Agency: a.Agency, Serial: envelope.ID(uuid.New()), Account: envelope.ID(acct), Genesis: genesis,
		Role: string(inv.Role), AssisterID: inv.AssisterID, NPN: inv.NPN, AdminID: inv.AdminID, DisplayName: inv.Display, Lines: lines,
		NotBefore: a.millis() - day, NotAfter: a.millis() + 364*day}
	b := cred.Encode()
	signed := wire.Credential{Credential: b, Sig: a.issuer.Sign(key.SigCredential, b)}
	body := envelope.CredentialLinkBody{Serial: cred.Serial, Account: cred.Account, Digest: envelope.CredentialDigest(signed.Credential, signed.Sig)}
	s := seal.AgencyLink(envelope.AgencyCredential, a.Agency, seq, prev, a.millis(), a.Issuer, a.issuer, body.Encode())
	return wire.AppendLink{Link: wire.Link{Link: s.Link, Sig: s.Sig}, Credential: &signed}
}

// found starts a line once its first lead is certified.
func (a *Agency) found(ctx context.Context, c *client.Client, inv Invitation, lead wire.ID) error {
	if inv.Role != wire.RoleLead {
		return nil
	}
	for _, id := range inv.Lines {
		exists, err := c.LineExists(ctx, id)
		if err != nil || exists {
			return err
		}
		i := slices.IndexFunc(a.Lines, func(l Line) bool { return l.ID == id })
		if i < 0 {
			return fmt.Errorf("the agency has no line %s", id)
		}
		body := envelope.LineGenesisBody{Name: a.Lines[i].Name, Admins: []envelope.ID{envelope.ID(lead)}}
		s := seal.IssuerLineLink(envelope.LineGenesis, envelope.ID(id), 0, envelope.Hash{}, a.at(), a.Issuer, a.issuer, body.Encode())
		if err := c.PostLink(ctx, s, nil, nil, nil); err != nil {
			return fmt.Errorf("found the line %s: %w", a.Lines[i].Name, err)
		}
	}
	return nil
}
