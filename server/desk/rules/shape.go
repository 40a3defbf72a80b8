package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"arcline/server/wire"
)

// The standard reader takes names in any case, keeps the last of two and stops at
// the first name it does not know. Here the file's shape is held against the
// wire's types first, so that a misspelled name is told with its place, and all of
// them at once.

// node is a value of the file: an object, a list, or what encoding/json makes of
// anything else.
type node struct {
	names  []string // of an object, as they stand, twice where they stand twice
	items  []node
	object bool
	list   bool
	plain  any
}

func parseTree(file []byte) (node, error) {
	d := json.NewDecoder(bytes.NewReader(file))
	d.UseNumber()
	n, err := parseNode(d, 0)
	if err != nil {
		return n, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return n, errors.New("there is something after its end")
	}
	return n, nil
}

const maxDepth = 32 // the wire's types are less deep than half of it

func parseNode(d *json.Decoder, depth int) (n node, err error) {
	if depth > maxDepth {
		return n, fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return n, err
	}
	delim, nested := t.(json.Delim)
	if !nested {
		return node{plain: t}, nil
	}
	n.object, n.list = delim == '{', delim == '['
	for d.More() {
		if n.object {
			name, err := d.Token()
			if err != nil {
				return n, err
			}
			n.names = append(n.names, name.(string)) // the decoder lets nothing else stand here
		}
		item, err := parseNode(d, depth+1)
		if err != nil {
			return n, err
		}
		n.items = append(n.items, item)
	}
	_, err = d.Token() // its end
	return n, err
}

func shape(root node) Problems {
	c := checker{}
	c.shape(root, reflect.TypeFor[wire.DeskFile]())
	return c.problems
}

// shape holds a value against the type that it is to become.
func (c *checker) shape(n node, t reflect.Type) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		if !n.object {
			c.wrong("here must be an object { }")
			return
		}
		c.object(n, t)
	case reflect.Slice:
		if !n.list {
			c.wrong("here must be a list [ ]")
			return
		}
		for i, item := range n.items {
			if item.object {
				c.at(label("", item.called(), i), func() { c.shape(item, t.Elem()) })
			} else {
				c.shape(item, t.Elem())
			}
		}
	case reflect.String:
		c.plain(n, "a text in quotes", func(v any) bool { _, ok := v.(string); return ok })
	case reflect.Bool:
		c.plain(n, "true or false", func(v any) bool { _, ok := v.(bool); return ok })
	default:
		c.plain(n, "a whole number", func(v any) bool {
			number, ok := v.(json.Number)
			_, err := number.Int64()
			return ok && err == nil
		})
	}
}

func (c *checker) plain(n node, what string, is func(any) bool) {
	if n.object || n.list || !is(n.plain) {
		c.wrong("here must be %s", what)
	}
}

func (c *checker) object(n node, t reflect.Type) {
	fields := map[string]reflect.Type{}
	var known []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = f.Type
		known = append(known, name)
	}
	for i, name := range n.names {
		field, ok := fields[name]
		if !ok {
			c.wrong("there is no name %q here; the names are %s", name, strings.Join(known, ", "))
			continue
		}
		if slices.Contains(n.names[:i], name) {
			c.wrong("the name %q stands twice", name)
		}
		c.at(singular(name), func() { c.shape(n.items[i], field) })
	}
}

// called is how a thing is called in a place: its id, its line, its name or day.
func (n node) called() string {
	for _, name := range []string{"id", "line", "day", "name", "title"} {
		if i := slices.Index(n.names, name); i >= 0 {
			if s, ok := n.items[i].plain.(string); ok {
				return s
			}
		}
	}
	return ""
}

func singular(name string) string {
	for _, list := range []string{"desks", "topics", "fields", "columns", "seasons", "holidays", "deadlines", "choices"} {
		if name == list {
			return strings.TrimSuffix(name, "s")
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}

// label names one thing of a list: topic aor, or by its number where it has no name.
func label(what, name string, i int) string {
	if name == "" {
		name = fmt.Sprint(i + 1)
	}
	return strings.TrimSpace(what + " " + name)
}
