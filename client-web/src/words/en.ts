// What the screens say, in English. The other languages have the same shape.
// Plain words, grade 8 or below; test/words.test.ts reads every line.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'
import { talk } from './en-talk.ts'
import { work } from './en-work.ts'

const n = counter(rules)

export const words = {
  app: {
    name: 'arcline', skip: 'Skip to the main part', menu: 'Menu', notices: 'Notices', you: 'You and settings', lookAfter: 'Lines and people', settings: 'Settings', signOut: 'Sign out', language: 'Language', loading: 'Loading',
    stillLoading: 'Still loading your messages', close: 'Close', cancel: 'Cancel', back: 'Back', next: 'Continue', done: 'Done', copy: 'Copy', copied: 'Copied', print: 'Print',
    remove: 'Remove', show: 'Show', hide: 'Hide', notFound: 'There is nothing at this address',
    notFoundHint: 'It may be for another person, or the link is cut off.', home: 'Go to the start', unread: (c: number) => n(c, { one: '# unread', other: '# unread' }),
    titleUnread: (c: number) => `(${c}) arcline`, steps: (a: number, b: number) => `Step ${a} of ${b}`,
  },
  roles: {
    navigator: 'Navigator', cac: 'Certified application counselor', broker: 'Broker', support: 'Broker support staff', specialist: 'Specialist', lead: 'Line lead',
    'agency-admin': 'Agency administrator', registrar: 'Registrar', records: 'Records officer', auditor: 'Auditor',
  },
  banner: {
    offline: 'You are offline. We will send your messages when you are back.', back: 'Back online.',
    sent: (c: number) => n(c, { one: '1 message sent.', other: '# messages sent.' }), waiting: (c: number) => n(c, { one: '1 message waits on this device.', other: '# messages wait on this device.' }),
    alarmTitle: 'We stopped sending, to keep consumers safe', alarm: 'The service showed something that does not fit what it showed before. Nothing is sent from this device any more. Do not write about consumers here. Call your registrar by phone and read them this:',
    timeout: (m: string) => `For safety, you will be signed out in ${m}.`, minutes: (c: number) => n(c, { one: 'about 1 minute', other: 'about # minutes' }), under: 'less than a minute',
    timeoutKept: 'What you wrote is kept on this device.', stay: 'Stay signed in',
  },
  entry: {
    welcome: 'Private messages with the exchange', welcomeText: 'Ask the exchange’s specialists about an application, a case or a payment. Only you and the people who help can read it.',
    starting: 'Starting', startingText: 'Reading what this browser keeps.', haveLetter: 'I have a letter', haveLetterText: 'Your registrar sent you a letter with a link or a code. Start here if you are new.',
    second: 'I use arcline on another device', secondText: 'Add this browser. You need your other device next to you.', which: 'Set up this browser', which2: 'This browser is not set up yet. What do you have?',
    unusable: 'This browser cannot keep your messages safe', unusableStorage: 'arcline must keep a few things on this device, and the browser does not let it. This happens when site data is blocked or the disk is full.',
    unusablePrivate: 'You are in a private window. When you close it, all is forgotten, and you would have to set up again each time.', unusableCrypto: 'This browser is missing parts that arcline needs to keep consumers’ details safe.',
    unusableDo: 'What to do', unusableDoStorage: 'Allow site data for this address in the browser’s settings, or free some disk space. Then try again.', unusableDoPrivate: 'Open this address in a normal window.',
    unusableDoCrypto: 'Update the browser, or use another one.', which3: 'See which browsers work', again: 'Try again',
    signIn: 'Sign in', name: 'Sign-in name', password: 'Password', code: 'Six digits from your authenticator app', codeHint: 'They change every 30 seconds.',
    signInPasskey: 'Sign in with a passkey',
    forget: 'Forget this browser', forgetText: 'On a shared computer, remove all that arcline keeps here: messages, drafts and this device’s right to sign in.', forgetSure: 'Forget everything on this browser?',
    forgetCost: 'Drafts that you have not sent are lost. You will need another device of yours, or a new letter, to get in again.', forgetYes: 'Forget everything', otherPerson: 'Not you?',
    suspended: 'Your access is suspended', suspendedText: 'You cannot read or write until it is given back. What you sent stays, and so does what you were writing on this device. Ask your agency’s administrator or the registrar.', removed: 'This device was removed from your account', removedText: 'You cannot sign in with it any more. Use another device of yours, or call your registrar if you did not do this.',
    lost: 'Lost your phone or forgot your password? Call your registrar. They check who you are and send a new letter.', trouble: 'Trouble signing in?',
  },
  setup: {
    title: 'Set up arcline', letterText: 'Open the link in your letter on this device, or type the code that is printed under it.', letterCode: 'Code from the letter', letterHint: 'Capital or small letters both work. You can leave out the dashes.',
    reading: 'Reading your letter…', forYou: (who: string) => `This letter is for ${who}`, forAgency: (a: string) => `It was written by ${a}.`, notYou: 'If this is not you, stop here and tell your registrar.', itsMe: 'Yes, this is me',
    password: 'Choose a password', passwordText: 'At least 12 characters. Four words that do not belong together are easy to keep in mind and hard to guess.', password2: 'Type it once more', short: 'Use at least 12 characters.', differ: 'The two are not the same.',
    storage: 'arcline keeps your messages locked on this device. Do not set it up on a computer that you share.', making: 'Setting up this device. This can take a few seconds…',
    recovery: 'Write down your recovery code', recoveryText: 'If you lose every device, this code brings your messages back. It is shown only now. Nobody else has it, and nobody can look it up.',
    recoveryKeep: 'Keep it on paper, where you keep your passport.', recoveryNext: 'I have written it down', check: 'Check your note', checkText: 'Type two groups of the code, so that we know your note is right.', group: (i: number) => `Group ${i}`,
    wrongGroup: (i: number) => `Group ${i} is different. Look at your note again.`, groupLabel: 'Recovery code in groups', seeAgain: 'Show the code again',
    app: 'Connect an authenticator app', appText: 'The app shows six digits that change every 30 seconds. You type them when you sign in and before you send private details.', appScan: 'Scan this picture with the app on your phone.',
    appCopy: 'No camera? Copy this text into the app.', appQr: 'Picture for the authenticator app to scan', appCode: 'Six digits that the app shows now', appWhich: 'Any authenticator app works. If you have none, look for one in your phone’s app store.', finish: 'Finish',
    done: 'You are set up', doneText: 'Your registrar now confirms that it is you. This is often done on the same day. You can close this page.', doneNext: 'What happens next', doneNext1: 'The registrar checks your name against the roster.', doneNext2: 'They may call you to make sure.', doneNext3: 'Then you can write here. You do not need the letter any more.',
    waiting: 'Waiting for your registrar', waitingText: 'This page changes by itself when you can begin.', whatYouNeed: 'You need', needPhone: 'your phone, for the authenticator app', needPaper: 'pen and paper, for a code', needTime: 'about five minutes',
  },
  second: {
    title: 'Add this browser', nameLabel: 'Your sign-in name', make: 'Show me a code', codeTitle: 'Type this code on your other device',
    how1: 'Open arcline on the device that you already use.', how2: 'Go to Settings, then Devices, then “Add a device”.', how3: 'Type the code there.', waiting: 'Waiting for your other device…', expires: 'The code works for 10 minutes.',
    approved: 'This browser was added', approvedText: 'Sign in now with your password and second step.', blocked: 'Your other device said no', blockedText: 'This browser was not added. If you did not do that yourself, somebody has your other device: change your password there, or call your registrar.',
    expired: 'The code has run out', expiredText: 'Nothing was added. Make a new code when your other device is at hand.', noOther: 'No other device any more?', noOtherText: 'Go back and choose “I lost all my devices”. If you do not have the code, call your registrar. Two officers can help.',
  },
  recover: {
    choice: 'I lost all my devices', choiceText: 'You need your recovery code, your password and your app.', title: 'Come back with your recovery code',
    text: 'Your messages come back here. All your other devices are removed. You get a new code.', code: 'Recovery code', codeHint: 'Nine groups. Capital or small letters both work.', go: 'Bring my messages back', busy: 'Bringing your messages back…',
  },
  factor: {
    title: 'Is it you?', why: 'Your second step is asked again for this one act.', code: 'Six digits from your app', go: 'Confirm', passkey: 'Use a passkey instead', wrong: 'Type all six digits.',
  },
  own: {
    title: 'Was this you?', text: 'Something changed in your account, and it was not done on this device. Nothing is sent until you answer.', 'device-added': 'A device was added', 'device-removed': 'A device was removed',
    'sealed-anew': 'The lock of your messages was changed', 'code-replaced': 'The recovery code was replaced', 'officers-changed': 'The officers who can help you recover have changed', device: (id: string) => `Device ${id}`, yes: 'Yes, it was me', no: 'No, it was not me',
    noTitle: 'Then act now', no1: 'Do not write about consumers until this is cleared.', no2: 'Call your registrar by phone. They can stop the other device at once.', no3: 'Change your password in Settings.', openSettings: 'Open Settings', callNumber: (p: string) => `Phone: ${p}`,
  },
  errors: {
    title: (c: number) => n(c, { one: 'One thing needs your attention', other: '# things need your attention' }), unexpected: 'This device met something that it did not expect. Nothing you wrote is lost.', unexpectedHint: 'Reload the page. If it happens again, tell the help desk what you did.',
    number: (x: string) => `If you call about this, give the number ${x}.`, required: (what: string) => `Fill in “${what}”.`, sixDigits: 'Type all six digits, without spaces.',
  },
  /** By code, for languages other than the service's own. Empty in English: the service's words are used. */
  problems: {} as Record<string, { text: string; hint: string }>,
  ...talk,
  ...work,
}

export type Words = typeof words
