package server_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
	"arcline/store"
	"arcline/store/kv"
	"arcline/store/table"
)

// Records: rows 30, 31 and 60.

// TestSec_30: whoever oversees sees that things happened and no word of what was
// said: every answer that a registrar, a records officer, an auditor or an agency
// administrator can get is searched for planted texts. Export by two persons is not
// built; there is no act by which one person reads another's thread.
func TestSec_30(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up")
		subject, body := "subject-"+rand.Text(), "body-"+rand.Text()
		r := must(t)(ann.OpenThread(t.Context(), h.Line("arc"), client.Content{Type: "text", Subject: subject, Text: body}))
		must(t)(staff[0].Claim(t.Context(), r.Thread))
		for _, role := range []wire.Role{wire.RoleRegistrar, wire.RoleRecords, wire.RoleAuditor, wire.RoleAgencyAdmin} {
			x := rawOf(t, h.Person("the-"+string(role), role, "Made-Up "+string(role)))
			got := 0
			for _, a := range append(slices.Clone(wire.Acts), wire.Act{Name: "GET /v1/log?from=0"}) {
				method, path, _ := strings.Cut(a.Name, " ")
				if method != "GET" || !strings.HasPrefix(path, "/") {
					continue
				}
				path = strings.NewReplacer("{thread}", r.Thread.String(), "{file}", r.Thread.String()).Replace(path)
				got += silent(t, string(role)+" "+path, x.do(t, "GET", path, nil, nil).body, subject, body)
			}
			q := wire.DirectoryQuery{Chains: []wire.ChainQuery{{Chain: ann.ID}, {Chain: h.Line("arc")}, {Chain: r.Thread}}}
			got += silent(t, string(role)+" the directory", x.do(t, "POST", "/v1/directory", wire.EncodeBody(q), nil).body, subject, body)
			l := x.dial(t)
			if all, code := l.read(r.Thread, 0); code != wire.CodeForbidden || len(all) != 0 {
				t.Errorf("%s reads the thread: %d entries, %q", role, len(all), code)
			}
			if got < 1000 {
				t.Errorf("%s got %d bytes in all: nothing was searched", role, got)
			}
		}
		th := sync(t, staff[0], r.Thread) // the control: the parties read it
		if c := th.Events()[0].Content; c == nil && !slices.Contains(texts(t, th), body) || planted([]byte(subject+body), subject, body) != 2 {
			t.Error("the texts were not planted")
		}
	})
}

// silent demands that an answer holds none of the texts, and counts its bytes.
func silent(t *testing.T, where string, answer []byte, texts ...string) int {
	t.Helper()
	if n := planted(answer, texts...); n > 0 {
		t.Errorf("%s holds %d readable texts", where, n)
	}
	return len(answer)
}

// TestSec_31: no hold and no purge are built, so nothing that is on record goes:
// there is no act that could take a message away, and none of the clock's commands
// does in a year. A purge that is built fails here until its holds are tested.
func TestSec_31(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		for _, a := range wire.Acts {
			for _, word := range []string{"purge", "hold", "erase", "redact", "remove-entry", "DELETE /v1/threads", "DELETE /v1/files"} {
				if strings.Contains(a.Name, word) {
					t.Errorf("%q can take records away: hold and purge need their tests now", a.Name)
				}
			}
		}
		ann, staff, id := pair(t, h)
		must(t)(staff[0].Send(t.Context(), id, text("kept")))
		must(t)(ann.CloseThread(t.Context(), id, 0))
		before := rowsOf(t, h, id)
		h.Skew.Store(int64(365 * 24 * time.Hour))
		time.Sleep(2 * time.Hour) // each of the clock's commands has had its turn
		h.Restart()
		time.Sleep(2 * time.Hour)
		if after := rowsOf(t, h, id); len(before) != 5 || !slices.Equal(before, after) {
			t.Errorf("a year later %d entries of %d are there as they were", len(after), len(before))
		}
	})
}

// rowsOf reads a thread's stored entries.
func rowsOf(t *testing.T, h *arctest.House, id wire.ID) (out []string) {
	t.Helper()
	st := h.Server.Store()
	ok(t, st.View(t.Context(), func(tx *table.Tx) error {
		_, err := st.Entries.Scan(tx, store.PartThread(store.ID(id)), table.Range{}, func(_ store.EntryKey, e store.Entry) (bool, error) {
			out = append(out, string(e.Head)+string(e.Sig)+string(e.Body))
			return true, nil
		})
		return err
	}))
	return out
}

// onRecord are the acts that must leave a record, by the partition that has it:
// done is made by the story of TestSec_60.
func onRecord(ann, registrar, lost, thread string) map[string][]string {
	return map[string][]string{
		ann: {"sign in/done", "sign in/refused", "sign out/done", "step up: POST /v1/password/done", "step up: POST /v1/password/refused", "change password/done", "offer a new app/done", "change app/done",
			"refresh reuse/refused", "roster: barred: the roster/done", "roster: let in again/done", "roster: standing changed/done", "confirm second factor/done"},
		registrar:        {"sign in/done", "step up: POST /v1/roster/done"},
		lost:             {"roster: barred: inactivated by an administrator/done"},
		thread:           {"open/done", "claim/done", "msg/done", "read/done", "file/done", "close/done"},
		store.PartRoster: {"roster import/done"},
	}
}

// TestSec_60: every act of the list is on record, and whoever takes a record out,
// alters it, puts two in another order or cuts the end off is found by a check of
// the store, in every kind of partition. The head is not signed and exported, and
// a refusal for want of a role is not on record: both are not built.
func TestSec_60(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, bob, id := eventful(t, h)
		part := func(p *arctest.Person) string { return store.PartAccount(store.ID(p.ID)) }
		thread := store.PartThread(store.ID(id))
		for p, acts := range onRecord(part(ann), part(h.Registrar), part(bob), thread) {
			have := auditOf(t, h, p)
			for _, a := range acts {
				if !slices.Contains(have, a) {
					t.Errorf("%q is not on record in %q; there are %q", a, p[:1], have)
				}
			}
		}
		for _, p := range []string{part(ann), store.PartRoster, thread} {
			tamper(t, h, p)
		}
	})
}

// eventful does everything that onRecord lists.
func eventful(t *testing.T, h *arctest.House) (ann, bob *arctest.Person, id wire.ID) {
	t.Helper()
	ann, staff, id := pair(t, h)
	bob = h.Person("bob", wire.RoleNavigator, "Bob Made-Up")
	f, err := ann.Attach(t.Context(), id, "a.txt", "text/plain", strings.NewReader("x"), 1)
	ok(t, err)
	must(t)(ann.Send(t.Context(), id, client.Content{Type: "text", Text: "x", Files: []client.FileInfo{f}}))
	sync(t, staff[0], id)
	must(t)(ann.CloseThread(t.Context(), id, 0))
	if got := signIn(t, ann, "not the password at all", ann.FreshCode()); got != wire.CodeSignInFailed {
		t.Fatal(got)
	}
	refused(t, ann.ChangePassword(t.Context(), client.Code("000000"), arctest.Password, "Zanzibar-Quixotic-77"), wire.CodeSignInFailed)
	ok(t, ann.ChangePassword(t.Context(), ann.Factor(), arctest.Password, "Zanzibar-Quixotic-77"))
	newApp(t, ann)
	old := rawOf(t, ann)
	for range 2 { // the second use is of an old secret
		body := wire.EncodeBody(wire.Refresh{Refresh: old.tokens.Refresh, Request: wire.ID([]byte(rand.Text())[:16])})
		old.do(t, "POST", "/v1/session/refresh", body, withProof(t, old, "/v1/session/refresh"))
	}
	ok(t, ann.Client.SignIn(t.Context(), "Zanzibar-Quixotic-77", ann.FreshCode()))
	ok(t, ann.SignOut(t.Context()))
	h.Change("ann", with("ann", wire.RoleNavigator, "Ann Made-Up", "state", "suspended"))
	h.Change("ann", with("ann", wire.RoleNavigator, "Ann Made-Up"))
	h.Change("ann", with("ann", wire.RoleNavigator, "Ann Made-Up", "certified_to", date(20)))
	ok(t, h.Registrar.Inactivate(t.Context(), h.Registrar.Factor(), bob.ID))
	return ann, bob, id
}

// tamper harms a partition's records in each way, and puts them back.
func tamper(t *testing.T, h *arctest.House, part string) {
	t.Helper()
	st := h.Server.Store()
	change := func(fn func(tx *table.Tx) error) {
		t.Helper()
		ok(t, st.Update(t.Context(), fn, kv.Own(part)))
	}
	key := func(n uint64) store.AuditKey { return store.AuditKey{Part: part, N: n} }
	var rows []store.Audit
	change(func(tx *table.Tx) error {
		rows = nil
		_, err := st.Audit.Scan(tx, part, table.Range{}, func(_ store.AuditKey, a store.Audit) (bool, error) {
			rows = append(rows, a)
			return true, nil
		})
		return err
	})
	last := uint64(len(rows) - 1)
	forged := rows[1]
	forged.Outcome = "done, and nobody did it"
	for name, harm := range map[string]func(tx *table.Tx) error{
		"taken out": func(tx *table.Tx) error { return st.Audit.Delete(tx, key(1)) },
		"altered":   func(tx *table.Tx) error { return st.Audit.Put(tx, key(1), forged) },
		"the last altered": func(tx *table.Tx) error {
			a := rows[last]
			a.Act = "nothing"
			return st.Audit.Put(tx, key(last), a)
		},
		"swapped": func(tx *table.Tx) error {
			if err := st.Audit.Put(tx, key(0), rows[1]); err != nil {
				return err
			}
			return st.Audit.Put(tx, key(1), rows[0])
		},
		"cut off": func(tx *table.Tx) error { return st.Audit.Delete(tx, key(last)) },
	} {
		change(harm)
		if n := problems(t, st); n == 0 {
			t.Errorf("in %q a record was %s, and nothing is found", part[:1], name)
		}
		change(func(tx *table.Tx) error {
			for n, a := range rows {
				if err := st.Audit.Put(tx, key(uint64(n)), a); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if n := problems(t, st); n != 0 { // the control
		t.Errorf("put back as they were, and %d problems are found", n)
	}
}

// problems counts what a check of the store finds.
func problems(t *testing.T, st *store.Store) (n int) {
	t.Helper()
	ok(t, st.Verify(t.Context(), func(store.Problem) { n++ }))
	return n
}
