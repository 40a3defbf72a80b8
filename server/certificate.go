package server

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// certificate serves the TLS certificate and reads it again when its file has
// changed, so that renewing it needs no restart.
type certificate struct {
	cert, key string
	mu        sync.Mutex
	at        time.Time
	now       *tls.Certificate
}

func newCertificate(cert, key string) (*certificate, error) {
	c := &certificate{cert: cert, key: key}
	_, err := c.get(nil)
	return c, err
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.cert)
	if err != nil {
		return c.keep(fmt.Errorf("read the certificate: %w", err))
	}
	if c.now != nil && info.ModTime().Equal(c.at) {
		return c.now, nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return c.keep(fmt.Errorf("read the certificate: %w", err))
	}
	c.now, c.at = &pair, info.ModTime()
	return c.now, nil
}

// keep goes on with the old certificate while the new one cannot be read.
func (c *certificate) keep(err error) (*tls.Certificate, error) {
	if c.now != nil {
		return c.now, nil
	}
	return nil, err
}
