package vectors

import (
	"fmt"

	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
)

// noted tries one entry of a note log: a note, or handing the log to somebody.
// A refused one is kept as a case of its own.
func (l *life) noted(n *chaintest.Notes, p *chaintest.Person) {
	if tk, begun := n.TK[n.State.Epoch]; begun && l.r.IntN(2) == 0 {
		e, err := seal.Note(p.Maker(), tk, n.Place(n.State.Epoch), []byte("a note"))
		l.Must(err)
		l.keptNote(n, e, n.Append(e))
		return
	}
	var holder envelope.ID
	if l.r.IntN(3) > 0 {
		holder = pick(l.r, l.people).ID
	}
	h := n.Head(l.lines[l.r.IntN(6)/5].ID, holder)
	to, err := n.Readers(p, h)
	if err != nil { // sealed to somebody all the same: the rules refuse it before
		a, aerr := l.Book.Account(p.ID)
		l.Must(aerr)
		g, _ := a.Generation(l.Leaf)
		r, rerr := seal.Reader(envelope.KindAccount, p.ID, g.Gen, g.Box)
		l.Must(rerr)
		to = []seal.To{r}
	}
	e, boxes, secret, err := n.Handing(p, h, to)
	l.Must(err)
	err = n.Append(e)
	if err == nil {
		n.TK[h.Epoch], n.Boxes[h.Epoch] = secret, boxes
	}
	l.keptNote(n, e, err)
}

func (l *life) keptNote(n *chaintest.Notes, e envelope.Entry, err error) {
	if err == nil || len(l.tries) >= 40 {
		return
	}
	l.tries = append(l.tries, *l.noteFile(reasonOf(err), n, n.Entries, e))
}

func (l *life) noteFile(expect string, n *chaintest.Notes, before []envelope.Entry, last envelope.Entry) *File {
	f := (&File{Expect: expect, What: "a random life", Kind: "notes"}).add("world", l.name+"-world.txt").add("notes", n.State.ID)
	for _, e := range before {
		f.entry3("entry", e)
	}
	return f.entry3("last", last)
}

// writeNotes writes the note logs with where they ended, and what opens them.
func (l *life) writeNotes() {
	for i, n := range l.notes {
		if len(n.Entries) == 0 {
			continue
		}
		end := len(n.Entries) - 1
		l.out[fmt.Sprintf("%s-notes-%d.txt", l.name, i)] = l.noteFile(OK, n, n.Entries[:end], n.Entries[end]).afterNotes(n.State).Encode()
		for at, h := range n.Heads {
			if h.Type == envelope.EntryNote {
				l.out[fmt.Sprintf("%s-note-%d-%d.txt", l.name, i, at)] = ok("message", "a note").add("key", n.TK[h.Epoch].Bytes()).
					add("head", n.Entries[at].Head).add("body", n.Entries[at].Body).add("plain", []byte("a note")).Encode()
			}
		}
	}
}
