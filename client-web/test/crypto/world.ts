// The made-up agency of world.txt, whose every secret is known.

import { Book } from '../../src/crypto/chain/book.ts'
import { decodeLink, type ChainKind, type Logged } from '../../src/crypto/envelope/link.ts'
import { File, mistake, words } from './file.ts'

export async function loadWorld(f: File): Promise<Book> {
  const book = new Book(f.id('agency'))
  const links = f.links('link')
  const of = (kind: ChainKind): Logged[] => links.filter((l) => decodeLink(l.link).kind === kind)
  const credentials = f.all('credential').map((v) => {
    const [credential, sig] = words(v)
    return credential === undefined || sig === undefined ? mistake('a credential has two values') : { credential, sig }
  })
  await book.replay({ agency: of('agency'), accounts: of('account'), credentials, lines: of('line') })
  return book
}
