package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"arcline/server/account"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Limits are how long a session lives: without an act of its person, and in any
// case (SP 800-63B-4, section 2.2.3).
type Limits struct{ Idle, Absolute time.Duration }

// watching: an auditor's session goes on reading the key log, and does nothing
// else, for longer: an agency's witness reads under one, day and night.
func (s *Service) limits(role wire.Role, watching bool) Limits {
	if watching && role == wire.RoleAuditor && s.cfg.Watching > 0 {
		return Limits{s.cfg.Watching, s.cfg.Watching}
	}
	if role.Assister() {
		return s.cfg.Assisters
	}
	return s.cfg.Staff
}

// activity is when each session's person last did something, where that is
// newer than the session's row. A job writes it into the rows, so it holds no
// more than what was used since; what it forgets ends sooner, never later.
type activity struct {
	mu sync.Mutex
	at map[store.SessionKey]int64 // Unix milliseconds
}

// maxActivity bounds the memory; sessions beyond it live by their rows.
const maxActivity = 200_000

func (a *activity) touch(k store.SessionKey, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if old, there := a.at[k]; there || len(a.at) < maxActivity {
		a.at[k] = max(old, now.UnixMilli())
	}
}

func (a *activity) last(k store.SessionKey, row int64) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(row, a.at[k])
}

func (a *activity) all() map[store.SessionKey]int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.at)
}

// written forgets what is in the row now, unless something newer came.
func (a *activity) written(k store.SessionKey, at int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at[k] == at {
		delete(a.at, k)
	}
}

// Touch notes that a session's person did something.
func (s *Service) Touch(g Grip, now time.Time) {
	s.acts.touch(store.SessionKey{Account: g.Account, Session: g.Session}, now)
}

// until is when a session ends if its person does nothing more.
func (s *Service) until(row store.Session, role wire.Role, watching bool) int64 {
	l := s.limits(role, watching)
	last := s.acts.last(store.SessionKey{Account: row.Account, Session: row.ID}, row.Used)
	return min(row.Created+l.Absolute.Milliseconds(), last+l.Idle.Milliseconds())
}

// Ends is when a session ends if its person does nothing more, Unix
// milliseconds.
func (s *Service) Ends(tx *table.Tx, g Grip) (int64, error) {
	row, err := s.st.Sessions.Get(tx, store.SessionKey{Account: g.Account, Session: g.Session})
	if err != nil {
		return 0, fmt.Errorf("read the sign-in: %w", err)
	}
	return s.until(row, g.Role, false), nil
}

// alive reports whether a session has not ended or run out.
func (s *Service) alive(row store.Session, role wire.Role, now time.Time) error {
	return s.aliveFor(row, role, now, false)
}

func (s *Service) aliveFor(row store.Session, role wire.Role, now time.Time, watching bool) error {
	if row.Ended != "" {
		return wire.Refuse(wire.CodeSignIn).Because(errors.New(row.Ended))
	}
	if now.UnixMilli() >= s.until(row, role, watching) {
		return wire.Refuse(wire.CodeExpired)
	}
	return nil
}

// rows reads the sessions of an account.
func (s *Service) rows(tx *table.Tx, acct store.ID) (out []store.Session, err error) {
	_, err = s.st.Sessions.Scan(tx, store.PartAccount(acct), table.Range{}, func(_ store.SessionKey, row store.Session) (bool, error) {
		out = append(out, row)
		return true, nil
	})
	return out, err
}

// finish ends one session, with its record.
func (s *Service) finish(tx *table.Tx, row store.Session, why string, by account.Actor, now time.Time) error {
	row.Ended = why
	if err := s.st.Sessions.Put(tx, store.SessionKey{Account: row.Account, Session: row.ID}, row); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return record.In(s.st, tx, store.PartAccount(row.Account), record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device,
		Act: "end sign-in: " + why, Object: fmt.Sprintf("%x", row.ID), Outcome: record.Done, From: by.From})
}

// makeRoom ends the oldest sessions so that one more fits.
func (s *Service) makeRoom(tx *table.Tx, acct store.ID, role wire.Role, from string, now time.Time) (ended bool, err error) {
	all, err := s.rows(tx, acct)
	if err != nil {
		return false, err
	}
	var live []store.Session
	for _, row := range all {
		if s.alive(row, role, now) == nil {
			live = append(live, row)
		}
	}
	for len(live) >= max(1, s.cfg.PerPerson) {
		oldest := 0
		for i, row := range live {
			if row.Created < live[oldest].Created {
				oldest = i
			}
		}
		if err := s.finish(tx, live[oldest], "a newer sign-in", account.Actor{Account: acct, From: from}, now); err != nil {
			return false, err
		}
		live, ended = append(live[:oldest], live[oldest+1:]...), true
	}
	return ended, nil
}

// EndAll ends every session of a person but one, which may be nobody's. The
// transaction owns the account.
func (s *Service) EndAll(tx *table.Tx, acct, but store.ID, why string, by account.Actor, now time.Time) error {
	all, err := s.rows(tx, acct)
	for _, row := range all {
		if row.ID != but && row.Ended == "" {
			err = errors.Join(err, s.finish(tx, row, why, by, now))
		}
	}
	return err
}

// EndOne ends one session of the caller's own.
func (s *Service) EndOne(tx *table.Tx, id store.ID, why string, by account.Actor, now time.Time) error {
	row, err := s.st.Sessions.Get(tx, store.SessionKey{Account: by.Account, Session: id})
	if err != nil || row.Ended != "" {
		return wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return s.finish(tx, row, why, by, now)
}

// List lists the sessions of the caller that live.
func (s *Service) List(tx *table.Tx, g Grip, role wire.Role, now time.Time) (wire.SessionList, error) {
	out := wire.SessionList{Sessions: []wire.SessionInfo{}}
	all, err := s.rows(tx, g.Account)
	for _, row := range all {
		if s.alive(row, role, now) != nil {
			continue
		}
		out.Sessions = append(out.Sessions, wire.SessionInfo{Session: wire.ID(row.ID), Device: wire.ID(row.Device), Began: row.Created,
			Used: s.acts.last(store.SessionKey{Account: row.Account, Session: row.ID}, row.Used), Ends: s.until(row, role, false), Current: row.ID == g.Session})
	}
	return out, err
}

// Remember writes down what only memory knows: when people last did something,
// and on whose accounts strangers tried.
func (s *Service) Remember(ctx context.Context, now time.Time) error {
	err := s.recordStrangers(ctx, now)
	for k, at := range s.acts.all() {
		e := s.st.Update(ctx, func(tx *table.Tx) error {
			row, err := s.st.Sessions.Get(tx, k)
			if errors.Is(err, table.ErrNotFound) {
				return nil
			}
			if err != nil || row.Used >= at {
				return err
			}
			row.Used = at
			return s.st.Sessions.Put(tx, k, row)
		}, kv.Own(store.PartAccount(k.Account)))
		if e == nil {
			s.acts.written(k, at)
		}
		err = errors.Join(err, e)
	}
	return err
}

// keepEnded is how long the row of a session stays after it can no longer live.
const keepEnded = 24 * time.Hour

// Tidy removes what ended long ago from an account: sessions past every limit,
// and second factors that could not be used again anyway.
func (s *Service) Tidy(ctx context.Context, acct store.ID, now time.Time) error {
	old := now.Add(-max(s.cfg.Staff.Absolute, s.cfg.Assisters.Absolute, s.cfg.Watching) - keepEnded).UnixMilli()
	var sessions []store.SessionKey
	var factors []store.StepUpKey
	err := s.st.View(ctx, func(tx *table.Tx) error {
		sessions, factors = nil, nil
		rows, err := s.rows(tx, acct)
		for _, row := range rows {
			if row.Created < old {
				sessions = append(sessions, store.SessionKey{Account: acct, Session: row.ID})
			}
		}
		_, err2 := s.st.StepUps.Scan(tx, store.PartAccount(acct), table.Range{}, func(k store.StepUpKey, u store.UsedStepUp) (bool, error) {
			if u.Until+2*skew.Milliseconds() < now.UnixMilli() {
				factors = append(factors, k)
			}
			return true, nil
		})
		return errors.Join(err, err2)
	})
	if err != nil || len(sessions)+len(factors) == 0 {
		return err
	}
	return s.st.Update(ctx, func(tx *table.Tx) error {
		var err error
		for _, k := range sessions {
			err = errors.Join(err, s.st.Sessions.Delete(tx, k))
		}
		for _, k := range factors {
			err = errors.Join(err, s.st.StepUps.Delete(tx, k))
		}
		return err
	}, kv.Own(store.PartAccount(acct)))
}
