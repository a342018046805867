import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { sessionQuery } from '../api/session'
import { LiveCache } from './cache'
import { Connection, type ConnectionState } from './connection'
import { reduce } from './reduce'
import { lookAgain, useIsSignedOut, useSessionWatch } from './session'
import { type StreamHandlers, type StreamItem, streamFollower } from './stream'

interface Live {
  connection: Connection
  cache: LiveCache
}

const LiveContext = createContext<Live | null>(null)

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [live] = useState<Live>(() => ({
    connection: new Connection(`${location.origin.replace(/^http/, 'ws')}/api/stream`),
    cache: new LiveCache(client),
  }))
  const isSignedOut = useIsSignedOut()
  useSessionWatch()
  useEffect(() => (isSignedOut ? undefined : live.connection.start()), [live, isSignedOut])
  useEffect(
    () =>
      live.connection.onState(() => {
        // A socket is refused, or ended, without a word when the session has ended. Elsewhere there is none to end.
        const isNeeded = client.getQueryData(sessionQuery.queryKey)?.needed !== false
        if (live.connection.state.kind === 'waiting' && isNeeded) void lookAgain(client)
      }),
    [live, client],
  )
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>
}

function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('LiveProvider is missing')
  return live
}

export function useConnection(): Connection {
  return useLive().connection
}

/** Follows a stream as long as the caller is there; why the server does not let it, or null. */
export function useStream<T extends StreamItem>(
  topic: string,
  handlers: Omit<StreamHandlers<T>, 'onRefused'>,
): string | null {
  const { connection } = useLive()
  const [refused, setRefused] = useState<string | null>(null)
  const newest = useRef(handlers)
  newest.current = handlers
  useEffect(
    () =>
      connection.follow(
        topic,
        streamFollower<T>({
          onItems: (items) => newest.current.onItems(items),
          onStart: () => newest.current.onStart(),
          onRefused: setRefused,
        }),
      ),
    [connection, topic],
  )
  return refused
}

export function useConnectionState(): ConnectionState {
  const { connection } = useLive()
  return useSyncExternalStore(connection.onState, () => connection.state)
}

/** Keeps everything in the query cache that this entity topic tells about as new as the server has it. */
export function useTopic(topic: string): void {
  const { connection, cache } = useLive()
  useEffect(
    () =>
      connection.follow(topic, {
        onFrame(frame) {
          if (frame.type === 'event') cache.apply(reduce(frame))
          else if (frame.type === 'subscribed' || frame.type === 'resync') cache.refreshTopic(topic)
        },
      }),
    [connection, cache, topic],
  )
}
