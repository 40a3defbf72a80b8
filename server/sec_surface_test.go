package server_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"arcline/client/arctest"
	"arcline/server/config"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// The surface: rows 34 to 37, 42, 47, 49 and 50.

// TestSec_34: a page from elsewhere opens no socket (ASVS 4.4.2): the origin is
// compared exactly, before the ticket is used and before anything is upgraded. A
// program that is no page sends none; there are no cookies that could speak for
// somebody.
func TestSec_34(t *testing.T) {
	tuned(t, func(c *config.Config) { c.Origins = "http://arcline.test,https://arcline.example" }, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r := rawOf(t, ann)
		ticket, err := ann.Ticket(t.Context())
		ok(t, err)
		for _, origin := range []string{"null", "https://evil.example", "https://arcline.example.evil", "http://arcline.example", "https://arcline.example:8443",
			"HTTPS://ARCLINE.EXAMPLE", "https://arcline.example/", "https://arcline.example https://evil.example", "", "https://user@arcline.example"} {
			if got := r.upgrade(t, ticket, func(q *http.Request) { q.Header["Origin"] = []string{origin} }); got != 403 {
				t.Errorf("origin %q: %d", origin, got)
			}
		}
		if got := r.upgrade(t, ticket, func(q *http.Request) {
			q.Header["Origin"] = []string{"https://arcline.example", "https://arcline.example"}
		}); got != 403 {
			t.Errorf("two origins: %d", got)
		}
		if got := r.upgrade(t, ticket, header("Origin", "https://arcline.example")); got != http.StatusSwitchingProtocols { // the control, with the same ticket
			t.Error("the right page:", got)
		}
	})
}

// TestSec_35: a ticket opens one socket within thirty seconds, and stands in no
// address and in no log (ASVS 4.4.3, 14.2.1).
func TestSec_35(t *testing.T) {
	t.Run("once, and in time", clockTicket)
	t.Run("fifty at once, and no trace", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			log := &logBuffer{}
			h := arctest.New(t, log)
			ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
			r := rawOf(t, ann)
			ticket, err := ann.Ticket(t.Context())
			ok(t, err)
			got := atOnce(50, func() wire.Code { return wire.Code(fmt.Sprint(r.upgrade(t, ticket, nil))) })
			if got["101"] != 1 || got["401"] != 49 {
				t.Errorf("%v", got)
			}
			for _, s := range []string{ticket, r.tokens.Access, r.tokens.Refresh} {
				if strings.Contains(log.String(), s) {
					t.Errorf("the log holds %.12s...", s)
				}
			}
			if !strings.Contains(log.String(), "used before") { // the control
				t.Error("the refusals are not in the log: searching it proves nothing")
			}
		})
	})
}

// drip opens a connection, says how it begins, and then one byte a second; it
// tells how long the service bore it.
func drip(dial func() (net.Conn, error), begin, more string, borne chan<- time.Duration) {
	c, err := dial()
	if err != nil {
		borne <- -1
		return
	}
	defer c.Close()
	began := time.Now()
	stop := make(chan struct{})
	go func() {
		if _, err := io.WriteString(c, begin); err != nil {
			return
		}
		for i := 0; more != ""; i++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Second):
			}
			if _, err := io.WriteString(c, more[i%len(more):i%len(more)+1]); err != nil {
				return
			}
		}
	}()
	_ = c.SetReadDeadline(began.Add(20 * time.Second))
	_, _ = io.Copy(io.Discard, c) // until it is closed
	close(stop)
	borne <- time.Since(began)
}

// crowded opens n connections of a kind, demands that real people are served
// meanwhile, and that all are closed within ten seconds.
//
// The clock is the bubble's: it moves only when nobody can go on. So a real person
// who is answered before it has moved has waited for none of the crowd, however
// busy the machine is, and one who has waited has waited for a deadline.
func crowded(t *testing.T, n int, begin, more string) {
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		dial := func() (net.Conn, error) {
			return h.Client().Transport.(*http.Transport).DialContext(t.Context(), "tcp", "arcline.test:80")
		}
		r := rawOf(t, h.Registrar)
		borne := make(chan time.Duration, n)
		for range n {
			go drip(dial, begin, more, borne)
		}
		time.Sleep(500 * time.Millisecond)
		for range 50 {
			hc := h.Client() // a connection of its own: there is room for one more
			r.p = &arctest.Person{H: h, HTTP: hc}
			began := time.Now()
			if a := r.do(t, "GET", "/v1/lines", nil, nil); a.status != 200 {
				t.Error("a real person meanwhile:", a.status)
			}
			if waited := time.Since(began); waited > 0 {
				t.Error("a real person waited for one of the crowd to be cut off:", waited)
				break
			}
			hc.CloseIdleConnections()
		}
		if len(borne) > 0 {
			t.Errorf("%d of the crowd had gone before real people came: nothing was tried", len(borne))
		}
		longest, failed := time.Duration(0), 0
		for range n {
			d := <-borne
			longest = max(longest, d)
			if d < 0 {
				failed++
			}
		}
		if longest > 10*time.Second || failed > 0 {
			t.Errorf("borne for %v, %d could not connect", longest, failed)
		}
	})
}

// TestSec_36: nobody has a socket before having signed in: the ticket comes with
// the request for it, and who says nothing at all is cut off by the deadline for
// headers, while real people are served.
func TestSec_36(t *testing.T) {
	t.Parallel()
	crowded(t, 2000, "", "")
	h := arctest.Hurried(t, nil)
	r := rawOf(t, h.Registrar)
	for _, ticket := range []string{"", "x", strings.Repeat("x", 4000)} {
		if got := r.upgrade(t, ticket, nil); got != 401 {
			t.Errorf("a socket with the ticket %.8q: %d", ticket, got)
		}
	}
	if n := h.Server.Sockets().Open(); n != 0 {
		t.Errorf("%d sockets are open", n)
	}
}

// TestSec_42: whoever sends a byte a second, of a header or of a body, is cut off
// within ten seconds (ASVS 15.2.2).
func TestSec_42(t *testing.T) {
	const post = "POST /v1/session HTTP/1.1\r\nHost: arcline.test\r\nContent-Type: application/json\r\n"
	for name, c := range map[string][2]string{
		"header": {"GET /v1/about HTTP/1.1\r\nHost: arcline.test\r\n", "X-Long-Header: "},
		"body":   {post + "Content-Length: 1000\r\n\r\n{", `"name":"`},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); crowded(t, 500, c[0], c[1]) })
	}
}

// bare is a socket on which frames are written byte by byte.
type bare struct {
	t    *testing.T
	conn io.ReadWriteCloser
	end  chan int // close code, or 0
}

func (r *raw) bare(t *testing.T) *bare {
	t.Helper()
	ticket, err := r.p.Ticket(t.Context())
	ok(t, err)
	req, err := http.NewRequestWithContext(t.Context(), "GET", arctest.URL+"/v1/socket", nil)
	ok(t, err)
	for k, v := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": wire.Subprotocol + ", " + wire.TicketPrefix + ticket} {
		req.Header.Set(k, v)
	}
	resp, err := r.p.HTTP.Do(req)
	ok(t, err)
	conn, is := resp.Body.(io.ReadWriteCloser)
	if resp.StatusCode != http.StatusSwitchingProtocols || !is {
		t.Fatal("no socket:", resp.Status)
	}
	b := &bare{t: t, conn: conn, end: make(chan int, 1)}
	t.Cleanup(func() { conn.Close() })
	go b.read()
	return b
}

// read takes frames until the close frame (RFC 6455, section 5.2).
func (b *bare) read() {
	in := bufio.NewReader(b.conn)
	for {
		var h [2]byte
		if _, err := io.ReadFull(in, h[:]); err != nil {
			b.end <- 0
			return
		}
		n := uint64(h[1] & 127)
		switch n {
		case 126:
			var x [2]byte
			_, _ = io.ReadFull(in, x[:])
			n = uint64(binary.BigEndian.Uint16(x[:]))
		case 127:
			var x [8]byte
			_, _ = io.ReadFull(in, x[:])
			n = binary.BigEndian.Uint64(x[:])
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			b.end <- 0
			return
		}
		if h[0]&15 == 8 && n >= 2 {
			b.end <- int(binary.BigEndian.Uint16(body))
			return
		}
	}
}

// frame writes one frame with a mask of zeros; announced may be more than comes.
func (b *bare) frame(first byte, announced int, payload []byte) error {
	h := []byte{first, 0x80 | 127}
	h = binary.BigEndian.AppendUint64(h, uint64(announced))
	_, err := b.conn.Write(append(append(h, 0, 0, 0, 0), payload...))
	return err
}

// TestSec_37: a message over the limit ends its connection with 1009, however it
// is cut, and costs no memory. Fragments without content cost none either, and
// end with the deadline for silence, since no whole message has come (ten seconds for the look, five for the goodbye).
func TestSec_37(t *testing.T) {
	const text, goesOn, last = 0x01, 0x00, 0x80
	for name, attack := range map[string]func(b *bare){
		"one byte too many": func(b *bare) { _ = b.frame(text|last, wire.MaxFrame+1, make([]byte, wire.MaxFrame+1)) },
		"a gibibyte announced": func(b *bare) {
			_ = b.frame(text|last, 1<<30, make([]byte, wire.MaxFrame+1))
		},
		"fragments without end": func(b *bare) {
			first := byte(text)
			for range wire.MaxFrame/1024 + 2 {
				if b.frame(first, 1024, make([]byte, 1024)) != nil {
					return
				}
				first = goesOn
			}
		},
		"a hundred thousand empty ones": func(b *bare) {
			first := byte(text)
			for range 100_000 {
				if b.frame(first, 0, nil) != nil {
					return
				}
				first = goesOn
			}
			_ = b.frame(goesOn, wire.MaxFrame+1, make([]byte, wire.MaxFrame+1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, h *arctest.House) {
				r := rawOf(t, h.Registrar)
				other := r.dial(t)
				b := r.bare(t)
				attack(b)
				if code := <-b.end; code != 1009 {
					t.Errorf("closed with %d", code)
				}
				if got := other.code(wire.Ping{RID: 1}); got != "" { // the control
					t.Error("another socket meanwhile:", got)
				}
			})
		})
	}
	t.Run("memory and silence", emptyFragments)
}

// emptyFragments runs alone, so that the heap is its own.
func emptyFragments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := rawOf(t, arctest.New(t, nil).Registrar).bare(t)
		heap := func() int64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return int64(m.HeapAlloc)
		}
		ok(t, b.frame(0x01, 0, nil))
		before, began := heap(), now()
		for range 100_000 {
			ok(t, b.frame(0x00, 0, nil))
		}
		if grown := heap() - before; grown > 1<<20 {
			t.Errorf("the heap grew by %d bytes", grown)
		}
		for now().Sub(began) < 2*time.Minute && b.frame(0x00, 0, nil) == nil {
			time.Sleep(time.Second)
		}
		if d := now().Sub(began); d > (wire.SilentSeconds+20)*time.Second {
			t.Errorf("fragments without end were borne for %v", d)
		}
	})
}

// TestSec_47: nothing is done in somebody's name by a page from elsewhere: no
// cookies, a check of where a change comes from, and no change by GET (ASVS 3.5).
func TestSec_47(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r := rawOf(t, ann)
		for name, edit := range map[string]func(*http.Request){
			"cross-site": header("Sec-Fetch-Site", "cross-site"), "same-site": header("Sec-Fetch-Site", "same-site"),
			"an old browser": header("Origin", "https://evil.example"), "null": header("Origin", "null"),
			"text/plain": func(q *http.Request) {
				q.Header.Set("Sec-Fetch-Site", "cross-site")
				q.Header.Set("Content-Type", "text/plain")
			},
		} {
			if a := r.do(t, "POST", "/v1/ticket", nil, edit); a.status != 403 || a.code != wire.CodeOrigin {
				t.Errorf("%s: %d %s", name, a.status, a.code)
			}
		}
		for _, site := range []string{"same-origin", "none"} { // the controls
			if a := r.do(t, "POST", "/v1/ticket", nil, header("Sec-Fetch-Site", site)); a.status != 200 {
				t.Errorf("%s: %d %s", site, a.status, a.code)
			}
		}
		commits := func() uint64 { return h.Server.Store().Stats().Transactions }
		before := commits()
		for _, route := range h.Server.Routes() {
			path, isGet := strings.CutPrefix(route, "GET ")
			if !isGet {
				continue
			}
			id := ann.ID.String()
			path = strings.NewReplacer("{thread}", id, "{file}", id, "{account}", id, "{session}", id, "{reissue}", id).Replace(path)
			for _, who := range []*raw{r, rawOf(t, h.Registrar)} {
				who.do(t, "GET", path, nil, nil)
			}
			if n := commits() - before; n != 0 {
				t.Fatalf("%s changed something", route)
			}
		}
		ok(t, h.Registrar.SignOutPerson(t.Context(), ann.ID))
		if commits() == before { // the control
			t.Error("a change is not seen: the test does not bite")
		}
		resp, err := ann.HTTP.Get(arctest.URL + "/v1/about")
		ok(t, err)
		resp.Body.Close()
		if len(resp.Cookies()) != 0 {
			t.Error("a cookie was set")
		}
	})
}

// cameFrom is the address on the newest record of a person's audit chain, after
// a failed sign-in with some headers.
func cameFrom(t *testing.T, h *arctest.House, p *arctest.Person, forwarded ...string) (from string) {
	t.Helper()
	r := rawOf(t, p)
	_, _, dev := p.Me()
	in := wire.SignIn{Name: p.Name, Password: "not the password at all", Code: "000000", Device: dev}
	r.do(t, "POST", "/v1/session", wire.EncodeBody(in), func(q *http.Request) {
		withProof(t, r, "/v1/session")(q)
		q.Header["X-Forwarded-For"] = forwarded
		q.Header.Set("Forwarded", "for=9.9.9.9")
		q.Header.Set("X-Real-Ip", "9.9.9.9")
	})
	st := h.Server.Store()
	ok(t, st.View(t.Context(), func(tx *table.Tx) error {
		_, err := st.Audit.Scan(tx, store.PartAccount(store.ID(p.ID)), table.Range{}, func(_ store.AuditKey, a store.Audit) (bool, error) {
			from = a.From
			return true, nil
		})
		return err
	}))
	return from
}

// TestSec_49: who asks is the peer. Only of a proxy that the settings name is it
// believed on whose behalf (ASVS 4.1.3, 15.3.4).
func TestSec_49(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		if got := cameFrom(t, h, ann, "9.9.9.9"); got != "192.0.2.1" {
			t.Error("with the settings as they are, a forged address is believed:", got)
		}
		h.Tune = func(c *config.Config) { c.TrustedProxies = "192.0.2.1, 10.0.0.0/8" }
		h.Restart()
		for _, c := range []struct{ forwarded, want string }{
			{"198.51.100.7", "198.51.100.7"}, {"9.9.9.9, 198.51.100.7", "198.51.100.7"}, {"198.51.100.7, 10.1.2.3", "198.51.100.7"}, {"", "192.0.2.1"},
			{"rubbish", "192.0.2.1"}, {"198.51.100.7, <script>", "192.0.2.1"}, {"2001:db8::7", "2001:db8::7"}, {"::ffff:198.51.100.7", "198.51.100.7"},
		} {
			time.Sleep(6 * time.Hour) // failures are counted
			if got := cameFrom(t, h, ann, c.forwarded); got != c.want {
				t.Errorf("by a proxy for %q: %s, want %s", c.forwarded, got, c.want)
			}
		}
		if got := cameFrom(t, h, ann, "9.9.9.9", "198.51.100.8"); got != "198.51.100.8" {
			t.Error("two headers:", got)
		}
	})
}

// TestSec_50: a mistake of ours ends one request, says nothing of the inside, and
// leaves the service running (ASVS 13.4.6, 16.5).
func TestSec_50(t *testing.T) {
	e := emptyService(t)
	ask := func() (*http.Response, string) {
		resp, err := http.Get(e.url + "/v1/about")
		ok(t, err)
		b, err := io.ReadAll(resp.Body)
		ok(t, err)
		resp.Body.Close()
		return resp, string(b)
	}
	if resp, _ := ask(); resp.StatusCode != 200 { // the control
		t.Fatal(resp.Status)
	}
	e.boom.Store(true)
	resp, body := ask()
	e.boom.Store(false)
	var p wire.Problem
	wireDecode(t, []byte(body), &p)
	if resp.StatusCode != 500 || p.Code != wire.CodeInternal || len(p.Number) < 8 {
		t.Errorf("%s %s", resp.Status, body)
	}
	var headers strings.Builder
	ok(t, resp.Header.Write(&headers))
	for _, inside := range []string{"goroutine", ".go", "panic", "runtime", "made on purpose", "Server:", "X-Powered-By"} {
		if strings.Contains(body+headers.String(), inside) {
			t.Errorf("the answer says %q: %s", inside, body)
		}
	}
	if log := e.log.String(); !strings.Contains(log, p.Number) || !strings.Contains(log, "made on purpose") {
		t.Error("the operator does not find the number in the log")
	}
	if resp, _ := ask(); resp.StatusCode != 200 {
		t.Error("afterwards:", resp.Status)
	}
}
