// English: what those read who look after people. Loaded with their screens, so
// that nobody else waits for it.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'

const n = counter(rules)

export const office = {
  tabs: { people: 'People', letters: 'Invitations', roster: 'Roster', lines: 'Lines', returns: 'Coming back', log: 'Log', threads: 'Back to my threads' },
  back: (where: string) => `Back to ${where}`,
  csv: 'Save this list as a file', csvSaved: (c: number) => n(c, { one: 'Saved a file with 1 row.', other: 'Saved a file with # rows.' }),
  again: 'Look again', loading: 'Still loading', you: 'You', none: 'Your work is done on the command line. There is nothing for your role in the browser yet.',
  standing: {
    inactivated: 'Suspended here by an administrator. Can neither read nor write.', suspended: 'Suspended in the roster. Can neither read nor write.', ended: 'Ended in the roster. Can neither read nor write.',
    'not-yet': 'Can be invited. Has not set up an account yet.', lapsed: 'The certification is not in force. Can read and not write.', certified: 'Certified now. Can read and write.',
  },
  person: {
    facts: 'Who this is', login: 'Sign-in name', proofing: 'How it was proved', certified: 'Certified', noEnd: 'No end date in the roster', until: (d: string) => `Until ${d}.`,
    left: (c: number) => n(c, { one: '1 day left.', other: '# days left.' }), past: (c: number) => n(c, { one: 'That was yesterday.', other: 'That was # days ago.' }), today: 'That is today.',
    devices: 'Devices', devicesNone: 'No device yet: no account was set up.', device: (x: string) => `Device ${x}`, added: (d: string) => `Added on ${d}`, removed: (d: string) => `Removed on ${d}`, inUse: 'In use',
    devicesHow: 'Each person removes their own devices, in Settings. You can end all sign-ins here, or suspend the person.',
    lines: 'Lines', reach: 'May write to', works: 'Works on', leads: 'leads', none: 'No line', acts: 'What you can do',
    signOut: 'Sign out everywhere', signOutText: (who: string) => `${who} is signed out on every device within seconds and has to sign in again. Nothing is lost. Drafts stay on their devices.`, signedOut: (who: string) => `${who} was signed out everywhere.`,
    danger: 'Take away access', suspend: 'Suspend', suspendTitle: (who: string) => `Suspend ${who}?`,
    suspendText: (who: string, c: number) => `${c === 0 ? `${who} can no longer read or write from now on.` : `${who} can no longer read or write in ${n(c, { one: '1 thread', other: '# threads' })} from now on.`} What was sent stays. To undo this, import a roster in which ${who} is active.`,
    suspendHint: 'Within seconds nothing can be read or written any more, on any device.', suspended: (who: string) => `${who} is suspended.`, self: 'You cannot suspend yourself.',
    gone: 'Nobody in the roster has this number, or you may not see them.', changeRole: 'A role, a line or a date is changed in the roster.',
  },
  letters: {
    title: 'Invitations', sponsor: 'Waiting for your approval', sponsorText: 'Somebody has been invited and you can answer for them. The letter works only after you say yes.', sponsorNone: 'Nobody is waiting for you.',
    approve: 'Approve', approveAll: (c: number) => n(c, { one: 'Approve', other: 'Approve all #' }), refuse: 'Turn down', approveTitle: (who: string) => `Approve ${who}?`, approveText: (who: string) => `You answer for ${who}. The letter works from then on.`,
    approveAllTitle: (c: number) => n(c, { one: 'Approve 1 person?', other: 'Approve # people?' }), approveAllText: 'You answer for each of them. Their letters work from then on.',
    refuseTitle: (who: string) => `Turn down ${who}?`, refuseText: 'The letter will never work. The registrar can write a new one.', approved: (c: number) => n(c, { one: '1 invitation was approved.', other: '# invitations were approved.' }), refused: (who: string) => `The letter for ${who} does not work any more.`,
    invitedBy: (who: string, d: string) => `Invited by ${who}, ${d}`, worksUntil: (d: string) => `Works until ${d}`,
    not: 'Have not come yet', notText: 'These people are in the roster and have no account. Choose for whom to write a letter. A new letter does not end an older one: each works once, for 7 days.', notNone: 'Everybody in the roster has an account.',
    choose: 'Choose', chooseOne: (who: string) => `Letter for ${who}`, chosen: (c: number) => n(c, { one: 'Write 1 letter', other: 'Write # letters' }), chooseFirst: 'Choose at least one person.', filter: 'Filter by name, number, organization or role',
    makeTitle: (c: number) => n(c, { one: 'Write 1 letter?', other: 'Write # letters?' }), makeText: 'Whoever holds a letter can set up the account. Hand each one over yourself or send it by post.', make: 'Write',
    made: (c: number) => n(c, { one: '1 letter is ready', other: '# letters are ready' }), madeText: 'The codes are shown only now, and only here. The service never gets them.', print: 'Print', file: 'Save the file for the agency’s folder',
    fileText: 'The machine that certifies people must know the codes. Save this file and take it in there with “arcline take-in”. Then delete the file. Without it nobody who uses these letters can be certified.', fileSaved: 'The file was saved. Take it in, then delete it.',
    done: 'I have printed them and saved the file', needSponsor: 'A letter works only after a sponsor has said yes.', leave: 'Put the letters away?', leaveText: 'They cannot be shown again. You can always write new ones.', leaveYes: 'Put them away',
    waiting: 'Set up, and waiting to be certified', waitingText: 'A browser cannot certify people. What signs for the agency stays on a machine of its own and never comes here. There, “arcline registrar” lets in those who wait.', waitingNone: 'Nobody is waiting.',
    ready: 'Ready to be certified', notReady: 'Has not finished setting up', state: 'State',
  },
  paper: {
    title: (agency: string) => `${agency}: your invitation to secure messages`, dear: (who: string) => `Dear ${who},`,
    text: (d: string) => `You can now write to the exchange so that nobody in between can read it. With this letter you set up your account. It works once, until ${d}. Keep it to yourself: whoever has it can act as you. If somebody else saw it, tell us before you use it.`,
    name: 'Your sign-in name', address: 'Web address', code: 'Your code', qr: 'The web address with your code, to scan', need: 'What you need',
    needs: ['A computer that only you use.', 'An app on your phone that shows six digits. They change all the time.', 'A password that you use nowhere else. Four words in a row are fine.'],
    steps: 'What happens', does: ['Open the web address or scan the picture, and set up your account. You get one more code: write it down and lock it away.', 'We check that it was you who used this letter, and let you in.', 'Shred this letter. It does not work twice.'],
    never: 'We never ask for your code, your password or your six digits, by phone or by mail.', mark: 'So that you know it is us: our mark is',
  },
  roster: {
    title: 'Roster', text: 'Choose the newest roster that your systems wrote. You see what it would change before anything is done.', choose: 'Choose a roster file (CSV)', compare: 'Show what would change', comparing: 'Comparing…',
    none: 'Choose a file first.', tooBig: 'This file is too large for a roster.', problems: (c: number) => n(c, { one: 'The file has 1 mistake. Nothing was changed.', other: 'The file has # mistakes. Nothing was changed.' }), mend: 'Correct them where the file is made, and choose it again.',
    line: (i: number) => `Row ${i}`, said: 'What is wrong', row: 'Row', whole: 'The file', content: 'What the row says', same: (c: number) => n(c, { one: '1 person stays as is.', other: '# people stay as they are.' }),
    sums: { 'loses access now': (c: number) => n(c, { one: '1 person loses access now', other: '# people lose access now' }), 'gains access now': (c: number) => n(c, { one: '1 person gains access now', other: '# people gain access now' }), new: (c: number) => n(c, { one: '1 person is new', other: '# people are new' }), changed: (c: number) => n(c, { one: '1 person changes', other: '# people change' }) },
    whats: { 'loses access now': 'Loses access', 'gains access now': 'Gains access', new: 'New', changed: 'Changed' }, what: 'What', who: 'Who', how: 'In words', nothing: 'This file changes nothing.', changes: 'What would change', did: 'What was changed',
    waits: 'A newer file in the service’s folder waits too. What you import here goes first.', go: 'Put this roster in force', goTitle: 'Put this roster in force?', goText: (loses: number, gains: number) => `${n(loses, { one: '1 person loses access at once', other: '# people lose access at once' })}. ${n(gains, { one: '1 person gains access', other: '# people gain access' })}. What was sent stays.`,
    done: (c: number) => n(c, { one: 'The roster is in force. 1 person was changed.', other: 'The roster is in force. # people were changed.' }), folder: 'Put the same file into the agency’s folder, as “roster.csv”. Certificates are signed by that one.', checksum: 'Checksum of the file (SHA-256)',
  },
  lines: {
    title: 'Lines', text: 'Who reads what is sent to a line, and who may be put on it.', people: 'People on this line', peopleTable: 'People on the line', name: 'Name', role: 'Role', part: 'Part', works: 'Reads and answers', leads: 'Leads', both: 'Leads, reads and answers', standing: 'Standing today', act: 'Action',
    wall: 'Who may reach it', wallText: 'The roster names this line for these people. Nobody else can write to it or be put on it.', wallRow: (role: string, c: number) => `${role}: ${n(c, { other: '#' })}`, wallNone: 'The roster names this line for nobody.', wallOwn: 'You see only your own organization here.',
    lock: 'The lock of this line', lockFresh: (d: string) => `Only the people above can open what waits here. The lock was last changed: ${d}.`, lockStale: (d: string) => `Somebody who is not on the line any more could still open what waits, or somebody on it cannot. The lock was last changed: ${d}. It is changed as soon as one of its people signs in.`,
    lockNone: 'Nobody has begun on this line yet. It begins when its lead signs in.', notFounded: 'This line has not begun. It begins when its first lead is certified.', add: 'Add somebody', addText: 'Certified staff whom the roster names for this line.', addNone: 'Everybody whom the roster names for this line is on it.', addWho: 'Who', addGo: 'Add to the line', addFirst: 'Choose who.',
    addTitle: (who: string, line: string) => `Add ${who} to ${line}?`, addConsequence: (who: string) => `${who} can open everything that waits on the line, older threads too.`, added: (who: string) => `${who} is on the line.`,
    take: 'Take off', takeTitle: (who: string, line: string) => `Take ${who} off ${line}?`, takeConsequence: (who: string, line: string, c: number) => `${who} can no longer open what waits on ${line}. ${c === 0 ? '' : `${n(c, { one: `1 thread that ${who} has taken stays`, other: `# threads that ${who} has taken stay` })} with ${who} until handed on. `}What ${who} has read before cannot be taken back.`, taken: (who: string) => `${who} is off the line.`,
    onlyLead: 'Only a lead of the line puts people on it or takes them off.', choose: 'Choose a line', none: 'There are no lines yet.',
  },
  returns: {
    title: 'Coming back', text: 'Two officers bring back somebody who lost all devices and the recovery code. Each calls the number on file, and the person reads out the number of the new device.', none: 'Nobody is coming back now.', begin: 'It starts on the command line, with “arcline reissue start”.',
    phone: 'Number on file', proofed: 'Proved again', began: (who: string, d: string) => `Started by ${who}: ${d}`, ends: (d: string) => `Ends: ${d}`, came: 'The new device has come.', notCame: 'The new device has not come yet.', released: (c: number) => `${n(c, { one: '1 of 2 officers has agreed', other: '# of 2 officers have agreed' })}.`,
    called: 'Number that you called', number: 'Number that was read out to you', numberHint: 'Four groups. Capital or small letters both work.', release: 'Agree', releaseTitle: (who: string) => `Bring ${who} back?`, releaseText: (who: string) => `You say that you called ${who} on the number on file and were read the number of the new device.`, releaseDone: 'You have agreed.',
    other: 'This is not the number of the device that came. Hang up and call again. Do not agree.', needCalled: 'Fill in the number that you called.', cancel: 'Stop this', cancelTitle: (who: string) => `Stop bringing ${who} back?`, cancelText: 'The letter and the new device do not work any more. It can be started again.', cancelDone: 'It was stopped.', yours: 'You have agreed already, or you are not one of the officers of this account.',
    states: { waiting: 'Waiting', ready: 'Ready', done: 'Done', cancelled: 'Stopped', expired: 'Run out' } as Record<string, string>,
  },
  log: {
    title: 'Log', text: 'Every certificate, device and line change, in order. Anybody who changed or left out a row would be caught.', looking: 'Reading and checking the whole log', whole: (c: number) => `Nothing is missing: ${n(c, { one: '1 entry is', other: '# entries' })} ${c === 1 ? 'in its place' : 'follow one another'}.`,
    checked: (seen: number) => `This browser checked that each row follows the one before and that all of them are what the service has signed. ${n(seen, { one: 'It had seen 1 of them before', other: 'It had seen # of them before' })} and found them as they were.`,
    witnesses: (c: number) => n(c, { one: '1 witness has signed it too.', other: '# witnesses have signed it too.' }), notChecked: 'Not checked here: each single signature, and the roster. “arcline audit” does that.',
    bad: 'This log is not whole. Do not rely on it.', badDo: 'Tell the auditor and the operator at once, by phone. Save the list before.', faults: {
      row: (i: number) => `Row ${i} does not fit what it stands for.`, order: (i: number) => `Row ${i} does not follow the one before it.`, root: (i: number) => `All rows up to ${i} are not what the service has signed.`, signature: () => 'The signature under the log does not hold.',
      witnesses: (i: number) => `All rows up to ${i} are not what the witnesses have signed.`, seen: (i: number) => `All rows up to ${i} are not what this browser saw before.`,
    },
    person: 'Person', action: 'Action', all: 'All', from: 'From day', to: 'To day', table: 'Rows of the log', index: 'No.', when: 'When', what: 'What happened', by: 'By', none: 'No row matches.', count: (c: number, of: number) => `${n(c, { other: '#' })} of ${n(of, { one: '1 row', other: '# rows' })}`, more: (c: number) => n(c, { one: 'Show 1 more', other: 'Show # more' }),
    threads: 'Threads are not in this log. What happened in one stands in it, signed, for those who can read it. Sign-ins, invitations and suspensions stand in the service’s own record.', save: 'Save these rows with a checksum', saved: (x: string) => `Saved. Checksum of the file (SHA-256): ${x}`, unknown: 'Somebody without a certificate', service: 'The service', agency: 'The agency',
    groups: { certificate: 'Certificates', account: 'Accounts and devices', line: 'Lines', agency: 'The agency itself', service: 'The service' },
    did: {
      'agency/genesis': () => 'The agency began.', 'agency/issuer': () => 'Somebody may sign certificates from now on.', 'agency/issuer-revoke': () => 'Somebody may not sign certificates any more.', 'agency/custodian': () => 'The records officer’s lock was set.', 'agency/policy': () => 'The agency set the rules for all.',
      'agency/credential': (who: string, _line: string, role: string) => `${who} was certified as ${role}.`, 'agency/credential-revoke': (who: string) => `The certificate of ${who} was taken back.`,
      'account/genesis': (who: string) => `${who} set up an account and a first device.`, 'account/device-add': (who: string) => `${who} added a device.`, 'account/device-revoke': (who: string) => `A device of ${who} was removed.`, 'account/puk-rotate': (who: string) => `${who} changed the lock of the account.`, 'account/recovery-replace': (who: string) => `${who} got a new recovery code.`, 'account/officers': (who: string) => `${who} chose the officers who can help.`,
      'line/genesis': (_who: string, line: string) => `The line ${line} began.`, 'line/admin-set': (_who: string, line: string) => `The leads of ${line} were set.`, 'line/member-add': (who: string, line: string) => `${who} was put on ${line}.`, 'line/member-remove': (who: string, line: string) => `${who} was taken off ${line}.`, 'line/rotate': (_who: string, line: string) => `The lock of ${line} was changed.`, 'line/floor': (_who: string, line: string) => `What is old on ${line} was put away.`,
      build: () => 'The service began to serve another version of this page.', access: () => 'The records officer opened something.',
    } as Record<string, (who: string, line: string, role: string) => string>,
  },
}

export type OfficeWords = typeof office
