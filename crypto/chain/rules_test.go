package chain_test

import (
	"errors"
	"math"
	"sync"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// want reports a refusal for another reason than the one expected.
func want(t *testing.T, why string, err, reason error) {
	t.Helper()
	if !errors.Is(err, reason) {
		t.Errorf("%s: %v, not %v", why, err, reason)
	}
}

// The zero id means nobody; a chain of that id would be a party of every
// unclaimed thread.
func TestNobodyHasNoChain(t *testing.T) {
	w := chaintest.New(t)
	s, _, _, err := seal.AccountGenesis(envelope.ID{}, w.At(), seal.NewDevice(chaintest.NewID()),
		seal.Recovery{Sign: key.NewSigning(), Box: key.NewBox()}, func([]byte) [32]byte { return [32]byte{} })
	w.Must(err)
	want(t, "an account of the zero id", w.Append(s), chain.ErrOrder)
}

func TestLeavesOfOneChainAscend(t *testing.T) {
	w := chaintest.New(t)
	p := w.Enrol("Ann")
	s, _, _, err := seal.AccountRotate(p.Account(), w.At(), p.Maker(), p.PUK[0])
	w.Must(err)
	for why, leaf := range map[string]uint64{"the same leaf": p.Account().Leaf, "an older leaf": p.Account().Leaf - 1,
		"beyond every log": 1 << 53, "the last number": math.MaxUint64} {
		_, err := p.Account().Apply(s, leaf)
		want(t, why, err, chain.ErrOrder)
	}
	if _, err := p.Account().Apply(s, w.Leaf); err != nil {
		t.Error(err)
	}
}

// A rotation is for the keys of its own chain.
func TestRotationsOfAnotherPurpose(t *testing.T) {
	w := chaintest.New(t)
	x := w.Line("Line")
	link := func(typ envelope.LinkType, kind envelope.ChainKind, id envelope.ID, seq uint64, prev envelope.Hash, body []byte) envelope.SignedLink {
		m := x.Lead.Maker()
		b := envelope.Link{Kind: kind, Type: typ, Chain: id, Seq: seq + 1, Prev: prev, Time: w.Now, Agency: w.Agency, SignerAcct: m.Acct, SignerDev: m.Dev, Body: body}.Encode()
		return envelope.SignedLink{Link: b, Sig: m.Sign.Sign(key.SigLink(typ), b)}
	}
	a, l := x.Lead.Account(), x.State()
	for _, p := range []envelope.Purpose{"", "x", envelope.PurposeLine, envelope.PurposeLead, envelope.PurposeEpoch} {
		s := link(envelope.AccountRotate, envelope.ChainAccount, a.ID, a.Seq, a.Hash, envelope.EncodeRotate(envelope.AccountRotate, p, nil))
		want(t, "account rotates "+string(p), w.Append(s), envelope.ErrMalformed)
	}
	for _, p := range []envelope.Purpose{"", "x", envelope.PurposeAccount, envelope.PurposeEpoch} {
		s := link(envelope.LineRotate, envelope.ChainLine, l.ID, l.Seq, l.Hash, envelope.EncodeRotate(envelope.LineRotate, p, nil))
		want(t, "line rotates "+string(p), w.Append(s), envelope.ErrMalformed)
	}
}

// T26: a recovery code brings back one device and is replaced then.
func TestRecoveryCodeIsUsedOnce(t *testing.T) {
	w := chaintest.New(t)
	p := w.Enrol("Ann")
	old := p.Rec
	fresh := seal.NewDevice(chaintest.NewID())
	w.Must(p.Recover(fresh))
	want(t, "the code a second time", p.Recover(seal.NewDevice(chaintest.NewID())), chain.ErrSigner)
	at := p.With(fresh)
	s, _, err := seal.DeviceAdd(p.Account(), w.At(), at.Maker(), p.PUK[0], seal.NewDevice(chaintest.NewID()))
	w.Must(err)
	want(t, "another device before the code is replaced", w.Append(s), chain.ErrState)
	rot, _, _, err := seal.AccountRotate(p.Account(), w.At(), at.Maker(), p.PUK[0])
	w.Must(err)
	want(t, "a rotation before the code is replaced", w.Append(rot), chain.ErrState)
	at.Revoke(p.Device.ID)
	at.ReplaceRecovery()
	at.AddDevice()
	at.Rec = old
	want(t, "the old code", at.Recover(seal.NewDevice(chaintest.NewID())), chain.ErrSignature)
	again, _, _, err := seal.RecoveryReplace(p.Account(), w.At(), at.Maker(), at.PUK[len(at.PUK)-1], old)
	w.Must(err)
	want(t, "the old pair again", w.Append(again), chain.ErrState)
}

// The officers' key brings back one device, does nothing else, and is replaced
// then. The recovery code, which still works, is the control.
func TestOfficersKeyIsUsedOnce(t *testing.T) {
	w := chaintest.New(t)
	p := w.Enrol("Ann")
	want(t, "before there is one", p.Reissue(seal.OfficersPair(seal.NewSecret()), seal.NewDevice(chaintest.NewID())), chain.ErrSigner)
	pair := p.BindOfficers()
	m := seal.Maker{Acct: p.ID, Dev: envelope.OfficersSigner, Sign: pair.Sign}
	rot, _, _, err := seal.AccountRotate(p.Account(), w.At(), m, p.PUK[0])
	w.Must(err)
	want(t, "it rotates", w.Append(rot), chain.ErrSigner)
	rev, _, _, err := seal.DeviceRevoke(p.Account(), w.At(), m, p.PUK[0], []envelope.ID{p.Device.ID})
	w.Must(err)
	want(t, "it revokes", w.Append(rev), chain.ErrSigner)
	rec, _, _, err := seal.RecoveryReplace(p.Account(), w.At(), m, p.PUK[0], seal.Recovery{Sign: key.NewSigning(), Box: key.NewBox()})
	w.Must(err)
	want(t, "it replaces the recovery code", w.Append(rec), chain.ErrSigner)
	fresh := seal.NewDevice(chaintest.NewID())
	w.Must(p.Reissue(pair, fresh))
	want(t, "a second time", p.Reissue(pair, seal.NewDevice(chaintest.NewID())), chain.ErrSigner)
	at := p.With(fresh)
	rot, _, _, err = seal.AccountRotate(p.Account(), w.At(), at.Maker(), p.PUK[0])
	w.Must(err)
	want(t, "a rotation before it is replaced", w.Append(rot), chain.ErrState)
	old := pair
	at.BindOfficers()
	at.Turn()
	want(t, "the old pair", at.Reissue(old, seal.NewDevice(chaintest.NewID())), chain.ErrSignature)
	w.Must(at.Recover(seal.NewDevice(chaintest.NewID()))) // the control
}

func TestKeysAreNotUsedTwice(t *testing.T) {
	w := chaintest.New(t)
	p := w.Enrol("Ann")
	add := func(change func(*seal.Device)) error {
		d := seal.NewDevice(chaintest.NewID())
		change(&d)
		s, _, err := seal.DeviceAdd(p.Account(), w.At(), p.Maker(), p.PUK[0], d)
		w.Must(err)
		return w.Append(s)
	}
	for why, change := range map[string]func(*seal.Device){
		"the id":                       func(d *seal.Device) { d.ID = p.Device.ID },
		"no id":                        func(d *seal.Device) { d.ID = envelope.ID{} },
		"the statement key":            func(d *seal.Device) { d.Sign = p.Device.Sign },
		"the box key":                  func(d *seal.Device) { d.Box = p.Device.Box },
		"the sign-in key":              func(d *seal.Device) { d.Session = p.Device.Session },
		"a statement key for sign-in":  func(d *seal.Device) { d.Session = p.Device.Sign },
		"a sign-in key for statements": func(d *seal.Device) { d.Sign = p.Device.Session },
		"one key for both":             func(d *seal.Device) { d.Session = d.Sign },
		"the recovery's signing key":   func(d *seal.Device) { d.Sign = p.Rec.Sign },
		"the recovery's box key":       func(d *seal.Device) { d.Box = p.Rec.Box },
	} {
		want(t, why, add(change), chain.ErrState)
	}
	w.Must(add(func(*seal.Device) {}))
	for why, rec := range map[string]seal.Recovery{"a device's signing key": {Sign: p.Device.Sign, Box: key.NewBox()}, "a device's box key": {Sign: key.NewSigning(), Box: p.Device.Box}} {
		s, _, _, err := seal.RecoveryReplace(p.Account(), w.At(), p.Maker(), p.PUK[0], rec)
		w.Must(err)
		want(t, "recovery with "+why, w.Append(s), chain.ErrState)
	}
}

// An old generation's key published again would shut nobody out.
func TestGenerationsHaveFreshKeys(t *testing.T) {
	w := chaintest.New(t)
	p := w.Enrol("Ann")
	s, _, _, err := seal.AccountRotate(p.Account(), w.At(), p.Maker(), p.PUK[0])
	w.Must(err)
	l, err := envelope.DecodeLink(s.Link)
	w.Must(err)
	purpose, body, err := envelope.DecodeRotate(l.Type, l.Body)
	w.Must(err)
	r, err := envelope.DecodeRotation(body)
	w.Must(err)
	r.Box = p.PUK[0].Box().Public().Bytes()
	l.Body = envelope.EncodeRotate(l.Type, purpose, r.Encode())
	b := l.Encode()
	want(t, "the first generation's key", w.Append(envelope.SignedLink{Link: b, Sig: p.Device.Sign.Sign(key.SigLink(l.Type), b)}), chain.ErrGeneration)
}

func TestLineRules(t *testing.T) {
	w := chaintest.New(t)
	x := w.Line("Line")
	sam := x.Specialist("Sam")
	lead2 := x.NewLead("Second lead")
	rotate := func(by *chaintest.Person, who ...envelope.ID) error {
		cur := x.LK[len(x.LK)-1]
		s, fresh, _, err := seal.LineRotate(x.State(), envelope.PurposeLine, w.At(), by.Maker(), &cur, who, w.Book)
		w.Must(err)
		if err := w.Append(s); err != nil {
			return err
		}
		x.LK = append(x.LK, fresh)
		return nil
	}
	everybody := x.State().Members(w.Leaf)
	want(t, "a rotation without a member", rotate(sam, x.Lead.ID, sam.ID), chain.ErrRoster)
	w.Must(rotate(sam, everybody...))
	self, _, _, err := seal.LineRemove(x.State(), w.At(), x.Lead.Maker(), x.LK[len(x.LK)-1], x.Lead.ID, w.Book)
	w.Must(err)
	want(t, "a lead who leaves with the key they made", w.Append(self), chain.ErrSigner)

	x.SetLeads(x.Lead, lead2)
	s, _, _, err := seal.LineRemove(x.State(), w.At(), lead2.Maker(), x.LK[len(x.LK)-1], x.Lead.ID, w.Book)
	w.Must(err)
	w.Must(w.Append(s))
	want(t, "a lead who is no member makes a key that they may not have", rotate(x.Lead, x.State().Members(w.Leaf)...), chain.ErrSigner)

	w.Decertify(sam)
	want(t, "a member without a credential", rotate(sam, x.State().Members(w.Leaf)...), chain.ErrCredential)
}

// A member who got the key by a grant is watched like those in the rotation.
func TestStaleSeesGrants(t *testing.T) {
	w := chaintest.New(t)
	x := w.Line("Line")
	sam := x.Specialist("Sam")
	stale := func(p envelope.Purpose) bool {
		s, err := x.State().Stale(w.Leaf, p, w.Book)
		w.Must(err)
		return s
	}
	if stale(envelope.PurposeLine) || stale(envelope.PurposeLead) {
		t.Fatal("stale from the start")
	}
	lost := sam.AddDevice()
	before := w.Leaf
	sam.Revoke(lost.ID)
	if !stale(envelope.PurposeLine) {
		t.Error("the line key is sealed to a lost device and nobody notices")
	}
	if s, err := x.State().Stale(before, envelope.PurposeLine, w.Book); s || err != nil {
		t.Errorf("stale before it was: %v", err)
	}
	x.Rotate(x.Lead, envelope.PurposeLine)
	if stale(envelope.PurposeLine) {
		t.Error("stale after a rotation")
	}
	two := x.NewLead("Second lead")
	x.SetLeads(x.Lead, two)
	if !stale(envelope.PurposeLead) {
		t.Error("a new lead has no key and nobody notices")
	}
}

// A rotation at the floor hands over no history.
func TestFloor(t *testing.T) {
	w := chaintest.New(t)
	x := w.Line("Line")
	x.Rotate(x.Lead, envelope.PurposeLine)
	floor := func(g uint32) error { return w.Append(seal.LineFloor(x.State(), w.At(), x.Lead.Maker(), g)) }
	want(t, "a floor above the next generation", floor(4), chain.ErrGeneration)
	want(t, "no end of floors", floor(math.MaxUint32), chain.ErrGeneration)
	w.Must(floor(2))
	x.Rotate(x.Lead, envelope.PurposeLine) // generation 2 is still needed
	w.Must(floor(4))
	want(t, "a lower floor", floor(3), chain.ErrGeneration)
	s, _, _, err := seal.LineRotate(x.State(), envelope.PurposeLine, w.At(), x.Lead.Maker(), &x.LK[2], []envelope.ID{x.Lead.ID}, w.Book)
	w.Must(err)
	l, err := envelope.DecodeLink(s.Link)
	w.Must(err)
	if k, ok, err := chain.KeysOf(l); err != nil || !ok || len(k.PrevBox) != 0 {
		t.Errorf("history at the floor: %v", err)
	}
	w.Must(w.Append(s))
}

// Of two links checked at once for one place, one is lost.
func TestBookTakesOneOfTwo(t *testing.T) {
	w := chaintest.New(t)
	p := w.Enrol("Ann")
	check := func() chain.Next {
		s, _, _, err := seal.AccountRotate(p.Account(), w.At(), p.Maker(), p.PUK[0])
		w.Must(err)
		n, err := w.Book.Check(s, w.Leaf)
		w.Must(err)
		return n
	}
	one, two := check(), check()
	w.Must(w.Book.Take(one))
	want(t, "the second of two", w.Book.Take(two), chain.ErrOrder)

	var links []envelope.SignedLink
	for range 8 {
		s, _, _, err := seal.AccountRotate(p.Account(), w.At(), p.Maker(), p.PUK[0])
		w.Must(err)
		links = append(links, s)
	}
	var wg sync.WaitGroup
	took := make(chan bool, len(links))
	for _, s := range links {
		wg.Go(func() { took <- w.Book.Apply(chain.Logged{SignedLink: s, Leaf: w.Leaf + 1}) == nil })
	}
	wg.Wait()
	close(took)
	n := 0
	for ok := range took {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of %d links took the same place", n, len(links))
	}
}

// What was never signed, what holds, and what cannot be judged yet is not passed over.
func TestReject(t *testing.T) {
	w := chaintest.New(t)
	x := w.Line("Line")
	ann, eve := w.Person("Ann", chain.RoleNavigator, x.ID), w.Person("Eve", chain.RoleNavigator, x.ID)
	th := w.NewThread()
	w.Must(th.Open(ann, x.ID))
	good := th.Message(ann, "hello")
	reject := func(e envelope.Entry) error { _, err := th.State.Reject(e, w.Book); return err }
	want(t, "an entry that holds", reject(good), chain.ErrState)
	unsigned := good
	unsigned.Sig = make([]byte, 64)
	want(t, "an entry that nobody signed", reject(unsigned), chain.ErrSignature)
	want(t, "no entry", reject(envelope.Entry{}), envelope.ErrMalformed)
	later := good
	w.Book.Reached(w.Leaf - 1)
	want(t, "an entry from the future", reject(later), chain.ErrAhead)
	if _, _, err := th.State.Apply(later, w.Book); !errors.Is(err, chain.ErrAhead) {
		t.Errorf("applied ahead: %v", err)
	}
	w.Book.Reached(w.Leaf)
	stranger := th.Message(eve, "not mine")
	after, err := th.State.Reject(stranger, w.Book)
	if err != nil || after.Next != th.State.Next+1 || after.Head != stranger.Hash() {
		t.Fatalf("a signed entry that does not hold: %v", err)
	}
	after.Next, after.Head = th.State.Next, th.State.Head
	if after.State != th.State.State || after.KTSize != th.State.KTSize || after.Epoch != th.State.Epoch {
		t.Error("a rejected entry changed something")
	}
	body := envelope.Entry{Head: th.Message(ann, "x").Head}
	moved := th.Place(0)
	moved.Index++
	e, err := seal.Message(ann.Maker(), th.TK[0], moved, 0, nil)
	w.Must(err)
	want(t, "an entry of another place", reject(e), chain.ErrOrder)
	want(t, "an entry without its signature", reject(body), chain.ErrSignature)
}
