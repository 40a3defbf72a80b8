package vectors

import (
	"strconv"
	"strings"

	"arcline/crypto/seal"
	"arcline/crypto/vault"
)

func (j *judge) spoken() error {
	for _, v := range j.All("codes") {
		f := strings.Fields(v)
		if len(f) != 3 {
			j.Fatal("an attempt has its number and two codes:", v)
		}
		attempt, err := strconv.ParseUint(f[0], 10, 32)
		if err != nil {
			j.Fatal("the number of an attempt:", err)
		}
		if a, s := seal.SpokenCodes(j.h32("secret"), j.id("thread"), uint32(attempt)); a != f[1] || s != f[2] {
			j.Errorf("attempt %d: %s %s, not %s", attempt, a, s, v)
		}
	}
	return nil
}

func (j *judge) reply() error {
	words, err := vault.OpenReply(seal.SecretFrom(j.h32("secret")).RepliesKey(), j.id("line"), j.id("reply"), j.num("version"), j.hex("sealed"))
	if err == nil {
		j.same("plain", []byte(words))
	}
	return err
}
