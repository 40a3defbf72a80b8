package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arcline/server/command"
)

// Mailer sends one mail to one address.
type Mailer interface {
	Send(ctx context.Context, to, subject, body string) error
}

const (
	sendEvery = 10 * time.Second
	sendMost  = 50 // in one round
)

// sendNotices sends what is due to every address on file. A notice says that
// something about somebody's sign-in changed, when, and what to do; never who,
// never what they write about.
func sendNotices(ctx context.Context, door *command.Door, m Mailer) error {
	due, err := door.DueNotices(ctx, sendMost)
	if err != nil {
		return fmt.Errorf("read the notices: %w", err)
	}
	var errs []error
	for _, d := range due {
		var sent error
		if len(d.Contact.Mail) == 0 {
			sent = errors.New("no address on file")
		}
		for _, to := range d.Contact.Mail {
			sent = errors.Join(sent, m.Send(ctx, to, noticeSubject, noticeText(d.Kind, d.At)))
		}
		if err := door.SettleNotice(ctx, d, sent); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

const noticeSubject = "A change to how you sign in"

func noticeText(kind string, at time.Time) string {
	return fmt.Sprintf("Something about how you sign in has changed: %s.\n\nWhen: %s (UTC)\n\n"+
		"If this was you, there is nothing to do.\n\n"+
		"If it was not you: call the exchange's registrar now, on the number that you have from the exchange.\n"+
		"Do not answer this mail and do not use a number or link from any mail. Nobody will ever ask for your code.\n",
		kind, at.UTC().Format("January 2, 2006, 15:04"))
}
