package vectors

import (
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
)

func (j *judge) verifier() keylog.Verifier {
	return keylog.Verifier{LogKey: j.Text("log-key"), Witnesses: j.All("witness"), Quorum: int(j.num("quorum"))}
}

func (j *judge) hashes(name string) (out []envelope.Hash) {
	for _, b := range j.hexes(name) {
		if b != nil {
			out = append(out, envelope.Hash(b))
		}
	}
	return out
}

func (j *judge) checkpoint() error {
	c, err := j.verifier().Open(j.hex("note"))
	if err == nil {
		j.same("root", c.Root[:])
		if c.Size != j.num("size") {
			j.Error("size", c.Size)
		}
	}
	return err
}

func (j *judge) request() error {
	a, err := keylog.ParseAddCheckpoint(j.hex("body"))
	if err == nil {
		j.same("note", a.Checkpoint)
		if a.Old != j.num("old") || !slices.Equal(a.Proof, j.hashes("proof")) {
			j.Error("old size or proof", a.Old, a.Proof)
		}
	}
	return err
}
