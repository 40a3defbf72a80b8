package alert

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// SetReach says how somebody wants to be told. The transaction owns their
// partition.
func (s *Service) SetReach(tx *table.Tx, acct store.ID, in wire.Reach) error {
	for _, t := range []string{in.QuietFrom, in.QuietTo} {
		if _, err := time.Parse("15:04", t); t != "" && err != nil {
			return wire.Refuse(wire.CodeMalformed).Because(err)
		}
	}
	if (in.QuietFrom == "") != (in.QuietTo == "") || in.Out < 0 {
		return wire.Refuse(wire.CodeMalformed).Because(errors.New("quiet hours have a beginning and an end"))
	}
	return s.st.Reach.Put(tx, acct, store.Reach{NoMail: !in.Mail, QuietFrom: in.QuietFrom, QuietTo: in.QuietTo, Out: in.Out})
}

// maxEndpoint bounds the address of a push, in bytes.
const maxEndpoint = 1024

// SetPush tells a browser from now on; an empty address ends it. Addresses lead to
// the hosts of the settings alone: the service calls no other at somebody's wish.
func (s *Service) SetPush(tx *table.Tx, acct, dev store.ID, in wire.Push, now time.Time) error {
	k := store.PushKey{Account: acct, Device: dev}
	if in.Endpoint == "" {
		err := s.st.Pushes.Delete(tx, k)
		if errors.Is(err, table.ErrNotFound) {
			return nil
		}
		return err
	}
	if !s.mayPush(in.Endpoint) {
		return wire.Refuse(wire.CodeForbidden).Because(errors.New("pushes do not go there"))
	}
	return s.st.Pushes.Put(tx, k, store.Push{Endpoint: in.Endpoint, At: now.UnixMilli()})
}

func (s *Service) mayPush(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || len(endpoint) > maxEndpoint || u.Scheme != "https" || u.User != nil || u.Hostname() == "" {
		return false
	}
	return slices.ContainsFunc(s.hosts, func(h string) bool {
		return u.Host == h || strings.HasPrefix(h, ".") && strings.HasSuffix(u.Host, h)
	})
}
