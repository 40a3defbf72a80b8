// English: what a message holds besides words and files.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'

const n = counter(rules)

export const told = {
  form: { yes: 'Yes', no: 'No', empty: 'Left empty', line: (c: number) => `Line ${c}`, until: (day: string) => `until ${day}`, ended: (day: string) => `ended ${day}` },
  kinds: { name: 'Name', birth: 'Birth date', address: 'Address', email: 'Email', ssn4: 'Last four of the Social Security number', phone: 'Phone number' },
  consumers: {
    title: 'About whom', count: (c: number) => n(c, { one: '1 consumer', other: '# consumers' }), who: 'Consumer', case: 'Case', noCase: 'No case number', answer: 'Answer', card: 'Card',
    progress: (c: number, of: number) => `${c} of ${of} answered`, noAnswer: 'No answer yet', unknown: 'A consumer of this thread',
  },
  card: {
    closed: (what: string) => `Closed card with: ${what}`, open: 'Open the card', text: 'Both sides see that you opened it, and when. It closes by itself after a minute. Nothing of it is kept on this device.', title: (who: string) => `Open the card of ${who}?`,
    opened: (who: string) => `Card of ${who}`, seen: 'Both sides see that you opened it.', closes: (s: number) => n(s, { one: 'Closes in 1 second', other: 'Closes in # seconds' }), longer: 'One more minute', shut: 'Close the card', shutSaid: 'The card is closed.', waits: 'You can open the card once this has been sent.', empty: 'There is nothing on this card.',
  },
  consent: {
    title: 'Written permission', scope: 'What it covers', purpose: 'What it is for', given: 'Given on', until: 'Good until', untilNone: 'until the consumer takes it back', rescind: 'How to take it back', stands: (until: string) => `Permission good until ${until}`, open: 'Permission on file',
    taken: (on: string) => `Permission taken back on ${on}`, ended: (on: string) => `Permission ended on ${on}`, take: 'Permission taken back?',
    takeTitle: (who: string) => `${who} has taken the permission back?`, takeText: 'The specialist is told at once and stops working on this consumer. What was sent before stays in the record.', on: 'Taken back on', onWrong: 'Give the day. It cannot be later than today.', why: 'How or why, if it helps', takeGo: 'Send to the specialist', takeLine: (who: string, on: string) => `${who} took the permission back on ${on}.`,
  },
  answer: { answered: 'Answered', 'needs-more': 'More is needed', 'not-found': 'Not found', 'waits-office': 'Waits for another office', title: 'Answers' },
  cases: { title: 'Where the case stands', status: 'Status', notices: 'Notices', noticesNone: 'No notices', missing: 'Still missing', missingNone: 'Nothing is missing', asOf: (d: string) => `As the specialist saw it on ${d}`, asOfLabel: 'As of' },
  call: { file: 'Asks for a call-back at the number on file', sealed: 'Asks for a call-back at another number', sealedHint: 'Only whoever makes the call can open the number.' },
  spoke: { title: 'The consumer was on the line', checked: (what: string) => `Checked: ${what}`, warnings: 'Read aloud to them', none: 'Nothing was checked' },
  disclosed: {
    title: (what: string) => `Gives out private data: ${what}`,
    kinds: { application: 'application', status: 'case status', income: 'income', household: 'household', notices: 'notices', enrollment: 'enrollment', other: 'other data' } as Record<string, string>,
  },
}

export type ToldWords = typeof told
