package roster_test

import (
	"strings"
	"testing"
	"time"

	"arcline/server/wire/roster"
)

// The evening in Minnesota is the next day's morning elsewhere: a set-up done
// then, on a machine that keeps another zone's calendar, is no mistake.
func TestProofingDate(t *testing.T) {
	t.Parallel()
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	evening := time.Date(2026, 11, 30, 19, 38, 0, 0, chicago)
	for date, good := range map[string]bool{"2026-11-29": true, "2026-11-30": true, "2026-12-01": true, "2026-12-02": false, "2027-11-30": false} {
		csv := "type,id,name,login,department,proofing_level,proofing_method,proofing_date,proofing_by\n" +
			"registrar,R-1,Made-Up Registrar,rita,Exchange,2,in person," + date + ",Made-Up Clerk\n"
		_, problems, err := roster.Read(strings.NewReader(csv), roster.Rules{Zone: chicago}, evening)
		if err != nil {
			t.Fatal(err)
		}
		if good != (len(problems) == 0) {
			t.Errorf("%s: %v", date, problems)
		}
	}
}
