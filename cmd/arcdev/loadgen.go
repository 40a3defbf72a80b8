package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coder/websocket"

	"arcline/client"
	"arcline/server/wire"
)

// load is what one load run is asked to do.
type load struct {
	pairs, messages, size, window int

	pace time.Duration // between two messages of a sender; 0: as fast as they are confirmed
}

// loadResult is what was measured. Times are milliseconds.
type loadResult struct {
	Pairs        int     `json:"pairs"`
	Window       int     `json:"window"`
	Size         int     `json:"text_bytes"`
	Messages     int     `json:"messages"`
	Seconds      float64 `json:"seconds"`
	PerSecond    float64 `json:"messages_per_second"`
	AckP50       float64 `json:"send_to_ack_p50_ms"`
	AckP99       float64 `json:"send_to_ack_p99_ms"`
	DeliverP50   float64 `json:"send_to_deliver_p50_ms"`
	DeliverP99   float64 `json:"send_to_deliver_p99_ms"`
	SyncsPerMsg  float64 `json:"fdatasyncs_per_message"`
	MsgsPerGroup float64 `json:"messages_per_commit"`
	ServerCPU    float64 `json:"server_cpu_seconds_per_1000"`
	ClientCPU    float64 `json:"client_cpu_seconds_per_1000"`
}

func loadgen(root string, args []string) error {
	fs := flag.NewFlagSet("loadgen", flag.ContinueOnError)
	o := loadOptions{}
	fs.StringVar(&o.pairs, "pairs", "20,200", "numbers of sender and receiver pairs, one run each")
	fs.IntVar(&o.messages, "messages", 40000, "messages in a run, over all pairs")
	fs.IntVar(&o.size, "size", 500, "bytes of text in a message")
	fs.IntVar(&o.window, "window", 1, "messages that a sender has under way")
	fs.IntVar(&o.idle, "idle", 0, "idle connections to measure the memory of")
	fs.IntVar(&o.herd, "herd", 0, "clients that reconnect at once and catch up on 20 messages each")
	fs.IntVar(&o.signIns, "signins", 0, "sign-ins that come at once beside 20 pairs that send ten messages a second each")
	fs.BoolVar(&o.raw, "raw", true, "measure the raw store append with 256 writers in the same run")
	fs.BoolVar(&o.off, "store-off", true, "repeat the last run with the store in memory and without sync")
	fs.StringVar(&o.profile, "profile", "", "file for a CPU profile of the service during the runs")
	if err := fs.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "arcline-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	out, err := o.run(root, dir)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(out, "", "  ")
	fmt.Println(string(b))
	return err
}

type loadOptions struct {
	pairs, profile                     string
	messages, size, window, idle, herd int
	raw, off                           bool
	signIns                            int
}

// run makes every measurement asked for and returns them by name.
func (o loadOptions) run(root, dir string) (map[string]any, error) {
	out := map[string]any{}
	raw := 0.0
	var err error
	if o.raw {
		if raw, err = rawAppend(root); err != nil {
			return nil, err
		}
		out["raw_append_256_writers_per_second"] = raw
	}
	bin, err := buildArcline(root, dir)
	if err != nil {
		return nil, err
	}
	s, err := newStage(bin, dir)
	if err != nil {
		return nil, err
	}
	s.profile = o.profile
	if o.signIns > 0 {
		if out["sign_ins"], err = s.rush(o.signIns, load{pairs: 20, messages: o.messages, size: o.size, window: 1, pace: 100 * time.Millisecond}); err != nil {
			return nil, errors.Join(err, s.stop(syscall.SIGTERM))
		}
		return out, s.stop(syscall.SIGTERM)
	}
	var runs []loadResult
	for p := range strings.SplitSeq(o.pairs, ",") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("-pairs: %w", err)
		}
		r, err := s.measure(load{pairs: n, messages: o.messages, size: o.size, window: o.window})
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	last := runs[len(runs)-1]
	out["runs"] = runs
	if raw > 0 {
		out["against_raw_append"] = round3(last.PerSecond / raw)
	}
	if err := errors.Join(s.extras(o.idle, o.herd, out), s.stop(syscall.SIGTERM)); err != nil {
		return nil, err
	}
	if o.off {
		r, err := storeOff(bin, load{pairs: last.Pairs, messages: o.messages, size: o.size, window: o.window})
		if err != nil {
			return nil, err
		}
		out["store_off"], out["store_on_against_off"] = r, round3(last.PerSecond/r.PerSecond)
	}
	return out, nil
}

// storeOff is the same server with nothing made durable: the store's file in
// memory and no sync. What remains is the path of a message without the disk.
func storeOff(bin string, l load) (loadResult, error) {
	dir, err := os.MkdirTemp("/dev/shm", "arcline-off-")
	if err != nil {
		return loadResult{}, err
	}
	defer os.RemoveAll(dir)
	s, err := newStage(bin, dir, "--dangerous-no-sync", "1")
	if err != nil {
		return loadResult{}, err
	}
	r, err := s.measure(l)
	return r, errors.Join(err, s.stop(syscall.SIGTERM))
}

// rawAppend runs the engine's own benchmark: 256 writers that put one value each
// time, without ids, rules, audit or signatures. It is the ceiling of the store.
func rawAppend(root string) (float64, error) {
	cmd := exec.Command("go", "test", "./store/kv/boltkv", "-run", "^$", "-bench", "Append/.*256", "-benchtime", "3s")
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("benchmark of the engine: %w\n%s", err, out)
	}
	f := strings.Fields(string(out))
	for i, w := range f {
		if w == "msgs/s" && i > 0 {
			return strconv.ParseFloat(f[i-1], 64)
		}
	}
	return 0, fmt.Errorf("the engine's benchmark printed no msgs/s:\n%s", out)
}

// lane is one pair: a thread with its sealed messages and both sockets.
type lane struct {
	thread  wire.ID
	frames  [][]byte
	first   uint64
	pace    time.Duration
	sender  *websocket.Conn
	reader  *websocket.Conn
	sent    []atomic.Int64 // Unix nanoseconds, by message
	acked   []time.Duration
	arrived []time.Duration
}

// measure runs one load on the stage, starting the service if it is not running.
func (s *stage) measure(l load) (loadResult, error) {
	ctx := context.Background()
	if err := s.raise(ctx); err != nil {
		return loadResult{}, err
	}
	lanes := make([]*lane, l.pairs)
	err := each(crewSize, crewSize, func(k int) error { // one at a time for each person
		for i := k; i < len(lanes); i += crewSize {
			var err error
			if lanes[i], err = s.lane(ctx, i, l); err != nil {
				return fmt.Errorf("prepare pair %d: %w", i, err)
			}
		}
		return nil
	})
	if err != nil {
		return loadResult{}, err
	}
	if err := each(len(lanes), 16, func(i int) error { return lanes[i].connect(ctx, s, i) }); err != nil {
		return loadResult{}, err
	}
	syncs, commits := s.counters()
	cpu0, mine0 := s.cpu(), ownCPU()
	profiled := s.profiled()
	began := time.Now()
	var wg sync.WaitGroup
	errs := make(chan error, 2*len(lanes))
	for _, x := range lanes {
		wg.Go(func() { errs <- x.send(ctx, l.window) })
		wg.Go(func() { errs <- x.receive(ctx) })
	}
	wg.Wait()
	took := time.Since(began)
	for range 2 * len(lanes) {
		if err := <-errs; err != nil {
			return loadResult{}, err
		}
	}
	if err := <-profiled; err != nil {
		return loadResult{}, err
	}
	cpu1, mine1 := s.cpu(), ownCPU()
	syncs1, commits1 := s.counters()
	r := summarise(l, lanes, took)
	n := float64(r.Messages)
	r.SyncsPerMsg, r.MsgsPerGroup = round3((syncs1-syncs)/n), round3(n/max(1, commits1-commits))
	r.ServerCPU, r.ClientCPU = round3((cpu1-cpu0)/n*1000), round3((mine1-mine0)/n*1000)
	for _, x := range lanes {
		x.sender.CloseNow()
		x.reader.CloseNow()
	}
	return r, nil
}

const crewSize = 10

// raise starts the service with its people, if it is not running.
func (s *stage) raise(ctx context.Context) error {
	if s.cmd != nil {
		return nil
	}
	if err := s.start(); err != nil {
		return err
	}
	crew := s.people
	if crew == 0 {
		crew = crewSize
	}
	if err := s.found(ctx, crew); err != nil {
		return err
	}
	var err error
	s.assisters, s.specialists, s.line, err = s.crew(ctx, crew)
	return err
}

// lane opens and claims a thread and seals its messages beforehand, so that the
// run measures the service and not the sealing.
func (s *stage) lane(ctx context.Context, i int, l load) (*lane, error) {
	a, sp := s.assisters[i%len(s.assisters)], s.specialists[i%len(s.specialists)]
	r, err := a.OpenThread(ctx, s.line, client.Content{Type: "text", Text: "load"})
	if err != nil {
		return nil, err
	}
	if _, err := sp.Claim(ctx, r.Thread); err != nil {
		return nil, err
	}
	per := max(1, l.messages/l.pairs)
	texts := make([]client.Content, per)
	for j := range texts {
		texts[j] = client.Content{Type: "text", Text: strings.Repeat("x", l.size)}
	}
	run, err := a.SealRun(ctx, r.Thread, texts)
	if err != nil {
		return nil, err
	}
	x := &lane{thread: r.Thread, first: 3, pace: l.pace, sent: make([]atomic.Int64, per), acked: make([]time.Duration, per), arrived: make([]time.Duration, per)}
	for _, f := range run {
		x.frames = append(x.frames, wire.Encode(f))
	}
	return x, nil
}

// connect opens both sockets of a pair.
func (x *lane) connect(ctx context.Context, s *stage, i int) (err error) {
	if x.sender, err = s.socket(ctx, s.assisters[i%crewSize]); err != nil {
		return err
	}
	if x.reader, err = s.socket(ctx, s.specialists[i%crewSize]); err != nil {
		return err
	}
	return x.reader.Write(ctx, websocket.MessageText, wire.Encode(wire.Sync{RID: 1, Thread: x.thread, From: x.first, Live: true}))
}

// socket opens a bare socket and reads its first frame.
func (s *stage) socket(ctx context.Context, c *client.Client) (*websocket.Conn, error) {
	t, err := c.Ticket(ctx)
	if err != nil {
		return nil, err
	}
	ws, _, err := websocket.Dial(ctx, "ws://"+s.listen+"/v1/socket", &websocket.DialOptions{
		Subprotocols: []string{wire.Subprotocol, wire.TicketPrefix + t}, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(16 << 20)
	_, _, err = ws.Read(ctx)
	return ws, err
}

// send keeps window messages under way and notes when each was confirmed.
func (x *lane) send(ctx context.Context, window int) error {
	next := 0
	post := func() error {
		x.sent[next].Store(time.Now().UnixNano())
		err := x.sender.Write(ctx, websocket.MessageText, x.frames[next])
		next++
		return err
	}
	for next < min(window, len(x.frames)) {
		if err := post(); err != nil {
			return err
		}
	}
	for done := 0; done < len(x.frames); {
		_, b, err := x.sender.Read(ctx)
		if err != nil {
			return fmt.Errorf("sender: %w", err)
		}
		for line := range bytes.SplitSeq(b, []byte("\n")) {
			if !bytes.HasPrefix(line, []byte(`{"type":"posted"`)) {
				return fmt.Errorf("refused: %.200s", line)
			}
			x.acked[done] = time.Duration(time.Now().UnixNano() - x.sent[done].Load())
			done++
			if next < len(x.frames) {
				if x.pace > 0 {
					time.Sleep(x.pace)
				}
				if err := post(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// receive checks that every message arrives once and in order.
func (x *lane) receive(ctx context.Context) error {
	mark := []byte(`{"index":`)
	for got := 0; got < len(x.frames); {
		_, b, err := x.reader.Read(ctx)
		if err != nil {
			return fmt.Errorf("reader: %w", err)
		}
		now := time.Now().UnixNano()
		for {
			i := bytes.Index(b, mark)
			if i < 0 {
				break
			}
			b = b[i+len(mark):]
			index, err := strconv.ParseUint(string(b[:bytes.IndexByte(b, ',')]), 10, 64)
			if err != nil || index != x.first+uint64(got) {
				return fmt.Errorf("entry %d arrived where %d belongs", index, x.first+uint64(got))
			}
			x.arrived[got] = time.Duration(now - x.sent[got].Load())
			got++
		}
	}
	return nil
}

func summarise(l load, lanes []*lane, took time.Duration) loadResult {
	var acked, arrived []time.Duration
	for _, x := range lanes {
		acked, arrived = append(acked, x.acked...), append(arrived, x.arrived...)
	}
	r := loadResult{Pairs: l.pairs, Window: l.window, Size: l.size, Messages: len(acked), Seconds: round3(took.Seconds()),
		PerSecond: math.Round(float64(len(acked)) / took.Seconds())}
	r.AckP50, r.AckP99 = quantile(acked, .5), quantile(acked, .99)
	r.DeliverP50, r.DeliverP99 = quantile(arrived, .5), quantile(arrived, .99)
	return r
}

func quantile(d []time.Duration, q float64) float64 {
	if len(d) == 0 {
		return 0
	}
	d = slices.Sorted(slices.Values(d))
	return round3(float64(d[int(q*float64(len(d)-1))].Microseconds()) / 1000)
}

func round3(x float64) float64 { return math.Round(x*1000) / 1000 }
