package store

import "arcline/store/table"

// Keys of what is kept about signing in, in the account's partition.
type (
	// GuessKey names a bucket of failures by who tried: a device of the account,
	// or what else somebody has shown.
	GuessKey struct{ Account, By ID }
	// BoundKey numbers the authenticators of an account as they were bound.
	BoundKey struct {
		Account ID
		N       uint64
	}
)

// Guesses are the failed tries of one device of an account, over all factors
// together. Times are Unix milliseconds.
type Guesses struct {
	Failures []int64 `json:"failures"` // of the last day, at most a day's allowance
	Locked   int64   `json:"locked"`   // no try is looked at until then
	Total    int     `json:"total"`    // in a row
}

// Bound is one line of the history of an account's authenticators: what could
// be used to sign in, since when, and until when. No line is ever removed, and
// none holds a secret. Times are Unix milliseconds.
type Bound struct {
	Kind  string `json:"kind"` // "password" or "app"
	ID    ID     `json:"id"`   // of an app's seed: the seed is sealed under it
	At    int64  `json:"at"`
	By    ID     `json:"by"`   // account that bound it
	From  string `json:"from"` // address that it was bound from
	Ended int64  `json:"ended"`
	Why   string `json:"why"`
}

func (t *tables) addSignIn() {
	t.Guesses = table.New(t.schema, table.Spec[GuessKey, Guesses]{Name: "failed tries", Tag: 60, Part: func(k GuessKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k GuessKey) { w.ID(k.By) },
		ParseKey: func(r *table.KeyReader) GuessKey { return GuessKey{partID(r), r.ID()} }})
	t.Bound = table.New(t.schema, table.Spec[BoundKey, Bound]{Name: "history of authenticators", Tag: 61, Part: func(k BoundKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k BoundKey) { w.U64(k.N) },
		ParseKey: func(r *table.KeyReader) BoundKey { return BoundKey{partID(r), r.U64()} }})
}
