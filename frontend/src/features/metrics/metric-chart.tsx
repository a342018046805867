import 'uplot/dist/uPlot.min.css'
import { useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import classes from './metrics.module.css'
import { type Columns, positive, shortNumber, smoothed } from './series'

interface Props {
  name: string
  columns: Columns
  isLogarithmic: boolean
  /** 0 to 0.99: the weight of the past. */
  smoothing: number
}

const HEIGHT_PX = 220

/** A line over the steps; with smoothing the measured values stay behind it. Drag zooms, a double click shows all. */
export default function MetricChart({ name, columns, isLogarithmic, smoothing }: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const data = useMemo<uPlot.AlignedData>(() => {
    const shown = isLogarithmic ? positive : (values: (number | null)[]) => values
    const measured = shown(columns.y)
    return smoothing > 0
      ? [columns.x, measured, shown(smoothed(columns.y, smoothing))]
      : [columns.x, measured]
  }, [columns, isLogarithmic, smoothing])
  const newest = useRef(data)
  newest.current = data
  const isSmoothed = smoothing > 0

  useEffect(() => {
    const element = holder.current
    if (!element) return
    const style = getComputedStyle(element)
    const text = style.getPropertyValue('--mantine-color-dimmed').trim()
    const grid = style.getPropertyValue('--border').trim()
    const line = style.getPropertyValue('--status-running').trim()
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } }
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        scales: { x: { time: false }, y: { distr: isLogarithmic ? 3 : 1 } },
        axes: [
          axis,
          {
            ...axis,
            size: 64,
            values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : shortNumber(tick))),
          },
        ],
        series: [
          { label: 'step', value: (_, value) => shortNumber(value) },
          {
            label: name,
            stroke: isSmoothed ? `color-mix(in srgb, ${line} 35%, transparent)` : line,
            width: isSmoothed ? 1 : 1.5,
            points: { show: (_u, _s, from, to) => to - from < 60, size: 4, stroke: line },
            value: (_, value) => shortNumber(value),
          },
          ...(isSmoothed
            ? [
                {
                  label: 'smoothed',
                  stroke: line,
                  width: 1.75,
                  value: (_: uPlot, value: number) => shortNumber(value),
                },
              ]
            : []),
        ],
        cursor: { drag: { x: true, y: false } },
        legend: { live: true },
      },
      newest.current,
      element,
    )
    chart.current = plot
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
      chart.current = null
    }
  }, [name, isLogarithmic, isSmoothed])

  useEffect(() => {
    const plot = chart.current
    if (!plot || plot.data === data) return
    // A person who zoomed keeps what they look at.
    const { min, max } = plot.scales.x ?? {}
    const xs = plot.data[0]
    const isZoomed =
      min != null && max != null && xs.length > 1 && (min > (xs[0] ?? min) || max < (xs.at(-1) ?? max))
    plot.setData(data, !isZoomed)
  }, [data])

  const last = columns.y.findLast((value) => value !== null) ?? null
  return (
    <div
      ref={holder}
      className={classes.chart}
      role="img"
      aria-label={`${name} over ${columns.x.length.toLocaleString('en')} points, last ${shortNumber(last)}`}
    />
  )
}
