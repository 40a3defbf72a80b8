// Picking, dropping, pasting and watching files.

import { useRef } from 'preact/hooks'
import { announce } from '../state/announce.ts'
import { accepted, again, attach, drop, files, refusal, type Going, type Place } from '../state/files.ts'
import { uploads } from '../state/uploads.ts'
import { Icon } from '../ui/icons.tsx'
import { sizeWords } from '../ui/size.ts'
import { w } from '../words/words.ts'

/** Takes what fits and answers what to say about what does not. */
export function take(place: Place, list: Iterable<File>): string | undefined {
  const words = w().compose
  let wrong: string | undefined
  for (const file of list) {
    const why = refusal(file)
    if (why === undefined) attach(place, file)
    else wrong = words[why](file.name)
  }
  if (wrong !== undefined) announce(wrong)
  return wrong
}

export function Attach({ place, wrong }: { place: Place; wrong: (text: string | undefined) => void }) {
  const words = w().compose
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="btn quiet attach" aria-describedby={`hint-${place}`} onClick={() => input.current?.click()}><Icon name="clip" /><span>{words.attach}</span></button>
      <span id={`hint-${place}`} class="unseen">{words.attachHint}</span>
      <input
        ref={input} type="file" hidden multiple accept={accepted}
        onChange={(e) => {
          wrong(take(place, e.currentTarget.files ?? []))
          e.currentTarget.value = ''
        }}
      />
    </>
  )
}

function Line({ place, going }: { place: Place; going: Going }) {
  const words = w().compose
  const { upload, file, state } = going
  const at = uploads.value[upload]
  const percent = at === undefined || at.total === 0 ? 0 : Math.floor((100 * at.sent) / at.total)
  return (
    <li>
      <Icon name={state === 'failed' ? 'warn' : 'file'} size={16} />
      <span class="n">{state === 'going' ? words.upload(file.name, percent) : file.name}</span>
      {state === 'going' ? <progress max={100} value={percent} aria-label={file.name} /> : <span class="mute">{sizeWords(file.size)}</span>}
      {state === 'failed' && <button type="button" class="btn" aria-label={words.uploadRetry(file.name)} onClick={() => again(place, upload)}><Icon name="undo" size={15} /></button>}
      <button type="button" class="btn quiet" aria-label={state === 'going' ? words.uploadCancel(file.name) : words.uploadRemove(file.name)} onClick={() => drop(place, upload)}><Icon name="close" size={15} /></button>
    </li>
  )
}

export function Files({ place }: { place: Place }) {
  const list = files.value[place] ?? []
  if (list.length === 0) return null
  return <ul class="ups">{list.map((g) => <Line key={g.upload} place={place} going={g} />)}</ul>
}

/** Dropping and pasting, for the element around a box. */
export function takes(place: Place, wrong: (text: string | undefined) => void, over: (is: boolean) => void) {
  return {
    onDragOver: (e: DragEvent) => {
      e.preventDefault()
      over(true)
    },
    onDragLeave: () => over(false),
    onDrop: (e: DragEvent) => {
      e.preventDefault()
      over(false)
      wrong(take(place, e.dataTransfer?.files ?? []))
    },
    onPaste: (e: ClipboardEvent) => {
      const pasted = e.clipboardData?.files
      if (pasted === undefined || pasted.length === 0) return
      e.preventDefault()
      wrong(take(place, pasted))
    },
  }
}
