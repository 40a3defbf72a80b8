package jobs

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"arcline/server/command"
	"arcline/server/wire/roster"
)

// lookEvery is how often the roster's folder is looked into: what a new file
// takes away is to be gone within the minute.
const lookEvery = 20 * time.Second

// folder is where the agency's own system lays its newest roster.
type folder struct {
	path string
	seen [sha256.Size]byte
}

// newest reads the last of the folder's files by name, so that dated names do
// what they seem to.
func (f *folder) newest() (name, text string, err error) {
	files, err := filepath.Glob(filepath.Join(f.path, "*.csv"))
	if err != nil || len(files) == 0 {
		return "", "", err
	}
	name = slices.Max(files)
	info, err := os.Stat(name)
	if err != nil {
		return name, "", err
	}
	if info.Size() > roster.MaxFile {
		return name, "", fmt.Errorf("a roster has at most %d bytes", roster.MaxFile)
	}
	b, err := os.ReadFile(name)
	return name, string(b), err
}

// look takes a file that was not seen before.
func (f *folder) look(ctx context.Context, door *command.Door, log *slog.Logger) {
	name, text, err := f.newest()
	if err != nil {
		log.Error("look for a newer roster", "file", name, "err", err)
		return
	}
	sum := sha256.Sum256([]byte(text))
	if text == "" || sum == f.seen {
		return
	}
	f.seen = sum
	d, err := door.TakeRoster(ctx, text)
	switch {
	case err != nil:
		log.Error("a newer roster was not taken; import it as the registrar", "file", name, "err", err)
	case !d.Applied:
		log.Error("a newer roster has mistakes; nothing was changed", "file", name, "problems", len(d.Problems))
	default:
		log.Info("a newer roster: what it takes away is done, what it gives waits for the registrar", "file", name, "changes", len(d.Changes))
	}
}
