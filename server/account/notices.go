package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/server/record"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Kinds of notice: what happened to how somebody signs in. A notice says that,
// and never a name, a topic or a number.
const (
	NoticeDevice    = "a device was added"
	NoticeRemoved   = "a device was removed"
	NoticeRecovery  = "the recovery code was replaced"
	NoticeRecovered = "the recovery code was used"
	NoticeReissue   = "getting access back with two officers was begun"
	NoticeReleased  = "an officer gave their part to a new device"
	NoticeReissued  = "access was given back by two officers"
	NoticePassword  = "the password was changed"
	NoticeApp       = "the authenticator app was changed"
	NoticePasskey   = "a passkey was added or removed"
)

// Notify puts a notice on its way, in the transaction of what it is about, which
// owns the account's partition: no change without its notice.
func (s *Service) Notify(tx *table.Tx, acct store.ID, kind string, now time.Time) error {
	k, _, err := s.st.Notices.Last(tx, store.PartAccount(acct), nil)
	n := k.N + 1
	if errors.Is(err, table.ErrNotFound) {
		n, err = 1, nil
	}
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return s.st.Notices.Insert(tx, store.NoticeKey{Account: acct, N: n}, store.Notice{Account: acct, Kind: kind, At: now.UnixMilli(), Next: now.UnixMilli()})
}

// Due is a notice that is to be sent now, and where to.
type Due struct {
	Key     store.NoticeKey
	Kind    string
	At      time.Time
	Tries   int
	Contact store.Contact
}

// DueNotices lists what is to be sent now, oldest first.
func (s *Service) DueNotices(ctx context.Context, now time.Time, most int) (out []Due, err error) {
	err = s.st.View(ctx, func(tx *table.Tx) error {
		_, err := s.st.Undelivered.Scan(tx, table.Range{Limit: most}, func(k store.NoticeKey, n store.Notice) (bool, error) {
			if n.Next > now.UnixMilli() {
				return false, nil
			}
			c, err := s.st.Contacts.Get(tx, n.Account)
			if err != nil && !errors.Is(err, table.ErrNotFound) {
				return false, err
			}
			out = append(out, Due{k, n.Kind, time.UnixMilli(n.At), n.Tries, c})
			return true, nil
		})
		return err
	})
	return out, err
}

// noticeWaits is the pause after each try that failed.
var noticeWaits = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour}

// Settle notes how sending a notice went: sent, to be tried again, or given up,
// which is a refusal in the account's records.
func (s *Service) SettleNotice(ctx context.Context, d Due, sent error, now time.Time) error {
	return s.st.Update(ctx, func(tx *table.Tx) error {
		n, err := s.st.Notices.Get(tx, d.Key)
		if err != nil || n.Next == 0 {
			return err
		}
		ev := record.Event{At: now.UnixMilli(), Account: d.Key.Account, Act: "notice: " + n.Kind, Outcome: record.Done}
		n.Tries++
		switch {
		case sent == nil:
			n.Next, n.Done = 0, "sent"
		case n.Tries > len(noticeWaits):
			n.Next, n.Done, ev.Outcome = 0, "given up", record.Refused
		default:
			n.Next = now.Add(noticeWaits[n.Tries-1]).UnixMilli()
		}
		if err := s.st.Notices.Put(tx, d.Key, n); err != nil || n.Next != 0 {
			return err
		}
		return record.In(s.st, tx, store.PartAccount(d.Key.Account), ev)
	}, kv.Own(store.PartAccount(d.Key.Account)))
}

// ErrNoAddress says that a person has no mail address on file.
var ErrNoAddress = errors.New("no address on file")

// WireShare is a stored share as it travels.
func wireShare(x store.Share) wire.Share {
	return wire.Share{Officer: wire.ID(x.Officer), Gen: x.Gen, PK: wire.Hash(x.PK), Box: x.Box, Sealed: x.Sealed}
}
