package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// FrameType names a frame on the wire.
func FrameType(f any) string {
	switch f := f.(type) {
	case ClientFrame:
		return f.clientFrame()
	case ServerFrame:
		return f.serverFrame()
	}
	return ""
}

// Encode writes a frame: {"type":"...", ...}.
func Encode(f any) []byte {
	b, err := json.Marshal(f)
	if err != nil {
		panic("wire: a frame of ours does not encode: " + err.Error())
	}
	out := make([]byte, 0, len(b)+24)
	out = append(out, `{"type":"`...)
	out = append(out, FrameType(f)...)
	out = append(out, '"')
	if len(b) > 2 {
		out = append(out, ',')
	}
	return append(out, b[1:]...)
}

// DecodeClient reads one frame from a client. It is strict: unknown, repeated
// or differently spelled names, trailing bytes and sizes over the limits are
// refused with a *Error.
func DecodeClient(b []byte) (ClientFrame, error) {
	typ, rest, err := splitType(b)
	if err != nil {
		return nil, err
	}
	switch typ {
	case "append":
		var f Append
		if err := decode(rest, &f); err != nil {
			return nil, err
		}
		return f, f.check()
	case "sync":
		return decodeAs[Sync](rest)
	case "unfollow":
		return decodeAs[Unfollow](rest)
	case "list":
		return decodeAs[List](rest)
	case "ping":
		return decodeAs[Ping](rest)
	}
	return nil, Refuse(CodeUnknownFrame)
}

// DecodeServer reads one frame from the server.
func DecodeServer(b []byte) (ServerFrame, error) {
	typ, rest, err := splitType(b)
	if err != nil {
		return nil, err
	}
	switch typ {
	case "hello":
		return decodeAs[Hello](rest)
	case "posted":
		return decodeAs[Posted](rest)
	case "entries":
		return decodeAs[Entries](rest)
	case "synced":
		return decodeAs[Synced](rest)
	case "threads":
		return decodeAs[Threads](rest)
	case "done":
		return decodeAs[Done](rest)
	case "error":
		return decodeAs[Failed](rest)
	}
	return nil, Refuse(CodeUnknownFrame)
}

func decodeAs[T any](b []byte) (T, error) {
	var f T
	err := decode(b, &f)
	return f, err
}

func (f Append) check() error {
	if len(f.Entry.Head) > MaxHead || len(f.Entry.Body) > MaxBody || len(f.Entry.Sig) != 64 || len(f.Boxes) > MaxBoxes {
		return Refuse(CodeTooLarge)
	}
	return nil
}

// DecodeJSON reads one JSON document into v as strictly as a frame.
func DecodeJSON(r io.Reader, v any) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return Refuse(CodeTooLarge).Because(err)
	}
	if err := lint(b); err != nil {
		return err
	}
	return decode(b, v)
}

// DecodeBytes is DecodeJSON for bytes at hand.
func DecodeBytes(b []byte, v any) error {
	if err := lint(b); err != nil {
		return err
	}
	return decode(b, v)
}

func decode(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return Refuse(CodeMalformed).Because(err)
	}
	return nil
}

// splitType takes the leading "type" member off a frame. It must come first:
// then the rest is decoded once, straight into its own type.
func splitType(b []byte) (string, []byte, error) {
	if err := lint(b); err != nil {
		return "", nil, err
	}
	b = bytes.TrimSpace(b)
	rest, ok := bytes.CutPrefix(b, []byte(`{"type":"`))
	if !ok {
		return "", nil, Refuse(CodeMalformed).Because(fmt.Errorf(`a frame begins with {"type":"`))
	}
	end := bytes.IndexByte(rest, '"')
	typ, rest := string(rest[:end]), rest[end+1:]
	switch rest[0] {
	case '}':
		return typ, []byte("{}"), nil
	case ',':
		body := make([]byte, len(rest))
		copy(body, rest)
		body[0] = '{'
		return typ, body, nil
	}
	return "", nil, Refuse(CodeMalformed)
}

const maxDepth = 8

// lint refuses what encoding/json would let pass: names repeated in an object,
// names in another case, deep nesting, and bytes after the document.
func lint(b []byte) error {
	if !json.Valid(b) {
		return Refuse(CodeMalformed)
	}
	l := linter{b: b}
	if !l.value(0) {
		return Refuse(CodeMalformed).Because(fmt.Errorf("names are lower-case and appear once"))
	}
	return nil
}

// linter walks a document that is known to be valid JSON.
type linter struct {
	b []byte
	i int
}

func (l *linter) space() {
	for l.i < len(l.b) && (l.b[l.i] == ' ' || l.b[l.i] == '\t' || l.b[l.i] == '\n' || l.b[l.i] == '\r') {
		l.i++
	}
}

// str returns the raw inside of a string and whether it had an escape.
func (l *linter) str() (raw []byte, escaped bool) {
	l.i++
	start := l.i
	for {
		quote := bytes.IndexByte(l.b[l.i:], '"')
		back := bytes.IndexByte(l.b[l.i:l.i+quote], '\\')
		if back < 0 {
			l.i += quote + 1
			return l.b[start : l.i-1], escaped
		}
		escaped = true
		l.i += back + 2
	}
}

func (l *linter) value(depth int) bool {
	if depth > maxDepth {
		return false
	}
	l.space()
	switch l.b[l.i] {
	case '{':
		return l.object(depth)
	case '[':
		l.i++
		for {
			l.space()
			if l.b[l.i] == ']' {
				l.i++
				return true
			}
			if l.b[l.i] == ',' {
				l.i++
			}
			if !l.value(depth + 1) {
				return false
			}
		}
	case '"':
		l.str()
	default:
		for l.i < len(l.b) && !bytes.ContainsRune([]byte(",]} \t\r\n"), rune(l.b[l.i])) {
			l.i++
		}
	}
	return true
}

func (l *linter) object(depth int) bool {
	l.i++
	var seen [32][]byte
	n := 0
	for {
		l.space()
		switch l.b[l.i] {
		case '}':
			l.i++
			return true
		case ',':
			l.i++
			continue
		}
		name, escaped := l.str()
		if escaped || n == len(seen) || !lowerName(name) {
			return false
		}
		for _, s := range seen[:n] {
			if bytes.Equal(s, name) {
				return false
			}
		}
		seen[n] = name
		n++
		l.space()
		l.i++ // the colon
		if !l.value(depth + 1) {
			return false
		}
	}
}

func lowerName(b []byte) bool {
	for _, c := range b {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return len(b) > 0
}
