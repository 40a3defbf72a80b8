package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"arcline/server/wire"
)

// conn is one socket. Calls are answered by their number; entries and lists go
// to whoever subscribed. A broken connection fails every call: whoever waits
// resumes on the next one, from their own cursor.
type conn struct {
	ws   *websocket.Conn
	done chan struct{}

	mu    sync.Mutex
	rid   uint32
	waits map[uint32]chan wire.ServerFrame
	subs  map[logKey]map[*inbox]struct{}
	lists map[uint32]func(wire.Threads)
	err   error
}

// dialSocket opens a socket with a ticket and waits for its first frame.
func dialSocket(ctx context.Context, base string, hc *http.Client, ticket string) (*conn, wire.Hello, error) {
	url := "ws" + strings.TrimPrefix(base, "http") + "/v1/socket"
	ws, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: hc,
		Subprotocols: []string{wire.Subprotocol, wire.TicketPrefix + ticket}, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		if resp != nil && resp.StatusCode >= 400 {
			return nil, wire.Hello{}, fmt.Errorf("%w: it answered %s", ErrOffline, resp.Status)
		}
		return nil, wire.Hello{}, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	ws.SetReadLimit(16 << 20)
	_, b, err := ws.Read(ctx)
	if err != nil {
		return nil, wire.Hello{}, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	first, rest, _ := bytes.Cut(b, []byte("\n"))
	f, err := wire.DecodeServer(first)
	hello, ok := f.(wire.Hello)
	if err != nil || !ok || len(rest) > 0 {
		ws.CloseNow()
		return nil, wire.Hello{}, fmt.Errorf("%w: it does not speak this protocol", ErrOffline)
	}
	c := &conn{ws: ws, done: make(chan struct{}), waits: map[uint32]chan wire.ServerFrame{}, subs: map[logKey]map[*inbox]struct{}{}, lists: map[uint32]func(wire.Threads){}}
	go c.read()
	go c.ping()
	return c, hello, nil
}

func (c *conn) read() {
	for {
		_, b, err := c.ws.Read(context.Background())
		if err != nil {
			c.fail(fmt.Errorf("%w: %w", ErrOffline, err))
			return
		}
		for line := range bytes.SplitSeq(b, []byte("\n")) {
			f, err := wire.DecodeServer(line)
			if err != nil {
				c.fail(fmt.Errorf("the service sent something that could not be read: %w", err))
				return
			}
			c.deliver(f)
		}
	}
}

func (c *conn) deliver(f wire.ServerFrame) {
	switch f := f.(type) {
	case wire.Entries:
		c.mu.Lock()
		for in := range c.subs[logKey{f.Thread, f.Notes}] {
			in.put(f)
		}
		c.mu.Unlock()
	case wire.Threads:
		c.mu.Lock()
		list := c.lists[f.RID]
		c.mu.Unlock()
		if !c.answer(f.RID, f) && list != nil {
			list(f)
		}
	case wire.Posted:
		c.answer(f.RID, f)
	case wire.Synced:
		c.answer(f.RID, f)
	case wire.Pong:
		c.answer(f.RID, f)
	case wire.Done:
		c.answer(f.RID, f)
	case wire.Failed:
		c.answer(f.RID, f)
	}
}

func (c *conn) answer(rid uint32, f wire.ServerFrame) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch, ok := c.waits[rid]
	if ok {
		delete(c.waits, rid)
		ch <- f
	}
	return ok
}

func (c *conn) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = err
	close(c.done)
	c.ws.CloseNow()
}

// ping tells the service that somebody is there.
func (c *conn) ping() {
	tick := time.NewTicker(wire.PingSeconds * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-tick.C:
			ctx, cancel := context.WithTimeout(context.Background(), wire.PingSeconds*time.Second)
			_, err := c.call(ctx, func(rid uint32) wire.ClientFrame { return wire.Ping{RID: rid} })
			cancel()
			if err != nil {
				c.fail(err)
				return
			}
		}
	}
}

// call sends a frame and waits for its answer.
func (c *conn) call(ctx context.Context, frame func(rid uint32) wire.ClientFrame) (wire.ServerFrame, error) {
	wait, rid, err := c.start(ctx, frame)
	if err != nil {
		return nil, err
	}
	return c.await(ctx, rid, wait)
}

// start sends a frame without waiting, so that several can be under way.
func (c *conn) start(ctx context.Context, frame func(rid uint32) wire.ClientFrame) (chan wire.ServerFrame, uint32, error) {
	ch := make(chan wire.ServerFrame, 1)
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return nil, 0, c.err
	}
	c.rid++
	rid := c.rid
	c.waits[rid] = ch
	c.mu.Unlock()
	if err := c.ws.Write(ctx, websocket.MessageText, wire.Encode(frame(rid))); err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrOffline, err))
		return nil, rid, c.cause()
	}
	return ch, rid, nil
}

func (c *conn) await(ctx context.Context, rid uint32, ch chan wire.ServerFrame) (wire.ServerFrame, error) {
	select {
	case f := <-ch:
		if e, ok := f.(wire.Failed); ok {
			return nil, &Error{wire.Problem{Code: e.Code, Text: e.Text, Hint: e.Hint}, e.Next}
		}
		return f, nil
	case <-c.done:
		return nil, c.cause()
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waits, rid)
		c.mu.Unlock()
		return nil, ctx.Err()
	}
}

func (c *conn) cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// logKey names a thread, or the note log beside it.
type logKey struct {
	thread wire.ID
	notes  bool
}

// subscribe makes every entry of a log go into an inbox as well.
func (c *conn) subscribe(key logKey, in *inbox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs[key] == nil {
		c.subs[key] = map[*inbox]struct{}{}
	}
	c.subs[key][in] = struct{}{}
}

func (c *conn) unsubscribe(key logKey, in *inbox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.subs[key], in)
	if len(c.subs[key]) == 0 {
		delete(c.subs, key)
	}
}

func (c *conn) onList(rid uint32, fn func(wire.Threads)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lists[rid] = fn
}

func (c *conn) close() {
	c.ws.Close(websocket.StatusNormalClosure, "")
	c.fail(errors.Join(ErrOffline, errors.New("closed")))
}
