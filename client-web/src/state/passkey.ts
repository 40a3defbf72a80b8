// Only a page can use a passkey: the worker hands over what to ask, as JSON,
// and takes back what the browser answered.

import { house } from './house.ts'

type Parsed = { publicKey?: unknown } & Record<string, unknown>

function optionsFrom(text: string): Parsed {
  const parsed = JSON.parse(text) as Parsed
  return (typeof parsed.publicKey === 'object' && parsed.publicKey !== null ? parsed.publicKey : parsed) as Parsed
}

function told(made: Credential | null): string {
  if (!(made instanceof PublicKeyCredential)) throw new TypeError('no passkey')
  return JSON.stringify(made.toJSON())
}

export async function passkeyGet(options: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(optionsFrom(options) as unknown as PublicKeyCredentialRequestOptionsJSON)
  return told(await navigator.credentials.get({ publicKey }))
}

export async function passkeyMake(options: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(optionsFrom(options) as unknown as PublicKeyCredentialCreationOptionsJSON)
  return told(await navigator.credentials.create({ publicKey }))
}

/** Whether a passkey can be offered: by this browser, and to this service. */
export function canPasskey(): boolean {
  return house.value?.passkeys === true && typeof PublicKeyCredential === 'function' && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
}
