// Package vectors makes the project's own test vectors and holds, as tests, the
// vectors of the published standards.
//
// The own vectors tie the Go and the TypeScript implementation to each other:
// one text file per case under testdata, most of them refusals. Both languages
// read every file, do what its kind says, and compare the outcome with the
// expectation: ok, or the name of the reason in Reasons. testdata/README.md says
// how a file is written and what the fields of each kind are.
//
// What needs no randomness is made anew each time and must come out the same.
// What is sealed differs at every making, so such files are made once and kept:
// Make takes the files there are and adds those that are missing.
package vectors

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"arcline/crypto/envelope"
)

// OK is the expectation of a case that is not refused.
const OK = "ok"

// File is one case.
type File struct {
	Expect string // OK or a name in Reasons
	What   string // one line of words
	Kind   string // what to do with the fields
	Fields []Field
}

// Field is a named value. A name may stand several times: a list.
type Field struct{ Name, Value string }

// Encode writes the file.
func (f File) Encode() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "expect: %s\nwhat: %s\nkind: %s\n", f.Expect, f.What, f.Kind)
	for _, x := range f.Fields {
		fmt.Fprintf(&out, "%s: %s\n", x.Name, x.Value)
	}
	return out.Bytes()
}

// Parse reads a file.
func Parse(b []byte) (File, error) {
	var f File
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case !ok:
			return f, fmt.Errorf("line %d has no name", i+1)
		case i == 0 && name == "expect":
			f.Expect = value
		case i == 1 && name == "what":
			f.What = value
		case i == 2 && name == "kind":
			f.Kind = value
		case i < 3:
			return f, fmt.Errorf("line %d is %q: expect, what and kind come first", i+1, name)
		default:
			f.Fields = append(f.Fields, Field{name, value})
		}
	}
	return f, nil
}

// All returns the values of a name, in order.
func (f File) All(name string) (out []string) {
	for _, x := range f.Fields {
		if x.Name == name {
			out = append(out, x.Value)
		}
	}
	return out
}

// Text returns the only value of a name, or nothing.
func (f File) Text(name string) string {
	if all := f.All(name); len(all) == 1 {
		return all[0]
	}
	return ""
}

// add appends fields: bytes as hexadecimal, numbers as decimals, several values
// of one line with blanks between them and "-" for no bytes.
func (f *File) add(name string, values ...any) *File {
	var words []string
	for _, v := range values {
		switch v := v.(type) {
		case string:
			words = append(words, v)
		case []byte:
			words = append(words, hexOf(v))
		case [32]byte:
			words = append(words, hexOf(v[:]))
		case envelope.ID:
			words = append(words, hexOf(v[:]))
		case envelope.Hash:
			words = append(words, hexOf(v[:]))
		case int:
			words = append(words, strconv.Itoa(v))
		case uint32:
			words = append(words, strconv.FormatUint(uint64(v), 10))
		case uint64:
			words = append(words, strconv.FormatUint(v, 10))
		default:
			panic(fmt.Sprintf("vectors: no way to write a %T", v))
		}
	}
	f.Fields = append(f.Fields, Field{name, strings.Join(words, " ")})
	return f
}

func hexOf(b []byte) string {
	if len(b) == 0 {
		return "-"
	}
	return hex.EncodeToString(b)
}

// kase is one case before it is written.
type kase struct {
	name  string
	fixed bool // comes out the same each time
	make  func() (*File, error)
}

// fixed is a case without randomness.
func fixed(name string, f *File) kase {
	return kase{name, true, func() (*File, error) { return f, nil }}
}

// sealed is a case that is made once.
func sealed(name string, make func() (*File, error)) kase { return kase{name, false, make} }

func ok(kind, what string) *File         { return &File{Expect: OK, What: what, Kind: kind} }
func no(reason, kind, what string) *File { return &File{Expect: reason, What: what, Kind: kind} }
func (f File) with(expect, what string) *File {
	f.Expect, f.What, f.Fields = expect, what, slices.Clone(f.Fields)
	return &f
}

// set replaces the only value of a name.
func (f *File) set(name string, values ...any) *File {
	var one File
	one.add(name, values...)
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			f.Fields[i] = one.Fields[0]
		}
	}
	return f
}

const worldFile = "world.txt"

// Make returns every file of the vectors by name. have holds the files that
// exist: of those, what is sealed is kept as it is. Without have's world.txt
// everything is made anew, since the sealed cases build on it.
func Make(have map[string][]byte) (map[string][]byte, error) {
	out := map[string][]byte{}
	old, kept := have[worldFile]
	if !kept {
		f, err := newWorld()
		if err != nil {
			return nil, fmt.Errorf("make the world: %w", err)
		}
		old = f.Encode()
	}
	out[worldFile] = old
	w, err := loadWorld(old)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", worldFile, err)
	}
	for _, k := range slices.Concat(encodingCases(), statementCases(), keyCases(), logCases(), vaultCases(), officerCases(), fileCases(), spokenCases(), replyCases(), w.sealCases(), w.chainCases(), w.threadCases(), w.outreachCases(), w.revealCases(), w.announcementCases(), w.notesCases()) {
		name := k.name + ".txt"
		if out[name] != nil {
			return nil, fmt.Errorf("two cases are named %s", name)
		}
		if b, there := have[name]; there && kept && !k.fixed {
			out[name] = b
			continue
		}
		f, err := k.make()
		if err != nil {
			return nil, fmt.Errorf("make %s: %w", name, err)
		}
		out[name] = f.Encode()
	}
	return out, nil
}
