import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { preview } from '../../components/json-tree/tree-model'
import classes from './results.module.css'

const ROW_PX = 28

interface Props {
  rows: Record<string, unknown>[]
  columns: string[]
}

/** A list of uniform objects, a row each. */
export function ResultTable({ rows, columns }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  })
  const items = virtualizer.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it
    <div ref={scroller} className={classes.tableScroller} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">#</th>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr style={{ height: before }} />}
          {items.map((item) => (
            <tr key={item.key} style={{ height: ROW_PX }}>
              <td>{item.index}</td>
              {columns.map((name) => (
                <td key={name}>
                  {name in (rows[item.index] ?? {}) ? preview(rows[item.index]?.[name], 60) : ''}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <tr style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  )
}
