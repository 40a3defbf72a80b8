package server_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"arcline/client"
	"arcline/client/agency"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// letterFor invites a navigator.
func letterFor(t *testing.T, h *arctest.House, name string) client.Letter {
	t.Helper()
	return h.Letter(name, wire.RoleNavigator, "Made-Up "+name, "arc")
}

func stranger(h *arctest.House) client.Config {
	hc := h.Client()
	h.T.Cleanup(hc.CloseIdleConnections)
	return client.Config{Vault: client.NewMemVault(), HTTP: hc}
}

// confirm sets up the second factor from the otpauth address.
func confirm(t *testing.T, e *client.Enrolment, address string) (secret string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	secret = u.Query().Get("secret")
	code, err := totp.GenerateCode(secret, now())
	if err == nil {
		err = e.Confirm(t.Context(), code)
	}
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// The service knows the digest of a code's locator and, once somebody enrols,
// the locator. It could enrol a device of its own under it; only the holder of
// the letter can prove the code, and the registrar's tool demands that proof.
func TestInviteWithoutTheCode(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		cfg, letter := stranger(h), letterFor(t, h, "eve")
		code, err := vault.ParseInviteCode(letter.Code)
		if err != nil {
			t.Fatal(err)
		}
		about, err := client.About(t.Context(), cfg, letter.URL)
		if err != nil {
			t.Fatal(err)
		}
		letter.Code = vault.NewInviteCode().Text()
		e, in, err := client.Prepare(cfg, letter, about, arctest.Password)
		if err != nil {
			t.Fatal(err)
		}
		in.Locator = wire.Hash(code.Locator())
		r := rawOf(t, h.Registrar)
		a := r.do(t, "POST", "/v1/enroll", wire.EncodeBody(in), anonymous)
		var out wire.Enrolled
		if a.status != 200 || json.Unmarshal(a.body, &out) != nil {
			t.Fatal(a.status, a.code)
		}
		u, err := url.Parse(out.OTPAuth)
		if err != nil {
			t.Fatal(err)
		}
		six, err := totp.GenerateCode(u.Query().Get("secret"), now())
		if err != nil {
			t.Fatal(err)
		}
		if a := r.do(t, "POST", "/v1/enroll/confirm", wire.EncodeBody(wire.Confirm{Locator: in.Locator, Code: six}), anonymous); a.status >= 400 {
			t.Fatal(a.code)
		}
		if done, err := h.Agency.Approve(t.Context(), h.Registrar.Client); !errors.Is(err, agency.ErrProof) || len(done) != 0 {
			t.Errorf("certified %v: %v", done, err)
		}
		six, err = totp.GenerateCode(u.Query().Get("secret"), now().Add(30*time.Second))
		time.Sleep(30 * time.Second)
		if err != nil || !client.IsCode(e.SignIn(t.Context(), arctest.Password, six), wire.CodeNotCertified) {
			t.Error("somebody without a credential signs in")
		}
	})
}

// A letter works once. The first use, which certifies, is the control.
func TestInviteUsedTwice(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		letter := letterFor(t, h, "ann")
		e, err := client.Enroll(t.Context(), stranger(h), letter, arctest.Password)
		if err != nil {
			t.Fatal(err)
		}
		confirm(t, e, e.OTPAuth)
		_, err = client.Enroll(t.Context(), stranger(h), letter, arctest.Password)
		refused(t, err, wire.CodeInvitation)
		if done, err := h.Agency.Approve(t.Context(), h.Registrar.Client); err != nil || len(done) != 1 {
			t.Error(done, err)
		}
		_, err = client.Enroll(t.Context(), stranger(h), letter, arctest.Password)
		refused(t, err, wire.CodeInvitation)
	})
}

// register puts somebody into the roster and registers an invitation by hand.
func register(h *arctest.House, name string, code vault.InviteCode, life time.Duration) error {
	said := envelope.Letter{Agency: h.Agency.Agency, Name: name}.Encode()
	return h.Registrar.Invite(h.T.Context(), h.Registrar.Factor(), wire.Invite{Locator: client.LocatorDigest(code), Roster: "assister:A-" + name,
		Expires: now().Add(life).Unix(), Letter: said, MAC: code.MAC(said)})
}

// A letter works until its day. The one that is used in time is the control.
func TestInviteExpired(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		for name, wait := range map[string]time.Duration{"intime": time.Minute, "late": 8 * time.Minute} {
			h.Enlist(arctest.MadeUp(name, wire.RoleNavigator, "Made-Up "+name).String())
			letter := client.Letter{URL: arctest.URL, Agency: h.Agency.Agency, Root: h.Agency.Root, Name: name}
			code := vault.NewInviteCode()
			letter.Code = code.Text()
			if err := register(h, name, code, 5*time.Minute); err != nil {
				t.Fatal(err)
			}
			h.Approve(h.Second)
			time.Sleep(wait)
			cfg := stranger(h)
			_, err := client.Enroll(t.Context(), cfg, letter, arctest.Password)
			if name == "intime" && err != nil {
				t.Error(err)
			}
			if name == "late" {
				refused(t, err, wire.CodeInvitation)
				if _, err := client.Open(cfg); !errors.Is(err, client.ErrNotEnrolled) {
					t.Error("a refused enrolment leaves a device behind:", err)
				}
			}
		}
	})
}

// An invitation lives at most a week, is for somebody in the roster who has no
// account yet, and rests on a proofing record.
func TestInviteLimits(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		try := func(name string, life time.Duration) error { return register(h, name, vault.NewInviteCode(), life) }
		for _, name := range []string{"ann", "bob"} {
			h.Enlist(arctest.MadeUp(name, wire.RoleNavigator, "Made-Up "+name).String())
		}
		if err := try("ann", time.Hour); err != nil { // the control
			t.Error(err)
		}
		refused(t, try("bob", -time.Second), wire.CodeMalformed)
		refused(t, try("bob", 8*24*time.Hour), wire.CodeMalformed)
		refused(t, try("nobody", time.Hour), wire.CodeRoster)
		weak := arctest.MadeUp("weak", wire.RoleNavigator, "Weakly Proofed")
		weak["proofing_level"] = "1"
		h.Enlist(weak.String())
		refused(t, try("weak", time.Hour), wire.CodeRoster)
		gone := arctest.MadeUp("gone", wire.RoleNavigator, "Suspended Already")
		gone["state"] = "suspended"
		h.Enlist(gone.String())
		refused(t, try("gone", time.Hour), wire.CodeRoster)
		h.Person("cleo", wire.RoleNavigator, "Cleo Made-Up")
		refused(t, try("cleo", time.Hour), wire.CodeState) // has an account
	})
}

// An invitation counts once somebody who answers for the person has approved it:
// not the registrar who made it, not a stranger, and not who belongs to another
// organization.
func TestInviteSponsor(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		admin := h.Person("adam", wire.RoleAgencyAdmin, "Adam Made-Up")
		row := arctest.MadeUp("otto", wire.RoleAgencyAdmin, "Otto Made-Up")
		row["organization"] = "Another Agency"
		h.Enlist(row.String())
		made, err := h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), "otto")
		if err != nil {
			t.Fatal(err)
		}
		other := enrolled(t, h, "otto", made[0].Letter)
		lead, _ := h.Staffed("arc")
		h.Enlist(arctest.MadeUp("ann", wire.RoleNavigator, "Ann Made-Up").String())
		made, err = h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), "ann")
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Enroll(t.Context(), stranger(h), made[0].Letter, arctest.Password)
		refused(t, err, wire.CodeInvitation) // not approved yet
		waiting, err := admin.Sponsorships(t.Context())
		if err != nil || len(waiting) != 1 {
			t.Fatal(waiting, err)
		}
		for name, p := range map[string]*arctest.Person{"who invited": h.Registrar, "another organization": other, "a lead, for an assister": lead} {
			if seen, err := p.Sponsorships(t.Context()); err != nil || len(seen) != 0 {
				t.Errorf("%s is shown %v, %v", name, seen, err)
			}
			if err := p.Sponsor(t.Context(), p.Factor(), true, waiting[0].Locator); !client.IsCode(err, wire.CodeNotFound) {
				t.Errorf("approved by %s: %v", name, err)
			}
		}
		if err := admin.Sponsor(t.Context(), nil, true, waiting[0].Locator); !client.IsCode(err, wire.CodeStepUp) {
			t.Error("approved without a second factor:", err)
		}
		if err := admin.Sponsor(t.Context(), admin.Factor(), true, waiting[0].Locator); err != nil { // the control
			t.Fatal(err)
		}
		if _, err := client.Enroll(t.Context(), stranger(h), made[0].Letter, arctest.Password); err != nil {
			t.Error("approved, and refused:", err)
		}
		h.Enlist(arctest.MadeUp("sid", wire.RoleSpecialist, "Sid Made-Up", "arc").String())
		made, err = h.Agency.Invite(t.Context(), h.Registrar.Client, h.Registrar.Factor(), "sid")
		if err != nil {
			t.Fatal(err)
		}
		if waiting, err = lead.Sponsorships(t.Context()); err != nil || len(waiting) != 1 {
			t.Fatal("a lead is not asked for their specialist:", waiting, err)
		}
		if err := lead.Sponsor(t.Context(), lead.Factor(), false, waiting[0].Locator); err != nil {
			t.Fatal(err)
		}
		_, err = client.Enroll(t.Context(), stranger(h), made[0].Letter, arctest.Password)
		refused(t, err, wire.CodeInvitation) // turned down
	})
}

// enrolled takes somebody from an approved letter to being signed in.
// A letter that a registrar's browser made works like any other, once its code was
// taken into the agency's folder; before that the registrar's tool certifies nobody.
func TestInviteTakenIn(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		h.Enlist(arctest.MadeUp("ann", wire.RoleRegistrar, "Ann Made-Up").String())
		code := vault.NewInviteCode()
		card := h.Agency.Card()
		root, err := key.ParseVerify(card.Root)
		ok(t, err)
		said := envelope.Letter{Agency: envelope.ID(card.Agency), Root: [32]byte(root.Bytes()), Name: "ann"}.Encode()
		until := now().Add(24 * time.Hour).Unix()
		ok(t, h.Registrar.Invite(t.Context(), h.Registrar.Factor(), wire.Invite{Locator: client.LocatorDigest(code), Roster: "staff:A-ann", Expires: until, Letter: said, MAC: code.MAC(said)}))
		card.Name, card.Code = "ann", code.Text()
		p := h.Enrol("ann", card)
		if _, err := h.Agency.Approve(t.Context(), h.Registrar.Client); err == nil {
			t.Error("somebody was certified under a code that the agency does not know")
		}
		line := func(login string) []byte {
			return []byte(fmt.Sprintf(`[{"code":%q,"roster":"staff:A-ann","login":%q,"expires":%d}]`, code.Text(), login, until))
		}
		for _, wrong := range [][]byte{[]byte("{}"), []byte(`[{"code":"x"}]`), line("eve")} {
			if n, err := h.Agency.TakeIn(wrong); n != 0 || !errors.Is(err, agency.ErrInvited) {
				t.Errorf("%s: %d, %v", wrong, n, err)
			}
		}
		for _, fresh := range []int{1, 0} { // twice is once
			if n, err := h.Agency.TakeIn(line("ann")); n != fresh || err != nil {
				t.Errorf("%d taken in, want %d: %v", n, fresh, err)
			}
		}
		_, err = h.Agency.Approve(t.Context(), h.Registrar.Client)
		ok(t, err)
		p.SignIn()
	})
}

func enrolled(t *testing.T, h *arctest.House, name string, letter client.Letter) *arctest.Person {
	t.Helper()
	p := h.Enrol(name, letter)
	if _, err := h.Agency.Approve(t.Context(), h.Registrar.Client); err != nil {
		t.Fatal(err)
	}
	p.SignIn()
	return p
}

// A letter that names another agency, or another root for ours, raises the
// alarm on the device before anything is written under it.
func TestInviteOtherRoot(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		letter := letterFor(t, h, "ann")
		foreign := letter
		foreign.Agency[0] ^= 1
		if _, err := client.Enroll(t.Context(), stranger(h), foreign, arctest.Password); !errors.Is(err, client.ErrAlarm) {
			t.Error("another agency:", err)
		}
		letter.Root = key.NewSigning().Public().Text()
		e, err := client.Enroll(t.Context(), stranger(h), letter, arctest.Password)
		if err != nil {
			t.Fatal(err)
		}
		secret := confirm(t, e, e.OTPAuth)
		if _, err := h.Agency.Approve(t.Context(), h.Registrar.Client); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		six, err := totp.GenerateCode(secret, now())
		if err != nil {
			t.Fatal(err)
		}
		if err := e.SignIn(t.Context(), arctest.Password, six); !errors.Is(err, client.ErrAlarm) {
			t.Error("another root at sign-in:", err)
		}
		if _, err := e.OpenThread(t.Context(), h.Line("arc"), text("x")); !errors.Is(err, client.ErrAlarm) {
			t.Error("another root, and it sends:", err)
		}
		e.Close()
		h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc") // the control: with the right root
	})
}

// The set-up secret makes one agency, once.
func inviteSetupSecret(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		if path, err := h.Server.Setup(t.Context()); path != "" || err != nil {
			t.Error("a service with an agency makes a set-up secret:", path, err)
		}
		other, err := agency.Init(t.TempDir()+"/agency", "Other", arctest.URL, now)
		if err == nil {
			err = other.SetRoster(h.CSV())
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := other.Bootstrap(t.Context(), stranger(h), "guess", arctest.Password, "rita"); err == nil {
			t.Error("a second agency was made")
		}
	})
}

// A code on paper says which agency to believe, and whose it is. What the
// service could hand out instead is refused: the control is the letter as it was
// left.
func TestLetterByCode(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		letter := letterFor(t, h, "ann")
		found, err := client.FindLetter(t.Context(), stranger(h), arctest.URL, " "+strings.ToLower(letter.Code))
		if err != nil || found.Agency != letter.Agency || found.Root != letter.Root || found.Name != "ann" {
			t.Fatal(found, err)
		}
		_, err = client.FindLetter(t.Context(), stranger(h), arctest.URL, vault.NewInviteCode().Text())
		refused(t, err, wire.CodeInvitation)

		// Another agency's root, authenticated under a code that is not on the paper.
		h.Enlist(arctest.MadeUp("bob", wire.RoleNavigator, "Made-Up bob").String())
		code, other := vault.NewInviteCode(), vault.NewInviteCode()
		said := envelope.Letter{Agency: h.Agency.Agency, Root: [32]byte{1}, Name: "bob"}.Encode()
		if err := h.Registrar.Invite(t.Context(), h.Registrar.Factor(), wire.Invite{Locator: client.LocatorDigest(code), Roster: "assister:A-bob",
			Expires: now().Add(time.Hour).Unix(), Letter: said, MAC: other.MAC(said)}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.FindLetter(t.Context(), stranger(h), arctest.URL, code.Text()); !errors.Is(err, client.ErrAlarm) {
			t.Error("a letter under another code:", err)
		}

		e, err := client.Enroll(t.Context(), stranger(h), found, arctest.Password)
		if err != nil {
			t.Fatal(err)
		}
		confirm(t, e, e.OTPAuth)
		_, err = client.FindLetter(t.Context(), stranger(h), arctest.URL, letter.Code)
		refused(t, err, wire.CodeInvitation)
	})
}
