// Lo que el servicio dice cuando algo no se puede, por su código.

type Told = { text: string; hint: string }

const update: Told = { text: 'El programa es antiguo para este servicio. No se cambió nada.', hint: 'Vuelva a cargar la página e intente otra vez.' }
const moved: Told = { text: 'La conversación cambió mientras tanto. No se guardó nada.', hint: 'El programa lee lo nuevo e intenta otra vez.' }
const connects: Told = { text: 'La conexión se cerró. No se perdió nada.', hint: 'El programa se conecta otra vez y sigue donde estaba.' }

export const problems: Record<string, Told> = {
  malformed: update, unknown_frame: update, method: update, statement_refused: update,
  too_large: { text: 'Es demasiado grande para enviar. No se cambió nada.', hint: 'Envíe lo largo como archivo, o un archivo más pequeño.' },
  rate: { text: 'Demasiadas acciones en poco tiempo. No se cambió nada.', hint: 'Espere un momento e intente otra vez.' },
  not_found: { text: 'No hay nada aquí con ese nombre.', hint: 'Revise el nombre. Solo ve aquello en lo que participa.' },
  forbidden: { text: 'Su función no permite esto. No se cambió nada.', hint: 'Pregunte a su responsable o al registrador.' },
  wrong_line: { text: 'Esta línea no es para usted. No se cambió nada.', hint: 'Navegadores y consejeros escriben a ARC. Agentes y su personal escriben a la línea de agentes.' },
  sign_in: { text: 'No ha entrado.', hint: 'Entre e intente otra vez. Lo que escribió queda en este equipo.' },
  recovery_code: { text: 'Este código de recuperación no sirve aquí. Quizá ya se usó o se cambió.', hint: 'Busque el código más nuevo que anotó. Si no lo encuentra, pregunte al registrador.' },
  sign_in_failed: { text: 'No se pudo entrar.', hint: 'Revise su nombre, su contraseña y las seis cifras, e intente otra vez.' },
  locked: { text: 'Demasiados intentos fallidos. El acceso descansa un rato.', hint: 'Espere 30 minutos o pregunte al registrador.' },
  proof: { text: 'Este equipo no pudo probar que es suyo.', hint: 'Entre otra vez en el equipo que fue aprobado.' },
  expired: { text: 'Se acabó el tiempo para esto.', hint: 'Entre o empiece otra vez. Lo que escribió queda en este equipo.' },
  replayed: { text: 'Esto ya se usó. Sirve una sola vez.', hint: 'Empiece otra vez.' },
  step_up_required: { text: 'Esto necesita otra vez su segundo paso. No se cambió nada.', hint: 'Escriba las seis cifras de su app.' },
  not_certified: { text: 'Su certificación no está vigente hoy. Puede leer, pero no escribir.', hint: 'Termine su certificación. Podrá escribir en cuanto el registro lo diga. Lo que escribió queda guardado.' },
  suspended: { text: 'Su acceso está suspendido o terminó. No se cambió nada.', hint: 'Pregunte al administrador de su agencia o al registrador. Lo que escribió queda en este equipo.' },
  roster: { text: 'El registro no permite esto. No se cambió nada.', hint: 'Mire la fila de la persona en el registro: debe estar activa, con la línea y la comprobación correctas.' },
  device_revoked: { text: 'Este equipo fue quitado de su cuenta.', hint: 'Use otro de sus equipos o pregunte al registrador.' },
  conflict: { text: 'Alguien escribió antes. No se cambió nada.', hint: 'El programa lee lo nuevo e intenta otra vez.' },
  taken: { text: 'Otra persona tomó esto primero. No se cambió nada.', hint: 'Tome el siguiente de la fila.' },
  bad_signature: { text: 'El mensaje no viene de la persona y el equipo que dice. No se guardó.', hint: 'Entre otra vez. Si se repite, avise al registrador.' },
  wrong_thread: moved, wrong_readers: moved, stale_keys: moved,
  wrong_state: { text: 'Eso no se puede ahora. No se cambió nada.', hint: 'Mire otra vez la conversación: ya avanzó.' },
  invitation: { text: 'Esta carta no sirve. Puede estar usada, vencida, retirada o sin aprobar.', hint: 'Espere la aprobación o pida otra carta al registrador.' },
  origin: { text: 'Esta página no puede usar el servicio.', hint: 'Abra la dirección que le dio su registrador.' },
  ticket: { text: 'No se pudo abrir la conexión.', hint: 'El programa intenta otra vez.' },
  too_many: { text: 'Hay demasiado abierto a la vez. No se cambió nada.', hint: 'Cierre algo primero.' },
  slow: connects, silent: connects,
  shutdown: { text: 'El servicio se reinicia. Lo confirmado queda guardado.', hint: 'El programa se conecta otra vez solo.' },
  unknown_outcome: { text: 'El servicio no sabe si esto se guardó.', hint: 'El programa pregunta otra vez. No se guarda dos veces.' },
  internal: { text: 'Algo falló de nuestro lado. No se cambió nada.', hint: 'Intente otra vez. Si se repite, dé este número al operador.' },
  witness_away: { text: 'El cambio está escrito y el testigo de la agencia aún no lo confirma. Hasta entonces nadie lo ve.', hint: 'No lo haga otra vez. Mire de nuevo en un minuto. Si sigue así, avise al operador.' },
  passkey_required: { text: 'Su agencia pide a su personal entrar con una llave de acceso. No se cambió nada.', hint: 'Agregue una llave de acceso en Ajustes y entre con ella.' },
  topic: { text: 'Esta línea no atiende ese tema con usted, o no de esta forma. No se envió nada.', hint: 'Elija otro tema o haga lo que el tema dice.' },
  unverified: { text: 'Todavía no se puede cerrar como hecho. Sigue abierto.', hint: 'Hable por teléfono con el consumidor, revise tres datos, lea los avisos y anótelo. Después ciérrelo.' },
  call_back: { text: 'Esta llamada no es posible ahora. No se cambió nada.', hint: 'Mire cómo está la llamada. Si la hora está ocupada, elija otra.' },
  reveal: { text: 'Estos datos están cerrados. No se mostró nada a nadie.', hint: 'Ábralos primero con su segundo paso. Los dos lados ven que lo hizo.' },
  password: { text: 'La contraseña es muy corta o fácil de adivinar. No se cambió nada.', hint: 'Elija al menos 12 caracteres sin su nombre, como cuatro palabras que no van juntas.' },
  offline: { text: 'No se puede llegar al servicio.', hint: 'Lo que escribió queda en este equipo y sale cuando vuelva la conexión.' },
  alarm: { text: 'El servicio mostró algo que no concuerda con lo de antes. Ya no se envía nada.', hint: 'No escriba aquí sobre consumidores. Llame a su registrador.' },
  'was-this-you': { text: 'Algo cambió en su cuenta y no se hizo aquí. No se envió nada.', hint: 'Mire el cambio y diga si fue usted.' },
  moot: { text: 'Esto ya no se puede. No se cambió nada.', hint: 'Mire otra vez la conversación.' },
  passkey: { text: 'No se usó la llave de acceso.', hint: 'Intente otra vez o use las seis cifras de su app.' },
  unexpected: { text: 'Este equipo encontró algo que no esperaba. No se perdió nada de lo que escribió.', hint: 'Vuelva a cargar la página. Si pasa otra vez, cuente a la mesa de ayuda qué hizo.' },
}
