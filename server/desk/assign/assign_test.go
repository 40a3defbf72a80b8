package assign

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func id(n int) (out [16]byte) {
	out[0], out[1] = byte(n>>8), byte(n)
	return out
}

func TestNext(t *testing.T) {
	ann, bob := id(1), id(2)
	free := []Person{{ID: ann}, {ID: bob, Load: 2, Skills: []string{"aor"}}}
	for name, c := range map[string]struct {
		line   []Waiting
		people []Person
		want   []Suggestion
	}{
		"to whoever has least":            {[]Waiting{{ID: id(10), Weight: 2}}, free, []Suggestion{{id(10), ann}}},
		"then evenly":                     {[]Waiting{{ID: id(10), Weight: 2}, {ID: id(11), Weight: 2}}, free, []Suggestion{{id(10), ann}, {id(11), ann}}},
		"only to whoever can":             {[]Waiting{{ID: id(10), Weight: 2, Skill: "aor"}}, free, []Suggestion{{id(10), bob}}},
		"nobody can":                      {[]Waiting{{ID: id(10), Weight: 2, Skill: "x"}, {ID: id(11), Weight: 2}}, free, []Suggestion{{id(11), ann}}},
		"not twice":                       {[]Waiting{{ID: id(10), Weight: 2, To: bob}}, free, nil},
		"what is suggested counts":        {[]Waiting{{ID: id(10), Weight: 4, To: ann}, {ID: id(11), Weight: 1}}, free, []Suggestion{{id(11), bob}}},
		"no room":                         {[]Waiting{{ID: id(10), Weight: 9}}, []Person{{ID: ann, Load: 1}}, nil},
		"heavy, to somebody with nothing": {[]Waiting{{ID: id(10), Weight: 99}}, []Person{{ID: ann}}, []Suggestion{{id(10), ann}}},
		"nobody there":                    {[]Waiting{{ID: id(10), Weight: 1}}, nil, nil},
	} {
		if got := Next(c.line, c.people, 8); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// shop is a line with random staffing: threads come, people come and go, each takes
// what was suggested to them, finishes it after a while, and may fall asleep over a
// suggestion, which then goes to somebody else.
type shop struct {
	line   []Waiting
	joined map[[16]byte]int // when
	people []Person
	has    map[[16]byte][]job
	next   func([]Waiting, []Person, int) []Suggestion
}

type job struct{ weight, ends int }

const room = 6

// step is one moment; it returns what was taken, in order, and who had room for it
// but was passed over by more than a thread's weight.
func (s *shop) step(rt *rapid.T, now int) error {
	for range rapid.IntRange(0, 3).Draw(rt, "come") {
		w := Waiting{ID: id(len(s.joined) + 1000), Weight: rapid.IntRange(1, 3).Draw(rt, "weight")}
		s.joined[w.ID] = now
		s.line = append(s.line, w)
	}
	for i := range s.people { // what is done is done
		p := &s.people[i]
		s.has[p.ID] = slices.DeleteFunc(s.has[p.ID], func(j job) bool {
			if j.ends <= now {
				p.Load -= j.weight
			}
			return j.ends <= now
		})
	}
	here := slices.DeleteFunc(slices.Clone(s.people), func(Person) bool { return rapid.IntRange(0, 3).Draw(rt, "away") == 0 })
	given := s.next(s.line, here, room)
	if err := s.judge(given, here); err != nil {
		return err
	}
	for _, g := range given {
		i := slices.IndexFunc(s.line, func(w Waiting) bool { return w.ID == g.Thread })
		w := s.line[i]
		s.line = slices.Delete(s.line, i, i+1)
		for j := range s.people {
			if s.people[j].ID == g.To {
				s.people[j].Load += w.Weight
			}
		}
		s.has[g.To] = append(s.has[g.To], job{w.Weight, now + rapid.IntRange(1, 6).Draw(rt, "takes")})
	}
	return nil
}

// judge holds a moment's suggestions to the promise: nobody older is left in line
// whom one of those suggestions would have fitted, and each went to somebody with
// the least.
func (s *shop) judge(given []Suggestion, here []Person) error {
	load := map[[16]byte]int{}
	for _, p := range here {
		load[p.ID] = p.Load
	}
	at := 0
	for _, w := range s.line {
		if at < len(given) && given[at].Thread == w.ID {
			for _, p := range here {
				if fits := load[p.ID] == 0 || load[p.ID]+w.Weight <= room; fits && load[p.ID] < load[given[at].To] {
					return fmt.Errorf("a thread went to somebody with %d, and somebody had %d", load[given[at].To], load[p.ID])
				}
			}
			load[given[at].To] += w.Weight
			at++
			continue
		}
		for _, p := range here {
			if load[p.ID] == 0 || load[p.ID]+w.Weight <= room {
				return fmt.Errorf("a thread stays in line, joined at %d, and somebody with %d had room for its %d", s.joined[w.ID], load[p.ID], w.Weight)
			}
		}
	}
	if at != len(given) {
		return fmt.Errorf("suggestions out of the line's order: %d of %d", at, len(given))
	}
	return nil
}

func openShop(rt *rapid.T, next func([]Waiting, []Person, int) []Suggestion) *shop {
	s := &shop{joined: map[[16]byte]int{}, has: map[[16]byte][]job{}, next: next}
	for i := range rapid.IntRange(1, 6).Draw(rt, "staff") {
		s.people = append(s.people, Person{ID: id(i + 1)})
	}
	return s
}

// Waiting work drains oldest first and evenly, whoever is there. When nothing comes
// any more and somebody is there, the line is empty after a while: no thread is
// left behind for being heavy.
func TestDrains(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := openShop(rt, Next)
		for now := range 60 {
			if err := s.step(rt, now); err != nil {
				rt.Fatal(err)
			}
		}
		for now := 60; len(s.line) > 0; now++ {
			for i := range s.people {
				s.people[i].Load, s.has[s.people[i].ID] = 0, nil
			}
			given := Next(s.line, s.people, room)
			if len(given) == 0 {
				rt.Fatalf("%d threads are never suggested to anybody", len(s.line))
			}
			s.line = slices.DeleteFunc(s.line, func(w Waiting) bool {
				return slices.ContainsFunc(given, func(g Suggestion) bool { return g.Thread == w.ID })
			})
		}
	})
}

// The control: rules that forget the oldest, or give all to the first, are caught.
func TestDrainsIsNoticed(t *testing.T) {
	youngest := func(line []Waiting, people []Person, capacity int) []Suggestion {
		if len(line) < 2 {
			return Next(line, people, capacity)
		}
		return Next(line[len(line)-1:], people, capacity)
	}
	first := func(line []Waiting, people []Person, capacity int) (out []Suggestion) {
		if len(people) == 0 {
			return nil
		}
		for _, w := range line {
			out = append(out, Suggestion{w.ID, people[0].ID})
		}
		return out
	}
	for name, rule := range map[string]func([]Waiting, []Person, int) []Suggestion{"youngest first": youngest, "all to the first": first} {
		caught := false
		rapid.Check(t, func(rt *rapid.T) {
			s := openShop(rt, rule)
			for now := range 20 {
				if err := s.step(rt, now); err != nil {
					caught = true
					return
				}
			}
		})
		if !caught {
			t.Errorf("%s is not noticed", name)
		}
	}
}
