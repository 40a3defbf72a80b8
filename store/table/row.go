package table

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// appendPrefix appends what the physical keys of one table in one partition
// begin with.
func appendPrefix(b []byte, part string, tag byte) []byte {
	if len(part) == 0 || len(part) > 255 {
		panic(fmt.Sprintf("partition name %q: must have 1 to 255 bytes", part))
	}
	b = append(b, byte(len(part)))
	b = append(b, part...)
	return append(b, tag)
}

// splitKey takes a physical key apart.
func splitKey(key []byte) (part string, tag byte, rest []byte, err error) {
	if len(key) == 0 || key[0] == 0 || len(key) < 2+int(key[0]) {
		return "", 0, nil, errKey
	}
	n := 1 + int(key[0])
	return string(key[1:n]), key[n], key[n+1:], nil
}

// castagnoli is the polynomial that processors have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	errSum   = errors.New("checksum does not match")
	errShort = errors.New("value too short")
)

// seal appends the sum of key and payload and then payload to b.
func seal(b, key, payload []byte) []byte {
	sum := crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, payload)
	b = binary.LittleEndian.AppendUint32(b, sum)
	return append(b, payload...)
}

// unseal verifies value and returns its payload.
func unseal(key, value []byte) ([]byte, error) {
	if len(value) < 4 {
		return nil, errShort
	}
	payload := value[4:]
	sum := crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, payload)
	if binary.LittleEndian.Uint32(value) != sum {
		return nil, errSum
	}
	return payload, nil
}

// DamagedError says that a row is not what was written.
type DamagedError struct {
	Table string
	Key   string // partition and the rest in hexadecimal
	Cause error
}

func damaged(table string, key []byte, cause error) *DamagedError {
	return &DamagedError{Table: table, Key: showKey(key), Cause: cause}
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("table %s: the row at %s is damaged (%v): stop the server and restore the store from a snapshot or backup",
		e.Table, e.Key, e.Cause)
}

// Unwrap returns what was found.
func (e *DamagedError) Unwrap() error { return e.Cause }

// showKey writes a physical key for people.
func showKey(key []byte) string {
	part, tag, rest, err := splitKey(key)
	if err != nil {
		return fmt.Sprintf("%x", key)
	}
	return fmt.Sprintf("%q/%d/%x", part, tag, rest)
}
