package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Postbox is a mail server that keeps what it is given, or refuses it. The scenarios
// of package server_test use it too.
type Postbox struct {
	mu     sync.Mutex
	got    []string // to, a line break, the whole mail
	secure []bool   // whether each came over TLS
	fail   int      // refuses the next so many
	*smtp.Server
}

type delivery struct {
	box  *Postbox
	conn *smtp.Conn
	to   []string
}

func (b *Postbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &delivery{box: b, conn: c}, nil
}

func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = append(d.to, to)
	return nil
}
func (*delivery) Reset()        {}
func (*delivery) Logout() error { return nil }

func (d *delivery) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	if d.box.fail > 0 {
		d.box.fail--
		return errors.New("not today")
	}
	_, secure := d.conn.TLSConnectionState()
	d.box.got = append(d.box.got, strings.Join(d.to, ",")+"\n"+string(b))
	d.box.secure = append(d.box.secure, secure)
	return nil
}

// Refuse makes the server refuse the next n mails.
func (b *Postbox) Refuse(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = n
}

// Mails is what has arrived.
func (b *Postbox) Mails() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.got...)
}

// OpenPostbox listens on loopback. With a config it offers STARTTLS, or, with
// implicit, speaks TLS from the start.
func OpenPostbox(t *testing.T, secure *tls.Config, implicit bool) (*Postbox, string) {
	t.Helper()
	b := &Postbox{}
	b.Server = smtp.NewServer(b)
	b.TLSConfig, b.Domain, b.ErrorLog = secure, "localhost", log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if implicit {
		l = tls.NewListener(l, secure)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = b.Serve(l) }()
	t.Cleanup(func() { b.Close(); <-done })
	return b, addr
}

// certified makes a certificate for 127.0.0.1 and the roots that vouch for it.
func certified(t *testing.T) (server, roots *tls.Config) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "made-up mail"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: k}}}, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

func mailTo(addr, how string, roots *tls.Config) *mail {
	return &mail{addr: addr, host: "127.0.0.1", from: "notices@exchange.example", tls: how, roots: roots, now: time.Now}
}

// A notice goes by STARTTLS or by TLS from the start, and never in the clear
// where TLS was asked for: not to a server that does not offer it, and not to one
// whose certificate nobody vouches for.
func TestMailTLS(t *testing.T) {
	own, roots := certified(t)
	starttls, at := OpenPostbox(t, own, false)
	implicit, atTLS := OpenPostbox(t, own, true)
	plain, atPlain := OpenPostbox(t, nil, false)
	send := func(m *mail) error { return m.Send(t.Context(), "ann@example.org", "A change", "one\n.\ntwo\n") }
	for _, m := range []*mail{mailTo(at, "starttls", roots), mailTo(atTLS, "tls", roots), mailTo(atPlain, "none", nil)} {
		if err := send(m); err != nil {
			t.Errorf("%s: %v", m.tls, err)
		}
	}
	for name, m := range map[string]*mail{
		"a server without STARTTLS":             mailTo(atPlain, "starttls", roots),
		"TLS to a server that speaks plainly":   mailTo(atPlain, "tls", roots),
		"a certificate that nobody vouches for": mailTo(at, "starttls", nil),
		"the same, with TLS from the start":     mailTo(atTLS, "tls", nil),
	} {
		if err := send(m); err == nil {
			t.Errorf("%s: the mail was handed over", name)
		}
	}
	for name, b := range map[string]*Postbox{"starttls": starttls, "tls": implicit, "none": plain} {
		got := b.Mails()
		if len(got) != 1 || !strings.HasPrefix(got[0], "ann@example.org\n") || !strings.HasSuffix(got[0], "\r\n\r\none\r\n.\r\ntwo\r\n") {
			t.Errorf("%s: %q", name, got)
		} else if name == "starttls" && !b.secure[0] {
			t.Error("STARTTLS was asked for and not used")
		}
	}
}

// A line break in an address or a subject would add headers of somebody else's.
func TestMailForgedHeader(t *testing.T) {
	b, at := OpenPostbox(t, nil, false)
	m := mailTo(at, "none", nil)
	if err := m.Send(t.Context(), "ann@example.org\r\nBcc: eve@example.org", "x", "y"); err == nil {
		t.Error("an address with a line break was taken")
	}
	if err := m.Send(t.Context(), "ann@example.org", "x\nBcc: eve@example.org", "y"); err == nil {
		t.Error("a subject with a line break was taken")
	}
	if err := m.Send(t.Context(), "ann@example.org", "Grüße", "y"); err != nil { // the control
		t.Error(err)
	}
	if got := b.Mails(); len(got) != 1 || !strings.Contains(got[0], "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n") {
		t.Errorf("%q", got)
	}
}
