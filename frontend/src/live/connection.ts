/** The tab's one WebSocket: it reconnects by itself, and every follower goes on where it was. */
import { parseJson } from '../api/json'
import type { ClientFrame, ServerFrame, Subscribe } from '../api/types'

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  /** Broken; the next try is at `retryAt` (ms since the epoch). `attempt` counts from 1. */
  | { kind: 'waiting'; retryAt: number; attempt: number }

export type TopicFrame =
  | Extract<ServerFrame, { topic: string }>
  | (Extract<ServerFrame, { type: 'error' }> & { topic: string })

export interface Follower {
  /** What to subscribe with, asked anew for each connection: for a stream, where this follower is. */
  position?: () => Pick<Subscribe, 'after' | 'mode'>
  /** Every frame of the topic, in the order they came. */
  onFrame?: (frame: TopicFrame) => void
  /** The end of the stream as the ledger has it, every 15 s. */
  onHead?: (head: number) => void
}

interface Subscription {
  followers: Set<Follower>
  /** The server's answer to `subscribe`; a follower that comes later is given it. */
  subscribed: Extract<ServerFrame, { type: 'subscribed' }> | null
}

/** The server beats every 15 s: silence for longer than two beats is a dead connection that nobody has noticed. */
const SILENCE_MS = 40_000
const PONG_WITHIN_MS = 5_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 10_000

export class Connection {
  #url: string
  #socket: WebSocket | null = null
  #state: ConnectionState = { kind: 'connecting' }
  #stateListeners = new Set<() => void>()
  #subscriptions = new Map<string, Subscription>()
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setTimeout> | undefined

  constructor(url: string) {
    this.#url = url
  }

  get state(): ConnectionState {
    return this.#state
  }

  onState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Connects, and again whenever the browser says that the network is back or the tab is looked at. */
  start(): () => void {
    const hurry = () => this.#hurry()
    const look = () => {
      if (document.visibilityState === 'visible') this.#hurry()
    }
    addEventListener('online', hurry)
    document.addEventListener('visibilitychange', look)
    this.#connect()
    return () => {
      removeEventListener('online', hurry)
      document.removeEventListener('visibilitychange', look)
      clearTimeout(this.#retry)
      clearTimeout(this.#watch)
      const socket = this.#socket
      this.#socket = null
      socket?.close()
    }
  }

  /** Follows a topic until the returned function is called. A stream has one follower at a time. */
  follow(topic: string, follower: Follower): () => void {
    const known = this.#subscriptions.get(topic)
    if (known) {
      if (follower.position) throw new Error(`${topic} has a follower already`)
      known.followers.add(follower)
      if (known.subscribed) follower.onFrame?.(known.subscribed)
    } else {
      this.#subscriptions.set(topic, { followers: new Set([follower]), subscribed: null })
      this.#subscribe(topic)
    }
    return () => this.#leave(topic, follower)
  }

  #leave(topic: string, follower: Follower): void {
    const subscription = this.#subscriptions.get(topic)
    if (!subscription?.followers.delete(follower) || subscription.followers.size > 0) return
    this.#subscriptions.delete(topic)
    this.#send({ op: 'unsubscribe', topic })
  }

  #subscribe(topic: string): void {
    const [first] = this.#subscriptions.get(topic)?.followers ?? []
    this.#send({ op: 'subscribe', topic, ...first?.position?.() })
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  #connect(): void {
    clearTimeout(this.#retry)
    this.#enter({ kind: 'connecting' })
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    this.#expect(SILENCE_MS)
    socket.onopen = () => {
      if (this.#socket !== socket) return
      this.#attempt = 0
      this.#enter({ kind: 'open' })
      for (const topic of this.#subscriptions.keys()) this.#subscribe(topic)
    }
    socket.onmessage = (message) => {
      if (this.#socket !== socket) return
      this.#expect(SILENCE_MS)
      this.#take(parseJson(message.data) as ServerFrame)
    }
    socket.onclose = () => {
      if (this.#socket === socket) this.#broken()
    }
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'heartbeat') {
      for (const [topic, head] of Object.entries(frame.heads)) {
        for (const follower of this.#subscriptions.get(topic)?.followers ?? []) follower.onHead?.(head)
      }
      return
    }
    if (frame.type === 'pong' || frame.topic == null) return
    const subscription = this.#subscriptions.get(frame.topic)
    if (!subscription) return
    if (frame.type === 'subscribed') subscription.subscribed = frame
    for (const follower of [...subscription.followers]) follower.onFrame?.(frame as TopicFrame)
  }

  /** Closes the connection unless a frame comes within `ms`. */
  #expect(ms: number): void {
    clearTimeout(this.#watch)
    this.#watch = setTimeout(() => {
      const socket = this.#socket
      this.#broken()
      socket?.close()
    }, ms)
  }

  #broken(): void {
    this.#socket = null
    clearTimeout(this.#watch)
    for (const subscription of this.#subscriptions.values()) subscription.subscribed = null
    this.#attempt += 1
    const most = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#attempt - 1))
    const delay = most * (0.5 + Math.random() / 2)
    this.#enter({ kind: 'waiting', retryAt: Date.now() + delay, attempt: this.#attempt })
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#connect(), delay)
  }

  /** Does not wait for the next try; asks an open connection for a sign of life. */
  #hurry(): void {
    if (this.#state.kind === 'waiting') {
      this.#connect()
    } else if (this.#state.kind === 'open') {
      this.#send({ op: 'ping' })
      this.#expect(PONG_WITHIN_MS)
    }
  }

  #enter(state: ConnectionState): void {
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
