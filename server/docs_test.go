package server_test

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The threat model and the control map name a test for each answer. A name that
// no test has would be a promise that nobody keeps.
func TestThreatModelNamesItsTests(t *testing.T) {
	have := testsOfTheTree(t)
	for _, name := range []string{"threat-model.md", "control-map.md"} {
		doc, err := os.ReadFile("../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile("`(Test\\w+|Fuzz\\w+)`").FindAllStringSubmatch(string(doc), -1)
		if len(named) < 40 {
			t.Errorf("docs/%s names only %d tests", name, len(named))
		}
		for _, m := range named {
			if !have[m[1]] {
				t.Errorf("docs/%s names %s, and there is no such test", name, m[1])
			}
		}
		for i := 1; i <= 44 && name == "threat-model.md"; i++ {
			if !strings.Contains(string(doc), fmt.Sprintf("\n| T%02d | ", i)) {
				t.Errorf("docs/threat-model.md has no row for T%02d", i)
			}
		}
	}
}

// testsOfTheTree lists every test there is.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	have := map[string]bool{}
	decl := regexp.MustCompile(`(?m)^func (Test\w+|Fuzz\w+)\(`)
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile("../" + path)
		for _, m := range decl.FindAllStringSubmatch(string(b), -1) {
			have[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return have
}
