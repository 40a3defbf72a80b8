package command

import (
	"context"
	"errors"
	"io"
	"time"

	"arcline/server/account"
	"arcline/server/desk"
	"arcline/server/hub"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/blob"
	"arcline/store/kv"
	"arcline/store/table"
)

// deskAct runs one act on a thread as work, and tells those it concerns.
func deskAct[In any](d *Door, ctx context.Context, c Caller, act string, id wire.ID, in In,
	fn func(*table.Tx, desk.Act, In) (store.Work, error), parts ...kv.Part) error {
	var w store.Work
	err := d.change(ctx, c, act, func(tx *table.Tx, st account.Standing, now time.Time) (err error) {
		w, err = fn(tx, desk.Act{Who: st, ID: store.ID(id), From: c.From, Now: now}, in)
		return err
	}, append(parts, kv.Own(store.PartThread(store.ID(id))))...)
	if err == nil {
		d.tellWork(w)
	}
	return err
}

// tellWork wakes whoever lists a thread whose work has changed.
func (d *Door) tellWork(w store.Work) {
	for _, p := range []store.ID{w.Opener, w.Holder, w.Offered} {
		if p != (store.ID{}) {
			d.hub.Notify(hub.Topic{Kind: hub.MineTopic, ID: p})
		}
	}
	d.hub.Notify(hub.Topic{Kind: hub.LineTopic, ID: w.Line})
}

// Wait says what a thread waits for.
func (d *Door) Wait(ctx context.Context, c Caller, id wire.ID, in wire.WaitAct) error {
	return deskAct(d, ctx, c, "POST /v1/threads/{thread}/wait", id, in, d.desk.Wait)
}

// Urgent asks that a thread goes first.
func (d *Door) Urgent(ctx context.Context, c Caller, id wire.ID, in wire.UrgentAct) error {
	return deskAct(d, ctx, c, "POST /v1/threads/{thread}/urgent", id, in, d.desk.Urgent)
}

// Review is what a lead says to that.
func (d *Door) Review(ctx context.Context, c Caller, id wire.ID, in wire.ReviewAct) error {
	return deskAct(d, ctx, c, "POST /v1/threads/{thread}/review", id, in, d.desk.Review)
}

// Suggest suggests a thread in line to somebody.
func (d *Door) Suggest(ctx context.Context, c Caller, id wire.ID, in wire.SuggestAct) error {
	return deskAct(d, ctx, c, "POST /v1/threads/{thread}/suggest", id, in, func(tx *table.Tx, a desk.Act, in wire.SuggestAct) (store.Work, error) {
		w, err := d.desk.Suggest(tx, a, in)
		if err == nil && w.Offered != (store.ID{}) {
			err = d.alerts.Raise(tx, w.Thread, w.Offered, store.AlertOffered, a.Now)
		}
		return w, err
	})
}

// Link ties two threads together or undoes it.
func (d *Door) Link(ctx context.Context, c Caller, id wire.ID, in wire.LinkAct) error {
	return deskAct(d, ctx, c, "POST /v1/threads/{thread}/link", id, in, d.desk.Link, kv.Own(store.PartThread(store.ID(in.Other))))
}

// MoveCall moves a call-back on.
func (d *Door) MoveCall(ctx context.Context, c Caller, id wire.ID, in wire.CallAct) error {
	return deskAct(d, ctx, c, "POST /v1/threads/{thread}/call/act", id, in, d.desk.MoveCall)
}

// Number is the number on file of whoever is called back. Who asks has called the
// number up with a second factor, and the thread's record says so.
func (d *Door) Number(ctx context.Context, c Caller, id wire.ID) (out wire.Number, err error) {
	err = d.change(ctx, c, "POST /v1/threads/{thread}/number", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.Number(tx, desk.Act{Who: st, ID: store.ID(id), From: c.From, Now: now})
		return err
	}, kv.Own(store.PartThread(store.ID(id))), kv.See(d.openerPart(ctx, id)))
	return out, err
}

// openerPart is the partition of whoever opened a thread, which never changes.
func (d *Door) openerPart(ctx context.Context, id wire.ID) string {
	part := store.PartSystem
	_ = d.st.View(ctx, func(tx *table.Tx) error {
		w, err := d.st.Work.Get(tx, store.ID(id))
		if err == nil {
			part = store.PartAccount(w.Opener)
		}
		return err
	})
	return part
}

// History lists what has happened to a thread as work.
func (d *Door) History(ctx context.Context, c Caller, id wire.ID) (out wire.WorkHistory, err error) {
	err = d.ask(ctx, c, "GET /v1/threads/{thread}/history", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.History(tx, desk.Act{Who: st, ID: store.ID(id), Now: now})
		return err
	})
	return out, err
}

// Desks lists how the lines answer.
func (d *Door) Desks(ctx context.Context, c Caller) (out wire.DeskList, err error) {
	err = d.ask(ctx, c, "GET /v1/desks", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.Desks(tx, st, now)
		return err
	})
	return out, err
}

// Shift is whether the caller is at work.
func (d *Door) Shift(ctx context.Context, c Caller) (out wire.Shift, err error) {
	err = d.ask(ctx, c, "GET /v1/shift", func(tx *table.Tx, st account.Standing, _ time.Time) error {
		out, err = d.desk.Shift(tx, st)
		return err
	})
	return out, err
}

// SetShift says that the caller is at work, away or off.
func (d *Door) SetShift(ctx context.Context, c Caller, in wire.Shift) error {
	var lines []store.ID
	err := d.change(ctx, c, "PUT /v1/shift", func(tx *table.Tx, st account.Standing, now time.Time) error {
		lines = st.RosterLines
		return d.desk.SetShift(tx, st, in, now)
	}, kv.Own(store.PartAccount(c.Grip.Account)))
	for _, l := range lines {
		d.hub.Notify(hub.Topic{Kind: hub.LineTopic, ID: l})
	}
	return err
}

// Staff lists who works on a line.
func (d *Door) Staff(ctx context.Context, c Caller, line wire.ID) (out wire.StaffList, err error) {
	err = d.ask(ctx, c, "GET /v1/lines/{line}/staff", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.Staff(tx, st, store.ID(line), now)
		return err
	})
	return out, err
}

// SetSkills says what somebody of a line is good at.
func (d *Door) SetSkills(ctx context.Context, c Caller, line wire.ID, in wire.SkillsAct) error {
	return d.change(ctx, c, "POST /v1/lines/{line}/skills", func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.desk.SetSkills(tx, st, store.ID(line), in, now)
	}, kv.Own(store.PartAccount(store.ID(in.Account))))
}

// Replies lists a line's saved replies.
func (d *Door) Replies(ctx context.Context, c Caller, line wire.ID) (out wire.SavedReplies, err error) {
	err = d.ask(ctx, c, "GET /v1/lines/{line}/replies", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.Replies(tx, st, store.ID(line), now)
		return err
	})
	return out, err
}

// KeepReply keeps one of them.
func (d *Door) KeepReply(ctx context.Context, c Caller, line wire.ID, in wire.SavedReply) error {
	return d.change(ctx, c, "PUT /v1/lines/{line}/replies", func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.desk.KeepReply(tx, st, store.ID(line), in, now)
	}, kv.Own(store.PartDesk(store.ID(line))))
}

// Tick does what the clock does at the desk; a job asks for it.
func (d *Door) Tick(ctx context.Context) error {
	if !d.people.Ready() {
		return nil
	}
	now := d.now()
	woken, err := d.desk.Wake(ctx, now)
	assigned, aerr := d.desk.Assign(ctx, now, func(tx *table.Tx, w store.Work) error {
		return d.alerts.Raise(tx, w.Thread, w.Offered, store.AlertOffered, now)
	})
	for _, w := range append(woken, assigned...) {
		d.tellWork(w)
	}
	return errors.Join(err, aerr)
}

// TellLate tells leads of what has become late; a job asks for it.
func (d *Door) TellLate(ctx context.Context) error {
	if !d.people.Ready() {
		return nil
	}
	now := d.now()
	late, waiting, err := d.desk.Late(ctx, now, func(tx *table.Tx, w store.Work) error {
		var errs []error
		for _, lead := range d.desk.Leads(w.Line) {
			errs = append(errs, d.alerts.Raise(tx, w.Thread, lead, store.AlertLate, now))
		}
		return errors.Join(errs...)
	})
	for _, w := range late {
		d.tellWork(w)
	}
	for _, opener := range waiting { // their places move with every thread that leaves the line
		d.hub.Notify(hub.Topic{Kind: hub.MineTopic, ID: opener})
	}
	return err
}

const (
	actPutCard = "PUT /v1/cards/{thread}/{card}"
	actGetCard = "GET /v1/cards/{thread}/{card}"
)

// PutCard stores a sealed consumer card, or a sealed telephone number, of a
// thread. A repeat with the same bytes is harmless.
func (d *Door) PutCard(ctx context.Context, c Caller, thread, card wire.ID, r io.Reader) (wire.File, error) {
	return d.putFile(ctx, c, actPutCard, thread, card, r, wire.MaxCard, true)
}

// GetCard opens a card for somebody who has just said in the thread, with a second
// factor, that they open it.
func (d *Door) GetCard(ctx context.Context, c Caller, thread, card wire.ID) (io.ReadSeekCloser, int64, error) {
	err := d.ask(ctx, c, actGetCard, func(tx *table.Tx, st account.Standing, now time.Time) error {
		return d.threads.GetCard(tx, st, store.ID(thread), store.ID(card), now)
	})
	if err != nil {
		return nil, 0, err
	}
	f, size, err := d.st.Blobs.Get(ctx, blobID(thread, card))
	if errors.Is(err, blob.ErrNotFound) {
		err = wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return f, size, err
}

// Plan answers how many people a line needs.
func (d *Door) Plan(ctx context.Context, c Caller, in wire.PlanAsk) (wire.Plan, error) {
	if err := d.ask(ctx, c, "POST /v1/plan", nothing); err != nil {
		return wire.Plan{}, err
	}
	return desk.Plan(in)
}

// Board is what a lead sees of a line now.
func (d *Door) Board(ctx context.Context, c Caller, line wire.ID) (out wire.Board, err error) {
	err = d.ask(ctx, c, "GET /v1/lines/{line}/board", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.Board(tx, st, store.ID(line), now)
		return err
	})
	return out, err
}

// Report is a line's numbers over a stretch of time.
func (d *Door) Report(ctx context.Context, c Caller, line wire.ID, in wire.ReportAsk) (out wire.Report, err error) {
	err = d.ask(ctx, c, "GET /v1/lines/{line}/report", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.Report(tx, st, store.ID(line), in, now)
		return err
	})
	return out, err
}

// Rows is one row for each thread of a stretch of time, as CSV.
func (d *Door) Rows(ctx context.Context, c Caller, line wire.ID, in wire.ReportAsk) (out []byte, err error) {
	err = d.ask(ctx, c, "GET /v1/lines/{line}/rows", func(tx *table.Tx, st account.Standing, now time.Time) error {
		out, err = d.desk.Rows(tx, st, store.ID(line), in, now)
		return err
	})
	return out, err
}
