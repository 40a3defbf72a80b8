package session

import (
	"container/list"
	"sync"
	"time"
)

// throttle counts tries in a sliding window per key and forgets the oldest keys
// when it is full, so that its memory is bounded whatever strangers send.
type throttle struct {
	mu     sync.Mutex
	max    int // tries in the window
	window time.Duration
	size   int // keys kept
	order  *list.List
	keys   map[string]*list.Element
}

type tries struct {
	key string
	at  []time.Time
}

func newThrottle(max int, window time.Duration, size int) *throttle {
	return &throttle{max: max, window: window, size: size, order: list.New(), keys: map[string]*list.Element{}}
}

// allow counts a try and reports whether it may go on.
func (t *throttle) allow(key string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.keys[key]
	if !ok {
		if t.order.Len() >= t.size {
			old := t.order.Back()
			delete(t.keys, old.Value.(*tries).key)
			t.order.Remove(old)
		}
		e = t.order.PushFront(&tries{key: key})
		t.keys[key] = e
	}
	t.order.MoveToFront(e)
	v := e.Value.(*tries)
	i := 0
	for i < len(v.at) && now.Sub(v.at[i]) >= t.window {
		i++
	}
	v.at = v.at[i:]
	if len(v.at) >= t.max {
		return false
	}
	v.at = append(v.at, now)
	return true
}

// once remembers values for a time and reports whether one is new. It is
// bounded: when full, the oldest are dropped only once they have run out, and
// until then everything is refused.
type once struct {
	mu    sync.Mutex
	size  int
	until map[string]time.Time
}

func newOnce(size int) *once { return &once{size: size, until: map[string]time.Time{}} }

func (o *once) use(v string, now, until time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t, ok := o.until[v]; ok && now.Before(t) {
		return false
	}
	if len(o.until) >= o.size {
		for k, t := range o.until {
			if !now.Before(t) {
				delete(o.until, k)
			}
		}
		if len(o.until) >= o.size {
			return false
		}
	}
	o.until[v] = until
	return true
}
