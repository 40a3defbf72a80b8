package wire

// Signed is a statement with its signature.
type Signed struct {
	Signed []byte `json:"signed"`
	Sig    []byte `json:"sig"`
}

// Announcement is what the agency tells its assisters, as it was signed
// (PROTOCOL.md, section 4.5).
type Announcement struct {
	Announcement ID     `json:"announcement"`
	Signed       []byte `json:"signed"`
	Sig          []byte `json:"sig"`
	Read         bool   `json:"read"`      // by the caller
	Reads        int    `json:"reads"`     // by how many; for whoever may make announcements
	Withdrawn    bool   `json:"withdrawn"` // for whoever may make announcements
}

// AnnouncementList answers which there are for the caller.
type AnnouncementList struct {
	Announcements []Announcement `json:"announcements"`
}

// FindAsk looks for assisters of a line by the numbers of their credentials, for
// staff who write to them first.
type FindAsk struct {
	Numbers []string `json:"numbers"` // Assister ID or NPN; at most MaxFind
}

// MaxFind bounds one question.
const MaxFind = 500

// FoundList answers with those that the line can write to now. The caller checks
// each number against the credential.
type FoundList struct {
	Found []Found `json:"found"`
}

// Found is one of them.
type Found struct {
	Number  string `json:"number"`
	Account ID     `json:"account"`
}
