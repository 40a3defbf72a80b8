// What the page loads for whoever asks: the screens, with the words that only they say.

import type { ComponentType } from 'preact'
import { useAsking } from '../words/asking.ts'
import { useNews } from '../words/news.ts'
import { useTold } from '../words/told.ts'
import { Assister } from './assister.tsx'

export async function start(): Promise<ComponentType> {
  await Promise.all([useTold(), useAsking(), useNews()])
  return Assister
}
