// Lo que dicen las pantallas, en español. La forma es la del inglés, en en.ts.

import { counter } from './plural.ts'
import { es as rules } from './rules.ts'
import type { Words } from './en.ts'
import { problems } from './es-problems.ts'
import { talk } from './es-talk.ts'
import { work } from './es-work.ts'

const n = counter(rules)

export const words: Words = {
  app: {
    name: 'arcline', skip: 'Ir a la parte principal', menu: 'Menú', notices: 'Avisos', you: 'Usted y los ajustes', lookAfter: 'Líneas y personas', settings: 'Ajustes', signOut: 'Salir', language: 'Idioma', loading: 'Cargando',
    stillLoading: 'Todavía cargamos sus mensajes', close: 'Cerrar', cancel: 'Cancelar', back: 'Volver', next: 'Continuar', done: 'Listo', copy: 'Copiar', copied: 'Copiado', print: 'Imprimir',
    remove: 'Quitar', show: 'Mostrar', hide: 'Ocultar', notFound: 'No hay nada en esta dirección',
    notFoundHint: 'Puede ser para otra persona, o el enlace está cortado.', home: 'Ir al inicio', unread: (c) => n(c, { one: '# sin leer', other: '# sin leer' }),
    titleUnread: (c) => `(${c}) arcline`, steps: (a, b) => `Paso ${a} de ${b}`,
  },
  roles: {
    navigator: 'Navegador', cac: 'Consejero certificado de solicitudes', broker: 'Agente de seguros', support: 'Personal de apoyo del agente', specialist: 'Especialista', lead: 'Responsable de línea',
    'agency-admin': 'Administrador de la agencia', registrar: 'Registrador', records: 'Oficial de archivos', auditor: 'Auditor',
  },
  banner: {
    offline: 'No tiene conexión. Enviaremos sus mensajes cuando vuelva.', back: 'Ya hay conexión.',
    sent: (c) => n(c, { one: 'Se envió 1 mensaje.', other: 'Se enviaron # mensajes.' }), waiting: (c) => n(c, { one: '1 mensaje espera en este equipo.', other: '# mensajes esperan en este equipo.' }),
    alarmTitle: 'Dejamos de enviar para proteger a los consumidores', alarm: 'El servicio mostró algo que no concuerda con lo que mostró antes. Ya no se envía nada desde este equipo. No escriba aquí sobre consumidores. Llame a su registrador y léale esto:',
    timeout: (m) => `Por seguridad, su acceso termina en ${m}.`, minutes: (c) => n(c, { one: 'cerca de 1 minuto', other: 'cerca de # minutos' }), under: 'menos de un minuto',
    timeoutKept: 'Lo que escribió queda guardado en este equipo.', stay: 'Seguir dentro',
  },
  entry: {
    welcome: 'Mensajes privados con el mercado de seguros', welcomeText: 'Pregunte a los especialistas sobre una solicitud, un caso o un pago. Solo usted y quienes le ayudan pueden leerlo.',
    starting: 'Iniciando', startingText: 'Leemos lo que guarda este navegador.', haveLetter: 'Tengo una carta', haveLetterText: 'Su registrador le envió una carta con un enlace o un código. Empiece aquí si es nuevo.',
    second: 'Uso arcline en otro equipo', secondText: 'Agregue este navegador. Necesita tener su otro equipo a mano.', which: 'Preparar este navegador', which2: 'Este navegador aún no está listo. ¿Qué tiene usted?',
    unusable: 'Este navegador no puede guardar bien sus mensajes', unusableStorage: 'arcline debe guardar algunas cosas en este equipo y el navegador no lo permite. Pasa cuando los datos del sitio están bloqueados o el disco está lleno.',
    unusablePrivate: 'Está en una ventana privada. Al cerrarla se olvida todo, y tendría que empezar de nuevo cada vez.', unusableCrypto: 'A este navegador le faltan partes que arcline necesita para proteger los datos de los consumidores.',
    unusableDo: 'Qué hacer', unusableDoStorage: 'Permita los datos del sitio para esta dirección en los ajustes del navegador, o libere espacio. Después intente otra vez.', unusableDoPrivate: 'Abra esta dirección en una ventana normal.',
    unusableDoCrypto: 'Actualice el navegador o use otro.', which3: 'Ver qué navegadores sirven', again: 'Intentar otra vez',
    signIn: 'Entrar', name: 'Nombre de acceso', password: 'Contraseña', code: 'Seis cifras de su app de verificación', codeHint: 'Cambian cada 30 segundos.',
    signInPasskey: 'Entrar con una llave de acceso',
    forget: 'Olvidar este navegador', forgetText: 'En un equipo compartido, quite todo lo que arcline guarda aquí: mensajes, borradores y el permiso de este equipo para entrar.', forgetSure: '¿Olvidar todo en este navegador?',
    forgetCost: 'Se pierden los borradores que no envió. Para volver a entrar necesitará otro equipo suyo o una carta nueva.', forgetYes: 'Olvidar todo', otherPerson: '¿No es usted?',
    suspended: 'Su acceso está suspendido', suspendedText: 'No puede leer ni escribir hasta que se lo devuelvan. Lo que envió se queda, y también lo que estaba escribiendo en este equipo. Pregunte al administrador de su agencia o al registrador.', removed: 'Este equipo fue quitado de su cuenta', removedText: 'Ya no puede entrar con él. Use otro de sus equipos, o llame a su registrador si no lo hizo usted.',
    lost: '¿Perdió el teléfono u olvidó la contraseña? Llame a su registrador. Comprueba quién es usted y le envía otra carta.', trouble: '¿Problemas para entrar?',
  },
  setup: {
    title: 'Preparar arcline', letterText: 'Abra el enlace de su carta en este equipo, o escriba el código impreso debajo.', letterCode: 'Código de la carta', letterHint: 'Sirven mayúsculas y minúsculas. Puede omitir los guiones.',
    reading: 'Leemos su carta…', forYou: (who) => `Esta carta es para ${who}`, forAgency: (a) => `La escribió ${a}.`, notYou: 'Si no es usted, pare aquí y avise a su registrador.', itsMe: 'Sí, soy yo',
    password: 'Elija una contraseña', passwordText: 'Al menos 12 caracteres. Cuatro palabras que no van juntas son fáciles de recordar y difíciles de adivinar.', password2: 'Escríbala otra vez', short: 'Use al menos 12 caracteres.', differ: 'Las dos no son iguales.',
    storage: 'arcline guarda sus mensajes con candado en este equipo. No lo prepare en un equipo que comparte.', making: 'Preparamos este equipo. Puede tardar unos segundos…',
    recovery: 'Anote su código de recuperación', recoveryText: 'Si pierde todos sus equipos, este código le devuelve sus mensajes. Solo se muestra ahora. Nadie más lo tiene y nadie puede buscarlo.',
    recoveryKeep: 'Guárdelo en papel, donde guarda su pasaporte.', recoveryNext: 'Ya lo anoté', check: 'Revise su nota', checkText: 'Escriba dos grupos del código, para saber que su nota está bien.', group: (i) => `Grupo ${i}`,
    wrongGroup: (i) => `El grupo ${i} es distinto. Mire otra vez su nota.`, groupLabel: 'Código de recuperación en grupos', seeAgain: 'Ver el código otra vez',
    app: 'Conecte una app de verificación', appText: 'La app muestra seis cifras que cambian cada 30 segundos. Las escribe al entrar y antes de enviar datos privados.', appScan: 'Escanee esta imagen con la app de su teléfono.',
    appCopy: '¿No tiene cámara? Copie este texto en la app.', appQr: 'Imagen para escanear con la app de verificación', appCode: 'Seis cifras que la app muestra ahora', appWhich: 'Sirve cualquier app de verificación. Si no tiene, busque una en la tienda de su teléfono.', finish: 'Terminar',
    done: 'Todo listo', doneText: 'Su registrador confirma ahora que es usted. Suele ser el mismo día. Puede cerrar esta página.', doneNext: 'Qué sigue', doneNext1: 'El registrador compara su nombre con el registro.', doneNext2: 'Puede llamarle para estar seguro.', doneNext3: 'Después puede escribir aquí. Ya no necesita la carta.',
    waiting: 'Esperamos a su registrador', waitingText: 'Esta página cambia sola cuando pueda empezar.', whatYouNeed: 'Necesita', needPhone: 'su teléfono, para la app de verificación', needPaper: 'papel y lápiz, para un código', needTime: 'unos cinco minutos',
  },
  second: {
    title: 'Agregar este navegador', nameLabel: 'Su nombre de acceso', make: 'Mostrar un código', codeTitle: 'Escriba este código en su otro equipo',
    how1: 'Abra arcline en el equipo que ya usa.', how2: 'Vaya a Ajustes, luego Equipos, luego “Agregar un equipo”.', how3: 'Escriba el código allí.', waiting: 'Esperamos a su otro equipo…', expires: 'El código sirve 10 minutos.',
    approved: 'Este navegador fue agregado', approvedText: 'Entre ahora con su contraseña y el segundo paso.', blocked: 'Su otro equipo dijo que no', blockedText: 'Este navegador no fue agregado. Si no fue usted, alguien tiene su otro equipo: cambie allí la contraseña o llame a su registrador.',
    expired: 'El código ya no sirve', expiredText: 'No se agregó nada. Pida otro código cuando tenga a mano el otro equipo.', noOther: '¿Ya no tiene otro equipo?', noOtherText: 'Vuelva atrás y elija “Perdí todos mis equipos”. Si no tiene el código, llame a su registrador. Dos oficiales pueden ayudar.',
  },
  recover: {
    choice: 'Perdí todos mis equipos', choiceText: 'Necesita su código de recuperación, su contraseña y su app.', title: 'Vuelva con su código de recuperación',
    text: 'Sus mensajes vuelven a este navegador. Se quitan todos sus otros equipos y usted recibe un código nuevo.', code: 'Código de recuperación', codeHint: 'Nueve grupos. Sirven mayúsculas y minúsculas.', go: 'Traer mis mensajes', busy: 'Traemos sus mensajes…',
  },
  factor: {
    title: '¿Es usted?', why: 'Le pedimos otra vez el segundo paso, solo para esto.', code: 'Seis cifras de su app', go: 'Confirmar', passkey: 'Usar una llave de acceso', wrong: 'Escriba las seis cifras.',
  },
  own: {
    title: '¿Fue usted?', text: 'Algo cambió en su cuenta y no se hizo en este equipo. No se envía nada hasta que responda.', 'device-added': 'Se agregó un equipo', 'device-removed': 'Se quitó un equipo',
    'sealed-anew': 'Se cambió el candado de sus mensajes', 'code-replaced': 'Se cambió el código de recuperación', 'officers-changed': 'Cambiaron los oficiales que pueden ayudarle a recuperar su cuenta', device: (id) => `Equipo ${id}`, yes: 'Sí, fui yo', no: 'No, no fui yo',
    noTitle: 'Entonces actúe ya', no1: 'No escriba sobre consumidores hasta que esto se aclare.', no2: 'Llame a su registrador. Puede detener el otro equipo de inmediato.', no3: 'Cambie su contraseña en Ajustes.', openSettings: 'Abrir Ajustes', callNumber: (p) => `Teléfono: ${p}`,
  },
  errors: {
    title: (c) => n(c, { one: 'Hay una cosa por corregir', other: 'Hay # cosas por corregir' }), unexpected: 'Este equipo encontró algo que no esperaba. No se perdió nada de lo que escribió.', unexpectedHint: 'Vuelva a cargar la página. Si pasa otra vez, cuente a la mesa de ayuda qué hizo.',
    number: (x) => `Si llama por esto, dé el número ${x}.`, required: (what) => `Complete “${what}”.`, sixDigits: 'Escriba las seis cifras, sin espacios.',
  },
  problems,
  ...talk,
  ...work,
}
