// The words for what a message holds besides words and files: forms, consumers,
// answers, call-backs. Loaded with the screens of both sides of a thread.

import { apart } from './apart.ts'

export const { said, use: useTold } = apart(async () => (await import('./en-told.ts')).told, async () => (await import('./es-told.ts')).told)
