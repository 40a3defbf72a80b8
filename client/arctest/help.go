package arctest

import (
	"os"
	"strings"
	"testing"

	"arcline/store"
)

type storeProblem = store.Problem

func readLine(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}
