// Español: los números de una línea, para sus líderes.

import type { BoardWords } from './en-board.ts'
import { counter } from './plural.ts'
import { es as rules } from './rules.ts'

const n = counter(rules)

export const board: BoardWords = {
  title: (l) => `Números de ${l}`, now: 'Ahora', again: 'Leer otra vez', asOf: (t) => `A esta hora: ${t}. Se lee otra vez cada minuto.`, print: 'Imprimir', none: 'Ninguna', queue: 'Ir a la fila', notLead: 'Solo un líder de la línea ve sus números', open: 'La línea está abierta.', shut: 'La línea está cerrada.',
  cards: { waiting: 'En la fila', oldest: 'La más antigua espera', atRisk: 'Vencen pronto', late: 'Con retraso', unclaimed: 'Con retraso y nadie la tiene' }, alarm: (c) => n(c, { one: '1 conversación tiene retraso y nadie la tiene', other: '# conversaciones tienen retraso y nadie las tiene' }), alarmText: 'Tome una, o propóngala a alguien.', since: (t) => t,
  stranded: 'Nadie puede seguir con estas', strandedText: 'Quien las tiene no puede seguir: su acceso terminó o fue detenido. Devuelva cada una para que otros puedan tomarla. Se conservan su lugar en la fila y todo lo que se dijo.', bringBack: 'Devolver a la fila', broughtBack: 'Vuelve a la fila.',
  urgent: 'Piden ir primero', urgentText: 'Diga si cada una puede pasar delante de las demás.', work: 'Quién está trabajando', name: 'Nombre', state: 'Situación', load: 'Carga', has: 'Conversaciones', skills: 'Habilidades', grant: 'El acceso termina', noGrant: 'Sin fin', change: 'Cambiar', skillsOf: (who) => `Habilidades de ${who}`, skillsHint: 'Nombres cortos, separados por comas.', saved: 'Guardado.', lead: 'Líder',
  today: 'Hoy por hora', chart: 'Gráfica', table: 'Los mismos números', hour: 'Hora', day: 'Día', total: 'Total', tells: (a, b) => `Barras: ${a}. Línea con puntos: ${b}.`, means: (m) => `Qué significa “${m}”`, meanings: 'Qué significan los números',
  measures: {
    arrived: 'Llegaron', answered: 'Respondidas', closed: 'Cerradas', reopened: 'Abiertas otra vez', abandoned: 'Retiradas', short_abandoned: 'Retiradas enseguida', closed_unanswered: 'Cerradas sin respuesta', service_level: 'A tiempo', median_speed: 'Espera usual', average_speed: 'Espera media', handle: 'Tiempo de trabajo', occupancy: 'Ocupación', first_contact: 'Resueltas de una vez', calls: 'Llamadas', backlog: 'Abiertas, por antigüedad', late: 'Con retraso', countdown: 'Cuenta regresiva',
  },
  report: 'Informe', from: 'Desde', to: 'Hasta', every: 'En pasos de', steps: { '60': 'Una hora', '1440': 'Un día', '0': 'Sin pasos' }, make: 'Mostrar el informe', wrongDays: 'Elija un primer día y un último día que no sea anterior.', rows: 'Guardar cada conversación en una tabla', rowsText: 'Una fila por conversación. Sin nombres y sin palabras.', csv: 'Guardar estos números', savedFile: 'El archivo se guardó.',
  backlog: 'Conversaciones abiertas por antigüedad', age: 'Antigüedad', waiting: 'En la fila', openCount: 'Abiertas', young: (a) => `hasta ${a}`, between: (a, b) => `de ${a} a ${b}`, old: (a) => `${a} o más`,
  countdown: 'Hasta la inscripción abierta', left: (c) => n(c, { one: 'Queda 1 conversación abierta.', other: 'Quedan # conversaciones abiertas.' }), days: (c) => n(c, { one: 'Queda 1 día hábil.', other: 'Quedan # días hábiles.' }), rate: (c) => n(c, { one: 'Cierre 1 en cada uno.', other: 'Cierre # en cada uno.' }), begins: (t) => `Empieza el ${t}.`,
  plan: {
    title: 'Cuántas personas hacen falta', perHour: 'Preguntas en una hora', handle: 'Minutos de trabajo por cada una', target: 'Porcentaje que se responde a tiempo', within: 'A tiempo significa en, en minutos', shrink: 'Porcentaje del tiempo pagado fuera del puesto', staff: 'Personas en el puesto', staffHint: 'Déjelo vacío para el mínimo que alcanza.', go: 'Calcular', wrong: 'Escriba un número mayor que 0.', wrongShare: 'Escriba un número de 1 a 99.', wrongShrink: 'Escriba un número de 0 a 95.', wrongStaff: 'Escriba un número entero, o nada.',
    needs: (c) => n(c, { one: '1 persona en el puesto', other: '# personas en el puesto' }), paid: (c) => n(c, { one: '1 persona pagada', other: '# personas pagadas' }), waits: 'Tienen que esperar', level: 'Respondidas a tiempo', average: 'Espera media', busy: 'Ocupación', seconds: (c) => n(c, { one: '1 segundo', other: '# segundos' }), result: 'Resultado',
  },
}
