package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// schema is what server/wire declares, in the order of its files.
type schema struct {
	records []*record
	words   []*wordSet
	hexes   []hexType
	unions  []*union
	limits  []limit
}

// record is a Go struct with JSON tags: a TypeScript interface.
type record struct {
	name, doc string
	fields    []field
	tag       string // of a frame, its type on the wire
}

type field struct {
	name, doc string
	typ       types.Type
	optional  bool // may be absent: tagged omitempty
}

// wordSet is a Go string type with constants: a closed union of literals.
type wordSet struct {
	name, doc string
	words     []string
}

// hexType is a Go byte array: a branded string of hex digits.
type hexType struct {
	name, doc string
	digits    int64
}

// union is a Go interface marked //gents:union; its cases are marked
// //gents:case with the union's name and their own tag.
type union struct {
	name, doc string
	cases     []*record
}

type limit struct {
	name, doc string
	value     int64
}

// readSchema reads the package from its source: comments travel with types.
func readSchema(dir string) (*schema, error) {
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, filepath.Base(name), src, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	// The types of the schema lean on nothing but the language, so imports stay
	// empty and the complaints about them unread. The compiler has seen them.
	conf := types.Config{Importer: emptyImports{}, Error: func(error) {}}
	conf.Check("wire", fset, files, info)
	s := &schema{}
	for _, f := range files {
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				s.declarations(g, info)
			}
		}
	}
	return s, s.check()
}

type emptyImports struct{}

func (emptyImports) Import(name string) (*types.Package, error) {
	p := types.NewPackage(name, path.Base(name))
	p.MarkComplete()
	return p, nil
}

func (s *schema) declarations(g *ast.GenDecl, info *types.Info) {
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() {
				s.declareType(spec, g.Doc, info)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if c, ok := info.Defs[name].(*types.Const); ok && name.IsExported() {
					s.declareConst(c, prose(spec.Doc, spec.Comment))
				}
			}
		}
	}
}

func (s *schema) declareType(spec *ast.TypeSpec, doc *ast.CommentGroup, info *types.Info) {
	name := spec.Name.Name
	switch t := info.Defs[spec.Name].Type().Underlying().(type) {
	case *types.Basic:
		if t.Kind() == types.String {
			s.words = append(s.words, &wordSet{name: name, doc: prose(doc)})
		}
	case *types.Array:
		s.hexes = append(s.hexes, hexType{name, prose(doc), 2 * t.Len()})
	case *types.Interface:
		if _, ok := directive(doc, "union"); ok {
			s.unions = append(s.unions, &union{name: name, doc: prose(doc)})
		}
	case *types.Struct:
		r := &record{name: name, doc: prose(doc)}
		for i, f := range spec.Type.(*ast.StructType).Fields.List {
			if f.Tag == nil {
				return // not a thing of the wire
			}
			tag, _ := strconv.Unquote(f.Tag.Value)
			name, flags, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
			r.fields = append(r.fields, field{name, prose(f.Doc, f.Comment), t.Field(i).Type(), flags == "omitempty"})
		}
		s.records = append(s.records, r)
		s.joinUnion(r, doc)
	}
}

// joinUnion puts a frame under its union, which its file declares above it.
func (s *schema) joinUnion(r *record, doc *ast.CommentGroup) {
	args, ok := directive(doc, "case")
	if !ok {
		return
	}
	for _, u := range s.unions {
		if u.name == args[0] {
			r.tag = args[1]
			u.cases = append(u.cases, r)
		}
	}
}

func (s *schema) declareConst(c *types.Const, doc string) {
	if named, ok := c.Type().(*types.Named); ok {
		for _, w := range s.words {
			if w.name == named.Obj().Name() {
				w.words = append(w.words, constant.StringVal(c.Val()))
			}
		}
		return
	}
	if c.Val().Kind() != constant.Int || c.Name() == "Version" {
		return
	}
	if n, exact := constant.Int64Val(c.Val()); exact {
		s.limits = append(s.limits, limit{c.Name(), doc, n})
	}
}

// directive returns the words after //gents:<verb>.
func directive(doc *ast.CommentGroup, verb string) ([]string, bool) {
	if doc != nil {
		for _, c := range doc.List {
			if rest, ok := strings.CutPrefix(c.Text, "//gents:"+verb); ok {
				return strings.Fields(rest), true
			}
		}
	}
	return nil, false
}

// prose is the text of comments on one line.
func prose(groups ...*ast.CommentGroup) string {
	var out []string
	for _, g := range groups {
		out = append(out, strings.Fields(g.Text())...)
	}
	return strings.Join(out, " ")
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// check refuses a schema that JSON or JavaScript would bend.
func (s *schema) check() error {
	var errs []error
	for _, r := range s.records {
		for _, f := range r.fields {
			_, pointer := f.typ.(*types.Pointer)
			switch {
			case !fieldName.MatchString(f.name), f.name == "type":
				errs = append(errs, fmt.Errorf("%s: the name %q is not one of lower-case letters, digits and _", r.name, f.name))
			case pointer && !f.optional:
				errs = append(errs, fmt.Errorf("%s.%s: a pointer is sent as null unless it is omitempty", r.name, f.name))
			}
		}
	}
	for _, w := range s.words {
		if len(w.words) == 0 {
			errs = append(errs, fmt.Errorf("%s has no constants", w.name))
		}
	}
	if len(s.records) == 0 || len(s.unions) == 0 {
		errs = append(errs, errors.New("no frames found in server/wire"))
	}
	return errors.Join(errs...)
}
