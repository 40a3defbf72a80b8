package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"arcline/client"
	"arcline/crypto/envelope"
	"arcline/server/wire"
	"arcline/store"
)

// demoOnce plays a whole story over real sockets with the real SDK, kills the
// service in the middle, and then searches everything that the service has for
// a word of it.
func demoOnce(ctx context.Context, e *env, dir string) error {
	began := time.Now()
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "arcline-once-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &stage{dir: dir, listen: l.Addr().String(), out: e.stdout}
	l.Close()
	p := &play{stage: s, ctx: ctx}
	if _, err := s.raise(ctx); err != nil {
		return errors.Join(err, s.stop())
	}
	p.say("The agency stands. %d people are enrolled, certified and signed in.", len(s.people)+1)
	for _, act := range []func() error{p.ask, p.triage, p.prove, p.answer, p.file, p.kill, p.transfer, p.walls, p.finish} {
		if err := act(); err != nil {
			return errors.Join(fmt.Errorf("the story broke: %w; the service's log is %s", err, s.logPath()), s.stop())
		}
	}
	for _, a := range append(s.people, s.registrar) {
		a.c.Close()
	}
	if err := s.stop(); err != nil {
		return err
	}
	if err := p.search(); err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "\nNothing was found and nothing was lost. %.1f seconds.\n", time.Since(began).Seconds())
	return nil
}

// play is the story: what was said, and where.
type play struct {
	*stage
	ctx    context.Context
	step   int
	thread wire.ID
	line   wire.ID
	said   []string // every text of the story, for the search
	secret [][]byte // file bytes, for the search
	taken  string   // who won the claim
}

func (p *play) say(format string, a ...any) {
	p.step++
	fmt.Fprintf(p.out, "%2d. %s\n", p.step, fmt.Sprintf(format, a...))
}

// canRead prints who can read the thread now, as one side's keys have it.
func (p *play) canRead(as string) error {
	t, err := p.who(as).c.Sync(p.ctx, p.thread)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "    who can read now: %s\n", readers(p.who(as).c.Readers(t)))
	return nil
}

// words makes a text that exists nowhere else, and remembers it for the search.
func (p *play) words(text string) string {
	text = fmt.Sprintf("%s [%s]", text, rand.Text())
	p.said = append(p.said, text)
	return text
}

func (p *play) message(text string) client.Content {
	return client.Content{Type: "text", Text: p.words(text)}
}

func (p *play) ask() error {
	arc, err := p.agency.LineBySlug("arc")
	if err != nil {
		return err
	}
	p.line = arc.ID
	m := p.message("The household moved in June and their notice shows the old county. What is missing?")
	m.Subject = p.words("Household moved, notice wrong")
	r, err := p.who("nora").c.OpenThread(p.ctx, arc.ID, m)
	if err != nil {
		return err
	}
	p.thread = r.Thread
	p.say("Nora, a navigator, writes to the %s. No specialist is connected.", arc.Name)
	return p.canRead("nora")
}

// triage lets two specialists read what waits and claim it at the same moment.
func (p *play) triage() error {
	for _, n := range []string{"sam", "sofia"} {
		rows, err := p.who(n).c.Threads(p.ctx, &p.line)
		if err != nil || len(rows) != 1 {
			return fmt.Errorf("%s sees %d waiting threads: %w", n, len(rows), err)
		}
		t, err := p.who(n).c.Sync(p.ctx, p.thread)
		if err != nil {
			return err
		}
		if err := has(t, p.said[0]); err != nil {
			return err
		}
	}
	p.say("Sam and Sofia look at what waits on the line; both can read it.")
	var wg sync.WaitGroup
	errs := map[string]error{}
	var mu sync.Mutex
	for _, n := range []string{"sam", "sofia"} {
		wg.Go(func() {
			_, err := p.who(n).c.Claim(p.ctx, p.thread)
			mu.Lock()
			errs[n] = err
			mu.Unlock()
		})
	}
	wg.Wait()
	won := 0
	for n, err := range errs {
		if err == nil {
			p.taken = n
			won++
		}
	}
	if won != 1 {
		return fmt.Errorf("%d specialists hold one thread: %v", won, errs)
	}
	p.say("Both claim it at once. %s has it; the other is told so.", p.who(p.taken).Display)
	return p.canRead(p.taken)
}

// prove sends a consumer's identifiers under a fresh second factor.
func (p *play) prove() error {
	nora := p.who("nora")
	code, err := nora.app.Next(p.ctx)
	if err != nil {
		return err
	}
	if _, err := nora.c.SendWithFactor(p.ctx, p.thread, p.message("Consumer: Petra Placeholder, born 1 January 1970, 1 Example Street"), code); err != nil {
		return err
	}
	t, err := p.who(p.taken).c.Sync(p.ctx, p.thread)
	if err != nil {
		return err
	}
	if err := has(t, p.said[len(p.said)-1]); err != nil {
		return err
	}
	events := t.Events()
	last := events[len(events)-1]
	if last.Factor == 0 {
		return errors.New("the reader does not see the second factor")
	}
	p.say("Nora sends the consumer's identifiers. The reader sees: second factor %d seconds before.", max(0, last.At/1000-last.Factor))
	return nil
}

func (p *play) answer() error {
	if _, err := p.who(p.taken).c.Send(p.ctx, p.thread, p.message("Thank you. Proof of the new address is missing; a utility bill will do.")); err != nil {
		return err
	}
	t, err := p.who("nora").c.Sync(p.ctx, p.thread)
	if err != nil {
		return err
	}
	p.say("%s answers; Nora reads it.", p.who(p.taken).Display)
	return has(t, p.said[len(p.said)-1])
}

// file sends a file one way and compares what arrives.
func (p *play) file() error {
	content := make([]byte, 200_000)
	rand.Read(content)
	name := "utility-bill-" + rand.Text() + ".pdf"
	p.said, p.secret = append(p.said, name), append(p.secret, content)
	nora, peer := p.who("nora"), p.who(p.taken)
	f, err := nora.c.Attach(p.ctx, p.thread, name, "application/pdf", bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	m := p.message("Here is the bill.")
	m.Files = []client.FileInfo{f}
	if _, err := nora.c.Send(p.ctx, p.thread, m); err != nil {
		return err
	}
	t, err := peer.c.Sync(p.ctx, p.thread)
	if err != nil {
		return err
	}
	events := t.Events()
	got := events[len(events)-1].Content
	if got == nil || len(got.Files) != 1 || got.Files[0].Name != name {
		return errors.New("the file's message did not arrive")
	}
	var out bytes.Buffer
	if err := peer.c.Download(p.ctx, p.thread, got.Files[0], &out); err != nil {
		return err
	}
	if !bytes.Equal(out.Bytes(), content) {
		return errors.New("the file arrived changed")
	}
	p.say("Nora attaches a file of %d bytes; it arrives byte for byte.", len(content))
	return nil
}

// kill ends the service with no warning while messages are under way, starts it
// again, and checks that a reader who stayed on has each of them once, in order.
func (p *play) kill() error {
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	nora, peer := p.who("nora"), p.who(p.taken)
	grown := make(chan struct{}, 1)
	followed := make(chan error, 1)
	var thread atomic.Pointer[client.Thread]
	go func() {
		followed <- nora.c.Follow(ctx, p.thread, func(t *client.Thread) {
			thread.Store(t)
			select {
			case grown <- struct{}{}:
			default:
			}
		})
	}()
	first := len(p.said)
	sent, under := p.burst(peer)
	select { // some are confirmed, most are not
	case <-under:
	case err := <-sent:
		return fmt.Errorf("the messages before the kill: %w", err)
	}
	if err := p.server.end(syscall.SIGKILL); err == nil {
		return errors.New("the service was killed and says that it ended well")
	}
	p.say("The service is killed (kill -9) while %s sends %d messages.", peer.Display, burst)
	if err := p.startServer(p.ctx); err != nil {
		return err
	}
	if err := <-sent; err != nil {
		return err
	}
	deadline := time.After(20 * time.Second)
	for arrived := false; !arrived; {
		select {
		case <-grown:
		case err := <-followed:
			return err
		case <-deadline:
			return errors.New("not everything arrived after the restart")
		}
		var err error
		if arrived, err = inOrder(thread.Load(), p.said[first:first+burst]); err != nil {
			return err
		}
	}
	stop()
	<-followed
	p.say("It starts again by itself where it was. Nora, who stayed on, has all %d, each once, in order.", burst)
	return nil
}

// burst is how many messages are under way when the service is killed.
const burst = 20

// burst sends messages one after another; under is closed when a quarter of
// them is confirmed.
func (p *play) burst(peer *actor) (sent chan error, under chan struct{}) {
	sent, under = make(chan error, 1), make(chan struct{})
	texts := make([]client.Content, burst)
	for i := range texts {
		texts[i] = p.message(fmt.Sprintf("Step %d of what happens next.", i+1))
	}
	go func() {
		for i, m := range texts {
			if i == burst/4 {
				close(under)
			}
			if _, err := peer.c.Send(p.ctx, p.thread, m); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	return sent, under
}

// inOrder reports whether a thread has each text exactly once and in order; a
// text that is there twice or out of order is an error.
func inOrder(t *client.Thread, texts []string) (bool, error) {
	next := 0
	for _, ev := range t.Events() {
		if ev.Content == nil {
			continue
		}
		for i, want := range texts {
			if ev.Content.Text != want {
				continue
			}
			if i != next {
				return false, fmt.Errorf("text %d arrived where %d belongs", i, next)
			}
			next++
		}
	}
	return next == len(texts), nil
}

// transfer moves the thread to the other specialist, with its history.
func (p *play) transfer() error {
	to := "sofia"
	if p.taken == "sofia" {
		to = "sam"
	}
	lena, heir := p.who("lena"), p.who(to)
	if _, err := lena.c.Offer(p.ctx, p.thread, heir.Account); err != nil {
		return err
	}
	if _, err := lena.c.Transfer(p.ctx, p.thread, heir.Account); err != nil {
		return err
	}
	before := p.taken
	p.taken = to
	t, err := heir.c.Sync(p.ctx, p.thread)
	if err != nil {
		return err
	}
	if err := has(t, p.said[0]); err != nil {
		return fmt.Errorf("history was not handed over: %w", err)
	}
	if _, err := p.who(before).c.Sync(p.ctx, p.thread); !client.IsCode(err, wire.CodeNotFound) {
		return fmt.Errorf("the thread is still served to whoever had it before: %w", err)
	}
	p.say("%s goes home. Lena, the lead, hands the thread to %s, who can read its history.", p.who(before).Display, heir.Display)
	return p.canRead(to)
}

// walls shows that a broker cannot write to the ARC.
func (p *play) walls() error {
	_, err := p.who("bella").c.OpenThread(p.ctx, p.line, p.message("May a broker write here?"))
	if err == nil {
		return errors.New("a broker could write to the ARC")
	}
	p.say("Bella, a broker, tries the same line and is refused before anything is sent: %v", err)
	return nil
}

func (p *play) finish() error {
	if _, err := p.who(p.taken).c.Send(p.ctx, p.thread, p.message("All done: the new notice goes out tonight.")); err != nil {
		return err
	}
	if _, err := p.who(p.taken).c.CloseThread(p.ctx, p.thread, envelope.OutcomeAnswered); err != nil {
		return err
	}
	t, err := p.who("nora").c.Sync(p.ctx, p.thread)
	if err != nil {
		return err
	}
	missing := 0
	for _, text := range p.said {
		if strings.HasPrefix(text, "May a broker") || strings.HasPrefix(text, "utility-bill-") || strings.HasPrefix(text, "Household moved") {
			continue
		}
		if has(t, text) != nil {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d messages are missing at the end", missing)
	}
	p.say("%s closes the thread. Nora has every message of the story.", p.who(p.taken).Display)
	return nil
}

// has reports whether a thread holds a text.
func has(t *client.Thread, text string) error {
	for _, ev := range t.Events() {
		if ev.Content != nil && (ev.Content.Text == text || ev.Content.Subject == text) {
			return nil
		}
	}
	return fmt.Errorf("a message did not arrive: %.40q", text)
}

// search looks for every text, file and name of the story in every byte that
// the service has: its folder, its log, and a snapshot of its store.
func (p *play) search() error {
	st, err := store.Open(p.ctx, p.serverData(), store.Options{})
	if err != nil {
		return err
	}
	snapshot := filepath.Join(p.dir, "snapshot.db")
	f, err := os.OpenFile(snapshot, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return errors.Join(err, st.Close())
	}
	_, err = st.Snapshot(p.ctx, f)
	bad := 0
	verr := st.Verify(p.ctx, func(pr store.Problem) { bad++; fmt.Fprintln(p.out, "    damage:", pr) })
	if err := errors.Join(err, verr, f.Close(), st.Close()); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%w: %d findings in the store", errDamaged, bad)
	}
	n := newNeedles(p.said, p.secret)
	if err := n.selfTest(); err != nil {
		return err
	}
	files, size, hits := 0, int64(0), 0
	for _, root := range []string{p.serverData(), p.logPath(), snapshot} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files, size = files+1, size+int64(len(b))
			for _, found := range n.in(append(b, []byte(path)...)) {
				hits++
				fmt.Fprintf(p.out, "    FOUND in %s: %s\n", path, found)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	p.say("Every byte that the service has was searched: %d files, %d bytes, for %d texts and %d file pieces in %d spellings. Found: %d.",
		files, size, len(p.said), len(n.list)-len(p.said), spellings, hits)
	if hits > 0 {
		return errors.New("the service holds readable text")
	}
	return nil
}
