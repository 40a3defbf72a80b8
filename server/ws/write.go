package ws

import (
	"context"
	"reflect"

	"github.com/coder/websocket"

	"arcline/server/wire"
)

// write sends what there is to send and ends when there is nothing left.
func (s *socket) write() {
	defer s.rescue()
	var out []byte
	for {
		frames, work := s.gather()
		if len(frames) == 0 && !work.any() {
			if len(out) > 0 {
				if !s.send(out) {
					return
				}
				out = out[:0]
				continue
			}
			if s.rest() {
				return
			}
			continue
		}
		for _, f := range frames {
			if out = s.join(out, f); out == nil {
				return
			}
		}
		for _, f := range s.look(work) {
			if out = s.join(out, wire.Encode(f)); out == nil {
				return
			}
		}
	}
}

// join adds a frame to the message being made and sends it when it is large;
// nil means that the connection is gone.
func (s *socket) join(out, frame []byte) []byte {
	if len(out) > 0 {
		out = append(out, '\n')
	}
	out = append(out, frame...)
	if len(out) < writeTarget {
		return out
	}
	if !s.send(out) {
		return nil
	}
	return out[:0]
}

func (s *socket) send(b []byte) bool {
	ctx, cancel := context.WithTimeout(s.ctx, writeTimeout)
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageText, b); err != nil {
		s.cancel(wire.Refuse(wire.CodeSlow).Because(err))
		return false
	}
	return true
}

// news is what the writer has to look up.
type news struct {
	logs     []logKey
	lists    []*list
	present  []wire.ID
	standing bool
}

func (n news) any() bool {
	return len(n.logs) > 0 || len(n.lists) > 0 || len(n.present) > 0 || n.standing
}

// gather takes the queued answers and the marks of what is new.
func (s *socket) gather() ([][]byte, news) {
	s.mu.Lock()
	defer s.mu.Unlock()
	frames := s.answers
	s.answers = nil
	var n news
	for key, f := range s.follows {
		if f.dirty {
			f.dirty = false
			n.logs = append(n.logs, key)
		}
	}
	for _, l := range s.lists {
		if l.dirty {
			l.dirty = false
			n.lists = append(n.lists, l)
		}
	}
	for line := range s.present {
		n.present = append(n.present, line)
	}
	clear(s.present)
	n.standing, s.recheck = s.recheck, false
	return frames, n
}

// rest ends the writer unless something came in meanwhile.
func (s *socket) rest() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		s.writing = false
		return true
	}
	idle := len(s.answers) == 0 && len(s.present) == 0 && !s.recheck
	for _, f := range s.follows {
		idle = idle && !f.dirty
	}
	for _, l := range s.lists {
		idle = idle && !l.dirty
	}
	s.writing = !idle
	return idle
}

// look reads from the store what the marks point at.
func (s *socket) look(n news) []wire.ServerFrame {
	if n.standing {
		until, err := s.srv.door.Alive(s.ctx, s.caller)
		if err != nil {
			s.end(err)
			return nil
		}
		s.until.Store(until.UnixMilli())
	}
	var out []wire.ServerFrame
	for _, key := range n.logs {
		out = append(out, s.lookLog(key)...)
	}
	for _, l := range n.lists {
		out = append(out, s.lookList(l)...)
	}
	for _, line := range n.present {
		out = append(out, s.srv.door.Present(line))
	}
	return out
}

func (s *socket) lookLog(key logKey) []wire.ServerFrame {
	s.mu.Lock()
	f := s.follows[key]
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	entries, next, more, err := s.srv.door.Read(s.ctx, s.caller.Quietly(true), key.thread, key.notes, f.next)
	var out []wire.ServerFrame
	if len(entries) > 0 {
		out = append(out, wire.Entries{Thread: key.thread, Notes: key.notes, Entries: entries})
	}
	s.mu.Lock()
	f.next = max(f.next, next)
	f.dirty = f.dirty || more && err == nil
	ask := f.ask
	if !more || err != nil {
		f.ask = nil
	} else {
		ask = nil
	}
	s.mu.Unlock()
	if err != nil {
		// No longer served: the client is told once, and sees nothing more.
		s.unfollow(key)
		rid := uint32(0)
		if ask != nil {
			rid = ask.RID
		}
		failed := s.failed(rid, err)
		return append(out, failed)
	}
	if ask != nil {
		out = append(out, wire.Synced{RID: ask.RID, Thread: key.thread, Notes: key.notes, Next: next})
		if !f.live {
			s.unfollow(key)
		}
	}
	return out
}

func (s *socket) lookList(l *list) []wire.ServerFrame {
	rows, err := s.srv.door.List(s.ctx, s.caller.Quietly(true), l.line)
	if err != nil {
		s.mu.Lock()
		for i := range s.lists {
			if s.lists[i] == l {
				s.lists = append(s.lists[:i], s.lists[i+1:]...)
				break
			}
		}
		s.mu.Unlock()
		s.leave(l)
		return []wire.ServerFrame{s.failed(l.rid, err)}
	}
	out := wire.Threads{RID: l.rid, Threads: []wire.Summary{}}
	now := make(map[wire.ID]wire.Summary, len(rows))
	for _, r := range rows {
		now[r.Thread] = r
		if old, ok := l.sent[r.Thread]; !ok || !same(old, r, l.line != nil) {
			out.Threads = append(out.Threads, r)
		}
	}
	for id := range l.sent {
		if _, ok := now[id]; !ok {
			out.Gone = append(out.Gone, id)
		}
	}
	l.sent = now
	if len(out.Threads) == 0 && len(out.Gone) == 0 {
		return nil
	}
	return []wire.ServerFrame{out}
}

// same reports whether a row need not be sent again. In a line's list each claim
// moves the place of everything behind it, and time moves what is paused: staff
// work from the order, so these alone are no news there.
func same(a, b wire.Summary, line bool) bool {
	if line {
		a.Work, b.Work = standing(a.Work), standing(b.Work)
	}
	return reflect.DeepEqual(a, b)
}

// standing is work without what changes by itself.
func standing(w *wire.Work) *wire.Work {
	if w == nil {
		return nil
	}
	out := *w
	out.Place, out.Expected = 0, nil
	if w.Clock != nil && w.Clock.Paused {
		out.Clock = &wire.Clock{Kind: w.Clock.Kind, Paused: true}
	}
	return &out
}

// end closes the socket for a reason that the client is told.
func (s *socket) end(err error) {
	status := websocket.StatusPolicyViolation
	switch wire.CodeOf(err) {
	case wire.CodeShutdown:
		status = websocket.StatusGoingAway
	case wire.CodeInternal:
		status = websocket.StatusInternalError
	}
	go func() {
		s.conn.Close(status, string(wire.CodeOf(err)))
		s.cancel(err)
	}()
}
