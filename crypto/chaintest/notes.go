package chaintest

import (
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
)

// Notes is a thread's note log with its epoch keys and boxes.
type Notes struct {
	W       *World
	About   envelope.ID
	State   *chain.Notes
	Entries []envelope.Entry
	Heads   []envelope.Head
	TK      map[uint32]seal.Secret
	Boxes   map[uint32][]seal.Box
}

// NewNotes is an empty note log about a thread.
func (w *World) NewNotes(about envelope.ID) *Notes {
	return &Notes{W: w, About: about, State: chain.NewNotes(NewID()), TK: map[uint32]seal.Secret{}, Boxes: map[uint32][]seal.Box{}}
}

// Place is where the next entry stands, seen by somebody up to date.
func (l *Notes) Place(epoch uint32) envelope.Place {
	return envelope.Place{Thread: l.State.ID, Epoch: epoch, Index: l.State.Next, Prev: l.State.Head, Time: l.W.Now, KTSize: l.W.Leaf, KTRoot: l.W.root()}
}

// Append applies an entry or returns why it was refused.
func (l *Notes) Append(e envelope.Entry) error {
	n, h, err := l.State.Apply(e, l.W.Book)
	if err != nil {
		return err
	}
	l.State, l.Entries, l.Heads = n, append(l.Entries, e), append(l.Heads, h)
	return nil
}

// Head names who may read from here on; a zero holder is the whole line.
func (l *Notes) Head(line, holder envelope.ID) envelope.Head {
	epoch := l.State.Epoch + 1
	if l.State.Thread.IsZero() {
		epoch = 0
	}
	return envelope.Head{Type: envelope.EntryNotes, Place: l.Place(epoch), About: l.About, Line: line, Account: holder}
}

// Readers are whom the entry must seal to.
func (l *Notes) Readers(p *Person, h envelope.Head) ([]seal.To, error) {
	h.Acct = p.ID
	cred, err := l.W.Book.Credential(p.ID, h.KTSize, h.Time)
	if err != nil {
		return nil, err
	}
	rs, err := l.State.ReadersAfter(h, cred, l.W.Book)
	if err != nil {
		return nil, err
	}
	to := make([]seal.To, len(rs))
	for i, r := range rs {
		box, err := l.W.BoxOf(r)
		if err != nil {
			return nil, err
		}
		if to[i], err = seal.Reader(r.Kind, r.ID, r.Gen, box); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// Hand says who may read from here on.
func (l *Notes) Hand(p *Person, line, holder envelope.ID) error {
	h := l.Head(line, holder)
	to, err := l.Readers(p, h)
	if err != nil {
		return err
	}
	return l.HandTo(p, h, to)
}

// HandTo is Hand for readers of the test's choosing.
func (l *Notes) HandTo(p *Person, h envelope.Head, to []seal.To) error {
	e, boxes, secret, err := l.Handing(p, h, to)
	if err != nil {
		return err
	}
	if err := l.Append(e); err != nil {
		return err
	}
	l.TK[h.Epoch], l.Boxes[h.Epoch] = secret, boxes
	return nil
}

// Handing makes the entry of a head without appending it.
func (l *Notes) Handing(p *Person, h envelope.Head, to []seal.To) (envelope.Entry, []seal.Box, seal.Secret, error) {
	var before *seal.Secret
	if s, ok := l.TK[l.State.Epoch]; ok {
		before = &s
	}
	secret := seal.NewSecret()
	e, boxes, err := seal.Epoch(p.Maker(), h, secret, before, to)
	return e, boxes, secret, err
}

// Note makes a note without appending it.
func (l *Notes) Note(p *Person, text string) envelope.Entry {
	e, err := seal.Note(p.Maker(), l.TK[l.State.Epoch], l.Place(l.State.Epoch), []byte(text))
	l.W.Must(err)
	return e
}

// Say appends a note.
func (l *Notes) Say(p *Person, text string) error { return l.Append(l.Note(p, text)) }
