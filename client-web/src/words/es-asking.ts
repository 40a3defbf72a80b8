// Spanish: a new question by a line's rules, and where it stands.

import type { AskingWords } from './en-asking.ts'
import { counter } from './plural.ts'
import { es as rules } from './rules.ts'

const n = counter(rules)

export const asking: AskingWords = {
  topic: {
    elsewhere: 'No es para esta línea', elsewhereText: 'No se envió nada. Puede elegir otro tema.', byPhone: 'Por teléfono', consumers: (c) => n(c, { one: 'Un consumidor', other: 'Hasta # consumidores' }), loading: 'Cargando los temas',
    old: 'No pudimos cargar los temas de esta línea. Aun así puede preguntar. Un especialista lo ordena.', more: 'Algo más', moreHint: 'Solo si no cabe arriba.', sensitive: 'Este tema necesita más cuidado. El especialista da su segundo paso antes de tomarlo.',
  },
  form: {
    title: 'Preguntas sobre esto', optional: 'opcional', choose: 'Elija una', addLine: 'Agregar una línea', removeLine: (c) => `Quitar la línea ${c}`, line: (c) => `Línea ${c}`, yes: 'Sí', no: 'No', requiredIn: (what, where) => `Llene “${what}” en “${where}”.`, day: (what) => `“${what}” necesita un día, como 2026-03-31.`,
    number: (what) => `“${what}” lleva solo números.`, oneLine: (what) => `“${what}” necesita al menos una línea.`,
  },
  names: { plain: (signs) => `El sitio web no acepta ${signs} en los nombres. Aquí el nombre se guarda tal como lo escribe, y así está bien.` },
  who: {
    title: 'De quién se trata', text: (c) => n(c, { one: 'Dé al menos 1 dato de cada consumidor.', other: 'Dé al menos # datos de cada consumidor.' }), kept: 'Los datos quedan cerrados en una ficha aparte. Al enviar se le pide su segundo paso. No se guardan en su borrador.',
    one: (c) => `Consumidor ${c}`, label: 'Cómo lo llama aquí', labelHint: 'Un nombre corto que lo distinga. Se ve en las listas.', case: 'Número de caso', details: 'Datos de la ficha', detailsOf: (c, of) => (c >= of ? `${c} dados. Es suficiente.` : `${c} de ${of} dados`),
    name: 'Nombre, como en los papeles oficiales', birth: 'Fecha de nacimiento', address: 'Dirección', email: 'Correo electrónico', ssn4: 'Últimos cuatro números del Seguro Social', add: 'Agregar un consumidor', remove: 'Quitar', removeOne: (c) => `Quitar al consumidor ${c}`, most: (c) => n(c, { one: 'Este tema admite 1 consumidor.', other: 'Este tema admite hasta # consumidores.' }),
    labelWrong: (c) => `Consumidor ${c}: diga cómo lo llama.`, few: (who) => `${who}: faltan datos.`, ssnWrong: (who) => `${who}: dé exactamente cuatro números del Seguro Social.`, birthWrong: (who) => `${who}: la fecha de nacimiento no es un día pasado.`, emailWrong: (who) => `${who}: el correo necesita el signo @.`,
    same: (subject, when) => `Usted preguntó por este caso el ${when}: “${subject}”.`, sameGo: 'Seguir allí', sameText: 'Un solo lugar por caso es más rápido. Lo que escribió aquí queda como borrador.',
  },
  paste: {
    open: 'Agregar varios desde una hoja de cálculo', text: 'Copie las filas y péguelas aquí. Columnas: nombre, fecha de nacimiento, número de caso, últimos cuatro números. Cada fila es un consumidor.', label: 'Filas de su hoja de cálculo', go: 'Agregar estos consumidores', added: (c) => n(c, { one: 'Se agregó 1 consumidor.', other: 'Se agregaron # consumidores.' }),
    over: (c) => n(c, { one: '1 fila no cupo.', other: '# filas no cupieron.' }), rowName: (c) => `Fila ${c}: falta el nombre.`, rowBirth: (c) => `Fila ${c}: la fecha de nacimiento no es un día, como 3/31/1980.`, rowSsn: (c) => `Fila ${c}: la última columna lleva cuatro números.`, none: 'Pegue al menos una fila.',
  },
  consent: {
    title: 'Permiso por escrito', text: 'Este tema necesita constancia del permiso del consumidor. Usted guarda el papel.', same: 'El mismo permiso para todos', sameHint: 'Se escribe una vez. Desactívelo si uno es distinto.', scope: 'Qué abarca', scopeText: 'Solicitud, caso, avisos e inscripción', purpose: 'Para qué es', purposeText: 'Para ayudar a solicitar y conservar la cobertura',
    given: 'Dado el', until: 'Vale hasta', untilHint: 'Déjelo vacío si vale hasta que el consumidor lo retire.', rescind: 'Cómo puede retirarlo el consumidor', rescindText: 'Avisando a su asistente o al mercado, por escrito, por teléfono o en persona', missing: (who, what) => `${who}: llene “${what}” del permiso.`, future: (who) => `${who}: el permiso no puede empezar después de hoy.`, ended: (who) => `${who}: el permiso ya terminó. Pida antes uno nuevo.`, all: 'Todos los consumidores',
  },
  phone: {
    ask: '¿Alguno de estos es parte del asunto?', askHint: 'Si es así, todo va por teléfono. No hace falta escribirlo.', none: 'Ninguno de estos', found: (what) => `Esto parece ser: ${what}. Eso debe ir por teléfono.`, foundText: 'Puede dejar de escribir. Todo va a una sola llamada, también los otros cambios.', notMeant: 'No me refiero a eso', whole: 'Todo esto va a una llamada. Lo escrito puede ser breve.',
    only: 'Esto se hace por teléfono, con el consumidor en la línea. Diga a dónde llamar.', title: 'Llamada', want: 'Prefiero que me llamen', wantHint: 'Conserva el mismo lugar en la fila.', where: '¿A qué número?', file: 'Mi número registrado', other: 'Otro número', number: 'Número al que llamar', numberHint: 'Con código de área. Al enviar se le pide su segundo paso.', numberWrong: 'Dé un número de teléfono con código de área.', when: '¿Cuándo?', now: 'En cuanto me toque', left: (c) => n(c, { one: 'queda 1 lugar', other: 'quedan # lugares' }), never: 'Esta línea no devuelve llamadas ahora. Para este tema, llame a la línea.', codes: 'Por teléfono se leen dos códigos cortos uno al otro. Aparecen aquí cuando empieza la llamada.',
  },
  urgent: {
    label: '¿No puede esperar?', none: 'Puede esperar su turno', reasons: { 'care-now': 'Alguien necesita atención o medicinas ya', 'coverage-ends': 'La cobertura termina en unos días', newborn: 'Un recién nacido necesita cobertura', 'deadline-today': 'Un plazo vence hoy' },
    means: 'Pasa delante de los demás. Un responsable mira el motivo y puede devolverlo a su lugar normal.', state: { waits: 'Urgente. Un responsable mirará el motivo.', agreed: 'Urgente. Un responsable estuvo de acuerdo.', refused: 'Un responsable lo devolvió a su lugar normal.' }, back: 'Ya no es urgente', make: 'Decir que no puede esperar', title: '¿Por qué no puede esperar?', go: 'Pasarlo adelante', needed: 'Elija un motivo.',
  },
  before: {
    who: 'Quién lo lee', promise: 'Primera respuesta prometida', within: (what) => `en ${what}`, none: 'Esta línea no promete un plazo', place: 'Lugar en la fila', placeNow: (c) => `Sería el número ${c}`, expected: 'Alguien lo toma', between: (from, to) => `entre ${from} y ${to}`, unknown: 'Todavía no se puede decir', kept: 'Promesa cumplida este mes', keptOf: (c, of) => `${c} de ${of}`,
    closed: (when) => `La línea está cerrada ahora. Abre: ${when}.`, businessDays: (c) => n(c, { one: '1 día hábil', other: '# días hábiles' }), openHours: (c) => n(c, { one: '1 hora con la línea abierta', other: '# horas con la línea abierta' }), openMinutes: (c) => n(c, { one: '1 minuto con la línea abierta', other: '# minutos con la línea abierta' }),
    by: (when) => `a más tardar: ${when}`, draft: 'Sus palabras quedan como borrador. Los datos de consumidores y los números de teléfono, no.',
  },
  stand: {
    label: 'Cómo va', place: (c) => `Número ${c} en la fila`, placeShort: (c) => `N.º ${c} en la fila`, taken: (from, to) => `Quizá se tome entre ${from} y ${to}`, answerBy: (when) => `Respuesta prometida a más tardar: ${when}`, closeBy: (when) => `Resuelto a más tardar: ${when}`, paused: 'El plazo está en pausa: espera su respuesta', risk: 'Queda poco tiempo', late: 'La promesa no se cumplió. Conserva su lugar.', dueShort: (when) => `Antes de: ${when}`, you: 'Espera su respuesta',
    wait: { assister: 'El especialista espera su respuesta.', office: 'Otra oficina lo tiene.', until: (when) => `El especialista vuelve a verlo: ${when}.`, officeUntil: (when) => `Otra oficina lo tiene hasta: ${when}.` },
  },
  call: {
    ask: 'Pedir una llamada', title: 'Pedir una llamada', go: 'Pedir la llamada', keeps: 'Conserva su lugar en la fila.', waits: 'Se pidió una llamada', slot: (when) => `La llamada está fijada: ${when}`, snoozed: (when) => `La llamada espera hasta: ${when}`, missed: 'Llamamos y nadie contestó', next: (c, of) => `Pronto viene el intento ${c} de ${of}.`, now: 'Le estamos llamando ahora', reached: 'Ya hablaron por teléfono', 'given-up': 'No pudimos comunicarnos con usted', cancelled: 'La llamada se canceló', again: 'Pídala otra vez o escriba aquí.',
    ready: 'Estoy listo', isReady: 'Usted dijo que está listo.', later: 'Más tarde', cancel: 'Cancelar la llamada', cancelSure: '¿Cancelar la llamada?', cancelText: 'Su pregunta sigue en la fila, en el mismo lugar.', keep: 'Conservarla', laterTitle: 'Llámenme más tarde', laterText: 'Nadie llama antes. Se conserva su lugar en la fila.', minutes: (c) => n(c, { one: 'En 1 minuto', other: 'En # minutos' }), hours: (c) => n(c, { one: 'En 1 hora', other: 'En # horas' }), laterGo: 'Fijarlo',
    code: (mine, theirs) => `Usted lee ${mine}. Deben contestar ${theirs}. Si no, cuelgue.`, mine: 'Usted lee', theirs: 'Ellos contestan', hangUp: 'Si dicen otro número, cuelgue y avise al responsable de la línea.', codesLate: 'Los códigos de esta llamada están en camino.',
  },
  cases: {
    title: 'Casos', nav: 'Preguntas', text: 'Cómo estaba cada caso cuando lo vio un especialista. El más nuevo va primero.', find: 'Buscar por nombre o número de caso', none: 'Ningún especialista le ha enviado un caso todavía', noneText: 'Cuando lo haga, aparecerá aquí y aquí se queda para leerlo.', noMatch: (q) => `Nada coincide con “${q}”.`, go: 'Abrir la conversación', of: (subject) => `De “${subject}”`, count: (c) => n(c, { one: '1 caso', other: '# casos' }), loading: 'Cargando sus casos', unnamed: 'Un consumidor',
  },
}
