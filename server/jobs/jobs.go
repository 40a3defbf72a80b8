// Package jobs is the clock's commands. They go through the same door as
// people's.
package jobs

import (
	"context"
	"log/slog"
	"time"

	"arcline/server/command"
)

// publishEvery is how often the key log is signed anew when nothing changes:
// clients refuse to send under a checkpoint older than a day.
const publishEvery = 10 * time.Minute

// Run does the clock's commands until ctx ends.
func Run(ctx context.Context, door *command.Door, rosterFolder string, log *slog.Logger) {
	publish := func() {
		if err := door.Publish(ctx); err != nil && ctx.Err() == nil {
			log.Error("publish the key log", "err", err)
		}
	}
	publish()
	rosters := &folder{path: rosterFolder}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	tick := time.NewTicker(publishEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if rosterFolder != "" {
				rosters.look(ctx, door, log)
			}
		case <-tick.C:
			publish()
		}
	}
}
