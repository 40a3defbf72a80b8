// Package wire is the schema: every frame on the socket, every body on HTTP,
// every role, permission, limit and error that crosses the line. It imports
// nothing of ours. The TypeScript half (types and run-time decoders) is
// generated from it by `arcdev gen`; testdata holds one golden file per frame
// and a folder of frames that must be refused.
//
// Sealed bytes are opaque here; their layout is crypto/PROTOCOL.md.
package wire

import (
	"encoding/hex"
	"fmt"
)

// Version is the protocol's version. Each change has its dated line here.
//
//	1  2026-11-23  first version
const Version = 1

// Subprotocol is what a client offers in Sec-WebSocket-Protocol, followed by
// TicketPrefix and its ticket as a second entry. A ticket never is in a URL.
const (
	Subprotocol  = "arcline.v1"
	TicketPrefix = "ticket."
)

// Limits of the wire, in bytes, counts or seconds.
const (
	MaxFrame       = 128 << 10 // one socket message: head, body and boxes in base64 fit
	MaxBody        = 36 << 10  // one sealed body in an entry
	MaxDraft       = 40 << 10  // one sealed draft
	MaxHead        = 16 << 10  // one signed head
	MaxLink        = 256 << 10
	MaxBoxes       = 16       // readers of an epoch
	MaxBatch       = 64       // entries in one frame
	MaxFile        = 25 << 20 // one sealed file
	MaxHTTPBody    = 1 << 20
	MaxDirectory   = 64  // chains in one directory query
	MaxLogPage     = 256 // leaves in one page of the key log
	MaxFollow      = 64  // threads followed by one socket
	MaxList        = 200
	MaxInvitations = 500
	MaxRoster      = 8 << 20 // a request with a roster in it
	MaxLinks       = 256     // statements in one request
	RatePerSecond  = 20      // commands a second from one session, on average
	RateBurst      = 60
	PingSeconds    = 25 // a client is heard of at least this often
	SilentSeconds  = 70 // a socket silent for longer is closed
	TicketSeconds  = 30
	PresentSeconds = 10 // somebody who does not say so again is not at a thread any more
	AccessSeconds  = 600
	StepUpSeconds  = 300
	RefreshSeconds = 12 * 3600
)

// ID is a random 16-byte name; on the wire 32 lower-case hex digits.
type ID [16]byte

// Hash is a SHA-256 digest; on the wire 64 lower-case hex digits.
type Hash [32]byte

// MarshalText writes lower-case hex.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText reads exactly 32 lower-case hex digits.
func (id *ID) UnmarshalText(b []byte) error { return unhex(id[:], b) }

// String is the hex form.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// IsZero reports whether the id was never set.
func (id ID) IsZero() bool { return id == ID{} }

// ParseID reads an id from text.
func ParseID(s string) (id ID, err error) { err = id.UnmarshalText([]byte(s)); return id, err }

// MarshalText writes lower-case hex.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads exactly 64 lower-case hex digits.
func (h *Hash) UnmarshalText(b []byte) error { return unhex(h[:], b) }

func unhex(dst, b []byte) error {
	if len(b) != 2*len(dst) {
		return fmt.Errorf("an id has %d hex digits, not %d", 2*len(dst), len(b))
	}
	for _, c := range b {
		if c >= 'A' && c <= 'F' {
			return fmt.Errorf("hex digits are lower-case here")
		}
	}
	_, err := hex.Decode(dst, b)
	return err
}

// Role says what a person may do. It is what the agency's credential says.
type Role string

// The roles.
const (
	RoleNavigator   Role = "navigator"
	RoleCAC         Role = "cac"
	RoleBroker      Role = "broker"
	RoleSupport     Role = "support"
	RoleSpecialist  Role = "specialist"
	RoleLead        Role = "lead"
	RoleAgencyAdmin Role = "agency-admin" // of an assister organization: its people, never a thread
	RoleRegistrar   Role = "registrar"
	RoleRecords     Role = "records"
	RoleAuditor     Role = "auditor"
)

// Kind is the type of a thread entry, as its signed head says it.
type Kind string

// The kinds of entry.
const (
	KindOpen     Kind = "open"
	KindClaim    Kind = "claim"
	KindRekey    Kind = "rekey"
	KindRequeue  Kind = "requeue"
	KindOffer    Kind = "transfer-offer"
	KindTransfer Kind = "transfer"
	KindMessage  Kind = "msg"
	KindAck      Kind = "ack"
	KindClose    Kind = "close"
	KindAsk      Kind = "ask"
	KindConfirm  Kind = "confirm"
	KindReveal   Kind = "reveal"   // the signer opens a consumer's sealed details
	KindOutreach Kind = "outreach" // a specialist begins a thread with an assister
	KindNotes    Kind = "notes"    // of the note log beside the thread
	KindNote     Kind = "note"
)

// ThreadState is where a thread stands.
type ThreadState string

// The states.
const (
	StateOpen    ThreadState = "open"
	StateClaimed ThreadState = "claimed"
	StateClosed  ThreadState = "closed"
)

// BoxKind says what a box is sealed to.
type BoxKind string

// The kinds of box.
const (
	BoxAccount  BoxKind = "acct"
	BoxDevice   BoxKind = "dev"
	BoxRecovery BoxKind = "rec"
	BoxOfficers BoxKind = "offi"
	BoxLine     BoxKind = "line"
	BoxLead     BoxKind = "lead"
	BoxRecords  BoxKind = "cust"
)

// Box is one sealed secret for one reader.
type Box struct {
	Kind   BoxKind `json:"kind"`
	ID     ID      `json:"id"`
	Gen    uint32  `json:"gen"`
	Sealed []byte  `json:"sealed"`
}

// Entry is one line of a thread's log.
type Entry struct {
	Head []byte `json:"head"`
	Sig  []byte `json:"sig"`
	Body []byte `json:"body,omitempty"`
}
