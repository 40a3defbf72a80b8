package account

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Re-issue: somebody has lost every device and the recovery code. One officer
// proofs them anew, begins, and hands over a letter; the person's new device
// comes with it and shows its number; both that officer and another call the
// number on file, are read the device's number, and give their share to exactly
// that device. Two shares make the key that adds it. The service carries sealed
// shares; one officer alone has one share, which says nothing.

// reissueLife is how long a re-issue may take.
const reissueLife = 7 * 24 * time.Hour

// officersNeeded is how many shares bring an account back.
const officersNeeded = 2

// StartReissue begins to bring an account back.
func (s *Service) StartReissue(ctx context.Context, by Actor, in wire.StartReissue, now time.Time) (id wire.ID, err error) {
	if in.Level < s.rules.Level || in.Level > 3 || in.Method == "" || len(in.Method) > 128 {
		return id, wire.Refuse(wire.CodeMalformed).Because(errors.New("the repeated proofing is not recorded"))
	}
	acct, err := s.Book().Account(envelope.ID(in.Account))
	if err != nil {
		return id, wire.Refuse(wire.CodeNotFound).Because(err)
	}
	if store.ID(in.Account) == by.Account || acct.Officers().Number == 0 || acct.Officers().Used {
		return id, wire.Refuse(wire.CodeState).Because(errors.New("one's own account, or one without shares"))
	}
	row := store.Reissue{ID: store.ID(uuid.New()), Account: store.ID(in.Account), Locator: store.Hash(in.Locator), Started: now.UnixMilli(),
		Expires: now.Add(reissueLife).UnixMilli(), By: by.Account, Proofed: fmt.Sprintf("IAL%d, %s", in.Level, in.Method), State: store.ReissueOpen}
	err = s.st.Update(ctx, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		if open, err := s.openReissue(tx, func(r store.Reissue) bool { return r.Account == row.Account || r.Locator == row.Locator }, now); err != nil || open.ID != (store.ID{}) {
			return orCode(err, wire.CodeState)
		}
		if err := s.st.Reissues.Insert(tx, row.ID, row); err != nil {
			return err
		}
		return s.noted(tx, row.Account, by, NoticeReissue, now)
	}, by.parts(kv.Own(store.PartReissues), kv.Own(store.PartAccount(row.Account)))...)
	return wire.ID(row.ID), err
}

// openReissue finds a re-issue that is under way; the zero row if there is none.
func (s *Service) openReissue(tx *table.Tx, fits func(store.Reissue) bool, now time.Time) (found store.Reissue, err error) {
	_, err = s.st.Reissues.Scan(tx, store.PartReissues, table.Range{}, func(_ store.ID, r store.Reissue) (bool, error) {
		if r.State == store.ReissueOpen && now.UnixMilli() <= r.Expires && fits(r) {
			found = r
			return false, nil
		}
		return true, nil
	})
	return found, err
}

// byLocator finds the re-issue of a letter.
func (s *Service) byLocator(tx *table.Tx, locator wire.Hash, now time.Time) (store.Reissue, error) {
	digest := store.Hash(sha256.Sum256(locator[:]))
	r, err := s.openReissue(tx, func(r store.Reissue) bool { return r.Locator == digest }, now)
	if err == nil && r.ID == (store.ID{}) {
		err = wire.Refuse(wire.CodeInvitation).Because(errors.New("no re-issue under this letter"))
	}
	return r, err
}

// Reissues lists the re-issues, with the caller's own share where there is one.
func (s *Service) Reissues(tx *table.Tx, who store.ID, officer bool, now time.Time) (wire.ReissueList, error) {
	out := wire.ReissueList{Reissues: []wire.ReissueRow{}}
	_, err := s.st.Reissues.Scan(tx, store.PartReissues, table.Range{}, func(_ store.ID, r store.Reissue) (bool, error) {
		row, err := s.reissueRow(tx, r, who, officer, now)
		out.Reissues = append(out.Reissues, row)
		return len(out.Reissues) < wire.MaxList, err
	})
	return out, err
}

func (s *Service) reissueRow(tx *table.Tx, r store.Reissue, who store.ID, officer bool, now time.Time) (wire.ReissueRow, error) {
	row := wire.ReissueRow{ID: wire.ID(r.ID), Account: wire.ID(r.Account), Started: r.Started, Expires: r.Expires, By: wire.ID(r.By), Proofed: r.Proofed,
		State: r.State, Device: r.Device, Released: []wire.ID{}, Links: []wire.Logged{}}
	if row.Device == nil {
		row.Device = []byte{}
	}
	if r.State == store.ReissueOpen && now.UnixMilli() > r.Expires {
		row.State = "run out"
	}
	for _, x := range r.Releases {
		row.Released = append(row.Released, wire.ID(x.Officer))
	}
	a, err := s.st.Accounts.Get(tx, r.Account)
	if err != nil {
		return row, err
	}
	if e, err := s.st.Roster.Get(tx, a.Roster); err == nil {
		row.Name, row.Phone = e.Name, e.Phone
	}
	share, err := s.st.Shares.Get(tx, store.ShareKey{Account: r.Account, Officer: who})
	if errors.Is(err, table.ErrNotFound) || !officer {
		return row, nil
	}
	if err != nil {
		return row, err
	}
	x := wireShare(share)
	row.Share, row.Number = &x, share.Number
	return row, nil
}

// OfferReissue takes the new device of a re-issue and its authenticators, which
// replace the old ones only at the end.
func (s *Service) OfferReissue(ctx context.Context, in wire.ReissueOffer, auth store.Authenticator, from string, now time.Time) error {
	b, err := json.Marshal(auth)
	if err != nil {
		return err
	}
	return s.st.Update(ctx, func(tx *table.Tx) error {
		r, err := s.byLocator(tx, in.Locator, now)
		if err != nil {
			return err
		}
		// Another device under the same letter is for the officers to sort out; the
		// same one may not have heard the answer.
		if len(r.Device) > 0 && (string(r.Device) != string(in.Device) || len(r.Releases) > 0) {
			return wire.Refuse(wire.CodeState)
		}
		r.Device, r.Auth = in.Device, b
		return s.st.Reissues.Put(tx, r.ID, r)
	}, kv.Own(store.PartReissues))
}

// ReissueAuth changes the authenticators that a re-issue holds ready.
func (s *Service) ReissueAuth(ctx context.Context, locator wire.Hash, now time.Time, change func(*store.Authenticator) error) error {
	return s.st.Update(ctx, func(tx *table.Tx) error {
		r, err := s.byLocator(tx, locator, now)
		if err != nil {
			return err
		}
		var a store.Authenticator
		if err := json.Unmarshal(r.Auth, &a); err != nil {
			return wire.Refuse(wire.CodeState).Because(err)
		}
		refused := change(&a)
		if r.Auth, err = json.Marshal(a); err != nil {
			return err
		}
		return errors.Join(s.st.Reissues.Put(tx, r.ID, r), refused)
	}, kv.Own(store.PartReissues))
}

// LoginOfReissue is the account and sign-in name that a letter is about.
func (s *Service) LoginOfReissue(ctx context.Context, locator wire.Hash, now time.Time) (acct store.ID, login string, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		r, err := s.byLocator(tx, locator, now)
		if err != nil {
			return err
		}
		a, err := s.st.Accounts.Get(tx, r.Account)
		acct, login = r.Account, a.Login
		return err
	})
	return acct, login, err
}

// StateOfReissue tells the new device how far it is. Shares and chain are handed
// out once two officers have released.
func (s *Service) StateOfReissue(ctx context.Context, locator wire.Hash, now time.Time) (out wire.ReissueState, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		r, err := s.byLocator(tx, locator, now)
		if err != nil {
			return err
		}
		out = wire.ReissueState{State: "waiting", Released: len(r.Releases), Account: wire.ID(r.Account), Agency: wire.ID(s.Book().Agency().ID), LogKey: s.keys.LogKey,
			Shares: []wire.Share{}, Links: []wire.Logged{}}
		var auth store.Authenticator
		if len(r.Auth) > 0 && json.Unmarshal(r.Auth, &auth) == nil {
			out.Confirmed = auth.Confirmed
		}
		a, err := s.st.Accounts.Get(tx, r.Account)
		if err != nil {
			return err
		}
		out.Name = a.Login
		if len(r.Releases) < officersNeeded || !out.Confirmed {
			return nil
		}
		out.State = "ready"
		for _, x := range r.Releases {
			out.Shares = append(out.Shares, wire.Share{Officer: wire.ID(x.Officer), Box: x.Box, Sealed: x.Sealed})
		}
		acct, err := s.Book().Account(envelope.ID(r.Account))
		if err != nil {
			return err
		}
		out.Number = acct.Officers().Number
		out.Links, err = s.chainFor(tx, r.Account, wire.BoxOfficers)
		return err
	})
	return out, err
}

// ReleaseShare takes an officer's share for the new device. It is logged as an
// access in the key log, where everybody can count it, and told to the person.
func (s *Service) ReleaseShare(ctx context.Context, by Actor, id store.ID, in wire.ReleaseShare, now time.Time) (store.ID, error) {
	if len(in.Share.Box) != envelope.BoxLen || len(in.Share.Sealed) > 128 {
		return store.ID{}, wire.Refuse(wire.CodeMalformed)
	}
	var about store.ID
	err := s.st.View(ctx, func(tx *table.Tx) error {
		r, err := s.st.Reissues.Get(tx, id)
		about = r.Account
		return err
	})
	if err != nil {
		return about, wire.Refuse(wire.CodeNotFound).Because(err)
	}
	device := envelope.Sum(in.Device)
	leaf := keylog.AccessLeaf{Statement: envelope.Sum(envelope.Enc("arc1/access/reissue", id[:], about[:], by.Account[:], device[:]))}
	err = s.appendLeaf(ctx, leaf, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		r, err := s.st.Reissues.Get(tx, id)
		if err != nil {
			return err
		}
		if err := s.mayRelease(tx, r, by.Account, in, now); err != nil {
			return err
		}
		r.Releases = append(r.Releases, store.Release{Officer: by.Account, At: now.UnixMilli(), Box: in.Share.Box, Sealed: in.Share.Sealed})
		if err := s.st.Reissues.Put(tx, id, r); err != nil {
			return err
		}
		return s.noted(tx, about, by, NoticeReleased, now)
	}, now, by.parts(kv.Own(store.PartReissues), kv.Own(store.PartAccount(about)), kv.See(store.PartRoster))...)
	return about, err
}

// mayRelease is who may give what, when: an officer who holds a share of the
// account, once, for the device that came, after calling the number on file.
func (s *Service) mayRelease(tx *table.Tx, r store.Reissue, who store.ID, in wire.ReleaseShare, now time.Time) error {
	a, err := s.st.Accounts.Get(tx, r.Account)
	if err != nil {
		return err
	}
	e, err := s.st.Roster.Get(tx, a.Roster)
	if err != nil {
		return err
	}
	held, err := s.st.Shares.Has(tx, store.ShareKey{Account: r.Account, Officer: who})
	switch {
	case err != nil:
		return err
	case r.State != store.ReissueOpen || now.UnixMilli() > r.Expires || len(r.Device) == 0:
		return wire.Refuse(wire.CodeState).Because(errors.New("not under way, or the new device has not come"))
	case !held || who == r.Account:
		return wire.Refuse(wire.CodeNotFound).Because(errors.New("no share of this account"))
	case slices.ContainsFunc(r.Releases, func(x store.Release) bool { return x.Officer == who }):
		return wire.Refuse(wire.CodeState).Because(errors.New("released before"))
	case string(in.Device) != string(r.Device):
		return wire.Refuse(wire.CodeRefused).Because(errors.New("another device than the one that came"))
	case e.Phone == "" || in.Called != e.Phone:
		return wire.Refuse(wire.CodeRefused).Because(errors.New("not the number on file"))
	// The one who began is one of the two: they have seen the person.
	case len(r.Releases) == officersNeeded-1 && who != r.By && !slices.ContainsFunc(r.Releases, func(x store.Release) bool { return x.Officer == r.By }):
		return wire.Refuse(wire.CodeState).Because(errors.New("whoever proofed the person releases too"))
	}
	return nil
}

// appendLeaf puts a leaf that belongs to no chain into the key log together with what it is about.
func (s *Service) appendLeaf(ctx context.Context, leaf keylog.Leaf, do func(*table.Tx) error, now time.Time, parts ...kv.Part) error {
	s.log.append.Lock()
	defer s.log.append.Unlock()
	step, err := s.log.planLeaf(leaf, now)
	if err != nil {
		return fmt.Errorf("plan the key log: %w", err)
	}
	quorum := s.log.needsQuorum()
	err = s.st.Update(ctx, func(tx *table.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return s.log.write(tx, step, quorum)
	}, kv.Join(append(parts, kv.Own(store.PartLog))...)...)
	if err == nil {
		s.log.take(step, quorum)
	}
	return err
}

// CancelReissue ends a re-issue that went wrong.
func (s *Service) CancelReissue(ctx context.Context, by Actor, id store.ID, now time.Time) error {
	return s.st.Update(ctx, func(tx *table.Tx) error {
		if err := by.enter(tx); err != nil {
			return err
		}
		r, err := s.st.Reissues.Get(tx, id)
		if err != nil || r.State != store.ReissueOpen {
			return wire.Refuse(wire.CodeNotFound).Because(err)
		}
		r.State, r.Auth, r.Releases = store.ReissueCancelled, nil, nil
		if err := s.st.Reissues.Put(tx, id, r); err != nil {
			return err
		}
		return record.In(s.st, tx, store.PartReissues, record.Event{At: now.UnixMilli(), Account: by.Account, Device: by.Device, Act: "re-issue cancelled",
			Object: fmt.Sprintf("%x", id), Outcome: record.Done, From: by.From})
	}, by.parts(kv.Own(store.PartReissues))...)
}

// FinishReissue logs the new device and puts its authenticators in place of the
// old ones, in the transaction that adds it. It returns the account.
func (s *Service) FinishReissue(ctx context.Context, from string, in wire.FinishReissue, swap func(tx *table.Tx, acct store.ID, a store.Authenticator) error, now time.Time) (store.ID, []Logged, error) {
	var r store.Reissue
	err := s.st.View(ctx, func(tx *table.Tx) (err error) {
		r, err = s.byLocator(tx, in.Locator, now)
		return err
	})
	if err != nil {
		return store.ID{}, nil, err
	}
	device, err := envelope.DecodeDeviceKeys(r.Device)
	if err != nil || len(r.Releases) < officersNeeded {
		return r.Account, nil, wire.Refuse(wire.CodeState).Because(err)
	}
	by := Actor{Account: r.Account, Device: store.ID(device.Device), From: from, Also: []kv.Part{kv.Own(store.PartReissues)}}
	first := func(tx *table.Tx) error {
		now, err := s.st.Reissues.Get(tx, r.ID)
		if err != nil || now.State != store.ReissueOpen {
			return wire.Refuse(wire.CodeState).Because(err)
		}
		var a store.Authenticator
		if err := json.Unmarshal(now.Auth, &a); err != nil || !a.Confirmed {
			return wire.Refuse(wire.CodeState).Because(err)
		}
		now.State, now.Auth = store.ReissueDone, nil
		if err := s.st.Reissues.Put(tx, r.ID, now); err != nil {
			return err
		}
		return swap(tx, r.Account, a)
	}
	out, err := s.BringBack(ctx, by, r.Account, device, envelope.OfficersSigner, in.Links, first, now)
	return r.Account, out, err
}
