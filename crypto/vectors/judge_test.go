package vectors

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chunk"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/keylog"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
)

// judge reads one file. What a file gets wrong ends the test; what the
// cryptography refuses is the outcome.
type judge struct {
	*testing.T
	File
	all map[string][]byte
}

// judges say what each kind of file asks for.
var judges = map[string]func(*judge) error{
	"enc": (*judge).enc, "dec": (*judge).dec, "pad": (*judge).pad, "unpad": (*judge).unpad, "statement": (*judge).statement,
	"sign": (*judge).sign, "check": (*judge).check, "ed25519": (*judge).ed25519, "xwing": (*judge).xwing, "derive": (*judge).derive,
	"record": (*judge).record, "recovery": (*judge).recovery, "invite": (*judge).invite, "shares": (*judge).shares,
	"file": (*judge).file, "file-size": (*judge).fileSize,
	"checkpoint": (*judge).checkpoint, "add-checkpoint": (*judge).request, "inclusion": (*judge).inclusion, "consistency": (*judge).consistency, "lookup": (*judge).lookup, "view": (*judge).view,
	"box": (*judge).box, "history": (*judge).history, "published": (*judge).published, "message": (*judge).message, "pair": (*judge).pair, "share": (*judge).share, "step-up": (*judge).stepUp,
	"spoken": (*judge).spoken, "reply": (*judge).reply,
	"world": (*judge).world, "chain": (*judge).chain, "thread": (*judge).thread, "notes": (*judge).notes,
	"announcement": func(j *judge) error { return j.start().speaks(j.hex("announcement"), j.hex("sig")) },
}

// bodyLabel reports whether a label is a link type's body, which the code
// computes from the type.
func bodyLabel(l string) bool {
	for _, types := range envelope.LinkTypes {
		for _, t := range types {
			if l == "arc1/"+string(t) {
				return true
			}
		}
	}
	return false
}

func (j *judge) hexes(name string) [][]byte {
	var out [][]byte
	for _, v := range j.All(name) {
		b, err := words(v)
		if err != nil {
			j.Fatal(name, err)
		}
		out = append(out, b...)
	}
	return out
}

func (j *judge) hex(name string) []byte {
	b := j.hexes(name)
	if len(b) != 1 {
		j.Fatalf("%d values of %s", len(b), name)
	}
	return b[0]
}

func (j *judge) h32(name string) [32]byte       { return [32]byte(j.hex(name)) }
func (j *judge) hash(name string) envelope.Hash { return j.h32(name) }
func (j *judge) id(name string) envelope.ID     { return envelope.ID(j.hex(name)) }

func (j *judge) num(name string) uint64 {
	n, err := strconv.ParseUint(j.Text(name), 10, 64)
	if err != nil {
		j.Fatal(name, err)
	}
	return n
}

// same fails the test unless a computed value is the one in the file.
func (j *judge) same(name string, got []byte) {
	if want := j.Text(name); want != hexOf(got) {
		j.Errorf("%s: %s, not %.80s", name, hexOf(got), want)
	}
}

func (j *judge) enc() error {
	j.same("bytes", envelope.Enc(j.Text("label"), j.hexes("part")...))
	parts, err := envelope.Dec(j.Text("label"), j.hex("bytes"))
	if len(parts) != len(j.hexes("part")) {
		j.Errorf("%d parts", len(parts))
	}
	return err
}

func (j *judge) dec() error {
	_, err := envelope.Dec(j.Text("label"), j.hex("bytes"))
	return err
}

func (j *judge) pad() error {
	j.same("padded", envelope.Pad(j.hex("plain")))
	return j.unpad()
}

func (j *judge) unpad() error {
	plain, err := envelope.Unpad(j.hex("padded"))
	if err == nil {
		j.same("plain", plain)
	}
	return err
}

func (j *judge) sign() error {
	k := key.SigningFromSeed(j.h32("seed"))
	pub := k.Public().Bytes()
	j.same("public", pub[:])
	for _, v := range j.All("sig") {
		typ, sig, _ := strings.Cut(v, " ")
		if got := hexOf(k.Sign(key.SigType(typ), j.hex("statement"))); got != sig {
			j.Errorf("signature of type %s", typ)
		}
	}
	if len(j.All("sig")) != len(key.SigTypes()) {
		j.Error("not every type is there")
	}
	return nil
}

func (j *judge) check() error {
	v, err := key.NewVerify(j.hex("public"))
	if err != nil {
		return err
	}
	return v.Check(key.SigType(j.Text("type")), j.hex("statement"), j.hex("sig"))
}

func (j *judge) ed25519() error { _, err := key.NewVerify(j.hex("public")); return err }
func (j *judge) xwing() error   { _, err := key.NewBoxPublic(j.hex("public")); return err }

func (j *judge) derive() error {
	s, raw := seal.SecretFrom(j.h32("secret")), j.hex("secret")
	c := s.Commit(j.hex("ctx"))
	j.same("commit", c[:])
	j.same("public", s.Box().Public().Bytes())
	j.same("prev-key", key.HKDF(raw, nil, envelope.Enc("arc1/gen/prev"), 32))
	drafts, replies := s.DraftsKey(), s.RepliesKey()
	j.same("drafts-key", drafts[:])
	j.same("replies-key", replies[:])
	g := j.hexes("genesis")
	if got := seal.SafetyNumber(envelope.Hash(g[1]), envelope.Hash(g[0]), j.id("agency")); got != j.Text("safety") {
		j.Error("safety number", got)
	}
	o := seal.OfficersPair(s)
	sign := o.Sign.Public().Bytes()
	j.same("officers-sign", sign[:])
	j.same("officers-box", o.Box.Public().Bytes())
	dev := envelope.DeviceKeys{Device: idOf("device"), Sign: digest("sign"), Box: make([]byte, envelope.BoxKeyLen), Session: digest("session")}
	if got := vault.DeviceNumber(dev); got != j.Text("number") {
		j.Error("device number", got)
	}
	return nil
}

func (j *judge) record() error {
	plain, err := vault.Open(j.h32("key"), j.Text("name"), j.num("version"), j.hex("sealed"))
	if err == nil {
		j.same("plain", plain)
	}
	return err
}

func (j *judge) recovery() error {
	c, err := vault.ParseRecoveryCode(j.Text("text"))
	if err != nil {
		return err
	}
	sign, box := c.Keys()
	b := sign.Public().Bytes()
	j.same("sign", b[:])
	j.same("box", box.Public().Bytes())
	l, m := c.Locator(), c.MAC(j.hex("message"))
	j.same("locator", l[:])
	j.same("mac", m[:])
	return nil
}

func (j *judge) invite() error {
	c, err := vault.ParseInviteCode(j.Text("text"))
	if err != nil {
		return err
	}
	l, m := c.Locator(), c.MAC(j.hex("message"))
	j.same("locator", l[:])
	j.same("mac", m[:])
	return nil
}

func (j *judge) pair() error {
	c, err := vault.ParsePairCode(j.Text("text"))
	if err != nil {
		return err
	}
	l, n, o := c.Locator(), c.MACNew(j.Text("name"), j.hex("keys")), c.MACOld(j.hex("welcome"), j.hex("link"))
	j.same("locator", l[:])
	j.same("mac-new", n[:])
	j.same("mac-old", o[:])
	return nil
}

// share opens one sealed share.
func (j *judge) share() error {
	f := strings.Fields(j.Text("reader"))
	gen, err := strconv.ParseUint(f[2], 10, 32)
	if err != nil {
		j.Fatal(err)
	}
	sk := key.BoxFromSeed(j.h32("seed"))
	s := seal.Share{Reader: envelope.Recipient{Kind: envelope.RecipientKind(f[0]), Gen: uint32(gen), PK: sk.Public().Hash()}, Box: j.hex("box"), Sealed: j.hex("sealed")}
	copy(s.Reader.ID[:], must(hex.DecodeString(f[1])))
	plain, err := seal.OpenShare(j.id("account"), uint32(j.num("pair")), j.hash("commit"), sk, s)
	if err == nil {
		j.same("plain", plain)
	}
	return err
}

func (j *judge) shares() error {
	s, err := vault.CombineBound(j.hexes("share"), j.hash("commit"))
	if err == nil {
		j.same("secret", s[:])
	}
	return err
}

// sealedFile is a file as the case changes it.
func (j *judge) sealedFile() (f judge, b []byte) {
	f = *j
	if of := j.Text("of"); of != "" {
		base, err := Parse(j.all[of])
		if err != nil {
			j.Fatal(of, err)
		}
		f.File = base
		for _, name := range []string{"key", "thread", "file"} {
			if v := j.Text(name); v != "" {
				f.set(name, v)
			}
		}
	}
	b = bytes.Clone(f.hex("sealed"))
	if j.Text("flip") != "" {
		b[j.num("flip")] ^= 1
	}
	if j.Text("keep") != "" {
		b = b[:j.num("keep")]
	}
	if j.Text("drop") != "" {
		b = b[:len(b)-int(j.num("drop"))]
	}
	if j.Text("append") != "" {
		b = append(b, j.hex("append")...)
	}
	return f, b
}

func (j *judge) file() error {
	f, b := j.sealedFile()
	r, err := chunk.NewReader(bytes.NewReader(b), f.h32("key"), f.id("thread"), f.id("file"))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(r)
	if err == nil {
		sum := envelope.Sum(plain)
		f.same("plain-sha256", sum[:])
		if uint64(len(plain)) != f.num("size") || !bytes.Equal(plain, fileBytes(len(plain))) {
			j.Error("another content")
		}
	}
	return err
}

func (j *judge) fileSize() error {
	for _, v := range j.All("grows") {
		a, b, _ := strings.Cut(v, " ")
		n, err1 := strconv.ParseInt(a, 10, 64)
		m, err2 := strconv.ParseInt(b, 10, 64)
		if err := errors.Join(err1, err2); err != nil || chunk.SealedSize(n) != m {
			j.Errorf("%s: %d, %v", v, chunk.SealedSize(n), err)
		}
	}
	if j.Text("size") == "" {
		return nil
	}
	_, err := chunk.NewWriter(io.Discard, [32]byte{}, envelope.ID{}, envelope.ID{}, int64(j.num("size")))
	return err
}

func (j *judge) inclusion() error {
	return keylog.CheckInclusion(j.num("size"), j.hash("root"), j.num("index"), j.hex("leaf"), j.hashes("proof"))
}

func (j *judge) consistency() error {
	return keylog.CheckConsistency(j.num("from"), j.hash("from-root"), j.num("to"), j.hash("to-root"), j.hashes("proof"))
}

func (j *judge) dirEntry(name string) *keylog.DirEntry {
	v := strings.Fields(j.Text(name))
	if len(v) == 0 {
		return nil
	}
	index, err1 := strconv.ParseUint(v[0], 10, 64)
	chain, err2 := hex.DecodeString(v[1])
	seq, err3 := strconv.ParseUint(v[2], 10, 64)
	hash, err4 := hex.DecodeString(v[3])
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		j.Fatal(name, err)
	}
	return &keylog.DirEntry{Index: index, Chain: envelope.ID(chain), Head: keylog.Head{Seq: seq, Hash: envelope.Hash(hash)}, Path: j.hashes(name + "-path")}
}

func (j *judge) lookup() error {
	p := keylog.LookupProof{Found: j.dirEntry("found"), Before: j.dirEntry("before"), After: j.dirEntry("after")}
	_, present, err := p.Verify(j.id("chain"), j.hash("root"), j.num("count"))
	if err == nil && present != (p.Found != nil) {
		j.Error("present", present)
	}
	return err
}

func (j *judge) view() error {
	pinned := keylog.View{Size: j.num("pinned-size"), Root: j.hash("pinned-root"), Time: j.num("pinned-time"), DirCount: j.num("pinned-count")}
	u := keylog.Update{Checkpoint: j.hex("note"), Consistency: j.hashes("consistency"), DirRoot: j.hex("dirroot"), Index: j.num("index"), Inclusion: j.hashes("inclusion")}
	_, err := keylog.Advance(pinned, u, j.verifier(), j.num("now"), j.num("max-age"))
	return err
}

func (j *judge) keys(name string) envelope.Keys {
	k, err := envelope.DecodeKeys(envelope.Purpose(j.Text("purpose")), j.hex(name))
	if err != nil {
		j.Fatal(name, err)
	}
	return k
}

func (j *judge) box() error {
	kind, id, _ := strings.Cut(j.Text("reader"), " ")
	b, err := hex.DecodeString(id)
	if err != nil {
		j.Fatal(err)
	}
	s, err := seal.Open(j.keys("statement"), envelope.RecipientKind(kind), envelope.ID(b), key.BoxFromSeed(j.h32("box-seed")), j.hex("box"))
	if err == nil {
		raw := s.Bytes()
		j.same("secret", raw[:])
	}
	return err
}

func (j *judge) history() error {
	s, err := seal.Previous(j.keys("statement"), seal.SecretFrom(j.h32("secret")), j.keys("before"))
	if err == nil {
		raw := s.Bytes()
		j.same("previous", raw[:])
	}
	return err
}

func (j *judge) published() error { return seal.SecretFrom(j.h32("secret")).Fits(j.hash("pk")) }

func (j *judge) head(name string) envelope.Head {
	h, err := envelope.DecodeHead(j.hex(name))
	if err != nil {
		j.Fatal(name, err)
	}
	return h
}

func (j *judge) message() error {
	plain, err := seal.OpenMessage(seal.SecretFrom(j.h32("key")), j.head("head"), j.hex("body"))
	if err == nil {
		j.same("plain", plain)
	}
	return err
}

func (j *judge) stepUp() error {
	_, err := seal.ReadStepUp(j.h32("public"), j.head("head"), j.Text("act"))
	return err
}

func (j *judge) world() error {
	w, err := loadWorld(j.File.Encode())
	if err != nil {
		return err
	}
	if w.leaf != j.num("size") || !bytes.Equal(w.render().Encode(), j.File.Encode()) {
		j.Error("the world is written in another way")
	}
	for _, p := range w.people {
		g, ok := must(w.book.Account(p.id)).GenerationNo(1)
		if !ok || p.puk[0].Fits(g.PK) != nil {
			j.Error("a person's secret does not fit")
		}
	}
	return nil
}

// start is the world of a case with the case's own links.
func (j *judge) start() *world {
	w, err := loadWorld(j.all[j.Text("world")])
	if err != nil {
		j.Fatal(err)
	}
	links, err := j.links("link")
	if err != nil {
		j.Fatal(err)
	}
	for _, l := range links {
		if err := w.book.Apply(l); err != nil {
			j.Fatal("a link before the last is refused:", err)
		}
	}
	return w
}

func (j *judge) chain() error {
	w := j.start()
	last, err := j.links("last")
	if err != nil || len(last) != 1 {
		j.Fatal("the link that is judged:", err)
	}
	err = w.book.Apply(last[0])
	if err == nil {
		h := last[0].Hash()
		j.same("hash", h[:])
	}
	return err
}

func (j *judge) entry(v string) envelope.Entry {
	b, err := words(v)
	if err != nil || len(b) != 3 {
		j.Fatal("an entry has a head, a signature and a body:", err)
	}
	return envelope.Entry{Head: b[0], Sig: b[1], Body: b[2]}
}

func (j *judge) thread() error {
	w := j.start()
	t := chain.NewThread(j.id("thread"))
	for _, v := range j.All("entry") {
		n, _, err := t.Apply(j.entry(v), w.book)
		if err != nil {
			j.Fatal("an entry before the last is refused:", err)
		}
		t = n
	}
	if j.Text("reach") != "" {
		w.book.Reached(j.num("reach"))
	}
	n, _, err := t.Apply(j.entry(j.Text("last")), w.book)
	if err == nil {
		var want, got File
		want.after(n)
		got.Fields = slices.DeleteFunc(slices.Clone(j.Fields), func(f Field) bool {
			return slices.Contains([]string{"world", "link", "thread", "entry", "last", "reach"}, f.Name)
		})
		if !slices.Equal(want.Fields, got.Fields) {
			j.Errorf("the thread is in another state:\n%s", want.Encode())
		}
	}
	return err
}
