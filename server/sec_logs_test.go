package server_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"

	"arcline/client/arctest"
	"arcline/server/wire"
)

// Logs and the lint for secrets: rows 59 and 63.

// nasty is what somebody would write to forge a line of a log, to play with the
// terminal of whoever reads it, or to fill the disk.
var nasty = []string{"a\r\n{\"level\":\"ERROR\",\"msg\":\"forged\"}", "\x1b[2J\x1b[31mred", "line\u2028separator\u2029", "nul\x00", strings.Repeat("A", 1<<20), "\xff\xfe not text"}

// mischief puts a text into everything that takes one.
func mischief(t *testing.T, h *arctest.House, r *raw, text string, attest *int) {
	quoted, err := json.Marshal(text)
	ok(t, err)
	q := string(quoted)
	id := wire.ID(uuid.New())
	for path, body := range map[string]string{
		"/v1/session":         fmt.Sprintf(`{"name":%s,"password":%s,"code":%s,"device":%q}`, q, q, q, id),
		"/v1/session/refresh": fmt.Sprintf(`{"refresh":%s,"request":%q}`, q, id),
		"/v1/stepup":          fmt.Sprintf(`{"code":%s,"act":%s,"object":%s}`, q, q, q),
		"/v1/enroll":          fmt.Sprintf(`{"locator":%s,"password":%s}`, q, q),
		"/v1/enroll/confirm":  fmt.Sprintf(`{"locator":"%s%s","code":%s}`, id, id, q),
		"/v1/bootstrap":       fmt.Sprintf(`{"secret":%s}`, q),
		"/v1/invitations":     fmt.Sprintf(`{"locator":"%s%s","name":%s,"role":%s,"expires":1}`, id, id, q, q),
		"/v1/password":        fmt.Sprintf(`{"old":%s,"new":%s}`, q, q),
		"/v1/app/confirm":     fmt.Sprintf(`{"code":%s}`, q),
		"/v1/directory":       fmt.Sprintf(`{%s:1}`, q),
		"/v1/links":           fmt.Sprintf(`{"links":%s}`, q),
	} {
		r.do(t, "POST", path, []byte(body), nil)
		*attest++
	}
	safe := strings.Map(func(c rune) rune {
		if c < 0x20 || c > 0x7e {
			return '?'
		}
		return c
	}, text[:min(len(text), 2000)])
	for _, name := range []string{"User-Agent", "X-Forwarded-For", "Authorization", "DPoP", "Origin", "Referer", wire.StepUpHeader} {
		r.do(t, "GET", "/v1/lines", nil, func(req *http.Request) { req.Header.Set(name, safe) })
	}
	r.do(t, "GET", "/v1/lines?x="+strings.ReplaceAll(safe, " ", "+"), nil, nil)
	l := r.dial(t)
	for _, f := range []string{text[:min(len(text), 60_000)], fmt.Sprintf(`{"type":%s,"rid":1}`, q), fmt.Sprintf(`{"type":"ping","rid":%s}`, q), fmt.Sprintf(`{%s:1}`, q)} {
		if len(f) < wire.MaxFrame {
			_ = l.send([]byte(strings.ToValidUTF8(f, "?")))
		}
	}
	_ = l.send(wire.Encode(wire.Ping{RID: 9}))
	_ = l.ws.CloseNow()
}

// TestSec_59: every line of the log is one JSON object whatever people send, no
// line is long, and none holds a secret, even before the filter that the program
// puts over it (ASVS 16.2.5, 16.4.1).
func TestSec_59(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &logBuffer{}
		h := arctest.New(t, log) // at the noisiest level
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r, n := rawOf(t, ann), 0
		secrets := []string{arctest.Password, ann.Secret, r.tokens.Access, r.tokens.Refresh}
		for _, text := range nasty {
			mischief(t, h, r, text, &n)
		}
		ok(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, "Zanzibar-Quixotic-77"))
		newApp(t, ann)
		code := ann.FreshCode()
		if got := signIn(t, ann, "Zanzibar-Quixotic-77", code); got != "" {
			t.Fatal(got)
		}
		secrets = append(secrets, "Zanzibar-Quixotic-77", ann.Secret, `"`+code+`"`)
		synctest.Wait()
		lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
		if len(lines) < n { // the control: what was refused is logged
			t.Fatalf("%d lines for %d refusals: the log proves nothing", len(lines), n)
		}
		for _, line := range lines {
			var v map[string]any
			if err := json.Unmarshal([]byte(line), &v); err != nil || v["level"] == "ERROR" && v["msg"] == "forged" {
				t.Fatalf("not one object, or a forged one: %.200q %v", line, err)
			}
			if len(line) > 8<<10 || strings.ContainsAny(line, "\r\x1b\x00\u2028\u2029") {
				t.Errorf("a line of %d bytes, or with signs that steer a terminal: %.200q", len(line), line)
			}
			for _, s := range secrets {
				if strings.Contains(line, s) {
					t.Errorf("a line holds %.10q...: %.300q", s, line)
				}
			}
		}
	})
}

// secretName is what things are called that must be compared in constant time.
var secretName = regexp.MustCompile(`(?i)(secret|seed|password|passw|token|refresh|mac|tag|otp|digest|previous|locator|sum)$`)

// leaks lists the comparisons of a file whose time depends on a secret, and the
// randomness that can be guessed.
func leaks(f goFile) (out []string) {
	at := func(n ast.Node, what string) { out = append(out, fmt.Sprintf("%v %s", f.set.Position(n.Pos()), what)) }
	for _, imported := range f.imports {
		if strings.HasPrefix(imported, "math/rand") {
			out = append(out, f.name+" imports "+imported)
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && (secret(n.X) || secret(n.Y)) && !constant(n.X) && !constant(n.Y) {
				at(n, "compares a secret with "+n.Op.String())
			}
		case *ast.CallExpr:
			sel, is := n.Fun.(*ast.SelectorExpr)
			if !is {
				return true
			}
			pkg, is := sel.X.(*ast.Ident)
			slow := is && (pkg.Name == "bytes" && (sel.Sel.Name == "Equal" || sel.Sel.Name == "Compare") || pkg.Name == "strings" && sel.Sel.Name == "EqualFold")
			if slow && slices.ContainsFunc(n.Args, secret) {
				at(n, "compares a secret with "+pkg.Name+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return out
}

// secret reports whether an expression is called like a secret.
func secret(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return secretName.MatchString(e.Name)
	case *ast.SelectorExpr:
		return secretName.MatchString(e.Sel.Name)
	case *ast.SliceExpr:
		return secret(e.X)
	}
	return false
}

// constant expressions tell nothing: a literal, nil, or a value with nothing in it.
func constant(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit, *ast.CompositeLit:
		return true
	case *ast.ParenExpr:
		return constant(e.X)
	case *ast.Ident:
		return e.Name == "nil" || strings.HasPrefix(e.Name, "type") || strings.HasPrefix(e.Name, "max")
	}
	return false
}

// public are comparisons of what is called like a secret and is none.
var public = map[string]string{
	"client/web.go":             "the sums are of files that anybody may read",
	"crypto/chain/agency.go":    "digests of credentials stand in the key log",
	"crypto/envelope/keys.go":   "the tag names a purpose",
	"server/account/account.go": "digests of credentials stand in the key log",
	"server/account/reissue.go": "digests of locators: the secret is what they are made of",
	"server/jobs/roster.go":     "the sum is of a file that was looked at",
	"server/web/web.go":         "the tag names a file that anybody may read",
	"store/table/schema.go":     "the tag names a table",
	"store/table/row.go":        "the sum finds flipped bits",
	"store/table/table.go":      "the tag names a table",
}

// TestSec_63: secrets are compared in constant time, and randomness comes from
// the system (ASVS 11.2.4, 11.5.1).
func TestSec_63(t *testing.T) {
	seen := 0
	for _, f := range tree(t) {
		if f.test || !roomIn(f.room, []string{"server", "client", "store", "crypto", "cmd/arcline"}) {
			continue
		}
		seen++
		for _, leak := range leaks(f) {
			if where := strings.SplitN(leak, ":", 2)[0]; public[strings.TrimPrefix(where, "../")] == "" {
				t.Error(leak)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d files were read", seen)
	}
	bad, err := parseFile("testdata/leaks.go.txt") // the control: each of its lines is found
	if err != nil {
		t.Fatal(err)
	}
	if found := leaks(bad); len(found) != 5 {
		t.Errorf("of five leaks made on purpose these are found: %q", found)
	}
}
