package wire

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// bodies are the types that travel without a frame around them, and the parts
// of frames: everything that has a golden under its Go name.
var bodies = func() map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, v := range []any{
		About{}, AtThread{}, AppendLink{}, AppendLinks{}, Appended{}, Attestation{}, Bootstrap{}, Build{}, Box{}, ChainAnswer{}, ChainQuery{}, Confirm{},
		AppOffer{}, AuthenticatorInfo{}, AuthenticatorList{}, ChangePassword{}, ConfirmApp{},
		Credential{}, DirectoryAnswer{}, DirectoryQuery{}, Enroll{}, Enrolled{}, Entry{}, ErrorInfo{}, File{}, FinishRecovery{}, FinishReissue{}, BeginSignIn{}, BeginStepUp{}, NewPasskey{}, PasskeyInfo{}, PasskeyList{}, PasskeyOptions{}, Health{},
		Draft{}, DraftList{}, House{}, Invitations{}, Invite{}, LetterAnswer{}, LetterQuery{}, LineInfo{}, LineList{}, LineName{}, Link{}, LinksAppended{}, LogLeaf{}, LogPage{}, Logged{}, Lookup{}, LookupLeaf{}, Officers{},
		PairAccept{}, PairAnswer{}, PairAsk{}, PairOffer{}, PairSeen{}, PairWelcome{}, Pending{}, PendingList{}, PeopleList{}, PersonRow{}, Problem{},
		Recover{}, Recovery{}, RecoveryLetter{}, Refresh{}, ReissueCollect{}, ReissueList{}, ReissueOffer{}, ReissueRow{}, ReissueState{}, ReleaseShare{},
		RosterChange{}, RosterDifference{}, RosterFile{}, RotateTokenKeys{}, SessionInfo{}, SessionList{}, Share{}, SignIn{}, Sponsor{}, Sponsorship{},
		SponsorshipList{}, StartReissue{}, StepUp{}, Stored{}, Summary{}, Ticket{}, Tokens{},
		DeskFile{}, Desk{}, Hours{}, DayOpen{}, Span{}, Season{}, Holiday{}, Promise{}, CallBackRules{}, AssignRules{}, Topic{}, PhoneKind{}, Deadline{}, Form{}, Field{}, Column{},
		Told{}, Work{}, Urgent{}, Expected{}, Clock{}, Wait{}, Linked{}, CallAsk{}, CallBack{}, DeskList{}, DeskInfo{}, Slot{},
		WaitAct{}, UrgentAct{}, ReviewAct{}, SuggestAct{}, LinkAct{}, CallAct{}, Verified{}, Number{}, WorkHistory{}, WorkEvent{}, Shift{}, StaffList{}, StaffRow{}, SkillsAct{},
		SavedReply{}, SavedReplies{}, PlanAsk{}, Plan{}, Board{}, Report{}, Numbers{}, Portion{}, Calls{}, Band{}, Countdown{}, Meaning{}, ReportAsk{}, Reach{}, Push{}, Signed{}, Announcement{}, AnnouncementList{}, FindAsk{}, FoundList{}, Found{},
	} {
		out[reflect.TypeOf(v).Name()] = reflect.TypeOf(v)
	}
	return out
}()

// recode decodes a document as what its reader says and encodes it again.
// Readers are "client", "server" and the names of bodies.
func recode(reader string, b []byte) ([]byte, error) {
	switch reader {
	case "client":
		f, err := DecodeClient(b)
		if err != nil {
			return nil, err
		}
		return Encode(f), nil
	case "server":
		f, err := DecodeServer(b)
		if err != nil {
			return nil, err
		}
		return Encode(f), nil
	}
	v := reflect.New(bodies[reader])
	if err := DecodeBytes(b, v.Interface()); err != nil {
		return nil, err
	}
	return EncodeBody(v.Elem().Interface()), nil
}

// testdataFiles reads one folder of testdata.
func testdataFiles(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.json"))
	if err != nil || len(names) < 50 {
		t.Fatalf("%d files in testdata/%s, %v", len(names), folder, err)
	}
	out := map[string][]byte{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(name), ".json")] = b
	}
	return out
}

// readerOf tells who reads a golden: a file that has the name of a body is one.
func readerOf(name string) string {
	name = strings.TrimSuffix(name, ".bare")
	if _, ok := bodies[name]; ok {
		return name
	}
	if _, ok := caseOf(name, "ClientFrame"); ok {
		return "client"
	}
	return "server"
}

func TestGoldensRoundTrip(t *testing.T) {
	for name, golden := range testdataFiles(t, "good") {
		t.Run(name, func(t *testing.T) {
			got, err := recode(readerOf(name), golden)
			if err != nil {
				t.Fatal(err)
			}
			if want := bytes.TrimSuffix(golden, []byte("\n")); !bytes.Equal(got, want) {
				t.Errorf("encoded again\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestEveryTypeHasGoldens(t *testing.T) {
	have := testdataFiles(t, "good")
	for _, d := range declared(t) {
		name := d.name
		if d.tag != "" {
			name = d.tag
		} else if _, ok := bodies[name]; !ok {
			t.Errorf("%s is not in this test's table of bodies", name)
		}
		for _, file := range []string{name, name + ".bare"} {
			if have[file] == nil {
				t.Errorf("%s has no testdata/good/%s.json: run `arcdev gen`", d.name, file)
			}
			delete(have, file)
		}
	}
	for name := range have {
		t.Errorf("testdata/good/%s.json belongs to no type", name)
	}
}

// TestRefusals holds each file of testdata/refuse, <reader>.<reason>.<words>,
// to its reason. The TypeScript decoders are held to the same.
func TestRefusals(t *testing.T) {
	seen := map[Reason]bool{}
	for name, b := range testdataFiles(t, "refuse") {
		t.Run(name, func(t *testing.T) {
			part := strings.SplitN(name, ".", 3)
			_, err := recode(part[0], b)
			var m *Malformed
			if !errors.As(err, &m) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if m.Reason != Reason(part[1]) {
				t.Errorf("refused for %q (%v), want %q", m.Reason, err, part[1])
			}
			want := CodeMalformed
			if m.Reason == BadFrame {
				want = CodeUnknownFrame
			}
			if CodeOf(err) != want {
				t.Errorf("code %s, want %s", CodeOf(err), want)
			}
			seen[m.Reason] = true
		})
	}
	for _, c := range constants(t, "Reason") {
		if !seen[Reason(c)] {
			t.Errorf("no file in testdata/refuse is refused for %q", c)
		}
	}
}

func TestRefusalSaysWhere(t *testing.T) {
	doc := `{"type":"append","rid":1,"thread":"000102030405060708090a0b0c0d0e0f","id":"101112131415161718191a1b1c1d1e1f",` +
		`"kind":"msg","entry":{"head":"","sig":""},"boxes":[{"kind":"acct","id":"101112131415161718191a1b1c1d1e1f","gen":-1,"sealed":""}]}`
	_, err := DecodeClient([]byte(doc))
	var m *Malformed
	if !errors.As(err, &m) || *m != (Malformed{BadNumber, "boxes[0].gen"}) {
		t.Errorf("got %v, want number boxes[0].gen", err)
	}
}

func TestNotUTF8IsRefused(t *testing.T) {
	if _, err := recode("Ticket", []byte("{\"ticket\":\"\xff\"}")); CodeOf(err) != CodeMalformed {
		t.Errorf("got %v, want %s", err, CodeMalformed)
	}
}

func TestAppendOverTheLimits(t *testing.T) {
	fits := Append{Kind: KindMessage, Entry: Entry{Head: make([]byte, MaxHead), Sig: make([]byte, 64), Body: make([]byte, MaxBody)}}
	for i := range MaxBoxes {
		fits.Boxes = append(fits.Boxes, Box{Kind: BoxAccount, Gen: uint32(i), Sealed: []byte{}})
	}
	if _, err := DecodeClient(Encode(fits)); err != nil {
		t.Fatalf("at the limits: %v", err)
	}
	for _, c := range []struct {
		name   string
		change func(*Append)
		want   Code
	}{
		{"head too long", func(f *Append) { f.Entry.Head = make([]byte, MaxHead+1) }, CodeTooLarge},
		{"body too long", func(f *Append) { f.Entry.Body = make([]byte, MaxBody+1) }, CodeTooLarge},
		{"too many boxes", func(f *Append) { f.Boxes = append(fits.Boxes[:MaxBoxes:MaxBoxes], Box{Kind: BoxAccount}) }, CodeTooLarge},
		{"short signature", func(f *Append) { f.Entry.Sig = make([]byte, 63) }, CodeMalformed},
		{"long signature", func(f *Append) { f.Entry.Sig = make([]byte, 65) }, CodeMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fits
			c.change(&f)
			if _, err := DecodeClient(Encode(f)); CodeOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// A nil slice is how Go says "none"; it must not reach the wire as null.
func TestNilSlicesLeaveAsEmptyOnes(t *testing.T) {
	zero := EncodeBody(DirectoryAnswer{Checkpoint: "a:null"})
	want := `{"checkpoint":"a:null","consistency":[],"dir_root":"","dir_proof":[],"chains":[]}`
	if string(zero) != want {
		t.Errorf("got %s, want %s", zero, want)
	}
	inner := &DirectoryAnswer{Chains: []ChainAnswer{{Links: []Logged{{}}, Lookup: Lookup{Found: &LookupLeaf{}}}}}
	if b := EncodeBody(inner); bytes.Contains(b, []byte("null")) {
		t.Errorf("a null in %s", b)
	}
	if inner.Chains[0].Links[0].Proof != nil || inner.Chains[0].Lookup.Found.Path != nil {
		t.Error("encoding changed the caller's value")
	}
}
