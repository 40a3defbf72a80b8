package server_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"arcline/client/arctest"
	"arcline/server/account"
	"arcline/server/wire"
	"arcline/store/table"
)

// The tests TestSec_<no> are the rows of the project's security bar, each with
// the row's figures. Tokens: rows 1 to 5.

func b64u(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// kekOf reads the key file of a house.
func kekOf(t testing.TB, h *arctest.House) (kek account.KEK) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(h.Dir, "data", "service.key"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(raw) != 32 {
		t.Fatal("key file:", err)
	}
	copy(kek.Key[:], raw)
	return kek
}

// keysOf are the service's own keys, which nobody outside it has.
func keysOf(t testing.TB, h *arctest.House) (keys account.ServiceKeys) {
	t.Helper()
	st, kek := h.Server.Store(), kekOf(t, h)
	err := st.View(context.Background(), func(tx *table.Tx) (err error) {
		keys, err = account.LoadKeys(st, tx, kek, "", now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func private(k account.TokenKey) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(k.Seed[:]) }

// parts takes a token's header and payload apart.
func parts(t testing.TB, token string) (header, payload map[string]any) {
	t.Helper()
	p := strings.Split(token, ".")
	for i, into := range []*map[string]any{&header, &payload} {
		b, err := base64.RawURLEncoding.DecodeString(p[i])
		if err != nil || json.Unmarshal(b, into) != nil {
			t.Fatal("token:", err)
		}
	}
	return header, payload
}

// jws puts a token together from texts, however wrong they are.
func jws(header, payload string, sign func(b []byte) []byte) string {
	s := b64u([]byte(header)) + "." + b64u([]byte(payload))
	return s + "." + b64u(sign([]byte(s)))
}

func compact(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func nothing([]byte) []byte { return nil }

func by(k ed25519.PrivateKey) func([]byte) []byte {
	return func(b []byte) []byte { return ed25519.Sign(k, b) }
}

// present asks for the lines with a token and a right proof for it.
func (r *raw) present(t testing.TB, token string) answer {
	t.Helper()
	return r.do(t, "GET", "/v1/lines", nil, func(q *http.Request) {
		q.Header.Set("Authorization", "DPoP "+token)
		q.Header.Set("DPoP", r.proof(t, "GET", arctest.URL+"/v1/lines", token, nil))
	})
}

// wrongAlgorithms forges the tokens of row 1. Those that the service's own key
// has signed show that the header alone is enough to refuse.
func wrongAlgorithms(t *testing.T, r *raw, key account.TokenKey) map[string]string {
	own := private(key)
	_, claims := parts(t, r.tokens.Access)
	payload := compact(t, claims)
	with := func(extra string) string {
		return fmt.Sprintf(`{"alg":"EdDSA","typ":"at+jwt","kid":%q%s}`, key.ID, extra)
	}
	alg := func(name string) string { return fmt.Sprintf(`{"alg":%q,"typ":"at+jwt","kid":%q}`, name, key.ID) }
	pub := own.Public().(ed25519.PublicKey)
	der, err1 := x509.MarshalPKIXPublicKey(pub)
	rsaKey, err2 := rsa.GenerateKey(rand.Reader, 2048)
	ecKey, err3 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	mac := func(k []byte) func([]byte) []byte {
		return func(b []byte) []byte { m := hmac.New(sha256.New, k); m.Write(b); return m.Sum(nil) }
	}
	good := jws(with(""), payload, by(own))
	seg := strings.Split(good, ".")
	return map[string]string{
		"none": jws(alg("none"), payload, nothing), "None": jws(alg("None"), payload, nothing), "nOnE": jws(alg("nOnE"), payload, nothing),
		"HS256 with the public key": jws(alg("HS256"), payload, mac(pub)), "HS256 with its DER": jws(alg("HS256"), payload, mac(der)),
		"HS256 with its PEM": jws(alg("HS256"), payload, mac(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))),
		"RS256": jws(alg("RS256"), payload, func(b []byte) []byte {
			sum := sha256.Sum256(b)
			s, _ := rsa.SignPKCS1v15(nil, rsaKey, 5, sum[:])
			return s
		}),
		"ES384": jws(alg("ES384"), payload, func(b []byte) []byte {
			sum := sha512.Sum384(b)
			x, y, _ := ecdsa.Sign(rand.Reader, ecKey, sum[:])
			return append(x.FillBytes(make([]byte, 48)), y.FillBytes(make([]byte, 48))...)
		}),
		"empty signature":            jws(with(""), payload, nothing),
		"no third part":              seg[0] + "." + seg[1],
		"two parts and a point":      seg[0] + "." + seg[1] + ".",
		"JSON serialization":         fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, seg[0], seg[1], seg[2]),
		"two algorithms":             jws(fmt.Sprintf(`{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":%q}`, key.ID), payload, by(r.session)),
		"crit that is unknown":       jws(with(`,"crit":["exp"]`), payload, by(own)),
		"payload that is not base64": jws(with(`,"b64":false,"crit":["b64"]`), payload, by(own)),
		"zipped":                     jws(with(`,"zip":"DEF"`), strings.Repeat("\x00", 2000), by(own)),
		"five parts":                 strings.Join([]string{seg[0], "", seg[1], seg[2], seg[2]}, "."),
		"a space in the signature":   seg[0] + "." + seg[1] + "." + seg[2][:10] + " " + seg[2][10:],
		"padding":                    good + "==",
		"no algorithm":               jws(fmt.Sprintf(`{"typ":"at+jwt","kid":%q}`, key.ID), payload, by(own)),
	}
}

// TestSec_01: one algorithm, never taken from the header (ASVS 9.1.2, RFC 8725
// section 3.1). Every forgery gets the same 401.
func TestSec_01(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		r := rawOf(t, h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc"))
		key := keysOf(t, h).Tokens[0]
		_, claims := parts(t, r.tokens.Access)
		own := jws(fmt.Sprintf(`{"alg":"EdDSA","typ":"at+jwt","kid":%q}`, key.ID), compact(t, claims), by(private(key)))
		if a := r.present(t, own); a.status != 200 { // the control: the forge works, and so would any of them
			t.Fatal("a right token put together by the test:", a.status, a.code)
		}
		want := r.do(t, "GET", "/v1/lines", nil, anonymous)
		for name, token := range wrongAlgorithms(t, r, key) {
			a := r.present(t, token)
			if a.status != 401 || !bytes.Equal(a.body, want.body) {
				t.Errorf("%s: %d %s", name, a.status, a.body)
			}
		}
	})
}

// FuzzAccessToken puts anything in the place of a token: it is refused, and the
// service lives.
func FuzzAccessToken(f *testing.F) {
	h := arctest.New(f, nil)
	r := rawOf(f, h.Registrar)
	for _, s := range []string{r.tokens.Access, r.tokens.Refresh, "..", "a.b.c", r.tokens.Access + "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if token == r.tokens.Access || strings.ContainsAny(token, "\r\n\x00") || !asciiOnly(token) || len(token) > 8000 {
			return // the real one, and what no header can hold
		}
		if a := r.present(t, token); a.status != 401 {
			t.Errorf("%q: %d", token, a.status)
		}
	})
}

func asciiOnly(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return s == strings.TrimSpace(s)
}

// listener counts who calls an address of the test's own.
func listener(t *testing.T) (address string, calls chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	calls = make(chan struct{}, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
			calls <- struct{}{}
		}
	}()
	return l.Addr().String(), calls
}

// TestSec_02: the key is one of ours, looked up by a name of ours; whatever else
// a header says leads nowhere (ASVS 9.1.3). It runs on the real network, where a
// listener would notice being called.
func TestSec_02(t *testing.T) {
	h := arctest.New(t, nil)
	r := rawOf(t, h.Registrar)
	address, calls := listener(t)
	keys := keysOf(t, h)
	_, claims := parts(t, r.tokens.Access)
	stepUp := ed25519.NewKeyFromSeed(keys.StepUp[:])
	forge := func(kid any, extra map[string]any, k ed25519.PrivateKey) string {
		header := map[string]any{"alg": "EdDSA", "typ": "at+jwt", "kid": kid}
		maps.Copy(header, extra)
		return jws(compact(t, header), compact(t, claims), by(k))
	}
	own, url := private(keys.Tokens[0]), "http://"+address
	thief := map[string]string{"kty": "OKP", "crv": "Ed25519", "x": b64u(r.session.Public().(ed25519.PublicKey))}
	id := keys.Tokens[0].ID
	for name, token := range map[string]string{
		"a path": forge("../../etc/passwd", nil, own), "SQL": forge("' or 1=1", nil, own), "NUL": forge("\x00", nil, own),
		"empty": forge("", nil, own), "a number": forge(1, nil, own), "a list": forge([]string{id}, nil, own), "unknown": forge(uuid.NewString(), nil, own),
		"none": jws(`{"alg":"EdDSA","typ":"at+jwt"}`, compact(t, claims), by(own)), "an address": forge(url, nil, own),
		"another key under our id": forge(id, nil, r.session), "the step-up key": forge(id, nil, stepUp),
		"jku": forge(id, map[string]any{"jku": url}, own), "x5u": forge(id, map[string]any{"x5u": url}, own),
		"jwk": forge(id, map[string]any{"jwk": thief}, r.session), "x5c": forge(id, map[string]any{"x5c": []string{"AAAA"}}, own),
	} {
		if a := r.present(t, token); a.status != 401 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	huge, _ := http.NewRequestWithContext(t.Context(), "GET", arctest.URL+"/v1/lines", nil)
	huge.Header.Set("Authorization", "DPoP "+forge(strings.Repeat("k", 1<<20), nil, own))
	if resp, err := r.p.HTTP.Do(huge); err == nil {
		resp.Body.Close()
		if resp.StatusCode < 400 {
			t.Error("a header of 1 MB:", resp.Status)
		}
	}
	if a := r.present(t, forge(id, nil, own)); a.status != 200 { // the control
		t.Error("our own key under its id:", a.status)
	}
	if n := len(calls); n != 0 {
		t.Errorf("the service called the address in a header %d times", n)
	}
	if c, err := net.Dial("tcp", address); err == nil { // the control: a call would be noticed
		c.Close()
		<-calls
	}
}

// TestSec_03: exp, nbf and iat hold, with 30 seconds for clocks that differ
// (ASVS 9.2.1).
func TestSec_03(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		r := rawOf(t, h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc"))
		key := keysOf(t, h).Tokens[0]
		n := float64(now().Unix())
		for name, c := range map[string]struct {
			change map[string]any
			want   int
		}{
			"as it is": {nil, 200}, "one second to go": {map[string]any{"exp": n + 1}, 200},
			"29 s after its end": {map[string]any{"exp": n - 29}, 200}, "31 s after its end": {map[string]any{"exp": n - 31}, 401},
			"a fraction": {map[string]any{"exp": n + 1.5}, 200}, "no end": {map[string]any{"exp": nil}, 401},
			"an end in words": {map[string]any{"exp": fmt.Sprint(n + 60)}, 401}, "1e300": {map[string]any{"exp": 1e300}, 401},
			"negative": {map[string]any{"exp": -1}, 401}, "longer than ours": {map[string]any{"exp": n + wire.AccessSeconds + 60}, 401},
			"not before, soon": {map[string]any{"nbf": n + 29}, 200}, "not before, later": {map[string]any{"nbf": n + 31}, 401},
			"made soon": {map[string]any{"iat": n + 29}, 200}, "made later": {map[string]any{"iat": n + 31}, 401},
			"made nobody knows when": {map[string]any{"iat": nil}, 401}, "a list": {map[string]any{"exp": []float64{n + 60}}, 401},
		} {
			_, claims := parts(t, r.tokens.Access)
			for k, v := range c.change {
				claims[k] = v
				if v == nil {
					delete(claims, k)
				}
			}
			token := jws(fmt.Sprintf(`{"alg":"EdDSA","typ":"at+jwt","kid":%q}`, key.ID), compact(t, claims), by(private(key)))
			if a := r.present(t, token); a.status != c.want {
				t.Errorf("%s: %d, want %d", name, a.status, c.want)
			}
		}
	})
}

// TestSec_04: each kind of token opens its own place and no other (ASVS 9.2.2 to
// 9.2.4, RFC 8725 sections 3.8 to 3.12).
func TestSec_04(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		r := rawOf(t, ann)
		attest, err := ann.StepUp(t.Context(), ann.FreshCode(), "append msg", id)
		if err != nil {
			t.Fatal(err)
		}
		ticket, err := ann.Ticket(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]string{"access": r.tokens.Access, "refresh": r.tokens.Refresh, "step-up": attest, "ticket": ticket,
			"proof": r.proof(t, "GET", arctest.URL+"/v1/lines", r.tokens.Access, nil), "locator": wire.ID(uuid.New()).String() + wire.ID(uuid.New()).String()}
		places := map[string]func(text string) bool{ // reports whether it was let in
			"access": func(s string) bool { return r.present(t, s).status == 200 },
			"proof": func(s string) bool {
				return r.do(t, "GET", "/v1/lines", nil, header("DPoP", s)).status == 200
			},
			"step-up": func(s string) bool {
				f, hd := good(t, ann, id)
				hd.Attest = []byte(s)
				l := r.dial(t)
				defer l.ws.CloseNow()
				return l.code(signed(r, f, hd)) == ""
			},
			"locator": func(s string) bool {
				a := r.do(t, "POST", "/v1/enroll/confirm", []byte(fmt.Sprintf(`{"locator":%q,"code":"000000"}`, s)), anonymous)
				return a.code != wire.CodeInvitation && a.code != wire.CodeMalformed
			},
			"ticket": func(s string) bool {
				a := r.upgrade(t, s, nil)
				return a == http.StatusSwitchingProtocols
			},
			"refresh": func(s string) bool { _, code := r.refresh(t, s, wire.ID(uuid.New())); return code == "" },
		}
		for kind, text := range kinds {
			for place, try := range places {
				if place == kind {
					continue // tried below, since most work once
				}
				if try(text) {
					t.Errorf("%s was let in where %s belongs", kind, place)
				}
			}
		}
		for _, kind := range []string{"access", "proof", "step-up", "ticket", "refresh"} { // the controls: the diagonal
			if !places[kind](kinds[kind]) {
				t.Errorf("%s was not let in at its own place", kind)
			}
		}
	})
}

// upgrade asks for a socket with a ticket and returns the status.
func (r *raw) upgrade(t testing.TB, ticket string, edit func(*http.Request)) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", arctest.URL+"/v1/socket", nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": wire.Subprotocol + ", " + wire.TicketPrefix + ticket} {
		req.Header.Set(k, v)
	}
	if edit != nil {
		edit(req)
	}
	resp, err := r.p.HTTP.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
