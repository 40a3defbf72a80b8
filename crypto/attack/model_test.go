package attack

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"arcline/crypto/chain"
	"arcline/crypto/chaintest"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/seal"
)

// The model: who may do what and who may read what, kept in plain sets beside
// the real thing and written from the protocol's text, not from its code.
type model struct {
	*scene
	r       *rand.Rand
	people  []*modelPerson
	lines   []*modelLine
	threads []*modelThread
	clients []*client
	done    map[string]int
}

type modelPerson struct {
	*chaintest.Person
	assister  bool
	certified bool
	line      int // the line that the credential names
	more      []seal.Device
}

type modelLine struct {
	*chaintest.Line
	members map[envelope.ID]bool
}

type modelThread struct {
	*chaintest.Thread
	state          chain.State
	line           int
	opener, holder *modelPerson
	offer          *modelPerson
	sealed         map[string]int // who can read the current epoch, under which generation
	handed         bool
	unread         bool // history was withheld at some point
}

func newModel(t *testing.T, seed uint64) *model {
	m := &model{scene: &scene{evil: newEvil(t)}, r: rand.New(rand.NewPCG(seed, 1)), done: map[string]int{}}
	for i := range 2 {
		x := &modelLine{Line: m.Line(fmt.Sprint("Line ", i)), members: map[envelope.ID]bool{}}
		x.members[x.Lead.ID] = true
		m.lines = append(m.lines, x)
		m.people = append(m.people, &modelPerson{Person: x.Lead, certified: true, line: i})
	}
	for i := range 3 {
		p := m.Person(fmt.Sprint("Assister ", i), chain.RoleNavigator, m.lines[i%2].ID)
		m.people = append(m.people, &modelPerson{Person: p, assister: true, certified: true, line: i % 2})
	}
	for i := range 6 {
		x := m.lines[i%2]
		p := m.Person(fmt.Sprint("Specialist ", i), chain.RoleSpecialist, x.ID)
		m.people = append(m.people, &modelPerson{Person: p, certified: true, line: i % 2})
		if i < 4 {
			m.Must(x.Add(p))
			x.members[p.ID] = true
		}
	}
	m.publish()
	return m
}

// readers lists who must be able to read a thread now.
func (m *model) readers(t *modelThread) map[string]int {
	out := map[string]int{"acct " + string(t.opener.ID[:]): len(t.opener.PUK), "cust": 1}
	if t.holder != nil {
		out["acct "+string(t.holder.ID[:])] = len(t.holder.PUK)
	}
	if t.state == chain.StateOpen {
		out[fmt.Sprint("line ", t.line)] = len(m.lines[t.line].LK)
	} else {
		out[fmt.Sprint("lead ", t.line)] = len(m.lines[t.line].Lk)
	}
	return out
}

func (m *model) current(t *modelThread) bool {
	return !t.handed && reflect.DeepEqual(t.sealed, m.readers(t))
}

func (t *modelThread) party(p *modelPerson) bool { return p == t.opener || p == t.holder }

// works reports whether somebody can work on the line: on it, and certified for it.
func (m *model) works(p *modelPerson, line int) bool {
	return p.certified && !p.assister && p.line == line && m.lines[line].members[p.ID]
}

func (m *model) mayRead(t *modelThread, p *modelPerson) bool {
	return t.party(p) || t.state == chain.StateOpen && m.lines[t.line].members[p.ID] ||
		t.state != chain.StateOpen && p.Person == m.lines[t.line].Lead
}

// did compares what happened with what the model allows.
func (m *model) did(what string, allowed bool, err error) bool {
	m.T.Helper()
	if allowed != (err == nil) {
		m.T.Fatalf("%s: allowed %v, but: %v", what, allowed, err)
	}
	if allowed {
		m.done[what]++
	}
	return allowed
}

// sealedAnew notes a new epoch and tries every key there is on every box.
func (m *model) sealedAnew(t *modelThread, by *modelPerson) {
	t.sealed, t.handed = m.readers(t), !m.mayRead(t, by)
	k := t.Statement(t.State.Epoch)
	try := func(who string, kind envelope.RecipientKind, id envelope.ID, gen int, sk *key.Box) {
		opened := false
		for _, b := range t.Boxes[t.State.Epoch] {
			s, err := seal.Open(k, kind, id, sk, b.Sealed)
			opened = opened || err == nil && s.Bytes() == t.TK[t.State.Epoch].Bytes()
		}
		if should := t.sealed[who] == gen; opened != should {
			m.T.Fatalf("epoch %d: key %d of %q opens: %v, should: %v", t.State.Epoch, gen, who, opened, should)
		}
	}
	for _, p := range m.people {
		for g, s := range p.PUK {
			try("acct "+string(p.ID[:]), envelope.KindAccount, p.ID, g+1, s.Box())
		}
	}
	for i, x := range m.lines {
		for g, s := range x.LK {
			try(fmt.Sprint("line ", i), envelope.KindLine, x.ID, g+1, s.Box())
		}
		for g, s := range x.Lk {
			try(fmt.Sprint("lead ", i), envelope.KindLead, x.ID, g+1, s.Box())
		}
	}
	try("cust", envelope.KindCustodian, m.RecordsID, 1, m.Records)
}

func (m *model) person() *modelPerson { return m.people[m.r.IntN(len(m.people))] }

// member draws somebody who can work on a line, most of the time.
func (m *model) member(line int) *modelPerson {
	for range 6 {
		if p := m.person(); m.works(p, line) {
			return p
		}
	}
	return m.person()
}

func (m *model) step() {
	p := m.person()
	if len(m.threads) == 0 || m.r.IntN(12) == 0 {
		m.open(p)
		return
	}
	if m.r.IntN(20) == 0 {
		m.outreach(m.person(), m.person())
		return
	}
	t := m.threads[m.r.IntN(len(m.threads))]
	q := m.member(t.line)
	// Half of the time somebody acts who has to do with the thread.
	if m.r.IntN(2) == 0 {
		p = t.opener
		if t.holder != nil && m.r.IntN(2) == 0 {
			p = t.holder
		}
	}
	switch m.r.IntN(13) {
	case 0, 1, 2:
		allowed := p.certified && t.opener.certified && (t.holder == nil || t.holder.certified) && m.current(t) &&
			(t.party(p) || t.state == chain.StateOpen && m.works(p, t.line))
		if m.did("say", allowed, t.Say(p.Person, "text")) && t.state == chain.StateClosed {
			t.state = chain.StateClaimed
		}
	case 3:
		m.claim(t, p)
	case 4:
		m.claim(t, q)
	case 5:
		allowed := p.certified && (t.party(p) || t.state == chain.StateOpen && m.works(p, t.line))
		if m.did("rekey", allowed, t.Rekey(p.Person)) {
			m.sealedAnew(t, p)
		}
	case 6:
		m.requeue(t, p)
	case 7:
		leads := p.Person == m.lines[t.line].Lead && p.certified
		allowed := t.state == chain.StateClaimed && (p == t.holder && p.certified || leads) && m.works(q, t.line) && q != t.holder
		if m.did("offer", allowed, t.Offer(p.Person, q.Person)) {
			t.offer = q
		}
	case 8:
		m.transfer(t, p)
	case 9:
		if m.did("close", t.state == chain.StateClaimed && t.party(p) && p.certified, t.Close(p.Person)) {
			t.state = chain.StateClosed
		}
	case 10:
		overseen := t.state != chain.StateOpen && p.Person == m.lines[t.line].Lead
		m.did("reveal", p.certified && (t.party(p) || overseen), t.Reveal(p.Person, chaintest.NewID()))
	default:
		m.change(p)
	}
}

func (m *model) open(p *modelPerson) {
	line := m.r.IntN(len(m.lines))
	t := &modelThread{Thread: m.NewThread(), state: chain.StateOpen, line: line, opener: p}
	if m.did("open", p.certified && p.assister && p.line == line, t.Open(p.Person, m.lines[line].ID)) {
		m.threads = append(m.threads, t)
		m.sealedAnew(t, p)
	}
}

// outreach begins a thread by somebody who works on a line, most of the time.
func (m *model) outreach(p, to *modelPerson) {
	line := m.r.IntN(len(m.lines))
	if m.r.IntN(3) > 0 {
		p = m.member(line)
	}
	t := &modelThread{Thread: m.NewThread(), state: chain.StateClaimed, line: line, opener: to, holder: p}
	if m.did("outreach", m.works(p, line) && to.certified && to.assister && to.line == line, t.Outreach(p.Person, m.lines[line].ID, to.Person)) {
		m.threads = append(m.threads, t)
		m.sealedAnew(t, p)
	}
}

func (m *model) claim(t *modelThread, p *modelPerson) {
	if m.did("claim", t.state == chain.StateOpen && m.works(p, t.line), t.Claim(p.Person)) {
		t.state, t.holder = chain.StateClaimed, p
		m.sealedAnew(t, p)
	}
}

func (m *model) requeue(t *modelThread, p *modelPerson) {
	line, history := m.r.IntN(len(m.lines)), m.r.IntN(3) > 0
	allowed := p.certified && t.party(p) && (p != t.opener || p.line == line)
	if m.did("requeue", allowed, t.Requeue(p.Person, m.lines[line].ID, history)) {
		t.state, t.line, t.holder, t.offer, t.unread = chain.StateOpen, line, nil, nil, t.unread || !history
		m.sealedAnew(t, p)
	}
}

func (m *model) transfer(t *modelThread, p *modelPerson) {
	to := t.offer
	if to == nil {
		to = m.person()
	}
	leads := p.Person == m.lines[t.line].Lead
	allowed := t.state == chain.StateClaimed && t.offer != nil && p.certified && (t.party(p) || leads) && m.works(to, t.line)
	if m.did("transfer", allowed, t.Transfer(p.Person, to.Person)) {
		t.holder, t.offer = to, nil
		m.sealedAnew(t, p)
	}
}

// change alters the people: membership, devices, keys, credentials.
func (m *model) change(p *modelPerson) {
	x := m.lines[m.r.IntN(len(m.lines))]
	i := slices.Index(m.lines, x)
	switch m.r.IntN(6) {
	case 0:
		allowed := p.certified && !p.assister && p.line == i && !x.members[p.ID] && m.works(m.people[i], i)
		if m.did("add", allowed, x.Add(p.Person)) {
			x.members[p.ID] = true
		}
	case 1:
		if p.Person != x.Lead && x.members[p.ID] && m.works(m.people[i], i) {
			x.Remove(p.Person)
			delete(x.members, p.ID)
			m.done["remove"]++
		}
	case 2:
		p.more = append(p.more, p.AddDevice())
		m.done["device"]++
	case 3:
		if n := len(p.more); n > 0 {
			p.Revoke(p.more[n-1].ID)
			p.more = p.more[:n-1]
			m.done["revoke"]++
		}
	case 4:
		if m.works(m.people[i], i) {
			x.Rotate(x.Lead, envelope.PurposeLine)
			x.Rotate(x.Lead, envelope.PurposeLead)
			m.done["rotate"]++
		}
	case 5:
		if p.certified && m.r.IntN(4) == 0 && p.Person != m.lines[p.line].Lead {
			m.Decertify(p.Person)
			p.certified = false
			m.done["decertify"]++
		}
	}
	m.publish()
}

// history walks back from the newest epoch as a reader of it would.
func (m *model) history(t *modelThread) {
	for e := t.State.Epoch; e > 0; e-- {
		got, err := seal.Previous(t.Statement(e), t.TK[e], t.Statement(e-1))
		if err != nil {
			if !t.unread {
				m.T.Fatalf("history ends at epoch %d: %v", e, err)
			}
			return
		}
		if got.Bytes() != t.TK[e-1].Bytes() {
			m.T.Fatal("history hands over another key")
		}
	}
}

// view lets a client that has followed for some time catch up, and compares
// what it has read with what everybody else has.
func (m *model) view(t *modelThread) {
	p := m.person()
	c := m.client(p.Person, t.Thread)
	if i := slices.IndexFunc(m.clients, func(c *client) bool { return c.th.ID == t.State.ID && m.r.IntN(2) == 0 }); i >= 0 {
		c = m.clients[i] // one that stopped somewhere before
	} else {
		m.clients = append(m.clients, c)
	}
	m.Must(c.sync())
	upTo := m.r.IntN(len(t.Entries) + 1)
	m.entries = func(e []envelope.Entry) []envelope.Entry { return e[:max(upTo, int(c.th.Next))] }
	m.Must(c.read(t.Thread, true))
	m.entries = nil
	if n := c.th.Next; n > 0 && c.th.Head != t.Entries[n-1].Hash() {
		m.T.Fatal("a view is no prefix of the log")
	}
	if c.th.Next == t.State.Next && !reflect.DeepEqual(c.th, t.State) {
		m.T.Fatalf("two readers of one log disagree:\n%+v\n%+v", c.th, t.State)
	}
}

func TestModel(t *testing.T) {
	runs, steps, total := uint64(8), 150, map[string]int{}
	if testing.Short() {
		runs = 3
	}
	for seed := range runs {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			m := newModel(t, seed)
			for range steps {
				m.step()
				if len(m.threads) > 0 && m.r.IntN(5) == 0 {
					m.view(m.threads[m.r.IntN(len(m.threads))])
				}
			}
			for _, th := range m.threads {
				m.history(th)
				if th.State.State != th.state || th.State.Handed != th.handed {
					t.Errorf("state %s, the model says %s", th.State.State, th.state)
				}
			}
			for op, n := range m.done {
				total[op] += n
			}
		})
	}
	for _, op := range []string{"open", "claim", "say", "rekey", "requeue", "offer", "transfer", "close", "add", "remove", "device", "revoke", "rotate", "decertify", "outreach", "reveal"} {
		if total[op] == 0 && !testing.Short() {
			t.Errorf("no run did %q", op)
		}
	}
	t.Log(total)
}
