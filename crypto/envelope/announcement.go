package envelope

import (
	"fmt"
	"unicode/utf8"
)

// MaxAnnouncement bounds the words of an announcement, in bytes.
const MaxAnnouncement = 8 << 10

// Announcement is what the agency tells its assisters, signed by somebody who may
// speak for it. It is no secret: it is not sealed, and the service can read it.
type Announcement struct {
	Agency       ID
	ID           ID
	Acct, Dev    ID     // who signed it
	KTSize       uint64 // the signer's newest checkpoint
	KTRoot       Hash
	From, Until  uint64 // shown in this time; Unix milliseconds
	Roles        string // whom it is for, comma separated and in order; empty: all assisters
	Organization string // whose people it is for, as credentials write it; empty: all
	Title        string
	Text         []byte // UTF-8, with line breaks
}

// Encode writes the bytes that are signed.
func (a Announcement) Encode() []byte {
	return Enc("arc1/announcement", U8(Suite), a.Agency[:], a.ID[:], a.Acct[:], a.Dev[:], U64(a.KTSize), a.KTRoot[:], U64(a.From), U64(a.Until),
		[]byte(a.Roles), []byte(a.Organization), []byte(a.Title), a.Text)
}

// DecodeAnnouncement reads an announcement.
func DecodeAnnouncement(p []byte) (a Announcement, err error) {
	if len(p) > MaxStatement {
		return a, fmt.Errorf("%w: longer than a statement may be", ErrMalformed)
	}
	f := open("arc1/announcement", p)
	f.suite()
	a = Announcement{Agency: f.id(), ID: f.id(), Acct: f.id(), Dev: f.id(), KTSize: f.u64(), KTRoot: f.hash(), From: f.u64(), Until: f.u64(),
		Roles: f.text(128), Organization: f.text(128), Title: f.text(200), Text: f.bytes(1, MaxAnnouncement)}
	switch {
	case f.err != nil:
	case a.Until <= a.From:
		f.fail("it ends before it begins")
	case !utf8.Valid(a.Text):
		f.fail("words that are not UTF-8")
	case a.Title == "":
		f.fail("no title")
	}
	return a, f.done()
}
