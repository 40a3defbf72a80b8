package wire

// The bodies about sign-ins that live, and what a person signs in with.

// SessionInfo is one sign-in that lives. Times are Unix milliseconds.
type SessionInfo struct {
	Session ID    `json:"session"`
	Device  ID    `json:"device"`
	Began   int64 `json:"began"`
	Used    int64 `json:"used"`    // newest act of its person
	Ends    int64 `json:"ends"`    // if its person does nothing more
	Current bool  `json:"current"` // it is the one that asks
}

// SessionList lists the caller's sign-ins.
type SessionList struct {
	Sessions []SessionInfo `json:"sessions"`
}

// AuthenticatorInfo is one line of the history of what a person could sign in
// with. Times are Unix milliseconds.
type AuthenticatorInfo struct {
	Kind  string `json:"kind"`  // "password" or "app"
	Bound int64  `json:"bound"` // in force since
	By    ID     `json:"by"`    // account that bound it
	From  string `json:"from"`  // address it was bound from
	Ended int64  `json:"ended"` // zero while it is in force
	Why   string `json:"why"`   // it ended
}

// AuthenticatorList is the whole history, oldest first.
type AuthenticatorList struct {
	Authenticators []AuthenticatorInfo `json:"authenticators"`
}

// ChangePassword puts a new password in the place of the old one.
type ChangePassword struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// AppOffer is a new authenticator app's set-up. The old app works until
// ConfirmApp has brought the new one's first code.
type AppOffer struct {
	OTPAuth string `json:"otpauth"` // otpauth:// address, shown once
}

// ConfirmApp brings the first code of a new authenticator app.
type ConfirmApp struct {
	Code string `json:"code"`
}

// RotateTokenKeys makes a new key for access tokens. In an emergency the old one
// is refused at once.
type RotateTokenKeys struct {
	Emergency bool `json:"emergency"`
}
