package wire

// The bodies about passkeys (WebAuthn Level 3). Options and answers are the JSON
// forms that browsers take and give, as text: parseCreationOptionsFromJSON,
// parseRequestOptionsFromJSON and toJSON.

// PasskeyOptions is what an authenticator is asked.
type PasskeyOptions struct {
	Options string `json:"options"`
}

// NewPasskey brings the answer of an authenticator that made a passkey.
type NewPasskey struct {
	Name   string `json:"name"` // what its person calls it
	Answer string `json:"answer"`
}

// PasskeyInfo is one passkey. Times are Unix milliseconds.
type PasskeyInfo struct {
	ID    ID     `json:"id"`
	Name  string `json:"name"`
	Added int64  `json:"added"`
	Used  int64  `json:"used"` // zero: never
}

// PasskeyList lists the caller's passkeys.
type PasskeyList struct {
	Passkeys []PasskeyInfo `json:"passkeys"`
}

// BeginSignIn asks for what a passkey has to answer at sign-in. The answer is of
// the same form for a name that does not exist.
type BeginSignIn struct {
	Name   string `json:"name"`
	Device ID     `json:"device"`
}

// BeginStepUp asks for what a passkey has to answer for one act on one object.
type BeginStepUp struct {
	Act    string `json:"act"`
	Object string `json:"object"`
}
