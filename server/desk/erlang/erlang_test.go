package erlang_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"arcline/server/desk/erlang"
)

// The vectors were computed elsewhere, in two ways.
var vectors = []struct {
	traffic            float64
	agents             int
	handle             time.Duration
	waits, in20, in120 float64
	speed, occupancy   float64
}{
	{5, 8, 360 * time.Second, 0.167267, 0.858412, 0.938466, 20.072, 0.625},
	{6, 8, 360 * time.Second, 0.356981, 0.680559, 0.816720, 64.257, 0.750},
	{10, 13, 600 * time.Second, 0.285270, 0.741877, 0.843440, 57.054, 0.769},
	{10, 14, 180 * time.Second, 0.174132, 0.888350, 0.987901, 7.836, 0.714},
}

func near(a, b, off float64) bool { return math.Abs(a-b) <= off }

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		contacts := v.traffic * 3600 / v.handle.Seconds()
		in20, err := erlang.Plan(contacts, v.handle, v.agents, 20*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		in120, err := erlang.Plan(contacts, v.handle, v.agents, 120*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		const six, three = 0.5e-6, 0.5e-3
		if !near(in20.Traffic, v.traffic, six) || !near(in20.Waits, v.waits, six) || !near(in20.Level, v.in20, six) || !near(in120.Level, v.in120, six) ||
			!near(in20.Speed, v.speed, three) || !near(in20.Occupancy, v.occupancy, three) {
			t.Errorf("%v gives %+v and %v", v, in20, in120.Level)
		}
		if in20.Assumes != erlang.Assumes || !strings.Contains(in20.Assumes, "nobody gives up") {
			t.Error("the answer does not say what it assumes")
		}
		if wrong := blocked(v.traffic, v.agents); near(wrong, v.waits, six) { // the control: Erlang's B in place of C
			t.Errorf("the vectors do not tell the C formula from the B formula: %v", wrong)
		}
	}
}

// For 80 % in 20 seconds at six minutes each.
func TestNeedTable(t *testing.T) {
	for contacts, want := range map[float64]int{30: 6, 40: 7, 50: 8, 60: 9, 80: 12, 100: 14} {
		got, err := erlang.Need(contacts, 6*time.Minute, 0.8, 20*time.Second, 0)
		if err != nil || got.Agents != want || got.Scheduled != want {
			t.Errorf("%v contacts an hour need %d, %v, want %d", contacts, got.Agents, err, want)
		}
	}
	for shrinkage, want := range map[float64]int{0: 9, 0.1: 10, 0.3: 13, 0.5: 18, 0.55: 20} {
		if got, err := erlang.Need(60, 6*time.Minute, 0.8, 20*time.Second, shrinkage); err != nil || got.Scheduled != want {
			t.Errorf("9 people with %v away are %d, %v, want %d", shrinkage, got.Scheduled, err, want)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, agents := range []int{-1, 0, 5, 6} {
		_, err := erlang.Plan(60, 6*time.Minute, agents, 20*time.Second)
		var few *erlang.TooFew
		if !errors.As(err, &few) || few.Traffic != 6 || few.Agents != agents || few.Least != 7 || !strings.Contains(err.Error(), "longer and longer") {
			t.Errorf("%d people for a traffic of 6: %v", agents, err)
		}
	}
	if _, err := erlang.Plan(60, 6*time.Minute, 7, 20*time.Second); err != nil {
		t.Errorf("the least that is told is refused: %v", err)
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, q := range []struct {
		contacts  float64
		handle    time.Duration
		target    float64
		within    time.Duration
		shrinkage float64
	}{
		{-1, time.Minute, 0.8, 0, 0}, {nan, time.Minute, 0.8, 0, 0}, {inf, time.Minute, 0.8, 0, 0}, {1, 0, 0.8, 0, 0}, {1, -1, 0.8, 0, 0},
		{1, time.Minute, 0.8, -1, 0}, {1, time.Minute, 0, 0, 0}, {1, time.Minute, 1, 0, 0}, {1, time.Minute, nan, 0, 0}, {1, time.Minute, 0.8, 0, -0.1},
		{1, time.Minute, 0.8, 0, 1}, {1, time.Minute, 0.8, 0, nan}, {1e9, time.Hour, 0.8, 0, 0},
	} {
		if got, err := erlang.Need(q.contacts, q.handle, q.target, q.within, q.shrinkage); !errors.Is(err, erlang.ErrQuestion) {
			t.Errorf("%v was answered with %+v, %v", q, got, err)
		}
	}
	if _, err := erlang.Plan(1, time.Minute, 1<<40, 0); !errors.Is(err, erlang.ErrQuestion) {
		t.Errorf("too many people: %v", err)
	}
	if got, err := erlang.Need(0, time.Minute, 0.8, 0, 0); err != nil || got.Agents != 1 || got.Level != 1 || got.Speed != 0 {
		t.Errorf("without contacts %+v, %v", got, err)
	}
}

// blocked is Erlang's B formula with its sums and factorials, in numbers of 400 bits.
func blocked(a float64, n int) float64 {
	top, sum := direct(a, n)
	v, _ := new(big.Float).Quo(top, new(big.Float).Add(sum, top)).Float64()
	return v
}

// waiting is Erlang's C formula as it is written down.
func waiting(a float64, n int) float64 {
	top, sum := direct(a, n)
	left := new(big.Float).Sub(big.NewFloat(float64(n)).SetPrec(400), big.NewFloat(a).SetPrec(400))
	top.Mul(top, big.NewFloat(float64(n))).Quo(top, left)
	v, _ := new(big.Float).Quo(top, new(big.Float).Add(sum, top)).Float64()
	return v
}

// direct is A^N/N! and the sum of A^k/k! for k below N.
func direct(a float64, n int) (top, sum *big.Float) {
	exact := big.NewFloat(a).SetPrec(400)
	top, sum = big.NewFloat(1).SetPrec(400), new(big.Float).SetPrec(400)
	for k := range n {
		sum.Add(sum, top)
		top.Mul(top, exact).Quo(top, big.NewFloat(float64(k+1)))
	}
	return top, sum
}

func TestDirect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(0.01, 3000).Draw(t, "traffic")
		got, err := erlang.Plan(a, time.Hour, int(a)+rapid.IntRange(1, 100).Draw(t, "more"), 0)
		if err != nil {
			t.Fatal(err)
		}
		want := waiting(got.Traffic, got.Agents)
		if math.Abs(got.Waits-want) > 1e-9*want {
			t.Fatalf("traffic %v, %d people: %v wait, want %v", a, got.Agents, got.Waits, want)
		}
	})
}

func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		contacts := rapid.Float64Range(0.1, 5000).Draw(t, "contacts")
		handle := time.Duration(rapid.IntRange(1, 3600).Draw(t, "handle")) * time.Second
		within := time.Duration(rapid.IntRange(0, 1200).Draw(t, "within")) * time.Second
		agents := int(contacts*handle.Seconds()/3600) + rapid.IntRange(2, 30).Draw(t, "more")
		plan := func(c float64, n int, w time.Duration) erlang.Answer {
			a, err := erlang.Plan(c, handle, n, w)
			if err != nil {
				t.Fatal(err)
			}
			if a.Waits < 0 || a.Waits > 1+1e-12 || a.Level < -1e-12 || a.Level > 1 || a.Occupancy < 0 || a.Occupancy >= 1 {
				t.Fatalf("a share that is none: %+v", a)
			}
			return a
		}
		const rounds = 1e-12
		one := plan(contacts, agents, within)
		if more := plan(contacts, agents+1, within); more.Waits > one.Waits || more.Level < one.Level-rounds || more.Speed > one.Speed || more.Occupancy >= one.Occupancy {
			t.Fatalf("one person more makes it worse: %+v, %+v", one, more)
		}
		if less := plan(contacts*0.9, agents, within); less.Waits > one.Waits || less.Level < one.Level-rounds || less.Speed > one.Speed {
			t.Fatalf("fewer contacts make it worse: %+v, %+v", one, less)
		}
		if longer := plan(contacts, agents, within+time.Second); longer.Level < one.Level-rounds || longer.Waits != one.Waits {
			t.Fatalf("a longer time is kept less often: %+v, %+v", one, longer)
		}
	})
}

// Need is the least: it is enough, and one person less is not.
func TestNeedIsLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		contacts := rapid.Float64Range(0.1, 3000).Draw(t, "contacts")
		handle := time.Duration(rapid.IntRange(1, 3600).Draw(t, "handle")) * time.Second
		target := rapid.Float64Range(0.01, 0.999).Draw(t, "target")
		shrinkage := rapid.Float64Range(0, 0.9).Draw(t, "shrinkage")
		got, err := erlang.Need(contacts, handle, target, 20*time.Second, shrinkage)
		if err != nil {
			t.Fatal(err)
		}
		if got.Level < target {
			t.Fatalf("%d people are too few: %v", got.Agents, got.Level)
		}
		var few *erlang.TooFew
		if less, err := erlang.Plan(contacts, handle, got.Agents-1, 20*time.Second); !errors.As(err, &few) && (err != nil || less.Level >= target) {
			t.Fatalf("%d people would do: %v, %v", got.Agents-1, less.Level, err)
		}
		there := float64(got.Scheduled) * (1 - shrinkage)
		if there < float64(got.Agents)-1e-6 || there-(1-shrinkage) >= float64(got.Agents) {
			t.Fatalf("of %d with %v away there are %v, need %d", got.Scheduled, shrinkage, there, got.Agents)
		}
	})
}

func BenchmarkNeed(b *testing.B) {
	for b.Loop() {
		if _, err := erlang.Need(10_000, 20*time.Minute, 0.9, time.Minute, 0.3); err != nil {
			b.Fatal(err)
		}
	}
}
