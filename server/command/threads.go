package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"arcline/server/account"
	"arcline/server/desk"
	"arcline/server/hub"
	"arcline/server/thread"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/blob"
	"arcline/store/kv"
	"arcline/store/table"
)

// Result is the answer to one append of a batch.
type Result struct {
	Posted wire.Posted
	Err    error
}

// Append puts entries at the end of their threads. The entries of one caller
// that wait together share one transaction; each succeeds or fails alone, and
// an entry that fails has written nothing.
func (d *Door) Append(ctx context.Context, c Caller, frames []wire.Append) []Result {
	out := make([]Result, len(frames))
	prepared := make([]thread.Prepared, len(frames))
	ready := make([]bool, len(frames))
	parts := make([]kv.Part, 0, len(frames)+1)
	spend := false // an attestation is used up: the account's rows change
	for i, f := range frames {
		out[i].Posted.RID = f.RID
		if _, err := allow("append "+string(f.Kind), c.Grip.Role); err != nil {
			out[i].Err = err
			continue
		}
		p, err := d.threads.Prepare(c.Grip.Account, c.Grip.Device, f)
		if err != nil {
			out[i].Err = err
			continue
		}
		prepared[i], ready[i] = p, true
		spend = spend || len(p.Head.Attest) > 0
		if f.Kind == wire.KindOutreach { // the standing of whoever is written to is asked
			parts = append(parts, kv.See(store.PartAccount(store.ID(p.Head.Account))))
		}
		parts = append(parts, kv.Own(store.PartThread(store.ID(f.Thread)))) // a note log lies in its thread's partition
		parts = append(parts, toldParts(d.st, f.Told)...)
	}
	if len(parts) == 0 {
		return out
	}
	if spend {
		parts = append(parts, kv.Own(store.PartAccount(c.Grip.Account)))
	} else {
		parts = append(parts, kv.See(store.PartAccount(c.Grip.Account)))
	}
	changed := make([]thread.Changed, len(frames))
	now := d.now()
	err := d.st.Update(ctx, func(tx *table.Tx) error {
		for i := range prepared {
			if ready[i] {
				out[i].Posted, changed[i], out[i].Err = d.appendOne(tx, c, prepared[i], now)
				if fatal(out[i].Err) {
					return out[i].Err
				}
			}
		}
		return nil
	}, parts...)
	for i := range out {
		switch {
		case !ready[i]:
		case err != nil:
			out[i].Err = outcome(err)
		case out[i].Err == nil && !changed[i].Again:
			d.tell(store.ID(frames[i].Thread), changed[i])
		}
	}
	return out
}

// toldParts are the partitions that an entry needs for what is told with it.
func toldParts(st *store.Store, told *wire.Told) (out []kv.Part) {
	if told == nil {
		return nil
	}
	if told.From != nil {
		out = append(out, kv.Own(store.PartThread(store.ID(*told.From))))
	}
	if told.CallBack != nil && told.CallBack.Slot != 0 {
		out = append(out, kv.See(st.BySlot.Part()))
	}
	return out
}

// fatal errors are not refusals: something may have been written before them,
// so the whole transaction is given up.
func fatal(err error) bool {
	return err != nil && wire.CodeOf(err) == wire.CodeInternal
}

func (d *Door) appendOne(tx *table.Tx, c Caller, p thread.Prepared, now time.Time) (wire.Posted, thread.Changed, error) {
	act := "append " + string(p.Frame.Kind)
	st, err := d.enter(tx, c, act, now)
	if err != nil {
		return wire.Posted{}, thread.Changed{}, err
	}
	if posted, again, err := d.threads.Again(tx, p); err != nil || again {
		return posted, thread.Changed{Again: true}, err
	}
	if err := d.desk.Check(tx, desk.Move{Who: st, Head: p.Head, Told: p.Frame.Told, Now: now}); err != nil {
		return wire.Posted{}, thread.Changed{}, err
	}
	if len(p.Head.Attest) == 0 {
		return d.put(tx, c, st, p, now)
	}
	factor, err := d.sessions.CheckStepUp(tx, c.Grip, string(p.Head.Attest), act, p.Frame.Thread.String(), now)
	if err != nil {
		return wire.Posted{}, thread.Changed{}, err
	}
	posted, ch, err := d.put(tx, c, st, p, now)
	if err != nil {
		return posted, ch, err
	}
	return posted, ch, d.sessions.Spend(tx, factor)
}

// put puts an entry into its thread and writes down what it means at the desk.
func (d *Door) put(tx *table.Tx, c Caller, st account.Standing, p thread.Prepared, now time.Time) (wire.Posted, thread.Changed, error) {
	posted, ch, err := d.threads.Append(tx, st, p, c.From, now)
	if err != nil {
		return posted, ch, err
	}
	if err := d.desk.Took(tx, desk.Move{Who: st, Head: p.Head, Told: p.Frame.Told, From: c.From, Now: now, Change: ch}); err != nil {
		return posted, ch, written(err)
	}
	return posted, ch, d.alerts.Said(tx, ch, p.Head, now)
}

// written makes a refusal fatal that comes when the entry is written already:
// refused alone, it would stay in the thread while its maker is told that it did not.
func written(err error) error {
	return fmt.Errorf("after the entry was written: %s", err.Error())
}

// tell wakes whoever waits for what has changed. It runs after the commit.
func (d *Door) tell(id store.ID, ch thread.Changed) {
	if ch.Notes {
		d.hub.Notify(hub.Topic{Kind: hub.NotesTopic, ID: id})
		return
	}
	d.hub.Notify(hub.Topic{Kind: hub.ThreadTopic, ID: id})
	people := []store.ID{ch.After.Opener, ch.After.Claimer, ch.Before.Claimer, ch.After.Offer}
	for i, p := range people {
		if p == (store.ID{}) || i == 2 && p == ch.After.Claimer {
			continue
		}
		d.hub.Notify(hub.Topic{Kind: hub.MineTopic, ID: p})
	}
	// What is said in a thread that nobody has taken yet is news for the whole line.
	if !ch.Moved && ch.After.State != string(wire.StateOpen) {
		return
	}
	d.hub.Notify(hub.Topic{Kind: hub.LineTopic, ID: ch.After.Line})
	if ch.Before.Line != ch.After.Line && ch.Before.Line != (store.ID{}) {
		d.hub.Notify(hub.Topic{Kind: hub.LineTopic, ID: ch.Before.Line})
	}
}

// Open writes into a thread's audit chain that the caller opened it, or its
// notes, before any of it is served.
func (d *Door) Open(ctx context.Context, c Caller, id wire.ID, notes bool) error {
	return d.change(ctx, c, reading(notes), func(tx *table.Tx, st account.Standing, now time.Time) error {
		if notes {
			return d.threads.OpenedNotes(tx, st, store.ID(id), c.From, now)
		}
		return d.threads.Opened(tx, st, store.ID(id), c.From, now)
	}, kv.Own(store.PartThread(store.ID(id))))
}

// reading names the row of the permission table for reading a thread or its notes.
func reading(notes bool) string {
	if notes {
		return "sync notes"
	}
	return "sync"
}

// Read returns entries of a thread, or of its notes, from an index on. The
// caller's standing and place in the thread are checked at every read.
func (d *Door) Read(ctx context.Context, c Caller, id wire.ID, notes bool, from uint64) (out []wire.Stored, next uint64, more bool, err error) {
	err = d.ask(ctx, c, reading(notes), func(tx *table.Tx, st account.Standing, now time.Time) error {
		if notes {
			out, next, more, err = d.threads.ReadNotes(tx, st, store.ID(id), from, now)
			return err
		}
		out, next, more, err = d.threads.Read(tx, st, store.ID(id), from, now)
		return err
	})
	return out, next, more, err
}

// List returns the caller's own threads, or those of a line.
func (d *Door) List(ctx context.Context, c Caller, line *wire.ID) (out []wire.Summary, err error) {
	err = d.ask(ctx, c, "list", func(tx *table.Tx, st account.Standing, now time.Time) error {
		if line == nil {
			out, err = d.threads.Mine(tx, c.Grip.Account)
		} else {
			out, err = d.threads.OfLine(tx, st, store.ID(*line), now)
		}
		look := d.desk.Look(tx, now, d.alerts.Out)
		for i := range out {
			if err != nil {
				return err
			}
			out[i].Work, err = look.Show(store.ID(out[i].Thread))
		}
		return err
	})
	return out, err
}

func blobID(thread, file wire.ID) (id blob.ID) {
	copy(id[:16], thread[:])
	copy(id[16:], file[:])
	return id
}

const (
	actPutFile = "PUT /v1/files/{thread}/{file}"
	actGetFile = "GET /v1/files/{thread}/{file}"
)

// PutFile stores a sealed file of a thread. A repeat with the same bytes is
// harmless.
func (d *Door) PutFile(ctx context.Context, c Caller, thread, file wire.ID, r io.Reader) (wire.File, error) {
	return d.putFile(ctx, c, actPutFile, thread, file, r, wire.MaxFile, false)
}

// putFile stores a file, or with card one that is handed out only after a reveal.
func (d *Door) putFile(ctx context.Context, c Caller, act string, thread, file wire.ID, r io.Reader, most int64, card bool) (wire.File, error) {
	err := d.ask(ctx, c, act, func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.threads.MayWrite(tx, st, store.ID(thread), now)
	})
	if err != nil {
		return wire.File{}, err
	}
	size, sum, err := d.st.Blobs.Put(ctx, blobID(thread, file), r, most)
	if errors.Is(err, blob.ErrTooLarge) {
		return wire.File{}, wire.Refuse(wire.CodeTooLarge)
	}
	if err != nil && !errors.Is(err, blob.ErrExists) {
		return wire.File{}, err
	}
	err = d.change(ctx, c, act, func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.threads.PutFile(tx, st, store.ID(thread), store.ID(file),
			store.File{Size: size, Hash: sum, By: c.Grip.Account, At: now.UnixMilli(), Card: card}, c.From)
	}, kv.Own(store.PartThread(store.ID(thread))))
	return wire.File{ID: file, Size: size}, err
}

// GetFile opens a sealed file for somebody its thread is served to.
func (d *Door) GetFile(ctx context.Context, c Caller, thread, file wire.ID) (io.ReadSeekCloser, int64, error) {
	err := d.ask(ctx, c, actGetFile, func(tx *table.Tx, st account.Standing, now time.Time) error {
		_, err := d.threads.GetFile(tx, st, store.ID(thread), store.ID(file), now)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	f, size, err := d.st.Blobs.Get(ctx, blobID(thread, file))
	if errors.Is(err, blob.ErrNotFound) {
		err = wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return f, size, err
}

// Doing notes that the caller is at a thread of a line that they work on, and
// tells their colleagues. who is the connection that says so.
func (d *Door) Doing(ctx context.Context, c Caller, who any, f wire.Doing) error {
	var at hub.Present
	err := d.ask(ctx, c, "doing", func(tx *table.Tx, st account.Standing, now time.Time) error {
		if f.Thread != nil {
			at = hub.Present{Thread: *f.Thread, Account: c.Grip.Account, Writing: f.Writing}
		}
		return d.threads.At(tx, st, store.ID(f.Line), f.Thread, now)
	})
	if err == nil && d.presence.Say(f.Line, who, at, d.now()) {
		d.hub.Notify(hub.Topic{Kind: hub.PresentTopic, ID: f.Line})
	}
	return err
}

// Gone forgets where a connection said that its person is.
func (d *Door) Gone(who any) {
	for _, line := range d.presence.Gone(who) {
		d.hub.Notify(hub.Topic{Kind: hub.PresentTopic, ID: line})
	}
}

// Present lists who is at a line's threads now, for whoever was shown the line's
// list.
func (d *Door) Present(line wire.ID) wire.Present {
	out := wire.Present{Line: line, People: []wire.AtThread{}}
	for _, p := range d.presence.At(line, d.now()) {
		out.People = append(out.People, wire.AtThread{Thread: p.Thread, Account: p.Account, Writing: p.Writing})
	}
	return out
}
