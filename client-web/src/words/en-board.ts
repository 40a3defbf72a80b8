// English: a line's numbers, for its leads.

import { counter } from './plural.ts'
import { en as rules } from './rules.ts'

const n = counter(rules)

export const board = {
  title: (l: string) => `Numbers of ${l}`, now: 'Now', again: 'Read again', asOf: (t: string) => `As of ${t}. It is read again each minute.`, print: 'Print', none: 'None', queue: 'Go to the queue', notLead: 'Only a lead of the line sees its numbers', open: 'The line is open.', shut: 'The line is closed.',
  cards: { waiting: 'In line', oldest: 'Oldest waits', atRisk: 'Due soon', late: 'Late', unclaimed: 'Late, and nobody has it' }, alarm: (c: number) => n(c, { one: '1 thread is late and nobody has it', other: '# threads are late and nobody has them' }), alarmText: 'Take one, or suggest it to somebody.', since: (t: string) => t,
  stranded: 'Nobody can go on with these', strandedText: 'Whoever has them may not go on: their access has ended or was stopped. Bring each back, so that others can take it. Its place in line and all that was said are kept.', bringBack: 'Bring back into line', broughtBack: 'It goes back into line.',
  urgent: 'Asked to go first', urgentText: 'Say if each may go ahead of the others.', work: 'Who is at work', name: 'Name', state: 'State', load: 'Load', has: 'Threads', skills: 'Skills', grant: 'Access ends', noGrant: 'No end', change: 'Change', skillsOf: (who: string) => `Skills of ${who}`, skillsHint: 'Short names, with commas between them.', saved: 'Saved.', lead: 'Lead',
  today: 'Today by hour', chart: 'Chart', table: 'The same numbers', hour: 'Hour', day: 'Day', total: 'Total', tells: (a: string, b: string) => `Bars: ${a}. Line with dots: ${b}.`, means: (m: string) => `What “${m}” means`, meanings: 'What the numbers mean',
  measures: {
    arrived: 'Came in', answered: 'Answered', closed: 'Closed', reopened: 'Opened again', abandoned: 'Taken back', short_abandoned: 'Taken back at once', closed_unanswered: 'Closed, no answer', service_level: 'In time', median_speed: 'Usual wait', average_speed: 'Average wait', handle: 'Work time', occupancy: 'Busy', first_contact: 'Done at once', calls: 'Calls back', backlog: 'Open, by age', late: 'Late', countdown: 'Countdown',
  } as Record<string, string>,
  report: 'Report', from: 'From', to: 'To', every: 'In steps of', steps: { '60': 'An hour', '1440': 'A day', '0': 'No steps' } as Record<string, string>, make: 'Show the report', wrongDays: 'Choose a first day and a last day that is not before it.', rows: 'Save each thread as a table', rowsText: 'One row for each thread. No names and no words.', csv: 'Save these numbers', savedFile: 'The file was saved.',
  backlog: 'Open threads by age', age: 'Age', waiting: 'In line', openCount: 'Open', young: (a: string) => `up to ${a}`, between: (a: string, b: string) => `${a} to ${b}`, old: (a: string) => `${a} and more`,
  countdown: 'Until open enrollment', left: (c: number) => n(c, { one: '1 thread is still open.', other: '# threads are still open.' }), days: (c: number) => n(c, { one: '1 working day is left.', other: '# working days are left.' }), rate: (c: number) => n(c, { one: 'Close 1 on each of them.', other: 'Close # on each of them.' }), begins: (t: string) => `It begins on ${t}.`,
  plan: {
    title: 'How many people are needed', perHour: 'Questions in an hour', handle: 'Minutes of work for one', target: 'Percent to be answered in time', within: 'In time means within, in minutes', shrink: 'Percent of paid time away from the desk', staff: 'People at the desk', staffHint: 'Leave it empty for the least that is enough.', go: 'Work it out', wrong: 'Type a number above 0.', wrongShare: 'Type a number from 1 to 99.', wrongShrink: 'Type a number from 0 to 95.', wrongStaff: 'Type a whole number, or nothing.',
    needs: (c: number) => n(c, { one: '1 person at the desk', other: '# people at the desk' }), paid: (c: number) => n(c, { one: '1 person paid', other: '# people paid' }), waits: 'Have to wait', level: 'Answered in time', average: 'Average wait', busy: 'Busy', seconds: (c: number) => n(c, { one: '1 second', other: '# seconds' }), result: 'Result',
  },
}

export type BoardWords = typeof board
