// Spanish: what a message holds besides words and files.

import type { ToldWords } from './en-told.ts'
import { counter } from './plural.ts'
import { es as rules } from './rules.ts'

const n = counter(rules)

export const told: ToldWords = {
  form: { yes: 'Sí', no: 'No', empty: 'Sin respuesta', line: (c) => `Línea ${c}`, until: (day) => `hasta el ${day}`, ended: (day) => `terminó el ${day}` },
  kinds: { name: 'Nombre', birth: 'Fecha de nacimiento', address: 'Dirección', email: 'Correo electrónico', ssn4: 'Últimos cuatro números del Seguro Social', phone: 'Número de teléfono' },
  consumers: {
    title: 'De quién se trata', count: (c) => n(c, { one: '1 consumidor', other: '# consumidores' }), who: 'Consumidor', case: 'Caso', noCase: 'Sin número de caso', answer: 'Respuesta', card: 'Ficha',
    progress: (c, of) => `${c} de ${of} con respuesta`, noAnswer: 'Todavía sin respuesta', unknown: 'Un consumidor de esta conversación',
  },
  card: {
    closed: (what) => `Ficha cerrada con: ${what}`, open: 'Abrir la ficha', text: 'Las dos partes ven que usted la abrió y cuándo. Se cierra sola después de un minuto. Nada de ella se guarda en este dispositivo.', title: (who) => `¿Abrir la ficha de ${who}?`,
    opened: (who) => `Ficha de ${who}`, seen: 'Las dos partes ven que usted la abrió.', closes: (s) => n(s, { one: 'Se cierra en 1 segundo', other: 'Se cierra en # segundos' }), longer: 'Un minuto más', shut: 'Cerrar la ficha', shutSaid: 'La ficha está cerrada.', waits: 'Podrá abrir la ficha cuando esto se haya enviado.', empty: 'No hay nada en esta ficha.',
  },
  consent: {
    title: 'Permiso por escrito', scope: 'Qué abarca', purpose: 'Para qué es', given: 'Dado el', until: 'Vale hasta', untilNone: 'hasta que el consumidor lo retire', rescind: 'Cómo retirarlo', stands: (until) => `Permiso válido hasta el ${until}`, open: 'Hay permiso',
    taken: (on) => `Permiso retirado el ${on}`, ended: (on) => `El permiso terminó el ${on}`, take: '¿Retiró el permiso?',
    takeTitle: (who) => `¿${who} retiró el permiso?`, takeText: 'El especialista lo sabe enseguida y deja de trabajar en este consumidor. Lo que se envió antes queda en el registro.', on: 'Retirado el', onWrong: 'Indique el día. No puede ser después de hoy.', why: 'Cómo o por qué, si ayuda', takeGo: 'Enviar al especialista', takeLine: (who, on) => `${who} retiró el permiso el ${on}.`,
  },
  answer: { answered: 'Con respuesta', 'needs-more': 'Falta algo', 'not-found': 'No se encontró', 'waits-office': 'Espera a otra oficina', title: 'Respuestas' },
  cases: { title: 'Cómo está el caso', status: 'Estado', notices: 'Avisos', noticesNone: 'No hay avisos', missing: 'Todavía falta', missingNone: 'No falta nada', asOf: (d) => `Como lo vio el especialista el ${d}`, asOfLabel: 'Al día' },
  call: { file: 'Pide que lo llamen al número registrado', sealed: 'Pide que lo llamen a otro número', sealedHint: 'Solo quien hace la llamada puede abrir el número.' },
  spoke: { title: 'El consumidor estuvo en la línea', checked: (what) => `Se comprobó: ${what}`, warnings: 'Se le leyó', none: 'No se comprobó nada' },
  disclosed: {
    title: (what) => `Da datos privados: ${what}`,
    kinds: { application: 'solicitud', status: 'estado del caso', income: 'ingresos', household: 'hogar', notices: 'avisos', enrollment: 'inscripción', other: 'otros datos' },
  },
}
