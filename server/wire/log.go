package wire

// LogPage is a stretch of the key log for whoever replays it whole. The leaves
// go on at From+len(Leaves) until Size.
type LogPage struct {
	From       uint64    `json:"from"`
	Leaves     []LogLeaf `json:"leaves"`
	Size       uint64    `json:"size"`       // of Checkpoint
	Checkpoint string    `json:"checkpoint"` // signed note: the newest that the log has signed
	Shown      string    `json:"shown"`      // signed note: the newest that clients see, with its cosignatures
}

// LogLeaf is one leaf with what it logs.
type LogLeaf struct {
	Leaf       []byte      `json:"leaf"`
	Link       *Link       `json:"link,omitempty"`
	Credential *Credential `json:"credential,omitempty"` // of a link that records one
}
