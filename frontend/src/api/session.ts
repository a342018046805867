/** Signing in. Not in openapi.json, because programs send the token itself. */
import { queryOptions } from '@tanstack/react-query'
import { fetchLossless } from './client'
import { refused } from './problem'

export interface SessionState {
  /** The server asks for its token. */
  needed: boolean
  signed_in: boolean
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call('GET', { signal }) as Promise<SessionState>,
  staleTime: Number.POSITIVE_INFINITY,
})

export const beginSession = (token: string) =>
  call('POST', { body: JSON.stringify({ token }), headers: { 'content-type': 'application/json' } })

export const endSession = () => call('DELETE', {})

async function call(method: string, init: RequestInit): Promise<unknown> {
  const response = await fetchLossless(new Request('/api/session', { method, ...init }))
  if (response.status === 204) return undefined
  const body: unknown = await response.json()
  if (!response.ok) throw refused(response.status, body)
  return body
}
