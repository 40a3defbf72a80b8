package openapi_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"arcline/server/api"
	"arcline/server/openapi"
	"arcline/server/wire"
)

type operation struct {
	Description string                     `json:"description"`
	OperationID string                     `json:"operationId"`
	Security    []map[string][]string      `json:"security"`
	Parameters  []parameter                `json:"parameters"`
	Request     *body                      `json:"requestBody"`
	Responses   map[string]json.RawMessage `json:"responses"`
	Roles       []wire.Role                `json:"x-arcline-roles"`
	Write       bool                       `json:"x-arcline-write"`
	StepUp      bool                       `json:"x-arcline-step-up"`
	Passive     bool                       `json:"x-arcline-passive"`
	Setup       bool                       `json:"x-arcline-setup"`
}

type parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"`
	Required bool   `json:"required"`
}

type body struct {
	Content map[string]json.RawMessage `json:"content"`
	Max     int64                      `json:"x-arcline-max-bytes"`
}

type document struct {
	OpenAPI string                                `json:"openapi"`
	Paths   map[string]map[string]json.RawMessage `json:"paths"`
	Parts   struct {
		Schemas map[string]struct {
			Description string                     `json:"description"`
			Properties  map[string]json.RawMessage `json:"properties"`
			Required    []string                   `json:"required"`
			Enum        []string                   `json:"enum"`
		} `json:"schemas"`
	} `json:"components"`
	Acts     map[string]struct{ Roles []wire.Role } `json:"x-arcline-acts"`
	Refusals []wire.ErrorInfo                       `json:"x-arcline-refusals"`
	Limits   map[string]struct{ Value int64 }       `json:"x-arcline-limits"`
}

func made(t *testing.T) ([]byte, document) {
	t.Helper()
	b, err := openapi.Document(api.Describe())
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return b, d
}

// operations are the document's by their names in the permission table.
func (d document) operations(t *testing.T) map[string]operation {
	t.Helper()
	out := map[string]operation{}
	for path, item := range d.Paths {
		for method, raw := range item {
			if method == "parameters" {
				continue
			}
			var op operation
			if err := json.Unmarshal(raw, &op); err != nil {
				t.Fatal(err)
			}
			out[strings.ToUpper(method)+" "+path] = op
		}
	}
	return out
}

// Every address is there and none besides, each as the permission table has it.
func TestEveryRouteIsInTheDocument(t *testing.T) {
	_, d := made(t)
	ops := d.operations(t)
	want := slices.Clone(wire.Open)
	for _, a := range wire.Acts {
		if strings.Contains(a.Name, " /") {
			want = append(want, a.Name)
			continue
		}
		if !slices.Equal(d.Acts[a.Name].Roles, a.Roles) {
			t.Errorf("%s: the document says %v", a.Name, d.Acts[a.Name].Roles)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(ops)); !slices.Equal(got, want) || len(got) < 50 {
		t.Errorf("the document has\n%v\nthe permission table\n%v", got, want)
	}
	ids := map[string]bool{}
	for name, op := range ops {
		a, _ := wire.FindAct(name)
		if !slices.Equal(op.Roles, a.Roles) || op.Write != a.Write || op.StepUp != a.StepUp || op.Passive != a.Passive || op.Setup != a.Setup {
			t.Errorf("%s: the document says %v %v %v %v %v, the permission table %+v", name, op.Roles, op.Write, op.StepUp, op.Passive, op.Setup, a)
		}
		if closed := len(op.Security) == 1 && op.Security[0]["session"] != nil; closed != (len(a.Roles) > 0) {
			t.Errorf("%s: needs a session %v", name, closed)
		}
		if asks := slices.ContainsFunc(op.Parameters, func(p parameter) bool { return p.Name == wire.StepUpHeader && p.Required }); asks != a.StepUp {
			t.Errorf("%s: asks for a second factor %v", name, asks)
		}
		if ids[op.OperationID] || len(op.Responses) != 2 {
			t.Errorf("%s: id %s, %d answers", name, op.OperationID, len(op.Responses))
		}
		ids[op.OperationID] = true
	}
}

// refs lists what a document points at.
func refs(v any, out map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if s, ok := x.(string); ok && k == "$ref" {
				out[s] = true
			}
			refs(x, out)
		}
	case []any:
		for _, x := range v {
			refs(x, out)
		}
	}
}

// lost lists the pointers that lead nowhere.
func lost(t *testing.T, b []byte) (nowhere []string, n int) {
	t.Helper()
	var all any
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	refs(all, found)
	for r := range found {
		at, here := all, true
		for part := range strings.SplitSeq(strings.TrimPrefix(r, "#/"), "/") {
			m, _ := at.(map[string]any)
			at, here = m[part], here && m[part] != nil
		}
		if !here {
			nowhere = append(nowhere, r)
		}
	}
	return nowhere, len(found)
}

func TestEveryPointerLeadsSomewhere(t *testing.T) {
	b, _ := made(t)
	nowhere, n := lost(t, b)
	if len(nowhere) > 0 || n < 50 {
		t.Errorf("of %d pointers these lead nowhere: %v", n, nowhere)
	}
	broken := bytes.Replace(b, []byte(`"Enrolled": {`), []byte(`"Enroled": {`), 1)
	if nowhere, _ := lost(t, broken); !slices.Equal(nowhere, []string{"#/components/schemas/Enrolled"}) { // the control
		t.Errorf("with a schema gone: %v", nowhere)
	}
}

// The shapes are those that the program really reads: the names of each body's
// fields by reflection are the names in the document, with what may be absent.
func TestBodiesAreWhatIsRead(t *testing.T) {
	_, d := made(t)
	seen := 0
	var compare func(rt reflect.Type)
	compare = func(rt reflect.Type) {
		for rt.Kind() == reflect.Pointer || rt.Kind() == reflect.Slice {
			rt = rt.Elem()
		}
		if rt.Kind() != reflect.Struct || strings.HasSuffix(rt.PkgPath(), "/openapi") {
			return
		}
		seen++
		var names, required []string
		for i := range rt.NumField() {
			name, flags, _ := strings.Cut(rt.Field(i).Tag.Get("json"), ",")
			names = append(names, name)
			if flags != "omitempty" {
				required = append(required, name)
			}
			compare(rt.Field(i).Type)
		}
		said := d.Parts.Schemas[rt.Name()]
		slices.Sort(names)
		slices.Sort(required)
		slices.Sort(said.Required)
		if got := slices.Sorted(maps.Keys(said.Properties)); !slices.Equal(got, names) || !slices.Equal(said.Required, required) {
			t.Errorf("%s has %v, always %v; the document says %v, always %v", rt.Name(), names, required, got, said.Required)
		}
		if said.Description == "" {
			t.Errorf("%s is not explained", rt.Name())
		}
	}
	for _, r := range api.Describe() {
		for _, rt := range []reflect.Type{r.In, r.Out} {
			if rt != nil {
				compare(rt)
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d bodies were compared", seen)
	}
}

func TestRefusalsAndLimits(t *testing.T) {
	_, d := made(t)
	if !slices.Equal(d.Refusals, wire.Errors) {
		t.Error("the refusals are not those of wire")
	}
	for _, e := range wire.Errors {
		if !slices.Contains(d.Parts.Schemas["Code"].Enum, string(e.Code)) {
			t.Errorf("a refusal cannot have the code %s", e.Code)
		}
	}
	if got := d.Limits["MaxRoster"].Value; got != wire.MaxRoster || d.Limits["StepUpSeconds"].Value != wire.StepUpSeconds {
		t.Error("limits:", got)
	}
	ops := d.operations(t)
	for name, want := range map[string]int64{"POST /v1/roster": wire.MaxRoster, "POST /v1/session": wire.MaxHTTPBody, "PUT /v1/files/{thread}/{file}": wire.MaxFile} {
		if got := ops[name].Request; got == nil || got.Max != want {
			t.Errorf("%s takes %+v", name, got)
		}
	}
}

func TestTheDocumentIsTheSameEachTime(t *testing.T) {
	a, d := made(t)
	b, _ := made(t)
	if !bytes.Equal(a, b) || d.OpenAPI != "3.1.0" {
		t.Error("two documents of one program differ")
	}
	if fewer, err := openapi.Document(api.Describe()[1:]); err != nil || bytes.Equal(a, fewer) { // the control
		t.Error("a route that is left out is not seen:", err)
	}
}

// The control of all of them: a body that the schema does not know is refused,
// and is not left out in silence.
func TestAnUnknownBodyIsRefused(t *testing.T) {
	type Strange struct{}
	if _, err := openapi.Document([]openapi.Route{{Name: "GET /v1/strange", Out: reflect.TypeFor[Strange]()}}); err == nil || !strings.Contains(err.Error(), "GET /v1/strange") {
		t.Error("got", err)
	}
}
