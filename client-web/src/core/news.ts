// What the agency tells its assisters, checked on this device; and how somebody
// wants to hear that something came.

import { checkAnnouncement } from '../crypto/chain/announcement.ts'
import { announcementStatement } from '../crypto/envelope/announcement.ts'
import { fromUTF8, utf8, type Bytes, type ID } from '../crypto/envelope/bytes.ts'
import { reasonOf } from '../crypto/envelope/refusal.ts'
import type { Factor } from '../link/calls.ts'
import type { NewAnnouncement, News } from '../link/desk.ts'
import * as wire from '../wire/gen.ts'
import { freshID } from './id.ts'
import { OfficeCalls } from './office.ts'
import { Alarm } from './problem.ts'

export abstract class NewsCalls extends OfficeCalls {
  async announcements(): Promise<News[]> {
    const { access, log, view } = this.who()
    const { announcements } = await access.call({ method: 'GET', path: '/v1/announcements' }, wire.decodeAnnouncementList)
    const out: News[] = []
    for (const x of announcements) {
      const signed = new Uint8Array(x.signed) as Bytes
      try {
        await log.learn(announcementStatement.decode(signed).acct)
        const a = await checkAnnouncement(signed, new Uint8Array(x.sig) as Bytes, log.book)
        out.push({
          id: a.id, by: view.nameOf(a.acct), from: Number(a.from), until: Number(a.until), roles: a.roles === '' ? [] : a.roles.split(','), organization: a.organization,
          title: a.title, text: fromUTF8(a.text) ?? '', read: x.read, reads: x.reads, withdrawn: x.withdrawn,
        })
      } catch (error) {
        if (reasonOf(error) === undefined) throw error
        throw new Alarm('an announcement that nobody who may has signed') // only the service can have put it there
      }
    }
    return out
  }

  async readAnnouncement(id: string): Promise<void> {
    await this.who().access.send({ method: 'POST', path: `/v1/announcements/${id}/read` })
  }

  async announce({ news, factor }: { news: NewAnnouncement; factor: Factor }): Promise<void> {
    const { access, log, maker } = this.who()
    await log.learn()
    const signed = announcementStatement.encode({
      agency: log.book.agency.id, id: freshID(), acct: maker.acct, dev: maker.dev, ktSize: log.view.size, ktRoot: log.view.root, from: BigInt(news.from), until: BigInt(news.until),
      roles: [...news.roles].sort().join(','), organization: news.organization, title: news.title, text: utf8(news.text),
    })
    const sig = await maker.sign.sign('announcement', signed)
    await access.withFactor(factor, { method: 'POST', path: '/v1/announcements', body: wire.encodeSigned({ signed, sig }) })
  }

  async withdrawAnnouncement({ id, factor }: { id: string; factor: Factor }): Promise<void> {
    await this.who().access.withFactor(factor, { method: 'POST', path: `/v1/announcements/${id as ID}/withdraw` })
  }

  async reach(): Promise<wire.Reach> {
    return this.who().access.call({ method: 'GET', path: '/v1/reach' }, wire.decodeReach)
  }

  async setReach(reach: wire.Reach): Promise<void> {
    await this.who().access.send({ method: 'PUT', path: '/v1/reach', body: wire.encodeReach(reach) })
  }

  async setPush(endpoint: string): Promise<void> {
    await this.who().access.send({ method: 'PUT', path: '/v1/push', body: wire.encodePush({ endpoint }) })
  }
}
