package table

import "arcline/store/kv"

// Reader is a transaction on tables over a view that was opened elsewhere, for
// checks that work below a DB. It does not write.
func (s *Schema) Reader(tx kv.Tx) *Tx { return &Tx{kv: tx} }
