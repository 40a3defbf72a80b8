// Español: el puesto del especialista, la tabla del registrador, y los ajustes.

import { counter } from './plural.ts'
import { es as rules } from './rules.ts'
import type { Words } from './en.ts'

const n = counter(rules)

export const work: Pick<Words, 'queue' | 'acts' | 'transfer' | 'closing' | 'doing' | 'context' | 'safety' | 'palette' | 'search' | 'help' | 'admin' | 'settings'> = {
  queue: {
    label: 'Conversaciones', lines: 'Líneas', mine: 'Mis conversaciones', groups: { offered: 'En camino a usted', turn: 'Le toca a usted', waiting: 'En espera', mine: 'Se espera al asistente', others: 'Con colegas', closed: 'Cerradas' }, fresh: (c) => n(c, { one: '1 conversación nueva', other: '# conversaciones nuevas' }),
    empty: (line) => `Nadie espera en ${line}`, emptyText: 'Las nuevas aparecen aquí solas.', choice: 'La conversación abierta', chooseTitle: 'Elija una conversación', choose: (next, open) => `Pulse ${next} para la siguiente y ${open} para abrirla.`, gone: 'Ya no está en esta lista', takenBy: (who) => `Con ${who}`, withYou: 'Con usted',
    waited: (t) => `Espera ${t}`, minutes: (c) => n(c, { one: '1 min', other: '# min' }), hours: (c) => n(c, { one: '1 hora', other: '# horas' }), days: (c) => n(c, { one: '1 día', other: '# días' }), marked: (c) => n(c, { one: '1 marcada', other: '# marcadas' }), mark: 'Marcada',
    moved: 'Se abrió la siguiente', noNext: 'Era la última', count: (c) => n(c, { one: '1 conversación', other: '# conversaciones' }),
  },
  acts: {
    next: 'Siguiente', previous: 'Anterior', reply: 'Responder', note: 'Nota interna', claim: 'Tomar', close: 'Cerrar y seguir', closeShort: 'Cerrar', unread: 'Marcar como no leída', release: 'Devolver', transfer: 'Pasar a otro', mark: 'Marcar esta fila', wait: 'Esperar o posponer', urgent: 'Va primero', suggest: 'Proponer a alguien', tie: 'Unir con otra conversación', move: 'Pasar a otra línea', history: 'Lo que pasó hasta ahora', call: 'Devolver la llamada', help: 'Atajos', search: 'Buscar mensajes', palette: 'Buscar todo', accept: 'Terminar el paso', ask: 'Preguntar “¿Es usted?”', more: 'Más',
    claimed: 'La conversación es suya. Solo usted y el asistente pueden leer lo que sigue.', lost: (who) => `${who} tomó esto primero. No se cambió nada.`, lostUnknown: 'Un colega tomó esto primero. No se cambió nada.', released: 'De vuelta en la línea. Todos los que trabajan allí pueden leerla.',
    closed: 'Cerrada. Una respuesta la abre otra vez.', unreadDone: 'Marcada como no leída', asked: 'Preguntado. La respuesta se ve en la conversación.', accepted: 'La conversación ya pasó.',
  },
  transfer: {
    title: 'Pasar esta conversación', to: 'A quién', find: 'Buscar por nombre', after: (who) => `Desde entonces ${who} y el asistente podrán leer y escribir. Usted no podrá leer lo que venga después.`, go: 'Pasarla', none: 'Nadie más trabaja en esta línea.',
    reason: 'Por qué', reasonFree: 'Por qué, si ayuda', reasonHint: 'Una nota interna para quien sigue. El asistente nunca la recibe.', reasonNeeded: 'Diga por qué. Bastan pocas palabras.', noReason: 'Aquí no puede escribir una nota interna, así que no puede dejar un motivo.', then: 'Quién podrá leerla entonces', backTitle: 'Devolver a la línea', back: 'Devolverla',
  },
  closing: { title: '¿Cómo terminó?', text: 'Pulse un número. Enter significa respondida.' },
  doing: {
    label: 'Lo que acaba de hacer', close: (s) => n(s, { one: 'Se cierra en 1 segundo', other: 'Se cierra en # segundos' }), release: (s) => n(s, { one: 'Se devuelve en 1 segundo', other: 'Se devuelve en # segundos' }), transfer: (to, s) => `${n(s, { one: 'En 1 segundo', other: 'En # segundos' })} pasa a ${to}`, sending: 'En marcha…',
    canUndo: (s) => n(s, { one: 'Puede deshacerlo durante 1 segundo.', other: 'Puede deshacerlo durante # segundos.' }), done: { close: 'Cerrada.', release: 'De vuelta en la línea.' }, went: (to, subject) => `Ahora ${to} tiene “${subject}”.`, failed: { close: 'No se cerró.', release: 'No se devolvió.', transfer: 'No se pasó.' }, undone: 'Deshecho. No cambió nada.', dismiss: 'Ocultar esto',
  },
  context: {
    title: 'Quién escribe', until: 'Certificado hasta', certified: 'Certificado hoy', notCertified: 'No certificado hoy', number: 'Número', organization: 'Organización', role: 'Función', factor: 'Último segundo paso', never: 'No en esta conversación', onBehalf: 'Por encargo de', compare: 'Comparar números de seguridad',
    nobody: 'Nadie la ha tomado todavía', show: 'Mostrar detalles', hide: 'Ocultar detalles',
  },
  safety: {
    title: (who) => `Comparar con ${who}`, text: 'Hágalo por teléfono o en persona. Si los dos ven los mismos números, no hay nadie en medio.', script: (who) => `Lea en voz alta la primera línea. ¿${who} lee lo mismo?`, call: 'Llame al número del registro, no a uno de un mensaje.', match: 'Coinciden', differ: 'No coinciden', matched: (who) => `Bien. Es ${who} de verdad.`,
    stop: 'Pare. No escriba a esta persona sobre consumidores.', stopText: 'Cuelgue y llame al registrador de inmediato. Diga que los números de seguridad no coinciden.', qr: 'En persona: escanee esta imagen con el otro equipo', line: (i) => `Línea ${i}`,
  },
  palette: { title: 'Buscar todo', label: 'Nombre, asunto o acción', none: (q) => `Nada para “${q}”`, actions: 'Acciones', threads: 'Conversaciones', go: 'Ir a', searchFor: (q) => `Buscar “${q}” en todos los mensajes` },
  search: {
    title: 'Buscar mensajes', label: 'Palabras que busca', go: 'Buscar', results: (c) => n(c, { one: '1 resultado', other: '# resultados' }), none: (q) => `Nada para “${q}”`, noneText: 'Basta una parte de la palabra. Pruebe con menos letras.', scope: (c, since) => `${n(c, { one: 'Se buscó en 1 conversación', other: 'Se buscó en # conversaciones' })} de este equipo, desde el ${since}.`,
    here: 'La búsqueda se hace en este equipo. Nadie ve lo que busca.', looking: 'Buscando…',
  },
  help: { title: 'Atajos', text: 'Los mismos en la lista y en la conversación. No hacen nada mientras escribe.', off: 'Los atajos de una letra están apagados. Actívelos en Ajustes.', always: 'Estos sirven siempre', send: 'Enviar', open: 'Abrir la conversación', close: 'Cerrar una ventana' },
  admin: {
    people: 'Personas', cannot: 'Aquí no puede leer conversaciones. Nadie puede desde esta parte de arcline: el texto tiene un candado que solo abren quienes participan en cada una.', filter: 'Filtrar por nombre, número, organización o función', count: (c, of) => (c === of ? n(c, { one: '1 persona', other: '# personas' }) : `${n(c, { other: '#' })} de ${n(of, { one: '1 persona', other: '# personas' })}`), name: 'Nombre', role: 'Función',
    organization: 'Organización', number: 'Número', state: 'Registro', standing: 'Situación hoy', until: 'Hasta', sortedUp: 'orden de primero a último', sortedDown: 'orden de último a primero', states: { active: 'Activa', suspended: 'Suspendida', ended: 'Terminada', inactivated: 'Desactivada' }, noneTitle: 'Nadie coincide',
    none: (q) => `Ninguna fila contiene “${q}”.`, clear: 'Quitar el filtro', more: (c) => n(c, { one: 'Mostrar 1 más', other: 'Mostrar # más' }), table: 'Personas del registro', loading: 'Cargamos el registro', only: 'Solo con un problema', mayWrite: 'Puede escribir', mayNot: 'No puede escribir',
  },
  settings: {
    title: 'Ajustes', display: 'Pantalla', devices: 'Equipos', signIn: 'Acceso y seguridad', shortcuts: 'Atajos', theme: 'Colores', themes: { system: 'Como mi equipo', light: 'Claros', dark: 'Oscuros' }, density: 'Espacio', densities: { comfortable: 'Cómodo', compact: 'Compacto' }, language: 'Idioma',
    partial: 'Aún no está todo traducido. El resto está en inglés.', undo: 'Tiempo para deshacer un mensaje', undoHint: 'Nada sale de este equipo hasta que pasa el tiempo.', undoSeconds: (s) => (s === 0 ? 'Ninguno. Enviar ya' : n(s, { one: '1 segundo', other: '# segundos' })), here: 'Estas opciones quedan en este equipo.',
    shortcutsOn: 'Usar atajos de una letra', shortcutsHint: 'Apáguelos si habla con su equipo o pulsa letras sin querer.', changeLetter: (act) => `Letra para ${act}`, taken: (x) => `“${x}” está repetida. Elija otra.`, reset: 'Volver a las letras de siempre',
    thisDevice: 'Este equipo', added: (d) => `Agregado el ${d}`, removed: (d) => `Quitado el ${d}`, removedNow: (x) => `${x} fue quitado.`, gone: (c) => n(c, { one: '1 equipo que se quitó', other: '# equipos que se quitaron' }),
    lastUsed: (d) => `Último uso: ${d}`, removeOne: (x) => `Quitar ${x}`, removeTitle: (x) => `¿Quitar ${x}?`, removeText: 'Sale de inmediato y no puede leer nada nuevo. Lo que ya mostró no se puede retirar. Los mensajes que usted envió se quedan.', deviceName: (x) => `Equipo ${x}`,
    addTitle: 'Agregar un equipo', addText: 'En el equipo nuevo, elija “Uso arcline en otro equipo”. Muestra un código. Escríbalo aquí.', addCode: 'Código del equipo nuevo', addLook: 'Buscarlo', isItYou: '¿Acaba de pedir esto?', asks: (name, when) => `Un equipo pide que lo agreguen. Su número es ${name}. Pedido: ${when}.`, approve: 'Sí, soy yo', block: 'No, bloquear',
    approved: 'El equipo fue agregado. Entre ahora en él.', blocked: 'El equipo no fue agregado. Si usted no lo pidió, alguien puede tener su contraseña: cámbiela ahora.', leave: 'No, no agregarlo', left: 'No se agregó nada. El código vence solo. Si usted no lo pidió, cambie su contraseña.',
    signIns: 'Dónde ha entrado', here2: 'Este', began: (d) => `Desde: ${d}`, ends: (d) => `Termina: ${d}`, end: 'Sacarlo', ended: 'Se cerró allí.', passkeys: 'Llaves de acceso', passkeysText: 'Con una llave de acceso entra y confirma con el dedo, la cara o el bloqueo de pantalla.', passkeysNone: 'No tiene ninguna.', passkeyAdd: 'Agregar una llave de acceso', passkeyName: 'Nombre para esta llave de acceso',
    passkeyUsed: (d) => `Último uso: ${d}`, passkeyNever: 'Nunca usada', passkeyRemove: '¿Quitar esta llave de acceso?', passkeyRemoveText: 'Ya no podrá entrar con ella.', passkeyUnable: 'Este navegador no puede usar llaves de acceso.', password: 'Contraseña', passwordOld: 'Contraseña de ahora', passwordNew: 'Contraseña nueva', passwordChange: 'Cambiar la contraseña', passwordDone: 'Su contraseña cambió.',
    history: 'Con qué ha podido entrar', kinds: { password: 'Contraseña', app: 'App de verificación' }, since: (d) => `Desde: ${d}`, untilDate: (d) => `hasta: ${d}`, recovery: 'Código de recuperación', recoveryText: 'El código que anotó al preparar arcline. Le devuelve sus mensajes si pierde todos sus equipos. No se puede mostrar otra vez.',
    recoveryNew: 'Hacer un código nuevo', recoveryLost: 'Si lo perdió, llame a su registrador. Puede ayudar a cambiarlo.', recoveryShown: 'Su código nuevo. El anterior ya no sirve.',
  },
}
