package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Reason says in one word why bytes were refused. The TypeScript decoders give
// the same word for the same bytes; testdata/refuse holds both to it.
type Reason string

// The reasons.
const (
	BadSyntax   Reason = "syntax"   // not one JSON document in UTF-8
	BadTag      Reason = "tag"      // a frame begins with {"type":"
	BadFrame    Reason = "frame"    // no frame has this type
	BadUnknown  Reason = "unknown"  // a name that the schema does not have; names have one spelling
	BadRepeated Reason = "repeated" // a name twice in one object
	BadMissing  Reason = "missing"  // a name that is always sent is not there
	BadNull     Reason = "null"     // nothing of ours is ever null
	BadKind     Reason = "kind"     // an array for an object, a string for a number, ...
	BadNumber   Reason = "number"   // not an integer, or out of the range both languages hold
	BadHex      Reason = "hex"      // not lower-case hex of the right length
	BadBase64   Reason = "base64"   // not the one padded spelling of the bytes
	BadWord     Reason = "word"     // not in the closed set of its type
	BadText     Reason = "text"     // half a surrogate pair
)

// Malformed is the inner reason of CodeMalformed: for logs and tests.
type Malformed struct {
	Reason Reason
	Path   string // as in boxes[2].gen
}

func (m *Malformed) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s", m.Reason, m.Path))
}

func malformed(r Reason) error { return Refuse(CodeMalformed).Because(&Malformed{Reason: r}) }

// under puts the place of an inner failure into its path.
func (m *Malformed) under(place string) *Malformed {
	if m.Path != "" && m.Path[0] != '[' {
		place += "."
	}
	m.Path = place + m.Path
	return m
}

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
	b := EncodeBody(f)
	out := make([]byte, 0, len(b)+24)
	out = append(out, `{"type":"`...)
	out = append(out, FrameType(f)...)
	out = append(out, '"')
	if len(b) > 2 {
		out = append(out, ',')
	}
	return append(out, b[1:]...)
}

// EncodeBody writes the body of an HTTP request or answer. A nil slice leaves
// as an empty one: encoding/json would write null, which no decoder takes.
func EncodeBody(v any) []byte {
	b, err := json.Marshal(v)
	if err == nil && bytes.Contains(b, []byte(":null")) {
		b, err = json.Marshal(filled(reflect.ValueOf(v)).Interface())
	}
	if err != nil {
		panic("wire: a value of ours does not encode: " + err.Error())
	}
	return b
}

// filled is a copy of v in which no slice is nil.
func filled(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(filled(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(filled(v.Field(i)))
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		reflect.Copy(out, v)
		if v.Type().Elem().Kind() == reflect.Struct {
			for i := range v.Len() {
				out.Index(i).Set(filled(v.Index(i)))
			}
		}
	}
	return out
}

// DecodeClient reads one frame from a client. It is strict: what the encoder
// would never write (unknown, repeated, missing or differently spelled names,
// null, numbers that JavaScript cannot hold, a second spelling of the same
// bytes) is refused with a *Error.
func DecodeClient(b []byte) (ClientFrame, error) {
	typ, rest, err := splitType(b)
	if err != nil {
		return nil, err
	}
	switch typ {
	case "append":
		f, err := decodeAs[Append](rest)
		if err != nil {
			return nil, err
		}
		return f, f.check()
	case "sync":
		return decodeAs[Sync](rest)
	case "unfollow":
		return decodeAs[Unfollow](rest)
	case "list":
		return decodeAs[List](rest)
	case "doing":
		return decodeAs[Doing](rest)
	case "ping":
		return decodeAs[Ping](rest)
	}
	return nil, Refuse(CodeUnknownFrame).Because(&Malformed{BadFrame, "type"})
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
	case "present":
		return decodeAs[Present](rest)
	case "pong":
		return decodeAs[Pong](rest)
	case "done":
		return decodeAs[Done](rest)
	case "error":
		return decodeAs[Failed](rest)
	}
	return nil, Refuse(CodeUnknownFrame).Because(&Malformed{BadFrame, "type"})
}

func decodeAs[T any](b []byte) (T, error) {
	var f T
	err := decode(b, &f)
	var m *Malformed
	if errors.As(err, &m) && *m == (Malformed{BadUnknown, "type"}) {
		m.Reason = BadRepeated // the first one was taken off by splitType
	}
	return f, err
}

func (f Append) check() error {
	if len(f.Entry.Head) > MaxHead || len(f.Entry.Body) > MaxBody || len(f.Boxes) > MaxBoxes {
		return Refuse(CodeTooLarge)
	}
	if len(f.Entry.Sig) != 64 {
		return Refuse(CodeMalformed).Because(errors.New("a signature has 64 bytes"))
	}
	return nil
}

// DecodeJSON reads one JSON document into v as strictly as a frame.
func DecodeJSON(r io.Reader, v any) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return Refuse(CodeTooLarge).Because(err)
	}
	return DecodeBytes(b, v)
}

// DecodeBytes is DecodeJSON for bytes at hand.
func DecodeBytes(b []byte, v any) error {
	if err := valid(b); err != nil {
		return err
	}
	return decode(b, v)
}

func valid(b []byte) error {
	if !utf8.Valid(b) || !json.Valid(b) {
		return malformed(BadSyntax)
	}
	return nil
}

// decode holds a valid document against the shape of v before encoding/json,
// which lets much pass, converts it.
func decode(b []byte, v any) error {
	w := walker{b: b}
	if m := w.value(shapeOf(reflect.TypeOf(v).Elem())); m != nil {
		return Refuse(CodeMalformed).Because(m)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return Refuse(CodeMalformed).Because(err)
	}
	return nil
}

// splitType takes the leading "type" member off a frame. It must come first:
// then the rest is decoded once, straight into its own type.
func splitType(b []byte) (string, []byte, error) {
	if err := valid(b); err != nil {
		return "", nil, err
	}
	rest, ok := bytes.CutPrefix(bytes.TrimSpace(b), []byte(`{"type":"`))
	if !ok {
		return "", nil, malformed(BadTag)
	}
	end := bytes.IndexByte(rest, '"')
	typ, rest := string(rest[:end]), rest[end+1:]
	switch rest[0] {
	case '}':
		return typ, []byte("{}"), nil
	case ',':
		body := bytes.Clone(rest)
		body[0] = '{'
		return typ, body, nil
	}
	return "", nil, malformed(BadTag)
}

// shape is what a Go type looks like on the wire.
type shape struct {
	kind     reflect.Kind // Struct, Slice, String, Bool, Int64, or Invalid for hex and base64
	names    []string     // of a struct, in order
	parts    []*shape     // of a struct, beside names; the one of a slice
	must     uint64       // of a struct: a bit for each name that is always there
	low, top int64        // of a number
	hex      int          // digits of hex; with kind Invalid, 0 is base64
	words    []string     // the closed set of a string, if it has one
}

// closed holds the sets of words that a string type may say.
var closed = map[reflect.Type][]string{
	reflect.TypeFor[Role](): words(everybody),
	reflect.TypeFor[Kind](): words([]Kind{
		KindOpen, KindClaim, KindRekey, KindRequeue, KindOffer, KindTransfer, KindMessage, KindAck, KindClose, KindAsk, KindConfirm, KindReveal, KindOutreach, KindNotes, KindNote,
	}),
	reflect.TypeFor[ThreadState](): words([]ThreadState{StateOpen, StateClaimed, StateClosed}),
	reflect.TypeFor[BoxKind]():     words([]BoxKind{BoxAccount, BoxDevice, BoxRecovery, BoxOfficers, BoxLine, BoxLead, BoxRecords}),
	reflect.TypeFor[Code]():        codes(),
}

func words[T ~string](set []T) []string {
	out := make([]string, len(set))
	for i, w := range set {
		out[i] = string(w)
	}
	return out
}

func codes() []string {
	out := make([]string, len(Errors))
	for i, e := range Errors {
		out[i] = string(e.Code)
	}
	return out
}

var shapes sync.Map // reflect.Type -> *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := newShape(t)
	shapes.Store(t, s)
	return s
}

// maxInteger is the largest integer that a JavaScript number holds exactly.
const maxInteger = 1<<53 - 1

func newShape(t reflect.Type) *shape {
	switch t.Kind() {
	case reflect.Pointer:
		return shapeOf(t.Elem())
	case reflect.Struct:
		s := &shape{kind: reflect.Struct}
		for i := range t.NumField() {
			name, flags, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if flags == "" {
				s.must |= 1 << i
			}
			s.names = append(s.names, name)
			s.parts = append(s.parts, shapeOf(t.Field(i).Type))
		}
		return s
	case reflect.Array:
		return &shape{hex: 2 * t.Len()}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &shape{}
		}
		return &shape{kind: reflect.Slice, parts: []*shape{shapeOf(t.Elem())}}
	case reflect.String:
		return &shape{kind: reflect.String, words: closed[t]}
	case reflect.Bool:
		return &shape{kind: reflect.Bool}
	case reflect.Uint32:
		return &shape{kind: reflect.Int64, top: math.MaxUint32}
	case reflect.Uint64:
		return &shape{kind: reflect.Int64, top: maxInteger}
	case reflect.Int, reflect.Int64:
		return &shape{kind: reflect.Int64, low: -maxInteger, top: maxInteger}
	}
	panic("wire: the schema has no place for a " + t.String())
}

// walker goes through a document that is known to be valid JSON. It never goes
// deeper than the shape, so deep nesting ends at the first wrong value.
type walker struct {
	b       []byte
	i       int
	scratch []byte // what base64 said last
}

// next skips space and a separator, and looks at what follows.
func (w *walker) next() byte {
	for strings.IndexByte(" \t\r\n,:", w.b[w.i]) >= 0 {
		w.i++
	}
	return w.b[w.i]
}

func (w *walker) value(s *shape) *Malformed {
	c := w.next()
	want := byte('"')
	switch s.kind {
	case reflect.Struct:
		want = '{'
	case reflect.Slice:
		want = '['
	case reflect.Bool, reflect.Int64:
		want = c
	}
	switch {
	case c == 'n':
		return &Malformed{Reason: BadNull}
	case c != want, s.kind == reflect.Bool && c != 't' && c != 'f', s.kind == reflect.Int64 && c != '-' && (c < '0' || c > '9'):
		return &Malformed{Reason: BadKind}
	case c == '{':
		return w.object(s)
	case c == '[':
		return w.list(s.parts[0])
	case c == '"':
		return w.text(w.str(), s)
	}
	start := w.i
	for w.i < len(w.b) && strings.IndexByte(" \t\r\n,]}", w.b[w.i]) < 0 {
		w.i++
	}
	if s.kind == reflect.Int64 {
		n, err := strconv.ParseInt(string(w.b[start:w.i]), 10, 64)
		if err != nil || n < s.low || n > s.top || n == 0 && c == '-' {
			return &Malformed{Reason: BadNumber}
		}
	}
	return nil
}

func (w *walker) list(of *shape) *Malformed {
	w.i++
	for n := 0; w.next() != ']'; n++ {
		if m := w.value(of); m != nil {
			return m.under("[" + strconv.Itoa(n) + "]")
		}
	}
	w.i++
	return nil
}

func (w *walker) object(s *shape) *Malformed {
	w.i++
	var seen uint64
	for w.next() != '}' {
		name := w.str()
		i := slices.IndexFunc(s.names, func(n string) bool { return n == string(name) })
		if i < 0 {
			return (&Malformed{Reason: BadUnknown}).under(string(name))
		}
		if seen&(1<<i) != 0 {
			return (&Malformed{Reason: BadRepeated}).under(s.names[i])
		}
		seen |= 1 << i
		if m := w.value(s.parts[i]); m != nil {
			return m.under(s.names[i])
		}
	}
	w.i++
	for i, name := range s.names {
		if s.must&^seen&(1<<i) != 0 {
			return (&Malformed{Reason: BadMissing}).under(name)
		}
	}
	return nil
}

// str returns the raw inside of a string.
func (w *walker) str() []byte {
	w.i++
	start := w.i
	for {
		quote := bytes.IndexByte(w.b[w.i:], '"')
		back := bytes.IndexByte(w.b[w.i:w.i+quote], '\\')
		if back < 0 {
			w.i += quote + 1
			return w.b[start : w.i-1]
		}
		w.i += back + 2
	}
}

// text holds the raw inside of a string against its shape.
func (w *walker) text(raw []byte, s *shape) *Malformed {
	if bytes.IndexByte(raw, '\\') >= 0 {
		if raw = unescape(raw); raw == nil {
			return &Malformed{Reason: BadText}
		}
	}
	switch {
	case s.hex > 0:
		if len(raw) != s.hex || len(bytes.Trim(raw, "0123456789abcdef")) > 0 {
			return &Malformed{Reason: BadHex}
		}
	case s.kind == reflect.Invalid:
		if !w.canonical(raw) {
			return &Malformed{Reason: BadBase64}
		}
	case s.words != nil && !slices.Contains(s.words, string(raw)):
		return &Malformed{Reason: BadWord}
	}
	return nil
}

// unescape gives what an escaped string says; nil for half a surrogate pair,
// which encoding/json would make U+FFFD in silence.
func unescape(raw []byte) []byte {
	var s string
	err := json.Unmarshal(slices.Concat([]byte{'"'}, raw, []byte{'"'}), &s)
	if err != nil || strings.Count(s, "\ufffd") > bytes.Count(raw, []byte("\ufffd")) {
		return nil
	}
	return []byte(s)
}

// canonical reports whether raw is what base64.StdEncoding writes: its reader
// passes line ends, and stray bits at the end unless it is strict.
func (w *walker) canonical(raw []byte) bool {
	var err error
	w.scratch, err = base64.StdEncoding.Strict().AppendDecode(w.scratch[:0], raw)
	return err == nil && !bytes.ContainsAny(raw, "\r\n")
}
