package keylog

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"arcline/crypto/envelope"

	"golang.org/x/mod/sumdb/note"
)

// party is a log or a witness with a key that is the same in every run.
type party struct {
	name string
	note.Signer
	vkey string
}

func newParty(t testing.TB, name string, seed byte) party {
	t.Helper()
	skey, vkey, err := NewNoteKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 64)), name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return party{name, s, vkey}
}

// newWitnessParty is a witness that signs as of a moment, in Unix seconds.
func newWitnessParty(t testing.TB, name string, seed byte, time uint64) party {
	t.Helper()
	skey, vkey, err := NewCosignerKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)), name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ReadCosigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	if c.Verifier() != vkey || c.Name() != name {
		t.Errorf("read as %s", c.Verifier())
	}
	return party{name, c.At(time), vkey}
}

const origin = "log.example/keys"

func sign(t testing.TB, text string, by ...note.Signer) []byte {
	t.Helper()
	msg, err := note.Sign(&note.Note{Text: text}, by...)
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

func TestCheckpoint(t *testing.T) {
	log, w1, w2 := newParty(t, origin, 1), newWitnessParty(t, "w1.example", 2, 1000), newWitnessParty(t, "w2.example", 3, 2000)
	root := envelope.Sum([]byte("root"))
	msg, err := SignCheckpoint(origin, 42, root, log)
	if err != nil {
		t.Fatal(err)
	}
	if want := origin + "\n42\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n\n— " + origin + " "; !strings.HasPrefix(string(msg), want) {
		t.Errorf("not a tlog-checkpoint:\n%s", msg)
	}
	for quorum := range 3 {
		v := Verifier{log.vkey, []string{w1.vkey, w2.vkey}, quorum}
		signed := msg
		for have, w := range []note.Signer{nil, w1, w2} {
			if w != nil {
				if signed, err = v.Cosign(signed, w); err != nil {
					t.Fatal(err)
				}
			}
			c, err := v.Open(signed)
			if enough := have >= quorum; enough != (err == nil) || !enough && !errors.Is(err, ErrQuorum) {
				t.Errorf("%d of %d: %v", have, quorum, err)
			}
			if err == nil && c != (Checkpoint{origin, 42, root}) {
				t.Errorf("read as %+v", c)
			}
		}
	}
	// The same witness twice is one witness.
	one := Verifier{log.vkey, []string{w1.vkey, w2.vkey}, 2}
	lines := strings.SplitAfter(string(sign(t, Checkpoint{origin, 42, root}.text(), log, w1)), "\n")
	if _, err := one.Open([]byte(strings.Join(append(lines, lines[len(lines)-2]), ""))); !errors.Is(err, ErrQuorum) {
		t.Errorf("one witness twice: %v", err)
	}
}

func TestCheckpointRefusals(t *testing.T) {
	log, other, w := newParty(t, origin, 1), newParty(t, "other.example", 4), newWitnessParty(t, "w1.example", 2, 1000)
	sameName := newParty(t, origin, 5)
	root64 := base64.StdEncoding.EncodeToString(make([]byte, 32))
	good := origin + "\n42\n" + root64 + "\n"
	loose := root64[:42] + "B=" // the last two bits are not zero
	v := Verifier{log.vkey, []string{w.vkey}, 0}
	for why, c := range map[string]struct {
		msg  []byte
		want error
	}{
		"good":                {sign(t, good, log), nil},
		"unknown signer too":  {sign(t, good, log, other), nil},
		"another log":         {sign(t, good, other), ErrLogSignature},
		"same name":           {sign(t, good, sameName), ErrLogSignature},
		"only the witness":    {sign(t, good, w), ErrLogSignature},
		"wrong signature":     {bytes.Replace(sign(t, good, log), []byte("\n42\n"), []byte("\n43\n"), 1), ErrLogSignature},
		"witness forged":      {append(sign(t, good, log), forged(w)...), ErrLogSignature},
		"another origin":      {sign(t, "other.example\n42\n"+root64+"\n", log), ErrOrigin},
		"an extension line":   {sign(t, good+"more\n", log), ErrCheckpoint},
		"no root":             {sign(t, origin+"\n42\n", log), ErrCheckpoint},
		"leading zero":        {sign(t, origin+"\n042\n"+root64+"\n", log), ErrCheckpoint},
		"plus":                {sign(t, origin+"\n+42\n"+root64+"\n", log), ErrCheckpoint},
		"negative":            {sign(t, origin+"\n-1\n"+root64+"\n", log), ErrCheckpoint},
		"too large":           {sign(t, origin+"\n9007199254740992\n"+root64+"\n", log), ErrCheckpoint},
		"loose base64":        {sign(t, origin+"\n42\n"+loose+"\n", log), ErrCheckpoint},
		"unpadded base64":     {sign(t, origin+"\n42\n"+root64[:43]+"\n", log), ErrCheckpoint},
		"short root":          {sign(t, origin+"\n42\nAAAA\n", log), ErrCheckpoint},
		"no signature block":  {[]byte(good), ErrCheckpoint},
		"empty":               {nil, ErrCheckpoint},
		"longer than allowed": {sign(t, good+strings.Repeat("x\n", MaxCheckpoint/2), log), ErrCheckpoint},
	} {
		if _, err := v.Open(c.msg); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := SignCheckpoint("other", 1, envelope.Hash{}, log); !errors.Is(err, ErrOrigin) {
		t.Errorf("sign for another origin: %v", err)
	}
	if _, err := SignCheckpoint(origin, MaxSize+1, envelope.Hash{}, log); !errors.Is(err, ErrSize) {
		t.Errorf("sign too large: %v", err)
	}
	if _, err := v.Cosign(sign(t, good, other), w); !errors.Is(err, ErrLogSignature) {
		t.Errorf("cosign what the log did not sign: %v", err)
	}
}

func forged(p party) string {
	h := p.KeyHash()
	sig := append([]byte{byte(h >> 24), byte(h >> 16), byte(h >> 8), byte(h)}, make([]byte, 72)...)
	return fmt.Sprintf("— %s %s\n", p.name, base64.StdEncoding.EncodeToString(sig))
}

func TestVerifierRefusals(t *testing.T) {
	log, w := newParty(t, origin, 1), newWitnessParty(t, "w1.example", 2, 1000)
	msg, err := SignCheckpoint(origin, 1, envelope.Hash{}, log)
	if err != nil {
		t.Fatal(err)
	}
	sameKey, sameName := newWitnessParty(t, "w2.example", 2, 1000), newWitnessParty(t, "w1.example", 3, 1000)
	logAsWitness := newWitnessParty(t, "w3.example", 1, 1000) // of the same seed as the log
	plain := newParty(t, "w4.example", 9)
	weak := append([]byte{1}, make([]byte, 31)...)
	smallOrder := keyText("weak.example", cosignerHash("weak.example", weak), weak)
	for why, v := range map[string]Verifier{
		"empty":             {},
		"not a key":         {LogKey: "log+1+A"},
		"witness not a key": {log.vkey, []string{"x"}, 0},
		"quorum too large":  {log.vkey, []string{w.vkey}, 2},
		"quorum negative":   {log.vkey, nil, -1},
		"witness twice":     {log.vkey, []string{w.vkey, w.vkey}, 1},
		"two names":         {log.vkey, []string{w.vkey, sameKey.vkey}, 1},
		"two keys":          {log.vkey, []string{w.vkey, sameName.vkey}, 1},
		"log as witness":    {log.vkey, []string{log.vkey}, 1},
		"a plain note key":  {log.vkey, []string{plain.vkey}, 1},
		"another name":      {log.vkey, []string{strings.Replace(w.vkey, "w1", "w9", 1)}, 1},
		"log's key again":   {log.vkey, []string{logAsWitness.vkey}, 1},
		"small order":       {log.vkey, []string{smallOrder}, 0},
	} {
		if _, err := v.Open(msg); !errors.Is(err, ErrVerifier) {
			t.Errorf("%s: %v", why, err)
		}
	}
	for _, name := range []string{"", "two words", "a+b"} {
		if _, _, err := NewNoteKey(bytes.NewReader(make([]byte, 64)), name); err == nil {
			t.Errorf("a key named %q", name)
		}
	}
	if _, _, err := NewNoteKey(bytes.NewReader(nil), "n"); err == nil {
		t.Error("a key without randomness")
	}
}

func FuzzVerifierOpen(f *testing.F) {
	log, w := newParty(f, origin, 1), newWitnessParty(f, "w1.example", 2, 1000)
	v := Verifier{log.vkey, []string{w.vkey}, 1}
	f.Add(sign(f, Checkpoint{origin, 7, envelope.Hash{1}}.text(), log, w))
	f.Add(sign(f, Checkpoint{origin, 7, envelope.Hash{1}}.text(), log))
	f.Add(sign(f, origin+"\n7\nx\n", log, w))
	f.Fuzz(func(t *testing.T, msg []byte) {
		c, err := v.Open(msg)
		if err == nil && !bytes.HasPrefix(msg, []byte(c.text()+"\n— ")) {
			t.Fatal("read a checkpoint that is not what was signed")
		}
	})
}

// Proofs travel as plain data.
func TestProofsSurviveJSON(t *testing.T) {
	d := BuildDirectory(evenHeads(5))
	for _, c := range []uint64{4, 5} {
		b, err := json.Marshal(d.Lookup(chainID(c)))
		if err != nil {
			t.Fatal(err)
		}
		var p LookupProof
		if err := json.Unmarshal(b, &p); err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Verify(chainID(c), d.Root(), d.Count()); err != nil {
			t.Error(err)
		}
	}
}
