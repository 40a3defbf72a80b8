// English: the specialist's desk, the registrar's table, and settings.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'

const n = counter(rules)

export const work = {
  queue: {
    label: 'Threads', lines: 'Lines', mine: 'My threads', groups: { offered: 'On its way to you', turn: 'Your turn', waiting: 'Waiting', mine: 'Waiting for the assister', others: 'With colleagues', closed: 'Closed' }, fresh: (c: number) => n(c, { one: '1 new thread', other: '# new threads' }),
    empty: (line: string) => `Nobody is waiting on ${line}`, emptyText: 'New threads appear here by themselves.', choice: 'The open thread', chooseTitle: 'Choose a thread', choose: (next: string, open: string) => `Press ${next} for the next one and ${open} to open it.`, gone: 'Left this list', takenBy: (who: string) => `With ${who}`, withYou: 'With you',
    waited: (t: string) => `Waiting ${t}`, minutes: (c: number) => n(c, { one: '1 min', other: '# min' }), hours: (c: number) => n(c, { one: '1 hour', other: '# hours' }), days: (c: number) => n(c, { one: '1 day', other: '# days' }), marked: (c: number) => n(c, { one: '1 marked', other: '# marked' }), mark: 'Marked',
    moved: 'The next thread is open', noNext: 'That was the last one', count: (c: number) => n(c, { one: '1 thread', other: '# threads' }),
  },
  acts: {
    next: 'Next thread', previous: 'Previous thread', reply: 'Reply', note: 'Staff note', claim: 'Take it', close: 'Close and go on', closeShort: 'Close', unread: 'Mark unread', release: 'Hand back', transfer: 'Hand over', mark: 'Mark this row', wait: 'Wait or snooze', urgent: 'Goes first', suggest: 'Suggest to somebody', tie: 'Tie to another thread', move: 'Move to another line', history: 'What happened so far', call: 'Call back', help: 'Shortcuts', search: 'Search messages', palette: 'Find anything', accept: 'Finish the hand-over', ask: 'Ask “Is it you?”', more: 'More',
    claimed: 'This thread is yours. Only you and the assister can read what comes next.', lost: (who: string) => `${who} took this thread first. Nothing was changed.`, lostUnknown: 'A colleague took this thread first. Nothing was changed.', released: 'Back on the line. Everybody who works there can read it again.',
    closed: 'Closed. A reply opens it again.', unreadDone: 'Marked unread', asked: 'Asked. The answer shows in the thread.', accepted: 'The hand-over is finished.',
  },
  transfer: {
    title: 'Hand over this thread', to: 'To whom', find: 'Find by name', after: (who: string) => `From then on ${who} and the assister can read and write. You cannot read what comes after.`, go: 'Hand it over', none: 'Nobody else works on this line.',
    reason: 'Why', reasonFree: 'Why, if it helps', reasonHint: 'A staff note for whoever goes on. The assister’s side never gets it.', reasonNeeded: 'Say why. A few words are enough.', noReason: 'You cannot write a staff note here, so no reason can be left.', then: 'Who can read it then', backTitle: 'Hand back to the line', back: 'Hand it back',
  },
  closing: { title: 'How did it end?', text: 'Press a number. Enter means answered.' },
  doing: {
    label: 'What you just did', close: (s: number) => n(s, { one: 'Closing in 1 second', other: 'Closing in # seconds' }), release: (s: number) => n(s, { one: 'Handing back in 1 second', other: 'Handing back in # seconds' }), transfer: (to: string, s: number) => `${n(s, { one: 'In 1 second', other: 'In # seconds' })} it goes to ${to}`, sending: 'Under way…',
    canUndo: (s: number) => n(s, { one: 'You can undo it for 1 second.', other: 'You can undo it for # seconds.' }), done: { close: 'Closed.', release: 'Back on the line.' }, went: (to: string, subject: string) => `${to} has “${subject}” now.`, failed: { close: 'It was not closed.', release: 'It was not handed back.', transfer: 'It was not handed over.' }, undone: 'Taken back. Nothing was changed.', dismiss: 'Hide this',
  },
  context: {
    title: 'Who is writing', until: 'Certified until', certified: 'Certified today', notCertified: 'Not certified today', number: 'Number', organization: 'Organization', role: 'Role', factor: 'Last second step', never: 'Not in this thread', onBehalf: 'Writes for', compare: 'Compare safety numbers',
    nobody: 'Nobody has taken this yet', show: 'Show details', hide: 'Hide details',
  },
  safety: {
    title: (who: string) => `Compare with ${who}`, text: 'Do this by phone or when you sit together. If both see the same numbers, nobody is in between.', script: (who: string) => `Read the first line aloud. Does ${who} read the same?`, call: 'Call the number in your roster, not one from a message.', match: 'They match', differ: 'They do not match', matched: (who: string) => `Good. It is really ${who}.`,
    stop: 'Stop. Do not write about consumers to this person.', stopText: 'Hang up and call the registrar at once. Say that the safety numbers did not match.', qr: 'When you sit together: scan this picture with the other device', line: (i: number) => `Line ${i}`,
  },
  palette: { title: 'Find anything', label: 'Name, subject or action', none: (q: string) => `Nothing found for “${q}”`, actions: 'Actions', threads: 'Threads', go: 'Go to', searchFor: (q: string) => `Search all messages for “${q}”` },
  search: {
    title: 'Search messages', label: 'Words to look for', go: 'Search', results: (c: number) => n(c, { one: '1 place found', other: '# places found' }), none: (q: string) => `Nothing found for “${q}”`, noneText: 'Part of a word is enough. Try fewer letters.', scope: (c: number, since: string) => `${n(c, { one: 'Looked through 1 thread', other: 'Looked through # threads' })} on this device, back to ${since}.`,
    here: 'The search happens on this device. Nobody sees what you look for.', looking: 'Looking…',
  },
  help: { title: 'Shortcuts', text: 'The same in the list and in a thread. They do nothing while you type.', off: 'Single-letter shortcuts are off. Turn them on in Settings.', always: 'These always work', send: 'Send', open: 'Open thread', close: 'Close a window' },
  admin: {
    people: 'People', cannot: 'You cannot read threads here. Nobody can from this part of arcline: message text is locked to the people in each thread.', filter: 'Filter by name, number, organization or role', count: (c: number, of: number) => (c === of ? n(c, { one: '1 person', other: '# people' }) : `${n(c, { other: '#' })} of ${n(of, { one: '1 person', other: '# people' })}`), name: 'Name', role: 'Role',
    organization: 'Organization', number: 'Number', state: 'Roster', standing: 'Standing today', until: 'Until', sortedUp: 'sorted, first to last', sortedDown: 'sorted, last to first', states: { active: 'Active', suspended: 'Suspended', ended: 'Ended', inactivated: 'Turned off' }, noneTitle: 'Nobody matches',
    none: (q: string) => `No row contains “${q}”.`, clear: 'Clear the filter', more: (c: number) => n(c, { one: 'Show 1 more', other: 'Show # more' }), table: 'People in the roster', loading: 'Loading the roster', only: 'Only with a problem', mayWrite: 'May write', mayNot: 'May not write',
  },
  settings: {
    title: 'Settings', display: 'Display', devices: 'Devices', signIn: 'Sign-in and safety', shortcuts: 'Shortcuts', theme: 'Colors', themes: { system: 'As my device', light: 'Light', dark: 'Dark' }, density: 'Spacing', densities: { comfortable: 'Comfortable', compact: 'Compact' }, language: 'Language',
    partial: 'Not all is translated yet. The rest is in English.', undo: 'Time to take back a message', undoHint: 'Nothing leaves this device until the time is over.', undoSeconds: (s: number) => (s === 0 ? 'Off. Send at once' : n(s, { one: '1 second', other: '# seconds' })), here: 'These choices stay on this device.',
    shortcutsOn: 'Use single-letter shortcuts', shortcutsHint: 'Turn this off if you speak to your computer or press letters by accident.', changeLetter: (act: string) => `Letter for ${act}`, taken: (x: string) => `“${x}” is used twice. Choose another one.`, reset: 'Back to the usual letters',
    thisDevice: 'This device', added: (d: string) => `Added on ${d}`, removed: (d: string) => `Removed on ${d}`, removedNow: (x: string) => `${x} was removed.`, gone: (c: number) => n(c, { one: '1 device that was removed', other: '# devices that were removed' }),
    lastUsed: (d: string) => `Last used: ${d}`, removeOne: (x: string) => `Remove ${x}`, removeTitle: (x: string) => `Remove ${x}?`, removeText: 'It is signed out at once and cannot read anything new. What it has already shown cannot be taken back. Your sent messages stay.', deviceName: (x: string) => `Device ${x}`,
    addTitle: 'Add a device', addText: 'On the new device, choose “I use arcline on another device”. It shows a code. Type it here.', addCode: 'Code from the new device', addLook: 'Look it up', isItYou: 'Did you just ask for this?', asks: (name: string, when: string) => `A device asks to be added. Its number is ${name}. Asked: ${when}.`, approve: 'Yes, it’s me', block: 'No, block it',
    approved: 'The device was added. Sign in on it now.', blocked: 'The device was not added. If you did not ask for this, somebody may have your password: change it now.', leave: 'No, do not add it', left: 'Nothing was added. The code runs out by itself. If you did not ask for this, change your password.',
    signIns: 'Where you are signed in', here2: 'This one', began: (d: string) => `Since: ${d}`, ends: (d: string) => `Ends: ${d}`, end: 'Sign it out', ended: 'Signed out there.', passkeys: 'Passkeys', passkeysText: 'A passkey lets you sign in and confirm with your finger, face or screen lock.', passkeysNone: 'You have none.', passkeyAdd: 'Add a passkey', passkeyName: 'Name for this passkey',
    passkeyUsed: (d: string) => `Last used: ${d}`, passkeyNever: 'Never used', passkeyRemove: 'Remove this passkey?', passkeyRemoveText: 'You will not be able to sign in with it any more.', passkeyUnable: 'This browser cannot use passkeys.', password: 'Password', passwordOld: 'Password now', passwordNew: 'New password', passwordChange: 'Change password', passwordDone: 'Your password was changed.',
    history: 'What you could sign in with', kinds: { password: 'Password', app: 'Authenticator app' }, since: (d: string) => `Since ${d}`, untilDate: (d: string) => `until ${d}`, recovery: 'Recovery code', recoveryText: 'The code you wrote down when you set up arcline. It brings your messages back if you lose every device. It cannot be shown again.',
    recoveryNew: 'Make a new code', recoveryLost: 'If you lost it, call your registrar. They can help to replace it.', recoveryShown: 'Your new code. The old one does not work any more.',
  },
}
