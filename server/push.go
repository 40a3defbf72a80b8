package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// pusher tells browsers through their push services (RFC 8030), named by a key of
// its own (RFC 8292). What it sends is empty: neither a push service nor a locked
// screen learns more than that something came.
type pusher struct {
	key     *ecdsa.PrivateKey
	contact string
	http    *http.Client
	now     func() time.Time
}

// pushLife is how long a push service keeps a push for a browser that is away.
const pushLife = 4 * time.Hour

// pushKey makes the service's key from its seed. A candidate that is no scalar of
// the curve is passed over: the next one is as good.
func pushKey(seed [32]byte) (*ecdsa.PrivateKey, error) {
	for i := range 8 {
		d, err := hkdf.Key(sha256.New, seed[:], nil, fmt.Sprintf("arcline/push/%d", i), 32)
		if err != nil {
			return nil, fmt.Errorf("make the key of pushes: %w", err)
		}
		if k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d); err == nil {
			return k, nil
		}
	}
	return nil, errors.New("make the key of pushes: no candidate fits")
}

// pushName is the public key as browsers want it: base64url, uncompressed.
func pushName(k *ecdsa.PrivateKey) (string, error) {
	b, err := k.PublicKey.Bytes()
	return base64.RawURLEncoding.EncodeToString(b), err
}

// newPusher follows no redirection: an address leads where it says or nowhere.
func newPusher(k *ecdsa.PrivateKey, contact string, now func() time.Time) *pusher {
	return &pusher{key: k, contact: contact, now: now, http: &http.Client{Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Push tells one browser. gone: its push service does not know it any more.
func (p *pusher) Push(ctx context.Context, endpoint string) (gone bool, err error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return true, nil
	}
	name, err := pushName(p.key)
	if err != nil {
		return false, err
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"aud": u.Scheme + "://" + u.Host, "exp": p.now().Add(pushLife).Unix(), "sub": p.contact}).SignedString(p.key)
	if err != nil {
		return false, fmt.Errorf("sign a push: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, nil)
	if err != nil {
		return true, nil
	}
	req.Header.Set("Authorization", "vapid t="+token+", k="+name)
	req.Header.Set("TTL", fmt.Sprint(int(pushLife.Seconds())))
	req.Header.Set("Urgency", "normal")
	req.Header.Set("Topic", "arcline") // the newest replaces the ones before
	resp, err := p.http.Do(req)
	if err != nil {
		return false, fmt.Errorf("reach a push service: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, 4<<10); err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read a push service's answer: %w", err)
	}
	switch {
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return true, nil
	case resp.StatusCode/100 != 2:
		return false, fmt.Errorf("a push service answers %d", resp.StatusCode)
	}
	return false, nil
}
