package server_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/server/wire"
)

// What somebody began on one device is there on their others and nobody else's,
// and the service has no word of it.
func TestDrafts(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		_, staff := h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		thread := open(t, h, ann, "arc", "a question")
		d := client.Draft{Thread: thread, Text: "not finished yet, larkspur"}
		if err := ann.KeepDraft(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		note := client.Draft{Thread: thread, Note: true, Text: "of the notes"}
		if err := ann.KeepDraft(t.Context(), note); err != nil {
			t.Fatal(err)
		}
		second := secondDevice(t, ann)
		got, err := second.Drafts(t.Context())
		if err != nil || !slices.Equal(got, []client.Draft{d, note}) {
			t.Fatal("on the second device:", got, err)
		}
		if got, err := staff[0].Drafts(t.Context()); err != nil || len(got) != 0 {
			t.Error("somebody else has:", got, err)
		}
		r := rawOf(t, second)
		answer := string(r.do(t, "GET", "/v1/drafts", nil, nil).body)
		if !strings.Contains(answer, thread.String()) || strings.Contains(answer, "larkspur") {
			t.Error("the service keeps:", answer)
		}
	})
}

// A device that has not seen the newest draft cannot write over it, and one that
// the service changed is not taken for a draft.
func TestDraftsOld(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		h.Staffed("arc", "sam")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		r := rawOf(t, ann)
		thread := wire.ID{7}
		put := func(d wire.Draft) wire.Code {
			t.Helper()
			return r.do(t, "PUT", "/v1/drafts", wire.EncodeBody(d), nil).code
		}
		if err := ann.KeepDraft(t.Context(), client.Draft{Thread: thread, Text: "one"}); err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			d    wire.Draft
			want wire.Code
		}{
			"the version that is there": {wire.Draft{Thread: thread, Gen: 1, Version: 1}, wire.CodeConflict},
			"no version":                {wire.Draft{Thread: wire.ID{8}, Gen: 1}, wire.CodeConflict},
			"too much":                  {wire.Draft{Thread: thread, Gen: 1, Version: 2, Sealed: make([]byte, wire.MaxDraft+1)}, wire.CodeTooLarge},
			"the next (control)":        {wire.Draft{Thread: thread, Gen: 1, Version: 2, Sealed: []byte("rubbish")}, ""},
		} {
			if got := put(x.d); got != x.want {
				t.Errorf("%s: %q, want %q", name, got, x.want)
			}
		}
		if got, err := ann.Drafts(t.Context()); !errors.Is(err, client.ErrDraft) {
			t.Error("rubbish is a draft:", got, err)
		}
		if err := ann.KeepDraft(t.Context(), client.Draft{Thread: thread}); err != nil {
			t.Fatal(err)
		}
		if got, err := ann.Drafts(t.Context()); err != nil || len(got) != 0 {
			t.Error("thrown away and still there:", got, err)
		}
	})
}
