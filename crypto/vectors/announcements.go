package vectors

import (
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// announced judges an announcement that the lead of the first line has signed,
// after change has made of it what the case is about.
func (w *world) announced(name, expect, what, by string, change func(w *world, a *envelope.Announcement)) kase {
	return sealed(name, func() (*File, error) {
		n := w.fork()
		before := len(n.log)
		p := n.people[by]
		a := envelope.Announcement{Agency: idOf("agency"), ID: idOf("announcement"), Acct: p.id, Dev: p.maker().Dev, KTSize: n.leaf, KTRoot: digest("root"),
			From: worldNow, Until: worldNow + 1000, Roles: "broker", Title: "Report life events early", Text: []byte("Please do.")}
		change(n, &a)
		stmt := a.Encode()
		f := no(expect, "announcement", what).add("world", worldFile)
		for _, l := range n.log[before:] {
			f.link("link", l)
		}
		return f.add("announcement", stmt).add("sig", p.dev.Sign.Sign(key.SigAnnouncement, stmt)), nil
	})
}

func (w *world) announcementCases() []kase {
	as := func(*world, *envelope.Announcement) {}
	return []kase{
		w.announced("announcement-good", OK, "a lead speaks for the agency", "lead", as),
		w.announced("announcement-specialist", "credential", "a specialist speaks for the agency", "sam", as),
		w.announced("announcement-assister", "credential", "an assister does", "ann", as),
		w.announced("announcement-name", "signature", "signed by another person than it names", "lead", func(w *world, a *envelope.Announcement) {
			a.Acct, a.Dev = w.people["other-lead"].id, w.people["other-lead"].maker().Dev
		}),
		w.announced("announcement-device", "unknown", "a device that the account never had", "lead", func(w *world, a *envelope.Announcement) { a.Dev = idOf("nothing") }),
		w.announced("announcement-nobody", "signer", "an account that there is not", "lead", func(w *world, a *envelope.Announcement) { a.Acct = idOf("nobody") }),
		w.announced("announcement-agency", "signer", "of another agency", "lead", func(w *world, a *envelope.Announcement) { a.Agency = idOf("another") }),
		w.announced("announcement-ended", "credential", "to be shown after the signer's credential has ended", "lead", func(w *world, a *envelope.Announcement) {
			a.From, a.Until = worldNow+2*year, worldNow+2*year+1000
		}),
		w.announced("announcement-decertified", "credential", "by somebody whose credential was revoked", "lead", func(w *world, a *envelope.Announcement) {
			w.append(w.agencyLink(envelope.AgencyCredentialRevoke, false, envelope.EncodeCredentialRevoke(must(w.book.Credential(w.people["lead"].id, w.leaf, worldNow)).Serial)))
			a.KTSize = w.leaf
		}),
	}
}

// speaks is the rule, for the judge.
func (w *world) speaks(signed, sig []byte) error {
	_, err := chain.CheckAnnouncement(signed, sig, w.book)
	return err
}
