import { bundle } from './bundle.ts'
import { flag } from './flags.ts'

await bundle(flag('out', 'dist'), 'src/worker.ts')
