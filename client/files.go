package client

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"

	"arcline/crypto/chunk"
	"arcline/crypto/envelope"
	"arcline/server/wire"
)

// Attach seals a file, brings it to the service, and returns what a message
// must carry so that its readers can open it.
func (c *Client) Attach(ctx context.Context, thread wire.ID, name, mime string, r io.Reader, size int64) (FileInfo, error) {
	f := newFile(size)
	f.Name, f.MIME = name, mime
	if f.Sealed < 0 || f.Sealed > wire.MaxFile {
		return f, &Error{Problem: problem(wire.CodeTooLarge)}
	}
	// Sealed to a temporary file first: its digest goes into the message, and a
	// broken upload can be repeated with the same bytes.
	tmp, err := os.CreateTemp("", "arcline-sealed-*")
	if err != nil {
		return f, err
	}
	defer func() { tmp.Close(); os.Remove(tmp.Name()) }()
	if err := sealFile(tmp, thread, &f, r); err != nil {
		return f, err
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return f, err
	}
	return f, c.upload(ctx, "/v1/files/", thread, f.ID, tmp)
}

// newFile begins a file of so many bytes, with a key of its own.
func newFile(size int64) FileInfo {
	f := FileInfo{ID: wire.ID(uuid.New()), Key: make([]byte, 32), Size: size, Sealed: chunk.SealedSize(size)}
	rand.Read(f.Key)
	return f
}

// sealFile writes the sealed bytes of a file of a thread, and their digest into f.
func sealFile(to io.Writer, thread wire.ID, f *FileInfo, r io.Reader) error {
	sum := sha256.New()
	w, err := chunk.NewWriter(io.MultiWriter(to, sum), [32]byte(f.Key), envelope.ID(thread), envelope.ID(f.ID), f.Size)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("seal the file: %w", err)
	}
	sum.Sum(f.SHA256[:0])
	return nil
}

// upload brings sealed bytes of a thread to the service. A repeat is harmless.
func (c *Client) upload(ctx context.Context, path string, thread, name wire.ID, r io.Reader) error {
	token, err := c.access(ctx)
	if err != nil {
		return err
	}
	resp, err := c.req.send(ctx, "PUT", path+thread.String()+"/"+name.String(), token, "", r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// ErrFile says that a file is not the one that its message describes.
var ErrFile = errors.New("the file is not the one that was sent")

// Download fetches a file, checks it against its message, opens it and writes it.
// Nothing is written unless the stored bytes are the ones described.
func (c *Client) Download(ctx context.Context, thread wire.ID, f FileInfo, w io.Writer) error {
	return c.fetch(ctx, "/v1/files/", thread, f, w, wire.MaxFile)
}

func (c *Client) fetch(ctx context.Context, path string, thread wire.ID, f FileInfo, w io.Writer, most int64) error {
	if len(f.Key) != 32 || f.Sealed < 0 || f.Sealed > most {
		return ErrFile
	}
	token, err := c.access(ctx)
	if err != nil {
		return err
	}
	resp, err := c.req.send(ctx, "GET", path+thread.String()+"/"+f.ID.String(), token, "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	tmp, err := os.CreateTemp("", "arcline-sealed-*")
	if err != nil {
		return err
	}
	defer func() { tmp.Close(); os.Remove(tmp.Name()) }()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(resp.Body, f.Sealed+1))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	if n != f.Sealed || [32]byte(sum.Sum(nil)) != f.SHA256 {
		return ErrFile
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r, err := chunk.NewReader(tmp, [32]byte(f.Key), envelope.ID(thread), envelope.ID(f.ID))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	if r.Size() != f.Size {
		return ErrFile
	}
	if _, err := io.Copy(w, r); err != nil {
		return fmt.Errorf("%w: %w", ErrFile, err)
	}
	return nil
}
