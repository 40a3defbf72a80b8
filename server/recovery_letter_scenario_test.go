package server_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/vault"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// letters is how many letters of recovery codes the service keeps of somebody.
func letters(t *testing.T, h *arctest.House, who wire.ID) (n int) {
	t.Helper()
	st := h.Server.Store()
	ok(t, st.View(t.Context(), func(tx *table.Tx) error {
		has, err := st.Letters.Has(tx, store.ID(who))
		if has {
			n++
		}
		return err
	}))
	return n
}

// A recovery code on paper is enough to come back: it says which agency to
// believe and whose it is. A replaced code and a used one find nothing, as does
// one that never was.
func TestRecoveryLetter(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		h.Staffed("arc")
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		thread := history(t, h, p)
		find := func(paper string) (client.Letter, error) {
			return client.FindRecoveryLetter(t.Context(), stranger(h), arctest.URL, paper)
		}
		l, err := find(" " + strings.ToLower(p.Paper))
		if err != nil || l.Agency != h.Agency.Agency || l.Root != h.Agency.Root || l.Name != "nora" {
			t.Fatal(l, err)
		}
		_, err = find(vault.NewRecoveryCode().Text())
		refused(t, err, wire.CodeRecovery)
		if _, err := find(p.Paper[:30]); !errors.Is(err, vault.ErrCodeLength) {
			t.Error("a code that is cut:", err)
		}

		second, err := p.ReplaceRecovery(t.Context(), p.Factor())
		ok(t, err)
		_, err = find(p.Paper)
		refused(t, err, wire.CodeRecovery)
		if l, err = find(second); err != nil || l.Name != "nora" {
			t.Fatal("the new code's letter:", l, err)
		}

		lost := p.NewDevice()
		r, err := client.Recover(t.Context(), lost.Config(), l, second, arctest.Password, p.FreshCode())
		ok(t, err)
		lost.Client = r.Client
		lost.SignIn()
		reads(t, lost, thread)
		_, err = find(second)
		refused(t, err, wire.CodeRecovery)
		if l, err = find(r.Recovery); err != nil || l.Name != "nora" {
			t.Fatal("the letter of the code that recovery made:", l, err)
		}
		if n := letters(t, h, p.ID); n != 1 {
			t.Error("letters of one account:", n)
		}
	})
}

// A letter that the service makes up is an alarm: it does not know the code. The
// control is the same letter under the code itself, which is believed, so the MAC
// alone tells the two apart.
func TestT39_RecoveryLetterMadeUp(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		mine, err := vault.ParseRecoveryCode(p.Paper)
		ok(t, err)
		said := envelope.Letter{Agency: envelope.ID{9}, Root: rootOf(t, h), Name: "nora"}.Encode()
		locator := mine.Locator()
		put := func(mac [32]byte) {
			t.Helper()
			st := h.Server.Store()
			ok(t, st.Update(t.Context(), func(tx *table.Tx) error {
				return st.Letters.Put(tx, store.ID(p.ID), store.RecoveryLetter{Locator: sha256.Sum256(locator[:]), Letter: said, MAC: mac})
			}, kv.Own(store.PartAccount(store.ID(p.ID)))))
		}
		put(vault.NewRecoveryCode().MAC(said))
		if _, err := client.FindRecoveryLetter(t.Context(), stranger(h), arctest.URL, p.Paper); !errors.Is(err, client.ErrAlarm) {
			t.Error("a letter under another code:", err)
		}
		put(mine.MAC(said))
		if l, err := client.FindRecoveryLetter(t.Context(), stranger(h), arctest.URL, p.Paper); err != nil || l.Agency != (envelope.ID{9}) {
			t.Error("control:", l, err)
		}
	})
}

// What a device may leave: the letter of its own person and agency, beside the
// statement that binds the code, and nowhere else.
func TestRecoveryLetterRefused(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		letter := letterFor(t, h, "ann")
		try := func(change func(*wire.Enroll)) error {
			_, in, err := client.Prepare(stranger(h), letter, mustAbout(t, h), arctest.Password)
			ok(t, err)
			change(&in)
			_, err = h.Server.Door().Enroll(t.Context(), in, "")
			return err
		}
		said := func(agency envelope.ID, name string) []byte {
			return envelope.Letter{Agency: agency, Root: [32]byte{1}, Name: name}.Encode()
		}
		for what, b := range map[string][]byte{"none": nil, "another agency's": said(envelope.ID{9}, "ann"), "another person's": said(h.Agency.Agency, "bob"),
			"long": append(said(h.Agency.Agency, "ann"), make([]byte, 4096)...)} {
			if err := try(func(in *wire.Enroll) { in.Recovery.Letter = b }); wire.CodeOf(err) != wire.CodeMalformed {
				t.Errorf("%s: %v", what, err)
			}
		}
		ok(t, try(func(*wire.Enroll) {})) // the control
	})
}

// Whoever asks for letters that are not there rests like any stranger.
func TestRecoveryLetterGuessed(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		ask := func() (wire.Code, error) {
			_, err := client.FindRecoveryLetter(t.Context(), stranger(h), arctest.URL, vault.NewRecoveryCode().Text())
			var e *client.Error
			if !errors.As(err, &e) {
				return "", err
			}
			return e.Code, nil
		}
		rested := false
		for range 500 {
			code, err := ask()
			ok(t, err)
			if rested = code == wire.CodeRate; rested {
				break
			}
		}
		if !rested {
			t.Fatal("five hundred guesses, and none was refused")
		}
		time.Sleep(time.Hour)
		if _, err := client.FindRecoveryLetter(t.Context(), stranger(h), arctest.URL, p.Paper); err != nil {
			t.Error("control: after the rest:", err)
		}
	})
}

func rootOf(t *testing.T, h *arctest.House) [32]byte {
	t.Helper()
	root, err := key.ParseVerify(h.Agency.Root)
	ok(t, err)
	return [32]byte(root.Bytes())
}

// secondPostFails loses the second statement that a device posts.
type secondPostFails struct {
	http.RoundTripper
	posts int
}

func (f *secondPostFails) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/v1/links" {
		if f.posts++; f.posts == 2 {
			return nil, errors.New("the network is gone")
		}
	}
	return f.RoundTripper.RoundTrip(r)
}

// A device that is stopped between a new officers' pair and the account key that
// must follow it makes the key later: what the officers before could open ends.
func TestUpkeepGoesOn(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		ok(t, p.Upkeep(t.Context()))
		generation := func() uint32 {
			a, err := replayed(t, h).Book().Account(envelope.ID(p.ID))
			ok(t, err)
			g, _ := a.Generation(^uint64(0))
			return g.Gen
		}
		before := generation()
		_, err := h.Second.ReplaceRecovery(t.Context(), h.Second.Factor()) // an officer has other keys now
		ok(t, err)
		real := p.HTTP.Transport
		p.HTTP.Transport = &secondPostFails{RoundTripper: real}
		if err := p.Upkeep(t.Context()); !errors.Is(err, client.ErrOffline) {
			t.Fatal("the second statement is lost:", err)
		}
		p.HTTP.Transport = real
		if g := generation(); g != before { // the control
			t.Fatal("a new key was made:", before, g)
		}
		ok(t, p.Upkeep(t.Context()))
		if g := generation(); g != before+1 {
			t.Errorf("the account's key after the pair was replaced: %d, before %d", g, before)
		}
		ok(t, p.Upkeep(t.Context()))
		if g := generation(); g != before+1 {
			t.Error("upkeep does it again and again")
		}
	})
}

// firstOnly sends the first statement of a recovery and forgets the others.
type firstOnly struct{ http.RoundTripper }

func (f firstOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/v1/recovery/finish" {
		b, err := io.ReadAll(r.Body)
		var in wire.FinishRecovery
		if err = errors.Join(err, wire.DecodeBytes(b, &in)); err != nil {
			return nil, err
		}
		in.Links = in.Links[:1]
		b = wire.EncodeBody(in)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	}
	return f.RoundTripper.RoundTrip(r)
}

// A code that has added a device is worth nothing, and its letter is gone, even
// where nothing came after to replace it. The device that came in replaces it.
func TestRecoveryLetterSpent(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		lost := p.NewDevice()
		lost.HTTP.Transport = firstOnly{lost.HTTP.Transport}
		l, err := client.FindRecoveryLetter(t.Context(), lost.Config(), arctest.URL, p.Paper)
		ok(t, err)
		r, err := client.Recover(t.Context(), lost.Config(), l, p.Paper, arctest.Password, p.FreshCode())
		ok(t, err)
		for _, paper := range []string{p.Paper, r.Recovery} {
			_, err = client.FindRecoveryLetter(t.Context(), stranger(h), arctest.URL, paper)
			refused(t, err, wire.CodeRecovery)
		}
		lost.Client = r.Client
		lost.SignIn()
		next, err := lost.ReplaceRecovery(t.Context(), lost.Factor())
		ok(t, err)
		if _, err := client.FindRecoveryLetter(t.Context(), stranger(h), arctest.URL, next); err != nil {
			t.Error("the code that replaced it:", err)
		}
	})
}
