package main

import (
	"encoding/json"
	"fmt"
	"go/types"
)

// schemasFile is where the schema stands as JSON Schema, for the document of the
// HTTP interface that the program prints.
const schemasFile = "server/openapi/schemas.json"

type object = map[string]any

// jsonSchemas writes the schema as JSON Schema (draft 2020-12, the one of OpenAPI
// 3.1), and the limits with what they bound.
func jsonSchemas(s *schema) []byte {
	schemas, limits := object{}, object{}
	for _, h := range s.hexes {
		schemas[h.name] = described(h.doc, object{"type": "string", "pattern": fmt.Sprintf("^[0-9a-f]{%d}$", h.digits)})
	}
	for _, w := range s.words {
		schemas[w.name] = described(w.doc, object{"type": "string", "enum": w.words})
	}
	for _, r := range s.records {
		schemas[r.name] = s.jsonRecord(r)
	}
	for _, u := range s.unions {
		var cases []object
		for _, c := range u.cases {
			cases = append(cases, ref(c.name))
		}
		schemas[u.name] = described(u.doc, object{"oneOf": cases})
	}
	for _, l := range s.limits {
		limits[l.name] = described(l.doc, object{"value": l.value})
	}
	b, err := json.MarshalIndent(object{"schemas": schemas, "limits": limits}, "", " ")
	if err != nil {
		panic(err) // it is made of maps, texts and numbers
	}
	return append(b, '\n')
}

func (s *schema) jsonRecord(r *record) object {
	fields, required := object{}, []string{}
	if r.tag != "" {
		fields["type"] = object{"const": r.tag}
		required = append(required, "type")
	}
	for _, f := range r.fields {
		fields[f.name] = described(f.doc, s.jsonType(f.typ))
		if !f.optional {
			required = append(required, f.name)
		}
	}
	return described(r.doc, object{"type": "object", "properties": fields, "required": required, "additionalProperties": false})
}

// jsonType gives the JSON Schema of a Go type, with the range that both
// languages hold.
func (s *schema) jsonType(t types.Type) object {
	switch t := t.(type) {
	case *types.Pointer:
		return s.jsonType(t.Elem())
	case *types.Slice:
		if isByte(t.Elem()) {
			return object{"type": "string", "contentEncoding": "base64"}
		}
		return object{"type": "array", "items": s.jsonType(t.Elem())}
	case *types.Named:
		return ref(t.Obj().Name())
	case *types.Basic:
		switch t.Kind() {
		case types.String:
			return object{"type": "string"}
		case types.Bool:
			return object{"type": "boolean"}
		case types.Uint32:
			return object{"type": "integer", "minimum": 0, "maximum": 1<<32 - 1}
		case types.Uint64:
			return object{"type": "integer", "minimum": 0, "maximum": 1<<53 - 1}
		case types.Int, types.Int64:
			return object{"type": "integer", "minimum": -(1<<53 - 1), "maximum": 1<<53 - 1}
		}
	}
	panic("the schema has no JSON Schema for " + t.String())
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// described puts a comment beside a schema.
func described(doc string, o object) object {
	if doc != "" {
		o["description"] = doc
	}
	return o
}
