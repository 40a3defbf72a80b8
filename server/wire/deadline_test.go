package wire_test

import (
	"testing"

	"arcline/server/wire"
)

// The same days are checked of the browser's arithmetic, in client-web/test/asking.test.ts.
func TestDeadline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		months, days int
		from, want   string
	}{
		{6, 0, "2026-05-14", "2026-11-14"},
		{6, 0, "2026-08-31", "2027-02-28"},
		{6, 0, "2027-08-31", "2028-02-29"},
		{1, 0, "2026-12-31", "2027-01-31"},
		{0, 60, "2026-11-03", "2027-01-02"},
		{0, 30, "2028-02-15", "2028-03-16"},
		{1, 1, "2026-01-31", "2026-03-01"},
		{0, 0, "2026-01-31", "2026-01-31"},
		{6, 0, "soon", ""},
		{6, 0, "", ""},
		{6, 0, "2026-02-30", ""},
	} {
		if got, _ := (wire.Deadline{Months: c.months, Days: c.days}).On(c.from); got != c.want {
			t.Errorf("%d months and %d days after %q: %q, want %q", c.months, c.days, c.from, got, c.want)
		}
	}
}
