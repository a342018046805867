/** One follower of a stream: where it is, and what each frame means for it. Pure but for what it calls. */
import type { Follower, TopicFrame } from './connection'

/** A log line, a result or a point. */
export type StreamItem = Extract<TopicFrame, { type: 'batch' }>['items'][number]

export interface StreamHandlers<T extends StreamItem> {
  onItems: (items: T[]) => void
  /** From here on nothing is missed; what was read before may lack something. */
  onStart: () => void
  /** The server follows this topic for us no more, or never did: why. Null: it does. */
  onRefused: (why: string | null) => void
}

export function streamFollower<T extends StreamItem>(handlers: StreamHandlers<T>): Follower {
  let last: number | undefined
  let isStarted = false
  return {
    position: () => (last === undefined ? {} : { after: last }),
    onFrame(frame) {
      switch (frame.type) {
        case 'subscribed':
          handlers.onRefused(null)
          // What comes first may still be of a subscription that was just left: another start may follow it.
          if (isStarted && frame.after === last) return
          isStarted = true
          last = (frame.next ?? 0) - 1
          handlers.onStart()
          return
        case 'batch':
          last = frame.from + frame.items.length - 1
          handlers.onItems(frame.items as T[])
          return
        case 'skip':
          // Only to whoever asks for the tail; should it come, what was passed over is read.
          last = frame.to - 1
          handlers.onStart()
          return
        case 'resync':
          handlers.onStart()
          return
        case 'error':
          handlers.onRefused(frame.message)
          return
        case 'end':
        case 'event':
          return
        default:
          unknownFrame(frame)
      }
    },
  }
}

function unknownFrame(frame: never): never {
  throw new Error(`a frame this page does not know: ${JSON.stringify(frame)}`)
}
