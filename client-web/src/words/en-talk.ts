// English: lists, threads, writing, and a new question.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'

const n = counter(rules)

export const topics = {
  aor: { name: 'Agent of record', help: 'Add or change the broker on a case.', subject: 'Agent of record' },
  status: { name: 'Application and case status', help: 'Where an application stands, or what is missing.', subject: 'Case status' },
  'life-event': { name: 'Life event', help: 'A birth, a move, a new job, a marriage.', subject: 'Life event' },
  account: { name: 'Account creation', help: 'The consumer cannot make an account or get in.', subject: 'Account creation' },
  notices: { name: 'Notices and letters', help: 'A letter that is wrong, missing or hard to understand.', subject: 'Notice' },
  enrollment: { name: 'Enrollment and plans', help: 'Choosing a plan, start dates, payments.', subject: 'Enrollment' },
  certification: { name: 'My certification', help: 'Training, your number, your own status.', subject: 'My certification' },
  portal: { name: 'Trouble with the website', help: 'An error or a page that does not work.', subject: 'Website trouble' },
  other: { name: 'Something else', help: 'None of these fits.', subject: '' },
}

export const talk = {
  topics,
  list: {
    mine: 'My questions', newOne: 'New question', unreadCount: (c: number) => n(c, { one: '1 question has something new', other: '# questions have something new' }), none: 'Nothing new', unreadGroup: 'New for you', openGroup: 'Open', closedGroup: 'Closed',
    empty: 'You have not asked anything yet', emptyText: 'Write your first question. A specialist reads it and answers here.', sealed: 'Not readable on this device yet', draft: 'Draft', waitsHere: (c: number) => n(c, { one: '1 not sent yet', other: '# not sent yet' }),
    noSubject: 'No subject', with: (who: string) => `With ${who}`, onBehalf: (who: string) => `For ${who}`, sensitive: 'Needs a second step to take', loading: 'Loading your questions',
    unread: (c: number) => n(c, { one: '1 new message', other: '# new messages' }), marked: 'Marked unread', choice: 'The open question', choose: 'Choose a question from the list', chooseText: 'Its messages open here.',
  },
  status: {
    waitingLine: (line: string) => `Waiting for ${line}`, yourTurn: (line: string) => `${line} replied. Your turn`, theirTurn: (who: string) => `${who} is on it`, closed: (when: string) => `Closed ${when}`, closedShort: 'Closed',
    next: { waiting: 'A specialist takes it in turn. You can add to it while you wait.', you: 'Read the answer and write back, or leave it if all is clear.', them: 'You do not need to do anything now.', closed: 'To open it again, write a reply.' },
  },
  thread: {
    label: 'Messages', earlier: (c: number) => n(c, { one: 'Show 1 earlier message', other: 'Show # earlier messages' }), firstUnread: 'New from here', whoReads: 'Who can read this', readersOf: (c: number) => n(c, { one: '1 can read', other: '# can read' }),
    readersText: 'This is decided by locks on each message, not only by a setting. Nobody else can read it, and the service cannot.', line: (name: string) => `Everybody who works on ${name}`, leads: (name: string) => `Leads of ${name}`, records: (name: string) => `Records of ${name}, kept by law`,
    urgent: 'Cannot wait?', urgentCall: 'Call', toNewest: 'Go to newest', checking: 'Checking this thread before it is shown in full…', you: 'You', unknown: 'Somebody not certified',
    opened: (d: string) => `Opened ${d}`, showAbout: 'Details',
  },
  message: {
    held: (s: number) => n(s, { one: 'Leaves in 1 second', other: 'Leaves in # seconds' }), sending: 'Sending', sent: 'Sent', delivered: 'Delivered', read: 'Read', failed: 'Not sent', retry: 'Try again', discard: 'Delete', undo: 'Undo', factor: (when: string) => `Second step given ${when}`,
    factorAge: { now: 'right then', minutes: (c: number) => n(c, { one: '1 minute before', other: '# minutes before' }) }, identifiers: 'Consumer’s details inside', unproven: 'The second step of this message does not hold. Do not act on it. Ask “Is it you?” or call.',
    onBehalf: (who: string) => `Written for ${who}`, removed: 'This message was removed when its time to be kept ended.', before: 'This was written before you could read this thread. Ask a colleague who was there.', broken: 'This device could not open this message. Leave another of your devices on and connected. If that one can open it, this clears by itself.',
    fetch: 'Download', downloading: 'Getting the file…', undone: 'Not sent. Your words are back in the box.', failedCheck: 'failed check',
  },
  event: {
    open: (by: string) => `${by} opened this`, claim: (by: string) => `${by} took this`, rekey: (by: string) => `The lock was changed, because the devices of ${by} changed`, requeue: (by: string) => `${by} handed this back to the line`, 'transfer-offer': (by: string, to: string) => `${by} offered this to ${to}`,
    transfer: (by: string, to: string) => `${to} took over from ${by}`, close: (by: string) => `${by} closed this`, closedAs: (by: string, how: string) => `${by} closed this: ${how}`, ask: (by: string) => `${by} asked: is it you?`, confirm: (by: string) => `${by} confirmed: it is me`, reveal: (by: string) => `${by} opened the personal details of a consumer`, outreach: (by: string, to: string) => `${by} wrote to ${to}`, refused: (by: string) => `Something by ${by} broke a rule and is left out`,
    readersNow: (names: string) => `Can read from here: ${names}`, somebody: 'Somebody', nobody: 'nobody yet', unproven: 'but the second step does not hold',
  },
  outcomes: { answered: 'Answered', 'no-answer': 'No answer needed', duplicate: 'Asked twice', 'wrong-line': 'Not for this line', elsewhere: 'Solved another way' },
  notes: {
    mode: 'What you write', reply: 'Reply', note: 'Staff note', only: 'Staff note – the assister’s side never gets this', box: 'Staff note, for staff only', save: 'Save note – staff only', saved: 'Saved. Only staff get it.', saving: 'Saving', failed: 'Not saved', by: (who: string) => `Staff note by ${who}`,
    shortcut: 'Ctrl+Enter saves', whoReads: 'Who can read staff notes', handover: 'Why it was handed on', carryToNote: 'You have begun a reply. Move these words to a staff note?', carryToReply: (who: string) => `You have begun a staff note. If you move these words to the reply, ${who} can read them once you send it.`,
    carry: 'Move the words', leave: 'Leave them there', locked: 'You cannot write a staff note here.', waits: (who: string) => `Staff notes from before open once the device of ${who}, or of a lead, has been on. Nothing is lost.`, waitsAny: 'This note was written before you could read the notes here. Ask a colleague who was there.',
    removed: 'This note was removed when its time to be kept ended.', broken: 'This device could not open this note. Ask whoever wrote it to write it again.',
  },
  watch: { viewing: (who: string) => `${who} is viewing`, writing: (who: string) => `${who} is writing`, more: (c: number) => n(c, { one: 'and 1 more', other: 'and # more' }) },
  ask: {
    title: 'Is it you?', text: (by: string) => `${by} wants to be sure that it is really you who writes. Confirm with your second step.`, confirm: 'Yes, confirm with a code', waits: 'Waiting for the answer to “Is it you?”', waitsText: 'Do not share a consumer’s details until it is there.',
  },
  compose: {
    to: 'To', toLine: (line: string) => `Everybody who works on ${line}`, label: 'Your message', replyTo: (who: string) => `Reply to ${who}`, send: 'Send', sendTo: (who: string) => `Send to ${who}`, attach: 'Add a file', attachHint: 'Photos, PDF, Word or Excel, up to 25 MB each. You can also drop or paste them.',
    left: 'You no longer take part in this thread. Your words are kept here. Nobody else has them.', identifiers: 'A consumer’s details are inside', identifiersShort: 'Consumer’s details', identifiersHint: 'Turn this on for a birth date, an address or a case number. Your second step is asked when you send.', reminder: 'Do not write a full Social Security number. The last four digits are enough.', empty: 'Write something first.',
    undoing: (s: number) => n(s, { one: 'Sending in 1 second', other: 'Sending in # seconds' }), undo: 'Undo', whyNot: {
      closed: 'This is closed. To go on, write a new question.', lapsed: 'Your certification is not in force today, so you can read and not write. You can write again as soon as the roster says so.', 'not-yours': 'Somebody else answers this. You can read it, and not write.',
      'sealed-away': 'This device cannot read this thread, so it cannot write in it.', 'claim-first': 'Take this thread first. Then you can answer.',
    },
    upload: (name: string, p: number) => `${name}: ${p}%`, uploadCancel: (name: string) => `Cancel ${name}`, uploadRemove: (name: string) => `Remove ${name}`, uploadRetry: (name: string) => `Try ${name} again`, tooBig: (name: string) => `${name} is larger than 25 MB. Make it smaller or split it.`,
    badKind: (name: string) => `${name} is of a kind that we do not take. Use a photo, PDF, Word, Excel or text file.`, stillLoading: 'A file is still on its way. Wait for it, or remove it.', shortcut: 'Ctrl+Enter sends',
  },
  newq: {
    title: 'New question', step1: 'What is it about?', line: 'Which line?', subject: 'Subject', subjectHint: 'A few words, without a consumer’s name.', text: 'Your question', textHint: 'What happened, what you tried, and what you need.', who: 'Who reads it', when: 'Usual reply',
    broker: 'You write for', brokerHint: 'The broker whose work this is.', sensitive: 'The specialist must confirm who they are before taking it', sensitiveHint: 'They give their second step. For a matter that needs extra care.', review: 'Check before you send', change: (what: string) => `Change ${what}`, noLine: 'You cannot write to a line yet',
    noLineText: 'Your roster entry names no line. Call your registrar.', topic: 'Topic', changeText: 'the text',
    names: 'In account names, leave out accents and marks such as ñ, é or ’: the website refuses them. Here you can write them as they are.',
  },
}
