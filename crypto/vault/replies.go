package vault

import (
	"fmt"
	"unicode/utf8"

	"arcline/crypto/envelope"
)

// A line's saved replies are records at rest under a key of the line
// (seal.Secret.RepliesKey): whoever works on it can read and write them, and the
// service keeps them unread.

func replyName(line, reply envelope.ID) string { return fmt.Sprintf("reply/%x/%x", line[:], reply[:]) }

// SealReply seals the words of one saved reply under a generation's key. version
// is the reply's, counted up by whoever writes.
func SealReply(k [32]byte, line, reply envelope.ID, version uint64, words string) []byte {
	return Seal(k, replyName(line, reply), version, envelope.Pad([]byte(words)))
}

// OpenReply opens what SealReply has sealed. What is another line's, another
// reply or another version of it is ErrRecord, what is no text
// envelope.ErrMalformed.
func OpenReply(k [32]byte, line, reply envelope.ID, version uint64, sealed []byte) (string, error) {
	padded, err := Open(k, replyName(line, reply), version, sealed)
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
