import { client } from './session'

/** Everything that an application or a webhook can be allowed, as the server names it. */
export async function allScopes(signal?: AbortSignal): Promise<string[]> {
  return (await client.call('trunkline.application.scopes', {}, signal)).scopes.toSorted()
}
