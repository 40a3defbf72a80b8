package keylog

import (
	"errors"
	"fmt"

	"arcline/crypto/envelope"
)

// MaxFuture is how far a directory root's time may lie ahead of the client's
// clock, in milliseconds.
const MaxFuture = 5 * 60 * 1000

var (
	// ErrRollback is returned when the log is shorter, or its directory older or
	// smaller, than what the client has already seen.
	ErrRollback = errors.New("the log went back")
	// ErrNotDirRoot is returned when the leaf is not a directory root.
	ErrNotDirRoot = errors.New("leaf is not a directory root")
	// ErrNotLast is returned when the directory root is not the checkpoint's
	// last leaf: links after it would be invisible.
	ErrNotLast = errors.New("directory root is not the last leaf")
	// ErrPrefix is returned when the directory describes another prefix than the
	// one before it.
	ErrPrefix = errors.New("directory of another prefix")
	// ErrCount is returned when the directory claims more chains than there are
	// leaves to have started them.
	ErrCount = errors.New("directory with more chains than leaves")
	// ErrStale is returned when the time of the directory root, or of too many
	// witnesses, is too long ago, or ahead of the client's clock.
	ErrStale = errors.New("the log's newest state is not of now")
)

// View is what a client remembers of the log. The zero View has seen nothing.
type View struct {
	Size     uint64
	Root     envelope.Hash
	Time     uint64 // Unix milliseconds of the newest directory root
	DirRoot  envelope.Hash
	DirCount uint64
}

// Update is what the service sends to bring a client's view up to date.
type Update struct {
	Checkpoint  []byte          // signed note
	Consistency []envelope.Hash // from the client's size to the checkpoint's
	DirRoot     []byte          // the encoded DirRootLeaf
	Index       uint64          // where it stands
	Inclusion   []envelope.Hash // that it stands there
}

// Advance checks an update against what the client has pinned and returns the
// new view. now and maxAge are milliseconds; nothing is changed on an error.
func Advance(pinned View, u Update, v Verifier, now, maxAge uint64) (View, error) {
	c, times, err := v.OpenTimed(u.Checkpoint)
	if err != nil {
		return View{}, fmt.Errorf("advance log view: %w", err)
	}
	if c.Size < pinned.Size {
		return View{}, fmt.Errorf("advance log view: %w: from %d to %d leaves", ErrRollback, pinned.Size, c.Size)
	}
	if err := CheckConsistency(pinned.Size, pinned.Root, c.Size, c.Root, u.Consistency); err != nil {
		return View{}, fmt.Errorf("advance log view: %w", err)
	}
	d, err := u.dirRoot(c)
	if err != nil {
		return View{}, fmt.Errorf("advance log view: %w", err)
	}
	// Chains do not end and the log's clock does not run backwards.
	if d.Time < pinned.Time || d.Count < pinned.DirCount {
		return View{}, fmt.Errorf("advance log view: %w: its directory is older or smaller than the last one", ErrRollback)
	}
	if !ofNow(d.Time, now, maxAge) {
		return View{}, fmt.Errorf("advance log view: %w", ErrStale)
	}
	// A log can write any time into its directory root. It cannot make the
	// witnesses sign anew, so as many as must have signed must have done so lately.
	fresh := 0
	for _, t := range times {
		if t <= MaxSize && ofNow(t*1000, now, maxAge) { // beyond MaxSize no clock goes, and t*1000 would overflow
			fresh++
		}
	}
	if fresh < v.Quorum {
		return View{}, fmt.Errorf("advance log view: %w: %d of the witnesses' signatures are of now", ErrStale, fresh)
	}
	return View{Size: c.Size, Root: c.Root, Time: d.Time, DirRoot: d.Root, DirCount: d.Count}, nil
}

// ofNow reports whether a time lies within maxAge before now or a little after;
// all are Unix milliseconds.
func ofNow(t, now, maxAge uint64) bool {
	return t <= now && now-t <= maxAge || t > now && t-now <= MaxFuture
}

// dirRoot reads the update's directory root and checks that it is the last leaf
// of the checkpoint and describes everything before it.
func (u Update) dirRoot(c Checkpoint) (DirRootLeaf, error) {
	leaf, err := DecodeLeaf(u.DirRoot)
	if err != nil {
		return DirRootLeaf{}, err
	}
	d, ok := leaf.(DirRootLeaf)
	switch {
	case !ok:
		return DirRootLeaf{}, ErrNotDirRoot
	case c.Size == 0 || u.Index != c.Size-1:
		return DirRootLeaf{}, fmt.Errorf("%w: leaf %d of %d", ErrNotLast, u.Index, c.Size)
	case d.Size != u.Index:
		return DirRootLeaf{}, fmt.Errorf("%w: %d at leaf %d", ErrPrefix, d.Size, u.Index)
	case d.Count > d.Size:
		return DirRootLeaf{}, fmt.Errorf("%w: %d of %d", ErrCount, d.Count, d.Size)
	}
	return d, CheckInclusion(c.Size, c.Root, u.Index, u.DirRoot, u.Inclusion)
}
