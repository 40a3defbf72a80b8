package vectors

import (
	"arcline/crypto/chain"
	"arcline/crypto/chunk"
	"arcline/crypto/envelope"
	"arcline/crypto/key"
	"arcline/crypto/keylog"
	"arcline/crypto/seal"
	"arcline/crypto/vault"
)

// Reasons names every refusal of the crypto rooms. A file's expectation is one
// of these names; the second implementation has an error of its own for each.
var Reasons = map[string]error{
	"malformed": envelope.ErrMalformed,

	"bad-key":       key.ErrBadKey,
	"bad-signature": key.ErrBadSignature,
	"not-opened":    key.ErrNotOpened,

	"order":            chain.ErrOrder,
	"signer":           chain.ErrSigner,
	"signature":        chain.ErrSignature,
	"roster":           chain.ErrRoster,
	"generation":       chain.ErrGeneration,
	"revoked":          chain.ErrRevoked,
	"unknown":          chain.ErrUnknown,
	"credential":       chain.ErrCredential,
	"state":            chain.ErrState,
	"checkpoint-back":  chain.ErrCheckpoint,
	"body":             chain.ErrBody,
	"stale":            chain.ErrStale,
	"factor":           chain.ErrFactor,
	"checkpoint-ahead": chain.ErrAhead,

	"not-for-me":        seal.ErrNotForMe,
	"secret-commitment": seal.ErrCommitment,
	"box":               seal.ErrBox,
	"no-history":        seal.ErrNoHistory,
	"published":         seal.ErrPublished,
	"step-up":           seal.ErrStepUp,

	"log-size":       keylog.ErrSize,
	"inclusion":      keylog.ErrInclusion,
	"fork":           keylog.ErrFork,
	"lookup":         keylog.ErrLookup,
	"log-policy":     keylog.ErrVerifier,
	"log-checkpoint": keylog.ErrCheckpoint,
	"log-origin":     keylog.ErrOrigin,
	"log-signature":  keylog.ErrLogSignature,
	"log-quorum":     keylog.ErrQuorum,
	"log-request":    keylog.ErrRequest,
	"log-rollback":   keylog.ErrRollback,
	"log-no-dirroot": keylog.ErrNotDirRoot,
	"log-not-last":   keylog.ErrNotLast,
	"log-prefix":     keylog.ErrPrefix,
	"log-count":      keylog.ErrCount,
	"log-stale":      keylog.ErrStale,

	"record-format":     vault.ErrFormat,
	"record":            vault.ErrRecord,
	"code-length":       vault.ErrCodeLength,
	"code-character":    vault.ErrCodeCharacter,
	"code-checksum":     vault.ErrCodeChecksum,
	"share-threshold":   vault.ErrThreshold,
	"shares":            vault.ErrShares,
	"shares-commitment": vault.ErrCommitment,

	"file-header":    chunk.ErrHeader,
	"file-key":       chunk.ErrKey,
	"file-piece":     chunk.ErrChunk,
	"file-truncated": chunk.ErrTruncated,
	"file-trailing":  chunk.ErrTrailing,
	"file-padding":   chunk.ErrPadding,
	"file-size":      chunk.ErrSize,
}
