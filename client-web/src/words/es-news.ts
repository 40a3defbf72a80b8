// Spanish: announcements, and when somebody is told.

import type { NewsWords } from './en-news.ts'
import { counter } from './plural.ts'
import { es as rules } from './rules.ts'

const n = counter(rules)

export const news: NewsWords = {
  title: 'Avisos', from: (by, when) => `${by}, ${when}`, read: 'Lo he leído', isRead: 'Leído', none: 'No hay avisos ahora.',
  make: {
    title: 'Aviso nuevo', open: 'Lo puede leer toda persona a quien va dirigido. Usted lo firma y no es secreto: no escriba nada de un consumidor.', name: 'Título', text: 'Lo que quiere decir', who: 'Para quién', all: 'Todos los asistentes', organization: 'Solo personas de esta organización', organizationHint: 'Como está en el registro. Déjelo vacío para todas.',
    begins: 'Mostrarlo desde', beginsHint: 'Vacío: ahora mismo.', ends: 'Mostrarlo hasta', send: 'Avisar', done: 'El aviso está publicado.', noTitle: 'Escriba un título.', noText: 'Escriba lo que quiere decir.', noEnd: 'Elija el último día. Debe ser después del primero.',
  },
  list: { reads: (c) => n(c, { one: 'Leído por 1 persona', other: 'Leído por # personas' }), shown: (a, b) => `Se muestra desde ${a} hasta ${b}`, for: (who) => `Para ${who}`, withdraw: 'Retirarlo', withdrawn: 'Retirado', withdrawAsk: 'Ya no se muestra. Se conserva cuántos lo leyeron.' },
  told: {
    nav: 'Cuándo se le avisa', title: 'Cuando algo espera por usted', text: 'Si no ha leído lo que llegó, se le avisa después de un rato. Solo se dice que llegó algo. Nadie sabe de quién ni de qué.', mail: 'Por correo', mailHint: 'Después de 15 minutos, y otra vez después de un día.', push: 'En este aparato', pushHint: 'Un aviso corto, después de un minuto.',
    pushOff: 'Este navegador no permite avisos de aquí. Puede cambiarlo en sus ajustes.', quiet: 'Horas de silencio', quietHint: 'En ese tiempo no se avisa nada.', from: 'Desde', to: 'Hasta', out: 'Fuera de la oficina hasta', outHint: 'El otro lado lo ve. Hasta entonces no se le avisa nada.', save: 'Guardar', saved: 'Guardado.', both: 'Las horas de silencio necesitan un comienzo y un fin.',
  },
}
