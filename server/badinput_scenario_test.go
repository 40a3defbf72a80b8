package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// good is the next message of a thread, sealed as it should be.
func good(t *testing.T, p *arctest.Person, id wire.ID) (wire.Append, envelope.Head) {
	t.Helper()
	run, err := p.SealRun(t.Context(), id, []client.Content{text("next")})
	if err != nil {
		t.Fatal(err)
	}
	h, err := envelope.DecodeHead(run[0].Entry.Head)
	if err != nil {
		t.Fatal(err)
	}
	return run[0], h
}

// signed puts an altered head back under the device's own signature: a member's
// program that lies, not a thief's.
func signed(r *raw, f wire.Append, h envelope.Head) wire.Append {
	f.Entry.Head = h.Encode()
	f.Entry.Sig = r.maker.Sign.Sign(key.SigEntry(h.Type), f.Entry.Head)
	f.Kind = wire.Kind(h.Type)
	return f
}

// badEntry is one way to be wrong, and the code for it.
type badEntry struct {
	want wire.Code
	make func(f wire.Append, h envelope.Head) wire.Append
}

// badEntries alters a good next message of r's thread.
func badEntries(r, eva *raw, other wire.ID) map[string]badEntry {
	return map[string]badEntry{
		"another thread's head": {wire.CodeWrongThread, func(f wire.Append, h envelope.Head) wire.Append {
			h.Thread = envelope.ID(other)
			return signed(r, f, h)
		}},
		"index of the past":          {wire.CodeConflict, func(f wire.Append, h envelope.Head) wire.Append { h.Index--; return signed(r, f, h) }},
		"index of the future":        {wire.CodeConflict, func(f wire.Append, h envelope.Head) wire.Append { h.Index++; return signed(r, f, h) }},
		"after another entry":        {wire.CodeConflict, func(f wire.Append, h envelope.Head) wire.Append { h.Prev[0] ^= 1; return signed(r, f, h) }},
		"a checkpoint of the future": {wire.CodeRefused, func(f wire.Append, h envelope.Head) wire.Append { h.KTSize += 1000; return signed(r, f, h) }},
		"a checkpoint of the past":   {wire.CodeRefused, func(f wire.Append, h envelope.Head) wire.Append { h.KTSize = 1; return signed(r, f, h) }},
		"another epoch":              {wire.CodeState, func(f wire.Append, h envelope.Head) wire.Append { h.Epoch++; return signed(r, f, h) }},
		"another person's name":      {wire.CodeBadSignature, func(f wire.Append, h envelope.Head) wire.Append { h.Acct = eva.maker.Acct; return signed(r, f, h) }},
		"signed by another device":   {wire.CodeBadSignature, func(f wire.Append, h envelope.Head) wire.Append { return signed(eva, f, h) }},
		"one bit of the signature":   {wire.CodeBadSignature, func(f wire.Append, _ envelope.Head) wire.Append { f.Entry.Sig = flip(f.Entry.Sig); return f }},
		"one bit of the body":        {wire.CodeMalformed, func(f wire.Append, _ envelope.Head) wire.Append { f.Entry.Body = flip(f.Entry.Body); return f }},
		"one bit of the head":        {wire.CodeBadSignature, func(f wire.Append, h envelope.Head) wire.Append { h.Time ^= 1; f.Entry.Head = h.Encode(); return f }},
		"no body":                    {wire.CodeMalformed, func(f wire.Append, _ envelope.Head) wire.Append { f.Entry.Body = nil; return f }},
		"rubbish for a head":         {wire.CodeMalformed, func(f wire.Append, _ envelope.Head) wire.Append { f.Entry.Head = []byte("rubbish"); return f }},
		"another kind than the head": {wire.CodeMalformed, func(f wire.Append, _ envelope.Head) wire.Append { f.Kind = wire.KindClose; return f }},
		"a kind not for this role":   {wire.CodeForbidden, func(f wire.Append, _ envelope.Head) wire.Append { f.Kind = wire.KindClaim; return f }},
		"no request id":              {wire.CodeMalformed, func(f wire.Append, _ envelope.Head) wire.Append { f.ID = wire.ID{}; return f }},
		"boxes where none belong": {wire.CodeReaders, func(f wire.Append, _ envelope.Head) wire.Append {
			f.Boxes = []wire.Box{{Kind: wire.BoxAccount, Sealed: []byte{1}}}
			return f
		}},
		"a body over the limit": {wire.CodeTooLarge, func(f wire.Append, _ envelope.Head) wire.Append {
			f.Entry.Body = make([]byte, wire.MaxBody+1)
			return f
		}},
		"a second factor made up": {wire.CodeStepUp, func(f wire.Append, h envelope.Head) wire.Append { h.Attest = []byte("a.b.c"); return signed(r, f, h) }},
		"an ack of what is not there": {wire.CodeState, func(f wire.Append, h envelope.Head) wire.Append {
			h.Type, h.UpTo = envelope.EntryAck, 1000
			f.Entry.Body = nil
			return signed(r, f, h)
		}},
	}
}

// Every entry that is wrong in one way gets its own code, changes nothing, and
// ends neither the process nor the connection.
func TestBadEntries(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		other := open(t, h, ann, "arc", "another thread")
		r, eva := rawOf(t, ann), rawOf(t, staff[1])
		l := r.dial(t)
		before := length(t, l, id)
		for name, c := range badEntries(r, eva, other) {
			f, head := good(t, ann, id)
			if got := l.code(c.make(f, head)); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
			if n := length(t, l, id); n != before {
				t.Fatalf("%s: the thread has %d entries, had %d", name, n, before)
			}
		}
		f, _ := good(t, ann, id) // the control: the same entry unaltered is taken
		if got := l.code(f); got != "" {
			t.Fatal("a good entry is refused:", got)
		}
		g := f
		g.ID = wire.ID(uuid.New()) // a stored entry again, under a new request
		if got := l.code(g); got != wire.CodeConflict {
			t.Error("a replayed entry:", got)
		}
		if n := length(t, l, id); n != before+1 {
			t.Error("entries:", n)
		}
	})
}

func flip(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 1
	return b
}

// The readers of an epoch are exactly those who may read: one more, one fewer,
// or a box that is not the one named, and nothing is stored.
func TestBadReaders(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		r, l := rawOf(t, ann), rawOf(t, ann).dial(t)
		before := length(t, l, id)
		_, head := good(t, ann, id)
		to := func(p *arctest.Person) seal.To {
			g, _ := accountOf(t, h, p).Generation(^uint64(0))
			x, err := seal.Reader(envelope.KindAccount, envelope.ID(p.ID), g.Gen, g.Box)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		rekey := func(readers ...seal.To) wire.Append {
			hd := envelope.Head{Type: envelope.EntryRekey, Place: head.Place}
			hd.Epoch++
			s := seal.NewSecret()
			e, boxes, err := seal.Epoch(r.maker, hd, s, &s, readers)
			if err != nil {
				t.Fatal(err)
			}
			f := wire.Append{Thread: id, ID: wire.ID(uuid.New()), Kind: wire.KindRekey, Entry: wire.Entry{Head: e.Head, Sig: e.Sig}}
			for _, b := range boxes {
				f.Boxes = append(f.Boxes, wire.Box{Kind: wire.BoxKind(b.Kind), ID: wire.ID(b.ID), Gen: b.Gen, Sealed: b.Sealed})
			}
			return f
		}
		swapped := rekey(to(ann), to(staff[0]))
		swapped.Boxes[0], swapped.Boxes[1] = swapped.Boxes[1], swapped.Boxes[0]
		missing := rekey(to(ann), to(staff[0]))
		missing.Boxes = missing.Boxes[:1]
		for name, f := range map[string]wire.Append{
			"a reader too many":         rekey(to(ann), to(staff[0]), to(staff[1])),
			"without leads and records": rekey(to(ann), to(staff[0])),
			"only oneself":              rekey(to(ann)),
			"boxes swapped":             swapped,
			"a box missing":             missing,
		} {
			if got := l.code(f); got != wire.CodeReaders {
				t.Errorf("%s: %q", name, got)
			}
		}
		if n := length(t, l, id); n != before {
			t.Error("entries:", n)
		}
		must(t)(ann.Rekey(t.Context(), id)) // the control: for the right readers it is taken
	})
}

// Bytes that are no frame are refused one by one, and the next good frame works.
func TestBadFrames(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		l := rawOf(t, ann).dial(t)
		for name, c := range map[string]struct {
			frame string
			want  wire.Code
		}{
			"empty":            {"", wire.CodeMalformed},
			"no JSON":          {"{", wire.CodeMalformed},
			"two documents":    {`{"type":"ping","rid":1}{"type":"ping","rid":1}`, wire.CodeMalformed},
			"unknown type":     {`{"type":"purge","rid":1}`, wire.CodeUnknownFrame},
			"a server's frame": {`{"type":"posted","rid":1}`, wire.CodeUnknownFrame},
			"unknown field":    {`{"type":"ping","rid":1,"admin":true}`, wire.CodeMalformed},
			"repeated field":   {`{"type":"ping","rid":1,"rid":2}`, wire.CodeMalformed},
			"another case":     {`{"type":"ping","RID":1}`, wire.CodeMalformed},
			"wrong type":       {`{"type":"ping","rid":"1"}`, wire.CodeMalformed},
			"negative":         {`{"type":"ping","rid":-1}`, wire.CodeMalformed},
			"missing field":    {`{"type":"sync","rid":1,"from":0,"live":false}`, wire.CodeMalformed},
			"bad id":           {`{"type":"unfollow","rid":1,"thread":"xyz"}`, wire.CodeMalformed},
			"deep":             {`{"type":"ping","rid":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, wire.CodeMalformed},
			"a foreign thread": {fmt.Sprintf(`{"type":"sync","rid":1,"thread":"%s","from":0,"live":true}`, wire.ID(uuid.New())), wire.CodeNotFound},
		} {
			if err := l.send([]byte(c.frame)); err != nil {
				t.Fatal(name, err)
			}
			e, ok := l.must().(wire.Failed)
			if !ok || e.Code != c.want || e.Text != c.want.Info().Text {
				t.Errorf("%s: %+v, want %s", name, e, c.want)
			}
		}
		if got := l.code(wire.Ping{RID: 9}); got != "" {
			t.Error("after all that a ping is refused:", got)
		}
		length(t, l, id)
		if err := l.send(make([]byte, wire.MaxFrame+1)); err == nil { // too large ends the connection, not the process
			if _, reason := l.untilClosed(); reason == "" {
				t.Error("a frame over the limit was read")
			}
		}
		length(t, rawOf(t, ann).dial(t), id)
	})
}

// FuzzSession throws anything at a session: the service lives and no thread changes.
func FuzzSession(f *testing.F) {
	h := arctest.Hurried(f, nil)
	_, staff := h.Staffed("arc", "sam")
	ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
	r, err := ann.OpenThread(f.Context(), h.Line("arc"), text("first"))
	if err != nil {
		f.Fatal(err)
	}
	must(f)(staff[0].Claim(f.Context(), r.Thread))
	l := rawOf(f, ann).dial(f)
	all, _ := l.read(r.Thread, 0)
	for _, s := range []string{`{"type":"ping","rid":1}`, `{"type":"list","rid":1,"live":false}`, "{", `{"type":"append"}`,
		fmt.Sprintf(`{"type":"sync","rid":3,"thread":"%s","from":18446744073709551615,"live":false}`, r.Thread)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > wire.MaxFrame {
			return
		}
		if err := l.send(b); err != nil {
			t.Fatal("the service closed the connection:", err)
		}
		l.t = t
		if e := l.last(); e != "" && e.Info().Code != e {
			t.Errorf("code %q is not in the table", e)
		}
		if again, _ := l.read(r.Thread, 0); len(again) != len(all) {
			t.Fatalf("%d entries, had %d", len(again), len(all))
		}
	})
}

// last reads up to the answer of a ping and returns the last code before it.
func (l *line) last() (code wire.Code) {
	l.t.Helper()
	const mine = 4_000_000_000
	if err := l.send(wire.Encode(wire.Ping{RID: mine})); err != nil {
		l.t.Fatal(err)
	}
	for {
		switch f := l.must().(type) {
		case wire.Failed:
			code = f.Code
		case wire.Pong:
			if f.RID == mine {
				return code
			}
		}
	}
}

// badRequest is a request that is wrong in one way, and the code for it.
type badRequest struct {
	method, path, body string
	edit               func(*http.Request)
	want               wire.Code
}

func header(k, v string) func(*http.Request) { return func(q *http.Request) { q.Header.Set(k, v) } }

// proof is a proof for the lines' address with something wrong in it.
func proof(t *testing.T, r *raw, edit func(*claims)) func(*http.Request) {
	return func(q *http.Request) {
		q.Header.Set("DPoP", r.proof(t, "GET", arctest.URL+"/v1/lines", r.tokens.Access, edit))
	}
}

// forged is an access token that somebody else has made.
func forged(t *testing.T, r *raw, m jwt.SigningMethod, k any, typ string) func(*http.Request) {
	return func(q *http.Request) {
		tok := jwt.NewWithClaims(m, jwt.MapClaims{"iss": "arcline", "aud": "arcline", "sub": r.p.ID.String(), "exp": now().Unix() + 60})
		tok.Header["typ"] = typ
		s, err := tok.SignedString(k)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "DPoP "+s)
	}
}

func badRequests(t *testing.T, r *raw, id wire.ID) map[string]badRequest {
	return map[string]badRequest{
		"no sign-in":               {"GET", "/v1/lines", "", anonymous, wire.CodeSignIn},
		"no proof":                 {"GET", "/v1/lines", "", func(q *http.Request) { q.Header.Del("DPoP") }, wire.CodeProof},
		"a bearer token":           {"GET", "/v1/lines", "", header("Authorization", "Bearer "+r.tokens.Access), wire.CodeSignIn},
		"a refresh secret as one":  {"GET", "/v1/lines", "", header("Authorization", "DPoP "+r.tokens.Refresh), wire.CodeSignIn},
		"a proof as a token":       {"GET", "/v1/lines", "", func(q *http.Request) { q.Header.Set("Authorization", "DPoP "+q.Header.Get("DPoP")) }, wire.CodeSignIn},
		"alg none":                 {"GET", "/v1/lines", "", forged(t, r, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, "at+jwt"), wire.CodeSignIn},
		"alg HS256":                {"GET", "/v1/lines", "", forged(t, r, jwt.SigningMethodHS256, []byte("k"), "at+jwt"), wire.CodeSignIn},
		"a token by another key":   {"GET", "/v1/lines", "", forged(t, r, jwt.SigningMethodEdDSA, r.session, "at+jwt"), wire.CodeSignIn},
		"proof for another method": {"GET", "/v1/lines", "", proof(t, r, func(c *claims) { c.body["htm"] = "POST" }), wire.CodeProof},
		"proof for another place":  {"GET", "/v1/lines", "", proof(t, r, func(c *claims) { c.body["htu"] = arctest.URL + "/v1/links" }), wire.CodeProof},
		"proof for another token":  {"GET", "/v1/lines", "", proof(t, r, func(c *claims) { c.body["ath"] = "x" }), wire.CodeProof},
		"an old proof":             {"GET", "/v1/lines", "", proof(t, r, func(c *claims) { c.body["iat"] = now().Unix() - 600 }), wire.CodeProof},
		"a proof of the future":    {"GET", "/v1/lines", "", proof(t, r, func(c *claims) { c.body["iat"] = now().Unix() + 600 }), wire.CodeProof},
		"proof of another kind":    {"GET", "/v1/lines", "", proof(t, r, func(c *claims) { c.header["typ"] = "at+jwt" }), wire.CodeProof},
		"proof with a key's place": {"GET", "/v1/lines", "", proof(t, r, func(c *claims) { c.header["jku"] = "https://evil.example" }), wire.CodeProof},
		"unknown address":          {"GET", "/v1/nothing", "", nil, wire.CodeNotFound},
		"wrong method":             {"DELETE", "/v1/about", "", nil, wire.CodeMethod},
		"a page from elsewhere":    {"GET", "/v1/about", "", header("Origin", "https://evil.example"), wire.CodeOrigin},
		"origin null":              {"GET", "/v1/about", "", header("Origin", "null"), wire.CodeOrigin},
		"origin in another case":   {"GET", "/v1/about", "", header("Origin", "HTTP://ARCLINE.TEST"), wire.CodeOrigin},
		"no JSON":                  {"POST", "/v1/directory", "{", nil, wire.CodeMalformed},
		"unknown field":            {"POST", "/v1/stepup", `{"code":"1","act":"a","object":"b","admin":true}`, nil, wire.CodeMalformed},
		"a body too large":         {"POST", "/v1/directory", strings.Repeat(" ", wire.MaxHTTPBody+1), nil, wire.CodeTooLarge},
		"a link of rubbish":        {"POST", "/v1/links", `{"links":[{"link":{"link":"AAAA","sig":"AAAA"}}]}`, nil, wire.CodeMalformed},
		"a registrar's act":        {"GET", "/v1/enrolments", "", nil, wire.CodeForbidden},
		"a file with a bad name":   {"PUT", "/v1/files/" + id.String() + "/x", "x", nil, wire.CodeNotFound},
		"a file of nowhere":        {"PUT", "/v1/files/" + wire.ID(uuid.New()).String() + "/" + wire.ID(uuid.New()).String(), "x", nil, wire.CodeNotFound},
		"a file not there":         {"GET", "/v1/files/" + id.String() + "/" + wire.ID(uuid.New()).String(), "", nil, wire.CodeNotFound},
		"a socket without ticket":  {"GET", "/v1/socket", "", anonymous, wire.CodeTicket},
		"a used set-up":            {"POST", "/v1/bootstrap", string(wire.EncodeBody(wire.Bootstrap{Secret: "x"})), anonymous, wire.CodeMalformed},
	}
}

// HTTP: wrong methods, addresses, bodies, origins, tokens and proofs.
func TestBadRequests(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, _, id := pair(t, h)
		r := rawOf(t, ann)
		for name, c := range badRequests(t, r, id) {
			if a := r.do(t, c.method, c.path, []byte(c.body), c.edit); a.code != c.want {
				t.Errorf("%s: %d %q, want %q", name, a.status, a.code, c.want)
			}
		}
		once := r.proof(t, "GET", arctest.URL+"/v1/lines", r.tokens.Access, nil)
		if a := r.do(t, "GET", "/v1/lines", nil, header("DPoP", once)); a.status != http.StatusOK { // the control
			t.Error("a right request:", a.code)
		}
		if a := r.do(t, "GET", "/v1/lines", nil, header("DPoP", once)); a.code != wire.CodeReplayed {
			t.Error("the same proof again:", a.code)
		}
		var about wire.About
		if a := r.do(t, "GET", "/v1/about", nil, anonymous); json.Unmarshal(a.body, &about) != nil || !about.Ready {
			t.Error("about")
		}
	})
}
