package vectors

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
)

// digest draws 32 bytes from words: the only "randomness" of fixed cases.
func digest(words ...string) [32]byte {
	return envelope.Sum([]byte("arcline vectors " + strings.Join(words, " ")))
}

func idOf(words ...string) envelope.ID {
	d := digest(append([]string{"id"}, words...)...)
	return envelope.ID(d[:16])
}

func encodingCases() []kase {
	enc := func(label string, parts ...[]byte) *File {
		f := ok("enc", "label and parts, encoded").add("label", label).add("bytes", envelope.Enc(label, parts...))
		for _, p := range parts {
			f.add("part", p)
		}
		return f
	}
	b := envelope.Enc("arc1/x", []byte{1, 2, 3}, nil)
	dec := func(what, label string, b []byte) *File {
		return no("malformed", "dec", what).add("label", label).add("bytes", b)
	}
	pad := func(n int) *File {
		plain := bytes.Repeat([]byte{0xa5}, n)
		return ok("pad", "a text and its padding").add("plain", plain).add("padded", envelope.Pad(plain))
	}
	unpad := func(what string, b []byte) *File { return no("malformed", "unpad", what).add("padded", b) }
	dirty := envelope.Pad([]byte("text"))
	dirty[511] = 1
	long := envelope.Pad([]byte("text"))
	long[2] = 0xff
	return []kase{
		fixed("enc-nothing", enc("")),
		fixed("enc-empty-parts", enc("arc1/x", nil, nil)),
		fixed("enc-parts", enc("arc1/x", []byte{1}, []byte("text"), envelope.U32(7), envelope.U64(1<<40))),
		fixed("dec-other-label", dec("the label is another one", "arc1/y", b)),
		fixed("dec-cut-part", dec("the last part is cut off", "arc1/x", b[:len(b)-5])),
		fixed("dec-cut-length", dec("a part's length is cut off", "arc1/x", append(bytes.Clone(b), 0, 0, 0))),
		fixed("dec-long-part", dec("a part is longer than the rest", "arc1/x", append(bytes.Clone(b), 0, 0, 0, 1))),
		fixed("dec-cut-label", dec("the label is cut off", "arc1/x", b[:5])),
		fixed("dec-no-label", dec("one byte", "arc1/x", []byte{0})),
		fixed("pad-nothing", pad(0)), fixed("pad-508", pad(508)), fixed("pad-509", pad(509)), fixed("pad-2000", pad(2000)),
		fixed("unpad-not-zero", unpad("a byte of the padding is not zero", dirty)),
		fixed("unpad-length", unpad("the length is larger than what is there", long)),
		fixed("unpad-short", unpad("shorter than the least size", make([]byte, 511))),
		fixed("unpad-size", unpad("a size that padding does not give", make([]byte, 1024))),
	}
}

func keyCases() []kase {
	seed := digest("key")
	sign, box := key.SigningFromSeed(seed), key.BoxFromSeed(seed)
	stmt := []byte("a statement of any kind")
	types := ok("sign", "one statement signed under every type").add("seed", seed).add("public", sign.Public().Bytes()).add("statement", stmt)
	names := key.SigTypes()
	slices.Sort(names)
	for _, t := range names {
		types.add("sig", string(t), sign.Sign(t, stmt))
	}
	wrong := no("bad-signature", "check", "a credential's signature read as an access statement's").
		add("public", sign.Public().Bytes()).add("type", string(key.SigAccess)).add("statement", stmt).add("sig", sign.Sign(key.SigCredential, stmt))
	ed := func(expect, what string, b []byte) *File { return no(expect, "ed25519", what).add("public", b) }
	xw := func(expect, what string, change func([]byte)) *File {
		b := bytes.Clone(box.Public().Bytes())
		change(b)
		return no(expect, "xwing", what).add("public", b)
	}
	pub := sign.Public().Bytes()
	p := bytes.Repeat([]byte{0xff}, 32)
	p[0], p[31] = 0xee, 0x7f
	s := seal.SecretFrom(seed)
	ctx := envelope.ThreadCtx(idOf("thread"), 3)
	draftsKey, repliesKey := s.DraftsKey(), s.RepliesKey()
	derive := ok("derive", "what is derived from a secret, and the safety number").add("secret", seed).add("ctx", ctx).
		add("commit", s.Commit(ctx)).add("public", s.Box().Public().Bytes()).
		add("prev-key", key.HKDF(seed[:], nil, envelope.Enc("arc1/gen/prev"), 32)).
		add("drafts-key", draftsKey[:]).add("replies-key", repliesKey[:]).
		add("genesis", digest("a")).add("genesis", digest("b")).add("agency", idOf("agency")).
		add("safety", seal.SafetyNumber(digest("a"), digest("b"), idOf("agency"))).
		add("officers-sign", seal.OfficersPair(s).Sign.Public().Bytes()).add("officers-box", seal.OfficersPair(s).Box.Public().Bytes()).
		add("number", vault.DeviceNumber(envelope.DeviceKeys{Device: idOf("device"), Sign: digest("sign"), Box: make([]byte, envelope.BoxKeyLen), Session: digest("session")}))
	return []kase{
		fixed("sign-types", types), fixed("sign-other-type", wrong), fixed("derive", derive),
		fixed("ed25519-good", ed(OK, "a public key", pub[:])),
		fixed("ed25519-short", ed("bad-key", "31 bytes", pub[:31])),
		fixed("ed25519-zero", ed("bad-key", "a point of order 4", make([]byte, 32))),
		fixed("ed25519-one", ed("bad-key", "the neutral point", append([]byte{1}, make([]byte, 31)...))),
		fixed("ed25519-spelling", ed("bad-key", "the second spelling of a point", p)),
		fixed("xwing-good", xw(OK, "a public key", func([]byte) {})),
		fixed("xwing-coefficient", xw("bad-key", "an ML-KEM coefficient of 4095", func(b []byte) { b[0], b[1] = 0xff, b[1]|0x0f })),
		fixed("xwing-share", xw("bad-key", "an X25519 share of zero", func(b []byte) { clear(b[1184:]) })),
		fixed("xwing-short", no("bad-key", "xwing", "a byte is missing").add("public", box.Public().Bytes()[1:])),
	}
}

func vaultCases() []kase {
	k := digest("vault")
	record := func() (*File, error) {
		return ok("record", "a record at rest").add("key", k).add("name", "device").add("version", 7).
			add("plain", []byte("seed")).add("sealed", vault.Seal(k, "device", 7, []byte("seed"))), nil
	}
	record2 := func(expect, what string, change func(*File)) func() (*File, error) {
		return func() (*File, error) {
			f, err := record()
			if err == nil {
				f.Expect, f.What = expect, what
				change(f)
			}
			return f, err
		}
	}
	cases := []kase{
		sealed("record-good", record),
		sealed("record-version", record2("record", "the version before", func(f *File) { f.set("version", 6) })),
		sealed("record-name", record2("record", "another record's name", func(f *File) { f.set("name", "account") })),
		sealed("record-format", record2("record-format", "a format that does not exist", func(f *File) {
			f.set("sealed", "02"+f.Text("sealed")[2:])
		})),
	}
	return append(append(cases, codeCases()...), shareCases()...)
}

// recoveryText and inviteText are codes on paper, of digits that were drawn once.
const (
	recoveryText = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-4N"
	inviteText   = "8ZQ4-T0MV-K3XR-W9HC7"
)

func codeCases() []kase {
	typed := func(expect, what, text string) *File { return no(expect, "recovery", what).add("text", text) }
	good := ok("recovery", "a code, the pair made from it, and what it authenticates").add("text", recoveryText)
	if c, err := vault.ParseRecoveryCode(recoveryText); err == nil {
		sign, box := c.Keys()
		good.add("sign", sign.Public().Bytes()).add("box", box.Public().Bytes()).add("locator", c.Locator()).
			add("message", []byte("the letter")).add("mac", c.MAC([]byte("the letter")))
	}
	invite := ok("invite", "an invitation and what it authenticates").add("text", inviteText)
	if c, err := vault.ParseInviteCode(inviteText); err == nil {
		invite.add("locator", c.Locator()).add("message", []byte("the first link")).add("mac", c.MAC([]byte("the first link")))
	}
	pair := ok("pair", "a new device's code and what it authenticates").add("text", inviteText).add("name", "zoe").add("keys", []byte("the device's keys")).
		add("welcome", []byte("the welcome")).add("link", []byte("the statement"))
	if c, err := vault.ParsePairCode(inviteText); err == nil {
		pair.add("locator", c.Locator()).add("mac-new", c.MACNew("zoe", []byte("the device's keys"))).add("mac-old", c.MACOld([]byte("the welcome"), []byte("the statement")))
	}
	swapped := strings.Replace(recoveryText, "0123", "0132", 1)
	return []kase{
		fixed("recovery-good", good),
		fixed("recovery-typed", good.with(OK, "the same, as somebody typed it").set("text", strings.ReplaceAll(strings.ToLower(recoveryText), "-", " "))),
		fixed("recovery-swapped", typed("code-checksum", "two characters changed places", swapped)),
		fixed("recovery-short", typed("code-length", "a group is missing", recoveryText[5:])),
		fixed("recovery-letter", typed("code-character", "a letter that no code has", strings.Replace(recoveryText, "0123", "U123", 1))),
		fixed("invite-good", invite),
		fixed("pair-good", pair),
		fixed("pair-short", no("code-length", "pair", "a group is missing").add("text", inviteText[5:])),
		fixed("invite-short", no("code-length", "invite", "a group is missing").add("text", inviteText[5:])),
	}
}

// flipHex changes the first byte of a hexadecimal value.
func flipHex(v string) string {
	b, err := hex.DecodeString(v)
	if err != nil || len(b) == 0 {
		panic("vectors: no hexadecimal value to change")
	}
	b[0] ^= 1
	return hex.EncodeToString(b)
}

func shareCases() []kase {
	good := func() (*File, error) {
		secret := digest("shared")
		shares, commit, err := vault.SplitBound(secret, 3, 2)
		if err != nil {
			return nil, err
		}
		f := ok("shares", "two of three shares").add("commit", commit).add("secret", secret)
		return f.add("share", shares[0]).add("share", shares[2]), nil
	}
	change := func(expect, what string, change func(*File)) func() (*File, error) {
		return func() (*File, error) {
			f, err := good()
			if err == nil {
				f.Expect, f.What = expect, what
				change(f)
			}
			return f, err
		}
	}
	n := func(f *File) int { return len(f.Fields) }
	return []kase{
		sealed("shares-good", good),
		sealed("shares-one", change("share-threshold", "one share alone", func(f *File) { f.Fields = f.Fields[:n(f)-1] })),
		sealed("shares-twice", change("shares", "one share twice", func(f *File) { f.Fields[n(f)-1] = f.Fields[n(f)-2] })),
		sealed("shares-length", change("shares", "a share is cut", func(f *File) {
			last := &f.Fields[n(f)-1]
			last.Value = last.Value[2:]
		})),
		sealed("shares-other", change("shares-commitment", "a share of something else", func(f *File) {
			last := &f.Fields[n(f)-1]
			last.Value = flipHex(last.Value)
		})),
	}
}
