package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/smtp"
	"os"
	"strings"
	"time"

	"arcline/server/jobs"
)

// mailLimit is how long one mail may take.
const mailLimit = 30 * time.Second

// mail sends notices by SMTP (RFC 5321): with TLS from the start or by STARTTLS,
// and without only to a server on this machine.
type mail struct {
	addr, host   string
	from         string
	user, secret string
	tls          string // "starttls", "tls" or "none"
	roots        *tls.Config
	now          func() time.Time
}

// mailer is how notices are sent; nil where no mail server is set: they wait.
func (s *Server) mailer() jobs.Mailer {
	if s.cfg.SMTP == "" {
		return nil
	}
	host, _, _ := net.SplitHostPort(s.cfg.SMTP)
	m := &mail{addr: s.cfg.SMTP, host: host, from: s.cfg.SMTPFrom, user: s.cfg.SMTPUser, tls: s.cfg.SMTPTLS, now: s.door.Now}
	if s.cfg.SMTPPasswordFile != "" {
		b, err := os.ReadFile(s.cfg.SMTPPasswordFile)
		if err != nil {
			s.log.Error("read the mail server's password", "err", err)
		}
		m.secret = strings.TrimSpace(string(b))
	}
	return m
}

// Send sends one mail.
func (m *mail) Send(ctx context.Context, to, subject, body string) error {
	if strings.ContainsAny(to+m.from+subject, "\r\n") {
		return errors.New("send a mail: a line break where none belongs")
	}
	conn, err := (&net.Dialer{Timeout: mailLimit}).DialContext(ctx, "tcp", m.addr)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(mailLimit)); err != nil {
		return err
	}
	secure := m.roots
	if secure == nil {
		secure = &tls.Config{ServerName: m.host, MinVersion: tls.VersionTLS12}
	}
	if m.tls == "tls" {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, m.host)
	if err != nil {
		return fmt.Errorf("speak to the mail server: %w", err)
	}
	defer c.Close()
	if m.tls == "starttls" {
		if err := c.StartTLS(secure); err != nil {
			return fmt.Errorf("secure the connection to the mail server: %w", err)
		}
	}
	if m.user != "" {
		if err := c.Auth(smtp.PlainAuth("", m.user, m.secret, m.host)); err != nil {
			return fmt.Errorf("sign in at the mail server: %w", err)
		}
	}
	return m.deliver(c, to, subject, body)
}

func (m *mail) deliver(c *smtp.Client, to, subject, body string) error {
	if err := errors.Join(c.Mail(m.from), c.Rcpt(to)); err != nil {
		return fmt.Errorf("the mail server refuses: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("the mail server refuses: %w", err)
	}
	_, err = fmt.Fprintf(w, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s",
		m.from, to, mime.QEncoding.Encode("utf-8", subject), m.now().UTC().Format(time.RFC1123Z), strings.ReplaceAll(body, "\n", "\r\n"))
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("hand the mail over: %w", err)
	}
	return c.Quit()
}
