package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

// StepUpHeader is the only JOSE header of a step-up attestation. There is no
// algorithm to choose, so the header is compared, not parsed (RFC 8725, 3.1).
const StepUpHeader = `{"alg":"EdDSA","typ":"arc-stepup+jwt"}`

// ErrStepUp is wrapped when an attestation is refused.
var ErrStepUp = errors.New("second-factor attestation does not hold")

// StepUp is what the service attests: this account, on this device, gave a
// fresh second factor for this act on this object. Times are Unix seconds
// (RFC 7519 NumericDate).
type StepUp struct {
	Issuer   string   // iss
	Account  string   // sub: hex of the account id
	Device   string   // dev: hex of the device id
	Act      string   // act
	Object   string   // obj: hex of the thread id, or another object's name
	AMR      []string // amr: RFC 8176, for example pwd, otp
	AuthTime int64    // auth_time
	Issued   int64    // iat
	Expires  int64    // exp
	ID       string   // jti
}

// ReadStepUp verifies an attestation under the key from the agency's policy and
// checks that it speaks about this entry: its signer, its thread, the act. The
// age of the second factor is for showing; whether it was fresh enough and used
// once was the server's to refuse.
func ReadStepUp(pub [32]byte, h envelope.Head, act string) (StepUp, error) {
	var s StepUp
	if _, err := key.NewVerify(pub[:]); err != nil {
		return s, fmt.Errorf("%w: %w", ErrStepUp, err)
	}
	header, rest, ok := strings.Cut(string(h.Attest), ".")
	payload, sig, ok2 := strings.Cut(rest, ".")
	// Go's base64 passes over line breaks, which are not in the one form there is.
	if !ok || !ok2 || strings.ContainsAny(rest, "\r\n") || header != base64.RawURLEncoding.EncodeToString([]byte(StepUpHeader)) {
		return s, fmt.Errorf("%w: not in the one form there is", ErrStepUp)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sig)
	if err != nil || len(raw) != 64 || !ed25519.Verify(pub[:], []byte(header+"."+payload), raw) {
		return s, fmt.Errorf("%w: signature", ErrStepUp)
	}
	body, err := base64.RawURLEncoding.Strict().DecodeString(payload)
	if err != nil {
		return s, fmt.Errorf("%w: payload", ErrStepUp)
	}
	if s, err = readClaims(body); err != nil {
		return s, fmt.Errorf("%w: payload: %w", ErrStepUp, err)
	}
	if s.Account != fmt.Sprintf("%x", h.Acct) || s.Device != fmt.Sprintf("%x", h.Dev) {
		return s, fmt.Errorf("%w: another person or device", ErrStepUp)
	}
	if s.Object != fmt.Sprintf("%x", h.Thread) || s.Act != act {
		return s, fmt.Errorf("%w: another act or thread", ErrStepUp)
	}
	return s, nil
}

// readClaims reads one object of exactly the members of a StepUp, each once and
// spelled so: encoding/json alone takes other spellings, repeats, null, and what
// is missing.
func readClaims(body []byte) (s StepUp, err error) {
	members, err := readMembers(body)
	if err != nil {
		return s, err
	}
	if s.AMR, err = textsOf(members["amr"]); err != nil {
		return s, err
	}
	delete(members, "amr")
	texts := map[string]*string{"iss": &s.Issuer, "sub": &s.Account, "dev": &s.Device, "act": &s.Act, "obj": &s.Object, "jti": &s.ID}
	times := map[string]*int64{"auth_time": &s.AuthTime, "iat": &s.Issued, "exp": &s.Expires}
	if len(members) != len(texts)+len(times) {
		return s, errors.New("a member too many or too few")
	}
	for name, to := range texts {
		text, ok := members[name].(string)
		if !ok {
			return s, fmt.Errorf("%s is no text", name)
		}
		*to = text
	}
	for name, to := range times {
		n, ok := members[name].(json.Number)
		if *to, err = n.Int64(); !ok || err != nil || *to < -maxSafe || *to > maxSafe {
			return s, fmt.Errorf("%s is no time", name)
		}
	}
	return s, nil
}

// maxSafe is the largest integer that every reader of JSON can hold.
const maxSafe = 1<<53 - 1

// readMembers reads one object and nothing after it.
func readMembers(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if t, err := d.Token(); !utf8.Valid(body) || err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("no object"), err)
	}
	out := map[string]any{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if _, twice := out[name]; err != nil || !ok || twice {
			return nil, errors.Join(fmt.Errorf("the member %q", name), err)
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		out[name] = v
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows")
	}
	return out, nil
}

func textsOf(v any) ([]string, error) {
	list, ok := v.([]any)
	out := []string{}
	for _, x := range list {
		text, is := x.(string)
		ok = ok && is
		out = append(out, text)
	}
	if !ok {
		return nil, errors.New("amr is no list of texts")
	}
	return out, nil
}
