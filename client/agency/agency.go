// Package agency is the registrar's side: it makes an agency, invites people,
// checks what they enrolled with, and signs their credentials. Its keys lie in
// a folder of their own on an agency-run machine, never with the service's data.
package agency

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/server/wire"
	"arcline/server/wire/roster"
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

	Settings roster.Settings `json:"roster"` // how the roster is read; the service has the same
}

// Agency is an agency's folder, opened.
type Agency struct {
	public
	dir    string
	watch  Watch // of the first policy
	issuer *key.Signing
	now    func() time.Time
	roster map[string]roster.Row // by key: the agency's own, which no service can change
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
	rosterName  = "roster.csv"
)

// invitation is what the registrar keeps of one until it is used.
type invitation struct {
	Code    string `json:"code"`
	Roster  string `json:"roster"` // key of the person's row
	Login   string `json:"login"`
	Expires int64  `json:"expires"`
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
		Lines:    []Line{{wire.ID(uuid.New()), "arc", "Assister Resource Center"}, {wire.ID(uuid.New()), "broker", "Broker Service Line"}},
		Settings: roster.Settings{Zone: "America/Chicago", OpenEnrollment: "11-01", ARCDepartment: "DHS", BrokerDepartment: "Exchange", Support: true, Level: 2}}}
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
	if a.issuer, err = key.ParseSigning(string(text)); err != nil {
		return nil, err
	}
	csv, err := os.ReadFile(filepath.Join(dir, rosterName))
	if err == nil {
		err = a.readRoster(string(csv))
	}
	if errors.Is(err, os.ErrNotExist) {
		err = nil // it comes with the first import
	}
	return a, err
}

func (a *Agency) millis() uint64 { return uint64(a.now().UnixMilli()) }

func (a *Agency) at() seal.LinkAt { return seal.LinkAt{Agency: a.Agency, Time: a.millis()} }

const day = 24 * 3600 * 1000

// Bootstrap makes the agency on an empty service, under its one-time set-up
// secret, with the roster of its folder, and its first registrar, whose device is
// made in cfg's vault. Whoever else is named by key is invited with it, if the
// registrar appoints such people: no sponsor is asked before there is one.
func (a *Agency) Bootstrap(ctx context.Context, cfg client.Config, secret, password, registrar string, others ...string) (*client.Enrolment, []Made, error) {
	root, err1 := readKey(filepath.Join(a.dir, rootName), key.ParseSigning)
	records, err2 := readKey(filepath.Join(a.dir, recordsName), key.ParseBox)
	csv, err3 := os.ReadFile(filepath.Join(a.dir, rosterName))
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, nil, err
	}
	first, err := a.row(registrar)
	if err != nil || first.Role != wire.RoleRegistrar {
		return nil, nil, errors.Join(fmt.Errorf("the first registrar %s must be in the roster as a registrar", registrar), err)
	}
	about, err := client.About(ctx, cfg, a.URL)
	if err != nil {
		return nil, nil, err
	}
	if about.Ready {
		return nil, nil, errors.New("the service already has an agency")
	}
	in := wire.Bootstrap{Secret: secret, Links: a.firstLinks(root, records, about), Roster: wire.RosterFile{CSV: string(csv)}}
	for _, l := range a.Lines {
		in.Lines = append(in.Lines, wire.LineName{Line: l.ID, Slug: l.Slug, Name: l.Name})
	}
	invites, made, err := a.prepareAll(append([]string{registrar}, others...))
	if err != nil {
		return nil, nil, err
	}
	e, enroll, err := client.Prepare(cfg, made[0].Letter, about, password)
	if err != nil {
		return nil, nil, err
	}
	in.Invites, in.Enroll = invites, enroll
	last := in.Links[len(in.Links)-1].Link
	prev := envelope.SignedLink{Link: last.Link, Sig: last.Sig}.Hash()
	genesis := envelope.SignedLink{Link: enroll.Genesis.Link, Sig: enroll.Genesis.Sig}
	_, acct, _ := e.Me()
	in.Credential = a.credential(first, acct, genesis.Hash(), nil, uint64(len(in.Links)), prev)
	return e, made[1:], e.Bootstrap(ctx, in)
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
