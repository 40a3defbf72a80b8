package rules

import (
	"slices"
	"strings"
	"unicode"

	"arcline/server/wire"
)

// elsewhereAfter are words that give the next one another meaning: an e-mail
// address is no place where somebody lives.
var elsewhereAfter = []string{"email", "mail", "web", "website", "ip"}

// Phones finds which of a topic's kinds of report a text means, in the topic's
// order. It is asked before something is sent, so it errs to one side: whoever
// writes is told that this goes by phone and can say that it is not meant.
//
// A kind is meant when one of its words stands in the text as a whole word, in any
// case; several words must stand next to each other, with whatever signs between
// them. A word does not count right after email, mail (which e-mail ends with),
// web, website or ip. Nothing else of the sentence is understood: "not pregnant"
// means pregnancy.
func Phones(topic wire.Topic, text string) []wire.PhoneKind {
	said := words(text)
	var out []wire.PhoneKind
	for _, kind := range topic.ByPhone {
		if slices.ContainsFunc(kind.Words, func(w string) bool { return stands(words(w), said) }) {
			out = append(out, kind)
		}
	}
	return out
}

// stands reports whether words stand next to each other in what was said.
func stands(want, said []string) bool {
	for i := 0; len(want) > 0 && i+len(want) <= len(said); i++ {
		if slices.Equal(want, said[i:i+len(want)]) && (i == 0 || !slices.Contains(elsewhereAfter, said[i-1])) {
			return true
		}
	}
	return false
}

// words are the runs of letters and digits in a text, in lower case.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
