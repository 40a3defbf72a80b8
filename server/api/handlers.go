package api

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"strconv"

	"arcline/server/command"
	"arcline/server/openapi"
	"arcline/server/wire"
	"arcline/server/ws"
)

// The handlers that are more than a body for the door and its answer.

// proof is the DPoP proof of a request. The address it must name is the one
// that the client used: a configured origin where the host fits, else what this
// process sees.
func (a *API) proof(r *http.Request) command.Proof {
	base := scheme(r) + "://" + r.Host
	for _, o := range a.cfg.Origins {
		if o == "https://"+r.Host || o == "http://"+r.Host {
			base = o
		}
	}
	text := ""
	if h := r.Header.Values("DPoP"); len(h) == 1 { // two proofs are none (RFC 9449, section 4.3)
		text = h[0]
	}
	return command.Proof{Text: text, Method: r.Method, URL: base + r.URL.Path}
}

// socket opens a socket with a ticket. Nothing is upgraded before the ticket
// was found good, so there are no sockets that have not signed in.
func (a *API) socket() endpoint[handler] {
	return endpoint[handler]{openapi.Route{Out: reflect.TypeFor[openapi.Socket]()}, func(w http.ResponseWriter, r *http.Request) (any, error) {
		c, err := a.door.UseTicket(r.Context(), ws.Ticket(r), a.from(r))
		if err != nil {
			return nil, err
		}
		return answered{}, a.sockets.Accept(w, r, c)
	}}
}

func (a *API) keyLog() endpoint[member] {
	says := openapi.Route{Out: reflect.TypeFor[wire.LogPage](), Query: []openapi.Query{{Name: "from", Doc: "Number of the first leaf, from 0.", Required: true}}}
	return endpoint[member]{says, func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		from, err := strconv.ParseUint(r.URL.Query().Get("from"), 10, 64)
		if err != nil {
			return nil, wire.Refuse(wire.CodeMalformed).Because(err)
		}
		return a.door.Log(r.Context(), c, from)
	}}
}

func (a *API) people() endpoint[member] {
	says := openapi.Route{Out: reflect.TypeFor[wire.PeopleList](), Query: []openapi.Query{
		{Name: "key", Doc: "One person's key in the roster: only they are answered."}, {Name: "after", Doc: "The key after which the page begins."}}}
	return endpoint[member]{says, func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		q := r.URL.Query()
		if q.Has("key") {
			return a.door.Person(r.Context(), c, q.Get("key"))
		}
		return a.door.People(r.Context(), c, q.Get("after"))
	}}
}

func (a *API) releaseShare() endpoint[member] {
	return endpoint[member]{openapi.Route{In: reflect.TypeFor[wire.ReleaseShare]()}, func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		var in wire.ReleaseShare
		if err := a.body(w, r, &in); err != nil {
			return nil, err
		}
		id, err := named(r, "reissue")
		if err != nil {
			return nil, err
		}
		return nil, a.door.ReleaseShare(r.Context(), c, id, in)
	}}
}

// inThread reads the names of a thread and of something in it.
func inThread(r *http.Request, what string) (thread, name wire.ID, err error) {
	if thread, err = named(r, "thread"); err == nil {
		name, err = named(r, what)
	}
	return thread, name, err
}

// putBytes takes in sealed bytes of a thread, of at most so many; the address
// names the thread and what they are.
func (a *API) putBytes(what string, most int64, put func(context.Context, command.Caller, wire.ID, wire.ID, io.Reader) (wire.File, error)) endpoint[member] {
	says := openapi.Route{In: reflect.TypeFor[openapi.Bytes](), Out: reflect.TypeFor[wire.File](), MaxBody: most}
	return endpoint[member]{says, func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		thread, name, err := inThread(r, what)
		if err != nil {
			return nil, err
		}
		if r.ContentLength > most {
			return nil, wire.Refuse(wire.CodeTooLarge)
		}
		return put(r.Context(), c, thread, name, a.limitedTo(w, r, most+1))
	}}
}

// getBytes hands them out.
func (a *API) getBytes(what string, get func(context.Context, command.Caller, wire.ID, wire.ID) (io.ReadSeekCloser, int64, error)) endpoint[member] {
	return endpoint[member]{openapi.Route{Out: reflect.TypeFor[openapi.Bytes]()}, func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		thread, name, err := inThread(r, what)
		if err != nil {
			return nil, err
		}
		f, size, err := get(r.Context(), c, thread, name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", "attachment")
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		if _, err = io.Copy(w, f); err != nil {
			a.log.Debug("a file was not read to its end", "err", err)
		}
		return answered{}, nil
	}}
}

// stretch reads what a report is about from the address.
func stretch(r *http.Request) (line wire.ID, ask wire.ReportAsk, err error) {
	if line, err = named(r, "line"); err != nil {
		return line, ask, err
	}
	number := func(name string) (n int64) {
		if text := r.URL.Query().Get(name); text != "" && err == nil {
			if n, err = strconv.ParseInt(text, 10, 64); err != nil {
				err = wire.Refuse(wire.CodeMalformed).Because(err)
			}
		}
		return n
	}
	ask = wire.ReportAsk{From: number("from"), To: number("to"), Every: int(number("every"))}
	return line, ask, err
}

func (a *API) report() endpoint[member] {
	return endpoint[member]{openapi.Route{Out: reflect.TypeFor[wire.Report]()}, func(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		line, ask, err := stretch(r)
		if err != nil {
			return nil, err
		}
		return a.door.Report(r.Context(), c, line, ask)
	}}
}

// rows answers with a CSV file.
func (a *API) rows() endpoint[member] {
	return endpoint[member]{openapi.Route{Out: reflect.TypeFor[openapi.Bytes]()}, func(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
		line, ask, err := stretch(r)
		if err != nil {
			return nil, err
		}
		b, err := a.door.Rows(r.Context(), c, line, ask)
		if err != nil {
			return nil, err
		}
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", "attachment; filename=threads.csv")
		if _, err := w.Write(b); err != nil {
			a.log.Debug("a file was not read to its end", "err", err)
		}
		return answered{}, nil
	}}
}
