package store

// Layouts of the rows that every command reads: who asks, on what device, in
// which session, and the thread it is about.

func (w *writer) flag(v bool) {
	b := byte(0)
	if v {
		b = 1
	}
	w.b = append(w.b, b)
}

func (r *reader) flag() bool {
	p := r.take(1)
	if p != nil && p[0] > 1 {
		r.bad = true
	}
	return p != nil && p[0] == 1
}

func (r *reader) string() string { return string(r.take(r.length())) }

func (r *reader) length() int {
	p := r.take(4)
	if p == nil {
		return 0
	}
	return int(p[0])<<24 | int(p[1])<<16 | int(p[2])<<8 | int(p[3])
}

// begin checks the layout's version.
func begin(b []byte) *reader {
	r := &reader{b: b}
	if v := r.take(1); v == nil || v[0] != layout1 {
		r.bad = true
	}
	return r
}

func encodeAccount(a Account) ([]byte, error) {
	w := writer{make([]byte, 0, 240+len(a.Login)+16*len(a.Lines))}
	w.b = append(w.b, layout1)
	w.fixed(a.ID[:])
	w.string(a.Login)
	w.string(a.Role)
	w.string(a.State)
	w.u64(uint64(a.Created))
	w.u64(uint64(a.NotAfter))
	w.fixed(a.Locator[:])
	w.u64(a.Revision)
	w.string(a.Roster)
	w.string(a.Organization)
	w.string(a.Barred)
	w.u64(uint64(a.Until))
	w.u64(uint64(len(a.RosterLines)))
	for _, l := range a.RosterLines {
		w.fixed(l[:])
	}
	for _, l := range a.Lines {
		w.fixed(l[:])
	}
	return w.b, nil
}

func decodeAccount(b []byte) (Account, error) {
	r := begin(b)
	a := Account{ID: r.id(), Login: r.string(), Role: r.string(), State: r.string(), Created: int64(r.u64()),
		NotAfter: int64(r.u64()), Locator: r.hash(), Revision: r.u64(), Roster: r.string(), Organization: r.string(), Barred: r.string(), Until: int64(r.u64())}
	for n := r.u64(); n > 0 && !r.bad; n-- {
		a.RosterLines = append(a.RosterLines, r.id())
	}
	for !r.bad && len(r.b) > 0 {
		a.Lines = append(a.Lines, r.id())
	}
	return a, r.done()
}

func encodeDevice(d Device) ([]byte, error) {
	w := writer{make([]byte, 0, 80)}
	w.b = append(w.b, layout1)
	w.fixed(d.Account[:])
	w.fixed(d.ID[:])
	w.fixed(d.Session[:])
	w.flag(d.Revoked)
	w.u64(uint64(d.Added))
	return w.b, nil
}

func decodeDevice(b []byte) (Device, error) {
	r := begin(b)
	d := Device{Account: r.id(), ID: r.id(), Session: r.hash(), Revoked: r.flag(), Added: int64(r.u64())}
	return d, r.done()
}

func encodeSession(s Session) ([]byte, error) {
	w := writer{make([]byte, 0, 192+len(s.Ended))}
	w.b = append(w.b, layout1)
	w.fixed(s.Account[:])
	w.fixed(s.ID[:])
	w.fixed(s.Device[:])
	w.u64(uint64(s.Created))
	w.u64(uint64(s.Used))
	w.u64(s.Turn)
	w.fixed(s.Refresh[:])
	w.fixed(s.Previous[:])
	w.fixed(s.Request[:])
	w.u64(uint64(s.Turned))
	w.string(s.Ended)
	w.flag(s.Passkey)
	return w.b, nil
}

func decodeSession(b []byte) (Session, error) {
	r := begin(b)
	s := Session{Account: r.id(), ID: r.id(), Device: r.id(), Created: int64(r.u64()), Used: int64(r.u64()), Turn: r.u64(),
		Refresh: r.hash(), Previous: r.hash(), Request: r.id(), Turned: int64(r.u64()), Ended: r.string(), Passkey: r.flag()}
	return s, r.done()
}

func encodeThread(t Thread) ([]byte, error) {
	w := writer{make([]byte, 0, 208+112*len(t.Roster))}
	w.b = append(w.b, layout2)
	w.fixed(t.ID[:])
	w.string(t.State)
	w.fixed(t.Line[:])
	w.fixed(t.Opener[:])
	w.fixed(t.Claimer[:])
	w.fixed(t.Offer[:])
	w.u64(uint64(t.Epoch))
	w.fixed(t.Commit[:])
	w.u64(uint64(t.Opened))
	w.flag(t.Handed)
	w.flag(t.Sensitive)
	w.fixed(t.OnBehalf[:])
	w.u64(t.Asked)
	w.fixed(t.AskedBy[:])
	w.b = append(w.b, t.Outcome)
	for _, x := range t.Roster {
		w.string(x.Kind)
		w.fixed(x.ID[:])
		w.u64(uint64(x.Gen))
		w.fixed(x.PK[:])
		w.fixed(x.Box[:])
	}
	return w.b, nil
}

func decodeThread(b []byte) (Thread, error) {
	r := &reader{b: b}
	layout := r.byte()
	t := Thread{ID: r.id(), State: r.string(), Line: r.id(), Opener: r.id(), Claimer: r.id(), Offer: r.id(),
		Epoch: uint32(r.u64()), Commit: r.hash(), Opened: int64(r.u64()), Handed: r.flag(),
		Sensitive: r.flag(), OnBehalf: r.id(), Asked: r.u64(), AskedBy: r.id()}
	if layout == layout2 { // before that no outcome was known
		t.Outcome = r.byte()
	}
	r.bad = r.bad || layout != layout1 && layout != layout2
	for !r.bad && len(r.b) > 0 {
		t.Roster = append(t.Roster, Reader{Kind: r.string(), ID: r.id(), Gen: uint32(r.u64()), PK: r.hash(), Box: r.hash()})
	}
	return t, r.done()
}

func encodeSeen(s Seen) ([]byte, error) {
	w := writer{make([]byte, 0, 33)}
	w.b = append(w.b, layout1)
	w.u64(s.Index)
	w.u64(uint64(s.At))
	w.fixed(s.By[:])
	return w.b, nil
}

func decodeSeen(b []byte) (Seen, error) {
	r := begin(b)
	s := Seen{Index: r.u64(), At: int64(r.u64()), By: r.id()}
	return s, r.done()
}
