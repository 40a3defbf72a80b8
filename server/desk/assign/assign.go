// Package assign says to whom waiting work is suggested: oldest first, each to
// whoever has least. It is one pure function of who waits and who is there, so
// that its fairness can be tested by itself.
package assign

import (
	"bytes"
	"slices"
)

// Waiting is a thread in line.
type Waiting struct {
	ID     [16]byte
	Weight int
	Skill  string   // that whoever takes it should have; empty: none
	To     [16]byte // to whom it is suggested already; zero: nobody
}

// Person is somebody to whom work can be suggested.
type Person struct {
	ID     [16]byte
	Load   int // weight of what they have
	Skills []string
}

// Suggestion is one thread for one person.
type Suggestion struct{ Thread, To [16]byte }

// Next goes through the line in its order, which is the order in which work
// drains, and gives each thread that nobody was suggested yet to whoever has the
// least among those who can do it and have room. Somebody who has nothing has
// room for anything: no thread is too heavy to be ever taken. What finds nobody
// stays where it is, ahead of everything younger.
func Next(line []Waiting, people []Person, capacity int) []Suggestion {
	people = slices.Clone(people)
	for _, w := range line { // what is suggested already is as good as taken
		for i := range people {
			if people[i].ID == w.To {
				people[i].Load += w.Weight
			}
		}
	}
	var out []Suggestion
	for _, w := range line {
		if w.To != ([16]byte{}) {
			continue
		}
		best := -1
		for i, p := range people {
			if !fits(w, p, capacity) || best >= 0 && !before(p, people[best]) {
				continue
			}
			best = i
		}
		if best >= 0 {
			people[best].Load += w.Weight
			out = append(out, Suggestion{w.ID, people[best].ID})
		}
	}
	return out
}

func fits(w Waiting, p Person, capacity int) bool {
	if w.Skill != "" && !slices.Contains(p.Skills, w.Skill) {
		return false
	}
	return p.Load == 0 || p.Load+w.Weight <= capacity
}

// before orders people by what they have, and among equals by name, so that one
// state has one answer.
func before(a, b Person) bool {
	if a.Load != b.Load {
		return a.Load < b.Load
	}
	return bytes.Compare(a.ID[:], b.ID[:]) < 0
}
