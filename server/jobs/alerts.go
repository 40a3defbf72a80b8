package jobs

import (
	"context"
	"errors"
	"fmt"

	"arcline/server/command"
)

// Pusher tells one browser that something came. gone: it is not there any more.
type Pusher interface {
	Push(ctx context.Context, endpoint string) (gone bool, err error)
}

// alertSubject and alertText are all that anybody is told outside the service:
// whoever reads the mail, or the screen, learns no name, topic or number.
const (
	alertSubject = "You have a new secure message"
	alertText    = "There is something for you to read.\n\n" +
		"Open arcline at the address that you always use. This mail has no link on purpose: do not trust one that has.\n\n" +
		"You can choose in arcline, under Settings, when you are told.\n"
)

// sendAlerts tells everybody who is due: by push where it is the first step, by
// mail afterwards. A step that reaches nobody is done, too: the next one comes.
func sendAlerts(ctx context.Context, door *command.Door, m Mailer, p Pusher) error {
	due, err := door.DueAlerts(ctx, sendMost)
	if err != nil {
		return fmt.Errorf("read the alerts: %w", err)
	}
	var errs []error
	for _, d := range due {
		errs = append(errs, tell(ctx, door, m, p, d), door.Told(ctx, d))
	}
	return errors.Join(errs...)
}

func tell(ctx context.Context, door *command.Door, m Mailer, p Pusher, d command.DueAlert) error {
	var errs []error
	if d.Step == 0 && p != nil {
		for k, x := range d.Pushes {
			gone, err := p.Push(ctx, x.Endpoint)
			if gone {
				err = door.PushGone(ctx, k)
			}
			errs = append(errs, err)
		}
	}
	if d.Step > 0 && m != nil {
		for _, to := range d.Contact.Mail {
			errs = append(errs, m.Send(ctx, to, alertSubject, alertText))
		}
	}
	return errors.Join(errs...)
}
