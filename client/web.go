package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
)

// ErrWeb says that a service does not serve the browser client that it names.
var ErrWeb = errors.New("the service does not serve the browser client that it names")

// WebFiles is what a service serves to browsers, as it was fetched.
type WebFiles struct {
	Manifest wire.Hash `json:"manifest"` // SHA-256 of the list: it names the build
	Files    int       `json:"files"`
	Bytes    int64     `json:"bytes"`
}

// maxWebFile bounds one file of a browser client, in bytes.
const maxWebFile = 8 << 20

// FetchWeb fetches everything that a service serves to browsers and compares
// each file with the service's own list. It asks as anybody would, so that the
// service cannot tell it from a browser by a sign-in.
func FetchWeb(ctx context.Context, hc *http.Client, url string) (out WebFiles, err error) {
	if hc == nil {
		hc = http.DefaultClient
	}
	list, err := fetchWebFile(ctx, hc, url+"/files.sha256")
	if err != nil {
		return out, err
	}
	out.Manifest = sha256.Sum256(list)
	index := ""
	for line := range strings.Lines(string(list)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if want, err := hex.DecodeString(sum); !ok || err != nil || len(want) != sha256.Size || name == "" || strings.Contains(name, "..") {
			return out, fmt.Errorf("%w: its list of files cannot be read", ErrWeb)
		}
		b, err := fetchWebFile(ctx, hc, url+"/"+name)
		if err != nil {
			return out, err
		}
		if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
			return out, fmt.Errorf("%w: %s is another file than the one in its list", ErrWeb, name)
		}
		if name == "index.html" {
			index = string(b)
		}
		out.Files, out.Bytes = out.Files+1, out.Bytes+int64(len(b))
	}
	page, err := fetchWebFile(ctx, hc, url+"/")
	if err != nil {
		return out, err
	}
	if index == "" || string(page) != index {
		return out, fmt.Errorf("%w: the page at its address is not the one in its list", ErrWeb)
	}
	return out, nil
}

func fetchWebFile(ctx context.Context, hc *http.Client, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s is answered with %s", ErrWeb, url, resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxWebFile+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	if len(b) > maxWebFile {
		return nil, fmt.Errorf("%w: %s is too large", ErrWeb, url)
	}
	return b, nil
}

// WebLogged verifies that a build of the browser client stands in the key log
// that this device has pinned: everybody who watches the log sees it.
func (c *Client) WebLogged(ctx context.Context, manifest wire.Hash) (leaf uint64, err error) {
	var b wire.Build
	if err := c.req.call(ctx, "GET", "/v1/build", "", nil, &b); err != nil {
		return 0, err
	}
	if b.Manifest != manifest {
		return 0, fmt.Errorf("%w: the key log names another one", ErrWeb)
	}
	if err := c.learn(ctx); err != nil {
		return 0, err
	}
	c.learning.Lock()
	v := c.verifier(wire.DirectoryAnswer{}) // by the policy that was just learned
	c.learning.Unlock()
	cp, err := v.Open([]byte(b.Checkpoint))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	if err := c.sameLog(ctx, envelope.Head{Place: envelope.Place{KTSize: cp.Size, KTRoot: cp.Root}}); err != nil {
		return 0, err
	}
	said := keylog.BuildLeaf{Manifest: envelope.Hash(manifest)}.Encode()
	if err := keylog.CheckInclusion(cp.Size, cp.Root, b.Leaf, said, inHashes(b.Proof)); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	return b.Leaf, nil
}
