package envelope

// Welcome is what an old device tells a new one of its person: which service,
// which agency to believe, and which account it is asked to join, as it stands.
// It is authenticated by the code that the person typed, not signed.
type Welcome struct {
	Agency  ID
	Root    [32]byte // the agency's root key
	LogKey  string   // verifier key of the key log; the agency's policy must confirm it
	Name    string   // sign-in name
	Account ID
	Genesis Hash // the account's identity
	Head    Hash // its newest link before the new device's
}

// Encode writes the welcome.
func (w Welcome) Encode() []byte {
	return Enc("arc1/pair/welcome", w.Agency[:], w.Root[:], []byte(w.LogKey), []byte(w.Name), w.Account[:], w.Genesis[:], w.Head[:])
}

// DecodeWelcome reads a welcome.
func DecodeWelcome(b []byte) (w Welcome, err error) {
	f := open("arc1/pair/welcome", b)
	w = Welcome{Agency: f.id(), Root: f.hash(), LogKey: f.text(512), Name: f.text(64), Account: f.id(), Genesis: f.hash(), Head: f.hash()}
	return w, f.done()
}

// Letter is what an invitation says besides its code: which agency to believe,
// and the sign-in name. The registrar leaves it with the service under the
// code's MAC, so a person who has typed the code alone can believe it.
type Letter struct {
	Agency ID
	Root   [32]byte // the agency's root key
	Name   string   // sign-in name
}

// Encode writes the letter.
func (l Letter) Encode() []byte {
	return Enc("arc1/invite/letter", l.Agency[:], l.Root[:], []byte(l.Name))
}

// DecodeLetter reads a letter.
func DecodeLetter(b []byte) (l Letter, err error) {
	f := open("arc1/invite/letter", b)
	l = Letter{Agency: f.id(), Root: f.hash(), Name: f.text(64)}
	return l, f.done()
}
