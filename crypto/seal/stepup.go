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
	Issuer   string   `json:"iss"`
	Account  string   `json:"sub"` // hex of the account id
	Device   string   `json:"dev"` // hex of the device id
	Act      string   `json:"act"`
	Object   string   `json:"obj"` // hex of the thread id, or another object's name
	AMR      []string `json:"amr"` // RFC 8176, for example pwd, otp
	AuthTime int64    `json:"auth_time"`
	Issued   int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	ID       string   `json:"jti"`
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
	if !ok || !ok2 || header != base64.RawURLEncoding.EncodeToString([]byte(StepUpHeader)) {
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
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("%w: payload: %w", ErrStepUp, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return s, fmt.Errorf("%w: something follows the payload", ErrStepUp)
	}
	if s.Account != fmt.Sprintf("%x", h.Acct) || s.Device != fmt.Sprintf("%x", h.Dev) {
		return s, fmt.Errorf("%w: another person or device", ErrStepUp)
	}
	if s.Object != fmt.Sprintf("%x", h.Thread) || s.Act != act {
		return s, fmt.Errorf("%w: another act or thread", ErrStepUp)
	}
	return s, nil
}
