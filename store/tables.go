package store

import (
	"arcline/store/table"
)

// Names of partitions. A command names the ones it works in; a thread's rows,
// an account's rows and a chain's rows each lie side by side.
func PartAccount(id ID) string { return "a" + string(id[:]) }

// PartThread is a thread's partition: its state, entries, boxes, audit records.
func PartThread(id ID) string { return "t" + string(id[:]) }

// PartChain is a chain's partition: its links and boxes.
func PartChain(id ID) string { return "c" + string(id[:]) }

// PartInvite is an invitation's partition.
func PartInvite(locator Hash) string { return "i" + string(locator[:]) }

// PartLogin is a sign-in name's partition.
func PartLogin(name string) string { return "n" + name }

// PartRoster is the agency's roster: every person in it, and the lines' names.
const PartRoster = "ros"

// PartReissues holds the bringing back of accounts: rare, and under the officers' eyes.
const PartReissues = "rei"

// PartLog is the key log: leaves, hashes, chain heads, the checkpoint. All who
// append to chains stand in one line here, which is what a log is.
const PartLog = "log"

// PartSystem holds settings, the schema's number and system audit records.
const PartSystem = "sys"

// Keys of the tables.
type (
	// DeviceKey, SessionKey and StepUpKey lie in the account's partition.
	DeviceKey  struct{ Account, Device ID }
	SessionKey struct{ Account, Session ID }
	StepUpKey  struct {
		Account ID
		ID      Hash
	}
	// LinkKey and ChainBoxKey lie in the chain's partition.
	LinkKey struct {
		Chain ID
		Seq   uint64
	}
	ChainBoxKey struct {
		Chain ID
		Seq   uint64
		Kind  string
		ID    ID
	}
	CredentialKey struct{ Account, Serial ID }
	// EntryKey, EpochBoxKey, SeenKey and FileKey lie in the thread's partition.
	EntryKey struct {
		Thread ID
		Index  uint64
	}
	EpochBoxKey struct {
		Thread ID
		Epoch  uint32
		Kind   string
		ID     ID
		Gen    uint32
	}
	SeenKey struct{ Thread, ID ID }
	FileKey struct{ Thread, File ID }
	// AuditKey lies in whatever partition it records.
	AuditKey struct {
		Part string
		N    uint64
	}
)

// tables are all tables and indexes. Tags are on disk: a tag is never given to
// another table.
type tables struct {
	schema *table.Schema

	Settings    *table.Table[string, Setting]
	AuditTails  *table.Table[string, AuditTail]
	Audit       *table.Table[AuditKey, Audit]
	Accounts    *table.Table[ID, Account]
	ByState     *table.Index[ID, Account]
	Logins      *table.Table[string, Login]
	Auth        *table.Table[ID, Authenticator]
	Devices     *table.Table[DeviceKey, Device]
	Sessions    *table.Table[SessionKey, Session]
	StepUps     *table.Table[StepUpKey, UsedStepUp]
	Invitations *table.Table[Hash, Invitation]
	Unsponsored *table.Index[Hash, Invitation]
	Contacts    *table.Table[ID, Contact]
	Roster      *table.Table[string, RosterEntry]
	RosterHeads *table.Table[uint64, RosterHead]
	LineNames   *table.Table[ID, LineName]
	Shares      *table.Table[ShareKey, Share]
	Reissues    *table.Table[ID, Reissue]
	Passkeys    *table.Table[PasskeyKey, Passkey]
	Drafts      *table.Table[DraftKey, Draft]
	Letters     *table.Table[ID, RecoveryLetter]
	ByRecovery  *table.Index[ID, RecoveryLetter]
	Notices     *table.Table[NoticeKey, Notice]
	Undelivered *table.Index[NoticeKey, Notice]
	Guesses     *table.Table[GuessKey, Guesses]
	Bound       *table.Table[BoundKey, Bound]

	Links       *table.Table[LinkKey, Link]
	ChainBoxes  *table.Table[ChainBoxKey, Box]
	Credentials *table.Table[CredentialKey, Credential]
	Heads       *table.Table[ID, ChainHead]
	Leaves      *table.Table[uint64, []byte]
	LogHashes   *table.Table[uint64, []byte]
	Checkpoints *table.Table[uint64, Checkpoint]

	Threads    *table.Table[ID, Thread]
	ByPerson   *table.Index[ID, Thread]
	ByClaimer  *table.Index[ID, Thread]
	ByLine     *table.Index[ID, Thread]
	Tails      *table.Table[ID, Tail]
	Entries    *table.Table[EntryKey, Entry]
	EpochBoxes *table.Table[EpochBoxKey, Box]
	Seen       *table.Table[SeenKey, Seen]
	Files      *table.Table[FileKey, File]

	NoteLogs    *table.Table[ID, NoteLog] // by thread
	NoteEntries *table.Table[EntryKey, Entry]
	NoteBoxes   *table.Table[EpochBoxKey, Box]

	Work        *table.Table[ID, Work]
	InLine      *table.Index[ID, Work]
	ByHolder    *table.Index[ID, Work]
	WorkOfLine  *table.Index[ID, Work]
	WakesAt     *table.Index[ID, Work]
	BySlot      *table.Index[ID, Work]
	Shifts      *table.Table[ID, Shift]
	AtWork      *table.Index[ID, Shift]
	ShiftEvents *table.Table[ShiftKey, ShiftEvent]
	Reveals     *table.Table[RevealKey, Reveal]
	Replies     *table.Table[ReplyKey, SavedReply]
	OpenOfLine  *table.Index[ID, Work]

	Alerts    *table.Table[AlertKey, Alert]
	AlertsDue *table.Index[AlertKey, Alert]
	Reach     *table.Table[ID, Reach]
	Pushes    *table.Table[PushKey, Push]

	Announcements *table.Table[ID, Announcement]
	ByUntil       *table.Index[ID, Announcement]
	Reads         *table.Table[ReadKey, Read]
}

func newTables() *tables {
	t := &tables{schema: table.NewSchema()}
	t.addSystem()
	t.addPeople()
	t.addRoster()
	t.addRecovery()
	t.addLog()
	t.addThreads()
	t.addNotes()
	t.addDesk()
	t.addAlerts()
	t.addAnnouncements()
	t.addSignIn()
	return t
}

func partID(r *table.KeyReader) (id ID) {
	if p := r.Part(); len(p) == 17 {
		copy(id[:], p[1:])
	}
	return id
}

func (t *tables) addSystem() {
	sys := func(string) string { return PartSystem }
	t.Settings = table.New(t.schema, table.Spec[string, Setting]{Name: "settings", Tag: 1, Part: sys,
		Key: func(w *table.KeyWriter, k string) { w.String(k) }, ParseKey: func(r *table.KeyReader) string { return r.String() }})
	t.AuditTails = table.New(t.schema, table.Spec[string, AuditTail]{Name: "audit tails", Tag: 2, Part: func(k string) string { return k },
		Key: func(*table.KeyWriter, string) {}, ParseKey: func(r *table.KeyReader) string { return r.Part() }})
	t.Audit = table.New(t.schema, table.Spec[AuditKey, Audit]{Name: "audit", Tag: 3, Part: func(k AuditKey) string { return k.Part },
		Key:      func(w *table.KeyWriter, k AuditKey) { w.U64(k.N) },
		ParseKey: func(r *table.KeyReader) AuditKey { return AuditKey{r.Part(), r.U64()} },
		Encode:   encodeAudit, Decode: decodeAudit})
}

func (t *tables) addPeople() {
	none := func(*table.KeyWriter, ID) {}
	t.Accounts = table.New(t.schema, table.Spec[ID, Account]{Name: "accounts", Tag: 10, Part: PartAccount, Key: none, ParseKey: partID, Encode: encodeAccount, Decode: decodeAccount})
	t.ByState = table.NewIndex(t.schema, t.Accounts, table.IndexSpec[ID, Account]{Name: "accounts by state", Tag: 1,
		Key: func(w *table.KeyWriter, _ ID, a Account) bool { w.String(a.State); return true }})
	t.Logins = table.New(t.schema, table.Spec[string, Login]{Name: "sign-in names", Tag: 11, Part: PartLogin,
		Key: func(*table.KeyWriter, string) {}, ParseKey: func(r *table.KeyReader) string { return r.Part()[1:] }})
	t.Auth = table.New(t.schema, table.Spec[ID, Authenticator]{Name: "authenticators", Tag: 12, Part: PartAccount, Key: none, ParseKey: partID})
	t.Devices = table.New(t.schema, table.Spec[DeviceKey, Device]{Name: "devices", Tag: 13, Part: func(k DeviceKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k DeviceKey) { w.ID(k.Device) },
		ParseKey: func(r *table.KeyReader) DeviceKey { return DeviceKey{partID(r), r.ID()} }, Encode: encodeDevice, Decode: decodeDevice})
	t.Sessions = table.New(t.schema, table.Spec[SessionKey, Session]{Name: "sessions", Tag: 14, Part: func(k SessionKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k SessionKey) { w.ID(k.Session) },
		ParseKey: func(r *table.KeyReader) SessionKey { return SessionKey{partID(r), r.ID()} }, Encode: encodeSession, Decode: decodeSession})
	t.StepUps = table.New(t.schema, table.Spec[StepUpKey, UsedStepUp]{Name: "used second factors", Tag: 15, Part: func(k StepUpKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k StepUpKey) { w.Fixed(k.ID[:]) },
		ParseKey: func(r *table.KeyReader) StepUpKey { return StepUpKey{partID(r), Hash(r.Fixed(32))} }})
	t.Invitations = table.New(t.schema, table.Spec[Hash, Invitation]{Name: "invitations", Tag: 16, Part: PartInvite,
		Key: func(*table.KeyWriter, Hash) {}, ParseKey: func(r *table.KeyReader) (h Hash) { copy(h[:], r.Part()[1:]); return h }})
}

func (t *tables) addRoster() {
	part := func(string) string { return PartRoster }
	t.Unsponsored = table.NewIndex(t.schema, t.Invitations, table.IndexSpec[Hash, Invitation]{Name: "invitations that wait for a sponsor", Tag: 40,
		Key: func(w *table.KeyWriter, _ Hash, v Invitation) bool {
			w.U64(uint64(v.Made))
			return v.Sponsor == ID{} && v.Account == ID{} && !v.Withdrawn
		}})
	t.Contacts = table.New(t.schema, table.Spec[ID, Contact]{Name: "contacts", Tag: 80, Part: PartAccount,
		Key: func(*table.KeyWriter, ID) {}, ParseKey: partID})
	t.Roster = table.New(t.schema, table.Spec[string, RosterEntry]{Name: "roster", Tag: 81, Part: part,
		Key: func(w *table.KeyWriter, k string) { w.String(k) }, ParseKey: func(r *table.KeyReader) string { return r.String() }})
	t.RosterHeads = table.New(t.schema, table.Spec[uint64, RosterHead]{Name: "rosters", Tag: 82, Part: func(uint64) string { return PartRoster },
		Key: func(w *table.KeyWriter, n uint64) { w.U64(n) }, ParseKey: func(r *table.KeyReader) uint64 { return r.U64() }})
	t.LineNames = table.New(t.schema, table.Spec[ID, LineName]{Name: "line names", Tag: 83, Part: func(ID) string { return PartRoster },
		Key: func(w *table.KeyWriter, k ID) { w.ID(k) }, ParseKey: func(r *table.KeyReader) ID { return r.ID() }})
}

func (t *tables) addRecovery() {
	t.Shares = table.New(t.schema, table.Spec[ShareKey, Share]{Name: "officers' shares", Tag: 84, Part: func(k ShareKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k ShareKey) { w.ID(k.Officer) },
		ParseKey: func(r *table.KeyReader) ShareKey { return ShareKey{partID(r), r.ID()} }})
	t.Reissues = table.New(t.schema, table.Spec[ID, Reissue]{Name: "re-issues", Tag: 85, Part: func(ID) string { return PartReissues },
		Key: func(w *table.KeyWriter, k ID) { w.ID(k) }, ParseKey: func(r *table.KeyReader) ID { return r.ID() }})
	t.Drafts = table.New(t.schema, table.Spec[DraftKey, Draft]{Name: "drafts", Tag: 89, Part: func(k DraftKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k DraftKey) { w.ID(k.Thread); w.U8(asByte(k.Note)) },
		ParseKey: func(r *table.KeyReader) DraftKey { return DraftKey{partID(r), r.ID(), r.U8() == 1} }})
	t.Passkeys = table.New(t.schema, table.Spec[PasskeyKey, Passkey]{Name: "passkeys", Tag: 87, Part: func(k PasskeyKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k PasskeyKey) { w.ID(k.ID) },
		ParseKey: func(r *table.KeyReader) PasskeyKey { return PasskeyKey{partID(r), r.ID()} }})
	t.Letters = table.New(t.schema, table.Spec[ID, RecoveryLetter]{Name: "letters of recovery codes", Tag: 88, Part: PartAccount,
		Key: func(*table.KeyWriter, ID) {}, ParseKey: partID})
	t.ByRecovery = table.NewIndex(t.schema, t.Letters, table.IndexSpec[ID, RecoveryLetter]{Name: "letters by recovery code", Tag: 42,
		Key: func(w *table.KeyWriter, _ ID, v RecoveryLetter) bool { w.Fixed(v.Locator[:]); return true }})
	t.Notices = table.New(t.schema, table.Spec[NoticeKey, Notice]{Name: "notices", Tag: 86, Part: func(k NoticeKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k NoticeKey) { w.U64(k.N) },
		ParseKey: func(r *table.KeyReader) NoticeKey { return NoticeKey{partID(r), r.U64()} }})
	t.Undelivered = table.NewIndex(t.schema, t.Notices, table.IndexSpec[NoticeKey, Notice]{Name: "notices on their way", Tag: 41,
		Key: func(w *table.KeyWriter, _ NoticeKey, v Notice) bool { w.U64(uint64(v.Next)); return v.Next != 0 }})
}

func (t *tables) addLog() {
	t.Links = table.New(t.schema, table.Spec[LinkKey, Link]{Name: "statements", Tag: 20, Part: func(k LinkKey) string { return PartChain(k.Chain) },
		Key:      func(w *table.KeyWriter, k LinkKey) { w.U64(k.Seq) },
		ParseKey: func(r *table.KeyReader) LinkKey { return LinkKey{partID(r), r.U64()} }})
	t.ChainBoxes = table.New(t.schema, table.Spec[ChainBoxKey, Box]{Name: "statement boxes", Tag: 21, Part: func(k ChainBoxKey) string { return PartChain(k.Chain) },
		Key:      func(w *table.KeyWriter, k ChainBoxKey) { w.U64(k.Seq); w.String(k.Kind); w.ID(k.ID) },
		ParseKey: func(r *table.KeyReader) ChainBoxKey { return ChainBoxKey{partID(r), r.U64(), r.String(), r.ID()} },
		Encode:   encodeBox, Decode: decodeBox})
	t.Credentials = table.New(t.schema, table.Spec[CredentialKey, Credential]{Name: "credentials", Tag: 22, Part: func(k CredentialKey) string { return PartAccount(k.Account) },
		Key:      func(w *table.KeyWriter, k CredentialKey) { w.ID(k.Serial) },
		ParseKey: func(r *table.KeyReader) CredentialKey { return CredentialKey{partID(r), r.ID()} }})
	logPart := func(uint64) string { return PartLog }
	num := func(w *table.KeyWriter, n uint64) { w.U64(n) }
	parse := func(r *table.KeyReader) uint64 { return r.U64() }
	t.Heads = table.New(t.schema, table.Spec[ID, ChainHead]{Name: "chain heads", Tag: 23, Part: func(ID) string { return PartLog },
		Key: func(w *table.KeyWriter, k ID) { w.ID(k) }, ParseKey: func(r *table.KeyReader) ID { return r.ID() }})
	t.Leaves = table.New(t.schema, table.Spec[uint64, []byte]{Name: "log leaves", Tag: 24, Part: logPart, Key: num, ParseKey: parse, Encode: encodeRaw, Decode: decodeRaw})
	t.LogHashes = table.New(t.schema, table.Spec[uint64, []byte]{Name: "log hashes", Tag: 25, Part: logPart, Key: num, ParseKey: parse, Encode: encodeRaw, Decode: decodeRaw})
	t.Checkpoints = table.New(t.schema, table.Spec[uint64, Checkpoint]{Name: "checkpoints", Tag: 26, Part: logPart, Key: num, ParseKey: parse})
}

func (t *tables) addThreads() {
	none := func(*table.KeyWriter, ID) {}
	t.Threads = table.New(t.schema, table.Spec[ID, Thread]{Name: "threads", Tag: 30, Part: PartThread, Key: none, ParseKey: partID, Encode: encodeThread, Decode: decodeThread})
	t.ByPerson = table.NewIndex(t.schema, t.Threads, table.IndexSpec[ID, Thread]{Name: "threads by opener", Tag: 10,
		Key: func(w *table.KeyWriter, _ ID, v Thread) bool { w.ID(v.Opener); w.U64(uint64(v.Opened)); return true }})
	t.ByClaimer = table.NewIndex(t.schema, t.Threads, table.IndexSpec[ID, Thread]{Name: "threads by claimer", Tag: 11,
		Key: func(w *table.KeyWriter, _ ID, v Thread) bool {
			w.ID(v.Claimer)
			w.U64(uint64(v.Opened))
			return v.Claimer != ID{}
		}})
	t.ByLine = table.NewIndex(t.schema, t.Threads, table.IndexSpec[ID, Thread]{Name: "threads by line", Tag: 12,
		Key: func(w *table.KeyWriter, _ ID, v Thread) bool {
			w.ID(v.Line)
			w.String(v.State)
			w.U64(uint64(v.Opened))
			return true
		}})
	t.Tails = table.New(t.schema, table.Spec[ID, Tail]{Name: "thread tails", Tag: 31, Part: PartThread, Key: none, ParseKey: partID, Encode: encodeTail, Decode: decodeTail})
	t.Entries = table.New(t.schema, entries("entries", 32))
	t.EpochBoxes = table.New(t.schema, epochBoxes("epoch boxes", 33))
	t.Seen = table.New(t.schema, table.Spec[SeenKey, Seen]{Name: "requests seen", Tag: 34, Part: func(k SeenKey) string { return PartThread(k.Thread) },
		Key:      func(w *table.KeyWriter, k SeenKey) { w.ID(k.ID) },
		ParseKey: func(r *table.KeyReader) SeenKey { return SeenKey{partID(r), r.ID()} }, Encode: encodeSeen, Decode: decodeSeen})
	t.Files = table.New(t.schema, table.Spec[FileKey, File]{Name: "files", Tag: 35, Part: func(k FileKey) string { return PartThread(k.Thread) },
		Key:      func(w *table.KeyWriter, k FileKey) { w.ID(k.File) },
		ParseKey: func(r *table.KeyReader) FileKey { return FileKey{partID(r), r.ID()} }})
}

func asByte(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// entries and epochBoxes are what a thread and the note log beside it keep alike.
func entries(name string, tag byte) table.Spec[EntryKey, Entry] {
	return table.Spec[EntryKey, Entry]{Name: name, Tag: tag, Part: func(k EntryKey) string { return PartThread(k.Thread) },
		Key:      func(w *table.KeyWriter, k EntryKey) { w.U64(k.Index) },
		ParseKey: func(r *table.KeyReader) EntryKey { return EntryKey{partID(r), r.U64()} },
		Encode:   encodeEntry, Decode: decodeEntry}
}

func epochBoxes(name string, tag byte) table.Spec[EpochBoxKey, Box] {
	return table.Spec[EpochBoxKey, Box]{Name: name, Tag: tag, Part: func(k EpochBoxKey) string { return PartThread(k.Thread) },
		Key: func(w *table.KeyWriter, k EpochBoxKey) { w.U32(k.Epoch); w.String(k.Kind); w.ID(k.ID); w.U32(k.Gen) },
		ParseKey: func(r *table.KeyReader) EpochBoxKey {
			return EpochBoxKey{partID(r), r.U32(), r.String(), r.ID(), r.U32()}
		},
		Encode: encodeBox, Decode: decodeBox}
}

func (t *tables) addNotes() {
	t.NoteLogs = table.New(t.schema, table.Spec[ID, NoteLog]{Name: "note logs", Tag: 36, Part: PartThread,
		Key: func(*table.KeyWriter, ID) {}, ParseKey: partID})
	t.NoteEntries = table.New(t.schema, entries("note entries", 37))
	t.NoteBoxes = table.New(t.schema, epochBoxes("note boxes", 38))
}
