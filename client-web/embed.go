// Package clientweb holds the built browser client, so that arcline stays one
// file. What is in dist is built from src by `arcdev web` and nothing else: the
// gate builds it again and compares every byte.
package clientweb

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are the files of the browser client by their addresses.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("the browser client's folder has an impossible name: " + err.Error())
	}
	return files
}
