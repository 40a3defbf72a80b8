package boltkv

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"runtime/debug"

	"arcline/store/kv"

	bolt "go.etcd.io/bbolt"
)

// CheckFile judges a store that nobody has open for writing: both meta pages,
// the shape of the tree, and then what each walk finds in the rows. bbolt
// itself skips a damaged meta page and so rolls back the last commit without a
// word; here one bad meta page is an error that names it.
//
// A damaged file can make the process hang or die, so call it in a child that
// can be killed: see ChildCheck.
func CheckFile(ctx context.Context, path string, walks ...func(context.Context, kv.Viewer) error) (err error) {
	if err := checkMetas(path); err != nil {
		return err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("damaged store: reading it broke: %v", r)
		}
	}()
	db, err := openBolt(path, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		return fmt.Errorf("open for check: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	t, err := db.Begin(false)
	if err != nil {
		return fmt.Errorf("read for check: %w", err)
	}
	defer t.Rollback()
	if err := checkTree(ctx, t); err != nil {
		return err
	}
	bucket := t.Bucket([]byte(bucketName))
	if bucket == nil {
		return errors.New("not a store of arcline: its bucket is missing")
	}
	for _, walk := range walks {
		if err := walk(ctx, viewer{bucket}); err != nil {
			return fmt.Errorf("check rows: %w", err)
		}
	}
	return nil
}

// viewer lets walks read inside the one transaction of a check.
type viewer struct{ bucket *bolt.Bucket }

func (v viewer) View(ctx context.Context, fn func(kv.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(&tx{bucket: v.bucket})
}

// checkTree runs bbolt's own check and reports the first few findings.
func checkTree(ctx context.Context, t *bolt.Tx) error {
	const report = 8
	var found []error
	more := 0
	for err := range t.Check() { // must be drained
		switch {
		case ctx.Err() != nil:
		case len(found) < report:
			found = append(found, fmt.Errorf("damaged tree: %w", err))
		default:
			more++
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if more > 0 {
		found = append(found, fmt.Errorf("and %d more", more))
	}
	return errors.Join(found...)
}

// The layout of a meta page: a 16 byte header, then the fields, then their
// checksum. bbolt writes integers in the machine's own order.
const (
	metaHeader  = 16
	metaSummed  = 56
	metaLength  = metaHeader + metaSummed + 8
	metaFlag    = 0x04
	metaMagic   = 0xED0CDAED
	metaVersion = 2
)

// checkMetas verifies both meta pages as they are on disk.
func checkMetas(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("check meta pages: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("check meta pages: %w", err)
	}
	size, err0 := checkMeta(f, 0, 0, info.Size())
	if err0 != nil {
		size = int64(os.Getpagesize()) // as good a guess as there is
	}
	_, err1 := checkMeta(f, 1, size, info.Size())
	return errors.Join(err0, err1)
}

// checkMeta verifies meta page id at offset and returns the page size it says.
func checkMeta(f *os.File, id uint64, offset, fileSize int64) (int64, error) {
	var b [metaLength]byte
	if _, err := f.ReadAt(b[:], offset); err != nil {
		return 0, fmt.Errorf("meta page %d: %w", id, err)
	}
	e := binary.NativeEndian
	m := b[metaHeader:]
	sum := fnv.New64a()
	sum.Write(m[:metaSummed])
	switch {
	case e.Uint64(b[:]) != id || e.Uint16(b[8:]) != metaFlag:
		return 0, fmt.Errorf("meta page %d: its header is damaged", id)
	case e.Uint32(m) != metaMagic:
		return 0, fmt.Errorf("meta page %d: not a store file (magic number)", id)
	case e.Uint32(m[4:]) != metaVersion:
		return 0, fmt.Errorf("meta page %d: unknown version %d", id, e.Uint32(m[4:]))
	case e.Uint64(m[metaSummed:]) != sum.Sum64():
		return 0, fmt.Errorf("meta page %d: checksum does not match", id)
	}
	size := int64(e.Uint32(m[8:]))
	if pages := e.Uint64(m[40:]); size < 1024 || pages > uint64(fileSize/size) {
		return 0, fmt.Errorf("meta page %d: file is cut short: %d pages of %d bytes do not fit in %d", id, pages, size, fileSize)
	}
	return size, nil
}

// ChildCheck returns an Options.Check that runs "exe args... path" and kills
// it when ctx ends. The child says what it found on the last line of standard
// error and ends with a status other than 0.
func ChildCheck(exe string, args ...string) func(ctx context.Context, path string) error {
	return func(ctx context.Context, path string) error {
		cmd := exec.CommandContext(ctx, exe, append(append([]string(nil), args...), path)...)
		var said tail
		cmd.Stderr = &said
		err := cmd.Run()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("check did not end in time: %w", ctx.Err())
		}
		if line := said.lastLine(); line != "" {
			return fmt.Errorf("%s (%w)", line, err)
		}
		return fmt.Errorf("check: %w", err)
	}
}

// tail keeps the end of what a child says.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	const keep = 4096
	t.b = append(t.b, p...)
	if len(t.b) > keep {
		t.b = append([]byte(nil), t.b[len(t.b)-keep:]...)
	}
	return len(p), nil
}

func (t *tail) lastLine() string {
	text := bytes.TrimSpace(t.b)
	return string(text[bytes.LastIndexByte(text, '\n')+1:])
}
