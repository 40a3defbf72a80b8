package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// The types of a staff note's content.
const (
	TypeNote     = "note"
	TypeHandover = "handover" // why a thread goes to somebody else
)

// notes is the note log beside a thread, as this device has verified it. It is
// read from its beginning each time: notes are few, and the Go client keeps no
// thread either.
type notes struct {
	thread wire.ID
	state  *chain.Notes
	epochs
	events []Event
	sealed []sealedMessage
}

// notePin is which note log a thread has and how far it was seen: the service
// may show neither another one nor less of it.
type notePin struct {
	ID   envelope.ID   `json:"id"`
	Next uint64        `json:"next"`
	Head envelope.Hash `json:"head"`
}

const vaultNotes = "notes/"

// Note writes a staff note beside a thread. The assister's side never gets it.
// It is kept in the outbox like a message until it is stored.
func (c *Client) Note(ctx context.Context, thread wire.ID, text string) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryNote, Thread: thread, Content: &Content{Type: TypeNote, Text: text}})
}

// Reason writes why a thread is about to go to somebody else, as a staff note:
// whoever has it then receives the note with the history.
func (c *Client) Reason(ctx context.Context, thread wire.ID, text string) (Receipt, error) {
	return c.put(ctx, item{Kind: envelope.EntryNote, Thread: thread, Content: &Content{Type: TypeHandover, Text: text}})
}

// Notes lists the staff notes beside a thread, oldest first. For whoever is no
// staff, and where there are none, the list is empty.
func (c *Client) Notes(ctx context.Context, thread wire.ID) ([]Event, error) {
	if !chain.Staff(c.Role()) {
		return nil, nil
	}
	l, err := c.syncNotes(ctx, thread)
	if IsCode(err, wire.CodeNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t, err := c.thread(thread)
	if err != nil {
		return nil, err
	}
	state := t.State()
	if err := l.state.Fits(&state); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	return slices.DeleteFunc(l.events, func(ev Event) bool { return ev.Kind != envelope.EntryNote }), nil
}

// WithNotes is a thread's events and the staff notes beside it in one list, by
// the time at which each was stored.
func WithNotes(events, notes []Event) []Event {
	out := slices.Concat(events, notes)
	slices.SortStableFunc(out, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	return out
}

// syncNotes reads and verifies the note log beside a thread.
func (c *Client) syncNotes(ctx context.Context, thread wire.ID) (*notes, error) {
	k, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	in := newInbox()
	key := logKey{thread, true}
	k.subscribe(key, in)
	defer k.unsubscribe(key, in)
	f, err := k.call(ctx, func(rid uint32) wire.ClientFrame { return wire.Sync{RID: rid, Thread: thread, Notes: true} })
	if err != nil {
		return nil, err
	}
	var pin notePin
	if err := loadJSON(c.vault, vaultNotes+thread.String(), &pin); err != nil && !errors.Is(err, ErrNothing) {
		return nil, err
	}
	l := &notes{thread: thread, epochs: newEpochs()}
	held := in.take()
	slices.SortStableFunc(held, func(a, b wire.Stored) int { return cmp.Compare(a.Index, b.Index) })
	for _, s := range held {
		if l.state != nil && s.Index < l.state.Next {
			continue // another reader on this connection asked for it too
		}
		if err := c.feedNote(ctx, l, s, pin); err != nil {
			return nil, err
		}
	}
	if l.state == nil {
		l.state = chain.NewNotes(envelope.ID(uuid.New()))
	}
	if s, ok := f.(wire.Synced); !ok || l.state.Next != s.Next || l.state.Next < pin.Next || pin.Next > 0 && l.state.ID != pin.ID {
		return nil, fmt.Errorf("%w: the end of a thread's notes is missing, or they are others", ErrAlarm)
	}
	if l.state.Next > pin.Next {
		return l, saveJSON(c.vault, vaultNotes+thread.String(), notePin{l.state.ID, l.state.Next, l.state.Head})
	}
	return l, nil
}

func (c *Client) feedNote(ctx context.Context, l *notes, s wire.Stored, pin notePin) error {
	e := envelope.Entry{Head: s.Entry.Head, Sig: s.Entry.Sig, Body: s.Entry.Body}
	h, err := envelope.DecodeHead(e.Head)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	if l.state == nil {
		l.state = chain.NewNotes(h.Thread)
	}
	if err := c.catchUp(ctx, h, chain.Thread{Line: l.state.Line, Claimer: l.state.Holder}); err != nil {
		return err
	}
	ev := Event{Index: s.Index, At: s.At, Kind: h.Type, Account: wire.ID(h.Acct), Name: c.nameOf(h.Acct), StaffOnly: true}
	after, _, err := l.state.Apply(e, c.book)
	if err != nil {
		if errors.Is(err, chain.ErrOrder) {
			return fmt.Errorf("%w: %w", ErrAlarm, err)
		}
		ev.Refused = err.Error()
		if after, err = l.state.Reject(e, c.book); err != nil {
			return fmt.Errorf("%w: %w", ErrAlarm, err)
		}
	}
	if pin.Next == after.Next && pin.Head != after.Head || h.Type == envelope.EntryNotes && ev.Refused == "" && h.About != envelope.ID(l.thread) {
		return fmt.Errorf("%w: the notes of a thread were changed, or are another's", ErrAlarm)
	}
	if ev.Refused == "" {
		c.openNote(l, h, e, s.Boxes, &ev)
	}
	l.state, l.events = after, append(l.events, ev)
	return nil
}

func (c *Client) openNote(l *notes, h envelope.Head, e envelope.Entry, boxes []wire.Box, ev *Event) {
	if h.Type == envelope.EntryNote {
		l.sealed = append(l.sealed, sealedMessage{h, e.Body, len(l.events)})
		ev.Content, ev.Unread = l.read(h, e.Body)
		return
	}
	k, err := envelope.DecodeKeys(envelope.PurposeEpoch, h.Keys)
	if err != nil {
		return
	}
	l.stmts[h.Epoch] = k
	ev.Readers = c.readersOf(k.Recipients)
	s, err := c.openEpoch(k, boxes)
	if err != nil {
		return
	}
	l.keys[h.Epoch] = s
	l.handedOver(h.Epoch)
	for _, m := range l.sealed {
		if l.events[m.event].Content == nil {
			l.events[m.event].Content, l.events[m.event].Unread = l.read(m.head, m.body)
		}
	}
}

// moving is the act that makes a thread's notes follow it, after an act that
// changes who has it. It waits in the outbox behind that act.
func (c *Client) moving(it item) (item, bool) {
	out := item{ID: wire.ID(uuid.New()), Kind: envelope.EntryNotes, Thread: it.Thread, Made: it.Made + 1}
	switch {
	case !chain.Staff(c.Role()):
		return out, false
	case it.Kind == envelope.EntryClaim:
		out.Account = wire.ID(c.me.Account)
	case it.Kind == envelope.EntryTransfer:
		out.Account = it.Account
	case it.Kind == envelope.EntryRequeue:
		out.Line = it.Line
	default:
		return out, false
	}
	return out, true
}

// moveNotes makes a thread's notes follow it. Where there are none, or they are
// somebody else's to move, there is nothing to do.
func (c *Client) moveNotes(ctx context.Context, it item) (Receipt, error) {
	l, err := c.syncNotes(ctx, it.Thread)
	if err != nil {
		return Receipt{}, err
	}
	if l.state.Thread.IsZero() {
		return Receipt{}, nil
	}
	line, holder := l.state.Line, envelope.ID(it.Account)
	if !it.Line.IsZero() {
		line = envelope.ID(it.Line)
	}
	if l.state.Line == line && l.state.Holder == holder {
		return Receipt{}, nil
	}
	r, err := c.handNotes(ctx, l, it.ID, line, holder)
	if IsCode(err, wire.CodeStale) {
		err = fmt.Errorf("%w: the thread has gone on: %w", errMoot, err)
	}
	return r, err
}

// writeNote brings one note to the service: into the log as it stands if that
// is sealed to exactly those who may read now, else after saying who they are.
func (c *Client) writeNote(ctx context.Context, t *Thread, it item) (Receipt, error) {
	l, err := c.syncNotes(ctx, it.Thread)
	if err != nil {
		return Receipt{}, err
	}
	state := t.State()
	if err := l.state.Fits(&state); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrAlarm, err)
	}
	current, err := l.state.Current(c.viewSize(), c.book)
	if err != nil {
		return Receipt{}, err
	}
	if !current || !l.state.Follows(&state) {
		if _, err := c.handNotes(ctx, l, wire.ID(uuid.New()), state.Line, state.Claimer); err != nil {
			return Receipt{}, err
		}
		if l, err = c.syncNotes(ctx, it.Thread); err != nil {
			return Receipt{}, err
		}
	}
	tk, ok := l.keys[l.state.Epoch]
	if !ok {
		return Receipt{}, fmt.Errorf("%w: these notes are sealed to other people", errMoot)
	}
	plain, err := json.Marshal(it.Content)
	if err != nil {
		return Receipt{}, err
	}
	e, err := seal.Note(c.maker(), tk, c.notePlace(l, l.state.Epoch), plain)
	if err != nil {
		return Receipt{}, err
	}
	return c.post(ctx, t.ID, it.ID, e, nil, nil)
}

func (c *Client) notePlace(l *notes, epoch uint32) envelope.Place {
	c.learning.Lock()
	view := c.log.View
	c.learning.Unlock()
	return envelope.Place{Thread: l.state.ID, Epoch: epoch, Index: l.state.Next, Prev: l.state.Head, Time: c.nowMillis(), KTSize: view.Size, KTRoot: view.Root}
}

// handNotes says who may read the notes from here on.
func (c *Client) handNotes(ctx context.Context, l *notes, id wire.ID, line, holder envelope.ID) (Receipt, error) {
	e, boxes, err := c.sealNotes(ctx, l, line, holder)
	if err != nil {
		return Receipt{}, err
	}
	return c.post(ctx, l.thread, id, e, boxes, nil)
}

// sealNotes is handNotes without the sending.
func (c *Client) sealNotes(ctx context.Context, l *notes, line, holder envelope.ID) (envelope.Entry, []seal.Box, error) {
	none := envelope.Entry{}
	if err := c.learn(ctx, line, holder, l.state.Line, l.state.Holder); err != nil {
		return none, nil, err
	}
	epoch := uint32(0)
	var before *seal.Secret
	if !l.state.Thread.IsZero() {
		epoch = l.state.Epoch + 1
		tk, ok := l.keys[l.state.Epoch]
		if !ok {
			return none, nil, fmt.Errorf("%w: a colleague who had this thread before, or a lead, has to sign in once: the notes wait for them", errMoot)
		}
		before = &tk
	}
	h := envelope.Head{Type: envelope.EntryNotes, Place: c.notePlace(l, epoch), About: envelope.ID(l.thread), Line: line, Account: holder}
	h.Acct, h.Dev = c.me.Account, c.me.Device
	cred, err := c.book.Credential(c.me.Account, h.KTSize, h.Time)
	if err != nil {
		return none, nil, &Error{Problem: problem(wire.CodeNotCertified)}
	}
	readers, err := l.state.ReadersAfter(h, cred, c.book)
	if err != nil {
		return none, nil, fmt.Errorf("%w: %w", errMoot, err)
	}
	to, err := c.sealTo(readers)
	if err != nil {
		return none, nil, err
	}
	return seal.Epoch(c.maker(), h, seal.NewSecret(), before, to)
}
