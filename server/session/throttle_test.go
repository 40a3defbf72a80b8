package session

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"arcline/store"
)

var start = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// Two million addresses cost bounded memory, and do not wash out the one that is
// being refused; one that was only seen once is forgotten, which is the control.
func TestLimiterIsBounded(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l := newThrottle(perAddress, time.Minute/perAddress, addresses)
	for range perAddress + 1 {
		l.allow("hot", start)
	}
	l.allow("quiet", start)
	for i := range 2_000_000 {
		l.allow(fmt.Sprintf("2001:db8:%x:%x::/64", i>>16, i&0xffff), start.Add(time.Duration(i)*time.Microsecond))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	if grown > 64<<20 || len(l.keys) > addresses {
		t.Errorf("%d keys in %d bytes", len(l.keys), grown)
	}
	t.Logf("%d keys are kept in %d KiB", len(l.keys), grown>>10)
	if _, there := l.keys["quiet"]; there {
		t.Error("nothing was forgotten: the test does not bite")
	}
	if _, there := l.keys["hot"]; !there {
		t.Error("noise has washed out the address that is being refused")
	}
	if l.allow("hot", start.Add(time.Millisecond)) {
		t.Error("it may go on")
	}
	runtime.KeepAlive(l)
}

// In any minute a key has at most 60 tries, and an idle one gets its burst back.
func TestLimiterRate(t *testing.T) {
	l := newThrottle(perAddress, time.Minute/perAddress, 10)
	allowed := map[int]int{}
	for i := range 3 * 60 * 20 {
		if l.allow("x", start.Add(time.Duration(i)*50*time.Millisecond)) {
			allowed[i/20]++ // by second
		}
	}
	for from := range 120 {
		n := 0
		for s := from; s < from+60; s++ {
			n += allowed[s]
		}
		if n > 60 {
			t.Errorf("%d tries in the minute after second %d", n, from)
		}
	}
	if allowed[0]+allowed[1] < perAddress {
		t.Errorf("%d in two seconds", allowed[0]+allowed[1])
	}
}

// A value works once for its whole life; a full owner is refused alone; the memory
// is bounded even if many are full.
func TestOnce(t *testing.T) {
	o := newOnce(150*time.Second, 100, 1000)
	a, b := store.ID{1}, store.ID{2}
	for i := range 100 {
		if !o.use(a, fmt.Sprint(i), start) {
			t.Fatal("a new value is refused:", i)
		}
	}
	if o.use(a, "one more", start) || !o.use(b, "its first", start) {
		t.Error("room is not each owner's own")
	}
	for _, at := range []time.Duration{0, 149 * time.Second, 150 * time.Second} { // remembered over a turn of the generations
		if o.use(b, "its first", start.Add(at)) {
			t.Error("a value works twice, after", at)
		}
	}
	if !o.use(b, "its first", start.Add(301*time.Second)) { // the control: it is forgotten once it cannot be good any more
		t.Error("never forgotten")
	}
	later := start.Add(time.Hour)
	for owner := range 200 {
		for i := range 100 {
			o.use(store.ID{byte(owner), 7}, fmt.Sprint(i), later)
		}
	}
	if o.youngs > 1000+200*few {
		t.Errorf("%d values are kept", o.youngs)
	}
	if !o.use(store.ID{9, 9}, "x", later) {
		t.Error("somebody with few is refused because others have many")
	}
}

// The alarm rings once a minute, and only above the threshold.
func TestWatch(t *testing.T) {
	var w watch
	rang := 0
	for i := range 600 { // ten a second
		if _, alarm := w.failed(start.Add(time.Duration(i)*100*time.Millisecond), 100); alarm {
			rang++
		}
	}
	if rang != 1 {
		t.Errorf("rang %d times in a minute", rang)
	}
	var calm watch
	for i := range 600 {
		if _, alarm := calm.failed(start.Add(time.Duration(i)*time.Second), 100); alarm {
			t.Fatal("rang for one a second")
		}
	}
}
