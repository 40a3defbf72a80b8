package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// goldens is where the frames that both languages read back stand. The folder
// belongs to gen: a file in it that gen did not write is stale.
const goldens = "server/wire/testdata/good"

// gen writes everything that follows from the schema.
func gen(root string, args []string) error {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	dry := flags.Bool("check", false, "write nothing; fail if anything would change")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := readSchema(filepath.Join(root, "server/wire"))
	if err != nil {
		return err
	}
	want := map[string][]byte{"client-web/src/wire/gen.ts": typescript(s), "client-web/src/wire/tables.ts": tables(s), "client-web/src/wire/acts.ts": permissions(s), schemasFile: jsonSchemas(s)}
	maps.Copy(want, goldenFiles(s))
	return settle(root, want, goldens+"/*", *dry)
}

// settle makes the tree as wanted, or with dry says that it is not. A file that
// matches owned and is not wanted is left over, and goes.
func settle(root string, want map[string][]byte, owned string, dry bool) error {
	stale, err := staleFiles(root, want, owned)
	if err != nil {
		return err
	}
	if dry && len(stale) > 0 {
		return fmt.Errorf("%d files are not what would be written now, the first is %s", len(stale), stale[0])
	}
	for _, name := range stale {
		if err := replace(filepath.Join(root, name), want[name]); err != nil {
			return err
		}
		fmt.Println(name)
	}
	return nil
}

// staleFiles lists the files that are not as they should be, and those of the
// owned ones that should not be there at all.
func staleFiles(root string, want map[string][]byte, owned string) ([]string, error) {
	var stale []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		have, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		if err != nil || !bytes.Equal(have, want[name]) {
			stale = append(stale, name)
		}
	}
	there, err := fs.Glob(os.DirFS(root), owned)
	if err != nil {
		return nil, err
	}
	for _, name := range there {
		if _, ok := want[name]; !ok {
			stale = append(stale, name)
		}
	}
	return stale, nil
}

// replace writes a file, or removes it where there is nothing to say.
func replace(name string, content []byte) error {
	if content == nil {
		return os.Remove(name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}
