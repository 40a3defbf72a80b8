// The words for what the agency tells its assisters, and for how somebody wants to
// hear that something came. Loaded with the screens that say them.

import { apart } from './apart.ts'

export const { said: news, use: useNews } = apart(async () => (await import('./en-news.ts')).news, async () => (await import('./es-news.ts')).news)
