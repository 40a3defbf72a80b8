package server_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/command"
	"arcline/server/session"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// history makes a thread with one message by a navigator who waits for nobody.
func history(t *testing.T, h *arctest.House, p *arctest.Person) wire.ID {
	t.Helper()
	return open(t, h, p, "arc", "the text before everything was lost")
}

// reads demands that a device reads the thread.
func reads(t *testing.T, p *arctest.Person, thread wire.ID) {
	t.Helper()
	for _, e := range sync(t, p, thread).Events() {
		if e.Content != nil && e.Content.Text == "the text before everything was lost" {
			return
		}
	}
	t.Fatal("the device does not read what was there before")
}

func letterOf(h *arctest.House, name string) client.Letter {
	card := h.Agency.Card()
	card.Name = name
	return card
}

// secondDevice brings a second device in with the first.
func secondDevice(t *testing.T, p *arctest.Person) *arctest.Person {
	t.Helper()
	next := p.NewDevice()
	offer, err := client.Pair(t.Context(), next.Config(), arctest.URL, p.Name)
	ok(t, err)
	got, none := offer.Collect(t.Context())
	if got != nil || none != nil {
		t.Fatal("a device was let in before anybody said yes", none)
	}
	seen, err := p.LookAtDevice(t.Context(), offer.Code())
	ok(t, err)
	end := make(chan error, 1)
	go func() { end <- p.ApproveDevice(t.Context(), p.Factor(), seen) }()
	next.Client, err = offer.Await(t.Context())
	ok(t, errors.Join(err, <-end))
	next.SignIn()
	return next
}

// Whoever has met somebody before they had a second device reads what is written
// on it: the chain of its person is asked for anew, although nothing in the entry
// is unknown by name.
func TestSecondDeviceMeetsOldFriends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		ok(t, second(ann.Members(t.Context(), h.Line("arc"))))
		if _, _, _, err := ann.CredentialOf(t.Context(), staff[0].ID); err != nil { // they have met
			t.Fatal(err)
		}
		next := secondDevice(t, staff[0])
		thread := open(t, h, ann, "arc", "a question")
		ok(t, second(next.ClaimWith(t.Context(), nil, thread)))
		ok(t, second(next.Send(t.Context(), thread, text("an answer"))))
		got, err := ann.Sync(t.Context(), thread)
		ok(t, err)
		for _, e := range got.Events() {
			if e.Refused != "" || e.Unread != "" {
				t.Errorf("entry %d (%s): refused %q, unread %q", e.Index, e.Kind, e.Refused, e.Unread)
			}
		}
	})
}

func TestSecondDevice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		h.Staffed("arc")
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		thread := history(t, h, p)
		next := secondDevice(t, p)
		reads(t, next, thread)

		all, err := next.Devices(t.Context())
		ok(t, err)
		if len(all) != 2 || !all[1].Here || all[0].Revoked {
			t.Fatalf("devices: %+v", all)
		}
		if alarms, err := p.Alarms(); err != nil || len(alarms) > 0 {
			t.Fatal("the device that added another is asked whether it did", alarms, err)
		}
		// The new one removes the old one: it can sign in no more, and is asked.
		ok(t, next.RemoveDevices(t.Context(), next.Factor(), all[0].ID))
		if _, err := p.Devices(t.Context()); err == nil {
			t.Fatal("a removed device still asks")
		}
		if err := p.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()); err == nil {
			t.Fatal("a removed device signs in")
		}
	})
}

// A service that puts a device of its own in the place of the new one, or a new
// device into an account of its own, is found by the code that it never sees.
// A new device that its person does not want is told so, and its code is dead.
// Before the no it is found: that is the control.
func TestPairingRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		next := p.NewDevice()
		offer, err := client.Pair(t.Context(), next.Config(), arctest.URL, p.Name)
		ok(t, err)
		seen, err := p.LookAtDevice(t.Context(), offer.Code())
		ok(t, err)
		if c, err := offer.Collect(t.Context()); c != nil || err != nil {
			t.Fatal("control: nobody has answered yet:", c, err)
		}
		ok(t, p.RefuseDevice(t.Context(), seen))
		if _, err := offer.Collect(t.Context()); !errors.Is(err, client.ErrPairing) {
			t.Error("the new device is not told:", err)
		}
		if err := p.ApproveDevice(t.Context(), p.Factor(), seen); !client.IsCode(err, wire.CodeState) {
			t.Error("a refused device is let in:", err)
		}
	})
}

func TestT24_PairingInTheMiddle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		if _, err := p.LookAtDevice(t.Context(), vault.NewPairCode().Text()); !client.IsCode(err, wire.CodeNotFound) {
			t.Fatal("a code that nobody shows finds a device:", err)
		}
		honest, evil := seal.NewDevice(envelope.ID{1}), seal.NewDevice(envelope.ID{2})
		offered := func(device seal.Device, name string) error {
			code := vault.NewPairCode()
			mac := code.MACNew(p.Name, honest.Public().Encode()) // all that the service has seen
			ok(t, h.Server.Door().OfferPair(wire.PairOffer{Locator: wire.Hash(code.Locator()), Name: name, Device: device.Public().Encode(), MAC: wire.Hash(mac)}, "192.0.2.7"))
			_, err := p.LookAtDevice(t.Context(), code.Text())
			return err
		}
		if err := offered(evil, p.Name); !errors.Is(err, client.ErrPairing) {
			t.Fatal("the service's device is taken for the new one:", err)
		}
		if err := offered(honest, "somebody"); !errors.Is(err, client.ErrPairing) {
			t.Fatal("a device of another person is let in:", err)
		}
		if err := offered(honest, p.Name); err != nil {
			t.Fatal("control: the new device itself is not found:", err)
		}

		// The other way round: the service answers in the place of the old device.
		next := p.NewDevice()
		offer, err := client.Pair(t.Context(), next.Config(), arctest.URL, p.Name)
		ok(t, err)
		code, err := vault.ParsePairCode(offer.Code())
		ok(t, err)
		_, acct, dev := p.Me()
		by := command.Caller{Grip: session.Grip{Account: store.ID(acct), Device: store.ID(dev), Session: h.SessionOf(acct), Role: wire.RoleNavigator}}
		ok(t, h.Server.Door().WelcomePair(t.Context(), by, wire.PairWelcome{Locator: wire.Hash(code.Locator()), Welcome: []byte("another agency"), Link: []byte("another account")}))
		if _, err := offer.Collect(t.Context()); !errors.Is(err, client.ErrPairing) {
			t.Fatal("the new device believes an answer without the code:", err)
		}
		if _, err := next.Vault.Load("me"); !errors.Is(err, client.ErrNothing) {
			t.Fatal("something was kept")
		}
	})
}

// The worst case of phishing: somebody is talked into typing the code of an
// attacker's device, with a second factor. Their other device asks before it
// seals anything more, every address on file is told, and the device can be
// taken away. Without the second factor nothing happens at all.
func TestT25_PhishedDevice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		h.Staffed("arc")
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		other := secondDevice(t, p)
		thread := history(t, h, other)
		ok(t, p.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()))

		attacker := p.NewDevice()
		offer, err := client.Pair(t.Context(), attacker.Config(), arctest.URL, p.Name)
		ok(t, err)
		seen, err := p.LookAtDevice(t.Context(), offer.Code())
		ok(t, err)
		approve := func(f client.Factor) error {
			end := make(chan error, 1)
			go func() { end <- p.ApproveDevice(t.Context(), f, seen) }()
			if attacker.Client == nil {
				attacker.Client, err = offer.Await(t.Context())
				ok(t, err)
			}
			return <-end
		}
		if err := approve(nil); !client.IsCode(err, wire.CodeStepUp) {
			t.Fatal("a device was let in without a second factor:", err)
		}
		if err := attacker.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()); err == nil {
			t.Fatal("the device that was not let in signs in")
		}
		attacker = p.NewDevice()
		offer, err = client.Pair(t.Context(), attacker.Config(), arctest.URL, p.Name)
		ok(t, err)
		seen, err = p.LookAtDevice(t.Context(), offer.Code())
		ok(t, err)
		ok(t, approve(p.Factor()))
		told(t, h, p.ID, "a device was added")

		ok(t, other.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()))
		if _, err := other.Send(t.Context(), thread, text("more")); !errors.Is(err, client.ErrWasThisYou) {
			t.Fatal("the other device goes on without asking:", err)
		}
		_, _, id := attacker.Me()
		ok(t, other.RemoveDevices(t.Context(), other.Factor(), id))
		if err := attacker.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()); err == nil {
			t.Fatal("the attacker's device signs in after it was taken away")
		}
	})
}

func TestSec_24(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		h.Staffed("arc")
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		thread := history(t, h, p)
		lost := p.NewDevice()
		letter := letterOf(h, "nora")
		try := func(paper, password, code string) error {
			_, err := client.Recover(t.Context(), lost.Config(), letter, paper, password, code)
			return err
		}
		// None of the three is enough without the others, and the code for a sign-in
		// name that does not exist has the same answer.
		if err := try(p.Paper, "a wrong made-up pass phrase", p.FreshCode()); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Fatal("recovery without the password:", err)
		}
		if err := try(p.Paper, arctest.Password, "000000"); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Fatal("recovery without the second factor:", err)
		}
		if err := try(vault.NewRecoveryCode().Text(), arctest.Password, p.FreshCode()); err == nil {
			t.Fatal("recovery with another recovery code")
		}
		letter.Name = "nobody"
		if err := try(p.Paper, arctest.Password, p.FreshCode()); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Fatal("recovery of nobody:", err)
		}
		letter.Name = "nora"

		r, err := client.Recover(t.Context(), lost.Config(), letter, p.Paper, arctest.Password, p.FreshCode())
		ok(t, err)
		lost.Client = r.Client
		lost.SignIn()
		reads(t, lost, thread)
		ok(t, lost.Upkeep(t.Context()))
		if err := p.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()); err == nil {
			t.Fatal("the lost device still signs in")
		}
		// The code works once.
		again := p.NewDevice()
		if _, err := client.Recover(t.Context(), again.Config(), letter, p.Paper, arctest.Password, p.FreshCode()); err == nil {
			t.Fatal("a used recovery code was used again")
		}
		if _, err := client.Recover(t.Context(), again.Config(), letter, r.Recovery, arctest.Password, p.FreshCode()); err != nil {
			t.Fatal("control: the new recovery code does not work:", err)
		}
	})
}

// Guessing at recovery rests after five failures without locking the owner's
// devices out.
func TestT26_RecoveryGuessed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		letter := letterOf(h, "nora")
		for range 5 {
			if _, err := client.Recover(t.Context(), p.NewDevice().Config(), letter, p.Paper, "a wrong made-up pass phrase", "000000"); !client.IsCode(err, wire.CodeSignInFailed) {
				t.Fatal(err)
			}
		}
		if _, err := client.Recover(t.Context(), p.NewDevice().Config(), letter, p.Paper, arctest.Password, p.FreshCode()); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Fatal("a sixth try is looked at:", err)
		}
		ok(t, p.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()))
		time.Sleep(31 * time.Minute)
		if _, err := client.Recover(t.Context(), p.NewDevice().Config(), letter, p.Paper, arctest.Password, p.FreshCode()); err != nil {
			t.Fatal("control: after the rest it works:", err)
		}
	})
}

// reissue is a person who has lost everything and an officer who has proofed them.
func reissue(t *testing.T, h *arctest.House, p *arctest.Person) (next *arctest.Person, r *client.Reissue, id wire.ID) {
	t.Helper()
	letter, err := h.Registrar.StartReissue(t.Context(), h.Registrar.Factor(), p.ID, 2, "in person, passport")
	ok(t, err)
	next = p.NewDevice()
	r, err = client.BeginReissue(t.Context(), next.Config(), letter, "another made-up pass phrase")
	ok(t, err)
	next.SetApp(r.OTPAuth())
	_, err = r.State(t.Context(), next.FreshCode())
	ok(t, err)
	all, err := h.Second.Reissues(t.Context())
	ok(t, err)
	i := slices.IndexFunc(all, func(x wire.ReissueRow) bool { return x.Account == p.ID && x.State == store.ReissueOpen })
	if i < 0 {
		t.Fatalf("the officers do not see it: %+v", all)
	}
	return next, r, all[i].ID
}

const phoneOnFile = "+1 651 555 0100"

func TestSec_23(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		h.Staffed("arc")
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		ok(t, p.Upkeep(t.Context()))
		thread := history(t, h, p)
		next, r, id := reissue(t, h, p)
		if err := p.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()); err != nil {
			t.Fatal("beginning a re-issue took something away:", err)
		}
		first, second := h.Registrar, h.Second

		// What an officer may not do: another number than the one on file, another
		// device than the one on the telephone, twice.
		if err := first.ReleaseShare(t.Context(), first.Factor(), id, r.Number(), "+1 651 555 0199"); !client.IsCode(err, wire.CodeRefused) {
			t.Fatal("another number was called:", err)
		}
		if err := first.ReleaseShare(t.Context(), first.Factor(), id, vault.NewPairCode().Text(), phoneOnFile); err == nil {
			t.Fatal("another device's number was read out")
		}
		ok(t, first.ReleaseShare(t.Context(), first.Factor(), id, r.Number(), phoneOnFile))
		if err := first.ReleaseShare(t.Context(), first.Factor(), id, r.Number(), phoneOnFile); !client.IsCode(err, wire.CodeState) {
			t.Fatal("one officer released twice:", err)
		}
		if _, err := r.Finish(t.Context()); !errors.Is(err, client.ErrNotReady) {
			t.Fatal("one officer alone is enough:", err)
		}
		ok(t, second.ReleaseShare(t.Context(), second.Factor(), id, r.Number(), phoneOnFile))

		back, err := r.Finish(t.Context())
		ok(t, err)
		next.Client = back.Client
		ok(t, next.Client.SignIn(t.Context(), "another made-up pass phrase", next.FreshCode()))
		reads(t, next, thread)
		ok(t, next.Upkeep(t.Context()))
		ok(t, next.Upkeep(t.Context())) // and then there is nothing to do
		if err := p.Client.SignIn(t.Context(), arctest.Password, p.FreshCode()); err == nil {
			t.Fatal("what was lost still signs in")
		}
		if err := p.Client.SignIn(t.Context(), "another made-up pass phrase", next.FreshCode()); err == nil {
			t.Fatal("a lost device signs in with the new password")
		}
		history, err := next.Authenticators(t.Context())
		ok(t, err)
		if len(history) != 4 {
			t.Fatalf("history of authenticators: %+v", history)
		}
		told(t, h, p.ID, "getting access back with two officers was begun", "an officer gave their part to a new device", "access was given back by two officers", "a device was removed")
	})
}

// told demands that notices to somebody are on their way.
func told(t *testing.T, h *arctest.House, who wire.ID, kinds ...string) {
	t.Helper()
	var have []string
	st := h.Server.Store()
	ok(t, st.View(t.Context(), func(tx *table.Tx) error {
		_, err := st.Notices.Scan(tx, store.PartAccount(store.ID(who)), table.Range{}, func(_ store.NoticeKey, n store.Notice) (bool, error) {
			have = append(have, n.Kind)
			return true, nil
		})
		return err
	}))
	for _, k := range kinds {
		if !slices.Contains(have, k) {
			t.Errorf("no notice %q among %q", k, have)
		}
	}
}

// The shares that the service keeps, and one officer's besides, open nothing.
func TestOneOfficerAndTheServerStayBlind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		h.Staffed("arc")
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		ok(t, p.Upkeep(t.Context()))
		_, r, id := reissue(t, h, p)
		ok(t, h.Registrar.ReleaseShare(t.Context(), h.Registrar.Factor(), id, r.Number(), phoneOnFile))
		// The service hands out one officer's share twice, as if it were two.
		st, err := r.State(t.Context(), "")
		ok(t, err)
		if len(st.Shares) > 0 || len(st.Links) > 0 {
			t.Fatal("shares were handed out before two officers gave theirs")
		}
		// Cancelled, it is over.
		ok(t, h.Second.CancelReissue(t.Context(), h.Second.Factor(), id))
		if err := h.Second.ReleaseShare(t.Context(), h.Second.Factor(), id, r.Number(), phoneOnFile); err == nil {
			t.Fatal("a cancelled re-issue goes on")
		}
		if _, err := r.Finish(t.Context()); err == nil {
			t.Fatal("a cancelled re-issue finishes")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.Upkeep(ctx); err != nil {
			t.Fatal("control: the person goes on as before:", err)
		}
	})
}

// An answer that is lost on the way, and a password that is refused, cost the
// person nothing: the same device begins again.
func TestReissueBegunTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		h.Staffed("arc")
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		ok(t, p.Upkeep(t.Context()))
		letter, err := h.Registrar.StartReissue(t.Context(), h.Registrar.Factor(), p.ID, 2, "in person, passport")
		ok(t, err)
		next := p.NewDevice()
		if _, err := client.BeginReissue(t.Context(), next.Config(), letter, "short"); !client.IsCode(err, wire.CodePassword) {
			t.Fatal("a weak password:", err)
		}
		r, err := client.BeginReissue(t.Context(), next.Config(), letter, "another made-up pass phrase")
		ok(t, err)
		before := r.OTPAuth()
		r, err = client.OpenReissue(next.Config())
		ok(t, err)
		ok(t, r.Offer(t.Context(), "another made-up pass phrase"))
		if r.OTPAuth() == before {
			t.Fatal("the second offer made no new app")
		}
		next.SetApp(r.OTPAuth())
		if st, err := r.State(t.Context(), next.FreshCode()); err != nil || !st.Confirmed {
			t.Fatal("the app of the second offer:", st, err)
		}
		other := p.NewDevice()
		if _, err := client.BeginReissue(t.Context(), other.Config(), letter, "another made-up pass phrase"); !client.IsCode(err, wire.CodeState) {
			t.Fatal("a second device under one letter:", err)
		}
	})
}
