package auditor

import (
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/server/wire"
)

// Whoever has the issuer's key and does not want to be an unknown name takes the
// number of somebody who is in the roster.
func TestCompareOneNumberTwice(t *testing.T) {
	w := chaintest.New(t)
	first := w.Person("Ann", chain.RoleNavigator)
	count := func(people ...*chaintest.Person) (n int) {
		a := &Auditor{book: w.Book}
		for _, p := range people {
			c := w.Credential(p, chain.RoleNavigator)
			c.Serial = p.Serial
			a.given = append(a.given, Given{Credential: c, Leaf: 1})
		}
		for _, f := range a.Compare([]Row{{Role: wire.RoleNavigator, ID: "A-0001", Name: "Ann"}}, w.Now) {
			if f.Kind == Twice {
				n++
			}
		}
		return n
	}
	if n := count(first, w.Person("Mallory", chain.RoleNavigator)); n != 1 {
		t.Errorf("%d findings for one number under two accounts", n)
	}
	if n := count(first, first); n != 0 {
		t.Errorf("control: %d findings for one person", n)
	}
}
