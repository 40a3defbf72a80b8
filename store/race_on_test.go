//go:build race

package store

// flips is how many bits are flipped: under the race detector each judging child
// takes a second.
const flips = 20
