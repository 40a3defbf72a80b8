package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// web is the folder of the web client.
var web = command{dir: "client-web"}

// node finds out whether the TypeScript half can be checked here.
func (g *gate) node() error {
	if _, err := exec.LookPath("npm"); err != nil {
		return g.lacking("npm is not installed: the TypeScript half is not checked")
	}
	return nil
}

// checkPackages installs what the lockfile says, and runs no package's scripts.
func checkPackages(g *gate) error {
	if err := g.node(); err != nil {
		return err
	}
	out, err := g.in(web, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	if err != nil && offline.MatchString(out) {
		return g.lacking("the npm registry cannot be reached")
	}
	return err
}

func checkTypes(g *gate) error { return g.npm("types") }

func checkWebTests(g *gate) error { return g.npm("test") }

// npm runs a script of client-web's package.json.
func (g *gate) npm(script string) error {
	if err := g.node(); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(g.root, web.dir, "node_modules")); err != nil {
		return g.lacking("client-web has no node_modules: the step npm puts them there")
	}
	_, err := g.in(web, "npm", "run", "--silent", script)
	return err
}
