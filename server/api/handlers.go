package api

import (
	"io"
	"net/http"
	"strconv"

	"arcline/server/command"
	"arcline/server/wire"
	"arcline/server/ws"
)

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

func (a *API) about(http.ResponseWriter, *http.Request) (any, error) { return a.door.About(), nil }

func (a *API) build(_ http.ResponseWriter, r *http.Request) (any, error) {
	return a.door.Build(r.Context())
}

func (a *API) signIn(w http.ResponseWriter, r *http.Request) (any, error) {
	var in wire.SignIn
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.SignIn(r.Context(), in, a.proof(r), a.from(r))
}

func (a *API) refresh(w http.ResponseWriter, r *http.Request) (any, error) {
	var in wire.Refresh
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.Refresh(r.Context(), in, a.proof(r), a.from(r))
}

func (a *API) letter(w http.ResponseWriter, r *http.Request) (any, error) {
	var in wire.LetterQuery
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.Letter(r.Context(), in)
}

func (a *API) enroll(w http.ResponseWriter, r *http.Request) (any, error) {
	var in wire.Enroll
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.Enroll(r.Context(), in, a.from(r))
}

func (a *API) confirm(w http.ResponseWriter, r *http.Request) (any, error) {
	var in wire.Confirm
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return nil, a.door.Confirm(r.Context(), in, a.from(r))
}

func (a *API) bootstrap(w http.ResponseWriter, r *http.Request) (any, error) {
	var in wire.Bootstrap
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.Bootstrap(r.Context(), in, a.from(r))
}

// socket opens a socket with a ticket. Nothing is upgraded before the ticket
// was found good, so there are no sockets that have not signed in.
func (a *API) socket(w http.ResponseWriter, r *http.Request) (any, error) {
	c, err := a.door.UseTicket(r.Context(), ws.Ticket(r), a.from(r))
	if err != nil {
		return nil, err
	}
	return answered{}, a.sockets.Accept(w, r, c)
}

func (a *API) signOut(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return nil, a.door.SignOut(r.Context(), c)
}

func (a *API) ticket(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return a.door.Ticket(r.Context(), c)
}

func (a *API) stepUp(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.StepUp
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.StepUp(r.Context(), c, in)
}

func (a *API) directory(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.DirectoryQuery
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.Directory(r.Context(), c, in)
}

func (a *API) link(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.AppendLinks
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return a.door.AppendLinks(r.Context(), c, in)
}

func (a *API) lines(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return a.door.Lines(r.Context(), c)
}

func (a *API) invite(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	var in wire.Invitations
	if err := a.body(w, r, &in); err != nil {
		return nil, err
	}
	return nil, a.door.Invite(r.Context(), c, in)
}

func (a *API) pending(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	return a.door.Pending(r.Context(), c)
}

func (a *API) keyLog(_ http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	from, err := strconv.ParseUint(r.URL.Query().Get("from"), 10, 64)
	if err != nil {
		return nil, wire.Refuse(wire.CodeMalformed).Because(err)
	}
	return a.door.Log(r.Context(), c, from)
}

func fileName(r *http.Request) (thread, file wire.ID, err error) {
	if thread, err = wire.ParseID(r.PathValue("thread")); err == nil {
		file, err = wire.ParseID(r.PathValue("file"))
	}
	if err != nil {
		err = wire.Refuse(wire.CodeNotFound).Because(err)
	}
	return thread, file, err
}

func (a *API) putFile(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	thread, file, err := fileName(r)
	if err != nil {
		return nil, err
	}
	if r.ContentLength > wire.MaxFile {
		return nil, wire.Refuse(wire.CodeTooLarge)
	}
	return a.door.PutFile(r.Context(), c, thread, file, a.limitedTo(w, r, wire.MaxFile+1))
}

func (a *API) getFile(w http.ResponseWriter, r *http.Request, c command.Caller) (any, error) {
	thread, file, err := fileName(r)
	if err != nil {
		return nil, err
	}
	f, size, err := a.door.GetFile(r.Context(), c, thread, file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment")
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, err = io.Copy(w, f)
	if err != nil {
		a.log.Debug("a file was not read to its end", "err", err)
	}
	return answered{}, nil
}
