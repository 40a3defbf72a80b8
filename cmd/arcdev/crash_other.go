//go:build !linux

package main

// powerSeries needs Linux.
func powerSeries(_, _ string, _ int, noSync bool) (crashResult, error) {
	return crashResult{Kind: "power cut", NoSync: noSync, Skipped: "power cuts need ext4 on Linux"}, nil
}
