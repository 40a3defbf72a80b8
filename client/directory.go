package client

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
)

// maxAge is how old a checkpoint may be for sending under it: a day.
const maxAge = 24 * 3600 * 1000

// known is what a device remembers of the key log: its pin, and every chain it
// has verified. It is kept in the vault and replayed at start.
type known struct {
	View   keylog.View               `json:"view"`
	Chains map[string]*rememberedLog `json:"chains"` // by hex id
}

type rememberedLog struct {
	Kind  envelope.ChainKind `json:"kind"`
	Links []chain.Logged     `json:"links"`
	Boxes []wire.Box         `json:"boxes,omitempty"` // our own, Gen filled from the statement
	Creds []wire.Credential  `json:"creds,omitempty"`
}

// ErrAlarm is wrapped when the service was caught at something that an honest
// one does not do. Nothing is sent after it.
var ErrAlarm = errors.New("the service showed something that does not fit what it showed before")

// maxRounds bounds how often one learning asks: while others keep writing into
// the log, it is given up and the next sender's refusal starts it anew.
const maxRounds = 16

// learn brings the view up to date and verifies the given chains, and every
// chain they depend on, up to their newest statement at that view: whatever is
// sealed under the view afterwards is sealed to nobody's replaced key.
func (c *Client) learn(ctx context.Context, ids ...envelope.ID) error {
	c.learning.Lock()
	defer c.learning.Unlock()
	clear(c.pending)
	want := append([]envelope.ID{c.me.Agency, c.me.Account}, ids...)
	asked := map[envelope.ID]uint64{} // and the size of the log at which it was answered
	var fresh batch
	for range maxRounds {
		q := wire.DirectoryQuery{Size: c.log.View.Size, Chains: []wire.ChainQuery{}}
		for _, id := range want {
			at, ok := asked[id]
			if ok && at == c.log.View.Size || id.IsZero() || len(q.Chains) == wire.MaxDirectory {
				continue
			}
			asked[id] = c.log.View.Size
			q.Chains = append(q.Chains, wire.ChainQuery{Chain: wire.ID(id), After: c.after(id)})
		}
		if len(q.Chains) == 0 {
			break
		}
		deps, err := c.ask(ctx, q, &fresh)
		if err != nil {
			return err
		}
		for _, x := range q.Chains {
			asked[envelope.ID(x.Chain)] = c.log.View.Size
		}
		want = append(want, deps...)
	}
	if err := c.apply(fresh); err != nil {
		return err
	}
	for id, size := range asked {
		c.learnedAt[id] = size
	}
	if err := c.openOwnBoxes(); err != nil {
		return err
	}
	return c.saveLog()
}

// knownAt reports whether every one of some chains was asked for at a view of at
// least a size. A chain that is older may lack a device or a key that an entry
// made under that view rests on.
func (c *Client) knownAt(size uint64, ids ...envelope.ID) bool {
	c.learning.Lock()
	defer c.learning.Unlock()
	for _, id := range ids {
		if at, ok := c.learnedAt[id]; !id.IsZero() && (!ok || at < size) {
			return false
		}
	}
	return size <= c.log.View.Size
}

// ask puts one question and checks every proof of the answer.
func (c *Client) ask(ctx context.Context, q wire.DirectoryQuery, fresh *batch) (deps []envelope.ID, err error) {
	var a wire.DirectoryAnswer
	if err := c.authed(ctx, "POST", "/v1/directory", q, &a); err != nil {
		return nil, err
	}
	if err := c.advance(a); err != nil {
		return nil, err
	}
	if len(a.Chains) != len(q.Chains) {
		return nil, fmt.Errorf("%w: an answer to another question", ErrAlarm)
	}
	for i, ch := range a.Chains {
		if ch.Chain != q.Chains[i].Chain {
			return nil, fmt.Errorf("%w: an answer to another question", ErrAlarm)
		}
		more, err := c.readChain(ch, fresh)
		if err != nil {
			return nil, err
		}
		deps = append(deps, more...)
	}
	return deps, nil
}

// batch is what was read and proved, and not yet applied.
type batch struct {
	links []chain.Logged
	creds []chain.SignedCredential
}

// held is what we hold of a chain: what was proved in this learning, else what
// was applied before.
func (c *Client) held(id envelope.ID) *rememberedLog {
	if l := c.pending[idKey(id)]; l != nil {
		return l
	}
	if l := c.log.Chains[idKey(id)]; l != nil {
		return l
	}
	return &rememberedLog{}
}

// after is the number of the newest statement of a chain that we hold.
func (c *Client) after(id envelope.ID) uint64 { return uint64(len(c.held(id).Links)) }

func idKey(id envelope.ID) string { return fmt.Sprintf("%x", id[:]) }

// askState asks for the newest state of the log, seen from a size. The agency's
// chain comes along, since its newest policy says whom to believe.
func (c *Client) askState(ctx context.Context, size uint64) (a wire.DirectoryAnswer, err error) {
	q := wire.DirectoryQuery{Size: size, Chains: []wire.ChainQuery{{Chain: wire.ID(c.me.Agency), After: c.after(c.me.Agency)}}}
	return a, c.authed(ctx, "POST", "/v1/directory", q, &a)
}

// advance moves the pinned view forward or raises the alarm.
func (c *Client) advance(a wire.DirectoryAnswer) error {
	v := c.verifier(a)
	cp, err := v.Open([]byte(a.Checkpoint))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	u := keylog.Update{Checkpoint: []byte(a.Checkpoint), Consistency: inHashes(a.Consistency), DirRoot: a.DirRoot, Index: cp.Size - 1, Inclusion: inHashes(a.DirProof)}
	view, err := keylog.Advance(c.log.View, u, v, c.nowMillis(), maxAge)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	c.log.View = view
	c.book.Reached(view.Size)
	return nil
}

// verifier is whom we believe about the log: the agency's signed policy, or,
// before we have it, the key that the policy must then confirm.
func (c *Client) verifier(a wire.DirectoryAnswer) keylog.Verifier {
	if p, ok := c.newestPolicy(a); ok {
		return keylog.Verifier{LogKey: p.LogKey, Witnesses: p.Witnesses, Quorum: int(p.Quorum)}
	}
	return keylog.Verifier{LogKey: c.me.LogKey}
}

// readChain checks the proofs of one chain's answer and returns the chains that
// it depends on.
func (c *Client) readChain(a wire.ChainAnswer, fresh *batch) (deps []envelope.ID, err error) {
	id := envelope.ID(a.Chain)
	view := c.log.View
	seq, hash := c.after(id), c.lastHash(id)
	mem := c.held(id)
	next := *mem
	next.Links, next.Boxes = slices.Clip(mem.Links), slices.Clip(mem.Boxes)
	for _, x := range a.Links {
		s := signedLink(x.Link)
		seq, hash = seq+1, s.Hash()
		leaf := keylog.LinkLeaf{Chain: id, Seq: seq, Hash: hash}
		if err := keylog.CheckInclusion(view.Size, view.Root, x.Leaf, leaf.Encode(), inHashes(x.Proof)); err != nil {
			return nil, fmt.Errorf("%w: statement %d of a chain: %w", ErrAlarm, seq, err)
		}
		l, err := envelope.DecodeLink(s.Link)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrAlarm, err)
		}
		next.Kind = l.Kind
		logged := chain.Logged{SignedLink: s, Leaf: x.Leaf}
		next.Links = append(next.Links, logged)
		next.Boxes = append(next.Boxes, ownBoxes(l, x.Boxes)...)
		fresh.links = append(fresh.links, logged)
		deps = append(deps, dependsOn(l)...)
	}
	head, present, err := lookup(a.Lookup).Verify(id, view.DirRoot, view.DirCount)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	if !present && seq > 0 || present && (head.Seq != seq || head.Hash != hash) {
		return nil, fmt.Errorf("%w: a chain does not end where the directory says", ErrAlarm)
	}
	for _, cr := range a.Credentials {
		fresh.creds = append(fresh.creds, chain.SignedCredential{Credential: cr.Credential, Sig: cr.Sig})
	}
	if a.Credentials != nil {
		next.Creds = a.Credentials
	}
	if seq > 0 {
		c.pending[idKey(id)] = &next
	}
	return deps, nil
}

func (c *Client) lastHash(id envelope.ID) envelope.Hash {
	if l := c.held(id); len(l.Links) > 0 {
		return l.Links[len(l.Links)-1].Hash()
	}
	return envelope.Hash{}
}

// dependsOn lists the accounts that a line's statement speaks about.
func dependsOn(l envelope.Link) []envelope.ID {
	if l.Kind != envelope.ChainLine {
		return nil
	}
	out := []envelope.ID{l.SignerAcct}
	switch l.Type {
	case envelope.LineGenesis:
		if b, err := envelope.DecodeLineGenesis(l.Body); err == nil {
			out = append(out, b.Admins...)
		}
	case envelope.LineAdmins:
		if ids, err := envelope.DecodeLineAdmins(l.Body); err == nil {
			out = append(out, ids...)
		}
	case envelope.LineAdd, envelope.LineRemove:
		if b, err := envelope.DecodeLineMember(l.Type, l.Body); err == nil {
			out = append(out, b.Account)
		}
	}
	return out
}

// apply runs the rules over what was proved: agency, accounts, credentials,
// lines in the order of the log.
func (c *Client) apply(fresh batch) error {
	var agency, accounts, lines []chain.Logged
	for _, l := range fresh.links {
		d, err := envelope.DecodeLink(l.Link)
		if err != nil {
			return err
		}
		switch d.Kind {
		case envelope.ChainAgency:
			agency = append(agency, l)
		case envelope.ChainAccount:
			accounts = append(accounts, l)
		case envelope.ChainLine:
			lines = append(lines, l)
		}
	}
	if err := c.book.Replay(agency, accounts, fresh.creds, lines); err != nil {
		return fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	if c.book.Agency().Root().Text() != c.me.Root {
		return fmt.Errorf("%w: it is not the agency of your invitation", ErrAlarm)
	}
	if p, ok := c.book.Agency().Policy(^uint64(0)); !ok || p.LogKey != c.me.LogKey && c.me.LogKey != "" {
		return fmt.Errorf("%w: the agency's policy names another key log", ErrAlarm)
	}
	if a, err := c.book.Account(c.me.Account); err == nil && c.me.Genesis != (envelope.Hash{}) && a.Genesis != c.me.Genesis {
		return fmt.Errorf("%w: it is not the account that your other device named", ErrAlarm)
	}
	for k, v := range c.pending {
		c.log.Chains[k] = v
	}
	clear(c.pending)
	return nil
}

// reload replays what the vault holds.
func (c *Client) reload() error {
	var all batch
	for _, l := range c.log.Chains {
		all.links = append(all.links, l.Links...)
		for _, cr := range l.Creds {
			all.creds = append(all.creds, chain.SignedCredential{Credential: cr.Credential, Sig: cr.Sig})
		}
	}
	if len(all.links) == 0 {
		return nil
	}
	return c.apply(all)
}

func ownBoxes(l envelope.Link, boxes []wire.Box) []wire.Box {
	k, ok, err := chain.KeysOf(l)
	if !ok || err != nil {
		return nil
	}
	_, _, gen, err := envelope.ParseCtx(k.Ctx)
	if err != nil {
		return nil
	}
	var out []wire.Box
	for _, b := range boxes {
		b.Gen = gen // of the secret inside: where to file it
		out = append(out, b)
	}
	return out
}

func lookup(l wire.Lookup) keylog.LookupProof {
	return keylog.LookupProof{Found: dirEntry(l.Found), Before: dirEntry(l.Before), After: dirEntry(l.After)}
}

func dirEntry(l *wire.LookupLeaf) *keylog.DirEntry {
	if l == nil {
		return nil
	}
	return &keylog.DirEntry{Index: l.Index, Chain: envelope.ID(l.Chain), Head: keylog.Head{Seq: l.Seq, Hash: envelope.Hash(l.Head)}, Path: inHashes(l.Path)}
}

func inHashes(in []wire.Hash) []envelope.Hash {
	out := make([]envelope.Hash, len(in))
	for i, h := range in {
		out[i] = envelope.Hash(h)
	}
	return out
}
