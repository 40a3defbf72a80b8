package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime"
	"time"
)

// ServeDebug serves metrics and profiles on the debug address, which must be on
// loopback; it returns how to stop. Without an address it does nothing.
func (s *Server) ServeDebug(ctx context.Context) (stop func(), err error) {
	if s.cfg.Debug == "" {
		return func() {}, nil
	}
	host, _, err := net.SplitHostPort(s.cfg.Debug)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("setting debug-listen: %q is not a loopback address such as 127.0.0.1:6060", s.cfg.Debug)
	}
	l, err := net.Listen("tcp", s.cfg.Debug)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go srv.Serve(l)
	return func() { srv.Close() }, nil
}

// metrics writes the counters in Prometheus's text format.
func (s *Server) metrics(w http.ResponseWriter, _ *http.Request) {
	st, in := s.st.Stats(), s.door.SignInStats()
	waiting, failures := s.door.Waiting()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	for _, x := range []struct {
		name, kind, help string
		value            uint64
	}{
		{"arcline_store_transactions_total", "counter", "changes made durable", st.Transactions},
		{"arcline_store_refused_total", "counter", "changes refused by a rule", st.Refused},
		{"arcline_store_commits_total", "counter", "commits; each carries a group of changes", st.Commits},
		{"arcline_store_syncs_total", "counter", "times the disk was asked to make things durable", st.Syncs},
		{"arcline_store_views_total", "counter", "reads", st.Views},
		{"arcline_store_largest_group", "gauge", "changes in the largest group", st.LargestGroup},
		{"arcline_sign_in_failures_total", "counter", "failed sign-ins", in.Failures},
		{"arcline_sign_in_alarms_total", "counter", "minutes with so many failed sign-ins that somebody may be guessing", in.Alarms},
		{"arcline_password_checks_total", "counter", "passwords that were derived", in.Checks},
		{"arcline_sockets_open", "gauge", "open sockets", uint64(s.sockets.Open())},
		{"arcline_log_leaves", "gauge", "leaves of the key log", s.people.Log().Written().Size},
		{"arcline_log_waiting", "gauge", "leaves that wait for the witnesses", waiting},
		{"arcline_witness_failures", "gauge", "times in a row that too few witnesses answered", failures},
		{"arcline_goroutines", "gauge", "goroutines", uint64(runtime.NumGoroutine())},
		{"arcline_heap_bytes", "gauge", "heap in use", m.HeapInuse},
		{"arcline_stack_bytes", "gauge", "stacks in use", m.StackInuse},
		{"arcline_memory_bytes", "gauge", "memory obtained from the system and not given back", m.Sys - m.HeapReleased},
	} {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s %d\n", x.name, x.help, x.name, x.kind, x.name, x.value)
	}
}
