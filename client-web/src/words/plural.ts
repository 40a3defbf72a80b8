// Counting, per language. Browsers know no rule for some of ours (Hmong) and
// silently take English's, so every language here has its own.

export type Category = 'one' | 'many' | 'other'

/** The forms that a language needs; # stands for the number. */
export interface Forms {
  one?: string
  many?: string
  other: string
}

export interface Rules {
  tag: string
  /** What the language calls itself. */
  name: string
  categories: readonly Category[]
  plural(n: number): Category
  /** Groups of digits in large numbers. */
  group: string
  months: readonly string[]
  weekdays: readonly string[]
  /** How a date and a time of day are put together. */
  date(month: string, day: number, year: number | undefined): string
  time(hour: number, minute: number): string
  day: { today: string; yesterday: string; tomorrow: string }
  at(day: string, time: string, zone: string): string
}

const thousands = /\B(?=(\d{3})+(?!\d))/g

export function grouped(n: number, mark: string): string {
  return String(n).replace(thousands, mark)
}

export function counter(rules: Rules): (n: number, forms: Forms) => string {
  return (n, forms) => (forms[rules.plural(n)] ?? forms.other).replace('#', grouped(n, rules.group))
}
