// Package hub knows who waits for what, in memory only. A notice says "look",
// never what there is to see: whoever is woken reads from the store after their
// own cursor. So a notice that is lost, doubled or late does no harm, and there
// is one road for live delivery, reconnecting and catching up.
package hub

import "sync"

// Topic is what one can wait for.
type Topic struct {
	Kind byte // one of the kinds below
	ID   [16]byte
}

// The kinds of topic.
const (
	ThreadTopic  byte = 't' // entries of one thread
	NotesTopic   byte = 'n' // entries of the note log beside one thread
	LineTopic    byte = 'l' // the list of one line's threads
	AccountTopic byte = 'a' // an account's standing: sessions, devices, certification
	MineTopic    byte = 'm' // the list of an account's own threads
	PresentTopic byte = 'p' // who of a line's people is at which of its threads
)

// Waiter is woken when a topic it waits for has news. Wake must not block.
type Waiter interface{ Wake(Topic) }

// shards keep one busy lock from serving everybody.
const shards = 64

// Hub is the register of waiters. The zero value is not ready; use New.
type Hub struct {
	shard [shards]struct {
		mu      sync.Mutex
		waiters map[Topic]map[Waiter]struct{}
	}
}

// New is an empty hub.
func New() *Hub {
	h := &Hub{}
	for i := range h.shard {
		h.shard[i].waiters = map[Topic]map[Waiter]struct{}{}
	}
	return h
}

// Join makes w wait for t.
func (h *Hub) Join(t Topic, w Waiter) {
	s := &h.shard[t.ID[0]%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiters[t] == nil {
		s.waiters[t] = make(map[Waiter]struct{}, 1)
	}
	s.waiters[t][w] = struct{}{}
}

// Leave ends w's wait for t.
func (h *Hub) Leave(t Topic, w Waiter) {
	s := &h.shard[t.ID[0]%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiters[t], w)
	if len(s.waiters[t]) == 0 {
		delete(s.waiters, t)
	}
}

// Notify wakes everybody who waits for t.
func (h *Hub) Notify(t Topic) {
	s := &h.shard[t.ID[0]%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.waiters[t] {
		w.Wake(t)
	}
}

// Waiting counts who waits for t.
func (h *Hub) Waiting(t Topic) int {
	s := &h.shard[t.ID[0]%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiters[t])
}
