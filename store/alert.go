package store

import "arcline/store/table"

// Alert says that somebody has not yet seen what came in a thread, and what to do
// about it next. It lies in the thread's partition and holds no word of it.
type Alert struct {
	Kind  string `json:"kind"`  // AlertMessage, AlertOffered, AlertLate
	Since int64  `json:"since"` // Unix milliseconds
	Next  int64  `json:"next"`  // when to do the next step; 0: all were done
	Step  int    `json:"step"`  // steps done
}

// Kinds of alert.
const (
	AlertMessage = "message" // somebody wrote to them
	AlertOffered = "offered" // a thread in line was suggested to them
	AlertLate    = "late"    // a thread of a line that they lead is late
)

// AlertKey lies in the thread's partition.
type AlertKey struct{ Thread, Account ID }

// Reach is how somebody wants to be told that something came.
type Reach struct {
	NoMail    bool   `json:"no_mail,omitempty"`
	QuietFrom string `json:"quiet_from,omitempty"` // 22:00, in the agency's zone; empty: never
	QuietTo   string `json:"quiet_to,omitempty"`
	Out       int64  `json:"out,omitempty"` // out of office until, Unix milliseconds
}

// Push is where a browser is told that something came. What is sent there is empty.
type Push struct {
	Endpoint string `json:"endpoint"`
	At       int64  `json:"at"`
}

// PushKey lies in the account's partition.
type PushKey struct{ Account, Device ID }

func (t *tables) addAlerts() {
	t.Alerts = table.New(t.schema, table.Spec[AlertKey, Alert]{Name: "alerts", Tag: 55, Part: func(k AlertKey) string { return PartThread(k.Thread) },
		Key:      func(w *table.KeyWriter, k AlertKey) { w.ID(k.Account) },
		ParseKey: func(r *table.KeyReader) AlertKey { return AlertKey{partID(r), r.ID()} }})
	t.AlertsDue = table.NewIndex(t.schema, t.Alerts, table.IndexSpec[AlertKey, Alert]{Name: "alerts that are due", Tag: 57,
		Key: func(w *table.KeyWriter, _ AlertKey, v Alert) bool { w.U64(uint64(v.Next)); return v.Next != 0 }})
	t.Reach = table.New(t.schema, table.Spec[ID, Reach]{Name: "how people are reached", Tag: 56, Part: PartAccount,
		Key: func(*table.KeyWriter, ID) {}, ParseKey: partID})
	t.Pushes = table.New(t.schema, table.Spec[PushKey, Push]{Name: "pushes", Tag: 57, Part: func(k PushKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k PushKey) { w.ID(k.Device) },
		ParseKey: func(r *table.KeyReader) PushKey { return PushKey{partID(r), r.ID()} }})
}
