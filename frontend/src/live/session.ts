/** Whether the server lets this browser in, as all its tabs see it. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { ApiError } from '../api/problem'
import { endSession, type SessionState, sessionQuery } from '../api/session'

const OTHER_TABS = 'athanor.session'

export function useSession(): SessionState | undefined {
  const client = useQueryClient()
  return useCached(() => client.getQueryData(sessionQuery.queryKey))
}

/** Whether the server answers this browser nothing: it said so, or refused for want of its token and is asked why. */
export function useIsSignedOut(): boolean {
  const client = useQueryClient()
  return useCached(() => {
    const known = client.getQueryState(sessionQuery.queryKey)
    if (known?.data && known.fetchStatus === 'idle') return isOut(known.data)
    const wasRefused = () =>
      client
        .getQueryCache()
        .getAll()
        .some(({ state }) => isRefusal(state.error))
    return isOut(known?.data) || wasRefused()
  })
}

function useCached<T extends boolean | object | undefined>(read: () => T): T {
  const cache = useQueryClient().getQueryCache()
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache])
  return useSyncExternalStore(subscribe, read)
}

/** Keeps what is known of the session true. A server that needs no token is asked once. */
export function useSessionWatch(): void {
  const client = useQueryClient()
  useEffect(() => {
    const look = () => void lookAgain(client)
    const lookIfRefused = (error: Error | null | undefined) => {
      if (isRefusal(error) && !isOut(client.getQueryData(sessionQuery.queryKey))) look()
    }
    look()
    const channel = new BroadcastChannel(OTHER_TABS)
    channel.addEventListener('message', look)
    const leave = [
      client.getMutationCache().subscribe(({ mutation }) => lookIfRefused(mutation?.state.error)),
      client.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') lookIfRefused(event.action.error)
      }),
    ]
    return () => {
      channel.close()
      for (const stop of leave) stop()
    }
  }, [client])
}

/**
 * Asks the server again; what it said last stays while it is away. Once it lets this browser in, the page begins
 * anew at the same address: nothing of the time before is left but what the browser keeps, drafts for instance.
 */
export async function lookAgain(client: QueryClient): Promise<void> {
  const before = client.getQueryData(sessionQuery.queryKey)
  const now = await client.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => before)
  if (isOut(before) && !isOut(now)) location.reload()
}

/** Tells all tabs, this one too, that someone has signed in or out. */
export function tellTabs(): void {
  const channel = new BroadcastChannel(OTHER_TABS)
  channel.postMessage('changed')
  channel.close()
}

/** Ends the session. Nothing that was read stays in this tab; drafts stay in the browser. */
export async function signOut(client: QueryClient): Promise<void> {
  await endSession().catch((error: unknown) => {
    if (!isRefusal(error)) throw error // it had ended before
  })
  client.getQueryCache().clear()
  client.setQueryData(sessionQuery.queryKey, { needed: true, signed_in: false })
  tellTabs()
}

function isOut(session: SessionState | undefined): boolean {
  return session?.needed === true && !session.signed_in
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}
