import { admin } from './admin'

/** Everything that an application or a webhook can be allowed, as the server names it. */
export async function allScopes(signal?: AbortSignal): Promise<string[]> {
  return (await admin('trunkline.application.scopes', {}, signal)).scopes.toSorted()
}
