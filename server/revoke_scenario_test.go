package server_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// watch opens a socket that follows a thread and a list, and returns what it is
// sent from now on, and the fake time at which it was closed.
func watch(t *testing.T, p *arctest.Person, id wire.ID) (sent func() []wire.ServerFrame, closed <-chan time.Time) {
	t.Helper()
	l := rawOf(t, p).dial(t)
	if _, ok := l.ask(wire.Sync{RID: 1, Thread: id, Live: true}).(wire.Synced); !ok {
		t.Fatalf("%s is not served at the start", p.Name)
	}
	var frames []wire.ServerFrame
	at := make(chan time.Time, 1)
	go func() {
		for {
			f, err := l.next()
			if err != nil {
				at <- now()
				return
			}
			frames = append(frames, f)
		}
	}()
	return func() []wire.ServerFrame { synctest.Wait(); return frames }, at
}

// shut demands that a socket was closed within 2 s, and had nothing meanwhile.
func shut(t *testing.T, what string, since time.Time, sent func() []wire.ServerFrame, closed <-chan time.Time) {
	t.Helper()
	select {
	case at := <-closed:
		if d := at.Sub(since); d > 2*time.Second {
			t.Errorf("%s: the socket was closed after %v", what, d)
		}
	case <-time.After(time.Minute):
		t.Errorf("%s: the socket stays open", what)
	}
	for _, f := range sent() {
		t.Errorf("%s: served after it: %T", what, f)
	}
}

func issuerKey(t *testing.T, h *arctest.House) *key.Signing {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(h.Dir, "agency", "issuer.key"))
	if err != nil {
		t.Fatal(err)
	}
	k, err := key.ParseSigning(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// credentialOf reads a person's newest credential from the store.
func credentialOf(t *testing.T, h *arctest.House, p *arctest.Person) (out envelope.Credential) {
	t.Helper()
	st := h.Server.Store()
	err := st.View(t.Context(), func(tx *table.Tx) error {
		_, err := st.Credentials.Scan(tx, store.PartAccount(store.ID(p.ID)), table.Range{}, func(_ store.CredentialKey, c store.Credential) (bool, error) {
			d, err := envelope.DecodeCredential(c.Credential)
			if d.NotAfter > out.NotAfter {
				out = d
			}
			return true, err
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// agencyLink signs a statement of the issuer at the end of the agency's chain.
func agencyLink(t *testing.T, h *arctest.House, typ envelope.LinkType, body []byte, cred *wire.Credential) {
	t.Helper()
	state, err := h.Registrar.Agency(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := seal.AgencyLink(typ, h.Agency.Agency, state.Seq, state.Hash, uint64(now().UnixMilli()), h.Agency.Issuer, issuerKey(t, h), body)
	if err := h.Registrar.PostLink(t.Context(), s, nil, cred, nil); err != nil {
		t.Fatal(err)
	}
}

// recertify gives a person a new credential, until a time.
func recertify(t *testing.T, h *arctest.House, p *arctest.Person, until time.Time) {
	t.Helper()
	c := credentialOf(t, h, p)
	c.Serial, c.NotAfter = envelope.ID(uuid.New()), uint64(until.UnixMilli())
	b := c.Encode()
	signed := wire.Credential{Credential: b, Sig: issuerKey(t, h).Sign(key.SigCredential, b)}
	body := envelope.CredentialLinkBody{Serial: c.Serial, Account: c.Account, Digest: envelope.CredentialDigest(signed.Credential, signed.Sig)}
	agencyLink(t, h, envelope.AgencyCredential, body.Encode(), &signed)
}

// Certified an hour ago and suspended now: neither sends nor receives. The
// control is the other party's socket, which is served to the end.
func TestRevokeCredential(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		sent, closed := watch(t, ann, id)
		other, _ := watch(t, staff[0], id)
		since := now()
		c := credentialOf(t, h, ann)
		agencyLink(t, h, envelope.AgencyCredentialRevoke, envelope.EncodeCredentialRevoke(c.Serial), nil)
		must(t)(staff[0].Ack(t.Context(), id, 2))
		shut(t, "credential taken back", since, sent, closed)
		if len(other()) == 0 {
			t.Error("the control was not served: the test does not bite")
		}
		outside(t, rawOf(t, ann), id, wire.CodeSignIn)
		if err := ann.Client.SignIn(t.Context(), arctest.Password, ann.FreshCode()); !client.IsCode(err, wire.CodeSignIn) {
			t.Error("somebody whose credential was taken back signs in:", err)
		}
	})
}

// outside demands that everything a session could still ask for is refused.
func outside(t *testing.T, r *raw, id wire.ID, want wire.Code) {
	t.Helper()
	file := "/v1/files/" + id.String() + "/" + id.String()
	for _, req := range [][2]string{{"POST", "/v1/ticket"}, {"GET", "/v1/lines"}, {"GET", file}, {"PUT", file}, {"POST", "/v1/directory"}, {"POST", "/v1/links"}} {
		if a := r.do(t, req[0], req[1], nil, nil); a.code != want {
			t.Errorf("%s %s: %d %s", req[0], req[1], a.status, a.code)
		}
	}
}

// accountOf replays a person's chain from the store.
func accountOf(t *testing.T, h *arctest.House, p *arctest.Person) *chain.Account {
	t.Helper()
	a, st := chain.NewAccount(envelope.ID(p.ID)), h.Server.Store()
	err := st.View(t.Context(), func(tx *table.Tx) error {
		_, err := st.Links.Scan(tx, store.PartChain(store.ID(p.ID)), table.Range{}, func(_ store.LinkKey, l store.Link) (more bool, err error) {
			a, err = a.Apply(envelope.SignedLink{Link: l.Link, Sig: l.Sig, Countersig: l.Countersig}, l.Leaf)
			return true, err
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A device is taken out of an account by another of its devices.
func TestRevokeDevice(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		run, err := ann.SealRun(t.Context(), id, []client.Content{text("control"), text("too late")})
		if err != nil {
			t.Fatal(err)
		}
		var kept struct{ Account map[uint32][32]byte }
		b, err := ann.Vault.Load("secrets")
		if err != nil || json.Unmarshal(b, &kept) != nil {
			t.Fatal(err)
		}
		cur, fresh := seal.SecretFrom(kept.Account[1]), seal.NewDevice(envelope.ID(uuid.New()))
		at := seal.LinkAt{Agency: h.Agency.Agency, Time: uint64(now().UnixMilli())}
		r := rawOf(t, ann)
		added, boxes, err := seal.DeviceAdd(accountOf(t, h, ann), at, r.maker, cur, fresh)
		if err != nil {
			t.Fatal(err)
		}
		post := func(s envelope.SignedLink, boxes []seal.Box) {
			t.Helper()
			in := wire.AppendLink{Link: wire.Link{Link: s.Link, Sig: s.Sig, Countersig: s.Countersig}}
			for _, b := range boxes {
				in.Boxes = append(in.Boxes, wire.Box{Kind: wire.BoxKind(b.Kind), ID: wire.ID(b.ID), Gen: b.Gen, Sealed: b.Sealed})
			}
			body := wire.EncodeBody(wire.AppendLinks{Links: []wire.AppendLink{in}})
			if a := r.do(t, "POST", "/v1/links", body, nil); a.code != wire.CodeStepUp { // the control
				t.Fatal("a change of devices without a second factor:", a.status, a.code)
			}
			if a := r.do(t, "POST", "/v1/links", body, r.factor(t, "POST /v1/links", body)); a.status != 200 {
				t.Fatal(a.status, a.code)
			}
		}
		post(added, boxes)
		if code := r.dial(t).code(run[0]); code != "" { // the control: adding a device ends nothing
			t.Fatal("before it is revoked:", code)
		}
		sent, closed := watch(t, ann, id)
		revoked, _, boxes, err := seal.DeviceRevoke(accountOf(t, h, ann), at, seal.Maker{Acct: r.maker.Acct, Dev: fresh.ID, Sign: fresh.Sign}, cur, []envelope.ID{r.maker.Dev})
		if err != nil {
			t.Fatal(err)
		}
		post(revoked, boxes)
		since := now() // nothing else has moved the clock since the answer
		must(t)(staff[0].Send(t.Context(), id, text("not for the stolen device")))
		shut(t, "device revoked", since, sent, closed)
		outside(t, r, id, wire.CodeDevice)
	})
}

// Signing out ends the session's sockets, also those of other programs.
func TestRevokeSignedOut(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		r := rawOf(t, ann)
		sent, closed := watch(t, ann, id)
		since := now()
		if err := ann.SignOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		must(t)(staff[0].Send(t.Context(), id, text("later")))
		shut(t, "signed out", since, sent, closed)
		outside(t, r, id, wire.CodeSignIn)
		ann.SignIn()
		if got := texts(t, sync(t, ann, id)); !slices.Equal(got, []string{"first", "later"}) { // the control
			t.Errorf("%q", got)
		}
	})
}

// A certification that has run out by its date makes the person read-only, on
// the socket that was open before as well.
func TestRevokeByDate(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		recertify(t, h, ann, now().Add(3*time.Minute))
		run, err := ann.SealRun(t.Context(), id, []client.Content{text("in time"), text("too late")})
		if err != nil {
			t.Fatal(err)
		}
		r := rawOf(t, ann)
		l := r.dial(t)
		if code := l.code(run[0]); code != "" { // the control
			t.Fatal("before it runs out:", code)
		}
		must(t)(staff[0].Send(t.Context(), id, text("before the end")))
		for range 4 {
			time.Sleep(time.Minute)
			l.ask(wire.Ping{RID: 1})
		}
		before := length(t, l, id)
		if code := l.code(run[1]); code != wire.CodeNotCertified {
			t.Error("written after the end:", code)
		}
		if a := r.do(t, "PUT", "/v1/files/"+id.String()+"/"+id.String(), []byte("x"), nil); a.code != wire.CodeNotCertified {
			t.Error("a file after the end:", a.code)
		}
		if _, err := ann.OpenThread(t.Context(), h.Line("arc"), text("another")); !client.IsCode(err, wire.CodeNotCertified) {
			t.Error("opened after the end:", err)
		}
		if length(t, l, id) != before {
			t.Error("the thread grew")
		}
		if got := texts(t, sync(t, ann, id)); !slices.Equal(got, []string{"first", "in time", "before the end"}) {
			t.Errorf("what may still be read: %q", got)
		}
		// Nothing is said to somebody whose certification has ended.
		if _, err := staff[0].Send(t.Context(), id, text("to nobody")); !client.IsCode(err, wire.CodeNotCertified) {
			t.Error("written to somebody who is not certified:", err)
		}
	})
}

// Who is taken off a line is not served what waits on it, and its key changes.
// Whoever stays is the control.
func TestRevokeMember(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id, arc := open(t, h, ann, "arc", "first"), h.Line("arc")
		eva, sam := staff[1], staff[0]
		look := func() {
			t.Helper()
			for _, p := range []*arctest.Person{sam, eva} {
				if _, err := p.Lines(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		look()
		sent, _ := watch(t, eva, id)
		if err := lead.RemoveMember(t.Context(), lead.Factor(), arc, eva.ID); err != nil {
			t.Fatal(err)
		}
		must(t)(ann.Send(t.Context(), id, text("after")))
		for _, f := range sent() {
			if e, ok := f.(wire.Entries); ok {
				t.Errorf("%d entries went to somebody who was taken off", len(e.Entries))
			}
		}
		_, err := eva.Sync(t.Context(), id)
		refused(t, err, wire.CodeNotFound)
		_, err = eva.Threads(t.Context(), &arc)
		refused(t, err, wire.CodeNotFound)
		if n := len(lineKeys(t, sam, arc)); n != 1 {
			t.Fatalf("before looking, sam has %d generations", n)
		}
		look()
		if with, without := lineKeys(t, sam, arc), lineKeys(t, eva, arc); len(with) != 2 || len(without) != 1 {
			t.Errorf("sam has generations %v of the line's key, eva %v", with, without)
		}
		if got := texts(t, sync(t, sam, id)); !slices.Equal(got, []string{"first", "after"}) {
			t.Errorf("who stays reads %q", got)
		}
	})
}

// lineKeys lists the generations of a line's key that a device holds.
func lineKeys(t *testing.T, p *arctest.Person, id wire.ID) (gens []uint32) {
	t.Helper()
	var kept struct {
		Line map[string]map[uint32][32]byte
	}
	b, err := p.Vault.Load("secrets")
	if err != nil || json.Unmarshal(b, &kept) != nil {
		t.Fatal(err)
	}
	for g := range kept.Line[id.String()] {
		gens = append(gens, g)
	}
	slices.Sort(gens)
	return gens
}

// A claim takes the thread from the rest of the line, a transfer from who had
// it; the parties are the controls.
func TestRevokeByClaimAndTransfer(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id, sam, eva := open(t, h, ann, "arc", "first"), staff[0], staff[1]
		watching, _ := watch(t, eva, id)
		must(t)(sam.Claim(t.Context(), id))
		must(t)(ann.Send(t.Context(), id, text("for sam")))
		onlyGone(t, "the line after a claim", watching())
		_, err := eva.Sync(t.Context(), id)
		refused(t, err, wire.CodeNotFound)
		watching, _ = watch(t, sam, id)
		must(t)(sam.Offer(t.Context(), id, eva.ID))
		must(t)(sam.Transfer(t.Context(), id, eva.ID))
		must(t)(eva.Send(t.Context(), id, text("from eva")))
		var after []wire.ServerFrame
		for _, f := range watching() { // what it was sent while it was still a party: the offer
			if e, ok := f.(wire.Entries); !ok || e.Entries[len(e.Entries)-1].Index > 4 {
				after = append(after, f)
			}
		}
		onlyGone(t, "the former claimer", after)
		_, err = sam.Sync(t.Context(), id)
		refused(t, err, wire.CodeNotFound)
		mine, err := sam.Threads(t.Context(), nil)
		if err != nil || len(mine) != 0 {
			t.Error("the former claimer still lists it", err)
		}
		want := []string{"first", "for sam", "from eva"}
		for _, p := range []*arctest.Person{ann, eva} {
			if got := texts(t, sync(t, p, id)); !slices.Equal(got, want) {
				t.Errorf("%s reads %q", p.Name, got)
			}
		}
	})
}

// onlyGone demands that a socket was told once that a thread is no longer
// there, and got nothing of it.
func onlyGone(t *testing.T, who string, frames []wire.ServerFrame) {
	t.Helper()
	if len(frames) != 1 {
		t.Errorf("%s was sent %d frames", who, len(frames))
	}
	for _, f := range frames {
		if e, ok := f.(wire.Failed); !ok || e.Code != wire.CodeNotFound {
			t.Errorf("%s was sent %T %+v", who, f, f)
		}
	}
}
