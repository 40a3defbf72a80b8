package wire

// The bodies of the HTTP API. Paths stand in Routes.

// SignIn asks for a session. All factors travel together: a failure does not
// say which one was wrong. The request carries a DPoP proof (RFC 9449) by the
// device's session key.
type SignIn struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Code     string `json:"code"` // six digits; empty with a passkey
	Device   ID     `json:"device"`
	Passkey  string `json:"passkey,omitempty"` // answer to BeginSignIn, in the place of the digits
}

// Tokens is a session: a short access token bound to the device's session key,
// and a refresh token good for one use.
type Tokens struct {
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
	Expires int64  `json:"expires"` // Unix seconds, of Access
	Account ID     `json:"account"`
	Role    Role   `json:"role"`
	Version int    `json:"version"`
}

// Refresh asks for new tokens. The same Request id within a short grace gets
// the same answer, so that a lost answer does not end the session.
type Refresh struct {
	Refresh string `json:"refresh"`
	Request ID     `json:"request"`
}

// Ticket opens one socket within TicketSeconds.
type Ticket struct {
	Ticket string `json:"ticket"`
}

// StepUp asks for an attestation that the caller has just given a second
// factor for this act on this object.
type StepUp struct {
	Code    string `json:"code"` // six digits; empty with a passkey
	Act     string `json:"act"`
	Object  string `json:"object"`            // hex of the thread id, or ObjectOf an HTTP act
	Passkey string `json:"passkey,omitempty"` // answer to BeginStepUp, in the place of the digits
}

// Attestation is the service's signed word, put into the entry that needs it.
type Attestation struct {
	Attestation string `json:"attestation"`
	Expires     int64  `json:"expires"`
}

// Link is one signed statement of a chain.
type Link struct {
	Link       []byte `json:"link"`
	Sig        []byte `json:"sig"`
	Countersig []byte `json:"countersig,omitempty"`
}

// AppendLink asks for a statement to be logged. A credential travels beside the
// agency link that records it.
type AppendLink struct {
	Link       Link        `json:"link"`
	Boxes      []Box       `json:"boxes,omitempty"`
	Credential *Credential `json:"credential,omitempty"`
	Shares     []Share     `json:"shares,omitempty"` // of an officers' statement
	// Recovery is the letter of the new code: of a statement that replaces it.
	Recovery *RecoveryLetter `json:"recovery,omitempty"`
}

// AppendLinks asks for statements to be logged, one after the other. The first
// that is refused ends it; those before it stay. One second factor, given for
// exactly this list, serves for all of them.
type AppendLinks struct {
	Links []AppendLink `json:"links"`
}

// LinksAppended answers AppendLinks.
type LinksAppended struct {
	Appended []Appended `json:"appended"`
}

// Appended says where in the key log the statement stands.
type Appended struct {
	Leaf uint64 `json:"leaf"`
	Size uint64 `json:"size"` // of the newest checkpoint, which covers it
}

// Credential is the agency's signed word about a person.
type Credential struct {
	Credential []byte `json:"credential"`
	Sig        []byte `json:"sig"`
}

// Logged is a statement with its proof of place in the key log.
type Logged struct {
	Link  Link   `json:"link"`
	Leaf  uint64 `json:"leaf"`
	Proof []Hash `json:"proof"`           // inclusion at the checkpoint's size
	Boxes []Box  `json:"boxes,omitempty"` // those for the caller
}

// DirectoryQuery asks for the newest checkpoint and what is new in some chains.
type DirectoryQuery struct {
	Size   uint64       `json:"size"` // of the checkpoint that the client has pinned
	Chains []ChainQuery `json:"chains"`
}

// ChainQuery asks for the statements of a chain after a number.
type ChainQuery struct {
	Chain ID     `json:"chain"`
	After uint64 `json:"after"`
}

// DirectoryAnswer carries everything a client needs to move its pin forward and
// to know the newest head of each chain it asked for.
type DirectoryAnswer struct {
	Checkpoint  string        `json:"checkpoint"`  // signed note
	Consistency []Hash        `json:"consistency"` // from the pinned size
	DirRoot     []byte        `json:"dir_root"`    // newest directory-root leaf
	DirProof    []Hash        `json:"dir_proof"`   // its inclusion
	Chains      []ChainAnswer `json:"chains"`
}

// ChainAnswer is what is new in one chain, and the proof that it ends there.
type ChainAnswer struct {
	Chain       ID           `json:"chain"`
	Links       []Logged     `json:"links"`
	Lookup      Lookup       `json:"lookup"`
	Credentials []Credential `json:"credentials,omitempty"` // of an account
}

// Lookup proves the head of a chain in the directory (Found), or its absence by
// the neighbours between which it would stand.
type Lookup struct {
	Found  *LookupLeaf `json:"found,omitempty"`
	Before *LookupLeaf `json:"before,omitempty"`
	After  *LookupLeaf `json:"after,omitempty"`
}

// LookupLeaf is one leaf of the directory with its path.
type LookupLeaf struct {
	Index uint64 `json:"index"`
	Chain ID     `json:"chain"`
	Seq   uint64 `json:"seq"`
	Head  Hash   `json:"head"`
	Path  []Hash `json:"path"`
}

// Build proves which browser client stands in the key log: Manifest is the
// SHA-256 of the list of its files, as the service serves it.
type Build struct {
	Manifest   Hash   `json:"manifest"`
	Leaf       uint64 `json:"leaf"`
	Proof      []Hash `json:"proof"` // inclusion at the checkpoint's size
	Checkpoint string `json:"checkpoint"`
}

// Invite asks for an invitation of somebody in the roster. The code itself never
// reaches the service; the locator's digest lets its holder enrol, once.
type Invite struct {
	Locator Hash   `json:"locator"` // SHA-256 of the code's locator
	Roster  string `json:"roster"`  // key of the person's row, such as assister:A-1001
	Expires int64  `json:"expires"` // Unix seconds, at most 7 days ahead
	Letter  []byte `json:"letter"`  // which agency to believe, for whoever has typed the code
	MAC     Hash   `json:"mac"`     // of the letter, under the code
}

// LetterQuery asks for the letter that goes with a code: an invitation's or a
// recovery code.
type LetterQuery struct {
	Locator Hash `json:"locator"` // the code's locator, which only its holder can compute
}

// LetterAnswer is the letter as whoever made the code left it.
type LetterAnswer struct {
	Letter []byte `json:"letter"`
	MAC    Hash   `json:"mac"`
	// Agency is the agency's first statement: its name, signed by the root that the
	// letter names. With an invitation's code only.
	Agency *Link `json:"agency,omitempty"`
}

// Invitations asks for several invitations under one second factor: all or none.
type Invitations struct {
	Invitations []Invite `json:"invitations"`
}

// Sponsorship is an invitation that waits for somebody who answers for the
// person.
type Sponsorship struct {
	Locator      Hash     `json:"locator"`
	Name         string   `json:"name"`
	Role         Role     `json:"role"`
	ID           string   `json:"id"` // Assister ID, NPN, Admin ID or staff number
	Organization string   `json:"organization"`
	Lines        []string `json:"lines"`
	By           ID       `json:"by"`
	Made         int64    `json:"made"`    // Unix milliseconds
	Expires      int64    `json:"expires"` // Unix milliseconds
}

// SponsorshipList answers what waits for the caller.
type SponsorshipList struct {
	Waiting []Sponsorship `json:"waiting"`
}

// Sponsor approves invitations, or turns them down.
type Sponsor struct {
	Locators []Hash `json:"locators"`
	Approve  bool   `json:"approve"`
}

// RosterFile is a roster to compare with the one in force, or to put in force.
type RosterFile struct {
	CSV string `json:"csv"`
}

// RosterChange is one line of the difference report.
type RosterChange struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	What string `json:"what"` // "loses access now", "gains access now", "new" or "changed"
	Text string `json:"text"` // in plain words
}

// RosterDifference is what a roster changes, or would change. With a problem,
// nothing was changed.
type RosterDifference struct {
	Changes  []RosterChange `json:"changes"`
	Problems []string       `json:"problems"`
	Same     int            `json:"same"`
	Applied  bool           `json:"applied"`
	Digest   Hash           `json:"digest"`  // of the file
	Waiting  bool           `json:"waiting"` // a newer file in the service's folder waits for the registrar
}

// PersonRow is a person in the roster as those see them who may.
type PersonRow struct {
	Key          string   `json:"key"`
	Role         Role     `json:"role"`
	ID           string   `json:"id"`
	Login        string   `json:"login"`
	Name         string   `json:"name"`
	Organization string   `json:"organization"`
	Lines        []string `json:"lines"`
	State        string   `json:"state"` // active, suspended, ended or inactivated
	From         int64    `json:"from"`  // Unix milliseconds
	Until        int64    `json:"until"`
	Proofing     string   `json:"proofing"` // level, method, date, by whom
	Account      *ID      `json:"account,omitempty"`
	Certified    bool     `json:"certified"` // may write now
	Standing     string   `json:"standing"`  // in plain words
	// Threads that are not closed and that the person opened or has taken; only
	// where one person is asked for.
	Threads *int `json:"threads,omitempty"`
}

// PeopleList answers who there is, in order of key, after a key.
type PeopleList struct {
	People []PersonRow `json:"people"`
	More   bool        `json:"more"`
}

// LineName names a line that the agency runs.
type LineName struct {
	Line ID     `json:"line"`
	Slug string `json:"slug"` // short name: arc, broker
	Name string `json:"name"`
}

// Enroll starts an account under an invitation. Locator is the code's locator,
// which only the holder of the code can compute.
type Enroll struct {
	Locator  Hash           `json:"locator"`
	Genesis  Link           `json:"genesis"`
	Boxes    []Box          `json:"boxes"`
	Password string         `json:"password"`
	Recovery RecoveryLetter `json:"recovery"`
}

// Enrolled carries the second factor's set-up. The account works after Confirm
// and after the registrar has certified it.
type Enrolled struct {
	Account ID     `json:"account"`
	Name    string `json:"name"`
	OTPAuth string `json:"otpauth"` // otpauth:// address for an authenticator app
}

// Confirm proves that the second factor was set up.
type Confirm struct {
	Locator Hash   `json:"locator"`
	Code    string `json:"code"`
}

// Bootstrap makes the agency on an empty service, and its first registrar: the
// agency's first links, its lines' names and its roster, invitations of those
// whom the registrar appoints (the first is the registrar's own), the enrolment
// under it, and the credential. It needs the one-time set-up secret. The answer
// is Enrolled; the registrar then confirms the second factor as everybody does.
type Bootstrap struct {
	Secret     string       `json:"secret"`
	Links      []AppendLink `json:"links"`
	Lines      []LineName   `json:"lines"`
	Roster     RosterFile   `json:"roster"`
	Invites    []Invite     `json:"invites"`
	Enroll     Enroll       `json:"enroll"`
	Credential AppendLink   `json:"credential"`
}

// About is what anybody may know of a service before signing in.
type About struct {
	Version   int    `json:"version"`
	Agency    ID     `json:"agency"`
	LogKey    string `json:"log_key"`
	StepUpKey []byte `json:"step_up_key"`
	Ready     bool   `json:"ready"` // false until the agency is made
	Now       int64  `json:"now"`
	House     House  `json:"house"`
}

// Pending is an enrolment that waits for the registrar.
type Pending struct {
	Account ID     `json:"account"`
	Name    string `json:"name"`
	Role    Role   `json:"role"`
	Roster  string `json:"roster"`  // key of the person's row
	Locator Hash   `json:"locator"` // digest, as in Invite
	Genesis Link   `json:"genesis"`
	Ready   bool   `json:"ready"` // second factor confirmed
}

// PendingList answers the registrar's question.
type PendingList struct {
	Pending []Pending `json:"pending"`
}

// LineInfo names a line to its people.
type LineInfo struct {
	Line    ID     `json:"line"`
	Slug    string `json:"slug"` // short name: arc, broker
	Name    string `json:"name"`
	Waiting int    `json:"waiting"` // open threads; zero for who may not see the queue
	Reply   string `json:"reply"`   // when the line usually answers, as the agency says it
}

// House is what the agency tells everybody about itself, as it wrote it into the
// settings.
type House struct {
	UrgentPhone string `json:"urgent_phone"` // for what cannot wait; empty: none is named
	UrgentHours string `json:"urgent_hours"`
	Zone        string `json:"zone"`      // IANA name of the zone in which the agency speaks of time
	ZoneName    string `json:"zone_name"` // as people call it
	Passkeys    bool   `json:"passkeys"`  // whether passkeys can be added and used here
}

// Draft is what somebody began and did not send in a thread, sealed for their own
// devices. Zeros name the thread that does not exist yet.
type Draft struct {
	Thread  ID     `json:"thread"`
	Note    bool   `json:"note,omitempty"`   // of the staff's notes beside the thread
	Gen     uint32 `json:"gen"`              // of the account key that it is sealed under
	Version uint64 `json:"version"`          // above the one that is kept, from 1
	Sealed  []byte `json:"sealed,omitempty"` // at most MaxDraft bytes; none: sent or thrown away
}

// DraftList answers with all of the caller's drafts, those that have ended
// included: a device must know that they have.
type DraftList struct {
	Drafts []Draft `json:"drafts"`
}

// LineList answers which lines there are for the caller.
type LineList struct {
	Lines []LineInfo `json:"lines"`
}

// File says what was stored.
type File struct {
	ID   ID    `json:"id"`
	Size int64 `json:"size"`
}

// Health answers whether the service works.
type Health struct {
	OK bool `json:"ok"`
}
