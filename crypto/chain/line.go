package chain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"arcline/crypto/envelope"
)

// Line is the verified state of a line's chain: its leads, its members, and the
// two keys that open threads are sealed to: the line's and the leads'.
type Line struct {
	head
	Name    string
	admins  []admins
	members map[envelope.ID][]span
	gens    generations // line key
	leads   generations // leads' key
	Floor   uint32      // lowest line generation still needed
}

type admins struct {
	ids  []envelope.ID
	from uint64
}

// NewLine is the empty chain of a line.
func NewLine(id envelope.ID) *Line {
	return &Line{head: head{Kind: envelope.ChainLine, ID: id}, members: map[envelope.ID][]span{}}
}

// People answers what a line or a thread must know about others. n is the size
// of the asker's checkpoint.
type People interface {
	// Reach is how far the key log is known: the size of the newest checkpoint
	// up to which every statement asked about here has been taken in.
	Reach() uint64
	Agency() *Agency
	Account(id envelope.ID) (*Account, error)
	Line(id envelope.ID) (*Line, error)
	// Credential returns the credential of an account, checked against the
	// agency's chain, that is in force at n and at the given time.
	Credential(acct envelope.ID, n, time uint64) (envelope.Credential, error)
}

// Apply checks the next link, logged at the given leaf, and returns the state after it.
func (x *Line) Apply(s envelope.SignedLink, leaf uint64, people People) (*Line, error) {
	l, err := x.follows(s, leaf)
	if err != nil {
		return nil, fmt.Errorf("line statement: %w", err)
	}
	n := *x
	n.members = maps.Clone(x.members)
	if err := n.apply(l, s, leaf, people); err != nil {
		return nil, fmt.Errorf("line statement %d (%s): %w", l.Seq, l.Type, err)
	}
	n.head = x.advance(l, s, leaf)
	return &n, nil
}

func (x *Line) apply(l envelope.Link, s envelope.SignedLink, leaf uint64, people People) error {
	if (l.Type == envelope.LineGenesis) != (l.Seq == 1) {
		return fmt.Errorf("%w: a chain has one beginning", ErrOrder)
	}
	if l.Type == envelope.LineGenesis || l.Type == envelope.LineAdmins {
		return x.applyIssuer(l, s, leaf, people)
	}
	acct, err := people.Account(l.SignerAcct)
	if err != nil {
		return err
	}
	k, err := acct.Device(l.SignerDev, leaf+1)
	if err != nil {
		return err
	}
	if err := checkLink(k, l, s); err != nil {
		return err
	}
	admin, member := x.Admin(l.SignerAcct, leaf), x.Member(l.SignerAcct, leaf)
	if !admin && !(member && l.Type == envelope.LineRotate) {
		return fmt.Errorf("%w: a lead of the line does this", ErrSigner)
	}
	// Whose credential has ended has no say, even before the line's chain
	// says that they left.
	if err := x.eligible(l.SignerAcct, leaf, l.Time, people); err != nil {
		return fmt.Errorf("signer: %w", err)
	}
	switch l.Type {
	case envelope.LineAdd:
		return x.applyAdd(l, leaf, people)
	case envelope.LineRemove:
		return x.applyRemove(l, leaf, people)
	case envelope.LineRotate:
		return x.applyRotate(l, leaf, people, admin)
	default:
		g, err := envelope.DecodeFloor(l.Body)
		if err != nil {
			return err
		}
		// The next generation as the floor says that no old one is needed.
		if g < x.Floor || uint64(g) > uint64(len(x.gens))+1 {
			return fmt.Errorf("%w: floor %d", ErrGeneration, g)
		}
		x.Floor = g
		return nil
	}
}

func (x *Line) applyIssuer(l envelope.Link, s envelope.SignedLink, leaf uint64, people People) error {
	if !l.SignerAcct.IsZero() {
		return fmt.Errorf("%w: the agency's issuer does this", ErrSigner)
	}
	k, err := people.Agency().Issuer(l.SignerDev, leaf+1, l.Time)
	if err != nil {
		return err
	}
	if err := checkLink(k, l, s); err != nil {
		return err
	}
	var ids []envelope.ID
	if l.Type == envelope.LineGenesis {
		b, err := envelope.DecodeLineGenesis(l.Body)
		if err != nil {
			return err
		}
		x.Name, ids = b.Name, b.Admins
	} else if ids, err = envelope.DecodeLineAdmins(l.Body); err != nil {
		return err
	}
	x.admins = append(slices.Clone(x.admins), admins{ids, leaf})
	return nil
}

// eligible is the wall: only whom the agency's own credential names for this
// line, as staff, can be put on it.
func (x *Line) eligible(acct envelope.ID, leaf, time uint64, people People) error {
	c, err := people.Credential(acct, leaf+1, time)
	if err != nil {
		return err
	}
	return staffOf(c, x.ID)
}

func staffOf(c envelope.Credential, line envelope.ID) error {
	if !Staff(c.Role) || !slices.Contains(c.Lines, line) {
		return fmt.Errorf("%w: the person's credential does not name this line", ErrCredential)
	}
	return nil
}

func (x *Line) applyAdd(l envelope.Link, leaf uint64, people People) error {
	b, err := envelope.DecodeLineMember(l.Type, l.Body)
	if err != nil {
		return err
	}
	if x.Member(b.Account, leaf+1) {
		return fmt.Errorf("%w: already a member", ErrState)
	}
	if err := x.eligible(b.Account, leaf, l.Time, people); err != nil {
		return err
	}
	cur, ok := x.gens.last()
	if !ok {
		return fmt.Errorf("%w: the line has no key yet", ErrState)
	}
	to, err := accountRecipient(b.Account, leaf+1, people)
	if err != nil {
		return err
	}
	if err := grant(envelope.PurposeLine, b.Keys, l, cur, envelope.LineCtx(x.ID, cur.Gen), to); err != nil {
		return err
	}
	cur.grants = append(slices.Clone(cur.grants), granted{to, leaf})
	x.gens = slices.Clone(x.gens)
	x.gens[len(x.gens)-1] = cur
	x.members[b.Account] = append(slices.Clone(x.members[b.Account]), since(leaf))
	return nil
}

func (x *Line) applyRemove(l envelope.Link, leaf uint64, people People) error {
	b, err := envelope.DecodeLineMember(l.Type, l.Body)
	if err != nil {
		return err
	}
	if !x.Member(b.Account, leaf+1) {
		return fmt.Errorf("%w: member", ErrUnknown)
	}
	if b.Account == l.SignerAcct { // who makes the next key knows it
		return fmt.Errorf("%w: nobody takes themselves off a line", ErrSigner)
	}
	spans := slices.Clone(x.members[b.Account])
	spans[len(spans)-1].until = leaf
	x.members[b.Account] = spans
	return x.rotate(l, envelope.PurposeLine, b.Keys, leaf, people)
}

func (x *Line) applyRotate(l envelope.Link, leaf uint64, people People, admin bool) error {
	p, body, err := envelope.DecodeRotate(l.Type, l.Body)
	if err != nil {
		return err
	}
	if p == envelope.PurposeLead && !admin {
		return fmt.Errorf("%w: a lead makes the leads' key", ErrSigner)
	}
	if p == envelope.PurposeLine && len(x.gens) == 0 {
		for _, id := range x.Admins(leaf + 1) { // the leads are the first members
			if err := x.eligible(id, leaf, l.Time, people); err != nil {
				return err
			}
			x.members[id] = []span{since(leaf)}
		}
	}
	return x.rotate(l, p, body, leaf, people)
}

func (x *Line) rotate(l envelope.Link, p envelope.Purpose, body []byte, leaf uint64, people People) error {
	before, who, ctx := &x.gens, x.Members(leaf+1), func(g uint32) []byte { return envelope.LineCtx(x.ID, g) }
	if p == envelope.PurposeLead {
		before, who, ctx = &x.leads, x.Admins(leaf+1), func(g uint32) []byte { return envelope.LeadCtx(x.ID, g) }
	}
	// Who makes a key knows it, so the maker must be among those who may.
	if !slices.Contains(who, l.SignerAcct) {
		return fmt.Errorf("%w: the maker of a key is one of its readers", ErrSigner)
	}
	var want []envelope.Recipient
	for _, id := range who {
		r, err := accountRecipient(id, leaf+1, people)
		if err != nil {
			return err
		}
		want = append(want, r)
	}
	// A rotation at the floor hands over no history: nothing older is needed.
	history := len(*before) > 0 && (p == envelope.PurposeLead || uint64(x.Floor) <= uint64(len(*before)))
	g, err := rotation(p, body, l, *before, ctx, want, history, leaf)
	if err != nil {
		return err
	}
	*before = append(slices.Clone(*before), g)
	return nil
}

// accountRecipient names an account under the generation known at n.
func accountRecipient(id envelope.ID, n uint64, people People) (envelope.Recipient, error) {
	a, err := people.Account(id)
	if err != nil {
		return envelope.Recipient{}, err
	}
	g, ok := a.Generation(n)
	if !ok {
		return envelope.Recipient{}, fmt.Errorf("%w: account has no key yet", ErrUnknown)
	}
	return envelope.Recipient{Kind: envelope.KindAccount, ID: id, Gen: g.Gen, PK: g.PK}, nil
}

// Member reports whether an account is a member at n.
func (x *Line) Member(acct envelope.ID, n uint64) bool {
	return slices.ContainsFunc(x.members[acct], func(s span) bool { return s.at(n) })
}

// Members lists the members at n in order of id.
func (x *Line) Members(n uint64) []envelope.ID {
	var out []envelope.ID
	for id := range x.members {
		if x.Member(id, n) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b envelope.ID) int { return slices.Compare(a[:], b[:]) })
	return out
}

// Holding is a stretch in which somebody was a member and could open what is sealed
// to the line.
type Holding struct {
	Account envelope.ID
	From    uint64 // leaf of the link that began it
	Until   uint64 // leaf of the link that ended it, whose rotation left them out
	Now     bool   // it has not ended
}

// Held lists everybody who was ever handed the line's key, in the order in which
// they were. Nobody comes by it in another way: every rotation and every grant
// names its readers, and no other readers hold.
func (x *Line) Held() []Holding {
	var out []Holding
	for id, spans := range x.members {
		for _, s := range spans {
			out = append(out, Holding{id, s.from, s.until, s.until == forever})
		}
	}
	slices.SortFunc(out, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(a.From, b.From), slices.Compare(a.Account[:], b.Account[:]))
	})
	return out
}

// Admins lists the leads at n.
func (x *Line) Admins(n uint64) []envelope.ID {
	for _, a := range slices.Backward(x.admins) {
		if a.from < n {
			return a.ids
		}
	}
	return nil
}

// Admin reports whether an account leads the line at n.
func (x *Line) Admin(acct envelope.ID, n uint64) bool { return slices.Contains(x.Admins(n), acct) }

// Generation returns the line key known at n.
func (x *Line) Generation(n uint64) (Generation, bool) { return x.gens.at(n) }

// LeadGeneration returns the leads' key known at n.
func (x *Line) LeadGeneration(n uint64) (Generation, bool) { return x.leads.at(n) }

// Escrow returns the leads' key if it may be sealed to at n. A member leaves
// with a rotation, but the leads are changed by the issuer, who cannot rotate.
// So from the leaf on at which somebody stops leading, nothing is sealed to the
// key that they hold; once a lead has rotated it, epochs include it again.
func (x *Line) Escrow(n uint64) (g Generation, ok bool, err error) {
	g, ok = x.leads.at(n)
	if !ok {
		return g, false, fmt.Errorf("%w: the line's leads have no key yet", ErrUnknown)
	}
	for _, r := range g.Roster {
		if !x.Admin(r.ID, n) {
			return g, false, nil
		}
	}
	return g, true, nil
}

// Stale reports whether the line key, or the leads' key, is sealed to somebody
// who should no longer have it, or not to their current key: any member's
// client then rotates without being asked (protocol section 5).
func (x *Line) Stale(n uint64, p envelope.Purpose, people People) (bool, error) {
	gens, who := x.gens, x.Members(n)
	if p == envelope.PurposeLead {
		gens, who = x.leads, x.Admins(n)
	}
	g, ok := gens.at(n)
	if !ok {
		return true, nil
	}
	for _, r := range g.readers(n) {
		cur, err := accountRecipient(r.ID, n, people)
		if err != nil {
			return false, err
		}
		if !slices.Contains(who, r.ID) || !cur.Same(r) {
			return true, nil
		}
	}
	return p == envelope.PurposeLead && len(g.Roster) != len(who), nil
}
