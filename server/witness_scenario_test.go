package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"arcline/client"
	"arcline/client/arctest"
	"arcline/client/auditor"
	"arcline/crypto/keylog"
	"arcline/server/config"
	"arcline/server/wire"
)

// tampered is a service that wraps the real one and changes the answers of one
// route on their way to one person. Without a change it is honest.
type tampered struct {
	http.RoundTripper
	path   string
	change func([]byte) []byte // what is answered
	ask    func([]byte) []byte // what is asked
}

func (e *tampered) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.ask != nil && r.URL.Path == e.path {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		b = e.ask(b)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	}
	resp, err := e.RoundTripper.RoundTrip(r)
	if err != nil || r.URL.Path != e.path || e.change == nil || resp.StatusCode >= 400 {
		return resp, err
	}
	b, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	b = e.change(b)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	return resp, err
}

// under puts a person under an evil service.
func under(p *arctest.Person, path string) *tampered {
	e := &tampered{RoundTripper: p.HTTP.Transport, path: path}
	p.HTTP.Transport = e
	return e
}

// answer edits a directory answer.
func directoryEdit(t *testing.T, edit func(*wire.DirectoryAnswer)) func([]byte) []byte {
	return func(b []byte) []byte {
		var a wire.DirectoryAnswer
		if err := wire.DecodeBytes(b, &a); err != nil {
			t.Error(err)
		}
		edit(&a)
		return wire.EncodeBody(a)
	}
}

// unwitnessed takes the last signature off a checkpoint.
func unwitnessed(note string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(note, "\n"), "\n")
	return strings.Join(lines[:len(lines)-1], "")
}

// alarmed demands that an act was stopped because the service was caught.
func alarmed(t *testing.T, why string, err error) {
	t.Helper()
	if !errors.Is(err, client.ErrAlarm) {
		t.Errorf("%s: %v", why, err)
	}
}

func watched(t *testing.T, h *arctest.House, quorum int, by ...*arctest.Witness) {
	t.Helper()
	if err := h.Watch(quorum, by...); err != nil {
		t.Fatal(err)
	}
}

// With a quorum of one, what the witness has not signed is believed by nobody;
// as long as the policy names no witness the same state is good.
func TestWitnessQuorum(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		w := h.Witness("witness.test", false)
		must(t)(ann.Send(t.Context(), id, text("before the policy names the witness"))) // control
		if w.Asked.Load() != 0 {
			t.Error("a witness was asked that no policy names")
		}
		watched(t, h, 1, w)
		must(t)(ann.Send(t.Context(), id, text("witnessed")))
		must(t)(staff[0].Send(t.Context(), id, text("so is this")))

		e := under(ann, "/v1/directory")
		e.change = directoryEdit(t, func(a *wire.DirectoryAnswer) { a.Checkpoint = unwitnessed(a.Checkpoint) })
		before := length(t, rawOf(t, staff[0]).dial(t), id)
		_, err := ann.Send(t.Context(), id, text("secret"))
		alarmed(t, "a state without its witness", err)
		if !errors.Is(err, keylog.ErrQuorum) {
			t.Error(err)
		}
		if n := length(t, rawOf(t, staff[0]).dial(t), id); n != before {
			t.Error("something was sent all the same")
		}
		e.change = nil
		if err := ann.Flush(t.Context()); err != nil { // what was kept goes out under an honest service
			t.Error(err)
		}
		th := sync(t, staff[0], id)
		if got := texts(t, th); got[len(got)-1] != "secret" {
			t.Error(got)
		}
	})
}

// While the witness is away a change is written and shown to nobody; people who
// are there go on under the last state; the change shows when the witness is back.
func TestWitnessAway(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		w := h.Witness("witness.test", false)
		watched(t, h, 1, w)
		bob := h.Invited("bob", wire.RoleNavigator, "Bob Made-Up", "arc")
		w.Down.Store(true)
		_, err := h.Agency.Approve(t.Context(), h.Registrar.Client)
		refused(t, err, wire.CodeWitnessAway)
		if n, failures := h.Server.Door().Waiting(); n == 0 || failures == 0 {
			t.Errorf("%d leaves wait, %d failures", n, failures)
		}
		must(t)(ann.Send(t.Context(), id, text("we go on")))
		must(t)(staff[0].Send(t.Context(), id, text("so do we")))

		// A restart shows no more and no less.
		h.Restart()
		must(t)(ann.Send(t.Context(), id, text("after a restart")))
		if n, _ := h.Server.Door().Waiting(); n == 0 {
			t.Error("the restart showed what no witness has signed")
		}
		if err := bob.Client.SignIn(t.Context(), arctest.Password, bob.FreshCode()); err != nil { // reading is allowed; the credential is not seen
			t.Error(err)
		}
		if _, err := bob.OpenThread(t.Context(), h.Line("arc"), text("too early")); !client.IsCode(err, wire.CodeNotCertified) {
			t.Error("sealed under a credential that is not in the log:", err)
		}
		w.Down.Store(false)
		time.Sleep(20 * time.Second) // the job asks again
		if n, failures := h.Server.Door().Waiting(); n != 0 || failures != 0 {
			t.Errorf("%d leaves wait, %d failures", n, failures)
		}
		must(t)(bob.OpenThread(t.Context(), h.Line("arc"), text("now")))
		if out, err := h.Agency.Approve(t.Context(), h.Registrar.Client); err != nil || len(out) != 0 {
			t.Error("the change has to be made again:", out, err)
		}
	})
}

// Two of three: one witness may be away, two may not. A witness whose signature
// is rubbish spoils nothing.
func TestWitnessTwoOfThree(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		a, b, c := h.Witness("a.test", true), h.Witness("b.test", true), h.Witness("c.test", true)
		watched(t, h, 2, a, b, c)
		a.Down.Store(true)
		h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		a.Down.Store(false)
		b.Replace(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "— b.test AAAA\n— b.test "+strings.Repeat("A", 102)+"==\nrubbish\n")
		}))
		h.Person("bob", wire.RoleNavigator, "Bob Made-Up", "arc")
		c.Down.Store(true)
		h.Invited("eve", wire.RoleNavigator, "Eve Made-Up", "arc")
		_, err := h.Agency.Approve(t.Context(), h.Registrar.Client)
		refused(t, err, wire.CodeWitnessAway)
	})
}

// The root replaces a witness that is lost for ever; devices that slept through
// it follow, because the root's newest policy came with the state.
func TestWitnessReplaced(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		ann, staff, id := pair(t, h)
		old, fresh := h.Witness("old.test", true), h.Witness("fresh.test", true)
		watched(t, h, 1, old)
		must(t)(ann.Send(t.Context(), id, text("under the old witness")))
		old.Down.Store(true)
		watched(t, h, 1, fresh)
		must(t)(ann.Send(t.Context(), id, text("under the fresh witness")))
		must(t)(staff[0].Send(t.Context(), id, text("I slept")))
		watched(t, h, 0)
		fresh.Down.Store(true)
		must(t)(ann.Send(t.Context(), id, text("without")))
	})
}

// Fifty changes at once are all witnessed, and those who wait together ask once.
func TestWitnessManyAtOnce(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		w := h.Witness("witness.test", false)
		watched(t, h, 1, w)
		h.Invited("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		before := w.Asked.Load()
		codes := atOnce(50, func() wire.Code {
			if err := h.Server.Door().Publish(t.Context()); err != nil {
				return wire.CodeOf(err)
			}
			return ""
		})
		if codes[""] != 50 {
			t.Error(codes)
		}
		if n := w.Asked.Load() - before; n > 50 {
			t.Errorf("%d questions for 50 changes", n)
		}
		if n, _ := h.Server.Door().Waiting(); n != 0 {
			t.Errorf("%d leaves wait", n)
		}
	})
}

// T30: the issuer's key is stolen and certifies somebody whom nobody invited.
// The auditor names the serial, and a witness with the roster does not sign.
func TestT30_IssuerKeyStolen(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		row := func(name string) auditor.Row {
			return auditor.Row{Role: wire.RoleNavigator, ID: "A-" + name, Name: name, Until: now().AddDate(2, 0, 0)}
		}
		w := h.Witness("witness.test", false)
		w.Roster = []auditor.Row{row("ann"), row("zoe")}
		w.Open()
		watched(t, h, 1, w)
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc") // control: whom the roster knows

		mallory := h.Invited("mallory", wire.RoleNavigator, "Mallory Made-Up", "arc")
		_, err := h.Agency.Approve(t.Context(), h.Registrar.Client) // the thief signs with the issuer's key
		refused(t, err, wire.CodeWitnessAway)
		serial := wire.ID(credentialOf(t, h, mallory).Serial)

		audit := replayed(t, h)
		var unknown, missing int
		for _, f := range audit.Compare(w.Roster, uint64(now().UnixMilli())) {
			switch f.Kind {
			case auditor.Unknown:
				unknown++
				if f.Serial != serial || !strings.Contains(f.Text, "unknown serial "+serial.String()) || f.Note {
					t.Errorf("%+v", f)
				}
			case auditor.Missing:
				missing++
			case auditor.Unlisted:
			default:
				t.Errorf("%+v", f)
			}
		}
		if unknown != 1 || missing != 1 {
			t.Errorf("%d unknown, %d missing", unknown, missing)
		}
		// Nobody sees the false person: what is served is the state before.
		if _, err := ann.Safety(t.Context(), mallory.ID); err != nil && !client.IsCode(err, wire.CodeNotFound) {
			t.Error(err)
		}
		if _, known := ann.Person(mallory.ID); known {
			t.Error("the false credential is believed")
		}
		// Control: without a roster the same witness signs, and everybody believes it.
		w.Roster = nil
		w.Open()
		time.Sleep(20 * time.Second)
		if n, _ := h.Server.Door().Waiting(); n != 0 {
			t.Error("a witness without a roster still refuses")
		}
		if _, err := ann.Safety(t.Context(), mallory.ID); err != nil {
			t.Error(err)
		}
	})
}

// replayed is the auditor's run over the whole log.
func replayed(t *testing.T, h *arctest.House) *auditor.Auditor {
	t.Helper()
	id, root, _ := h.Registrar.Trust()
	a := auditor.New(id, root, func() uint64 { return uint64(now().UnixMilli()) })
	p, err := a.Follow(t.Context(), h.Registrar, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Finish(p); err != nil && !errors.Is(err, keylog.ErrQuorum) {
		t.Fatal(err)
	}
	return a
}

// The witness's state survives a kill after it was written and before the
// answer went out; a state file of another log is refused.
func TestWitnessKilledBeforeItAnswers(t *testing.T) {
	story(t, func(t *testing.T, h *arctest.House) {
		w := h.Witness("witness.test", false)
		watched(t, h, 1, w)
		before, err := os.ReadFile(w.State)
		if err != nil {
			t.Fatal(err)
		}
		killed := w.Killed()
		h.Invited("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		after, err := os.ReadFile(w.State)
		if err != nil || bytes.Equal(before, after) || killed() == 0 {
			t.Fatalf("the state was not written before the answer: %s, %v", after, err)
		}
		w.Open() // the program starts again on what is on disk
		if err := h.Server.Door().Show(context.Background()); err != nil {
			t.Error(err)
		}
		if _, err := h.Agency.Approve(t.Context(), h.Registrar.Client); err != nil {
			t.Error(err)
		}
	})
}

// A log that goes on rightly and holds something wrong is not signed by the
// witness that reads it. The plain one, which does not, is the control.
func TestWitnessRefusesABadLog(t *testing.T) {
	for why, edit := range map[string]func(l *wire.LogLeaf, leaf keylog.Leaf){
		"a wrong directory": func(l *wire.LogLeaf, leaf keylog.Leaf) {
			if d, ok := leaf.(keylog.DirRootLeaf); ok {
				d.Root[0] ^= 1
				l.Leaf = d.Encode()
			}
		},
		"a statement that nobody signed": func(l *wire.LogLeaf, _ keylog.Leaf) {
			if l.Link != nil {
				l.Link.Sig[3] ^= 1
			}
		},
		"a statement that is kept back": func(l *wire.LogLeaf, _ keylog.Leaf) { l.Link = nil },
	} {
		t.Run(why, func(t *testing.T) {
			story(t, func(t *testing.T, h *arctest.House) {
				w, plain := h.Witness("witness.test", false), h.Witness("plain.test", true)
				watched(t, h, 1, w)
				e := under(w.Auditor, "/v1/log")
				e.change = func(b []byte) []byte {
					var p wire.LogPage
					if err := wire.DecodeBytes(b, &p); err != nil {
						t.Error(err)
					}
					for i := range p.Leaves {
						leaf, err := keylog.DecodeLeaf(p.Leaves[i].Leaf)
						if err != nil {
							t.Error(err)
						}
						edit(&p.Leaves[i], leaf)
					}
					return wire.EncodeBody(p)
				}
				h.Invited("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
				_, err := h.Agency.Approve(t.Context(), h.Registrar.Client)
				refused(t, err, wire.CodeWitnessAway)
				watched(t, h, 1, plain) // the control signs it
				e.change = nil
				watched(t, h, 1, w) // and so does the auditor once it is shown an honest log
			})
		})
	}
}

// A witness audits under an auditor's session, day and night and after a pause
// of its machine. Everybody else's ends as before.
func TestWitnessSessionLasts(t *testing.T) {
	tuned(t, func(c *config.Config) { c.Watching = 48 * time.Hour }, func(t *testing.T, h *arctest.House) {
		aud := h.Person("aud", wire.RoleAuditor, "Aud Made-Up")
		ann := h.Person("ann", wire.RoleNavigator, "Ann Made-Up", "arc")
		time.Sleep(13 * time.Hour)
		if _, err := aud.KeyLog(t.Context(), 0); err != nil {
			t.Error("after a night:", err)
		}
		if _, err := ann.Lines(t.Context()); !client.IsCode(err, wire.CodeExpired) { // control
			t.Error("a navigator's session goes on too:", err)
		}
		time.Sleep(36 * time.Hour)
		if _, err := aud.KeyLog(t.Context(), 0); !client.IsCode(err, wire.CodeExpired) {
			t.Error("after two days:", err)
		}
	})
}
