// A long code in groups, each with its place, so that a slip is found at once.

export function groupsOf(code: string): string[] {
  return code.split(/[\s-]+/).filter((g) => g !== '')
}

export function CodeGroups({ code, label }: { code: string; label: string }) {
  return <ol class="groups" aria-label={label}>{groupsOf(code).map((g, i) => <li key={i}><small>{i + 1}</small>{g}</li>)}</ol>
}
