package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"arcline/client"
	"arcline/crypto/chain"
	"arcline/crypto/envelope"
	"arcline/server/wire"
)

func threadVerbs() []verb {
	return []verb{
		{"lines", "threads", "", "list the lines", runLines},
		{"members", "threads", "LINE", "list who works on a line", runMembers},
		{"add", "threads", "LINE ACCOUNT", "put a certified person on a line that you lead", runAdd},
		{"remove", "threads", "LINE ACCOUNT", "take a person off a line that you lead; its keys change", runRemove},
		{"threads", "threads", "[--line LINE]", "list your threads, or what waits on a line", runThreads},
		{"open", "threads", "--line LINE --subject TEXT [--topic TOPIC] [--consumers FILE] [--form FILE] [--call | --number FILE] [--slot TIME] [--urgent REASON] [--sensitive] [--identifiers] [--for BROKER] [FILE]", "write to a line; the message is read from FILE or standard input; `arcline desk` lists topics and what they ask for", runOpen},
		{"read", "threads", "THREAD", "print a thread", runRead},
		{"tail", "threads", "THREAD", "print a thread and stay for what comes", runTail},
		{"send", "threads", "THREAD [--factor] [--identifiers] [FILE]", "write into a thread; --factor asks for your six digits and shows their age to readers; --identifiers says that personal details are inside, and demands them", runSend},
		{"drafts", "threads", "[THREAD [--clear] [FILE]]", "list what you began and did not send, on any of your devices; with THREAD keep a text for later, or throw it away", runDrafts},
		{"note", "threads", "THREAD [FILE]", "write a note that only staff get; it is read from FILE or standard input", runNote},
		{"attach", "threads", "THREAD FILE", "send a file into a thread", runAttach},
		{"get", "threads", "THREAD FILE-ID", "fetch a file of a thread into this folder", runGet},
		{"claim", "threads", "THREAD", "take a waiting thread: from now on it is sealed to you and the assister; a sensitive one asks for your six digits", runClaim},
		{"release", "threads", "THREAD [--line LINE] [--history] [--reason TEXT]", "give a thread back to a line; the reason is a staff note", runRelease},
		{"offer", "threads", "THREAD ACCOUNT", "name a successor for a thread", runOffer},
		{"transfer", "threads", "THREAD ACCOUNT [--reason TEXT]", "hand a thread to the successor that was named; staff say why, in a staff note", runTransfer},
		{"close", "threads", "THREAD [--outcome WORD]", "end a thread and say how it ended (answered, no-answer-needed, duplicate, not-for-this-line, solved-another-way); a message opens it again", runClose},
	}
}

// device opens the device and parses one verb's arguments.
func device(e *env, fs *flag.FlagSet, args []string, least, most int) (*client.Client, []string, error) {
	rest, err := parse(fs, args, least, most)
	if err != nil {
		return nil, nil, err
	}
	c, err := e.open()
	return c, rest, err
}

// onOne does what a verb that lists things can do to one of them: `name word ID`.
func (e *env) onOne(rest []string, name, word, done string, do func(wire.ID) error) error {
	if len(rest) != 2 || rest[0] != word {
		return fmt.Errorf("%w: only `%s %s ID`", errUsage, name, word)
	}
	id, err := parseID(rest[1])
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, done)
	return nil
}

func runLines(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	lines, err := c.Lines(ctx)
	if err != nil {
		return err
	}
	return e.print(lines, func(w io.Writer) {
		for _, l := range lines {
			fmt.Fprintf(w, "%s  %-28s %d waiting\n", l.Line, l.Name, l.Waiting)
		}
	})
}

func runMembers(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, rest, err := device(e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	line, err := findLine(ctx, c, rest[0])
	if err != nil {
		return err
	}
	people, err := c.Members(ctx, line)
	if err != nil {
		return err
	}
	return e.print(people, func(w io.Writer) {
		for _, p := range people {
			fmt.Fprintf(w, "%s  %-12s %s\n", p.Account, p.Role, p.Name)
		}
	})
}

func lineAct(ctx context.Context, e *env, fs *flag.FlagSet, args []string, act func(c *client.Client, f client.Factor, line, who wire.ID) error, done string) error {
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 2, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	who, err := parseID(rest[1])
	if err != nil {
		return err
	}
	line, err := findLine(ctx, c, rest[0])
	if err != nil {
		return err
	}
	if err := act(c, e.factor(*codeFile), line, who); err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, done)
	return nil
}

func runAdd(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	return lineAct(ctx, e, fs, args, func(c *client.Client, f client.Factor, l, w wire.ID) error { return c.AddMembers(ctx, f, l, w) }, "Done: they can read what waits on the line.")
}

func runRemove(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	return lineAct(ctx, e, fs, args, func(c *client.Client, f client.Factor, l, w wire.ID) error { return c.RemoveMember(ctx, f, l, w) }, "Done: the line's keys were changed without them.")
}

func runThreads(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	lineName := fs.String("line", "", "a line you work on")
	c, _, err := device(e, fs, args, 0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	var line *wire.ID
	if *lineName != "" {
		id, err := findLine(ctx, c, *lineName)
		if err != nil {
			return err
		}
		line = &id
	}
	rows, err := c.Threads(ctx, line)
	if err != nil {
		return err
	}
	return e.print(rows, func(w io.Writer) {
		for _, r := range rows {
			fmt.Fprintf(w, "%s  %-8s %3d entries  opened %s%s\n", r.Thread, r.State, r.Next, when(r.Opened), marks(ctx, c, r))
			printWork(w, r.Work)
		}
		if len(rows) == 0 {
			fmt.Fprintln(w, "No threads.")
		}
	})
}

func runOpen(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	lineName := fs.String("line", "", "the line to write to")
	subject := fs.String("subject", "", "a short subject; it is sealed like the message")
	var o client.Opening
	fs.BoolVar(&o.Sensitive, "sensitive", false, "whoever takes the thread must give a second factor")
	fs.BoolVar(&o.Identifiers, "identifiers", false, "personal details are inside: you give your second factor")
	broker := fs.String("for", "", "support staff: the broker for whom you write")
	var asked rulesOf
	asked.flags(fs)
	codeFile := codeFlag(fs)
	c, rest, err := device(e, fs, args, 0, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	if *lineName == "" {
		return fmt.Errorf("%w: --line is needed", errUsage)
	}
	text, err := e.text(strings.Join(rest, ""))
	if err != nil {
		return err
	}
	if o.Line, err = findLine(ctx, c, *lineName); err != nil {
		return err
	}
	if *broker != "" {
		if o.For, err = findBroker(c, *broker); err != nil {
			return err
		}
	} else if c.Role() == string(wire.RoleSupport) {
		return fmt.Errorf("%w: support staff write for a broker of their agency: name the broker with --for", errUsage)
	}
	m := client.Content{Type: "text", Subject: *subject, Text: text}
	if err := asked.apply(ctx, c, &o, &m); err != nil {
		return err
	}
	r, err := c.OpenWith(ctx, e.factor(*codeFile), o, m)
	if err != nil {
		return err
	}
	t, err := c.Sync(ctx, r.Thread)
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) {
		fmt.Fprintf(w, "Sent and stored. Thread %s\nWho can read it: %s\n", r.Thread, readers(c.Readers(t)))
	})
}

func readers(rs []client.Reader) string {
	out := make([]string, len(rs))
	for i, r := range rs {
		switch r.Kind {
		case "line":
			out[i] = "everybody on " + r.Name
		case "lead":
			out[i] = "the leads of " + r.Name
		case "cust":
			out[i] = "the records officer of " + r.Name
		default:
			out[i] = r.Name
		}
	}
	return strings.Join(out, ", ")
}

func runRead(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	t, err := c.Sync(ctx, id)
	if err != nil {
		return err
	}
	if err := c.MarkRead(ctx, t); err != nil && !client.IsCode(err, wire.CodeNotCertified) {
		return err // who may only read today reads without saying so
	}
	notes, err := c.Notes(ctx, id)
	if err != nil {
		return err
	}
	events := client.WithNotes(t.Events(), notes)
	return e.print(events, func(w io.Writer) {
		for _, ev := range events {
			printEvent(w, ev)
		}
		fmt.Fprintf(w, "Who can read what is sent now: %s\n", readers(c.Readers(t)))
		printQuestion(w, c, t)
	})
}

func printEvent(w io.Writer, ev client.Event) {
	head := heading(ev)
	if ev.StaffOnly {
		head += "  STAFF ONLY"
	}
	if ev.Unproven != "" {
		defer fmt.Fprintf(w, "     WARNING: %s\n", ev.Unproven)
	}
	switch {
	case ev.Refused != "":
		fmt.Fprintf(w, "%s  [without effect: %s]\n", head, ev.Refused)
	case ev.Content != nil:
		if ev.Content.Type == client.TypeHandover {
			head += ", why it was handed over"
		}
		fmt.Fprintln(w, head)
		if ev.Content.Subject != "" {
			fmt.Fprintf(w, "     Subject: %s\n", ev.Content.Subject)
		}
		for l := range strings.SplitSeq(ev.Content.Text, "\n") {
			fmt.Fprintf(w, "     %s\n", l)
		}
		printParts(w, *ev.Content)
		for _, f := range ev.Content.Files {
			fmt.Fprintf(w, "     file %s  %s  %d bytes\n", f.ID, f.Name, f.Size)
		}
	case ev.Unread != "":
		fmt.Fprintf(w, "%s  [%s]\n", head, ev.Unread)
	case ev.Kind == "ack":
		fmt.Fprintf(w, "%s  has read up to %d\n", head, ev.UpTo)
	case printIdentity(w, ev):
	default:
		did := strings.TrimSpace(string(ev.Kind) + " " + ev.Outcome)
		if ev.To != nil {
			did = "wrote to " + ev.To.Name
		}
		fmt.Fprintf(w, "%s  %s\n", head, did)
		if ev.Sensitive {
			fmt.Fprintln(w, "     sensitive: whoever takes it gives a second factor")
		}
		if len(ev.Readers) > 0 {
			fmt.Fprintf(w, "     who can read from here on: %s\n", readers(ev.Readers))
		}
	}
}

func runTail(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	shown := 0
	err = c.Follow(ctx, id, func(t *client.Thread) {
		for _, ev := range t.Events()[shown:] {
			shown++
			ev := ev
			if err := e.print(ev, func(w io.Writer) { printEvent(w, ev) }); err != nil {
				return
			}
		}
	})
	if ctx.Err() != nil {
		return nil // stopped by hand
	}
	return err
}

func runSend(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	factor := fs.Bool("factor", false, "give your second factor for this message")
	identifiers := fs.Bool("identifiers", false, "personal details are inside: you give your second factor")
	codeFile := codeFlag(fs)
	c, id, text, err := withText(ctx, e, fs, args)
	if err != nil {
		return err
	}
	defer c.Close()
	m := client.Content{Type: "text", Text: text}
	var r client.Receipt
	switch {
	case *identifiers:
		r, err = c.SendIdentifiers(ctx, e.factor(*codeFile), id, m)
	case *factor:
		r, err = c.SendUnder(ctx, e.factor(*codeFile), id, m)
	default:
		r, err = c.Send(ctx, id, m)
	}
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) { fmt.Fprintf(w, "Sent and stored as %d.\n", r.Index) })
}

// act runs a verb that changes a thread and prints who can read it then.
func act(ctx context.Context, e *env, c *client.Client, id wire.ID, r client.Receipt, err error, done string) error {
	if err != nil {
		return err
	}
	t, err := c.Sync(ctx, id)
	if client.IsCode(err, wire.CodeNotFound) { // given away: no longer served to us
		return e.print(r, func(w io.Writer) { fmt.Fprintln(w, done) })
	}
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) { fmt.Fprintf(w, "%s\nWho can read it now: %s\n", done, readers(c.Readers(t))) })
}

func runClaim(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	codeFile := codeFlag(fs)
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	r, err := c.ClaimWith(ctx, e.factor(*codeFile), id)
	return act(ctx, e, c, id, r, err, "The thread is yours.")
}

// reason writes the reason of a hand-over as a staff note, before it.
func reason(ctx context.Context, c *client.Client, id wire.ID, text string) error {
	if text == "" {
		return nil
	}
	_, err := c.Reason(ctx, id, text)
	return err
}

func runNote(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	c, id, text, err := withText(ctx, e, fs, args)
	if err != nil {
		return err
	}
	defer c.Close()
	r, err := c.Note(ctx, id, text)
	if err != nil {
		return err
	}
	return e.print(r, func(w io.Writer) { fmt.Fprintln(w, "Saved for staff only. The assister's side never gets it.") })
}

func runRelease(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	lineName := fs.String("line", "", "another line (default: the thread's own)")
	history := fs.Bool("history", true, "hand over what was written so far")
	why := fs.String("reason", "", "why, as a staff note for whoever takes it")
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	var line wire.ID
	if *lineName != "" {
		if line, err = findLine(ctx, c, *lineName); err != nil {
			return err
		}
	}
	if err := reason(ctx, c, id, *why); err != nil {
		return err
	}
	r, err := c.Release(ctx, id, line, *history)
	return act(ctx, e, c, id, r, err, "The thread waits on the line again.")
}

func succession(ctx context.Context, e *env, fs *flag.FlagSet, args []string, fn func(c *client.Client, id, who wire.ID) (client.Receipt, error), done string) error {
	c, id, rest, err := withThread(ctx, e, fs, args, 2, 2)
	if err != nil {
		return err
	}
	defer c.Close()
	who, err := parseID(rest[0])
	if err != nil {
		return err
	}
	r, err := fn(c, id, who)
	return act(ctx, e, c, id, r, err, done)
}

func runOffer(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	return succession(ctx, e, fs, args, func(c *client.Client, id, who wire.ID) (client.Receipt, error) { return c.Offer(ctx, id, who) }, "The successor is named.")
}

func runTransfer(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	why := fs.String("reason", "", "why, as a staff note for whoever takes it; staff must say it")
	return succession(ctx, e, fs, args, func(c *client.Client, id, who wire.ID) (client.Receipt, error) {
		if *why == "" && chain.Staff(c.Role()) {
			return client.Receipt{}, fmt.Errorf("%w: say why with --reason", errUsage)
		}
		if err := reason(ctx, c, id, *why); err != nil {
			return client.Receipt{}, err
		}
		return c.Transfer(ctx, id, who)
	}, "The thread is handed over.")
}

func runClose(ctx context.Context, e *env, fs *flag.FlagSet, args []string) error {
	word := fs.String("outcome", "", "how it ended: "+strings.Join(client.Outcomes[1:], ", "))
	c, id, _, err := withThread(ctx, e, fs, args, 1, 1)
	if err != nil {
		return err
	}
	defer c.Close()
	outcome, err := client.ParseOutcome(*word)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if chain.Assister(c.Role()) && outcome > envelope.OutcomeAnswered {
		return fmt.Errorf("%w: only staff say this; you can say that it was answered", errUsage)
	}
	r, err := c.CloseThread(ctx, id, outcome)
	return act(ctx, e, c, id, r, err, "The thread is closed. A message opens it again.")
}
