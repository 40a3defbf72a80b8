package session

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"arcline/server/record"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// How failures are counted (R-07; SP 800-63B-4, section 3.2.2), over both
// factors together and for each device by itself. The second window keeps
// whoever waits out every rest to twenty guesses a day.
const (
	maxFailures   = 5
	failureWindow = 15 * time.Minute
	lockTime      = 30 * time.Minute
	maxDay        = 20
	day           = 24 * time.Hour
	hardStop      = 100 // in a row: only a reset of the account helps
	forever       = 1<<63 - 1
)

// fail counts a failure and says how long no further try is looked at.
func fail(g *store.Guesses, now time.Time) {
	keep, recent := g.Failures[:0], 0
	for _, t := range append(g.Failures, now.UnixMilli()) {
		if now.UnixMilli()-t < day.Milliseconds() {
			keep = append(keep, t)
		}
		if now.UnixMilli()-t < failureWindow.Milliseconds() {
			recent++
		}
	}
	g.Failures, g.Total = keep, g.Total+1
	if recent >= maxFailures {
		g.Locked = now.Add(lockTime).UnixMilli()
	}
	if len(keep) >= maxDay {
		g.Locked = max(g.Locked, keep[len(keep)-maxDay]+day.Milliseconds())
	}
	if g.Total >= hardStop {
		g.Locked = forever
	}
}

func (s *Service) guesses(tx *table.Tx, k store.GuessKey) (store.Guesses, error) {
	g, err := s.st.Guesses.Get(tx, k)
	if errors.Is(err, table.ErrNotFound) {
		err = nil
	}
	return g, err
}

// ForgetFailures clears every failure of an account, when its authenticators
// were made anew. The transaction owns the account.
func (s *Service) ForgetFailures(tx *table.Tx, acct store.ID) error {
	var keys []store.GuessKey
	_, err := s.st.Guesses.Scan(tx, store.PartAccount(acct), table.Range{}, func(k store.GuessKey, _ store.Guesses) (bool, error) {
		keys = append(keys, k)
		return true, nil
	})
	for _, k := range keys {
		err = errors.Join(err, s.st.Guesses.Delete(tx, k))
	}
	return err
}

// watch counts failures of everybody in a minute, in a slot for each second.
type watch struct {
	mu     sync.Mutex
	slots  [60]int
	second int64 // of the newest slot
	rung   int64 // second of the newest alarm

	failures, alarms uint64
}

// failed counts one and reports how many there were in the last minute, if that
// is reason for an alarm: at most one a minute.
func (w *watch) failed(now time.Time, most int) (n int, alarm bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sec := now.Unix()
	for i := max(w.second+1, sec-59); i <= sec; i++ {
		w.slots[i%60] = 0
	}
	w.second = max(w.second, sec)
	w.slots[sec%60]++
	w.failures++
	for _, v := range w.slots {
		n += v
	}
	if most <= 0 || n < most || sec-w.rung < 60 {
		return n, false
	}
	w.rung = sec
	w.alarms++
	return n, true
}

// Stats are counters of signing in, for metrics.
type Stats struct{ Failures, Alarms, Checks uint64 }

// Stats reads the counters.
func (s *Service) Stats() Stats {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	return Stats{s.watch.failures, s.watch.alarms, s.hasher.checks.Load()}
}

// failed counts a failure of whomever; many in a minute are an alarm: a line in
// the log, a record in the service's own audit chain, a metric.
func (s *Service) failed(ctx context.Context, now time.Time) error {
	n, alarm := s.watch.failed(now, s.cfg.Alarm)
	if !alarm {
		return nil
	}
	s.cfg.Log.LogAttrs(ctx, slog.LevelWarn, "many sign-ins fail: somebody may be guessing", slog.Int("in_a_minute", n))
	return s.st.Update(ctx, func(tx *table.Tx) error {
		return record.In(s.st, tx, store.PartSystem, record.Event{At: now.UnixMilli(), Act: "alarm: failed sign-ins", Outcome: record.Refused})
	}, kv.Own(store.PartSystem))
}

// strangers remembers tries by unknown devices until they are written down, one
// record an account for all of them: a stranger must not be able to fill the
// audit chain, nor may a write tell him that the name exists.
type strangers struct {
	mu    sync.Mutex
	tried map[store.ID]string // account, and where the last try came from
}

// maxStrangers bounds the accounts remembered; those beyond it are only counted.
const maxStrangers = 20_000

func (t *strangers) add(acct store.ID, from string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, there := t.tried[acct]; there || len(t.tried) < maxStrangers {
		t.tried[acct] = from
	}
}

func (t *strangers) take() map[store.ID]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := maps.Clone(t.tried)
	clear(t.tried)
	return out
}

// recordStrangers writes down on whose accounts strangers have tried.
func (s *Service) recordStrangers(ctx context.Context, now time.Time) error {
	var err error
	for acct, from := range s.tried.take() {
		err = errors.Join(err, s.st.Update(ctx, func(tx *table.Tx) error {
			return record.In(s.st, tx, store.PartAccount(acct), record.Event{At: now.UnixMilli(), Account: acct, Act: "sign in from an unknown device", Outcome: record.Refused, From: from})
		}, kv.Own(store.PartAccount(acct))))
	}
	return err
}
