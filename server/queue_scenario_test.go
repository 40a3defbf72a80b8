package server_test

import (
	"testing"
	"testing/synctest"

	"arcline/client/arctest"
	"arcline/server/wire"
)

// What is said in a thread that nobody has taken yet is told to everybody on the
// line: a queue shows the first words as soon as they are there, whether or not
// they came in one transaction with the thread.
func TestQueueHearsWhatIsSaid(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		thread, arc := open(t, h, ann, "arc", "a question"), h.Line("arc")
		l := rawOf(t, staff[0]).dial(t)
		told := make(chan uint64, 100)
		if err := l.send(wire.Encode(wire.List{RID: 1, Line: &arc, Live: true})); err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				f, err := l.next()
				if err != nil {
					return
				}
				if q, ok := f.(wire.Threads); ok {
					for _, s := range q.Threads {
						if s.Thread == thread {
							told <- s.Next
						}
					}
				}
			}
		}()
		last := func() (next uint64) {
			synctest.Wait()
			for len(told) > 0 {
				next = <-told
			}
			return next
		}
		before := last()
		must(t)(ann.Send(t.Context(), thread, text("and one thing more")))
		if got := last(); got != before+1 {
			t.Errorf("the line was told of %d entries, %d are there", got, before+1)
		}
	})
}
