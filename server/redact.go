package server

import (
	"context"
	"log/slog"
	"regexp"
)

// secretShape matches what must never stand in a log whatever wrote it there:
// tokens and sealed or private material in base64, long runs of hex, and
// anything that looks like a person's number.
var secretShape = regexp.MustCompile(`arc1-[a-z]+-private-\S+|eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*|[A-Za-z0-9+/_-]{64,}={0,2}|\b\d{3}-\d{2}-\d{4}\b|\b\d{6}\b`)

const redacted = "[redacted]"

// redactor removes secrets from every attribute of every record.
type redactor struct{ slog.Handler }

// Redact wraps a handler so that nothing shaped like a secret passes it. Types
// that hold secrets hide themselves as well; this is the second line.
func Redact(h slog.Handler) slog.Handler { return redactor{h} }

func (r redactor) Handle(ctx context.Context, rec slog.Record) error {
	clean := slog.NewRecord(rec.Time, rec.Level, secretShape.ReplaceAllString(rec.Message, redacted), rec.PC)
	rec.Attrs(func(a slog.Attr) bool { clean.AddAttrs(redactAttr(a)); return true })
	return r.Handler.Handle(ctx, clean)
}

func (r redactor) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = redactAttr(a)
	}
	return redactor{r.Handler.WithAttrs(out)}
}

func (r redactor) WithGroup(name string) slog.Handler { return redactor{r.Handler.WithGroup(name)} }

func redactAttr(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, secretShape.ReplaceAllString(v.String(), redacted))
	case slog.KindGroup:
		var out []any
		for _, g := range v.Group() {
			out = append(out, redactAttr(g))
		}
		return slog.Group(a.Key, out...)
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return slog.String(a.Key, secretShape.ReplaceAllString(err.Error(), redacted))
		}
		if b, ok := v.Any().([]byte); ok {
			return slog.Int(a.Key+"_bytes", len(b))
		}
	}
	return slog.Attr{Key: a.Key, Value: v}
}
