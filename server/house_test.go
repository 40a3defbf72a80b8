package server_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The laws of the house, each with its reason. They read the tree as it is: a
// law needs no list of files, and a new room falls under it by its place.

// goFile is one parsed file of the tree.
type goFile struct {
	name    string // below the root, with slashes
	room    string // its folder
	test    bool   // a test file, or any file of a room for tests
	lines   int
	pkg     string
	imports []string // without quotes; ours without the module's name
	ast     *ast.File
	set     *token.FileSet
}

// testRooms are ours to test with. Nothing that ships may import them, so the
// laws for what ships do not bind them.
var testRooms = []string{"store/kv/kvtest", "crypto/chaintest", "crypto/attack", "client/arctest"}

// ours are the top-level folders. In laws and in the map these names mean the
// folders, not the standard library's packages (crypto above all).
var ours = []string{"cmd", "crypto", "store", "server", "client", "client-web"}

const module = "arcline/"

func tree(t *testing.T) []goFile {
	t.Helper()
	var out []goFile
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() && name != ".." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(base, ".go") {
			return nil
		}
		f, err := parseFile(name)
		out = append(out, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("the laws saw only %d files", len(out))
	}
	return out
}

func parseFile(name string) (goFile, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return goFile{}, err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return goFile{}, err
	}
	rel := strings.TrimPrefix(filepath.ToSlash(name), "../")
	f := goFile{name: rel, room: path.Dir(rel), pkg: parsed.Name.Name, ast: parsed, set: set}
	f.lines = strings.Count(string(src), "\n")
	f.test = strings.HasSuffix(rel, "_test.go") || slices.Contains(testRooms, f.room)
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return goFile{}, err
		}
		f.imports = append(f.imports, imported)
	}
	return f, nil
}

// within reports whether an imported path is the named package or lies below it.
func within(imported, name string) bool {
	if slices.Contains(ours, strings.SplitN(name, "/", 2)[0]) {
		name = module + name
	}
	return imported == name || strings.HasPrefix(imported, name+"/")
}

func withinAny(imported string, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return within(imported, n) })
}

// roomIn reports whether a room is one of the named folders or lies below one.
func roomIn(room string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return room == f || strings.HasPrefix(room, f+"/") })
}

// mapped is one row of README's map of rooms.
type mapped struct {
	room   string
	never  []string
	but    []string // of never, what is allowed all the same
	nobody bool     // imports nothing of ours
}

// readmeMap reads the table between the markers. The last column has the names
// in backticks; "but" begins its exceptions.
func readmeMap(t *testing.T) []mapped {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "<!-- rooms -->")
	table, _, found := strings.Cut(rest, "<!-- /rooms -->")
	if !found {
		t.Fatal("README.md has no map of rooms between <!-- rooms --> and <!-- /rooms -->")
	}
	quoted := regexp.MustCompile("`([^`]+)`")
	names := func(s string) (out []string) {
		for _, m := range quoted.FindAllStringSubmatch(s, -1) {
			out = append(out, m[1])
		}
		return out
	}
	var out []mapped
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || len(names(cells[1])) != 1 {
			continue
		}
		never, but, _ := strings.Cut(cells[3], "but")
		out = append(out, mapped{names(cells[1])[0], names(never), names(but), strings.Contains(never, "anything of ours")})
	}
	return out
}

// The README's map is where people start. It is the law as well, so it cannot
// fall behind.
func TestHouseMap(t *testing.T) {
	rows := map[string]mapped{}
	for _, row := range readmeMap(t) {
		if _, twice := rows[row.room]; twice {
			t.Errorf("README's map has %s twice", row.room)
		}
		rows[row.room] = row
	}
	there := map[string]bool{}
	for _, f := range tree(t) {
		there[f.room] = true
		row, ok := rows[f.room]
		if !ok || f.test {
			continue
		}
		for _, imported := range f.imports {
			broken := withinAny(imported, row.never) || row.nobody && strings.HasPrefix(imported, module)
			if broken && !withinAny(imported, row.but) {
				t.Errorf("%s imports %s, and README's map says that %s never does", f.name, imported, f.room)
			}
		}
	}
	for room := range there {
		if _, ok := rows[room]; !ok {
			t.Errorf("README's map has no row for %s", room)
		}
	}
	for room := range rows {
		if !there[room] {
			t.Errorf("README's map has a row for %s, where there is no Go package", room)
		}
	}
}

// importLaw forbids imports to the rooms below some folders.
type importLaw struct {
	rooms  []string
	except []string // rooms below them that the law does not bind
	never  []string
	but    []string
	reason string
}

var importLaws = []importLaw{
	{
		rooms:  []string{"server/ws", "server/api", "server/jobs"},
		never:  []string{"server/thread", "server/desk", "server/session", "server/account", "server/record", "store"},
		reason: "the rules are reached through server/command only: one door asks for permission, writes the audit and gives notice",
	},
	{
		rooms:  []string{"crypto"},
		never:  []string{"os", "net", "time", "store", "server", "client", "cmd"},
		reason: "crypto is bytes in, bytes out: it must run the same in a browser's twin, under a fake clock and with no disk",
	},
	{
		rooms:  []string{"store"},
		never:  []string{"server", "crypto", "client", "cmd"},
		reason: "a ciphertext is []byte to the store: it cannot come to depend on what it must not read",
	},
	{
		rooms: []string{"client"}, except: []string{"client/arctest"},
		never: []string{"server", "store"}, but: []string{"server/wire"},
		reason: "a client knows the server by its wire only, as clients in other languages do",
	},
	{
		rooms: ours, never: []string{"cmd"},
		reason: "commands parse, call and print; what somebody wants to import from one belongs in a room",
	},
	{
		rooms: ours, except: testRooms,
		never:  []string{"store/kv/kvtest", "crypto/chaintest", "crypto/attack"},
		reason: "worlds for tests make choices that nobody may ship",
	},
	{
		rooms: ours, except: append([]string{"cmd/arcdev"}, testRooms...),
		never:  []string{"client/arctest", "crypto/vectors"},
		reason: "arctest and the vectors have everybody's keys in one place; only tests and arcdev may",
	},
	{
		rooms: ours, except: testRooms,
		never:  []string{"math/rand"},
		reason: "a guessable number that ships sooner or later becomes a name or a key",
	},
}

func TestHouseImports(t *testing.T) {
	for _, f := range tree(t) {
		if strings.HasSuffix(f.name, "_test.go") {
			continue
		}
		for _, law := range importLaws {
			if !roomIn(f.room, law.rooms) || roomIn(f.room, law.except) {
				continue
			}
			for _, imported := range f.imports {
				if withinAny(imported, law.never) && !withinAny(imported, law.but) {
					t.Errorf("%s imports %s, but %s", f.name, imported, law.reason)
				}
			}
		}
	}
}

// The server verifies what it carries and cannot open it. That holds only if
// the code that opens is not in the server at all, by whatever road.
func TestHouseServerCannotOpen(t *testing.T) {
	opens := []string{"crypto/seal", "crypto/chunk", "crypto/vault"}
	imports := map[string][]string{}
	var rooms []string
	for _, f := range tree(t) {
		if f.test {
			continue
		}
		imports[f.room] = append(imports[f.room], f.imports...)
		if roomIn(f.room, []string{"server"}) {
			rooms = append(rooms, f.room)
		}
	}
	slices.Sort(rooms)
	from := map[string]string{}
	todo := slices.Compact(rooms)
	for len(todo) > 0 {
		room := todo[0]
		todo = todo[1:]
		for _, imported := range imports[room] {
			next, isOurs := strings.CutPrefix(imported, module)
			if _, seen := from[next]; !isOurs || seen {
				continue
			}
			from[next] = room
			if withinAny(imported, opens) {
				t.Errorf("the server can open what it carries: %s imports %s", room, next)
			}
			todo = append(todo, next)
		}
	}
}

// A name that says nothing gathers everything.
func TestHouseNames(t *testing.T) {
	for _, f := range tree(t) {
		if slices.Contains([]string{"util", "utils", "common", "helper", "helpers"}, strings.TrimSuffix(f.pkg, "_test")) {
			t.Errorf("%s is of package %s: name it after what it knows", f.name, f.pkg)
		}
	}
}

// Rules take the command's now. Were they to look at a clock, one command could
// see two times, and no test could push it.
func TestHouseClock(t *testing.T) {
	clocks := []string{"server/command", "server/jobs", "server/ws", "client", "cmd"}
	for _, f := range tree(t) {
		if f.test || f.room == "server" || roomIn(f.room, clocks) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("%v calls time.%s: take now from the command", f.set.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

const (
	maxFileLines     = 500
	maxFunctionLines = 60
)

// long has what may be longer than the law says, by file or file:function, each
// with its reason.
var long = map[string]string{}

// What does not fit on two screens is not read, only trusted.
func TestHouseSizes(t *testing.T) {
	used := map[string]bool{}
	complain := func(where string, lines, most int) {
		if long[where] != "" {
			used[where] = true
			return
		}
		t.Errorf("%s has %d lines, more than %d", where, lines, most)
	}
	for _, f := range tree(t) {
		if ast.IsGenerated(f.ast) {
			continue
		}
		if f.lines > maxFileLines {
			complain(f.name, f.lines, maxFileLines)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line + 1
			if lines > maxFunctionLines {
				complain(f.name+":"+fn.Name.Name, lines, maxFunctionLines)
			}
		}
	}
	for where := range long {
		if !used[where] {
			t.Errorf("%s is not long any more: take it off the list", where)
		}
	}
}

// A note to oneself is an issue that nobody finds.
func TestHouseNotes(t *testing.T) {
	note := regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	for _, f := range tree(t) {
		for _, group := range f.ast.Comments {
			for _, c := range group.List {
				if found := note.FindString(c.Text); found != "" {
					t.Errorf("%v has a %s: open an issue", f.set.Position(c.Pos()), found)
				}
			}
		}
	}
}

// Each room says in one place what it is for.
func TestHouseRoomsExplainThemselves(t *testing.T) {
	docs, names := map[string][]string{}, map[string]string{}
	for _, f := range tree(t) {
		if strings.HasSuffix(f.pkg, "_test") {
			continue
		}
		docs[f.room] = append(docs[f.room], f.ast.Doc.Text())
		names[f.room] = f.pkg
	}
	for room, comments := range docs {
		longest := slices.MaxFunc(comments, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
		kind, name := "Package", names[room]
		if strings.HasPrefix(room, "cmd/") {
			kind, name = "Command", path.Base(room)
		}
		if want := fmt.Sprintf("%s %s ", kind, name); !strings.HasPrefix(longest, want) {
			t.Errorf("%s has no comment that begins with %q and explains the idea", room, want)
		}
	}
}
