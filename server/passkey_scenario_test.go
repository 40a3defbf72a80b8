package server_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/descope/virtualwebauthn"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/config"
	"arcline/server/wire"
)

const (
	passkeyOrigin = "https://arcline.example"
	coseP256Len   = 77 // bytes of a COSE P-256 key with both coordinates whole
)

func withPasskeys(cfg *config.Config) {
	cfg.PasskeyDomain, cfg.Origins = "arcline.example", passkeyOrigin
}

// virtualKey is an authenticator with one passkey.
type virtualKey struct {
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

// newVirtualKey draws until both coordinates fill their 32 bytes: the library
// writes one with a leading zero short, which no authenticator does (RFC 9053,
// section 7.1.1) and the service rightly refuses. One key in 128 is such.
func newVirtualKey(p *arctest.Person) *virtualKey {
	full := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	for len(full.Key.AttestationData()) < coseP256Len {
		full = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	return &virtualKey{virtualwebauthn.RelyingParty{ID: "arcline.example", Name: "arcline", Origin: passkeyOrigin},
		virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: p.ID[:]}), full}
}

func (k *virtualKey) make(_ context.Context, options string) (string, error) {
	o, err := virtualwebauthn.ParseAttestationOptions(options)
	if err != nil {
		return "", err
	}
	return virtualwebauthn.CreateAttestationResponse(k.rp, k.auth, k.cred, *o), nil
}

func (k *virtualKey) answer(_ context.Context, options string) (string, error) {
	o, err := virtualwebauthn.ParseAssertionOptions(options)
	if err != nil {
		return "", err
	}
	k.cred.Counter++
	return virtualwebauthn.CreateAssertionResponse(k.rp, k.auth, k.cred, *o), nil
}

func TestPasskey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.Tuned(t, nil, withPasskeys)
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		k := newVirtualKey(p)
		if err := p.AddPasskey(t.Context(), nil, "my token", k.make); !client.IsCode(err, wire.CodeStepUp) {
			t.Fatal("a passkey was added without a second factor:", err)
		}
		ok(t, p.AddPasskey(t.Context(), p.Factor(), "my token", k.make))
		told(t, h, p.ID, "a passkey was added or removed")
		ok(t, p.SignInWithPasskey(t.Context(), arctest.Password, k.answer))
		if err := p.SignInWithPasskey(t.Context(), "a wrong made-up pass phrase", k.answer); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Fatal("a passkey signs in without the password:", err)
		}
		// An act under a passkey.
		ok(t, p.AddPasskey(t.Context(), client.Passkey(k.answer), "another", newVirtualKey(p).make))
		all, err := p.Passkeys(t.Context())
		ok(t, err)
		if len(all) != 2 {
			t.Fatalf("passkeys: %+v", all)
		}
		for _, x := range all {
			if x.Name == "my token" {
				ok(t, p.RemovePasskey(t.Context(), client.Passkey(k.answer), x.ID))
			}
		}
		if err := p.SignInWithPasskey(t.Context(), arctest.Password, k.answer); !client.IsCode(err, wire.CodeSignInFailed) {
			t.Fatal("a removed passkey signs in:", err)
		}
		kinds := ""
		history, err := p.Authenticators(t.Context())
		ok(t, err)
		for _, b := range history {
			kinds += b.Kind + " " + b.Why + ";"
		}
		if strings.Count(kinds, "passkey") != 2 || !strings.Contains(kinds, "passkey removed by its owner") {
			t.Fatal("history of authenticators:", kinds)
		}
	})
}

// What an authenticator has signed works at one place, for one purpose, once,
// and not for long.
func TestPasskeyAnswersAreBound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.Tuned(t, nil, withPasskeys)
		p := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		k := newVirtualKey(p)
		ok(t, p.AddPasskey(t.Context(), p.Factor(), "my token", k.make))
		in := func(f client.Passkey) error { return p.SignInWithPasskey(t.Context(), arctest.Password, f) }

		kept := ""
		ok(t, in(func(ctx context.Context, o string) (a string, err error) {
			kept, err = k.answer(ctx, o)
			return kept, err
		}))
		wrong := map[string]client.Passkey{
			"an answer that was used": func(context.Context, string) (string, error) { return kept, nil },
			"a false page": func(ctx context.Context, o string) (string, error) {
				fooled := *k
				fooled.rp.Origin = "https://arcline.example.evil.example"
				return fooled.answer(ctx, o)
			},
			"another's passkey": newVirtualKey(p).answer,
			"an answer too late": func(ctx context.Context, o string) (string, error) {
				a, err := k.answer(ctx, o)
				time.Sleep(6 * time.Minute)
				return a, err
			},
			"an answer for an act": func(ctx context.Context, _ string) (string, error) {
				var asked string
				err := p.AddPasskey(ctx, client.Passkey(func(_ context.Context, o string) (string, error) { asked = o; return "", context.Canceled }), "x", k.make)
				if asked == "" {
					return "", err
				}
				return k.answer(ctx, asked)
			},
			"nobody was there": func(ctx context.Context, o string) (string, error) {
				absent := *k
				absent.auth.Options.UserNotVerified = true
				return absent.answer(ctx, o)
			},
			"no answer": func(context.Context, string) (string, error) { return "{}", nil },
		}
		for name, f := range wrong {
			if err := in(f); !client.IsCode(err, wire.CodeSignInFailed) && !client.IsCode(err, wire.CodeLocked) {
				t.Errorf("%s: %v", name, err)
			}
			time.Sleep(16 * time.Minute) // five failures within 15 would rest
			k.cred.Counter += 10
			if err := in(k.answer); err != nil {
				t.Fatalf("control after %s: %v", name, err)
			}
		}
	})
}

func TestStaffNeedAPasskey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := arctest.Tuned(t, nil, withPasskeys)
		lead, _ := h.Staffed("arc")
		nora := h.Person("nora", wire.RoleNavigator, "Nora Made-Up")
		h.Tune = func(cfg *config.Config) { withPasskeys(cfg); cfg.RequirePasskey = "staff" }
		h.Restart()

		ok(t, nora.Client.SignIn(t.Context(), arctest.Password, nora.FreshCode()))
		thread := history(t, h, nora) // assisters are not asked
		ok(t, lead.Client.SignIn(t.Context(), arctest.Password, lead.FreshCode()))
		if _, err := lead.Sync(t.Context(), thread); !client.IsCode(err, wire.CodePasskey) {
			t.Fatal("staff read without a passkey:", err)
		}
		if _, err := lead.Lines(t.Context()); !client.IsCode(err, wire.CodePasskey) {
			t.Fatal("staff ask without a passkey:", err)
		}
		k := newVirtualKey(lead)
		ok(t, lead.AddPasskey(t.Context(), lead.Factor(), "my token", k.make))
		if _, err := lead.Lines(t.Context()); !client.IsCode(err, wire.CodePasskey) {
			t.Fatal("having a passkey is not having used it:", err)
		}
		ok(t, lead.SignInWithPasskey(t.Context(), arctest.Password, k.answer))
		reads(t, lead, thread)
	})
}
