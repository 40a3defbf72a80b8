package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// EXT4_IOC_SHUTDOWN with NOLOGFLUSH ends a file system at once: what was not
// synced is gone, as at a power cut (include/uapi/linux/ext4.h).
const (
	ext4Shutdown = 0x8004587d
	noLogFlush   = 2
)

// powerSeries puts the service's folder on an ext4 of its own and cuts its power.
func powerSeries(bin, dir string, n int, noSync bool) (crashResult, error) {
	r := crashResult{Kind: "power cut", NoSync: noSync}
	if n == 0 {
		r.Skipped = "not asked for"
		return r, nil
	}
	image, mount := dir+".img", dir
	if err := os.MkdirAll(mount, 0o700); err != nil {
		return r, err
	}
	for _, c := range [][]string{{"truncate", "-s", "768M", image}, {"mkfs.ext4", "-q", "-F", image}, {"mount", "-o", "loop", image, mount}} {
		if out, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
			r.Skipped = fmt.Sprintf("no loop mounts here: %s: %v %s", c[0], err, out)
			return r, nil
		}
	}
	defer exec.Command("umount", "-l", mount).Run()
	work := filepath.Join(mount, "arcline")
	if err := os.MkdirAll(work, 0o700); err != nil {
		return r, err
	}
	return series(bin, work, n, noSync, breaker{"power cut",
		func(s *stage) error {
			f, err := os.Open(mount)
			if err != nil {
				return err
			}
			err = unix.IoctlSetPointerInt(int(f.Fd()), ext4Shutdown, noLogFlush)
			f.Close()
			if err != nil {
				return fmt.Errorf("cut the power: %w", err)
			}
			return s.stop(syscall.SIGKILL)
		},
		func() error {
			for _, c := range [][]string{{"umount", mount}, {"mount", "-o", "loop", image, mount}} {
				if out, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
					return fmt.Errorf("%s: %w %s", c[0], err, out)
				}
			}
			return nil
		}})
}
