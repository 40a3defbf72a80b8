package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
func cross(root string, _ []string) error { return show(root, "cross") }

// screens visits every screen of the browser client.
func screens(root string, args []string) error {
	return show(root, append([]string{"look", "--"}, args...)...)
}

// measure takes the browser client's figures, and fails where a count or a size is
// over its budget; times are told.
func measure(root string, args []string) error { return inBrowser(root, "measure", args) }

// soak lives a working day at the desk and looks at what the page keeps.
func soak(root string, args []string) error { return inBrowser(root, "soak", args) }

// inBrowser runs a script that needs Chromium.
func inBrowser(root, script string, args []string) error {
	g := &gate{root: root, ci: true}
	if err := g.browsers(); err != nil {
		return err
	}
	return show(root, append([]string{script, "--"}, args...)...)
}

// show runs a script of client-web's package.json with its report on the screen.
func show(root string, script ...string) error {
	cmd := exec.Command("npm", append([]string{"run", "--silent"}, script...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Join(root, web.dir), os.Stdout, os.Stderr
	return cmd.Run()
}

// npm runs a script of client-web's package.json.
func (g *gate) npm(script ...string) error {
	if err := g.node(); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(g.root, web.dir, "node_modules")); err != nil {
		return g.lacking("client-web has no node_modules: the step npm puts them there")
	}
	_, err := g.in(web, append([]string{"npm", "run", "--silent"}, script...)...)
	return err
}

// distFolder is the built browser client, which stands in the repository: the
// one program serves it, and needs nothing but Go to be built.
const distFolder = "client-web/dist"

// buildWeb builds the browser client anew.
func buildWeb(root string, _ []string) error {
	g := &gate{root: root}
	if err := checkPackages(g); err != nil {
		return err
	}
	return g.npm("build")
}

// checkDist builds the browser client again and compares every byte with what
// stands in the repository, which is put back as it was.
func checkDist(g *gate) error {
	dir := filepath.Join(g.root, distFolder)
	before, err := files(dir)
	if err != nil {
		return err
	}
	buildErr := g.npm("build")
	after, err := files(dir)
	if err != nil {
		return err
	}
	if err := putBack(dir, before); err != nil {
		return err
	}
	if buildErr != nil {
		return buildErr
	}
	if !maps.EqualFunc(before, after, bytes.Equal) {
		return fmt.Errorf("%s is not what client-web/src gives: run `arcdev web`", distFolder)
	}
	return nil
}

func files(dir string) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out[path] = b
		return err
	})
	return out, err
}

// putBack makes a folder hold exactly these files.
func putBack(dir string, want map[string][]byte) error {
	have, err := files(dir)
	if err != nil {
		return err
	}
	for path := range have {
		if _, ok := want[path]; !ok {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	for path, b := range want {
		if bytes.Equal(have[path], b) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// checkBudget holds the browser client to its sizes.
func checkBudget(g *gate) error { return g.npm("budget") }

// stories drives real browsers against the real program. It takes minutes, most
// of them until an authenticator app shows its next code.
func stories(root string, args []string) error { return inBrowser(root, "stories", args) }

// checkStories plays the two stories that go through the most in the least time,
// one in each browser; `arcdev stories` plays all of them.
func checkStories(g *gate) error {
	if g.fast {
		return skipped{"stories take minutes"}
	}
	if err := g.browsers(); err != nil {
		return err
	}
	return g.npm("stories", "--", "first", "firefox")
}

// browsers finds Chromium and Firefox, and installs them where it may.
func (g *gate) browsers() error {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { _, err := exec.LookPath(n); return err == nil })
	}
	if has("chromium", "chromium-browser", "google-chrome") && has("firefox", "firefox-esr") {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return g.lacking("Chromium or Firefox is not installed: nothing was tried in a browser")
	}
	if _, err := g.do("apt-get", "update", "-qq"); err != nil {
		return g.lacking("Chromium or Firefox is not installed and the packages cannot be reached")
	}
	_, err := g.in(command{env: []string{"DEBIAN_FRONTEND=noninteractive"}}, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "firefox-esr")
	return err
}
