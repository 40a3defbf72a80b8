// The stage: the real screens before a made-up world. `npm run stage`, then
// open the address with ?scene=assister, specialist, admin, new ...

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { flag } from './flags.ts'
import { serve } from './serve.ts'

const port = Number(flag('port', '4174'))
const out = flag('out', mkdtempSync(join(tmpdir(), 'arcline-stage-')))
await bundle(out, 'test/stage/worker.ts')
await serve(out, port)
console.log(`http://127.0.0.1:${port}/?scene=specialist`)
