package chain

import (
	"fmt"
	"maps"
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// Agency is the verified state of an agency's chain: its root, its issuers, its
// records key, its policy and the credentials it has given and taken back.
type Agency struct {
	head
	Name       string
	root       key.Verify
	issuers    map[envelope.ID]issuer
	custodians []custodian
	policies   []policy
	creds      map[envelope.ID]credential
	current    map[envelope.ID]envelope.ID // account to serial in force
}

type issuer struct {
	span
	key                 key.Verify
	notBefore, notAfter uint64
}

type custodian struct {
	envelope.CustodianBody
	pk   envelope.Hash
	from uint64
}

type policy struct {
	envelope.PolicyBody
	from uint64
}

type credential struct {
	span
	account envelope.ID
	digest  envelope.Hash
	issuer  envelope.ID
}

// NewAgency is the empty chain of an agency.
func NewAgency(id envelope.ID) *Agency {
	return &Agency{head: head{Kind: envelope.ChainAgency, ID: id}, issuers: map[envelope.ID]issuer{}, creds: map[envelope.ID]credential{},
		current: map[envelope.ID]envelope.ID{}}
}

// Root is the agency's root key; clients compare it with the one they were
// built or set up with.
func (a *Agency) Root() key.Verify { return a.root }

// Apply checks the next link, logged at the given leaf, and returns the state after it.
func (a *Agency) Apply(s envelope.SignedLink, leaf uint64) (*Agency, error) {
	return a.Replay([]Logged{{s, leaf}})
}

// Replay applies many links with one copy of the state.
func (a *Agency) Replay(links []Logged) (*Agency, error) {
	n := *a
	n.issuers, n.creds, n.current = maps.Clone(a.issuers), maps.Clone(a.creds), maps.Clone(a.current)
	for _, s := range links {
		l, err := n.follows(s.SignedLink, s.Leaf)
		if err != nil {
			return nil, fmt.Errorf("agency statement: %w", err)
		}
		if err := n.apply(l, s.SignedLink, s.Leaf); err != nil {
			return nil, fmt.Errorf("agency statement %d (%s): %w", l.Seq, l.Type, err)
		}
		n.head = n.advance(l, s.SignedLink, s.Leaf)
	}
	return &n, nil
}

func (a *Agency) apply(l envelope.Link, s envelope.SignedLink, leaf uint64) error {
	if !l.SignerAcct.IsZero() || l.Agency != a.ID {
		return fmt.Errorf("%w: only the root and issuers speak here", ErrSigner)
	}
	if (l.Type == envelope.AgencyGenesis) != (l.Seq == 1) {
		return fmt.Errorf("%w: a chain has one beginning", ErrOrder)
	}
	switch l.Type {
	case envelope.AgencyGenesis:
		b, err := envelope.DecodeAgencyGenesis(l.Body)
		if err != nil {
			return err
		}
		if a.root, err = key.NewVerify(b.Root[:]); err != nil {
			return err
		}
		a.Name = b.Name
		return a.byRoot(l, s)
	case envelope.AgencyCredential, envelope.AgencyCredentialRevoke:
		return a.applyCredential(l, s, leaf)
	default:
		if err := a.byRoot(l, s); err != nil {
			return err
		}
		return a.applyRoot(l, leaf)
	}
}

func (a *Agency) byRoot(l envelope.Link, s envelope.SignedLink) error {
	if !l.SignerDev.IsZero() {
		return fmt.Errorf("%w: the root signs this", ErrSigner)
	}
	return checkLink(a.root, l, s)
}

func (a *Agency) applyRoot(l envelope.Link, leaf uint64) error {
	switch l.Type {
	case envelope.AgencyIssuer:
		b, err := envelope.DecodeIssuer(l.Body)
		if err != nil {
			return err
		}
		if _, used := a.issuers[b.ID]; used || b.ID.IsZero() {
			return fmt.Errorf("%w: the issuer's id was used before", ErrState)
		}
		k, err := key.NewVerify(b.Key[:])
		if err != nil {
			return err
		}
		a.issuers[b.ID] = issuer{span: since(leaf), key: k, notBefore: b.NotBefore, notAfter: b.NotAfter}
	case envelope.AgencyIssuerRevoke:
		id, err := envelope.DecodeIssuerRevoke(l.Body)
		if err != nil {
			return err
		}
		i, ok := a.issuers[id]
		if !ok || i.until != forever {
			return fmt.Errorf("%w: issuer", ErrUnknown)
		}
		i.until = leaf
		a.issuers[id] = i
	case envelope.AgencyCustodian:
		return a.applyCustodian(l, leaf)
	case envelope.AgencyPolicy:
		b, err := envelope.DecodePolicy(l.Body)
		if err != nil {
			return err
		}
		if b.MinSuite != envelope.Suite {
			return fmt.Errorf("%w: the policy asks for suite 0x%02x", ErrState, b.MinSuite)
		}
		a.policies = append(slices.Clone(a.policies), policy{b, leaf})
	}
	return nil
}

func (a *Agency) applyCustodian(l envelope.Link, leaf uint64) error {
	b, err := envelope.DecodeCustodian(l.Body)
	if err != nil {
		return err
	}
	if b.Gen != uint32(len(a.custodians))+1 {
		return fmt.Errorf("%w: records key number %d", ErrGeneration, b.Gen)
	}
	c := custodian{CustodianBody: b, from: leaf}
	if b.Mode != envelope.CustodianNone {
		pk, err := key.NewBoxPublic(b.Box)
		if err != nil {
			return err
		}
		c.pk = pk.Hash()
	}
	a.custodians = append(slices.Clone(a.custodians), c)
	return nil
}

func (a *Agency) applyCredential(l envelope.Link, s envelope.SignedLink, leaf uint64) error {
	k, err := a.Issuer(l.SignerDev, leaf+1, l.Time)
	if err != nil {
		return err
	}
	if err := checkLink(k, l, s); err != nil {
		return err
	}
	if l.Type == envelope.AgencyCredentialRevoke {
		serial, err := envelope.DecodeCredentialRevoke(l.Body)
		if err != nil {
			return err
		}
		c, ok := a.creds[serial]
		if !ok || c.until != forever {
			return fmt.Errorf("%w: credential", ErrUnknown)
		}
		c.until = leaf
		a.creds[serial] = c
		delete(a.current, c.account)
		return nil
	}
	b, err := envelope.DecodeCredentialLink(l.Body)
	if err != nil {
		return err
	}
	if _, used := a.creds[b.Serial]; used {
		return fmt.Errorf("%w: the serial was used before", ErrCredential)
	}
	if old, ok := a.current[b.Account]; ok { // a person has one credential at a time
		c := a.creds[old]
		c.until = leaf
		a.creds[old] = c
	}
	a.current[b.Account] = b.Serial
	a.creds[b.Serial] = credential{span: since(leaf), account: b.Account, digest: b.Digest, issuer: l.SignerDev}
	return nil
}

// Issuer returns the key of an issuer that was appointed at n and whose dates
// fit the time of signing.
func (a *Agency) Issuer(id envelope.ID, n, time uint64) (key.Verify, error) {
	i, ok := a.issuers[id]
	if !ok || !i.at(n) {
		return key.Verify{}, fmt.Errorf("%w: no such issuer then", ErrSigner)
	}
	if time < i.notBefore || time > i.notAfter {
		return key.Verify{}, fmt.Errorf("%w: outside the issuer's dates", ErrSigner)
	}
	return i.key, nil
}

// Custodian returns the records key known at n; ok is false where policy has
// none. Where there is one, epochs are sealed to it in both other modes.
func (a *Agency) Custodian(n uint64) (c envelope.CustodianBody, pk envelope.Hash, ok bool) {
	for _, x := range slices.Backward(a.custodians) {
		if x.from < n {
			return x.CustodianBody, x.pk, x.Mode != envelope.CustodianNone
		}
	}
	return envelope.CustodianBody{}, envelope.Hash{}, false
}

// Policy returns the policy known at n.
func (a *Agency) Policy(n uint64) (envelope.PolicyBody, bool) {
	for _, x := range slices.Backward(a.policies) {
		if x.from < n {
			return x.PolicyBody, true
		}
	}
	return envelope.PolicyBody{}, false
}

// SignedCredential is a credential with its issuer's signature, as it is
// served beside the account it speaks about. Which issuer signed it is what the
// agency's chain says about its serial.
type SignedCredential struct {
	Credential []byte
	Sig        []byte
}

// CheckCredential verifies a credential once: the issuer's signature, its entry
// in the agency's chain and its fit to the account. Whether it holds at a
// given point is Holds.
func (a *Agency) CheckCredential(s SignedCredential, acct *Account) (envelope.Credential, error) {
	c, err := envelope.DecodeCredential(s.Credential)
	if err != nil {
		return c, err
	}
	logged, ok := a.creds[c.Serial]
	switch {
	case !ok || len(s.Sig) != 64 || logged.digest != envelope.CredentialDigest(s.Credential, s.Sig):
		return c, fmt.Errorf("%w: it is not in the agency's chain", ErrCredential)
	case c.Agency != a.ID:
		return c, fmt.Errorf("%w: another agency's", ErrCredential)
	case c.Account != acct.ID || logged.account != acct.ID || c.Genesis != acct.Genesis:
		return c, fmt.Errorf("%w: it speaks about another account", ErrCredential)
	}
	k := a.issuers[logged.issuer].key
	if err := verify(k, key.SigCredential, s.Credential, s.Sig); err != nil {
		return c, err
	}
	return c, nil
}

// Holds reports whether a checked credential is in force at n and at the given time.
func (a *Agency) Holds(c envelope.Credential, n, time uint64) error {
	logged, ok := a.creds[c.Serial]
	switch {
	case !ok || logged.from >= n:
		return fmt.Errorf("%w: not yet given", ErrCredential)
	case logged.until < n:
		return fmt.Errorf("%w: taken back", ErrCredential)
	case time < c.NotBefore || time > c.NotAfter:
		return fmt.Errorf("%w: outside its dates", ErrCredential)
	}
	return nil
}

// HolderOf returns the account that a credential was given to.
func (a *Agency) HolderOf(serial envelope.ID) (envelope.ID, bool) {
	c, ok := a.creds[serial]
	return c.account, ok
}

// Given returns the leaf that logged a credential.
func (a *Agency) Given(serial envelope.ID) (leaf uint64, ok bool) {
	c, ok := a.creds[serial]
	return c.from, ok
}

// Ended returns the leaf that took a credential back, or logged its successor.
func (a *Agency) Ended(serial envelope.ID) (leaf uint64, ended bool) {
	c, ok := a.creds[serial]
	return c.until, ok && c.until != forever
}
