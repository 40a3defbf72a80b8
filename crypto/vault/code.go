package vault

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"

	"arcline/crypto/envelope"
	"arcline/crypto/key"
)

const (
	recoveryBytes, recoveryChecks = 20, 2
	inviteBytes, inviteChecks     = 10, 1
)

// RecoveryCode is the paper that brings an account back: 160 random bits. It
// does not print; Text is asked for by name. The bits stand behind a function:
// package fmt does not call the methods of an unexported field and follows
// pointers, but it cannot look into a function. It also rules out ==.
// The zero value is no code.
type RecoveryCode struct{ bits func() [recoveryBytes]byte }

func recoveryCode(b [recoveryBytes]byte) RecoveryCode {
	return RecoveryCode{bits: func() [recoveryBytes]byte { return b }}
}

// NewRecoveryCode makes a code from the system's randomness.
func NewRecoveryCode() RecoveryCode {
	var b [recoveryBytes]byte
	rand.Read(b[:])
	return recoveryCode(b)
}

// ParseRecoveryCode reads a code as a person typed it. The error is
// ErrCodeLength, ErrCodeCharacter or ErrCodeChecksum and never repeats the text.
func ParseRecoveryCode(text string) (RecoveryCode, error) {
	b, err := readCode(text, recoveryBytes, recoveryChecks)
	if err != nil {
		return RecoveryCode{}, fmt.Errorf("read recovery code: %w", err)
	}
	return recoveryCode([recoveryBytes]byte(b)), nil
}

// Text is the code for paper: eight groups of four and two check characters.
func (c RecoveryCode) Text() string {
	b := c.bits()
	return writeCode(b[:], recoveryChecks)
}

// Keys are the recovery pair whose public halves stand in the account's chain.
func (c RecoveryCode) Keys() (*key.Signing, *key.Box) {
	sign, box := c.derive("arc1/recovery/sign"), c.derive("arc1/recovery/box")
	return key.SigningFromSeed([32]byte(sign)), key.BoxFromSeed([32]byte(box))
}

func (c RecoveryCode) derive(label string) []byte {
	b := c.bits()
	return key.HKDF(b[:], nil, envelope.Enc(label), 32)
}

// Locator finds the letter that goes with the code on the server, which stores
// only its digest. It says nothing about the keys.
func (c RecoveryCode) Locator() [32]byte { return [32]byte(c.derive("arc1/recovery/locator")) }

// MAC authenticates the letter that goes with the code (HMAC-SHA256, RFC 2104),
// so that the code alone says which agency to believe.
func (c RecoveryCode) MAC(letter []byte) [32]byte {
	m := hmac.New(sha256.New, c.derive("arc1/recovery/mac"))
	m.Write(letter)
	return [32]byte(m.Sum(nil))
}

// Format keeps the code out of every print.
func (c RecoveryCode) Format(f fmt.State, _ rune) { fmt.Fprint(f, "vault.RecoveryCode(hidden)") }

// LogValue keeps the code out of logs.
func (c RecoveryCode) LogValue() slog.Value { return slog.StringValue("hidden") }

// MarshalJSON refuses.
func (c RecoveryCode) MarshalJSON() ([]byte, error) { return nil, errMarshal }

var errMarshal = errors.New("a code does not marshal")

// InviteCode is what the agency hands a person out of band: 80 random bits for
// one enrolment within a week. It proves to the registrar that the account's
// first link was made by the person invited, whatever the server says. It is
// kept like a RecoveryCode.
type InviteCode struct{ bits func() [inviteBytes]byte }

func inviteCode(b [inviteBytes]byte) InviteCode {
	return InviteCode{bits: func() [inviteBytes]byte { return b }}
}

// NewInviteCode makes a code from the system's randomness.
func NewInviteCode() InviteCode {
	var b [inviteBytes]byte
	rand.Read(b[:])
	return inviteCode(b)
}

// ParseInviteCode reads a code as a person typed it, with the errors of
// ParseRecoveryCode.
func ParseInviteCode(text string) (InviteCode, error) {
	b, err := readCode(text, inviteBytes, inviteChecks)
	if err != nil {
		return InviteCode{}, fmt.Errorf("read invitation code: %w", err)
	}
	return inviteCode([inviteBytes]byte(b)), nil
}

// Text is the code for paper: four groups of four, the last with its check
// character.
func (c InviteCode) Text() string {
	b := c.bits()
	return writeCode(b[:], inviteChecks)
}

// derive encodes the bits before HKDF because FIPS-only mode refuses inputs
// shorter than 112 bits; the label adds length and no strength.
func (c InviteCode) derive(label string) [32]byte {
	b := c.bits()
	return [32]byte(key.HKDF(envelope.Enc("arc1/invite/code", b[:]), nil, envelope.Enc(label), 32))
}

// MACKey is the key of MAC.
func (c InviteCode) MACKey() [32]byte { return c.derive("arc1/invite/mac") }

// Locator finds the invitation on the server, which stores only its digest. It
// says nothing about MACKey.
func (c InviteCode) Locator() [32]byte { return c.derive("arc1/invite/locator") }

// PairCode is what a new device shows and its person types into one of their old
// devices: 80 random bits, alive for ten minutes. Each side proves to the other
// that it knows them, so the service, which carries both messages, can put
// neither a device of its own into the account nor the device into an account of
// its own. It is kept like a RecoveryCode.
type PairCode struct{ bits func() [inviteBytes]byte }

func pairCode(b [inviteBytes]byte) PairCode {
	return PairCode{bits: func() [inviteBytes]byte { return b }}
}

// NewPairCode makes a code from the system's randomness.
func NewPairCode() PairCode {
	var b [inviteBytes]byte
	rand.Read(b[:])
	return pairCode(b)
}

// ParsePairCode reads a code as a person typed it, with the errors of
// ParseRecoveryCode.
func ParsePairCode(text string) (PairCode, error) {
	b, err := readCode(text, inviteBytes, inviteChecks)
	if err != nil {
		return PairCode{}, fmt.Errorf("read the new device's code: %w", err)
	}
	return pairCode([inviteBytes]byte(b)), nil
}

// Text is the code for the screen, written like an invitation's.
func (c PairCode) Text() string {
	b := c.bits()
	return writeCode(b[:], inviteChecks)
}

func (c PairCode) derive(label string) [32]byte {
	b := c.bits()
	return [32]byte(key.HKDF(envelope.Enc("arc1/pair/code", b[:]), nil, envelope.Enc(label), 32))
}

// Locator is under what the service keeps the messages of a pairing.
func (c PairCode) Locator() [32]byte { return c.derive("arc1/pair/locator") }

// MACNew is the new device's proof over the sign-in name and its keys.
func (c PairCode) MACNew(name string, keys []byte) [32]byte {
	return c.mac(envelope.Enc("arc1/pair/new", []byte(name), keys))
}

// MACOld is the old device's proof over its welcome and over the statement that
// the new device is asked to accept.
func (c PairCode) MACOld(welcome, link []byte) [32]byte {
	return c.mac(envelope.Enc("arc1/pair/old", welcome, link))
}

func (c PairCode) mac(b []byte) [32]byte {
	k := c.derive("arc1/pair/mac")
	m := hmac.New(sha256.New, k[:])
	m.Write(b)
	return [32]byte(m.Sum(nil))
}

// Format keeps the code out of every print.
func (c PairCode) Format(f fmt.State, _ rune) { fmt.Fprint(f, "vault.PairCode(hidden)") }

// LogValue keeps the code out of logs.
func (c PairCode) LogValue() slog.Value { return slog.StringValue("hidden") }

// MarshalJSON refuses.
func (c PairCode) MarshalJSON() ([]byte, error) { return nil, errMarshal }

// DeviceNumber names a device by its public keys for a person to read out on the
// telephone: 80 bits of their digest, written like a code. It is no secret.
func DeviceNumber(keys envelope.DeviceKeys) string {
	sum := envelope.Sum(keys.Encode())
	return writeCode(sum[:inviteBytes], inviteChecks)
}

// MAC authenticates an account's first link, encoded with 32 zero bytes as its
// InviteMAC, and the letter that goes with the code (HMAC-SHA256, RFC 2104). The
// labels at the front of both keep one from being taken for the other.
func (c InviteCode) MAC(statement []byte) [32]byte {
	k := c.MACKey()
	m := hmac.New(sha256.New, k[:])
	m.Write(statement)
	return [32]byte(m.Sum(nil))
}

// Format keeps the code out of every print.
func (c InviteCode) Format(f fmt.State, _ rune) { fmt.Fprint(f, "vault.InviteCode(hidden)") }

// LogValue keeps the code out of logs.
func (c InviteCode) LogValue() slog.Value { return slog.StringValue("hidden") }

// MarshalJSON refuses.
func (c InviteCode) MarshalJSON() ([]byte, error) { return nil, errMarshal }
