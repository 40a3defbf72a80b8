/** The value after --name on the command line. */
export function flag(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return process.argv[at + 1] !== undefined && at >= 0 ? process.argv[at + 1]! : otherwise
}

export function has(name: string): boolean {
  return process.argv.includes(`--${name}`)
}
