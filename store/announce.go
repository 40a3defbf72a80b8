package store

import "arcline/store/table"

// PartAnnouncements holds what the agency tells its assisters, and who has read it.
const PartAnnouncements = "ann"

// Announcement is one, as it was signed. It is no secret.
type Announcement struct {
	Signed       []byte `json:"signed"`
	Sig          []byte `json:"sig"`
	By           ID     `json:"by"`
	At           int64  `json:"at"` // Unix milliseconds, as are the next two
	From         int64  `json:"from"`
	Until        int64  `json:"until"`
	Roles        string `json:"roles,omitempty"`
	Organization string `json:"organization,omitempty"`
	Reads        int    `json:"reads"`
	Withdrawn    bool   `json:"withdrawn,omitempty"`
}

// ReadKey says who has read which.
type ReadKey struct{ Announcement, Account ID }

// Read is when.
type Read struct {
	At int64 `json:"at"`
}

func (t *tables) addAnnouncements() {
	part := func(ID) string { return PartAnnouncements }
	t.Announcements = table.New(t.schema, table.Spec[ID, Announcement]{Name: "announcements", Tag: 58, Part: part,
		Key: func(w *table.KeyWriter, k ID) { w.ID(k) }, ParseKey: func(r *table.KeyReader) ID { return r.ID() }})
	t.ByUntil = table.NewIndex(t.schema, t.Announcements, table.IndexSpec[ID, Announcement]{Name: "announcements by their end", Tag: 58,
		Key: func(w *table.KeyWriter, _ ID, v Announcement) bool { w.U64(uint64(v.Until)); return true }})
	t.Reads = table.New(t.schema, table.Spec[ReadKey, Read]{Name: "announcements read", Tag: 59, Part: func(ReadKey) string { return PartAnnouncements },
		Key:      func(w *table.KeyWriter, k ReadKey) { w.ID(k.Announcement); w.ID(k.Account) },
		ParseKey: func(r *table.KeyReader) ReadKey { return ReadKey{r.ID(), r.ID()} }})
}
