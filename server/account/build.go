package account

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// buildSetting keeps which browser client was logged last: the digest of its
// list of files, and its leaf.
const buildSetting = "browser client"

// PublishBuild puts the browser client that this service serves into the key
// log, once for each build: everybody can then see that they were given the same
// files as the others.
func (s *Service) PublishBuild(ctx context.Context, manifest [32]byte, now time.Time) error {
	if kept, _, err := s.loggedBuild(ctx); err != nil || kept == manifest {
		return err
	}
	return s.appendLeaf(ctx, keylog.BuildLeaf{Manifest: envelope.Hash(manifest)}, func(tx *table.Tx) error {
		v := binary.BigEndian.AppendUint64(manifest[:], s.log.Written().Size)
		return s.st.Settings.Put(tx, buildSetting, store.Setting{Value: v})
	}, now, kv.Own(store.PartSystem))
}

func (s *Service) loggedBuild(ctx context.Context) (manifest [32]byte, leaf uint64, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		v, err := s.st.Settings.Get(tx, buildSetting)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		if err != nil || len(v.Value) != 40 {
			return fmt.Errorf("row of the browser client (%d bytes): %w", len(v.Value), err)
		}
		manifest, leaf = [32]byte(v.Value), binary.BigEndian.Uint64(v.Value[32:])
		return nil
	})
	return manifest, leaf, err
}

// Build proves which browser client stands in the key log.
func (s *Service) Build(ctx context.Context) (wire.Build, error) {
	manifest, leaf, err := s.loggedBuild(ctx)
	if err != nil {
		return wire.Build{}, err
	}
	state := s.log.State()
	if manifest == ([32]byte{}) || leaf >= state.Size {
		return wire.Build{}, wire.Refuse(wire.CodeNotFound)
	}
	proof, err := state.Inclusion(leaf)
	return wire.Build{Manifest: wire.Hash(manifest), Leaf: leaf, Proof: hashes(proof), Checkpoint: string(state.Checkpoint.Note)}, err
}
