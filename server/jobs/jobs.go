// Package jobs is the clock's commands. They go through the same door as
// people's.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"arcline/server/command"
)

// job is one command of the clock.
type job struct {
	name  string
	every time.Duration
	run   func(context.Context) error
}

// list is every job. Clients refuse to send under a checkpoint older than a day.
func list(door *command.Door) []job {
	return []job{
		{"publish the key log", 10 * time.Minute, door.Publish},
		{"write down who was active", time.Minute, door.Remember},
		{"remove sign-ins that ended long ago", time.Hour, door.Tidy},
		{"change the key of access tokens", time.Hour, door.RotateDueTokenKeys},
	}
}

// Run does the clock's commands until ctx ends, each once at the start.
func Run(ctx context.Context, door *command.Door, log *slog.Logger) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, j := range list(door) {
		wg.Go(func() { j.repeat(ctx, log) })
	}
}

func (j job) repeat(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(j.every)
	defer tick.Stop()
	for {
		if err := j.run(ctx); err != nil && ctx.Err() == nil {
			log.Error(j.name, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
