/** What the window shows lines of: the whole log of a run, or those of its lines that a filter leaves. */
import type { LogLevel, LogLine } from '../../api/types'

export interface LogFilter {
  level?: LogLevel | undefined
  q?: string | undefined
  regex?: true | undefined
}

/**
 * An ascending sequence of rows. A row has the offset of its first line for a name; a row of repeated lines spans
 * several.
 */
export interface Rows {
  /** Lines, not rows; an estimate where the server was not asked about all. */
  readonly length: number
  readonly first: number | null
  readonly last: number | null
  next(offset: number): number | null
  previous(offset: number): number | null
  /** How many lines come before it. */
  indexOf(offset: number): number
  /** The row that has the line with this index, or the nearest that is known. */
  at(index: number): number
  span(offset: number): number
}

/** Where the window is to go once the lines are there. */
export interface Arrival {
  offset: number
  at: 'top' | 'middle' | 'end'
}

export interface LogSource extends Rows {
  readonly kind: 'whole' | 'filtered'
  readonly version: number
  /** Called after a change, at most once a frame. */
  subscribe(listener: () => void): () => void
  /** The line that a row shows; undefined while it is on its way. */
  line(row: number): LogLine | undefined
  /** The last row there is, is at hand: what comes after `last` is not just on its way. */
  readonly hasLast: boolean
  /** So is the last row of all lines that were written so far: none of them is still looked through. */
  readonly isSettled: boolean
  /** These rows are looked at: what is missing there is loaded, what was asked for elsewhere is not any more. */
  look(first: number, last: number): void
  /** True when the row with this index is at hand; otherwise an arrival follows. */
  seek(index: number): boolean
  /** True when the last row is at hand; otherwise an arrival follows. */
  seekEnd(): boolean
  /** True when this line is at hand (or the place where it would be); otherwise an arrival follows. */
  seekOffset(offset: number): boolean
  takeArrival(): Arrival | null
  /** `length` is no estimate. */
  readonly isCounted: boolean
  /** The lines of a page are loaded, or the answer says that there are none. */
  readonly isLoaded: boolean
  readonly failure: Error | null
  retry(): void
  /** Ends all loading. */
  close(): void
}
