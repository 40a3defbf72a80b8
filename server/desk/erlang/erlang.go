// Package erlang says how many people a line needs, by Erlang's C formula.
//
// So many contacts an hour, each of which keeps one person busy for the handle
// time, are a traffic of A = contacts × handle time / 3600 people busy all the time.
// With N people the formula gives the share of contacts that wait, and from it how
// many are answered in time, how long they wait on average, and how busy people
// are. It holds only where N is more than A: otherwise the line grows without end.
//
// The formula's factorials are never computed. The recursion of the B formula,
// B(n) = A·B(n-1) / (n + A·B(n-1)), stays between 0 and 1 and is exact to the last
// digits for thousands of people.
package erlang

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Assumes is the sentence that belongs to every number of this package.
const Assumes = "This assumes that nobody gives up waiting, so it shows more staff than are really needed."

// What can be asked for.
const (
	MaxTraffic = 10_000    // people busy all the time
	maxTarget  = 0.999_999 // beyond it the least staff is a matter of rounding
)

// ErrQuestion is returned for numbers that are no question: negative, not a number,
// a share that is none, or more traffic than MaxTraffic. The message says which.
var ErrQuestion = errors.New("this cannot be planned")

// TooFew is returned where people cannot keep up with what comes in.
type TooFew struct {
	Traffic float64 // people that would be busy all the time
	Agents  int     // people there are
	Least   int     // people with whom the line does not grow without end
}

func (e *TooFew) Error() string {
	return fmt.Sprintf("the work keeps %.4g people busy all the time, and there are %d: the line would get longer and longer; it takes at least %d", e.Traffic, e.Agents, e.Least)
}

// Answer is what the formula says of a number of people.
type Answer struct {
	Traffic   float64 `json:"traffic"`       // people busy all the time
	Agents    int     `json:"agents"`        // people at work
	Waits     float64 `json:"waits"`         // share of contacts that wait at all, 0 to 1
	Level     float64 `json:"level"`         // share that is answered within the time asked for, 0 to 1
	Speed     float64 `json:"speed_seconds"` // average wait of all contacts, in seconds
	Occupancy float64 `json:"occupancy"`     // share of their time that people are busy, 0 to 1
	Assumes   string  `json:"assumes"`       // always the sentence Assumes
}

// Staff is how many people are needed.
type Staff struct {
	Answer
	Scheduled int `json:"scheduled"` // to plan for, so that Agents are at work after absences, breaks and training
}

// Plan says what agents do with so many contacts an hour of a handle time, and how
// many are answered within a time. The error is TooFew or ErrQuestion.
func Plan(contacts float64, handle time.Duration, agents int, within time.Duration) (Answer, error) {
	a, err := traffic(contacts, handle, within)
	if err != nil {
		return Answer{}, err
	}
	if float64(agents) <= a {
		return Answer{}, &TooFew{Traffic: a, Agents: agents, Least: int(a) + 1}
	}
	if agents > 2*MaxTraffic {
		return Answer{}, fmt.Errorf("%w: %d people are more than %d", ErrQuestion, agents, 2*MaxTraffic)
	}
	b := 1.0
	for n := 1; n <= agents; n++ {
		b = next(b, a, n)
	}
	return answer(a, b, agents, handle, within), nil
}

// Need is the least number of people with whom at least the target share of
// contacts is answered within a time. Shrinkage is the share of paid time that
// people are not at work, 0 to less than 1; what is scheduled is rounded up. The
// error is ErrQuestion.
func Need(contacts float64, handle time.Duration, target float64, within time.Duration, shrinkage float64) (Staff, error) {
	a, err := traffic(contacts, handle, within)
	switch {
	case err != nil:
		return Staff{}, err
	case !(target > 0 && target <= maxTarget):
		return Staff{}, fmt.Errorf("%w: the share answered in time must be above 0 and below 1, not %v", ErrQuestion, target)
	case !(shrinkage >= 0 && shrinkage <= maxShrinkage):
		return Staff{}, fmt.Errorf("%w: the share of time away must be 0 to %v, not %v", ErrQuestion, maxShrinkage, shrinkage)
	}
	b := 1.0
	for n := 1; ; n++ {
		b = next(b, a, n)
		if float64(n) <= a {
			continue
		}
		if got := answer(a, b, n, handle, within); got.Level >= target {
			return Staff{got, int(math.Ceil(float64(n)/(1-shrinkage) - rounding))}, nil
		}
	}
}

const (
	maxShrinkage = 0.95
	rounding     = 1e-9 // 9 people of whom a tenth is away are 10, whatever 1-0.1 is in binary
)

func traffic(contacts float64, handle, within time.Duration) (float64, error) {
	a := contacts * handle.Seconds() / 3600
	switch {
	case !(contacts >= 0) || handle <= 0 || within < 0:
		return 0, fmt.Errorf("%w: contacts and the time to answer must not be negative, and handling takes some time", ErrQuestion)
	case !(a <= MaxTraffic):
		return 0, fmt.Errorf("%w: the work keeps more than %d people busy", ErrQuestion, MaxTraffic)
	}
	return a, nil
}

// next is B(n), the share that n people turn away if nobody can wait, from B(n-1).
func next(b, a float64, n int) float64 { return a * b / (float64(n) + a*b) }

func answer(a, b float64, agents int, handle, within time.Duration) Answer {
	n, h := float64(agents), handle.Seconds()
	waits := n * b / (n - a*(1-b))
	return Answer{
		Traffic: a, Agents: agents, Waits: waits, Occupancy: a / n, Assumes: Assumes,
		Level: 1 - waits*math.Exp(-(n-a)*within.Seconds()/h),
		Speed: waits * h / (n - a),
	}
}
