// Why something is refused, by the names of PROTOCOL.md section 10.

/** Every refusal there is. */
export type Reason =
  | 'malformed'
  | 'bad-key' | 'bad-signature' | 'not-opened'
  | 'order' | 'signer' | 'signature' | 'roster' | 'generation' | 'revoked' | 'unknown' | 'credential' | 'state'
  | 'checkpoint-back' | 'checkpoint-ahead' | 'body' | 'stale' | 'factor'
  | 'not-for-me' | 'box' | 'secret-commitment' | 'no-history' | 'published' | 'step-up'
  | 'log-size' | 'inclusion' | 'fork' | 'lookup'
  | 'log-policy' | 'log-checkpoint' | 'log-origin' | 'log-signature' | 'log-quorum' | 'log-request'
  | 'log-rollback' | 'log-no-dirroot' | 'log-not-last' | 'log-prefix' | 'log-count' | 'log-stale'
  | 'record-format' | 'record'
  | 'code-length' | 'code-character' | 'code-checksum'
  | 'share-threshold' | 'shares' | 'shares-commitment'
  | 'file-header' | 'file-key' | 'file-piece' | 'file-truncated' | 'file-trailing' | 'file-padding' | 'file-size'

/** What the cryptography refuses. Everything else that is thrown is a mistake of the caller. */
export class Refusal extends Error {
  readonly reason: Reason

  constructor(reason: Reason) {
    super(reason)
    this.name = 'Refusal'
    this.reason = reason
  }
}

/** Refuses. What exactly was wrong is said by the stack and by the comment at its place. */
export function refuse(reason: Reason): never {
  throw new Refusal(reason)
}

/** The reason of a refusal; undefined for any other error. */
export function reasonOf(error: unknown): Reason | undefined {
  return error instanceof Refusal ? error.reason : undefined
}

/** Says `reason` in place of whatever refusal `act` throws. */
export function refusedAs<T>(reason: Reason, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(reason) : error
  }
}

/** Says `reason` in place of whatever refusal a promise ends with. */
export async function refusedLater<T>(reason: Reason, promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(reason) : error
  }
}
