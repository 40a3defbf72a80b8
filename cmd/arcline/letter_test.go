package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"arcline/client"
	"arcline/client/agency"
)

// A printed letter holds what the person needs, takes nothing from elsewhere,
// runs nothing, and whatever stands in the roster stays text.
func TestPrintedLetter(t *testing.T) {
	hostile := `Robert"><script>alert(1)</script><img src=x onerror=alert(2)> & 'Söhne' {{.Code}}`
	made := []agency.Made{
		{Letter: client.Letter{URL: "https://exchange.example", Name: "rob", Code: "AAAA-BBBB-CCCC", Root: "a-root"}, Display: hostile, Expires: 1_900_000_000},
		{Letter: client.Letter{URL: "javascript:alert(3)", Name: `x" onload="alert(4)`, Code: "DDDD-EEEE-FFFF", Root: "a-root"}, Display: "Nora Made-Up", Expires: 1_900_000_000},
	}
	b, err := letterPages(`An <b>Exchange</b>`, made)
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for _, want := range []string{"AAAA-BBBB-CCCC", "DDDD-EEEE-FFFF", "https://exchange.example", "Nora Made-Up", "March 2030", "&lt;script&gt;alert(1)", "Söhne", "a-root"} {
		if !strings.Contains(page, want) {
			t.Errorf("the letter does not hold %q", want)
		}
	}
	// What it could run or fetch. The elements are counted: names make none.
	if m := regexp.MustCompile(`(?i)<(script|img|iframe|link|object|embed|b)\b|href=|src="|url\(|@import| on\w+="`).FindString(page); m != "" {
		t.Errorf("the letter holds %q", m)
	}
	if n := strings.Count(page, "<main>"); n != len(made) {
		t.Errorf("%d pages for %d people", n, len(made))
	}
	paths := regexp.MustCompile(`<path d="([^"]*)">`).FindAllStringSubmatch(page, -1)
	if len(paths) != len(made) || paths[0][1] == paths[1][1] || !regexp.MustCompile(`^(M\d+ \d+h\d+v1h-\d+z)+$`).MatchString(paths[0][1]) {
		t.Errorf("the codes to scan: %.80q", paths)
	}
}

// The picture for paper has the same dark modules as the one for a terminal.
func TestQRSVG(t *testing.T) {
	const code = "AAAA-BBBB-CCCC"
	svg, err1 := qrSVG(code)
	text, err2 := qrText(code)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	drawn := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-`).FindAllStringSubmatch(svg.Path, -1) {
		var n [3]int
		for i := range n {
			var err error
			if n[i], err = strconv.Atoi(m[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		for x := range n[2] {
			drawn[[2]int{n[0] + x, n[1]}] = true
		}
	}
	lines := strings.Split(text, "\n")
	for y := range svg.Size {
		row := []rune(lines[y/2])
		if len(row) != svg.Size {
			t.Fatalf("%d modules on paper, %d in a terminal", svg.Size, len(row))
		}
		for x, r := range row {
			dark := r == ' ' || r == '▄' && y%2 == 0 || r == '▀' && y%2 == 1
			if dark != drawn[[2]int{x, y}] {
				t.Fatalf("module %d, %d differs", x, y)
			}
		}
	}
	if len(drawn) < 100 {
		t.Errorf("only %d dark modules", len(drawn))
	}
	if _, err := qrSVG(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text too long for a QR code")
	}
}

// The file of printed letters is the registrar's alone, and is never written over.
func TestPrintedLetterFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letters.html")
	f, err := newPaper(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(f, "Exchange", nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error("who may read it:", info.Mode(), err)
	}
	if _, err := newPaper(path); err == nil {
		t.Error("an older file is written over")
	}
}
