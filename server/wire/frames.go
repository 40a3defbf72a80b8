package wire

// ClientFrame is anything a client may send on the socket. RID is chosen by the
// client and comes back in the answer.
//
//gents:union type
type ClientFrame interface {
	clientFrame() string
	Request() uint32
}

// Append asks for one entry to be put at the end of a thread, or, for the kinds
// notes and note, of the note log beside it. ID makes a repeat harmless: the
// answer to a known ID is the answer it had.
//
//gents:case ClientFrame append
type Append struct {
	RID    uint32 `json:"rid"`
	Thread ID     `json:"thread"`
	ID     ID     `json:"id"` // a UUID chosen by the sender
	Kind   Kind   `json:"kind"`
	Entry  Entry  `json:"entry"`
	Boxes  []Box  `json:"boxes,omitempty"`
	Told   *Told  `json:"told,omitempty"`
}

// Sync asks for the entries of a thread, or with Notes for those of the note log
// beside it, from an index on. With Live, the socket goes on sending whatever is
// appended later.
//
//gents:case ClientFrame sync
type Sync struct {
	RID    uint32 `json:"rid"`
	Thread ID     `json:"thread"`
	From   uint64 `json:"from"` // index of the first entry wanted
	Live   bool   `json:"live"`
	Quiet  bool   `json:"quiet,omitempty"` // the program asks by itself: it is no act that keeps a sign-in alive
	Notes  bool   `json:"notes,omitempty"` // staff only
}

// Unfollow stops what Sync with Live started.
//
//gents:case ClientFrame unfollow
type Unfollow struct {
	RID    uint32 `json:"rid"`
	Thread ID     `json:"thread"`
	Notes  bool   `json:"notes,omitempty"`
}

// List asks for threads: the caller's own, or those of a line the caller works
// on. With Live, changed rows are sent as they change.
//
//gents:case ClientFrame list
type List struct {
	RID  uint32 `json:"rid"`
	Line *ID    `json:"line,omitempty"` // absent: the caller's own
	Live bool   `json:"live"`

	Quiet bool `json:"quiet,omitempty"` // as in Sync
}

// Doing tells the colleagues on a thread's line that the caller is at it. It is
// said again every few seconds for as long as it is true; it is advice, no lock.
//
//gents:case ClientFrame doing
type Doing struct {
	RID     uint32 `json:"rid"`
	Thread  *ID    `json:"thread,omitempty"` // absent: at none any more
	Line    ID     `json:"line"`             // of the thread
	Writing bool   `json:"writing"`
}

// Ping says that the client is there.
//
//gents:case ClientFrame ping
type Ping struct {
	RID uint32 `json:"rid"`
}

func (Append) clientFrame() string   { return "append" }
func (Sync) clientFrame() string     { return "sync" }
func (Unfollow) clientFrame() string { return "unfollow" }
func (List) clientFrame() string     { return "list" }
func (Doing) clientFrame() string    { return "doing" }
func (Ping) clientFrame() string     { return "ping" }

// Request is the client's number of the frame.
func (f Append) Request() uint32 { return f.RID }

// Request is the client's number of the frame.
func (f Sync) Request() uint32 { return f.RID }

// Request is the client's number of the frame.
func (f Unfollow) Request() uint32 { return f.RID }

// Request is the client's number of the frame.
func (f List) Request() uint32 { return f.RID }

// Request is the client's number of the frame.
func (f Doing) Request() uint32 { return f.RID }

// Request is the client's number of the frame.
func (f Ping) Request() uint32 { return f.RID }

// ServerFrame is anything the server may send.
//
//gents:union type
type ServerFrame interface{ serverFrame() string }

// Hello is the first frame on every socket.
//
//gents:case ServerFrame hello
type Hello struct {
	Version int    `json:"version"`
	Account ID     `json:"account"`
	Device  ID     `json:"device"`
	Role    Role   `json:"role"`
	Now     int64  `json:"now"` // Unix milliseconds, the server's clock
	Session string `json:"session"`
}

// Posted says that an entry is on disk.
//
//gents:case ServerFrame posted
type Posted struct {
	RID    uint32 `json:"rid"`
	Thread ID     `json:"thread"`
	ID     ID     `json:"id"`
	Index  uint64 `json:"index"`
	At     int64  `json:"at"` // Unix milliseconds, the server's clock
}

// Entries carries entries of a thread, or of the note log beside it, in order
// and without gaps.
//
//gents:case ServerFrame entries
type Entries struct {
	Thread  ID       `json:"thread"`
	Notes   bool     `json:"notes,omitempty"`
	Entries []Stored `json:"entries"`
}

// Stored is an entry with its place, the time it was stored, and those of its
// boxes that are for the caller.
type Stored struct {
	Index uint64 `json:"index"`
	At    int64  `json:"at"`
	Entry Entry  `json:"entry"`
	Boxes []Box  `json:"boxes,omitempty"`
}

// Synced answers Sync when everything stored so far has been sent.
//
//gents:case ServerFrame synced
type Synced struct {
	RID    uint32 `json:"rid"`
	Thread ID     `json:"thread"`
	Next   uint64 `json:"next"` // index that the next entry will have
	Notes  bool   `json:"notes,omitempty"`
}

// Threads answers List, and follows with the rows that changed.
//
//gents:case ServerFrame threads
type Threads struct {
	RID     uint32    `json:"rid"`
	Threads []Summary `json:"threads"`
	Gone    []ID      `json:"gone,omitempty"` // rows that left the list
}

// Summary is what the service itself knows of a thread: no word of content.
type Summary struct {
	Thread  ID          `json:"thread"`
	Line    ID          `json:"line"`
	State   ThreadState `json:"state"`
	Opener  ID          `json:"opener"`
	Claimer *ID         `json:"claimer,omitempty"`
	Offer   *ID         `json:"offer,omitempty"`
	Next    uint64      `json:"next"`
	Opened  int64       `json:"opened"`
	Changed int64       `json:"changed"`

	Sensitive bool `json:"sensitive"`           // taking it needs a second factor
	OnBehalf  *ID  `json:"on_behalf,omitempty"` // the broker for whom support staff opened it

	Work *Work `json:"work,omitempty"`
}

// Present tells whoever keeps a line's list who is at its threads now. Somebody
// who is not told of again within PresentSeconds is gone.
//
//gents:case ServerFrame present
type Present struct {
	Line   ID         `json:"line"`
	People []AtThread `json:"people"`
}

// AtThread is somebody at a thread.
type AtThread struct {
	Thread  ID   `json:"thread"`
	Account ID   `json:"account"`
	Writing bool `json:"writing"`
}

// Done answers a request that has nothing else to say.
//
//gents:case ServerFrame done
type Done struct {
	RID uint32 `json:"rid"`
}

// Pong answers Ping: when the sign-in ends if its person does nothing more, so
// that a page can warn of it. Times are Unix milliseconds, the server's clock.
//
//gents:case ServerFrame pong
type Pong struct {
	RID  uint32 `json:"rid"`
	Now  int64  `json:"now"`
	Ends int64  `json:"ends"`
}

// Failed answers a request that changed nothing.
//
//gents:case ServerFrame error
type Failed struct {
	RID  uint32 `json:"rid"`
	Code Code   `json:"code"`
	Text string `json:"text"`
	Hint string `json:"hint"`
	Next uint64 `json:"next,omitempty"` // with code conflict: where the thread stands
}

func (Hello) serverFrame() string   { return "hello" }
func (Posted) serverFrame() string  { return "posted" }
func (Entries) serverFrame() string { return "entries" }
func (Synced) serverFrame() string  { return "synced" }
func (Threads) serverFrame() string { return "threads" }
func (Present) serverFrame() string { return "present" }
func (Done) serverFrame() string    { return "done" }
func (Pong) serverFrame() string    { return "pong" }
func (Failed) serverFrame() string  { return "error" }
