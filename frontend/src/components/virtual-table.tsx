import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import classes from './virtual-table.module.css'

interface Row {
  id: string
}

interface Props<T extends Row> {
  label: string
  /** The header's cells. */
  head: ReactNode
  rows: readonly T[]
  /** All rows there are, also those not loaded. */
  total: number
  /** About how high a row is, in px. */
  rowHeight: number
  className?: string | undefined
  selected: ReadonlySet<string>
  gone: ReadonlySet<string>
  renderRow: (row: T) => ReactNode
  /** Somebody points at the rows or has focus in them. */
  onTouched: (isTouched: boolean) => void
  /** The last loaded rows are in sight. */
  onNearEnd: () => void
}

const NEAR_ROWS = 30

/** A table of any length that scrolls with the page and holds only the rows in sight. */
export function VirtualTable<T extends Row>(props: Props<T>) {
  const { rows, rowHeight, onTouched, onNearEnd } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const [top, setTop] = useState(0)
  const [isPointed, setIsPointed] = useState(false)
  const [hasFocus, setHasFocus] = useState(false)
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    scrollMargin: top,
    overscan: 8,
  })
  // What is above may have grown; while the page scrolls it cannot.
  useLayoutEffect(() => {
    if (virtualizer.isScrolling) return
    const measured = body.current?.getBoundingClientRect().top
    if (measured !== undefined) setTop(Math.round(measured + window.scrollY))
  })
  const shown = virtualizer.getVirtualItems()
  const last = shown.at(-1)?.index ?? -1
  const above = (shown[0]?.start ?? top) - top
  const below = virtualizer.getTotalSize() - ((shown.at(-1)?.end ?? top) - top)

  useEffect(() => onTouched(isPointed || hasFocus), [isPointed, hasFocus, onTouched])
  useEffect(() => {
    if (last >= rows.length - NEAR_ROWS) onNearEnd()
  }, [last, rows.length, onNearEnd])
  // A row that had focus and was scrolled away leaves without a word.
  useEffect(() => {
    if (hasFocus && !body.current?.contains(document.activeElement)) setHasFocus(false)
  })

  return (
    <table
      aria-label={props.label}
      aria-rowcount={props.total + 1}
      className={[classes.table, props.className].join(' ')}
    >
      <thead>
        <tr>{props.head}</tr>
      </thead>
      <tbody
        ref={body}
        onPointerEnter={(event) => event.pointerType === 'mouse' && setIsPointed(true)}
        onPointerLeave={() => setIsPointed(false)}
        onFocus={() => setHasFocus(true)}
        onBlur={(event) => setHasFocus(event.currentTarget.contains(event.relatedTarget))}
      >
        {above > 0 && <tr aria-hidden className={classes.space} style={{ height: above }} />}
        {shown.map((item) => {
          const row = rows[item.index]
          return (
            row && (
              <tr
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                data-selected={props.selected.has(row.id) || undefined}
                data-gone={props.gone.has(row.id) || undefined}
                aria-rowindex={item.index + 2}
              >
                {props.renderRow(row)}
              </tr>
            )
          )
        })}
        {below > 0 && <tr aria-hidden className={classes.space} style={{ height: below }} />}
      </tbody>
    </table>
  )
}
