package server_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/crypto/envelope"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/table"
)

// texts are the notes that somebody reads beside a thread.
func notesOf(t *testing.T, p *arctest.Person, id wire.ID) (out []string) {
	t.Helper()
	_, err := p.Sync(t.Context(), id)
	ok(t, err)
	notes, err := p.Notes(t.Context(), id)
	ok(t, err)
	for _, ev := range notes {
		if ev.Content != nil {
			out = append(out, ev.Content.Type+" "+ev.Content.Text)
		} else {
			out = append(out, "unread")
		}
	}
	return out
}

func noted(t *testing.T, p *arctest.Person, id wire.ID, want ...string) {
	t.Helper()
	if got := notesOf(t, p, id); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%s reads %q, not %q", p.Name, got, want)
	}
}

// readNotes asks for the notes beside a thread on a raw line.
func readNotes(l *line, id wire.ID) (out []wire.Stored, code wire.Code) {
	l.t.Helper()
	return l.sync(wire.Sync{RID: 78, Thread: id, Notes: true})
}

// A note is written while a thread waits, follows it through claim, hand-over,
// another line and back, and is read by whoever has it and by nobody else.
func TestNotesFollowTheThread(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		sam, eva := staff[0], staff[1]
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		ok(t, lead.AuditBoxes(t.Context()))
		id := open(t, h, ann, "arc", "a question")
		must(t)(eva.Note(t.Context(), id, "while it waits"))
		noted(t, sam, id, "note while it waits")
		must(t)(sam.Claim(t.Context(), id))
		noted(t, sam, id, "note while it waits")
		must(t)(sam.Note(t.Context(), id, "called back"))
		if got, err := eva.Notes(t.Context(), id); len(got) != 0 || err != nil {
			t.Error("a member reads the notes of a claimed thread:", got, err)
		}
		noted(t, lead, id, "note while it waits", "note called back")
		must(t)(lead.Note(t.Context(), id, "well done"))
		must(t)(sam.Reason(t.Context(), id, "on leave"))
		must(t)(sam.Offer(t.Context(), id, eva.ID))
		must(t)(sam.Transfer(t.Context(), id, eva.ID))
		all := []string{"note while it waits", "note called back", "note well done", "handover on leave"}
		noted(t, eva, id, all...)
		must(t)(eva.Note(t.Context(), id, "taken over"))
		must(t)(eva.Release(t.Context(), id, wire.ID{}, true))
		noted(t, sam, id, append(all, "note taken over")...)
		for _, p := range []*arctest.Person{sam, eva} {
			if w, err := p.Waiting(); w != 0 || err != nil {
				t.Error(w, "acts still wait", err)
			}
		}
		if _, err := ann.Note(t.Context(), id, "x"); !client.IsCode(err, wire.CodeForbidden) && !client.IsCode(err, wire.CodeNotFound) {
			t.Error("the assister writes a note:", err)
		}
	})
}

// Where nobody of the staff moved the notes along, since the assister finished
// the hand-over, the successor reads none of before and writes none; as soon as
// a lead's device has been on, both are possible.
func TestNotesWaitForWhoeverMayMoveThem(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam", "eva")
		sam, eva := staff[0], staff[1]
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		ok(t, lead.AuditBoxes(t.Context()))
		id := open(t, h, ann, "arc", "a question")
		must(t)(sam.Claim(t.Context(), id))
		must(t)(sam.Note(t.Context(), id, "of before"))
		must(t)(sam.Offer(t.Context(), id, eva.ID))
		must(t)(ann.Transfer(t.Context(), id, eva.ID))
		noted(t, eva, id, "unread")
		if _, err := eva.Note(t.Context(), id, "too early"); err == nil || client.IsCode(err, wire.CodeInternal) {
			t.Error("the successor moves notes that are not theirs:", err)
		}
		must(t)(lead.Note(t.Context(), id, "moved along"))
		noted(t, eva, id, "note of before", "note moved along")
		must(t)(eva.Note(t.Context(), id, "mine now"))
		noted(t, lead, id, "note of before", "note moved along", "note mine now")
		if got, err := sam.Notes(t.Context(), id); len(got) != 0 || err != nil {
			t.Error("who let go still reads:", got, err)
		}
	})
}

// The assister's side is never served a note, whatever it asks; nobody is who
// is not at the thread. The holder, who asks the same, is the control.
func TestNotesNeverServed(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		h.Staffed("broker", "kim")
		sam := staff[0]
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "a question")
		must(t)(sam.Claim(t.Context(), id))
		must(t)(sam.Note(t.Context(), id, "for us"))
		control, code := readNotes(rawOf(t, sam).dial(t), id)
		if code != "" || len(control) != 2 || len(control[0].Boxes) == 0 {
			t.Fatalf("control: the holder is served %d entries, %q", len(control), code)
		}
		head, err := envelope.DecodeHead(control[0].Entry.Head)
		ok(t, err)
		log := wire.ID(head.Thread)
		for who, p := range map[string]*arctest.Person{"the opener": ann, "a member without the thread": staff[1], "staff of another line": h.Person("kit", wire.RoleSpecialist, "Kit", "broker"),
			"another assister": h.Person("abe", wire.RoleNavigator, "Abe", "arc"), "the registrar": h.Registrar} {
			l := rawOf(t, p).dial(t)
			for _, asked := range []wire.ID{id, log} {
				if got, code := readNotes(l, asked); len(got) != 0 || code == "" {
					t.Errorf("%s is served %d note entries, %q", who, len(got), code)
				}
			}
			if got, _ := l.read(log, 0); len(got) != 0 {
				t.Errorf("%s reads the log as a thread: %d", who, len(got))
			}
		}
		// What the opener is served and told of the thread holds nothing of the log.
		l := rawOf(t, ann).dial(t)
		got, _ := l.read(id, 0)
		for _, s := range got {
			if h, err := envelope.DecodeHead(s.Entry.Head); err != nil || h.Type.OfNotes() {
				t.Error("a note among the opener's entries", err)
			}
		}
		before, err := ann.Threads(t.Context(), nil)
		ok(t, err)
		must(t)(sam.Note(t.Context(), id, "more"))
		if after, err := ann.Threads(t.Context(), nil); err != nil || after[0].Next != before[0].Next || after[0].Changed != before[0].Changed {
			t.Error("the opener's list shows that a note was written")
		}
	})
}

// Whoever follows the notes hears of a new one at once; the assister, who follows
// the thread, hears nothing.
func TestNotesLive(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		lead, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		ok(t, lead.AuditBoxes(t.Context()))
		id := open(t, h, ann, "arc", "a question")
		must(t)(staff[0].Claim(t.Context(), id))
		follows := rawOf(t, lead).dial(t)
		if f, is := follows.ask(wire.Sync{RID: 1, Thread: id, Notes: true, Live: true}).(wire.Synced); !is || !f.Notes || f.Next != 0 {
			t.Fatalf("following the notes: %+v", f)
		}
		hers := rawOf(t, ann).dial(t)
		got, code := hers.read(id, 0)
		if code != "" || hers.code(wire.Sync{RID: 2, Thread: id, From: uint64(len(got)), Live: true}) != "" {
			t.Fatal("following the thread:", code)
		}
		must(t)(staff[0].Note(t.Context(), id, "for us"))
		must(t)(staff[0].Send(t.Context(), id, text("for her")))
		for next := uint64(0); next < 2; {
			f, is := follows.must().(wire.Entries)
			if !is || !f.Notes || f.Entries[0].Index != next {
				t.Fatalf("whoever follows the notes hears %+v", f)
			}
			next += uint64(len(f.Entries))
		}
		f, is := hers.must().(wire.Entries)
		if !is || f.Notes || f.Entries[0].Index != uint64(len(got)) {
			t.Errorf("the assister hears %+v first", f)
		}
	})
}

// The service looks at log and thread together: notes for somebody who has not
// the thread, a second log, a note of another thread's log, and a note after the
// thread went on are refused. Each has the honest entry as its control.
func TestNotesBesideTheThread(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam", "eva")
		sam, eva := staff[0], staff[1]
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id, other := open(t, h, ann, "arc", "one"), open(t, h, ann, "arc", "two")
		must(t)(sam.Claim(t.Context(), id))
		must(t)(sam.Claim(t.Context(), other))
		l := rawOf(t, sam).dial(t)
		first := func(about, line, holder wire.ID) wire.Append {
			f, err := sam.SealNotes(t.Context(), about, line, holder)
			ok(t, err)
			return f
		}
		line := h.Line("arc")
		if code := l.code(first(id, line, eva.ID)); code != wire.CodeStale {
			t.Error("notes for somebody who has not the thread:", code)
		}
		if code := l.code(first(id, line, wire.ID{})); code != wire.CodeStale {
			t.Error("notes for the whole line while one has the thread:", code)
		}
		moved := first(id, line, sam.ID)
		moved.Thread = other
		if code := l.code(moved); code != wire.CodeWrongThread {
			t.Error("notes under another thread's name:", code)
		}
		honest := first(id, line, sam.ID)
		if code := l.code(honest); code != "" {
			t.Fatal("control: the first entry of the log:", code)
		}
		if code := l.code(honest); code != "" {
			t.Error("the same request again:", code)
		}
		if got, _ := readNotes(l, id); len(got) != 1 {
			t.Error("a repeated request stored", len(got))
		}
		if code := l.code(first(id, line, sam.ID)); code != wire.CodeConflict {
			t.Error("a second log for one thread:", code)
		}
		must(t)(sam.Note(t.Context(), id, "in its place"))
		must(t)(sam.Note(t.Context(), other, "in the other"))
		noted(t, sam, id, "note in its place")
		noted(t, sam, other, "note in the other")
	})
}

// A note is nowhere in what the service has, like a message.
func TestNotesCanary(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		word := "note-" + rand.Text()
		must(t)(staff[0].Note(t.Context(), id, word))
		noted(t, staff[0], id, "note "+word)
		var snapshot strings.Builder
		_, err := h.Server.Store().Snapshot(t.Context(), &snapshot)
		ok(t, err)
		if n := planted([]byte(snapshot.String()), word); n > 0 {
			t.Error("the service holds the note's text")
		}
		if !strings.Contains(snapshot.String(), string(id[:])) || planted([]byte("x"+word), word) == 0 {
			t.Error("control: the snapshot does not hold the thread, or the search finds nothing")
		}
	})
}

// How a thread ended is in the service's row while it is closed, and gone when a
// message opens it again.
func TestOutcomeInTheRow(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		id := open(t, h, ann, "arc", "x")
		must(t)(staff[0].Claim(t.Context(), id))
		must(t)(staff[0].CloseThread(t.Context(), id, envelope.OutcomeDuplicate))
		if row := threadRow(t, h, id); row.Outcome != byte(envelope.OutcomeDuplicate) || row.State != "closed" {
			t.Error("closed:", row.State, row.Outcome)
		}
		must(t)(ann.Send(t.Context(), id, text("one more thing")))
		if row := threadRow(t, h, id); row.Outcome != 0 || row.State != "claimed" {
			t.Error("opened again:", row.State, row.Outcome)
		}
	})
}

func threadRow(t *testing.T, h *arctest.House, id wire.ID) (row store.Thread) {
	t.Helper()
	st := h.Server.Store()
	ok(t, st.View(t.Context(), func(tx *table.Tx) (err error) {
		row, err = st.Threads.Get(tx, store.ID(id))
		return err
	}))
	return row
}
