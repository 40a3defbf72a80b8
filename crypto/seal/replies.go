package seal

import (
	"fmt"
	"unicode/utf8"

	"arcline/crypto/envelope"
	"arcline/crypto/vault"
)

// A line's saved replies are records at rest under a key of the line: whoever
// works on it can read and write them, and the service keeps them unread.

// RepliesKey is what a line's saved replies are kept under: the key of records
// at rest, from a generation of the line's key.
func (s Secret) RepliesKey() [32]byte {
	return [32]byte(s.derive(nil, envelope.Enc("arc1/gen/replies"), 32))
}

func replyName(line, reply envelope.ID) string { return fmt.Sprintf("reply/%x/%x", line[:], reply[:]) }

// SealReply seals the words of one saved reply under a generation of its line's
// key. version is the reply's, counted up by whoever writes.
func SealReply(s Secret, line, reply envelope.ID, version uint64, words string) []byte {
	return vault.Seal(s.RepliesKey(), replyName(line, reply), version, envelope.Pad([]byte(words)))
}

// OpenReply opens what SealReply has sealed. What is another line's, another
// reply or another version of it is vault.ErrRecord, what is no text
// envelope.ErrMalformed.
func OpenReply(s Secret, line, reply envelope.ID, version uint64, sealed []byte) (string, error) {
	padded, err := vault.Open(s.RepliesKey(), replyName(line, reply), version, sealed)
	if err != nil {
		return "", fmt.Errorf("open a saved reply: %w", err)
	}
	words, err := envelope.Unpad(padded)
	if err == nil && !utf8.Valid(words) {
		err = fmt.Errorf("%w: no text", envelope.ErrMalformed)
	}
	if err != nil {
		return "", fmt.Errorf("read a saved reply: %w", err)
	}
	return string(words), nil
}
