package chain

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"arcline/crypto/envelope"
)

// Logged is a chain link with its place in the key log.
type Logged struct {
	envelope.SignedLink
	Leaf uint64
}

// Book is everything verified so far: one agency, its accounts, its lines and
// their people's credentials. It implements People. A client fills it from
// proofs; the server from what it has stored. It is safe for concurrent use,
// and a state taken from it never changes.
type Book struct {
	apply    sync.Mutex // one Apply at a time
	mu       sync.RWMutex
	reach    uint64
	agency   *Agency
	accounts map[envelope.ID]*Account
	lines    map[envelope.ID]*Line
	creds    map[envelope.ID][]envelope.Credential // checked; by account, oldest first
}

// NewBook is an empty book about one agency.
func NewBook(agency envelope.ID) *Book {
	return &Book{reach: forever, agency: NewAgency(agency), accounts: map[envelope.ID]*Account{}, lines: map[envelope.ID]*Line{},
		creds: map[envelope.ID][]envelope.Credential{}}
}

// Reached says that the book holds everything it will be asked about up to a
// checkpoint of size n: a client calls it when it has verified an update. Until
// the first call the book counts as complete, as the server's own is.
func (b *Book) Reached(n uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reach = n
}

// Reach is the size that Reached was last given.
func (b *Book) Reach() uint64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.reach
}

// Agency returns the agency's state.
func (b *Book) Agency() *Agency {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.agency
}

// Account returns an account's state or ErrUnknown.
func (b *Book) Account(id envelope.ID) (*Account, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if a, ok := b.accounts[id]; ok {
		return a, nil
	}
	return nil, fmt.Errorf("%w: account %x", ErrUnknown, id[:4])
}

// Line returns a line's state or ErrUnknown.
func (b *Book) Line(id envelope.ID) (*Line, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if x, ok := b.lines[id]; ok {
		return x, nil
	}
	return nil, fmt.Errorf("%w: line %x", ErrUnknown, id[:4])
}

// Credential returns the checked credential of an account that is in force at n
// and at the time.
func (b *Book) Credential(acct envelope.ID, n, time uint64) (envelope.Credential, error) {
	b.mu.RLock()
	list, agency := b.creds[acct], b.agency
	b.mu.RUnlock()
	err := fmt.Errorf("%w: account %x has none", ErrCredential, acct[:4])
	for _, c := range slices.Backward(list) {
		if err = agency.Holds(c, n, time); err == nil {
			return c, nil
		}
	}
	return envelope.Credential{}, err
}

// Known returns an account's newest checked credential whether or not it is in
// force, for showing a name.
func (b *Book) Known(acct envelope.ID) (envelope.Credential, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	list := b.creds[acct]
	if len(list) == 0 {
		return envelope.Credential{}, false
	}
	return list[len(list)-1], true
}

// AddCredential checks a credential and keeps it.
func (b *Book) AddCredential(s SignedCredential) error {
	c, err := envelope.DecodeCredential(s.Credential)
	if err != nil {
		return err
	}
	acct, err := b.Account(c.Account)
	if err != nil {
		return err
	}
	checked, err := b.Agency().CheckCredential(s, acct)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, old := range b.creds[c.Account] {
		if old.Serial == checked.Serial {
			return nil
		}
	}
	b.creds[c.Account] = append(slices.Clone(b.creds[c.Account]), checked)
	return nil
}

// Head returns a chain's length and newest hash; zero where nothing is known.
func (b *Book) Head(kind envelope.ChainKind, id envelope.ID) (seq uint64, hash envelope.Hash) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	switch kind {
	case envelope.ChainAgency:
		return b.agency.Seq, b.agency.Hash
	case envelope.ChainAccount:
		if a, ok := b.accounts[id]; ok {
			return a.Seq, a.Hash
		}
	case envelope.ChainLine:
		if x, ok := b.lines[id]; ok {
			return x.Seq, x.Hash
		}
	}
	return 0, envelope.Hash{}
}

// Next is a link that was checked and not yet taken into the book.
type Next struct {
	Link    envelope.Link
	after   envelope.Hash // the chain's newest link when this one was checked
	agency  *Agency
	account *Account
	line    *Line
}

// Check runs every rule for a link logged at the given leaf and keeps nothing.
func (b *Book) Check(s envelope.SignedLink, leaf uint64) (Next, error) {
	l, err := envelope.DecodeLink(s.Link)
	if err != nil {
		return Next{}, err
	}
	n := Next{Link: l}
	switch l.Kind {
	case envelope.ChainAgency:
		a := b.Agency()
		if l.Chain != a.ID {
			return n, fmt.Errorf("%w: another agency", ErrOrder)
		}
		n.after = a.Hash
		n.agency, err = a.Apply(s, leaf)
	case envelope.ChainAccount:
		a, aerr := b.Account(l.Chain)
		if aerr != nil {
			a = NewAccount(l.Chain)
		}
		n.after = a.Hash
		n.account, err = a.Apply(s, leaf)
	case envelope.ChainLine:
		x, xerr := b.Line(l.Chain)
		if xerr != nil {
			x = NewLine(l.Chain)
		}
		n.after = x.Hash
		n.line, err = x.Apply(s, leaf, b)
	}
	if err == nil && l.Agency != b.Agency().ID {
		err = fmt.Errorf("%w: another agency", ErrOrder)
	}
	return n, err
}

// Take puts a checked link into the book. It refuses a link whose chain has
// moved on since it was checked: of two that were checked at once one is lost.
func (b *Book) Take(n Next) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var now envelope.Hash
	switch {
	case n.agency != nil:
		now = b.agency.Hash
	case n.account != nil && b.accounts[n.account.ID] != nil:
		now = b.accounts[n.account.ID].Hash
	case n.line != nil && b.lines[n.line.ID] != nil:
		now = b.lines[n.line.ID].Hash
	}
	if now != n.after {
		return fmt.Errorf("%w: the chain has moved on", ErrOrder)
	}
	switch {
	case n.agency != nil:
		b.agency = n.agency
	case n.account != nil:
		b.accounts[n.account.ID] = n.account
	case n.line != nil:
		b.lines[n.line.ID] = n.line
	}
	return nil
}

// Apply checks a link and takes it.
func (b *Book) Apply(s Logged) error {
	b.apply.Lock()
	defer b.apply.Unlock()
	n, err := b.Check(s.SignedLink, s.Leaf)
	if err != nil {
		return err
	}
	return b.Take(n)
}

// Accounts lists the ids of all accounts known.
func (b *Book) Accounts() []envelope.ID {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make([]envelope.ID, 0, len(b.accounts))
	for id := range b.accounts {
		out = append(out, id)
	}
	return out
}

// BoxOf returns the public key that a recipient names, for sealing to it.
func (b *Book) BoxOf(r envelope.Recipient) ([]byte, error) {
	var g Generation
	var ok bool
	switch r.Kind {
	case envelope.KindAccount:
		a, err := b.Account(r.ID)
		if err != nil {
			return nil, err
		}
		g, ok = a.GenerationNo(r.Gen)
	case envelope.KindLine, envelope.KindLead:
		x, err := b.Line(r.ID)
		if err != nil {
			return nil, err
		}
		if r.Kind == envelope.KindLine {
			g, ok = x.gens.find(r.Gen)
		} else {
			g, ok = x.leads.find(r.Gen)
		}
	case envelope.KindCustodian:
		for _, c := range b.Agency().custodians {
			if c.ID == r.ID && c.Gen == r.Gen {
				g, ok = Generation{Box: c.Box}, true
			}
		}
	}
	if !ok {
		return nil, fmt.Errorf("%w: key %d of %s %x", ErrUnknown, r.Gen, r.Kind, r.ID[:4])
	}
	return g.Box, nil
}

// Replay fills the book from whole chains, in the order in which they depend on
// one another: agency, accounts, credentials, lines. Links of one chain are in
// order; lines are sorted by leaf here.
func (b *Book) Replay(agency, accounts []Logged, creds []SignedCredential, lines []Logged) error {
	before := b.Agency()
	a, err := before.Replay(agency)
	if err != nil {
		return err
	}
	if err := b.Take(Next{agency: a, after: before.Hash}); err != nil {
		return err
	}
	for _, l := range accounts {
		if err := b.Apply(l); err != nil {
			return err
		}
	}
	for _, c := range creds {
		if err := b.AddCredential(c); err != nil {
			return err
		}
	}
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(x, y Logged) int { return cmp.Compare(x.Leaf, y.Leaf) })
	for _, l := range lines {
		if err := b.Apply(l); err != nil {
			return err
		}
	}
	return nil
}

// Lines lists every line known.
func (b *Book) Lines() []*Line {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make([]*Line, 0, len(b.lines))
	for _, x := range b.lines {
		out = append(out, x)
	}
	return out
}
