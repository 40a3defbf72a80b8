package wire

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// declaration is a struct of the schema as its source declares it.
type declaration struct {
	name  string
	union string // of a frame
	tag   string // of a frame
}

// source parses the package: laws about "every" need a list that nobody keeps.
func source(t testing.TB) []*ast.GenDecl {
	if t != nil {
		t.Helper()
	}
	names, _ := filepath.Glob("*.go")
	var out []*ast.GenDecl
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			panic(err)
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				out = append(out, g)
			}
		}
	}
	return out
}

// declared lists the structs with JSON tags.
func declared(t testing.TB) []declaration {
	var out []declaration
	for _, g := range source(t) {
		for _, spec := range g.Specs {
			ts, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			st, ok := ts.Type.(*ast.StructType)
			if !ok || len(st.Fields.List) == 0 || st.Fields.List[0].Tag == nil {
				continue
			}
			d := declaration{name: ts.Name.Name}
			for _, c := range g.Doc.List {
				if rest, ok := strings.CutPrefix(c.Text, "//gents:case "); ok {
					d.union, d.tag, _ = strings.Cut(rest, " ")
				}
			}
			out = append(out, d)
		}
	}
	return out
}

// caseOf finds the frame of a union that has a tag.
func caseOf(tag, union string) (declaration, bool) {
	all := declared(nil)
	i := slices.IndexFunc(all, func(d declaration) bool { return d.tag == tag && d.union == union })
	if i < 0 {
		return declaration{}, false
	}
	return all[i], true
}

// constants lists the values of a string type's constants.
func constants(t testing.TB, typ string) []string {
	var out []string
	for _, g := range source(t) {
		for _, spec := range g.Specs {
			vs, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			if id, ok := vs.Type.(*ast.Ident); ok && id.Name == typ && g.Tok == token.CONST {
				s, err := strconv.Unquote(vs.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, s)
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no constants of type %s", typ)
	}
	return out
}

func TestTagsAreWhatFramesSay(t *testing.T) {
	for _, f := range []any{
		Append{}, Sync{}, Unfollow{}, List{}, Ping{}, Hello{}, Posted{}, Entries{}, Synced{}, Threads{}, Done{}, Failed{},
	} {
		name := reflect.TypeOf(f).Name()
		i := slices.IndexFunc(declared(t), func(d declaration) bool { return d.name == name })
		if i < 0 || declared(t)[i].tag != FrameType(f) {
			t.Errorf("%s says %q on the wire, its comment says otherwise", name, FrameType(f))
		}
	}
}

// The decoder keeps the closed sets; a constant that it does not know could be
// sent and never read.
func TestClosedSetsAreComplete(t *testing.T) {
	for typ, set := range closed {
		want := constants(t, typ.Name())
		have := slices.Clone(set)
		slices.Sort(want)
		slices.Sort(have)
		if !slices.Equal(have, want) {
			t.Errorf("the decoder knows the %ss %v, the source declares %v", typ.Name(), have, want)
		}
	}
}

func TestEveryCodeHasOneRow(t *testing.T) {
	rows := map[Code]int{}
	for _, e := range Errors {
		rows[e.Code]++
	}
	for _, c := range constants(t, "Code") {
		if rows[Code(c)] != 1 {
			t.Errorf("%s has %d rows in Errors", c, rows[Code(c)])
		}
		delete(rows, Code(c))
	}
	for c := range rows {
		t.Errorf("Errors has a row for %s, which is no constant", c)
	}
}

// People read the texts. They say what happened and what to do, in the words of
// the work, not in those of its machinery.
func TestErrorTextsAreForPeople(t *testing.T) {
	machinery := regexp.MustCompile(`(?i)\b(key|token|session|hash|cipher|crypto)s?\b`)
	for _, e := range Errors {
		if e.Status < 400 || e.Status > 599 {
			t.Errorf("%s: %d is no status of an error", e.Code, e.Status)
		}
		for _, s := range []string{e.Text, e.Hint} {
			if !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q is no sentence", e.Code, s)
			}
			if word := machinery.FindString(s); word != "" {
				t.Errorf("%s: %q says %q", e.Code, s, word)
			}
		}
	}
}

// A frame without a row in Acts could be asked for by anybody or by nobody.
func TestEveryRequestHasAnAct(t *testing.T) {
	want := map[string]bool{}
	for _, k := range constants(t, "Kind") {
		want["append "+k] = true
	}
	// A statement of a chain that a person may bring has its row by its type; an
	// account's first comes with enrolment.
	link := regexp.MustCompile(`^link (agency|account|line)/[a-z-]+$`)
	want["sync notes"] = true // sync with its flag: other people may ask it
	for _, d := range declared(t) {
		if d.union == "ClientFrame" && d.tag != "append" {
			want[d.tag] = true
		}
	}
	route := regexp.MustCompile(`^(GET|POST|PUT|DELETE) /v1/[a-z0-9/{}-]+$`)
	seen := map[string]bool{}
	for _, a := range Acts {
		if seen[a.Name] {
			t.Errorf("%q has two rows", a.Name)
		}
		seen[a.Name] = true
		if len(a.Roles) == 0 {
			t.Errorf("%q is allowed to nobody", a.Name)
		}
		if !want[a.Name] && !route.MatchString(a.Name) && !link.MatchString(a.Name) {
			t.Errorf("%q is no frame, no kind of entry and no route", a.Name)
		}
		if slices.Contains(Open, a.Name) {
			t.Errorf("%q needs a session and is open", a.Name)
		}
		delete(want, a.Name)
	}
	for name := range want {
		t.Errorf("%q has no row in Acts", name)
	}
}
