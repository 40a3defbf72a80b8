package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A QR code for a terminal is square but for its half lines, and its margin of
// four modules is light on every side.
func TestQRText(t *testing.T) {
	s, err := qrText("ARCLINE SAFETY 1 " + strings.Repeat("A", 64) + " " + strings.Repeat("B", 64))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	width := utf8.RuneCountInString(lines[0])
	if (width+1)/2 != len(lines) {
		t.Errorf("%d lines of %d modules", len(lines), width)
	}
	for i, l := range lines {
		if utf8.RuneCountInString(l) != width || !strings.HasPrefix(l, "████") || !strings.HasSuffix(l, "████") {
			t.Errorf("line %d has no margin: %q", i, l)
		}
	}
	if lines[0] != strings.Repeat("█", width) || lines[1] != lines[0] {
		t.Error("no margin above")
	}
	// The corner of a finder pattern: a dark module, then a ring.
	if r := []rune(lines[2]); r[4] == '█' || r[3] != '█' {
		t.Errorf("no finder pattern: %q", lines[2])
	}
	other, err := qrText("OTHER")
	if err != nil || other == s {
		t.Error("another text is drawn alike:", err)
	}
	if _, err := qrText(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text too long for a QR code")
	}
}
