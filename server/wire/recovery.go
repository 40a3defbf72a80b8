package wire

// The bodies about devices: pairing, recovery, and re-issue by two officers.

// Share is an officer's share of the seed of an account's officers' pair, sealed
// to the officer or, by the officer, to a new device.
type Share struct {
	Officer ID     `json:"officer"`
	Gen     uint32 `json:"gen"` // of the officer's account key
	PK      Hash   `json:"pk"`  // digest of the reader's public key
	Box     []byte `json:"box"`
	Sealed  []byte `json:"sealed"`
}

// Officers says who the agency's officers are, and which of them hold a share of
// the caller's account under which of their keys.
type Officers struct {
	Officers []ID    `json:"officers"`
	Held     []Share `json:"held"` // without box and sealed
}

// PairOffer is what a new device leaves for an old one of the same person.
type PairOffer struct {
	Locator Hash   `json:"locator"` // of the code on the new device's screen
	Name    string `json:"name"`    // sign-in name
	Device  []byte `json:"device"`  // public keys
	MAC     Hash   `json:"mac"`
}

// PairAsk asks for what the other side has left.
type PairAsk struct {
	Locator Hash `json:"locator"`
}

// PairSeen is what an old device is told of a new one.
type PairSeen struct {
	Name       string `json:"name"`
	Device     []byte `json:"device"`
	MAC        Hash   `json:"mac"`
	From       string `json:"from"` // the address it came from
	At         int64  `json:"at"`   // Unix milliseconds
	Countersig []byte `json:"countersig"`
}

// PairWelcome is what the old device leaves for the new one.
type PairWelcome struct {
	Locator Hash   `json:"locator"`
	Welcome []byte `json:"welcome"`
	Link    []byte `json:"link"`
	MAC     Hash   `json:"mac"`
}

// PairAnswer is what the new device is told; empty until there is something.
type PairAnswer struct {
	Welcome []byte `json:"welcome"`
	Link    []byte `json:"link"`
	MAC     Hash   `json:"mac"`
	Refused bool   `json:"refused"` // the old device's person said no
}

// PairAccept is the new device's signature under its place in the account.
type PairAccept struct {
	Locator    Hash   `json:"locator"`
	Countersig []byte `json:"countersig"`
}

// RecoveryLetter is what a person's device leaves beside a new recovery code:
// which agency to believe, for whoever has typed the code and holds nothing else.
// The code itself never reaches the service.
type RecoveryLetter struct {
	Locator Hash   `json:"locator"` // SHA-256 of the code's locator
	Letter  []byte `json:"letter"`
	MAC     Hash   `json:"mac"` // of the letter, under the code
}

// Recover asks for what a recovery code opens: it takes the code's account, the
// password and a second factor, since one of the three may have been stolen.
type Recover struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Code     string `json:"code"`
	Device   []byte `json:"device"` // public keys of the device that is to be added
}

// Recovery is an account's chain and the boxes of its recovery key, and the
// permission to add exactly the device that asked, for ten minutes.
type Recovery struct {
	Account ID       `json:"account"`
	Agency  ID       `json:"agency"`
	LogKey  string   `json:"log_key"`
	Links   []Logged `json:"links"` // without proofs: the agency's credential proves the account later
	Grant   string   `json:"grant"`
}

// FinishRecovery brings the statements that add the device and replace what was
// used, as one list.
type FinishRecovery struct {
	Grant string       `json:"grant"`
	Links []AppendLink `json:"links"`
}

// StartReissue begins to bring an account back for somebody who has lost
// everything: by an officer who has proofed them anew.
type StartReissue struct {
	Account ID     `json:"account"`
	Locator Hash   `json:"locator"` // digest, as in Invite
	Level   int    `json:"level"`   // of the repeated proofing
	Method  string `json:"method"`
}

// ReissueRow is one re-issue as an officer sees it.
type ReissueRow struct {
	ID       ID       `json:"id"`
	Account  ID       `json:"account"`
	Name     string   `json:"name"`
	Phone    string   `json:"phone"` // number on file, to be called back
	Started  int64    `json:"started"`
	Expires  int64    `json:"expires"`
	By       ID       `json:"by"`
	Proofed  string   `json:"proofed"`
	State    string   `json:"state"`
	Device   []byte   `json:"device"` // empty until the new device has come
	Released []ID     `json:"released"`
	Number   uint32   `json:"number"`          // of the officers' pair
	Share    *Share   `json:"share,omitempty"` // the caller's own
	Links    []Logged `json:"links"`           // the account's chain
}

// ReissueList answers which re-issues there are.
type ReissueList struct {
	Reissues []ReissueRow `json:"reissues"`
}

// ReleaseShare is an officer's word that they have called the person back on the
// number on file and were read the new device's number, with their share sealed
// to that device.
type ReleaseShare struct {
	Called string `json:"called"` // the number that was called
	Device []byte `json:"device"` // whose number was read out
	Share  Share  `json:"share"`
}

// ReissueOffer is what the new device brings: its keys and the person's new
// password.
type ReissueOffer struct {
	Locator  Hash   `json:"locator"`
	Device   []byte `json:"device"`
	Password string `json:"password"`
}

// ReissueCollect asks how far a re-issue is; with the first code of the new
// authenticator app it confirms the app.
type ReissueCollect struct {
	Locator Hash   `json:"locator"`
	Code    string `json:"code"` // empty: only ask
}

// ReissueState answers the new device. The shares come once two officers have
// released theirs.
type ReissueState struct {
	State     string   `json:"state"` // "waiting", "ready" or "done"
	Confirmed bool     `json:"confirmed"`
	Released  int      `json:"released"`
	Account   ID       `json:"account"`
	Agency    ID       `json:"agency"`
	LogKey    string   `json:"log_key"`
	Name      string   `json:"name"`
	Number    uint32   `json:"number"`
	Shares    []Share  `json:"shares"`
	Links     []Logged `json:"links"`
}

// FinishReissue brings the statements that add the new device and replace what
// was lost.
type FinishReissue struct {
	Locator Hash         `json:"locator"`
	Links   []AppendLink `json:"links"`
}
