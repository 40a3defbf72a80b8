// Package attack plays the attacks that the protocol was designed against, each
// as one test: TestT01 to TestT43, numbered as in the threat model. It holds
// nothing but tests.
//
// A test first shows that the honest run passes, then turns one switch of an
// evil service and shows the refusal. Where it can be shown without a hook in
// production code, it ends with a control: a naive reader, written in the test
// without the counter-measure, falls for the same attack. A control that no
// longer falls says that the attack is no longer one.
package attack
