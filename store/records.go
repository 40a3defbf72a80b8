package store

// ID is a random 16-byte name; Hash a SHA-256 digest.
type (
	ID   = [16]byte
	Hash = [32]byte
)

// Account is a person's row: what the server decides by. It holds no secret.
type Account struct {
	ID       ID     `json:"id"`
	Login    string `json:"login"`
	Role     string `json:"role"`
	State    string `json:"state"` // AccountPending, AccountActive or AccountDisabled
	Created  int64  `json:"created"`
	NotAfter int64  `json:"not_after"` // Unix milliseconds: the credential in force ends then
	Lines    []ID   `json:"lines"`     // of the credential in force
	Locator  Hash   `json:"locator"`   // digest of the invitation's locator
	Revision uint64 `json:"revision"`  // goes up with every change of standing

	// What the agency's roster says now: it can only take away from the credential.
	Roster       string `json:"roster"` // key of the person's row
	Organization string `json:"organization"`
	Barred       string `json:"barred"`       // why the person may not use the service; empty: they may
	Until        int64  `json:"until"`        // certification and grant end then, Unix milliseconds; 0: no date
	RosterLines  []ID   `json:"roster_lines"` // of those in Lines, the ones that count
}

// Contact is how to reach a person outside the service.
type Contact struct {
	Mail  []string `json:"mail,omitempty"`
	Phone string   `json:"phone,omitempty"`
}

// RosterEntry is a person in the agency's roster, invited or not.
type RosterEntry struct {
	Key          string   `json:"key"`
	Role         string   `json:"role"`
	ID           string   `json:"id"`
	Login        string   `json:"login"`
	Name         string   `json:"name"`
	Organization string   `json:"organization,omitempty"`
	Mail         []string `json:"mail,omitempty"`
	Phone        string   `json:"phone,omitempty"`
	From         int64    `json:"from,omitempty"`
	Until        int64    `json:"until,omitempty"`
	State        string   `json:"state"`
	Lines        []string `json:"lines,omitempty"`
	Grant        int64    `json:"grant,omitempty"`
	Level        int      `json:"level,omitempty"`
	Method       string   `json:"method,omitempty"`
	Proofed      int64    `json:"proofed,omitempty"`
	ProofedBy    string   `json:"proofed_by,omitempty"`
	Account      ID       `json:"account"`         // zero until the person has enrolled
	Ended        int64    `json:"ended,omitempty"` // when the person ended, Unix milliseconds
	Inactivated  bool     `json:"inactivated,omitempty"`
}

// DraftKey lies in the account's partition.
type DraftKey struct {
	Account, Thread ID
	Note            bool // of the staff's notes beside the thread
}

// Draft is what somebody began and did not send, sealed for their own devices.
type Draft struct {
	Gen     uint32 `json:"gen"` // of the account key that it is sealed under
	Version uint64 `json:"version"`
	Sealed  []byte `json:"sealed,omitempty"` // nothing: it was sent or thrown away
	At      int64  `json:"at"`               // Unix milliseconds
}

// Share is one officer's sealed share of an account's officers' seed.
type Share struct {
	Officer ID     `json:"officer"`
	Number  uint32 `json:"number"` // of the officers' pair
	Gen     uint32 `json:"gen"`    // of the officer's account key
	PK      Hash   `json:"pk"`
	Box     []byte `json:"box"`
	Sealed  []byte `json:"sealed"`
}

// RecoveryLetter is what an account's recovery code in force says besides: which
// agency to believe. The service can neither read the code nor make the MAC.
type RecoveryLetter struct {
	Locator Hash   `json:"locator"` // digest of the code's locator
	Letter  []byte `json:"letter"`
	MAC     Hash   `json:"mac"`
}

// Reissue is one bringing back of an account by two officers.
type Reissue struct {
	ID       ID        `json:"id"`
	Account  ID        `json:"account"`
	Locator  Hash      `json:"locator"` // digest of the letter's locator
	Started  int64     `json:"started"`
	Expires  int64     `json:"expires"`
	By       ID        `json:"by"`      // the officer who began it
	Proofed  string    `json:"proofed"` // level and method of the repeated proofing
	Device   []byte    `json:"device"`  // public keys of the new device; empty until it came
	Auth     []byte    `json:"auth"`    // its authenticators, until they replace the old ones; JSON of Authenticator
	Releases []Release `json:"releases"`
	State    string    `json:"state"` // ReissueOpen, ReissueDone or ReissueCancelled
}

// Release is an officer's share, sealed anew to the new device.
type Release struct {
	Officer ID     `json:"officer"`
	At      int64  `json:"at"`
	Box     []byte `json:"box"`
	Sealed  []byte `json:"sealed"`
}

// States of a re-issue.
const (
	ReissueOpen      = "open"
	ReissueDone      = "done"
	ReissueCancelled = "cancelled"
)

// Notice is a message to a person about how they sign in, on its way.
type Notice struct {
	Account ID     `json:"account"`
	Kind    string `json:"kind"`
	At      int64  `json:"at"`
	Next    int64  `json:"next"` // when to try; 0: done
	Tries   int    `json:"tries"`
	Done    string `json:"done,omitempty"` // how it ended
}

// NoticeKey lies in the account's partition.
type NoticeKey struct {
	Account ID
	N       uint64
}

// ShareKey lies in the account's partition.
type ShareKey struct{ Account, Officer ID }

// LineName is a line's short name and what it is called.
type LineName struct {
	Line ID     `json:"line"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// RosterHead is which roster is in force.
type RosterHead struct {
	Version uint64 `json:"version"`
	Digest  Hash   `json:"digest"` // of the file
	At      int64  `json:"at"`
	Waiting Hash   `json:"waiting"` // digest of a newer file in the folder, whose gains wait; zero: none
}

// States of an account.
const (
	AccountPending  = "pending"
	AccountActive   = "active"
	AccountDisabled = "disabled"
)

// Login points from a sign-in name to its account.
type Login struct {
	Account ID `json:"account"`
}

// Authenticator is how a person signs in. Seeds are sealed under the service's
// key file, each under the id of its line in the history of authenticators.
type Authenticator struct {
	Password  string `json:"password"` // record of session.Hasher
	Seed      []byte `json:"seed"`
	App       ID     `json:"app"`       // which app the seed belongs to, as the history has it
	LastStep  int64  `json:"last_step"` // of the newest second-factor code used: it only grows
	Confirmed bool   `json:"confirmed"`
	Next      []byte `json:"next,omitempty"` // seed of an app that waits for its first code
	NextApp   ID     `json:"next_app"`
	NextUntil int64  `json:"next_until,omitempty"` // Unix milliseconds

	// Before failures had rows of their own they stood here; old rows still have
	// them, and nothing reads them.
	Failures []int64 `json:"failures,omitempty"`
	Locked   int64   `json:"locked,omitempty"`
	Total    int     `json:"total,omitempty"`
}

// Device is a device of an account, as its chain has it.
type Device struct {
	Account ID       `json:"account"`
	ID      ID       `json:"id"`
	Session [32]byte `json:"session"` // key that proves possession at sign-in
	Revoked bool     `json:"revoked"`
	Added   int64    `json:"added"`
}

// Session is one sign-in on one device. Refresh secrets are kept as digests.
type Session struct {
	Account  ID     `json:"account"`
	ID       ID     `json:"id"`
	Device   ID     `json:"device"`
	Created  int64  `json:"created"`
	Used     int64  `json:"used"` // newest act of the person that was written down
	Turn     uint64 `json:"turn"` // number of the refresh secret in force
	Refresh  Hash   `json:"refresh"`
	Previous Hash   `json:"previous"`
	Request  ID     `json:"request"` // id of the request that made Refresh
	Turned   int64  `json:"turned"`  // when
	Ended    string `json:"ended"`   // why; empty while it lives
	Passkey  bool   `json:"passkey,omitempty"`
}

// PasskeyKey lies in the account's partition.
type PasskeyKey struct{ Account, ID ID }

// Passkey is an authenticator of the kind that cannot be phished (WebAuthn).
type Passkey struct {
	ID         ID     `json:"id"`
	Name       string `json:"name"`
	Added      int64  `json:"added"`      // Unix milliseconds
	Used       int64  `json:"used"`       // zero: never
	Credential []byte `json:"credential"` // the library's record, JSON: public key, counter, flags
}

// Invitation lets one person enrol. Locator is only a digest.
type Invitation struct {
	Locator Hash   `json:"locator"`
	Login   string `json:"login"`
	Role    string `json:"role"`
	By      ID     `json:"by"`
	Made    int64  `json:"made"`
	Expires int64  `json:"expires"`
	Account ID     `json:"account"` // zero until used

	Roster       string   `json:"roster"` // whom it is for
	Name         string   `json:"name"`
	Organization string   `json:"organization,omitempty"`
	Lines        []string `json:"lines,omitempty"`
	Sponsor      ID       `json:"sponsor"`   // who approved it; zero: it does not count yet
	Sponsored    int64    `json:"sponsored"` // when, Unix milliseconds
	Withdrawn    bool     `json:"withdrawn,omitempty"`
	Letter       []byte   `json:"letter"`     // for whoever shows the locator
	LetterMAC    Hash     `json:"letter_mac"` // under the code, which the service does not know
}

// UsedStepUp remembers that an attestation was used.
type UsedStepUp struct {
	Until int64 `json:"until"`
}

// Link is one statement of a chain as it was logged.
type Link struct {
	Chain      ID     `json:"chain"`
	Seq        uint64 `json:"seq"`
	Kind       string `json:"kind"`
	Link       []byte `json:"link"`
	Sig        []byte `json:"sig"`
	Countersig []byte `json:"countersig,omitempty"`
	Leaf       uint64 `json:"leaf"`
	At         int64  `json:"at"`
}

// ChainHead is the newest statement of a chain. Heads lie in the log's
// partition: the directory is made of them.
type ChainHead struct {
	Chain ID     `json:"chain"`
	Kind  string `json:"kind"`
	Seq   uint64 `json:"seq"`
	Hash  Hash   `json:"hash"`
	Leaf  uint64 `json:"leaf"`
}

// Box is a sealed secret for one reader of a chain statement or of an epoch.
type Box struct {
	Sealed []byte
}

// Credential is the agency's signed word about an account.
type Credential struct {
	Serial     ID     `json:"serial"`
	Credential []byte `json:"credential"`
	Sig        []byte `json:"sig"`
}

// Checkpoint is the newest signed state of the key log.
type Checkpoint struct {
	Size    uint64 `json:"size"`
	Note    []byte `json:"note"`
	DirRoot []byte `json:"dir_root"` // the leaf at Size-1
	At      int64  `json:"at"`
}

// Thread is what changes who can read and who is served: written only when
// that changes.
type Thread struct {
	ID      ID       `json:"id"`
	State   string   `json:"state"`
	Line    ID       `json:"line"`
	Opener  ID       `json:"opener"`
	Claimer ID       `json:"claimer"`
	Offer   ID       `json:"offer"`
	Epoch   uint32   `json:"epoch"`
	Commit  Hash     `json:"commit"`
	Roster  []Reader `json:"roster"`
	Opened  int64    `json:"opened"`
	Handed  bool     `json:"handed"` // the epoch's key was made by somebody who may not read it

	Sensitive bool   `json:"sensitive"` // taking it needs a second factor
	OnBehalf  ID     `json:"on_behalf"` // the broker for whom support staff opened it
	Asked     uint64 `json:"asked"`     // 1 + index of the question who is there that waits
	AskedBy   ID     `json:"asked_by"`
	Outcome   byte   `json:"outcome"` // how it ended, as whoever closed it said; zero while it is not closed
}

// NoteLog is the state of the staff's notes about a thread, in the thread's
// partition: there is one for a thread. Its audit records are the thread's.
type NoteLog struct {
	ID      ID       `json:"id"`
	Line    ID       `json:"line"`
	Holder  ID       `json:"holder"`
	Epoch   uint32   `json:"epoch"`
	Commit  Hash     `json:"commit"`
	Roster  []Reader `json:"roster"`
	Handed  bool     `json:"handed"`
	Next    uint64   `json:"next"`
	Head    Hash     `json:"head"`
	KTSize  uint64   `json:"kt_size"`
	KTRoot  Hash     `json:"kt_root"`
	Changed int64    `json:"changed"`
}

// Reader is one line of an epoch's roster.
type Reader struct {
	Kind string `json:"kind"`
	ID   ID     `json:"id"`
	Gen  uint32 `json:"gen"`
	PK   Hash   `json:"pk"`
	Box  Hash   `json:"box"`
}

// Tail is the moving end of a thread: written with every entry.
type Tail struct {
	Next      uint64
	Head      Hash
	KTSize    uint64
	KTRoot    Hash
	Changed   int64
	Audit     uint64 // number of audit records
	AuditHash Hash   // hash of the newest
}

// Entry is one stored line of a thread.
type Entry struct {
	At   int64
	Head []byte
	Sig  []byte
	Body []byte
}

// Seen remembers the answer to an idempotency key.
type Seen struct {
	Index uint64 `json:"index"`
	At    int64  `json:"at"`
	By    ID     `json:"by"`
}

// Audit is one record of a partition's audit chain: who did what to what, from
// where, and how it ended; never content.
type Audit struct {
	At      int64
	Account ID
	Device  ID
	Act     string
	Object  string
	Outcome string
	From    string
	Prev    Hash // hash of the record before
}

// AuditTail is the end of an audit chain outside threads.
type AuditTail struct {
	Next uint64 `json:"next"`
	Hash Hash   `json:"hash"`
}

// File is a sealed file that belongs to a thread.
type File struct {
	Size int64 `json:"size"`
	Hash Hash  `json:"hash"`
	By   ID    `json:"by"`
	At   int64 `json:"at"`
	Card bool  `json:"card,omitempty"` // a consumer's card or a telephone number: handed out only after a reveal
}

// Setting is one of the service's own values, sealed where it is secret.
type Setting struct {
	Value []byte `json:"value"`
}
