package client

import (
	"sync"

	"arcline/server/wire"
)

// inbox holds entries between the socket's reader and whoever feeds them, so
// that verifying never stops the reader.
type inbox struct {
	ready chan struct{} // one slot: there may be something to take
	mu    sync.Mutex
	held  []wire.Stored
}

func newInbox() *inbox { return &inbox{ready: make(chan struct{}, 1)} }

func (b *inbox) put(e wire.Entries) {
	b.mu.Lock()
	b.held = append(b.held, e.Entries...)
	b.mu.Unlock()
	b.wake()
}

func (b *inbox) wake() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

func (b *inbox) take() []wire.Stored {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.held
	b.held = nil
	return out
}
