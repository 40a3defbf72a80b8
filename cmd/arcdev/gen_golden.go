package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"go/types"
	"strings"
)

// samples are values that pin what a number or a text may hold at most: signs
// that encoders escape, and the last integer that JavaScript has.
var samples = map[string]string{
	"name":    `"Zoë \"Z\" O'Neil <zoe@example.org> & Co.\u2028\t\\"`,
	"code":    `"123456"`,
	"otpauth": `"otpauth://totp/arcline:zoe?secret=JBSWY3DPEHPK3PXP&issuer=arcline"`,
	"rid":     `4294967295`,
	"size":    `9007199254740991`,
	"next":    `12`,
	"at":      `1795392000000`,
	"now":     `1795392000000`,
	"opened":  `1795391000000`,
	"changed": `1795392000000`,
	"expires": `1795392600`,
}

// goldenFiles makes two goldens for each frame and body: one with everything in
// it, and one with nothing in it that can be left out or left empty.
func goldenFiles(s *schema) map[string][]byte {
	out := map[string][]byte{}
	for _, r := range s.records {
		name := goldens + "/" + r.name
		if r.tag != "" {
			name = goldens + "/" + r.tag
		}
		out[name+".json"] = append((&filler{schema: s, full: true}).frame(r), '\n')
		out[name+".bare.json"] = append((&filler{schema: s}).frame(r), '\n')
	}
	return out
}

// filler writes a value for each field. It counts as it goes, so that no two
// ids in a golden are the same and a swap of two fields is seen.
type filler struct {
	*schema
	full bool
	n    int
}

func (f *filler) frame(r *record) []byte {
	var b bytes.Buffer
	if r.tag == "" {
		b.WriteString(f.object(r, ""))
	} else {
		b.WriteString(f.object(r, fmt.Sprintf(`"type":%q`, r.tag)))
	}
	return b.Bytes()
}

func (f *filler) object(r *record, first string) string {
	var parts []string
	if first != "" {
		parts = append(parts, first)
	}
	for _, fl := range r.fields {
		if fl.optional && !f.full {
			continue
		}
		parts = append(parts, fmt.Sprintf("%q:%s", fl.name, f.value(fl.name, fl.typ)))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (f *filler) value(name string, t types.Type) string {
	f.n++
	switch t := t.(type) {
	case *types.Pointer:
		return f.value(name, t.Elem())
	case *types.Slice:
		if isByte(t.Elem()) {
			return quote(base64.StdEncoding.EncodeToString(f.bytes(name)))
		}
		if !f.full {
			return "[]"
		}
		return "[" + f.value(name, t.Elem()) + "," + f.value(name, t.Elem()) + "]"
	case *types.Named:
		return f.named(t)
	}
	return f.basic(name, t.(*types.Basic))
}

func (f *filler) named(t *types.Named) string {
	name := t.Obj().Name()
	for _, h := range f.hexes {
		if h.name == name {
			return quote(strings.Repeat(fmt.Sprintf("%02x", f.pick(256)), int(h.digits/2)))
		}
	}
	for _, w := range f.words {
		if w.name == name {
			return quote(w.words[f.pick(len(w.words))])
		}
	}
	for _, r := range f.records {
		if r.name == name {
			return f.object(r, "")
		}
	}
	panic("no golden for the type " + name)
}

func (f *filler) basic(name string, t *types.Basic) string {
	sample, ok := samples[name]
	ok = ok && strings.HasPrefix(sample, `"`) == (t.Kind() == types.String) // the same name can be a text here and a number there
	switch {
	case t.Kind() == types.Bool:
		return fmt.Sprint(f.full)
	case t.Kind() == types.String && !f.full:
		return `""`
	case !f.full:
		return "0"
	case t.Kind() == types.String && ok:
		var s string
		if err := json.Unmarshal([]byte(sample), &s); err != nil {
			panic(err)
		}
		return quote(s)
	case t.Kind() == types.String:
		return quote(name + " " + fmt.Sprint(f.n))
	case ok:
		return sample
	}
	return fmt.Sprint(f.n)
}

// pick is a number below n: the counter in a full golden, zero in a bare one.
func (f *filler) pick(n int) int {
	if !f.full {
		return 0
	}
	return f.n % n
}

// bytes are as many as a signature has, or a few: with every length of padding
// among them.
func (f *filler) bytes(name string) []byte {
	n := 0
	switch {
	case strings.HasSuffix(name, "sig"):
		n = 64
	case f.full:
		n = len(name) + f.n%3
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(37*i + 13*f.pick(256))
	}
	return b
}

// quote writes a string as encoding/json does.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func isByte(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.Uint8
}
