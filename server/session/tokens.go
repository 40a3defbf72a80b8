package session

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"arcline/server/account"
	"arcline/server/wire"
)

// The typ of each kind of token (RFC 8725, 3.11): no token passes for another.
const (
	typAccess = "at+jwt"
	typProof  = "dpop+jwt"
	typStepUp = "arc-stepup+jwt"
)

const (
	audience = "arcline"
	skew     = 30 * time.Second
)

// Access is what an access token says.
type Access struct {
	jwt.RegisteredClaims
	Device  string `json:"dev"`
	Session string `json:"sid"`
	Cnf     struct {
		JKT string `json:"jkt"` // RFC 7638 thumbprint of the device's session key
	} `json:"cnf"`
}

// Signer makes and reads the service's own tokens. There is one algorithm.
type Signer struct {
	Issuer string
	stepUp ed25519.PrivateKey
	ring   atomic.Pointer[[]tokenKey] // newest first; it signs
}

// tokenKey is a key for access tokens that is in force.
type tokenKey struct {
	id    string
	key   ed25519.PrivateKey
	until int64 // Unix milliseconds; zero: no end yet
}

// NewSigner takes the service's keys.
func NewSigner(issuer string, keys account.ServiceKeys) *Signer {
	s := &Signer{Issuer: issuer, stepUp: ed25519.NewKeyFromSeed(keys.StepUp[:])}
	s.take(keys.Tokens)
	return s
}

// take puts keys for access tokens in force.
func (s *Signer) take(keys []account.TokenKey) {
	ring := make([]tokenKey, len(keys))
	for i, k := range keys {
		ring[i] = tokenKey{k.ID, ed25519.NewKeyFromSeed(k.Seed[:]), k.Until}
	}
	s.ring.Store(&ring)
}

// verifying is the key that a token's header names, if it is one of ours and in
// force. The name is only looked up here: it is never a path or an address.
func (s *Signer) verifying(kid any, now time.Time) (any, error) {
	for _, k := range *s.ring.Load() {
		if name, ok := kid.(string); ok && name == k.id && (k.until == 0 || now.UnixMilli() <= k.until) {
			return k.key.Public(), nil
		}
	}
	return nil, errors.New("token of a key that is not in force")
}

// TokenLife is how long a token can be accepted after it was made.
const TokenLife = wire.AccessSeconds*time.Second + skew

func (s *Signer) access(acct, dev wire.ID, sid string, jkt string, now time.Time) (string, time.Time, error) {
	exp := now.Add(wire.AccessSeconds * time.Second)
	c := Access{RegisteredClaims: jwt.RegisteredClaims{Issuer: s.Issuer, Subject: acct.String(), Audience: jwt.ClaimStrings{audience},
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(exp), ID: uuid.NewString()}, Device: dev.String(), Session: sid}
	c.Cnf.JKT = jkt
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	newest := (*s.ring.Load())[0]
	t.Header["typ"], t.Header["kid"] = typAccess, newest.id
	text, err := t.SignedString(newest.key)
	return text, exp, err
}

// parser accepts EdDSA and nothing else, whatever the header says.
func parser(now time.Time, opts ...jwt.ParserOption) *jwt.Parser {
	return jwt.NewParser(append([]jwt.ParserOption{jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithStrictDecoding(),
		jwt.WithLeeway(skew), jwt.WithTimeFunc(func() time.Time { return now })}, opts...)...)
}

// header demands the exact type and refuses every header that could name a key
// or an extension.
func header(t *jwt.Token, typ string, allowed ...string) error {
	if t.Header["typ"] != typ {
		return errors.New("token of another kind")
	}
	for name := range t.Header {
		ok := name == "typ" || name == "alg"
		for _, a := range allowed {
			ok = ok || name == a
		}
		if !ok {
			return fmt.Errorf("header %q is not used here", name)
		}
	}
	return nil
}

const maxToken = 4096

func (s *Signer) readAccess(text string, now time.Time) (Access, error) {
	var c Access
	if len(text) > maxToken {
		return c, errors.New("token too long")
	}
	_, err := parser(now, jwt.WithIssuer(s.Issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithIssuedAt()).
		ParseWithClaims(text, &c, func(t *jwt.Token) (any, error) {
			if err := header(t, typAccess, "kid"); err != nil {
				return nil, err
			}
			return s.verifying(t.Header["kid"], now)
		})
	if err == nil {
		err = plainTimes(text)
	}
	if err == nil && (c.IssuedAt == nil || c.ExpiresAt.Sub(c.IssuedAt.Time) > wire.AccessSeconds*time.Second) {
		err = errors.New("token that lives longer than any that we make")
	}
	return c, err
}

// plainTimes refuses times that are not numbers (RFC 7519, section 2); the
// library would read them out of a text as well.
func plainTimes(token string) error {
	var times struct {
		Exp any `json:"exp"`
		Nbf any `json:"nbf"`
		Iat any `json:"iat"`
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err == nil {
		err = json.Unmarshal(b, &times)
	}
	for _, v := range []any{times.Exp, times.Nbf, times.Iat} {
		if _, number := v.(float64); v != nil && !number {
			err = errors.New("a time that is no number")
		}
	}
	return err
}

// stepUpClaims is what a step-up attestation says; crypto/seal reads it.
type stepUpClaims struct {
	jwt.RegisteredClaims
	Device   string   `json:"dev"`
	Act      string   `json:"act"`
	Object   string   `json:"obj"`
	AMR      []string `json:"amr"`
	AuthTime int64    `json:"auth_time"`
}

func (s *Signer) attest(acct, dev wire.ID, act, object, method string, now time.Time) (text, id string, exp time.Time, err error) {
	id, exp = uuid.NewString(), now.Add(wire.StepUpSeconds*time.Second)
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, stepUpClaims{RegisteredClaims: jwt.RegisteredClaims{Issuer: s.Issuer, Subject: acct.String(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(exp), ID: id}, Device: dev.String(), Act: act, Object: object,
		AMR: []string{method}, AuthTime: now.Unix()})
	t.Header["typ"] = typStepUp
	text, err = t.SignedString(s.stepUp)
	return text, id, exp, err
}

// readStepUp verifies an attestation of ours; it does not look at its age.
func (s *Signer) readStepUp(text string, now time.Time) (stepUpClaims, error) {
	var c stepUpClaims
	if len(text) > maxToken {
		return c, errors.New("attestation too long")
	}
	_, err := parser(now, jwt.WithIssuer(s.Issuer), jwt.WithExpirationRequired()).ParseWithClaims(text, &c, func(t *jwt.Token) (any, error) {
		if err := header(t, typStepUp); err != nil {
			return nil, err
		}
		return s.stepUp.Public(), nil
	})
	return c, err
}

// proofClaims is a DPoP proof (RFC 9449, 4.2).
type proofClaims struct {
	jwt.RegisteredClaims
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Hash   string `json:"ath,omitempty"`
}

// Proof is a DPoP proof with the request it came on.
type Proof struct {
	Text   string
	Method string
	URL    string // scheme, host and path as the server was addressed
}

const proofAge = 2 * time.Minute

// readProof verifies a proof (RFC 9449, section 4.3) and that it was made by the
// one key that the device is known by. The signature is checked under whatever
// key the header names before the two are compared, so that the time it takes
// does not tell whether there is such a device.
func readProof(p Proof, pub [32]byte, access string, now time.Time) (id string, err error) {
	var c proofClaims
	if len(p.Text) == 0 || len(p.Text) > maxToken {
		return "", errors.New("no proof, or one that is too long")
	}
	var named []byte
	_, err = parser(now).ParseWithClaims(p.Text, &c, func(t *jwt.Token) (any, error) {
		if err := header(t, typProof, "jwk"); err != nil {
			return nil, err
		}
		jwk, _ := t.Header["jwk"].(map[string]any)
		x, _ := jwk["x"].(string)
		if named, err = base64.RawURLEncoding.Strict().DecodeString(x); err != nil {
			return nil, err
		}
		if len(jwk) != 3 || jwk["kty"] != "OKP" || jwk["crv"] != "Ed25519" || len(named) != ed25519.PublicKeySize {
			return nil, errors.New("the proof names no key that is used here")
		}
		return ed25519.PublicKey(named), nil
	})
	switch {
	case err != nil:
		return "", err
	case subtle.ConstantTimeCompare(named, pub[:]) != 1:
		return "", errors.New("the proof is by another key")
	case c.Method != p.Method || c.URL != p.URL:
		return "", errors.New("the proof is for another request")
	case c.IssuedAt == nil || now.Sub(c.IssuedAt.Time) > proofAge || c.IssuedAt.Sub(now) > skew:
		return "", errors.New("the proof is too old or from the future")
	case len(c.ID) < 16 || len(c.ID) > 64:
		return "", errors.New("the proof has no number of its own")
	case access != "" && subtle.ConstantTimeCompare([]byte(c.Hash), []byte(accessHash(access))) != 1:
		return "", errors.New("the proof is for another token")
	}
	return c.ID, nil
}

// accessHash is the ath claim: the digest of the access token that a proof goes with.
func accessHash(access string) string {
	h := sha256.Sum256([]byte(access))
	return b64url(h[:])
}

// Thumbprint is the RFC 7638 thumbprint of an Ed25519 key.
func Thumbprint(pub [32]byte) string {
	h := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + b64url(pub[:]) + `"}`))
	return b64url(h[:])
}

func b64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func digest(text string) [32]byte { return sha256.Sum256([]byte(text)) }

func hexID(s string) (wire.ID, error) {
	var id wire.ID
	if len(s) != 32 {
		return id, errors.New("not an id")
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err
}
