package client

import (
	"arcline/server/wire"
)

// Content is what a message says: the plaintext inside a sealed body. Everything
// that a line's rules ask for is inside: subject, form, consumers, answers. What
// identifies a consumer is in none of it, but in a card of its own (Card).
type Content struct {
	Type    string     `json:"type"` // "text"; of a staff note "note", or "handover" for the reason of one
	Subject string     `json:"subject,omitempty"`
	Text    string     `json:"text"`
	Files   []FileInfo `json:"files,omitempty"`

	Topic     string     `json:"topic,omitempty"` // of the first message: as the service was told
	Form      *Filled    `json:"form,omitempty"`
	Consumers []Consumer `json:"consumers,omitempty"` // whom a thread is about, at most wire.MaxConsumers
	Rescinded []Rescind  `json:"rescinded,omitempty"` // authorizations that were taken back
	Answers   []Answer   `json:"answers,omitempty"`   // staff: what became of each consumer's question
	Cases     []CaseCard `json:"cases,omitempty"`     // staff: where consumers stand
	Call      *CallCard  `json:"call,omitempty"`      // asks for a call-back
	Spoke     *Spoke     `json:"spoke,omitempty"`     // staff: the consumer was on the line
	Disclosed []string   `json:"disclosed,omitempty"` // staff: kinds of private data in this message; codes of wire.Disclosures
}

// FileInfo describes a sealed file; its key travels in the message.
type FileInfo struct {
	ID     wire.ID   `json:"id"`
	Key    []byte    `json:"key"`
	Size   int64     `json:"size"`   // of the file itself, in bytes
	Sealed int64     `json:"sealed"` // of what is stored
	SHA256 wire.Hash `json:"sha256"` // of what is stored
	Name   string    `json:"name"`
	MIME   string    `json:"mime"`
}

// Filled is a form with its answers. The form's own questions travel along, so
// that it can be read when the agency has long changed them.
type Filled struct {
	Form   wire.Form `json:"form"`
	Values []Value   `json:"values"`
}

// Value answers one field.
type Value struct {
	Field string     `json:"field"`
	Text  string     `json:"text,omitempty"` // yes or no for yesno
	Many  []string   `json:"many,omitempty"`
	Rows  [][]string `json:"rows,omitempty"` // of a table, in the order of its columns
}

// Consumer is somebody whom a thread is about, without anything that identifies
// them: that is in the card.
type Consumer struct {
	Label   string   `json:"label"`             // how the assister calls them here, such as Consumer 1
	Case    string   `json:"case,omitempty"`    // case reference, if one is known
	Kinds   []string `json:"kinds"`             // which identifiers the card holds; of CardKinds
	Card    FileInfo `json:"card"`              // name and mime are empty
	Consent *Consent `json:"consent,omitempty"` // the recorded authorization
}

// Consent is the authorization that a consumer gave (45 CFR 155.220(j) practice):
// what for, from when until when, when it was given and how it is taken back. The
// consumer's name stands in the card.
type Consent struct {
	Scope   string `json:"scope"`
	Purpose string `json:"purpose"`
	Given   string `json:"given"` // 2006-01-02
	Until   string `json:"until"` // 2006-01-02; empty: until it is taken back
	Rescind string `json:"rescind"`
}

// Rescind takes an authorization back.
type Rescind struct {
	Card wire.ID `json:"card"`
	On   string  `json:"on"` // 2006-01-02
	Why  string  `json:"why,omitempty"`
}

// CardKinds are the identifiers that a card can hold. Other is not counted.
var CardKinds = []string{"name", "birth", "address", "email", "ssn4"}

// Card is what identifies a consumer. It is sealed by itself, and the service
// hands it out only to whoever has said in the thread, with a second factor, that
// they open it.
type Card struct {
	Name    string `json:"name,omitempty"`  // exactly as the consumer writes it
	Birth   string `json:"birth,omitempty"` // 2006-01-02
	Address string `json:"address,omitempty"`
	Email   string `json:"email,omitempty"`
	SSN4    string `json:"ssn4,omitempty"`  // the last four digits
	Phone   string `json:"phone,omitempty"` // of a call-back
}

// Kinds lists which identifiers a card holds.
func (c Card) Kinds() []string {
	out := []string{}
	for i, v := range []string{c.Name, c.Birth, c.Address, c.Email, c.SSN4} {
		if v != "" {
			out = append(out, CardKinds[i])
		}
	}
	return out
}

// States of an answer about one consumer.
var AnswerStates = []string{"answered", "needs-more", "not-found", "waits-office"}

// Answer is what became of one consumer's question.
type Answer struct {
	Card  wire.ID `json:"card"`
	State string  `json:"state"` // of AnswerStates
	Text  string  `json:"text,omitempty"`
}

// CaseCard says where a consumer stands, as a specialist saw it. The assister
// keeps it.
type CaseCard struct {
	Card    wire.ID  `json:"card"`           // of the consumer
	Case    string   `json:"case,omitempty"` // case reference
	Status  string   `json:"status"`
	Notices []string `json:"notices,omitempty"` // that were sent to the consumer
	Missing []string `json:"missing,omitempty"` // what is still to be handed in
	AsOf    string   `json:"as_of"`             // 2006-01-02
}

// CallCard asks for a call-back: the secret of the spoken codes, and the number
// where it is not the one on file.
type CallCard struct {
	Secret []byte    `json:"secret"` // 32 bytes
	Number *FileInfo `json:"number,omitempty"`
}

// Spoke records that the consumer was on the line: which identifiers were
// verified, and which warnings were read out.
type Spoke struct {
	Verified []string `json:"verified"` // of CardKinds, at least three
	Warnings []string `json:"warnings"`
}
