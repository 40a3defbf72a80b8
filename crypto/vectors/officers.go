package vectors

import (
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// shareSealed is one share of an officers' seed on its way to an officer.
func shareSealed(expect, what string, change func(*File)) func() (*File, error) {
	return func() (*File, error) {
		sk := key.BoxFromSeed(digest("officer"))
		to := must(seal.Reader(envelope.KindAccount, idOf("officer"), 3, sk.Public().Bytes()))
		s := must(seal.SealShare(idOf("ann"), 1, digest("commit"), to, []byte("a share of the seed, and its number")))
		f := no(expect, "share", what).add("account", idOf("ann")).add("pair", 1).add("commit", digest("commit")).
			add("reader", "acct", idOf("officer"), 3).add("seed", digest("officer")).add("box", s.Box).add("sealed", s.Sealed).
			add("plain", []byte("a share of the seed, and its number"))
		if change != nil {
			change(f)
		}
		return f, nil
	}
}

func officerCases() []kase {
	return []kase{
		sealed("share-good", shareSealed(OK, "a share opened by its officer", nil)),
		sealed("share-account", shareSealed("box", "read as a share of another account", func(f *File) { f.set("account", idOf("sam")) })),
		sealed("share-pair", shareSealed("box", "read as a share of the next pair", func(f *File) { f.set("pair", 2) })),
		sealed("share-commit", shareSealed("box", "under another commitment", func(f *File) { f.set("commit", digest("other")) })),
		sealed("share-bytes", shareSealed("not-opened", "a byte of the share is changed", func(f *File) { f.set("sealed", flipHex(f.Text("sealed"))) })),
	}
}

// officersOf is a made-up officers' pair.
func officersOf(words ...string) seal.Recovery {
	return seal.OfficersPair(seal.SecretFrom(digest(append(words, "officers")...)))
}

func officersMaker(words ...string) seal.Maker {
	return seal.Maker{Acct: idOf(words[0]), Dev: envelope.OfficersSigner, Sign: officersOf(words...).Sign}
}

func (w *world) officers(name, which string) envelope.SignedLink {
	s, _, err := seal.Officers(w.account(name), at, w.people[name].maker(), w.people[name].puk[0], officersOf(name, which), digest("commit"), sortedIDs("officer", "second officer"))
	return must(s, err)
}

func (w *world) officersCases() []kase {
	return []kase{
		w.chainCase("account-officers", OK, "an officers' pair is bound", func(w *world) chain.Logged { return w.next(w.officers("ann", "first")) }),
		w.chainCase("account-officers-add", OK, "the officers' key adds a device", func(w *world) chain.Logged {
			w.append(w.officers("ann", "first"))
			return w.next(w.addDevice("ann", officersMaker("ann", "first")))
		}),
		w.chainCase("account-officers-rotate", OK, "a generation is sealed to the officers' key too", func(w *world) chain.Logged {
			w.append(w.officers("ann", "first"))
			return w.next(w.turn("ann"))
		}),
		w.chainCase("account-officers-none", "signer", "the officers' key of an account that has none", func(w *world) chain.Logged {
			return w.next(w.addDevice("ann", officersMaker("ann", "first")))
		}),
		w.chainCase("account-officers-used", "state", "a rotation after the officers' key was used", func(w *world) chain.Logged {
			w.append(w.officers("ann", "first"))
			w.append(w.addDevice("ann", officersMaker("ann", "first")))
			return w.next(w.turn("ann"))
		}),
		w.chainCase("account-officers-again", "state", "an officers' pair for the second time", func(w *world) chain.Logged {
			w.append(w.officers("ann", "first"))
			return w.next(w.officers("ann", "first"))
		}),
	}
}
