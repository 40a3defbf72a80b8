package vectors

import (
	"arcline/crypto/envelope"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
)

// spokenCases are the digits of call-backs: of several attempts with one secret,
// in another thread, and one that begins with a zero.
func spokenCases() []kase {
	codes := func(what string, secret [32]byte, thread envelope.ID, attempts ...uint32) *File {
		f := ok("spoken", what).add("secret", secret).add("thread", thread)
		for _, n := range attempts {
			assister, specialist := seal.SpokenCodes(secret, thread, n)
			f.add("codes", n, assister, specialist)
		}
		return f
	}
	zero := uint32(1)
	for {
		if a, s := seal.SpokenCodes(digest("call"), idOf("thread"), zero); a[0] == '0' && s[:2] == "00" {
			break
		}
		zero++
	}
	return []kase{
		fixed("spoken-attempts", codes("each attempt has codes of its own", digest("call"), idOf("thread"), 1, 2, 3, 256, 1<<32-1)),
		fixed("spoken-thread", codes("the same secret in another thread", digest("call"), idOf("other thread"), 1, 2)),
		fixed("spoken-zeros", codes("zeros in front are spoken too", digest("call"), idOf("thread"), zero)),
	}
}

// replyCases are a line's saved replies, sealed as records at rest.
func replyCases() []kase {
	k := seal.SecretFrom(digest("line generation")).RepliesKey()
	one := func(name, expect, what string, change func(*File)) kase {
		return sealed(name, func() (*File, error) {
			words := "Thank you. Please send the letter from the plan."
			f := no(expect, "reply", what).add("secret", digest("line generation")).add("line", idOf("line")).add("reply", idOf("reply")).add("version", 3).
				add("sealed", vault.SealReply(k, idOf("line"), idOf("reply"), 3, words)).add("plain", []byte(words))
			change(f)
			return f, nil
		})
	}
	return []kase{
		one("reply-good", OK, "a saved reply", func(*File) {}),
		one("reply-line", "record", "another line's", func(f *File) { f.set("line", idOf("other line")) }),
		one("reply-other", "record", "another reply of the line", func(f *File) { f.set("reply", idOf("other reply")) }),
		one("reply-version", "record", "the version before", func(f *File) { f.set("version", 2) }),
		one("reply-generation", "record", "another generation of the line's key", func(f *File) { f.set("secret", digest("older generation")) }),
		one("reply-no-text", "malformed", "bytes that are no text", func(f *File) {
			f.set("sealed", vault.SealReply(k, idOf("line"), idOf("reply"), 3, "\xff\xfe"))
		}),
		one("reply-cut", "record-format", "cut short", func(f *File) { f.set("sealed", f.Text("sealed")[:60]) }),
	}
}
