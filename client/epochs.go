package client

import (
	"encoding/json"

	"arcline/crypto/envelope"
	"arcline/crypto/seal"
)

// epochs are the keys of one log, a thread's or a note log's, as far as this
// device has them. Whoever feeds the log uses them alone.
type epochs struct {
	keys  map[uint32]seal.Secret
	stmts map[uint32]envelope.Keys
}

func newEpochs() epochs {
	return epochs{keys: map[uint32]seal.Secret{}, stmts: map[uint32]envelope.Keys{}}
}

// handedOver opens older epochs from newer ones, as far as history was handed over.
func (x epochs) handedOver(epoch uint32) {
	for e := epoch; e > 0; e-- {
		if _, have := x.keys[e-1]; have {
			continue
		}
		older, ok := x.stmts[e-1]
		if !ok {
			return
		}
		s, err := seal.Previous(x.stmts[e], x.keys[e], older)
		if err != nil {
			return
		}
		x.keys[e-1] = s
	}
}

const (
	unreadPurged  = "This message was removed under the records policy."
	unreadNoEpoch = "This message was sealed to other people before you took part, and the history was not handed over."
	unreadBroken  = "This message does not open. Its sender made it wrong; ask them to send it again."
)

func (x epochs) read(h envelope.Head, body []byte) (*Content, string) {
	if len(body) == 0 {
		return nil, unreadPurged
	}
	tk, ok := x.keys[h.Epoch]
	if !ok {
		return nil, unreadNoEpoch
	}
	plain, err := seal.OpenMessage(tk, h, body)
	if err != nil {
		return nil, unreadBroken
	}
	var m Content
	if err := json.Unmarshal(plain, &m); err != nil {
		return nil, unreadBroken
	}
	return &m, ""
}
