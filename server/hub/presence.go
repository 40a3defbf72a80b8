package hub

import (
	"slices"
	"sync"
	"time"
)

// PresenceLife is how long somebody is shown as being at a thread after they
// last said so: a program says it every few seconds, and a lost network says
// nothing.
const PresenceLife = 10 * time.Second

// quiet is how long the same news about a line is not told again.
const quiet = 3 * time.Second

// Present is somebody at a thread of a line.
type Present struct {
	Thread, Account [16]byte
	Writing         bool
}

// Presence knows who of a line's people is at which of its threads, in memory
// only. It is advice for colleagues, no lock: what it forgets does no harm.
type Presence struct {
	mu    sync.Mutex
	lines map[[16]byte]*presentLine
}

type presentLine struct {
	at   map[any]presence // by the connection that said so
	told time.Time
}

type presence struct {
	Present
	until time.Time
}

// Say notes where the holder of a connection is, and reports whether those who
// watch the line should look. A zero thread: nowhere any more.
func (p *Presence) Say(line [16]byte, who any, at Present, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines == nil {
		p.lines = map[[16]byte]*presentLine{}
	}
	l := p.lines[line]
	if l == nil {
		l = &presentLine{at: map[any]presence{}}
		p.lines[line] = l
	}
	old, was := l.at[who]
	if at.Thread == ([16]byte{}) {
		delete(l.at, who)
		if len(l.at) == 0 {
			delete(p.lines, line)
		}
		return was
	}
	l.at[who] = presence{at, now.Add(PresenceLife)}
	if was && old.Present == at && now.Sub(l.told) < quiet {
		return false
	}
	l.told = now
	return true
}

// Gone forgets a connection, and returns the lines whose watchers should look.
func (p *Presence) Gone(who any) (lines [][16]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, l := range p.lines {
		if _, was := l.at[who]; was {
			delete(l.at, who)
			lines = append(lines, id)
			if len(l.at) == 0 {
				delete(p.lines, id)
			}
		}
	}
	return lines
}

// At lists who is at a line's threads now, in order of thread and account.
func (p *Presence) At(line [16]byte, now time.Time) (out []Present) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lines[line]
	if l == nil {
		return nil
	}
	for who, x := range l.at {
		if now.After(x.until) {
			delete(l.at, who)
			continue
		}
		out = append(out, x.Present)
	}
	slices.SortFunc(out, func(a, b Present) int {
		if c := slices.Compare(a.Thread[:], b.Thread[:]); c != 0 {
			return c
		}
		return slices.Compare(a.Account[:], b.Account[:])
	})
	return out
}
