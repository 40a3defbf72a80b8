// Package openapi writes the HTTP interface down as an OpenAPI 3.1 document.
//
// Nothing in it is kept by hand: the addresses and their bodies come from the
// registrations in server/api, who may ask from the permission table, refusals
// and limits from server/wire, and the shapes of the bodies, with their comments,
// from schemas.json, which `arcdev gen` writes from the same source as the
// TypeScript. A test demands that all of it is there.
package openapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"arcline/server/wire"
)

//go:embed schemas.json
var schemasJSON []byte

// Route is an address of the service and what goes over it.
type Route struct {
	Name    string       // method and path, as in the permission table
	In      reflect.Type // body of the request: a type of wire, or Bytes; nil: none
	Out     reflect.Type // body of the answer: the same, or Socket; nil: none
	MaxBody int64        // bytes that the request's body may have
	Proof   bool         // an open address that wants the device's proof all the same
	Query   []Query
}

// Query is a parameter in an address.
type Query struct {
	Name, Doc string
	Required  bool
}

// Bytes stands for a body that is the bytes of a file, and no JSON.
type Bytes struct{}

// Socket stands for an answer that turns the connection into a socket.
type Socket struct{}

type object = map[string]any

// Document writes the document: JSON, the same bytes for the same routes. An
// error names the route that the permission table or the schema does not know.
func Document(routes []Route) ([]byte, error) {
	var known struct {
		Schemas map[string]json.RawMessage `json:"schemas"`
		Limits  map[string]json.RawMessage `json:"limits"`
	}
	if err := json.Unmarshal(schemasJSON, &known); err != nil {
		return nil, fmt.Errorf("read the shapes of the bodies: %w", err)
	}
	paths := map[string]object{}
	for _, r := range routes {
		method, path, _ := strings.Cut(r.Name, " ")
		op, err := operation(r, known.Schemas)
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", r.Name, err)
		}
		if paths[path] == nil {
			paths[path] = object{}
			if p := pathParameters(path); len(p) > 0 {
				paths[path]["parameters"] = p
			}
		}
		paths[path][strings.ToLower(method)] = op
	}
	return json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{"title": "arcline", "version": strconv.Itoa(wire.Version), "description": about,
			"license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		"servers":    []object{{"url": "/"}},
		"paths":      paths,
		"components": components(known.Schemas),
		// What is asked by other ways than an address of its own has rows in the same
		// table: frames of the socket, entries by their kind, statements by their type.
		"x-arcline-acts":     otherActs(),
		"x-arcline-refusals": wire.Errors,
		"x-arcline-limits":   known.Limits,
		"x-arcline-frames":   frames(),
	}, "", "  ")
}

const about = "Secure messages between assisters and the exchange's specialists. Sealed bytes are opaque here. " +
	"x-arcline-roles says who may ask; x-arcline-write that it is refused while the caller's certification is not in force; " +
	"x-arcline-passive that it does not keep a sign-in alive; x-arcline-setup that staff may ask before they have a passkey."

func components(schemas map[string]json.RawMessage) object {
	return object{
		"schemas": schemas,
		"responses": object{"Refusal": object{
			"description": "The request was refused. The status is the one that x-arcline-refusals has for the code.",
			"content":     object{"application/json": object{"schema": ref(reflect.TypeFor[wire.Problem]().Name())}},
		}},
		"securitySchemes": object{
			"session": object{"type": "http", "scheme": "DPoP", "description": "The access token of a sign-in (RFC 9449)."},
			"proof":   object{"type": "apiKey", "in": "header", "name": "DPoP", "description": "A proof by the device's own key that this request is the device's (RFC 9449)."},
			"ticket": object{"type": "apiKey", "in": "header", "name": "Sec-WebSocket-Protocol",
				"description": fmt.Sprintf("%s, and %s followed by the ticket. A ticket opens one socket within %d seconds.", wire.Subprotocol, wire.TicketPrefix, wire.TicketSeconds)},
		},
	}
}

// frames says where the shapes of what goes over the socket stand.
func frames() object {
	return object{"from the client": ref("ClientFrame"), "from the service": ref("ServerFrame")}
}

// operation describes one address.
func operation(r Route, schemas map[string]json.RawMessage) (object, error) {
	act, closed := wire.FindAct(r.Name)
	op := object{"operationId": operationID(r.Name), "tags": []string{tag(r.Name)}}
	var parameters []object
	for _, q := range r.Query {
		parameters = append(parameters, object{"name": q.Name, "in": "query", "required": q.Required, "description": q.Doc, "schema": object{"type": "string"}})
	}
	switch {
	case closed:
		op["security"] = []object{{"session": []string{}, "proof": []string{}}}
		op["x-arcline-roles"], op["x-arcline-write"], op["x-arcline-passive"], op["x-arcline-setup"] = act.Roles, act.Write, act.Passive, act.Setup
		op["x-arcline-step-up"] = act.StepUp
		if act.StepUp || r.Name == linksRoute {
			parameters = append(parameters, object{"name": wire.StepUpHeader, "in": "header", "required": act.StepUp, "schema": object{"type": "string"},
				"description": "Attestation of a second factor given for exactly this path and body."})
		}
	case r.Out == reflect.TypeFor[Socket]():
		op["security"] = []object{{"ticket": []string{}}}
	case r.Proof:
		op["security"] = []object{{"proof": []string{}}}
	default:
		op["security"] = []object{}
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
	responses, err := answers(r, schemas)
	if err != nil {
		return nil, err
	}
	op["responses"] = responses
	if r.In != nil {
		content, err := content(r.In, schemas)
		if err != nil {
			return nil, err
		}
		op["requestBody"] = object{"required": true, "content": content, "x-arcline-max-bytes": r.MaxBody}
	}
	if text := purpose(r, schemas); text != "" {
		op["description"] = text
	}
	return op, nil
}

// linksRoute is where statements are brought; each has a row of its own.
const linksRoute = "POST /v1/links"

func answers(r Route, schemas map[string]json.RawMessage) (object, error) {
	out := object{"default": object{"$ref": "#/components/responses/Refusal"}}
	switch r.Out {
	case nil:
		out["204"] = object{"description": "Done."}
	case reflect.TypeFor[Socket]():
		out["101"] = object{"description": "The connection is a socket now.", "x-arcline-frames": frames()}
	default:
		content, err := content(r.Out, schemas)
		if err != nil {
			return nil, err
		}
		out["200"] = object{"description": "Done.", "content": content}
	}
	return out, nil
}

func content(t reflect.Type, schemas map[string]json.RawMessage) (object, error) {
	if t == reflect.TypeFor[Bytes]() {
		return object{"application/octet-stream": object{}}, nil
	}
	if _, ok := schemas[t.Name()]; !ok {
		return nil, fmt.Errorf("the schema does not know %s: run `arcdev gen`", t)
	}
	return object{"application/json": object{"schema": ref(t.Name())}}, nil
}

// purpose is what the source says of the body that is asked with, or else of the
// one that is answered.
func purpose(r Route, schemas map[string]json.RawMessage) string {
	for _, t := range []reflect.Type{r.In, r.Out} {
		var s struct {
			Description string `json:"description"`
		}
		if t != nil && json.Unmarshal(schemas[t.Name()], &s) == nil && s.Description != "" {
			return s.Description
		}
	}
	return ""
}

func otherActs() map[string]object {
	out := map[string]object{}
	for _, a := range wire.Acts {
		if !strings.Contains(a.Name, " /") {
			out[a.Name] = object{"roles": a.Roles, "write": a.Write, "step-up": a.StepUp, "passive": a.Passive}
		}
	}
	return out
}

var inBraces = regexp.MustCompile(`\{([a-z]+)\}`)

func pathParameters(path string) (out []object) {
	for _, m := range inBraces.FindAllStringSubmatch(path, -1) {
		out = append(out, object{"name": m[1], "in": "path", "required": true, "schema": ref(reflect.TypeFor[wire.ID]().Name())})
	}
	return out
}

var notWord = regexp.MustCompile(`[^a-z0-9]+`)

func operationID(name string) string {
	return strings.Trim(notWord.ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// tag is the first word of an address below its version.
func tag(name string) string {
	_, path, _ := strings.Cut(name, " ")
	word, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/v1"), "/"), "/")
	return word
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }
