package boltkv

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"arcline/store/kv"
)

// BenchmarkAppend appends 500 byte messages to 200 threads.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) { benchAppend(b, writers) })
	}
}

func benchAppend(b *testing.B, writers int) {
	db, err := Open(context.Background(), filepath.Join(b.TempDir(), "store"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	threads := make([][24]byte, 200)
	for i := range threads {
		binary.BigEndian.PutUint64(threads[i][:], rng.Uint64())
		binary.BigEndian.PutUint64(threads[i][8:], rng.Uint64())
	}
	var seqs [200]atomic.Uint64
	var left atomic.Int64
	left.Store(int64(b.N))
	before := db.Stats()
	b.ResetTimer()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(3, uint64(w)))
			value := make([]byte, 500)
			for i := range value {
				value[i] = byte(rng.Uint32())
			}
			for left.Add(-1) >= 0 {
				n := rng.IntN(len(threads))
				key := threads[n]
				binary.BigEndian.PutUint64(key[16:], seqs[n].Add(1))
				err := db.Update(context.Background(), func(tx kv.Tx) error { return tx.Put(key[:], value) })
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	after := db.Stats()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	b.ReportMetric(float64(after.Commits-before.Commits), "commits")
}
