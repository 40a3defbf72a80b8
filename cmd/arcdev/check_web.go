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

// checkCross lets the two implementations of the protocol meet, in Node and in
// the browsers that are installed.
func checkCross(g *gate) error { return g.npm("cross") }

// checkCryptoSize holds the browser's cryptography to its budget.
func checkCryptoSize(g *gate) error { return g.npm("crypto-size") }

// cross is checkCross with its report on the screen.
func cross(root string, _ []string) error {
	cmd := exec.Command("npm", "run", "--silent", "cross")
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Join(root, web.dir), os.Stdout, os.Stderr
	return cmd.Run()
}

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
