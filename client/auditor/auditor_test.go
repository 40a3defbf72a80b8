package auditor_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"arcline/client/arctest"
	"arcline/client/auditor"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/crypto/keylog"
	"arcline/server/wire"
)

// served is a log as a service shows it: the leaves, and what is signed.
type served struct {
	leaves []wire.LogLeaf
	page   wire.LogPage // newest, without leaves
}

func (s served) KeyLog(_ context.Context, from uint64) (wire.LogPage, error) {
	p := s.page
	p.From, p.Size = from, uint64(len(s.leaves))
	p.Leaves = s.leaves[from:min(uint64(len(s.leaves)), from+7)]
	return p, nil
}

// whole is a house's log, with two people on a line.
func whole(t *testing.T, h *arctest.House) served {
	t.Helper()
	h.Staffed("arc", "sam")
	h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
	var s served
	for {
		p, err := h.Registrar.KeyLog(t.Context(), uint64(len(s.leaves)))
		if err != nil {
			t.Fatal(err)
		}
		s.leaves, s.page = append(s.leaves, p.Leaves...), p
		if uint64(len(s.leaves)) == p.Size {
			return s
		}
	}
}

func (s served) copied() served { s.leaves = slices.Clone(s.leaves); return s }

// first finds the first leaf of a kind from an index on.
func first[L keylog.Leaf](t *testing.T, s served, from int) (int, L) {
	t.Helper()
	for i := from; i < len(s.leaves); i++ {
		l, err := keylog.DecodeLeaf(s.leaves[i].Leaf)
		if err != nil {
			t.Fatal(err)
		}
		if x, ok := l.(L); ok {
			return i, x
		}
	}
	t.Fatal("no such leaf")
	panic("unreachable")
}

func millis() uint64 { return uint64(time.Now().UnixMilli()) }

func audit(t *testing.T, h *arctest.House, s served) (*auditor.Auditor, error) {
	t.Helper()
	id, root, _ := h.Registrar.Trust()
	a := auditor.New(id, root, millis)
	p, err := a.Follow(t.Context(), s, 0)
	if err == nil {
		err = a.Finish(p)
	}
	return a, err
}

// Each way in which a log can be wrong is named with its leaf; the same log
// unchanged is the control.
func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		good := whole(t, h)
		if _, err := audit(t, h, good); err != nil {
			t.Fatal(err)
		}
		dir, root := first[keylog.DirRootLeaf](t, good, 12)
		link, _ := first[keylog.LinkLeaf](t, good, dir)
		cred := slices.IndexFunc(good.leaves, func(l wire.LogLeaf) bool { return l.Credential != nil })
		setDir := func(s *served, edit func(*keylog.DirRootLeaf)) {
			d := root
			edit(&d)
			s.leaves[dir].Leaf = d.Encode()
		}
		for why, c := range map[string]struct {
			at   int
			want error
			edit func(*served)
		}{
			"a statement is not shown":          {link, auditor.ErrMissing, func(s *served) { s.leaves[link].Link = nil }},
			"another statement is shown":        {link, auditor.ErrOther, func(s *served) { s.leaves[link].Link = s.leaves[0].Link }},
			"a statement is logged twice":       {link + 1, chain.ErrOrder, func(s *served) { s.leaves = slices.Insert(s.leaves, link+1, s.leaves[link]) }},
			"a statement is left out":           {link, auditor.ErrDirectory, func(s *served) { s.leaves = slices.Delete(s.leaves, link, link+1) }},
			"a credential is not shown":         {cred, auditor.ErrMissing, func(s *served) { s.leaves[cred].Credential = nil }},
			"a credential that nobody signed":   {cred, chain.ErrCredential, func(s *served) { s.leaves[cred].Credential = forged(s.leaves[cred].Credential) }},
			"a directory of another root":       {dir, auditor.ErrDirectory, func(s *served) { setDir(s, func(d *keylog.DirRootLeaf) { d.Root[3] ^= 1 }) }},
			"a directory that counts one less":  {dir, auditor.ErrDirectory, func(s *served) { setDir(s, func(d *keylog.DirRootLeaf) { d.Count-- }) }},
			"a directory of a prefix":           {dir, auditor.ErrDirectory, func(s *served) { setDir(s, func(d *keylog.DirRootLeaf) { d.Size-- }) }},
			"a directory of long ago":           {dir, auditor.ErrTime, func(s *served) { setDir(s, func(d *keylog.DirRootLeaf) { d.Time = 1 }) }},
			"a directory of tomorrow":           {dir, auditor.ErrTime, func(s *served) { setDir(s, func(d *keylog.DirRootLeaf) { d.Time += 24 * 3600 * 1000 }) }},
			"a leaf of no kind":                 {link, envelope.ErrMalformed, func(s *served) { s.leaves[link].Leaf = envelope.Enc("arc1/kt/other", nil) }},
			"another agency from the beginning": {0, envelope.ErrMalformed, func(s *served) { s.leaves[0].Leaf = nil }},
		} {
			s := good.copied()
			c.edit(&s)
			_, err := audit(t, h, s)
			var bad *auditor.Bad
			if !errors.As(err, &bad) || bad.Index != uint64(c.at) || !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want leaf %d: %v", why, err, c.at, c.want)
			}
		}
		checkEnds(t, h, good)
	})
}

func forged(c *wire.Credential) *wire.Credential {
	sig := slices.Clone(c.Sig)
	sig[7] ^= 1
	return &wire.Credential{Credential: c.Credential, Sig: sig}
}

// checkEnds holds signed states against the leaves.
func checkEnds(t *testing.T, h *arctest.House, good served) {
	t.Helper()
	a, err := audit(t, h, good)
	if err != nil {
		t.Fatal(err)
	}
	v, err := a.Verifier()
	if err != nil {
		t.Fatal(err)
	}
	c, err := v.Open([]byte(good.page.Checkpoint))
	if err != nil || a.Check(c) != nil {
		t.Fatal(err, a.Check(c))
	}
	other, short, long := c, c, c
	other.Root[0] ^= 1
	short.Size--
	long.Size++
	if err := a.Check(other); !errors.Is(err, auditor.ErrRoot) {
		t.Error("another root:", err)
	}
	if err := a.Check(short); !errors.Is(err, auditor.ErrRoot) {
		t.Error("the root of another size:", err)
	}
	if err := a.Check(long); !errors.Is(err, auditor.ErrRoot) {
		t.Error("more than was shown:", err)
	}
	// A log of the same leaves but for its last directory root.
	cut := good.copied()
	cut.leaves = cut.leaves[:len(cut.leaves)-1]
	b, err := audit(t, h, cut)
	if !errors.Is(err, auditor.ErrRoot) {
		t.Error("a page that is shorter than what is signed:", err)
	}
	root, err := b.Root(b.Size())
	if err != nil || b.Check(keylog.Checkpoint{Size: b.Size(), Root: root}) == nil {
		t.Error("a state that does not end with a directory", err)
	}
	// An answer to another question, and one that never ends.
	for why, src := range map[string]lying{"another place": {good, 1}, "nothing": {good, -1}} {
		id, rootKey, _ := h.Registrar.Trust()
		if _, err := auditor.New(id, rootKey, millis).Follow(t.Context(), src, 0); !errors.Is(err, auditor.ErrPage) {
			t.Errorf("%s: %v", why, err)
		}
	}
	id, _, _ := h.Registrar.Trust()
	if _, err := auditor.New(id, "arc1-sign-public-other", millis).Follow(t.Context(), good, 0); !errors.Is(err, auditor.ErrAgency) {
		t.Error("another root key:", err)
	}
}

// lying answers with pages from elsewhere, or with nothing in them.
type lying struct {
	served
	off int
}

func (l lying) KeyLog(ctx context.Context, from uint64) (wire.LogPage, error) {
	p, err := l.served.KeyLog(ctx, from)
	if l.off < 0 {
		p.Leaves = nil
		return p, err
	}
	p.From += uint64(l.off)
	return p, err
}

func TestCompare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := arctest.New(t, nil)
		a, err := audit(t, h, whole(t, h))
		if err != nil {
			t.Fatal(err)
		}
		for why, c := range map[string]struct {
			csv  string
			want []auditor.Kind
		}{
			"as certified":       {"navigator,a-ann,Ann,2099-01-31,active\n", []auditor.Kind{auditor.Unlisted, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted}},
			"unknown":            {"", []auditor.Kind{auditor.Unknown, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted}},
			"of another series":  {"broker,A-ann,Ann,,active\n", []auditor.Kind{auditor.Unknown, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted, auditor.Missing}},
			"another role":       {"cac,A-ann,Ann,,active\n", []auditor.Kind{auditor.OtherRole, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted}},
			"outlives and rests": {"navigator,A-ann,Ann,2000-02-01,suspended\n", []auditor.Kind{auditor.Suspended, auditor.Outlives, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted, auditor.Unlisted}},
			"staff are listed":   {"navigator,A-ann,Ann,,active\nlead,A-lead-arc,Lead of ARC,,active\nspecialist,A-sam,Specialist sam,,\nregistrar,A-rita,Rita Registrar,,\nregistrar,A-rolf,Rolf Registrar,,ended\n", []auditor.Kind{auditor.Unknown}},
		} {
			rows, err := auditor.ReadRoster(strings.NewReader("type,id,name,certified_to,state\n" + c.csv))
			if err != nil {
				t.Fatal(err)
			}
			var got []auditor.Kind
			for _, f := range a.Compare(rows, millis()) {
				got = append(got, f.Kind)
				if f.Text == "" || f.Note != (f.Kind == auditor.Missing || f.Kind == auditor.Unlisted) {
					t.Errorf("%+v", f)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", why, got, c.want)
			}
		}
	})
}

func TestReadRoster(t *testing.T) {
	rows, err := auditor.ReadRoster(strings.NewReader("\ufeffName,extra,STATE,id,Type,certified_to\nAnn,x,,A-1,Navigator,2027-10-31\n"))
	want := auditor.Row{Role: wire.RoleNavigator, ID: "A-1", Name: "Ann", Until: time.Date(2027, 10, 31, 0, 0, 0, 0, time.UTC)}
	if err != nil || len(rows) != 1 || rows[0] != want {
		t.Errorf("%+v %v", rows, err)
	}
	for why, text := range map[string]string{
		"empty": "", "no name": "type,id,certified_to\n", "a date": "type,id,name,certified_to,state\nnavigator,1,A,31/10/2027,\n",
		"a state": "type,id,name,certified_to,state\nnavigator,1,A,,asleep\n", "no id": "type,id,name,certified_to,state\nnavigator,,A,,\n",
		"a field too few": "type,id,name,certified_to,state\nnavigator,1\n",
	} {
		if _, err := auditor.ReadRoster(strings.NewReader(text)); !errors.Is(err, auditor.ErrRoster) {
			t.Errorf("%s: %v", why, err)
		}
	}
}
