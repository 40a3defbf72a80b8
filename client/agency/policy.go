package agency

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"arcline/client"
	"arcline/client/auditor"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/keylog"
	"arcline/crypto/seal"
)

// Watch is what the agency's policy says about witnesses: their public keys,
// and how many of them must have signed a state of the key log before any
// client believes it. The zero Watch asks for none.
type Watch struct {
	Witnesses []string
	Quorum    int
}

// ErrWatch is wrapped when a Watch cannot be meant.
var ErrWatch = errors.New("these witnesses cannot be meant")

// Check holds the keys and the number to what a client would demand.
func (w Watch) Check() error {
	for _, k := range w.Witnesses {
		if err := keylog.CheckWitness(k); err != nil {
			return fmt.Errorf("%w: %q: %w", ErrWatch, k, err)
		}
	}
	if w.Quorum < 0 || w.Quorum > len(w.Witnesses) {
		return fmt.Errorf("%w: %d of %d must sign", ErrWatch, w.Quorum, len(w.Witnesses))
	}
	if len(w.Witnesses) > 0 && w.Quorum == 0 {
		return fmt.Errorf("%w: with a quorum of 0 nobody asks them", ErrWatch)
	}
	return nil
}

// WatchedBy names the witnesses of an agency that is about to be made.
func (a *Agency) WatchedBy(w Watch) error {
	if err := w.Check(); err != nil {
		return err
	}
	a.watch = w
	return nil
}

// SignPolicy changes who watches the key log: the root signs a new policy that
// is otherwise the present one. rootFile is the root key's file; empty: in the
// agency's folder. The new policy decides about the state that it is in, so a
// witness that is lost can be replaced, and a new one must be up. The whole log
// is replayed before: the root signs nothing at the end of a wrong one.
func (a *Agency) SignPolicy(ctx context.Context, c *client.Client, rootFile string, w Watch, f client.Factor) error {
	if err := w.Check(); err != nil {
		return err
	}
	if rootFile == "" {
		rootFile = filepath.Join(a.dir, rootName)
	}
	root, err := readKey(rootFile, key.ParseSigning)
	if err != nil {
		return err
	}
	state, err := a.written(ctx, c)
	if err != nil {
		return err
	}
	p, ok := state.Policy(^uint64(0))
	if !ok || state.Root() != root.Public() {
		return errors.New("this is not the root key of the agency that the service serves")
	}
	p.Witnesses, p.Quorum = w.Witnesses, byte(w.Quorum)
	v := keylog.Verifier{LogKey: p.LogKey, Witnesses: w.Witnesses, Quorum: w.Quorum}
	if err := v.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrWatch, err)
	}
	s := seal.AgencyLink(envelope.AgencyPolicy, a.Agency, state.Seq, state.Hash, a.millis(), envelope.ID{}, root, p.Encode())
	return c.PostLink(ctx, s, nil, nil, f)
}

// written is the agency's chain to its written end, which may be ahead of what
// clients are shown while a witness is away.
func (a *Agency) written(ctx context.Context, c *client.Client) (*chain.Agency, error) {
	id, root, _ := c.Trust()
	replay := auditor.New(id, root, a.millis)
	if _, err := replay.Follow(ctx, c, 0); err != nil {
		return nil, err
	}
	return replay.Book().Agency(), nil
}
