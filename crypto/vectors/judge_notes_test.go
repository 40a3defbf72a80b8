package vectors

import (
	"slices"

	"arcline/crypto/chain"
)

func (j *judge) notes() error {
	w := j.start()
	l := chain.NewNotes(j.id("notes"))
	for _, v := range j.All("entry") {
		n, _, err := l.Apply(j.entry(v), w.book)
		if err != nil {
			j.Fatal("an entry before the last is refused:", err)
		}
		l = n
	}
	n, _, err := l.Apply(j.entry(j.Text("last")), w.book)
	if err == nil {
		var want, got File
		want.afterNotes(n)
		got.Fields = slices.DeleteFunc(slices.Clone(j.Fields), func(f Field) bool {
			return slices.Contains([]string{"world", "link", "notes", "entry", "last"}, f.Name)
		})
		if !slices.Equal(want.Fields, got.Fields) {
			j.Errorf("the note log is in another state:\n%s", want.Encode())
		}
	}
	return err
}
