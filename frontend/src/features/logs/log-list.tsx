import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Attempt } from '../../api/types'
import { count } from '../../components/formats'
import type { FindMatches } from './highlight'
import classes from './log-list.module.css'
import { LogRow, type RowActions } from './log-row'
import type { LogSource } from './log-source'
import { Slots } from './slots'
import type { TimeMode } from './times'
import type { WholeLog } from './whole-log'
import type { WindowController } from './window-controller'

interface Props {
  source: LogSource
  whole: WholeLog
  controller: WindowController
  wrap: boolean
  timeMode: TimeMode
  start: string | null
  marked: number | undefined
  find: FindMatches | undefined
  opened: ReadonlySet<number>
  attempts: readonly Attempt[]
  actions: RowActions
  /** Shown above the rows, or in their place. */
  children?: ReactNode
}

/** The window itself. Its rows are drawn, measured and put in place before anybody sees them. */
export function LogList(props: Props) {
  const { source, whole, controller, wrap, start } = props
  const scroller = useRef<HTMLElement>(null)
  const spacer = useRef<HTMLDivElement>(null)
  const layer = useRef<HTMLOListElement>(null)
  const widest = useRef(0)
  const [slots] = useState(() => new Slots())
  useSyncExternalStore(source.subscribe, () => source.version)
  useSyncExternalStore(controller.subscribe, () => controller.version)

  const starts = useMemo(
    () => new Set(props.attempts.filter((each) => each.number > 1).map((each) => each.logs)),
    [props.attempts],
  )

  const rows = controller.rows()
  const names = slots.assign(rows, controller.isFollowing)

  useLayoutEffect(() => {
    if (!scroller.current || !spacer.current || !layer.current) return undefined
    return controller.attach({ scroller: scroller.current, spacer: spacer.current, layer: layer.current })
  }, [controller])
  useLayoutEffect(() => {
    controller.settle()
    // As wide as the widest line so far: what is read must not move sideways when that leaves the window.
    const element = layer.current
    if (element && !wrap && element.scrollWidth > Math.max(widest.current, element.clientWidth)) {
      widest.current = element.scrollWidth
      element.style.minWidth = `${widest.current}px`
    }
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another source or way to wrap begins anew
  useLayoutEffect(() => {
    widest.current = 0
    if (layer.current) layer.current.style.minWidth = ''
    controller.remeasure()
  }, [controller, source, wrap])
  useEffect(() => {
    const seen = controller.inWindow()
    if (seen) source.look(seen.first, seen.last)
  })
  useKeptFocus(layer, scroller)
  useEffect(() => {
    const pause = () => {
      const selection = document.getSelection()
      if (selection && !selection.isCollapsed && layer.current?.contains(selection.anchorNode)) {
        controller.stopFollowing()
      }
    }
    document.addEventListener('selectionchange', pause)
    return () => document.removeEventListener('selectionchange', pause)
  }, [controller])

  const { newer } = controller
  return (
    <div className={classes.frame}>
      <section
        ref={scroller}
        className={classes.scroller}
        aria-label="Log lines"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys
        tabIndex={0}
        data-following={controller.isFollowing || undefined}
        style={columnWidths(source, props.timeMode, start)}
        onKeyDown={(event) => {
          if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return
          if (event.key === 'Home') controller.toStart()
          else if (event.key === 'End') controller.follow()
          else return
          event.preventDefault()
        }}
      >
        <div ref={spacer} className={classes.spacer} aria-hidden />
        <ol
          ref={layer}
          className={classes.layer}
          data-wrap={wrap || undefined}
          onFocus={() => controller.stopFollowing()}
        >
          {rows.map((offset, place) => (
            <LogRow
              key={names[place]}
              offset={offset}
              line={source.line(offset)}
              span={source.span(offset)}
              isSpread={whole.opened.has(offset)}
              isMarked={offset === props.marked}
              isOpen={props.opened.has(offset)}
              timeMode={props.timeMode}
              start={start}
              find={props.find}
              namesAttempt={starts.size > 0}
              beginsAttempt={starts.has(offset)}
              actions={props.actions}
            />
          ))}
        </ol>
      </section>
      {newer > 0 && (
        <div className={classes.newer}>
          <Button
            size="compact-sm"
            leftSection={<IconArrowDown size={14} aria-hidden />}
            onClick={() => {
              controller.follow()
              scroller.current?.focus({ preventScroll: true })
            }}
          >
            {count(newer)} new {newer === 1 ? 'line' : 'lines'}
          </Button>
        </div>
      )}
      {props.children && <div className={classes.instead}>{props.children}</div>}
    </div>
  )
}

/** Wide enough from the beginning, so that columns do not move when numbers grow. */
function columnWidths(source: LogSource, timeMode: TimeMode, start: string | null): CSSProperties {
  const digits = Math.max(6, String(source.last ?? 0).length)
  const isLongRun = start !== null && source.line(source.last ?? 0) !== undefined && timeMode === 'absolute'
  const last = isLongRun ? source.line(source.last ?? 0)?.timestamp : undefined
  const isOtherDay =
    last !== undefined && new Date(last).toDateString() !== new Date(start ?? last).toDateString()
  return {
    '--number-width': `${digits + 2}ch`,
    '--time-width': isOtherDay ? '18ch' : '13ch',
  } as CSSProperties
}

/** Focus that was in a row which left the window goes to the window, not to nowhere. */
function useKeptFocus(layer: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): void {
  const wasInside = useRef(false)
  useLayoutEffect(() => {
    if (wasInside.current && document.activeElement === document.body) {
      scroller.current?.focus({ preventScroll: true })
    }
    wasInside.current = layer.current?.contains(document.activeElement) ?? false
  })
}
