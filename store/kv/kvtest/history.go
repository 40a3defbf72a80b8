package kvtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"arcline/store/kv"

	"github.com/anishathalye/porcupine"
)

// A history is of one list of words that clients append to and read. An append
// answers with its place, a read with the whole list.
type call struct {
	word string // empty: a read
}

type result struct {
	place int
	list  string // words, each followed by a space
}

// lists is what the histories are judged by: some order of the calls, true to
// when they began and ended, must give the same answers one after the other.
func lists() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return "" },
		Step: func(state, input, output any) (bool, any) {
			list, in, out := state.(string), input.(call), output.(result)
			if in.word == "" {
				return out.list == list, list
			}
			return out.place == strings.Count(list, " "), list + in.word + " "
		},
	}
}

// testHistories records short concurrent histories and has each one judged.
func testHistories(t *testing.T, db kv.DB) {
	n := 200
	if testing.Short() {
		n = 30
	}
	for i := range n {
		h := record(t, db, i)
		if !porcupine.CheckOperations(lists(), h) {
			t.Fatalf("history %d has no order: %+v", i, h)
		}
	}
}

// record runs four clients of five calls each on a fresh list.
func record(t *testing.T, db kv.DB, n int) []porcupine.Operation {
	const clients, calls = 4, 5
	part := fmt.Sprintf("list%04d/", n)
	var clock atomic.Int64 // ticks at each begin and end; order is all that matters
	history := make([]porcupine.Operation, clients*calls)
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(n), uint64(c)))
			for i := range calls {
				op := porcupine.Operation{ClientId: c, Call: clock.Add(1)}
				var err error
				if rng.IntN(3) == 0 {
					op.Input = call{}
					op.Output, err = readList(db, part)
				} else {
					word := fmt.Sprintf("w%d.%d", c, i)
					op.Input = call{word}
					op.Output, err = appendWord(db, part, word)
				}
				if err != nil {
					t.Errorf("client %d: %v", c, err)
				}
				op.Return = clock.Add(1)
				history[c*calls+i] = op
			}
		})
	}
	wg.Wait()
	return history
}

func readList(db kv.DB, part string) (r result, err error) {
	err = db.View(context.Background(), func(tx kv.Tx) error {
		r = result{}
		return tx.Scan([]byte(part), []byte(part+"\xff"), false, func(_, v []byte) (bool, error) {
			r.list += string(v) + " "
			return true, nil
		})
	})
	return r, err
}

func appendWord(db kv.DB, part, word string) (r result, err error) {
	err = db.Update(context.Background(), func(tx kv.Tx) error {
		r = result{}
		err := tx.Scan([]byte(part), []byte(part+"\xff"), true, func(k, _ []byte) (bool, error) {
			_, err := fmt.Sscanf(string(k[len(part):]), "%d", &r.place)
			r.place++
			return false, err
		})
		return errors.Join(err, tx.Put(fmt.Appendf(nil, "%s%06d", part, r.place), []byte(word)))
	}, kv.Own(part))
	return r, err
}

// testDoctored is the negative control: the judge must refuse a list that
// forgets, one that tells a place twice, and one that shows the future.
func testDoctored(t *testing.T) {
	add := func(word string, place int, from, to int64) porcupine.Operation {
		return porcupine.Operation{Input: call{word}, Output: result{place: place}, Call: from, Return: to}
	}
	read := func(list string, from, to int64) porcupine.Operation {
		return porcupine.Operation{Input: call{}, Output: result{list: list}, Call: from, Return: to}
	}
	for _, c := range []struct {
		name string
		ok   bool
		h    []porcupine.Operation
	}{
		{"sound", true, []porcupine.Operation{add("a", 0, 1, 4), add("b", 1, 2, 5), read("a ", 3, 6), read("a b ", 7, 8)}},
		{"acknowledged, then lost", false, []porcupine.Operation{add("a", 0, 1, 2), read("", 3, 4)}},
		{"one place twice", false, []porcupine.Operation{add("a", 0, 1, 4), add("b", 0, 2, 5)}},
		{"read before written", false, []porcupine.Operation{read("a ", 1, 2), add("a", 0, 3, 4)}},
		{"two orders", false, []porcupine.Operation{add("a", 0, 1, 4), add("b", 1, 2, 5), read("b ", 3, 6)}},
	} {
		if got := porcupine.CheckOperations(lists(), c.h); got != c.ok {
			t.Errorf("%s: judged %v, want %v", c.name, got, c.ok)
		}
	}
}
