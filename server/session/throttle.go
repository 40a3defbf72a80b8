package session

import (
	"container/list"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"arcline/store"
)

// throttle gives each key some tries at once and one more after every interval
// (the generic cell rate algorithm: one time a key). Its memory is bounded: when
// it is full, a key that was never refused is forgotten first, so that noise
// cannot wash out whoever is being refused.
type throttle struct {
	mu    sync.Mutex
	burst int           // tries at once
	every time.Duration // until there is one more
	size  int           // keys kept
	quiet *list.List    // newest first
	hot   *list.List    // those that were refused, at most half of size
	keys  map[string]*list.Element
}

type tries struct {
	key  string
	full time.Time // the whole burst is there again then
	hot  bool
}

func newThrottle(burst int, every time.Duration, size int) *throttle {
	return &throttle{burst: burst, every: every, size: size, quiet: list.New(), hot: list.New(), keys: map[string]*list.Element{}}
}

// allow counts a try and reports whether it may go on.
func (t *throttle) allow(key string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, there := t.keys[key]
	if !there {
		t.makeRoom()
		e = t.quiet.PushFront(&tries{key: key})
		t.keys[key] = e
	}
	v := e.Value.(*tries)
	if v.full.Before(now) {
		v.full = now
	}
	ok := v.full.Sub(now) <= time.Duration(t.burst-1)*t.every
	if ok {
		v.full = v.full.Add(t.every)
	}
	t.move(e, v.hot || !ok)
	return ok
}

// move puts a key at the front of the list it belongs to.
func (t *throttle) move(e *list.Element, hot bool) {
	v := e.Value.(*tries)
	if v.hot == hot {
		t.in(hot).MoveToFront(e)
		return
	}
	t.in(v.hot).Remove(e)
	v.hot = hot
	t.keys[v.key] = t.in(hot).PushFront(v)
	if hot && t.hot.Len() > t.size/2 {
		t.move(t.hot.Back(), false)
	}
}

func (t *throttle) in(hot bool) *list.List {
	if hot {
		return t.hot
	}
	return t.quiet
}

func (t *throttle) makeRoom() {
	if len(t.keys) < t.size {
		return
	}
	from := t.quiet
	if from.Len() == 0 {
		from = t.hot
	}
	old := from.Back()
	delete(t.keys, old.Value.(*tries).key)
	from.Remove(old)
}

// network is the part of an address that one customer of a provider has: an
// IPv4 address, or the /64 of an IPv6 one.
func network(from string) string {
	a, err := netip.ParseAddr(from)
	if err != nil {
		return from
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.String()
	}
	return a.String()
}

// once remembers values for at least a time and reports whether one is new.
// Every value belongs to somebody who proved who they are, and everybody has
// room of their own: whoever fills it is refused alone. Values are kept in two
// generations, of which the older is dropped whole.
type once struct {
	mu         sync.Mutex
	life       time.Duration
	each       int // values of one owner in a generation
	all        int // values in both; above it only owners with few get more
	turned     time.Time
	young, old map[store.ID]map[[16]byte]struct{}
	youngs     int
	olds       int
}

// few is how many values an owner may always have.
const few = 64

func newOnce(life time.Duration, each, all int) *once {
	return &once{life: life, each: each, all: all, young: map[store.ID]map[[16]byte]struct{}{}, old: map[store.ID]map[[16]byte]struct{}{}}
}

// use takes a value, once. False means that it was used before, or that its
// owner has no room left.
func (o *once) use(by store.ID, value string, now time.Time) bool {
	sum := sha256.Sum256([]byte(value))
	v := [16]byte(sum[:16])
	o.mu.Lock()
	defer o.mu.Unlock()
	o.turn(now)
	if _, used := o.old[by][v]; used {
		return false
	}
	mine := o.young[by]
	if _, used := mine[v]; used {
		return false
	}
	if len(mine) >= o.each || len(mine) >= few && o.youngs+o.olds >= o.all {
		return false
	}
	if mine == nil {
		mine = map[[16]byte]struct{}{}
		o.young[by] = mine
	}
	mine[v] = struct{}{}
	o.youngs++
	return true
}

func (o *once) turn(now time.Time) {
	for range 2 {
		if now.Sub(o.turned) < o.life {
			return
		}
		far := now.Sub(o.turned) >= 2*o.life
		o.old, o.olds = o.young, o.youngs
		o.young, o.youngs = map[store.ID]map[[16]byte]struct{}{}, 0
		if o.turned = o.turned.Add(o.life); far {
			o.old, o.olds, o.turned = map[store.ID]map[[16]byte]struct{}{}, 0, now
		}
	}
}

// some bounds how much of one thing one owner may have under way.
type some struct {
	mu   sync.Mutex
	most int
	now  map[store.ID]int
}

func (s *some) enter(id store.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now[id] >= s.most {
		return false
	}
	s.now[id]++
	return true
}

func (s *some) leave(id store.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now[id]--; s.now[id] <= 0 {
		delete(s.now, id)
	}
}
