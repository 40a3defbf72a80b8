package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// schemaOf reads a schema from one file.
func schemaOf(t *testing.T, src string) (*schema, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "wire.go"), []byte("package wire\n"+src), 0o600); err != nil {
		t.Fatal(err)
	}
	return readSchema(dir)
}

const frames = `
// F is any frame.
//
//gents:union type
type F interface{ frame() }

// Ping says hello. */
//
//gents:case F ping
type Ping struct {
	RID uint32 ` + "`json:\"rid\"`" + ` // chosen by the sender
	Far *ID ` + "`json:\"far,omitempty\"`" + `
}

// ID is a name.
type ID [16]byte

const MaxThings = 3 << 2 // things in a frame
`

func TestSchemaIsReadFromSource(t *testing.T) {
	s, err := schemaOf(t, frames)
	if err != nil {
		t.Fatal(err)
	}
	ts := string(typescript(s)) + string(tables(s))
	for _, want := range []string{
		"/** Ping says hello. * / */\nexport interface Ping {\n",
		"  /** chosen by the sender */\n  rid: number\n  far?: ID\n}",
		"  rid: must(u32),\n  far: may(idCodec),\n",
		"export type F =\n  | Tagged<'ping', Ping>\n",
		"  /** things in a frame */\n  maxThings: 12,\n",
		"export const idCodec = hex<ID>(32)\n",
	} {
		if !strings.Contains(ts, want) {
			t.Errorf("the TypeScript lacks %q", want)
		}
	}
	files := goldenFiles(s)
	if got := string(files[goldens+"/ping.bare.json"]); got != `{"type":"ping","rid":0}`+"\n" {
		t.Errorf("the bare golden is %s", got)
	}
}

func TestSchemaRefusesWhatJSONWouldBend(t *testing.T) {
	for name, src := range map[string]string{
		"a pointer that is sent as null": "type A struct { B *int `json:\"b\"` }",
		"an upper-case name":             "type A struct { B int `json:\"B\"` }",
		"no name":                        "type A struct { B int `json:\",omitempty\"` }",
		"a word without a set":           "type A string",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := schemaOf(t, frames+src); err == nil {
				t.Errorf("took %s", src)
			}
		})
	}
}

func TestStaleFiles(t *testing.T) {
	root := t.TempDir()
	want := map[string][]byte{goldens + "/a.json": []byte("1"), goldens + "/b.json": []byte("2"), goldens + "/c.json": []byte("3")}
	for name, content := range map[string]string{"a.json": "1", "b.json": "old", "left-over.json": "4"} {
		if err := replace(filepath.Join(root, goldens, name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := staleFiles(root, want, goldens+"/*")
	if err != nil {
		t.Fatal(err)
	}
	if expect := []string{goldens + "/b.json", goldens + "/c.json", goldens + "/left-over.json"}; !slices.Equal(got, expect) {
		t.Errorf("stale are %v, want %v", got, expect)
	}
}

func TestCommandsInCodeBlocks(t *testing.T) {
	got := codeLines("text\n```\ngo run ./cmd/x a   # why\n\n# only a comment\n```\nnot this\n```sh\ngo run ./cmd/y\n```\n```csv\na,b\n```\n")
	if want := []string{"go run ./cmd/x a", "go run ./cmd/y"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFuzzTargetsAreFound(t *testing.T) {
	g := &gate{root: "../.."}
	targets, err := g.fuzzTargets()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []fuzzTarget{{"server/wire", "FuzzClientFrame"}, {"server/wire", "FuzzServerFrame"}} {
		if !slices.Contains(targets, want) {
			t.Errorf("%v is not among %v", want, targets)
		}
	}
}

func TestStepsAreChosenByName(t *testing.T) {
	some, err := choose("vet,house")
	if err != nil || len(some) != 2 || some[1].name != "house" {
		t.Errorf("got %v, %v", some, err)
	}
	if _, err := choose("vet,nothing"); err == nil {
		t.Error("took a step that is not there")
	}
}
