package vectors

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// files reads what stands in testdata.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, n := range names {
		if out[filepath.Base(n)], err = os.ReadFile(n); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Every file does what it says: it holds, or it is refused for that reason.
func TestOwnVectors(t *testing.T) {
	all := files(t)
	if len(all) < 150 {
		t.Fatalf("%d files: some are missing", len(all))
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(strings.TrimSuffix(name, ".txt"), func(t *testing.T) {
			f, err := Parse(all[name])
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(f.Encode(), all[name]) {
				t.Error("written in another way than Encode's")
			}
			j, known := judges[f.Kind]
			reason, refused := Reasons[f.Expect]
			if !known || !refused && f.Expect != OK || f.What == "" {
				t.Fatalf("kind %q, expectation %q, what %q", f.Kind, f.Expect, f.What)
			}
			err = j(&judge{T: t, File: f, all: all})
			switch {
			case f.Expect == OK && err != nil:
				t.Errorf("refused: %v", err)
			case f.Expect != OK && !errors.Is(err, reason):
				t.Errorf("refused for another reason, or not at all: %v", err)
			}
		})
	}
}

// What is made again is what is there: fixed cases come out the same, sealed
// ones are kept, nothing is missing and nothing is left over.
func TestVectorsAreMade(t *testing.T) {
	have := files(t)
	made, err := Make(have)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range made {
		if !bytes.Equal(b, have[name]) {
			t.Errorf("testdata/%s is missing or another: run arcdev vectors", name)
		}
	}
	for name := range have {
		if made[name] == nil {
			t.Errorf("testdata/%s is left over", name)
		}
	}
}

// Made from nothing, the sealed cases hold too.
func TestVectorsFromNothing(t *testing.T) {
	all, err := Make(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range all {
		f, err := Parse(b)
		if err != nil {
			t.Fatal(name, err)
		}
		err = judges[f.Kind](&judge{T: t, File: f, all: all})
		if (f.Expect == OK) != (err == nil) || f.Expect != OK && !errors.Is(err, Reasons[f.Expect]) {
			t.Errorf("%s: %v, not %s", name, err, f.Expect)
		}
	}
}

// Every sentinel error of the rooms has a name, and every name a vector.
func TestEveryReasonHasAVector(t *testing.T) {
	used := map[string]bool{OK: true}
	for _, b := range files(t) {
		f, err := Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		used[f.Expect] = true
	}
	named := map[error]bool{}
	for name, err := range Reasons {
		if named[err] {
			t.Errorf("%s names an error that has another name", name)
		}
		named[err] = true
		if !used[name] {
			t.Errorf("no vector is refused for %s", name)
		}
	}
	if n := sentinels(t); n != len(Reasons) {
		t.Errorf("the rooms have %d sentinel errors, Reasons names %d", n, len(Reasons))
	}
}

// sentinels counts the exported errors of the crypto rooms.
func sentinels(t *testing.T) (n int) {
	t.Helper()
	eachFile(t, func(_ string, f *ast.File, _ []byte) {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				for _, name := range s.(*ast.ValueSpec).Names {
					if strings.HasPrefix(name.Name, "Err") {
						n++
					}
				}
			}
		}
	})
	return n
}

// eachFile parses every file of the rooms that ships.
func eachFile(t *testing.T, do func(name string, f *ast.File, src []byte)) {
	t.Helper()
	names, err := filepath.Glob("../*/*.go")
	if err != nil || len(names) < 20 {
		t.Fatal("no source:", err)
	}
	for _, n := range names {
		room := filepath.Base(filepath.Dir(n))
		if strings.HasSuffix(n, "_test.go") || room == "vectors" || room == "chaintest" || room == "attack" {
			continue
		}
		src, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), n, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		do(n, f, src)
	}
}

var label = regexp.MustCompile(`arc1/[a-z0-9/-]*`)

// The normative text and the code have the same labels, whole and as prefixes.
func TestLabelsStandInTheText(t *testing.T) {
	text, err := os.ReadFile("../PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	written, used := map[string]bool{}, map[string]bool{}
	for _, l := range label.FindAllString(string(text), -1) {
		written[l] = true
	}
	eachFile(t, func(_ string, f *ast.File, _ []byte) {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			for _, l := range label.FindAllString(lit.Value, -1) {
				used[l] = true
			}
			return true
		})
	})
	if len(used) < 40 {
		t.Fatalf("only %d labels found", len(used))
	}
	for l := range used {
		if !written[l] {
			t.Errorf("%s is in the code and not in PROTOCOL.md", l)
		}
	}
	for l := range written {
		// A label whose end is computed stands in the code as a prefix.
		if !used[l] && !slices.ContainsFunc(slices.Collect(maps.Keys(used)), func(p string) bool { return strings.HasSuffix(p, "/") && p != "arc1/" && strings.HasPrefix(l, p) }) && !bodyLabel(l) {
			t.Errorf("%s is in PROTOCOL.md and not in the code", l)
		}
	}
	for name := range Reasons {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("the refusal %s is not in PROTOCOL.md", name)
		}
	}
}
