package client

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
	"arcline/server/wire"
)

// What the desk knows of threads, and what is told to it. No content goes this
// way, and nothing here changes who can read.

// Desks lists how the lines answer that this person has to do with.
func (c *Client) Desks(ctx context.Context) ([]wire.DeskInfo, error) {
	var out wire.DeskList
	err := c.authed(ctx, "GET", "/v1/desks", nil, &out)
	return out.Desks, err
}

// Topic finds a topic of a line.
func (c *Client) Topic(ctx context.Context, line wire.ID, topic string) (wire.Topic, error) {
	desks, err := c.Desks(ctx)
	if err != nil {
		return wire.Topic{}, err
	}
	for _, d := range desks {
		if d.ID != line {
			continue
		}
		for _, t := range d.Desk.Topics {
			if t.ID == topic {
				return t, nil
			}
		}
	}
	return wire.Topic{}, &Error{Problem: problem(wire.CodeTopic)}
}

func (c *Client) onThread(ctx context.Context, thread wire.ID, act string, in any) error {
	return c.authed(ctx, "POST", "/v1/threads/"+thread.String()+"/"+act, in, nil)
}

// WorkHistory lists what has happened to a thread as work, oldest first.
func (c *Client) WorkHistory(ctx context.Context, thread wire.ID) ([]wire.WorkEvent, error) {
	var out wire.WorkHistory
	err := c.authed(ctx, "GET", "/v1/threads/"+thread.String()+"/history", nil, &out)
	return out.Events, err
}

// Wait says what a thread that we have waits for.
func (c *Client) Wait(ctx context.Context, thread wire.ID, in wire.WaitAct) error {
	return c.onThread(ctx, thread, "wait", in)
}

// Urgent asks that a thread goes first, with a reason of wire.UrgentReasons;
// without one it takes that back.
func (c *Client) Urgent(ctx context.Context, thread wire.ID, reason string) error {
	return c.onThread(ctx, thread, "urgent", wire.UrgentAct{Reason: reason})
}

// Review is what a lead says to an urgent thread.
func (c *Client) Review(ctx context.Context, thread wire.ID, agree bool) error {
	return c.onThread(ctx, thread, "review", wire.ReviewAct{Agree: agree})
}

// Suggest suggests a thread in line to somebody; to nobody: to all.
func (c *Client) Suggest(ctx context.Context, thread wire.ID, to *wire.ID) error {
	return c.onThread(ctx, thread, "suggest", wire.SuggestAct{To: to})
}

// Tie ties two threads together (link, merge) or undoes it (none).
func (c *Client) Tie(ctx context.Context, thread, other wire.ID, kind string) error {
	return c.onThread(ctx, thread, "link", wire.LinkAct{Other: other, Kind: kind})
}

// AskCall asks for a call-back in a thread: a message that holds the codes' secret
// and the number sealed, and tells the service, which knows no number. An empty
// number is the one on file. It keeps the thread's place in line.
func (c *Client) AskCall(ctx context.Context, f Factor, thread wire.ID, number string, slot int64) error {
	call, ask := NewCall(), wire.CallAsk{Number: "file", Slot: slot}
	it := item{Kind: envelope.EntryMessage, Thread: thread, Content: &Content{Type: "text", Call: &call}, Told: &wire.Told{CallBack: &ask}}
	if number == "" {
		_, err := c.put(ctx, it)
		return err
	}
	card, sealed, err := SealCard(thread, Card{Phone: number})
	if err != nil {
		return err
	}
	call.Number, ask.Number, ask.Card = &card, "sealed", &card.ID
	it.Flags, it.Cards = envelope.FlagIdentifiers, []Sealed{sealed}
	_, err = c.putWith(ctx, f, it)
	return err
}

// MoveCall moves a call-back on: accept, snooze or cancel; begin, reached, missed.
func (c *Client) MoveCall(ctx context.Context, thread wire.ID, do string, until int64) error {
	return c.onThread(ctx, thread, "call/act", wire.CallAct{Do: do, Until: until})
}

// NumberOnFile asks for the number on file of whoever is called, while an attempt
// is under way. The thread's record says that it was asked for.
func (c *Client) NumberOnFile(ctx context.Context, f Factor, thread wire.ID) (string, error) {
	var out wire.Number
	err := c.withFactor(ctx, f, "POST", "/v1/threads/"+thread.String()+"/number", nil, &out)
	return out.Number, err
}

// Spoke records that the consumer was on the line: sealed in the thread which
// identifiers were verified and which warnings were read, and told with it to the
// service how many.
func (c *Client) Spoke(ctx context.Context, thread wire.ID, in Spoke) error {
	_, err := c.Send(ctx, thread, Content{Type: "text", Spoke: &in})
	return err
}

// CallOf finds the newest call-back that was asked for in a thread.
func CallOf(t *Thread) (CallCard, bool) {
	events := t.Events()
	for i := len(events) - 1; i >= 0; i-- {
		if m := events[i].Content; m != nil && m.Call != nil {
			return *m.Call, true
		}
	}
	return CallCard{}, false
}

// Consumers lists whom a thread is about, with the newest answer to each.
func Consumers(t *Thread) (people []Consumer, answers map[wire.ID]Answer) {
	answers = map[wire.ID]Answer{}
	for _, ev := range t.Events() {
		if ev.Content == nil {
			continue
		}
		people = append(people, ev.Content.Consumers...)
		for _, a := range ev.Content.Answers {
			answers[a.Card] = a
		}
	}
	return people, answers
}

// Shift is whether this person is at work.
func (c *Client) Shift(ctx context.Context) (out wire.Shift, err error) {
	return out, c.authed(ctx, "GET", "/v1/shift", nil, &out)
}

// SetShift says so.
func (c *Client) SetShift(ctx context.Context, in wire.Shift) error {
	return c.authed(ctx, "PUT", "/v1/shift", in, nil)
}

// Staff lists who works on a line and what they have.
func (c *Client) Staff(ctx context.Context, line wire.ID) ([]wire.StaffRow, error) {
	var out wire.StaffList
	err := c.authed(ctx, "GET", "/v1/lines/"+line.String()+"/staff", nil, &out)
	return out.Staff, err
}

// SetSkills says what somebody of a line is good at.
func (c *Client) SetSkills(ctx context.Context, line, who wire.ID, skills []string) error {
	return c.authed(ctx, "POST", "/v1/lines/"+line.String()+"/skills", wire.SkillsAct{Account: who, Skills: skills}, nil)
}

// Plan asks how many people a line needs.
func (c *Client) Plan(ctx context.Context, in wire.PlanAsk) (out wire.Plan, err error) {
	return out, c.authed(ctx, "POST", "/v1/plan", in, &out)
}

// SavedReply is a line's saved reply.
type SavedReply struct {
	ID   wire.ID `json:"id"`
	Text string  `json:"text"` // its first line is its title; {words in braces} are fields to fill in

	version uint64
}

// Replies lists a line's saved replies. What this device cannot open is left out:
// it was sealed before this person came to the line.
func (c *Client) Replies(ctx context.Context, line wire.ID) ([]SavedReply, error) {
	rows, err := c.replyRows(ctx, line)
	if err != nil {
		return nil, err
	}
	var out []SavedReply
	for _, r := range rows {
		seed, have := c.secrets.Line[idKey(envelope.ID(line))][r.Gen]
		if len(r.Sealed) == 0 || !have {
			continue
		}
		text, err := vault.OpenReply(seal.SecretFrom(seed).RepliesKey(), envelope.ID(line), envelope.ID(r.Reply), r.Version, r.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open a saved reply: %w", err)
		}
		out = append(out, SavedReply{ID: r.Reply, Text: text, version: r.Version})
	}
	return out, nil
}

func (c *Client) replyRows(ctx context.Context, line wire.ID) ([]wire.SavedReply, error) {
	if err := c.learn(ctx, envelope.ID(line)); err != nil {
		return nil, err
	}
	var out wire.SavedReplies
	err := c.authed(ctx, "GET", "/v1/lines/"+line.String()+"/replies", nil, &out)
	return out.Replies, err
}

// KeepReply keeps a saved reply in the place of the one before; a zero id makes a
// new one, and an empty text takes it away. It is sealed to the line as it is now.
func (c *Client) KeepReply(ctx context.Context, line wire.ID, r SavedReply) error {
	rows, err := c.replyRows(ctx, line)
	if err != nil {
		return err
	}
	next := wire.SavedReply{Reply: r.ID, Version: 1}
	if r.ID.IsZero() {
		next.Reply = wire.ID(uuid.New())
	}
	for _, k := range rows {
		if k.Reply == next.Reply {
			next.Version = k.Version + 1
		}
	}
	x, err := c.book.Line(envelope.ID(line))
	if err != nil {
		return fmt.Errorf("keep a saved reply: %w", err)
	}
	g, ok := x.Generation(newest)
	seed, have := c.secrets.Line[idKey(envelope.ID(line))][g.Gen]
	if !ok || !have {
		return &Error{Problem: problem(wire.CodeForbidden)}
	}
	next.Gen = g.Gen
	if r.Text != "" {
		next.Sealed = vault.SealReply(seal.SecretFrom(seed).RepliesKey(), envelope.ID(line), envelope.ID(next.Reply), next.Version, r.Text)
	}
	return c.authed(ctx, "PUT", "/v1/lines/"+line.String()+"/replies", next, nil)
}

// Board is what a lead sees of a line now.
func (c *Client) Board(ctx context.Context, line wire.ID) (out wire.Board, err error) {
	return out, c.authed(ctx, "GET", "/v1/lines/"+line.String()+"/board", nil, &out)
}

func reportPath(line wire.ID, what string, q wire.ReportAsk) string {
	return fmt.Sprintf("/v1/lines/%s/%s?from=%d&to=%d&every=%d", line, what, q.From, q.To, q.Every)
}

// Report is a line's numbers over a stretch of time.
func (c *Client) Report(ctx context.Context, line wire.ID, q wire.ReportAsk) (out wire.Report, err error) {
	return out, c.authed(ctx, "GET", reportPath(line, "report", q), nil, &out)
}

// ReportRows is one row for each thread of a stretch of time, as CSV.
func (c *Client) ReportRows(ctx context.Context, line wire.ID, q wire.ReportAsk) ([]byte, error) {
	token, err := c.access(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := c.req.send(ctx, "GET", reportPath(line, "rows", q), token, "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxRows))
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrOffline, err)
	}
	return b, err
}

// maxRows bounds a report's rows, in bytes.
const maxRows = 256 << 20

// NameOf is the name that the agency's credential gives an account; its id where
// this device has not met it.
func (c *Client) NameOf(who wire.ID) string {
	if cred, ok := c.book.Known(envelope.ID(who)); ok {
		return cred.DisplayName
	}
	return who.String()
}

// CallCodes are the codes of the attempt to call that is under way; asker: this
// person is the one who is called.
func (c *Client) CallCodes(ctx context.Context, thread wire.ID) (codes Codes, asker bool, err error) {
	t, err := c.Sync(ctx, thread)
	if err != nil {
		return codes, false, err
	}
	call, there := CallOf(t)
	rows, err := c.Threads(ctx, nil)
	if err != nil {
		return codes, false, err
	}
	for _, r := range rows {
		if r.Thread == thread && there && r.Work != nil && r.Work.CallBack != nil && r.Work.CallBack.State == wire.CallNow {
			codes, err = SpokenCodes(thread, call, r.Work.CallBack.Attempt)
			return codes, t.State().Opener == c.me.Account, err
		}
	}
	return codes, false, &Error{Problem: problem(wire.CodeCallBack)}
}

// CallNumber is the number to call, while an attempt is under way: the sealed one,
// which is revealed, or the one on file.
func (c *Client) CallNumber(ctx context.Context, f Factor, thread wire.ID) (string, error) {
	t, err := c.Sync(ctx, thread)
	if err != nil {
		return "", err
	}
	if call, there := CallOf(t); there && call.Number != nil {
		card, err := c.OpenCard(ctx, f, thread, *call.Number)
		return card.Phone, err
	}
	return c.NumberOnFile(ctx, f, thread)
}
