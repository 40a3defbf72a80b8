package desk

import (
	"errors"
	"math"
	"time"

	"arcline/server/desk/erlang"
	"arcline/server/wire"
)

const millionths = 1_000_000

// Plan answers how many people a line needs (Erlang C). With a number of people
// it says what these reach, else it finds the least that reach the target.
func Plan(in wire.PlanAsk) (wire.Plan, error) {
	contacts, handle, within := float64(in.PerHour)/millionths, time.Duration(in.Handle)*time.Second, time.Duration(in.Within)*time.Second
	shrinkage := float64(in.Shrinkage) / millionths
	var out erlang.Staff
	var err error
	if in.Staff > 0 {
		out.Answer, err = erlang.Plan(contacts, handle, in.Staff, within)
	} else {
		out, err = erlang.Need(contacts, handle, float64(in.Target)/millionths, within, shrinkage)
	}
	var few *erlang.TooFew
	switch {
	case errors.As(err, &few):
		return wire.Plan{}, wire.Refuse(wire.CodeTooFew).Because(err)
	case err != nil:
		return wire.Plan{}, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	if in.Staff > 0 {
		out.Scheduled = in.Staff
	}
	return wire.Plan{Traffic: parts(out.Traffic), Staff: out.Agents, Paid: out.Scheduled, Waits: parts(out.Waits), Level: parts(out.Level),
		Average: parts(out.Speed), Occupancy: parts(out.Occupancy), Assumes: out.Assumes}, nil
}

func parts(x float64) int64 { return int64(math.Round(x * millionths)) }
