const kilo = 1000

/** A size as people say it. */
export function sizeWords(bytes: number): string {
  if (bytes < kilo) return `${bytes} B`
  if (bytes < kilo * kilo) return `${Math.round(bytes / kilo)} KB`
  return `${(bytes / (kilo * kilo)).toFixed(1)} MB`
}
