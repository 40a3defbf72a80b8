// Español: listas, conversaciones, escribir, y una pregunta nueva.

import { counter } from './plural.ts'
import { es as rules } from './rules.ts'
import type { Words } from './en.ts'

const n = counter(rules)

export const talk: Pick<Words, 'topics' | 'list' | 'status' | 'thread' | 'message' | 'event' | 'outcomes' | 'notes' | 'watch' | 'ask' | 'compose' | 'newq'> = {
  topics: {
    aor: { name: 'Agente del caso', help: 'Agregar o cambiar el agente de un caso.', subject: 'Agente del caso' },
    status: { name: 'Estado de la solicitud o del caso', help: 'En qué punto está, o qué falta.', subject: 'Estado del caso' },
    'life-event': { name: 'Cambio de vida', help: 'Un nacimiento, una mudanza, un trabajo, una boda.', subject: 'Cambio de vida' },
    account: { name: 'Crear la cuenta', help: 'El consumidor no puede crear una cuenta o entrar.', subject: 'Crear la cuenta' },
    notices: { name: 'Avisos y cartas', help: 'Una carta equivocada, que falta o no se entiende.', subject: 'Aviso' },
    enrollment: { name: 'Inscripción y planes', help: 'Elegir un plan, fechas de inicio, pagos.', subject: 'Inscripción' },
    certification: { name: 'Mi certificación', help: 'Cursos, su número, su propio estado.', subject: 'Mi certificación' },
    portal: { name: 'Problemas con el sitio web', help: 'Un error o una página que no funciona.', subject: 'Problema del sitio web' },
    other: { name: 'Otra cosa', help: 'Nada de esto coincide.', subject: '' },
  },
  list: {
    mine: 'Mis preguntas', newOne: 'Nueva pregunta', unreadCount: (c) => n(c, { one: '1 pregunta tiene algo nuevo', other: '# preguntas tienen algo nuevo' }), none: 'Nada nuevo', unreadGroup: 'Nuevo para usted', openGroup: 'Abiertas', closedGroup: 'Cerradas',
    empty: 'Aún no ha preguntado nada', emptyText: 'Escriba su primera pregunta. Un especialista la lee y responde aquí.', sealed: 'Aún no se puede leer en este equipo', draft: 'Borrador', waitsHere: (c) => n(c, { one: '1 sin enviar', other: '# sin enviar' }),
    noSubject: 'Sin asunto', with: (who) => `Con ${who}`, onBehalf: (who) => `Por ${who}`, sensitive: 'Pide un segundo paso para tomarla', loading: 'Cargamos sus preguntas',
    unread: (c) => n(c, { one: '1 mensaje nuevo', other: '# mensajes nuevos' }), marked: 'Marcada como no leída', choice: 'La pregunta abierta', choose: 'Elija una pregunta de la lista', chooseText: 'Sus mensajes se abren aquí.',
  },
  status: {
    waitingLine: (line) => `En espera de ${line}`, yourTurn: (line) => `${line} respondió. Le toca a usted`, theirTurn: (who) => `${who} se ocupa`, closed: (when) => `Cerrada el ${when}`, closedShort: 'Cerrada',
    next: { waiting: 'Un especialista la toma por turno. Puede agregar más mientras espera.', you: 'Lea la respuesta y conteste, o déjela si todo está claro.', them: 'No tiene que hacer nada ahora.', closed: 'Para abrirla otra vez, escriba una respuesta.' },
  },
  thread: {
    label: 'Mensajes', earlier: (c) => n(c, { one: 'Mostrar 1 mensaje anterior', other: 'Mostrar # mensajes anteriores' }), firstUnread: 'Nuevo desde aquí', whoReads: 'Quién puede leer esto', readersOf: (c) => n(c, { one: '1 puede leer', other: '# pueden leer' }),
    readersText: 'Lo decide el candado de cada mensaje, no solo un ajuste. Nadie más puede leerlo, tampoco el servicio.', line: (name) => `Todos los que trabajan en ${name}`, leads: (name) => `Responsables de ${name}`, records: (name) => `Archivo de ${name}, por ley`,
    urgent: '¿No puede esperar?', urgentCall: 'Llame al', toNewest: 'Ir al más nuevo', checking: 'Revisamos esta conversación antes de mostrarla completa…', you: 'Usted', unknown: 'Alguien sin certificar',
    opened: (d) => `Abierta el ${d}`, showAbout: 'Detalles',
  },
  message: {
    held: (s) => n(s, { one: 'Sale en 1 segundo', other: 'Sale en # segundos' }), sending: 'Enviando', sent: 'Enviado', delivered: 'Entregado', read: 'Leído', failed: 'No enviado', retry: 'Intentar otra vez', discard: 'Borrar', undo: 'Deshacer', factor: (when) => `Segundo paso dado ${when}`,
    factorAge: { now: 'en ese momento', minutes: (c) => n(c, { one: '1 minuto antes', other: '# minutos antes' }) }, identifiers: 'Contiene datos del consumidor', unproven: 'El segundo paso de este mensaje no es válido. No actúe con él. Pregunte “¿Es usted?” o llame.',
    onBehalf: (who) => `Escrito por encargo de ${who}`, removed: 'Este mensaje se quitó al terminar el tiempo en que debía guardarse.', before: 'Se escribió antes de que usted pudiera leer esta conversación. Pregunte a un colega que estaba.', broken: 'Este equipo no pudo abrir este mensaje. Deje otro de sus equipos encendido y conectado. Si ese puede abrirlo, esto se arregla solo.',
    fetch: 'Descargar', downloading: 'Traemos el archivo…', undone: 'No se envió. Su texto volvió al cuadro.', failedCheck: 'no pasó la prueba',
  },
  event: {
    open: (by) => `${by}: abrió esto`, claim: (by) => `${by}: tomó esto`, rekey: (by) => `Se cambió el candado, porque cambiaron los equipos de ${by}`, requeue: (by) => `${by}: lo devolvió a la línea`, 'transfer-offer': (by, to) => `${by}: lo ofreció a ${to}`,
    transfer: (by, to) => `${to} lo recibió de ${by}`, close: (by) => `${by}: cerró esto`, closedAs: (by, how) => `${by}: cerró esto. ${how}`, ask: (by) => `${by}: preguntó “¿es usted?”`, confirm: (by) => `${by}: confirmó “soy yo”`, reveal: (by) => `${by}: abrió los datos personales de un consumidor`, outreach: (by, to) => `${by}: escribió a ${to}`, refused: (by) => `Algo de ${by} rompió una regla y no se muestra`,
    readersNow: (names) => `Pueden leer desde aquí: ${names}`, somebody: 'Alguien', nobody: 'nadie todavía', unproven: 'pero el segundo paso no es válido',
  },
  outcomes: { answered: 'Respondida', 'no-answer': 'No pedía respuesta', duplicate: 'Preguntada dos veces', 'wrong-line': 'No es de esta línea', elsewhere: 'Resuelta de otra forma' },
  notes: {
    mode: 'Qué escribe', reply: 'Respuesta', note: 'Nota interna', only: 'Nota interna: el asistente nunca la recibe', box: 'Nota interna, solo para el personal', save: 'Guardar nota: solo personal', saved: 'Guardada. Solo la recibe el personal.', saving: 'Se guarda', failed: 'No se guardó', by: (who) => `Nota interna de ${who}`,
    shortcut: 'Ctrl+Enter guarda', whoReads: 'Quién puede leer las notas internas', handover: 'Por qué se pasó', carryToNote: 'Ya empezó una respuesta. ¿Mover este texto a una nota interna?', carryToReply: (who) => `Ya empezó una nota interna. Si mueve este texto a la respuesta, ${who} podrá leerlo cuando la envíe.`,
    carry: 'Mover el texto', leave: 'Dejarlo allí', locked: 'Aquí no puede escribir una nota interna.', waits: (who) => `Las notas internas de antes se abren cuando el equipo de ${who}, o de un responsable de línea, haya estado encendido. No se pierde nada.`, waitsAny: 'Se escribió antes de que usted pudiera leer estas notas. Pregunte a un colega que estaba.',
    removed: 'Esta nota se quitó al terminar el tiempo en que debía guardarse.', broken: 'Este equipo no pudo abrir esta nota. Pida a quien la escribió que la escriba otra vez.',
  },
  watch: { viewing: (who) => `${who} lo está viendo`, writing: (who) => `${who} está escribiendo`, more: (c) => n(c, { one: 'y 1 más', other: 'y # más' }) },
  ask: {
    title: '¿Es usted?', text: (by) => `${by} quiere estar seguro de que es usted quien escribe. Confirme con su segundo paso.`, confirm: 'Sí, confirmar con un código', waits: 'Se espera la respuesta a “¿Es usted?”', waitsText: 'No comparta datos de un consumidor hasta tenerla.',
  },
  compose: {
    to: 'Para', toLine: (line) => `Todos los que trabajan en ${line}`, label: 'Su mensaje', replyTo: (who) => `Responder a ${who}`, send: 'Enviar', sendTo: (who) => `Enviar a ${who}`, attach: 'Agregar archivo', attachHint: 'Fotos, PDF, Word o Excel, hasta 25 MB cada uno. También puede soltarlos o pegarlos aquí.',
    left: 'Usted ya no participa en esta conversación. Sus palabras se conservan aquí. Nadie más las tiene.', identifiers: 'Contiene datos de un consumidor', identifiersShort: 'Datos personales', identifiersHint: 'Actívelo para una fecha de nacimiento, una dirección o un número de caso. Al enviar se pide su segundo paso.', reminder: 'No escriba un número de Seguro Social completo. Bastan las últimas cuatro cifras.', empty: 'Primero escriba algo.',
    undoing: (s) => n(s, { one: 'Se envía en 1 segundo', other: 'Se envía en # segundos' }), undo: 'Deshacer', whyNot: {
      closed: 'Está cerrada. Para seguir, escriba una pregunta nueva.', lapsed: 'Su certificación no está vigente hoy; puede leer, pero no escribir. Podrá escribir en cuanto el registro lo diga.', 'not-yours': 'Otra persona responde aquí. Usted puede leer, pero no escribir.',
      'sealed-away': 'Este equipo no puede leer esta conversación, así que no puede escribir en ella.', 'claim-first': 'Tómela primero. Después puede responder.',
    },
    upload: (name, p) => `${name}: ${p} %`, uploadCancel: (name) => `Cancelar ${name}`, uploadRemove: (name) => `Quitar ${name}`, uploadRetry: (name) => `Intentar ${name} otra vez`, tooBig: (name) => `${name} pasa de 25 MB. Hágalo más pequeño o divídalo.`,
    badKind: (name) => `No recibimos archivos como ${name}. Use una foto, PDF, Word, Excel o texto.`, stillLoading: 'Un archivo está en camino. Espere o quítelo.', shortcut: 'Ctrl+Enter envía',
  },
  newq: {
    title: 'Nueva pregunta', step1: '¿De qué se trata?', line: '¿Qué línea?', subject: 'Asunto', subjectHint: 'Pocas palabras, sin el nombre de un consumidor.', text: 'Su pregunta', textHint: 'Qué pasó, qué intentó y qué necesita.', who: 'Quién la lee', when: 'Respuesta habitual',
    broker: 'Escribe por encargo de', brokerHint: 'El agente de quien es este trabajo.', sensitive: 'El especialista debe confirmar quién es antes de tomarla', sensitiveHint: 'Da su segundo paso. Para un asunto que pide más cuidado.', review: 'Revise antes de enviar', change: (what) => `Cambiar ${what}`, noLine: 'Aún no puede escribir a una línea',
    noLineText: 'Su fila del registro no tiene ninguna línea. Llame a su registrador.', topic: 'Tema', changeText: 'el texto',
    names: 'En los nombres de cuenta, omita acentos y signos como ñ, é o ’: el sitio web no los acepta. Aquí puede escribirlos como son.',
  },
}
