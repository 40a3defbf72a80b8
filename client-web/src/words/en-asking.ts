// English: a new question by a line's rules, and where it stands.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'

const n = counter(rules)

export const asking = {
  topic: {
    elsewhere: 'Not for this line', elsewhereText: 'Nothing was sent. You can choose another topic.', byPhone: 'By phone', consumers: (c: number) => n(c, { one: 'One consumer', other: 'Up to # consumers' }), loading: 'Loading the topics',
    old: 'We could not load the topics of this line. You can still ask. A specialist sorts it.', more: 'Anything else', moreHint: 'Only if it does not fit above.', sensitive: 'This topic needs extra care. The specialist gives their second step before taking it.',
  },
  form: {
    title: 'Questions about it', optional: 'optional', choose: 'Choose one', addLine: 'Add a line', removeLine: (c: number) => `Remove line ${c}`, line: (c: number) => `Line ${c}`, yes: 'Yes', no: 'No', requiredIn: (what: string, where: string) => `Fill in “${what}” in “${where}”.`, day: (what: string) => `“${what}” needs a day, such as 2026-03-31.`,
    number: (what: string) => `“${what}” takes digits only.`, oneLine: (what: string) => `“${what}” needs at least one line.`,
  },
  names: { plain: (signs: string) => `The website refuses ${signs} in names. Here the name is kept just as you write it, and that is right.` },
  who: {
    title: 'About whom', text: (c: number) => n(c, { one: 'Give at least 1 detail of each consumer.', other: 'Give at least # details of each consumer.' }), kept: 'The details are locked in a card of their own. Your second step is asked when you send. They are not kept in your draft.',
    one: (c: number) => `Consumer ${c}`, label: 'What you call them here', labelHint: 'A short name that tells them apart. It shows in lists.', case: 'Case number', details: 'Details on the card', detailsOf: (c: number, of: number) => (c >= of ? `${c} given. That is enough.` : `${c} of ${of} given`),
    name: 'Name, as on official papers', birth: 'Birth date', address: 'Address', email: 'Email', ssn4: 'Last four digits of the Social Security number', add: 'Add a consumer', remove: 'Remove', removeOne: (c: number) => `Remove consumer ${c}`, most: (c: number) => n(c, { one: 'This topic takes 1 consumer.', other: 'This topic takes up to # consumers.' }),
    labelWrong: (c: number) => `Consumer ${c}: say what you call them.`, few: (who: string) => `${who}: more details are needed.`, ssnWrong: (who: string) => `${who}: give exactly four digits of the Social Security number.`, birthWrong: (who: string) => `${who}: the birth date is not a day in the past.`, emailWrong: (who: string) => `${who}: the email needs an @ sign.`,
    same: (subject: string, when: string) => `You asked about this case on ${when}: “${subject}”.`, sameGo: 'Go on there', sameText: 'One place for each case is faster. What you wrote here is kept as a draft.',
  },
  paste: {
    open: 'Add several from a spreadsheet', text: 'Copy the rows and paste them here. Columns: name, birth date, case number, last four digits. Each row is one consumer.', label: 'Rows from your spreadsheet', go: 'Add these consumers', added: (c: number) => n(c, { one: '1 consumer was added.', other: '# consumers were added.' }),
    over: (c: number) => n(c, { one: '1 row did not fit.', other: '# rows did not fit.' }), rowName: (c: number) => `Row ${c}: there is no name.`, rowBirth: (c: number) => `Row ${c}: the birth date is not a day, such as 3/31/1980.`, rowSsn: (c: number) => `Row ${c}: the last column takes four digits.`, none: 'Paste at least one row.',
  },
  consent: {
    title: 'Written permission', text: 'This topic needs a record of the consumer’s permission. You keep the paper.', same: 'The same permission for all consumers', sameHint: 'You write it once. Turn this off if one differs.', scope: 'What it covers', scopeText: 'Application, case, notices and enrollment', purpose: 'What it is for', purposeText: 'To help with applying and keeping coverage',
    given: 'Given on', until: 'Good until', untilHint: 'Leave it empty if it holds until the consumer takes it back.', rescind: 'How the consumer can take it back', rescindText: 'By telling their assister or the exchange, on paper, by phone or in person', missing: (who: string, what: string) => `${who}: fill in “${what}” of the permission.`, future: (who: string) => `${who}: the permission cannot start after today.`, ended: (who: string) => `${who}: the permission has ended. Ask for a new one first.`, all: 'All consumers',
  },
  phone: {
    ask: 'Is one of these part of it?', askHint: 'If so, all of it goes by phone. You do not need to write it down.', none: 'None of these', found: (what: string) => `This sounds like: ${what}. That must go by phone.`, foundText: 'You can stop writing. All of it goes to one call, also the other changes.', notMeant: 'That is not what I mean', whole: 'All of this goes to a call-back. The written part can stay short.',
    only: 'This is done by phone, with the consumer on the line. Say where to call.', title: 'Call-back', want: 'Call me back instead of writing', wantHint: 'You keep the same place in line.', where: 'Which number?', file: 'My number on file', other: 'Another number', number: 'Number to call', numberHint: 'With area code. Your second step is asked when you send.', numberWrong: 'Give a phone number with area code.', when: 'When?', now: 'As soon as it is my turn', left: (c: number) => n(c, { one: '1 place left', other: '# places left' }), never: 'This line does not call back right now. For this topic, call the line.', codes: 'You read two short codes to each other on the phone. They show here when the call begins.',
  },
  urgent: {
    label: 'Can it not wait?', none: 'It can wait its turn', reasons: { 'care-now': 'Somebody needs care or medicine now', 'coverage-ends': 'Coverage ends within days', newborn: 'A newborn needs coverage', 'deadline-today': 'A deadline is today' } as Record<string, string>,
    means: 'It goes ahead of the others. A lead looks at the reason and can put it back in its usual place.', state: { waits: 'Urgent. A lead will look at the reason.', agreed: 'Urgent. A lead agreed.', refused: 'A lead put it back in its usual place.' } as Record<string, string>, back: 'Not urgent any more', make: 'Say that it cannot wait', title: 'Why can it not wait?', go: 'Move it ahead', needed: 'Choose a reason.',
  },
  before: {
    who: 'Who reads it', promise: 'First answer promised', within: (what: string) => `within ${what}`, none: 'This line gives no promise', place: 'Place in line', placeNow: (c: number) => `You would be number ${c}`, expected: 'Somebody takes it', between: (from: string, to: string) => `between ${from} and ${to}`, unknown: 'We cannot say yet', kept: 'Promise kept this month', keptOf: (c: number, of: number) => `${c} of ${of}`,
    closed: (when: string) => `The line is closed now. It opens: ${when}.`, businessDays: (c: number) => n(c, { one: '1 business day', other: '# business days' }), openHours: (c: number) => n(c, { one: '1 hour while the line is open', other: '# hours while the line is open' }), openMinutes: (c: number) => n(c, { one: '1 minute while the line is open', other: '# minutes while the line is open' }),
    by: (when: string) => `by ${when}`, draft: 'Your words are kept as a draft. Details of consumers and phone numbers are not.',
  },
  stand: {
    label: 'Where it stands', place: (c: number) => `Number ${c} in line`, placeShort: (c: number) => `No. ${c} in line`, taken: (from: string, to: string) => `Likely taken between ${from} and ${to}`, answerBy: (when: string) => `Answer promised by ${when}`, closeBy: (when: string) => `Settled by ${when}`, paused: 'The clock is paused: it waits for you', risk: 'Time is getting short', late: 'The promise was not kept. It still has its place.', dueShort: (when: string) => `By ${when}`, you: 'Waits for you',
    wait: { assister: 'The specialist waits for your answer.', office: 'Another office has it.', until: (when: string) => `The specialist comes back to it: ${when}.`, officeUntil: (when: string) => `Another office has it until about ${when}.` },
  },
  call: {
    ask: 'Ask for a call-back', title: 'Ask for a call-back', go: 'Ask for the call', keeps: 'You keep your place in line.', waits: 'A call-back is asked for', slot: (when: string) => `A call-back is set for ${when}`, snoozed: (when: string) => `The call-back waits until ${when}`, missed: 'We called and nobody answered', next: (c: number, of: number) => `Try ${c} of ${of} comes soon.`, now: 'We are calling you now', reached: 'You spoke by phone', 'given-up': 'We could not reach you', cancelled: 'The call-back was cancelled', again: 'Ask again or write here.',
    ready: 'I am ready', isReady: 'You said that you are ready.', later: 'Later', cancel: 'Cancel the call', cancelSure: 'Cancel the call-back?', cancelText: 'Your question stays in line, in the same place.', keep: 'Keep it', laterTitle: 'Call me later', laterText: 'Nobody calls before then. Your place in line is kept.', minutes: (c: number) => n(c, { one: 'In 1 minute', other: 'In # minutes' }), hours: (c: number) => n(c, { one: 'In 1 hour', other: 'In # hours' }), laterGo: 'Set it',
    code: (mine: string, theirs: string) => `You read out ${mine}. They must answer ${theirs}. If not, hang up.`, mine: 'You read out', theirs: 'They answer', hangUp: 'If they say another number, hang up and tell your lead at the line.', codesLate: 'The codes for this call are on their way.',
  },
  cases: {
    title: 'Cases', nav: 'Questions', text: 'Where each case stood when a specialist looked. The newest is on top.', find: 'Find by name or case number', none: 'No specialist has sent you a case yet', noneText: 'When one does, it shows here and stays here to read.', noMatch: (q: string) => `Nothing fits “${q}”.`, go: 'Open the thread', of: (subject: string) => `From “${subject}”`, count: (c: number) => n(c, { one: '1 case', other: '# cases' }), loading: 'Loading your cases', unnamed: 'A consumer',
  },
}

export type AskingWords = typeof asking
