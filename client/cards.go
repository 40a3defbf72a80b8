package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/server/wire"
)

// Sealed is a card on its way: the outbox holds it until the service has it.
type Sealed struct {
	Name  wire.ID `json:"name"`
	Bytes []byte  `json:"bytes"`
}

// SealCard seals a consumer's card, or a telephone number, for a thread. The
// message carries the first part, and the second goes along with it.
func SealCard(thread wire.ID, card Card) (FileInfo, Sealed, error) {
	plain, err := json.Marshal(card)
	if err != nil {
		return FileInfo{}, Sealed{}, fmt.Errorf("seal a card: %w", err)
	}
	f := newFile(int64(len(plain)))
	if f.Sealed > wire.MaxCard {
		return f, Sealed{}, &Error{Problem: problem(wire.CodeTooLarge)}
	}
	var out bytes.Buffer
	if err := sealFile(&out, thread, &f, bytes.NewReader(plain)); err != nil {
		return f, Sealed{}, fmt.Errorf("seal a card: %w", err)
	}
	return f, Sealed{f.ID, out.Bytes()}, nil
}

// bringCards brings the cards of a message to the service, before the message.
func (c *Client) bringCards(ctx context.Context, thread wire.ID, cards []Sealed) error {
	for _, s := range cards {
		if err := c.upload(ctx, "/v1/cards/", thread, s.Name, bytes.NewReader(s.Bytes)); err != nil {
			return fmt.Errorf("bring a card: %w", err)
		}
	}
	return nil
}

// OpenCard says in the thread, with a second factor, that this person opens a
// card, and opens it. Both sides of the thread see who did and when.
func (c *Client) OpenCard(ctx context.Context, f Factor, thread wire.ID, card FileInfo) (Card, error) {
	var out Card
	if _, err := c.Reveal(ctx, f, thread, card.ID); err != nil {
		return out, err
	}
	var plain bytes.Buffer
	if err := c.fetch(ctx, "/v1/cards/", thread, card, &plain, wire.MaxCard); err != nil {
		return out, err
	}
	if err := json.Unmarshal(plain.Bytes(), &out); err != nil {
		return out, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return out, nil
}

// ErrRule says that a line's rules ask for more than was given.
type ErrRule struct{ Text string }

func (e *ErrRule) Error() string { return e.Text }

// CheckConsumers holds what is to be sent to a topic's rules: how many consumers,
// how many identifiers of each, and the recorded authorization. Whoever receives
// it asks the same.
func CheckConsumers(t wire.Topic, people []Consumer) error {
	switch {
	case t.Identifiers > 0 && len(people) == 0:
		return &ErrRule{"This topic needs to say whom it is about. Nothing was sent."}
	case len(people) > max(1, t.Consumers):
		return &ErrRule{fmt.Sprintf("This topic takes at most %d people in one conversation. Nothing was sent.", max(1, t.Consumers))}
	}
	seen := map[string]bool{}
	for _, p := range people {
		known := slices.DeleteFunc(slices.Clone(p.Kinds), func(k string) bool { return !slices.Contains(CardKinds, k) })
		slices.Sort(known)
		if n := len(slices.Compact(known)); n < t.Identifiers {
			return &ErrRule{fmt.Sprintf("%s: this line needs %d of name, birth date, address, e-mail and the last four digits of the Social Security number; there are %d. Nothing was sent.", p.Label, t.Identifiers, n)}
		}
		if t.Consent && (p.Consent == nil || p.Consent.Scope == "" || p.Consent.Purpose == "" || p.Consent.Given == "" || p.Consent.Rescind == "") {
			return &ErrRule{p.Label + ": record what the person has agreed to, what for, when, and how they can take it back. Nothing was sent."}
		}
		if p.Label == "" || seen[p.Label] {
			return &ErrRule{"Give each person a label of their own. Nothing was sent."}
		}
		seen[p.Label] = true
	}
	return nil
}

// CheckForm holds a filled form to its own questions.
func CheckForm(f Filled) error {
	for _, q := range f.Form.Fields {
		i := slices.IndexFunc(f.Values, func(v Value) bool { return v.Field == q.ID })
		if i < 0 {
			if q.Required {
				return &ErrRule{q.Label + " is missing. Nothing was sent."}
			}
			continue
		}
		if err := checkValue(q, f.Values[i]); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(q wire.Field, v Value) error {
	wrong := func(format string, args ...any) error {
		return &ErrRule{q.Label + ": " + fmt.Sprintf(format, args...) + " Nothing was sent."}
	}
	switch q.Kind {
	case wire.FieldTable:
		for i, row := range v.Rows {
			if len(row) != len(q.Columns) {
				return wrong("line %d has %d of %d columns.", i+1, len(row), len(q.Columns))
			}
			for j, cell := range row {
				if c := q.Columns[j]; cell == "" && c.Required {
					return wrong("line %d: %s is missing.", i+1, c.Label)
				} else if why := checkText(c.Kind, c.Choices, cell); why != "" {
					return wrong("line %d, %s: %s", i+1, c.Label, why)
				}
			}
		}
		if q.Required && len(v.Rows) == 0 {
			return wrong("at least one line.")
		}
	case wire.FieldMany:
		for _, x := range v.Many {
			if !slices.Contains(q.Choices, x) {
				return wrong("%q is not one of the choices.", x)
			}
		}
		if q.Required && len(v.Many) == 0 {
			return wrong("choose at least one.")
		}
	default:
		if q.Required && strings.TrimSpace(v.Text) == "" {
			return wrong("it is missing.")
		}
		if why := checkText(q.Kind, q.Choices, v.Text); why != "" {
			return wrong("%s", why)
		}
	}
	return nil
}

func checkText(kind wire.FieldKind, choices []string, text string) string {
	if text == "" {
		return ""
	}
	switch kind {
	case wire.FieldDate:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "write the date as 2026-11-30."
		}
	case wire.FieldNumber:
		if strings.Trim(text, "0123456789") != "" {
			return "digits only."
		}
	case wire.FieldChoice:
		if !slices.Contains(choices, text) {
			return fmt.Sprintf("%q is not one of the choices.", text)
		}
	case wire.FieldYesNo:
		if text != "yes" && text != "no" {
			return "yes or no."
		}
	}
	return ""
}

// PlainName reports whether the eligibility system would refuse a name: letters
// and blanks are all that it takes. The name itself is kept exactly.
func PlainName(name string) bool {
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ") == ""
}

// Codes are the spoken codes of one attempt to call, for the two who speak: good
// for this attempt alone.
type Codes struct {
	Assister   string `json:"assister"`   // what the assister reads out
	Specialist string `json:"specialist"` // what the specialist reads out
}

// SpokenCodes computes them from what the message that asked for the call holds.
func SpokenCodes(thread wire.ID, call CallCard, attempt int) (Codes, error) {
	if len(call.Secret) != 32 || attempt < 1 {
		return Codes{}, fmt.Errorf("%w: no codes for this call", ErrFile)
	}
	a, s := seal.SpokenCodes([32]byte(call.Secret), envelope.ID(thread), uint32(attempt))
	return Codes{a, s}, nil
}

// NewCall begins a call-back's card: a fresh secret.
func NewCall() CallCard {
	c := CallCard{Secret: make([]byte, 32)}
	rand.Read(c.Secret)
	return c
}
