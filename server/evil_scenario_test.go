package server_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// to takes a person to another service with the same keys, on the same device.
func to(p *arctest.Person, h *arctest.House) *arctest.Person {
	moved := &arctest.Person{H: p.H, Name: p.Name, ID: p.ID, Vault: p.Vault, Secret: p.Secret, App: p.App, HTTP: h.Client()}
	moved.Client = p.Client
	moved.Reopen()
	p.H.T.Cleanup(func() { moved.Close(); moved.HTTP.CloseIdleConnections() })
	return moved
}

// T04: one service keeps two logs under the same keys, one for Ann and one for
// Sam. Without a witness each looks right until one word passes between them.
func TestT04_ForkedService(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		sam := staff[0]
		other := h.Fork()
		// Control: as long as nothing passes between them, Sam notices nothing.
		samThere := to(sam, other)
		must(t)(samThere.Send(t.Context(), id, text("there is only one log")))
		h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc") // only in Ann's log
		for range 30 {                                            // only in Sam's
			if err := other.Server.Door().Publish(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := ann.Safety(t.Context(), sam.ID); err != nil { // Ann sees her log's newest state
			t.Fatal(err)
		}
		// Ann's next entry names the log that she sees. The service brings it over.
		// (Its place is the one after Sam's, which Ann has not read; so it is signed here.)
		annThere, r := to(ann, other), rawOf(t, ann)
		_, err := annThere.Send(t.Context(), id, text("secret")) // she herself is not led over
		alarmed(t, "another log than the one that was pinned", err)
		f, hd := good(t, samThere, id)
		hd.Acct, hd.Dev = r.maker.Acct, r.maker.Dev
		hd.KTSize, hd.KTRoot = ann.View()
		relay(t, dialWith(t, annThere.HTTP, ticket(t, annThere)), signed(r, f, hd), samThere, id)
	})
}

func ticket(t *testing.T, p *arctest.Person) string {
	t.Helper()
	k, err := p.Ticket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// relay brings an entry made under one log to the other and demands that its
// reader sees two logs, and sends nothing.
func relay(t *testing.T, l *line, f wire.Append, reader *arctest.Person, id wire.ID) {
	t.Helper()
	if code := l.code(f); code != "" {
		t.Fatal("the evil service itself refuses:", code)
	}
	before := length(t, l, id)
	_, err := reader.Send(t.Context(), id, text("secret"))
	alarmed(t, "an answer to somebody who sees another log", err)
	if !errors.Is(err, keylog.ErrFork) {
		t.Error(err)
	}
	if n := length(t, l, id); n != before {
		t.Error("something was sent all the same")
	}
}

// With a witness the second log never gets its signature: Sam is stopped before
// he has read a word of it.
func TestT04_ForkMeetsAWitness(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		w := h.Witness("witness.test", true)
		watched(t, h, 1, w)
		other := h.Fork()
		h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc")
		must(t)(ann.Send(t.Context(), id, text("under the witnessed log"))) // control
		sam := to(staff[0], other)
		time.Sleep(20 * time.Minute)
		if n, failures := other.Server.Door().Waiting(); n == 0 || failures == 0 {
			t.Error("the witness has signed both logs")
		}
		time.Sleep(25 * time.Hour)
		err := sam.Client.SignIn(t.Context(), arctest.Password, sam.FreshCode())
		alarmed(t, "a log that no witness signs any more", err)
		if !errors.Is(err, keylog.ErrStale) {
			t.Error(err)
		}
	})
}

// T05: the service hides a revocation by serving the directory of before. Who
// has seen more is not led back; who has not is stopped when it is a day old.
func TestT05_HiddenRevocation(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		old := h.Fork() // and nothing happens there
		revoke(t, h, staff[1])
		must(t)(ann.Send(t.Context(), id, text("under the log with the revocation"))) // control; it also pins
		there := to(ann, old)
		e := under(there, "/v1/directory")
		e.ask = func(b []byte) []byte { // it answers what it has, whatever it is asked
			var q wire.DirectoryQuery
			if err := wire.DecodeBytes(b, &q); err != nil {
				t.Error(err)
			}
			q.Size = 0
			return wire.EncodeBody(q)
		}
		_, err := there.Send(t.Context(), id, text("secret"))
		alarmed(t, "the directory of before", err)
		if !errors.Is(err, keylog.ErrRollback) && !errors.Is(err, keylog.ErrFork) {
			t.Error(err)
		}
	})
}

// T03, T02: links that are changed on their way: another key, a device more. A
// device that the account's own chain does not have fits no proof.
func TestT03_ServedChains(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		e := under(ann, "/v1/directory")
		rotate(t, staff[0]) // there is something new to be served
		l := rawOf(t, staff[0]).dial(t)
		for why, edit := range map[string]func(*wire.DirectoryAnswer){
			"a key is swapped":  links(func(l *wire.Logged) { l.Link.Link = flipKey(l.Link.Link) }),
			"another signature": links(func(l *wire.Logged) { l.Link.Sig[0] ^= 1 }),
			"a statement is hidden": func(a *wire.DirectoryAnswer) {
				for i := range a.Chains {
					a.Chains[i].Links = nil
				}
			},
			"a statement more": func(a *wire.DirectoryAnswer) {
				for i, c := range a.Chains {
					if len(c.Links) > 0 {
						a.Chains[i].Links = append(c.Links, c.Links[len(c.Links)-1])
					}
				}
			},
			"absent": func(a *wire.DirectoryAnswer) {
				for i := range a.Chains {
					a.Chains[i].Lookup = wire.Lookup{}
				}
			},
		} {
			before := length(t, l, id)
			e.change = directoryEdit(t, edit)
			_, err := ann.Send(t.Context(), id, text("secret"))
			alarmed(t, why, err)
			if n := length(t, l, id); n != before {
				t.Errorf("%s: something was sent all the same", why)
			}
		}
		e.change = nil // control
		must(t)(ann.Send(t.Context(), id, text("under an honest service")))
	})
}

func links(edit func(*wire.Logged)) func(*wire.DirectoryAnswer) {
	return func(a *wire.DirectoryAnswer) {
		for i := range a.Chains {
			for j := range a.Chains[i].Links {
				edit(&a.Chains[i].Links[j])
			}
		}
	}
}

// flipKey changes a byte in the middle of a statement, where its keys are.
func flipKey(b []byte) []byte {
	out := slices.Clone(b)
	out[len(out)/2] ^= 1
	return out
}

// T02, the part that no proof shows: somebody with a copy of a device's keys
// makes a valid statement. The person is asked, and nothing is sealed before.
func TestT02_WasThisYou(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		rotate(t, ann) // control: what this device does is known to it
		must(t)(ann.Send(t.Context(), id, text("my own doing")))
		if a, err := ann.Alarms(); err != nil || len(a) != 0 {
			t.Fatal(a, err)
		}

		thief := &arctest.Person{H: h, Name: "ann", Vault: copyOf(t, ann.Vault), Secret: ann.Secret, App: ann.App, HTTP: h.Client(), ID: ann.ID}
		thief.Client = opened(t, thief)
		defer thief.HTTP.CloseIdleConnections()
		rotate(t, thief)
		before := length(t, rawOf(t, staff[0]).dial(t), id)
		_, err := ann.Send(t.Context(), id, text("secret"))
		if !errors.Is(err, client.ErrWasThisYou) {
			t.Fatal("a statement that was made elsewhere:", err)
		}
		if n := length(t, rawOf(t, staff[0]).dial(t), id); n != before {
			t.Error("something was sent all the same")
		}
		ann.Reopen()
		alarms, err := ann.Alarms()
		if err != nil || len(alarms) != 1 || !strings.Contains(alarms[0].What, "account") {
			t.Fatalf("%+v %v", alarms, err)
		}
		if err := ann.Flush(t.Context()); !errors.Is(err, client.ErrWasThisYou) {
			t.Error("it was forgotten at a restart:", err)
		}
		rotate(t, ann) // what to do about it is never stopped
		if err := ann.ConfirmOwn(alarms...); err != nil {
			t.Fatal(err)
		}
		if err := ann.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		th := sync(t, staff[0], id)
		if got := texts(t, th); got[len(got)-1] != "secret" {
			t.Error(got)
		}
	})
}

// T23: nobody is told that a specialist's keys have changed. The lead's client
// finds out by itself at its next start, and makes the line's key anew.
func TestT23_SuppressedNotices(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		stale := func() bool {
			a := replayed(t, h)
			x, err := a.Book().Line(envelope.ID(h.Line("arc")))
			if err != nil {
				t.Fatal(err)
			}
			s, err := x.Stale(a.Size(), envelope.PurposeLine, a.Book())
			if err != nil && !errors.Is(err, chain.ErrUnknown) {
				t.Fatal(err)
			}
			return s
		}
		if stale() {
			t.Fatal("stale at the start")
		}
		rotate(t, staff[0]) // and whoever is to be told of it is not there: there are no sockets
		if !stale() {
			t.Fatal("a changed account leaves the line's key good")
		}
		lead.Reopen()
		if !stale() { // control: nothing but the lead's own look mends it
			t.Error("it mended itself")
		}
		if err := lead.AuditBoxes(t.Context()); err != nil {
			t.Fatal(err)
		}
		if stale() {
			t.Error("the box audit has not made a new key")
		}
	})
}

// T38: the service's clock lies. Its times are shown; what is fresh is judged by
// the device's own clock and, with witnesses, by theirs.
func TestT38_TimeLies(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		w := h.Witness("witness.test", false)
		watched(t, h, 1, w)
		must(t)(ann.Send(t.Context(), id, text("of now"))) // control
		lie := 30 * time.Minute
		h.Skew.Store(int64(lie))
		h.Restart()
		time.Sleep(20 * time.Second) // its first act is a directory of the future
		if n, failures := h.Server.Door().Waiting(); n == 0 || failures == 0 {
			t.Error("the witness has signed a log whose clock is ahead of its own")
		}
		h.Skew.Store(0)
		h.Restart()
		time.Sleep(lie + time.Minute) // until what was written is of the past
		if n, _ := h.Server.Door().Waiting(); n != 0 {
			t.Error("the witness does not come back to an honest clock")
		}
		ann.SignIn()
		must(t)(ann.Send(t.Context(), id, text("of now again")))
	})
}

// rotate makes a new account key with a device's own keys, as its person's
// program would.
func rotate(t *testing.T, p *arctest.Person) {
	t.Helper()
	a, err := replayed(t, p.H).Book().Account(envelope.ID(p.ID))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Safety(t.Context(), p.ID); err != nil { // the newest of the own keys are on the device
		t.Fatal(err)
	}
	var kept struct{ Account map[uint32][32]byte }
	b, err := p.Vault.Load("secrets")
	if err = errors.Join(err, json.Unmarshal(b, &kept)); err != nil {
		t.Fatal(err)
	}
	g, _ := a.Generation(^uint64(0))
	at := seal.LinkAt{Agency: p.H.Agency.Agency, Time: uint64(now().UnixMilli())}
	s, _, boxes, err := seal.AccountRotate(a, at, rawOf(t, p).maker, seal.SecretFrom(kept.Account[g.Gen]))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.PostLink(t.Context(), s, boxes, nil, nil); err != nil {
		t.Fatal(err)
	}
}

// copyOf is what somebody has who copied a device's folder.
func copyOf(t *testing.T, v client.Vault) client.Vault {
	t.Helper()
	out := client.NewMemVault()
	names, err := v.List("")
	for _, n := range names {
		b, lerr := v.Load(n)
		err = errors.Join(err, lerr, out.Save(n, b))
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func opened(t *testing.T, p *arctest.Person) *client.Client {
	t.Helper()
	c, err := client.Open(client.Config{Vault: p.Vault, HTTP: p.HTTP})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// revoke takes a person's credential back.
func revoke(t *testing.T, h *arctest.House, p *arctest.Person) {
	t.Helper()
	agencyLink(t, h, envelope.AgencyCredentialRevoke, envelope.EncodeCredentialRevoke(credentialOf(t, h, p).Serial), nil)
}
