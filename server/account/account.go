// Package account knows people: their accounts, devices and chains, who is
// certified now, and the key log in which everything about keys is written.
//
// Rows in the store are what the server decides by in a transaction; the book
// of verified chains is what those rows are made from. The server refuses what
// crypto/chain refuses. That is hygiene: no client relies on it.
package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/server/wire/roster"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Service is the room's door.
type Service struct {
	st   *store.Store
	log  *Log
	book atomic.Pointer[chain.Book] // nil until the agency is made
	keys ServiceKeys

	rules roster.Rules
	pairs pairings
	lines atomic.Pointer[[]store.LineName]

	witnesses Witnesses
	showing   sync.Mutex    // one question to the witnesses at a time
	failures  atomic.Uint64 // of the witnesses, in a row
}

// Open loads the key log and replays every chain, refusing a store whose chains
// do not verify. Witnesses may be nil.
func Open(ctx context.Context, st *store.Store, keys ServiceKeys, rules roster.Rules, w Witnesses) (*Service, error) {
	if w == nil {
		w = noWitnesses{}
	}
	log, err := openLog(ctx, st, keys)
	if err != nil {
		return nil, err
	}
	s := &Service{st: st, log: log, keys: keys, rules: rules, witnesses: w}
	if err := s.loadLineNames(ctx); err != nil {
		return nil, err
	}
	book, err := loadBook(ctx, st)
	if err != nil {
		return nil, fmt.Errorf("replay the chains: %w", err)
	}
	if book != nil {
		s.book.Store(book)
	}
	if policy(book).Quorum > 0 {
		return s, log.restore(ctx)
	}
	return s, nil
}

// Book is everything verified; nil until the agency is made.
func (s *Service) Book() *chain.Book { return s.book.Load() }

// Log is the key log.
func (s *Service) Log() *Log { return s.log }

// Ready reports whether the agency is made.
func (s *Service) Ready() bool { return s.book.Load() != nil }

// Standing is what a person may do at this moment.
type Standing struct {
	store.Account
	Device store.Device
}

// Now reads a person's and a device's standing inside a transaction that at
// least sees the account's partition. It refuses whoever is not active, not
// certified at this moment (for writing), or on a removed device.
func (s *Service) Now(tx *table.Tx, acct, dev store.ID, now time.Time, write bool) (Standing, error) {
	a, err := s.st.Accounts.Get(tx, acct)
	if err != nil {
		return Standing{}, wire.Refuse(wire.CodeSignIn).Because(err)
	}
	d, err := s.st.Devices.Get(tx, store.DeviceKey{Account: acct, Device: dev})
	if err != nil {
		return Standing{}, wire.Refuse(wire.CodeSignIn).Because(err)
	}
	if d.Revoked {
		return Standing{}, wire.Refuse(wire.CodeDevice)
	}
	if err := s.stands(a, now, write); err != nil {
		return Standing{}, err
	}
	return Standing{a, d}, nil
}

// Reaches reports whether the roster lets a person use or work on a line now.
// For staff that ends with their certification or grant: who may only read does
// not read a line.
func (st Standing) Reaches(line store.ID, now time.Time) bool {
	if !slices.Contains(st.RosterLines, line) {
		return false
	}
	return !roster.IsStaff(wire.Role(st.Role)) || st.Until == 0 || now.UnixMilli() <= st.Until
}

// Logged is what a logged statement changed, for telling those it concerns.
type Logged struct {
	Leaf, Size uint64
	Kind       envelope.ChainKind
	Chain      store.ID
	Affected   store.ID // account whose standing may have changed; zero if none
}

// Actor is who asks and from where, for the audit chain.
type Actor struct {
	Account, Device store.ID
	From            string
	Enter           func(*table.Tx) error // what the act demands of the caller; nil where it has a proof of its own
	Part            kv.Part               // the partition that Enter needs; the zero Part where it needs none
	Also            []kv.Part             // further partitions that a step of the caller's needs
}

// enter is the first step of a transaction on the caller's behalf.
func (a Actor) enter(tx *table.Tx) error {
	if a.Enter == nil {
		return nil
	}
	return a.Enter(tx)
}

// parts joins the partition that enter needs to those of a rule.
func (a Actor) parts(parts ...kv.Part) []kv.Part {
	if a.Part.Name() != "" {
		parts = append(parts, a.Part)
	}
	return kv.Join(parts...)
}

// AppendLink checks a statement against every rule, logs it, and brings the
// rows of accounts and devices up to date, all in one transaction. Clients see
// it after Show.
func (s *Service) AppendLink(ctx context.Context, by Actor, in wire.AppendLink, now time.Time) (Logged, error) {
	book := s.Book()
	if book == nil {
		return Logged{}, wire.Refuse(wire.CodeNotFound)
	}
	return s.appendLink(ctx, book, by, in, now, nil)
}

// appendLink is AppendLink with an extra step in the same transaction, which
// may need further partitions.
func (s *Service) appendLink(ctx context.Context, book *chain.Book, by Actor, in wire.AppendLink, now time.Time,
	also func(*table.Tx) error, parts ...kv.Part) (Logged, error) {
	s.log.append.Lock()
	defer s.log.append.Unlock()
	signed := envelope.SignedLink{Link: in.Link.Link, Sig: in.Link.Sig, Countersig: in.Link.Countersig}
	leaf := s.log.newest().size
	checked, err := book.Check(signed, leaf)
	if err != nil {
		return Logged{}, refusal(err)
	}
	l := checked.Link
	cred, err := s.checkBrought(ctx, l, in)
	if err != nil {
		return Logged{}, err
	}
	head := store.ChainHead{Chain: l.Chain, Kind: string(l.Kind), Seq: l.Seq, Hash: signed.Hash(), Leaf: leaf}
	step, err := s.log.plan(&head, now)
	if err != nil {
		return Logged{}, fmt.Errorf("plan the key log: %w", err)
	}
	target, quorum := affected(book, l), quorumAfter(book, l)
	parts = append(parts, kv.Own(store.PartLog), kv.Own(store.PartChain(l.Chain)))
	if l.Type == envelope.AgencyCredential {
		parts = append(parts, kv.See(store.PartRoster))
	}
	if !target.IsZero() {
		parts = append(parts, kv.Own(store.PartAccount(target)))
	}
	err = s.st.Update(ctx, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		if err := s.log.write(tx, step, quorum); err != nil {
			return err
		}
		if err := s.storeLink(tx, by, l, in, leaf, now); err != nil {
			return err
		}
		if err := s.applyRows(tx, by, l, in, cred, target, now); err != nil {
			return err
		}
		if also != nil {
			return also(tx)
		}
		return nil
	}, by.parts(parts...)...)
	if err != nil {
		return Logged{}, err
	}
	s.log.take(step, quorum)
	book.Take(checked)
	if cred != nil {
		if err := book.AddCredential(chain.SignedCredential{Credential: in.Credential.Credential, Sig: in.Credential.Sig}); err != nil {
			return Logged{}, fmt.Errorf("credential logged and not usable: %w", err)
		}
	}
	return Logged{Leaf: leaf, Size: step.after.size, Kind: l.Kind, Chain: store.ID(l.Chain), Affected: store.ID(target)}, nil
}

// storeLink writes a statement, its boxes and the record of who brought it.
func (s *Service) storeLink(tx *table.Tx, by Actor, l envelope.Link, in wire.AppendLink, leaf uint64, now time.Time) error {
	row := store.Link{Chain: l.Chain, Seq: l.Seq, Kind: string(l.Kind), Link: in.Link.Link, Sig: in.Link.Sig,
		Countersig: in.Link.Countersig, Leaf: leaf, At: now.UnixMilli()}
	if err := s.st.Links.Insert(tx, store.LinkKey{Chain: l.Chain, Seq: l.Seq}, row); err != nil {
		return fmt.Errorf("store the statement: %w", err)
	}
	for _, b := range in.Boxes {
		k := store.ChainBoxKey{Chain: l.Chain, Seq: l.Seq, Kind: string(b.Kind), ID: b.ID}
		if err := s.st.ChainBoxes.Insert(tx, k, store.Box{Sealed: b.Sealed}); err != nil {
			return fmt.Errorf("store a box: %w", err)
		}
	}
	return record.In(s.st, tx, store.PartChain(l.Chain), record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device,
		Act: string(l.Type), Object: fmt.Sprintf("%x", l.Chain), Outcome: record.Done, From: by.From})
}

// affected is the account whose rows a statement changes.
func affected(book *chain.Book, l envelope.Link) envelope.ID {
	switch l.Type {
	case envelope.AgencyCredential:
		if b, err := envelope.DecodeCredentialLink(l.Body); err == nil {
			return b.Account
		}
	case envelope.AgencyCredentialRevoke:
		if serial, err := envelope.DecodeCredentialRevoke(l.Body); err == nil {
			if acct, ok := book.Agency().HolderOf(serial); ok {
				return acct
			}
		}
	default:
		if l.Kind == envelope.ChainAccount {
			return l.Chain
		}
	}
	return envelope.ID{}
}

// applyRows brings the decision rows in step with the chains.
func (s *Service) applyRows(tx *table.Tx, by Actor, l envelope.Link, in wire.AppendLink, cred *envelope.Credential, target envelope.ID, now time.Time) error {
	if target.IsZero() {
		return nil
	}
	switch l.Type {
	case envelope.AccountGenesis:
		b, err := envelope.DecodeAccountGenesis(l.Body)
		if err != nil {
			return err
		}
		return s.putDevice(tx, target, b.Device, now)
	case envelope.AccountAdd:
		b, err := envelope.DecodeDeviceAdd(l.Body)
		if err != nil {
			return err
		}
		return errors.Join(s.putDevice(tx, target, b.Device, now), s.spent(tx, l), s.noted(tx, store.ID(target), by, noticeOf(l), now))
	case envelope.AccountRevoke:
		b, err := envelope.DecodeDeviceRevoke(l.Body)
		if err != nil {
			return err
		}
		return errors.Join(s.revokeDevices(tx, target, b.Devices), s.noted(tx, store.ID(target), by, NoticeRemoved, now))
	case envelope.AccountRecovery:
		return s.replaced(tx, target, by, in.Recovery, now)
	case envelope.AccountOfficers:
		return s.putShares(tx, l, in.Shares)
	case envelope.AgencyCredential, envelope.AgencyCredentialRevoke:
		return s.putStanding(tx, l, cred, in.Credential, target)
	}
	return nil
}

// noticeOf says how a device came in: by another of its person's, by the recovery
// code, or by the officers.
func noticeOf(l envelope.Link) string {
	switch l.SignerDev {
	case envelope.ID{}:
		return NoticeRecovered
	case envelope.OfficersSigner:
		return NoticeReissued
	}
	return NoticeDevice
}

func (s *Service) putStanding(tx *table.Tx, l envelope.Link, cred *envelope.Credential, signed *wire.Credential, target envelope.ID) error {
	a, err := s.st.Accounts.Get(tx, store.ID(target))
	if err != nil {
		return fmt.Errorf("account of a credential: %w", err)
	}
	a.Revision++
	if l.Type == envelope.AgencyCredentialRevoke {
		a.State = store.AccountDisabled
		return s.st.Accounts.Put(tx, a.ID, a)
	}
	e, err := s.st.Roster.Get(tx, a.Roster)
	if err != nil {
		return wire.Refuse(wire.CodeRoster).Because(err)
	}
	if err := s.fitsRoster(cred, e); err != nil {
		return err
	}
	a.State, a.Role, a.NotAfter, a.Lines = store.AccountActive, cred.Role, int64(cred.NotAfter), nil
	s.follow(&a, e)
	for _, id := range cred.Lines {
		a.Lines = append(a.Lines, store.ID(id))
	}
	if err := s.st.Accounts.Put(tx, a.ID, a); err != nil {
		return err
	}
	return s.st.Credentials.Insert(tx, store.CredentialKey{Account: a.ID, Serial: cred.Serial},
		store.Credential{Serial: cred.Serial, Credential: signed.Credential, Sig: signed.Sig})
}

// fitsRoster holds a credential to the roster: whoever makes it, it gives nobody
// more than their row does. The row was imported under a second factor.
func (s *Service) fitsRoster(c *envelope.Credential, e store.RosterEntry) error {
	ids := map[string]string{"assister": c.AssisterID, "npn": c.NPN, "admin": c.AdminID}
	kind := roster.Kind(wire.Role(e.Role))
	if kind == "staff" || kind == "contact" { // their number stands where an assister's does
		kind = "assister"
	}
	ends := rowOf(e).Ends()
	bad := ""
	switch {
	case e.State != string(roster.Active) || e.Inactivated:
		bad = "the person is not active"
	case c.Role != e.Role || c.Organization != e.Organization || c.DisplayName != e.Name:
		bad = "another role, organization or name"
	case ends != 0 && c.NotAfter > uint64(ends):
		bad = "it outlives the roster's date"
	}
	for k, id := range ids {
		if k == kind && id != e.ID || k != kind && id != "" {
			bad = "another identifier"
		}
	}
	for _, id := range c.Lines {
		if !slices.ContainsFunc(e.Lines, func(slug string) bool { l, ok := s.lineID(slug); return ok && l == store.ID(id) }) {
			bad = "a line that the roster does not give"
		}
	}
	if bad != "" {
		return wire.Refuse(wire.CodeRoster).Because(errors.New(bad))
	}
	return nil
}

func (s *Service) putDevice(tx *table.Tx, acct envelope.ID, d envelope.DeviceKeys, now time.Time) error {
	return s.st.Devices.Insert(tx, store.DeviceKey{Account: acct, Device: d.Device},
		store.Device{Account: acct, ID: d.Device, Session: d.Session, Added: now.UnixMilli()})
}

func (s *Service) revokeDevices(tx *table.Tx, acct envelope.ID, ids []envelope.ID) error {
	for _, id := range ids {
		k := store.DeviceKey{Account: acct, Device: id}
		d, err := s.st.Devices.Get(tx, k)
		if err != nil {
			return fmt.Errorf("device to revoke: %w", err)
		}
		d.Revoked = true
		if err := s.st.Devices.Put(tx, k, d); err != nil {
			return err
		}
	}
	a, err := s.st.Accounts.Get(tx, acct)
	if err != nil {
		return err
	}
	a.Revision++
	return s.st.Accounts.Put(tx, acct, a)
}

// checkBrought checks what travels beside a statement.
func (s *Service) checkBrought(ctx context.Context, l envelope.Link, in wire.AppendLink) (*envelope.Credential, error) {
	if l.Type == envelope.AccountOfficers {
		if err := s.checkOfficers(ctx, l); err != nil {
			return nil, err
		}
	} else if len(in.Shares) > 0 {
		return nil, wire.Refuse(wire.CodeReaders).Because(errors.New("shares where none belong"))
	}
	if err := errors.Join(s.checkLetter(l, in.Recovery), checkBoxes(l, in.Boxes)); err != nil {
		return nil, err
	}
	return checkCredential(l, in.Credential)
}

// checkBoxes demands exactly the boxes that the statement names.
func checkBoxes(l envelope.Link, boxes []wire.Box) error {
	k, ok, err := chain.KeysOf(l)
	if err != nil {
		return wire.Refuse(wire.CodeMalformed).Because(err)
	}
	if !ok {
		if len(boxes) != 0 {
			return wire.Refuse(wire.CodeReaders).Because(errors.New("boxes where none belong"))
		}
		return nil
	}
	return MatchBoxes(k, boxes)
}

// MatchBoxes demands one box for each reader of a statement, and no other.
func MatchBoxes(k envelope.Keys, boxes []wire.Box) error {
	if len(boxes) != len(k.Recipients) {
		return wire.Refuse(wire.CodeReaders).Because(fmt.Errorf("%d boxes for %d readers", len(boxes), len(k.Recipients)))
	}
	for i, r := range k.Recipients {
		b := boxes[i]
		if string(b.Kind) != string(r.Kind) || envelope.ID(b.ID) != r.ID || b.Gen != r.Gen || envelope.Sum(b.Sealed) != r.Box {
			return wire.Refuse(wire.CodeReaders).Because(fmt.Errorf("box %d does not fit its reader", i))
		}
	}
	return nil
}

func checkCredential(l envelope.Link, in *wire.Credential) (*envelope.Credential, error) {
	if (l.Type == envelope.AgencyCredential) != (in != nil) {
		return nil, wire.Refuse(wire.CodeMalformed).Because(errors.New("a credential travels with the statement that records it"))
	}
	if in == nil {
		return nil, nil
	}
	c, err := envelope.DecodeCredential(in.Credential)
	if err != nil {
		return nil, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	b, err := envelope.DecodeCredentialLink(l.Body)
	if err != nil {
		return nil, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	if b.Digest != envelope.CredentialDigest(in.Credential, in.Sig) || b.Account != c.Account || b.Serial != c.Serial {
		return nil, wire.Refuse(wire.CodeRefused).Because(errors.New("the statement records another credential"))
	}
	return &c, nil
}

// refusal turns a rule's refusal into the code that a client sees.
func refusal(err error) error {
	code := wire.CodeRefused
	switch {
	case errors.Is(err, envelope.ErrMalformed):
		code = wire.CodeMalformed
	case errors.Is(err, chain.ErrOrder):
		code = wire.CodeConflict
	case errors.Is(err, chain.ErrSignature):
		code = wire.CodeBadSignature
	case errors.Is(err, chain.ErrRevoked):
		code = wire.CodeDevice
	case errors.Is(err, chain.ErrRoster):
		code = wire.CodeReaders
	}
	return wire.Refuse(code).Because(err)
}
