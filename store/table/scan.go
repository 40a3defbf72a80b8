package table

import (
	"bytes"
	"fmt"
)

// Range says which rows a scan gives, by their keys. The zero value is all.
type Range struct {
	Prefix  func(*KeyWriter) // keys that begin with these fields
	From    func(*KeyWriter) // and, after those, are not below these
	To      func(*KeyWriter) // and are below these
	After   []byte           // go on after this place; what a scan returned as next
	Reverse bool
	Limit   int // no more rows than this; 0 means no limit
}

func write(b []byte, fn func(*KeyWriter)) []byte {
	w := KeyWriter{b}
	if fn != nil {
		fn(&w)
	}
	return w.b
}

// bounds returns the physical keys [lo, hi) under base. After only ever makes
// the range smaller, so one that comes from a client leads nowhere else.
func (r Range) bounds(base []byte) (lo, hi []byte) {
	prefix := write(bytes.Clone(base), r.Prefix)
	lo = write(bytes.Clone(prefix), r.From)
	if hi = successor(prefix); r.To != nil {
		hi = write(bytes.Clone(prefix), r.To)
	}
	if r.After == nil {
		return lo, hi
	}
	after := append(bytes.Clone(base), r.After...)
	if r.Reverse {
		if hi == nil || bytes.Compare(after, hi) < 0 {
			hi = after
		}
	} else if after = append(after, 0); bytes.Compare(after, lo) > 0 {
		lo = after
	}
	return lo, hi
}

// successor returns the first key that does not begin with prefix, or nil.
func successor(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xFF {
			s := bytes.Clone(prefix[:i+1])
			s[i]++
			return s
		}
	}
	return nil
}

// scan walks the rows of r under base. next is the place of the last row
// given, if there may be more behind it.
func (r Range) scan(tx *Tx, base []byte, fn func(key, value []byte) (bool, error)) (next []byte, err error) {
	lo, hi := r.bounds(base)
	var last []byte
	n, ended := 0, true
	err = tx.kv.Scan(lo, hi, r.Reverse, func(key, value []byte) (bool, error) {
		if r.Limit > 0 && n == r.Limit {
			ended = false
			return false, nil
		}
		n++
		last = key
		more, err := fn(key, value)
		if err != nil || !more {
			ended = false
		}
		return more, err
	})
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	if ended {
		return nil, nil
	}
	return bytes.Clone(last[len(base):]), nil
}
