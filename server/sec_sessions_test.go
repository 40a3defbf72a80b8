package server_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server/config"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// Sign-ins: rows 6 to 12.

// TestSec_06: an access token lives ten minutes; a refresh secret is opaque, is
// kept as a digest only, and turns at every use; an old one ends the sign-in and
// its sockets (ASVS 7.2.3, RFC 9700).
func TestSec_06(t *testing.T) {
	t.Run("short and turning", clockTokens)
	t.Run("fifty at once", theftOfARefreshSecret)
	t.Run("ten seconds of grace", theftGrace)
	t.Run("only a digest is kept", func(t *testing.T) {
		story(t, func(t *testing.T, h *arctest.House) {
			r := rawOf(t, h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc"))
			raw := unb64(t, r.tokens.Refresh)
			if len(raw) < 32+16 {
				t.Errorf("a refresh secret of %d bytes", len(raw))
			}
			var snapshot bytes.Buffer
			if _, err := h.Server.Store().Snapshot(t.Context(), &snapshot); err != nil {
				t.Fatal(err)
			}
			secret := raw[len(raw)-32:]
			if planted(snapshot.Bytes(), string(secret), r.tokens.Refresh) > 0 {
				t.Error("the store holds a refresh secret")
			}
			sum := digestOf(r.tokens.Refresh)
			if !bytes.Contains(snapshot.Bytes(), sum[:]) { // the control
				t.Error("its digest is not found: the search does not bite")
			}
		})
	})
}

// TestSec_07: a token is worth nothing without the device's key (RFC 9449).
func TestSec_07(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		r := rawOf(t, h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc"))
		bob := rawOf(t, h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc"))
		set := func(k string, v any) func(*claims) { return func(c *claims) { c.body[k] = v } }
		for name, edit := range map[string]func(*claims){
			"another method": set("htm", "POST"), "another address": set("htu", arctest.URL+"/v1/links"), "another scheme": set("htu", "https://arcline.test/v1/lines"),
			"another token": set("ath", "x"), "no token": func(c *claims) { delete(c.body, "ath") },
			"two minutes old": set("iat", now().Unix()-121), "of the future": set("iat", now().Unix()+31), "without a time": func(c *claims) { delete(c.body, "iat") },
			"a short number": set("jti", "1"), "a long number": set("jti", strings.Repeat("1", 65)),
			"alg none":                         func(c *claims) { c.method, c.key = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType },
			"HMAC":                             func(c *claims) { c.method, c.key = jwt.SigningMethodHS256, []byte("x") },
			"another key":                      func(c *claims) { c.key = bob.session },
			"another key, named":               func(c *claims) { *c = claimsOf(t, bob, r.tokens.Access) },
			"a key without sign, of all zeros": func(c *claims) { c.header["jwk"] = zeroKey(); c.key = bob.session },
			"no key":                           func(c *claims) { delete(c.header, "jwk") },
			"another kind":                     func(c *claims) { c.header["typ"] = "at+jwt" },
			"a place for keys":                 func(c *claims) { c.header["x5u"] = "https://evil.example" },
		} {
			if a := r.do(t, "GET", "/v1/lines", nil, proof(t, r, edit)); a.status != 401 {
				t.Errorf("a proof, but %s: %d", name, a.status)
			}
		}
		once := r.proof(t, "GET", arctest.URL+"/v1/lines", r.tokens.Access, nil)
		if a := r.do(t, "GET", "/v1/lines", nil, header("DPoP", once)); a.status != 200 { // the control
			t.Error("a right proof:", a.status)
		}
		if a := r.do(t, "GET", "/v1/lines", nil, header("DPoP", once)); a.code != wire.CodeReplayed {
			t.Error("the same proof again:", a.code)
		}
		bob.tokens = r.tokens // stolen
		if a := bob.do(t, "GET", "/v1/lines", nil, nil); a.status != 401 {
			t.Error("a stolen token with the thief's own key:", a.status)
		}
		full(t, r, h.Registrar)
	})
	t.Run("one header", theftTwoHeaders)
}

// full fills one device's room for proofs: it is refused, and nobody else is.
func full(t *testing.T, r *raw, other *arctest.Person) {
	code := wire.Code("")
	n := 0
	for ; n < 5000 && code == ""; n++ {
		code = r.do(t, "GET", "/v1/lines", nil, nil).code
	}
	if code != wire.CodeReplayed || n < 4000 {
		t.Errorf("after %d proofs of one device: %q", n, code)
	}
	if err := second(other.Lines(t.Context())); err != nil {
		t.Error("another device is refused too:", err)
	}
	time.Sleep(11 * time.Minute)
	if _, err := r.p.Lines(t.Context()); err != nil {
		t.Error("and later it works again:", err)
	}
}

func zeroKey() map[string]string {
	return map[string]string{"kty": "OKP", "crv": "Ed25519", "x": b64u(make([]byte, 32))}
}

// claimsOf is a right proof of somebody for the lines with a token.
func claimsOf(t *testing.T, r *raw, access string) (out claims) {
	r.proof(t, "GET", arctest.URL+"/v1/lines", access, func(c *claims) { out = *c })
	return out
}

// TestStolenWithoutTheDevice: whoever has stolen the password, the seed of the
// authenticator app and a token, in any combination, and not the device's
// private key, posts nothing. The control has the key too.
func TestStolenWithoutTheDevice(t *testing.T) {
	tuned(t, func(c *config.Config) { c.SessionsPerPerson = 100 }, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		owner := rawOf(t, ann)
		frame, _ := good(t, ann, id)
		attack := func(r *raw, password, seed, token bool) bool {
			tokens := wire.Tokens{}
			if token {
				tokens = owner.tokens
			}
			if password || seed {
				in := wire.SignIn{Name: "ann", Device: owner.device, Password: "a password made up by thieves", Code: "000000"}
				if password {
					in.Password = arctest.Password
				}
				if seed {
					in.Code = ann.FreshCode()
				}
				if a := r.do(t, "POST", "/v1/session", wire.EncodeBody(in), withProof(t, r, "/v1/session")); a.status == 200 {
					wireDecode(t, a.body, &tokens)
				}
			}
			r.tokens = tokens
			var ticket wire.Ticket
			if a := r.do(t, "POST", "/v1/ticket", nil, nil); a.status != 200 {
				return false
			} else {
				wireDecode(t, a.body, &ticket)
			}
			return dialWith(t, r.p.HTTP, ticket.Ticket).code(frame) == ""
		}
		for _, c := range []struct{ password, seed, token bool }{{false, false, true}, {false, true, false}, {false, true, true}, {true, false, false},
			{true, false, true}, {true, true, false}, {true, true, true}} {
			thief := *owner
			thief.session = newEd25519(t) // everything of ann's but the key of her device
			if attack(&thief, c.password, c.seed, c.token) {
				t.Errorf("%+v is enough to post", c)
			}
		}
		holder := *owner
		if !attack(&holder, true, true, false) {
			t.Error("the owner with the device's key cannot post: the test does not bite")
		}
	})
}

// TestSec_08: every sign-in has an id of its own, and what was planted before it
// is worth nothing after it (ASVS 7.2.4). There are no cookies to plant: a thief
// would plant a ticket, a token or a refresh secret of his own. A step-up raises
// nothing but the one act it is for.
func TestSec_08(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		before := rawOf(t, ann)
		ticket, err := ann.Ticket(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		first := h.SessionOf(ann.ID)
		ann.SignIn()
		r := rawOf(t, ann)
		var info wire.SessionList
		wireDecode(t, r.do(t, "GET", "/v1/sessions", nil, nil).body, &info)
		if len(info.Sessions) != 1 || info.Sessions[0].Session == wire.ID(first) {
			t.Errorf("after another sign-in: %+v", info)
		}
		if got := r.upgrade(t, ticket, nil); got != 401 {
			t.Error("a ticket from before:", got)
		}
		if a := before.do(t, "GET", "/v1/lines", nil, nil); a.status != 401 {
			t.Error("a token from before:", a.status)
		}
		if _, code := before.refresh(t, before.tokens.Refresh, wire.ID(uuid.New())); code != wire.CodeSignIn {
			t.Error("a refresh secret from before:", code)
		}
		fresh, err := ann.Ticket(t.Context())
		if err != nil || r.upgrade(t, fresh, nil) != http.StatusSwitchingProtocols { // the control
			t.Error("a ticket from after does not work:", err)
		}
	})
}

// TestSec_09: signing out, being disabled, a changed password or app end every
// token and open socket at once (ASVS 7.4.1 to 7.4.5, 8.3.2). Three sockets of
// another sign-in close within 2 s, and its refresh secret is dead.
func TestSec_09(t *testing.T) {
	t.Run("sign out", TestRevokeSignedOut)
	for name, act := range map[string]func(t *testing.T, h *arctest.House, ann *arctest.Person, other wire.ID){
		"password": func(t *testing.T, _ *arctest.House, ann *arctest.Person, _ wire.ID) {
			ok(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, "another made-up pass phrase"))
		},
		"app": func(t *testing.T, _ *arctest.House, ann *arctest.Person, _ wire.ID) { newApp(t, ann) },
		"by the registrar": func(t *testing.T, h *arctest.House, ann *arctest.Person, _ wire.ID) {
			ok(t, h.Registrar.SignOutPerson(t.Context(), ann.ID))
		},
		"from the list": func(t *testing.T, _ *arctest.House, ann *arctest.Person, other wire.ID) {
			ok(t, ann.EndSession(t.Context(), other))
		},
		"disabled": func(t *testing.T, h *arctest.House, ann *arctest.Person, _ wire.ID) {
			agencyLink(t, h, envelope.AgencyCredentialRevoke, envelope.EncodeCredentialRevoke(credentialOf(t, h, ann).Serial), nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			tuned(t, twoSignIns, func(t *testing.T, h *arctest.House) {
				ann, staff, id := pair(t, h)
				gone := rawOf(t, ann)
				var sent []func() []wire.ServerFrame
				var closed []<-chan time.Time
				for range 3 {
					s, c := watch(t, ann, id)
					sent, closed = append(sent, s), append(closed, c)
				}
				var info wire.SessionList
				wireDecode(t, gone.do(t, "GET", "/v1/sessions", nil, nil).body, &info)
				ann.SignIn()                                                        // the sign-in that acts
				if a := gone.do(t, "GET", "/v1/lines", nil, nil); a.status != 200 { // the control
					t.Fatal("two sign-ins do not live side by side:", a.code)
				}
				ann.FreshCode() // let the clock go on now, not during the act
				act(t, h, ann, info.Sessions[0].Session)
				since := now()
				must(t)(staff[0].Ack(t.Context(), id, 2))
				for i := range sent {
					shut(t, name, since, sent[i], closed[i])
				}
				if a := gone.do(t, "GET", "/v1/lines", nil, nil); a.status != 401 {
					t.Error("its token:", a.status)
				}
				if _, code := gone.refresh(t, gone.tokens.Refresh, wire.ID(uuid.New())); code == "" {
					t.Error("its refresh secret works")
				}
			})
		})
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestSec_10: fifteen minutes without an act for the agency's people, thirty for
// assisters, twelve hours in any case (ASVS 7.3.1, 7.3.2; SP 800-63B-4, 2.2.3).
// What a program does by itself is no act.
func TestSec_10(t *testing.T) {
	t.Run("twelve hours", clockAbsolute)
	t.Run("idle", idleIsExact)
	t.Run("a restart remembers", idleOverARestart)
}

func idleIsExact(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		thread := open(t, h, ann, "arc", "a question")
		for limit, p := range map[time.Duration]*arctest.Person{15 * time.Minute: staff[0], 30 * time.Minute: ann} {
			p.SignIn()
			r := rawOf(t, p)
			l := r.dial(t)
			acted := func() { ok(t, second(p.Lines(t.Context()))) }
			acted()
			since := now()
			for now().Before(since.Add(limit - 25*time.Second)) { // a program that keeps itself busy
				time.Sleep(20 * time.Second)
				l.ask(wire.Ping{RID: 1})
				l.ask(wire.Unfollow{RID: 2, Thread: wire.ID(uuid.New())})
				l.ask(wire.List{RID: 4, Quiet: true}) // a page that reads what is new while nobody is there
				l.ask(wire.Sync{RID: 5, Thread: thread, Live: true, Quiet: true})
				_, err := p.Ticket(t.Context())
				ok(t, err)
			}
			r = rawOf(t, p) // it has refreshed its token meanwhile
			time.Sleep(time.Until(since.Add(limit - time.Second)))
			if got := l.code(wire.Ping{RID: 3}); got != "" {
				t.Errorf("%s, a second before: %q", p.Name, got)
			}
			if a := r.do(t, "POST", "/v1/ticket", nil, nil); a.status != 200 {
				t.Errorf("%s, a second before: %d %s", p.Name, a.status, a.code)
			}
			time.Sleep(time.Until(since.Add(limit)))
			if a := r.do(t, "GET", "/v1/lines", nil, nil); a.code != wire.CodeExpired {
				t.Errorf("%s, at the limit: %d %s", p.Name, a.status, a.code)
			}
			if _, code := r.refresh(t, r.tokens.Refresh, wire.ID(uuid.New())); code != wire.CodeExpired {
				t.Errorf("%s, a refresh at the limit: %q", p.Name, code)
			}
			if _, reason := l.untilClosed(); reason != string(wire.CodeExpired) || now().Sub(since) > limit+20*time.Second {
				t.Errorf("%s: the open socket was closed %v after the last act for %q", p.Name, now().Sub(since), reason)
			}
			p.SignIn() // the control: an act in time keeps it alive
			acted()
			time.Sleep(limit - time.Second)
			acted()
			time.Sleep(limit - time.Second)
			acted()
		}
	})
}

func second[T any](_ T, err error) error { return err }

func idleOverARestart(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		time.Sleep(20 * time.Minute)
		ok(t, second(ann.Lines(t.Context())))
		h.Restart()
		time.Sleep(20 * time.Minute)
		if err := second(ann.Lines(t.Context())); err != nil {
			t.Error("the act before the restart was forgotten:", err)
		}
		h.Restart()
		time.Sleep(30 * time.Minute)
		if err := second(ann.Lines(t.Context())); !client.IsCode(err, wire.CodeExpired) {
			t.Error("a restart is no act:", err)
		}
	})
}

// TestSec_11: a step-up is fresh, for one act on one object in one session, and
// good once (ASVS 7.5.1, 7.5.3).
func TestSec_11(t *testing.T) {
	t.Run("bound and fresh", clockStepUp)
	t.Run("fifty at once", theftRaces)
	t.Run("of another person or act over HTTP", func(t *testing.T) {
		story(t, func(t *testing.T, h *arctest.House) {
			ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
			bob := h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc")
			r, thief := rawOf(t, ann), rawOf(t, bob)
			body := wire.EncodeBody(wire.ChangePassword{Old: arctest.Password, New: "another made-up pass phrase"})
			mine := r.factor(t, "POST /v1/password", body)
			for name, a := range map[string]answer{
				"none":            r.do(t, "POST", "/v1/password", body, nil),
				"somebody else's": thief.do(t, "POST", "/v1/password", body, mine),
				"another body":    r.do(t, "POST", "/v1/password", wire.EncodeBody(wire.ChangePassword{Old: arctest.Password, New: "a third made-up pass phrase"}), mine),
				"another act":     r.do(t, "POST", "/v1/app", nil, mine),
			} {
				if a.code != wire.CodeStepUp || a.status != 403 {
					t.Errorf("%s: %d %q", name, a.status, a.code)
				}
			}
			if a := r.do(t, "POST", "/v1/password", body, mine); a.status != 204 { // the control
				t.Error("the right one:", a.status, a.code)
			}
		})
	})
}

// TestSec_12: people see where they are signed in and can end it; one more than
// the limit ends the oldest, on record (ASVS 7.5.2).
func TestSec_12(t *testing.T) {
	for limit, want := range map[int]int{1: 1, 10: 10} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			tuned(t, func(c *config.Config) { c.SessionsPerPerson = limit }, func(t *testing.T, h *arctest.House) {
				ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
				oldest := rawOf(t, ann)
				for range limit - 1 {
					ann.SignIn()
				}
				socket := oldest.dialAs(t)
				if a := oldest.do(t, "GET", "/v1/lines", nil, nil); a.status != 200 { // the control
					t.Fatal("within the limit the oldest ends:", a.code)
				}
				before := audited(t, h, ann, "end sign-in: a newer sign-in")
				ann.SignIn()
				all, err := ann.Sessions(t.Context())
				if err != nil || len(all) != want {
					t.Errorf("%d sign-ins live: %v", len(all), err)
				}
				if a := oldest.do(t, "GET", "/v1/lines", nil, nil); a.code != wire.CodeSignIn {
					t.Error("the oldest lives on:", a.status)
				}
				if _, reason := socket.untilClosed(); reason != string(wire.CodeSignIn) {
					t.Error("its socket:", reason)
				}
				if n := audited(t, h, ann, "end sign-in: a newer sign-in"); n != before+1 {
					t.Errorf("%d records of it, had %d", n, before)
				}
			})
		})
	}
}

// dialAs opens a socket in this very sign-in, whatever the SDK holds now.
func (r *raw) dialAs(t testing.TB) *line {
	t.Helper()
	var ticket wire.Ticket
	wireDecode(t, r.do(t, "POST", "/v1/ticket", nil, nil).body, &ticket)
	return dialWith(t, r.p.HTTP, ticket.Ticket)
}

// audited counts the records of an act in a person's audit chain.
func audited(t testing.TB, h *arctest.House, p *arctest.Person, act string) (n int) {
	t.Helper()
	return auditedIn(t, h, store.PartAccount(store.ID(p.ID)), act)
}

func auditedIn(t testing.TB, h *arctest.House, part, act string) (n int) {
	t.Helper()
	st := h.Server.Store()
	err := st.View(t.Context(), func(tx *table.Tx) error {
		n = 0
		_, err := st.Audit.Scan(tx, part, table.Range{}, func(_ store.AuditKey, a store.Audit) (bool, error) {
			if a.Act == act {
				n++
			}
			return true, nil
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
