// Package ws is one socket: a reader, a writer when there is something to
// write, limits, and nothing that decides. What a socket sends live is what it
// reads from the store after its own cursors; a notice only makes it look. So
// reconnecting, overflow and a lost notice all end in the same read.
//
// An idle socket costs one goroutine. Work and writing run in goroutines that
// live only while there is something to do. One message to a client carries one
// or more frames, one a line: frames that wait together leave together.
package ws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"arcline/server/command"
	"arcline/server/hub"
	"arcline/server/wire"
)

// Bounds of what one socket may hold in memory.
const (
	maxPending   = 64  // frames read and not yet worked on
	maxAnswers   = 512 // frames waiting to be written
	maxLists     = 8   // live lists
	writeTimeout = 10 * time.Second
	writeTarget  = 64 << 10 // a message is sent once it holds this much
)

// socket is one connection.
type socket struct {
	srv    *Server
	conn   *websocket.Conn
	caller command.Caller
	ctx    context.Context
	cancel context.CancelCauseFunc
	heard  atomic.Int64 // Unix seconds of the newest frame
	until  atomic.Int64 // Unix milliseconds; before then the session need not be looked at again

	mu      sync.Mutex
	room    sync.Cond // signalled when pending shrinks
	pending []wire.ClientFrame
	working bool
	answers [][]byte
	writing bool
	follows map[logKey]*follow
	lists   []*list
	recheck bool             // the account's standing must be looked at again
	present map[wire.ID]bool // lines whose people are somewhere else now
	tokens  float64
	filled  time.Time
}

// logKey names what can be followed: a thread, or the notes beside it.
type logKey struct {
	thread wire.ID
	notes  bool
}

func (k logKey) topic() hub.Topic {
	if k.notes {
		return hub.Topic{Kind: hub.NotesTopic, ID: k.thread}
	}
	return hub.Topic{Kind: hub.ThreadTopic, ID: k.thread}
}

// follow is a log that the client wants to hear of, and how far it was sent.
type follow struct {
	next  uint64
	live  bool // goes on after the first read
	dirty bool
	ask   *wire.Sync // answered by Synced once everything stored has been sent
}

// list is a list that the client wants to hear of, and what it was sent.
type list struct {
	rid   uint32
	line  *wire.ID
	dirty bool
	sent  map[wire.ID]wire.Summary
}

func (l *list) topic(s *socket) hub.Topic {
	if l.line != nil {
		return hub.Topic{Kind: hub.LineTopic, ID: *l.line}
	}
	return hub.Topic{Kind: hub.MineTopic, ID: s.caller.Grip.Account}
}

// Wake marks a topic as having news. It never blocks.
func (s *socket) Wake(t hub.Topic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch t.Kind {
	case hub.ThreadTopic, hub.NotesTopic:
		if f := s.follows[logKey{wire.ID(t.ID), t.Kind == hub.NotesTopic}]; f != nil {
			f.dirty = true
		}
	case hub.AccountTopic:
		s.recheck = true
	case hub.PresentTopic:
		for _, l := range s.lists {
			if l.line != nil && *l.line == wire.ID(t.ID) { // only whoever is still shown the list
				s.present[*l.line] = true
			}
		}
	case hub.MineTopic:
		for _, l := range s.lists {
			l.dirty = l.dirty || l.line == nil
		}
	case hub.LineTopic:
		for _, l := range s.lists {
			l.dirty = l.dirty || l.line != nil && *l.line == wire.ID(t.ID)
		}
	}
	s.startWriting()
}

// startWriting starts the writer if it is not running; the lock is held.
func (s *socket) startWriting() {
	if !s.writing && s.ctx.Err() == nil {
		s.writing = true
		go s.write()
	}
}

// answer queues frames for the client. A client that does not read is closed:
// it loses nothing, because it resumes from its cursors.
func (s *socket) answer(frames ...wire.ServerFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range frames {
		s.answers = append(s.answers, wire.Encode(f))
	}
	if len(s.answers) > maxAnswers {
		s.cancel(wire.Refuse(wire.CodeSlow))
		return
	}
	s.startWriting()
}

// read takes frames from the client until the connection ends.
func (s *socket) read() error {
	for {
		_, b, err := s.conn.Read(s.ctx)
		if err != nil {
			return err
		}
		s.heard.Store(s.srv.door.Now().Unix())
		f, err := wire.DecodeClient(b)
		if !s.spend() { // what cannot be read costs as much as what can
			err = wire.Refuse(wire.CodeRate)
		}
		if err != nil {
			s.refuse(f, err)
			continue
		}
		s.take(f)
	}
}

// spend takes one command from the session's allowance.
func (s *socket) spend() bool {
	rate, burst := s.srv.cfg.Rate, s.srv.cfg.Burst
	if rate <= 0 {
		return true
	}
	now := s.srv.door.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = min(burst, s.tokens+rate*now.Sub(s.filled).Seconds())
	s.filled = now
	if s.tokens < 1 {
		return false
	}
	s.tokens--
	return true
}

// take queues a frame for the worker and waits while the queue is full: a
// client that sends faster than it is served is slowed down, not dropped.
func (s *socket) take(f wire.ClientFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.pending) >= maxPending && s.ctx.Err() == nil {
		s.room.Wait()
	}
	s.pending = append(s.pending, f)
	if !s.working {
		s.working = true
		go s.work()
	}
}

// work serves queued frames in order until there are none. Appends that wait
// together go through the door together.
func (s *socket) work() {
	defer s.rescue()
	for {
		s.mu.Lock()
		batch := s.pending
		s.pending = nil
		s.working = len(batch) > 0 && s.ctx.Err() == nil
		stop := !s.working
		s.room.Broadcast()
		s.mu.Unlock()
		if stop {
			return
		}
		for len(batch) > 0 {
			n := 0
			for n < len(batch) && isAppend(batch[n]) {
				n++
			}
			if n > 0 {
				s.append(batch[:n])
			} else {
				n = 1
				s.serve(batch[0])
			}
			batch = batch[n:]
		}
	}
}

// rescue ends this one socket after a panic in its work: a mistake of ours in
// serving one person must not end the service for everybody.
func (s *socket) rescue() {
	if p := recover(); p != nil {
		s.srv.log.Error("panic in a socket", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		s.end(wire.Refuse(wire.CodeInternal))
	}
}

func isAppend(f wire.ClientFrame) bool { _, ok := f.(wire.Append); return ok }

func (s *socket) append(batch []wire.ClientFrame) {
	frames := make([]wire.Append, len(batch))
	for i, f := range batch {
		frames[i] = f.(wire.Append)
	}
	answers := make([]wire.ServerFrame, len(frames))
	for i, r := range s.srv.door.Append(s.ctx, s.caller, frames) {
		answers[i] = r.Posted
		if r.Err != nil {
			answers[i] = s.failed(frames[i].RID, r.Err)
		}
	}
	s.answer(answers...)
}

func (s *socket) serve(f wire.ClientFrame) {
	var err error
	switch f := f.(type) {
	case wire.Sync:
		err = s.sync(f)
	case wire.Unfollow:
		s.unfollow(logKey{f.Thread, f.Notes})
		s.answer(wire.Done{RID: f.RID})
	case wire.List:
		err = s.list(f)
	case wire.Doing:
		if err = s.srv.door.Doing(s.ctx, s.caller, s, f); err == nil {
			s.answer(wire.Done{RID: f.RID})
		}
	case wire.Ping:
		err = s.ping(f)
	}
	if err != nil {
		s.answer(s.failed(f.Request(), err))
	}
}

// sync begins to send a thread. That the caller opened it is on record before
// the first entry is served.
func (s *socket) sync(f wire.Sync) error {
	key := logKey{f.Thread, f.Notes}
	s.mu.Lock()
	old := s.follows[key]
	full := old == nil && len(s.follows) >= wire.MaxFollow
	s.mu.Unlock()
	if full {
		return wire.Refuse(wire.CodeTooMany)
	}
	if err := s.srv.door.Open(s.ctx, s.caller.Quietly(f.Quiet), f.Thread, f.Notes); err != nil {
		return err
	}
	if old == nil {
		s.srv.door.Hub().Join(key.topic(), s)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.follows == nil {
		s.follows = map[logKey]*follow{}
	}
	s.follows[key] = &follow{next: f.From, live: f.Live || old != nil && old.live, dirty: true, ask: &f}
	s.startWriting()
	return nil
}

func (s *socket) ping(f wire.Ping) error {
	ends, err := s.srv.door.Ping(s.ctx, s.caller)
	if err == nil {
		s.answer(wire.Pong{RID: f.RID, Now: s.srv.door.Now().UnixMilli(), Ends: ends})
	}
	return err
}

func (s *socket) unfollow(key logKey) {
	s.srv.door.Hub().Leave(key.topic(), s)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.follows, key)
}

func (s *socket) list(f wire.List) error {
	rows, err := s.srv.door.List(s.ctx, s.caller.Quietly(f.Quiet), f.Line)
	if err != nil {
		return err
	}
	if f.Live {
		if err := s.keep(f, rows); err != nil {
			return err
		}
	}
	s.answer(wire.Threads{RID: f.RID, Threads: rows})
	return nil
}

func (s *socket) keep(f wire.List, rows []wire.Summary) error {
	l := &list{rid: f.RID, line: f.Line, sent: make(map[wire.ID]wire.Summary, len(rows)), dirty: true}
	for _, r := range rows {
		l.sent[r.Thread] = r
	}
	s.mu.Lock()
	if len(s.lists) >= maxLists {
		s.mu.Unlock()
		return wire.Refuse(wire.CodeTooMany)
	}
	s.lists = append(s.lists, l)
	s.mu.Unlock()
	s.srv.door.Hub().Join(l.topic(s), s)
	if l.line != nil {
		s.srv.door.Hub().Join(hub.Topic{Kind: hub.PresentTopic, ID: *l.line}, s)
		s.answer(s.srv.door.Present(*l.line))
	}
	return nil
}

// leave ends the waiting for a list.
func (s *socket) leave(l *list) {
	s.srv.door.Hub().Leave(l.topic(s), s)
	if l.line != nil {
		s.srv.door.Hub().Leave(hub.Topic{Kind: hub.PresentTopic, ID: *l.line}, s)
	}
}

// refuse answers a frame that was not taken.
func (s *socket) refuse(f wire.ClientFrame, err error) {
	var rid uint32
	if f != nil {
		rid = f.Request()
	}
	s.answer(s.failed(rid, err))
}

// failed turns an error into the frame for it; what is not in the table leaves
// as internal, and the log has the rest.
func (s *socket) failed(rid uint32, err error) wire.Failed {
	code := wire.CodeOf(err)
	info := code.Info()
	out := wire.Failed{RID: rid, Code: code, Text: info.Text, Hint: info.Hint}
	var e *wire.Error
	if errors.As(err, &e) {
		out.Next = e.Next
	}
	level := slog.LevelDebug
	if code == wire.CodeInternal || code == wire.CodeUnknownOutcome {
		level = slog.LevelError
	}
	s.srv.log.Log(s.ctx, level, "command refused", "code", code, "account", wire.ID(s.caller.Grip.Account), "err", err)
	return out
}
