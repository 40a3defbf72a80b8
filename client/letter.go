package client

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"os"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// Letter is an invitation as a person holds it: where the service is, which
// agency to believe, and the one-time code. It reaches them outside the service.
type Letter struct {
	URL    string      `json:"url"`
	Agency envelope.ID `json:"agency"`
	Root   string      `json:"root"` // text of the agency's root key
	Name   string      `json:"name"` // sign-in name
	Code   string      `json:"code"`
}

// ReadLetter reads a letter from a file.
func ReadLetter(path string) (Letter, error) {
	var l Letter
	b, err := os.ReadFile(path)
	if err != nil {
		return l, fmt.Errorf("read the invitation: %w", err)
	}
	if err := json.Unmarshal(b, &l); err != nil {
		return l, fmt.Errorf("the invitation %s cannot be read: %w", path, err)
	}
	if _, err := key.ParseVerify(l.Root); err != nil {
		return l, fmt.Errorf("the invitation names no agency: %w", err)
	}
	return l, nil
}

// letterCode is a code under which a letter lies with the service: an
// invitation's or a recovery code. The service finds the letter by the locator and
// cannot make the MAC.
type letterCode interface {
	Locator() [32]byte
	MAC(letter []byte) [32]byte
}

// LocatorDigest is what the service knows of a code.
func LocatorDigest(code letterCode) wire.Hash {
	locator := code.Locator()
	return sha256.Sum256(locator[:])
}

// LetterUnder is what is left with the service beside a code, for whoever types
// it: which agency to believe, and the sign-in name. root is the text of the
// agency's root key.
func LetterUnder(code letterCode, agency envelope.ID, root, name string) (wire.RecoveryLetter, error) {
	k, err := key.ParseVerify(root)
	if err != nil {
		return wire.RecoveryLetter{}, fmt.Errorf("the agency's root key: %w", err)
	}
	said := envelope.Letter{Agency: agency, Root: [32]byte(k.Bytes()), Name: name}.Encode()
	return wire.RecoveryLetter{Locator: LocatorDigest(code), Letter: said, MAC: code.MAC(said)}, nil
}

// letterUnder is LetterUnder of this device's own person.
func (c *Client) letterUnder(code vault.RecoveryCode) (wire.RecoveryLetter, error) {
	return LetterUnder(code, c.me.Agency, c.me.Root, c.me.Name)
}

// FindLetter asks a service for the letter that goes with an invitation's code.
// It is believed because only the registrar and the holder of the letter know
// the code, under which it was authenticated.
func FindLetter(ctx context.Context, cfg Config, url, typed string) (Letter, error) {
	code, err := vault.ParseInviteCode(typed)
	if err != nil {
		return Letter{}, fmt.Errorf("the invitation's code: %w", err)
	}
	l, err := findLetter(ctx, cfg, url, "/v1/letter", code)
	if err != nil {
		return Letter{}, err
	}
	l.Code = typed
	return l, nil
}

// FindRecoveryLetter asks a service for the letter that goes with a recovery
// code: a person who has nothing else left needs no other. It is believed because
// only their own devices knew the code, under which it was authenticated.
func FindRecoveryLetter(ctx context.Context, cfg Config, url, recovery string) (Letter, error) {
	code, err := vault.ParseRecoveryCode(recovery)
	if err != nil {
		return Letter{}, fmt.Errorf("the recovery code: %w", err)
	}
	return findLetter(ctx, cfg, url, "/v1/recovery/letter", code)
}

// findLetter believes a letter if the MAC fits that only its code can make.
func findLetter(ctx context.Context, cfg Config, url, path string, code letterCode) (Letter, error) {
	c := newClient(cfg)
	c.req.base = url
	var out wire.LetterAnswer
	if err := c.req.call(ctx, "POST", path, "", wire.LetterQuery{Locator: code.Locator()}, &out); err != nil {
		return Letter{}, err
	}
	if mac := code.MAC(out.Letter); subtle.ConstantTimeCompare(mac[:], out.MAC[:]) != 1 {
		return Letter{}, fmt.Errorf("%w: the letter was not written by whoever made your code", ErrAlarm)
	}
	l, err := envelope.DecodeLetter(out.Letter)
	if err != nil {
		return Letter{}, fmt.Errorf("the letter cannot be read: %w", err)
	}
	root, err := key.NewVerify(l.Root[:])
	if err != nil {
		return Letter{}, fmt.Errorf("the letter names no agency: %w", err)
	}
	return Letter{URL: url, Agency: l.Agency, Root: root.Text(), Name: l.Name}, nil
}
