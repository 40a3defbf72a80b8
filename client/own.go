package client

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/server/wire"
)

// vaultOwn holds the statements of the own account that this device made, and
// those that its person has said yes to.
const vaultOwn = "own"

// ErrWasThisYou is wrapped when something changed in this person's own account
// that this device did not do and its person has not confirmed. Nothing is
// sealed until they have.
var ErrWasThisYou = errors.New("something changed in your account that was not done here")

// ownKnown is what the vault keeps under vaultOwn: hashes of statements.
type ownKnown struct {
	Made      []wire.Hash `json:"made"`      // by this device
	Confirmed []wire.Hash `json:"confirmed"` // by its person
}

// OwnChange is a change in the own account that nobody here has confirmed.
type OwnChange struct {
	Seq    uint64    `json:"seq"`    // number of the statement
	Hash   wire.Hash `json:"hash"`   // of the statement
	What   string    `json:"what"`   // in words
	Time   int64     `json:"time"`   // Unix milliseconds, by the clock of whoever made it
	Device wire.ID   `json:"device"` // that made it; zero: the recovery code
}

var ownWords = map[envelope.LinkType]string{
	envelope.AccountAdd:      "A device was added to your account.",
	envelope.AccountRevoke:   "A device was removed from your account.",
	envelope.AccountRotate:   "Your account was sealed anew.",
	envelope.AccountRecovery: "Your recovery code was replaced.",
	envelope.AccountOfficers: "Who can give you your messages back was changed.",
	envelope.AccountGenesis:  "Your account was made.",
}

// Alarms lists the changes in this person's own account that this device did
// not make and its person has not confirmed, oldest first. What came before
// this device was added is not asked: whoever added it compared then.
func (c *Client) Alarms() ([]OwnChange, error) {
	c.learning.Lock()
	defer c.learning.Unlock()
	return c.alarms()
}

// LookAtOwn is Alarms after a look at the service, where it can be reached.
func (c *Client) LookAtOwn(ctx context.Context) ([]OwnChange, error) {
	if err := c.learn(ctx); err != nil && !errors.Is(err, ErrOffline) {
		return nil, err
	}
	return c.Alarms()
}

func (c *Client) alarms() ([]OwnChange, error) {
	mem := c.log.Chains[idKey(c.me.Account)]
	if mem == nil {
		return nil, nil
	}
	var known ownKnown
	if err := loadJSON(c.vault, vaultOwn, &known); err != nil && !errors.Is(err, ErrNothing) {
		return nil, err
	}
	var out []OwnChange
	here := false // this device was added by now
	for _, s := range mem.Links {
		l, err := envelope.DecodeLink(s.Link)
		if err != nil {
			return nil, err
		}
		hash := wire.Hash(s.Hash())
		if here && !upkeep(l, c.me.Device) && !slices.Contains(known.Made, hash) && !slices.Contains(known.Confirmed, hash) {
			out = append(out, OwnChange{l.Seq, hash, ownWords[l.Type], int64(l.Time), wire.ID(l.SignerDev)})
		}
		here = here || c.addsMe(l)
	}
	return out, nil
}

// upkeep reports whether a statement is what a person's devices do by themselves:
// it gives nobody a device, and its signer was one in force.
func upkeep(l envelope.Link, me envelope.ID) bool {
	return !l.SignerDev.IsZero() && l.SignerDev != me && (l.Type == envelope.AccountRotate || l.Type == envelope.AccountOfficers)
}

// addsMe reports whether a statement of the own account is the one that added
// this device.
func (c *Client) addsMe(l envelope.Link) bool {
	switch l.Type {
	case envelope.AccountGenesis:
		b, err := envelope.DecodeAccountGenesis(l.Body)
		return err == nil && b.Device.Device == c.me.Device
	case envelope.AccountAdd:
		b, err := envelope.DecodeDeviceAdd(l.Body)
		return err == nil && b.Device.Device == c.me.Device
	}
	return false
}

// ConfirmOwn records that this device's person has seen changes of their
// account and made them, or wanted them made.
func (c *Client) ConfirmOwn(changes ...OwnChange) error {
	return c.knowOwn(func(k *ownKnown) {
		for _, x := range changes {
			k.Confirmed = append(k.Confirmed, x.Hash)
		}
	})
}

// madeOwn remembers a statement of the own account before it is sent: whatever
// happens to the answer, it was made here.
func (c *Client) madeOwn(s envelope.SignedLink) error {
	return c.knowOwn(func(k *ownKnown) { k.Made = append(k.Made, wire.Hash(s.Hash())) })
}

func (c *Client) knowOwn(change func(*ownKnown)) error {
	c.learning.Lock()
	defer c.learning.Unlock()
	var known ownKnown
	if err := loadJSON(c.vault, vaultOwn, &known); err != nil && !errors.Is(err, ErrNothing) {
		return err
	}
	change(&known)
	return saveJSON(c.vault, vaultOwn, known)
}

// undisturbed is asked before anything is sealed.
func (c *Client) undisturbed() error {
	alarms, err := c.Alarms()
	if err != nil || len(alarms) == 0 {
		return err
	}
	return fmt.Errorf("%w: %s", ErrWasThisYou, alarms[0].What)
}

// mayPost is asked before a statement is brought to the service. One of the own
// account is remembered as made here, and always allowed: removing a device is
// what to do about an alarm. Any other waits until there is none.
func (c *Client) mayPost(s envelope.SignedLink) error {
	l, err := envelope.DecodeLink(s.Link)
	if err != nil {
		return err
	}
	if l.Kind == envelope.ChainAccount && l.Chain == c.me.Account {
		return c.madeOwn(s)
	}
	return c.undisturbed()
}

// newestPolicy is the policy to believe an answer by: the newest one that the
// agency's root has signed among what we hold and what came with the answer.
// The root decides whom to believe about the log, so that a witness that is
// lost can be replaced; an answer without a newer policy is held to ours.
func (c *Client) newestPolicy(a wire.DirectoryAnswer) (envelope.PolicyBody, bool) {
	agency := c.book.Agency()
	links := slices.Clone(c.held(c.me.Agency).Links)
	for _, ch := range a.Chains {
		if envelope.ID(ch.Chain) != c.me.Agency {
			continue
		}
		for _, x := range ch.Links {
			links = append(links, chain.Logged{SignedLink: signedLink(x.Link), Leaf: x.Leaf})
		}
	}
	if n := uint64(len(links)); n > agency.Seq {
		if next, err := agency.Replay(links[agency.Seq:]); err == nil && next.Root().Text() == c.me.Root {
			agency = next
		}
	}
	return agency.Policy(^uint64(0))
}
