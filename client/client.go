// Package client is the Go SDK: a device's keys and vault, signing in, the key
// log with every check, threads that are verified and opened here, and an
// outbox that survives a restart. The command line is made of it, and so is
// client/arctest.
//
// The service is not believed: what it sends is proved by the key log, signed
// by people's devices, or refused. Of the server's rooms it imports only the
// schema, server/wire.
package client

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// Config is what a client needs besides its vault.
type Config struct {
	Vault Vault
	HTTP  *http.Client     // nil: http.DefaultClient
	Now   func() time.Time // nil: the system's clock
}

// identity is who this device is, as the vault keeps it under "me".
type identity struct {
	URL     string      `json:"url"`
	Agency  envelope.ID `json:"agency"`
	Root    string      `json:"root"`    // text of the agency's root key, from the invitation
	LogKey  string      `json:"log_key"` // learned at enrolment, confirmed by the agency's policy
	Name    string      `json:"name"`
	Account envelope.ID `json:"account"`
	Device  envelope.ID `json:"device"`
	Sign    string      `json:"sign"`
	Box     string      `json:"box"`
	Session string      `json:"session"`

	Genesis envelope.Hash `json:"genesis"` // of the account, told by the device that let this one in; zero: none did
}

// secrets are the generations this device has opened, by hex id and number.
type secrets struct {
	Account map[uint32][32]byte            `json:"account"`
	Line    map[string]map[uint32][32]byte `json:"line"`
	Lead    map[string]map[uint32][32]byte `json:"lead"`
}

// Client is one device of one person.
type Client struct {
	vault   Vault
	req     requester
	now     func() time.Time
	me      identity
	device  seal.Device
	book    *chain.Book
	log     known
	pending map[string]*rememberedLog
	secrets secrets
	fitted  map[fittedKey]bool // generations whose public half was compared

	learnedAt map[envelope.ID]uint64   // size of the log up to which each chain was asked for
	seenRoots map[uint64]envelope.Hash // checkpoints of others that were proved to be of our log

	learning   sync.Mutex // one change of the log's view at a time
	refreshing sync.Mutex // one refresh of the session at a time

	mu      sync.Mutex
	tokens  wire.Tokens
	conn    *conn
	threads map[wire.ID]*Thread
	sending sync.Mutex // one run of the outbox at a time
}

// Names in the vault.
const (
	vaultMe      = "me"
	vaultLog     = "log"
	vaultSecrets = "secrets"
	vaultSession = "session"
	vaultOutbox  = "outbox/"
	vaultPin     = "pin/"
)

// ErrNotEnrolled says that the vault holds no device yet.
var ErrNotEnrolled = errors.New("this device is not enrolled yet")

// Open opens the device that a vault holds.
func Open(cfg Config) (*Client, error) {
	c := newClient(cfg)
	if err := loadJSON(c.vault, vaultMe, &c.me); err != nil {
		if errors.Is(err, ErrNothing) {
			err = ErrNotEnrolled
		}
		return nil, err
	}
	if err := c.unpack(); err != nil {
		return nil, err
	}
	for name, into := range map[string]any{vaultLog: &c.log, vaultSecrets: &c.secrets, vaultSession: &c.tokens} {
		if err := loadJSON(c.vault, name, into); err != nil && !errors.Is(err, ErrNothing) {
			return nil, err
		}
	}
	if c.log.Chains == nil {
		c.log.Chains = map[string]*rememberedLog{}
	}
	c.secrets.init()
	c.book.Reached(c.log.View.Size)
	return c, c.reload()
}

func newClient(cfg Config) *Client {
	c := &Client{vault: cfg.Vault, now: cfg.Now, pending: map[string]*rememberedLog{}, threads: map[wire.ID]*Thread{}, seenRoots: map[uint64]envelope.Hash{}, learnedAt: map[envelope.ID]uint64{}, fitted: map[fittedKey]bool{}}
	if c.now == nil {
		c.now = time.Now
	}
	hc := cfg.HTTP
	if hc == nil {
		hc = http.DefaultClient
	}
	c.req = requester{http: hc, now: c.now}
	c.log.Chains = map[string]*rememberedLog{}
	c.secrets.init()
	return c
}

func (s *secrets) init() {
	if s.Account == nil {
		s.Account = map[uint32][32]byte{}
	}
	if s.Line == nil {
		s.Line = map[string]map[uint32][32]byte{}
	}
	if s.Lead == nil {
		s.Lead = map[string]map[uint32][32]byte{}
	}
}

func (c *Client) unpack() error {
	sign, err1 := key.ParseSigning(c.me.Sign)
	box, err2 := key.ParseBox(c.me.Box)
	session, err3 := key.ParseSigning(c.me.Session)
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("read the device's own keys: %w", err)
	}
	c.device = seal.Device{ID: c.me.Device, Sign: sign, Box: box, Session: session}
	seed := session.Seed()
	c.req.base, c.req.key = c.me.URL, ed25519.NewKeyFromSeed(seed[:])
	c.book = chain.NewBook(c.me.Agency)
	return nil
}

// Me says who this device is.
func (c *Client) Me() (name string, account, device wire.ID) {
	return c.me.Name, wire.ID(c.me.Account), wire.ID(c.me.Device)
}

// Role is the role that the newest credential gives.
func (c *Client) Role() string {
	cred, _ := c.book.Known(c.me.Account)
	return cred.Role
}

func (c *Client) nowMillis() uint64 { return uint64(c.now().UnixMilli()) }

func (c *Client) maker() seal.Maker {
	return seal.Maker{Acct: c.me.Account, Dev: c.me.Device, Sign: c.device.Sign}
}

func (c *Client) at() seal.LinkAt { return seal.LinkAt{Agency: c.me.Agency, Time: c.nowMillis()} }

// SignIn starts a session with all factors at once.
func (c *Client) SignIn(ctx context.Context, password, code string) error {
	return c.signIn(ctx, wire.SignIn{Name: c.me.Name, Password: password, Code: code, Device: wire.ID(c.me.Device)})
}

func (c *Client) signIn(ctx context.Context, in wire.SignIn) error {
	var t wire.Tokens
	if err := c.req.call(ctx, "POST", "/v1/session", "", in, &t); err != nil {
		return err
	}
	c.Close() // what is open belongs to the sign-in before
	if err := c.keepTokens(t); err != nil {
		return err
	}
	return c.learn(ctx)
}

func (c *Client) keepTokens(t wire.Tokens) error {
	c.mu.Lock()
	c.tokens = t
	c.mu.Unlock()
	return saveJSON(c.vault, vaultSession, t)
}

// SignOut ends the session. Keys and history stay on the device.
func (c *Client) SignOut(ctx context.Context) error {
	err := c.authed(ctx, "DELETE", "/v1/session", nil, nil)
	c.Close()
	c.mu.Lock()
	c.tokens = wire.Tokens{}
	c.mu.Unlock()
	return errors.Join(err, c.vault.Delete(vaultSession))
}

// access returns a token that is good for some time yet, refreshing it if needed.
// One refresh runs at a time, and another process of this device may have been
// faster: using an old refresh secret would end the session.
func (c *Client) access(ctx context.Context) (string, error) {
	if t := c.token(); c.fresh(t) {
		return t.Access, nil
	}
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	var kept wire.Tokens
	if err := loadJSON(c.vault, vaultSession, &kept); err != nil {
		if errors.Is(err, ErrNothing) {
			err = &Error{Problem: problem(wire.CodeSignIn)}
		}
		return "", err
	}
	if c.fresh(kept) {
		return kept.Access, c.keepTokens(kept)
	}
	// The request's id follows from the secret: a repeat after a lost answer, and
	// a second process at the same moment, ask the same question and get the same
	// answer within the service's short grace.
	sum := sha256.Sum256([]byte(kept.Refresh))
	in := wire.Refresh{Refresh: kept.Refresh, Request: wire.ID(sum[:16])}
	var t wire.Tokens
	var err error
	for range 3 {
		if err = c.req.call(ctx, "POST", "/v1/session/refresh", "", in, &t); !errors.Is(err, ErrOffline) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	return t.Access, c.keepTokens(t)
}

func (c *Client) token() wire.Tokens {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tokens
}

func (c *Client) fresh(t wire.Tokens) bool {
	return t.Access != "" && c.now().Unix() < t.Expires-30
}

func problem(code wire.Code) wire.Problem {
	i := code.Info()
	return wire.Problem{Code: i.Code, Text: i.Text, Hint: i.Hint}
}

// authed makes a request as this device's person.
func (c *Client) authed(ctx context.Context, method, path string, in, out any) error {
	token, err := c.access(ctx)
	if err != nil {
		return err
	}
	err = c.req.call(ctx, method, path, token, in, out)
	if !IsCode(err, wire.CodeSignIn) {
		return err
	}
	// The service may have changed the key of its tokens: then the sign-in lives.
	again, rerr := c.renew(ctx, token)
	if rerr != nil {
		return err
	}
	return c.req.call(ctx, method, path, again, in, out)
}

// renew asks for a new token in the place of one that was refused.
func (c *Client) renew(ctx context.Context, refused string) (string, error) {
	c.refreshing.Lock()
	var kept wire.Tokens
	err := loadJSON(c.vault, vaultSession, &kept)
	if err == nil && kept.Access == refused {
		kept.Expires = 0
		err = c.keepTokens(kept)
	}
	c.refreshing.Unlock()
	if err != nil {
		return "", err
	}
	return c.access(ctx)
}

// connect returns the live socket, opening one if there is none.
func (c *Client) connect(ctx context.Context) (*conn, error) {
	c.mu.Lock()
	live := c.conn
	c.mu.Unlock()
	if live != nil && live.cause() == nil {
		return live, nil
	}
	var t wire.Ticket
	if err := c.authed(ctx, "POST", "/v1/ticket", nil, &t); err != nil {
		return nil, err
	}
	fresh, _, err := dialSocket(ctx, c.req.base, c.req.http, t.Ticket)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil && c.conn.cause() == nil { // somebody else was faster
		go fresh.close()
		return c.conn, nil
	}
	c.conn = fresh
	return fresh, nil
}

// Close ends the connection. Everything is in the vault already.
func (c *Client) Close() {
	c.mu.Lock()
	live := c.conn
	c.conn = nil
	c.mu.Unlock()
	if live != nil {
		live.close()
	}
}

// Drop breaks the connection without a goodbye, as a lost network does.
func (c *Client) Drop() {
	c.mu.Lock()
	live := c.conn
	c.conn = nil
	c.mu.Unlock()
	if live != nil {
		live.fail(ErrOffline)
	}
}

func (c *Client) saveLog() error {
	return errors.Join(saveJSON(c.vault, vaultLog, c.log), saveJSON(c.vault, vaultSecrets, c.secrets))
}
