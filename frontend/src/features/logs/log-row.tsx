import { IconChevronRight, IconFocusCentered } from '@tabler/icons-react'
import { memo, useState } from 'react'
import { formatJson } from '../../api/json'
import type { LogLine } from '../../api/types'
import { count, exactTime } from '../../components/formats'
import type { FindMatches } from './highlight'
import classes from './log-row.module.css'
import { LogText } from './log-text'
import { metadataPreview, ownMetadata } from './metadata'
import { isBar, isContinued } from './repeats'
import { clockTime, sinceStart, type TimeMode } from './times'

/** A longer message begins folded. */
const FOLDED_CHARACTERS = 4_000

export interface RowActions {
  /** The address of a line, up to its offset. */
  linkBefore: string
  mark(offset: number): void
  toggleMetadata(offset: number): void
  toggleRepeats(offset: number): void
  /** Shows the line among its neighbours; null where it is. */
  showInContext: ((offset: number) => void) | null
}

interface Props {
  offset: number
  line: LogLine | undefined
  span: number
  /** Its repeats are shown one by one. */
  isSpread: boolean
  isMarked: boolean
  isOpen: boolean
  timeMode: TimeMode
  /** When the run started. */
  start: string | null
  find: FindMatches | undefined
  /** There is more than one attempt to tell apart. */
  namesAttempt: boolean
  /** It is the first line of an attempt that is not the first. */
  beginsAttempt: boolean
  actions: RowActions
}

export const LogRow = memo(function LogRow(props: Props) {
  const { offset, line, isMarked, actions } = props
  return (
    <li
      className={classes.row}
      data-offset={offset}
      data-level={line?.level}
      data-marked={isMarked || undefined}
      data-continued={(line && isContinued(line)) || undefined}
      aria-current={isMarked || undefined}
    >
      {props.beginsAttempt && line && <span className={classes.attempt}>Attempt {line.attempt}</span>}
      <a
        className={classes.number}
        href={`${actions.linkBefore}${offset}`}
        aria-label={`Line ${offset}`}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return
          event.preventDefault()
          actions.mark(offset)
        }}
      >
        {offset}
      </a>
      {line ? <Content {...props} line={line} /> : <span className={classes.awaited} aria-hidden />}
    </li>
  )
})

function Content({
  offset,
  line,
  span,
  isSpread,
  isOpen,
  timeMode,
  start,
  find,
  namesAttempt,
  actions,
}: Props & { line: LogLine }) {
  const metadata = ownMetadata(line.metadata)
  const source = line.metadata?.source
  return (
    <>
      <time className={classes.time} dateTime={line.timestamp} title={exactTime(line.timestamp)}>
        {timeMode === 'relative' && start !== null
          ? sinceStart(line.timestamp, start)
          : clockTime(line.timestamp, start)}
      </time>
      <span className={classes.level}>{line.level}</span>
      <div className={classes.message}>
        {namesAttempt && !isContinued(line) && (
          <span className={classes.source} title={`Attempt ${line.attempt}`}>
            <span aria-hidden>#{line.attempt}</span>
            <span className="visually-hidden">attempt {line.attempt}</span>
          </span>
        )}
        {typeof source === 'string' && !isContinued(line) && <span className={classes.source}>{source}</span>}
        <Message text={line.message} find={find} />
        {(span > 1 || isSpread) && !isBar(line) && (
          <button
            type="button"
            className={classes.repeats}
            aria-expanded={isSpread}
            title="Equal neighbours, of those that this page has loaded together"
            onClick={() => actions.toggleRepeats(offset)}
          >
            {isSpread ? 'join repeats' : `× ${count(span)}`}
          </button>
        )}
        {metadata && (
          <button
            type="button"
            className={classes.metadata}
            aria-expanded={isOpen}
            onClick={() => actions.toggleMetadata(offset)}
          >
            <IconChevronRight size={12} className={classes.chevron} aria-hidden />
            <span className="visually-hidden">Metadata </span>
            {metadataPreview(metadata)}
          </button>
        )}
        {actions.showInContext && (
          <button
            type="button"
            className={classes.context}
            aria-label={`Show line ${offset} in context`}
            title="Show in context"
            onClick={() => actions.showInContext?.(offset)}
          >
            <IconFocusCentered size={14} aria-hidden />
          </button>
        )}
      </div>
      {isOpen && metadata && (
        <pre className={classes.json}>
          <LogText text={formatJson(line.metadata, 2)} />
        </pre>
      )}
    </>
  )
}

function Message({ text, find }: { text: string; find: FindMatches | undefined }) {
  const [unfolded, setUnfolded] = useState<string | null>(null)
  const isLong = text.length > FOLDED_CHARACTERS
  const isFolded = isLong && unfolded !== text && !hasLateMatch(text, find)
  return (
    <span className={classes.text}>
      <LogText text={isFolded ? text.slice(0, FOLDED_CHARACTERS) : text} find={find} />
      {isFolded && (
        <button type="button" className={classes.repeats} onClick={() => setUnfolded(text)}>
          … {count(text.length - FOLDED_CHARACTERS)} more characters
        </button>
      )}
    </span>
  )
}

function hasLateMatch(text: string, find: FindMatches | undefined): boolean {
  return find?.(text).some(([, end]) => end > FOLDED_CHARACTERS) ?? false
}
