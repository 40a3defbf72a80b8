// A witness's signatures (section 6; C2SP tlog-cosignature/v1). A browser only checks them.

import { concat, utf8, type Bytes } from '../envelope/bytes.ts'
import { u64 } from '../envelope/enc.ts'
import type { Verify } from './verify.ts'

/** The latest time that a cosignature may bear, in Unix seconds. */
const latest = 2n ** 63n - 1n

/** When a cosignature (u64 Unix seconds || signature) was made. */
export function cosignatureTime(blob: Bytes): bigint {
  return u64.read(blob.subarray(0, 8))
}

/** Whether a blob is a witness's timestamped signature over a checkpoint's text. */
export async function cosigns(key: Verify, checkpoint: Bytes, blob: Bytes): Promise<boolean> {
  if (blob.length !== 8 + 64) return false
  const time = cosignatureTime(blob)
  return time <= latest && key.verifies(concat(utf8(`cosignature/v1\ntime ${time}\n`), checkpoint), blob.subarray(8))
}
