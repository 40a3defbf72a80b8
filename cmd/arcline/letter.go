package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"image/color"
	"os"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"

	"arcline/client/agency"
)

//go:embed letter.tmpl
var letterText string

// letterPage escapes whatever stands in a roster: names come from a file that
// somebody else wrote.
var letterPage = template.Must(template.New("letter").Parse(letterText))

// printable is one letter on paper.
type printable struct {
	Person, Login, Link, Code, Root, Until string
	QR                                     qrPath
}

// qrPath is a QR code as the path of an SVG picture.
type qrPath struct {
	Size int
	Path string
}

// letterPages writes the invitations as one page each, to be printed: no script, and
// nothing from elsewhere.
func letterPages(name string, made []agency.Made) ([]byte, error) {
	var page struct {
		Agency  string
		Letters []printable
	}
	page.Agency = name
	for _, m := range made {
		link := m.URL + "/setup#" + m.Code // what stands after # never leaves the browser
		code, err := qrSVG(link)
		if err != nil {
			return nil, err
		}
		page.Letters = append(page.Letters, printable{m.Display, m.Name, link, m.Code, m.Root,
			time.Unix(m.Expires, 0).Format("Monday, 2 January 2006"), code})
	}
	var b bytes.Buffer
	err := letterPage.Execute(&b, page)
	return b.Bytes(), err
}

// newPaper makes the file for printed letters before anybody is invited: an
// invitation that could not be printed would have used up a second factor. An
// older file is not written over.
func newPaper(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the file for the letters: %w; nobody was invited", err)
	}
	return f, nil
}

// fill writes the letters into their file, or takes the file away.
func fill(f *os.File, name string, made []agency.Made) error {
	b, err := letterPages(name, made)
	if err == nil {
		_, err = f.Write(b)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(fmt.Errorf("write the letters for printing: %w; the letters in the agency's folder are good", err), os.Remove(f.Name()))
	}
	return err
}

// qrSVG draws a QR code with its margin: one stroke for each run of dark modules.
func qrSVG(content string) (qrPath, error) {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return qrPath{}, fmt.Errorf("draw a QR code: %w", err)
	}
	size := code.Bounds().Dx()
	dark := func(x, y int) bool { return x < size && code.At(x, y) != color.White }
	var b strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, x-from, x-from)
			}
		}
	}
	return qrPath{size + 2*quietZone, b.String()}, nil
}
