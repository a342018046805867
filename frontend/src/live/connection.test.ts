// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Connection, type TopicFrame } from './connection'

class FakeSocket {
  static readonly OPEN = 1
  static made: FakeSocket[] = []
  readyState = 0
  sent: unknown[] = []
  isClosed = false
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.made.push(this)
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.made.at(-1)
    if (!socket) throw new Error('no socket was made')
    return socket
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }

  close(): void {
    this.isClosed = true
    this.break()
  }

  open(): void {
    this.readyState = FakeSocket.OPEN
    this.onopen?.()
  }

  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  break(): void {
    this.readyState = 3
    this.onclose?.()
  }
}

let connection: Connection
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.spyOn(Math, 'random').mockReturnValue(1)
  FakeSocket.made = []
  connection = new Connection('ws://here/api/stream')
  stop = connection.start()
})

afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Ends the connection and lets the next one be made and opened. */
function breakAndReturn(): FakeSocket {
  FakeSocket.last.break()
  vi.runOnlyPendingTimers()
  FakeSocket.last.open()
  return FakeSocket.last
}

test('connects, and says so', () => {
  const states: string[] = []
  connection.onState(() => states.push(connection.state.kind))
  expect(connection.state).toEqual({ kind: 'connecting' })
  FakeSocket.last.open()
  expect(states).toEqual(['open'])
  expect(FakeSocket.last.url).toBe('ws://here/api/stream')
})

test('tries again later and later, and from the start once it worked', () => {
  const delays: number[] = []
  for (let attempt = 1; attempt <= 7; attempt += 1) {
    FakeSocket.last.break()
    const state = connection.state
    if (state.kind !== 'waiting') throw new Error(`it is ${state.kind}`)
    expect(state.attempt).toBe(attempt)
    delays.push(state.retryAt - Date.now())
    vi.advanceTimersByTime(state.retryAt - Date.now())
    expect(FakeSocket.made).toHaveLength(attempt + 1)
  }
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  FakeSocket.last.open()
  FakeSocket.last.break()
  expect(connection.state).toEqual({ kind: 'waiting', retryAt: Date.now() + 500, attempt: 1 })
})

test('every follower goes on where it was', () => {
  FakeSocket.last.open()
  let seen = -1
  const frames: TopicFrame[] = []
  connection.follow('run:r:logs', {
    position: () => ({ after: seen, mode: 'all' }),
    onFrame: (frame) => frames.push(frame),
  })
  connection.follow('instances', {})
  expect(FakeSocket.last.sent).toEqual([
    { op: 'subscribe', topic: 'run:r:logs', after: -1, mode: 'all' },
    { op: 'subscribe', topic: 'instances' },
  ])
  FakeSocket.last.say({ type: 'batch', topic: 'run:r:logs', from: 0, items: [{ offset: 0 }, { offset: 1 }] })
  seen = 1
  expect(breakAndReturn().sent).toEqual([
    { op: 'subscribe', topic: 'run:r:logs', after: 1, mode: 'all' },
    { op: 'subscribe', topic: 'instances' },
  ])
  expect(frames).toHaveLength(1)
})

test('one subscription for all followers of a topic; the last to leave ends it', () => {
  FakeSocket.last.open()
  const [first, second] = [vi.fn(), vi.fn()]
  const leaveFirst = connection.follow('instances', { onFrame: first })
  const subscribed = { type: 'subscribed', topic: 'instances', after: null, next: null }
  FakeSocket.last.say(subscribed)
  const leaveSecond = connection.follow('instances', { onFrame: second })
  expect(second).toHaveBeenCalledExactlyOnceWith(subscribed)
  FakeSocket.last.say({ type: 'resync', topic: 'instances', why: 'gap' })
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([2, 2])
  leaveFirst()
  leaveSecond()
  leaveSecond()
  expect(FakeSocket.last.sent).toEqual([
    { op: 'subscribe', topic: 'instances' },
    { op: 'unsubscribe', topic: 'instances' },
  ])
  FakeSocket.last.say({ type: 'resync', topic: 'instances', why: 'late' })
  expect(second).toHaveBeenCalledTimes(2)
})

test('a second follower of a stream is a mistake', () => {
  connection.follow('run:r:logs', { position: () => ({ after: -1 }) })
  expect(() => connection.follow('run:r:logs', { position: () => ({ after: -1 }) })).toThrow('a follower')
})

test('what was followed while away is subscribed on return, what was left is not', () => {
  FakeSocket.last.open()
  const leave = connection.follow('workers', {})
  FakeSocket.last.break()
  leave()
  connection.follow('experiments', {})
  vi.runOnlyPendingTimers()
  FakeSocket.last.open()
  expect(FakeSocket.last.sent).toEqual([{ op: 'subscribe', topic: 'experiments' }])
})

test('heads reach those who follow the stream', () => {
  FakeSocket.last.open()
  const onHead = vi.fn()
  connection.follow('run:r:logs', { position: () => ({ after: -1 }), onHead })
  FakeSocket.last.say({ type: 'heartbeat', heads: { 'run:r:logs': 7, 'run:other:logs': 9 } })
  expect(onHead).toHaveBeenCalledExactlyOnceWith(7)
})

test('a connection that has gone silent is noticed', () => {
  FakeSocket.last.open()
  vi.advanceTimersByTime(30_000)
  FakeSocket.last.say({ type: 'heartbeat', heads: {} })
  vi.advanceTimersByTime(39_000)
  expect(connection.state.kind).toBe('open')
  const silent = FakeSocket.last
  vi.advanceTimersByTime(1_000)
  expect(connection.state.kind).toBe('waiting')
  expect(silent.isClosed).toBe(true)
  vi.advanceTimersByTime(500)
  FakeSocket.last.open()
  expect(connection.state.kind).toBe('open')
})

test('a handshake that is never answered is given up', () => {
  vi.advanceTimersByTime(40_000)
  expect(connection.state.kind).toBe('waiting')
})

test('frames of a connection that was given up are not heard', () => {
  FakeSocket.last.open()
  const onFrame = vi.fn()
  connection.follow('instances', { onFrame })
  const old = FakeSocket.last
  vi.advanceTimersByTime(40_500)
  FakeSocket.last.open()
  old.say({ type: 'resync', topic: 'instances', why: 'old' })
  expect(onFrame).not.toHaveBeenCalled()
})

test('the network is back: no waiting for the next try', () => {
  for (let attempt = 0; attempt < 6; attempt += 1) {
    FakeSocket.last.break()
    if (attempt < 5) vi.runOnlyPendingTimers()
  }
  const made = FakeSocket.made.length
  dispatchEvent(new Event('online'))
  expect(FakeSocket.made).toHaveLength(made + 1)
  FakeSocket.last.open()
  vi.advanceTimersByTime(20_000)
  expect(FakeSocket.made).toHaveLength(made + 1)
})

test('looked at again, an open connection has to prove that it lives', () => {
  FakeSocket.last.open()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(FakeSocket.last.sent).toEqual([{ op: 'ping' }])
  FakeSocket.last.say({ type: 'pong' })
  vi.advanceTimersByTime(6_000)
  expect(connection.state.kind).toBe('open')
  document.dispatchEvent(new Event('visibilitychange'))
  vi.advanceTimersByTime(5_000)
  expect(connection.state.kind).toBe('waiting')
})

test('stopped, it neither tries again nor listens', () => {
  FakeSocket.last.open()
  stop()
  expect(FakeSocket.last.isClosed).toBe(true)
  vi.advanceTimersByTime(60_000)
  dispatchEvent(new Event('online'))
  expect(FakeSocket.made).toHaveLength(1)
})
