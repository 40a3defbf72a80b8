//go:build !race

package store

// flips is how many bits are flipped.
const flips = 150
