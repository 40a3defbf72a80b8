package account

import (
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"arcline/crypto/envelope"
	"arcline/server/wire"
	"arcline/store"
)

// Pairing carries messages between a new device and an old one of the same
// person. It cannot read the code that authenticates them, so it can only carry
// them or not. They are kept in memory, for ten minutes: a restart ends what is
// under way, and the person begins again.
type pairings struct {
	mu   sync.Mutex
	open map[store.Hash]*pairing
}

type pairing struct {
	offer      wire.PairOffer
	from       string
	at         time.Time
	welcome    wire.PairWelcome
	countersig []byte
	refused    bool // its person said no: the code is dead, and the new device says so
}

const (
	pairLife    = 10 * time.Minute
	maxPairings = 5_000
	maxWelcome  = 8 << 10
)

// find returns a pairing that is alive. The lock is held.
func (p *pairings) find(locator wire.Hash, now time.Time) (*pairing, error) {
	x := p.open[sha256.Sum256(locator[:])]
	if x == nil || now.Sub(x.at) > pairLife {
		return nil, wire.Refuse(wire.CodeNotFound).Because(errors.New("no such pairing"))
	}
	return x, nil
}

// Offer leaves a new device's keys for its person's old device.
func (s *Service) Offer(in wire.PairOffer, from string, now time.Time) error {
	if _, err := envelope.DecodeDeviceKeys(in.Device); err != nil || len(in.Name) > 64 {
		return wire.Refuse(wire.CodeMalformed).Because(err)
	}
	s.pairs.mu.Lock()
	defer s.pairs.mu.Unlock()
	if s.pairs.open == nil {
		s.pairs.open = map[store.Hash]*pairing{}
	}
	for k, x := range s.pairs.open {
		if now.Sub(x.at) > pairLife {
			delete(s.pairs.open, k)
		}
	}
	key := store.Hash(sha256.Sum256(in.Locator[:]))
	if len(s.pairs.open) >= maxPairings || s.pairs.open[key] != nil {
		return wire.Refuse(wire.CodeTooMany)
	}
	s.pairs.open[key] = &pairing{offer: in, from: from, at: now}
	return nil
}

// LookAtOffer tells an old device what a new one has left.
func (s *Service) LookAtOffer(locator wire.Hash, now time.Time) (wire.PairSeen, error) {
	s.pairs.mu.Lock()
	defer s.pairs.mu.Unlock()
	x, err := s.pairs.find(locator, now)
	if err != nil {
		return wire.PairSeen{}, err
	}
	return wire.PairSeen{Name: x.offer.Name, Device: x.offer.Device, MAC: x.offer.MAC, From: x.from, At: x.at.UnixMilli(), Countersig: x.countersig}, nil
}

// Welcome leaves an old device's answer.
func (s *Service) Welcome(in wire.PairWelcome, now time.Time) error {
	if len(in.Welcome) > maxWelcome || len(in.Link) > maxWelcome {
		return wire.Refuse(wire.CodeTooLarge)
	}
	s.pairs.mu.Lock()
	defer s.pairs.mu.Unlock()
	x, err := s.pairs.find(in.Locator, now)
	if err == nil && x.refused {
		err = wire.Refuse(wire.CodeState)
	}
	if err == nil {
		x.welcome, x.countersig = in, nil
	}
	return err
}

// Refuse ends a pairing: an old device's person does not want the new one.
func (s *Service) Refuse(locator wire.Hash, now time.Time) error {
	s.pairs.mu.Lock()
	defer s.pairs.mu.Unlock()
	x, err := s.pairs.find(locator, now)
	if err == nil {
		x.refused, x.welcome, x.countersig = true, wire.PairWelcome{}, nil
	}
	return err
}

// Answer tells the new device what was left for it; nothing yet is no error.
func (s *Service) Answer(locator wire.Hash, now time.Time) (wire.PairAnswer, error) {
	s.pairs.mu.Lock()
	defer s.pairs.mu.Unlock()
	x, err := s.pairs.find(locator, now)
	if err != nil {
		return wire.PairAnswer{}, err
	}
	return wire.PairAnswer{Welcome: x.welcome.Welcome, Link: x.welcome.Link, MAC: x.welcome.MAC, Refused: x.refused}, nil
}

// Accept leaves the new device's signature for the old one.
func (s *Service) Accept(in wire.PairAccept, now time.Time) error {
	s.pairs.mu.Lock()
	defer s.pairs.mu.Unlock()
	x, err := s.pairs.find(in.Locator, now)
	if err != nil {
		return err
	}
	if len(x.welcome.Link) == 0 || len(in.Countersig) != 64 {
		return wire.Refuse(wire.CodeState)
	}
	x.countersig = in.Countersig
	return nil
}
