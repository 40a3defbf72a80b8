package vectors

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	logOrigin = "log.arcline.example"
	logStart  = uint64(1_795_000_000_000)
	logAge    = uint64(24 * 3600 * 1000)
)

// noteKey makes a signed note's key pair of a seed (C2SP signed-note).
func noteKey(name string) (note.Signer, string) {
	seed := digest("note", name)
	pub := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	raw := append([]byte{1}, pub...)
	h := envelope.Sum(slices.Concat([]byte(name), []byte("\n"), raw))
	id := hex.EncodeToString(h[:4])
	s, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...)))
	if err != nil {
		panic("vectors: " + err.Error())
	}
	return s, name + "+" + id + "+" + base64.StdEncoding.EncodeToString(raw)
}

// witness makes a cosignature key pair of a seed (C2SP tlog-cosignature).
func witness(name string) (*keylog.Cosigner, string) {
	seed := digest("note", name)
	skey, vkey, err := keylog.NewCosignerKey(bytes.NewReader(seed[:]), name)
	return must(keylog.ReadCosigner(must(skey, err))), vkey
}

// log is a key log in memory.
type log struct {
	leaves [][]byte
	hashes []tlog.Hash
	heads  map[envelope.ID]keylog.Head
}

// ReadHashes serves the tree.
func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic("vectors: " + err.Error())
	}
	return v
}

func (l *log) add(leaf keylog.Leaf) {
	b := leaf.Encode()
	l.hashes = append(l.hashes, must(keylog.Append(int64(len(l.leaves)), b, l))...)
	l.leaves = append(l.leaves, b)
	if x, ok := leaf.(keylog.LinkLeaf); ok {
		l.heads[x.Chain] = keylog.Head{Seq: x.Seq, Hash: x.Hash}
	}
}

func (l *log) size() uint64 { return uint64(len(l.leaves)) }

func (l *log) root(size uint64) envelope.Hash { return must(keylog.TreeRoot(int64(size), l)) }

func chainID(i int) (id envelope.ID) {
	d := digest("chain")
	copy(id[:], d[:])
	binary.BigEndian.PutUint16(id[:], uint16(1000*i))
	return id
}

// newLog is a log of n links and a directory root, as changed.
func newLog(n int, change func(*keylog.DirRootLeaf)) *log {
	l := &log{heads: map[envelope.ID]keylog.Head{}}
	l.grow(0, n, change)
	return l
}

func (l *log) grow(from, to int, change func(*keylog.DirRootLeaf)) {
	for i := from; i < to; i++ {
		l.add(keylog.LinkLeaf{Chain: chainID(i % 9), Seq: uint64(i/9 + 1), Hash: digest("link", string(rune('a'+i)))})
	}
	d := keylog.BuildDirectory(l.heads)
	leaf := keylog.DirRootLeaf{Size: l.size(), Count: d.Count(), Time: logStart + l.size(), Root: d.Root()}
	if change != nil {
		change(&leaf)
	}
	l.add(leaf)
}

// checkpoint signs the log's state at a size by the log and by witnesses.
func (l *log) checkpoint(size uint64, witnesses ...string) []byte {
	return l.checkpointAt(logStart/1000, size, witnesses...)
}

// checkpointAt is checkpoint with the witnesses' time, in Unix seconds.
func (l *log) checkpointAt(at, size uint64, witnesses ...string) []byte {
	s, vkey := noteKey(logOrigin)
	msg := must(keylog.SignCheckpoint(logOrigin, size, l.root(size), s))
	for _, name := range witnesses {
		ws, _ := witness(name)
		msg = must(keylog.Verifier{LogKey: vkey}.Cosign(msg, ws.At(at)))
	}
	return msg
}

// put writes hashes, "-" for none.
func (f *File) put(name string, hashes []envelope.Hash) *File {
	var all []any
	for _, h := range hashes {
		all = append(all, h)
	}
	if len(all) == 0 {
		all = append(all, "-")
	}
	return f.add(name, all...)
}

func policy(f *File, quorum int) *File {
	_, lk := noteKey(logOrigin)
	_, w1 := witness("witness-1.example")
	_, w2 := witness("witness-2.example")
	return f.add("log-key", lk).add("witness", w1).add("witness", w2).add("quorum", quorum)
}

func logCases() []kase {
	l := newLog(20, nil)
	n := l.size()
	signed := l.checkpoint(n, "witness-1.example")
	point := func(expect, what string, msg []byte) *File {
		return policy(no(expect, "checkpoint", what), 1).add("note", msg).add("size", n).add("root", l.root(n))
	}
	stranger, _ := noteKey("other.example")
	foreign := must(keylog.SignCheckpoint("other.example", n, l.root(n), stranger))
	logKey, _ := noteKey(logOrigin)
	wrong := must(note.Sign(&note.Note{Text: "other.example\n21\n" + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"}, logKey))
	long := must(note.Sign(&note.Note{Text: logOrigin + "\n021\n" + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"}, logKey))
	twice := point("log-policy", "a witness stands twice in the policy", signed)
	twice.Fields[2] = twice.Fields[1]
	plain := point("log-policy", "a witness with a plain note key", signed)
	_, note1 := noteKey("witness-1.example")
	plain.Fields[1].Value = note1
	line := signed[len(l.checkpoint(n)):]
	moved := append(l.checkpoint(n-1), line...)
	retimed := append(l.checkpoint(n), retime(line)...)
	cases := []kase{
		fixed("checkpoint-good", point(OK, "signed by the log and one witness", signed)),
		fixed("checkpoint-quorum", point("log-quorum", "no witness signed", l.checkpoint(n))),
		fixed("checkpoint-stranger", point("log-signature", "another key signed", foreign)),
		fixed("checkpoint-origin", point("log-origin", "the log signed under another name", wrong)),
		fixed("checkpoint-zeros", point("log-checkpoint", "a size with a leading zero", long)),
		fixed("checkpoint-moved", point("log-signature", "a witness's signature of another state", moved)),
		fixed("checkpoint-time", point("log-signature", "a witness's signature with another time", retimed)),
		fixed("checkpoint-plain", plain),
		fixed("checkpoint-empty", point("log-checkpoint", "no note", nil)),
		fixed("checkpoint-policy", twice),
	}
	return slices.Concat(cases, l.requestCases(), l.proofCases(), lookupCases(), viewCases())
}

// retime changes the time in a signature line and leaves the signature.
func retime(line []byte) []byte {
	head, b64, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(".example "))
	raw := must(base64.StdEncoding.DecodeString(string(b64)))
	raw[11]++
	return slices.Concat(head, []byte(".example "+base64.StdEncoding.EncodeToString(raw)+"\n"))
}

// requestCases are what a log asks a witness (C2SP tlog-witness).
func (l *log) requestCases() []kase {
	n := l.size()
	good := keylog.AddCheckpoint{Old: 13, Proof: must(keylog.ProveConsistency(13, int64(n), l)), Checkpoint: l.checkpoint(n)}
	body := good.Encode()
	ask := func(expect, what string, body []byte) *File {
		return no(expect, "add-checkpoint", what).add("body", body)
	}
	return []kase{
		fixed("request-good", ask(OK, "to sign a log that went on from 13 leaves", body).add("old", 13).put("proof", good.Proof).add("note", good.Checkpoint)),
		fixed("request-zeros", ask("log-request", "an old size with a leading zero", append([]byte("old 0"), body[4:]...))),
		fixed("request-cut", ask("log-request", "no blank line after the proof", body[:60])),
		fixed("request-loose", ask("log-request", "a line of proof that is no hash", bytes.Replace(body, []byte("=\n"), []byte("\n"), 1))),
	}
}

func (l *log) proofCases() []kase {
	n := l.size()
	in := func(expect, what string, index uint64, proof []envelope.Hash) *File {
		return no(expect, "inclusion", what).add("size", n).add("root", l.root(n)).add("index", index).add("leaf", l.leaves[7]).put("proof", proof)
	}
	proof := must(keylog.ProveInclusion(int64(n), 7, l))
	con := func(expect, what string, from uint64, proof []envelope.Hash) *File {
		return no(expect, "consistency", what).add("from", from).add("from-root", l.root(from)).add("to", n).add("to-root", l.root(n)).put("proof", proof)
	}
	step := must(keylog.ProveConsistency(13, int64(n), l))
	bad := slices.Clone(step)
	bad[0][0] ^= 1
	return []kase{
		fixed("inclusion-good", in(OK, "leaf 7", 7, proof)),
		fixed("inclusion-index", in("inclusion", "at another index", 8, proof)),
		fixed("inclusion-short", in("inclusion", "a hash is missing", 7, proof[1:])),
		fixed("inclusion-size", in("log-size", "an index beyond the tree", n, proof)),
		fixed("consistency-good", con(OK, "13 leaves are a prefix", 13, step)),
		fixed("consistency-same", con(OK, "a tree and itself", n, nil)),
		fixed("consistency-empty", con(OK, "everything extends the empty log", 0, nil)),
		fixed("consistency-fork", con("fork", "a hash is another", 13, bad)),
		fixed("consistency-size", con("fork", "another size", 12, step)),
	}
}

func lookupCases() []kase {
	d := keylog.BuildDirectory(newLog(20, nil).heads)
	look := func(expect, what string, id envelope.ID, p keylog.LookupProof) *File {
		f := no(expect, "lookup", what).add("root", d.Root()).add("count", d.Count()).add("chain", id)
		return f.entry("found", p.Found).entry("before", p.Before).entry("after", p.After)
	}
	there, gone := chainID(4), idOf("nobody")
	gone[0], gone[1] = 0x10, 0x00
	p, q := d.Lookup(there), d.Lookup(gone)
	empty := keylog.BuildDirectory(nil)
	none := ok("lookup", "an empty directory").add("root", empty.Root()).add("count", empty.Count()).add("chain", gone)
	return []kase{
		fixed("lookup-present", look(OK, "a chain and its newest link", there, p)),
		fixed("lookup-absent", look(OK, "no such chain: its neighbours", gone, q)),
		fixed("lookup-first", look(OK, "no such chain: before all", envelope.ID{}, d.Lookup(envelope.ID{0, 0}))),
		fixed("lookup-nothing", none),
		fixed("lookup-other", look("lookup", "the entry of another chain", gone, p)),
		fixed("lookup-hidden", look("lookup", "absence of a chain that is there", there, keylog.LookupProof{Before: d.Lookup(chainID(3)).Found, After: d.Lookup(chainID(5)).Found})),
		fixed("lookup-half", look("lookup", "a neighbour is missing", gone, keylog.LookupProof{Before: q.Before})),
	}
}

// entry writes an entry of the directory with its path.
func (f *File) entry(name string, e *keylog.DirEntry) *File {
	if e == nil {
		return f
	}
	return f.add(name, e.Index, e.Chain, e.Head.Seq, e.Head.Hash).put(name+"-path", e.Path)
}

// viewCases lead a client that has pinned twelve links on to more.
func viewCases() []kase {
	base := newLog(12, nil)
	pin, signedAt := base.size(), logStart/1000
	view := func(expect, what string, l *log, index uint64, now uint64) *File {
		n := l.size()
		f := policy(no(expect, "view", what), 1).add("pinned-size", pin).add("pinned-root", base.root(pin)).
			add("pinned-time", logStart+12).add("pinned-count", 9).add("now", now).add("max-age", logAge)
		con := must(keylog.ProveConsistency(int64(min(pin, n)), int64(n), l))
		return f.add("note", l.checkpointAt(signedAt, n, "witness-2.example")).put("consistency", con).add("dirroot", l.leaves[index]).
			add("index", index).put("inclusion", must(keylog.ProveInclusion(int64(n), int64(index), l)))
	}
	more := func(change func(*keylog.DirRootLeaf)) *log {
		l := newLog(12, nil)
		l.grow(12, 17, change)
		return l
	}
	good, now := more(nil), logStart+1000
	bare := more(nil)
	bare.add(keylog.LinkLeaf{Chain: chainID(1), Seq: 9, Hash: digest("hidden")})
	last := func(expect, what string, l *log) *File { return view(expect, what, l, l.size()-1, now) }
	small := newLog(5, nil)
	signedAt = (now-logAge)/1000 - 1
	slept := last("log-stale", "the log's time is of now, its witness's of more than a day ago", good)
	signedAt = (now+keylog.MaxFuture)/1000 + 1
	ahead := last("log-stale", "the witness signed ahead of the client's clock", good)
	signedAt = logStart / 1000
	return []kase{
		fixed("view-witness-stale", slept),
		fixed("view-witness-future", ahead),
		fixed("view-good", last(OK, "five links more", good)),
		fixed("view-rollback", last("log-rollback", "fewer leaves than were pinned", small)),
		fixed("view-clock", last("log-rollback", "the log's clock ran back", more(func(d *keylog.DirRootLeaf) { d.Time = logStart }))),
		fixed("view-fork", last("fork", "another history", newLog(17, nil))),
		fixed("view-link", last("log-no-dirroot", "the last leaf is a link", bare)),
		fixed("view-hidden", view("log-not-last", "a link after the directory root", bare, bare.size()-2, now)),
		fixed("view-prefix", last("log-prefix", "the directory of another prefix", more(func(d *keylog.DirRootLeaf) { d.Size-- }))),
		fixed("view-count", last("log-count", "more chains than leaves", more(func(d *keylog.DirRootLeaf) { d.Count = d.Size + 1 }))),
		fixed("view-stale", view("log-stale", "a day and a moment old", good, good.size()-1, logStart+18+logAge+1)),
		fixed("view-future", view("log-stale", "ahead of the client's clock", good, good.size()-1, logStart+18-keylog.MaxFuture-1)),
	}
}
