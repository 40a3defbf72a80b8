package alert

import (
	"testing"
	"time"

	"arcline/store"
)

func TestMayPush(t *testing.T) {
	s := New(nil, Steps{}, time.UTC, []string{"push.example", ".wide.example"}, "")
	for to, want := range map[string]bool{
		"https://push.example/abc": true, "https://a.wide.example/abc": true,
		"http://push.example/abc": false, "https://push.example:8443/abc": false, "https://wide.example/abc": false, "https://evilwide.example/": false,
		"https://push.example@evil.example/": false, "https://evil.example/push.example": false, "https://me@push.example/": false, "//push.example/": false, "": false,
	} {
		if got := s.mayPush(to); got != want {
			t.Errorf("%q: %v", to, got)
		}
	}
}

func TestQuiet(t *testing.T) {
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	s := New(nil, Steps{}, zone, nil, "")
	at := func(text string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	night, noon := store.Reach{QuietFrom: "22:00", QuietTo: "07:00"}, store.Reach{QuietFrom: "12:00", QuietTo: "13:00"}
	for _, c := range []struct {
		reach     store.Reach
		now, want string
	}{
		{night, "2026-11-24 21:59", "2026-11-24 21:59"}, {night, "2026-11-24 22:00", "2026-11-25 07:00"}, {night, "2026-11-25 06:59", "2026-11-25 07:00"}, {night, "2026-11-25 07:00", "2026-11-25 07:00"},
		{night, "2026-10-31 23:00", "2026-11-01 07:00"}, // the night in which the clock is put back
		{noon, "2026-11-24 12:30", "2026-11-24 13:00"}, {noon, "2026-11-24 13:00", "2026-11-24 13:00"}, {store.Reach{}, "2026-11-24 03:00", "2026-11-24 03:00"},
		{store.Reach{Out: at("2026-12-01 08:00").UnixMilli()}, "2026-11-24 12:00", "2026-12-01 08:00"},
	} {
		if got := s.quiet(c.reach, at(c.now)); !got.Equal(at(c.want)) {
			t.Errorf("%+v at %s: %s, want %s", c.reach, c.now, got, c.want)
		}
	}
}
