import { UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { ResultEntry } from '../../api/types'
import { bytes } from '../../components/formats'
import { preview } from '../../components/json-tree/tree-model'
import { Moment } from '../../components/moments'
import type { ResultOrder, ResultSort } from './entries'
import classes from './results.module.css'

const ROW_PX = 30

interface Props {
  entries: ResultEntry[]
  order: ResultOrder
  onOrder: (order: ResultOrder) => void
  selected: number | undefined
  onSelect: (offset: number | undefined) => void
}

/** Ten thousand rows, of which only those on view exist. */
export function ResultsList({ entries, order, onOrder, selected, onSelect }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    getItemKey: (index) => entries[index]?.offset ?? index,
  })

  // The row that the arrow keys went to has focus as soon as it is drawn.
  const awaited = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (awaited.current === undefined) return
    const row = scroller.current?.querySelector<HTMLElement>(`[data-offset="${awaited.current}"]`)
    if (!row) return
    awaited.current = undefined
    row.focus({ preventScroll: true })
  })

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const from = awaited.current ?? Number((event.target as HTMLElement).dataset.offset)
    const at = entries.findIndex((entry) => entry.offset === from)
    const next = Math.min(entries.length - 1, Math.max(0, at + step))
    awaited.current = entries[next]?.offset
    virtualizer.scrollToIndex(next)
    onSelect(awaited.current)
  }

  return (
    <div className={classes.list}>
      <div className={classes.head}>
        <Sort name="key" label="Key" order={order} onOrder={onOrder} />
        <span className={classes.value}>Value</span>
        <Sort name="size" label="Size" order={order} onOrder={onOrder} />
        <Sort name="timestamp" label="Time" order={order} onOrder={onOrder} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys on the rows within */}
      <div ref={scroller} className={classes.scroller} onKeyDown={onKeyDown}>
        <div className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            if (!entry) return null
            const isSelected = entry.offset === selected
            return (
              <UnstyledButton
                key={item.key}
                data-offset={entry.offset}
                className={classes.row}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-expanded={isSelected}
                data-selected={isSelected || undefined}
                onClick={() => onSelect(isSelected ? undefined : entry.offset)}
              >
                <span className={classes.key}>{entry.key}</span>
                <span className={classes.value}>
                  {entry.truncated ? String(entry.preview).slice(0, 200) : short(entry.preview)}
                </span>
                <span className={classes.size}>{bytes(entry.size)}</span>
                <span className={classes.time}>
                  <Moment at={entry.timestamp} />
                </span>
              </UnstyledButton>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function short(value: unknown): string {
  if (typeof value !== 'object' || value === null) return preview(value, 120)
  const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? each.toString() : each))
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}

interface SortProps {
  name: ResultSort
  label: string
  order: ResultOrder
  onOrder: (order: ResultOrder) => void
}

function Sort({ name, label, order, onOrder }: SortProps) {
  const isSorted = order.sort === name || (name === 'timestamp' && order.sort === 'offset')
  const Icon = order.order === 'asc' ? IconArrowUp : IconArrowDown
  return (
    <UnstyledButton
      className={classes[name === 'timestamp' ? 'time' : name === 'offset' ? 'key' : name]}
      aria-label={`Sort by ${label.toLowerCase()}${isSorted ? `, now ${order.order === 'asc' ? 'ascending' : 'descending'}` : ''}`}
      onClick={() => onOrder({ sort: name, order: isSorted && order.order === 'asc' ? 'desc' : 'asc' })}
    >
      {label} {isSorted && <Icon size={12} aria-hidden />}
    </UnstyledButton>
  )
}
