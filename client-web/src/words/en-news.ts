// English: announcements, and when somebody is told.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'

const n = counter(rules)

export const news = {
  title: 'Announcements', from: (by: string, when: string) => `${by}, ${when}`, read: 'I have read this', isRead: 'Read', none: 'Nothing is announced now.',
  make: {
    title: 'New announcement', open: 'Everybody it is for can read it. It is signed by you, and it is not secret: write nothing about a consumer.', name: 'Title', text: 'What you want to say', who: 'For whom', all: 'All assisters', organization: 'Only people of this organization', organizationHint: 'As the roster writes it. Leave it empty for all.',
    begins: 'Show it from', beginsHint: 'Empty: at once.', ends: 'Show it until', send: 'Announce', done: 'It is announced.', noTitle: 'Write a title.', noText: 'Write what you want to say.', noEnd: 'Choose the last day. It must be after the first.',
  },
  list: { reads: (c: number) => n(c, { one: 'Read by 1 person', other: 'Read by # people' }), shown: (a: string, b: string) => `Shown from ${a} to ${b}`, for: (who: string) => `For ${who}`, withdraw: 'Take it back', withdrawn: 'Taken back', withdrawAsk: 'It is not shown any more. Who has read it stays counted.' },
  told: {
    nav: 'When you are told', title: 'When something waits for you', text: 'If you have not read what came, you are told after a while. You are only told that something came. Nobody learns from whom or about what.', mail: 'By email', mailHint: 'After 15 minutes, and once more after a day.', push: 'On this device', pushHint: 'A short notice, after a minute.',
    pushOff: 'This browser does not allow notices from here. You can change that in its settings.', quiet: 'Quiet hours', quietHint: 'Nothing is told in this time.', from: 'From', to: 'To', out: 'Out of office until', outHint: 'The other side sees this. You are told nothing until then.', save: 'Save', saved: 'Saved.', both: 'Quiet hours need a beginning and an end.',
  },
}

export type NewsWords = typeof news
