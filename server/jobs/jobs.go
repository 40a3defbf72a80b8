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

// Config is what the jobs need to know of their surroundings.
type Config struct {
	RosterFolder string    // empty: none is looked into
	Mail         Mailer    // nil: notices wait
	Push         Pusher    // nil: there are no pushes
	Build        *[32]byte // the browser client that is served; nil: none
}

// deskEvery is how often the desk looks at what is due and who is free.
const deskEvery = 10 * time.Second

// job is one command of the clock.
type job struct {
	name  string
	every time.Duration
	run   func(context.Context) error
}

// list is every job. Clients refuse to send under a checkpoint older than a day.
func list(door *command.Door, cfg Config, log *slog.Logger) []job {
	jobs := []job{
		{"publish the key log", 10 * time.Minute, door.Publish},
		{"end waits and suggest work at the desk", deskEvery, door.Tick},
		{"tell leads of what is late", time.Minute, door.TellLate},
		{"write down who was active", time.Minute, door.Remember},
		{"remove sign-ins that ended long ago", time.Hour, door.Tidy},
		{"change the key of access tokens", time.Hour, door.RotateDueTokenKeys},
		{"ask the witnesses again", 15 * time.Second, func(ctx context.Context) error { show(ctx, door, log); return nil }},
	}
	if cfg.Build != nil {
		jobs = append(jobs, job{"write the browser client into the key log", time.Minute,
			func(ctx context.Context) error { return door.PublishBuild(ctx, *cfg.Build) }})
	}
	if cfg.RosterFolder != "" {
		f := &folder{path: cfg.RosterFolder}
		jobs = append(jobs, job{"look for a newer roster", lookEvery, func(ctx context.Context) error { f.look(ctx, door, log); return nil }})
	}
	jobs = append(jobs, job{"tell who has something to read", sendEvery, func(ctx context.Context) error { return sendAlerts(ctx, door, cfg.Mail, cfg.Push) }})
	if cfg.Mail != nil {
		jobs = append(jobs, job{"send notices", sendEvery, func(ctx context.Context) error { return sendNotices(ctx, door, cfg.Mail) }})
	}
	return jobs
}

// Run does the clock's commands until ctx ends, each once at the start.
func Run(ctx context.Context, door *command.Door, cfg Config, log *slog.Logger) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, j := range list(door, cfg, log) {
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
