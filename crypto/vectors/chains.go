package vectors

import (
	"bytes"
	"slices"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// chainCase builds on the world: what the case has appended stands before the
// link that is judged.
func (w *world) chainCase(name, expect, what string, make func(w *world) chain.Logged) kase {
	return sealed(name, func() (*File, error) {
		n := w.fork()
		before := len(n.log)
		last := make(n)
		f := no(expect, "chain", what).add("world", worldFile)
		for _, l := range n.log[before:] {
			f.link("link", l)
		}
		f.link("last", last)
		if expect == OK {
			f.add("hash", last.Hash())
		}
		return f, nil
	})
}

// next is a link in the place where the world's log goes on.
func (w *world) next(s envelope.SignedLink) chain.Logged {
	return chain.Logged{SignedLink: s, Leaf: w.leaf}
}

// again changes a signed link and signs it again.
func again(s envelope.SignedLink, by *key.Signing, change func(*envelope.Link)) envelope.SignedLink {
	l := must(envelope.DecodeLink(s.Link))
	change(&l)
	b := l.Encode()
	return envelope.SignedLink{Link: b, Sig: by.Sign(key.SigLink(l.Type), b), Countersig: s.Countersig}
}

func (w *world) turn(name string) envelope.SignedLink {
	p := w.people[name]
	s, _, _, err := seal.AccountRotate(w.account(name), at, p.maker(), p.puk[0])
	return must(s, err)
}

func (w *world) addDevice(name string, m seal.Maker) envelope.SignedLink {
	s, _, err := seal.DeviceAdd(w.account(name), at, m, w.people[name].puk[0], deviceOf(name, "second"))
	return must(s, err)
}

func (w *world) chainCases() []kase {
	return slices.Concat(w.accountCases(), w.officersCases(), w.rotationCases(), w.lineCases(), w.agencyCases())
}

func (w *world) accountCases() []kase {
	add := func(w *world) envelope.SignedLink { return w.addDevice("ann", w.people["ann"].maker()) }
	revoke := func(w *world) envelope.SignedLink {
		s, _, _, err := seal.DeviceRevoke(w.account("ann"), at, w.people["ann"].maker(), w.people["ann"].puk[0], []envelope.ID{deviceOf("ann", "second").ID})
		return must(s, err)
	}
	second := seal.Maker{Acct: idOf("ann"), Dev: deviceOf("ann", "second").ID, Sign: deviceOf("ann", "second").Sign}
	return []kase{
		w.chainCase("account-add", OK, "a second device", func(w *world) chain.Logged { return w.next(add(w)) }),
		w.chainCase("account-revoke", OK, "the second device is revoked", func(w *world) chain.Logged { w.append(add(w)); return w.next(revoke(w)) }),
		w.chainCase("account-rotate", OK, "a new generation", func(w *world) chain.Logged { return w.next(w.turn("ann")) }),
		w.chainCase("account-recovery", OK, "the recovery pair is replaced", func(w *world) chain.Logged {
			s, _, _, err := seal.RecoveryReplace(w.account("ann"), at, w.people["ann"].maker(), w.people["ann"].puk[0], recoveryOf("ann", "second"))
			return w.next(must(s, err))
		}),
		w.chainCase("account-order", "order", "it follows another statement", func(w *world) chain.Logged {
			return w.next(again(w.turn("ann"), w.people["ann"].dev.Sign, func(l *envelope.Link) { l.Prev[0] ^= 1 }))
		}),
		w.chainCase("account-leaf", "order", "a leaf before the one of its predecessor", func(w *world) chain.Logged {
			return chain.Logged{SignedLink: w.turn("ann"), Leaf: 1}
		}),
		w.chainCase("account-agency", "order", "another agency's", func(w *world) chain.Logged {
			return w.next(again(w.turn("ann"), w.people["ann"].dev.Sign, func(l *envelope.Link) { l.Agency = idOf("other agency") }))
		}),
		w.chainCase("account-signer", "signer", "another person's device", func(w *world) chain.Logged {
			return w.next(w.addDevice("ann", w.people["sam"].maker()))
		}),
		w.chainCase("account-signature", "signature", "a signature by another key", func(w *world) chain.Logged {
			m := w.people["ann"].maker()
			m.Sign = second.Sign
			return w.next(w.addDevice("ann", m))
		}),
		w.chainCase("account-countersign", "signature", "the new device did not accept", func(w *world) chain.Logged {
			s := add(w)
			s.Countersig = s.Sig
			return w.next(s)
		}),
		w.chainCase("account-revoked", "revoked", "signed by a device that was revoked", func(w *world) chain.Logged {
			w.append(add(w))
			w.append(revoke(w))
			s, _, _, err := seal.AccountRotate(w.account("ann"), at, second, w.people["ann"].puk[0])
			return w.next(must(s, err))
		}),
		w.chainCase("account-unknown", "unknown", "revokes a device that is not there", func(w *world) chain.Logged { return w.next(revoke(w)) }),
		w.chainCase("account-state", "state", "a device that was bound before", func(w *world) chain.Logged { w.append(add(w)); return w.next(add(w)) }),
		w.chainCase("account-recovery-used", "state", "a rotation after the recovery code was used", func(w *world) chain.Logged {
			w.append(w.addDevice("ann", seal.Maker{Acct: idOf("ann"), Sign: recoveryOf("ann").Sign}))
			return w.next(w.turn("ann"))
		}),
	}
}

// rotationCases are rotations by Ann with something wrong in them.
func (w *world) rotationCases() []kase {
	return []kase{
		w.chainCase("account-purpose", "malformed", "an account rotates a line's key", func(w *world) chain.Logged {
			return w.next(again(w.turn("ann"), w.people["ann"].dev.Sign, func(l *envelope.Link) {
				_, r, err := envelope.DecodeRotate(l.Type, l.Body)
				l.Body = envelope.EncodeRotate(l.Type, envelope.PurposeLine, must(r, err))
			}))
		}),
		w.chainCase("account-generation", "generation", "the key of the generation before", func(w *world) chain.Logged {
			return w.next(w.rotationWith(func(r *envelope.Rotation) { r.Box = w.people["ann"].puk[0].Box().Public().Bytes() }))
		}),
		w.chainCase("account-bad-key", "bad-key", "a public key with a coefficient above q", func(w *world) chain.Logged {
			return w.next(w.rotationWith(func(r *envelope.Rotation) {
				r.Box = bytes.Clone(r.Box)
				r.Box[0], r.Box[1] = 0xff, r.Box[1]|0x0f
			}))
		}),
	}
}

// rotationWith is a rotation by Ann in which something was changed.
func (w *world) rotationWith(change func(*envelope.Rotation)) envelope.SignedLink {
	return again(w.turn("ann"), w.people["ann"].dev.Sign, func(l *envelope.Link) {
		_, b, err := envelope.DecodeRotate(l.Type, l.Body)
		r := must(envelope.DecodeRotation(must(b, err)))
		change(&r)
		l.Body = envelope.EncodeRotate(l.Type, envelope.PurposeAccount, r.Encode())
	})
}

func (w *world) lineCases() []kase {
	remove := func(w *world, by, who string) chain.Logged {
		s, _, _, err := seal.LineRemove(w.lineState("first"), at, w.people[by].maker(), w.lines["first"].lk[0], w.people[who].id, w.book)
		return w.next(must(s, err))
	}
	add := func(w *world, who string) chain.Logged {
		s, _, err := seal.LineAdd(w.lineState("first"), at, w.people["lead"].maker(), w.lines["first"].lk[0], w.people[who].id, w.book)
		return w.next(must(s, err))
	}
	rotate := func(w *world, by string, who ...string) chain.Logged {
		var ids []envelope.ID
		for _, n := range who {
			ids = append(ids, w.people[n].id)
		}
		s, _, _, err := seal.LineRotate(w.lineState("first"), envelope.PurposeLine, at, w.people[by].maker(), &w.lines["first"].lk[0], ids, w.book)
		return w.next(must(s, err))
	}
	return []kase{
		w.chainCase("line-remove", OK, "a member leaves and the key changes", func(w *world) chain.Logged { return remove(w, "lead", "eva") }),
		w.chainCase("line-rotate", OK, "a member makes a new key for all", func(w *world) chain.Logged { return rotate(w, "sam", "lead", "sam", "eva") }),
		w.chainCase("line-floor", OK, "no old generation is needed", func(w *world) chain.Logged {
			return w.next(seal.LineFloor(w.lineState("first"), at, w.people["lead"].maker(), 2))
		}),
		w.chainCase("line-floor-high", "generation", "a floor above the next generation", func(w *world) chain.Logged {
			return w.next(seal.LineFloor(w.lineState("first"), at, w.people["lead"].maker(), 3))
		}),
		w.chainCase("line-roster", "roster", "a rotation that leaves a member out", func(w *world) chain.Logged { return rotate(w, "sam", "lead", "sam") }),
		w.chainCase("line-self", "signer", "a lead leaves with the key they made", func(w *world) chain.Logged { return remove(w, "lead", "lead") }),
		w.chainCase("line-member", "signer", "a member takes another off", func(w *world) chain.Logged { return remove(w, "sam", "eva") }),
		w.chainCase("line-credential", "credential", "an assister is put on the line", func(w *world) chain.Logged { return add(w, "ann") }),
		w.chainCase("line-wall", "credential", "staff of another line is put on it", func(w *world) chain.Logged { return add(w, "other-lead") }),
		w.chainCase("line-twice", "state", "a member is added again", func(w *world) chain.Logged { return add(w, "sam") }),
		w.chainCase("line-decertified", "credential", "a member rotates after their credential was taken back", func(w *world) chain.Logged {
			w.append(w.agencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(idOf("sam", "serial"))))
			return rotate(w, "sam", "lead", "sam", "eva")
		}),
	}
}

func (w *world) agencyCases() []kase {
	serial := func(name string) envelope.SignedLink {
		return w.agencyLink(envelope.AgencyCredential, false, envelope.CredentialLinkBody{Serial: idOf(name, "serial"), Account: idOf("ann")}.Encode())
	}
	custodian := func(gen uint32) envelope.SignedLink {
		return w.agencyLink(envelope.AgencyCustodian, true, envelope.CustodianBody{ID: recordsID, Gen: gen, Box: key.BoxFromSeed(digest("records 2")).Public().Bytes(), Mode: envelope.CustodianOptional}.Encode())
	}
	one := func(name, expect, what string, s envelope.SignedLink) kase {
		return w.chainCase(name, expect, what, func(w *world) chain.Logged { return w.next(s) })
	}
	return []kase{
		one("agency-custodian", OK, "the records key's second generation", custodian(2)),
		one("agency-generation", "generation", "a generation is left out", custodian(3)),
		one("agency-signer", "signer", "the issuer speaks for the root", w.agencyLink(envelope.AgencyIssuerRevoke, false, envelope.EncodeIssuerRevoke(issuerID))),
		one("agency-signature", "signature", "signed by another key", again(custodian(2), issuerKey, func(*envelope.Link) {})),
		one("agency-serial", "credential", "a serial for the second time", serial("ann")),
		one("agency-unknown", "unknown", "an issuer that was never appointed is revoked", w.agencyLink(envelope.AgencyIssuerRevoke, true, envelope.EncodeIssuerRevoke(idOf("nobody")))),
		one("agency-suite", "state", "a policy that asks for another suite", w.agencyLink(envelope.AgencyPolicy, true, envelope.PolicyBody{MinSuite: 2, LogKey: "none"}.Encode())),
		one("agency-second", "order", "a second beginning", w.agencyLink(envelope.AgencyGenesis, true, envelope.AgencyGenesisBody{Root: rootKey.Public().Bytes(), Name: "again"}.Encode())),
	}
}
