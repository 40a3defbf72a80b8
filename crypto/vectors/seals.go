package vectors

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// sealCases are about secrets: boxes, history, messages, attestations. They
// stand alone: no world is needed to open them.
func (w *world) sealCases() []kase {
	return slices.Concat(w.boxCases(), w.historyCases(), w.messageCases(), stepUpCases())
}

// claimed is a thread that Sam has claimed.
func (w *world) claimed() *thread {
	t := w.fork().thread()
	t.append(t.claim("sam"))
	return t
}

func (t *thread) statement(epoch int) envelope.Keys {
	i := slices.IndexFunc(t.heads, func(h envelope.Head) bool { return h.Type.StartsEpoch() && int(h.Epoch) == epoch })
	return must(envelope.DecodeKeys(envelope.PurposeEpoch, t.heads[i].Keys))
}

func (w *world) boxCases() []kase {
	one := func(name, expect, what string, kind envelope.RecipientKind, change func(t *thread, k *envelope.Keys, box *[]byte, seed *[32]byte)) kase {
		return sealed(name, func() (*File, error) {
			t := w.claimed()
			k := t.statement(1)
			k.Recipients = slices.Clone(k.Recipients)
			i := slices.IndexFunc(k.Recipients, func(r envelope.Recipient) bool {
				return r.Kind == kind && (kind != envelope.KindAccount || r.ID == idOf("sam"))
			})
			box, r := t.boxes[1][i].Sealed, k.Recipients[i]
			seed := map[envelope.RecipientKind][32]byte{envelope.KindAccount: t.w.people["sam"].puk[0].Box().Seed(),
				envelope.KindLead: t.w.lines["first"].led[0].Box().Seed(), envelope.KindCustodian: recordsKey.Seed()}[kind]
			change(t, &k, &box, &seed)
			f := no(expect, "box", what).add("purpose", string(k.Purpose)).add("statement", k.Encode()).
				add("reader", string(r.Kind), r.ID).add("box-seed", seed).add("box", box)
			if expect == OK {
				f.add("secret", t.keys[1].Bytes())
			}
			return f, nil
		})
	}
	type change = func(*thread, *envelope.Keys, *[]byte, *[32]byte)
	none := func(*thread, *envelope.Keys, *[]byte, *[32]byte) {}
	resealed := change(func(t *thread, k *envelope.Keys, box *[]byte, _ *[32]byte) {
		// A maker who seals another secret than they committed to.
		for i, r := range k.Recipients {
			if r.ID == idOf("sam") {
				to := must(seal.Reader(r.Kind, r.ID, r.Gen, t.w.people["sam"].puk[0].Box().Public().Bytes()))
				roster := k.RosterHash()
				info := envelope.Enc("arc1/box/epoch", k.Ctx, roster[:], k.Commit[:], k.Acct[:], k.Dev[:], []byte(r.Kind), r.ID[:], envelope.U32(r.Gen), r.PK[:])
				other := digest("another secret")
				*box = must(to.Box.Seal(info, other[:]))
				k.Recipients[i].Box = envelope.Sum(*box)
			}
		}
	})
	return []kase{
		one("box-account", OK, "an account's box of an epoch", envelope.KindAccount, none),
		one("box-lead", OK, "the leads' box of an epoch", envelope.KindLead, none),
		one("box-records", OK, "the records key's box of an epoch", envelope.KindCustodian, none),
		one("box-other-key", "not-for-me", "a key that the statement does not name", envelope.KindAccount, func(_ *thread, _ *envelope.Keys, _ *[]byte, seed *[32]byte) { *seed = digest("other") }),
		one("box-changed", "box", "a box that the statement does not name", envelope.KindAccount, func(_ *thread, _ *envelope.Keys, box *[]byte, _ *[32]byte) {
			*box = append(bytes.Clone((*box)[:1167]), (*box)[1167]^1)
		}),
		one("box-roster", "box", "another roster than it was sealed under", envelope.KindAccount, func(_ *thread, k *envelope.Keys, _ *[]byte, _ *[32]byte) {
			k.Recipients = slices.DeleteFunc(k.Recipients, func(r envelope.Recipient) bool { return r.Kind == envelope.KindCustodian })
		}),
		one("box-thread", "box", "another thread than it was sealed for", envelope.KindAccount, func(_ *thread, k *envelope.Keys, _ *[]byte, _ *[32]byte) {
			k.Ctx = envelope.ThreadCtx(idOf("other"), 1)
		}),
		one("box-secret", "secret-commitment", "another secret than was committed to", envelope.KindAccount, resealed),
	}
}

func (w *world) historyCases() []kase {
	one := func(name, expect, what string, change func(k, before *envelope.Keys)) kase {
		return sealed(name, func() (*File, error) {
			t := w.claimed()
			k, before := t.statement(1), t.statement(0)
			change(&k, &before)
			f := no(expect, "history", what).add("purpose", string(k.Purpose)).add("statement", k.Encode()).add("before", before.Encode()).add("secret", t.keys[1].Bytes())
			if expect == OK {
				f.add("previous", t.keys[0].Bytes())
			}
			return f, nil
		})
	}
	published := func(expect, what string, pk envelope.Hash) *File {
		return no(expect, "published", what).add("secret", digest("generation")).add("pk", pk)
	}
	return []kase{
		one("history-good", OK, "the secret before", func(_, _ *envelope.Keys) {}),
		one("history-none", "no-history", "none was handed over", func(k, _ *envelope.Keys) { k.PrevBox = nil }),
		one("history-moved", "not-opened", "handed over in another epoch", func(k, _ *envelope.Keys) { k.Ctx = envelope.ThreadCtx(idOf("thread"), 2) }),
		one("history-other", "secret-commitment", "another secret than the statement before commits to", func(_, b *envelope.Keys) { b.Commit[0] ^= 1 }),
		fixed("published-good", published(OK, "a generation's seed and its public key", seal.SecretFrom(digest("generation")).Box().Public().Hash())),
		fixed("published-other", published("published", "another public key than the seed's", digest("other"))),
	}
}

func (w *world) messageCases() []kase {
	one := func(name, expect, what, text string, change func(h *envelope.Head, body *[]byte)) kase {
		return sealed(name, func() (*File, error) {
			t := w.claimed()
			e := t.say("ann", text)
			h := must(envelope.DecodeHead(e.Head))
			change(&h, &e.Body)
			f := no(expect, "message", what).add("key", t.keys[1].Bytes()).add("head", h.Encode()).add("body", e.Body)
			if expect == OK {
				f.add("plain", []byte(text))
			}
			return f, nil
		})
	}
	none := func(*envelope.Head, *[]byte) {}
	long := string(bytes.Repeat([]byte("long "), 300))
	return []kase{
		one("message-short", OK, "five letters", "hello", none),
		one("message-empty", OK, "nothing", "", none),
		one("message-long", OK, "more than the least size", long, none),
		one("message-body", "box", "another body than the head names", "hello", func(_ *envelope.Head, b *[]byte) { *b = append(bytes.Clone(*b), 0) }),
		one("message-taken", "secret-commitment", "somebody else's message under one's own name", "hello", func(h *envelope.Head, _ *[]byte) { h.Acct = idOf("sam") }),
		one("message-moved", "secret-commitment", "at another place", "hello", func(h *envelope.Head, _ *[]byte) { h.Index++ }),
		one("message-time", "not-opened", "at another time", "hello", func(h *envelope.Head, _ *[]byte) { h.Time++ }),
		sealed("message-padding", func() (*File, error) {
			t := w.claimed()
			h := envelope.Head{Type: envelope.EntryMessage, Place: t.place(1), Salt: digest("salt")}
			h.Acct, h.Dev = idOf("ann"), t.w.people["ann"].dev.ID
			tk := t.keys[1].Bytes()
			km := key.HKDF(tk[:], h.Salt[:], h.MessageKeyInfo(), 64)
			h.Commit = envelope.Hash(km[32:])
			body := key.GCMSeal(km[:32], h.MessageAAD(), []byte("not padded"))
			h.BodyLen, h.BodyHash = uint32(len(body)), envelope.Sum(body)
			return no("malformed", "message", "sealed without padding").add("key", tk).add("head", h.Encode()).add("body", body), nil
		}),
	}
}

// stepUpCases play the service that attests second factors: it signs a JWS with
// a key that signs nothing else.
func stepUpCases() []kase {
	b64 := base64.RawURLEncoding.EncodeToString
	head := envelope.Head{Type: envelope.EntryMessage, Place: envelope.Place{Thread: idOf("thread"), Acct: idOf("ann"), Dev: idOf("ann", "device")}}
	payload := func(device envelope.ID, more string) string {
		return fmt.Sprintf(`{"iss":"arcline","sub":"%x","dev":"%x","act":"reveal","obj":"%x","amr":["pwd","otp"],"auth_time":1795000000,"iat":1795000001,"exp":1795000301,"jti":"1"}%s`,
			head.Acct, device, head.Thread, more)
	}
	seed := stepUpKey.Seed()
	attest := func(header, payload string) []byte {
		in := b64([]byte(header)) + "." + b64([]byte(payload))
		return []byte(in + "." + b64(ed25519.Sign(ed25519.NewKeyFromSeed(seed[:]), []byte(in))))
	}
	file := func(expect, what, act string, attestation []byte) *File {
		h := head
		h.Attest = attestation
		return no(expect, "step-up", what).add("public", stepUpKey.Public().Bytes()).add("act", act).add("head", h.Encode())
	}
	plain := payload(head.Dev, "")
	good := attest(seal.StepUpHeader, plain)
	bad := func(name, what, old, with string) kase {
		return fixed("step-up-"+name, file("step-up", what, "reveal", attest(seal.StepUpHeader, strings.Replace(plain, old, with, 1))))
	}
	broken := slices.Insert(slices.Clone(good), len(good)-20, '\n')
	return []kase{
		bad("spelling", "a member in another spelling", `"iss"`, `"ISS"`),
		bad("twice", "a member twice", `"jti":"1"`, `"jti":"1","jti":"1"`),
		bad("missing", "a member is missing", `,"jti":"1"`, ``),
		bad("unknown", "an eleventh member", `"jti":"1"`, `"jti":"1","nbf":1`),
		bad("null", "a member that is null", `"jti":"1"`, `"jti":null`),
		bad("null-list", "a list that is null", `["pwd","otp"]`, `null`),
		bad("null-text", "null among the factors", `["pwd","otp"]`, `["pwd",null]`),
		bad("fraction", "a time with a fraction", `1795000001`, `1795000001.0`),
		bad("large", "a time beyond 2^53-1", `1795000001`, `9007199254740992`),
		bad("utf8", "a text that is not UTF-8", `"arcline"`, "\"\xff\""),
		bad("list", "a list of the object", plain, "["+plain+"]"),
		fixed("step-up-line-break", file("step-up", "a line break in the signature", "reveal", broken)),
		fixed("step-up-good", file(OK, "a second factor for this act", "reveal", good)),
		fixed("step-up-act", file("step-up", "for another act", "export", good)),
		fixed("step-up-device", file("step-up", "on another device", "reveal", attest(seal.StepUpHeader, payload(idOf("x"), "")))),
		fixed("step-up-header", file("step-up", "another algorithm is named", "reveal", attest(`{"alg":"none"}`, payload(head.Dev, "")))),
		fixed("step-up-more", file("step-up", "something follows the payload", "reveal", attest(seal.StepUpHeader, payload(head.Dev, "{}")))),
		fixed("step-up-signature", file("step-up", "the signature is another", "reveal", append(slices.Clone(good[:len(good)-2]), 'A', 'A'))),
		fixed("step-up-none", file("step-up", "none", "reveal", nil)),
	}
}
