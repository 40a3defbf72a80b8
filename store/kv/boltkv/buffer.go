package boltkv

import (
	"bytes"
	"sort"
)

// arena hands out memory for the keys and values of one group. bbolt keeps
// the slices it is given until the commit, so nothing is freed before the
// whole group is through; then all of it is reused.
type arena struct {
	chunks [][]byte
	cur    int // the chunk being filled
	used   int // bytes handed out since reset, in all
}

const (
	chunkSize  = 256 << 10
	keepChunks = 32
)

// copy returns a copy of b that lives until reset. It is never nil: bbolt
// would take a nil value for an absent row.
func (a *arena) copy(b []byte) []byte {
	a.used += len(b)
	if len(b) > chunkSize/4 {
		return append(make([]byte, 0, len(b)), b...)
	}
	for a.cur < len(a.chunks) && cap(a.chunks[a.cur])-len(a.chunks[a.cur]) < len(b) {
		a.cur++
	}
	if a.cur == len(a.chunks) {
		a.chunks = append(a.chunks, make([]byte, 0, chunkSize))
	}
	c := a.chunks[a.cur]
	n := len(c)
	c = append(c, b...)
	a.chunks[a.cur] = c
	return c[n:len(c):len(c)]
}

func (a *arena) reset() {
	if len(a.chunks) > keepChunks {
		clear(a.chunks[keepChunks:])
		a.chunks = a.chunks[:keepChunks]
	}
	for i := range a.chunks {
		a.chunks[i] = a.chunks[i][:0]
	}
	a.cur, a.used = 0, 0
}

// change is one buffered write.
type change struct {
	key, value []byte
	deleted    bool
}

// buffer holds the writes of one closure, in key order, until it is known
// whether the closure succeeds. Nearly all closures write a handful of rows,
// which is one short sorted slice; a big one (a purge, a migration) gets more
// blocks, so that an insertion never moves more than one block.
type buffer struct {
	blocks [][]change
	spare  [][]change // emptied blocks, to use again
	edits  uint64     // grows with every write; a scan sees that it must look again
}

const blockSize = 128

// place is a position in a buffer: block and index within it.
type place struct{ block, at int }

func (b *buffer) empty() bool { return len(b.blocks) == 0 }

func (b *buffer) reset() {
	for _, block := range b.blocks {
		clear(block)
		if len(b.spare) < 8 {
			b.spare = append(b.spare, block[:0])
		}
	}
	clear(b.blocks)
	b.blocks = b.blocks[:0]
	b.edits++
}

// find returns the place of the first change whose key is not below key, and
// whether it is key's own.
func (b *buffer) find(key []byte) (place, bool) {
	n := sort.Search(len(b.blocks), func(i int) bool { return bytes.Compare(b.blocks[i][0].key, key) > 0 })
	if n == 0 {
		return place{}, false
	}
	block := b.blocks[n-1]
	lo, hi := 0, len(block)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch c := bytes.Compare(block[mid].key, key); {
		case c == 0:
			return place{n - 1, mid}, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	if lo == len(block) {
		return place{n, 0}, false
	}
	return place{n - 1, lo}, false
}

// at returns the change at p, or nil past either end.
func (b *buffer) at(p place) *change {
	if p.block < 0 || p.block >= len(b.blocks) {
		return nil
	}
	return &b.blocks[p.block][p.at]
}

func (b *buffer) next(p place) place {
	if p.at+1 < len(b.blocks[p.block]) {
		return place{p.block, p.at + 1}
	}
	return place{p.block + 1, 0}
}

func (b *buffer) prev(p place) place {
	if p.at > 0 {
		return place{p.block, p.at - 1}
	}
	if p.block == 0 {
		return place{-1, 0}
	}
	return place{p.block - 1, len(b.blocks[p.block-1]) - 1}
}

func (b *buffer) end() place { return place{len(b.blocks), 0} }

func (b *buffer) set(a *arena, key, value []byte, deleted bool) {
	b.edits++
	if !deleted {
		value = a.copy(value)
	}
	p, found := b.find(key)
	if found {
		c := b.at(p)
		c.value, c.deleted = value, deleted
		return
	}
	c := change{a.copy(key), value, deleted}
	if b.empty() {
		b.blocks = append(b.blocks, append(b.newBlock(), c))
		return
	}
	if p.at == 0 && p.block > 0 {
		// Between two blocks: goes to the end of the former, so that rows
		// written in order fill blocks from left to right.
		p = place{p.block - 1, len(b.blocks[p.block-1])}
	}
	if len(b.blocks[p.block]) == blockSize {
		p = b.split(p)
	}
	block := append(b.blocks[p.block], change{})
	copy(block[p.at+1:], block[p.at:])
	block[p.at] = c
	b.blocks[p.block] = block
}

// split makes room at p: a full block gives its upper half to a new one, or,
// if p is its end, stays full and the new one begins empty.
func (b *buffer) split(p place) place {
	cut := blockSize / 2
	if p.at == blockSize {
		cut = blockSize
	}
	old := b.blocks[p.block]
	upper := append(b.newBlock(), old[cut:]...)
	clear(old[cut:])
	b.blocks[p.block] = old[:cut]
	b.blocks = append(b.blocks, nil)
	copy(b.blocks[p.block+2:], b.blocks[p.block+1:])
	b.blocks[p.block+1] = upper
	if p.at < cut || (p.at == cut && cut < blockSize) {
		return p
	}
	return place{p.block + 1, p.at - cut}
}

func (b *buffer) newBlock() []change {
	if n := len(b.spare); n > 0 {
		block := b.spare[n-1]
		b.spare = b.spare[:n-1]
		return block
	}
	return make([]change, 0, blockSize)
}
