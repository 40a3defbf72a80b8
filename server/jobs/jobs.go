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

// showEvery is how often witnesses that were away are asked again.
const showEvery = 15 * time.Second

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
	tick, again := time.NewTicker(publishEvery), time.NewTicker(showEvery)
	defer tick.Stop()
	defer again.Stop()
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
		case <-again.C:
			show(ctx, door, log)
		}
	}
}

// show asks witnesses that were away, and says so as long as they are.
func show(ctx context.Context, door *command.Door, log *slog.Logger) {
	waiting, failures := door.Waiting()
	if waiting == 0 {
		return
	}
	if err := door.Show(ctx); err != nil && ctx.Err() == nil {
		log.Warn("the witnesses do not confirm the key log; clients are served its last confirmed state", "leaves_waiting", waiting, "failures", failures+1, "err", err)
		return
	}
	log.Info("the witnesses confirm the key log again", "leaves", waiting)
}
