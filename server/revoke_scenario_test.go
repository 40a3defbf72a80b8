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
	if err := h.Registrar.PostLink(t.Context(), s, nil, cred); err != nil {
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
		run, err := ann.SealRun(t.Context(), id, []client.Content{text("too late")})
		if err != nil {
			t.Fatal(err)
		}
		since := now()
		c := credentialOf(t, h, ann)
		agencyLink(t, h, envelope.AgencyCredentialRevoke, envelope.EncodeCredentialRevoke(c.Serial), nil)
		must(t)(staff[0].Ack(t.Context(), id, 2))
		shut(t, "credential taken back", since, sent, closed)
		if len(other()) == 0 {
			t.Error("the control was not served: the test does not bite")
		}
		r := rawOf(t, ann)
		for _, req := range [][2]string{{"POST", "/v1/ticket"}, {"GET", "/v1/lines"}, {"GET", "/v1/files/" + id.String() + "/" + id.String()}} {
			if a := r.do(t, req[0], req[1], nil, nil); a.code != wire.CodeSignIn {
				t.Errorf("%s: %d %s", req[1], a.status, a.code)
			}
		}
		if err := ann.SignIn2(t); err == nil {
			t.Error("somebody whose credential was taken back signed in")
		}
		_ = run
	})
}
