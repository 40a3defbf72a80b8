package main

import (
	"flag"
	"os"
	"path/filepath"

	"arcline/crypto/vectors"
)

// vectorFiles is the folder of our own vectors; the published ones lie below it.
const vectorFiles = "crypto/vectors/testdata"

// makeVectors writes the vectors. What is sealed comes out different each time,
// so the files that are there are handed over and kept.
func makeVectors(root string, args []string) error {
	flags := flag.NewFlagSet("vectors", flag.ContinueOnError)
	dry := flags.Bool("check", false, "write nothing; fail if anything would change")
	if err := flags.Parse(args); err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(root, vectorFiles, "*.txt"))
	if err != nil {
		return err
	}
	have := map[string][]byte{}
	for _, name := range names {
		if have[filepath.Base(name)], err = os.ReadFile(name); err != nil {
			return err
		}
	}
	made, err := vectors.Make(have)
	if err != nil {
		return err
	}
	want := map[string][]byte{}
	for name, content := range made {
		want[vectorFiles+"/"+name] = content
	}
	return settle(root, want, vectorFiles+"/*.txt", *dry)
}
