// Icons, drawn on a grid of 20 with one stroke. They take the colour of the
// text beside them, so they stay visible in forced colours.

const paths = {
  arc: 'M3 13.5a7 7 0 0 1 14 0M3 17h14',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  next: 'M7.5 4.5 13 10l-5.5 5.5',
  down: 'M5 7.5 10 12.5l5-5',
  up: 'M5 12.5 10 7.5l5 5',
  close: 'm5 5 10 10M15 5 5 15',
  check: 'm4 10.5 4 4 8-9',
  checks: 'm2 10.5 3.5 4 6.5-8M9.5 13.5l1 1 7-8.5',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 6v4.25l2.75 1.75',
  send: 'M3.5 10 16.5 4l-4.25 12.5-2.75-5-6-1.5ZM9.5 11.5 16.5 4',
  clip: 'm14.75 9.5-5 5a3 3 0 0 1-4.25-4.25l5.75-5.75a2 2 0 0 1 2.85 2.85L8.5 13a1 1 0 0 1-1.4-1.4l4.9-4.85',
  file: 'M5.5 3h6l3.5 3.5V17h-9.5V3ZM11.5 3v3.5H15',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4',
  lock: 'M5 9h10v8H5V9ZM7 9V6.5a3 3 0 0 1 6 0V9',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5ZM10 7.75a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5Z',
  person: 'M10 3.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM3.75 16.5c.5-3.25 3-5 6.25-5s5.75 1.75 6.25 5',
  people: 'M7.5 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM2.5 15.5c.4-2.75 2.25-4 5-4s4.6 1.25 5 4M13 4.9a2.5 2.5 0 0 1 0 4.4M14.5 11.9c1.75.5 2.75 1.7 3 3.6',
  plus: 'M10 4v12M4 10h12',
  pen: 'M4 16l.75-3.5L13 4.25l2.75 2.75L7.5 15.25 4 16Z',
  warn: 'M10 3.5 17.5 16.5h-15L10 3.5ZM10 8.5v3.5M10 14.25v.25',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 9.25V14M10 6.25v.25',
  phone: 'M5 3.5h2.5l1.25 3.5-1.75 1.25a9 9 0 0 0 4.75 4.75L13 11.25l3.5 1.25V15c0 .85-.65 1.5-1.5 1.5C8.5 16.5 3.5 11.5 3.5 5c0-.85.65-1.5 1.5-1.5Z',
  device: 'M3 4.5h14v9H3v-9ZM7 16.5h6',
  gear: 'M10 7.25a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5ZM10 2.75v2M10 15.25v2M2.75 10h2M15.25 10h2M4.85 4.85l1.45 1.45M13.7 13.7l1.45 1.45M4.85 15.15l1.45-1.45M13.7 6.3l1.45-1.45',
  out: 'M8.5 3.5h-5v13h5M12 6.5l3.5 3.5-3.5 3.5M15.5 10H7.5',
  offline: 'M3 8.25A10.5 10.5 0 0 1 17 8.25M5.5 11.25a6.5 6.5 0 0 1 9 0M10 15v.25M3.5 3.5l13 13',
  hand: 'M4 10.5h9M9.5 7l3.5 3.5L9.5 14M16 4.5v11',
  share: 'M3 10h10.5M10 6l4 4-4 4M16.5 4.5v11',
  undo: 'M7 4.5 3.5 8 7 11.5M3.5 8H12a4.5 4.5 0 0 1 0 9H8',
  archive: 'M3 4h14v3.5H3V4ZM4.5 7.5v8.5h11V7.5M8 10.5h4',
  shield: 'M10 3 4 5.25V10c0 3.5 2.5 6 6 7 3.5-1 6-3.5 6-7V5.25L10 3ZM7.25 10l2 2 3.5-4',
  question: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM7.75 8a2.25 2.25 0 1 1 3.25 2c-.75.4-1 .8-1 1.5M10 13.75V14',
  dot: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  letter: 'M3 5h14v10.5H3V5ZM3 5.5l7 5.5 7-5.5',
  key: 'M12.75 3.5a3.75 3.75 0 1 0 0 7.5 3.75 3.75 0 0 0 0-7.5ZM10 9.75 3.5 16.25M6 13.75l2 2',
  print: 'M6 7V3h8v4M6 14H3.5V7h13v7H14M6 11.5h8V17H6v-5.5Z',
  inbox: 'M3 11.5 5 4h10l2 7.5V16H3v-4.5ZM3 11.5h4l1 2h4l1-2h4',
  form: 'M5 3.5h10v13H5v-13ZM7.5 7h5M7.5 10h5M7.5 13h3',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}

export function Wordmark() {
  return (
    <svg viewBox="0 0 20 20" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" aria-hidden="true" focusable="false">
      <path d={paths.arc} />
    </svg>
  )
}
