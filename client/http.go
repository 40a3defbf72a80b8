package client

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"arcline/server/wire"
)

// Error is a refusal by the service, in its own words.
type Error struct {
	wire.Problem
	Next uint64
}

func (e *Error) Error() string { return e.Text + " " + e.Hint }

// IsCode reports whether an error is a refusal with a code.
func IsCode(err error, c wire.Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == c
}

// ErrOffline is wrapped when the service cannot be reached.
var ErrOffline = errors.New("the service cannot be reached")

// requester sends HTTP requests, proving possession of the session key.
type requester struct {
	base string // scheme and host
	http *http.Client
	key  ed25519.PrivateKey // nil before there is a device
	now  func() time.Time
}

// proof makes a DPoP proof (RFC 9449, section 4.2) for one request. The address
// in it is without query.
func (r *requester) proof(method, url, access string) (string, error) {
	url, _, _ = strings.Cut(url, "?")
	claims := jwt.MapClaims{"htm": method, "htu": url, "iat": r.now().Unix(), "jti": uuid.NewString()}
	if access != "" {
		sum := sha256.Sum256([]byte(access))
		claims["ath"] = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	t.Header["typ"] = "dpop+jwt"
	t.Header["jwk"] = map[string]string{"kty": "OKP", "crv": "Ed25519",
		"x": base64.RawURLEncoding.EncodeToString(r.key.Public().(ed25519.PublicKey))}
	return t.SignedString(r.key)
}

// send makes one request; access may be empty, and so may factor, the
// attestation of a second factor for it.
func (r *requester) send(ctx context.Context, method, path, access, factor string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, body)
	if err != nil {
		return nil, err
	}
	if r.key != nil {
		bare, _, _ := strings.Cut(path, "?") // RFC 9449, section 4.2: htu is without the query
		p, err := r.proof(method, r.base+bare, access)
		if err != nil {
			return nil, fmt.Errorf("sign the request: %w", err)
		}
		req.Header.Set("DPoP", p)
	}
	if access != "" {
		req.Header.Set("Authorization", "DPoP "+access)
	}
	if factor != "" {
		req.Header.Set(wire.StepUpHeader, factor)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	if resp.StatusCode < 400 {
		return resp, nil
	}
	defer resp.Body.Close()
	e := &Error{}
	b, err := io.ReadAll(io.LimitReader(resp.Body, wire.MaxHTTPBody))
	if err == nil {
		err = wire.DecodeBytes(b, &e.Problem)
	}
	if err != nil || e.Code == "" {
		return nil, fmt.Errorf("%w: it answered %s", ErrOffline, resp.Status)
	}
	return nil, e
}

// call sends in as JSON and reads out.
func (r *requester) call(ctx context.Context, method, path, access string, in, out any) error {
	var b []byte
	if in != nil {
		b = wire.EncodeBody(in)
	}
	return r.callWith(ctx, method, path, access, "", b, out)
}

// callWith sends a body as it is, with the attestation of a second factor where
// factor is not empty, and reads out.
func (r *requester) callWith(ctx context.Context, method, path, access, factor string, in []byte, out any) error {
	var body io.Reader
	if in != nil {
		body = bytes.NewReader(in)
	}
	resp, err := r.send(ctx, method, path, access, factor, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	if err := wire.DecodeBytes(b, out); err != nil {
		return fmt.Errorf("the service's answer could not be read: %w", err)
	}
	return nil
}

const maxAnswer = 64 << 20
