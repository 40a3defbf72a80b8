// How each language counts and says dates. Somali and Hmong month names are in
// no browser we tested, so they are here.

import type { Rules } from './plural.ts'

function twelve(hour: number, minute: number, am: string, pm: string): string {
  return `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? am : pm}`
}

export const en: Rules = {
  tag: 'en', name: 'English', categories: ['one', 'other'], group: ',',
  plural: (n) => (n === 1 ? 'one' : 'other'),
  months: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  date: (month, day, year) => (year === undefined ? `${month} ${day}` : `${month} ${day}, ${year}`),
  time: (h, m) => twelve(h, m, 'AM', 'PM'),
  day: { today: 'Today', yesterday: 'Yesterday', tomorrow: 'Tomorrow' },
  at: (day, time, zone) => `${day}, ${time}${zone === '' ? '' : ` ${zone}`}`,
}

export const es: Rules = {
  tag: 'es', name: 'Español', categories: ['one', 'many', 'other'], group: ',',
  plural: (n) => (n === 1 ? 'one' : n !== 0 && n % 1_000_000 === 0 ? 'many' : 'other'),
  months: ['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre', 'diciembre'],
  weekdays: ['domingo', 'lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado'],
  date: (month, day, year) => (year === undefined ? `${day} de ${month}` : `${day} de ${month} de ${year}`),
  time: (h, m) => twelve(h, m, 'a. m.', 'p. m.'),
  day: { today: 'Hoy', yesterday: 'Ayer', tomorrow: 'Mañana' },
  at: (day, time, zone) => `${day}, ${time}${zone === '' ? '' : `, hora de ${zone}`}`,
}

export const so: Rules = {
  tag: 'so', name: 'Soomaali', categories: ['one', 'other'], group: ',',
  plural: (n) => (n === 1 ? 'one' : 'other'),
  months: ['Jannaayo', 'Febraayo', 'Maarso', 'Abriil', 'Maayo', 'Juun', 'Luulyo', 'Ogosto', 'Sebteembar', 'Oktoobar', 'Noofeembar', 'Diseembar'],
  weekdays: ['Axad', 'Isniin', 'Talaado', 'Arbaco', 'Khamiis', 'Jimco', 'Sabti'],
  date: (month, day, year) => (year === undefined ? `${day} ${month}` : `${day} ${month} ${year}`),
  time: (h, m) => twelve(h, m, 'AM', 'PM'),
  day: { today: 'Maanta', yesterday: 'Shalay', tomorrow: 'Berri' },
  at: (day, time, zone) => `${day}, ${time}${zone === '' ? '' : ` ${zone}`}`,
}

export const hmn: Rules = {
  tag: 'hmn', name: 'Hmoob', categories: ['other'], group: ',',
  plural: () => 'other',
  months: ['Lub Ib Hlis', 'Lub Ob Hlis', 'Lub Peb Hlis', 'Lub Plaub Hlis', 'Lub Tsib Hlis', 'Lub Rau Hli', 'Lub Xya Hli', 'Lub Yim Hli', 'Lub Cuaj Hlis', 'Lub Kaum Hli', 'Lub Kaum Ib Hlis', 'Lub Kaum Ob Hlis'],
  weekdays: ['Hnub Sunday', 'Hnub Monday', 'Hnub Tuesday', 'Hnub Wednesday', 'Hnub Thursday', 'Hnub Friday', 'Hnub Saturday'],
  date: (month, day, year) => (year === undefined ? `${month} tim ${day}` : `${month} tim ${day}, ${year}`),
  time: (h, m) => twelve(h, m, 'AM', 'PM'),
  day: { today: 'Hnub no', yesterday: 'Nag hmo', tomorrow: 'Tag kis' },
  at: (day, time, zone) => `${day}, ${time}${zone === '' ? '' : ` ${zone}`}`,
}

export const rules = { en, es, so, hmn }
