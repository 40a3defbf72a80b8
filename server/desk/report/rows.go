package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"arcline/crypto/envelope"
	"arcline/store"
)

// Row is one thread of a table for other programs. It names nobody: what a person
// did is not what it is for.
type Row struct {
	Thread    store.ID
	Topic     string
	Urgent    string // code of the reason
	Consumers int
	Opened    time.Time
	Asked     time.Time     // first; zero: staff began it and nobody asked
	Answered  time.Time     // first; zero: not yet
	Took      time.Duration // open time from the question to the first answer
	Kept      string        // the promise of a first answer: yes, no; empty: none was made or it still runs
	Handled   time.Duration // open time during which somebody had it and it waited for the line
	Closed    time.Time     // last; zero: it is open
	Outcome   string        // of the last closing
	Handed    int           // hand-overs to a colleague
	Reopened  int
	Calls     int // calls back that were asked for
	Reached   int // of them, that reached the assister
}

// Rows are the threads opened in the range, in the order of q.Rows.
func Rows(q Ask) []Row {
	var out []Row
	for _, w := range q.Rows {
		opened := time.UnixMilli(w.Opened)
		if opened.Before(q.From) || !opened.Before(q.To) {
			continue
		}
		out = append(out, q.row(live(w, q.Now)))
	}
	return out
}

func (q Ask) row(l *life) Row {
	moment := func(at int64) time.Time {
		if at == 0 {
			return time.Time{}
		}
		return time.UnixMilli(at).In(q.Line.Hours.Zone())
	}
	w := l.work
	r := Row{Thread: w.Thread, Topic: w.Topic, Urgent: w.Urgent, Consumers: w.Consumers, Opened: moment(w.Opened), Asked: moment(l.arrived),
		Answered: moment(l.answered), Handed: l.handed, Reopened: len(l.reopened), Calls: l.calls[""], Reached: l.calls[callReached]}
	if l.replied != 0 && !l.outreach {
		took, kept, promised := q.answer(l)
		r.Took = took
		if promised {
			r.Kept = map[bool]string{true: "yes", false: "no"}[kept]
		}
	}
	for _, h := range l.handling {
		r.Handled += q.Line.Hours.Between(time.UnixMilli(h.from), time.UnixMilli(h.to))
	}
	if l.closed && len(l.endings) > 0 {
		last := l.endings[len(l.endings)-1]
		r.Closed, r.Outcome = moment(last.at), outcomes[last.outcome]
		if last.first && last.withdrawn {
			r.Outcome = "taken back"
		}
	}
	return r
}

var outcomes = map[envelope.Outcome]string{
	envelope.OutcomeNone: "not said", envelope.OutcomeAnswered: "answered", envelope.OutcomeNoAnswer: "no answer needed",
	envelope.OutcomeDuplicate: "duplicate", envelope.OutcomeWrongLine: "not for this line", envelope.OutcomeElsewhere: "solved another way",
}

var columns = []string{"thread", "topic", "urgent", "consumers", "opened", "asked", "first_answer", "seconds_to_answer", "promise_kept",
	"seconds_handled", "closed", "outcome", "hand_overs", "reopened", "calls_asked", "calls_reached"}

// Write writes rows as a CSV file for spreadsheets, with a first line of names.
// Times have their distance to UTC. A cell that a spreadsheet would take for a
// formula is told to be text.
func Write(to io.Writer, rows []Row) error {
	if _, err := io.WriteString(to, "\ufeff"); err != nil { // spreadsheets need it to read letters with accents
		return fmt.Errorf("write the table: %w", err)
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(columns); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	for _, r := range rows {
		if err := w.Write(r.cells()); err != nil {
			return fmt.Errorf("write the table: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

func (r Row) cells() []string {
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	seconds := func(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
	took := ""
	if !r.Answered.IsZero() {
		took = seconds(r.Took)
	}
	out := []string{fmt.Sprintf("%x", r.Thread), r.Topic, r.Urgent, strconv.Itoa(r.Consumers), moment(r.Opened), moment(r.Asked), moment(r.Answered), took, r.Kept,
		seconds(r.Handled), moment(r.Closed), r.Outcome, strconv.Itoa(r.Handed), strconv.Itoa(r.Reopened), strconv.Itoa(r.Calls), strconv.Itoa(r.Reached)}
	for i, c := range out {
		out[i] = cell(c)
	}
	return out
}

// formula are signs that make a cell a formula, or hide one, at its beginning; the
// wide ones are the same to some spreadsheets.
const formula = "=+-@\t\r\n|＝＋－＠"

func cell(s string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " "))
	if strings.ContainsRune(formula, first) {
		return "'" + s
	}
	return s
}
