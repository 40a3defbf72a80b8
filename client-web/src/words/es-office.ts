// Español: lo que leen quienes cuidan de las personas.

import type { OfficeWords } from './en-office.ts'
import { counter } from './plural.ts'
import { es as rules } from './rules.ts'

const n = counter(rules)

export const office: OfficeWords = {
  tabs: { people: 'Personas', letters: 'Invitaciones', roster: 'Registro', lines: 'Líneas', returns: 'Regresos', log: 'Bitácora', threads: 'Volver a mis conversaciones' },
  back: (where) => `Volver a ${where}`,
  csv: 'Guardar esta lista en un archivo', csvSaved: (c) => n(c, { one: 'Se guardó un archivo con 1 fila.', other: 'Se guardó un archivo con # filas.' }),
  again: 'Mirar otra vez', loading: 'Cargando todavía', you: 'Usted', none: 'Su trabajo se hace en la línea de comandos. En el navegador todavía no hay nada para su función.',
  standing: {
    inactivated: 'Suspendida aquí por un administrador. No puede leer ni escribir.', suspended: 'Suspendida en el registro. No puede leer ni escribir.', ended: 'Terminada en el registro. No puede leer ni escribir.',
    'not-yet': 'Se le puede invitar. Aún no preparó una cuenta.', lapsed: 'La certificación no está vigente. Puede leer, pero no escribir.', certified: 'Certificada ahora. Puede leer y escribir.',
  },
  person: {
    facts: 'Quién es', login: 'Nombre de acceso', proofing: 'Cómo se comprobó', certified: 'Certificación', noEnd: 'El registro no dice un final', until: (d) => `Hasta el ${d}.`,
    left: (c) => n(c, { one: 'Queda 1 día.', other: 'Quedan # días.' }), past: (c) => n(c, { one: 'Fue ayer.', other: 'Fue hace # días.' }), today: 'Es hoy.',
    devices: 'Equipos', devicesNone: 'Aún no hay equipos: no se preparó una cuenta.', device: (x) => `Equipo ${x}`, added: (d) => `Agregado el ${d}`, removed: (d) => `Quitado el ${d}`, inUse: 'En uso',
    devicesHow: 'Cada persona quita sus propios equipos en Ajustes. Aquí puede cerrar todos sus accesos o suspenderla.',
    lines: 'Líneas', reach: 'Puede escribir a', works: 'Trabaja en', leads: 'responsable', none: 'Ninguna línea', acts: 'Lo que usted puede hacer',
    signOut: 'Cerrar todos sus accesos', signOutText: (who) => `En segundos, ${who} queda fuera en todos sus equipos y tiene que entrar otra vez. No se pierde nada. Los borradores quedan en sus equipos.`, signedOut: (who) => `Se cerraron todos los accesos de ${who}.`,
    danger: 'Quitar el acceso', suspend: 'Suspender', suspendTitle: (who) => `¿Suspender a ${who}?`,
    suspendText: (who, c) => `${c === 0 ? `${who} ya no podrá leer ni escribir desde ahora.` : `${who} ya no podrá leer ni escribir en ${n(c, { one: '1 conversación', other: '# conversaciones' })} desde ahora.`} Lo enviado se queda. Para deshacerlo, importe un registro en el que ${who} esté en activo.`,
    suspendHint: 'En segundos ya no podrá leer ni escribir nada, en ningún equipo.', suspended: (who) => `${who} queda en suspenso.`, self: 'No puede suspenderse a sí mismo.',
    gone: 'Nadie en el registro tiene este número, o usted no puede ver a esa persona.', changeRole: 'La función, la línea y las fechas se cambian en el registro.',
  },
  letters: {
    title: 'Invitaciones', sponsor: 'Esperan su aprobación', sponsorText: 'Alguien fue invitado y usted puede responder por esa persona. La carta sirve solo después de que usted diga que sí.', sponsorNone: 'Nadie espera su aprobación.',
    approve: 'Aprobar', approveAll: (c) => n(c, { one: 'Aprobar', other: 'Aprobar las #' }), refuse: 'Rechazar', approveTitle: (who) => `¿Aprobar a ${who}?`, approveText: (who) => `Usted responde por ${who}. La carta sirve desde entonces.`,
    approveAllTitle: (c) => n(c, { one: '¿Aprobar a 1 persona?', other: '¿Aprobar a # personas?' }), approveAllText: 'Usted responde por cada una. Sus cartas sirven desde entonces.',
    refuseTitle: (who) => `¿Rechazar a ${who}?`, refuseText: 'La carta no servirá nunca. El registrador puede escribir otra.', approved: (c) => n(c, { one: 'Se aprobó 1 invitación.', other: 'Se aprobaron # invitaciones.' }), refused: (who) => `La carta para ${who} ya no sirve.`,
    invitedBy: (who, d) => `Invitada por ${who}, ${d}`, worksUntil: (d) => `Sirve hasta: ${d}`,
    not: 'Aún no han venido', notText: 'Estas personas están en el registro y no tienen cuenta. Elija para quién escribir una carta. Una carta nueva no anula otra anterior: cada una sirve una vez, durante 7 días.', notNone: 'Todas las personas del registro tienen cuenta.',
    choose: 'Elegir', chooseOne: (who) => `Carta para ${who}`, chosen: (c) => n(c, { one: 'Escribir 1 carta', other: 'Escribir # cartas' }), chooseFirst: 'Elija al menos a una persona.', filter: 'Filtrar por nombre, número, organización o función',
    makeTitle: (c) => n(c, { one: '¿Escribir 1 carta?', other: '¿Escribir # cartas?' }), makeText: 'Quien tiene una carta puede preparar la cuenta. Entréguela usted mismo o mándela por correo postal.', make: 'Escribir',
    made: (c) => n(c, { one: '1 carta está lista', other: '# cartas están listas' }), madeText: 'Los códigos se muestran solo ahora y solo aquí. El servicio nunca los recibe.', print: 'Imprimir', file: 'Guardar el archivo para la carpeta de la agencia',
    fileText: 'La máquina que certifica tiene que conocer los códigos. Guarde este archivo y cárguelo allí con “arcline take-in”. Después bórrelo. Sin él nadie que use estas cartas puede certificarse.', fileSaved: 'El archivo se guardó. Cárguelo y después bórrelo.',
    done: 'Ya las imprimí y guardé el archivo', needSponsor: 'Una carta sirve solo después de que alguien responda por la persona.', leave: '¿Quitar las cartas de aquí?', leaveText: 'No se pueden mostrar otra vez. Siempre puede escribir otras.', leaveYes: 'Quitarlas de aquí',
    waiting: 'Listas y en espera de certificación', waitingText: 'Un navegador no puede certificar a nadie. Lo que firma los certificados queda en la máquina de la agencia y nunca viene aquí. Allí, “arcline registrar” certifica a quienes esperan, sin ayuda.', waitingNone: 'Nadie espera.',
    ready: 'Lista para certificar', notReady: 'Aún no termina de preparar la cuenta', state: 'Estado',
  },
  paper: {
    title: (agency) => `${agency}: su invitación a mensajes seguros`, dear: (who) => `Para ${who}:`,
    text: (d) => `Ahora puede escribir al mercado de seguros sin que nadie en medio pueda leerlo. Con esta carta prepara su cuenta. Sirve una vez, hasta el ${d}. No la enseñe: quien la tiene puede actuar como usted. Si otra persona la vio, díganoslo antes de usarla.`,
    name: 'Su nombre de acceso', address: 'Dirección web', code: 'Su código', qr: 'La dirección web con su código, para escanear', need: 'Lo que necesita',
    needs: ['Un equipo que solo use usted.', 'Una app en su teléfono que muestra seis cifras. Cambian todo el tiempo.', 'Una contraseña que no use en otro lugar. Cuatro palabras seguidas sirven.'],
    steps: 'Qué pasa', does: ['Abra la dirección web o escanee la imagen y prepare su cuenta. Recibe otro código: anótelo y guárdelo bajo llave.', 'Comprobamos que fue usted quien usó esta carta y le dejamos entrar.', 'Rompa esta carta. No sirve dos veces.'],
    never: 'Nunca pedimos su código, su contraseña ni sus seis cifras, ni por teléfono ni por correo.', mark: 'Para que sepa que somos nosotros: nuestra marca es',
  },
  roster: {
    title: 'Registro', text: 'Elija el registro más nuevo que hicieron sus sistemas. Verá qué cambiaría antes de que se haga algo.', choose: 'Elegir un archivo del registro (CSV)', compare: 'Mostrar qué cambiaría', comparing: 'Comparando…',
    none: 'Elija primero un archivo.', tooBig: 'Este archivo es demasiado grande para un registro.', problems: (c) => n(c, { one: 'El archivo tiene 1 error. No se cambió nada.', other: 'El archivo tiene # errores. No se cambió nada.' }), mend: 'Corríjalos donde se hace el archivo y elíjalo otra vez.',
    line: (i) => `Fila ${i}`, said: 'Qué está mal', row: 'Fila', whole: 'El archivo', content: 'Lo que dice la fila', same: (c) => n(c, { one: '1 persona queda igual.', other: '# personas quedan igual.' }),
    sums: { 'loses access now': (c) => n(c, { one: '1 persona pierde el acceso ahora', other: '# personas pierden el acceso ahora' }), 'gains access now': (c) => n(c, { one: '1 persona obtiene acceso ahora', other: '# personas obtienen acceso ahora' }), new: (c) => n(c, { one: '1 persona es nueva', other: '# personas son nuevas' }), changed: (c) => n(c, { one: '1 persona cambia', other: '# personas cambian' }) },
    whats: { 'loses access now': 'Pierde acceso', 'gains access now': 'Obtiene acceso', new: 'Nueva', changed: 'Cambia' }, what: 'Qué', who: 'Quién', how: 'En palabras', nothing: 'Este archivo no cambia nada.', changes: 'Lo que cambiaría', did: 'Lo que cambió',
    waits: 'También espera un archivo más nuevo en la carpeta del servicio. Lo que importe aquí va primero.', go: 'Poner en vigor este registro', goTitle: '¿Poner en vigor este registro?', goText: (loses, gains) => `${n(loses, { one: '1 persona pierde el acceso de inmediato', other: '# personas pierden el acceso de inmediato' })}. ${n(gains, { one: '1 persona obtiene acceso', other: '# personas obtienen acceso' })}. Lo enviado se queda.`,
    done: (c) => n(c, { one: 'El registro está en vigor. Cambió 1 persona.', other: 'El registro está en vigor. Cambiaron # personas.' }), folder: 'Ponga el mismo archivo en la carpeta de la agencia, como “roster.csv”. Los certificados se firman según ese.', checksum: 'Suma de control del archivo (SHA-256)',
  },
  lines: {
    title: 'Líneas', text: 'Quién lee lo que se envía a una línea y a quién se puede poner en ella.', people: 'Personas en esta línea', peopleTable: 'Personas en la línea', name: 'Nombre', role: 'Función', part: 'Parte', works: 'Lee y responde', leads: 'Responsable', both: 'Responsable, lee y responde', standing: 'Situación hoy', act: 'Acción',
    wall: 'Quién puede llegar a ella', wallText: 'El registro nombra esta línea para estas personas. Nadie más puede escribirle ni ser puesto en ella.', wallRow: (role, c) => `${role}: ${n(c, { other: '#' })}`, wallNone: 'El registro no nombra esta línea para nadie.', wallOwn: 'Aquí ve solo su propia organización.',
    lock: 'El candado de la línea', lockFresh: (d) => `Solo las personas de arriba pueden abrir lo que espera aquí. El candado se cambió por última vez: ${d}.`, lockStale: (d) => `Alguien que ya no está en la línea aún podría abrir lo que espera, o alguien que está no puede. El candado se cambió por última vez: ${d}. Se cambia en cuanto entre una de sus personas.`,
    lockNone: 'Nadie ha empezado en esta línea. Empieza cuando entra su responsable.', notFounded: 'Esta línea no ha empezado. Empieza cuando se certifica su primer responsable.', add: 'Agregar a alguien', addText: 'Personal certificado para quien el registro nombra esta línea.', addNone: 'Todas las personas para quienes el registro nombra esta línea ya están en ella.', addWho: 'Quién', addGo: 'Agregar a la línea', addFirst: 'Elija quién.',
    addTitle: (who, line) => `¿Agregar a ${who} a ${line}?`, addConsequence: (who) => `${who} podrá abrir todo lo que espera en la línea, también lo anterior.`, added: (who) => `${who} está en la línea.`,
    take: 'Quitar', takeTitle: (who, line) => `¿Quitar a ${who} de ${line}?`, takeConsequence: (who, line, c) => `${who} ya no podrá abrir lo que espera en ${line}. ${c === 0 ? '' : `${n(c, { one: `1 conversación que tomó ${who} se queda`, other: `# conversaciones que tomó ${who} se quedan` })} con ${who} hasta que las pase. `}Lo que ${who} ya leyó no se puede retirar.`, taken: (who) => `${who} ya no está en la línea.`,
    onlyLead: 'Solo un responsable de la línea pone o quita personas.', choose: 'Elija una línea', none: 'Aún no hay líneas.',
  },
  returns: {
    title: 'Regresos', text: 'A quien perdió todos sus equipos y el código de recuperación lo traen de vuelta dos oficiales. Cada uno llama al número registrado y oye el número del equipo nuevo.', none: 'Nadie está regresando ahora.', begin: 'Se empieza en la línea de comandos, con “arcline reissue start”.',
    phone: 'Número registrado', proofed: 'Comprobado de nuevo', began: (who, d) => `Empezado por ${who}, ${d}`, ends: (d) => `Termina: ${d}`, came: 'El equipo nuevo ya vino.', notCame: 'El equipo nuevo aún no viene.', released: (c) => `${n(c, { one: '1 de 2 oficiales está de acuerdo', other: '# de 2 oficiales están de acuerdo' })}.`,
    called: 'Número al que llamó', number: 'Número que le leyeron', numberHint: 'Cuatro grupos. Da igual mayúsculas o minúsculas.', release: 'De acuerdo', releaseTitle: (who) => `¿Traer de vuelta a ${who}?`, releaseText: (who) => `Usted dice que llamó a ${who} al número registrado y que le leyeron el número del equipo nuevo.`, releaseDone: 'Quedó anotado.',
    other: 'Este no es el número del equipo que vino. Cuelgue y llame otra vez. No lo apruebe.', needCalled: 'Escriba el número al que llamó.', cancel: 'Detener', cancelTitle: (who) => `¿Detener el regreso de ${who}?`, cancelText: 'La carta y el equipo nuevo ya no sirven. Se puede empezar de nuevo.', cancelDone: 'Se detuvo.', yours: 'Usted ya está de acuerdo o no guarda parte de esta cuenta.',
    states: { waiting: 'En espera', ready: 'Lista', done: 'Terminada', cancelled: 'Detenida', expired: 'Vencida' },
  },
  log: {
    title: 'Bitácora', text: 'Cada certificado, equipo y cambio de línea, en orden. Si alguien cambia o quita una fila, se nota.', looking: 'Leyendo y comprobando toda la bitácora', whole: (c) => `No falta nada: ${n(c, { one: '1 entrada está en su lugar', other: '# entradas se siguen una a otra' })}.`,
    checked: (seen) => `Este navegador comprobó que cada fila sigue a la anterior y que juntas son lo que el servicio firmó. ${n(seen, { one: 'Ya había visto 1', other: 'Ya había visto #' })} y todo estaba igual.`,
    witnesses: (c) => n(c, { one: '1 testigo la firmó también.', other: '# testigos la firmaron también.' }), notChecked: 'No se comprueba aquí: cada firma por separado, ni el registro. “arcline audit” lo hace.',
    bad: 'Esta bitácora no está entera. No se fíe de ella.', badDo: 'Avise de inmediato, por teléfono, al auditor y al operador. Antes guarde la lista.', faults: {
      row: (i) => `La fila ${i} no concuerda con lo que representa.`, order: (i) => `La fila ${i} no sigue a la anterior.`, root: (i) => `Las filas hasta la ${i} no son lo que el servicio firmó.`, signature: () => 'La firma de la bitácora no es buena.',
      witnesses: (i) => `Las filas hasta la ${i} no son lo que firmaron los testigos.`, seen: (i) => `Las filas hasta la ${i} no son lo que este navegador vio antes.`,
    },
    person: 'Persona', action: 'Acción', all: 'Todas', from: 'Desde el día', to: 'Hasta el día', table: 'Filas de la bitácora', index: 'Núm.', when: 'Cuándo', what: 'Qué pasó', by: 'Por', none: 'Ninguna fila coincide.', count: (c, of) => `${n(c, { other: '#' })} de ${n(of, { one: '1 fila', other: '# filas' })}`, more: (c) => n(c, { one: 'Mostrar 1 más', other: 'Mostrar # más' }),
    threads: 'Las conversaciones no están en esta bitácora. Lo que pasó en una queda en ella, firmado, para quienes pueden leerla. Accesos, invitaciones y suspensiones quedan en el registro interno del servicio.', save: 'Guardar estas filas con suma de control', saved: (x) => `Guardado. Suma de control del archivo (SHA-256): ${x}`, unknown: 'Alguien sin certificado', service: 'El servicio', agency: 'La agencia',
    groups: { certificate: 'Certificados', account: 'Cuentas y equipos', line: 'Líneas', agency: 'La propia agencia', service: 'El servicio' },
    did: {
      'agency/genesis': () => 'Empezó la agencia.', 'agency/issuer': () => 'Alguien puede firmar certificados desde ahora.', 'agency/issuer-revoke': () => 'Alguien ya no puede firmar certificados.', 'agency/custodian': () => 'Se puso el candado del oficial de archivos.', 'agency/policy': () => 'La agencia fijó las reglas para todos.',
      'agency/credential': (who, _line, role) => `Se certificó a ${who}: ${role}.`, 'agency/credential-revoke': (who) => `Se retiró el certificado de ${who}.`,
      'account/genesis': (who) => `${who} preparó una cuenta y su primer equipo.`, 'account/device-add': (who) => `${who} agregó un equipo.`, 'account/device-revoke': (who) => `Se quitó un equipo de ${who}.`, 'account/puk-rotate': (who) => `${who} cambió el candado de la cuenta.`, 'account/recovery-replace': (who) => `${who} tiene un código de recuperación nuevo.`, 'account/officers': (who) => `${who} eligió a los oficiales que pueden ayudar.`,
      'line/genesis': (_who, line) => `Empezó la línea ${line}.`, 'line/admin-set': (_who, line) => `Se nombraron los responsables de ${line}.`, 'line/member-add': (who, line) => `Se puso a ${who} en ${line}.`, 'line/member-remove': (who, line) => `Se quitó a ${who} de ${line}.`, 'line/rotate': (_who, line) => `Se cambió el candado de ${line}.`, 'line/floor': (_who, line) => `Se guardó lo antiguo de ${line}.`,
      build: () => 'El servicio empezó a servir otra versión de esta página.', access: () => 'El oficial de archivos abrió algo.',
    },
  },
}
